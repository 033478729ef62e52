"""A binary workbook (.xlsb), written by hand: no library writes one."""

from __future__ import annotations

import struct
from pathlib import Path
from zipfile import ZipFile

from matcher.readers.batch import Batch, Entry
from tests.spreadsheets import END_DATA, RELATED, record, wide, xlsb

# Record types of MS-XLSB, section 2.3.2.
FORMAT, FORMATS, STYLE, STYLES, CELL_STYLES, CELL_REAL = 44, 615, 47, 626, 617, 5


def test_a_binary_workbook_is_read(tmp_path: Path) -> None:
    head = ["编号", "项目名称", "摘要", "指南方向"]
    rows = [
        ["汇总表"],
        head,
        ["001", "夜市治理", "夜间经济的噪声。", "2-03"],
        ["002", "湿地恢复", "滨海湿地。", "1-07"],
        ["合计"],
    ]
    batch = Batch(xlsb(tmp_path / "a.xlsb", "申报", rows))
    read = [row for row in batch if isinstance(row, Entry)]
    assert [
        (r.sheet, r.proposal.id, r.proposal.title, r.proposal.abstract, r.proposal.declared) for r in read
    ] == [
        ("申报", "001", "夜市治理", "夜间经济的噪声。", "2-03"),
        ("申报", "002", "湿地恢复", "滨海湿地。", "1-07"),
    ]


def test_percent_and_line_ends_are_read_as_they_are_shown(tmp_path: Path) -> None:
    path = xlsb(
        tmp_path / "a.xlsb", "申报", [["编号", "项目名称", "摘要", "经费"], ["1", "夜市\n治理", "噪声。"]]
    )
    real = struct.pack("<II", 3, 1) + struct.pack("<d", 0.85)
    formats = [record(FORMAT, struct.pack("<H", 164) + wide("0.0%"))]
    parents, own = ([record(STYLE, struct.pack("<HH", 0, n)) for n in numbers] for numbers in ([9], [0, 164]))
    listed = [(FORMATS, formats), (STYLES, parents), (CELL_STYLES, own)]
    with ZipFile(path) as folder:
        parts = {name: folder.read(name) for name in folder.namelist()}
    sheet_name, links = "xl/worksheets/sheet1.bin", "xl/_rels/workbook.bin.rels"
    parts[sheet_name] = parts[sheet_name].replace(
        record(END_DATA), record(CELL_REAL, real) + record(END_DATA)
    )
    styles = f'<Relationship Id="rId2" Type="{RELATED}/styles" Target="styles.bin"/></Relationships>'
    parts[links] = parts[links].replace(b"</Relationships>", styles.encode())
    parts["xl/styles.bin"] = b"".join(
        record(kind, struct.pack("<I", len(each))) + b"".join(each) + record(kind + 1)
        for kind, each in listed
    )
    with ZipFile(path, "w") as folder:
        for name, part in parts.items():
            folder.writestr(name, part)
    (entry,) = Batch(path)
    assert isinstance(entry, Entry)
    assert (entry.proposal.title, entry.extra) == ("夜市\n治理", {"budget": "85.0%"})

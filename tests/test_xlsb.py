"""A binary workbook (.xlsb), written by hand: no library writes one."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

from matcher.readers.batch import Batch, Entry

# Record types of MS-XLSB, section 2.3.2.
CELL_TEXT, ROW = 6, 0
BOOK, END_BOOK, SHEETS, SHEET_NAME, END_SHEETS = 131, 132, 143, 156, 144
SHEET, END_SHEET, DIMENSION, DATA, END_DATA = 129, 130, 148, 145, 146
FORMAT, FORMATS, STYLE, STYLES, CELL_STYLES, CELL_REAL = 44, 615, 47, 626, 617, 5
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def record(kind: int, body: bytes = b"") -> bytes:
    """One record: its type and length in seven bits a byte, its body."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(body)
    while length > 127:
        size, length = size + bytes([length & 0x7F | 0x80]), length >> 7
    return head + size + bytes([length]) + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def sheet(rows: Sequence[Sequence[str]]) -> bytes:
    cells = b"".join(
        record(ROW, struct.pack("<IIHBBBI", r, 0, 300, 0, 0, 0, 0))
        + b"".join(record(CELL_TEXT, struct.pack("<II", c, 0) + wide(text)) for c, text in enumerate(row))
        for r, row in enumerate(rows)
    )
    area = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    return (
        record(SHEET) + record(DIMENSION, area) + record(DATA) + cells + record(END_DATA) + record(END_SHEET)
    )


def save(path: Path, name: str, rows: Sequence[Sequence[str]]) -> Path:
    named = record(SHEET_NAME, struct.pack("<II", 0, 1) + wide("rId1") + wide(name))
    book = record(BOOK) + record(SHEETS) + named + record(END_SHEETS) + record(END_BOOK)
    types = '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    link = f'<Relationship Id="rId1" Type="{RELATED}/worksheet" Target="worksheets/sheet1.bin"/>'
    with ZipFile(path, "w") as folder:
        folder.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>')
        folder.writestr("xl/workbook.bin", book)
        folder.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">{link}</Relationships>',
        )
        folder.writestr("xl/worksheets/sheet1.bin", sheet(rows))
    return path


def test_a_binary_workbook_is_read(tmp_path: Path) -> None:
    head = ["编号", "项目名称", "摘要", "指南方向"]
    rows = [
        ["汇总表"],
        head,
        ["001", "夜市治理", "夜间经济的噪声。", "2-03"],
        ["002", "湿地恢复", "滨海湿地。", "1-07"],
        ["合计"],
    ]
    batch = Batch(save(tmp_path / "a.xlsb", "申报", rows))
    read = [row for row in batch if isinstance(row, Entry)]
    assert [
        (r.sheet, r.proposal.id, r.proposal.title, r.proposal.abstract, r.proposal.declared) for r in read
    ] == [
        ("申报", "001", "夜市治理", "夜间经济的噪声。", "2-03"),
        ("申报", "002", "湿地恢复", "滨海湿地。", "1-07"),
    ]


def test_percent_and_line_ends_are_read_as_they_are_shown(tmp_path: Path) -> None:
    path = save(
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

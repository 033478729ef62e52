"""Hidden rows of .xls, .xlsb and .ods are read and named, as those of .xlsx are."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from matcher.readers.batch import Batch, Entry

ROWS = [
    ["编号", "项目名称", "摘要"],
    ["1", "甲类研究", "内容一"],
    ["2", "乙类研究", "内容二"],
    ["3", "丙类研究", "内容三"],
]
HIDDEN = 3


def write_xls(path: Path) -> None:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("表")
    for r, row in enumerate(ROWS):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    sheet.row(HIDDEN - 1).hidden = True
    book.save(str(path))


def write_ods(path: Path) -> None:
    cells = [
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>'
            for c in row
        )
        for row in ROWS
    ]
    marks = {HIDDEN: ' table:visibility="collapse"'}
    rows = "".join(
        f"<table:table-row{marks.get(n, '')}>{row}</table:table-row>" for n, row in enumerate(cells, 1)
    )
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    content = (
        f'<office:document-content xmlns:office="{office}" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="表">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    with zipfile.ZipFile(path, "w") as folder:
        folder.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        folder.writestr("content.xml", content)
        folder.writestr(
            "META-INF/manifest.xml", '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        )


def write_xlsb(path: Path) -> None:
    def record(kind: int, body: bytes = b"") -> bytes:
        number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return number + bytes([len(body)]) + body

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    sheet = record(129) + record(148, struct.pack("<4I", 0, len(ROWS) - 1, 0, 2)) + record(145)
    for r, row in enumerate(ROWS):
        sheet += record(0, struct.pack("<IIHBBBI", r, 0, 300, 0, 0x10 if r == HIDDEN - 1 else 0, 0, 0))
        sheet += b"".join(record(6, struct.pack("<II", c, 0) + wide(cell)) for c, cell in enumerate(row))
    sheet += record(146) + record(130)
    bundle = record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("表")) + record(144)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(path, "w") as folder:
        folder.writestr("xl/workbook.bin", record(131) + bundle + record(132))
        folder.writestr(
            "xl/_rels/workbook.bin.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{relation}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
        )
        folder.writestr("xl/worksheets/sheet1.bin", sheet)


@pytest.mark.parametrize("suffix", ["xls", "xlsb", "ods"])
def test_a_hidden_row_is_read_and_named(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"b.{suffix}"
    {"xls": write_xls, "xlsb": write_xlsb, "ods": write_ods}[suffix](path)
    batch = Batch(path)
    entries = [row for row in batch if isinstance(row, Entry)]
    assert [(e.line, e.proposal.title, e.proposal.abstract) for e in entries] == [
        (2, "甲类研究", "内容一"), (3, "乙类研究", "内容二"), (4, "丙类研究", "内容三"),
    ]  # fmt: skip
    assert [bool(e.notes) for e in entries] == [False, True, False]
    assert "隐藏的行，已读入 / hidden rows, read: 表!3" in batch.messages()[0]

"""A binary workbook (.xlsb), written by hand: no library writes one."""

from __future__ import annotations

import struct
from pathlib import Path

from matcher.readers.batch import Batch, Entry
from tests.spreadsheets import record, text_cell, wide, xlsb

# Record types of MS-XLSB, section 2.3.2.
FORMAT, FONT, FILL, STYLE, FORMATS, FONTS, FILLS, STYLES, CELL_STYLES = (
    44,
    43,
    45,
    47,
    615,
    611,
    603,
    626,
    617,
)
CELL_REAL, CELL_SHARED, CELL_RICH, TEXTS, SHARED = 5, 7, 62, 159, 19


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


def styles(
    formats: dict[int, str], fonts: list[bytes], fills: list[int], cells: list[tuple[int, int, int]]
) -> bytes:
    """The part of the styles of an .xlsb; of each cell its format, font and fill."""
    parts = [
        (
            FORMATS,
            [record(FORMAT, struct.pack("<H", number) + wide(code)) for number, code in formats.items()],
        ),
        (FONTS, [record(FONT, font) for font in fonts]),
        (FILLS, [record(FILL, struct.pack("<I", pattern) + bytes(64)) for pattern in fills]),
        (STYLES, [record(STYLE, struct.pack("<HH", 0, 9))]),
        (CELL_STYLES, [record(STYLE, struct.pack("<HHHH", 0, *own)) for own in cells]),
    ]
    return b"".join(
        record(kind, struct.pack("<I", len(each))) + b"".join(each) + record(kind + 1) for kind, each in parts
    )


def test_percent_and_line_ends_are_read_as_they_are_shown(tmp_path: Path) -> None:
    def cell(column: int, text: str) -> bytes:
        if text != "85%":
            return text_cell(column, text)
        return record(CELL_REAL, struct.pack("<II", column, 1) + struct.pack("<d", 0.85))

    rows = [["编号", "项目名称", "摘要", "经费"], ["1", "夜市\n治理", "噪声。", "85%"]]
    looks = styles({164: "0.0%"}, [], [], [(0, 0, 0), (164, 0, 0)])
    (entry,) = Batch(xlsb(tmp_path / "a.xlsb", "申报", rows, cell=cell, styles=looks))
    assert isinstance(entry, Entry)
    assert (entry.proposal.title, entry.extra) == ("夜市\n治理", {"budget": "85.0%"})


def font(colour: bytes = bytes(8), marks: int = 0) -> bytes:
    return struct.pack("<HHHHBBBB", 220, marks, 400, 0, 0, 0, 134, 0) + colour + b"\0" + wide("等线")


def test_what_is_white_struck_or_not_shown_is_named(tmp_path: Path) -> None:
    """By the letter that an abstract ends with: white, of the theme's paper, on a dark ground, a little darker; struck; not shown."""
    white, paper, darker = (
        bytes([2 << 1 | 1, 0, 0, 0, 255, 255, 255, 255]),
        bytes([3 << 1, 0, 0, 0]) + bytes(4),
        bytes([3 << 1, 0, 0, 0xC0]) + bytes(4),
    )
    fonts = [font(), font(white), font(paper), font(darker), font(marks=8)]
    kinds = {
        "黑": (0, 0, 0),
        "白": (0, 1, 0),
        "纸": (0, 2, 0),
        "底": (0, 1, 1),
        "灰": (0, 3, 0),
        "划": (0, 4, 0),
        "藏": (164, 0, 0),
    }
    looks = styles({164: ";;;"}, fonts, [0, 1], list(kinds.values()))

    def rich(text: str) -> bytes:
        return b"\1" + wide(text) + struct.pack("<IHHHH", 2, 0, 0, 3, 4)

    def cell(column: int, text: str) -> bytes:
        if text[-1] == "半":  # a part of it is struck
            return record(CELL_RICH, struct.pack("<II", column, 0) + rich(text))
        if text[-1] == "共":
            return record(CELL_SHARED, struct.pack("<III", column, 0, 1))
        return text_cell(column, text, [*kinds].index(text[-1]) if text[-1] in kinds else 0)

    endings = [*kinds, "半", "共"]
    rows = [
        ["编号", "项目名称", "摘要"],
        *([str(n), f"夜市治理之{n}", f"夜间噪声{end}"] for n, end in enumerate(endings, 2)),
    ]
    texts = record(SHARED, b"\0" + wide("无")) + record(SHARED, rich("夜间噪声共"))
    shared = record(TEXTS, struct.pack("<II", 2, 2)) + texts + record(TEXTS + 1)
    batch = Batch(xlsb(tmp_path / "a.xlsb", "申报", rows, cell=cell, styles=looks, sharedStrings=shared))
    entries = [row for row in batch if isinstance(row, Entry)]
    assert [entry.proposal.abstract for entry in entries] == [row[2] for row in rows[1:]]
    named = "\n".join(line.zh for line in batch.messages())
    assert "3 格的文字看不见：白字或不显示的格式（C3, C4, C8），已读入" in named
    assert "3 格加了删除线（C7, C9, C10），已读入" in named

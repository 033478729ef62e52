"""What of a table is struck, white, or shown otherwise than it is stored is read as it is shown, or read and named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from matcher.readers.batch import Batch, Entry

ROWS = [
    ["编号", "项目名称", "摘要"],
    *([str(n), f"夜市治理之{n}", f"夜间噪声{text}。"] for n, text in enumerate(("白", "划", "藏", "底"), 1)),
]
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for name, long in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
    )
)
WHITE = '<style:text-properties fo:color="#FFFFFF"/>'
STYLES = (
    f'<style:style style:name="白" style:family="table-cell">{WHITE}</style:style>'
    f'<style:style style:name="底" style:family="table-cell"><style:table-cell-properties fo:background-color="#1f3864"/>{WHITE}'
    '</style:style><style:style style:name="划" style:family="table-cell"><style:text-properties style:text-line-through-type="single"/>'
    '</style:style><style:style style:name="划" style:family="text"><style:text-properties style:text-line-through-style="solid"/>'
    "</style:style>"
)


def xlsx(path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Font, PatternFill

    book = Workbook()
    sheet = book.worksheets[0]
    for row in ROWS:
        sheet.append(row)
    sheet["C2"].font = sheet["C5"].font = Font(color="FFFFFFFF")
    sheet["C3"].font, sheet["C4"].number_format = Font(strike=True), ";;;"
    sheet["C5"].fill = PatternFill("solid", fgColor="FF1F3864")
    book.save(path)


def xls(path: Path) -> None:
    import xlwt

    dark = "font: colour white; pattern: pattern solid, fore_colour dark_blue"
    styles = dict(zip("白划藏底", ("font: colour white", "font: struck_out on", "", dark), strict=True))
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for r, row in enumerate(ROWS):
        for c, text in enumerate(row):
            code = ";;;" if "藏" in text else "General"
            sheet.write(r, c, text, xlwt.easyxf(styles.get(text[-2:-1], ""), num_format_str=code))
    book.save(str(path))


def ods(path: Path, rows: list[list[str]]) -> None:
    """An .ods of rows of cells, as they are written in its XML."""
    drawn = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    with ZipFile(path, "w") as folder:
        folder.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        folder.writestr("META-INF/manifest.xml", "<manifest/>")
        folder.writestr(
            "content.xml",
            f"<office:document-content {SPACES}><office:automatic-styles>{STYLES}</office:automatic-styles><office:body>"
            f'<office:spreadsheet><table:table table:name="表">{drawn}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        )


def cell(text: str, kind: str = "string") -> str:
    style = f'table:style-name="{text[-2:-1]}"' if text[-2:-1] in "白底" else ""
    text = text.replace("噪声划", '<text:span text:style-name="划">噪声</text:span>划')
    return f'<table:table-cell {style} office:value-type="{kind}"><text:p>{text}</text:p></table:table-cell>'


def read(path: Path) -> tuple[list[Entry], str]:
    batch = Batch(path)
    return [row for row in batch if isinstance(row, Entry)], "\n".join(line.zh for line in batch.messages())


@pytest.mark.parametrize(
    ("write", "unseen"),
    [
        (xlsx, "C2, C4"),
        (xls, "C2, C4"),
        (lambda path: ods(path, [list(map(cell, row)) for row in ROWS]), "C2"),
    ],
    ids=["xlsx", "xls", "ods"],
)
def test_what_is_white_struck_or_not_shown_is_named(
    tmp_path: Path, request: pytest.FixtureRequest, write: Callable[[Path], None], unseen: str
) -> None:
    path = tmp_path / f"b.{request.node.callspec.id}"
    write(path)
    entries, named = read(path)
    assert [entry.proposal.abstract for entry in entries] == [row[2] for row in ROWS[1:]]
    count = len(unseen.split(", "))
    assert f"{count} 格的文字看不见：白字或不显示的格式（{unseen}），已读入" in named
    assert "1 格加了删除线（C3），已读入" in named
    notes = [[note.zh for note in entry.notes] for entry in entries]
    assert notes[:2] == [["C2 的文字看不见：白字或不显示的格式。"], ["C3 加了删除线。"]]


@pytest.mark.parametrize(
    ("shown", "id_"),
    [("0007", "0007"), ("TJ07", "TJ07"), ("7", "7"), ("7.00", "7"), ("￥7", "7"), ("1,007", "7")],
)
def test_a_number_of_an_ods_keeps_the_zeros_and_letters_it_shows(
    tmp_path: Path, shown: str, id_: str
) -> None:
    number = cell(shown, 'float" office:value="7')
    ods(tmp_path / "b.ods", [list(map(cell, ROWS[0])), [number, cell("夜市治理"), cell("噪声。")]])
    (entry,), _ = read(tmp_path / "b.ods")
    assert entry.proposal.id == id_


@pytest.mark.parametrize(
    ("number", "id_"), [(1e15, "1000000000000000"), (2e16, "20000000000000000"), (0.5, "0.5")]
)
def test_a_long_number_is_written_in_full(tmp_path: Path, number: float, id_: str) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (ROWS[0], [number, "夜市治理", "噪声。"]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "b.xlsx")
    (entry,), _ = read(tmp_path / "b.xlsx")
    assert entry.proposal.id == id_


@pytest.mark.parametrize("comma", ["，", "；"])
def test_cells_that_a_chinese_keyboard_parts(tmp_path: Path, comma: str) -> None:
    lines = (
        comma.join(cells)
        for cells in (["编号", "项目名称", "摘要"], ["1", "夜市", "噪声。"], ["2", "夜市", "声", "光。"])
    )
    (tmp_path / "b.csv").write_text("\n".join(lines), "utf-8")
    entries, _ = read(tmp_path / "b.csv")
    assert [(entry.proposal.id, entry.proposal.abstract) for entry in entries] == [("1", "噪声。")]
    assert [row.line for row in Batch(tmp_path / "b.csv") if not isinstance(row, Entry)] == [3]


def test_a_wide_comma_within_a_header_parts_no_cells(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("编号,项目名称，中文,摘要\n1,夜市，早市,噪声，灯光。\n", "utf-8")
    (entry,), _ = read(tmp_path / "b.csv")
    assert (entry.proposal.id, entry.proposal.abstract) == ("1", "噪声，灯光。")


def test_areas_that_cover_a_sheet_again_and_again_take_no_time() -> None:
    from matcher.readers.sheet.delimited import DelimitedLine
    from matcher.readers.table.header import find_header

    lines = [DelimitedLine(n, row * 20) for n, row in enumerate(ROWS * 60, 1)]
    everywhere = (1, 1, 1_048_576, 16_384)
    assert find_header(lines, [everywhere] * 20_000, {}) == find_header(lines, [everywhere], {})

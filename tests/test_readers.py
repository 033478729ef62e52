"""Files to lines, tables and rows: the same text whatever the format, and one plain line for what cannot be read."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from matcher.errors import DocumentError
from matcher.readers import Document, read_document, source
from matcher.readers.formats import numbering
from matcher.readers.sheet.delimited import cell_text
from matcher.readers.source import unpacked
from matcher.readers.table.rows import read_rows

Grid = list[list[str]]


def write_pdf(path: Path, lines: Sequence[str], grid: Grid | None = None, per_page: int = 30) -> None:
    """A PDF with a Chinese font by name, one text line each, a page number below; `grid` is a ruled table."""
    pages: list[str] = []
    chunks = [lines[i : i + per_page] for i in range(0, max(len(lines), 1), per_page)]
    for number, chunk in enumerate(chunks, 1):
        drawn = [text_at(50, 800 - 20 * i, line) for i, line in enumerate(chunk)]
        drawn.append(text_at(290, 30, f"- {number} -"))
        if grid and number == len(chunks):
            drawn.append(_grid(grid, 800 - 20 * len(chunk)))
        pages.append("\n".join(drawn))
    path.write_bytes(pdf_of(pages))


def text_at(x: float, y: float, text: str, size: int = 10) -> str:
    """The drawing of a text at a place of a page, in points from below."""
    return f"BT /F1 {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET" if text else ""


def _grid(grid: Grid, top: float) -> str:
    """Rows of 24 points, cells as wide as a page allows; an empty cell of a column is merged with the one above."""
    width = 500 / len(grid[0])
    drawn: list[str] = []
    for r, row in enumerate(grid):
        y = top - 24 * r
        for c, cell in enumerate(row):
            x = 50 + c * width
            drawn += [f"{x} {y - 24} {width} 24 re S", text_at(x + 2, y - 16, cell)]
    return "\n".join(drawn)


def pdf_of(pages: list[str]) -> bytes:
    """A PDF of pages as drawn; Latin characters are half as wide as Chinese ones."""
    font = (
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts ["
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500 814 907 500] /CIDSystemInfo "
        "<< /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>] >>"
    )
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        font,
    ]
    for i, page in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * i} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(page)} >>\nstream\n{page}\nendstream")
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("ascii")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    return out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()


def write_docx(path: Path, lines: Sequence[str], grid: Grid | None = None) -> None:
    """Paragraphs, then a table; below a cell with text, empty cells of the last two columns are merged into it."""
    from docx import Document as new

    document = new()
    for line in lines:
        document.add_paragraph(line)
    if grid:
        table = document.add_table(len(grid), len(grid[0]))
        for r, row in enumerate(grid):
            for c, cell in enumerate(row):
                table.cell(r, c).text = cell
        for c in range(len(grid[0]) - 2, len(grid[0])):
            top = 0
            for r, row in enumerate(grid):
                if row[c]:
                    top = r
                elif top:
                    merged = table.cell(top, c).merge(table.cell(r, c))
                    merged.text = grid[top][c]
    document.save(str(path))


def write_xlsx(path: Path, rows: Sequence[Sequence[object]], title: str = "Sheet") -> None:
    from openpyxl import Workbook

    book = Workbook()
    hidden = book.active
    hidden.title, hidden.sheet_state = "hidden", "hidden"
    hidden.append(["never", "read"])
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([cell if cell != "" else None for cell in row])
    book.save(path)


DOCUMENTS = Path(__file__).parent / "cases" / "documents"
LINES = ("指南", "", "1.甲课题研究", "内容：“二〇二四”")


@pytest.mark.parametrize(
    "case",
    json.loads((DOCUMENTS / "expected.json").read_text("utf-8")),
    ids=lambda case: str(case["file"]),
)
def test_a_document(case: Mapping[str, Any]) -> None:
    """The lines that a reader of the file sees, and what is said of the rest."""
    document = read_document(DOCUMENTS / case["file"])
    assert [line for line in document.lines if line.strip()] == case["lines"]
    assert [loss.zh for loss in document.losses] == case["losses"]


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ([["序号", "名称", "人"], ["2", "乙", "子"]], [["序号", "名称", "人"], ["1", "甲的", "丑"], ["2", "乙", "子"]]),
        ([["", "后半", ""], ["2", "乙", "子"]], [["序号", "名称", "人"], ["1", "甲的后半", "丑"], ["2", "乙", "子"]]),
        ([["", "乙", "子"]], [["序号", "名称", "人"], ["1", "甲的", "丑"], ["", "乙", "子"]]),
    ],
)  # fmt: skip
def test_a_table_of_two_pages_is_one(tmp_path: Path, below: Grid, expected: Grid) -> None:
    pages = [_grid([["序号", "名称", "人"], ["1", "甲的", "丑"]], 100), _grid(below, 800)]
    numbered = [f"{page}\n{text_at(290, 30, str(n))}" for n, page in enumerate(pages, 1)]
    (tmp_path / "a.pdf").write_bytes(pdf_of(numbered))
    (table,) = read_document(tmp_path / "a.pdf").tables
    assert [list(row) for row in table.rows] == expected


def test_a_list_without_rules_on_two_pages_is_one_table(tmp_path: Path) -> None:
    rows = [["序号", "课题名称", "负责人"], *([str(n), f"第{n}个课题研究", "某人"] for n in range(1, 9))]
    places = {50: 0, 150: 1, 320: 2}
    pages = [
        "\n".join(text_at(x, 780 - 20 * n, row[c]) for n, row in enumerate(part) for x, c in places.items())
        for part in (rows[:5], rows[5:])
    ]
    (tmp_path / "a.pdf").write_bytes(pdf_of(pages))
    (table,) = read_document(tmp_path / "a.pdf").tables
    assert [list(row) for row in table.rows] == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_in_every_encoding(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(end.join(LINES).encode(encoding))
    assert read_document(path).lines == LINES


@pytest.mark.parametrize("end", ["\n", "\r", "\x0b", "\u2028"])
def test_a_text_of_too_many_lines_is_refused(tmp_path: Path, end: str) -> None:
    (tmp_path / "a.txt").write_text(end * 300_001 + "甲", "utf-8", newline="")
    with pytest.raises(DocumentError, match="300,000"):
        read_document(tmp_path / "a.txt")


def test_word_numbers_are_written_out(tmp_path: Path) -> None:
    from docx import Document as new

    document = new()
    document.add_paragraph("选题")
    for text in ("甲研究", "乙研究"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("丙", style="List Bullet")
    document.save(str(tmp_path / "a.docx"))
    assert read_document(tmp_path / "a.docx").lines == ("选题", "1. 甲研究", "2. 乙研究", "• 丙")


@pytest.mark.parametrize(
    ("n", "style", "expected"),
    [(12, "chineseCounting", "十二"), (20, "chineseCountingThousand", "二十"), (105, "taiwaneseCounting", "一百零五"),
     (110, "chineseCounting", "一百一十"), (3, "upperLetter", "C"), (4, "lowerRoman", "iv"), (11, "decimalEnclosedCircle", "⑪"),
     (7, "decimal", "7"), (7, "decimalZero", "07"), (2, "ideographTraditional", "乙"), (11, "ideographTraditional", "11"),
     (12, "ideographZodiac", "亥"), (13, "ideographZodiac", "13"), (21, "chineseLegalSimplified", "贰拾壹"),
     (3, "decimalEnclosedParen", "⑶"), (20, "decimalEnclosedFullstop", "⒛"), (21, "decimalEnclosedCircle", "21")],
)  # fmt: skip
def test_number_formats(n: int, style: str, expected: str) -> None:
    assert numbering.format_number(n, style) == expected


@pytest.mark.parametrize(
    ("written", "lines", "loss"),
    [
        ("甲~~旧~~新", ["甲新"], "加删除线的文字未读（1 处：“旧”）"),
        ("甲<!-- 请\n填 -->乙", ["甲", "乙"], "隐藏文字未读（1 处：“请 填”）"),
        ("甲<!---->乙", ["甲乙"], ""),
        ("约10~~20 人，好~~", ["约10~~20 人，好~~"], ""),
        ("甲 ~~~ 乙 ~~~", ["甲 ~~~ 乙 ~~~"], ""),
        ("`<!-- a -->` 与 `~~b~~`", ["<!-- a --> 与 ~~b~~"], ""),
        ("甲 <!-- 没有关上", ["甲 <!-- 没有关上"], ""),
    ],
)
def test_what_markdown_does_not_show(tmp_path: Path, written: str, lines: list[str], loss: str) -> None:
    (tmp_path / "a.md").write_text(written, encoding="utf-8")
    document = read_document(tmp_path / "a.md")
    assert list(document.lines) == lines
    assert [message.zh for message in document.losses] == ([loss] if loss else [])


def test_comments_of_markdown_that_never_end_take_no_time(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("<!--```\n" * 100_000 + "甲", encoding="utf-8")
    assert read_document(tmp_path / "a.md").lines[-1] == "甲"


def test_docx_merged_cells_and_order(tmp_path: Path) -> None:
    grid = [["序号", "课题名称", "处室", "电话"], ["1", "甲", "战略处", "58830001"], ["2", "乙", "", ""]]
    write_docx(tmp_path / "a.docx", ["前言"], grid)
    document = read_document(tmp_path / "a.docx")
    assert document.lines == ("前言", "序号 | 课题名称 | 处室 | 电话", "1 | 甲 | 战略处 | 58830001", "2 | 乙")
    assert document.tables[0].rows[2] == ("2", "乙", "", "")
    assert document.tables[0].line_numbers == (2, 3, 4)


def test_html_shows_what_a_reader_sees(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<html><head><title>x</title><style>p{}</style></head><body><script>alert(1)</script><p>第一<b>段</b></p>"
        "<div style='display: none'>隐藏</div><i style='color: #FFF'>白字</i><i style='background:navy;color:#fff'>标</i>"
        "<ol start=3><li>甲</li><li>乙</li></ol><ul><li>丙</li></ul>"
        "<table><tr><td rowspan=2>处</td><td>1</td></tr><tr><td>2</td></tr></table>"
        "<div><span class=a>名</span><span class=b>值</span></div><div><span class=a>一</span><span class=b>句</span>话</div></body></html>",
        encoding="utf-8",
    )
    document = read_document(tmp_path / "a.html")
    assert document.lines == ("第一段", "标", "3. 甲", "4. 乙", "• 丙", "处 | 1", "2", "名\t值", "一句话")
    assert document.tables[0].rows == (("处", "1"), ("", "2"))
    assert [loss.zh for loss in document.losses] == [
        "隐藏文字未读（1 处：“隐藏”）",
        "与底色相同、看不见的文字未读（1 处：“白字”）",
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**甲**与*乙*、中*丙*文", "甲与乙、中丙文"),
        ("`丁` [戊](https://a.b/c) ![己](./a.png)", "丁 戊 己"),
        ("3*4*5 a*b*c [1](2) *", "3*4*5 a*b*c [1](2) *"),
    ],
)
def test_marks_of_markdown(tmp_path: Path, written: str, shown: str) -> None:
    (tmp_path / "a.md").write_text(written, encoding="utf-8")
    assert read_document(tmp_path / "a.md").lines == (shown,)


def test_pdf_lines_without_page_numbers(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [f"第{i}行文字" for i in range(40)])
    document = read_document(tmp_path / "a.pdf")
    assert document.lines == tuple(f"第{i}行文字" for i in range(40))
    assert document.wrapped


def test_pdf_lines_say_whether_they_reach_the_end_of_their_column(tmp_path: Path) -> None:
    full, short = "满" * 49, "不满的一行"
    write_pdf(tmp_path / "a.pdf", [full, short, full[:-1], full[:-4]])
    assert read_document(tmp_path / "a.pdf").full == frozenset({1, 3})
    write_pdf(tmp_path / "b.pdf", ["短题目", "另一个短题目"])  # nothing shows where a line would end
    assert read_document(tmp_path / "b.pdf").full == frozenset()
    (tmp_path / "c.txt").write_text(full, encoding="utf-8")
    assert read_document(tmp_path / "c.txt").full is None


def test_json_topics_become_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"title": "甲", "phone": 123}\n\n{"title": "乙"}\n', encoding="utf-8")
    assert [row[3] for row in read_document(tmp_path / "a.jsonl").tables[0].rows] == ["title", "甲", "乙"]


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("word/document.xml", b"0" * (2 << 20))
    return buffer.getvalue()


BAD: dict[str, tuple[bytes, str]] = {
    "old.doc": (b"\xd0\xcf\x11\xe0", "另存为 .docx"),
    "scan.pdf": (pdf_of([""]), "OCR"),
    "broken.pdf": (b"%PDF-1.4 nonsense", "damaged"),
    "broken.docx": (b"PK nonsense", "damaged"),
    "dynamic.pdf": (
        pdf_of([text_at(50, 800, "请用更新的阅读器打开本表单")]).replace(
            b"/Type /Catalog", b"/Type /Catalog /NeedsRendering true /AcroForm << /XFA (x) >>"
        ),
        "XFA",
    ),
    "frames.html": (b"<frameset><frame src=main.html><noframes>No frames</noframes></frameset>", "main.html"),
    "broken.xlsx": (b"nonsense", "damaged"),
    "random.xlsx": (bytes((i * 197 + 55) % 256 for i in range(3000)), "damaged"),
    "random.xls": (bytes((i * 31 + 7) % 256 for i in range(3000)), "damaged"),
    "locked.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "密码"),
    "bomb.docx": (_bomb(), "over the limit"),
    "empty.txt": (b" \n\n", "empty"),
    "blank.html": (b"<html><body></body></html>", "no text"),
    "binary.txt": (b"\x00\x01" * 500, "UTF-8"),
    "strange.xyz": (b"abc", ".xyz"),
    "noext": (b"abc", "no extension"),
    "list.json": (b'[{"name": 1}]', "list of topics"),
    "list.jsonl": (b'{"title": "a"}\n{', "Line 2"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_one_plain_line(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, hint = BAD[name]
    monkeypatch.setattr(source, "LARGEST_UNPACKED", 1 << 20)
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(DocumentError) as caught:
        read_document(tmp_path / name)
    message = str(caught.value)
    assert hint in message
    assert "\n" not in message
    assert " / " in message


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_in_a_zip_that_does_not_say_their_encoding(tmp_path: Path, encoding: str) -> None:
    name = "申报书".encode(encoding)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as folder:
        folder.writestr("x" * len(name), "文字")
    raw = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(raw.replace(b"x" * len(name), name))
    with unpacked(tmp_path / "a.zip") as (_, names, refused):
        assert (list(names.values()), refused) == (["申报书"], [])


@pytest.mark.parametrize("name", ["", "missing.txt"])
def test_folder_and_missing_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(DocumentError, match=r"folder|No such"):
        read_document(tmp_path / name)


def test_pdf_with_password(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    write_pdf(tmp_path / "a.pdf", ["文字"])
    writer = PdfWriter(PdfReader(tmp_path / "a.pdf"))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")
    with pytest.raises(DocumentError, match="password"):
        read_document(tmp_path / "locked.pdf")


def rows_of(path: Path) -> list[tuple[int, dict[str, object], bool]]:
    return [
        (row.line, {name: cell_text(value) for name, value in row.values.items()}, row.error is not None)
        for row in read_rows(path)
    ]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_csv_rows(tmp_path: Path, delimiter: str, encoding: str) -> None:
    text = 'id,title,abstract\r\n1,甲,"两行\r\n文字, 引号"\r\n\r\n2,乙\r\n3,丙,a,b\r\n4,丁,"x;y"\r\n'
    changed = (
        text
        if delimiter == ","
        else text.replace("文字, 引号", "文字 引号").replace("x;y", "xy").replace(",", delimiter)
    )
    (tmp_path / "a.csv").write_bytes(changed.encode(encoding))
    found = rows_of(tmp_path / "a.csv")
    assert [(line, bad) for line, _, bad in found] == [(2, False), (5, True), (6, True), (7, False)]
    assert found[0][1]["title"] == "甲"
    assert str(found[0][1]["abstract"]).startswith("两行\r\n文字")


def test_csv_field_of_a_megabyte(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,title\n1," + "长" * 1_000_000 + "\n", encoding="utf-8")
    assert len(str(rows_of(tmp_path / "a.csv")[0][1]["title"])) == 1_000_000


def test_jsonl_rows_report_broken_lines(tmp_path: Path) -> None:
    lines = ['{"id": 1, "title": "甲"}', "{broken", "[1]", "", '{"id": 2}', "[" * 5000]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = rows_of(tmp_path / "a.jsonl")
    assert [(line, bad) for line, _, bad in found] == [
        (1, False), (2, True), (3, True), (5, False), (6, True),
    ]  # fmt: skip
    assert found[0][1] == {"id": "1", "title": "甲"}


def test_xlsx_rows(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["申报汇总表"],
        ["编号", "项目名称", "年度", "日期"],
        [1.0, "甲", 2021.0, date(2021, 5, 1)],
        [],
        [2, "乙"],
    ]
    write_xlsx(tmp_path / "a.xlsx", rows)
    assert rows_of(tmp_path / "a.xlsx") == [
        (3, {"编号": "1", "项目名称": "甲", "年度": "2021", "日期": "2021-05-01"}, False),
        (5, {"编号": "2", "项目名称": "乙", "年度": "", "日期": ""}, False),
    ]


def test_rows_of_an_unknown_type(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DocumentError, match="csv"):
        list(read_rows(tmp_path / "a.txt"))


def test_rows_are_streamed(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": 1}\n' * 5, encoding="utf-8")
    rows = read_rows(tmp_path / "a.jsonl")
    assert next(iter(rows)).line == 1


def test_a_document_is_the_same_twice(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"title": "甲"}]), encoding="utf-8")
    first = read_document(tmp_path / "a.json")
    assert isinstance(first, Document)
    assert first == read_document(tmp_path / "a.json")


def test_a_phone_at_the_edge_of_every_page_is_left_out_and_said(tmp_path: Path) -> None:
    """Of two pages: what stands apart from the text runs, a line of the same words and height within it does not."""
    file = tmp_path / "guide.pdf"
    lines = (
        (780, "课题{n}：第{n}项研究"),
        (762, "研究内容：调查第{n}项。"),
        (744, "对接处室：农村处 0731-84420011"),
    )
    foot = text_at(50, 40, "省软科学办公室 电话：0731-84420099")
    file.write_bytes(
        pdf_of(["\n".join([*(text_at(50, y, text.format(n=n)) for y, text in lines), foot]) for n in (1, 2)])
    )
    document = read_document(file)
    assert [line for line in document.lines if "0731" in line] == ["对接处室：农村处 0731-84420011"] * 2
    assert any("0731-84420099" in str(loss) for loss in document.losses)

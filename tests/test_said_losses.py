"""What a file holds and no page shows is read or named, never passed over."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import pytest

from matcher.readers import read_document
from matcher.readers.batch import Batch, Entry
from matcher.readers.form.reading import form_of_text
from matcher.readers.pdf.rows import ruled_cells
from tests.spreadsheets import workbook
from tests.test_readers import pdf_of, text_at

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NOTES = (
    f'<w:footnotes xmlns:w="{W}"><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:id="5"><w:p><w:r><w:t>没有引用的脚注里有一句话。</w:t></w:r></w:p></w:footnote></w:footnotes>'
)
Change = Callable[[str], str]


def word(path: Path, change: Change, notes: str = "") -> Path:
    """A document of a paragraph and a table, its XML changed; `notes` is its part of footnotes."""
    from docx import Document

    new = Document()
    new.add_paragraph("研究内容：夜间经济。")
    new.add_table(1, 2).cell(0, 0).text = "甲"
    file = io.BytesIO()
    new.save(file)
    with ZipFile(file) as plain, ZipFile(path, "w") as changed:
        for name in plain.namelist():
            part = plain.read(name).decode("utf-8", "surrogateescape")
            if name == "word/document.xml":
                part = change(part)
            elif notes and name == "word/_rels/document.xml.rels":
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
                related = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/>'
                part = part.replace("</Relationships>", f"{related}</Relationships>")
            changed.writestr(name, part.encode("utf-8", "surrogateescape"))
        if notes:
            changed.writestr("word/footnotes.xml", notes)
    return path


def after_text(xml: str) -> Change:
    return lambda part: part.replace("夜间经济。</w:t></w:r>", f"夜间经济。</w:t></w:r>{xml}")


def in_table(xml: str) -> Change:
    return lambda part: re.sub("<w:tblPr>", f"<w:tblPr>{xml}", part, count=1)


DELETED = '<w:del w:id="1" w:author="a"><w:r><w:delText>被修订删去的话。</w:delText></w:r></w:del>'
PICTURE = (
    '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<wp:docPr id="1" name="图片 1" descr="{}"/></wp:inline></w:drawing></w:r>'
)


@pytest.mark.parametrize(
    ("change", "notes", "said"),
    [
        (after_text(DELETED), "", ["修订中删去的文字未读（1 处：“被修订删去的话。”）"]),
        (
            after_text(PICTURE.format("技术路线：先调查三个街区，再比较噪声。")),
            "",
            ["图片、表格的说明文字未读（1 处：“技术路线：先调查三个街区，再比较噪声。”）"],
        ),
        (after_text(PICTURE.format("图片包含 文字, 由程序自动生成的说明，内容很长很长")), "", []),
        (after_text(PICTURE.format("screenshot-2026-03-01-final.png")), "", []),
        (
            in_table('<w:tblDescription w:val="本表列出三个街区的监测点与时段。"/>'),
            "",
            ["图片、表格的说明文字未读（1 处：“本表列出三个街区的监测点与时段。”）"],
        ),
        (str, NOTES, ["正文没有引用的脚注、尾注未读（1 处：“没有引用的脚注里有一句话。”）"]),
        (after_text('<w:r><w:footnoteReference w:id="5"/></w:r>'), NOTES, []),
    ],
)
def test_what_word_holds_beside_its_text(tmp_path: Path, change: Change, notes: str, said: list[str]) -> None:
    document = read_document(word(tmp_path / "a.docx", change, notes))
    assert [loss.zh for loss in document.losses] == said
    assert document.lines[0] == "研究内容：夜间经济。"


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        (".x{display:none}", ["可见"]),
        ("p.x, #no { visibility : hidden; }", ["可见"]),
        ("#y{display:none} .x{display:none} .x{display:block}", ["隐藏", "可见"]),
        ("@media print{.x{display:none}} .z{color:red}", ["隐藏", "可见"]),
        ("/* .x{display:none} */", ["隐藏", "可见"]),
        ("div .x{display:none}", ["隐藏", "可见"]),
    ],
)
def test_what_a_style_sheet_hides(tmp_path: Path, style: str, shown: list[str]) -> None:
    page = f"<html><head><style>{style}</style></head><body><p class='a x'>隐藏</p><p>可见</p></body></html>"
    (tmp_path / "a.html").write_text(page, "utf-8")
    document = read_document(tmp_path / "a.html")
    assert list(document.lines) == shown
    assert [loss[:4] for loss in document.losses] == (["隐藏文字"] if len(shown) == 1 else [])


def test_what_a_page_shows_from_elsewhere_is_said(tmp_path: Path) -> None:
    page = '<p>可见</p><iframe src="detail.html"></iframe><object data="x.pdf"></object><embed src="y.pdf"><iframe src="about:blank"></iframe>'
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    document = read_document(tmp_path / "a.html")
    assert document.lines == ("可见",)
    assert [loss.zh for loss in document.losses] == [
        "网页内嵌、不直接显示的内容未读（3 处：“detail.html x.pdf y.pdf”）"
    ]


def test_what_stands_off_the_page_is_left_out_and_the_fields_of_all_kinds_are_read(tmp_path: Path) -> None:
    page = (
        '<p>可见</p><p style="text-indent: -9999px">藏甲</p><p style="position:absolute; left:-5000px">藏乙</p>'
        '<p style="margin-left:126.0pt;text-indent:-126.0pt">悬挂</p>'
        '<p>起始：<input type="month" value="2021-03"></p><p>关键词：<input type=search value="夜市"></p><input type=hidden value="无">'
    )
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    document = read_document(tmp_path / "a.html")
    assert document.lines == ("可见", "悬挂", "起始：2021-03", "关键词：夜市")
    assert [loss.zh for loss in document.losses] == ["隐藏文字未读（2 处：“藏甲藏乙”）"]


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        (
            '<label>题目<input value="夜市"></label><label>单位 <input value="大学"></label>',
            ["题目\t夜市", "单位\t大学"],
        ),
        (
            "<label>方向<select><option>1-01<option selected>2-13</select></label><label>单位</label>",
            ["方向\t2-13", "单位："],
        ),
        ('<label>题目</label><input value="夜市"><label>空<input></label>', ["题目\t夜市", "空："]),
        ("<label>同意<input type=checkbox checked></label>", ["同意☑："]),
    ],
)
def test_a_field_within_its_label(tmp_path: Path, fields: str, lines: list[str]) -> None:
    (tmp_path / "a.html").write_text(f"<form>{fields}</form>", "utf-8")
    assert list(read_document(tmp_path / "a.html").lines) == lines


def test_the_caption_of_a_web_table(tmp_path: Path) -> None:
    rows = "<tr><td>甲</td><td>乙</td></tr>" * 2
    (tmp_path / "a.html").write_text(f"<table><caption>表一 对象</caption>{rows}</table>", "utf-8")
    assert list(read_document(tmp_path / "a.html").lines) == ["表一 对象", "甲 | 乙", "甲 | 乙"]


def test_text_boxes_over_a_sheet(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", {"Sheet": [["编号", "项目名称"], ["1", "夜市治理"]]})
    shape = (
        '<xdr:wsDr xmlns:xdr="d" xmlns:a="a"><xdr:sp><xdr:txBody><a:p><a:r><a:t>文本框</a:t></a:r><a:r><a:t>里的话</a:t></a:r></a:p>'
        "</xdr:txBody></xdr:sp><xdr:sp><xdr:txBody><a:p/></xdr:txBody></xdr:sp></xdr:wsDr>"
    )
    with ZipFile(tmp_path / "a.xlsx", "a") as folder:
        folder.writestr("xl/drawings/drawing1.xml", shape)
    batch = Batch(tmp_path / "a.xlsx")
    assert len(list(batch)) == 1
    said = "1 个文本框未读（“文本框里的话”） / 1 text boxes were not read"
    assert said in "\n".join(batch.messages())
    assert read_document(tmp_path / "a.xlsx").losses == (said,)


def test_annotations_of_a_pdf(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter
    from pypdf.annotations import FreeText, Text

    page = text_at(60, 780, "项目名称：夜市治理") + "\n" + text_at(60, 760, "研究内容：夜间经济的噪声。")
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(pdf_of([page]))))
    writer.add_annotation(0, FreeText(text="打在页面上的话。", rect=(60, 600, 300, 640)))
    writer.add_annotation(0, Text(text="便签：请修改。", rect=(60, 500, 80, 520)))
    writer.write(tmp_path / "a.pdf")
    document = read_document(tmp_path / "a.pdf")
    assert document.lines[-1] == "打在页面上的话。"
    assert document.losses == ("1 条批注未读（“便签：请修改。”） / 1 remarks not read",)


def test_what_stands_under_no_known_label_of_a_form_is_named() -> None:
    form = form_of_text(
        "项目名称：夜市治理研究\n申报单位：海河大学\n存放地点与柜号：资料室三号柜\n职称：教授\n摘要：测量四个夜市的噪声，比较三种治理办法。"
    )
    (note,) = form.notes
    assert "存放地点与柜号：资料室三号柜" in note
    assert "职称" not in note


@pytest.mark.parametrize(
    "rows",
    [
        [["1", "项目名称", "夜市治理研究"], ["2", "申报单位", "海河大学"], ["3", "研究内容概要", "测量四个夜市的噪声。"]],
        [["项目名称", "榜单编号", "申报单位"], ["夜市治理研究", "JB-09", "海河大学"], ["项目简介"], ["测量四个夜市的噪声。"]],
    ],
    ids=["numbered", "names-above"],
)  # fmt: skip
def test_a_form_in_a_worksheet_is_no_table(tmp_path: Path, rows: list[list[str]]) -> None:
    workbook(tmp_path / "form", {"申报书": [["项目申报书"], *rows]})
    (entry,) = Batch(tmp_path)
    assert isinstance(entry, Entry)
    read = (entry.proposal.title, entry.proposal.organisation, entry.proposal.abstract)
    assert read == ("夜市治理研究", "海河大学", "测量四个夜市的噪声。")


def cell(x: float, y: float, width: float, text: str) -> str:
    """A ruled cell of a PDF page, 24 points high, with its text."""
    return f"{x} {y} {width} 24 re S\n{text_at(x + 4, y + 8, text)}"


def test_text_in_a_gap_of_a_ruled_table_is_read(tmp_path: Path) -> None:
    """A cell without rules, and letters that run over the edge of theirs, lie within the frame and in no cell."""
    rows = [(700, "研究内容", "夜间经济政策"), (676, "预期成果", ""), (652, "备注", "无")]
    cells = [cell(50, y, 100, name) + cell(150, y, 52, text) * bool(text) for y, name, text in rows]
    page = "\n".join([*cells, text_at(154, 684, "报告")])
    (tmp_path / "a.pdf").write_bytes(pdf_of([page]))
    read = "".join(read_document(tmp_path / "a.pdf").lines)
    assert sorted(re.sub(r"[ |]", "", read)) == sorted("研究内容夜间经济政策预期成果报告备注无")


def test_a_ruled_table_stands_in_its_column(tmp_path: Path) -> None:
    left = [text_at(50, 760 - 14 * n, f"左{n:02d}" + "夜间经济的政策供给与监管" * 2) for n in range(12)]
    right = [text_at(320, 753 - 14 * n, f"右{n:02d}" + "夜间经济的政策供给与监管" * 2) for n in range(12)]
    table = [cell(50, 560, 60, "任务"), cell(110, 560, 60, "年度")]
    (tmp_path / "a.pdf").write_bytes(pdf_of(["\n".join([*left, *right, *table])]))
    starts = [line[:3] for line in read_document(tmp_path / "a.pdf").lines]
    assert starts == [*(f"左{n:02d}" for n in range(12)), "任务 ", *(f"右{n:02d}" for n in range(12))]


def test_a_narrow_cell_breaks_words_between_its_margins() -> None:
    cells = [(0, 0, 45, 30), (45, 0, 75, 30), (75, 0, 300, 30)]
    texts = ["Ann\nLee", "序\n号", "Ann\nLee"]
    rows, page = [SimpleNamespace(cells=cells)], SimpleNamespace(chars=[])
    table = SimpleNamespace(rows=rows, extract=lambda **_: [texts], page=page)
    assert ruled_cells(table, 10) == [["Ann Lee", "序号", "Ann\nLee"]]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_that_was_fed_in_the_wrong_way(tmp_path: Path, turn: int) -> None:
    page = "\n".join(
        [text_at(50, 760, "项目名称：夜间经济"), cell(50, 700, 100, "摘要"), cell(150, 700, 100, "监管")]
    )
    turned = pdf_of([page]).replace(b"/MediaBox", b"/Rotate %d /MediaBox" % turn)
    (tmp_path / "a.pdf").write_bytes(turned)
    assert read_document(tmp_path / "a.pdf").lines == ("项目名称：夜间经济", "摘要 | 监管")

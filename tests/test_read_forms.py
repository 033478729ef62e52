"""Forms as offices and applicants have them: every visible word once, each under its label, and what was lost is said."""

from __future__ import annotations

import io
import os
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import DocumentError
from matcher.guide.mending import read_guide
from matcher.readers import read_document
from matcher.readers.batch import Batch, Entry
from matcher.readers.encoding import decode
from matcher.readers.fields.in_lines import label_of
from matcher.readers.fields.values import is_hint, value_of
from matcher.readers.form.reading import form_of_text, long_cells
from matcher.readers.form.roles import rows_of
from matcher.readers.pdf import reading as pdf
from matcher.types import Proposal
from tests.application_cases import read_form

CASES = Path(__file__).parent / "cases" / "forms"
TITLE = "高校科技成果产业化早期融资支持机制研究"
TEXT = "围绕高校成果转化在中试之前缺少资金的问题"
# file → what it holds besides TITLE and TEXT
FORMS: dict[str, dict[str, str]] = {
    "sdt_cell.docx": {}, "hints.docx": {}, "footnote.docx": {}, "vanish.docx": {}, "textbox.docx": {},
    "textbox_all.docx": {}, "tracked.docx": {}, "strict.docx": {}, "spaced.pdf": {}, "fakebold.pdf": {},
    "acroform.pdf": {"principal_investigator": "王某某"},
    "tracked.odt": {}, "textbox_all.odt": {},  # as LibreOffice saves the .docx of the same name
    "checkbox.docx": {"declared": "2-24", "category": "一般项目"},
    "ke_ti_ming.docx": {"declared": "24", "principal_investigator": "王某某"},
    "sex_birth.docx": {"principal_investigator": "王某某", "organisation": "某某大学", "birth": "1980.05", "phone": "022-55550000"},
    "tableform.pdf": {"principal_investigator": "王某某", "organisation": "某某大学"},
    "title_next_cellless.docx": {"principal_investigator": "王某某", "organisation": "某某大学"},
    "title_styles.docx": {"principal_investigator": "王某某", "organisation": "某某大学", "phone": "13800000000"},
    "unit_bare.docx": {"principal_investigator": "王某某", "organisation": "某某大学"},
    "unit_work.docx": {"principal_investigator": "王某某", "organisation": "某某大学"},
    "vertical_label.docx": {"principal_investigator": "王某某", "organisation": "某某大学", "keywords": "融资；成果转化"},
    "vertical_label.odt": {"principal_investigator": "王某某", "organisation": "某某大学", "keywords": "融资；成果转化"},
}  # fmt: skip
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize("name", FORMS)
def test_title_text_and_people_of_a_form(name: str) -> None:
    form = read_form(CASES / name)
    assert form.fields["title"] == TITLE
    assert TEXT in form.fields["abstract"]
    assert form.fields["abstract"].count(TEXT) == 1
    assert "不超过" not in form.fields["abstract"]
    assert "外国高端人才" not in str(form.fields)
    assert {key: form.fields[key] for key in FORMS[name]} == FORMS[name]


@pytest.mark.parametrize("name", FORMS)
def test_sections_stand_where_they_say(name: str) -> None:
    proposal = read_form(CASES / name).proposal("a")
    placed = [s for s in proposal.sections if s.start is not None]
    assert placed
    assert all(proposal.text[s.start or 0 :].startswith(s.text) for s in placed)


def test_hidden_text_is_left_out_and_said() -> None:
    form = read_form(CASES / "vanish.docx")
    assert len(form.notes) == 1
    assert "隐藏文字" in form.notes[0]
    assert "hidden" in form.notes[0]


def test_what_only_a_header_says_is_said_to_be_unread(tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    document.add_paragraph("项目名称：夜市治理研究")
    document.sections[0].header.paragraphs[0].text = "受理编号 2026-17"
    document.sections[0].footer.paragraphs[0].text = "第 1 页 共 3 页"
    document.save(tmp_path / "a.docx")
    assert read_document(tmp_path / "a.docx").losses == (
        "页眉页脚或邮件抬头的文字未读（“受理编号 2026-17”） / headers and footers, or a mail's head, were not read (“受理编号 2026-17”)",
    )
    document.sections[0].header.paragraphs[0].text = "夜市治理 研究"
    document.save(tmp_path / "a.docx")
    assert read_document(tmp_path / "a.docx").losses == ()


def test_struck_text_is_left_out_and_said() -> None:
    document = read_document(CASES / "strike.docx")
    assert not any("文化和旅游" in line for line in document.lines)
    assert "删除线" in document.losses[0]
    assert document.losses[0] in read_guide(CASES / "strike.docx").findings


def test_without_ocr_scans_and_glyphs_without_characters_are_refused_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf, "is_installed", lambda: False)
    with pytest.raises(DocumentError, match="无法解码"):
        read_form(CASES / "cid.pdf")
    with pytest.raises(DocumentError, match=r"没有文字层.*pip install 'proposal-matcher\[ocr\]'"):
        read_form(CASES / "scan.pdf")


def test_a_picture_is_refused_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scan.jpg").write_bytes(b"\xff\xd8\xff")
    monkeypatch.setattr(pdf, "is_installed", lambda: False)
    with pytest.raises(DocumentError, match=r"是图片.*pip install 'proposal-matcher\[ocr\]'"):
        read_document(tmp_path / "scan.jpg")


@pytest.mark.skipif(not pdf.is_installed(), reason="needs the extra ocr")
def test_with_ocr_a_picture_is_read_and_a_damaged_one_refused(tmp_path: Path) -> None:
    import pypdfium2

    page = pypdfium2.PdfDocument(CASES / "scan.pdf")[0].render(scale=2).to_pil()
    page.save(tmp_path / "scan.png")
    form = read_form(tmp_path / "scan.png")
    assert form.fields == read_form(CASES / "scan.pdf").fields
    assert "OCR" in form.notes[0]
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nxxxx")
    with pytest.raises(DocumentError, match="不是真正的图片"):
        read_document(tmp_path / "bad.png")


@pytest.mark.parametrize(("first", "running", "title", "note"), [
    ("夜间经济噪声治理研究", "某某大学科研处", "夜间经济噪声治理研究", "某某大学科研处"),
    ("", "项目名称：夜间经济噪声治理研究", "夜间经济噪声治理研究", ""),
    ("", "内部资料注意保存", "", "内部资料注意保存"),
])  # fmt: skip
def test_a_title_that_only_the_header_holds(
    tmp_path: Path, first: str, running: str, title: str, note: str
) -> None:
    from docx import Document

    document = Document()
    section = document.sections[0]
    if first:
        section.different_first_page_header_footer = True
        section.first_page_header.paragraphs[0].text = first
    section.header.paragraphs[0].text = running
    for line in ("申报单位：某某大学", "研究内容", "比较三类街区夜间经济的噪声与治理办法，提出管理建议。"):
        document.add_paragraph(line)
    document.save(str(tmp_path / "a.docx"))
    form = read_form(tmp_path / "a.docx")
    assert form.fields.get("title", "") == title
    assert [n.partition("“")[2].partition("”")[0] for n in form.notes] == ([note] if note else [])


@pytest.mark.skipif(not pdf.is_installed(), reason="needs the extra ocr")
def test_with_ocr_a_scanned_form_is_read_and_marked() -> None:
    form = read_form(CASES / "scan.pdf")
    assert form.fields["title"] == TITLE
    assert TEXT in form.fields["abstract"]
    assert (form.fields["organisation"], form.fields["principal_investigator"]) == ("某某大学", "王某某")
    assert "OCR" in form.notes[0]


def test_chinese_in_the_encoding_of_windows() -> None:
    assert decode((CASES / "gbk.txt").read_bytes(), "gbk.txt").startswith("科技金融支持高校成果")


@pytest.mark.parametrize("encoding", ["big5", "utf-16", "gb18030", "utf-8-sig"])
def test_traditional_text_in_every_encoding(encoding: str) -> None:
    text = "本課題研究兩岸青年創業基地的運營模式，提出政策建議。"
    assert decode(text.encode(encoding), "a.txt") == text


def docx(path: Path, body: str, **parts: str) -> Path:
    """A .docx of a body and further parts (styles, numbering, footnotes) in WordprocessingML."""
    relations = "".join(f'<Relationship Id="{p}" Type="{RELATION}/{p}" Target="{p}.xml"/>' for p in parts)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as folder:
        main = f'<Relationship Id="r" Type="{RELATION}/officeDocument" Target="word/document.xml"/>'
        head = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        folder.writestr("_rels/.rels", f"{head}{main}</Relationships>")
        folder.writestr("word/_rels/document.xml.rels", f"{head}{relations}</Relationships>")
        folder.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for part, xml in parts.items():
            folder.writestr(f"word/{part}.xml", f"<w:{part} {W}>{xml}</w:{part}>")
    path.write_bytes(buffer.getvalue())
    return path


def p(runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


FIELD = '<w:r><w:fldChar w:fldCharType="{0}"/></w:r>'


def field(instruction: str) -> str:
    """A field of old Word without a result."""
    return (
        FIELD.format("begin") + f"<w:r><w:instrText>{instruction}</w:instrText></w:r>" + FIELD.format("end")
    )


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"


BODIES = {
    "white": (p(r("看得见") + r("看不见", '<w:color w:val="FFFFFF"/>')), "", ["看得见"], "底色"),
    "white on dark": (p(r("看得见", '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="1F3864"/>')), "", ["看得见"], ""),
    "tiny": (p(r("看得见") + r("小", '<w:sz w:val="2"/>')), "", ["看得见"], "看不清"),
    "style hides": (p(r("看得见") + r("藏", '<w:rStyle w:val="H"/>')),
                    '<w:style w:type="character" w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style>', ["看得见"], "隐藏"),
    "switched off": (p(r("看得见", '<w:vanish w:val="0"/>')), "", ["看得见"], ""),
    "field": (p(FIELD.format("begin") + "<w:r><w:instrText>DATE</w:instrText></w:r>" + FIELD.format("separate") + r("2021年") +
                FIELD.format("end") + r("起")), "", ["2021年起"], ""),
    "broken field": (p(FIELD.format("begin") + r("题目")), "", ["题目"], ""),
    "phonetic guide": (p(field(r' EQ \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 9(jīn),津)') + r("市")), "", ["津市"], ""),
    "ring": (p(field(r" eq \o\ac(○,密)")), "", ["（密）"], ""),
    "letters over others": (p(field(r" EQ \o(\s\up 6(甲方),\s\do 2(乙方))")), "", ["甲方乙方"], ""),
    "fraction": (p(field(r" EQ \f(4,7)") + r("以上")), "", ["4/7以上"], ""),
    "symbol": (p(field(' SYMBOL 254 \\f "Wingdings" \\s 10') + r("重点") + field(" SYMBOL 0xA8 \\f Wingdings") + r("一般")), "", ["☑重点□一般"], ""),
    "no sign": (p(field(" SYMBOL 0xD800") + field(" SYMBOL ") + field(" MACROBUTTON A 单击") + r("题目")), "", ["题目"], ""),
    "smart tag": (p("<w:smartTag>" + r("天津") + "</w:smartTag>" + r("市")), "", ["天津市"], ""),
    "moved": (p("<w:moveFrom>" + r("旧") + "</w:moveFrom><w:moveTo>" + r("新") + "</w:moveTo>"), "", ["新"], ""),
    "deleted end": (p(r("前半"), "<w:rPr><w:del/></w:rPr>") + p(r("后半")), "", ["前半后半"], ""),
    "checked": (p('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + r("一般")), "", ["☑一般"], ""),
    "prompt": (p(r("题目：") + "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + r("单击此处") + "</w:sdtContent></w:sdt>"),
               "", ["题目："], ""),
    "left as a prompt": (p(r("题目：") + "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + r("夜间经济") + "</w:sdtContent></w:sdt>"),
                         "", ["题目："], "提示"),
    "part of a master": (p(r("甲") + "<w:subDoc/>"), "", ["甲"], "子文档"),
    "below a merged cell": ("<w:tbl>" + row(p(r("甲")), p(r("乙"))) + row("<w:tcPr><w:vMerge/></w:tcPr>" + p(r("丙")), p(r("丁"))) + "</w:tbl>",
                            "", ["甲 | 乙", "丁"], "隐藏"),
    "loop": (p(r("甲"), '<w:pStyle w:val="A"/>'), '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="A"/></w:style>', ["甲"], ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_word_shows_what_a_reader_sees(tmp_path: Path, name: str) -> None:
    body, styles, lines, loss = BODIES[name]
    document = read_document(docx(tmp_path / "a.docx", body, styles=styles))
    assert [line for line in document.lines if line] == lines
    assert bool(document.losses) == bool(loss)
    assert all(loss in said and " / " in said for said in document.losses)


def test_wide_spans_and_high_numbers_stay_small(tmp_path: Path) -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="900000000"/><w:numFmt w:val="upperRoman"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="100000000"/></w:tcPr>' + p(r("甲")) + "</w:tc>"
    table = f'<w:tbl><w:tr><w:trPr><w:gridBefore w:val="300000000"/></w:trPr>{cell}{cell}</w:tr></w:tbl>'
    numbered = p(r("乙"), '<w:numPr><w:numId w:val="1"/></w:numPr>')
    document = read_document(docx(tmp_path / "a.docx", numbered + table, numbering=numbering))
    assert document.lines == ("900000000. 乙", "甲 | 甲")
    assert len(document.tables[0].rows[0]) < 500


@pytest.mark.parametrize("body", ["<w:p/>" * 600_000, "<w:tbl>" * 300 + "</w:tbl>" * 300])
def test_bombs_are_refused_in_one_line(tmp_path: Path, body: str) -> None:
    with pytest.raises(DocumentError, match=" / ") as caught:
        read_document(docx(tmp_path / "a.docx", body))
    assert "\n" not in str(caught.value)


def test_notes_that_refer_to_notes_are_read_once(tmp_path: Path) -> None:
    """Each of forty notes refers twice to the next one: read as often as it is named, that is a million million notes."""
    reference = '<w:r><w:footnoteReference w:id="{0}"/></w:r>'
    notes = "".join(
        f'<w:footnote w:id="{n}">{p(r(f"注{n}") + 2 * reference.format(n + 1))}</w:footnote>'
        for n in range(40)
    )
    path = docx(tmp_path / "a.docx", p(r("正文") + 3 * reference.format(0)), footnotes=notes)
    assert [*read_document(path).lines] == ["正文", *(f"注{n}" for n in range(40))]


def test_a_field_of_endless_instructions_is_read_to_its_bound(tmp_path: Path) -> None:
    letters = r" EQ \o(甲)" + "乙" * 3000
    pieces = "".join(
        f"<w:r><w:instrText>{letters[n : n + 8]}</w:instrText></w:r>" for n in range(0, len(letters), 8)
    )
    path = docx(tmp_path / "a.docx", p(FIELD.format("begin") + pieces + FIELD.format("end")))
    (line,) = read_document(path).lines
    assert re.fullmatch("甲乙{900,1000}", line)


def test_a_text_of_many_proposals_is_refused_before_it_is_worked_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.readers.form.reading.without_hard_wraps", lambda _: pytest.fail("worked on"))
    (tmp_path / "a.txt").write_text("甲" * 1_000_001, encoding="utf-8")
    with pytest.raises(DocumentError, match="1,000,001"):
        read_form(tmp_path / "a.txt")


def test_what_never_ends_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    (tmp_path / "b.txt").symlink_to("/dev/zero")
    for name in ("a.txt", "b.txt"):
        with pytest.raises(DocumentError, match="pipe or a device"):
            read_document(tmp_path / name)


# text of a form → the fields that count
TEXTS: dict[str, dict[str, str]] = {
    "2021年申报书\n项目名称：夜市治理\n项目负责人：王某某    联系电话：13800000000\n一、立项依据\n背景。\n二、研究内容\n"
    "（一）测量夜市的噪声与客流。\n（二）比较治理办法的成效。\n三、参考文献\n[1] 无关。":
        {"title": "夜市治理", "principal_investigator": "王某某", "phone": "13800000000",
         "abstract": "（一）测量夜市的噪声与客流。\n（二）比较治理办法的成效。"},
    "【研究背景】近年来发展很快。【研究内容】测量夜市的噪声，比较治理办法的成效。": {"abstract": "测量夜市的噪声，比较治理办法的成效。"},
    "一、研究背景：近年来很快。二、研究内容：测量夜市的噪声，比较治理办法的成效。": {"abstract": "测量夜市的噪声，比较治理办法的成效。"},
    "Project Title: Night markets\nPrincipal Investigator: Wang\nAbstract: We measure noise at night markets.\nReferences\n[1] X.":
        {"title": "Night markets", "principal_investigator": "Wang", "abstract": "We measure noise at night markets."},
    "夜市治理研究\n本课题测量夜市在不同时段的噪声与客流，比较五个城市的治理办法，提出适合本市的管理建议。":
        {"title": "夜市治理研究", "abstract": "本课题测量夜市在不同时段的噪声与客流，比较五个城市的治理办法，提出适合本市的管理建议。"},
    "想研究夜市的治理": {"abstract": "想研究夜市的治理"},
    "项目名称：夜市治理\n申报方向：□方向一  ☑方向二\n申请单位：某某大学（盖章）\n项目摘要（限500字）\n"
    "（请简要说明）\n测量夜市的噪声，比较治理办法的成效与成本。":
        {"title": "夜市治理", "declared": "方向二", "organisation": "某某大学", "abstract": "测量夜市的噪声，比较治理办法的成效与成本。"},
    "课题名称 | 夜市治理\n联系人 | 姓名 | 李四 | 电话 | 123\n申请人 | 姓名 | 王五 | 单位 | 某大学\n"
    "研究内容 | 测量夜市的噪声，比较治理办法的成效。":
        {"title": "夜市治理", "principal_investigator": "王五", "organisation": "某大学", "contact": "李四"},
    "项目名称：夜市治理\n研究内容：测量夜市的噪声，比较治理办法的成效。\n研究基础\n论文题目：无关的论文": {"title": "夜市治理"},
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_by_its_labels(text: str) -> None:
    form = form_of_text(text)
    assert {key: form.fields.get(key) for key in TEXTS[text]} == TEXTS[text]
    assert form_of_text(form.labelled).fields["abstract"] == form.fields["abstract"]


@pytest.mark.parametrize("text", [
    "2021年度申报书\n项目名称：\n负责人：\n摘要：\n（不超过500字）",
    "项目名称 | \n负责人 |  | 单位 | \n研究内容（限1000字） | ",
    "一、项目名称\n（不超过30字）\n二、研究内容\n请在此处填写研究内容\n____",
])  # fmt: skip
def test_a_blank_form_is_empty(text: str) -> None:
    form = form_of_text(text)
    assert form.blank
    assert form.proposal("a").text == ""
    assert form.notes


def test_a_long_cell_of_a_batch_is_read_like_a_form(tmp_path: Path) -> None:
    cell = "一、研究背景：近年来很快。二、研究内容：测量夜市的噪声，比较治理办法的成效。"
    (tmp_path / "a.csv").write_text(f"id,title,abstract\n1,夜市,{cell}\n", encoding="utf-8")
    (row,) = Batch(tmp_path / "a.csv")
    assert isinstance(row, Entry)
    assert row.proposal.abstract == "测量夜市的噪声，比较治理办法的成效。"
    assert [(s.kind, s.start) for s in row.proposal.sections] == [("background", None), ("content", 3)]


@given(st.text("项目名称研究内容摘要：: \n（）一、二|□☑_", max_size=60), st.text(max_size=10))
def test_any_text_is_a_form(text: str, title: str) -> None:
    for proposal in (form_of_text(text).proposal("a"), long_cells(Proposal("a", title, text))):
        for section in proposal.sections:
            if section.start is not None:
                assert proposal.text[section.start : section.start + len(section.text)] == section.text


@pytest.mark.parametrize(("text", "places"), [
    ("研究内容、研究目标，以及拟解决的关键科学问题", "content"), ("本项目的特色与创新之处", "innovation"), ("立项依据与研究意义", "background"),
    ("第一部分 研究内容", "content"), ("项\n目\n摘\n要", "abstract"), ("指南题目序号", "declared"), ("研究内容丰富", None), ("我们研究内容", None),
])  # fmt: skip
def test_headings_in_their_many_spellings(text: str, places: str | None) -> None:
    assert next(iter(label_of(text)), None) == places


def test_hints_and_values() -> None:
    assert [
        is_hint(t) for t in ("（请简要说明，可删除）", "填写说明：请在上方填写。", "说明：本研究指出问题。")
    ] == [True, True, False]
    assert is_hint("请勿改动表格")
    assert not is_hint("请勿把本课题当作科技金融研究，我们研究创新券。")
    values = {
        "□重点 ☑一般": "一般",
        "□重点 □一般": "",
        "某大学（盖章）": "某大学",
        "    年  月   日": "",
        "夜市（不超过30字）": "夜市",
    }
    assert {v: value_of(v) for v in values} == values


def test_a_sentence_of_a_text_is_no_hint() -> None:
    text = "摘要：应当建立覆盖全省的统计制度，反映企业填报的困难。\n准确反映创新能力，须有可比的口径。\n请专家对指标打分，不超过三轮。"
    assert form_of_text(text).fields["abstract"].count("\n") == 2


def test_a_text_outside_all_sections_is_not_lost() -> None:
    text = "城市更新中的社区协商\n本项目关注老旧小区改造，比较三种资金分摊办法，提出协商规程。\n工作基础 团队已经调研多年。"
    form = form_of_text(text)
    assert form.fields["title"] == "城市更新中的社区协商"
    assert form.fields["abstract"] == "本项目关注老旧小区改造，比较三种资金分摊办法，提出协商规程。"
    # What a team did before is kept, and is not what it proposes.
    assert [(s.kind, s.text, s.start) for s in form.sections] == [("foundation", "团队已经调研多年。", None)]
    sentence = "标题党现象的传播机制\n标题 对点击的影响，内容 对停留的影响，本文用平台数据检验。"
    assert form_of_text(sentence).fields["title"] == "标题党现象的传播机制"


# A table, a row a line, and how its rows are read: H names above values, V values below them, l a label, v its value,
# s both in one cell, - a row of one cell.
TABLES = {
    "合作方式|联合开发|完成时限|24个月\n项目负责人|官伯渊|职务|总工": "lvlv lvlv",
    "成员|姓名|学号|专业|分工\n|温如玉|2023110460|环境工程|采样\n|简单|2022080117|统计学|数据": "H V V",
    "Role|Name|Organisation\nPrincipal Investigator|Dr Ada Marsh|University of Turin\nPartner|Prof Bo Lund|Delta College": "H V V",
    "中方负责人|欧方负责人|中方单位|欧方单位\n穆清和|Jukka Salonen|松嫩大学|奥兰卡大学": "H V",
    "学科分类|D 基础教育|所在学院|水利学院": "lvlv",
    "研究内容|甲一|乙二|丙三\n联系人|王某某|电话：022-55550000": "lvvv lvs",
    "项目名称|夜市治理\n附页": "lv -",
    "项目名称|夜市治理\n负责人|王某\n摊位|东街\n缘起|多年无账。\n去处|编入手册。\n灯柱|三根\n水源|井": "lv lv lv lv lv lv lv",
    "课题名称|夜市治理\n东口|石桥|备注|无\n灯柱|三根|备注|无\n路面|青砖|备注|无": "lv lvlv lvlv lvlv",
    "课题名称|夜市治理|负责人|王某\n路面|砖|灯柱|木\n水源|井|排口|沟\n招牌|布|棚顶|油布\n东口|桥|西口|巷\n店主|甲|伙计|乙": "lvlv "
    * 6,
}


@pytest.mark.parametrize("table", TABLES)
def test_the_rows_of_a_table_are_read_as_they_cost_least_together(table: str) -> None:
    rows = rows_of([row.split("|") for row in table.split("\n")], {}, set(), set(), 100)
    signs = {"head": "H", "below": "V", "single": "-"}
    letters = {"label": "l", "value": "v", "labelled": "s"}
    read = [signs.get(row.kind) or "".join(letters[role] for role in row.roles) for row in rows]
    assert read == TABLES[table].split()


def test_cells_beside_a_label(tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    rows = [
        ["项目名称", "中文", "夜市治理研究", ""], ["", "英文", "Night markets", ""], ["申报单位", "某大学", "单位类型", "高校"],
        ["研究内容", "甲一", "乙二", "丙三"],
    ]  # fmt: skip
    table = document.add_table(4, 4)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            table.cell(r, c).text = cell
    document.save(tmp_path / "a.docx")
    fields = read_form(tmp_path / "a.docx").fields
    assert fields["title"] == "夜市治理研究"
    assert fields["organisation"] == "某大学"
    assert fields["abstract"] == "甲一\n乙二\n丙三"


@pytest.mark.parametrize(("line", "declared"), [
    ("申报类别：A类 临床新技术", "A类 临床新技术"), ("课题分类：04-医疗质量与安全", "04-医疗质量与安全"),
    ("场景：场景12——院前急救衔接", "场景12——院前急救衔接"),
    ("项目类别：A类项目", ""), ("项目类别：B类 青年课题", ""), ("申报类别：临床新技术", ""),
    ("申报类别：临床护理新技术", "临床护理新技术"), ("学科分类：临床护理学", ""),
    ("申报类别：A类 临床新技术\n申报方向：方向三 护理", "方向三 护理"),
])  # fmt: skip
def test_a_kind_with_its_code_is_the_topic_where_no_other_is(line: str, declared: str) -> None:
    form = form_of_text(
        f"项目名称：糖尿病足创面的敷料研究\n{line}\n摘要：随机对照，观察12周完全愈合率，比较三种敷料的费用。"
    )
    assert form.fields.get("declared", "") == declared
    said = f"没有单独填写，取自别处：申报课题 {declared}" in "\n".join(note.zh for note in form.notes)
    assert said == (declared[:1] in ("A", "0", "临"))


def test_a_letter_names_a_topic_by_its_letter() -> None:
    text = (
        "Dear Committee,\nWe apply under Theme C of your call.\nTitle: Night walks after cancer\n"
        "Summary: Patients wear a counter for twelve weeks, and nurses see the counts.\nYours sincerely,\nMette Holm"
    )
    assert form_of_text(text).fields["declared"] == "Theme C"


def test_a_letter_says_what_its_title_is() -> None:
    text = (
        "Aalborg, 2 September 2026\nDear Members of the Committee,\nWe apply under Theme C, Life after treatment. Our working title is "
        "Walking home: can a counter warn of readmission?\nApproach. Patients wear the counter for twelve weeks.\nYours sincerely,\nMette Holm"
    )
    fields = form_of_text(text).fields
    assert (fields["title"], fields["declared"]) == (
        "Walking home: can a counter warn of readmission?",
        "Theme C Life after treatment",
    )


def test_of_choices_a_line_each_the_ticked_one_is_the_answer() -> None:
    choices = "- [ ] Theme 1: Hearing\n- [x] Theme 2: Speech and language\n- [ ] Theme 3: Pain"
    form = form_of_text(f"Project title: Talking mats\n## Which of our themes does it fall under?\n{choices}")
    assert form.fields["declared"] == "Theme 2: Speech and language"
    blank = form_of_text(
        f"项目名称：会说话的垫子\n申报方向：\n□ 方向一：听力\n□ 方向二：语言\n摘要：{'逐户访谈，' * 9}。"
    )
    assert blank.fields.get("declared", "") == ""


def test_the_title_in_another_language_is_no_topic() -> None:
    form = form_of_text(
        "课题名称（中文）：流动产检车的服务半径\n课题名称（英文）：Service radius of vans\n选题来源：☑ 课题指南：第9题 基层妇幼服务 □ 自选课题"
    )
    assert (form.fields["title"], form.fields["declared"]) == ("流动产检车的服务半径", "第9题 基层妇幼服务")


def test_a_person_with_post_and_phone_under_one_name() -> None:
    form = form_of_text(
        "项目名称：腰方肌阻滞的推广应用\n申报人及单位：段雪峰，凤县人民医院麻醉科主任，电话13991728846"
    )
    who = ("principal_investigator", "organisation", "phone")
    assert [form.fields[name] for name in who] == ["段雪峰", "凤县人民医院", "13991728846"]


def test_a_row_of_two_names_that_nobody_knows(tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    rows = [
        ["项目名称", "胸痛救治流程再造", "项目编号", "7"],
        ["合作医院", "南丰岭县人民医院", "学校对接学院", "第二临床医学院"],
    ]
    table = document.add_table(2, 4)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            table.cell(r, c).text = cell
    document.save(tmp_path / "a.docx")
    assert read_form(tmp_path / "a.docx").fields["organisation"] == "南丰岭县人民医院"


def test_the_number_of_an_annex_is_nobody_s_name() -> None:
    form = form_of_text(
        "附件2\n第十一届青少年科学调查活动\n青少年科学中心\n项目名称：雨水花园对微塑料的拦截\n摘要：每次降雨后取样，染色计数，比较进水和出水。"
    )
    assert form.fields.get("principal_investigator", "") == ""


def test_a_form_of_a_programme_of_challenges_is_no_project() -> None:
    form = form_of_text(
        "岚山区“揭榜挂帅”技术攻关项目建议书\n榜单名称：高湿粮仓的低功耗传感节点\n单位名称：稷丰自动化有限公司\n负责人：邵建业"
    )
    assert (form.fields["title"], form.fields.get("abstract", "")) == ("高湿粮仓的低功耗传感节点", "")

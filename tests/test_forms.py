"""A folder of proposals as application forms: what is found under their headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.errors import BatchError
from matcher.readers.batch import BadRow, Batch, Entry
from matcher.readers.form.reading import form_of_text
from matcher.types import Proposal
from tests.spreadsheets import workbook
from tests.test_readers import write_pdf

FORM = """科研项目申报书
一、基本信息
项目名称：社区食堂运营成本研究
申报单位：湖东大学 | 项目负责人 | 张三
成员 | 李四 | 王五
申报课题：1-02
二、研究背景
老人吃饭难。
三、研究内容
（1）调查食堂的成本；
（2）比较补贴办法。
四、进度安排
2030年完成。
五、摘要
本课题调查二十家社区食堂。
提出运营机制。
六、预期成果
报告一份。
"""


def test_a_form_is_read_by_its_headings() -> None:
    form = form_of_text(FORM).fields
    assert form["title"] == "社区食堂运营成本研究"
    assert form["abstract"] == "本课题调查二十家社区食堂。\n提出运营机制。"
    assert form["declared"] == "1-02"
    assert form["members"] == "李四、王五"
    without = FORM.replace("五、摘要", "五、其他说明")
    assert form_of_text(without).fields["abstract"].startswith("（1）调查食堂的成本；\n（2）比较补贴办法。")


@pytest.mark.parametrize(
    "line",
    [
        "项目名称：甲", "项目名称 | 甲", "1. 项目名称：甲", "【项目名称】甲", "課題名稱： 甲", "一、项目名称\n甲",
        "（一）项目名称\n\n甲",
    ],
)  # fmt: skip
def test_a_title_stands_after_beside_or_below_its_heading(line: str) -> None:
    assert form_of_text(line).fields["title"] == "甲"


def test_a_sentence_that_mentions_a_heading_is_text() -> None:
    form = form_of_text("摘要\n项目名称和研究内容应当一致：这是本文的观点。\n申报单位众多。").fields
    assert form == {"abstract": "项目名称和研究内容应当一致：这是本文的观点。\n申报单位众多。"}


def test_a_folder_of_proposals(tmp_path: Path) -> None:
    from docx import Document

    (tmp_path / "sub").mkdir()
    (tmp_path / "b.txt").write_text(FORM, encoding="gb18030")
    document = Document()
    table = document.add_table(2, 2)
    for row, cells in enumerate([("项目名称", "夜市噪声治理"), ("研究内容", "测量夜市噪声。")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.save(str(tmp_path / "sub" / "a.docx"))
    (tmp_path / "c.txt").write_text("项目名称：\n摘要：（不超过500字）\n", encoding="utf-8")
    (tmp_path / "d.doc").write_bytes(b"old")
    (tmp_path / "e.docx").write_bytes(b"damaged")
    (tmp_path / "photo.jpg").write_bytes(b"not a proposal")
    (tmp_path / "~$b.docx").write_bytes(b"lock")
    rows = list(Batch(tmp_path))
    assert [type(r) for r in rows] == [Entry, BadRow, BadRow, BadRow, Entry]
    assert [r.line for r in rows] == [1, 2, 3, 4, 5]
    first, last = rows[0], rows[-1]
    assert isinstance(first, Entry)
    assert isinstance(last, Entry)
    assert (first.proposal.id, first.proposal.declared, first.extra) == (
        "b",
        "1-02",
        {"members": "李四、王五"},
    )
    assert last.proposal == Proposal("sub/a", "夜市噪声治理", "测量夜市噪声。")
    reasons = [r.reason for r in rows if isinstance(r, BadRow)]
    assert ["c.txt" in reasons[0], "d.doc" in reasons[1], "e.docx" in reasons[2]] == [True] * 3


def test_a_form_in_a_workbook_whose_notes_look_like_a_header(tmp_path: Path) -> None:
    form = [
        ["项目名称", "渡口风屏"],
        ["申报单位", "石桥大学"],
        ["项目简介", "试装芦苇风屏，测量风速与体感。"],
    ]
    workbook(
        tmp_path / "a.xlsx", {"申报表": form, "填写说明": [["1. 一式三份。"], ["2. 项目简介不超过200字。"]]}
    )
    workbook(tmp_path / "b.xlsx", {"Sheet": [["编号", "项目名称", "摘要"]]})
    batch = Batch(tmp_path)
    assert [(e.proposal.id, e.proposal.title) for e in batch if isinstance(e, Entry)] == [("a", "渡口风屏")]
    assert "b.xlsx：0 行" in "\n".join(map(str, batch.messages()))


def test_a_folder_without_proposals_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BatchError, match="No proposals in the folder"):
        list(Batch(tmp_path))


def test_a_pdf_whose_lines_the_page_broke(tmp_path: Path) -> None:
    write_pdf(
        tmp_path / "a.pdf",
        [
            "项目名称：夜市噪声治理", "摘要", "测量夜市在不同时段的噪", "声；比较治理办法。", "使用 mobile", "app 收集投诉。",
            "预期成果", "报告",
        ],
    )  # fmt: skip
    (row,) = Batch(tmp_path)
    assert isinstance(row, Entry)
    assert row.proposal.abstract == "测量夜市在不同时段的噪声；比较治理办法。\n使用 mobile app 收集投诉。"


SECTIONED = (
    "项目名称：夜市治理\n研究内容：\n比较三个街区的噪声，提出分时段的办法。\n"
    "研究目标：\n形成可以推广的规程，供各区参考使用。\n参考文献：\n王某某，城市夜间噪声，2030年。"
)


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("三个街区", "两个街区和一所学校", ["content", "goals", "references"]),
        ("供各区参考使用。", "供各区参考使用，并报市里。", ["content", "goals", "references"]),
        ("夜市治理", "早市", ["content", "goals", "references"]),
        ("办法。\n形成", "办法，", ["references"]),
        ("供各区参考使用。", "", ["content", "goals", "references"]),
    ],
)
def test_a_text_changed_in_one_place_keeps_its_parts(old: str, new: str, kinds: list[str]) -> None:
    form = form_of_text(SECTIONED)
    assert [s.kind for s in form.sections] == ["content", "goals", "references"]
    edited = form.edited(form.labelled.replace(old, new))
    assert edited is not None
    proposal = edited.proposal("-")
    assert [s.kind for s in proposal.sections] == kinds
    assert proposal.text == form.proposal("-").text.replace(old, new)
    for section in proposal.sections:
        assert section.start is None or proposal.text[section.start :].startswith(section.text)
        assert section.text in (*(s.text.replace(old, new) for s in form.sections),)


@pytest.mark.parametrize(
    "text", ["研究夜市。", "", SECTIONED, "题目：别的\n内容：别的", "项目名称：夜市治理\n摘要："]
)
def test_another_text_in_the_place_of_a_form_is_read_anew(text: str) -> None:
    assert form_of_text(SECTIONED).edited(text) is None


@pytest.mark.parametrize(
    "marks",
    [
        "①②③",
        "❶❷❸",
        ("A.", "B.", "C."),
        ("a) ", "b) ", "c) "),
        ("甲、", "乙、", "丙、"),
        ("一）", "二）", "三）"),
        ("1)", "2)", "3)"),
    ],
)
def test_headings_with_any_mark_part_a_text(marks: tuple[str, str, str]) -> None:
    background, content, new = marks
    text = "比较三个街区夜市噪声的来源与时段，测算居民感受的差异，提出分时段监管的办法。"
    lines = [
        f"{background}研究背景",
        "噪声投诉逐年增加。",
        f"{content}研究内容",
        text,
        f"{new}创新点",
        "首次按时段比较。",
    ]
    form = form_of_text("\n".join(["夜市噪声研究", *lines]))
    assert [(s.kind, s.text) for s in form.sections] == list(
        zip(("background", "content", "innovation"), lines[1::2], strict=True)
    )
    assert (form.fields["title"], form.fields["abstract"]) == ("夜市噪声研究", text)


def test_a_pasted_text_with_headings_of_markdown() -> None:
    text = "比较三个街区夜市噪声的来源与时段，测算居民感受的差异，提出分时段监管的办法。"
    form = form_of_text(
        f"# 夜市噪声研究\n\n**申报单位**：渔湾大学\n\n## 研究背景\n噪声投诉逐年增加。\n\n## 研究内容\n{text}\n"
    )
    assert (form.fields["title"], form.fields["organisation"]) == ("夜市噪声研究", "渔湾大学")
    assert [(s.kind, s.text) for s in form.sections] == [
        ("background", "噪声投诉逐年增加。"),
        ("content", text),
    ]


@pytest.mark.parametrize(
    ("first", "rest", "title"),
    [
        ("夜市噪声与", "灯光的协同治理", "夜市噪声与灯光的协同治理"),
        ("Night markets and the", "noise of trams", "Night markets and the noise of trams"),
        ("夜市噪声治理", "另一行文字", "夜市噪声治理"),
    ],
)
def test_a_title_that_breaks_off_goes_on_in_the_next_line(first: str, rest: str, title: str) -> None:
    form = form_of_text(f"项目名称：{first}\n{rest}\n负责人：王某\n摘要：测量六处夜市的噪声，比较三种办法。")
    assert form.fields["title"] == title
    assert form.fields["principal_investigator"] == "王某"


def test_options_of_which_none_is_ticked_are_no_text() -> None:
    form = form_of_text("项目名称：____\n研究内容：\n____\n预期成果\n□论文　□专利　□研究报告")
    assert form.proposal("-").text == ""
    form = form_of_text("项目名称：夜市治理\n预期成果\n□论文一篇\n□规程一份")  # bullets
    assert "规程一份" in form.proposal("-").text

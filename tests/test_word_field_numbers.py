"""Numbers that fields of Word draw and no file holds are counted as Word does, or said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from matcher.readers import read_document

NOT_READ = "由域（LISTNUM、AUTONUM 等）给出、文件里没有存下的编号未读（{} 个）"


def field(paragraph: Any, instruction: str) -> None:
    for kind in ("begin", "", "end"):
        run = paragraph.add_run()._r
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = f" {instruction} "
        run.append(mark)


def write(path: Path, lines: list[tuple[str, str]]) -> Path:
    """Lines of (style, text); in a text {…} is a field."""
    document = Document()
    for style, text in lines:
        paragraph = document.add_paragraph(style=style or None)
        for n, part in enumerate(text.replace("}", "{").split("{")):
            field(paragraph, part) if n % 2 else paragraph.add_run(part)
    document.save(str(path))
    return path


# name: (lines, as they are shown, numbers that are not read)
CASES: dict[str, tuple[list[tuple[str, str]], list[str], int]] = {
    "body text": ([("", "{AUTONUM}夜市"), ("", "其间"), ("", "{AUTONUM}早市")], ["1.夜市", "其间", "2.早市"], 0),
    "formats": (
        [("", r"{AUTONUM \* Arabic \s :}甲"), ("", r"{autonum \* ROMAN}乙"), ("", r'{AUTONUM \* CHINESENUM3 \s "、"}丙'),
         ("", r"{AUTONUM \* alphabetic}丁")],
        ["1:甲", "II.乙", "三、丙", "d.丁"], 0,
    ),
    "a format nobody knows": ([("", r"{AUTONUM \* OrdText}甲"), ("", "{AUTONUM}乙")], ["甲", "2.乙"], 1),
    "headings": (
        [("Heading 1", "{AUTONUM}甲"), ("Heading 2", "{AUTONUM}乙"), ("", "{AUTONUM}丙"), ("", "{AUTONUM}丁"), ("Heading 2", "{AUTONUM}戊"),
         ("", "{AUTONUM}己"), ("Heading 1", "{AUTONUM}庚"), ("Heading 2", "{AUTONUM}辛")],
        ["1.甲", "1.乙", "1.丙", "2.丁", "2.戊", "1.己", "2.庚", "1.辛"], 0,
    ),
    "headings in legal form": (
        [("Heading 1", "{AUTONUMLGL}甲"), ("Heading 2", "{AUTONUMLGL}乙"), ("Heading 2", r"{AUTONUMLGL \e} 丙"), ("", "{AUTONUMLGL}丁"),
         ("", "{AUTONUMLGL}戊"), ("Heading 1", "{AUTONUMLGL}己"), ("", "{AUTONUMLGL}庚")],
        ["1.甲", "1.1.乙", "1.2 丙", "1.2.1.丁", "1.2.2.戊", "2.己", "2.1.庚"], 0,
    ),
    "headings as an outline": (
        [("Heading 1", "{AUTONUMOUT}甲"), ("Heading 2", "{AUTONUMOUT}乙"), ("Heading 2", "{AUTONUMOUT}丙"), ("Heading 1", "{AUTONUMOUT}丁"),
         ("", "{AUTONUMOUT}戊")],
        ["I.甲", "A.乙", "B.丙", "II.丁", "戊"], 1,
    ),
    "LISTNUM in front": ([("", "{LISTNUM}甲"), ("", "{LISTNUM NumberDefault}乙"), ("", r"{LISTNUM \s 7}丙")], ["1)甲", "2)乙", "7)丙"], 0),
    "LISTNUM within a text": (
        [("", r"须：{LISTNUM NumberDefault \l 3 \s 1} 立项；{LISTNUM} 筹款；{LISTNUM} 招人。"), ("", r"另：{LISTNUM LegalDefault \l 2}甲")],
        ["须：i) 立项；ii) 筹款；iii) 招人。", "另：1.1.甲"], 0,
    ),
    "LISTNUM of an outline": ([("", r'{LISTNUM "OutlineDefault" \l 4}甲'), ("", r"{LISTNUM OutlineDefault \l 2}乙")], ["a)甲", "A.乙"], 0),
    "LISTNUM without a level behind a text": ([("", "须：{LISTNUM}甲")], ["须：甲"], 1),
    "LISTNUM of a list of the document": ([("", "{LISTNUM 我的列表}甲")], ["甲"], 1),
    "LISTNUM in a numbered paragraph": ([("List Number", "{LISTNUM}甲"), ("", "{LISTNUM}乙")], ["1. 甲", "乙"], 2),
    "other fields": ([("", "甲{PAGE}乙")], ["甲乙"], 0),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_numbers_of_fields(tmp_path: Path, name: str) -> None:
    lines, shown, unread = CASES[name]
    document = read_document(write(tmp_path / "a.docx", lines))
    assert list(document.lines) == shown
    assert [loss.zh for loss in document.losses] == ([NOT_READ.format(unread)] if unread else [])


def test_a_field_that_holds_its_number_is_shown_as_it_is(tmp_path: Path) -> None:
    document = Document()
    simple = OxmlElement("w:fldSimple")
    simple.set(qn("w:instr"), "AUTONUM")
    document.add_paragraph()._p.append(simple)
    document.paragraphs[0].add_run("甲")
    document.save(str(tmp_path / "a.docx"))
    assert read_document(tmp_path / "a.docx").lines == ("1.甲",)
    run = OxmlElement("w:r")
    run.append(OxmlElement("w:t"))
    run[0].text = "4)"
    simple.append(run)
    document.save(str(tmp_path / "a.docx"))
    assert read_document(tmp_path / "a.docx").lines == ("4)甲",)

"""Numbers that fields of Word draw and no file holds are said not to be read."""

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
    "AUTONUM": ([("", "{AUTONUM}夜市"), ("Heading 1", r"{autonumlgl \e}早市")], ["夜市", "早市"], 2),
    "LISTNUM": (
        [("", r"须：{LISTNUM NumberDefault \l 3} 立项；{LISTNUM} 筹款。")],
        ["须： 立项； 筹款。"],
        2,
    ),
    "other fields": ([("", "甲{PAGE}乙")], ["甲乙"], 0),
}


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
    assert read_document(tmp_path / "a.docx").lines == ("甲",)
    run = OxmlElement("w:r")
    run.append(OxmlElement("w:t"))
    run[0].text = "4)"
    simple.append(run)
    document.save(str(tmp_path / "a.docx"))
    assert read_document(tmp_path / "a.docx").lines == ("4)甲",)

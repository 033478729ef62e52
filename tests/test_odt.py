"""OpenDocument texts: what a reader sees, once, in the order of the page; what is hidden is said, and bombs are refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from matcher.errors import DocumentError
from matcher.readers import Document, read_document
from tests.application_cases import read_form

ROOM = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = " ".join(
    [*(f'xmlns:{key}="{ROOM}:{name}:1.0"' for key, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"))),
     'xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"']
)  # fmt: skip


def odt(path: Path, body: str, styles: str = "", common: str = "", manifest: str = "") -> Path:
    """An .odt of a body, its automatic styles, the content of styles.xml, and entries of its manifest."""
    parts = {
        "content.xml": f"<office:document-content {NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {NAMES}>{common}</office:document-styles>",
        "META-INF/manifest.xml": f'<manifest xmlns="{ROOM}:manifest:1.0">{manifest}</manifest>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, text in parts.items():
            folder.writestr(name, text)
    return path


def shown(path: Path) -> tuple[list[str], list[str], Document]:
    """(lines with text, what is said of the rest, the document) of a file."""
    document = read_document(path)
    return [line for line in document.lines if line], [loss.zh for loss in document.losses], document


def span(text: str, style: str = "A") -> str:
    return f'<text:span text:style-name="{style}">{text}</text:span>'


def look(properties: str, *, name: str = "A", family: str = "text", more: str = "") -> str:
    return f'<style:style style:name="{name}" style:family="{family}" {more}><style:text-properties {properties}/></style:style>'


def numbered(form: str, suffix: str, level: int = 1, more: str = "") -> str:
    return f'<text:list-level-style-number text:level="{level}" style:num-format="{form}" style:num-suffix="{suffix}" {more}/>'


def item(*parts: str) -> str:
    return f"<text:list-item>{''.join(p if p[0] == '<' else f'<text:p>{p}</text:p>' for p in parts)}</text:list-item>"


def listed(*items: str, more: str = 'text:style-name="L"') -> str:
    return f"<text:list {more}>{''.join(items)}</text:list>"


BASED = "<office:styles>"
HIDDEN = "隐藏文字未读（1 处：“藏”）"
TWO = f'<text:list-style style:name="L">{numbered("一, 二, 三, ...", "、")}{numbered("1", ".", 2, """text:display-levels="2" """)}</text:list-style>'
# name: (body, automatic styles, styles.xml, lines, what is said)
BODIES = {
    "no-level": ("<text:h text:outline-level='x'>甲</text:h>", "", "", ["甲"], []),
    "spaces": ("<text:p>甲<text:s text:c='2'/>乙<text:tab/>丙\n   丁<text:line-break/>戊</text:p>", "", "", ["甲  乙\t丙 丁", "戊"], []),
    "hidden": (f"<text:p>见{span('藏')}</text:p>", look('text:display="none"'), "", ["见"], [HIDDEN]),
    "struck": (f"<text:p>见{span('删')}</text:p>", look('style:text-line-through-style="solid"'), "", ["见"], ["加删除线的文字未读（1 处：“删”）"]),
    "white": (f"<text:p>见{span('白')}</text:p>", look('fo:color="#fffffe"'), "", ["见"], ["与底色相同、看不见的文字未读（1 处：“白”）"]),
    "white on a dark cell": (
        f'<table:table><table:table-row><table:table-cell table:style-name="C"><text:p>{span("白")}</text:p></table:table-cell>'
        "<table:table-cell><text:p>乙</text:p></table:table-cell></table:table-row></table:table>",
        look('fo:color="#ffffff"') + '<style:style style:name="C" style:family="table-cell">'
        '<style:table-cell-properties fo:background-color="#203864"/></style:style>', "", ["白 | 乙"], []),
    "a style based on itself": ('<text:p text:style-name="P">甲</text:p>', "",
        BASED + look("", name="P", family="paragraph", more='style:parent-style-name="P"') + "</office:styles>", ["甲"], []),
    "a hidden style of the paragraph": ('<text:p text:style-name="P">藏</text:p><text:p>见</text:p>',
        look("", name="P", family="paragraph", more='style:parent-style-name="Q"'),
        BASED + look('text:display="none"', name="Q", family="paragraph") + "</office:styles>", ["见"], [HIDDEN]),
    "a hidden section": ('<text:section text:display="none"><text:p>藏</text:p></text:section><text:section><text:p>见</text:p></text:section>',
        "", "", ["见"], [HIDDEN]),
    "deleted": (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>旧</text:p></text:deletion></text:changed-region>"
        "</text:tracked-changes><text:p>新<text:change/></text:p>", "", "", ["新"], ["修订中删去的文字未读（1 处：“旧”）"]),
    "a note": (
        "<text:p>甲<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>注</text:p></text:note-body>"
        "</text:note>乙</text:p>",
        "", "", ["甲乙", "注"], []),
    "a comment": ("<text:p>甲<office:annotation><text:p>批</text:p></office:annotation></text:p>", "", "", ["甲"], ["批注未读（1 个）"]),
    "a text box": ("<text:p>甲<draw:frame><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame></text:p>", "", "", ["甲", "框"], []),
    "a prompt": ("<text:p>题目：<text:placeholder>单击此处</text:placeholder></text:p>", "", "", ["题目："], []),
    "lists": (listed(item("甲", listed(item("子"), item("丑"), more="")), item("乙"))
        + listed(item("丙"), more='text:style-name="L" text:continue-numbering="true"')
        + listed(item("丁"), "<text:list-header><text:p>戊</text:p></text:list-header>"), TWO, "",
        ["一、 甲", "一.1. 子", "一.2. 丑", "二、 乙", "三、 丙", "一、 丁", "戊"], []),
    "a list that begins at three": (
        listed(item("甲").replace("<text:list-item", '<text:list-item text:start-value="3"'), item("乙")), TWO, "",
        ["三、 甲", "四、 乙"], []),
    "numbers of other signs": (
        "".join(f"<text:list text:style-name='L{n}'>{item('甲')}{item('乙')}</text:list>" for n in range(5)),
        "".join(f'<text:list-style style:name="L{n}">{numbered(form, "、")}</text:list-style>'
            for n, form in enumerate(("甲, 乙, 丙, ...", "01, 02, 03, ...", "壹, 贰, 叁, ...", "①, ②, ③, ...", "イ, ロ, ハ, ..."))), "",
        ["甲、 甲", "乙、 乙", "01、 甲", "02、 乙", "壹、 甲", "贰、 乙", "①、 甲", "②、 乙", "1、 甲", "2、 乙"], []),
    "the newer form of a number": (listed(item("甲")),
        f'<text:list-style style:name="L">{numbered("1", "", 1, """loext:num-list-format="第%1%条" """)}</text:list-style>', "",
        ["第1条 甲"], []),
    "merged cells": (
        '<table:table><table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>甲</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-spanned="2"><text:p>乙</text:p></table:table-cell><table:covered-table-cell/></table:table-row>'
        "<table:table-row><table:covered-table-cell/><table:table-cell><text:p>丙</text:p></table:table-cell><table:table-cell><text:p>丁</text:p>"
        "<text:p>戊</text:p></table:table-cell></table:table-row></table:table>", "", "", ["甲 | 乙", "丙 | 丁 戊"], []),
    "a header": ("<text:p>甲</text:p>", "", "<office:master-styles><style:master-page><style:header><text:p>页眉</text:p></style:header>"
        "<style:footer><text:p>第<text:page-number>1</text:page-number>页</text:p></style:footer></style:master-page></office:master-styles>",
        ["甲"], ["页眉页脚或邮件抬头的文字未读（“页眉”）"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_what_a_reader_sees(tmp_path: Path, name: str) -> None:
    body, styles, common, lines, said = BODIES[name]
    assert shown(odt(tmp_path / "a.odt", body, styles, common))[:2] == (lines, said)


def test_merged_cells_keep_their_places(tmp_path: Path) -> None:
    document = shown(odt(tmp_path / "a.odt", BODIES["merged cells"][0]))[2]
    assert document.tables[0].rows == (("甲", "乙", ""), ("", "丙", "丁\n戊"))


def test_the_same_form_as_word_gives() -> None:
    cases = Path(__file__).parent / "cases" / "forms"
    for name in ("tracked", "textbox_all", "vertical_label"):
        assert read_form(cases / f"{name}.odt") == read_form(cases / f"{name}.docx")


CELL = (
    '<table:table-cell table:number-columns-repeated="900000000" table:number-columns-spanned="900000000"/>'
)


@pytest.mark.parametrize(("body", "manifest", "says"), [
    ("<text:p/>" * 600_000, "", "too large"),
    ("<text:list><text:list-item>" * 300 + "</text:list-item></text:list>" * 300, "", "damaged"),
    (f"<table:table>{f'<table:table-row>{CELL}</table:table-row>' * 200}</table:table>", "", "cells"),
    ("<text:p>甲</text:p>", "<encryption-data/>", "password"),
    ("", "", "no text"),
])  # fmt: skip
def test_bombs_and_locks_are_refused_in_one_line(tmp_path: Path, body: str, manifest: str, says: str) -> None:
    with pytest.raises(DocumentError, match=says) as caught:
        read_document(odt(tmp_path / "a.odt", body, manifest=manifest))
    assert "\n" not in str(caught.value)

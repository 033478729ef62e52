"""What stands once for several rows: the heading of a section of a table, the name of a sheet, a cell that is merged downwards."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from matcher import settings
from matcher.readers.blocks import Area
from matcher.readers.fields.in_lines import Label, label_of, labels_in, leading
from matcher.readers.fields.labels import WHO
from matcher.readers.fields.shapes import INSTITUTION, looks_like_a_person, names_a_topic
from matcher.readers.fields.values import is_prose, latin_factor, value_of
from matcher.readers.sheet.delimited import DelimitedLine, plain_text
from matcher.readers.sheet.xlsx import ROWS
from matcher.readers.table.columns import TEXTS, Header
from matcher.segment import HAN, fold

_SHORTEST = settings.letters("readers.captions.shortest")
_NUMERAL = "[一二三四五六七八九十〇]{1,3}"
# How a heading is numbered, which tells the one that takes another's place from the one below it.
_MARKS = tuple(
    re.compile(mark)
    for mark in (rf"第{_NUMERAL}[部批组章]分?[:：、\s]*", rf"{_NUMERAL}\s*[、.．]\s*", rf"[(（]{_NUMERAL}[)）]\s*", r"\d{1,2}[、.．](?!\d)\s*")
)  # fmt: skip
# An office at the end of a numbered heading, not one that answers for topics (处); without the number it may end any word.
_OFFICE = re.compile("(?:[局院所]|委员会|(?:试验|监测|观测|工作|推广|管理)站)$")
_ANSWERS = re.compile(rf"^[{HAN}]{{2,12}}(?:(?<![好用益])处室?|办公室)$")
_COUNT = re.compile(r"\s*[(（]共?\s?\d+\s?[项个件份][)）]$")  # 土木学会（2项）
# A kind of rows, what a label says, a sentence.
_NO_TITLE = re.compile(
    r"[:：。；;]|(?:项目|课题|选题|类别?|批次?|组|部分|专项|单位|申报书?|[名清]单|情况|汇总表?|一览表?|明细表?)(?:[(（].{0,12}[)）])?$"
)
_OF_TOPICS = re.compile("[^究报].(?:方向|领域|专题)$")  # （二）老年医学方向
_CODE = re.compile(r"(?:[A-Za-z]{1,4}[-.]?)?\d{1,2}[-－—–.．]\d{1,2}(?![\d年月])")
_DOTTED = re.compile(r"[A-Za-z]{0,4}\d{1,2}[.．]\d")
# The title of a list that an institution has made of its own departments' proposals.
_TITLED = re.compile(
    rf"(?:\d{{4}}\s*年?度?)?(?P<own>[{HAN}]{{2,20}}?(?:大学|学院|医院|公司|集团|中心|研究[院所]))(?![属校院系{HAN}]{{0,4}}(?:医院|学院|中心))"
    rf"[{HAN}\d（）()]*(?:表|申报|登记|一览|名单|清单)$"
)
_SCHOOL = re.compile("院|(?i:school|faculty)")
_SENDER = re.compile("填报|报送|上报|填表|制表|汇总")  # who sends the table is not who applies


class SectionRow(NamedTuple):
    """A heading between rows: the field that it says of them ("" for none), its text, and the kind of its number."""

    field: str
    value: str
    level: int


def read_section_row(text: str) -> SectionRow:
    """What a heading says of the rows below it; a kind of project is neither a topic nor an institution.

    >>> read_section_row("一、夜间经济与城市治理研究")[:2], read_section_row("（二）河口大学"), read_section_row("三、重点项目").field
    (('declared', '夜间经济与城市治理研究'), SectionRow(field='organisation', value='河口大学', level=2), '')
    >>> read_section_row("一、科技金融类推荐项目清单").field
    ''
    """
    level, own = next(
        ((n, text[m.end() :]) for n, mark in enumerate(_MARKS) if (m := mark.match(text))), (-1, text)
    )
    own = _COUNT.sub("", own)
    if (label := _labelled(own)) is not None:
        return SectionRow(label.places[0].replace("department", WHO[0]), value_of(own[label.end :]), level)
    if names_a_topic(own) or _CODE.match(own):
        return SectionRow("declared", own, level)
    if INSTITUTION.search(own) or (level >= 0 and _OFFICE.search(own)):
        return SectionRow("organisation", own, level)
    letters = sum(map(str.isalnum, own))
    long = letters >= _SHORTEST * latin_factor(own) or (level >= 0 and _OF_TOPICS.search(own))
    is_title = long and not _NO_TITLE.search(own)
    return SectionRow("declared", own, level) if is_title else SectionRow("", own, level)


def _labelled(text: str) -> Label | None:
    """The label of a topic or of who applies that a heading begins with, before its value and no other: 申报方向：城市治理."""
    labels = list(labels_in(text))
    own = (
        len(labels) == 1 and not labels[0].start and labels[0].places[0] in ("declared", WHO[0], "department")
    )
    named = own and not _SENDER.search(labels[0].text) and not is_prose(text)
    return labels[0] if named and value_of(text[labels[0].end :]) else None


def marked_topic(text: str) -> str:
    """A heading that is a topic by its code or says that it is one; "" for any other."""
    return text if names_a_topic(text) or _CODE.match(text) or _labelled(text) else ""


def read_sheet_name(name: str) -> tuple[str, str]:
    """(field, value) of a sheet's name that is a topic, as a heading may be, or an institution; a date, a version or a list's name is none.

    >>> read_sheet_name("2-24 科技金融"), read_sheet_name("信息学院"), read_sheet_name("V1.0"), read_sheet_name("5-6 汇总")[0]
    (('declared', '2-24 科技金融'), ('organisation', '信息学院'), ('', ''), '')
    """
    if not (_DOTTED.match(name) or _NO_TITLE.search(name)) and marked_topic(name):
        return "declared", name
    return ("organisation", name) if INSTITUTION.search(name) and not name.isascii() else ("", "")


def is_an_office(name: str) -> bool:
    """Whether a sheet's name is that of an office that answers for topics: 资源处, 法规处（2项）."""
    return _ANSWERS.search(_COUNT.sub("", name)) is not None


def read_above_header(text: str) -> tuple[str, str]:
    """(field, value) that a cell above a header gives to all rows: a caption that is a topic, who applies; ("", "") for none.

    >>> read_above_header("申报单位：河口大学"), read_above_header("学会名称：土木学会"), read_above_header("填报单位：河口大学")
    (('organisation', '河口大学'), ('organisation', '土木学会'), ('', ''))
    """
    name, _, value = fold(text).partition(":")
    label = next(labels_in(text), None)
    if label is None and INSTITUTION.search(name.removesuffix("名称")) and INSTITUTION.search(value):
        return "organisation", value.strip()
    if label is not None and label.places[:1] == ("organisation",) and not _SENDER.search(label.text):
        return "organisation", value_of(text[label.end :])
    caption = read_section_row(text)
    is_topic = names_a_topic(caption.value) and not _NO_TITLE.search(value or text)
    return ("declared", caption.value) if is_topic else ("", "")


def titled_by(text: str, departments: Collection[str]) -> str:
    """The institution whose list a line above a table with columns of its `departments` says it is; "" for none, an office or where
    schools stand for institutions.

    >>> titled_by("2025年度河口医院推荐课题排序表", ["科室"]), titled_by("河口市科技局2025年汇总表", ["科室"]), titled_by("河口大学汇总表", ["学院"])
    ('河口医院', '', '')
    """
    titled = _TITLED.match(text) if departments and not _SCHOOL.search("".join(departments)) else None
    return titled["own"] if titled else ""


class Above:
    """Fields that stand once for all rows below: above the header, in the sheet's name, in headings between the rows."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.of_table: dict[str, str] = {}
        self._captions: dict[str, SectionRow] = {}
        self._topics: set[int] = set()  # the kinds of number of headings that were topics
        self.last = ""  # the last heading that names no field

    @property
    def fields(self) -> dict[str, str]:
        """Field → its text for a row that stands here."""
        return {**self.of_table, **{caption.field: caption.value for caption in self._captions.values()}}

    def take(self, text: str) -> str:
        """The field that a heading between rows sets, "" for none; those above it end unless it stands below them."""
        caption = read_section_row(text)
        if not caption.field and caption.level in self._topics and not _NO_TITLE.search(caption.value):
            caption = caption._replace(field="declared")  # a short one among others
        if caption.field == "declared" and caption.level >= 0:
            self._topics.add(caption.level)
        self._captions = {f: c for f, c in self._captions.items() if caption.level > c.level}
        if caption.field:
            self._captions[caption.field] = caption
        self.last = "" if caption.field else text
        return caption.field

    def end_institution(self, text: str) -> None:
        """End what an institution's heading says at a short line of another kind of rows without a number: 个人申报, 待定."""
        if read_section_row(text).level < 0 and len(text) < _SHORTEST and text.isalpha():
            self._captions.pop("organisation", None)


class MergedDown:
    """Cells that are merged downwards: each row that one covers gets its text."""

    def __init__(self, areas: Sequence[Area]) -> None:
        """`areas` are the merged cells of the sheet."""
        self._begin: dict[int, list[Area]] = {}
        for area in areas:
            if area[2] > area[0]:
                self._begin.setdefault(area[0], []).append(area)
        self._running: dict[int, tuple[int, object]] = {}  # column → (last row, value)

    def filled(self, line: DelimitedLine, groups: Collection[int] = ()) -> Sequence[object]:
        """The cells of a row, each row to be asked about in order, with the texts of those that are merged into it.

        Empty cells of the columns `groups` have the last text above them.
        """
        cells = line.cells
        if self._running:
            cells = list(cells)
            for column, (last, value) in list(self._running.items()):
                if line.number > last:
                    del self._running[column]
                    continue
                cells += [""] * (column + 1 - len(cells))
                cells[column] = value if cells[column] in (None, "") else cells[column]
        for _, left, bottom, _ in self._begin.get(line.number, ()):
            if left <= len(line.cells):
                self._running[left - 1] = (bottom, line.cells[left - 1])
        for column in groups:
            if column < len(line.cells) and plain_text(line.cells[column]):
                self._running[column] = (ROWS, line.cells[column])
        return cells


def group_columns(header: Header, lines: Sequence[DelimitedLine], merged: Sequence[Area]) -> dict[str, int]:
    """Field → column (from 0) of topics or institutions that stand once for several rows, by the first `lines` of a table.

    Such a column stands before the titles, begins in the first row, is empty in half of the rows, never says the same
    again, and two of its cells at least begin a group: one alone may be the only row that was filled in.
    """
    titles, groups = header.columns.get("title", (0,)), {}
    rows = [line.cells for line in lines if line.number > header.row and len(line.cells) > titles[0]]
    rows = [row for row in rows if plain_text(row[titles[0]])]
    covered = {left - 1 for top, left, bottom, _ in merged if bottom > top}
    for field in ("declared", "organisation"):
        for place in {*header.columns.get(field, ())[:1]}.intersection(range(titles[0])) - covered:
            cells = [plain_text(row[place]) for row in rows]
            filled = [cell for cell in cells if cell]
            begun = sum(bool(cell) and not below for cell, below in pairwise([*cells, ""]))
            if cells[:1] == filled[:1] and len(cells) >= 2 * len(filled) == 2 * len({*filled}) and begun > 1:
                groups[field] = place
    return groups


class TextRow(NamedTuple):
    """A row of a text under a name of its own: the text's field, the name, and the text, "" where none was filled in.

    `who`: the text stands where the applicant's name does, and is like one: 研究内容 | 乙二 may be a project and who leads it.
    """

    field: str
    name: str
    text: str
    who: bool


def read_text_row(cells: Sequence[str], header: Header) -> TextRow | None:
    """What a row says that may be a text of the proposal above, in one cell or two: 项目简介：…, 研究内容 | …; None for any other."""
    filled = [(i, text) for i, text in enumerate(cells) if text]
    if len(filled) > 2 and filled[0][0] in header.columns.get("id", ()):
        del filled[0]  # 1.1 | 项目简介 | …
    if not filled or len(filled) > 2:
        return None
    (_, first), *beside = filled
    label = None if beside else leading(first)
    places = label.places if label else label_of(first)
    if not places or places[0] not in TEXTS[1:]:
        return None
    text = value_of(beside[0][1] if beside else first[label.end :] if label else "")
    column = next((f for f, places in header.columns.items() if beside and beside[0][0] in places), "")
    if column in TEXTS[1:]:
        return None
    like_a_unit = INSTITUTION.search(text) and not is_prose(text)
    who = looks_like_a_person(text) if column == WHO[1] else column == WHO[0] and bool(like_a_unit)
    return TextRow(places[0], (label.text if label else first).rstrip(":： "), text, who)


def tells(row: TextRow) -> bool:
    """Whether a row holds by itself the text of a proposal above it: sentences, and nobody's name."""
    return is_prose(row.text) and not row.who


def names_below(header: Header, lines: Sequence[DelimitedLine]) -> frozenset[str]:
    """The names of texts that stand in rows of their own below the proposals, by the first `lines` of a table.

    None stands above the first of them, as captions of groups do, nor below the last of several alone, as a foot does;
    one that stands there once is above a text in sentences, and beside nobody's name.
    """
    titles, proposals = header.columns.get("title", ()), 0
    rows: dict[str, list[tuple[int, TextRow]]] = {}  # name → (proposals so far, row) of its rows
    for line in lines:
        if line.number <= header.row or not titles:
            continue
        cells = line.texts
        row = read_text_row(cells, header)
        if row is not None:
            rows.setdefault(row.name, []).append((proposals, row))
        if row is None or row.who:
            proposals += titles[0] < len(cells) and bool(cells[titles[0]])
    return frozenset(
        name
        for name, below in rows.items()
        if below[0][0]
        and (below[0][0] < proposals or proposals == 1)
        and (tells(below[0][1]) if len(below) == 1 else any(row.text for _, row in below))
    )

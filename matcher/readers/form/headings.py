"""The sections of a form: which of its lines are their headings by its own consistency, what such a line stands for, and the text below."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from matcher import settings
from matcher.readers.blocks import Document, Heading, Table
from matcher.readers.fields.in_lines import LONG, Label, Places, about_whom, is_short, label_of, number_of
from matcher.readers.fields.labels import asked, requested
from matcher.readers.fields.labels import questioned as questioned
from matcher.readers.fields.values import BRACKETED, is_hint, is_own_title, latin_factor
from matcher.readers.fields.words import OF_STUDY, SAY_IT
from matcher.readers.form.hard_wrap import unwrapped
from matcher.segment import HAN, fold

_QUESTIONNAIRE = settings.count("readers.form_headings.questionnaire")
_RUN = settings.count("readers.form_headings.run")
_MOST_LINES = settings.lines("readers.unread.most_lines")
_LONGEST = settings.characters("readers.form_headings.longest")
_TAIL = settings.characters("readers.form_headings.tail")
_LEADERS = re.compile(r"\S\s*(?:\.{4,}|…{2,}|·{4,}|\.(?: \.){3,})\s*\d{1,3}$")
_CONTENTS = re.compile(r"目\s*[录次]|(?i:(?:table of )?contents)")
_PAGE = re.compile(r"\S\s+(\d{1,3})$")
_LISTED = re.compile(r"[、,，;；]|以及|及|和|与")
_LONGEST_MARKED = settings.characters("readers.form_walk.longest_marked")
LONGEST_UNKNOWN = settings.characters("readers.form_walk.longest_unknown")
ENDS = "。！？.!?"  # of sentences
NO_LABEL = "。；;！!，,、"  # a label may end with a colon, or with the mark of a question;
NO_HEADING = NO_LABEL + "？?："  # a heading in no list does not
_APART = frozenset(("opinion", "references"))  # also what a study may be of
# Of a place or a person who takes part, by its last words: 辦事處電話, Extension or mobile.
_PHONE_NAME = re.compile(
    rf"(?!.*(?:咨询|查询|监督|举报|客服|服务|投诉|热线|受理|秘书处|主办|编辑|紧急|传真))[{HAN}]{{2,6}}(?:电话|手机)(?:号码?)?"
    r"|(?!.*\b(?:fax|manager|referee|emergency|help|finance|number of)\b)(?:[a-z]+ ){0,3}(?:phone|telephone|mobile|cell|extension|direct line)"
    r"(?:(?: or | and | ?/ ?)(?:phone|telephone|mobile|cell|extension|landline|e-?mail))?(?: (?:no\.?|numbers?))?",
    re.I,
)
# How an abstract is parted.
OF_ABSTRACT = re.compile(
    r"(?:研究)?(?:目的|背景|方法|意义|结论)|(?:预期)?结果|(?i:(?:expected )?(?:background|objectives?|aims?|methods?|results?|impact|conclusions?))"
)
_NEVER_WITHIN = frozenset(("title", "declared", "id", "year"))  # not labels in the midst of a section's text
_METHODS = re.compile("方法|路线|方案")
_APPENDED = re.compile(r"附[表图录件]\s*[\d一二三四五六七八九十]{0,2}\s*[:：]?")
# A heading that names a part of the paper and nothing of the project.
_PARTING = re.compile(
    r"(?:申报书|申请书|报告|项目)?(?:正文|主体部分)|(?:相关)?(?:附件|附录)(?:材料|清单)?|目录"
    r"|(?i:maintext|appendix|annex(?:es)?|contents|(?:part|section|annex)[a-z\d]{1,2}[-–—:.：][^.。]{3,60})"
)

# What a text counts: Objective A: …, 任务一：…
_ITEM = re.compile(
    r"(?i:objective|aim|goal|task|stage|phase|work package|wp|year)s? ?[A-Z\d]{1,2}|(?:目标|任务|内容|阶段|步骤)[一二三四五六七八九十\d]{1,2}"
)


@dataclass(slots=True)
class OpenSection:
    """A section as it is read: its kind, its heading, how that was numbered, its lines."""

    kind: str
    heading: str
    number: tuple[str, int] = ("", 0)
    in_table: bool = False
    level: int = 0  # of its heading, where the document says so
    listed: bool = False  # it is a list below names: of people, results, costs
    beside: bool = False  # its text began on the line of its heading
    lines: list[str] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """Whether what its label asks for stands beside it, a sum or a date: a text below is none of it."""
        short = self.beside and len(self.lines) == 1 and not self.ended
        return short and self.kind in ("budget", "schedule", "members")

    @property
    def ended(self) -> bool:
        """Whether its text ends with a sentence: a short line below may head the next section."""
        return bool(self.lines) and self.lines[-1][-1] in ENDS

    def holds(self, other: OpenSection) -> bool:
        """Whether another section that follows stands below this one's heading: it is numbered in another way."""
        return other.number[0] not in ("", self.number[0]) or 0 < self.level < other.level


def join_outlines(parts: Sequence[OpenSection]) -> None:
    """Make the sections of an outline below a bare heading what that heading says: 二、研究内容 over （一）研究对象 （二）框架思路.

    Only those whose names nobody knows, or that name methods where the heading does not. A section that begins with its own
    heading goes on with the study: Referees over "Referees wear …".
    """
    for above, part in pairwise(parts):
        if part.kind in _APART and part.lines and part.lines[0].startswith(f"{part.heading} "):
            part.kind = above.kind
    for n, part in enumerate(parts):
        if part.kind != "content" or part.lines or not part.number[0]:
            continue
        below = ("other",) if _METHODS.search(part.heading) else ("other", "methods")
        for inner in parts[n + 1 :]:
            if not part.holds(inner):
                break
            inner.kind = part.kind if inner.kind in below else inner.kind


def asks(lines: Sequence[str]) -> bool:
    """Whether a form asks by questions: several lines are one, and one of them speaks to the applicant."""
    lines = lines[:_MOST_LINES]
    questions = [number_of(line)[2] for line in lines if line.rstrip()[-1:] in ("?", "？")]
    return len(questions) >= _QUESTIONNAIRE and any(map(asked, questions))


def rows_in(document: Document) -> Iterator[tuple[int, list[str], bool]]:
    """(number, cells, whether it is a heading) for each line of a document."""
    for block in document.blocks:
        if isinstance(block, Table):
            for number, row in zip(block.line_numbers, block.rows, strict=True):
                yield number, [cell.strip() for cell in row if cell.strip()], False
        else:
            for number, line in enumerate(block.text.splitlines(), block.line):
                yield number, [line.strip()], isinstance(block, Heading)


def lines_alone(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(line, the line below) of short lines that stand between two that end as sentences do, as headings stand."""
    for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
        if before[-1] in ENDS and after[-1] in ENDS and line[-1].isalpha() and is_short(line):
            yield line, after


def heading_fields(text: str) -> Places:
    """The fields of a line that is a heading for sure: also by words that would not make a label of any line."""
    if places := label_of(text, loose=True) or label_of(text, column=True):
        return places
    bare = number_of(text.strip("【】〖〗 "))[2]
    reach = "phone" if _PHONE_NAME.fullmatch(fold(bare).strip(" :")) else ""
    field_ = asked(bare, questionnaire=True) or requested(bare) or questioned(bare) or reach
    return (field_,) if field_ else ()


def request(text: str, questionnaire: bool, section: OpenSection | None) -> Places:
    """The field that a line asks for in words; below the heading of the open `section` such a line is its hint."""
    kind, _, line = number_of(text)
    field_ = asked(line, questionnaire=questionnaire)
    tells = text[-1] in ":：" or (questionnaire and kind)
    if not field_ and tells and (section is None or section.lines):
        field_ = requested(line)
    return (field_,) if field_ else ()


def is_part(line: str) -> bool:
    """Whether a line heads a part of the paper by its number and length: 第二部分 课题设置."""
    return number_of(line)[0] == "part" and len(line) <= LONGEST_UNKNOWN and line[-1] not in NO_HEADING


def is_parting(line: str) -> bool:
    """Whether a line heads a part of the paper and names nothing of the project: 附件, Annex A – CVs."""
    return _PARTING.fullmatch(re.sub(r"\s", "", line)) is not None


def is_contents(line: str) -> bool:
    """Whether a line stands in a table of contents: a heading, dots, the number of its page."""
    return line[-1:].isdecimal() and _LEADERS.search(line, max(0, len(line) - _TAIL)) is not None


def contents(lines: Sequence[str]) -> frozenset[str]:
    """The lines of a table of contents without dots: below its name each ends with the number of a page, no less than that above."""
    listed: set[str] = set()
    for n, line in enumerate(lines):
        if not _CONTENTS.fullmatch(line):
            continue
        page, run = 0, [line]
        for below in lines[n + 1 :]:
            number = _PAGE.search(below)
            if number is None and len(run) == 1 and is_short(below):
                run.append(below)  # the names of its columns
            elif number is None or int(number[1]) < page:
                break
            else:
                page, run = int(number[1]), [*run, below]
        listed.update(run if page and len(run) > _RUN else ())
    return frozenset(listed)


def is_outline(value: str) -> bool:
    """Whether a text only lists what a section should hold: 本课题的研究对象、主要目标、重点难点、总体框架等。"""
    value = BRACKETED.sub("", value)
    of_it = value.startswith(("本课题的", "本项目的", "本研究的"))
    if len(value) > _LONGEST or not (of_it or value.rstrip("。. ").endswith("等")):
        return False
    pieces = [piece for piece in _LISTED.split(value.rstrip("等。. ")) if piece.strip()]
    known = sum(bool(label_of(piece) or label_of("研究" + piece)) for piece in pieces)
    return len(pieces) + of_it >= _RUN and 2 * known >= len(pieces)


def ends_section(text: str, level: int, section: OpenSection | None, *, begun: bool) -> bool:
    """Whether an unknown line is a heading that ends the open section: numbered on as that one was, or what heads an appendix.

    `begun` says that something was read before it.
    """
    if section is not None and _APPENDED.fullmatch(text):
        return True
    longest = _LONGEST_MARKED if level else LONGEST_UNKNOWN
    if len(text) > longest * latin_factor(text) or text[-1] in NO_HEADING:
        return False
    kind, number, _ = number_of(text)
    if section is None:
        return level > 0 and begun and not is_own_title(text)
    if level and not section.level and not section.in_table:
        return True
    if kind and kind == section.number[0]:
        return number == section.number[1] + 1 or (kind in ("han", "part") and number > section.number[1])
    return 0 < level <= max(section.level, 1) and not section.in_table


def may_label(label: Label, section: OpenSection | None, known: Container[str]) -> bool:
    """Whether a label may count in the open `section`: a book's title in its midst is none of the project's, where that is `known`.

    Nor are the parts of an abstract (目的：… 方法：…) in one paragraph, or in the cell beside its name, nor the points that
    a section of what is done numbers from its first line on (二、成效评估：…), but for names of the lists.
    """
    if section is None or section.kind not in LONG or about_whom(section.heading) is not None:
        return True
    if (label.start and label.text[0] in "(（") or _ITEM.fullmatch(label.text):
        return False  # Field survey (lead: P1)
    asks = section.kind in SAY_IT and section.lines and label.places[0] in OF_STUDY
    point = number_of(section.lines[0])[0] if asks else ""
    alike = point == number_of(label.text)[0] != section.number[0]
    if point and alike and not label_of(label.text, listed=True):
        return False
    within = label.start or (section.in_table and OF_ABSTRACT.fullmatch(label.text))
    if section.kind == "abstract" and not section.beside and within and LONG.issuperset(label.places[:1]):
        return False
    return section.in_table or not (_NEVER_WITHIN.issuperset(label.places[:1]) and label.places[0] in known)


def filled(parts: Sequence[OpenSection], *, wrapped: bool) -> list[OpenSection]:
    """The sections that hold text, each without the hints of its template."""
    kept = []
    for part in parts:
        lines = [line for line in part.lines if not is_hint(line)]
        if lines:
            text = unwrapped(lines).split("\n") if wrapped else lines
            kept.append(replace(part, lines=text))
    return kept

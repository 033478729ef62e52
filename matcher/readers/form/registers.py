"""How a form writes the names of its parts: which of its lines are names by the way in which others are written that are known."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from itertools import pairwise

from matcher import settings
from matcher.readers.blocks import Document, Heading, Paragraph
from matcher.readers.fields.in_lines import LONG, Label, label_of, labels_in, leading, number_of
from matcher.readers.fields.labels import questioned
from matcher.readers.fields.values import is_own_title
from matcher.readers.fields.words import OF_STUDY
from matcher.readers.form.headings import (
    LONGEST_UNKNOWN,
    NO_LABEL,
    OF_ABSTRACT,
    OpenSection,
    heading_fields,
    may_label,
)
from matcher.segment import HAN

_RUN = settings.count("readers.form_headings.run")
_KNOWN = settings.count("readers.form_headings.known")
_MOST_LINES = settings.lines("readers.unread.most_lines")
_LONGEST = settings.characters("readers.form_headings.longest")
_CORNERS = re.compile(r"[【〖][^【】〖〗]{2,40}[】〗]\s*[:：]?")
_ASKED = re.compile(
    r"(?<![申邀])请|填写|填报|不超过|不少于|以内|限\s*\d|\d\s*字|删除"
)  # by a template, in corners too
_TWO_LANGUAGES = re.compile(
    rf"[A-Z][A-Za-z ]{{2,40}}\s*[/|]\s*[{HAN}]{{2,12}}|[{HAN}]{{2,12}}\s*[/|]\s*[A-Z][A-Za-z ]{{2,40}}"
)
_COLON_LAST = re.compile(
    rf"(?!各位|尊敬)[{HAN}、]{{3,20}}[:：]|(?!Dear|Hello|Hi |To |Team)[A-Z][A-Za-z '’&/-]{{2,40}}:"
)
# Words with a capital each, alone between sentences: Intellectual Merit.
_CAPITALS = re.compile(r"[A-Z][\w'-]*(?: (?:[A-Z][\w'-]*|and|of|the|for|to|in|&)){1,4}")
# What it is about
_OPEN_QUESTION = re.compile(
    r"(?:What|How|Why|Who|Where|When|(?=[A-Z ]+$)(?:WHAT|HOW|WHY|WHO))\b[^.?!:;,，。？！：；]{4,50}"
)
# Working title. Seeds in roof gutters
_RUN_IN = re.compile(r"([A-Z][A-Za-z '’&/-]{2,50})(?:\s*\([^()]{1,60}\))?\.\s+(?=\S)")
# What a survey says of a question and before its answer, and a template of the EU to its machines.
_TYPE = re.compile(
    r"^[*＊]\s?(?=\d{1,2}[.、．])|(?<=^\d)[*＊](?=[.、．])|(?<=^\d\d)[*＊](?=[.、．])|^(?:答|(?i:answer))\s*[:：]\s*(?=\S)"
    r"|(?<!\s)(?:\s*#[@§][A-Z\d-]{3,20}[@§]#|(?:\s*[\[【(（](?:填空|单选|多选|简答|问答|排序|下拉)题?[\]】)）])?(?:\s+[*＊])?$)"
)
_AIM = "[^:：]{0,4}(?:目标|任务|内容|阶段|方面|步骤|课题)[一二三四五六七八九十]\\s?[:：]"  # no fields
_FIELD_LINE = re.compile(rf"(?!{_AIM})([{HAN}]{{2,8}}|[A-Z][A-Za-z ]{{2,24}})\s?[:：]\s*([^。；;]{{1,30}})")
_LEAST_FIELDS = settings.count("readers.form_walk.least_fields")
Numbered = tuple[int, int, str]  # the place of a line among the others, its number, itself


def bare_line(line: str) -> str:
    """A line without what marks a question that must be answered, its kind, and an answer.

    >>> bare_line("3*. 谁来牵头？"), bare_line("2. 您的单位 [填空题] *"), bare_line("答：某某馆")
    ('3. 谁来牵头？', '2. 您的单位', '某某馆')
    """
    return _TYPE.sub("", line.strip())


def heading_lines(lines: Sequence[str]) -> frozenset[str]:
    """The lines that are headings though nobody knows their names.

    They are numbered on with known ones, in two languages or with a colon at their ends as those are, in corners, or in capitals between sentences.
    Two of at least three lines that are numbered on in one way must be known labels; a list of contents has none.
    """
    headings = {line for line in lines if _CORNERS.fullmatch(line) and not _ASKED.search(line)}
    headings |= _of_run([(0, 0, line) for line in lines if _TWO_LANGUAGES.fullmatch(line)])
    colons = [(0, 0, line) for line in lines if _COLON_LAST.fullmatch(line)]
    headings |= _of_run(colons, questions=True)
    headings |= {
        line
        for before, line, after in zip(lines, lines[1:], lines[2:], strict=False)
        if _CAPITALS.fullmatch(line if before[-1] == after[-1] else "") or _OPEN_QUESTION.fullmatch(line)
        if after[-1] in ".。" and len(after) > LONGEST_UNKNOWN
    }
    runs: dict[str, list[Numbered]] = {}
    for place, line in enumerate(lines[:_MOST_LINES]):
        kind, number, _ = number_of(line)
        if not kind or len(line) > _LONGEST or line[-1] in NO_LABEL:
            continue
        run = runs.setdefault(kind, [])
        if run and number != run[-1][1] + 1:
            headings |= _of_run(run)
            run.clear()
        run.append((place, number, line))
    for run in runs.values():
        headings |= _of_run(run)
    return frozenset(headings)


def _of_run(run: Sequence[Numbered], *, questions: bool = False) -> set[str]:
    """The lines of a run if enough of them are known; `questions` are known as well: Why us."""
    lines = [line for _, _, line in run]
    if len(lines) < _RUN:
        return set()
    known = sum(bool(label_of(line, loose=True) or (questions and questioned(line))) for line in lines)
    # 一、二、三、 with a text below each head the parts of a paper: one that is known will do.
    apart = run[0][1] == 1 and all(b - a > 1 for (a, _, _), (b, _, _) in pairwise(run))
    parts = apart and number_of(lines[0])[0] in ("han", "part")
    return set(lines) if known >= (1 if parts else _KNOWN) else set()


def terms(document: Document) -> frozenset[str]:
    """The lines that the document sets apart as names, if two are known, or one of three.

    They are names from the first that is known on, or below a heading or a label that stands below the first line.
    """
    known, own = 0, list[str]()
    for block in document.blocks:
        heads = isinstance(block, Heading) and block.line > 1
        if not isinstance(block, Paragraph) or not block.term or is_own_title(line := block.text.strip()):
            labelled = isinstance(block, Paragraph) and not own and leading(block.text) is not None
            own += [""] * (heads or labelled)
            continue
        known += bool(fields := heading_fields(line))
        own += [line] if line and (own or fields) else []
    named = frozenset(filter(None, own))
    return named if known >= (1 if len(named) >= _RUN else _KNOWN) else frozenset()


def run_ins(lines: Sequence[str]) -> dict[str, str]:
    """The lines that begin with a name and a full stop (Working title. Seeds …), each with a colon there; {} where few do so.

    Several of their names must be known, some of which are those of values: a text may begin with Summary and a stop.
    """
    begun = ((line, _RUN_IN.match(line)) for line in lines[:_MOST_LINES])
    named = [(line, m, label_of(m[1], column=True, loose=True)) for line, m in begun if m]
    known = [(line, m, places) for line, m, places in named if places]
    short = {places[0] for _, _, places in known} - LONG
    if len(known) < _RUN or len(short) < _KNOWN:
        return {}
    return {line: f"{line[: m.end()].rstrip()[:-1]}: {line[m.end() :]}" for line, m, _ in known}


def labels_of_line(
    text: str, section: OpenSection | None, known: Container[str], *, loose: bool
) -> list[Label]:
    """The labels of a line that count in the open `section`, of a form whose fields are `known` so far."""
    labels = labels_in(text, loose=loose)
    return [k for k in labels if may_label(k, section, known) and not _parts_abstract(k, text, section)]


def field_line(text: str, section: OpenSection | None, fields: Mapping[str, str]) -> tuple[str, ...]:
    """Name and value of a line below a field that has both on its line, or below an abstract; () for others, and for a known name.

    What is known and comes here was refused: it parts the text above.
    """
    beside = section is not None and section.beside and len(section.lines) == 1
    over = section is not None and section.kind == "abstract" and section.ended
    among = over or (beside and len(fields) >= _LEAST_FIELDS)
    named = _FIELD_LINE.fullmatch(text) if among else None
    return () if named is None or label_of(named[1], loose=True) else named.groups()


def _parts_abstract(label: Label, text: str, section: OpenSection | None) -> bool:
    """Whether a label of a line parts the abstract in whose section it stands: Background: … Methods: … below the heading ABSTRACT.

    They do from its first line on, with their texts beside them, where the heading is not written as they are.
    """
    if section is None or section.kind != "abstract" or section.beside or section.in_table:
        return False
    if section.heading[-1] in ":：" or label.start or label.end >= len(text) or number_of(label.text)[0]:
        return False
    first = section.lines[0].replace("：", ":").partition(":")[0] if section.lines else label.text
    begun = OF_ABSTRACT.fullmatch(first) is not None or not OF_STUDY.isdisjoint(label_of(first)[:1])
    return begun and label.places[0] in OF_STUDY

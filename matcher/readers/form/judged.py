"""The sections that a proposal is judged by, and all of them with their places in its text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from matcher import settings
from matcher.language import language_of
from matcher.readers.fields.values import is_prose, latin_factor
from matcher.readers.form.headings import OpenSection, questioned
from matcher.types import Section

# What a proposal is judged by, best first: a summary says it in the applicant's own few words.
_JUDGED = (
    ("abstract",),
    ("content", "goals"),
    ("background", "methods", "innovation", "outcomes", "other"),  # "other": under headings that nobody knows
    ("foundation", "other"),
)
_LEAST = settings.characters("readers.form.least")
# What stands for a text that is elsewhere, or for none.
_REFERS = re.compile(
    r"[（(]?(?:详见.{0,20}|(?:[参另]|请参?)?见(?:[^。]{0,6}(?:附|正文|[上下前后另]|第|申[报请]|任务书|材料|报告|纸质|原件|文件)[^。研]{0,12}|《[^》]{1,20}》)"
    r"|[暂尚]?无|略|待补充?|n/?a|(?:please )?(?:see|refer to) (?:the )?attach.{0,20})[)）]?[。.]?|[\W_]+",
    re.I,
)


def judged(parts: Sequence[OpenSection]) -> list[OpenSection]:
    """The sections that a proposal is judged by, in the order of the form."""
    chosen = {id(part) for part in _chosen(_untranslated(parts) if len(parts) > 1 else parts)}
    return [part for part in parts if id(part) in chosen]


def _chosen(parts: Sequence[OpenSection]) -> list[OpenSection]:
    """The sections that a proposal is judged by."""
    short: list[OpenSection] = []
    for kinds in _JUDGED:
        of_kinds = [part for part in parts if part.kind in kinds or (kinds == _JUDGED[1] and _asks_how(part))]
        these = [p for p in of_kinds if not p.listed] or [p for p in of_kinds if p.kind != "other"]
        if kinds == _JUDGED[2]:  # texts stand beside values of a word
            known = [part for part in these if part.kind != "other"]
            these = [
                p for p in these if is_prose("".join(p.lines)) or (p.kind != "other" and p.ended)
            ] or known
        text = "".join("".join(part.lines) for part in these)
        if not text or _REFERS.fullmatch(text):
            continue
        if len(text) >= _LEAST * latin_factor(text) or any(part.kind == "content" for part in these):
            return [*short, *these]
        short += these
    return short


def _asks_how(part: OpenSection) -> bool:
    """Whether a question asks how it will be done (打算怎么做？): its answer says what is proposed."""
    asked = re.search("[?？]", part.heading) or questioned(part.heading)
    return part.kind == "methods" and bool(asked)


def _untranslated(parts: Sequence[OpenSection]) -> list[OpenSection]:
    """The sections without an abstract in English beside one in Chinese: it says nothing new."""
    abstracts = [part for part in parts if part.kind == "abstract"]
    foreign = [id(part) for part in abstracts if language_of("".join(part.lines)) != "zh"]
    return [part for part in parts if id(part) not in foreign or len(foreign) == len(abstracts)]


def sections_of(
    fields: Mapping[str, str], parts: Sequence[OpenSection], chosen: Sequence[OpenSection]
) -> tuple[Section, ...]:
    """All sections in order, each with its place in the proposal's text where it is judged by it."""
    start = len(fields.get("title", "")) + 1 if fields.get("title") and fields.get("abstract") else 0
    places: dict[int, int] = {}
    for part in chosen:
        places[id(part)] = start
        start += len("\n".join(part.lines)) + 1
    return tuple(
        Section(part.kind, part.heading, "\n".join(part.lines), places.get(id(part))) for part in parts
    )

"""The text of a form's sections: paragraphs that a page broke as one again, without what the template says of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from matcher import settings
from matcher.readers.form_headings import OpenSection
from matcher.readers.form_values import is_hint
from matcher.readers.label_words import share_of_template

_SHORTEST_INSTRUCTION = settings.characters("readers.form_paragraphs.shortest_instruction")
_LONGEST_INSTRUCTION = settings.characters("readers.form_paragraphs.longest_instruction")
_INSTRUCTION = settings.share("readers.form_paragraphs.instruction")
_FIRST_SENTENCE = re.compile(r".+?(?:[。！？!?]\s*|\.\s+|\n\s*)")
# Sections of sentences: a list of results may be of words that a template has.
_PROSE = frozenset(("abstract", "content", "goals", "background", "methods", "innovation"))


def filled(parts: Sequence[OpenSection], *, wrapped: bool) -> list[OpenSection]:
    """The sections that hold text, each without the hints of its template."""
    kept = []
    for part in parts:
        lines = [line for line in part.lines if not is_hint(line)]
        if part.kind in _PROSE:
            lines = without_instructions("\n".join(lines)).split("\n") if lines else []
        if lines:
            text = unwrapped(lines).split("\n") if wrapped else lines
            kept.append(replace(part, lines=text))
    return kept


def without_instructions(text: str) -> str:
    """A text without the sentences above or before it that say no more than what it should hold."""
    while (
        (first := _FIRST_SENTENCE.match(text))
        and first.end() < len(text)
        and " | " not in first[0]
        and _SHORTEST_INSTRUCTION <= len(first[0].strip()) <= _LONGEST_INSTRUCTION
        and share_of_template(first[0]) >= _INSTRUCTION
    ):
        text = text[first.end() :]
    return text


def unwrapped(lines: Sequence[str]) -> str:
    """Lines that a page broke as paragraphs again: a line without a stop at its end goes on in the next."""
    text = ""
    for line in lines:
        latin = text[-1:].isascii() and text[-1:].isalnum() and line[:1].isascii() and line[:1].isalnum()
        text += ("\n" if text.endswith(("。", "；", "！", "？", "：")) else " " if latin else "") + line
    return text

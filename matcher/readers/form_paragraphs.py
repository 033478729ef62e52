"""The text of a form's sections: paragraphs that a page broke as one again, without what the template says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matcher.readers.form_headings import OpenSection
from matcher.readers.form_values import is_hint


def filled(parts: Sequence[OpenSection], *, wrapped: bool) -> list[OpenSection]:
    """The sections that hold text, each without the hints of its template."""
    kept = []
    for part in parts:
        lines = [line for line in part.lines if not is_hint(line)]
        if lines:
            text = unwrapped(lines).split("\n") if wrapped else lines
            kept.append(replace(part, lines=text))
    return kept


def unwrapped(lines: Sequence[str]) -> str:
    """Lines that a page broke as paragraphs again: a line without a stop at its end goes on in the next."""
    text = ""
    for line in lines:
        latin = text[-1:].isascii() and text[-1:].isalnum() and line[:1].isascii() and line[:1].isalnum()
        text += ("\n" if text.endswith(("。", "；", "！", "？", "：")) else " " if latin else "") + line
    return text

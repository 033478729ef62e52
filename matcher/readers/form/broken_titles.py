"""Titles that a page broke over several lines, as one line again: in the larger type or the middle of a paper, or behind their label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from matcher import settings
from matcher.readers.blocks import Document, Paragraph, Placed, without_line_ends
from matcher.readers.fields.in_lines import label_of, leading, number_of
from matcher.readers.fields.shapes import is_date, looks_like_a_person
from matcher.readers.fields.values import REPORT_NAME, breaks_off, is_own_title, joins
from matcher.readers.form.letter_frame import bodies
from matcher.readers.form.title_lines import is_sender, is_title, may_be_title

_PARTED = re.compile(r"\s*[、，,;；]\s*|\s+(?:and|&)\s+|\s*[\d*†‡]+\s*")
_COVER = settings.lines("readers.form_fields.cover")
_ENDS = ":：—–,，、"
_WORK = re.compile(
    "(?:研究|应用|分析|技术|机制|方法|模式|对策|设计|评价|示范|推广|开发)$"
)  # with which titles end and no names
_ASIDE = re.compile(r"[（(【\[]|\d\s")


def with_whole_titles(document: Document) -> Document:
    """The document with the lines of each title joined that a page broke; as it is where the places of lines are not known."""
    rests = {rest: first for first, rest in _rests(document)}
    if not rests:
        return document
    texts = {block.line: block.text for block in document.blocks if isinstance(block, Paragraph)}
    lines, full = [*document.lines], {*(document.full or ())}
    for rest, first in rests.items():
        texts[first] = without_line_ends(f"{texts[first]}\n{texts[rest]}")
        lines[first - 1], lines[rest - 1] = texts[first], ""
        full = full - {first} | ({first} if rest in full else set())
    blocks: list[Placed] = [
        Paragraph(texts[block.line], block.line) if isinstance(block, Paragraph) else block
        for block in document.blocks
        if not (isinstance(block, Paragraph) and block.line in rests)
    ]
    return replace(document, blocks=tuple(blocks), lines=tuple(lines), full=frozenset(full))


def _rests(document: Document) -> Iterator[tuple[int, int]]:
    """(line that a title begins with, one of its further lines), by their numbers."""
    blocks = [block for block in document.blocks if document.full is not None]
    begin = 0
    for n in range(1, len(blocks) + 1):
        chain = blocks[begin:n]
        if n < len(blocks) and _goes_on(document, chain, blocks[n], blocks[max(begin - 1, 0)]):
            continue
        text = "\n".join(block.text for block in chain if isinstance(block, Paragraph))
        label = leading(text)
        if len(chain) > 1 and may_be_title(without_line_ends(text[label.end if label else 0 :])):
            numbers = [block.line for block in chain if isinstance(block, Paragraph)]
            yield from ((numbers[0], number) for number in numbers[1:])
        begin = n


def _goes_on(document: Document, chain: Sequence[Placed], block: Placed, before: Placed) -> bool:
    """Whether a title that the lines of `chain` begin, below the line `before`, goes on in the next one."""
    first, above = chain[0], chain[-1]
    if not (isinstance(first, Paragraph) and isinstance(above, Paragraph) and isinstance(block, Paragraph)):
        return False
    full = above.line in (document.full or ())
    asked = before is not first and isinstance(before, Paragraph) and _is_title_label(before.text)
    if asked or _is_labelled(first.text):
        return full and _is_rest(block.text)
    alike = block.line in document.alike
    if not (is_title(first.text.rstrip(_ENDS)) and _is_rest(first.text)):
        return False
    if not _is_rest(block.text) and not (full and alike and _is_name(block.text)):
        return False  # people stand in other letters than the title
    if full or above.text[-1] in _ENDS or _joins(above.text, block.text):
        return alike or first.line <= _COVER
    return alike and not is_sender(block.text)


def _joins(above: str, below: str) -> bool:
    """Whether a line goes on one that had room for more by the words of both, of which those in Latin letters are set apart."""
    latin = above[-1].isascii() and below[0].isascii()
    return joins(f"{above} ", below) or breaks_off(above) if latin else joins(above, below)


def _is_title_label(line: str) -> bool:
    return label_of(line)[:1] == ("title",)


def _is_labelled(line: str) -> bool:
    """Whether a line is the title behind its label."""
    label = leading(line)
    return label is not None and label.places[:1] == ("title",)


def _is_rest(line: str) -> bool:
    """Whether a line may be the rest of a title: neither a field, an item, people, institutions nor what stands in brackets."""
    people = all(map(_is_name, filter(None, _PARTED.split(line))))
    field = leading(line) or label_of(line, listed=True)
    other = field or number_of(line)[0] or is_own_title(line) or bodies([line])
    return not (people or other or _ASIDE.match(line) or is_date(line) or REPORT_NAME.fullmatch(line))


def _is_name(text: str) -> bool:
    return looks_like_a_person(text) and not _WORK.search(text)

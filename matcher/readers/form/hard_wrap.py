"""Lines of a plain text or a mail that a program broke at a width, joined again; lines of a page that had room for more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from matcher import settings
from matcher.readers.blocks import LINE_END, Document, Paragraph, Placed
from matcher.readers.fields.in_lines import heads, label_of, number_of
from matcher.segment import HAN

_NARROWEST = settings.characters("readers.hard_wrap.narrowest")
_WIDEST = settings.characters("readers.hard_wrap.widest")
_LEAST = settings.count("readers.hard_wrap.least")
_WIDE = re.compile(rf"[{HAN}，。、；：？！“”‘’（）《》—…]")
_FIRST = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
_STOPS = "。！？；：.!?;:"
_LABEL = re.compile(r"\s*[【\[]?([^\s【\[\]】:：][^\[\]】:：]{1,30}?)(?:\s*[】\]:：]\s*|\s{2,})(?=\S)")
_OF_ONE_VALUE = frozenset((("title",), ("declared",), ("organisation",)))
_BEGINS = re.compile(r"[-–—•*◦▪·●◆>#|【\[]")


def without_hard_wraps(document: Document) -> Document:
    """The document with the lines joined that go on in the next; as it is where its lines were not broken at one width.

    They were if none is longer than a window and several end in the midst of a sentence where the next word had no place.
    """
    lines = [
        (block, *line) for block in document.blocks if isinstance(block, Paragraph) for line in _lines(block)
    ]
    widest = max((_width(text) for _, _, text in lines), default=0)
    if document.wrapped:
        return document
    next_to = [(a, b) for a, b in pairwise(lines) if b[1] == a[1] + 1]
    fits = _NARROWEST <= widest <= _WIDEST
    joints = {b[1]: a for a, b in next_to if fits and _goes_on(a[2], b[2], widest)}
    if sum(_midst(a[2], document.lines[number - 1]) for number, a in joints.items()) < _LEAST:
        joints.clear()
    joints |= {b[1]: a for a, b in next_to if _below_value(a[2], b[2])}
    if not joints:
        return document
    texts, head = {number: text for _, number, text in lines}, 0
    for number in list(texts):
        if number in joints:
            texts[head] = _joined(texts[head], texts.pop(number))
        else:
            head = number
    blocks: list[Placed] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            blocks += [Paragraph(texts[number], number) for number, _ in _lines(block) if number in texts]
        else:
            blocks.append(block)
    shown = ("" if n in joints else texts.get(n, line) for n, line in enumerate(document.lines, 1))
    return replace(document, blocks=tuple(blocks), lines=tuple(shown))


def _lines(block: Paragraph) -> Iterator[tuple[int, str]]:
    yield from enumerate(LINE_END.split(block.text), block.line)


def _width(text: str) -> int:
    """Columns that a text takes: a Chinese character takes two."""
    return len(text) + len(_WIDE.findall(text))


def _goes_on(line: str, below: str, widest: int) -> bool:
    """Whether the first word of the line `below` had no place in this one, and begins neither an item, a label nor a paragraph."""
    first = _FIRST.match(below.strip())
    if not line.strip() or first is None or line.rstrip()[-1] in _STOPS:
        return False
    latin = first[0][0].isascii()
    if _width(line.rstrip()) + _width(first[0]) + latin <= widest:
        return False
    indented = below[0].isspace() and not below.strip()[0].islower()
    begins = indented or _BEGINS.match(below.strip()) or number_of(below)[0]
    return not (begins or heads(below))


def _below_value(line: str, below: str) -> bool:
    """Whether a line begins right below the value of the title, topic or institution in the line above: it is its rest."""
    label = _LABEL.match(line)
    text = below.lstrip()
    if label is None or not text or re.search(r"\s{2}|[:：]|　", text) or heads(text):
        return False
    indent, value = (
        sum(1 + (c in "　【】" or bool(_WIDE.match(c))) for c in gap)
        for gap in (below[: -len(text)], label[0])
    )
    one = label_of(label[1], column=True)[:1] in _OF_ONE_VALUE and not re.search(
        r"\s{2}", line[label.end() :]
    )
    return one and indent == value > 0


def _midst(line: str, below: str) -> bool:
    """Whether a sentence goes on from a line to the next for sure."""
    end, begin = line.rstrip()[-1], below.strip()[0]
    return begin.islower() or re.fullmatch(f"[{HAN}]{{2}}", end + begin) is not None


def _joined(line: str, below: str) -> str:
    line, below = line.rstrip(), below.strip()
    apart = line[-1].isascii() and below[0].isascii() and line[-1] != "-"
    return f"{line} {below}" if apart else line + below


def unwrapped(lines: Sequence[str]) -> str:
    """Lines that a page broke as paragraphs again: a line without a stop at its end goes on in the next.

    >>> unwrapped(["Dryers, vents,", "and doors hum.", "A well-", "known hum（见", "图1）。", "又"])
    'Dryers, vents, and doors hum. A well-known hum（见图1）。\\n又'
    """
    text = ""
    for line in lines:
        latin = (
            "!" <= text[-1:] <= "~" and text[-1] not in "-/(" and line[:1].isascii() and line[:1].isalnum()
        )
        text += ("\n" if text.endswith(("。", "；", "！", "？", "：")) else " " if latin else "") + line
    return text


def ended(document: Document) -> frozenset[str]:
    """The lines of a page after which there was room for more, each as it is and behind its label; none where pages do not tell."""
    full = document.full
    lines = [line for n, line in enumerate(document.lines, 1) if full is not None and n not in full]
    return frozenset((*lines, *(re.split("[:：]", line, maxsplit=1)[-1].strip() for line in lines)))

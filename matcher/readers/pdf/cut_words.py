"""Addresses, numbers and words with a hyphen that the end of a line or cell cuts in two."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

from pdfplumber.utils import cluster_objects
from pdfplumber.utils.text import DEFAULT_Y_TOLERANCE

from matcher.readers.blocks import PageLine, without_line_ends
from matcher.readers.pdf.pieces import joined

_LAST, _FIRST = re.compile(r"[!-~]+$"), re.compile(r"[!-~]+")
_MAIL = re.compile(r"[(<（]*(?:[\w.-]+:)?[\w.+-]+@[\w.-]*\w", re.ASCII)
_LINK = re.compile(r"[(<]*(?:https?:/{0,2}|www\.)[^\s(<]*", re.ASCII)
_PHONE = re.compile(r"1[3-9]\d{9}|\(?0\d{2,4}\)?[- ]?\d{3,4}-?\d{3,4}|\+?\d{2,4}(?:-\d{2,8}){1,3}")
# Letters and digits without a word in them: 91620602MA7200001X, NM-2026-TR-00417
_CODE = re.compile(r"(?=(?:.*\d){3})[A-Z\d]+(?:[-/.][A-Z\d]+)*")
_ENDED = re.compile(
    r"(?i:[.](?:cn|com|net|org|edu|gov|mil|int|info|io|eu|uk|us|au|nz|ca|ie|de|fr|nl|be|ch|at|it|es|pt|se|no|fi|dk|pl|cz|ru|jp|kr|hk|tw|sg|in|example|test))[/.,;)>]*$"
)
_JOINT, _JOINED = re.compile(r"[-/_@?&=#%+~]$"), re.compile(r"[-/._@?&=#%+~]")
_REST = re.compile(r"[a-z\d-]+(?:\.[a-z\d-]+)+[,;)>]*|(?:cn|com|net|org|edu|gov|uk)[,;)>]*")
_HYPHEN, _AND = re.compile(r"[A-Za-z\d]-$"), re.compile(r"(?:and|or|to|bis|und|et)\b")
_OPEN = ",.;:!?)>-/_"  # no address is known by these, which it may end with where it is cut


def goes_on(above: str, below: str, *, tight: bool = False) -> bool:
    """Whether the word that a text ends with goes on in the line below.

    `tight` says that a word stands alone on the line above, which had no room for one more letter: it may then be cut anywhere.

    >>> goes_on("请写信至li@mail.lan-", "zhou.example.cn，"), goes_on("电话 0935-", "5550000"), goes_on("low-", "cost pumps")
    (True, True, True)
    >>> goes_on("li@lz.exa", "mple"), goes_on("li@lz.exa", "mple", tight=True), goes_on("li@lz.cn", "phone", tight=True)
    (False, True, False)
    """
    last, first = _LAST.search(above), _FIRST.match(below)
    if last is None or first is None:
        return False
    one, other = last.group(), first.group()
    if _HYPHEN.search(one) and other[0].isalnum() and not _AND.match(other):
        return True
    return _is_cut(one, other, tight=tight)


def _is_cut(one: str, other: str, *, tight: bool = False) -> bool:
    """Whether the words that a line ends and the next one begins with are an address, a link or a number in two parts."""
    both = (one + other).rstrip(_OPEN)
    if _MAIL.fullmatch(both) or _LINK.fullmatch(both):
        dotted = one[-1] in ".:" and (_REST.fullmatch(other) or not _ENDED.search(one[:-1]))
        if _JOINED.match(other) or _JOINT.search(one) or dotted:
            return True
        return tight and not (_ENDED.search(one) or "@" in other or _LINK.match(other))
    if _PHONE.fullmatch(both):
        return not (_PHONE.fullmatch(one) or _PHONE.fullmatch(other))
    return _CODE.fullmatch(both) is not None and (tight or one[-1] == "-")


def moved_up(above: PageLine, line: PageLine) -> tuple[PageLine, PageLine]:
    """Two lines; where an address, a link or a number is cut between them its rest is in the upper one."""
    last, first = _LAST.search(above.text), _FIRST.match(line.text)
    tight = above.full and is_one_word(above.text)
    if not (last and first and _is_cut(last.group(), first.group(), tight=tight)):
        return above, line
    rest = line.text[first.end() :].lstrip()
    full = above.full if rest else line.full
    return replace(above, text=above.text + first.group(), full=full), replace(line, text=rest)


def cell_text(cell: str, tight: frozenset[int] = frozenset()) -> str:
    """A cell's text without the line ends of its width: Latin words keep a space, Chinese and what a line cuts in two none.

    `tight` are the lines, from 0, of one word that had no room for one more letter.

    >>> cell_text("wang@lab.\\nexample.cn"), cell_text("138000011\\n11"), cell_text("13800001111\\n8002")
    ('wang@lab.example.cn', '13800001111', '13800001111 8002')
    """
    lines = cell.split("\n")
    text = lines[0]
    for n, below in enumerate(lines[1:]):
        one = goes_on(text, below, tight=n in tight)
        text = text + below if one else without_line_ends(f"{text}\n{below}")
    return joined(text)


def is_one_word(line: str) -> bool:
    """Whether a line is one word of Latin letters and signs."""
    return _FIRST.fullmatch(line.strip()) is not None


def tight_lines(page: Any, box: tuple[float, float, float, float], text: str) -> frozenset[int]:
    """The lines of a cell, from 0, of one word and without room for the first letter of the next line, if white as wide as on the left
    is left on the right of them. `box` is where the cell stands."""
    lines = text.split("\n")
    words = [n for n, (a, b) in enumerate(pairwise(lines)) if is_one_word(a) and b[:1].isascii()]
    if not words:
        return frozenset()
    x0, top, x1, bottom = box
    inside = (
        c
        for c in page.chars
        if x0 <= (c["x0"] + c["x1"]) / 2 < x1 and top <= (c["top"] + c["bottom"]) / 2 < bottom
    )
    placed = cluster_objects([c for c in inside if c["text"].strip()], "top", DEFAULT_Y_TOLERANCE)
    if len(placed) != len(lines):
        return frozenset()
    right = x1 - min(c["x0"] - x0 for line in placed for c in line)
    ends = [max(c["x1"] for c in line) for line in placed]
    widths = [(first := min(line, key=lambda c: c["x0"]))["x1"] - first["x0"] for line in placed]
    return frozenset(n for n in words if right - ends[n] < widths[n + 1])

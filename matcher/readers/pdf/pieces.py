"""The stretches that the letters of a line of a PDF stand in, parted where the white is as wide as between columns."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from matcher import settings
from matcher.segment import HAN

APART = settings.factor("readers.pdf_pieces.apart")
_APART_SPACED = settings.factor("readers.pdf_pieces.apart_spaced")
_SPACE = settings.factor("readers.pdf_pieces.space")
WORD_SPACE = settings.factor("readers.pdf_pieces.word_space")
_NO_ROOM = settings.factor("readers.pdf_pieces.no_room")
_CELL = settings.factor("readers.pdf_pieces.cell")
_HAN_PAIR = re.compile(rf"(?<=[{HAN}\u3000-\u303f\uff01-\uff5e]) (?=[{HAN}\u3000-\u303f\uff01-\uff5e])")
_SPACED = settings.share("readers.pdf_pieces.spaced")
_LEAST_SPACED = settings.count("readers.pdf_pieces.least_spaced")


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters that stand together on one line; lengths in points, `top` and `bottom` counted downwards.

    `gaps` are (end of the letter before, beginning of the letter after, its index in `text`) of the whites within
    that are wide enough to part cells, if a column begins there. `font` is that of most letters, of the Chinese ones where there are any.
    """

    x0: float
    x1: float
    top: float
    bottom: float
    text: str
    gaps: tuple[tuple[float, float, int], ...] = ()
    font: str = ""

    @property
    def height(self) -> float:
        """From top to bottom, in points."""
        return self.bottom - self.top

    def cut(self, starts: Sequence[float], within: float) -> list[Piece]:
        """The piece in parts, which begin `within` so many points of `starts`."""
        cuts = [gap for gap in self.gaps if any(abs(gap[1] - start) <= within for start in starts)]
        begins = [(self.x0, 0), *((x0, n) for _, x0, n in cuts)]
        ends = [*((x1, n) for x1, _, n in cuts), (self.x1, len(self.text))]
        return [
            Piece(
                x0,
                x1,
                self.top,
                self.bottom,
                self.text[n:m].strip(),
                tuple((a, b, k - n) for a, b, k in self.gaps if n < k < m),
                self.font,
            )
            for (x0, n), (x1, m) in zip(begins, ends, strict=True)
        ]


def pieces_of(line: Sequence[dict[str, Any]]) -> list[Piece]:
    """The stretches of a line, cut where the white is as wide as between columns."""
    ordered = sorted(line, key=lambda c: c["x0"])
    letters = [c for c in ordered if c["text"].strip()]
    if not letters:
        return []
    gaps = [b["x0"] - a["x1"] for a, b in itertools.pairwise(letters)]
    size = median(c["size"] for c in letters)
    usual = median(max(gap, 0.0) for gap in gaps) if gaps else 0.0
    pairs = zip(letters, letters[1:], gaps, strict=False)
    in_words = [gap for a, b, gap in pairs if a["text"].isalnum() and b["text"].isalnum()]  # no row of dots
    within = median(in_words) if in_words else 0.0
    apart = max(APART * size, _APART_SPACED * usual)
    place = {id(c): i for i, c in enumerate(ordered)}
    groups = [[letters[0]]]
    texts = [letters[0]["text"]]
    whites: list[list[tuple[float, float, int]]] = [[]]
    for before, letter, gap in zip(letters, letters[1:], gaps, strict=False):
        if gap > apart:
            groups.append([letter])
            texts.append(letter["text"])
            whites.append([])
            continue
        western = is_western(before["text"] + letter["text"])
        white = max(WORD_SPACE * size, 2 * within) if western else _SPACE * size
        between = ordered[place[id(before)] + 1 : place[id(letter)]]
        # A space that a letter is drawn upon is a browser's soft hyphen.
        written = any(min(c["x0"] - before["x0"], letter["x0"] - c["x0"]) > _NO_ROOM * size for c in between)
        space = gap > white or written
        texts[-1] += " " if space and gap > -size else ""
        if gap > _CELL * size:
            whites[-1].append((before["x1"], letter["x0"], len(texts[-1])))
        texts[-1] += letter["text"]
        groups[-1].append(letter)
    return [_piece(*parts) for parts in zip(groups, texts, whites, strict=True)]


def is_western(text: str) -> bool:
    """Whether a text that is not empty holds no letter of Chinese, Japanese or Korean, nor one of their signs."""
    return max(text) < "\u2e80"


def _piece(letters: Sequence[dict[str, Any]], text: str, gaps: Sequence[tuple[float, float, int]]) -> Piece:
    together = joined(text)
    x0, top = letters[0]["x0"], min(c["top"] for c in letters)
    x1, bottom = max(c["x1"] for c in letters), max(c["bottom"] for c in letters)
    fonts = Counter(c.get("fontname", "") for c in letters if not c["text"].isascii()) or Counter(
        c.get("fontname", "") for c in letters
    )
    font = max(fonts, key=lambda name: fonts[name])
    return Piece(x0, x1, top, bottom, together, tuple(gaps) if together == text else (), font)


def joined(text: str) -> str:
    """A line whose Chinese letters are set apart by spaces, without these spaces; any other as it is.

    >>> joined("高 校 科 技 成 果 R&D"), joined("第一章 总则")
    ('高校科技成果 R&D', '第一章 总则')
    """
    han = len(re.findall(rf"[{HAN}]", text))
    spaced = len(_HAN_PAIR.findall(text))
    return _HAN_PAIR.sub("", text) if spaced >= _LEAST_SPACED and spaced >= _SPACED * (han - 1) else text

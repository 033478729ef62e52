"""Whether the second of two lines that follow each other is the rest of the first: what is seen of both, for a regression."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Mapping
from itertools import pairwise

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.lists.counting import parts_word
from matcher.guide.prior import is_contact, label_of
from matcher.guide.regression import shipped_regression
from matcher.guide.text import page_lines
from matcher.guide.text.marks import Mark, number_of
from matcher.guide.text.page_edges import CLOSING, COMMAS, Page, PlainLine, is_open
from matcher.language import HAN_LETTERS

_WEIGHTS = settings.file("guide.joins.weights")
_AROUND = settings.lines("guide.joins.around")
_MOST = settings.lines("guide.joins.most")
BEGUN = settings.odds("guide.joins.begun")
_HEAD = settings.lines("guide.titles.head")
_SENTENCE = re.compile(r"[。;；]|[,，] ?\S|[a-z][.;] ")
_REACHED = re.compile(r"\d{7}\W*(?:\([^()]*\)\W*)?$|\w@[\w-]+(?:\.[\w-]+)+\W*$")  # a phone or an address
TITLE_ENDS = re.compile(r"(?:指南|通知|公告|启事|榜单|选题|目录|清单)(?:[（(].{1,12}[）)])?$")
_OF_TITLE = re.compile(r"[的及和与（(《]|通知|公告")  # …申报指南 / 的通知
_EXAMPLE = re.compile(r"[—:-]\s?以[^为]*$")  # …——以甲县 / 为例
_CAPTION = settings.characters("guide.joins.caption")
_ASKS = "?？"
_BARE = re.compile(r"[(\[]?\d{1,3}[)\].、]*")
_DRAWN = re.compile(r"[|\t]|^[\W_]*$")


def signs_of(page: Page, at: int) -> dict[str, float]:
    """What the regression is told of the line at this place and the one below it."""
    words = _words(page.lines[at], page.lines[at + 1])
    return {
        k: float(v)
        for k, v in {**_on_page(page, at), **_beside(page, at), **_counting(page, at), **words}.items()
    }


def _on_page(page: Page, at: int) -> Mapping[str, float]:
    """What the page tells: its width, where lines end, empty lines, indents."""
    a, b = page.lines[at], page.lines[at + 1]
    tight, width = page.tight[at], max(page.width, 1)
    room = 0 if tight else min(1, max(0, (width - a.width) / width))
    first = page.lines[page.paragraphs[at]].folded
    opened = vocabulary.MAIN_CONTENT.match(first) or vocabulary.OTHER_CONTENT.match(first)
    return {
        "tight": tight,
        "tight, of a PDF": tight and page.full is not None,
        "tight, open": tight * page.open,
        "tight, torn": tight * page.torn_tight,
        "tight, stopped": tight * a.stopped,
        "loose, edges": (not tight) * page.edges,
        "loose, torn": (not tight) * page.torn_loose,
        "room": room,
        "room, edges": page.edges * room,
        "wide": a.width >= 0.9 * width,
        "narrow page": 40 <= width <= 104,
        "page of a PDF": page.full is not None,
        "gap": page.gaps[at] > page.usual,
        "gaps": page.gaps[at] > 0,
        "below wide": b.width >= 0.9 * width,
        "below length": min(1, b.width / width),
        "length": min(1, a.width / 100),
        "short": a.width <= 20,
        "below longer": b.width > a.width,
        "deeper": b.indent > a.indent,
        "deeper, first lines": (b.indent > a.indent) * page.first_lines,
        "less deep": b.indent < a.indent,
        "content": opened is not None and opened.end() < len(first) and not a.stopped,
        "title": a.number <= _HEAD and bool(TITLE_ENDS.search(a.text)) and not _OF_TITLE.match(b.text),
        "head": at < 3,
        "drawn": bool(_DRAWN.search(a.text) or _DRAWN.search(b.text)),
    }


def _beside(page: Page, at: int) -> Mapping[str, float]:
    """What lines with the same mark tell, or those near a line that has none."""
    lines, a, b, last = page.lines, page.lines[at], page.lines[at + 1], len(page.lines) - 1
    kinds = [kind for kind in a.marks if len(page.of_kind[kind]) > 1]
    same = max((page.of_kind[kind] for kind in kinds), key=len, default=[])
    among = bisect(same, at)
    near = same[max(0, among - _MOST) : among + _MOST] or range(
        max(0, at - _AROUND), min(last, at + _AROUND) + 1
    )
    places = [place for place in near if place != at and (same or place != at + 1)]
    alike = [lines[place] for place in places]
    below = [lines[place + 1] for place in places if place < last and page.gaps[place] <= page.usual]
    followed = [line for line in below if not line.begins] if same else []
    count = max(1, len(alike))
    stops = sum([line.stopped for line in alike]) / count
    ends = sum([line.ended for line in alike]) / count
    asked = a.text[-1] in _ASKS
    marked = bool(same)
    return {
        "marked": marked,
        "hangs": marked and b.indent > a.indent,
        "hangs not": marked and b.indent == a.indent,
        "behind words": marked and b.indent > a.words,
        "stops as others": marked * a.stopped * stops,
        "stops unlike others": marked * a.stopped * (1 - stops),
        "below stops unlike others": marked * (b.stopped and not a.stopped) * (1 - stops),
        "others end": marked * (not a.ended) * ends,
        "ends as others below": marked * (not a.ended and b.ended) * ends,
        "asks, marked": marked and asked,
        "asks as others": sum([line.text[-1] in _ASKS for line in alike]) / count if asked else 0,
        "described": sum([line.text[0].isupper() for line in followed]) / count,
        "described in sentences": b.stopped * (1 - stops) * sum([line.stopped for line in followed]) / count,
        "followed by few": marked and len(followed) * 3 < count,
        "wider": sum([line.width < a.width for line in alike]) / count,
        "widest": max([line.width for line in alike], default=0) <= a.width,
    }


def _counting(page: Page, at: int) -> Mapping[str, float]:
    """What the marks of the second line, and of the one below it, tell."""
    b, below = page.lines[at + 1], page.lines[at + 2 : at + 3]
    return {
        "begins": b.begins,
        "counts": any(len(page.of_kind[kind]) > 1 for kind in b.marks),
        "counts on": any(_counts_on(page, at, mark) for mark in b.marks.values()),
        "next counts on": any(_counts_on(page, at, mark) for line in below for mark in line.marks.values()),
        "last": all(line.begins for line in below),
        "bare": _BARE.fullmatch(b.folded) is not None,
        "named as others": page.names[b.name] > 1,
    }


def _counts_on(page: Page, at: int, mark: Mark) -> bool:
    """Whether a mark counts one more than the last one of its kind down to this place."""
    places = page.of_kind[mark.kind]
    above = bisect(places, at)
    last = page.lines[places[above - 1]].marks[mark.kind] if above else None
    return last is not None and number_of(last.written) + 1 == number_of(mark.written)


def _words(a: PlainLine, b: PlainLine) -> Mapping[str, float]:
    """What end and beginning tell."""
    end, start = a.text[-1], b.text[0]
    small = start.isascii() and start.islower() and not b.marks
    return {
        "stop": a.stopped,
        "full stop": end in "。；;.",
        "comma": end in COMMAS,
        "dash": end in "-–—",
        "bracket": end in ")）】]》",
        "digit": end.isdigit(),
        "reached": _REACHED.search(a.folded) is not None,
        "enclosed": page_lines.ends_open(a.text),
        "closes": _surplus(b.folded) < 0,
        "closes it": _surplus(a.folded) > 0 > _surplus(b.folded),
        "as example": _EXAMPLE.search(a.folded) is not None and "为" in b.folded,
        "open end": vocabulary.OPEN_END.search(a.folded) is not None,
        "parted": not b.begins and not a.stopped and parts_word(a.folded, b.folded),
        "ended": a.ended,
        "ended below": b.ended and not a.ended,
        "study": vocabulary.STUDY_END.match(b.folded) is not None,
        "small": small,
        "capital": start.isascii() and start.isupper(),
        "below digit": start.isdigit(),
        "below closing": start in CLOSING,
        "below bracket": start in "（([【《“",
        "below stop": b.stopped,
        "below stop only": b.stopped and not a.stopped,
        "task": vocabulary.TASK_START.match(b.folded) is not None,
        "label": label_of(b.folded) != "",
        "contact": is_contact(b.folded),
        "below caption": b.text[-1] in ":：" and len(b.text) < _CAPTION,
        "below colon": ":" in b.folded,
        "sentence": _SENTENCE.search(a.folded, 0, len(a.folded) - 1) is not None,
        "below sentence": _SENTENCE.search(b.folded) is not None,
        "Latin": HAN_LETTERS.search(a.text) is None,
    }


def _surplus(text: str) -> int:
    """How many more brackets a folded text opens than it closes."""
    return sum(text.count(a) - text.count(b) for a, b in (*page_lines.PAIRS, ("“", "”")))


def joins_of(page: Page) -> set[int]:
    """The places of the lines that go on in the next one."""
    regression = shipped_regression(_WEIGHTS)
    joined: set[int] = set()
    for at, (before, line) in enumerate(pairwise(page.lines)):
        if line.begins and (before.stopped or not page.tight[at]):
            continue  # most lines
        if not (before.worded and line.worded):
            continue  # ————◇◇————
        if page.parted and page.gaps[at]:
            continue  # a paragraph of its own below an empty line
        if page.short and not (line.begins or is_open(before, line)):
            continue  # a page this narrow broke nothing: short lines are lines
        least = BEGUN if line.begins else regression.threshold
        if regression.log_odds(signs_of(page, at)) >= least:
            joined.add(at)
    return joined

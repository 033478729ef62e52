"""A call written in another layout, of which the topics are known: other marks, other stops, contents elsewhere or gone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random

from matcher.guide import prior
from matcher.readers.blocks import BETWEEN_CELLS

Span = tuple[int, int]
Line = tuple[str, list[Span]]  # a folded line, and the titles in it

_WORDS = (
    "课题",
    "选题",
    "题目",
    "方向",
    "任务",
    "议题",
    "榜题",
    "需求",
    "难题",
    "专题",
    "项",
    "问题",
    "主题",
)
_OTHER_WORDS = ("条件", "材料", "要求", "步骤", "事项", "说明", "资料", "问题", "附则")
_CODES = ("KT", "A", "ZD", "YB", "XQ", "N", "2027-", "R", "JB-")
_STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
_COUNT = [f"{ten}{one}" for ten in ("", "十", "二十") for one in ("", *"一二三四五六七八九")][1:]
_MOST, _SENTENCE, _MARK = 6, 12, 20  # titles of one line; characters of a content and a mark
_ITEM = re.compile(r"[(]?\d{1,2}[.、)]\s*")
_HEADING = re.compile(r"[(]?[一二三四五六七八九十]+[、)]")
_NAME = re.compile(r"(?:主要|重点)?(?:研究|建设|攻关)?(?:内容|目标|任务|方向|要点)(?:与.{2,4})?\s*:\s*")
_WRITTEN = (
    *("", "", "", "{word}{stem} ", "第{han}条 ", "{n}. ", "({n})", "{word}{n}:", "{word}{han} ", "{code}{n:02d} ", "{code}{n:02d}:"),
    *("【{n}】", "◆ ", "- ", "● ", "{n}号 ", "其{han},", "第{n}题 ", "第{han}项:", "[{code}{n:02d}]", "{n}) ", "({han})", "{han}、"),
    *("{word}名称:", "{word}:", "{letter}-{n} ", "* ", "{word}{n} | ", ">> ", "#{n} ", "{han}是"),
)  # fmt: skip


def _marks(random: Random) -> Callable[[int], str]:
    """How the items of a list are marked."""
    written, word, code = random.choice(_WRITTEN), random.choice(_WORDS), random.choice(_CODES)
    letter = random.choice("ABCD")

    def mark(at: int) -> str:
        stem, han = _STEMS[at % len(_STEMS)], _COUNT[at % len(_COUNT)]
        return written.format(word=word, stem=stem, han=han, code=code, n=at + 1, letter=letter)

    return mark


class Relaid:
    """One other layout of the folded `lines` of a call, where `titles` are the places of its titles by line."""

    def __init__(self, lines: Sequence[str], titles: Mapping[int, Sequence[Span]], random: Random) -> None:
        """Choose the layout."""
        self._lines, self._titles, chance = lines, titles, random.random
        self._random, self._mark = random, _marks(random)
        self._keeps_marks, self._unnamed, self._bare = chance() < 0.25, chance() < 0.5, chance() < 0.15
        self._ahead, self._side_by_side, self._alone = chance() < 0.12, chance() < 0.12, chance() < 0.15
        self._quotes = random.choice([("", "")] * 8 + [("《", "》"), ("“", "”"), ("【", "】"), ("**", "**")])
        self._joint = random.choice(["", "", "。", ":", "——", "。", " ", BETWEEN_CELLS, ", "])
        self._items = self._other_items() if chance() < 0.5 else {}

    def lines(self) -> list[Line]:
        """The lines of the layout."""
        written: list[Line] = []
        at = count = 0
        while at < len(self._lines):
            text, spans = self._lines[at], list(self._titles.get(at, ()))
            at += 1
            if not spans:
                text = self._items.get(at - 1, text)
                text = _NAME.sub("", text, count=1) if self._unnamed and _NAME.match(text) else text
                written += [(text, [])] if text else []
            elif len(spans) > 1 or BETWEEN_CELLS in text:
                written.append((text, spans))
            else:
                own, at = self._topic(at - 1, spans[0], count)
                written += own
            count += sum(len(spans) for _, spans in written[-1:])
        return written

    def _topic(self, at: int, span: Span, count: int) -> tuple[list[Line], int]:
        """The lines of a topic, or of several, and where the next line of the call is."""
        text = self._lines[at]
        title, rest = text[slice(*span)], text[span[1] :]
        body = self._lines[at + 1] if self._is_body(at + 1) else ""
        body = _NAME.sub("", body, count=1) if self._unnamed else body
        mark = text[: span[0]] if self._keeps_marks and span[0] < _SENTENCE else self._mark(count)
        if self._side_by_side and not rest.strip(":。; "):
            titles, end = self._following(at)
            if len(titles) > 1:
                return [self._joined(titles)], end
        following = at + 1 + bool(body and self._bare)
        if self._ahead and body and not rest.strip():
            begin = body.rstrip("。;") + self._random.choice(["。(", "(", "。——"]) + mark + self._quotes[0]
            close = self._quotes[1] + (")" if "(" in begin else "")
            return [(begin + title + close, [(len(begin), len(begin) + len(title))])], at + 2
        own: list[Line] = []
        if self._alone and mark.strip() and len(mark) < _MARK:
            own, mark = [(mark.strip(), [])], ""
        begin = mark + self._quotes[0]
        line = begin + title + self._quotes[1]
        if rest and not self._bare:
            line += rest
        elif body and self._joint and following == at + 1:
            line, following = line + self._joint + body, at + 2
        return [*own, (line, [(len(begin), len(begin) + len(title))])], following

    def _following(self, at: int) -> tuple[list[str], int]:
        """The titles from a line on that have no contents in their lines, and where the next line is."""
        titles: list[str] = []
        while at < len(self._lines) and len(titles) < _MOST:
            text, spans = self._lines[at], self._titles.get(at, ())
            if len(spans) == 1 and not text[spans[0][1] :].strip(":。; ") and BETWEEN_CELLS not in text:
                titles.append(text[slice(*spans[0])])
            elif not self._is_body(at):
                break
            at += 1
        return titles, at

    def _joined(self, titles: Sequence[str]) -> Line:
        """Titles side by side in one line."""
        line, spans = self._random.choice(["", "支持方向:", "包括:", "选题:", ""]), []
        stop, mark = self._random.choice([";", "; ", ";", "。"]), self._random.choice(["", "", "({})", "{}."])
        for n, title in enumerate(titles, 1):
            line += mark.format(n)
            spans.append((len(line), len(line) + len(title)))
            line += title + (stop if n < len(titles) else "。")
        return line, spans

    def _is_body(self, at: int) -> bool:
        """Whether a line says what a topic above it asks for."""
        if at >= len(self._lines) or at in self._titles:
            return False
        text = self._lines[at]
        plain = not _HEADING.match(text) and prior.cue(text) >= 0 and not prior.states_office(text)
        return plain and len(text) > _SENTENCE and BETWEEN_CELLS not in text

    def _other_items(self) -> dict[int, str]:
        """The numbered lines that are no topics, marked as these are or otherwise."""
        mark = self._mark if self._random.random() < 0.6 else _marks(self._random)
        renamed, items, at = self._random.random() < 0.5, dict[int, str](), 0
        while at < len(self._lines):
            end = at
            while end < len(self._lines) and end not in self._titles and _ITEM.match(self._lines[end]):
                end += 1
            word = self._random.choice(_OTHER_WORDS)
            for n in range(at, end) if end - at > 1 else ():
                own = mark(n - at)
                own = re.sub("|".join(_WORDS), word, own) if renamed else own
                items[n] = own + _ITEM.sub("", self._lines[n], count=1)
            at = max(end, at + 1)
        return items

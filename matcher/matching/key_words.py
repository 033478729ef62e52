"""Where key words are listed in a text: short items side by side with next to nothing else, or a few of them between sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher import settings
from matcher.segment import HAN
from matcher.types import Span

REPEATED = settings.count("matching.suspect.repeated")
# Six or more short items side by side, with next to nothing else: key words rather than a sentence. Clauses
# between Chinese commas may be short too, so items between those must be shorter still. Several ranges of Han
# are slow to compile, so `re` does it for the first text that may have such a list, and keeps it.
_ITEMS = (
    (rf"[{HAN}\w]{{1,8}}", r"[、；;/|\s]\s*"),
    (rf"[{HAN}]{{1,5}}", r"[，,]\s*"),
    (r"[a-zA-Z-]+(?: [a-zA-Z-]+){0,2}", r"[,;/|]\s*"),
)
_LIST = "|".join(f"(?:{item}{mark}){{5,}}{item}" for item, mark in _ITEMS)
# What stands within each of them, from its first separator to its fifth: far fewer places to begin at.
_WITHIN_LIST = "|".join(f"{mark}(?:{item}{mark}){{4}}" for item, mark in _ITEMS)
# A few of them, and nothing else: between sentences they make a list together.
_FEW = rf"[{HAN}\w]{{2,8}}(?:[、/|]\s*[{HAN}\w]{{2,8}})+|[a-zA-Z-]+(?: [a-zA-Z-]+)?(?:[,/|]\s*[a-zA-Z-]+(?: [a-zA-Z-]+)?)+"
_MARKS = "、，,；;/|"
_SEPARATORS = f"{_MARKS} "
_STOP = re.compile(r"[。！？](?=.)|[.!?] (?=.)")
_LATIN_WORDS = re.compile(r"[a-zA-Z]+ (?:[a-zA-Z]+|\d+) (?:[a-zA-Z]+|\d+) [a-zA-Z]+")
_LISTED = settings.share("matching.suspect.listed")
_JOINTS = settings.share("matching.suspect.joints")
_LEAST_ITEMS = settings.count("matching.suspect.separators")
_LONG = settings.count("matching.suspect.long_list")


def key_words(texts: Sequence[str]) -> list[list[Span]]:
    """Where key words are listed in each of the folded texts, which stand one after another."""
    listed: list[list[Span]] = [[] for _ in texts]
    few: list[tuple[int, Span]] = []
    items = 0
    for number, text in enumerate(texts):
        last = 0
        for stop in [*(m.end() for m in _STOP.finditer(text)), len(text)]:
            sentence, start, last = text[last:stop].strip(" 。."), last, stop
            separators = sum(map(sentence.count, _SEPARATORS))  # the searches below are slow
            if separators >= _LEAST_ITEMS and (span := _list_in(text, start, stop)):
                listed[number].append(span)
            elif separators and (match := re.fullmatch(_FEW, sentence)) and not _LATIN_WORDS.search(match[0]):
                few.append((number, (start, stop)))
                items += 1 + separators
    if len(few) >= REPEATED and items > _LEAST_ITEMS:
        for number, span in few:
            listed[number].append(span)
    return listed


def _list_in(text: str, start: int, stop: int) -> Span | None:
    """Where in a sentence key words are listed: all of it, or where more stand than a sentence of one's own names."""
    if not re.compile(_WITHIN_LIST).search(text, start, stop):
        return None
    if _is_list(text[start:stop].strip(" 。.")):
        return start, stop
    matches = re.compile(_LIST).finditer(text, start, stop)
    runs = (match for match in matches if sum(map(match[0].count, _MARKS)) >= _LONG)
    return next((run.span() for run in runs), None)


def _is_list(sentence: str) -> bool:
    """Whether most of a sentence is a list of key words."""
    match = re.search(_LIST, sentence)
    if match is None or len(match[0]) < _LISTED * len(sentence):
        return False
    # Four Latin words or figures with nothing but spaces between them are a sentence, and so are Chinese words of which some are
    # one character (的, 和, 把), as a translation service sets them apart.
    words = match[0].split()
    joints = sum(len(word) == 1 and not word.isascii() for word in words)
    return not _LATIN_WORDS.search(match[0]) and joints < _JOINTS * len(words)

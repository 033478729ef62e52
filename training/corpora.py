"""Reading the corpora: cleaned, folded to simplified characters, and free of the evaluation sets."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matcher.segment import fold

Row = dict[str, Any]

_NOT_LETTERS = re.compile(r"[\W_]+")
_SPACES = re.compile(r"\s+")
_FORMULA = re.compile(r"\$[^$]*\$|\\[a-z]+\{[^}]*\}")
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
HAN = re.compile(r"[\u4e00-\u9fff]")  # one character of those that the corpora are written in
# Senses that say nothing about the meaning of the headword.
_EMPTY_SENSE = re.compile(
    r"^(CL:|variant of|old variant|see |also written|also pr|abbr\. for|erhua|surname |used in)", re.I
)


def rows(folder: Path, name: str) -> Iterator[Row]:
    """The records of `name`.jsonl.gz in `folder`, in file order."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def clean(text: str | None) -> str:
    """`text` as the tokenizer sees it: folded, formulas removed, one space between words, lower case."""
    if not text:
        return ""
    return _SPACES.sub(" ", fold(_FORMULA.sub(" ", text))).strip().lower()


def key(text: str) -> str:
    """What two texts share that differ in punctuation, spaces, case or character variant only."""
    return _NOT_LETTERS.sub("", clean(text))


def han_share(text: str) -> float:
    """Share of Chinese characters in `text`, 0 to 1; 0 for empty text."""
    return len(HAN.findall(text)) / len(text) if text else 0.0


def evaluation_keys(evaluation: Path) -> frozenset[str]:
    """Keys of every sentence of LASER (both languages) and every title of the NSFC dev queries."""
    laser = [row[language] for row in rows(evaluation, "laser_cmn_eng") for language in ("zh", "en")]
    titles = [row["title"] for row in rows(evaluation, "nsfc_projects_dev")]
    return frozenset(key(text) for text in laser + titles)


def gloss(senses: list[str], longest: int = 60) -> str:
    """One English gloss from the senses of a dictionary entry: the first three that say something.

    Notes in parentheses go, unless nothing else is there. Empty when the entry only points elsewhere.
    """
    kept: list[str] = []
    for sense in senses:
        if _EMPTY_SENSE.match(sense):
            continue
        short = _SPACES.sub(" ", _PARENTHESES.sub(" ", sense)).strip(" ;,")
        kept.append(short or sense.strip("()"))
        if len(kept) == 3 or sum(map(len, kept)) > longest:
            break
    return "; ".join(kept)[: 2 * longest]


def dictionary(folder: Path) -> dict[str, str]:
    """Simplified Chinese word -> English gloss, from CC-CEDICT; entries of one spelling are joined."""
    senses: dict[str, list[str]] = {}
    for row in rows(folder, "cedict"):
        word = clean(row["simplified"])
        # A name ("Wang", "Beijing") must not come before the common meaning of the same spelling.
        proper = row["en"][0][:1].isupper()
        known = senses.setdefault(word, [])
        senses[word] = known + row["en"] if proper else row["en"] + known
    found = {word: gloss(texts) for word, texts in senses.items()}
    return {word: text for word, text in found.items() if text and HAN.search(word)}

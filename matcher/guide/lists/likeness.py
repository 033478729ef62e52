"""Which runs of one list are topics: what stands in a run far less like a topic than what stands in another is none.

A document often counts everything in one way: 3.1 to 3.6 its topics, 4.1 who may apply, 6.1 how it is judged. How like topics the
items of each run are is told by a regression on their words and build (data/guide_runs.json, written by training/guide_runs.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean

from matcher import settings
from matcher.guide import prior, vocabulary
from matcher.guide.lists.item_words import OF_ITEMS
from matcher.guide.lists.runs import counts_on
from matcher.guide.regression import shipped_regression
from matcher.language import is_latin

_WEIGHTS = settings.file("guide.likeness.weights")
_COUNTED = settings.factor("guide.likeness.counted")
_LATIN = settings.factor("guide.likeness.latin")
_LONGEST = settings.characters("guide.likeness.longest")
_SHORT = settings.characters("guide.likeness.short")
_LONG = settings.characters("guide.likeness.long")
_MOST_BELOW = settings.characters("guide.likeness.most_below")
_LEAST_SENTENCE = settings.characters("guide.candidates.sentence")

_CLAUSE = re.compile("[,;。]")
_DIGIT = re.compile(r"\d")
# 谁可以申请, How to apply
_ASKS = re.compile(r"谁|怎[么样]|什么|如何|哪|(?i:^(?:who|how|when|where|whom)\b)")
# What is judged, how much it weighs: 创新性（30分）, Team (20%)
_WEIGHED = re.compile(r"\d\s*(?:%|分\b|分\)|(?i:points|percent|per cent))|\(\d+\)$")
_DATED = re.compile(
    r"\d[月日]|20\d\d|\d{1,2}:\d\d"
    r"|(?i:\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b(?=.*\d))"
)


def topical(runs: Sequence[prior.Run]) -> list[prior.Run]:
    """The runs of one kind without those that fall behind the likest one by the regression's threshold.

    What an index names again stays, and so does what names its contents, stands below the same announcement as the likest one, or
    counts on from a run that stays.
    """
    if len(runs) < 2:
        return list(runs)
    regression = shipped_regression(_WEIGHTS)
    odds = [regression.log_odds(signs_of(run)) for run in runs]
    likest = runs[odds.index(max(odds))]
    least = max(odds) - _COUNTED * regression.threshold
    titles, kept = {item.title for item in likest.items}, list[prior.Run]()
    for above, run, value in zip((None, *runs), runs, odds, strict=False):
        if (
            value >= max(odds) - regression.threshold
            or (above in kept[-1:] and above is not None and counts_on(above, run) and value >= least)
            or not titles.isdisjoint(item.title for item in run.items)
            or not _announced(run).isdisjoint(_announced(likest))
            or names_contents(run)
        ):
            kept.append(run)
    return kept


def names_contents(run: prior.Run) -> bool:
    """Whether every item of a run names its contents, as no rule does."""
    return all(any(map(prior.is_content, item.body)) for item in run.items)


def _announced(run: prior.Run) -> set[int]:
    """The places of the headings that announce a run."""
    return {heading.at for heading in run.headings if heading.cue > 0}


def signs_of(run: prior.Run) -> Mapping[str, float]:
    """What the regression is told of a run, each from 0 to 1 or -1 to 1."""
    titles = [prior.LAST_BRACKET.sub("", item.title) or item.title for item in run.items]
    texts = [item.unit.text for item in run.items]
    lengths = [len(title) * (_LATIN if is_latin(title) else 1.0) for title in titles]
    below = [sum(len(unit.text) for unit in item.body) for item in run.items]
    cues = [heading.cue for heading in reversed(run.headings)]

    def share(holds: Callable[[str], object], lines: Iterable[str]) -> float:
        return fmean(bool(holds(text)) for text in lines)

    return {
        "length": fmean(min(length, _LONGEST) for length in lengths) / _LONGEST,
        "short": fmean(length < _SHORT for length in lengths),
        "long": fmean(length > _LONG for length in lengths),
        "stop": share(lambda text: text[-1] in "。.", texts),
        "semicolon": share(lambda text: text[-1] == ";", texts),
        "question": share(lambda text: text[-1] == "?", texts),
        "clause": share(_CLAUSE.search, titles),
        "digits": share(_DIGIT.search, titles),
        "study": share(vocabulary.STUDY_END.search, titles),
        "topic": share(vocabulary.TOPIC_END.search, titles),
        "rule": share(vocabulary.RULE_WORDS.search, titles),
        "rule in text": share(vocabulary.RULE_WORDS.search, texts),
        "task": share(vocabulary.TASK_START.match, titles),
        "notice": share(lambda title: prior.cue(title) < 0, titles),
        "may name": share(prior.may_name, titles),
        "goes on": fmean(bool(item.rest) for item in run.items),
        "below": fmean(min(count, _MOST_BELOW) for count in below) / _MOST_BELOW,
        "described": fmean(map(is_described, run.items)),
        "weighed": share(_WEIGHED.search, texts),
        "dated": share(_DATED.search, texts),
        "lead": float(run.lead),
        "asks": float(bool(run.headings) and _ASKS.search(run.headings[-1].name) is not None),
        "heading": float(cues[0]) if cues else 0.0,
        **{name: share(pattern.search, titles) for name, pattern in OF_ITEMS.items()},
    }


def is_described(item: prior.TopicStart) -> bool:
    """Whether a plain sentence that is no rule follows a title; a page may have broken it."""
    end = next((n for n, u in enumerate(item.body, 1) if u.text[-1] in "。.;?"), 0)
    text = " ".join(u.text for u in item.body[:end])
    asked = text[-1:] == "?" and bool(item.body[0].marks)
    return len(text) >= _LEAST_SENTENCE and not asked and not vocabulary.RULE_WORDS.search(text)

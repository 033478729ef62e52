"""What a proposal says that it does not study: 本课题不涉及…, 区别于…, "rather than …".

Only what it says of itself counts: that earlier work leaves something out, or that an office does, is a reason to
study it. What a question asks is not denied either: 与近视有没有关系.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from matcher.matching.cues import cues
from matcher.matching.questions import asks_at, asks_before, is_question
from matcher.types import Span

_CLAUSE = re.compile(r"[,;:()—]+")
# A turn may stand within the clause of the denial: 不研究甲而研究乙.
_TURN_WITHIN = re.compile(
    r"后再?(?=研究|分析|考察|讨论)|而(?:是|只|仅|研究|关注|重点|以)|但(?:是)?|\bbut\b|\b(?:and|;) (?:we )?study\b"
)
_SET_APART = re.compile(
    r"(?:(?<![么何些])不同|有别|无关|没有关系|[无没]有?(?:任何|直接|什么)?(?:交叉|交集|重叠|关联|瓜葛)|不搭界|不相干|不沾边|相区[别分]|区[分别]开来?|划清界限)(?:的是|之处|在于)?(?:[,;:]|$|(?=。))"
)
# What names one thing more beside what is denied: it is short, or begins as one does (不涉及养老,医保,以及停车收费的办法).
_GOES_ON = re.compile(
    r"[^a-z]{0,7}$|(?:[\w-]+ ?){1,4}$|(?:以?及|和|或|也|亦|更|并[不无非未]|尤其|特别|包括|如|乃至|甚至|还有|不)"
    r"|(?:and|or|nor|their|its|including|such as|especially|not)\b",
    re.ASCII,
)
# What stands before a denial without naming anything: then what was named before is meant.
_NAMES_NOTHING = re.compile(
    r"(?:本|此|该|我们?|这[些项]?|那些|上述|以上|课题|项目|研究|报告|中|里|内|则|均|都|也|亦|又|并|且|而|但|却|恕|概|暂时?|一律|一概|有意|刻意|此?处|这里|所以|因此|故|将|在|就|"
    r"\b(?:it|here|again|either|deliberately|this|that|they|these|those|we|i|which|and|so|the|study|project|will|shall|therefore)\b|[\s,])*"
)


def denied(sentence: str) -> list[Span]:
    """The stretches of a folded sentence that name what is not studied, in order and apart from each other.

    >>> text = "本课题研究数据共享,不涉及科技金融。"
    >>> [text[a:b] for a, b in denied(text)]
    ['不涉及科技金融。']
    """
    low = sentence.lower()
    if len(low) != len(sentence):  # a few letters grow when lowered
        low = sentence
    if not cues().denied.within(low):  # most sentences deny nothing
        return []
    spans = [*_forward(low), *_beside(low), *_backward(low)]
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _clauses(text: str, start: int = 0) -> Iterator[Span]:
    """The clauses of a sentence from `start` on, each with the mark that ends it."""
    for mark in _CLAUSE.finditer(text, start):
        yield start, mark.end()
        start = mark.end()
    if start < len(text):
        yield start, len(text)


def _before(text: str, place: int) -> str:
    """What stands before a place in its clause."""
    return text[max((m.end() for m in _CLAUSE.finditer(text, 0, place)), default=0) : place]


def _speaks_of_elsewhere(before: str) -> bool:
    """Whether a denial that follows `before` in its clause is not the proposal's own."""
    if cues().inner.search(before):
        return True
    return bool(cues().of_elsewhere.search(before)) and not cues().of_itself.search(before)


def _is_asked(text: str, place: int, *, of_it: bool) -> bool:
    """Whether a word of denial at a place asks rather than denies; `of_it` as `asks_before` has it."""
    return asks_before(text, place, of_it=of_it) or is_question(text, place)


def _forward(text: str) -> Iterator[Span]:
    """From a word of denial to a clause that turns to what is studied, or to the end."""
    strong = ((match, False) for match in cues().denied_after.finditer(text))
    weak = ((match, True) for match in cues().denied_weakly.finditer(text))
    for match, is_weak in (*strong, *weak):
        before = _before(text, match.start())
        if _speaks_of_elsewhere(before) or (is_weak and not _names_nothing(before)):
            continue
        clauses = list(_clauses(text, match.end())) or [(match.end(), match.end())]
        end = clauses[0][1]
        summed_up = _names_nothing(text[match.end() : end].strip(",;。."))
        if _is_asked(text, match.start(), of_it=summed_up):
            continue
        if summed_up:
            yield from _named_before(text, match.start(), end)
            continue
        for a, b in clauses[1:]:
            if (
                is_weak
                or cues().turn.search(text[a:b].lstrip())
                or not _GOES_ON.match(text[a:b].strip(" ,;:()—。."))
            ):
                break
            end = b
        turn = _TURN_WITHIN.search(text, match.end(), end)
        yield match.start(), turn.start() if turn else end


def _beside(text: str) -> Iterator[Span]:
    """From a word that sets something apart to the end of what it names."""
    for match in cues().denied_beside.finditer(text):
        before = _before(text, match.start())
        if _speaks_of_elsewhere(before) or _is_asked(text, match.start(), of_it=False):
            continue
        close = _SET_APART.search(text, match.end())
        if match[0] in "与和跟同" and close:
            if not asks_at(text, match.end(), close.start()):
                yield match.start(), close.end()
            continue
        end = next(b for _, b in _clauses(text, match.start()))
        # 探讨不同于国外的路径: what follows 的 is studied.
        of = text.find("的", match.end(), end)
        inside = match[0].endswith("于") and of >= 0 and before and not cues().of_itself.search(before)
        yield match.start(), of + 1 if inside else end


def _backward(text: str, start: int = 0) -> Iterator[Span]:
    """What is named before a word of exclusion."""
    for match in cues().denied_before.finditer(text, start):
        if _is_asked(text, match.start(), of_it=True):  # 是不是合算,不在研究范围
            yield from _backward(text, match.start() + 1)
            return
        # What stands before is what is denied, whoever it names.
        if not cues().inner.search(_before(text, match.start())):
            yield from _named_before(text, match.start(), match.end())


def _named_before(text: str, start: int, end: int) -> Iterator[Span]:
    """The clause of a denial from `start` to `end`, and those before it back to the last that states aims.

    They belong to it only where its own clause names nothing (科技金融已有人做,本研究不再涉及) or sums up (…等均不在此列).
    """
    clauses = list(_clauses(text))
    place = next(i for i, (a, b) in enumerate(clauses) if a <= start < b)
    first = place
    before = text[clauses[place][0] : start]
    if _names_nothing(before):
        while first and not (
            cues().of_itself.search(text[slice(*clauses[first - 1])])
            or (first < place and cues().aims.kinds(text[slice(*clauses[first - 1])]))
        ):
            first -= 1
    elif re.search(r"[等均都]|一律|一概", before):
        while first and not cues().aims.kinds(text[slice(*clauses[first - 1])]):
            first -= 1
    yield clauses[first][0], max(clauses[place][1], end)


def _names_nothing(before: str) -> bool:
    return _NAMES_NOTHING.fullmatch(before.strip()) is not None

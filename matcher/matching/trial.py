"""Whether an answer hangs on one part of a proposal: its first topic is tried without it.

Parts are stretches that look added to steer the answer (`suspect`), the background, the title, what is written in Chinese
or in English beside the other, and the sentences that speak for the first topic where the rest clearly asks for another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import compress
from typing import Literal, NamedTuple

import numpy as np

from matcher import longtext, settings
from matcher.matching import caution
from matcher.matching.calibration import Calibration, probabilities
from matcher.matching.content import BACKGROUND, ENOUGH, Content, Part, Reason
from matcher.matching.rank import Ints
from matcher.matching.scoring import Scored, Scorer
from matcher.matching.suspect import Suspicion, without
from matcher.message import Message
from matcher.types import Proposal, Span, Topic

Left = Literal["suspect", "background", "title", "chinese", "english", "nearest"]
_WARY = settings.share("matching.trial.wary")
_LIKELY = settings.share("matching.trial.likely")
_CLEARLY = settings.share("matching.trial.clearly")
# Letters that the rest of a text must have to be judged alone; beside English it is Chinese, which says more in less.
_REST: dict[Left, int] = {
    "background": ENOUGH,
    **dict.fromkeys(("suspect", "english"), settings.letters("matching.trial.without_suspect")),
    **dict.fromkeys(("title", "chinese", "nearest"), settings.letters("matching.trial.without_title")),
}
_HIDES: tuple[Reason, ...] = ("reference", "form", "hint")
_LATIN = re.compile(r"[A-Za-z]")
_LATIN_FOR_HAN = settings.factor("matching.trial.latin_for_han")


class Doubt(NamedTuple):
    """The part that an answer hangs on, and the topic that the proposal comes nearest to without it."""

    part: Left
    topic: int


class Trials:
    """Tries answers to proposals to one guide."""

    def __init__(
        self, topics: Sequence[Topic], scorer: Scorer, calibration: Calibration | None, *, wary: bool = False
    ) -> None:
        """Take the guide's topics, what scores proposals against them, and what makes probabilities of scores.

        Who is `wary` doubts where the rest leans elsewhere with far less certainty: another reader decides.
        """
        self._calibration, self._wary = calibration, wary
        self._ids = [topic.id for topic in topics]
        self._scorer = scorer
        self._suspicion = Suspicion(topic.text for topic in topics)

    def doubts(
        self, proposals: Sequence[Proposal], scored: Scored, best: Ints, sure: Sequence[bool]
    ) -> tuple[list[tuple[Message, ...]], dict[int, Doubt]]:
        """Warnings for each proposal, and a doubt for each row whose `best` topic another takes without a part.

        Suspect stretches are looked for in all proposals, the other parts are left out of those that are `sure`.
        """
        suspects = {row: s for row, s in enumerate(self._suspicion.find(scored.contents)) if s is not None}
        behind = {row: s.behind(int(best[row])) for row, s in suspects.items()}
        rest = {row: _rest(scored.contents[row], spans) for row, spans in behind.items() if spans}
        rest = {
            row: content for row, content in rest.items() if _letters(content.kept) >= self._enough("suspect")
        }
        moved = self._moved(rest, best, [0.0] * len(rest))
        doubts = {row: Doubt("suspect", topic) for row, topic in moved.items()}
        cautions = []
        for row, proposal in enumerate(proposals):
            messages = caution.notes(proposal.text)
            if any(part.reason == "unread" for part in scored.contents[row].aside):
                read = sum(len(part.text) for part in scored.contents[row].kept)
                messages.append(longtext.note(len(proposal.text), read))
            if scored.contents[row].bare:
                messages.append(caution.BARE)
            if row in suspects:
                to = self._ids[moved[row]] if row in moved else None
                counting = sum(len(part.passage.text) for part in scored.contents[row].kept)
                messages += caution.described(suspects[row], counting, to, row in rest or not behind[row])
            cautions.append(tuple(messages))
        rows = [row for row in np.flatnonzero(sure).tolist() if row not in doubts]
        copied = {row for row, spans in behind.items() if spans and suspects[row].copied}
        for part in ("title", "background", "english", "chinese", "nearest"):
            left = [row for row in rows if row not in doubts]
            doubts |= self._without(part, scored, best, left, copied)
        return cautions, doubts

    def _without(
        self, part: Left, scored: Scored, best: Ints, rows: Sequence[int], copied: Collection[int]
    ) -> dict[int, Doubt]:
        """Doubts about those of the `rows` that hang on a part.

        The rest is encoded again only where the fast reader, for which no sentence is coloured by its neighbours,
        finds that it leans elsewhere. `copied` are those that hold text of the guide hardly altered: more of what is
        nearest to it may have been added.
        """
        tried, counts, parts = [], [], {}
        for row in rows:
            stays = self._stays(part, scored, row, int(best[row]))
            left = scored.counts[slice(*scored.span(row))] * stays
            # What counts as background does or less, a motto or figures, is not judged alone.
            judged = list(compress(scored.contents[row].kept, left > BACKGROUND))
            if not all(stays) and _letters(judged) >= self._enough("suspect" if row in copied else part):
                tried.append(row)
                counts.append(left)
                parts[row] = replace(
                    scored.contents[row], kept=tuple(compress(scored.contents[row].kept, stays))
                )
        if not tried:
            return {}
        again = self._scorer.weighed([scored.contents[r] for r in tried], np.concatenate(counts))
        leaning = self._scorer.by_itself(again).argmax(axis=1) != best[tried]
        rest = {row: parts[row] for row in compress(tried, leaning)}
        least = [_CLEARLY if part == "nearest" and row not in copied else _LIKELY for row in rest]
        return {row: Doubt(part, topic) for row, topic in self._moved(rest, best, least).items()}

    def _enough(self, part: Left) -> int:
        """Letters that the rest must have to be judged without a part."""
        return ENOUGH if self._wary else _REST[part]

    def _stays(self, part: Left, scored: Scored, row: int, best: int) -> list[bool]:
        """Which kept parts of a proposal stay when a part is left out."""
        kept = scored.contents[row].kept
        if part == "nearest":
            nearest = self._scorer.nearest(scored, row)
            return [topic != best for topic in nearest.tolist()]
        if part in ("chinese", "english"):
            return [_is_english(p.text) == (part == "chinese") for p in kept]
        return [p.reason != part for p in kept]

    def _moved(self, rest: Mapping[int, Content], best: Ints, least: Sequence[float]) -> dict[int, int]:
        """The new first topic of each row of which the `rest` has another one than `best`, with the `least` probability.

        What is left of a short text says little: that it then leans elsewhere is no doubt, unless that is
        likely by itself.
        """
        if not rest:
            return {}
        again = self._scorer.weighed(list(rest.values()))
        first = again.hybrid.argmax(axis=1)
        likely = np.ones(len(first))
        if self._calibration is not None:
            likely = probabilities(self._calibration, again.signs())[0].max(axis=1)
        return {
            row: int(topic)
            for row, topic, chance, low in zip(rest, first, likely, least, strict=True)
            if topic != best[row] and chance >= low * (_WARY if self._wary else 1)
        }


def _rest(content: Content, spans: Sequence[Span]) -> Content:
    """What a proposal says without suspect stretches; where that is nothing, what stands as references or form text.

    Own text may be put there so that it does not count beside pasted text.
    """
    rest = without(content, spans)
    if _letters(rest.kept) >= _REST["suspect"]:
        return rest
    hidden = tuple(p._replace(weight=1.0) for p in content.aside if p.reason in _HIDES)
    return replace(content, kept=hidden)


def _letters(parts: Sequence[Part]) -> int:
    return sum(sum(map(str.isalpha, part.text)) for part in parts)


def _is_english(text: str) -> bool:
    """Whether a text says more in Latin letters than in Chinese ones."""
    latin = len(_LATIN.findall(text))
    return latin > _LATIN_FOR_HAN * (sum(map(str.isalpha, text)) - latin)

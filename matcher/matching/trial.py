"""Whether an answer hangs on one part of a proposal: its first topic is tried without it.

Parts are stretches that look added to steer the answer (`suspect`), the background, the title, what is written in Chinese
or in English beside the other, and the sentences that speak for the first topic where the rest clearly asks for another.
Nor is it sure where some sentences are far nearer to another topic, as those of another project put between are.
Nor is an answer sure that is nearer to what the text says it does not study than to what it does, or that hangs on clauses
that look denied (`disavowal`). What calls for caution is
said beside: pasted, listed, repeated or hidden text, too little, another script. None of it is a verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress
from typing import Literal, NamedTuple

import numpy as np

from matcher import settings
from matcher.arrays import Mask
from matcher.language import han_letters, language_of
from matcher.matching import rank
from matcher.matching.calibration import Calibration, probabilities
from matcher.matching.caution import described, notes
from matcher.matching.content import BACKGROUND, ENOUGH, Part, ProposalContent, Reason
from matcher.matching.disavowal import disavowed
from matcher.matching.rank import Ints
from matcher.matching.scored import Scored
from matcher.matching.scoring import Scorer
from matcher.matching.suspect import Suspicion, original, without
from matcher.message import Message
from matcher.types import Proposal, Span, Topic, Verdict

Omission = Literal[
    "suspect", "sentences", "background", "title", "chinese", "english", "nearest", "denied", "disavowed"
]
# In the order in which they are tried.
_PARTS: tuple[Omission, ...] = ("title", "background", "english", "chinese", "nearest")
_WARY = settings.share("matching.trial.wary")
_LIKELY = settings.share("matching.trial.likely")
_CLEARLY = settings.share("matching.trial.clearly")
_AHEAD = settings.share("matching.trial.ahead")
_PASSING = settings.share("matching.trial.passing")
# Letters that the rest of a text must have to be judged alone, Han ones twice.
_LITTLE = 2 * ENOUGH
_REST: dict[Omission, int] = {
    **dict.fromkeys(("suspect", "english"), settings.letters("matching.trial.without_suspect")),
    "disavowed": settings.letters("matching.trial.without_disavowed"),
    "background": _LITTLE,
    **dict.fromkeys(("title", "chinese", "nearest"), settings.letters("matching.trial.without_title")),
}
_HIDES: tuple[Reason, ...] = ("reference", "form", "hint")


class Doubt(NamedTuple):
    """The part that an answer hangs on, "sentences" nearer to another topic, "denied" or "disavowed", and the topic that comes next."""

    part: Omission
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
        self, proposals: Sequence[Proposal], scored: Scored, best: Ints, verdicts: Sequence[Verdict]
    ) -> tuple[list[tuple[Message, ...]], dict[int, Doubt]]:
        """Warnings for each proposal, and a doubt for each row whose `best` topic another takes without a part.

        Suspect stretches are looked for in all proposals, the rest is done where one topic is sure. What is left
        must be likely to fit where nothing does or it is background and the like: leaving nothing again is no doubt.
        """
        suspects = {row: s for row, s in enumerate(self._suspicion.find(scored.contents)) if s is not None}
        behind = {row: s.behind(int(best[row])) for row, s in suspects.items()}
        left = {row: _rest(scored.contents[row], spans) for row, spans in behind.items() if spans}
        rest = {row: c for row, c in left.items() if sum(map(_letters, c.kept)) >= self._enough("suspect")}
        least = [0 if verdicts[row] != "none" and self._argues(rest[row]) else _LIKELY for row in rest]
        moved = self._moved(rest, best, least)
        doubts = {row: Doubt("suspect", topic) for row, topic in moved.items()}
        cautions = []
        for row, proposal in enumerate(proposals):
            messages = notes(proposal.text, scored.contents[row])
            if row in suspects:
                to = self._ids[moved[row]] if row in moved else None
                counting = sum(len(part.passage.text) for part in scored.contents[row].kept)
                text = row in rest or not behind[row]
                messages += described(suspects[row], counting, to, text, wary=self._wary)
            cautions.append(tuple(messages))
        rows = [row for row, verdict in enumerate(verdicts) if verdict == "topic" and row not in doubts]
        asked, every = frozenset(rows), enumerate(scored.contents)
        letters = np.array([_letters(p) if row in asked else 0 for row, c in every for p in c.kept])
        doubts |= self._torn(scored, best, rows, letters)
        rows = [row for row in rows if row not in doubts]
        copied = {row for row, spans in behind.items() if spans and suspects[row].copied}
        leaning = self._leaning(scored, best, rows, letters, copied)
        for part in _PARTS:
            rest = {row: c for (row, cut), c in leaning.items() if cut == part and row not in doubts}
            least = [_CLEARLY if part == "nearest" and row not in copied else _LIKELY for row in rest]
            doubts |= {row: Doubt(part, topic) for row, topic in self._moved(rest, best, least).items()}
        doubts |= self._disavowing(scored, best, [row for row in rows if row not in doubts])
        disowned = [row for row in rows if row not in doubts and self._disowned(scored, row, int(best[row]))]
        doubts |= {row: Doubt("denied", int(rank.order(scored.hybrid)[row, 1])) for row in disowned}
        return cautions, doubts

    def _torn(self, scored: Scored, best: Ints, rows: Sequence[int], letters: Ints) -> dict[int, Doubt]:
        """A doubt for each of the `rows` of which another topic is far ahead of the `best` in some sentences, of these `letters`.

        Pieces of sentences and figures are left out: they are near anything. What is ahead must fit a topic by itself: how
        a questionnaire is sent out or who may use the results is near some topic too, and asks for none.
        """
        if not rows:
            return {}
        speaking = letters >= _LITTLE
        ahead = self._scorer.ahead(scored, best, speaking)
        leading: dict[int, ProposalContent] = {}
        for row in rows:
            if ahead[row].max() >= _AHEAD:
                kept = scored.contents[row].kept
                stays = speaking[slice(*scored.span(row))] & (scored.nearest(row) != best[row])
                leading[row] = replace(scored.contents[row], kept=tuple(compress(kept, stays)) or kept)
        return {
            row: Doubt("sentences", int(ahead[row].argmax()))
            for row, fits in zip(leading, self._fits(list(leading.values())), strict=True)
            if fits
        }

    def _fits(self, contents: list[ProposalContent]) -> Mask:
        """Whether each of some texts may fit a topic, (n,)."""
        if not contents or self._calibration is None:
            return np.ones(len(contents), bool)
        none = probabilities(self._calibration, self._scorer.weighed(contents).signs())[1]
        return np.less(none, self._calibration.none_from)

    def _disavowing(self, scored: Scored, best: Ints, rows: Sequence[int]) -> dict[int, Doubt]:
        """A doubt for each of the `rows` whose `best` topic another takes without the clauses that look denied."""
        rest = {}
        for row in rows:
            if spans := [original(part, *span) for part, span in disavowed(scored.contents[row])]:
                left = without(scored.contents[row], spans)
                if sum(map(_letters, left.kept)) >= _REST["disavowed"]:
                    rest[row] = left
        moved = self._moved(rest, best, [0.0] * len(rest))
        return {row: Doubt("disavowed", topic) for row, topic in moved.items()}

    def _disowned(self, scored: Scored, row: int, best: int) -> bool:
        """Whether a proposal denies what is nearest to its `best` topic, nearer than anything in it that counts."""
        texts = [part.text for part in scored.contents[row].aside if part.reason == "denied"]
        if not texts or len(self._ids) < 2:
            return False
        near = self._scorer.near(texts)
        counting = scored.best[slice(*scored.span(row)), best].max()
        return bool(((near.argmax(axis=1) == best) & (near[:, best] > counting)).any())

    def _leaning(
        self, scored: Scored, best: Ints, rows: Sequence[int], letters: Ints, copied: Collection[int]
    ) -> dict[tuple[int, Omission], ProposalContent]:
        """What is left of those of the `rows`, whose sentences have these `letters`, without each part where it leans elsewhere.

        The fast reader says so, for which no sentence is coloured by its neighbours: only then is the rest encoded again.
        `copied` are those that hold text of the guide hardly altered: more of what is nearest to it may have been added.
        """
        tried, counts = [], []
        for row in rows:
            kept, own = scored.contents[row].kept, slice(*scored.span(row))
            counting = scored.counts[own]
            for part, stays in _stays(kept, scored.nearest(row) != best[row]):
                passing = part == "nearest" and letters[own][stays].sum() < _PASSING * letters[own].sum()
                if passing and row not in copied and _under_its_title(kept, stays):
                    continue
                # What counts as background does or less, a motto or figures, is not judged alone.
                judged = letters[own][stays & (counting > BACKGROUND)].sum()
                if judged >= self._enough("suspect" if row in copied else part):
                    tried.append((row, part, stays))
                    counts.append(counting * stays)
        if not tried:
            return {}
        again = self._scorer.by_itself(scored, [row for row, *_ in tried], counts).argmax(axis=1)
        return {
            (row, part): replace(scored.contents[row], kept=tuple(compress(scored.contents[row].kept, stays)))
            for (row, part, stays), topic in zip(tried, again.tolist(), strict=True)
            if topic != best[row]
        }

    def _argues(self, left: ProposalContent) -> bool:
        """Whether what is left says enough beside background, references and what else an honest text adds to itself."""
        own = (part for part in left.kept if part.reason in ("", "title"))
        return sum(map(_letters, own)) >= self._enough("suspect")

    def _enough(self, part: Omission) -> int:
        """Letters that the rest must have to be judged without a part."""
        return _LITTLE if self._wary else _REST[part]

    def _moved(
        self, rest: Mapping[int, ProposalContent], best: Ints, least: Sequence[float]
    ) -> dict[int, int]:
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


def _rest(content: ProposalContent, spans: Sequence[Span]) -> ProposalContent:
    """What a proposal says without suspect stretches; where that is nothing, what stands as references or form text.

    Own text may be put there so that it does not count beside pasted text.
    """
    rest = without(content, spans)
    if sum(map(_letters, rest.kept)) >= _REST["suspect"]:
        return rest
    hidden = tuple(p._replace(weight=1.0) for p in content.aside if p.reason in _HIDES)
    return replace(content, kept=hidden)


def _stays(kept: Sequence[Part], elsewhere: Mask) -> Iterator[tuple[Omission, Mask]]:
    """Which kept parts of a proposal stay without each part of it; `elsewhere` (n,) is which come nearest to another topic."""
    english = np.array([language_of(part.text) == "en" for part in kept])
    for part in _PARTS:
        without = np.array([each.reason != part for each in kept])
        stays = {"english": ~english, "chinese": english, "nearest": elsewhere}.get(part, without)
        if not stays.all():
            yield part, stays


def _under_its_title(kept: Sequence[Part], elsewhere: Mask) -> bool:
    """Whether a proposal in one language has a title, and none of it is among what comes nearest `elsewhere`, (n,).

    A little of the rest is then said in passing. Text put beside a proposal leaves it its title, or is in another language.
    """
    title = np.array([part.reason == "title" for part in kept])
    languages = {language_of(part.text) == "en" for part in kept}
    return bool(title.any() and not (title & elsewhere).any() and len(languages) == 1)


def _letters(part: Part) -> int:
    """How much a part says: its letters, a Han one as two, since a question of one line says it all in twenty."""
    return sum(map(str.isalpha, part.text)) + han_letters(part.text)

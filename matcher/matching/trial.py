"""Whether an answer hangs on one part of a proposal: its first topic is tried without it.

Parts are stretches that look added to steer the answer (`suspect`), the background, the title, what is written in Chinese
or in English beside the other, and the sentences that speak for the first topic where the rest clearly asks for another.
Whether the answer hangs on the part is told by numbers learnt from texts that were attacked and from honest ones in the
guide's own terms (`training/trials.py`): a neighbour's topic is named in many.
Nor is it sure where some sentences are far nearer to another topic, as those of another project put between are.
Nor is an answer sure that is nearer to what the text says it does not study than to what it does, or that hangs on clauses
that look denied (`disavowal`). What calls for caution is
said beside: pasted, listed, repeated or hidden text, too little, another script. None of it is a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import compress

import numpy as np

from matcher import settings
from matcher.arrays import Floats, Mask
from matcher.guide.regression import GuideRegression
from matcher.matching import rank
from matcher.matching.calibration import Calibration, probabilities
from matcher.matching.caution import described, notes
from matcher.matching.content import BACKGROUND, ProposalContent
from matcher.matching.rank import Ints
from matcher.matching.rest import (
    LITTLE,
    DeniedSpans,
    Doubt,
    Outcome,
    Rest,
    copied_share,
    enough,
    hangs,
    length,
    letters_in,
    letters_of,
    log_odds,
    omissions,
    shipped_numbers,
    shown,
    without_added,
)
from matcher.matching.scored import Scored
from matcher.matching.scoring import Scorer
from matcher.matching.suspect import Suspect, Suspicion, without
from matcher.message import Message
from matcher.types import Proposal, Span, Topic, Verdict

_AHEAD = settings.share("matching.trial.ahead")
_REST_DISAVOWED = settings.letters("matching.trial.without_disavowed")


class Trials:
    """Tries answers to proposals to one guide."""

    def __init__(
        self,
        topics: Sequence[Topic],
        scorer: Scorer,
        calibration: Calibration | None,
        *,
        wary: bool = False,
        numbers: Mapping[str, GuideRegression] | None = None,
    ) -> None:
        """Take the guide's topics, what scores proposals against them, and what makes probabilities of scores.

        Who is `wary` doubts with less certainty: another reader decides. `numbers` tell, for what looks "added" and for other
        "parts", whether an answer hangs on it, None: the shipped ones; without a calibration it does where another topic leads.
        """
        self._calibration, self._wary = calibration, wary
        self._ids = [topic.id for topic in topics]
        self._scorer = scorer
        self._suspicion = Suspicion(topic.text for topic in topics)
        self._numbers = shipped_numbers() if numbers is None else numbers

    def doubts(
        self, proposals: Sequence[Proposal], scored: Scored, best: Ints, verdicts: Sequence[Verdict]
    ) -> tuple[list[tuple[Message, ...]], dict[int, Doubt]]:
        """Warnings for each proposal, and a doubt for each row whose `best` topic another takes without a part.

        Suspect stretches are looked for in all proposals, the rest is done where one topic is sure.
        """
        suspects = self.suspects(scored)
        denied = DeniedSpans(scored.contents)
        rests = self.added(scored, best, suspects, denied)
        doubts = self._hanging(self.outcomes(scored, best, rests))
        judged = {rest.row for rest in rests}
        cautions = []
        for row, proposal in enumerate(proposals):
            messages = notes(proposal.text, scored.contents[row])
            if row in suspects:
                text = row in judged or not suspects[row].behind(int(best[row]))
                doubt = doubts.get(row)
                to = self._ids[doubt.topic] if doubt and doubt.topic is not None else None
                messages += described(
                    suspects[row], length(scored.contents[row]), text, doubted=doubt is not None, moved_to=to,
                    explained=verdicts[row] == "topic", wary=self._wary,
                )  # fmt: skip
            cautions.append(tuple(messages))
        rows = [row for row, verdict in enumerate(verdicts) if verdict == "topic" and row not in doubts]
        asked, every = frozenset(rows), enumerate(scored.contents)
        letters = np.array([letters_of(p) if row in asked else 0 for row, c in every for p in c.kept])
        doubts |= self._torn(scored, best, rows, letters)
        rows = [row for row in rows if row not in doubts]
        doubts |= self._hanging(self.outcomes(scored, best, self.parts(scored, best, rows, denied)))
        doubts |= self._disavowing(scored, best, [row for row in rows if row not in doubts], denied)
        disowned = [row for row in rows if row not in doubts and self._disowned(scored, row, int(best[row]))]
        doubts |= {row: Doubt("denied", int(rank.order(scored.hybrid)[row, 1])) for row in disowned}
        return cautions, doubts

    def suspects(self, scored: Scored) -> dict[int, Suspect]:
        """What looks added to proposals, by row."""
        return {row: s for row, s in enumerate(self._suspicion.find(scored.contents)) if s is not None}

    def _torn(self, scored: Scored, best: Ints, rows: Sequence[int], letters: Ints) -> dict[int, Doubt]:
        """A doubt for each of the `rows` of which another topic is far ahead of the `best` in some sentences, of these `letters`.

        Pieces of sentences and figures are left out: they are near anything. What is ahead must fit a topic by itself: how
        a questionnaire is sent out or who may use the results is near some topic too, and asks for none.
        """
        if not rows:
            return {}
        speaking = letters >= LITTLE
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

    def _disavowing(
        self, scored: Scored, best: Ints, rows: Sequence[int], denied: DeniedSpans
    ) -> dict[int, Doubt]:
        """A doubt for each of the `rows` whose `best` topic another takes without the clauses that look denied."""
        rests = []
        for row in rows:
            if spans := denied[row]:
                left = without(scored.contents[row], spans)
                if letters_in(left) >= _REST_DISAVOWED:
                    rests.append(Rest(row, "disavowed", left, 0.0))
        return {each.rest.row: each.doubt for each in self.outcomes(scored, best, rests) if each.moved}

    def _disowned(self, scored: Scored, row: int, best: int) -> bool:
        """Whether a proposal denies what is nearest to its `best` topic, nearer than anything in it that counts."""
        texts = [part.text for part in scored.contents[row].aside if part.reason == "denied"]
        if not texts or len(self._ids) < 2:
            return False
        near = self._scorer.near(texts)
        counting = scored.best[slice(*scored.span(row)), best].max()
        return bool(((near.argmax(axis=1) == best) & (near[:, best] > counting)).any())

    def added(
        self, scored: Scored, best: Ints, suspects: Mapping[int, Suspect], denied: DeniedSpans
    ) -> list[Rest]:
        """What proposals say without the stretches that look added, of the `suspects` by row, where that is enough to judge by."""
        rests = []
        for row, suspect in suspects.items():
            content = scored.contents[row]
            if spans := self._suspicion.added(content, suspect, int(best[row])):
                left = self._undenied(without_added(content, spans), denied[row])
                if left is not None:
                    rests.append(Rest(row, "suspect", left, copied_share(content, suspect)))
        return rests

    def parts(self, scored: Scored, best: Ints, rows: Sequence[int], denied: DeniedSpans) -> list[Rest]:
        """What is left of those of the `rows` without each other part where it leans elsewhere.

        The fast reader says so, for which no sentence is coloured by its neighbours: only then is the rest encoded again.
        """
        rests, counts = list[Rest](), list[Floats]()
        for row in rows:
            content, own = scored.contents[row], slice(*scored.span(row))
            for part, stays in omissions(content.kept, scored.nearest(row) != best[row]):
                # What counts as background does or less, a motto or figures, is not judged alone.
                judged = compress(content.kept, stays & (scored.counts[own] > BACKGROUND))
                if sum(map(letters_of, judged)) >= enough(wary=self._wary):
                    left = replace(content, kept=tuple(compress(content.kept, stays)))
                    rests.append(Rest(row, part, left, 0.0))
                    counts.append(scored.counts[own] * stays)
        if not rests:
            return []
        again = self._scorer.by_itself(scored, [rest.row for rest in rests], counts).argmax(axis=1)
        leaning = (r for r, topic in zip(rests, again.tolist(), strict=True) if topic != best[r.row])
        undenied = ((rest, self._undenied(rest.content, denied[rest.row])) for rest in leaning)
        return [rest._replace(content=left) for rest, left in undenied if left is not None]

    def outcomes(self, scored: Scored, best: Ints, rests: Sequence[Rest]) -> list[Outcome]:
        """What becomes of the answers of `scored` by each of the `rests`."""
        if not rests:
            return []
        again = self._scorer.weighed([rest.content for rest in rests])
        table, none, least = again.hybrid, np.zeros(len(rests)), 1.0
        if (known := self._calibration) is not None:
            (table, none), least = probabilities(known, again.signs()), known.none_from
        first = best[[rest.row for rest in rests]]
        rivals = again.hybrid.copy()
        np.put_along_axis(rivals, first[:, None], -np.inf, axis=1)
        topics = rivals.argmax(axis=1)
        each = np.arange(len(rests))
        ahead = (again.hybrid[each, topics] - again.hybrid[each, first]) / again.spread
        backed = self._backed(again, first, topics)
        return [
            Outcome(rest, int(topics[i]), bool(ahead[i] > 0), bool(none[i] < least), {
                "chance": log_odds(table[i, topics[i]]), "itself": log_odds(table[i, first[i]]),
                "none": log_odds(none[i]), "ahead": float(ahead[i]), "backed": float(backed[i]),
                **shown(scored.contents[rest.row], rest),
            })
            for i, rest in enumerate(rests)
        ]  # fmt: skip

    def _backed(self, again: Scored, first: Ints, topics: Ints) -> Floats:
        """How far each rest is nearer to the one of `topics` than to the `first`, both (m,), without the sentence that is most so.

        A neighbour's topic may be named in one sentence; a text on another topic speaks for it in all.
        """
        counts = []
        for row, (topic, answer) in enumerate(zip(topics.tolist(), first.tolist(), strict=True)):
            own = slice(*again.span(row))
            lead = again.best[own, topic] - again.best[own, answer]
            most = np.arange(len(lead)) == lead.argmax()
            counts.append(again.counts[own] * (~most | (len(lead) == 1)))
        alone = self._scorer.by_itself(again, range(len(counts)), counts)
        each = np.arange(len(counts))
        backed: Floats = (alone[each, topics] - alone[each, first]) / again.spread
        return backed

    def _hanging(self, outcomes: Sequence[Outcome]) -> dict[int, Doubt]:
        """The doubt of each row that has one, by the first of its parts that the answer hangs on."""
        doubts = dict[int, Doubt]()
        for each in outcomes:
            plain = self._calibration is None
            if each.rest.row not in doubts and (
                each.moved if plain else hangs(each, self._numbers, wary=self._wary)
            ):
                doubts[each.rest.row] = each.doubt
        return doubts

    def _undenied(self, left: ProposalContent, spans: Sequence[Span]) -> ProposalContent | None:
        """What is left less the clauses that look denied, which argue for nothing; None if that is too little."""
        left = without(left, spans) if spans else left
        return left if letters_in(left) >= enough(wary=self._wary) else None

"""Whether an answer hangs on one part of a proposal: by a scorer that counts letters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import cast, get_args

import numpy as np
import pytest
from msgspec.structs import replace

from matcher.arrays import Mask
from matcher.guide.regression import GuideRegression
from matcher.matching import caution, trial
from matcher.matching.calibration import Calibration, Signs
from matcher.matching.content import Part, ProposalContent, Reason
from matcher.matching.disavowal import disavowed
from matcher.matching.rank import Floats, Ints
from matcher.matching.rest import Doubt
from matcher.matching.scored import Scored
from matcher.matching.scoring import Scorer
from matcher.matching.suspect import Suspect
from matcher.matching.trial import Trials
from matcher.types import Passage, Proposal, Span, Topic, Verdict
from tests.test_calibration import LONG, PLAIN

# What speaks for each of three topics, in Chinese and in English.
LETTERS = ("甲x", "乙y", "丙z")
# An answer hangs on a part without which another topic is ahead at all.
AHEAD = GuideRegression(0.0, 1e-9, {"ahead": 1.0})
ANY = {"added": AHEAD, "parts": AHEAD}
TOPICS = [Topic(f"1-0{n}", "", n, f"课题{n}", "", None, "none", (1, 1)) for n in (1, 2, 3)]
# Nothing is outside; softmax of the shares of letters: all or nothing, and a third for each.
SHARP = replace(PLAIN, sharpness=1e3, outside={**dict.fromkeys(PLAIN.outside, 0.0), "intercept": -1e3})
BLUNT = replace(SHARP, sharpness=0.0)


def letters(count: int, first: str) -> str:
    return first + "测" * (count - len(first))


def content_of(
    *kept: tuple[str, str], aside: Sequence[tuple[str, str]] = (), bare: bool = False
) -> tuple[Proposal, ProposalContent]:
    """A proposal of parts, each (reason, text), one behind the other; those aside count nothing."""
    parts, at = [], 0
    for i, (reason, text) in enumerate([*kept, *aside]):
        passage = Passage(f"p#{i}", "p", at, at + len(text), text)
        parts.append(Part(passage, text, float(i < len(kept)), cast(Reason, reason)))
        at += len(text)
    made = ProposalContent(tuple(parts[: len(kept)]), tuple(parts[len(kept) :]), bare)
    return Proposal("p", "", "".join(text for _, text in [*kept, *aside])), made


class LetterScorer:
    """A topic's score is its share of the letters that speak for any, by what their parts count."""

    def weighed(self, contents: list[ProposalContent]) -> Scored:
        return self._scored(contents, np.array([part.weight for each in contents for part in each.kept]))

    def _scored(self, contents: list[ProposalContent], own: Floats) -> Scored:
        parts = [part for each in contents for part in each.kept]
        ends = np.cumsum([len(each.kept) for each in contents]).tolist()
        spans = list(zip([0, *ends], ends, strict=False))
        said = np.array([[sum(map(part.text.count, each)) for each in LETTERS] for part in parts])
        hybrid = np.array([(own[a:b, None] * said[a:b]).sum(axis=0) for a, b in spans])
        hybrid = hybrid / np.maximum(hybrid.sum(axis=1, keepdims=True), 1)
        nothing, long = np.zeros(len(contents)), np.full(len(contents), LONG)
        scored = SimpleNamespace(
            contents=contents, counts=own, spread=1.0, span=lambda row: spans[row], hybrid=hybrid,
            nearest=lambda row: said[slice(*spans[row])].argmax(axis=1), best=said,
            signs=lambda: Signs(hybrid, nothing, nothing, long, nothing, nothing, nothing, 1.0, 0.0),
        )  # fmt: skip
        return cast(Scored, scored)

    def near(self, texts: list[str]) -> Floats:
        return np.array([[float(sum(map(text.count, each))) for each in LETTERS] for text in texts])

    def ahead(self, scored: Scored, first: Ints, counting: Mask) -> Floats:
        """A hundredth for each letter."""
        rows = [slice(*scored.span(row)) for row in range(len(first))]
        leads = [scored.best[own] - scored.best[own, [topic]] for own, topic in zip(rows, first, strict=True)]
        return np.array(
            [counting[own] @ np.maximum(lead, 0) / 100 for own, lead in zip(rows, leads, strict=True)]
        )

    def by_itself(self, scored: Scored, tried: Sequence[int], counts: Sequence[Floats]) -> Floats:
        return self._scored([scored.contents[row] for row in tried], np.concatenate(counts)).hybrid


def tried(
    monkeypatch: pytest.MonkeyPatch, *proposals: tuple[Proposal, ProposalContent],
    best: Sequence[int] = (), sure: Sequence[bool] = (), unsure: Verdict = "close",
    suspects: Sequence[Suspect | None] = (), calibration: Calibration | None = None,
    numbers: Mapping[str, GuideRegression] = ANY,
) -> tuple[list[list[str]], dict[int, Doubt]]:  # fmt: skip
    """The warnings and doubts about proposals whose best topic is the first, unless said otherwise."""
    rows = len(proposals)
    written = [content for _, content in proposals]

    class FoundBefore:
        def __init__(self, texts: Iterable[str]) -> None:
            assert list(texts) == [topic.text for topic in TOPICS]

        def find(self, contents: list[ProposalContent]) -> list[Suspect | None]:
            assert contents == written
            return list(suspects or [None] * rows)

        def added(self, content: ProposalContent, suspect: Suspect, topic: int) -> tuple[Span, ...]:
            assert content in written
            return suspect.behind(topic)

    monkeypatch.setattr(trial, "Suspicion", FoundBefore)
    scorer = cast(Scorer, LetterScorer())
    scored = scorer.weighed(written)
    cautions, doubts = Trials(TOPICS, scorer, calibration, numbers=numbers).doubts(
        [proposal for proposal, _ in proposals], scored, np.array(best or [0] * rows),
        ["topic" if each else unsure for each in sure or [True] * rows],
    )  # fmt: skip
    return [list(map(str, each)) for each in cautions], doubts


ENGLISH = "x of these words " * 4


@pytest.mark.parametrize(
    ("kept", "doubt"),
    [
        # What speaks for another topic is ten letters ahead in sentences that say something.
        ([("title", "甲" * 20), ("", letters(20, "乙" * 10))], Doubt("sentences", 1)),
        ([("title", "甲" * 20), ("", letters(11, "乙" * 9))], None),
        (
            [("title", "甲" * 20), ("", letters(8, "乙" * 8)), ("", letters(8, "乙" * 2))],
            Doubt("sentences", 1),
        ),
        (
            [("title", "甲" * 20), ("", letters(8, "乙" * 8)), ("", letters(7, "乙" * 7))],
            Doubt("title", 1),
        ),
        ([("title", "乙" * 10), ("", letters(20, "甲" * 11))], Doubt("sentences", 1)),
        (
            [("title", "甲" * 40), ("", letters(20, "乙" * 10)), ("", letters(20, "丙" * 11))],
            Doubt("sentences", 2),
        ),
        ([("title", "甲"), ("", letters(12, "乙"))], Doubt("title", 1)),
        ([("title", "甲"), ("", letters(11, "乙") + "。")], None),  # too little is left to judge by
        ([("title", "甲"), ("", letters(20, "丙")), ("", "甲")], Doubt("nearest", 2)),
        ([("title", "甲"), ("", letters(20, "丙丙")), ("", "甲")], Doubt("title", 2)),
        ([("title", "乙"), ("", letters(20, "甲"))], None),  # the same without it
        ([("background", "甲甲"), ("", letters(12, "乙"))], Doubt("background", 1)),
        ([("background", "甲甲"), ("", letters(11, "乙"))], None),
        ([("", ENGLISH), ("", letters(12, "乙乙"))], Doubt("english", 1)),
        ([("", ENGLISH), ("", letters(11, "乙乙"))], None),
        ([("", "甲甲甲"), ("", ENGLISH.replace("x", "y"))], Doubt("chinese", 1)),
        ([("", "甲甲甲"), ("", "y" + " a" * 22 + ".")], None),
        ([("", "甲甲甲"), ("", "y" + " a" * 23)], Doubt("chinese", 1)),
        ([("", "甲甲甲"), ("", letters(12, "乙"))], Doubt("nearest", 1)),
        ([("", "甲甲甲"), ("", letters(11, "乙"))], None),
        # The title is tried first, then background, then languages.
        ([("title", "甲"), ("background", "甲甲"), ("", letters(20, "乙乙"))], Doubt("background", 1)),
        ([("title", "甲甲甲"), ("background", "甲"), ("", letters(20, "乙乙"))], Doubt("title", 1)),
        ([("background", "甲"), ("", ENGLISH), ("", letters(20, "乙乙"))], Doubt("english", 1)),
        # Three Latin letters say as much as one Chinese one.
        ([("", "甲甲aaaaaaa"), ("", letters(12, "乙乙乙"))], Doubt("english", 1)),
        ([("", "甲甲aaaaaa"), ("", letters(12, "乙乙乙"))], Doubt("nearest", 1)),
    ],
)
def test_an_answer_that_hangs_on_a_part(
    monkeypatch: pytest.MonkeyPatch, kept: list[tuple[str, str]], doubt: Doubt | None
) -> None:
    proposal = content_of(*kept)
    assert tried(monkeypatch, proposal) == ([[]], {0: doubt} if doubt else {})
    assert tried(monkeypatch, proposal, calibration=SHARP)[1] == ({0: doubt} if doubt else {})
    assert tried(monkeypatch, proposal, sure=[False])[1] == {}


@pytest.mark.parametrize(
    ("aside", "doubt"),
    [
        ([("denied", "甲甲乙")], Doubt("denied", 2)),
        ([("denied", "丙"), ("denied", "甲甲")], Doubt("denied", 2)),
        ([("denied", "甲乙")], None),  # no nearer to the first topic than what counts is
        ([("denied", "甲甲乙乙乙")], None),  # nearer to another
        ([("reference", "甲甲")], None),
    ],
)
def test_an_answer_that_is_nearest_to_what_is_denied(
    monkeypatch: pytest.MonkeyPatch, aside: list[tuple[str, str]], doubt: Doubt | None
) -> None:
    proposal = content_of(("title", "甲丙"), ("", letters(20, "甲")), aside=aside)
    assert tried(monkeypatch, proposal) == ([[]], {0: doubt} if doubt else {})
    assert tried(monkeypatch, proposal, sure=[False])[1] == {}


def test_each_proposal_is_tried_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    title = content_of(("title", "甲"), ("", letters(20, "乙")))
    plain = content_of(("title", "甲"), ("", letters(20, "甲")))
    back = content_of(("title", "丙" * 20), ("background", "乙" * 10), ("", letters(20, "丙")))
    doubts = tried(monkeypatch, plain, title, back, title, best=[0, 0, 2, 1], sure=[True, True, True, False])
    assert doubts == ([[]] * 4, {1: Doubt("title", 1), 2: Doubt("sentences", 1)})


@pytest.mark.parametrize(
    ("sign", "value"),
    [
        ("chance", math.log(999)), ("itself", -math.log(999)), ("none", -math.log(999)),
        ("ahead", 4 / 6),  # 乙 has five of the six letters that speak for any, 甲 has one,
        ("backed", 2 / 4),  # and three of four without the sentence that speaks for 乙 most
        ("share", 60 / 140), ("title", 0.0), ("copied", 40 / 100), ("language", 0.0),
    ],
)  # fmt: skip
def test_what_tells_whether_an_answer_hangs_on_a_part(
    monkeypatch: pytest.MonkeyPatch, sign: str, value: float
) -> None:
    sentences = ("yy" + "a" * 18, "yx" + "a" * 18, "yy" + "a" * 18)
    made = content_of(("", letters(40, "甲" * 9)), *(("", sentence) for sentence in sentences))
    never = GuideRegression(0.0, 1.0, {})
    for least, doubts in ((value - 1e-6, {0: Doubt("suspect", 1)}), (value + 1e-6, {})):
        numbers = {"added": GuideRegression(0.0, least, {sign: 1.0}), "parts": never}
        found = [suspect(made, 0)]
        assert tried(monkeypatch, made, calibration=SHARP, numbers=numbers, suspects=found)[1] == doubts


@pytest.mark.parametrize(
    ("said", "doubts"), [("乙" * 11, {0: Doubt("sentences", 1)}), ("乙" * 10 + "丙" * 10, {})]
)
def test_sentences_that_ask_for_nothing_by_themselves_are_no_doubt(
    monkeypatch: pytest.MonkeyPatch, said: str, doubts: dict[int, Doubt]
) -> None:
    """Without a clear lead nothing fits, as with what is near two topics alike."""
    numbers = replace(SHARP, outside={**SHARP.outside, "lead": -1e3, "intercept": 5e2})
    content = content_of(("title", "甲" * 20), ("", said))
    never = dict.fromkeys(ANY, GuideRegression(0.0, 1.0, {}))
    assert tried(monkeypatch, content, calibration=numbers, numbers=never)[1] == doubts


def suspect(
    proposal: tuple[Proposal, ProposalContent], part: int, *, copied: bool = True, topic: int = 0
) -> Suspect:
    passage = [*proposal[1].kept, *proposal[1].aside][part].passage
    span = ((passage.start, passage.end),)
    return Suspect(span if copied else (), span, (), (), (frozenset((topic,)),), copied)


@pytest.mark.parametrize(
    ("count", "copied", "moved"), [(12, True, True), (11, True, False), (12, False, True), (11, False, False)]
)
def test_an_answer_that_hangs_on_pasted_text(
    monkeypatch: pytest.MonkeyPatch, count: int, copied: bool, moved: bool
) -> None:
    """Sure or not; where the verdict tells the reason, words that are only near the guide's are no news."""
    made = content_of(("", letters(count, "乙")), ("", letters(20, "甲甲甲")))
    found = suspect(made, 1, copied=copied)
    for verdict in get_args(Verdict)[:3]:
        told = copied or verdict != "topic"
        sure, unsure = verdict == "topic", verdict
        warnings, doubts = tried(monkeypatch, made, sure=[sure], unsure=unsure, suspects=[found])
        assert doubts == ({0: Doubt("suspect", 1)} if moved else {})
        kinds = ["is the guide's own or nearly so"] * (told if moved else copied)
        kinds += ["without it the nearest is 1-02"] if moved and told else []
        kinds += ["there is nothing to judge by"] if copied and not moved else []
        assert len(warnings[0]) == len(kinds)
        for warning, kind in zip(warnings[0], kinds, strict=True):
            assert kind in warning


def test_an_answer_that_nothing_but_pasted_text_bears_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest comes nearest to the same topic, but is far from it: the doubt names no other."""
    made = content_of(("", letters(20, "甲乙")), ("", letters(20, "甲甲甲")))
    numbers = {**ANY, "added": GuideRegression(0.0, 0.0, {"none": 1.0})}
    outside = replace(SHARP, outside={**SHARP.outside, "intercept": 1e3})
    for calibration, doubts in ((SHARP, {}), (outside, {0: Doubt("suspect", None)})):
        warnings, made_doubts = tried(
            monkeypatch, made, calibration=calibration, numbers=numbers, suspects=[suspect(made, 1)]
        )
        assert made_doubts == doubts
        assert len(warnings[0]) == 2 * bool(doubts)
    assert "what is left fits no topic" in warnings[0][1]
    elsewhere = content_of(("", letters(20, "乙乙")), ("", letters(20, "甲甲甲")))
    found = [suspect(elsewhere, 1)]
    for calibration, topic in (
        (SHARP, 1),
        (outside, None),
    ):  # nor where it comes nearest to another that it does not fit
        doubts = tried(monkeypatch, elsewhere, calibration=calibration, suspects=found)[1]
        assert doubts == {0: Doubt("suspect", topic)}


@pytest.mark.parametrize(("said", "doubts"), [("甲甲乙", {}), ("甲乙乙", {0: Doubt("suspect", 1)})])
def test_an_answer_that_the_rest_bears_out_does_not_hang_on_pasted_text(
    monkeypatch: pytest.MonkeyPatch, said: str, doubts: dict[int, Doubt]
) -> None:
    """Whatever the numbers say of it."""
    made = content_of(("", letters(20, said)), ("", letters(20, "甲甲甲")))
    always = dict.fromkeys(ANY, GuideRegression(0.0, -1e3, {}))
    tries = tried(monkeypatch, made, calibration=SHARP, numbers=always, suspects=[suspect(made, 1)])
    assert tries[1] == doubts


def test_a_clause_that_looks_denied_argues_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is left out of what stands beside pasted text."""
    beside = content_of(("", "本项目不研究乙，也不做这个东西。"), ("", letters(20, "甲甲甲")))
    assert disavowed(beside[1])
    assert tried(monkeypatch, beside, suspects=[suspect(beside, 1)])[1] == {}
    plain = content_of(("", "我们研究乙的成因和办法并且加以试点。"), ("", letters(20, "甲甲甲")))
    assert tried(monkeypatch, plain, suspects=[suspect(plain, 1)])[1] == {0: Doubt("suspect", 1)}


def test_likeness_that_changes_nothing_is_news_to_the_wary_alone() -> None:
    for copied in (True, False):
        found = suspect(content_of(("", letters(12, "乙")), ("", letters(20, "甲甲甲"))), 1, copied=copied)
        assert caution.described(found, 32, True) == []
        (said,) = caution.described(found, 32, True, wary=True)
        assert "of the text is the guide's own or nearly so" in said
    (said,) = caution.described(found, 12, True, wary=True)  # what is like nearly all of it is no certainty
    assert said.startswith(">99% ")


def test_text_of_another_topic_is_not_behind_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    made = content_of(("", letters(40, "乙")), ("", letters(20, "甲甲甲")))
    found = suspect(made, 1, topic=2)
    assert tried(monkeypatch, made, sure=[False], suspects=[found]) == ([[]], {})


def test_a_doubt_about_suspect_text_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = content_of(("title", "甲"), ("", letters(20, "丙")), ("", letters(20, "甲甲甲")))
    found = suspect(made, 2)
    other = content_of(("title", "甲"), ("", letters(20, "丙")))
    doubts = tried(monkeypatch, made, other, suspects=[found, None], best=[0, 0])[1]
    assert doubts == {0: Doubt("nearest", 2), 1: Doubt("title", 2)}
    made = content_of(("title", "丙"), ("", letters(20, "丙")), ("", letters(20, "甲甲甲")))
    doubts = tried(monkeypatch, made, other, suspects=[suspect(made, 2), None])[1]
    assert doubts == {0: Doubt("suspect", 2), 1: Doubt("title", 2)}


@pytest.mark.parametrize(
    ("reason", "judged"), [("reference", True), ("form", True), ("hint", True), ("denied", False)]
)
def test_own_text_under_another_name_is_judged_where_the_rest_is_pasted(
    monkeypatch: pytest.MonkeyPatch, reason: str, judged: bool
) -> None:
    """What was put under references counts in full where hardly anything else is left."""
    made = content_of(("", letters(20, "甲甲甲")), aside=[(reason, letters(12, "乙"))])
    found = suspect(made, 0)
    warnings, doubts = tried(monkeypatch, made, suspects=[found])
    assert doubts == ({0: Doubt("suspect", 1)} if judged else {})
    assert warnings == [list(map(str, caution.described(found, 20, judged, doubted=judged, moved_to="1-02")))]


def test_warnings_come_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the text holds, what was not read, what was judged for want of anything else."""
    short = content_of(("", "甲乙"), aside=[("unread", "丙丙丙")], bare=True)
    warnings, _ = tried(monkeypatch, short, content_of(("", letters(20, "甲"))), sure=[False, False])
    said = caution.notes("甲乙丙丙丙", short[1])
    assert warnings == [list(map(str, said)), []]
    for part, note in zip(("very short", "characters", "nothing"), warnings[0], strict=True):
        assert part in note
    pasted = content_of(("", "甲甲"))
    found = suspect(pasted, 0)
    warnings, _ = tried(monkeypatch, pasted, suspects=[found])
    assert warnings == [list(map(str, [*caution.notes("甲甲"), *caution.described(found, 2, False)]))]
    assert len(warnings[0]) == 3

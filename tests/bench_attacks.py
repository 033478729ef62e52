"""`make bench-attacks`: how often text added for a rival topic moves a sure answer without a warning.

Attacks put the text of a rival topic, altered in ways that hide a copy, beside a proposal whose answer was
sure. An answer moves silently if it then names another topic at SURE or more, as one topic, with no warning.
Mixtures put another proposal's text beside it, whole or its first two sentences. Dressed are sure proposals and outsiders
under a rival's title, with its contents before, behind or between what is theirs.
Accidents put around it what asks for nothing: the answer should stay as it is. The
last lines tell how often honest proposals are warned about or doubted, which is the price: those of the dev parts, and
of tests/cases/honest.jsonl, which a hand that nothing is fitted to wrote in the terms of ten guides ("terms", "terms_free";
"pasted" pretend to a topic, "outside" fit none).
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from matcher import shipped
from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.labelled import Labelled, read_labelled
from matcher.language import language_of
from matcher.types import Match, Proposal, Topic
from tests.accidents import ACCIDENTS
from tests.attacks import ATTACKS, RIVALS, WRITTEN, Attack
from tests.bench import EVAL, GUIDES
from tests.dressed import DRESSED
from tests.mixtures import MIXTURES, Mixture, short

HONEST = Path(__file__).parent / "cases" / "honest.jsonl"
ROWS = 60  # proposals of each set, some fifteen minutes of one core; `--rows 20` takes five
SURE = 0.8


@dataclass(slots=True)
class Count:
    """What became of sure answers under one attack."""

    cases: int = 0
    moved: int = 0
    sure: int = 0
    silent: int = 0

    def add(self, before: Match, after: Match) -> None:
        """One proposal, before and after."""
        moved = after.verdict != "empty" and after.topic_id not in (None, before.topic_id)
        sure = moved and after.verdict == "topic" and after.confidence >= SURE
        self.cases += 1
        self.moved += moved
        self.sure += sure
        self.silent += sure and not after.warnings


def attacked(proposal: Proposal, attack: Attack, rival: Topic) -> Proposal:
    """The proposal with the rival's text in it."""
    return replace(proposal, abstract=attack(proposal.abstract, rival))


@dataclass(slots=True)
class Changes:
    """What became of sure answers after one accident."""

    cases: int = 0
    moved: int = 0
    none: int = 0
    close: int = 0
    warned: int = 0

    def add(self, before: Match, after: Match) -> None:
        """One proposal, before and after."""
        self.cases += 1
        self.moved += after.topic_id not in (None, before.topic_id)
        self.none += after.verdict == "none"
        self.close += after.verdict == "close"
        self.warned += len(after.warnings) > len(before.warnings)


def is_sure(row: Labelled, match: Match) -> bool:
    """Whether an answer is one topic, right, and sure."""
    return match.verdict == "topic" and match.topic_id in row.relevant and match.confidence >= SURE


def rivals(engine: Engine, rows: list[Labelled], attack: str) -> Iterator[Topic]:
    """One topic for each row that does not fit it, such as the attack can be made of."""
    rng = random.Random(attack)
    for row in rows:
        others = [t for t in engine.guide.topics if t.id not in row.relevant]
        yield rng.choice([t for t in others if attack not in WRITTEN or t.title in RIVALS])


def mixed(
    sure: Sequence[Labelled], rows: Sequence[Labelled], name: str, mixture: Mixture
) -> Iterator[Proposal]:
    """Each of the `sure` proposals with another of the `rows`, for another topic and in the same language."""
    rng = random.Random(name)
    for row in sure:
        language = language_of(row.proposal.abstract)
        others = [o.proposal for o in rows if not o.relevant.keys() & row.relevant.keys()]
        other = rng.choice([o for o in others if language_of(o.abstract) == language])
        yield mixture(row.proposal, other)
        yield mixture(short(row.proposal), other)


def dressed(engine: Engine, rows: list[Labelled], name: str, count: Count) -> None:
    """Count what becomes of sure proposals and outsiders in one dress; an answer moves that names the topic whose dress it is."""
    worn = list(rivals(engine, rows, name))
    proposals = [DRESSED[name](row.proposal, rival) for row, rival in zip(rows, worn, strict=True)]
    for match, rival in zip(engine.match_many(proposals, 1, 0), worn, strict=True):
        sure = match.topic_id == rival.id and match.verdict == "topic" and match.confidence >= SURE
        count.cases += 1
        count.moved += match.topic_id == rival.id
        count.sure += sure
        count.silent += sure and not match.warnings


def print_honest(encoder: str | None) -> None:
    """A line a kind of the texts in the terms of their guides."""
    engines, counts = dict[str, Engine](), defaultdict[str, Counter[str]](Counter)
    for row in map(json.loads, HONEST.read_text(encoding="utf-8").splitlines()):
        guide = Path(__file__).parent.parent / row["guide"]
        engine = engines.setdefault(row["guide"], Engine.open(guide, encoder=encoder))
        (match,) = engine.match_many([Proposal(row["id"], row["title"], row["abstract"])], 1, 0)
        right = row["topic"] is not None and engine.topics[match.hits[0].topic_id].title == row["topic"]
        signs = {"first right": right, "warned": bool(match.warnings), match.verdict: True}
        counts[row["kind"]].update(["cases", *(sign for sign, holds in signs.items() if holds)])
    columns = ("cases", "first right", "warned", "topic", "close", "none")
    print(f"\n{'in the terms of their guides':<34}" + "".join(f"{c:>13}" for c in columns))
    for kind, count in sorted(counts.items()):
        print(f"{kind:<34}" + "".join(f"{count[c]:>13}" for c in columns))


def print_counts(reader: str, counts: Mapping[tuple[str, bool], Count], apart: tuple[str, str]) -> None:
    """A line an attack, silent moves of two kinds of cases apart."""
    one, other = apart
    print(f"\n{reader}\n{'attack':<34}{'cases':>6}{'moved':>8}{'sure':>8}{'silent':>8}{one:>8}{other:>8}")
    for attack in dict.fromkeys(name for name, _ in counts):
        zh, en = counts[attack, False], counts[attack, True]
        n = max(zh.cases + en.cases, 1)
        shares = ((zh.moved + en.moved) / n, (zh.sure + en.sure) / n, (zh.silent + en.silent) / n)
        each = (zh.silent / max(zh.cases, 1), en.silent / max(en.cases, 1))
        print(f"{attack:<34}{zh.cases + en.cases:>6}" + "".join(f"{s:>8.1%}" for s in (*shares, *each)))


def print_accidents(changes: Mapping[str, Changes]) -> None:
    """A line an accident."""
    print(f"\n{'accident':<34}{'cases':>6}{'moved':>8}{'none':>8}{'close':>8}{'warned':>8}")
    for accident, c in changes.items():
        n = max(c.cases, 1)
        print(
            f"{accident:<34}{c.cases:>6}"
            + "".join(f"{x / n:>8.1%}" for x in (c.moved, c.none, c.close, c.warned))
        )


def report(encoder: str | None, most: int) -> None:
    """Print one reader's table, a line an attack and silent moves of Chinese and English guides apart."""
    guides = shipped.data_file("guides")
    counts = {(name, english): Count() for name in ATTACKS for english in (False, True)}
    mixtures = {(name, cut): Count() for name in MIXTURES for cut in (False, True)}
    dresses = {(name, outside): Count() for name in DRESSED for outside in (False, True)}
    changes = {name: Changes() for name in ACCIDENTS}
    honest = warned = doubted = unclear = 0
    for name, guide in GUIDES.items():
        engine = Engine.open(guides / guide, encoder=encoder)
        english = engine.guide.topics[0].text.isascii()
        dev = read_labelled(EVAL / f"{name}-dev.jsonl")
        every = [row for row in dev if row.relevant]
        rows = random.Random(11).sample(every, min(most, len(every)))
        before = list(engine.match_many([row.proposal for row in rows], 1, 0))
        honest += len(rows)
        warned += sum(bool(match.warnings) for match in before)
        doubted += sum("Between" in match.reason for match in before)
        unclear += sum("covers none" in match.reason for match in before)
        pairs = [(row, match) for row, match in zip(rows, before, strict=True) if is_sure(row, match)]
        sure = [row for row, _ in pairs]
        for attack, make in ATTACKS.items():
            chosen = zip(sure, rivals(engine, sure, attack), strict=True)
            after = engine.match_many([attacked(r.proposal, make, t) for r, t in chosen], 1, 0)
            for (_, match), moved in zip(pairs, after, strict=True):
                counts[attack, english].add(match, moved)
        for mixture, mix in MIXTURES.items():
            after = engine.match_many(mixed(sure, every, mixture, mix), 1, 0)
            for number, match in enumerate(after):
                mixtures[mixture, number % 2 > 0].add(pairs[number // 2][1], match)
        outside = [r for r in dev if not r.relevant and r.proposal.abstract]
        for dress in DRESSED:
            dressed(engine, sure, dress, dresses[dress, False])
            dressed(engine, outside[:most], dress, dresses[dress, True])
        for accident, happen in ACCIDENTS.items():
            arrived = [
                replace(r.proposal, abstract=happen(r.proposal.abstract, engine.guide.topics)) for r in sure
            ]
            for (_, match), now in zip(pairs, engine.match_many(arrived, 1, 0), strict=True):
                changes[accident].add(match, now)
    print_counts(encoder or "shipped", counts, ("zh", "en"))
    print_counts("another proposal's text", mixtures, ("whole", "short"))
    print_counts("dressed as a rival topic", dresses, ("fit", "outside"))
    print_accidents(changes)
    print_honest(encoder)
    print(
        f"honest proposals {honest}: warned {warned / honest:.1%}, doubted {doubted / honest:.1%},"
        f" no item covered {unclear / honest:.1%}"
    )


def main() -> None:
    """Print the tables of one reader or both; `--rows N` takes N proposals of each set (60)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--reader", choices=(FAST, "shipped", "both"), default="both")
    chosen = parser.parse_args()
    for encoder, name in ((FAST, FAST), (None, "shipped")):
        if chosen.reader in (name, "both"):
            report(encoder, chosen.rows)


if __name__ == "__main__":
    main()

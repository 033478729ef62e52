"""`make bench-attacks`: how often text added for a rival topic moves a confident answer without a warning."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from matcher import shipped
from matcher.engine import Engine
from matcher.index.lexical import terms
from matcher.proposals import read_labelled
from matcher.segment import words
from matcher.types import Proposal, Topic

EVAL = Path(__file__).parent.parent / "data" / "eval"
RIVALS = 6  # for each proposal
Attack = Callable[[Topic], str]


def term_list(topic: Topic) -> str:
    """The topic's words of two characters or more, one after another."""
    known = set(terms(topic.text))
    listed = dict.fromkeys(w for w in words(topic.text) if len(w) > 1 and w in known)
    return "、".join(list(listed)[:30])


ATTACKS: dict[str, Attack] = {
    "title": lambda t: t.title,
    "title three times": lambda t: "。".join([t.title] * 3),
    "contents": lambda t: t.content,
    "title and contents": lambda t: t.text,
    "list of its words": term_list,
    "hidden between zero-width marks": lambda t: "\u200b".join(t.text),
}


def attacked(proposal: Proposal, text: str) -> Proposal:
    """The proposal with `text` at its end."""
    return replace(proposal, abstract=f"{proposal.abstract}\n{text}")


def cases(engine: Engine, file: Path) -> Iterator[tuple[Proposal, str, Topic]]:
    """(proposal, its topic, a rival topic) for every proposal whose own answer is sure."""
    rng = random.Random(11)
    rows = [row for row in read_labelled(file) if row.relevant]
    for row, match in zip(rows, engine.match_many([r.proposal for r in rows]), strict=True):
        if match.verdict == "topic" and match.topic_id and match.topic_id in row.relevant:
            rivals = [t for t in engine.guide.topics if t.id not in row.relevant]
            for rival in rng.sample(rivals, RIVALS):
                yield row.proposal, match.topic_id, rival


def main() -> None:
    """Print the table."""
    guides = shipped.data_file("guides")
    print(f"{'attack':<34}{'cases':>6}{'moved':>8}{'sure':>8}{'sure, no warning':>18}")
    for name, attack in ATTACKS.items():
        total = moved = sure = silent = 0
        for guide, file in (
            ("tianjin-2021-soft-science.txt", "tianjin-test.jsonl"),
            ("lakeside-2024-health-environment.txt", "lakeside-test.jsonl"),
        ):
            engine = Engine.open(guides / guide)
            found = list(cases(engine, EVAL / file))
            answers = engine.match_many([attacked(p, attack(rival)) for p, _, rival in found])
            for (_, _, rival), answer in zip(found, answers, strict=True):
                to_rival = answer.topic_id == rival.id
                total += 1
                moved += to_rival
                sure += to_rival and answer.verdict == "topic"
                silent += to_rival and answer.verdict == "topic" and not answer.warnings
        print(f"{name:<34}{total:>6}{moved / total:>8.1%}{sure / total:>8.1%}{silent / total:>18.1%}")


if __name__ == "__main__":
    main()

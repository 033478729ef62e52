"""How often an answer is doubted because of another object in the title: of what fits, of what does not, and of synonyms.

    python -m training.subjects [--fast]

A line a guide of data/eval, over its rows and those of tests/cases/voices.jsonl: of what fits and of what does not, how
many are told "none"; of the answers that name a topic rightly, and of those that name one where none fits, how many there
are, how many of them are doubted, and the same of those with .8 or more; last, the abstracts of its rows under a topic's
title with its object in other words (data/eval/synonym-titles.json), how many are doubted and told "none", and the same of
proposals with a narrower object (data/eval/narrowed-titles.jsonl), with their abstracts and without; and how many are told "none" of
those that take a topic's method to another object (tests/cases/same_method.jsonl). Other numbers than
those of [matching.subject]: a file that MATCHER_SETTINGS names; with `outside` 0 nothing is told "none" for its object.
Last, what is named in a few words: clauses of the topics, of 6 to 24 letters, told "none" and of these how many name nothing else; titles alone
of the rows that fit nothing, and how many of them name nothing but what stands in the first topic.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.labelled import Labelled, read_labelled
from matcher.matching.content import content
from matcher.matching.rank import order
from matcher.matching.subject import inside, replaced
from matcher.reliability import STATED
from matcher.shipped import data_file
from matcher.types import Proposal

VOICES = Path(__file__).parent.parent / "tests" / "cases" / "voices.jsonl"
_SAME_METHOD = VOICES.with_name("same_method.jsonl")
_CLAUSE_END, _CLAUSE = re.compile(r"[，。；、：,.;:()（）\n]"), range(6, 25)
PARTS = ("dev", "test", "judge", "scope-dev", "scope-test")


def rows(guide: str) -> list[Labelled]:
    """The labelled rows of a guide, by the name of its file."""
    name = guide.split("-")[0].replace("port", "calder")
    files = [data_file("eval") / f"{name}-{part}.jsonl" for part in PARTS]
    voices = [json.loads(line) for line in VOICES.read_text(encoding="utf-8").splitlines()]
    return [row for file in files if file.exists() for row in read_labelled(file)] + [
        Labelled(
            Proposal(row["id"], row["title"], row["abstract"]),
            dict.fromkeys(row["relevant"], 1),
            row["voice"],
            "",
            "",
        )
        for row in voices
        if row["guide"] == guide
    ]


def doubted(engine: Engine, proposal: Proposal, topic: str) -> bool:
    """Whether a proposal has another object in its title than the topic."""
    kept = content(proposal).kept
    return replaced(kept, engine.topics[topic], engine.scorer.fast.encoder) is not None


def counts(engine: Engine, labelled: Sequence[Labelled]) -> Counter[str]:
    """How many rows fit and do not, and are told "none"; how many answers name a topic, are doubted, and the same from STATED on."""
    counted: Counter[str] = Counter()
    for row, match in zip(labelled, engine.match_many([r.proposal for r in labelled], k=1), strict=True):
        kind = "fits" if row.relevant else "outside"
        counted.update([f"{kind} all", *([f"{kind} none"] if match.verdict == "none" else [])])
        if match.topic_id is None or (row.relevant and match.topic_id not in row.relevant):
            continue
        doubt = doubted(engine, row.proposal, match.topic_id)
        stated = (match.hits[0].probability or 0) >= STATED
        counted.update([kind, *([f"{kind} stated"] if stated else [])])
        if doubt:
            counted.update([f"{kind} doubted", *([f"{kind} stated doubted"] if stated else [])])
    return counted


def doubts(engine: Engine, asked: Sequence[tuple[str, Proposal]]) -> str:
    """How many of the proposals that fit a topic are doubted for another object than its, and how many are told "none"."""
    said = sum(doubted(engine, proposal, topic) for topic, proposal in asked)
    return f"{said}, {refused(engine, [p for _, p in asked])}"


def refused(engine: Engine, asked: Sequence[Proposal]) -> str:
    """How many of the proposals are told "none"."""
    return f"none {sum(m.verdict == 'none' for m in engine.match_many(asked, k=1))}/{len(asked)}"


def clauses(engine: Engine) -> list[Proposal]:
    """A proposal of each clause of the topics' contents that is no longer than a short title."""
    parts = (part.strip() for topic in engine.guide.topics for part in _CLAUSE_END.split(topic.content))
    return [Proposal(str(n), part, "") for n, part in enumerate(parts) if len(part) in _CLAUSE]


def named_within(engine: Engine, asked: Sequence[Proposal]) -> str:
    """How many of the proposals name nothing but what stands in their first topic, and how many are told "none"."""
    scored, matches = engine.scored_answers(asked)
    if scored is None:
        return "0, none 0/0"
    first, every = order(scored.hybrid)[:, 0], np.ones(len(asked), bool)
    within = inside(scored, engine.guide.topics, first, every, engine.scorer.fast.encoder)
    return f"{len(within)}, none {sum(m.verdict == 'none' for m in matches)}/{len(asked)}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true")
    fast = parser.parse_args().fast
    listed = json.loads((data_file("eval") / "synonym-titles.json").read_text(encoding="utf-8"))
    narrowed = (data_file("eval") / "narrowed-titles.jsonl").read_text(encoding="utf-8").splitlines()
    same_method = list(map(json.loads, _SAME_METHOD.read_text(encoding="utf-8").splitlines()))
    for guide, titles in listed.items():
        engine = Engine.open(data_file("guides") / f"{guide}.txt", FAST if fast else None)
        labelled = rows(guide)
        counted = counts(engine, labelled)
        synonyms = [
            (topic, Proposal(row.proposal.id, title, row.proposal.abstract))
            for topic, each in titles.items()
            for title in each
            for row in labelled
            if topic in row.relevant and row.proposal.title.isascii() == title.isascii()
        ]
        narrower = [
            (row["topic"], Proposal("", row["title"], abstract))
            for row in map(json.loads, narrowed)
            for abstract in dict.fromkeys((row["abstract"], ""))
            if row["guide"] == guide
        ]
        told_none = (
            f"{name} none {counted[f'{name} none']}/{counted[f'{name} all']}" for name in ("fits", "outside")
        )
        shown = (
            f"{name} {counted[f'{name} doubted']}/{counted[name]}"
            for name in ("fits", "fits stated", "outside", "outside stated")
        )
        swapped = [
            Proposal(row["id"], row["title"], row["abstract"])
            for row in same_method
            if row["guide"] == guide and not row["relevant"]
        ]
        titles_alone = [replace(row.proposal, abstract="") for row in labelled if not row.relevant]
        said = (
            f"synonyms {doubts(engine, synonyms)}",
            f"narrowed {doubts(engine, narrower)}",
            f"same method {refused(engine, swapped)}",
            f"clauses {named_within(engine, clauses(engine))}",
            f"titles outside {named_within(engine, [p for p in titles_alone if p.title])}",
        )
        print(f"{guide:34}", *told_none, *shown, *said, sep="  ", flush=True)


if __name__ == "__main__":
    main()

"""How proposals are answered by whose writing no number was chosen, in all and hand by hand.

    python -m tests.bench_voices [--fast] [--names] [--few-words]

Rows of tests/cases/voices.jsonl, each hand by the letter of its rows' ids, those of tests/cases/first_sight and first_sight_methods,
which two further hands wrote for guides that the program had not read before (the second with outsiders by a topic's own method),
of data/eval/agencies-test, by two more hands for theirs, and the test, scope, methods and judge parts of data/eval. Of what fits: how
often the first topic is acceptable, how many are told "none", how many are warned of what the row does not have; of what does
not fit: how many are told "none"; and of what is named as the only topic at STATED or more, how many fit no topic and how many
are right. Rows are read as a batch is, what the fast reader is sure of only once. With `--names` the rows are asked of lists that
name the same topics in a word or two (data/eval/short-names), with `--few-words` each by one to eight words of its title.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.labelled import few_words, read_labelled
from matcher.reliability import STATED
from matcher.types import Match, Proposal
from tests.bench import EVAL
from tests.bench import GUIDES as PARTED
from tests.test_voices import GUIDES, ROWS, guide_file

FIRST_SIGHT = [
    *(Path(__file__).parent / "cases" / name for name in ("first_sight", "first_sight_methods")),
    EVAL / "agencies-test",
]
PARTS = ("test", "scope-test", "methods-test", "judge")
COLUMNS = ("rows", "first topic right", 'fits told "none"', "fits warned", 'outsiders told "none"',
           "outsiders stated", "right where stated")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A proposal with its acceptable topics, whose writing it is, and whether a warning is due."""

    proposal: Proposal
    relevant: frozenset[str]
    hand: str
    warns: bool


def asked(guide: str) -> list[Asked]:
    """All rows about a guide, by the name of its file without its ending."""
    rows = [
        Asked(Proposal(row["id"], row["title"], row["abstract"]), frozenset(row["relevant"]),
              f"hand {row['id'][0]}", bool(row["warns"]))
        for row in ROWS.values()
        if row["guide"] == guide
    ]  # fmt: skip
    files = [(part, EVAL / f"{name}-{part}.jsonl") for name in PARTED if name in guide for part in PARTS]
    return rows + [
        Asked(row.proposal, frozenset(row.relevant), part, warns=False)
        for part, file in files
        if file.exists()  # Port Calder has not all parts
        for row in read_labelled(file)
    ]


def at_first_sight(guide: Path) -> list[Asked]:
    """The rows that stand beside a guide of FIRST_SIGHT, whose hand is called as its folder."""
    hand = guide.parent.name.replace("_", " ").replace("-", " ")
    rows = map(json.loads, guide.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines())
    return [
        Asked(Proposal(row["id"], row["title"], row["abstract"]), frozenset(row["relevant"]), hand, warns=False)
        for row in rows
    ]  # fmt: skip


def counted(row: Asked, match: Match) -> Counter[str]:
    """What one answer adds to the columns, and to how many there are of its kind."""
    first = match.hits[0] if match.hits else None
    right = first is not None and first.topic_id in row.relevant
    stated = match.verdict == "topic" and first is not None and (first.probability or 0) >= STATED
    kind = "fits" if row.relevant else "outsiders"
    said = {
        kind: True,
        "right": right,
        f"{kind} none": match.verdict == "none",
        f"{kind} warned": bool(match.warnings) and not row.warns,
        "stated": stated,
        f"{kind} stated": stated,
        "stated right": stated and right,
    }
    return Counter(name for name, holds in said.items() if holds)


def line(name: str, all_counts: Iterable[Counter[str]]) -> str:
    """A row of the table."""
    total = sum(all_counts, Counter[str]())
    shown: Sequence[object] = (
        total["fits"] + total["outsiders"],
        f"{total['right']} of {total['fits']}",
        total["fits none"],
        total["fits warned"],
        f"{total['outsiders none']} of {total['outsiders']}",
        total["outsiders stated"],
        f"{total['stated right']} of {total['stated']}",
    )
    return f"| {name} | " + " | ".join(map(str, shown)) + " |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="by the fast reader alone")
    parser.add_argument("--names", action="store_true", help="against short names of the topics")
    parser.add_argument("--few-words", action="store_true", help="each row by a few words of its title")
    chosen = parser.parse_args()
    encoder = FAST if chosen.fast else None
    counts: defaultdict[str, list[Counter[str]]] = defaultdict(list)
    guides = [(guide_file(guide), asked(guide)) for guide in GUIDES]
    guides += [
        (guide, at_first_sight(guide)) for folder in FIRST_SIGHT for guide in sorted(folder.glob("*.txt"))
    ]
    if chosen.names:
        guides = [(file, asked(file.stem)) for file in sorted((EVAL / "short-names").iterdir())]
    for guide, rows in guides:
        engine = Engine.open(guide, encoder)
        proposals = [few_words(r.proposal) if chosen.few_words else r.proposal for r in rows]
        for row, match in zip(rows, engine.match_many(proposals), strict=True):
            counts[row.hand].append(counted(row, match))
    print(f"| | {' | '.join(COLUMNS)} |\n|{'---|' * (len(COLUMNS) + 1)}")
    for hand in sorted(counts):
        print(line(hand, counts[hand]))
    print(line("all", (each for listed in counts.values() for each in listed)))


if __name__ == "__main__":
    main()

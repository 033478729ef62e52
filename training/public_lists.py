"""How projects that nobody here wrote are answered against lists of fields: titles against disciplines, awards against divisions.

    python -m training.public_lists CORPORA [--fast]

CORPORA is the folder of the corpora (training/README.md). So many titles of each discipline of the National Social Science Fund of
China, and so many abstracts of each division of the US National Science Foundation, are drawn by a seed and answered
against the list of these names; what the funder chose is right, though others are often as near. All of them fit, so that
what is told "none" is wrong. Nothing is fitted to these.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.evaluate import Evaluation
from matcher.labelled import Labelled
from matcher.types import Proposal
from training.corpora import rows

_SEED, _EACH, _FEWEST = 7, 14, 100
_AWARDS, _FEWEST_AWARDS = 12, 15


class Funded(NamedTuple):
    """A project as it was funded, and the field that its funder put it in."""

    title: str
    abstract: str
    field: str


def social_science(corpora: Path) -> Iterator[Funded]:
    """Titles of the National Social Science Fund, by discipline."""
    for row in rows(corpora, "nssf_projects_to_2015"):
        yield Funded(row["title"], "", row["discipline"])


def awards(corpora: Path) -> Iterator[Funded]:
    """Awards of the National Science Foundation, by division."""
    for row in rows(corpora, "nsf_awards"):
        yield Funded(row["title_clean"], row["abstract"], row["division_full"])


def drawn(projects: Iterator[Funded], each: int, fewest: int) -> tuple[list[str], list[Funded]]:
    """The fields with at least `fewest` projects, sorted, and `each` projects of every one of them."""
    by_field = defaultdict(list)
    for project in projects:
        by_field[project.field].append(project)
    fields = sorted(name for name, listed in by_field.items() if name and len(listed) >= fewest)
    rng = random.Random(_SEED)
    return fields, [project for name in fields for project in rng.sample(by_field[name], each)]


def answered(fields: Sequence[str], projects: Sequence[Funded], encoder: str | None) -> str:
    """One line on how the projects are answered against a list of the fields."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.txt"
        numbered = [f"{n}. {name}" for n, name in enumerate(fields, 1)]
        file.write_text(
            "\n".join(["申报指南 Fields open for proposals", "", *numbered, ""]), encoding="utf-8"
        )
        engine = Engine.open(file, encoder)
    ids = {topic.title: topic.id for topic in engine.guide.topics}
    labelled = [
        Labelled(Proposal(str(n), each.title, each.abstract), {ids[each.field]: 2}, "", "", "")
        for n, each in enumerate(projects)
    ]
    evaluation = Evaluation(engine, labelled)
    figures, answers = evaluation.decisions(), evaluation.matches
    right = sum(match.hits[0].topic_id in row.relevant for match, row in zip(answers, labelled, strict=True))
    told = {
        name: figures[name]
        for name in ("in-scope none", "in-scope stated", "right where stated", "calibration error")
    }
    return f"{len(fields)} fields, {len(projects)} projects: top-1 {right / len(projects):.3f}  " + "  ".join(
        f"{name} {figure:.3f}" for name, figure in told.items()
    )  # fmt: skip


def main() -> None:
    """Print a line a list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--fast", action="store_true", help="by the fast reader alone")
    chosen = parser.parse_args()
    encoder = FAST if chosen.fast else None
    print("NSSF,", answered(*drawn(social_science(chosen.corpora), _EACH, _FEWEST), encoder), flush=True)
    print("NSF,", answered(*drawn(awards(chosen.corpora), _AWARDS, _FEWEST_AWARDS), encoder), flush=True)


if __name__ == "__main__":
    main()

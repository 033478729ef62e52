"""How projects that nobody here wrote are answered against lists of fields: titles against disciplines, awards against divisions.

    python -m training.public_lists CORPORA [--fast] [--only NAME …] [--left-out]

CORPORA is the folder of the corpora (training/README.md); `public_eval` stands beside it. So many projects of each field are drawn
by a seed and answered against the list of the fields' names:

- nssf: titles of the National Social Science Fund of China, by discipline;
- divisions, directorates: abstracts of the US National Science Foundation; mathematics, materials, engineering, computing: by the
  programs of some of its divisions, whose names are shortened as the foundation shortens them;
- nsfc, microbiology, botany: titles with key words of the National Natural Science Foundation of China, by the codes of the life sciences.

What the funder chose is right, though others are often as near. All of them fit, so that what is told "none" is wrong. `sharpest` is the
factor before the softmax of the scores (`sharpness_over`) by which the right fields are likeliest, `stated` that of the calibration.

With --left-out the short names of data/eval (dev rows) stand beside them, and each list is answered with the factor by which those of all
the others, each list alike, are likeliest; last the one for all, from which `matching.calibration.left_of_sharpness` is. Nothing else is
fitted to these.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from scipy.optimize import minimize_scalar

from matcher import calibrate, reliability
from matcher.arrays import Floats
from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.evaluate import Evaluation
from matcher.fit import LabelledScores
from matcher.labelled import Labelled
from matcher.matching.calibration import Calibration, probabilities, sharpness_over
from matcher.types import Proposal
from training.cascade import SETS
from training.corpora import Row, rows
from training.sensitivity import scored

_SEED = 7
_SHARPEST = 6.0  # the logarithm of the largest factor that is tried
# How many projects of each field, and of how few a field is left out.
_NSSF, _DIVISIONS, _DIRECTORATES, _PROGRAMS = (14, 100), (12, 15), (20, 20), (15, 5)
_CODES, _LISTED_CODES = (12, 8), (25, 10)
_OF_PROGRAMS = {
    "mathematics": ("DMS",),
    "materials": ("DMR",),
    "engineering": ("CBET", "CMMI", "ECCS"),
    "computing": ("CCF", "CNS", "IIS"),
}
# Programs by who may apply or what is paid for: a name says nothing of a field.
_NO_FIELDS = (
    "RSCH EXPER FOR UNDERGRAD SITES",
    "Special Initiatives",
    "Cross-BIO Activities",
    "Major Research Instrumentation",
)
_ABBREVIATION = re.compile(r"^[A-Za-z]+(?:-(?=[A-Z])|: )| PROGRAM$")
# The name of a code, in the first sentence of what is recommended under it.
_CODE_NAME = re.compile(r"围绕[“(]*([^”)，]+?)[C|]*[”)]*(?=的关键|的核心|开展研究|展开|，|相关过程|[”)])")
# Codes whose names were misread, and one whose projects are of an earlier meaning of it.
_MISREAD = (
    "C0104", "C0202", "C0207", "C0309", "C0406", "C0509", "C0601", "C0603", "C0605", "C0705", "C0706", "C0709", "C0804", "C0805",
    "C1104",
)  # fmt: skip


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
    return (_award(row, row["division_full"]) for row in rows(corpora, "nsf_awards"))


def directorates(corpora: Path) -> Iterator[Funded]:
    """The same by directorate, without offices that serve all fields."""
    of = ((row, row["directorate_full"]) for row in rows(corpora, "nsf_awards"))
    return (_award(row, name) for row, name in of if name.startswith("Directorate"))


def programs(corpora: Path, divisions: Sequence[str]) -> Iterator[Funded]:
    """The same by program, of some divisions."""
    for row in rows(corpora, "nsf_awards"):
        if row["division"] in divisions and row["program_name"] not in _NO_FIELDS:
            yield _award(row, _ABBREVIATION.sub("", row["program_name"]).strip(", "))


def codes(evaluation: Path, beginning: str) -> Iterator[Funded]:
    """Titles with key words of the National Natural Science Foundation, by codes that begin so."""
    said = {row["code"]: _CODE_NAME.search(row["recommend"]) for row in rows(evaluation, "nsfc_codes")}
    for row in rows(evaluation, "nsfc_projects_dev"):
        code = row["code"]
        name = said.get(code)
        if name and code.startswith(beginning) and code not in _MISREAD:
            yield Funded(row["title"], "、".join(row["keywords"]), name.group(1).strip())


def _award(row: Row, field: str) -> Funded:
    return Funded(row["title_clean"], row["abstract"], field)


def drawn(projects: Iterable[Funded], each: int, fewest: int) -> tuple[list[str], list[Funded]]:
    """The fields with at least `fewest` projects, sorted, and `each` projects of every one of them, or all that it has."""
    by_field = defaultdict(list)
    for project in projects:
        by_field[project.field].append(project)
    fields = sorted(name for name, listed in by_field.items() if name and len(listed) >= fewest)
    rng = random.Random(_SEED)
    return fields, [p for name in fields for p in rng.sample(by_field[name], min(each, len(by_field[name])))]


def lists(corpora: Path) -> dict[str, tuple[Iterable[Funded], tuple[int, int]]]:
    """The projects of each list by its name, with how many of a field are drawn and of how few a field is left out; read when drawn."""
    evaluation = corpora.parent / "public_eval"
    return {
        "nssf": (social_science(corpora), _NSSF),
        "divisions": (awards(corpora), _DIVISIONS),
        "directorates": (directorates(corpora), _DIRECTORATES),
        **{name: (programs(corpora, of), _PROGRAMS) for name, of in _OF_PROGRAMS.items()},
        "nsfc": (codes(evaluation, "C"), _CODES),
        "microbiology": (codes(evaluation, "C01"), _LISTED_CODES),
        "botany": (codes(evaluation, "C02"), _LISTED_CODES),
    }


def asked(
    fields: Sequence[str], projects: Sequence[Funded], encoder: str | None
) -> tuple[Engine, list[Labelled]]:
    """What answers over a list of the fields, and the projects with their fields in it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.txt"
        numbered = [f"{n}. {name}" for n, name in enumerate(fields, 1)]
        file.write_text(
            "\n".join(["申报指南 Fields open for proposals", "", *numbered, ""]), encoding="utf-8"
        )
        engine = Engine.open(file, encoder)
    ids = {topic.title: topic.id for topic in engine.guide.topics}
    return engine, [
        Labelled(Proposal(str(n), each.title, each.abstract), {ids[each.field]: 2}, "", "", "")
        for n, each in enumerate(projects)
    ]


def answered(engine: Engine, labelled: Sequence[Labelled]) -> str:
    """One line on how the projects are answered over their list."""
    evaluation = Evaluation(engine, labelled)
    figures, answers = evaluation.decisions(), evaluation.matches
    right = sum(match.hits[0].topic_id in row.relevant for match, row in zip(answers, labelled, strict=True))
    told = {
        name: figures[name]
        for name in ("in-scope none", "in-scope stated", "right where stated", "calibration error")
    }
    ranked = [dict(evaluation.runs["hybrid"][row.proposal.id]) for row in labelled]
    leads = [
        np.array(list(scores.values())) - max(scores[topic] for topic in row.relevant)
        for scores, row in zip(ranked, labelled, strict=True)
    ]
    brevity, latin = engine.scorer.corpus.brevity, engine.scorer.corpus.latin
    stated = sharpness_over(engine.calibration.sharpness, brevity, latin) if engine.calibration else 0.0
    told |= {"brevity": brevity, "sharpest": sharpest([leads]), "stated": stated}
    return f"{len(engine.topics)} fields, {len(labelled)} projects: top-1 {right / len(labelled):.3f}  " + "  ".join(
        f"{name} {figure:.3f}" for name, figure in told.items() if figure is not None
    )  # fmt: skip


def leads_of(labelled: LabelledScores) -> list[Floats]:
    """How far each topic's score is above that of the best acceptable one, for each proposal that fits."""
    scores, inside = labelled.signs.scores, labelled.inside
    best = np.where(labelled.fits, scores, -np.inf).max(axis=1)
    return list((scores - best[:, None])[inside])


def sharpest(sets: Sequence[Sequence[Floats]]) -> float:
    """The factor before the softmax of scores by which the right topics of some lists are likeliest, each list alike."""

    def loss(log_factor: float) -> float:
        factor = np.exp(log_factor)
        return sum(float(np.mean([np.log(np.exp(factor * lead).sum()) for lead in each])) for each in sets)

    return float(np.exp(minimize_scalar(loss, bounds=(0, _SHARPEST), method="bounded").x))


def left_out(sets: Mapping[str, LabelledScores], numbers: Calibration) -> Iterator[str]:
    """A line a list on its answers with the factor that is best for the others, and one on the factor for all."""
    leads = {name: leads_of(each) for name, each in sets.items()}
    for name, each in sets.items():
        factor = sharpest([other for key, other in leads.items() if key != name])
        blunt = replace(numbers, sharpness=factor / sharpness_over(1.0, each.signs.brevity, each.signs.latin))
        table, none = probabilities(blunt, each.signs)
        sure, first = table.max(axis=1), table.argmax(axis=1)
        right = each.fits[np.arange(len(sure)), first]
        stated = (sure >= reliability.STATED) & (none < numbers.none_from)
        error = reliability.expected_calibration_error(sure, right)
        yield (
            f"{name}: brevity {each.signs.brevity:.2f}  own factor {sharpest([leads[name]]):.1f}  others' {factor:.1f}"
            f"  stated {stated.sum()} of {len(sure)}  right {right[stated].sum()}  calibration error {error:.3f}"
        )
    together = sharpest(list(leads.values()))
    yield f"all lists: {together:.1f}, {together / numbers.sharpness:.3f} of the sharpness {numbers.sharpness:.1f}"


def main() -> None:
    """Print a line a list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--fast", action="store_true", help="by the fast reader alone")
    parser.add_argument("--only", nargs="*", default=[], help="these lists")
    parser.add_argument("--left-out", action="store_true", help="each list with the factor of the others")
    chosen = parser.parse_args()
    encoder = FAST if chosen.fast else None
    sets, numbers = dict[str, LabelledScores](), None
    for name, (projects, sizes) in lists(chosen.corpora).items():
        if not chosen.only or name in chosen.only:
            engine, labelled = asked(*drawn(projects, *sizes), encoder)
            if chosen.left_out:
                sets[name], numbers = calibrate.scored(engine, labelled), engine.calibration
            else:
                print(f"{name},", answered(engine, labelled), flush=True)
    if numbers:
        sets |= dict(
            zip((f"short names, {name}" for name in SETS), scored(encoder, "eval/short-names"), strict=True)
        )
        print(*left_out(sets, numbers), sep="\n")


if __name__ == "__main__":
    main()

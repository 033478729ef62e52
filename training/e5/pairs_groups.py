"""What the reader of pairs learns from: two tellings of one study, and a telling of it beside others near it."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from matcher.embeddings import FAST, encode, load_encoder
from training.corpora import clean, rows
from training.duplicates_set import COPIES, VERSIONS, Batch, batch
from training.e5.finetune import problems

# (text, text, whether they are one study); the first of a group are.
Group = Sequence[tuple[str, str, bool]]
DEV = 0.8  # share of the groups that are of dev
NEAR, NEGATIVES = 6, 2  # neighbours of a study; pairs of a group that are none
PAPERS, PARAGRAPHS = 3000, 3  # at most; of a paper
SHARED = 0.4  # a paragraph shares less of its pairs of characters with the abstract
_TELLING = re.compile("本文|本研究|研究表明|结果表明|结论|综上|笔者|我们|发现")


class Study(NamedTuple):
    """The tellings of a study, and the places of the studies near it, nearest first."""

    tellings: tuple[str, ...]
    near: tuple[int, ...]


class Groups:
    """Draws groups of pairs: of dev, of data/paraphrases and of papers with their abstracts."""

    def __init__(self, own: Path, corpora: Path, left_out: Collection[str] = ()) -> None:
        """Read the data; voices of dev that are `left_out` take no part."""
        self._dev = linked(dev_tellings(batch("dev"), left_out))
        families = defaultdict(list)
        for problem in problems(own / "paraphrases"):
            families[problem.family].append((f"{problem.title}。{problem.content}", *problem.forms))
        self._wide = [of_families(families), linked(papers(corpora))]

    def draw(self, draw: random.Random) -> Group:
        """A pair of tellings of a study, then pairs of one of these with tellings of its neighbours."""
        studies = self._dev if draw.random() < DEV else draw.choice(self._wide)
        return group(studies, draw)


def group(studies: Sequence[Study], draw: random.Random) -> Group:
    """Two tellings of one study, and the first of them with one of each of NEGATIVES neighbours."""
    study = draw.choice([study for study in studies if len(study.tellings) > 1 and study.near])
    one, other = draw.sample(study.tellings, 2)
    near = draw.sample(study.near, min(NEGATIVES, len(study.near)))
    return [(one, other, True), *((one, draw.choice(studies[i].tellings), False) for i in near)]


def dev_tellings(truth: Batch, left_out: Collection[str]) -> list[tuple[str, ...]]:
    """The source and what is written anew of each study, and the other studies of its topic by themselves."""
    tellings: dict[str, list[str]] = defaultdict(list)
    for proposal in truth.proposals:
        if not truth.voices[proposal.id] or truth.voices[proposal.id] in left_out:
            continue
        source, _, kind = proposal.id.rpartition("-")
        if kind not in COPIES:
            tellings[source if kind in VERSIONS else proposal.id].append(proposal.text)
    return [tuple(texts) for texts in tellings.values()]


def papers(corpora: Path) -> list[tuple[str, ...]]:
    """Abstracts of papers with paragraphs of theirs that say it otherwise, and in English."""
    known = {row["id"]: row for row in rows(corpora, "chinaxiv_meta")}
    found = []
    for row in rows(corpora, "chinaxiv_passages"):
        abstract = clean(known.get(row["id"], {}).get("abstract_zh"))
        telling = [
            p for p in map(clean, row["passages"]) if _TELLING.search(p) and shared(p, abstract) < SHARED
        ]
        if len(abstract) >= 120 and telling:
            best = sorted(telling, key=lambda p: -len(_TELLING.findall(p)))[:PARAGRAPHS]
            english = clean(known[row["id"]].get("abstract_en"))
            found.append((abstract, "".join(best), *([english] if english else [])))
        if len(found) == PAPERS:
            break
    return found


def shared(one: str, other: str) -> float:
    """The share of the pairs of characters of the text with fewer that both have, in [0, 1]."""
    left, right = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other))
    return len(left & right) / max(1, min(len(left), len(right)))


def of_families(families: Mapping[str, Sequence[tuple[str, ...]]]) -> list[Study]:
    """The members of each family as studies near each other."""
    studies: list[Study] = []
    for members in families.values():
        places = range(len(studies), len(studies) + len(members))
        studies += [
            Study(t, tuple(p for p in places if p != place)) for t, place in zip(members, places, strict=True)
        ]
    return studies


def linked(tellings: Iterable[tuple[str, ...]]) -> list[Study]:
    """Studies with the NEAR ones nearest to their first telling by the fast reader."""
    every = list(tellings)
    vectors = encode(load_encoder(FAST), [texts[0] for texts in every], "passage")
    studies = []
    for place, texts in enumerate(every):
        order = np.argsort(-(vectors @ vectors[place]), kind="stable").tolist()
        studies.append(Study(texts, tuple(i for i in order[: NEAR + 1] if i != place)[:NEAR]))
    return studies

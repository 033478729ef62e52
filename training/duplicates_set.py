"""The benchmark of repeats as batches: sources, their disguises, and what must stay quiet.

data/eval/duplicates/{dev,hands,further,guests,neighbours,test,judge,qualitative,apart,fields,strangers,newcomers,visitors,bands,
english,english_kept,tellers,tellers_kept,matched,matched_kept}.jsonl hold what was written by hand, by several voices: each
source, rewordings of it, its translation, and independent studies of the same topic. Other disguises are made from these by program.
background.jsonl says which pairs of the background are one study, elsewhere.jsonl which of different topics are on one all the same.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import Any

from matcher.labelled import read_labelled
from matcher.types import Proposal
from training import duplicates_edits as edits

EVAL = Path(__file__).parent.parent / "data" / "eval"
# Disguises made from the source's own words, and those written anew.
COPIES = ("identical", "light", "reordered", "touched", "moved", "half", "partial", "lifted", "part")
VERSIONS = ("mild", "near", "reworded", "retold", "deep", "short", "merged", "translated")
KINDS = COPIES + VERSIONS
# The parts that something is fitted to or may be, but for english, tellers and matched.
TAUGHT = ("dev", "hands", "further", "guests", "neighbours")
_DISGUISED = re.compile(f"-({'|'.join(KINDS)})$")


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch with its truth: `repeats` maps pairs of ids to the disguise, `related` pairs count for nothing.

    Related are two disguises of one source, and texts of the background that a reader takes for one study. `topics` maps
    ids to their topic, "" for the background, and `voices` to the voice of their source.
    """

    proposals: tuple[Proposal, ...]
    repeats: dict[frozenset[str], str]
    related: frozenset[frozenset[str]]
    topics: dict[str, str]
    voices: dict[str, str]

    @property
    def independents(self) -> set[frozenset[str]]:
        """Pairs of different studies on one topic: sources, independents and disguises of other sources."""
        members: dict[str, list[str]] = {}
        of_study: dict[str, list[str]] = {}
        for name, topic in self.topics.items():
            if not name.endswith(("-partial", "-lifted", "-part", "-merged")):
                members.setdefault(topic or name, []).append(name)
                of_study.setdefault(_DISGUISED.sub("", name), []).append(name)
        pairs = {frozenset(p) for names in members.values() for p in combinations(names, 2)}
        for pair in _labelled("elsewhere", "topic"):
            pairs |= {frozenset(p) for p in product(*(of_study.get(study, ()) for study in pair))}
        return pairs - self.repeats.keys() - self.related


@cache
def batch(part: str) -> Batch:
    """The batch of "dev" or another part: every source with every disguise, independents, and other proposals."""
    rows = [
        json.loads(line) for line in (EVAL / "duplicates" / f"{part}.jsonl").read_text("utf-8").splitlines()
    ]
    background = list(_background(part))
    # Hosts of a lifted passage are not in the batch: their own text would be found twice.
    hosts, background = background[: len(rows)], background[len(rows) :]
    proposals: list[Proposal] = []
    repeats: dict[frozenset[str], str] = {}
    topics: dict[str, str] = {p.id: "" for p in background}
    voices: dict[str, str] = dict.fromkeys(topics, "")
    studies: dict[str, set[str]] = {}
    for number, row in enumerate(rows):
        group = _disguises(row, rows[number - 1], hosts[number % len(hosts)], random.Random(number))
        name = str(row["id"])
        independents = [
            _proposal(f"{name}-independent{i}", text) for i, text in enumerate(row["independents"], 1)
        ]
        proposals += [*group.values(), *independents]
        topics |= {p.id: row["topic"] for p in (*group.values(), *independents)}
        voices |= {p.id: row["voice"] for p in (*group.values(), *independents)}
        repeats |= {frozenset((name, p.id)): kind for kind, p in group.items() if kind != "source"}
        studies.setdefault(name, set()).update(p.id for p in group.values())
        for kind in filter(group.__contains__, ("merged", "lifted")):  # it repeats the source before it too
            repeats[frozenset((str(rows[number - 1]["id"]), group[kind].id))] = kind
            studies[str(rows[number - 1]["id"])].add(group[kind].id)
    related = {frozenset(p) for names in studies.values() for p in combinations(sorted(names), 2)}
    # Who hosts a lifted passage stands in the batch with it.
    hosting = {host.id: f"{row['id']}-partial" for host, row in zip(hosts, rows, strict=False)}
    same = {frozenset(hosting.get(name, name) for name in pair) for pair in _labelled("background", "same")}
    related |= {pair for pair in same if pair <= topics.keys()}
    return Batch((*proposals, *background), repeats, frozenset(related - repeats.keys()), topics, voices)


def _labelled(name: str, label: str) -> set[frozenset[str]]:
    """The pairs of background.jsonl or elsewhere.jsonl with this label."""
    lines = (EVAL / "duplicates" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return {frozenset((row["a"], row["b"])) for row in map(json.loads, lines) if row["label"] == label}


def planted(truth: Batch) -> Batch:
    """The batch with a sentence of the source in each independent study and in each rewording, so that it says nothing.

    Only what is written anew counts as a repeat; the other disguises count for nothing.
    """
    kept = {pair: kind for pair, kind in truth.repeats.items() if kind in ("reworded", "deep", "translated")}
    abstracts = {p.id: p.abstract for p in truth.proposals}
    proposals = []
    for p in truth.proposals:
        source, planted_in, _ = p.id.partition("-independent")
        if p.id.endswith(("-reworded", "-deep")):
            source, planted_in, _ = p.id.rpartition("-")
        text = (
            edits.with_sentence(p.abstract, abstracts[source], random.Random(p.id))
            if planted_in
            else p.abstract
        )
        proposals.append(replace(p, abstract=text))
    related = truth.related | (truth.repeats.keys() - kept.keys())
    return replace(truth, proposals=tuple(proposals), repeats=kept, related=frozenset(related))


def _background(part: str) -> Iterator[Proposal]:
    """Other proposals of our own writing with title and abstract, several on each topic of two guides."""
    rows = "dev" if part in (*TAUGHT, "english", "tellers", "matched") else "test"
    for english in (False, True):
        for name in ("tianjin", "lakeside"):
            for row in read_labelled(EVAL / f"{name}-{rows}.jsonl"):
                formal = row.style in ("formal", "hard", "confusable", "near", "far") and row.language == "zh"
                if row.proposal.title and (row.style == "english" if english else formal):
                    yield row.proposal


def _proposal(name: str, text: Mapping[str, str]) -> Proposal:
    return Proposal(name, text["title"], text["abstract"])


def _disguises(
    row: Mapping[str, Any], before: Mapping[str, Any], host: Proposal, rng: random.Random
) -> dict[str, Proposal]:
    """The source and its disguises by kind; `before` is the source of the same voice that one is merged with."""
    source = _proposal(str(row["id"]), row["source"])
    title, abstract = source.title, source.abstract
    anew = row.get("deep") or row["reworded"]
    found = {
        "source": (title, abstract),
        "identical": (title, edits.widened(abstract)),
        "light": (edits.reworded(title, rng), edits.reworded(abstract, rng)),
        "reordered": (title + "探析", edits.reordered(abstract, rng)),
        "touched": (edits.reworded(title, rng), edits.touched(abstract, rng)),
        "moved": (edits.moved(title, rng), edits.moved(edits.reworded(abstract, rng, 0.3), rng)),
        "partial": (host.title, edits.with_passage(host.abstract, abstract, rng)),
        "half": (anew["title"], edits.alternated(edits.reworded(abstract, rng), anew["abstract"])),
        "short": (anew["title"], edits.shortened(anew["abstract"], rng)),
    } | {k: (row[k]["title"], row[k]["abstract"]) for k in (*VERSIONS, "lifted", "part") if k in row}
    if before["voice"] == row["voice"] and row.get("deep") and before.get("deep"):
        merged = edits.alternated(row["deep"]["abstract"], before["deep"]["abstract"])
        found["merged"] = (row["deep"]["title"], merged)
    return {
        kind: Proposal(source.id if kind == "source" else f"{source.id}-{kind}", *text)
        for kind, text in found.items()
    }

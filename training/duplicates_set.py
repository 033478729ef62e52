"""The benchmark of repeats as batches: sources, their disguises, and what must stay quiet.

data/eval/duplicates/{dev,test}.jsonl hold what was written by hand: each source, the source fully
reworded and translated, and an independent study of the same topic. The light disguises are made
here, from the source alone: light edits, another order, a passage lifted into another proposal.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from matcher.proposals import read_labelled
from matcher.types import Proposal

EVAL = Path(__file__).parent.parent / "data" / "eval"
KINDS = ("identical", "light", "reordered", "reworded", "translated", "partial")
# What a light editor changes, one word for another; about one in every two sentences is touched.
_EDITS = {
    "课题": "项目", "研究": "探讨", "分析": "考察", "建立": "构建", "构建": "搭建", "提出": "给出",
    "比较": "对比", "评估": "评价", "设计": "制定", "采用": "运用", "收集": "搜集", "开展": "进行", "利用": "借助",
    "影响": "作用", "形成": "编制", "不足": "欠缺", "结合": "联合", "测定": "检测", "监测": "跟踪",
}  # fmt: skip
_TRADITIONAL = str.maketrans("研项设较务实与机区会间体", "研項設較務實與機區會間體")


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch with its truth: `repeats` maps pairs of ids to the disguise, `related` pairs count for nothing.

    Related are two disguises of one source. `topics` maps ids to their topic, "" for the background.
    """

    proposals: tuple[Proposal, ...]
    repeats: dict[frozenset[str], str]
    related: frozenset[frozenset[str]]
    topics: dict[str, str]


def batch(part: str) -> Batch:
    """The batch of "dev" or "test": every source with every disguise, independents, and other proposals."""
    rows = [
        json.loads(line) for line in (EVAL / "duplicates" / f"{part}.jsonl").read_text("utf-8").splitlines()
    ]
    background = list(_background(part))
    hosts, quiet = background[: len(rows)], background[len(rows) :]
    found: list[Proposal] = []
    repeats: dict[frozenset[str], str] = {}
    related: set[frozenset[str]] = set()
    topics: dict[str, str] = {}
    for number, (row, host) in enumerate(zip(rows, hosts, strict=True)):
        group = _disguises(row, host, random.Random(number))
        independent = _proposal(f"{row['id']}-independent", row["independent"])
        found += [*group.values(), independent]
        topics |= {p.id: row["topic"] for p in (*group.values(), independent)}
        names = list(group)
        for name in names[1:]:
            repeats[frozenset((group["source"].id, group[name].id))] = name
        related |= {frozenset((group[x].id, group[y].id)) for x in names[1:] for y in names[1:] if x != y}
    topics |= {p.id: "" for p in quiet}
    return Batch((*found, *quiet), repeats, frozenset(related), topics)


def harder(truth: Batch) -> Iterator[Batch]:
    """The batch with only two or three sentences of each text; with rewordings and translations in another
    order too; and with a sentence of the source in each independent study.

    Only what is reworded or translated counts as a repeat; the other disguises count for nothing.
    """
    kept = {pair: kind for pair, kind in truth.repeats.items() if kind in ("reworded", "translated")}
    abstracts = {p.id: p.abstract for p in truth.proposals}

    def shuffled(p: Proposal) -> str:
        told = p.id.endswith(("-reworded", "-translated"))
        return _reordered(p.abstract, random.Random(p.id)) if told else p.abstract

    def planted(p: Proposal) -> str:
        source = abstracts[p.id.removesuffix("-independent")]
        return p.abstract if source == p.abstract else _with_sentence(p.abstract, source, random.Random(p.id))

    changes: tuple[Callable[[Proposal], str], ...] = (
        lambda p: "".join(_sentences(p.abstract)[:2]),
        lambda p: "".join(_sentences(p.abstract)[:3]),
        shuffled,
        planted,
    )
    for change in changes:
        proposals = tuple(replace(p, abstract=change(p)) for p in truth.proposals)
        yield replace(
            truth, proposals=proposals, repeats=kept, related=truth.related | (truth.repeats.keys() - kept)
        )


def _background(part: str) -> Iterator[Proposal]:
    """Other proposals of our own writing with title and abstract, several on each topic of two guides."""
    for name in ("tianjin", "lakeside"):
        for row in read_labelled(EVAL / f"{name}-{part}.jsonl"):
            if (
                row.proposal.title
                and row.language == "zh"
                and row.style in ("formal", "hard", "confusable", "near", "far")
            ):
                yield row.proposal
    for name in ("tianjin", "lakeside"):
        for row in read_labelled(EVAL / f"{name}-{part}.jsonl"):
            if row.style == "english":
                yield row.proposal


def _proposal(name: str, text: dict[str, str]) -> Proposal:
    return Proposal(name, text["title"], text["abstract"])


def _disguises(row: dict[str, dict[str, str]], host: Proposal, rng: random.Random) -> dict[str, Proposal]:
    source = _proposal(str(row["id"]), row["source"])
    title, abstract = source.title, source.abstract
    return {
        "source": source,
        "identical": Proposal(f"{source.id}-identical", title, _widened(abstract)),
        "light": Proposal(f"{source.id}-light", _edited(title, rng), _edited(abstract, rng)),
        "reordered": Proposal(f"{source.id}-reordered", title + "探析", _reordered(abstract, rng)),
        "reworded": _proposal(f"{source.id}-reworded", row["reworded"]),
        "translated": _proposal(f"{source.id}-translated", row["translated"]),
        "partial": Proposal(f"{source.id}-partial", host.title, _with_passage(host.abstract, abstract, rng)),
    }


def _sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[。；])|(?<=\. )", text) if s.strip()]


def _widened(text: str) -> str:
    """The same text with other punctuation, spaces and some traditional characters."""
    return text.replace("，", ", ").replace("。", "｡\n").translate(_TRADITIONAL)


def _edited(text: str, rng: random.Random) -> str:
    """The text with most words of _EDITS changed."""
    return re.sub("|".join(_EDITS), lambda m: _EDITS[m[0]] if rng.random() < 0.7 else m[0], text)


def _reordered(text: str, rng: random.Random) -> str:
    sentences = _sentences(text + " ")
    shuffled = sentences[:]
    while shuffled == sentences:
        rng.shuffle(shuffled)
    return "".join(shuffled)


def _with_passage(host: str, source: str, rng: random.Random) -> str:
    """The host's text with 60 to 120 characters of the source between two of its sentences."""
    length = min(rng.randint(60, 120), len(source))
    start = rng.randint(0, len(source) - length)
    sentences = _sentences(host)
    place = rng.randint(0, len(sentences))
    return "".join([*sentences[:place], source[start : start + length] + "。", *sentences[place:]])


def _with_sentence(host: str, source: str, rng: random.Random) -> str:
    """The host's text with up to 35 characters of one sentence of the source between two of its own."""
    sentences = _sentences(host)
    sentences.insert(
        rng.randint(0, len(sentences)), rng.choice(_sentences(source))[:35].rstrip("。；") + "。"
    )
    return "".join(sentences)

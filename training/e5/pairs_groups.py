"""What the reader of pairs learns from: two tellings of one study, and a telling of it beside others near it."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from matcher.duplicates.classifier import fitted
from matcher.embeddings import FAST, encode, load_encoder
from training.corpora import clean, rows
from training.duplicates_evidence import AGAIN_WEIGHT, anew, beside, compared, elsewhere
from training.duplicates_set import Batch, batch, planted
from training.e5.finetune import problems

# (text, text, whether they are one study); the first of a group are.
Group = Sequence[tuple[str, str, bool]]
DEV = 0.8  # share of the groups that are of dev
SHARES = (0.35, 0.2, 0.33, 0.12)  # of the others: paraphrases, arXiv, ChinaXiv, SBIR
NEAR, NEGATIVES = 6, 2  # neighbours of a study; pairs of a group that are none
PAPERS, PARAGRAPHS = 2500, 3  # at most; of a paper
SHARED = 0.4  # a paragraph shares less of its pairs of characters with the abstract
# Of the pairs of dev that are none: those of a study, and of all, that the regression takes for one study most.
OF_STUDY, OF_ALL = 25, 1200
KINDS = {"deep": 1.0, "reworded": 0.5, "short": 0.5, "merged": 0.5, "translated": 0.35}
GRAFTED = 0.35  # share of the pairs in which one text is given a clause or two of the other
_TELLING = re.compile("本文|本研究|研究表明|结果表明|结论|综上|笔者|我们|发现")
_CLAUSE = re.compile(r"[^。；;，,！？!?\n]+[。；;，,！？!?\n]*")


class Study(NamedTuple):
    """The tellings of a study, and the places of the studies near it, nearest first."""

    tellings: tuple[str, ...]
    near: tuple[int, ...]


class DevPair(NamedTuple):
    """Two texts of dev, the disguise ("" for two studies), the voice, and the concern by the fit without this reader."""

    one: str
    other: str
    kind: str
    voices: frozenset[str]
    concern: float


class PublicGroups:
    """Draws groups of data/paraphrases and of papers and awards that say one thing twice."""

    def __init__(self, own: Path, corpora: Path) -> None:
        """Read the data."""
        families = defaultdict(list)
        for problem in problems(own / "paraphrases"):
            families[problem.family].append((f"{problem.title}。{problem.content}", *problem.forms))
        self._parts = [
            of_families(families),
            *(linked(list(each)) for each in (summaries(corpora), papers(corpora), awards(corpora))),
        ]

    def draw(self, draw: random.Random) -> Group:
        """A pair of tellings of a study, then the first of these with tellings of its neighbours."""
        return group(draw.choices(self._parts, SHARES)[0], draw)


class DevGroups:
    """Draws groups of dev without some voices, and now and then of `public`."""

    def __init__(self, pairs: Iterable[DevPair], public: PublicGroups, left_out: Collection[str]) -> None:
        """Take the pairs of other voices."""
        kept = [pair for pair in pairs if not pair.voices & set(left_out)]
        kept.sort(key=lambda pair: -pair.concern)
        self._repeats: dict[str, list[DevPair]] = defaultdict(list)
        self._others: dict[str, list[DevPair]] = defaultdict(list)
        for pair in kept:
            for text in (pair.one, pair.other):
                (self._repeats if pair.kind else self._others)[text].append(pair)
        self._hard = [pair for pair in kept if not pair.kind][:OF_ALL]
        self._public = public

    def draw(self, draw: random.Random) -> Group:
        """A pair of one study, one that is none of a text of it, and one of the hardest of all."""
        if draw.random() >= DEV:
            return self._public.draw(draw)
        text = draw.choice(list(self._repeats))
        pairs = self._repeats[text]
        pair = draw.choices(pairs, [KINDS[p.kind] for p in pairs])[0]
        near = (self._others.get(text) or self._hard)[:OF_STUDY]
        drawn = [(pair, True), (draw.choice(near), False), (draw.choice(self._hard), False)]
        return [(*grafted(p.one, p.other, draw), same) for p, same in drawn]


def grafted(one: str, other: str, draw: random.Random) -> tuple[str, str]:
    """Both texts, `other` mostly as it is, else with a clause or two of `one` in place of its own or beside them.

    Who rewords keeps a clause, and two studies share stock text: neither says whether they are one.
    """
    theirs = [c for c in _CLAUSE.findall(one) if 8 <= len(c) <= 45]
    own = _CLAUSE.findall(other)
    if draw.random() >= GRAFTED or not theirs or len(own) < 3:
        return one, other
    for _ in range(draw.choice((1, 1, 2))):
        number = draw.randrange(len(theirs))
        place = min(len(own) - 1, len(own) * number // len(theirs))
        clause = theirs[number].rstrip("。；;，,！？!?\n") + own[place][-1]
        if draw.random() < 0.7:
            own[place] = clause
        else:
            own.insert(place, clause)
    return one, "".join(own)


def dev_pairs() -> Iterator[DevPair]:
    """The pairs of dev and of dev with planted sentences, with what the fit says of them."""
    fast, slow, model, truth = load_encoder(FAST), load_encoder(), fitted(), batch("dev")
    regressions = model.reader(slow).beside
    assert regressions is not None
    parts = [compared(truth, 1.0), compared(planted(truth), AGAIN_WEIGHT), elsewhere(truth, fast, model)]
    for pairs in map(anew, parts):
        same = pairs.same_language
        concerns = regressions.many(beside(pairs, fast, slow, model), same)
        for (a, b), kind, voice, concern in zip(
            pairs.pairs, pairs.kinds, pairs.voices, concerns, strict=True
        ):
            yield DevPair(
                pairs.texts[a].text, pairs.texts[b].text, str(kind), frozenset([str(voice)]), float(concern)
            )


def thirds(truth: Batch) -> list[frozenset[str]]:
    """The voices in three parts of about as many studies each; voices that share a topic stay together."""
    together: list[set[str]] = []
    for topic in sorted(set(truth.topics.values()) - {""}):
        voices = {truth.voices[name] for name, other in truth.topics.items() if other == topic} - {""}
        joined = [each for each in together if each & voices]
        together = [each for each in together if not each & voices] + [voices.union(*joined)]
    counts: dict[str, int] = defaultdict(int)
    for voice in truth.voices.values():
        counts[voice] += 1
    parts: list[set[str]] = [set(), set(), set()]
    for voices in sorted(together, key=lambda each: (-sum(counts[v] for v in each), min(each))):
        min(parts, key=lambda part: sum(counts[v] for v in part)).update(voices)
    return [frozenset(part) for part in parts]


def group(studies: Sequence[Study], draw: random.Random) -> Group:
    """Two tellings of one study, and the first of them with one of each of NEGATIVES neighbours."""
    study = draw.choice([study for study in studies if len(study.tellings) > 1 and study.near])
    one, other = draw.sample(study.tellings, 2)
    near = draw.sample(study.near, min(NEGATIVES, len(study.near)))
    return [(one, other, True), *((one, draw.choice(studies[i].tellings), False) for i in near)]


def summaries(corpora: Path) -> Iterator[tuple[str, ...]]:
    """English abstracts of arXiv with what a Chinese summary says of them, whole and in two halves."""
    for row in islice(rows(corpora, "arxiv_zh_summaries"), PAPERS):
        first = clean(row.get("zh_motivation")) + clean(row.get("zh_method"))
        second = clean(row.get("zh_result")) + clean(row.get("zh_conclusion"))
        yield clean(f"{row['title']}. {row['abstract']}"), first + second, first, second


def awards(corpora: Path) -> Iterator[tuple[str, ...]]:
    """Awards of one title, whose abstracts share some of their words, then others."""
    titled: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows(corpora, "sbir_awards"):
        if len(abstract := clean(row.get("abstract"))) > 300:
            titled[clean(row["title"])][abstract] = None
    for title, abstracts in sorted(titled.items(), key=lambda each: len(each[1]) == 1)[:PAPERS]:
        one, *others = abstracts
        yield (f"{title}. {one}", *(other for other in others[:1] if 0.2 < shared(one, other) < 0.75))


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

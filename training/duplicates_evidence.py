"""What the concern of pairs is fitted on: pairs that repeat each other and pairs that do not, and their features.

Repeats are those of the dev part of the benchmark, for copies of the other parts TAUGHT too. Pairs that are none are its other
pairs on one topic, those on different topics that are near by the fast vectors and, where the corpora of training/README.md
are at hand, pairs of published abstracts: far more of them, so each counts little.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.duplicates import candidates, copied, meaning
from matcher.duplicates.classifier import Fitted, copied_features
from matcher.duplicates.content import OwnText, content
from matcher.embeddings import Encoder
from matcher.shingles import Ints, units
from matcher.types import Proposal
from training.duplicates_set import COPIES, VERSIONS, Batch

Floats = NDArray[np.float64]
# What readers of pairs say of pairs of voices that they were not trained on, by `pair_key`: training/e5/pairs_reader.py.
HELD = Path(__file__).parent / "e5" / "pairs_held.json"
# file → columns of title and abstract; how many rows are read, and what each pair of theirs counts.
_CORPORA = {
    "chinaxiv_meta.jsonl.gz": ("title_zh", "abstract_zh"),
    "sbir_awards.jsonl.gz": ("title", "abstract"),
}
_ROWS, _SHORTEST, _LONGEST = 300, 150, 700
CORPUS_WEIGHT = 0.03
# Studies of different topics by one voice sound alike; there are many, too.
ELSEWHERE_WEIGHT = 0.1
_NOT_ANEW = (*COPIES, "short", "merged")
# Texts cut short or sharing one sentence are the same texts again, and so are two disguises of one source.
AGAIN_WEIGHT = 0.3
# Published abstracts with a common run of this weight, or a name that only they state, may well repeat each other:
# they prove nothing.
_DOUBTFUL = 25
# A lifted passage is one in longer texts too, where it is a smaller share: the set has only short ones.
_LONGER = (1, 3, 6)


@dataclass(frozen=True, slots=True)
class Evidence:
    """n pairs: features (n, f), whether each is a repeat, its weight in the fit, its fold, and its disguise or ""."""

    x: Floats
    y: NDArray[np.bool_]
    weights: Floats
    folds: NDArray[np.str_]
    kinds: NDArray[np.str_]

    def of(self, rows: NDArray[np.bool_]) -> Evidence:
        """The rows that are True."""
        return Evidence(self.x[rows], self.y[rows], self.weights[rows], self.folds[rows], self.kinds[rows])


@dataclass(frozen=True, slots=True)
class Compared:
    """The pairs of a batch to learn from, (p, 2), with their kinds ("" for no repeat), weights and voices."""

    texts: Sequence[OwnText]
    pairs: Ints
    kinds: NDArray[np.str_]
    weights: Floats
    voices: NDArray[np.str_]

    @property
    def same_language(self) -> NDArray[np.bool_]:
        """Which pairs are of one language."""
        return meaning.same_language(self.texts, self.pairs)


def published(folder: Path | None) -> list[list[Proposal]]:
    """Titles and abstracts of other people's work, by language and mixed; [] without a folder."""
    if folder is None:
        return []
    found = [list(islice(_read(folder / name, *columns), _ROWS)) for name, columns in _CORPORA.items()]
    return [*found, [p for rows in found for p in rows[: _ROWS // 3]]]


def _read(file: Path, title: str, abstract: str) -> Iterator[Proposal]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            text = row.get(abstract) or ""
            # Formulas in TeX are not what proposals look like.
            if row.get(title) and len(text) >= _SHORTEST and "$" not in text:
                yield Proposal(f"{file.stem}-{number}", row[title], text[:_LONGEST])


def compared(truth: Batch, weight: float) -> Compared:
    """The pairs of a batch with its truth: all repeats, all studies of one topic, pairs of versions."""
    place = {p.id: i for i, p in enumerate(truth.proposals)}
    rows = [
        (pair, kind, weight * (AGAIN_WEIGHT if kind in ("short", "merged") else 1))
        for pair, kind in truth.repeats.items()
        if kind != "identical"
    ]
    rows += [(pair, "", weight) for pair in truth.independents if not _copies(pair)]
    rows += [
        (pair, "translated", AGAIN_WEIGHT * weight)
        for pair in truth.related
        if all(name.endswith(("-deep", "-reworded", "-translated")) for name in pair)
    ]
    texts = [content(p.text, units(p.text), np.zeros(0, np.uint32)) for p in truth.proposals]
    rows = [row for row in rows if all(len(texts[place[name]].sentences) for name in row[0])]
    pairs = np.array([sorted(place[name] for name in pair) for pair, _, _ in rows], np.int64)
    voices = [truth.voices[truth.proposals[a].id] or truth.voices[truth.proposals[b].id] for a, b in pairs]
    return Compared(
        texts, pairs, np.array([kind for _, kind, _ in rows]), np.array([w for _, _, w in rows]), np.array(voices)
    )  # fmt: skip


def _copies(pair: frozenset[str]) -> bool:
    """Whether one of a pair is a copy of a source, whose pairs with other studies are the source's over again."""
    return any(name.endswith(tuple(f"-{kind}" for kind in COPIES)) for name in pair)


def unrelated(proposals: Sequence[Proposal], encoder: Encoder, model: Fitted) -> Compared:
    """The candidate pairs among published abstracts that do not repeat each other.

    Of abstracts in two languages only the pairs across them: the others are those of the batches of one language.
    """
    gathered = candidates.gather(proposals, encoder, model)
    texts, same = gathered.texts, meaning.same_language(gathered.texts, gathered.pairs)
    stated = Counter(entity for text in texts for entity in text.entities)
    kept = [
        pair
        for pair, alike in zip(gathered.pairs.tolist(), same.tolist(), strict=True)
        if all(texts[i].sentences for i in pair)
        and alike == same.all()
        and not _own_names(texts, pair[0], pair[1], stated)
        and _copied(texts, *pair).longest < _DOUBTFUL
    ]
    count = len(kept)
    # Every published pair belongs to one of two folds of its own, so that each is held out once.
    folds = np.array([f"published {i % 2}" for i in range(count)])
    return Compared(
        gathered.texts, np.array(kept, np.int64).reshape(-1, 2), np.full(count, ""), np.full(count, CORPUS_WEIGHT), folds
    )  # fmt: skip


def _own_names(texts: Sequence[OwnText], a: int, b: int, stated: Mapping[str, int]) -> bool:
    """Whether two texts state a name that no third one does: two reports on one instrument or program, by its authors."""
    return any(each[0].isalpha() and stated[each] == 2 for each in texts[a].entities & texts[b].entities)


def elsewhere(truth: Batch, encoder: Encoder, model: Fitted) -> Compared:
    """The candidate pairs of a batch on different topics, each study with what of it is written anew."""
    kept = [p for p in truth.proposals if not p.id.endswith(tuple(f"-{k}" for k in _NOT_ANEW))]
    gathered = candidates.gather(kept, encoder, model)
    topics = [truth.topics[p.id] or p.id for p in kept]
    on_one = truth.independents
    pairs = np.array(
        [
            (a, b)
            for a, b in gathered.pairs.tolist()
            if topics[a] != topics[b]
            and frozenset((kept[a].id, kept[b].id)) not in on_one
            and gathered.texts[a].sentences
            and gathered.texts[b].sentences
        ],
        np.int64,
    )
    voices = [truth.voices[kept[a].id] or truth.voices[kept[b].id] or f"published {a % 2}" for a, b in pairs]
    weights = np.full(len(pairs), ELSEWHERE_WEIGHT)
    return Compared(gathered.texts, pairs, np.full(len(pairs), ""), weights, np.array(voices))


def _copied(texts: Sequence[OwnText], a: int, b: int) -> copied.Copied:
    one, other = texts[a], texts[b]
    return copied.compare(one.units, other.units, one.uncounted, other.uncounted)


def copies(pairs: Compared, encoder: Encoder, centre: NDArray[np.float32]) -> Evidence:
    """The evidence on copying: every disguise made of the source's own words against what is none."""
    rows: list[tuple[Sequence[float], str, float, str]] = []
    signs = versions(pairs, encoder, centre)[0].x.tolist()
    for (a, b), kind, weight, voice, own in zip(
        pairs.pairs.tolist(), pairs.kinds, pairs.weights, pairs.voices, signs, strict=True
    ):
        if kind in VERSIONS:
            continue
        longest, total, share, wording, otherwise = copied_features(
            _copied(pairs.texts, a, b), meaning.wording(pairs.texts[a], pairs.texts[b]), own
        )
        times = _LONGER if kind == "partial" else (1,)
        rows += [((longest, total, share / n, wording / n, otherwise), kind, weight, voice) for n in times]
    x, kinds, weights, voices = zip(*rows, strict=True)
    return Evidence(np.array(x), np.array(kinds) != "", np.array(weights), np.array(voices), np.array(kinds))


def anew(pairs: Compared) -> Compared:
    """The pairs that tell of meaning, with the texts that are in them."""
    kept = np.isin(pairs.kinds, ("", *VERSIONS))
    members, local = np.unique(pairs.pairs[kept], return_inverse=True)
    texts = [pairs.texts[i] for i in members]
    return Compared(
        texts, local.reshape(-1, 2), pairs.kinds[kept], pairs.weights[kept], pairs.voices[kept]
    )  # fmt: skip


def versions(
    pairs: Compared, encoder: Encoder, centre: NDArray[np.float32]
) -> tuple[Evidence, meaning.Sentences]:
    """The evidence on meaning of pairs by one encoder, and how it reads their sentences."""
    readings = meaning.read(pairs.texts, encoder, centre)
    x = meaning.features(pairs.texts, readings, pairs.pairs)
    return Evidence(x, pairs.kinds != "", pairs.weights, pairs.voices, pairs.kinds), readings.sentences


def pair_key(one: str, other: str) -> str:
    """A name for two texts in any order, of 16 hexadecimal digits."""
    return blake2b("\n\n".join(sorted((one, other))).encode(), digest_size=8).hexdigest()


def beside(pairs: Compared, fast: Encoder, slow: Encoder, model: Fitted) -> Floats:
    """The features `classifier.BESIDE` of pairs, (p, f), by the fast reader and the transformer."""
    first, by_fast = versions(pairs, fast, model.reader(fast).centre)
    second, by_slow = versions(pairs, slow, model.reader(slow).centre)
    paired = meaning.one_to_one(pairs.texts, by_fast, by_slow, pairs.pairs)
    return np.column_stack([second.x, first.x[:, 0], paired])


def joined(parts: Sequence[Evidence]) -> Evidence:
    """All rows of several parts."""
    fields = ("x", "y", "weights", "folds", "kinds")
    return Evidence(*(np.concatenate([getattr(part, field) for part in parts]) for field in fields))

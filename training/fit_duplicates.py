"""Fit the concern of pairs: `python -m training.fit_duplicates [FOLDER OF CORPORA]`.

Repeats are those of the dev part of the benchmark. Pairs that are none are its other pairs on one topic, those on
different topics that are near by the fast vectors and,
where the corpora of training/README.md are at hand, pairs of published abstracts: far more of them,
so each counts little. Writes data/duplicates.json; run it again whenever a shipped encoder changes.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from matcher import shipped
from matcher.duplicates import candidates, copied, meaning
from matcher.duplicates.concern import COPIED_FEATURES, Fitted, MeaningFit, Regression, copied_features
from matcher.duplicates.content import Content, content
from matcher.embeddings import FAST, Encoder, encode, load_encoder
from matcher.files import replacing
from matcher.shingles import Ints, units
from matcher.types import Proposal
from training.duplicates_set import COPIES, VERSIONS, Batch, batch, planted

Floats = NDArray[np.float64]
# The cut is set where, by voices not fitted on, this share of the pairs of studies on one topic would alarm at most:
# for copies, which are told more surely, and for rewordings.
_FALSE_COPIES, _FALSE_VERSIONS = 0.002, 0.01
# file → columns of title and abstract; how many rows are read, and what each pair of theirs counts.
_CORPORA = {
    "chinaxiv_meta.jsonl.gz": ("title_zh", "abstract_zh"),
    "sbir_awards.jsonl.gz": ("title", "abstract"),
}
_ROWS, _SHORTEST, _LONGEST = 300, 150, 700
_CORPUS_WEIGHT = 0.03
# Studies of different topics by one voice sound alike; there are many, too.
_ELSEWHERE_WEIGHT = 0.1
_NOT_ANEW = (*COPIES, "short", "merged")
# Texts cut short or sharing one sentence are the same texts again, and so are two disguises of one source.
_AGAIN_WEIGHT = 0.3
# Published abstracts with a common run of this weight may well repeat each other: they prove nothing.
_DOUBTFUL = 25
# A lifted passage is one in longer texts too, where it is a smaller share: the set has only short ones.
_LONGER = (1, 3, 6)
# Of true rewordings this share is read again by the slower reader.
_READ_AGAIN = 0.99
_THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


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

    texts: Sequence[Content]
    pairs: Ints
    kinds: NDArray[np.str_]
    weights: Floats
    voices: NDArray[np.str_]

    @property
    def same_language(self) -> NDArray[np.bool_]:
        """Which pairs are of one language."""
        han = np.array([text.han for text in self.texts])
        return np.asarray(han[self.pairs[:, 0]] == han[self.pairs[:, 1]])


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
        (pair, kind, weight * (_AGAIN_WEIGHT if kind in ("short", "merged") else 1))
        for pair, kind in truth.repeats.items()
        if kind != "identical"
    ]
    rows += [(pair, "", weight) for pair in truth.independents if not _copies(pair)]
    rows += [
        (pair, "translated", _AGAIN_WEIGHT * weight)
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
    """The candidate pairs among published abstracts that do not repeat each other."""
    gathered = candidates.gather(proposals, encoder, model)
    kept = [
        pair
        for pair in gathered.pairs.tolist()
        if all(gathered.texts[i].sentences for i in pair)
        and _copied(gathered.texts, pair[0], pair[1]).longest < _DOUBTFUL
    ]
    count = len(kept)
    # Every published pair belongs to one of two folds of its own, so that each is held out once.
    folds = np.array([f"published {i % 2}" for i in range(count)])
    return Compared(
        gathered.texts, np.array(kept, np.int64).reshape(-1, 2), np.full(count, ""), np.full(count, _CORPUS_WEIGHT), folds
    )  # fmt: skip


def elsewhere(truth: Batch, encoder: Encoder, model: Fitted) -> Compared:
    """The candidate pairs of a batch on different topics, each study with what of it is written anew."""
    kept = [p for p in truth.proposals if not p.id.endswith(tuple(f"-{k}" for k in _NOT_ANEW))]
    gathered = candidates.gather(kept, encoder, model)
    topics = [truth.topics[p.id] or p.id for p in kept]
    pairs = np.array(
        [
            (a, b)
            for a, b in gathered.pairs.tolist()
            if topics[a] != topics[b] and gathered.texts[a].sentences and gathered.texts[b].sentences
        ],
        np.int64,
    )
    voices = [truth.voices[kept[a].id] or truth.voices[kept[b].id] or f"published {a % 2}" for a, b in pairs]
    weights = np.full(len(pairs), _ELSEWHERE_WEIGHT)
    return Compared(gathered.texts, pairs, np.full(len(pairs), ""), weights, np.array(voices))


def _copied(texts: Sequence[Content], a: int, b: int) -> copied.Copied:
    one, other = texts[a], texts[b]
    return copied.compare(one.units, other.units, one.uncounted, other.uncounted)


def copies(pairs: Compared) -> Evidence:
    """The evidence on copying: every disguise made of the source's own words against what is none."""
    rows: list[tuple[Sequence[float], str, float, str]] = []
    for (a, b), kind, weight, voice in zip(
        pairs.pairs.tolist(), pairs.kinds, pairs.weights, pairs.voices, strict=True
    ):
        if kind in VERSIONS:
            continue
        longest, total, share, wording = copied_features(
            _copied(pairs.texts, a, b), meaning.wording(pairs.texts[a], pairs.texts[b])
        )
        times = _LONGER if kind == "partial" else (1,)
        rows += [((longest, total, share / n, wording / n), kind, weight, voice) for n in times]
    x, kinds, weights, voices = zip(*rows, strict=True)
    return Evidence(np.array(x), np.array(kinds) != "", np.array(weights), np.array(voices), np.array(kinds))


def versions(
    pairs: Compared, encoder: Encoder, centre: NDArray[np.float32]
) -> tuple[Evidence, NDArray[np.bool_]]:
    """The evidence on meaning by one encoder, and which rows are of one language."""
    kept = np.isin(pairs.kinds, ("", *VERSIONS))
    chosen, kinds = pairs.pairs[kept], pairs.kinds[kept]
    members, local = np.unique(chosen, return_inverse=True)
    texts = [pairs.texts[i] for i in members]
    x = meaning.features(texts, meaning.read(texts, encoder, centre), local.reshape(-1, 2))
    return Evidence(x, kinds != "", pairs.weights[kept], pairs.voices[kept], kinds), pairs.same_language[kept]


def joined(parts: Sequence[Evidence]) -> Evidence:
    """All rows of several parts."""
    fields = ("x", "y", "weights", "folds", "kinds")
    return Evidence(*(np.concatenate([getattr(part, field) for part in parts]) for field in fields))


def fit(given: Evidence, false_share: float) -> tuple[Regression, Floats]:
    """The regression cut at concern 0.5, and the concern of each row from the folds without its voice."""
    held = np.zeros(len(given.y))
    for fold in np.unique(given.folds):
        coefficients, intercept = _logistic(given.of(given.folds != fold))
        rows = given.folds == fold
        held[rows] = given.x[rows] @ coefficients + intercept
    cut = _cut(
        held[given.y & (given.weights >= _AGAIN_WEIGHT)], held[~given.y & (given.weights >= 1)], false_share
    )
    coefficients, intercept = _logistic(given)
    return Regression(intercept - cut, tuple(coefficients.tolist())), 1 / (1 + np.exp(cut - held))


def _cut(repeats: Floats, false: Floats, false_share: float) -> float:
    """The decision that becomes concern 0.5: as high as it can be without losing a repeat above the allowed cut."""
    allowed = float(np.sort(false)[::-1][int(false_share * len(false))])
    least = float(repeats[repeats > allowed].min(initial=repeats.max()))
    below = float(false[false < least].max())
    return (least + max(allowed, below)) / 2


def _logistic(given: Evidence) -> tuple[Floats, float]:
    """Coefficients and intercept for features as they are."""
    scaler = StandardScaler().fit(given.x)
    weights = given.weights * np.where(
        given.y, given.weights[~given.y].sum() / given.weights[given.y].sum(), 1
    )
    model = LogisticRegression(C=1.0, max_iter=2000).fit(
        scaler.transform(given.x), given.y, sample_weight=weights
    )
    coefficients = model.coef_[0] / scaler.scale_
    return coefficients, float(model.intercept_[0] - coefficients @ scaler.mean_)


def report(name: str, given: Evidence, held: Floats) -> None:
    """Print recall by disguise and voice and what alarms falsely, all from folds without the voice."""
    kinds = {k: held[given.kinds == k] >= 0.5 for k in sorted(set(given.kinds)) if k}
    print(f"{name}: " + ", ".join(f"{k} {v.mean():.3f} of {len(v)}" for k, v in kinds.items() if len(v)))
    for voice in sorted(set(given.folds[given.y])):
        rows = (given.folds == voice) & (given.weights >= 1)
        found, false = held[rows & given.y] >= 0.5, held[rows & ~given.y] >= 0.5
        print(f"  {voice}: {found.mean():.3f} of {len(found)}, false {false.sum()} of {len(false)}")
    for name, weight in (("published", _CORPUS_WEIGHT), ("elsewhere", _ELSEWHERE_WEIGHT)):
        others = held[~given.y & (given.weights == weight)] >= 0.5
        print(f"  {name}: false {others.sum()} of {len(others)}", flush=True)


def written(regression: Regression, names: Sequence[str]) -> dict[str, Any]:
    """A regression as it stands in data/duplicates.json."""
    coefficients = {k: round(v, 4) for k, v in zip(names, regression.coefficients, strict=True)}
    return {"intercept": round(regression.intercept, 4), "coefficients": coefficients}


def start(encoders: Sequence[Encoder], truth: Batch) -> Fitted:
    """A model with the centres of the encoders and nothing fitted."""
    nothing = Regression(0.0, (0.0,) * len(meaning.FEATURES))
    texts = [content(p.text, units(p.text), np.zeros(0, np.uint32)).text for p in truth.proposals]
    readers = {}
    for encoder in encoders:
        # The light disguises would count their source again and again.
        own = [
            t
            for p, t in zip(truth.proposals, texts, strict=True)
            if not p.id.endswith(("identical", "light", "reordered"))
        ]
        centre = encode(encoder, own, "passage").mean(axis=0).round(4)
        readers[encoder.name] = MeaningFit(encoder.fingerprint, centre, nothing, nothing, 1.0)
    return Fitted(nothing, readers, 0.0, {}, {})


def main(folder: Path | None) -> None:
    """Fit, write data/duplicates.json and say what was found."""
    encoders, truth = [load_encoder(FAST), load_encoder()], batch("dev")
    model = start(encoders, truth)
    parts = [compared(truth, 1.0), compared(planted(truth), _AGAIN_WEIGHT)]
    parts += [elsewhere(truth, encoders[0], model)]
    parts += [unrelated(proposals, encoders[0], model) for proposals in published(folder)]
    words = joined([copies(part) for part in (parts[0], *parts[2:])])
    regression, held_words = fit(words, _FALSE_COPIES)
    report("copied", words, held_words)
    readers, again, alarms = {}, 0.0, [held_words[~words.y & (words.weights == _CORPUS_WEIGHT)]]
    for encoder in encoders:
        centre = model.readers[encoder.name].centre
        found = [versions(part, encoder, centre) for part in parts]
        every, same = joined([e for e, _ in found]), np.concatenate([s for _, s in found])
        entry: dict[str, Any] = {
            "fingerprint": encoder.fingerprint,
            "centre": [round(float(v), 4) for v in centre],
        }
        entry["highest"] = round(float(np.quantile(every.x[every.y, 1], 0.99)), 4)
        for name, rows in (("reworded", same), ("translated", ~same)):
            chosen = every.of(rows)
            fitted, held = fit(chosen, _FALSE_VERSIONS)
            report(f"{encoder.name} {name}", chosen, held)
            entry[name] = written(fitted, meaning.FEATURES)
            alarms += [held[~chosen.y & (chosen.weights == _CORPUS_WEIGHT)]] if encoder.name != FAST else []
            if encoder.name == FAST:
                repeats = held[chosen.y & (chosen.weights >= 1)]
                again = min(again or 1.0, float(np.quantile(repeats, 1 - _READ_AGAIN)))
        readers[encoder.name] = entry
    _write(truth, regression, readers, again, np.concatenate(alarms), sum(len(p.texts) for p in parts[3:]))


def _write(
    truth: Batch, regression: Regression, readers: dict[str, Any], again: float, alarms: Floats, read: int
) -> None:
    table = {str(t): round(1000 * float((alarms >= t).sum()) / max(1, read), 1) for t in _THRESHOLDS}
    numbers = {
        "fitted_on": {
            "part": "data/eval/duplicates/dev.jsonl", "proposals": len(truth.proposals),
            "repeats": len(truth.repeats), "published": read,
            "date": datetime.now(UTC).date().isoformat(), "command": "python -m training.fit_duplicates CORPORA",
        },
        "copied": written(regression, COPIED_FEATURES),
        "again": round(again, 6),
        "readers": readers,
        "false_alarms_per_1000": table,
    }  # fmt: skip
    with replacing(shipped.data_file("duplicates.json")) as stream:
        json.dump(numbers, stream, ensure_ascii=False, indent=1)
        stream.write("\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)

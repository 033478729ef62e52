"""Fit the concern of pairs: `python -m training.fit_duplicates [FOLDER OF CORPORA]`.

On the pairs of training/duplicates_evidence.py. Writes data/duplicates.json; run it again whenever a shipped encoder
changes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher import shipped
from matcher.duplicates import meaning
from matcher.duplicates.classifier import (
    BESIDE,
    COPIED_FEATURES,
    PAIRED,
    Fitted,
    MeaningFit,
    Regression,
    Versions,
    settings_digest,
    versions_of,
)
from matcher.duplicates.content import content
from matcher.embeddings import FAST, Encoder, encode, load_encoder, reads_pairs
from matcher.files import replacing
from matcher.fit import logistic
from matcher.shingles import units
from training.duplicates_evidence import (
    AGAIN_WEIGHT,
    CORPUS_WEIGHT,
    ELSEWHERE_WEIGHT,
    Compared,
    Evidence,
    Floats,
    anew,
    compared,
    copies,
    elsewhere,
    joined,
    published,
    unrelated,
    versions,
)
from training.duplicates_read import HANDS_WEIGHT, of_hands, read_together
from training.duplicates_set import TAUGHT, Batch, batch, planted

# The cut is set where, by voices not fitted on, this share of the pairs of studies on one topic would alarm at most:
# for copies, which are told more surely, and for rewordings.
# Of copies .001 would lose 1 in 50 partial ones to studies that follow their source sentence by sentence.
_FALSE_COPIES, _FALSE_VERSIONS = 0.002, 0.0125
# Of those that are read together more: other hands wrote studies beside them that differ in one variable or place.
_FALSE_PAIRED = 0.02
# And at most these shares of the pairs of published abstracts and of those on different topics, of which a batch has
# many more: a false pair of two studies is one of all their copies too.
_FALSE_PUBLISHED, _FALSE_ELSEWHERE = 0.0002, 0.0006
# The slower reader reads again from this share of the least concern by the fast one of the rewordings that it then finds.
_READ_AGAIN = 0.5
_THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


def fit(
    given: Evidence, false_share: float, read: NDArray[np.bool_] | None = None
) -> tuple[Regression, Floats]:
    """The regression cut at concern 0.5, and the concern of each row from the folds without its voice.

    With `read` it is fitted to these rows; the rest cannot alarm, and has no concern.
    """
    used = np.ones(len(given.y), bool) if read is None else read
    held = np.full(len(given.y), -np.inf)
    for fold in np.unique(given.folds[used]):
        coefficients, intercept = _logistic(given.of(used & (given.folds != fold)))
        rows = used & (given.folds == fold)
        held[rows] = given.x[rows] @ coefficients + intercept
    false = held[~given.y & (given.weights >= 1)]
    allowed = max(
        _highest(false, false_share),
        _highest(held[~given.y & (given.weights == CORPUS_WEIGHT)], _FALSE_PUBLISHED),
        _highest(held[~given.y & (given.weights == ELSEWHERE_WEIGHT)], _FALSE_ELSEWHERE),
    )
    cut = _cut(held[given.y & (given.weights >= AGAIN_WEIGHT)], false, allowed)
    coefficients, intercept = _logistic(given.of(used))
    concerns = 1 / (1 + np.exp(np.minimum(cut - held, 60)))
    return Regression(intercept - cut, tuple(coefficients.tolist())), concerns


def _highest(false: Floats, share: float) -> float:
    """The decision that at most `share` of the false pairs exceed; below all decisions without any."""
    return float(np.sort(false)[::-1][int(share * len(false))]) if len(false) else -np.inf


def _cut(repeats: Floats, false: Floats, allowed: float) -> float:
    """The decision that becomes concern 0.5: as high as it can be without losing a repeat above the allowed cut."""
    least = float(repeats[repeats > allowed].min(initial=repeats.max()))
    below = float(false[false < least].max())
    return (least + max(allowed, below)) / 2


def _logistic(given: Evidence) -> tuple[Floats, float]:
    """Coefficients and intercept for features as they are."""
    balance = given.weights[~given.y].sum() / given.weights[given.y].sum()
    return logistic(given.x, given.y, 1.0, given.weights * np.where(given.y, balance, 1))


def report(name: str, given: Evidence, held: Floats) -> None:
    """Print recall by disguise and voice and what alarms falsely, all from folds without the voice."""
    kinds = {k: held[given.kinds == k] >= 0.5 for k in sorted(set(given.kinds)) if k}
    print(f"{name}: " + ", ".join(f"{k} {v.mean():.3f} of {len(v)}" for k, v in kinds.items() if len(v)))
    for voice in sorted(set(given.folds[given.y])):
        rows = (given.folds == voice) & (given.weights >= HANDS_WEIGHT)
        found, false = held[rows & given.y] >= 0.5, held[rows & ~given.y] >= 0.5
        print(f"  {voice}: {found.mean():.3f} of {len(found)}, false {false.sum()} of {len(false)}")
    for name, weight in (("published", CORPUS_WEIGHT), ("elsewhere", ELSEWHERE_WEIGHT)):
        others = held[~given.y & (given.weights == weight)] >= 0.5
        print(f"  {name}: false {others.sum()} of {len(others)}", flush=True)


def written(regression: Regression, names: Sequence[str]) -> dict[str, Any]:
    """A regression as it stands in data/duplicates.json."""
    coefficients = {k: round(v, 4) for k, v in zip(names, regression.coefficients, strict=True)}
    return {"intercept": round(regression.intercept, 4), "coefficients": coefficients}


def fit_versions(
    name: str,
    given: Evidence,
    same_language: NDArray[np.bool_],
    features: Sequence[str],
    read: NDArray[np.bool_] | None = None,
    false_share: float = _FALSE_VERSIONS,
) -> tuple[dict[str, Any], Floats]:
    """The two regressions as they are written, and the concern of each row from the folds without its voice."""
    entry, concerns = {}, np.zeros(len(given.y))
    for kind, rows in (("reworded", same_language), ("translated", ~same_language)):
        fitted, concerns[rows] = fit(given.of(rows), false_share, None if read is None else read[rows])
        report(f"{name} {kind}", given.of(rows), concerns[rows])
        entry[kind] = written(fitted, features)
    return entry, concerns


def fit_paired(
    given: Evidence, same_language: NDArray[np.bool_], hands: Evidence
) -> tuple[dict[str, Any], Floats]:
    """The regressions with what the reader of pairs says, the last feature, and the concern of each row given or NaN.

    They are fitted to the pairs that readers have read whose training did not have their voices, and to those of `hands`, of one language, as
    far as these are suspicious at all: of others nothing is read here nor in a batch. NaN stands for voices that no reader was without.
    """
    read = ~np.isnan(given.x[:, -1])
    known = ~np.isin(given.folds, np.setdiff1d(given.folds[given.y], given.folds[given.y & read]))
    concerns = np.full(len(given.y), np.nan)
    rows = joined([given.of(known), hands])
    same = np.append(same_language[known], np.ones(len(hands.y), bool))
    entry, held = fit_versions("paired", rows, same, PAIRED, ~np.isnan(rows.x[:, -1]), _FALSE_PAIRED)
    concerns[known] = held[: known.sum()]
    return {"paired": entry}, concerns


def of_words(parts: Sequence[Compared], encoder: Encoder, model: Fitted) -> Evidence:
    """The evidence on copying of `parts` and of what other hands wrote."""
    hands = [compared(batch(part), HANDS_WEIGHT) for part in TAUGHT[1:]]
    return joined([copies(part, encoder, model.reader(encoder).centre) for part in (*parts, *hands)])


def one_to_one(
    parts: Sequence[Compared], fast: Sequence[meaning.Sentences], slow: Sequence[meaning.Sentences]
) -> Floats:
    """`meaning.one_to_one` of the pairs of all parts."""
    every = zip(parts, fast, slow, strict=True)
    return np.concatenate([meaning.one_to_one(part.texts, a, b, part.pairs) for part, a, b in every])


def _highest_of(repeats: Floats) -> float:
    """The value that hardly a repeat exceeds."""
    return round(float(np.quantile(repeats, 0.99)), 4)


def start(encoders: Sequence[Encoder], truth: Batch) -> Fitted:
    """A model with the centres of the encoders and nothing fitted."""
    nothing = Regression(0.0, (0.0,) * len(meaning.FEATURES))
    versions = Versions(nothing, nothing)
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
        readers[encoder.name] = MeaningFit(encoder.fingerprint, centre, (1.0,), versions, None)
    return Fitted(nothing, readers, 0.0, {}, {})


def main(folder: Path | None) -> None:
    """Fit, write data/duplicates.json and say what was found."""
    encoders, truth = [load_encoder(FAST), load_encoder()], batch("dev")
    model = start(encoders, truth)
    parts = [compared(truth, 1.0), compared(planted(truth), AGAIN_WEIGHT)]
    parts += [elsewhere(truth, encoders[0], model)]
    parts += [unrelated(proposals, encoders[0], model) for proposals in published(folder)]
    words = of_words((parts[0], *parts[2:]), encoders[0], model)
    regression, held_words = fit(words, _FALSE_COPIES)
    report("copied", words, held_words)
    readers, again, alarms = {}, 0.0, [held_words[~words.y & (words.weights == CORPUS_WEIGHT)]]
    pairs = [anew(part) for part in parts]
    same = np.concatenate([part.same_language for part in pairs])
    before: Floats | None = None  # the cosines of documents by the fast reader
    for encoder in encoders:
        centre = model.readers[encoder.name].centre
        found = [versions(part, encoder, centre) for part in pairs]
        every, sentences = joined([e for e, _ in found]), [s for _, s in found]
        entry: dict[str, Any] = {
            "fingerprint": encoder.fingerprint,
            "centre": [round(float(v), 4) for v in centre],
            "highest": [_highest_of(every.x[every.y, 1])],
        }
        entry["alone"], held = fit_versions(encoder.name, every, same, meaning.FEATURES)
        if before is None:
            before, first, of_fast = every.x[:, 0], held, sentences
        else:
            paired = one_to_one(pairs, of_fast, sentences)
            entry["highest"].append(_highest_of(paired[every.y]))
            beside = replace(every, x=np.column_stack([every.x, before, paired]))
            entry["beside"], held = fit_versions(f"{encoder.name} beside fast", beside, same, BESIDE)
            odds = np.concatenate([read_together(part) for part in pairs])
            hands = of_hands(encoders[0], encoder, model, versions_of(entry["beside"], BESIDE))
            more, of_read = fit_paired(replace(beside, x=np.column_stack([beside.x, odds])), same, hands)
            entry |= more | {"pairs": getattr(reads_pairs(encoder), "pairs", "")}
            entry["highest"].append(_highest_of(odds[every.y & ~np.isnan(odds)]))
            held = np.where(np.isnan(of_read), held, of_read)
            again = _READ_AGAIN * float(first[every.y & (every.weights >= 1) & (held >= 0.5)].min())
            alarms += [held[~every.y & (every.weights == CORPUS_WEIGHT)]]
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
        "settings": settings_digest(),
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

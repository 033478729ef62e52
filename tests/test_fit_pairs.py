"""The weight of what the reader of pairs says, fitted on toy evidence."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.duplicates.classifier import PAIRED
from matcher.duplicates.content import content
from matcher.shingles import units
from training.duplicates_evidence import Compared, Evidence
from training.duplicates_read import HANDS_WEIGHT, read_now

VOICES = ("nurse", "jurist", "miner")


def _evidence(voices: tuple[str, ...], weight: float, odds: float) -> Evidence:
    """60 pairs a voice, half of them repeats, told apart by their first feature and, times `odds`, by the reader."""
    rng, count = np.random.default_rng(len(voices)), 60 * len(voices)
    y = np.arange(count) % 2 == 0
    x = rng.normal(size=(count, len(PAIRED))) + 0.0
    x[:, 0] += y
    x[:, -1] += odds * y
    folds = np.repeat(voices, 60)
    return Evidence(x, y, np.full(count, weight), folds, np.where(y, "deep", ""))


def test_hands_teach_the_weight_of_the_reader_and_dev_sets_the_cut() -> None:
    from training.fit_duplicates import fit_paired  # with scikit-learn, which takes every process two seconds

    dev, hands = _evidence(VOICES, 1.0, 0.0), _evidence(("smith", "potter"), HANDS_WEIGHT, 4.0)
    dev.x[dev.folds == "miner", -1] = np.nan  # no reader was trained without the miner
    both = np.arange(len(dev.y)) % 4 < 2
    entry, concerns = fit_paired(dev, both, hands)
    assert np.isnan(concerns[dev.folds == "miner"]).all()
    known = dev.folds != "miner"
    for kind, same in (("reworded", both), ("translated", ~both)):
        weights = entry["paired"][kind]["coefficients"]
        assert weights["document"] > 0.3
        assert (weights["pair"] > 0.3) == (kind == "reworded")  # hands are of one language
        # The share of dev's false pairs that may alarm, .0125 of 60, is none; one of hands is nothing to the cut.
        false = concerns[known & same & ~dev.y]
        assert (false >= 0.5).sum() <= 1


class _Reader:
    """Says by how many letters two texts differ."""

    pairs = "toy"

    def documents(self, texts: list[str]) -> tuple[None, list[str]]:
        return None, texts

    def log_odds(self, one: str, other: str) -> float:
        return float(abs(len(one) - len(other)))


def test_what_is_not_suspicious_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.duplicates_read.reads_pairs", lambda encoder: encoder)
    texts = [
        content(t, units(t), np.zeros(0, np.uint32)) for t in ("果园遭霜。", "果园又遭霜。", "语言接触。")
    ]
    lengths = [len(text.text) for text in texts]
    pairs = Compared(
        texts, np.array([[0, 1], [0, 2], [1, 2]]), np.array(["", "", ""]), np.ones(3), np.array(["a"] * 3)
    )
    odds = read_now(pairs, np.array([True, False, True]), _Reader())  # type: ignore[arg-type]
    assert odds[[0, 2]].tolist() == [abs(lengths[0] - lengths[1]), abs(lengths[1] - lengths[2])]
    assert np.isnan(odds[1])

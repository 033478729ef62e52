"""What each part has to say in a topic's score: less in its words where a guide only names its topics, less of the fast reader in English."""

from __future__ import annotations

from matcher import settings
from matcher.index.corpus import Corpus

_FAST = {part: settings.weight(f"matching.scoring.fast.{part}") for part in ("dense", "words")}
_FULL = {part: settings.weight(f"matching.scoring.full.{part}") for part in ("dense", "static", "words")}
_WORDLESS = settings.share("matching.scoring.wordless")
_IN_LATIN = settings.share("matching.scoring.in_latin")


def fast_weights(corpus: Corpus) -> dict[str, float]:
    """Of the fast reader alone; they add up to 1.

    A title of a few words has few that a proposal on it could share, and a proposal shares some with many of them.
    """
    return _with_dense({"words": _FAST["words"] * _worded(corpus)})


def full_weights(corpus: Corpus) -> dict[str, float]:
    """With a transformer; they add up to 1.

    The fast reader was taught mostly on Chinese, and knows less of what English words mean than the transformer does.
    """
    left = 1 - corpus.latin * (1 - _IN_LATIN)
    words = _FULL["words"] * _worded(corpus)
    static = _FULL["static"] + _FULL["words"] - words
    return _with_dense({"static": static * left, "words": words * left})


def _worded(corpus: Corpus) -> float:
    return max(0.0, 1 - corpus.brevity / _WORDLESS)


def _with_dense(weights: dict[str, float]) -> dict[str, float]:
    """The weights, and what they leave for the vectors of the encoder."""
    return {"dense": 1 - sum(weights.values()), **weights}

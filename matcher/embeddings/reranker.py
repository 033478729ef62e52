"""Any cross-encoder of sentence-transformers, by folder or hub name: it reads a proposal and a topic together."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.embeddings.transformer import is_local, unusable
from matcher.extras import require
from matcher.segment import pieces

_WINDOW = settings.count("embeddings.reranker.window")
_SPECIAL = settings.count("embeddings.reranker.special")
_SHORTEST = settings.characters("embeddings.reranker.shortest")


class Reranker:
    """Scores pairs of texts in [0, 1]; slow, so it is asked about the first few topics only."""

    def __init__(self, name: str) -> None:
        """Load the model; EncoderError when there is none, or (within 5 s) when its hub is out of reach."""
        require("models", "sentence_transformers", "torch")
        local = is_local(name, "--reranker")
        from sentence_transformers import CrossEncoder

        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
        try:
            self._model = CrossEncoder(name, device="cpu", local_files_only=local, num_labels=1)
        except Exception as error:  # a broken model folder raises anything from KeyError to RuntimeError
            what = f"{type(error).__name__}: {error}"
            raise unusable(name, what, "--reranker") from error
        self.name = name

    def scores(self, text: str, topics: Sequence[str]) -> NDArray[np.float64]:
        """How well `text` answers each topic, (len(topics),), through the logistic function.

        A pair beyond the model's window is read in pieces of `text`, whose scores are averaged by length.
        """
        pairs, owners, lengths = [], [], []
        for i, topic in enumerate(topics):
            for piece in pieces(text, lambda t, topic=topic: self._fits(t, topic)) or [text]:  # type: ignore[misc]
                pairs.append((piece, topic))
                owners.append(i)
                lengths.append(len(piece))
        raw = np.asarray(self._model.predict(pairs, activation_fn=_same, show_progress_bar=False), np.float64)
        each = 1 / (1 + np.exp(-np.clip(raw, -30, 30)))
        total = np.bincount(owners, each * lengths, len(topics)).astype(np.float64, copy=False)
        return total / np.bincount(owners, lengths, len(topics))

    def _fits(self, text: str, topic: str) -> bool:
        window = self._model.max_seq_length or _WINDOW
        if len(text.encode("utf-8", "replace")) + len(topic.encode("utf-8", "replace")) + _SPECIAL <= window:
            return True
        encoding = self._model.tokenizer(text, topic, truncation=False, verbose=False)
        return len(encoding["input_ids"]) <= window or len(text) < _SHORTEST


def _same(values: object) -> object:
    """The model's own number: the logistic function is applied here, once, whatever the model is set to."""
    return values

"""Topics of elsewhere: whether a text is at home in this guide, or nearer to what other guides ask for.

A score alone says little about scope: a proposal from a neighbouring field shares many words with
the guide. So it is also compared with topics of our own writing from all fields
(data/paraphrases/, data/elsewhere.txt), less those that this guide has too; of the others one counts the
less the more it is like a topic of the guide.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from matcher import settings, shipped
from matcher.embeddings import Vectors
from matcher.embeddings.static import StaticEncoder
from matcher.files import replacing_file
from matcher.index.scores import DECIMALS
from matcher.segment import fold

Rounded = NDArray[np.int16]

_SCALE = settings.count("index.elsewhere.scale")
_ROUNDING = settings.count("index.elsewhere.rounding")
_SAME = settings.share("index.elsewhere.same")
_APART = settings.factor("index.elsewhere.apart")
_NEAREST = settings.count("index.elsewhere.nearest")
FLOOR = settings.share("index.elsewhere.floor")


class Elsewhere:
    """How much nearer texts are to a guide's topics than to topics of elsewhere."""

    def __init__(self, topics: Vectors, background: Rounded) -> None:
        """Compare with the whole texts of a guide's topics, (T, d), and with `background` from `open_or_build`."""
        self._topics = _rounded(topics).astype(np.float32)
        rows = background.astype(np.float32)
        near = (rows @ self._topics.T).max(axis=1, initial=0) / _SCALE**2
        # A column each: to turn many rows over takes a product by few others ten times as long.
        self._background = np.ascontiguousarray(rows[near < _SAME].T)
        self._apart = (1 - near[near < _SAME]) ** np.float32(_APART)

    def leads(self, vectors: Vectors) -> NDArray[np.float64]:
        """How many times nearer the nearest topic is than the mean of the three nearest of elsewhere, (m,).

        The natural logarithm, both similarities raised by FLOOR: 0 where they are the same, or there is no
        elsewhere, and little where a text is near to nothing. A similarity with a topic of elsewhere is taken
        times a power of how far that one is from the guide. `vectors` (m, d) are the encoder's of whole texts.
        """
        rows = _rounded(vectors).astype(np.float32)
        own = (rows @ self._topics.T).max(axis=1, initial=0)
        cosines = rows @ self._background * self._apart
        count = min(_NEAREST, cosines.shape[1])
        if not count:
            return np.zeros(len(vectors))
        nearest, each = np.zeros(len(rows)), np.arange(len(rows))
        for _ in range(count):  # a few times over a row is faster than to part it
            best = cosines.argmax(axis=1)
            nearest += cosines[each, best]
            cosines[each, best] = -np.inf
        leads: NDArray[np.float64] = np.log(
            (own.astype(np.float64) / _SCALE**2 + FLOOR)
            / (np.maximum(nearest / count, 0) / _SCALE**2 + FLOOR)
        )
        return leads.round(DECIMALS)


def open_or_build(encoder: StaticEncoder, cache: Path) -> Rounded:
    """The vectors of the topics of elsewhere, times _SCALE, in whole numbers: (b, d).

    Kept in the cache folder by encoder and texts; a damaged file is made again.
    """
    texts = _texts()
    file = cache / f"elsewhere-{fingerprint(encoder, texts)}.safetensors"
    try:
        with safe_open(file, "numpy") as opened:
            part = opened.get_slice("vectors")
            if part.get_dtype() == "I16" and part.get_shape() == [len(texts), encoder.dimension]:
                stored: Rounded = opened.get_tensor("vectors")
                lengths = np.linalg.norm(stored.astype(np.float32), axis=1)
                intact = (opened.metadata() or {}).get("sha256") == sha256(stored.tobytes()).hexdigest()
                if intact and (np.abs(lengths - _SCALE) < _ROUNDING).all():
                    return stored
    except (OSError, SafetensorError):
        pass  # not there yet, or damaged: it is made below
    rounded = _rounded(encoder.encode([fold(text) for text in texts], "passage"))
    with suppress(OSError):  # the folder of the index says that the cache cannot be written
        cache.mkdir(parents=True, exist_ok=True)
        with replacing_file(file) as new:
            # Not by save_file, which puts another file in the place of the one that is locked.
            new.write_bytes(save({"vectors": rounded}, {"sha256": sha256(rounded.tobytes()).hexdigest()}))
    return rounded


def fingerprint(encoder: StaticEncoder, texts: Sequence[str] | None = None) -> str:
    """A hash of everything that decides the vectors of the topics of elsewhere."""
    basis = [encoder.fingerprint, _SCALE, FLOOR, _texts() if texts is None else texts]
    return sha256(json.dumps(basis).encode()).hexdigest()[:24]


@lru_cache(maxsize=1)
def _texts() -> list[str]:
    """Title and contents of every topic of elsewhere; of those that a line of text has, what it says."""
    lines = (
        shipped.data_file(settings.file("index.elsewhere.topics")).read_text(encoding="utf-8").splitlines()
    )
    files = sorted(shipped.data_file(settings.file("index.elsewhere.paraphrases")).glob("*.jsonl"))
    read = msgspec.json.Decoder().decode_lines  # ours, without halves of surrogate pairs
    return [
        *(f"{row['title']}\n{row['content']}" for file in files for row in read(file.read_bytes())),
        *lines,
    ]


def _rounded(vectors: Vectors) -> Rounded:
    return np.rint(vectors * _SCALE).astype(np.int16)

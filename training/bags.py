"""Texts as bags of pieces: cut once, kept flat, gathered batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

Ids = NDArray[np.int32]
Places = NDArray[np.int64]
Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Bags:
    """Pieces of many texts in one array: text i is ids[offsets[i] : offsets[i + 1]]."""

    ids: Ids
    offsets: Places

    def gather(
        self, texts: Places, longest: int, dropout: float, rng: np.random.Generator
    ) -> tuple[Places, Places]:
        """Pieces of `texts` and where each text starts: a random window of `longest`, some pieces dropped.

        Every text keeps at least one piece.
        """
        start, length = self.offsets[texts], np.diff(self.offsets)[texts]
        room = np.maximum(length - longest, 0)
        start = start + (rng.random(len(texts)) * (room + 1)).astype(np.int64)
        length = np.minimum(length, longest)
        first = np.cumsum(length) - length
        places = np.repeat(start - first, length) + np.arange(length.sum())
        if dropout <= 0:
            return self.ids[places].astype(np.int64), first
        keep = rng.random(len(places)) >= dropout
        keep[first[length > 0]] = True
        kept = np.add.reduceat(keep.astype(np.int64), first)
        return self.ids[places[keep]].astype(np.int64), np.cumsum(kept) - kept


def cut(tokenizer: Tokenizer, texts: Sequence[str], chunk: int = 20000) -> Bags:
    """The pieces of `texts`; unknown pieces (id 0) are left out unless nothing else is there."""
    parts: list[Ids] = []
    lengths: list[int] = []
    for start in range(0, len(texts), chunk):
        for encoding in tokenizer.encode_batch_fast(
            list(texts[start : start + chunk]), add_special_tokens=False
        ):
            ids = np.asarray(encoding.ids, np.int32)
            ids = ids[ids > 0] if (ids > 0).any() else np.zeros(1, np.int32)
            parts.append(ids)
            lengths.append(len(ids))
    return Bags(np.concatenate(parts), np.concatenate([[0], np.cumsum(lengths)]))


def encoder(tokenizer: Tokenizer, table: Vectors) -> Encode:
    """A function from texts to unit rows: the mean of the pieces' rows in `table`."""
    weight = torch.from_numpy(table)

    def encode(texts: Sequence[str]) -> Vectors:
        bags = cut(tokenizer, texts)
        summed = functional.embedding_bag(
            torch.from_numpy(bags.ids.astype(np.int64)),
            weight,
            torch.from_numpy(bags.offsets[:-1]),
            mode="mean",
        )
        return functional.normalize(summed).numpy()

    return encode

"""The network of the tagger: of each segment how likely a title begins with it, goes on in it, or neither."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from safetensors.numpy import load

from matcher import settings, shipped
from matcher.embeddings import Vectors
from matcher.guide.tagger.segments import SegmentSigns

WEIGHTS = settings.file("guide.tagger.weights")
_LEAST = 1e-5  # as PyTorch's LayerNorm
STEPS = (1, 2, 4, 8)  # how far apart the neighbours are that each layer sees
HEADS = 4


class TaggerNetwork:
    """Layers that each see a segment's neighbours, one that sees all segments that are like it, and one more."""

    def __init__(self, tensors: dict[str, Vectors]) -> None:
        """Take the weights by name, as training/guide_tagger.py writes them."""
        letters = tensors["letters"].tolist()
        self._letter = {letter: row for row, letter in enumerate(letters, 1)}
        self._of = {name: tensor.astype(np.float32) for name, tensor in tensors.items() if name != "letters"}

    def letters(self, signs: SegmentSigns) -> Vectors:
        """The rows of the characters that the network knows; 0 for all others."""
        rows = [[self._letter.get(letter, 0) for letter in row] for row in signs.characters.tolist()]
        return np.array(rows)

    def probabilities(self, signs: SegmentSigns) -> Vectors:
        """Of n segments how likely they are no part of a title, begin one, or go on with one: (n, 3)."""
        n = len(signs.vectors)
        stops, kinds = (
            self._of["stops.weight"][signs.codes[:, :2]],
            self._of["kinds.weight"][signs.codes[:, 2:]],
        )
        letters = self._of["letters.weight"][self.letters(signs)]
        x = np.concatenate(
            [
                self._linear("vectors", signs.vectors),
                letters.reshape(n, -1),
                stops.reshape(n, -1),
                kinds.reshape(n, -1),
                signs.numbers,
            ],
            axis=1,
        )
        x = np.maximum(self._linear("joined", x), 0)
        for layer, step in enumerate(STEPS):
            x = x + self._near(f"near.{layer}", self._normed(f"norms.{layer}", x), step)
        x = x + self._alike(self._normed(f"norms.{len(STEPS)}", x))
        x = x + self._near("last", self._normed(f"norms.{len(STEPS) + 1}", x), 1)
        out = self._linear("out", x)
        out = np.exp(out - out.max(axis=1, keepdims=True))
        rows: Vectors = out / out.sum(axis=1, keepdims=True)
        return rows

    def _linear(self, name: str, x: Vectors) -> Vectors:
        rows: Vectors = x @ self._of[f"{name}.weight"].T + self._of[f"{name}.bias"]
        return rows

    def _normed(self, name: str, x: Vectors) -> Vectors:
        centred = x - x.mean(axis=1, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=1, keepdims=True) + _LEAST)
        rows: Vectors = centred / scale * self._of[f"{name}.weight"] + self._of[f"{name}.bias"]
        return rows

    def _near(self, name: str, x: Vectors, step: int) -> Vectors:
        """What each segment makes of itself and of the two that are `step` away."""
        padded = np.pad(x, ((step, step), (0, 0)))
        seen = sliding_window_view(padded, 2 * step + 1, axis=0)[:, :, ::step]
        weight = self._of[f"{name}.weight"]
        rows: Vectors = (
            seen.reshape(len(x), -1) @ weight.reshape(len(weight), -1).T + self._of[f"{name}.bias"]
        )
        return np.maximum(rows, 0)

    def _alike(self, x: Vectors) -> Vectors:
        """What each segment makes of all that are like it."""
        n, width = x.shape
        joined: Vectors = x @ self._of["alike.in_proj_weight"].T + self._of["alike.in_proj_bias"]
        asked, likened, seen = joined.reshape(n, 3, HEADS, width // HEADS).transpose(1, 2, 0, 3)
        likeness = asked @ likened.transpose(0, 2, 1) / np.float32(np.sqrt(width // HEADS))
        likeness = np.exp(likeness - likeness.max(axis=2, keepdims=True))
        likeness /= likeness.sum(axis=2, keepdims=True)
        return self._linear("alike.out_proj", (likeness @ seen).transpose(1, 0, 2).reshape(n, width))


@cache
def shipped_network() -> TaggerNetwork:
    """The network that is shipped, loaded once."""
    return TaggerNetwork(load(shipped.data_file(WEIGHTS).read_bytes()))

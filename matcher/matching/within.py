"""How likely what a proposal names lies within what its first topic names: a sign of whether it fits.

咖啡园病虫害防控 is told as 茶园病虫害防控 is, but coffee is no tea, while 古茶树病虫害防控 lies within it. Both are as near to the topic as
can be, and no likeness says which is a kind of it. What does was learnt from titles that writers put within topics and beside
them (training/objects, by `python -m training.within`), on what the transformer makes of the pieces of both texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from safetensors.numpy import load

from matcher import settings, shipped
from matcher.arrays import Floats, Ints
from matcher.embeddings import Encoder, StateEncoder, Vectors, unit
from matcher.index import DECIMALS
from matcher.matching.content import ProposalContent
from matcher.segment import fold
from matcher.types import Topic

WEIGHTS = "matching.within.weights"
SHARPNESS = settings.factor("matching.within.sharpness")
LONGEST = settings.count("matching.within.longest")
_LARGEST = settings.weight("matching.within.largest")


class WithinTopics:
    """Reads what proposals name against the topics of a guide; says nothing with an encoder that it was not learnt on."""

    def __init__(self, topics: Sequence[Topic], encoder: Encoder) -> None:
        """Take T topics, which are read when they are first asked for."""
        self._topics = [topic_text(topic.title, topic.content) for topic in topics]
        self._encoder: StateEncoder | None = None
        if isinstance(encoder, StateEncoder) and shipped_networks().encoder == encoder.fingerprint:
            self._encoder = encoder

    def log_odds(self, contents: Sequence[ProposalContent], first: Ints) -> Floats:
        """The log-odds (m,) that m proposals lie within their `first` topics (m,), cut at `largest`; 0 where nothing says so."""
        odds = np.zeros(len(contents))
        if self._encoder is None:
            return odds
        for row, (content, topic) in enumerate(zip(contents, first.tolist(), strict=True)):
            titles = [part.text for part in content.kept if part.reason == "title"]
            text = "\n".join(titles) or content.kept[0].text
            own, other = (self._encoder.states(each, LONGEST) for each in (text, self._topics[topic]))
            odds[row] = shipped_networks().log_odds(own, other)
        return odds.clip(-_LARGEST, _LARGEST).round(DECIMALS)


class Networks:
    """Small networks that were learnt alike from other beginnings; what they say is averaged.

    Each piece of either text sees the pieces of the other that are like it, and the greatest and the mean of what it makes of
    them count; so do the product and the difference of both texts' means.
    """

    def __init__(self, tensors: dict[str, Vectors]) -> None:
        """Take the weights by name, with the number of the network first, as training/within.py writes them."""
        self._of = {name: tensor.astype(np.float32) for name, tensor in tensors.items()}
        self.encoder = bytes(tensors["encoder"].astype(np.uint8)).decode()

    def log_odds(self, own: Vectors, topic: Vectors) -> float:
        """The log-odds for unit states (pieces, d) of a proposal's title and of a topic."""
        cosines = own @ topic.T
        seen = np.concatenate([*self._seen(own, topic, cosines), *self._seen(topic, own, cosines.T)], axis=1)
        one, other = unit(np.stack([own.mean(axis=0), topic.mean(axis=0)]))
        means = np.concatenate([one * other, np.abs(one - other)])
        hidden = [self._layer("seen", seen[:, :, None]), self._layer("means", means[:, None])]
        outs = [
            (part[:, :, 0] * self._of[f"{name}.out"]).sum(axis=1)
            for name, part in zip(("seen", "means"), hidden, strict=True)
        ]
        return float((outs[0] + outs[1] + self._of["bias"]).mean())

    def _seen(self, own: Vectors, other: Vectors, cosines: Vectors) -> tuple[Vectors, Vectors]:
        """The greatest and the mean, (networks, k) each, over the pieces of `own`, of what each makes of its like in `other`."""
        nearness = np.exp(SHARPNESS * (cosines - cosines.max(axis=1, keepdims=True)))
        like = nearness @ other / nearness.sum(axis=1, keepdims=True)
        pieces = self._layer("pieces", np.concatenate([own, like], axis=1).T)
        return pieces.max(axis=2), pieces.mean(axis=2)

    def _layer(self, name: str, columns: Vectors) -> Vectors:
        """What each network makes of columns (inputs, n), (networks, outputs, n), or of its own (networks, inputs, n)."""
        rows: Vectors = self._of[f"{name}.weight"] @ columns + self._of[f"{name}.bias"][:, :, None]
        return rows.clip(0, out=rows)


@cache
def shipped_networks() -> Networks:
    """The networks that are shipped, loaded once: engines over several guides share them."""
    return Networks(load(shipped.data_file(settings.file(WEIGHTS)).read_bytes()))


def topic_text(title: str, content: str) -> str:
    """A topic as it is read: its title, and what it says below, of which only the beginning is seen."""
    return fold("。".join(each for each in (title, content.replace("\n", " ")) if each.strip()))

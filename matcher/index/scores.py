"""What a retriever is asked, and what it says.

A text is the list of its sentences, folded. Retrievers compare texts twice: sentence with
sentence, and whole with whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.arrays import Floats, Ints
from matcher.embeddings import Text

DECIMALS = settings.count("index.decimals")


@dataclass(frozen=True, slots=True)
class Scores:
    """What a retriever says of m query texts (n sentences) and T topics (P sentences).

    `pairs` (n, P) and `full_texts` (m, T) are similarities in [0, 1], float64, higher is better;
    sentences and topics stand in the order in which they were given. `known` (m,) in [0, 1] is
    the share of each text that the retriever can judge at all: 0 means that its scores say
    nothing (an English proposal to a Chinese word index).
    """

    pairs: Floats
    full_texts: Floats
    known: Floats

    def rows(self, texts: Sequence[int], sentences: Ints) -> Scores:
        """Those of some texts, which have these sentences."""
        return Scores(self.pairs[sentences], self.full_texts[texts], self.known[texts])


class Retriever(Protocol):
    """Scores topics for texts. Implementations agree with numpy brute force to 1e-5."""

    def scores(self, texts: Sequence[Text], counts: Floats | None = None) -> Scores:
        """The similarities of one or more texts, each of one or more sentences.

        `counts` (n,) say what each sentence counts in its whole text (None: whole texts as they are), in
        every text one above 0; pairs do not hang on them.
        A text's scores are the same whatever else is in the batch.
        """


def joined(text: Text) -> str:
    """The whole text that its sentences make up."""
    return "\n".join(text)


def absolute(scores: NDArray[np.floating]) -> Floats:
    """Scores clipped to [0, 1] and rounded to DECIMALS."""
    clipped: Floats = np.clip(scores, 0.0, 1.0, dtype=np.float64)
    return clipped.round(DECIMALS)

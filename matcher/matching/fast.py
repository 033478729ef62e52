"""The fast reader's parts over one guide: static vectors, words, and the lead over topics of elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import faiss
import numpy as np

from matcher.embeddings import read
from matcher.embeddings.static import StaticEncoder
from matcher.index.dense import build
from matcher.index.elsewhere import Elsewhere, Rounded
from matcher.index.words import WordInteraction
from matcher.segment import fold
from matcher.types import Passage, Topic


class FastReader:
    """What a guide's topics are to the fast reader; it takes part beside another encoder, or answers alone."""

    def __init__(
        self,
        topics: Sequence[Topic],
        passages: Sequence[Passage],
        encoder: StaticEncoder,
        background: Rounded,
        index: faiss.Index | None = None,
    ) -> None:
        """Take the passages of `topics`, sentences first, and topics of elsewhere.

        `index` holds the vectors that `encoder` gives the passages; None: they are made.
        """
        self.encoder = encoder
        # Sentences stand first, topic by topic; the whole texts after them.
        place = {topic.id: i for i, topic in enumerate(topics)}
        sentences = passages[: len(passages) - len(topics)]
        self.topic_of_sentence = np.array([place[p.doc_id] for p in sentences])
        self.starts = np.searchsorted(self.topic_of_sentence, np.arange(len(place)))
        self.ends = np.append(self.starts[1:], len(sentences))
        folded = [fold(p.text) for p in sentences]
        texts = [folded[a:b] for a, b in zip(self.starts, self.ends, strict=True)]
        self.index = index or build(np.concatenate(read(encoder, texts, "passage")), np.arange(len(passages)))
        self.words = WordInteraction(encoder, texts)
        self.elsewhere = Elsewhere(encoder, [topic.text for topic in topics], background)

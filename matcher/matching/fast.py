"""The fast reader's parts over one guide: static vectors, words, and the lead over topics of elsewhere."""

from __future__ import annotations

from matcher.embeddings.static import StaticEncoder
from matcher.index.corpus import Corpus
from matcher.index.elsewhere import Elsewhere, Rounded
from matcher.index.words import WordInteraction


class FastReader:
    """What a guide's topics are to the fast reader; it takes part beside another encoder, or answers alone."""

    def __init__(self, corpus: Corpus, encoder: StaticEncoder, background: Rounded) -> None:
        """Take the corpus of a guide, by whichever encoder, and topics of elsewhere."""
        self.encoder, self.corpus = encoder, corpus.by(encoder)
        self.words = WordInteraction(encoder, corpus.texts)
        self.elsewhere = Elsewhere(self.corpus.full_text_vectors, background)

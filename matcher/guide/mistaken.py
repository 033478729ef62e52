"""A guide among proposals: people who have one at hand lay it beside them, or take it for what is asked for."""

from __future__ import annotations

from contextlib import suppress

from matcher import settings
from matcher.errors import MatcherError
from matcher.guide.document_kind import is_call
from matcher.guide.reading import parse_document
from matcher.guide.text.joins import TITLE_ENDS
from matcher.language import HAN_LETTERS
from matcher.readers import Document
from matcher.segment import fold

LEAST_TOPICS = settings.count("guide.mistaken.topics")


def is_guide(document: Document) -> bool:
    """Whether a document that does not say who applies is a guide: its title calls for proposals, and it has several topics."""
    with suppress(MatcherError):  # what cannot be read as a guide is none
        guide = parse_document(document)
        title = fold(guide.title)
        # A study may be of guides, lists or calls: …指南的研制
        called = TITLE_ENDS.search(title) if HAN_LETTERS.search(title) else is_call([title])
        return bool(called) and len(guide.topics) >= LEAST_TOPICS
    return False

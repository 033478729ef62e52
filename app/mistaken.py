"""A guide in the place of a proposal: people who have one at hand take it for what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app import files
from app.markup import texts
from matcher.errors import DocumentError, MatcherError
from matcher.guide import read_guide
from matcher.guide.mistaken import LEAST_TOPICS
from matcher.readers.batch import read_proposal
from matcher.readers.form.reading import Form
from matcher.readers.source import FORMS


def refuse_guide(path: Path, form: Form) -> None:
    """DocumentError for a document that is a guide; its `form` does not say who applies."""
    if form.fields.keys() >= {"organisation", "principal_investigator"}:
        return
    count = 0
    with suppress(MatcherError):  # what cannot be read as a guide is none
        count = len(read_guide(path).topics)
    if count >= LEAST_TOPICS:
        raise DocumentError(texts("mistaken.guide", name=path.name, count=count))


def refuse_guides(received: Sequence[files.Received]) -> None:
    """The same of one document that is to be a batch, or comes with tables; of many none is tried, for each takes a while."""
    documents = [each for each in received if Path(each.name).suffix.lower() in FORMS]
    if len(documents) != 1:
        return
    form = None
    with files.as_path(documents[0]) as path:
        with suppress(MatcherError):  # a list of proposals, or what the reading of the batch tells
            form = read_proposal(path)
        if form is not None:
            refuse_guide(path, form)

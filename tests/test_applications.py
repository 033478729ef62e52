"""Application forms and batches as people fill them in, each read as a careful clerk reads it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from pathlib import Path

import pytest

from matcher.readers import Document
from matcher.readers.batch import Batch
from matcher.readers.document import read_document
from matcher.readers.fields.labels import names
from matcher.readers.fields.shapes import mentioned
from matcher.readers.form.reading import Form, form_of
from tests.application_cases import applications, faults, plain
from tests.batch_cases import batch_faults, batches, write_batch
from tests.conftest import named, none_wrong
from tests.layout_cases import Case, by_file, write

APPLICATIONS, BATCHES = applications(), batches()
FILES, BATCH_FILES = by_file(APPLICATIONS), by_file(BATCHES)
NAME, KNOWN = attrgetter("name"), attrgetter("known_failure")


Readings = Callable[[Case], tuple[Document, Form]]


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> Readings:
    """Each application as its document and its form, read once."""
    folder = tmp_path_factory.mktemp("applications")

    @cache
    def read(case: Case) -> tuple[Document, Form]:
        with named(case.name):
            document = read_document(write(case, folder))
            return document, form_of(document)

    return read


def _wrong(readings: Readings, case: Case) -> list[str]:
    return [words for _, words in faults(case, readings(case)[1])]


@pytest.mark.parametrize("file", FILES)
def test_applications(readings: Readings, file: str) -> None:
    none_wrong({case.name: _wrong(readings, case) for case in FILES[file] if not case.known_failure})


@pytest.mark.parametrize("case", [*filter(KNOWN, APPLICATIONS)], ids=NAME)
@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_applications_read_wrongly(readings: Readings, case: Case) -> None:
    assert _wrong(readings, case) == []


def test_the_names_of_parts_are_listed_once(readings: Readings) -> None:
    """To list thousands of names takes 30 ms: twice, with those of columns and without, however many forms are read."""
    for case in APPLICATIONS[:20]:
        readings(case)
    assert names.cache_info().misses <= 2


def _lost(document: Document, form: Form) -> list[str]:
    """The phones and addresses of a document that stand nowhere in its form."""
    texts = [*form.fields.values(), *(f"{s.heading}\n{s.text}" for s in form.sections), *form.notes]
    accounted = plain("\n".join(texts))
    values = [
        value for line in document.lines for field, value in mentioned(line) if field in ("phone", "email")
    ]
    return [value for value in values if plain(value) not in accounted]


@pytest.mark.parametrize("file", FILES)
def test_no_value_of_an_application_is_lost_in_silence(readings: Readings, file: str) -> None:
    none_wrong({case.name: _lost(*readings(case)) for case in FILES[file]})


def _wrong_rows(folder: Path, case: Case) -> list[str]:
    with named(case.name):
        return list(batch_faults(case, Batch(write_batch(case, folder))))


@pytest.mark.parametrize("file", BATCH_FILES)
def test_batches(tmp_path: Path, file: str) -> None:
    none_wrong({c.name: _wrong_rows(tmp_path, c) for c in BATCH_FILES[file] if not c.known_failure})


@pytest.mark.parametrize("case", [*filter(KNOWN, BATCHES)], ids=NAME)
@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_batches_read_wrongly(tmp_path: Path, case: Case) -> None:
    assert _wrong_rows(tmp_path, case) == []

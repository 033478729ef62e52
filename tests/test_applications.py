"""Application forms and batches as people fill them in, each read as a careful clerk reads it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from matcher.readers import Document
from matcher.readers.batch import Batch
from matcher.readers.document import read_document
from matcher.readers.form import Form, form_of
from matcher.readers.labels import names
from matcher.readers.value_shapes import mentioned
from tests.application_cases import applications, faults, plain
from tests.batch_cases import batch_faults, batches, write_batch
from tests.layout_cases import write

APPLICATIONS = {case.name: case for case in applications()}
BATCHES = {case.name: case for case in batches()}


Readings = Callable[[str], tuple[Document, Form]]


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> Readings:
    """Each application as its document and its form, read once."""
    folder = tmp_path_factory.mktemp("applications")

    @cache
    def read(name: str) -> tuple[Document, Form]:
        document = read_document(write(APPLICATIONS[name], folder))
        return document, form_of(document)

    return read


@pytest.mark.parametrize("name", APPLICATIONS)
def test_an_application(readings: Readings, name: str) -> None:
    case = APPLICATIONS[name]
    wrong = [words for _, words in faults(case, readings(name)[1])]
    if case.known_failure:
        assert wrong, "read right now: take the mark away"
        pytest.xfail("; ".join(wrong))
    assert wrong == []


def test_the_names_of_parts_are_listed_once(readings: Readings) -> None:
    """To list thousands of names takes 30 ms: twice, with those of columns and without, however many forms are read."""
    for name in list(APPLICATIONS)[:20]:
        readings(name)
    assert names.cache_info().misses <= 2


@pytest.mark.parametrize("name", APPLICATIONS)
def test_no_value_of_an_application_is_lost_in_silence(readings: Readings, name: str) -> None:
    document, form = readings(name)
    texts = [*form.fields.values(), *(f"{s.heading}\n{s.text}" for s in form.sections), *form.notes]
    accounted = plain("\n".join(texts))
    values = [
        value for line in document.lines for field, value in mentioned(line) if field in ("phone", "email")
    ]
    assert [value for value in values if plain(value) not in accounted] == []


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch(tmp_path: Path, name: str) -> None:
    case = BATCHES[name]
    wrong = list(batch_faults(case, Batch(write_batch(case, tmp_path))))
    if case.known_failure:
        assert wrong, "read right now: take the mark away"
        pytest.xfail("; ".join(wrong))
    assert wrong == []

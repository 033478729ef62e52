"""Chinese numerals, read and written."""

from __future__ import annotations

import pytest
from lxml import etree

from matcher import numerals
from matcher.readers.formats.ooxml import count
from matcher.triage.patterns import number_of


def test_every_number_that_is_written_is_read_again() -> None:
    assert [numerals.read(numerals.write(n)) for n in range(10_000)] == list(range(10_000))


@pytest.mark.parametrize(
    ("n", "written"),
    [(0, "零"), (9, "九"), (10, "十"), (19, "十九"), (20, "二十"), (99, "九十九"), (100, "一百"), (101, "一百零一"), (110, "一百一十"),
     (1000, "一千"), (1001, "一千零一"), (1010, "一千零一十"), (1100, "一千一百"), (2024, "二千零二十四"), (9999, "九千九百九十九")],
)  # fmt: skip
def test_numbers_are_written_as_people_do(n: int, written: str) -> None:
    assert numerals.write(n) == written


@pytest.mark.parametrize(
    ("written", "n"),
    [("两", 2), ("〇", 0), ("一百〇五", 105), ("百", 100), ("三万", 30_000), ("十二万", 120_000), ("一万零三", 10_003), ("一千万", 10_000_000),
     ("三四十", 40), ("二〇二三", None), ("一二", None), ("", None), ("三x", None), ("壹", None), ("3", None), ("①", None)],
)  # fmt: skip
def test_what_is_a_numeral_and_what_is_none(written: str, n: int | None) -> None:
    assert numerals.read(written) == n


@pytest.mark.parametrize(
    ("written", "n"), [("二〇二三", 2023), ("零五", 5), ("两", 2), ("十五", None), ("", None), ("20", None)]
)
def test_digits_in_a_row(written: str, n: int | None) -> None:
    assert numerals.read_row(written) == n


@pytest.mark.parametrize("n", [-1, 10_000])
def test_no_more_is_written_than_is_known(n: int) -> None:
    with pytest.raises(ValueError, match=str(n)):
        numerals.write(n)


def test_digits_without_end_are_no_number() -> None:
    """Python refuses to read 5,000 of them: a code, and a count in a sheet, come from anybody's file."""
    endless = 5000 * "9"
    assert number_of(endless) is None
    assert count(etree.Element("cell", Index=endless), "Index", least=0) == 0


@pytest.mark.parametrize("written", ["一" * 5000, "零" * 5000, "万" * 5000, "九千" * 5000, "7" * 5000])
def test_numbers_without_end_are_none(written: str) -> None:
    assert (numerals.read(written), numerals.read_row(written), numerals.read_digits(written)) == (
        None,
        None,
        None,
    )

"""Cells that no spreadsheet runs, whatever stands before the sign, and workbooks without a clock."""

from __future__ import annotations

import csv
import io
import sys
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from matcher.segment import visible
from matcher.sheet import harmless, original, save_workbook, text_cell, write_csv

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫"


@pytest.fixture(scope="module")
def marks() -> list[str]:
    """Every character that is cleaned away, shown as a space, or does not count before a sign."""
    return [
        chr(code)
        for code in range(sys.maxunicode + 1)
        if not visible(chr(code)) or unicodedata.category(chr(code)) in ("Cc", "Cf", "Zs", "Zl", "Zp")
    ]


def runs(cell: str) -> bool:
    """What a spreadsheet would do with a cell, judged without the module's own test."""
    return unicodedata.normalize("NFKC", "".join(c for c in cell if c.isprintable()).lstrip())[:1] in tuple(
        "=+-@"
    )


@pytest.mark.parametrize("sign", SIGNS)
def test_no_character_before_a_sign_makes_a_formula(sign: str, marks: list[str]) -> None:
    assert len(marks) > 4000
    for c in marks:
        for before in (c, c + c, f"\u200b{c}"):
            cell = harmless(f"{before}{sign}HYPERLINK(1)")
            assert not runs(cell), (hex(ord(c)), cell)
            assert cell.startswith("'"), hex(ord(c))


@given(st.text(max_size=30))
def test_the_text_comes_back_cleaned(text: str) -> None:
    cell = harmless(text)
    assert not runs(cell)
    assert original(cell) == visible(text).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    assert harmless(original(cell)) == cell


@pytest.mark.parametrize("delimiter", ",;")
@pytest.mark.parametrize(
    "text",
    ["a;=1+1;", 'a;"=1+1;', "a\n=1+1;b", "a\r\u200b+1", '"=1+1', "a;b;\u3164 ＝1", "a\u2028=1;", "a,=1+1"],
)
def test_no_part_of_a_table_is_live_wherever_it_is_split(text: str, delimiter: str) -> None:
    stream = io.StringIO()
    write_csv(stream, [["id", text, text], [text, 1, None]])
    table = stream.getvalue().removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(table, newline=""), delimiter=delimiter))
    assert not any(runs(cell.lstrip('"')) for row in rows for cell in row)
    if delimiter == "," and "\n" not in text:
        assert [len(row) for row in rows] == [3, 3]


def test_every_text_of_a_workbook_is_a_string_and_the_bytes_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["\u200b=1+1", "#REF!", "=A1", "\ufeff+1", "2021-01-01", "TRUE", "长" * 40_000, ""]
    for name, now in (("a.xlsx", 1_700_000_000.0), ("b.xlsx", 1_900_000_000.0)):
        monkeypatch.setattr("time.time", lambda now=now: now)
        book = Workbook(write_only=True)
        sheet = book.create_sheet("s")
        sheet.append([*(text_cell(sheet, text) for text in texts), text_cell(sheet, 3)])
        save_workbook(book, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as folder:
        assert {entry.date_time[0] for entry in folder.infolist()} == {1980}
        assert b"<f>" not in folder.read("xl/worksheets/sheet1.xml")
    cells = next(load_workbook(tmp_path / "a.xlsx")["s"].iter_rows())
    assert [c.data_type for c in cells] == ["s"] * 7 + ["n", "n"]
    assert [c.value for c in cells][:4] == ["'=1+1", "#REF!", "'=A1", "'+1"]
    assert len(str(cells[6].value)) == 32_767

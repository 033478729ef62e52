"""Columns of running text of a page are read one after another, however many; rows of cells are no columns."""

from __future__ import annotations

import pytest

from matcher.readers.pdf.columns import columns_of, continued
from matcher.readers.pdf.pieces import Piece

STARTS = (57.0, 223.0, 389.0, 555.0)
WIDE = 150.0
TEXT = "夜间经济的噪声治理与街区更新"


def piece(x0: float, row: float, text: str, *, x1: float = 0.0) -> Piece:
    return Piece(x0, x1 or x0 + WIDE, 100 + 14 * row, 110 + 14 * row, text)


def page(columns: int, rows: int = 12) -> list[list[Piece]]:
    return [[piece(STARTS[c], row, f"{TEXT}{c}{row}") for c in range(columns)] for row in range(rows)]


def read(lines: list[list[Piece]]) -> list[str] | None:
    columns = columns_of(lines)
    return None if columns is None else [" ".join(p.text for p in line) for c in columns for line in c.lines]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_each_column_is_read_to_its_end(count: int) -> None:
    assert read(page(count)) == [f"{TEXT}{c}{row}" for c in range(count) for row in range(12)]


def test_a_title_in_the_middle_stands_above_all_columns() -> None:
    lines = page(3)
    title = piece(250.0, -2, "三栏通讯", x1=346.0)
    assert (read([[title], *lines]) or [])[:2] == ["三栏通讯", f"{TEXT}00"]


def test_a_stop_that_hangs_into_the_white_between_columns_parts_no_line_from_its_own() -> None:
    """The line's two stretches were one: only seven points are between the stop and the next column."""
    lines = page(3)
    text, gap = f"{TEXT}。 {TEXT}", (216.0, 223.0, len(TEXT) + 2)
    lines[5] = [Piece(57.0, 373.0, 170.0, 180.0, text, (gap,)), lines[5][2]]
    shown = read(lines) or []
    assert (shown[5], shown[12 + 5]) == (f"{TEXT}。", TEXT)


def test_words_set_apart_to_fill_their_column_are_one_line() -> None:
    lines = page(3)
    words = [
        ("been", 389.0, 413.0),
        ("deemed", 427.0, 467.0),
        ("worthy of", 481.0, 525.0),
        ("it", 539.0, 539.0),
    ]
    lines[4][2:] = [piece(x0, 4, text, x1=x1) for text, x0, x1 in words]
    assert "been deemed worthy of it" in (read(lines) or [])


def test_cells_of_long_texts_are_no_columns() -> None:
    """Rows of three cells of three to six lines: all three begin anew below the longest."""
    lines = []
    for row, heights in enumerate([(6, 3, 4), (4, 6, 5), (5, 4, 6), (6, 3, 5)]):
        for line in range(max(heights)):
            own = [(STARTS[c], heights[c] - line) for c in range(3) if line < heights[c]]
            ends = {1: 60.0}  # of the last line of a cell
            lines.append([piece(x0, 6 * row + line, TEXT, x1=x0 + ends.get(left, WIDE)) for x0, left in own])
    assert read(lines) is None


def test_paragraphs_apart_and_with_a_ragged_edge_are_columns() -> None:
    """Lines of nearly full width; a white between paragraphs stands beside text that goes on."""
    ends = [150.0, 120.0, 140.0, 118.0, 150.0, 125.0, 119.0, 118.0]
    blank = ({5, 11}, {3, 8})
    lines = [
        [
            piece(STARTS[c], row, TEXT, x1=STARTS[c] + ends[(row + 3 * c) % 8])
            for c in range(2)
            if row not in blank[c]
        ]
        for row in range(16)
    ]
    assert len(read(lines) or []) == 28


KNOWN = [(start, start + WIDE) for start in STARTS[:3]]


def test_columns_go_on_for_a_few_lines_of_the_next_page() -> None:
    lines = [*page(3, rows=2), [piece(290.0, 50, "2", x1=296.0)]]
    columns = continued(lines, KNOWN)
    assert columns is not None
    shown = [line[0].text for column in columns for line in column.lines]
    assert [text for text in shown if text != "2"] == [
        f"{TEXT}{c}{row}" for c in range(3) for row in range(2)
    ]


@pytest.mark.parametrize(
    ("lines", "known"),
    [
        (page(3, rows=2), []),
        (page(3, rows=4), KNOWN),  # enough lines to show their columns
        ([[piece(57.0, 0, "申请人"), piece(300.0, 0, "日期")]], KNOWN),
        ([[piece(57.0, 0, TEXT)]], KNOWN),
    ],
)
def test_no_other_lines_go_on_in_columns(lines: list[list[Piece]], known: list[tuple[float, float]]) -> None:
    assert continued(lines, known) is None

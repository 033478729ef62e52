"""Tables of a PDF in which the ground of every other row, and no rule, parts the rows."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from matcher.readers import Table, read_document
from tests.test_readers import pdf_of, text_at

HEAD = ("序号", "项目名称", "申报单位", "负责人")
LEFT = (40, 80, 165, 260, 320)  # of the columns, and where the last one ends
TOP, HIGH = 760, 30  # of the first row, from the foot of the page; two lines and the white around them


def page(numbers: range, *, head: bool, shaded: int) -> str:
    """Rows with these numbers below a header; those of one parity have a ground in each cell."""
    drawn, top = ["/F1 10 Tf"], TOP
    if head:
        drawn += [text_at(x + 3, top - 12, name) for x, name in zip(LEFT, HEAD, strict=False)]
        top -= 18
    for n in numbers:
        grounds = (f"{a} {top - HIGH} {b - a} {HIGH} re f" for a, b in pairwise(LEFT))
        drawn += ["0.85 g", *grounds, "0 g"] if n % 2 == shaded else []
        cells = (str(n), f"第{n}处夜市的噪声", f"滨海第{n}学院", "王某")
        drawn += [text_at(x + 3, top - 12, cell) for x, cell in zip(LEFT, cells, strict=False)]
        drawn.append(text_at(LEFT[1] + 3, top - 25, "与灯光的协同治理"))
        top -= HIGH
    return "\n".join(drawn)


def tables(path: Path, pages: list[str]) -> list[list[list[str]]]:
    path.write_bytes(pdf_of(pages))
    blocks = read_document(path).blocks
    return [[[*row] for row in block.rows] for block in blocks if isinstance(block, Table)]


def row(n: int) -> list[str]:
    return [str(n), f"第{n}处夜市的噪声与灯光的协同治理", f"滨海第{n}学院", "王某"]


@pytest.mark.parametrize("shaded", [0, 1])
def test_rows_between_shaded_ones_are_rows_of_one_table(tmp_path: Path, shaded: int) -> None:
    (table,) = tables(tmp_path / "a.pdf", [page(range(1, 8), head=True, shaded=shaded)])
    assert table == [[*HEAD], *map(row, range(1, 8))]


def test_such_a_table_goes_on_with_fewer_rows_on_the_next_page(tmp_path: Path) -> None:
    pages = [page(range(1, 8), head=True, shaded=1), page(range(8, 10), head=False, shaded=1)]
    (table,) = tables(tmp_path / "a.pdf", pages)
    assert table == [[*HEAD], *map(row, range(1, 10))]

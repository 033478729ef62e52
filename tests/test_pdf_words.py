"""Words of Western texts in a PDF are set apart by white that no space is written in, as TeX does."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.readers import read_document
from tests.test_readers import pdf_of, text_at


def set_apart(gap: int, x: float = 60, y: float = 700) -> str:
    """Words whose whites are so many thousandths of their size."""
    words = [f"<{word.encode('utf-16-be').hex()}>" for word in ("we", "study", "water")]
    return f"BT /F1 10 Tf {x} {y} Td [{f' -{gap} '.join(words)}] TJ ET"


@pytest.mark.parametrize(
    ("gap", "line"),
    [(220, "we study water"), (250, "we study water"), (333, "we study water"), (60, "westudywater")],
)
def test_words_of_a_line(tmp_path: Path, gap: int, line: str) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_of([set_apart(gap)]))
    assert read_document(tmp_path / "a.pdf").lines == (line,)


@pytest.mark.parametrize(("gap", "cell"), [(220, "we study water"), (60, "westudywater")])
def test_words_of_a_cell(tmp_path: Path, gap: int, cell: str) -> None:
    rules = "50 680 100 40 re S 150 680 300 40 re S"
    (tmp_path / "a.pdf").write_bytes(pdf_of([f"{rules} {set_apart(gap)} {set_apart(gap, 160)}"]))
    assert read_document(tmp_path / "a.pdf").lines == (f"{cell} | {cell}",)


def test_chinese_letters_a_little_apart_are_one_word(tmp_path: Path) -> None:
    letters = " -220 ".join(f"<{c.encode('utf-16-be').hex()}>" for c in "研究水资源")
    (tmp_path / "a.pdf").write_bytes(pdf_of([f"BT /F1 10 Tf 60 700 Td [{letters}] TJ ET"]))
    assert read_document(tmp_path / "a.pdf").lines == ("研究水资源",)


@pytest.mark.parametrize(("back", "line"), [(500, "water"), (0, "wa ter"), (250, "wa ter")])
def test_a_space_that_takes_no_room_is_a_soft_hyphen(tmp_path: Path, back: int, line: str) -> None:
    parts = [f"<{text.encode('utf-16-be').hex()}>" for text in ("wa ", "ter")]
    (tmp_path / "a.pdf").write_bytes(pdf_of([f"BT /F1 10 Tf 60 700 Td [{f' {back} '.join(parts)}] TJ ET"]))
    assert read_document(tmp_path / "a.pdf").lines == (line,)


def test_a_space_that_a_fake_bold_draws_twice_is_one(tmp_path: Path) -> None:
    text = "".join(f"{ord(c):04x}" for c in "clean water")
    (tmp_path / "a.pdf").write_bytes(pdf_of([f"BT /F1 10 Tf 60 700 Td <{text}> Tj ET"]))
    twice = "\n".join(f"BT /F1 10 Tf {x} 700 Td <{text}> Tj ET" for x in (60, 60, 60.2))
    (tmp_path / "b.pdf").write_bytes(pdf_of([twice]))
    assert [read_document(tmp_path / name).lines for name in ("a.pdf", "b.pdf")] == [("clean water",)] * 2


def test_lines_that_a_browser_writes_from_top_to_bottom(tmp_path: Path) -> None:
    columns = ["项目名称：湿地水位调控", "研究内容：布设观测井记录水位。"]
    drawn = [
        text_at(500 - 20 * n, 780 - 10 * i, c) for n, text in enumerate(columns) for i, c in enumerate(text)
    ]
    (tmp_path / "a.pdf").write_bytes(pdf_of(["\n".join(drawn)]))
    assert read_document(tmp_path / "a.pdf").lines == (
        "项目名称：湿地水位调控",
        "研究内容：布设观测井记录水位。",
    )


def test_a_label_written_downwards_turns_no_page(tmp_path: Path) -> None:
    label = [text_at(60, 780 - 10 * n, c) for n, c in enumerate("项目摘要")]
    lines = [text_at(90, 780 - 10 * n, "这一行横着写研究的内容") for n in range(4)]
    (tmp_path / "a.pdf").write_bytes(pdf_of(["\n".join([*label, *lines])]))
    assert "这一行横着写研究的内容" in read_document(tmp_path / "a.pdf").lines[-1]


@pytest.mark.parametrize("spacing", [2.2, 2.8])
def test_a_western_word_that_is_set_apart_stays_one(tmp_path: Path, spacing: float) -> None:
    words = "".join(f"{ord(c):04x}" for c in "ABSTRACT")
    (tmp_path / "a.pdf").write_bytes(pdf_of([f"BT /F1 10 Tf {spacing} Tc 60 700 Td <{words}> Tj ET"]))
    assert read_document(tmp_path / "a.pdf").lines == ("ABSTRACT",)

"""Reports: the fixed JSON lines, a page with nothing live in it, a workbook without formulas, and new thresholds."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matcher.cli.commands import app
from matcher.duplicates import Findings, Pair, reports, saved
from matcher.duplicates.classifier import fitted, judge
from matcher.duplicates.copied import NOT_COPIED, Copied
from matcher.errors import ReportError
from matcher.types import Proposal
from tests.test_duplicates import OTHER, SOURCE

pytestmark = pytest.mark.usefixtures("guides_read_once")

A = Proposal(
    "=a", "<script>alert(1)</script>", "甲乙丙丁戊己庚辛壬癸和本人承诺", "1-01", "某大学", "+张三", "2024"
)
B = Proposal("b", "另一题", "前文。甲乙丙丁戊己庚辛壬癸", year="2021")
START = len(A.title) + 1
PAIR = Pair("=a", "b", "partial", 0.93, 0.6, 0.7, 0.4, ((START, START + 10, 7, 17),), "unknown", True)
WEAK = replace(PAIR, kind="reworded", concern=0.55, spans=())
FOUND = Findings((PAIR, WEAK), {"=a": A, "b": B}, {"=a": ((START + 11, START + 15),), "b": ()}, 100)


class Reader(HTMLParser):
    """Text of a page by the marks and classes it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.marked: list[str] = []
        self.grey: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.tags.append(f"{tag}.{dict(attrs).get('class')}")

    def handle_endtag(self, tag: str) -> None:
        while self.tags and self.tags.pop().partition(".")[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["mark.m0"]:
            self.marked.append(data)
        if self.tags[-1:] == ["span.shared"]:
            self.grey.append(data)


def test_the_lines_are_the_fixed_contract_and_read_back_to_the_same_pairs(tmp_path: Path) -> None:
    saved.write_lines(FOUND, tmp_path / "x.jsonl", {})
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text("utf-8").splitlines()]
    assert rows[0] == {
        "a": "=a", "b": "b", "kind": "partial", "concern": 0.93, "copied": {"a_in_b": 0.6, "b_in_a": 0.7},
        "reworded": 0.4, "spans": [[START, START + 10, 7, 17]], "same_team": "unknown",
    }  # fmt: skip
    found = saved.read_back(tmp_path / "x.jsonl", [A, B], None, None)
    assert found.pairs == tuple(replace(p, archived=False) for p in FOUND.pairs)
    assert found.proposals == {"=a": A, "b": B}


@pytest.mark.parametrize("line", ["{", "[]", '{"a": "=a"}', '{"a": "x", "b": "b"}'])
def test_lines_that_do_not_fit_the_batch_are_refused_by_number(tmp_path: Path, line: str) -> None:
    saved.write_lines(replace(FOUND, pairs=(PAIR,)), tmp_path / "x.jsonl", {})
    with (tmp_path / "x.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    with pytest.raises(ReportError, match="Line 2"):
        saved.read_back(tmp_path / "x.jsonl", [A, B], None, None)
    with pytest.raises(ReportError, match="Line 1"):
        saved.read_back(tmp_path / "x.jsonl", [A], None, None)


def test_a_line_on_texts_that_are_not_here_says_which_in_each_language(tmp_path: Path) -> None:
    saved.write_lines(replace(FOUND, pairs=(PAIR,)), tmp_path / "x.jsonl", {})
    shorter = replace(B, abstract="")
    with pytest.raises(ReportError) as refused:
        saved.read_back(tmp_path / "x.jsonl", [A, shorter], None, None)
    place = f"{START}–{START + 10}, 7–17"
    assert f"（文字没有那么长：{place}）" in refused.value.message.of("zh")
    assert f"(the texts are not that long: {place})" in refused.value.message.of("en")


def test_the_page_marks_both_sides_greys_the_rest_and_holds_nothing_live(tmp_path: Path) -> None:
    assert reports.write(FOUND, tmp_path / "x.html", 0.9, fitted()) == 1
    text = (tmp_path / "x.html").read_text("utf-8")
    reader = Reader()
    reader.feed(text)
    assert reader.marked == ["甲乙丙丁戊己庚辛壬癸", "甲乙丙丁戊己庚辛壬癸"]
    assert reader.grey == ["本人承诺"]
    assert not reader.seen & {"script", "img", "link", "iframe", "a", "form"}
    assert not re.search(r"https?://|url\(", text)
    assert "refer to a reviewer" in text


def test_no_cell_of_the_workbook_is_a_formula(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    reports.write(FOUND, tmp_path / "x.xlsx", 0.5, fitted())
    book = load_workbook(tmp_path / "x.xlsx")
    assert {(sheet.page_setup.paperSize, sheet.oddFooter.center.text) for sheet in book} == {(9, "&P / &N")}
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [c for c in cells if c.data_type == "f"]
    pairs = book.worksheets[0]
    assert [c.value for c in pairs[2]][2:6] == [
        "部分照抄 / partial",
        0.93,
        "'=a",
        "<script>alert(1)</script>",
    ]
    assert pairs.max_row == 3


def test_expected_false_alarms_follow_the_size_of_the_batch() -> None:
    model = replace(fitted(), false_alarms={0.4: 9.0, 0.5: 8.0, 0.9: 2.0})
    assert list(reports.thresholds(FOUND, model)) == [(0.5, 2, 0.8), (0.9, 1, 0.2)]


LIFTED = Copied(0.3, 0.2, 60, 60, ())


@pytest.mark.parametrize(
    ("words", "by_words", "by_meaning", "same_language", "kind", "concern"),
    [
        (Copied(0.9, 0.8, 90, 40, ()), 0.7, 0.1, True, "copied", 0.7),
        (Copied(0.9, 0.8, 90, 40, ()), 0.1, 0.3, True, "copied", 0.3),
        (NOT_COPIED, 0.0, 0.1, True, "reworded", 0.1),  # nothing is copied
        (LIFTED, 0.6, 0.1, True, "partial", 0.6),
        (LIFTED, 0.6, 0.9, True, "partial", 0.9),
        (replace(LIFTED, longest=12), 0.6, 0.1, True, "partial", 0.6),
        (replace(LIFTED, longest=12), 0.6, 0.9, True, "partial", 0.9),  # a quarter of both, in pieces
        (replace(LIFTED, b_in_a=0.1, longest=12), 0.6, 0.9, True, "reworded", 0.9),
        (replace(LIFTED, longest=12), 0.2, 0.9, True, "reworded", 0.9),
        (NOT_COPIED, 0.0, 0.9, False, "translated", 0.9),
    ],
)  # fmt: skip
def test_the_kind_follows_the_strongest_evidence(
    words: Copied, by_words: float, by_meaning: float, same_language: bool, kind: str, concern: float
) -> None:
    assert judge(words, by_words, by_meaning, same_language=same_language) == (kind, concern)


def test_from_batch_and_archive_to_report_and_to_another_threshold(tmp_path: Path) -> None:
    def rows(name: str, proposals: list[Proposal]) -> str:
        keys = ("id", "title", "abstract", "year")
        lines = (json.dumps({k: getattr(p, k) for k in keys}, ensure_ascii=False) for p in proposals)
        (tmp_path / name).write_text("\n".join(lines), "utf-8")
        return str(tmp_path / name)

    run, folder = CliRunner(), str(tmp_path / "archive")
    old = rows("old.jsonl", [replace(SOURCE, id="7", year="2021")])
    new = rows("new.jsonl", [replace(SOURCE, id="7", year="2024"), OTHER])
    assert run.invoke(app, ["archive", "add", folder, old]).exit_code == 0
    out = str(tmp_path / "x.jsonl")
    assert run.invoke(app, ["duplicates", new, "--archive", folder, "--fast", "--out", out]).exit_code == 0
    (row,) = [json.loads(line) for line in Path(out).read_text("utf-8").splitlines()]
    assert (row["a"], row["b"], row["kind"]) == ("7", "7 (2021)", "identical")
    again = ["duplicates", new, "--archive", folder, "--rethreshold", out, "--threshold", "0.9"]
    assert run.invoke(app, [*again, "--out", str(tmp_path / "x.html")]).exit_code == 0
    assert "identical" in (tmp_path / "x.html").read_text("utf-8")
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(ReportError, match=r"Line 1 of x\.xlsx .*\(no JSON; .* --decided\)"):
        run.invoke(app, [*again[:4], "--rethreshold", str(tmp_path / "x.xlsx")], catch_exceptions=False)
    assert run.invoke(app, ["archive", "remove", folder, "7"]).exit_code == 0
    assert run.invoke(app, ["archive", "verify", folder]).exit_code == 0
    assert run.invoke(app, ["archive", "list", folder]).stdout == ""

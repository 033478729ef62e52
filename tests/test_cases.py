"""A pair is a case: decided in a workbook, read back, kept, shown in every report and on one page a submission."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from matcher.cli.commands import app
from matcher.cli.reviewers import _cases
from matcher.duplicates import Findings, reports, saved
from matcher.duplicates.cases import (
    ANSWER,
    KEY,
    SHEET,
    Answer,
    Case,
    CaseFile,
    beside,
    case_of,
    read_decided,
    select,
)
from matcher.duplicates.classifier import fitted
from matcher.duplicates.notes import LONGEST_QUOTE, notes, word, write_notes
from matcher.errors import DocumentError, ReportError
from matcher.sheet import REMARK
from tests.at_work import at_once, keep_cases
from tests.spreadsheets import fill_in, workbook
from tests.test_duplicates_reports import FOUND, PAIR, A, B, Reader

C = replace(A, id="c", title="第三题", year="2024")
WITHIN = replace(PAIR, a="=a", b="c", kind="copied", concern=0.8, same_team="same", archived=False, spans=())
THREE = replace(
    FOUND, pairs=(PAIR, WITHIN), proposals={"=a": A, "b": B, "c": C}, shared={**FOUND.shared, "c": ()}
)


def filled(folder: Path, rows: dict[int, tuple[str, str]], findings: Findings = THREE) -> Path:
    """A report in which reviewers wrote (answer, note) into rows of the sheet of pairs."""
    reports.write(findings, folder / "report.xlsx", 0.5, fitted())
    cells = {
        (row, name): text
        for row, both in rows.items()
        for name, text in zip((ANSWER, REMARK), both, strict=True)
    }
    return fill_in(folder / "report.xlsx", SHEET, cells)


def test_what_reviewers_wrote_comes_back_and_stands_in_the_next_reports(tmp_path: Path) -> None:
    report = filled(tmp_path, {2: (" 是 ", "同一数据 =1+1"), 3: ("存疑", "")})
    read, problems = read_decided(report, THREE)
    assert problems == []
    assert [(c.a, c.b, c.answer, c.note) for c in read] == [
        ("=a", "b", "yes", "同一数据 =1+1"), ("=a", "c", "unsure", ""),
    ]  # fmt: skip
    cases = CaseFile(tmp_path / "cases.jsonl").keep(read)
    assert CaseFile(tmp_path / "cases.jsonl").read() == cases
    reports.write(THREE, tmp_path / "again.xlsx", 0.5, fitted(), cases)
    sheet = load_workbook(tmp_path / "again.xlsx")[SHEET]
    assert [tuple(c.value for c in row[:2]) for row in sheet.iter_rows(min_row=2)] == [
        ("是 yes", "同一数据 =1+1"), ("存疑 unsure", None),
    ]  # fmt: skip
    reports.write(THREE, tmp_path / "again.html", 0.5, fitted(), cases)
    assert "<b>存疑 unsure</b>" in (tmp_path / "again.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("是的。", "yes"),
        ("确认重复", "yes"),
        ("属实", "yes"),
        ("不是的", "no"),
        ("未重复", "no"),
        ("？", "unsure"),
    ],
)
def test_the_words_that_reviewers_write(tmp_path: Path, written: str, answer: Answer) -> None:
    (case,), problems = read_decided(filled(tmp_path, {2: (written, "")}), THREE)
    assert (case.answer, problems) == (answer, [])


def test_an_open_answer_is_taken_as_such_and_what_is_replaced_is_named(tmp_path: Path) -> None:
    first = replace(case_of({}, THREE, PAIR), answer="yes", note="看过")
    second = replace(case_of({}, THREE, WITHIN), answer="no", note="两份综述")
    known = {case.key: case for case in (first, second)}
    read, problems = read_decided(filled(tmp_path, {2: ("未定", ""), 3: ("", "请人再看")}), THREE, known)
    assert [(c.b, c.answer, c.note) for c in read] == [("b", None, "看过"), ("c", "no", "请人再看")]
    assert [problem.zh for problem in problems] == [
        "=a – b 原判“是”，按报告改为“未定”。",
        "=a – c 原有的备注“两份综述”已改为报告中的“请人再看”。",
    ]
    read, (problem, _) = read_decided(filled(tmp_path, {2: ("也许", "问过")}), THREE, known)
    assert [(c.answer, c.note) for c in read] == [
        ("yes", "问过")
    ]  # the note of an answer that is not understood
    assert "第 2 行的“也许”看不懂" in problem.zh


def test_a_line_that_is_not_understood_leaves_the_rest(tmp_path: Path) -> None:
    keys = [case_of({}, THREE, pair).key for pair in (PAIR, WITHIN)]
    lines = [
        {"a": "=a", "b": "b", "key": keys[0], "answer": "待定", "note": "等材料"},
        {"a": "=a", "b": "c", "key": keys[1], "answer": "是"},
        {"a": "=a", "b": "c", "key": keys[1], "answer": "ja"},
        {"a": "x"},
    ]
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    read, problems = read_decided(tmp_path / "x.jsonl", THREE)
    assert [(c.b, c.answer, c.note) for c in read] == [("b", None, "等材料"), ("c", "yes", "")]
    assert ["第 3 行的“ja”看不懂" in problems[0].zh, "第 4 行不是判断" in problems[1].zh] == [True, True]
    (tmp_path / "x.jsonl").write_text('{"id": "p", "title": "t"}\n', "utf-8")
    with pytest.raises(ReportError, match="Line 1"):
        read_decided(tmp_path / "x.jsonl", THREE)


def test_a_file_that_is_no_filled_report_is_refused_before_anything_is_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr("matcher.cli.reviewers._find", lambda *asking: asked.append(asking))
    batch = workbook(
        tmp_path / "b.xlsx", {"S": [["编号", "项目名称", "摘要"], ["1", "夜市", "研究夜市的噪声"]]}
    )
    wanted = [
        "duplicates",
        str(batch),
        "--fast",
        "--decided",
        str(batch),
        "--cases",
        str(tmp_path / "c.jsonl"),
    ]
    with pytest.raises(ReportError, match="no report of matcher duplicates"):
        app(wanted, standalone_mode=False)
    assert asked == []


def test_the_saved_lines_hold_cases_only_where_there_are_any(tmp_path: Path) -> None:
    case = replace(case_of({}, THREE, WITHIN), answer="no", note="两份综述")
    saved.write_lines(THREE, tmp_path / "x.jsonl", {case.key: case})
    first, second = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text("utf-8").splitlines()]
    assert "answer" not in first
    assert (second["answer"], second["note"]) == ("no", "两份综述")
    assert read_decided(tmp_path / "x.jsonl", THREE) == ([case], [])
    assert saved.read_back(tmp_path / "x.jsonl", [A, B, C], None, None).pairs[1].concern == 0.8


def test_a_case_hangs_on_the_texts_not_on_their_places_or_names() -> None:
    case = case_of({}, THREE, PAIR)
    turned = Findings(
        (replace(PAIR, a="b (2021)", b="=a"),), {"b (2021)": replace(B, id="b (2021)"), "=a": A}, {}, 2
    )
    assert case_of({case.key: case}, turned, turned.pairs[0]) is case
    changed = replace(THREE, proposals={**THREE.proposals, "b": replace(B, abstract="别的")})
    assert case_of({}, changed, PAIR).key != case.key


def test_what_is_not_understood_or_no_longer_fits_is_named(tmp_path: Path) -> None:
    report = filled(tmp_path, {2: ("也许", ""), 3: ("是", "")})
    changed = replace(THREE, proposals={**THREE.proposals, "c": replace(C, abstract="别的")})
    read, problems = read_decided(report, changed)
    assert read == []
    assert ["也许" in problems[0], "row 3" in problems[1], len(problems)] == [True, True, 2]
    book = load_workbook(report)
    cell = next(c for c in book[SHEET][3] if c.value == "是")
    cell.value = '=IF(A3="","","是")'
    book.save(report)
    read, problems = read_decided(report, THREE)  # the row with the formula is left as it was
    assert read == []
    assert problems[0].endswith("and read it again.")
    assert [cell.coordinate in problems[0], "也许" in problems[1], len(problems)] == [True, True, 2]
    cell.value = "是"
    book[SHEET].delete_cols([c.value for c in book[SHEET][1]].index(KEY) + 1)
    book.save(report)
    with pytest.raises(ReportError, match="lacks key"):
        read_decided(report, THREE)
    with pytest.raises(ReportError, match=r"is no \.xlsx report; give"):
        read_decided(tmp_path / "nothing.csv", THREE)


@pytest.mark.parametrize(
    "line", ["{", "[]", "[" * 100_000, '{"a": "x"}', '{"a": "x", "b": "y", "key": "1", "answer": "ja"}']
)
def test_a_line_that_is_no_case_is_named(tmp_path: Path, line: str) -> None:
    CaseFile(tmp_path / "c.jsonl").keep([Case("a", "b", "k", "yes")])
    with (tmp_path / "c.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    with pytest.raises(ReportError, match="Line 2"):
        CaseFile(tmp_path / "c.jsonl").read()


def test_a_file_of_cases_that_is_damaged_or_without_end_is_named(tmp_path: Path) -> None:
    damaged, pipe = tmp_path / "damaged.jsonl", tmp_path / "pipe.jsonl"
    damaged.write_bytes(b"\n\xff\xfe\x1b[31m")
    with pytest.raises(ReportError, match="Line 2 of damaged"):
        CaseFile(damaged).read()
    os.mkfifo(pipe)
    with pytest.raises(DocumentError, match="a pipe or a device"):
        CaseFile(pipe).read()


def test_a_note_with_any_line_end_survives_and_an_opened_case_goes(tmp_path: Path) -> None:
    odd = Case("a", "b", "k", None, "一\u2028二\x85三\r四")
    assert CaseFile(tmp_path / "c.jsonl").keep([odd]) == CaseFile(tmp_path / "c.jsonl").read() == {"k": odd}
    assert CaseFile(tmp_path / "c.jsonl").keep([replace(odd, note="")]) == {}


def test_what_reviewers_noted_is_its_owners_until_they_share_it(tmp_path: Path) -> None:
    file, modes = tmp_path / "c.jsonl", []
    umask = os.umask(0o022)
    try:
        for mode in (0o660, 0o600):
            CaseFile(file).keep([Case("a", "b", "k", "yes", "同一课题")])
            modes.append(stat.S_IMODE(file.stat().st_mode))
            file.chmod(mode)
    finally:
        os.umask(umask)
    assert modes == [0o600, 0o660]


def test_cases_kept_at_once_by_several_are_all_there(tmp_path: Path) -> None:
    at_once(keep_cases, *((tmp_path / "c.jsonl", n) for n in range(4)))
    assert len(CaseFile(tmp_path / "c.jsonl").read()) == 40


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        ({}, ["b", "c"]),
        ({"kinds": ["partial"]}, ["b"]),
        ({"teams": ["same"]}, ["c"]),
        ({"years": ["2021"]}, ["b"]),
        ({"years": ["2024"]}, ["b", "c"]),
        ({"answers": [None]}, ["b"]),
        ({"answers": ["yes", "no"]}, ["c"]),
        ({"kinds": ["partial"], "teams": ["same"]}, []),
    ],
)
def test_pairs_are_filtered_by_kind_team_year_and_answer(
    chosen: dict[str, list[Answer | None]], left: list[str]
) -> None:
    case = replace(case_of({}, THREE, WITHIN), answer="no")
    pairs = select(THREE, {case.key: case}, **chosen)  # type: ignore[arg-type]
    assert [pair.b for pair in pairs] == left


def test_cases_lie_in_the_archive_or_beside_the_batch(tmp_path: Path) -> None:
    assert beside(tmp_path / "new.xlsx", tmp_path / "earlier") == tmp_path / "earlier" / "cases.jsonl"
    assert beside(tmp_path / "new.xlsx", None) == tmp_path / "new.cases.jsonl"
    report = filled(tmp_path, {2: ("否", "")})
    kept = beside(tmp_path / "new.xlsx", None)
    cases = _cases(THREE, CaseFile(kept), kept, report)
    assert [c.answer for c in cases.values()] == ["no"]
    assert _cases(THREE, CaseFile(kept), kept, None) == cases


# One page for each submission


def test_a_finding_says_what_overlaps_with_which_and_how_much_from_its_own_side() -> None:
    case = replace(case_of({}, THREE, PAIR), answer="yes", note="同一数据")
    first, third = notes(THREE, {case.key: case})
    assert [first.proposal.id, third.proposal.id] == ["=a", "c"]
    assert [(o.other.id, o.archived, o.this_in_other, o.other_in_this) for o in first.overlaps] == [
        ("b", True, 0.6, 0.7), ("c", False, 0.6, 0.7),
    ]  # fmt: skip
    assert first.overlaps[0].cells()[-1] == "是 yes 同一数据"
    assert list(first.passages()) == [("b", "甲乙丙丁戊己庚辛壬癸", "甲乙丙丁戊己庚辛壬癸")]
    (back,) = third.overlaps
    assert (back.other.id, back.this_in_other, back.other_in_this) == ("=a", 0.7, 0.6)
    told = [replace(back, this_in_other=part).cells()[3] for part in (1.0, 0.996, 0.004, 0.0)]
    assert told == ["100%", ">99%", "<1%", "0%"]


def test_findings_are_written_as_pages_and_as_word_with_nothing_live_in_them(tmp_path: Path) -> None:
    from docx import Document

    assert write_notes(THREE, {}, tmp_path / "out") == 2
    files = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert files == ["0001-_a.docx", "0001-_a.html", "0002-c.docx", "0002-c.html"]
    page = (tmp_path / "out" / "0001-_a.html").read_text("utf-8")
    reader = Reader()
    reader.feed(page)
    assert not reader.seen & {"script", "img", "link", "iframe", "a", "form"}
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "请评审人判断" in page
    whole = Document(str(tmp_path / "out" / "0001-_a.docx"))
    told = "\n".join(p.text for p in whole.paragraphs)
    assert "<script>alert(1)</script>" in told
    assert "请评审人判断" in told
    assert whole.tables[1].rows[1].cells[1].text == "甲乙丙丁戊己庚辛壬癸"
    for table in whole.tables:  # Word goes by the cells, LibreOffice by the grid
        assert [cell.width for cell in table.rows[0].cells] == [column.width for column in table.columns]


def test_a_finding_stays_short_and_its_bytes_the_same() -> None:
    long = replace(A, id="l\x00\ufffe", title="长" * 500, abstract="字" * 5000, organisation="院" * 300)
    spans = tuple((501 + i, 900 + i, i, 400 + i) for i in range(9))
    others = {f"o{i}": replace(B, id=f"o{i}", abstract="字" * 5000) for i in range(12)}
    pairs = tuple(replace(PAIR, a=long.id, b=name, spans=spans) for name in others)
    found = Findings(pairs, {long.id: long, **others}, {}, 13)
    (note,) = notes(found, {})
    assert len(list(note.passages())) == 3
    assert max(len(text) for _, *texts in note.passages() for text in texts) == LONGEST_QUOTE
    assert "另有 8 份未列" in note.lines[2]
    assert sum(len(cell) for o in note.overlaps[:4] for cell in o.cells()) < 800
    assert word(note) == word(note)

"""Reports as files: every form, text that must not run, the same bytes, corrections read back, drafts."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import pytest
from docx.oxml import OxmlElement
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from openpyxl import load_workbook

from matcher.errors import OutputError, ReportError
from matcher.guide import read_guide
from matcher.message import Message
from matcher.readers.batch import BadRow, Entry
from matcher.rules import Rule, Rules
from matcher.sheet import harmless, printable
from matcher.triage import Judged, SentencePair, desk, unreadable
from matcher.triage.columns import (
    ABSTRACT,
    CORRECTED,
    ID,
    QUEUE,
    SUMMARY,
    TITLE,
    TOPICS,
    queue_columns,
    summary_table,
)
from matcher.triage.decisions import OfficerDecision, keep, labelled, read_decisions, read_report
from matcher.triage.notes import check_notes, letters, undecided_letters, write_notes
from matcher.triage.reports import split, write_report
from matcher.triage.templates import LETTER_FIELDS, LetterKind, LetterLanguage, Templates
from matcher.types import Guide, Office, Proposal
from tests.spreadsheets import fill_in

pytestmark = pytest.mark.usefixtures("guides_read_once")

EVIL = '=HYPERLINK("http://x","<script>alert(\'1\')</script>")'


def judged(verdict: str, declared: str | None, suggested: str | None, gain: float) -> Judged:
    pair = SentencePair("写了<b>公交</b>", "课题要求", 0.5)
    return Judged(verdict, declared, suggested, 0.1, 0.8, 0.1, 0.8, -0.25, gain, "因此。 / Thus.", pair)  # type: ignore[arg-type]


@pytest.fixture
def report(guide_file: Path) -> desk.Report:
    received: list[Entry | BadRow] = [
        Entry(2, Proposal("+1", EVIL, "@摘要\n第二行", "1-01", "-甲", "张三", "2030"), {"budget": "90"}),
        Entry(3, Proposal("b", "食堂", "成本", "1-02", "甲", "李四"), {}),
        Entry(4, Proposal("c", "鸟", "迁徙\x07", "第2题", "乙", "")),
        BadRow(5, Message("第 5 行有 2 格", "line 5 has 2 cells")),
    ]
    rows = [
        judged("move", "1-01", "1-02", 0.9),
        judged("agree", "1-02", "1-02", 0.1),
        judged("outside", "2-02", None, 0.8),
        unreadable(Message("第 5 行有 2 格", "line 5 has 2 cells")),
    ]
    rules = Rules(
        "hudong-2030",
        "",
        (Rule("org", "organisation_limit", "第1条", limit=1), Rule("b", "budget_limit", "第2条", most=80)),
    )
    return desk.report(read_guide(guide_file), "batch.xlsx", received, rows, rules)


@pytest.fixture
def workbook(report: desk.Report, tmp_path: Path) -> Path:
    file = tmp_path / "report.xlsx"
    write_report(report, file)
    return file


def test_jsonl_has_the_fixed_form(report: desk.Report, tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    decided = (replace(row, corrected="1-01" if row.judged.suggested else "") for row in report.rows)
    write_report(replace(report, rows=tuple(decided)), file)
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [row["corrected"] for row in rows] == ["", "1-01", "", "1-01"]
    fixed = ["id", "verdict", "declared", "suggested", "office", "confidence", "margin", "reason", "findings"]
    assert all(list(row)[:9] == fixed for row in rows)
    assert [row["id"] for row in rows] == ["line-5", "+1", "c", "b"]
    assert rows[1]["office"] == {"name": "民生处", "phone": "0571-1002", "source": "stated"}
    assert rows[0]["office"] is None
    assert [(f["rule"], f["status"]) for f in rows[1]["findings"]] == [("org", "broken"), ("b", "broken")]
    assert [(f["rule"], f["status"]) for f in rows[2]["findings"]] == [("b", "unchecked")]


def test_a_row_that_nobody_could_read_has_no_suggestion_to_accept(report: desk.Report) -> None:
    accepted = {row.judged.verdict: row.accepted for row in report.rows}
    assert accepted == {"unreadable": "", "move": "1-02", "outside": "无", "agree": "1-02"}
    assert [p.id for p in desk.readable(report)] == ["+1", "b", "c"]  # by line, not by the queue


def test_csv_is_read_by_excel_and_runs_nothing(report: desk.Report, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    write_report(report, file)
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[1]["项目名称 title"] == "'" + EVIL
    assert rows[1]["编号 id"] == "'+1"
    assert rows[1]["申报单位 organisation"] == "'-甲"
    assert rows[1]["摘要 abstract"] == "'@摘要\n第二行"
    assert rows[1]["差距 margin"] == "-0.25", "a number stays a number"
    assert rows[3]["电话 phone"] == "0571-1002"


def test_the_workbook_is_as_an_office_wants_it(report: desk.Report, workbook: Path) -> None:
    book = load_workbook(workbook)
    assert book.sheetnames == [QUEUE, SUMMARY, "对照 confusion", "单位 organisations", TOPICS]
    sheet = book[QUEUE]
    headings = [cell.value for cell in sheet[1]]
    assert headings == [column.heading for column in queue_columns()]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == sheet.dimensions
    found = {h: [sheet.cell(r, i).value for r in range(2, 6)] for i, h in enumerate(headings, 1)}
    assert found["结论 verdict"] == ["读不出 unreadable", "建议改报 move", "指南之外 outside", "相符 agree"]
    colours = {sheet.cell(r, headings.index("结论 verdict") + 1).fill.fgColor.rgb for r in range(2, 6)}
    assert len(colours) == 4
    phone = sheet.cell(3, headings.index("电话 phone") + 1)
    assert (phone.value, phone.data_type, phone.number_format) == ("0571-1002", "s", "@")
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert found["项目名称 title"][1] == "'" + EVIL
    assert (
        found["未检查 not checked"][2]
        == "b：未检查：没有可辨认的经费 / not checked: no budget that is understood"
    )
    organisation = [cell.value for cell in book["单位 organisations"][2]]
    assert organisation[:3] == ["'-甲", "org", "不符 broken"]
    assert organisation[4:] == ["第1条", "2、3"]


def test_a_report_says_how_its_batch_was_read_and_an_office_is_not_told_of_others(
    report: desk.Report,
) -> None:
    said = replace(report, reading=(Message("未读的文件：照片.jpg", "not read: 照片.jpg"),))
    assert [row[2] for row in summary_table(said) if row[0] == "读取 reading"] == list(said.reading)
    assert [part.reading for _, part in split(said)] == [()] * len(list(split(said)))


def test_the_heat_map_counts_declared_against_suggested(workbook: Path) -> None:
    rows = [
        [cell or 0 for cell in row]
        for row in load_workbook(workbook)["对照 confusion"].iter_rows(values_only=True)
    ]
    assert rows[0][1:] == ["1-02", "无 none"]
    assert [row[1:] for row in rows[1:]] == [[1, 0], [1, 0], [0, 1]]
    assert [str(row[0])[:4] for row in rows[1:]] == ["1-01", "1-02", "2-02"]


def test_the_same_report_gives_the_same_bytes(
    report: desk.Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for suffix in (".xlsx", ".csv", ".html", ".jsonl"):
        first, second = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
        write_report(report, first)
        monkeypatch.setattr("time.time", lambda: 1_900_000_000.0)
        write_report(report, second)
        assert first.read_bytes() == second.read_bytes(), suffix
        monkeypatch.undo()


class Page(HTMLParser):
    """The tags of a page and whatever it would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.fetched: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.fetched += [
            value or "" for name, value in attrs if name in ("src", "href") or name.startswith("on")
        ]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_self_contained_and_every_text_is_escaped(report: desk.Report, tmp_path: Path) -> None:
    file = tmp_path / "r.html"
    write_report(report, file)
    page = Page(file.read_text("utf-8"))
    assert page.fetched == []
    assert not page.tags & {"script", "img", "link", "iframe", "form"}
    assert "main" in page.tags  # to which a screen reader jumps
    assert EVIL in page.text
    assert "写了<b>公交</b>" in page.text
    assert "@media print" in page.text


def test_the_page_says_what_was_decided(report: desk.Report, tmp_path: Path) -> None:
    decided = [
        replace(row, corrected=choice) for row, choice in zip(report.rows, ("1-02", "无"), strict=False)
    ]
    write_report(replace(report, rows=(*decided, *report.rows[2:])), tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text("utf-8")
    assert re.findall("<b>改为 corrected：(.*?)</div>", page) == [
        "1-02</b>《社区食堂可持续运营机制研究》",
        "无 none</b>",
    ]


@given(st.lists(st.text(max_size=20), min_size=3, max_size=3))
def test_any_text_makes_a_workbook_that_opens_and_gives_it_back(texts: list[str]) -> None:
    received = [Entry(2, Proposal(texts[0], texts[1], texts[2]))]
    guide = Guide("g", "", (), (), (), "")
    report = desk.report(guide, "b", received, [unreadable(Message("x", "y"))])
    with TemporaryDirectory() as folder:
        write_report(report, Path(folder) / "r.xlsx")
        row = [c.value or "" for c in load_workbook(Path(folder) / "r.xlsx")[QUEUE][2]]
    headings = [column.heading for column in queue_columns()]
    assert [row[headings.index(h)] for h in (ID, TITLE, ABSTRACT)] == [harmless(t) for t in texts]


def test_an_interrupted_write_leaves_the_old_report(
    report: desk.Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "r.html"
    file.write_text("old")
    broken = replace(report, organisations=(None,))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        write_report(broken, file)
    assert file.read_text() == "old"
    assert [f.name for f in tmp_path.iterdir() if f.name.startswith(".r.html")] == []


def filled(workbook: Path, *corrections: str) -> Path:
    """The workbook with its corrected column filled in from the first row on, as an officer saves it."""
    return fill_in(workbook, QUEUE, {(row, CORRECTED): text for row, text in enumerate(corrections, 2)})


def test_corrections_are_read_back(workbook: Path, guide_file: Path) -> None:
    guide = read_guide(guide_file)
    decisions, problems = read_report(filled(workbook, "1-01", "√", "无", "随便"), guide)
    texts = [(d.id, d.topic) for d in decisions]
    assert texts == [("+1", "1-02"), ("c", None)]
    assert (decisions[0].title, decisions[0].abstract) == (EVIL, "@摘要\n第二行")
    assert len(problems) == 2, "a row without text and a word that is no topic"
    assert "第 2 行" in problems[0]
    assert "随便" in problems[1]


@pytest.mark.parametrize(
    ("written", "topic"),
    [
        ("重点课题第1题", "1-01"),
        ("河道垃圾分类回收", "2-02"),
        ("none", None),
        ("无 none", None),  # as a report of decided rows has it
        ("OK", "1-02"),
        ("Accepted", "1-02"),
        ("as suggested", "1-02"),
        ("维持", "1-01"),
        ("suggested", "1-02"),  # the words of `season decide`
        ("所报", "1-01"),
        ("改报2-02", "2-02"),
        ("改为：河道垃圾分类回收", "2-02"),
        ("move to 2-02", "2-02"),
        ("→ 2-02", "2-02"),
        ("2-02（王处已核）", "2-02"),
        ('="2-02"', "2-02"),  # a formula that only names a text, for which some programs store no value
    ],
)
def test_an_officer_may_write_a_topic_in_any_way(
    workbook: Path, guide_file: Path, written: str, topic: str | None
) -> None:
    decisions, problems = read_report(filled(workbook, "", written), read_guide(guide_file))
    assert [d.topic for d in decisions] == [topic]
    assert problems == []


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("存疑", "第 3 行 +1 写的是未定或撤回，不能据此校准，未采用。"),
        ("撤回 withdrawn", "第 3 行 +1 写的是未定或撤回，不能据此校准，未采用。"),
        ("无 withdrawn", "第 3 行的“无 withdrawn”未采用（与指南中的课题都对不上）"),
        ("已撤回", "第 3 行 +1 写的是未定或撤回，不能据此校准，未采用。"),
        ("9-99", "第 3 行的“9-99”未采用（与指南中的课题都对不上）"),
        ("2020", "第 3 行的“2020”未采用（是年份，不是课题）"),
        ("2-02 不合适", "第 3 行的“2-02 不合适”未采用（写了 2-02，也写了“不”，看不出是不是定为它）"),
        ("2-02（待定）", "写了 2-02，也写了“待定”"),
        ("not 2-02", "写了 2-02，也写了“not”"),
        ("2-02×", "写了 2-02，也写了“×”"),
    ],
)
def test_what_is_no_decision_is_named_with_the_reason(
    workbook: Path, guide_file: Path, written: str, why: str
) -> None:
    decisions, (problem,) = read_report(filled(workbook, "", written, "无"), read_guide(guide_file))
    assert [d.id for d in decisions] == ["c"]
    assert why in problem.zh


def test_a_copy_of_the_queue_in_a_report_is_named(workbook: Path, guide_file: Path) -> None:
    """A second officer copies the sheet and fills in the copy; the first one fills in the queue."""
    filled(workbook, "", "2-02")
    book = load_workbook(workbook)
    copy = book.copy_worksheet(book.worksheets[0])
    copy.title = "队列 (2)"
    book.create_sheet("草稿").append(["编号", "看法"])
    book.save(workbook)
    decisions, problems = read_report(workbook, read_guide(guide_file))
    assert [d.topic for d in decisions] == ["2-02"]
    assert [p.zh for p in problems] == [
        f"{workbook.name} 的工作表“队列 (2)”像是队列的副本，没有读：请把那里填的贴到原来的工作表再读回。"
    ]


def test_a_report_of_another_guide_or_no_report_is_refused(
    workbook: Path, guide_file: Path, tmp_path: Path
) -> None:
    from openpyxl import Workbook

    guide = read_guide(guide_file)
    with pytest.raises(ReportError, match="is about the guide"):
        read_report(workbook, replace(guide, id="another", topics=guide.topics[1:]))
    other = tmp_path / "other.xlsx"
    Workbook().save(other)
    with pytest.raises(ReportError, match="lacks the sheets"):
        read_report(other, guide)
    with pytest.raises(ReportError, match=r"is no \.xlsx report"):
        read_report(tmp_path / "r.csv", guide)


def test_decisions_are_kept_and_the_latest_counts(tmp_path: Path, guide_file: Path) -> None:
    guide, file = read_guide(guide_file), tmp_path / "new" / "decisions.jsonl"
    first = OfficerDecision(guide.id, guide.sha256, "a", "甲", "文", "1-01", "")
    assert keep(file, [first, structs.replace(first, title="乙", topic=None)]) == 2
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o777 == 0o600
        file.chmod(0o640)
    assert (
        keep(
            file,
            [
                structs.replace(first, topic="1-02"),
                structs.replace(first, guide="other"),
                structs.replace(first, title="丙", topic="9-99"),
            ],
        )
        == 4
    )
    assert [d.topic for d in read_decisions(file)] == ["1-02", None, "1-01", "9-99"]
    assert sys.platform == "win32" or file.stat().st_mode & 0o777 == 0o640
    known, gone = labelled(file, guide)
    assert gone == ["a"]
    assert [(row.proposal.title, row.relevant) for row in known] == [("甲", {"1-02": 2}), ("乙", {})]
    file.write_text("{broken\n")
    with pytest.raises(ReportError, match="Line 1"):
        read_decisions(file)


def test_a_letter_gives_the_address_of_an_office_that_has_no_phone(report: desk.Report) -> None:
    letter = next(draft for draft in letters(report) if draft.topic is not None)
    assert letter.topic is not None
    values = []
    for office in (
        Office("民生处", "0571-1002", email="ms@city.example"),
        Office("民生处", email="ms@city.example"),
    ):
        values.append(replace(letter, topic=replace(letter.topic, office=office)).values["phone"])
    assert values[0] == "0571-1002"
    assert values[1].zh == "（指南未列；邮箱 ms@city.example）"


def test_drafts_for_rows_that_should_move_or_fit_nothing(report: desk.Report, tmp_path: Path) -> None:
    assert len(write_notes(report, tmp_path / "notes")) == 2
    drafts = sorted((tmp_path / "notes").iterdir())
    assert [d.name for d in drafts] == ["0001-_1.txt", "0002-c.txt"]
    move, outside = (d.read_text("utf-8") for d in drafts)
    assert move.startswith("张三：")
    assert "1-02《社区食堂可持续运营机制研究》" in move
    assert "民生处，电话 0571-1002" in move
    assert "2-02" in outside
    assert "$" not in move + outside
    assert len(write_notes(report, tmp_path / "all.txt")) == 2
    assert move in (tmp_path / "all.txt").read_text("utf-8")
    with pytest.raises(OutputError, match="not empty"):
        check_notes(tmp_path / "notes", [], force=False)
    check_notes(tmp_path / "notes", [], force=True)
    with pytest.raises(OutputError, match="holds inputs"):
        check_notes(tmp_path / "notes", [drafts[0]], force=True)
    for lying_in in (
        tmp_path / "letters",
        tmp_path / "notes" / ".." / "letters",
    ):  # else read as proposals next time
        with pytest.raises(OutputError, match="or lies in one"):
            check_notes(lying_in, [tmp_path], force=False)


@pytest.mark.parametrize(
    ("row", "decided", "kind", "topic", "words"),
    [
        (0, "1-01", None, None, ""),  # kept where it was filed: nothing to write
        (0, "1-02", "move", "1-02", "例如，您写到“写了<b>公交</b>”，该课题要求“课题要求”。"),
        (0, "2-01", "move", "2-01", "所报课题为 1-01《"),  # another than suggested: no pair of sentences
        (0, "撤回", None, None, ""),  # by the applicant
        (0, "无", "outside", None, "所列各课题的范围之内，暂时没有找到"),
        (1, "", None, None, ""),
        (1, "2-02", "move", "2-02", "项目《食堂》（编号 b）"),
        (3, "1-01", "undeclared", "1-01", "编号 line-5 的项目已收到"),
    ],
)
def test_letters_follow_decisions(
    report: desk.Report, row: int, decided: str, kind: str | None, topic: str | None, words: str
) -> None:
    rows = sorted(report.rows, key=lambda r: r.line)
    one = replace(report, rows=(replace(rows[row], corrected=decided),))
    drafts = list(letters(one))
    assert [(d.kind, d.topic.id if d.topic else None) for d in drafts] == ([(kind, topic)] if kind else [])
    texts = [Templates().text(d.kind, d.language, d.values) for d in drafts]
    assert [words in text for text in texts] == [True] * len(drafts)
    assert not any("$" in text for text in texts)
    if decided == "2-01":
        assert "例如" not in texts[0]


def test_a_letter_names_topics_as_the_guide_marks_them(report: desk.Report) -> None:
    topics = tuple(replace(topic, code=f"A{topic.number}") for topic in report.guide.topics)
    marked = replace(report, guide=replace(report.guide, topics=topics))
    draft = next(draft for draft in letters(marked) if draft.kind == "move")
    text = Templates().text(draft.kind, draft.language, draft.values)
    assert "所报课题为 A1《" in text
    assert "A2《社区食堂可持续运营机制研究》" in text
    assert "1-02" not in text


@pytest.mark.parametrize("written", ["（空）", "未填", "无", "未填写", "N/A", ""])
def test_a_letter_speaks_of_no_topic_where_none_was_declared(report: desk.Report, written: str) -> None:
    row = next(row for row in report.rows if row.judged.verdict == "move")
    asked = replace(
        row, proposal=replace(row.proposal, declared=written), judged=replace(row.judged, declared=None)
    )
    (draft,) = letters(replace(report, rows=(replace(asked, corrected="2-01"),)))
    assert draft.kind == "undeclared"
    text = Templates().text(draft.kind, draft.language, draft.values)
    assert "该项目没有填写所报课题" in text
    (draft,) = letters(replace(report, rows=(replace(asked, corrected="无"),)))
    assert (draft.values["filed"].zh, draft.values["declared"].zh) == ("没有填写所报课题", "（未填写）")


@pytest.mark.parametrize("who", ["李伟", "Wei Li"])
@pytest.mark.parametrize("decided", ["2-01", "无"])
def test_a_letter_says_whether_somebody_has_decided_what_it_says(
    report: desk.Report, decided: str, who: str
) -> None:
    row = next(row for row in report.rows if row.judged.verdict == "move")
    asked = replace(row, proposal=replace(row.proposal, principal_investigator=who, organisation="", title="A", abstract="Owls"))  # fmt: skip
    hint, checked = {
        "李伟": ("初步的提示", "核对后的意见"),
        "Wei Li": ("first hint", "found on checking it"),
    }[who]
    texts = []
    for choice in ("", decided):
        (draft,) = letters(replace(report, rows=(replace(asked, corrected=choice),)))
        texts.append(Templates().text(draft.kind, draft.language, draft.values))
    assert [(hint in text, checked in text) for text in texts] == [(True, False), (False, True)]


def test_the_topics_sheet_has_the_marks_of_the_guide(report: desk.Report, tmp_path: Path) -> None:
    topics = tuple(replace(topic, code=f"A{topic.number}") for topic in report.guide.topics)
    write_report(replace(report, guide=replace(report.guide, topics=topics)), tmp_path / "r.xlsx")
    first, second, *_ = load_workbook(tmp_path / "r.xlsx")[TOPICS].values
    assert (first[:4], second[:2]) == (
        ("课题 topic", "原编号 mark", "类别 section", "名称 title"),
        ("1-01", "A1"),
    )


def test_letters_that_nobody_has_decided_are_named(report: desk.Report) -> None:
    drafts = list(letters(report))
    assert "按程序的建议写" in str(undecided_letters(drafts))
    one, *rest = drafts
    decided = replace(one, row=replace(one.row, corrected="无"))
    named = undecided_letters([decided, *rest])
    assert named is not None
    assert named.en.endswith(f"({len(rest)}): {', '.join(draft.row.proposal.id for draft in rest)}.")
    assert undecided_letters([decided]) is None


@pytest.mark.parametrize(
    ("title", "who", "language", "words"),
    [
        ("Canteens in city quarters", "Wei Li", "en", ["Dear Wei Li,", "your project “Canteens in city quarters” (id "]),
        ("Canteens in city quarters", "李伟", "zh", ["李伟：", "您申报的项目《Canteens in city quarters》"]),
        ("CRISPR-Cas9 基因编辑研究", "", "zh", ["申报人：", "所报课题为 1-01《"]),
        ("Gene editing by CRISPR-Cas9", "", "en", ["Dear applicant,", "it is filed under 1-01 “"]),
    ],
)  # fmt: skip
def test_a_letter_speaks_what_its_applicant_reads(
    report: desk.Report, title: str, who: str, language: str, words: list[str]
) -> None:
    row = next(row for row in report.rows if row.judged.verdict == "move")
    asked = replace(row.proposal, title=title, abstract="", principal_investigator=who, organisation="")
    (draft,) = letters(replace(report, rows=(replace(row, proposal=asked),)))
    text = Templates().text(draft.kind, draft.language, draft.values)
    assert (draft.language, [word in text for word in words]) == (language, [True] * len(words))
    assert "$" not in text


def test_letters_as_a_table_for_mail_merge(report: desk.Report, tmp_path: Path) -> None:
    rows = tuple(replace(r, extra={"phone": "=1+1", "email": "a@b.cn"}) for r in report.rows)
    assert len(write_notes(replace(report, rows=rows), tmp_path / "letters.csv")) == 2
    with (tmp_path / "letters.csv").open(encoding="utf-8-sig", newline="") as stream:
        heads, first, second = csv.reader(stream)
    assert heads[:4] == ["编号 id", "申报人 applicant", "申报人电话 phone", "申报人邮箱 email"]
    assert first[:8] == ["'+1", "张三", "'=1+1", "a@b.cn", "建议改报 move", "1-02", "民生处", "0571-1002"]
    assert second[:6] == ["c", "", "'=1+1", "a@b.cn", "指南之外 outside", "无 none"]
    assert first[8].startswith("张三：\n")
    marked = [replace(topic, code=f"B{topic.number:02d}") for topic in report.guide.topics]
    write_notes(replace(report, guide=replace(report.guide, topics=tuple(marked))), tmp_path / "marked.csv")
    with (tmp_path / "marked.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row[5] for row in csv.reader(stream)] == ["课题 topic", "B02", "无 none"], (
            "as the text names it"
        )


def test_the_workbook_is_made_to_be_printed(report: desk.Report, tmp_path: Path) -> None:
    write_report(report, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert (sheet.print_title_rows, sheet.oddFooter.center.text) == ("$1:$1", "&P / &N")
    last = len(report.rows) + 1
    assert book[QUEUE].print_area == f"'{QUEUE}'!$A$1:$I${last}"


def paragraphs(document: bytes) -> list[str]:
    return [p.text for p in docx.Document(io.BytesIO(document)).paragraphs if p.text]


def test_letters_as_word_documents_say_what_the_texts_say(report: desk.Report, tmp_path: Path) -> None:
    assert len(write_notes(report, tmp_path / "letters.zip")) == 2
    with zipfile.ZipFile(tmp_path / "letters.zip") as folder:
        names, documents = folder.namelist(), [folder.read(name) for name in folder.namelist()]
    assert names == ["0001-_1.docx", "0002-c.docx"]
    for draft, document in zip(letters(report), documents, strict=True):
        text = Templates().text(draft.kind, draft.language, draft.values)
        assert paragraphs(document) == [line.strip() for line in text.splitlines() if line.strip()]
    write_notes(report, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "letters.zip").read_bytes()
    assert len(write_notes(report, tmp_path / "each", word=True)) == 2
    assert [f.read_bytes() for f in sorted((tmp_path / "each").iterdir())] == documents
    with pytest.raises(OutputError, match="cannot hold Word documents"):
        check_notes(tmp_path / "letters.csv", [], force=False, word=True)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["move", "outside", "undeclared"])
def test_both_shipped_templates_of_a_kind_are_the_same(kind: LetterKind, language: LetterLanguage) -> None:
    for example in ("例子", ""):
        values = {name: f"<{name}>" for name in LETTER_FIELDS} | {"example": example}
        text = Templates().text(kind, language, values)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        assert paragraphs(Templates().word(kind, language, values)) == lines


def test_text_of_a_proposal_in_a_word_letter_stays_text() -> None:
    attack = '</w:t><w:fldSimple w:instr="DDEAUTO c:\\x"/> {{ 7*7 }} {% for x in y %} =cmd|x & "q" \ufffe'
    document = Templates().word(
        "move", "zh", dict.fromkeys(LETTER_FIELDS, "-") | {"suggested": printable(attack)}
    )
    with zipfile.ZipFile(io.BytesIO(document)) as folder:
        xml = folder.read("word/document.xml").decode()
    assert not re.search("fldSimple |instrText|fldChar", xml.replace("&lt;w:fldSimple", ""))
    assert printable(attack) in paragraphs(document)


def own_template(folder: Path, *lines: str, instruction: str = "") -> Templates:
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    if instruction:
        run = made.add_paragraph().add_run()
        element = OxmlElement("w:instrText")
        element.text = instruction
        run._r.append(element)
    made.save(str(folder / "move.docx"))
    return Templates(folder)


def test_a_template_of_ones_own_takes_the_place_of_the_shipped_one(
    report: desk.Report, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    templates = own_template(tmp_path / "own", "致 {{ applicant }}：请改报 {{ suggested }}")
    write_notes(report, tmp_path / "each", templates, word=True)
    first, second = (paragraphs(f.read_bytes()) for f in sorted((tmp_path / "each").iterdir()))
    assert first == ["致 张三：请改报 1-02《社区食堂可持续运营机制研究》"]
    assert "您好！" in second[1]  # no template of one's own for this kind
    values = dict.fromkeys(LETTER_FIELDS, "1-02")
    assert templates.text("move", "zh", values) == "致 1-02：请改报 1-02"
    (tmp_path / "own" / "outside.txt").write_text("致 $applicant\n指南中没有", encoding="utf-8")
    assert paragraphs(templates.word("outside", "en", values)) == ["致 1-02", "指南中没有"]


@pytest.mark.parametrize(
    ("lines", "instruction", "told"),
    [
        (["{{ price }}"], "", "unknown price"),
        (["{{ title "], "", "cannot be used"),
        (["{{ title.__class__.__mro__ }}"], "", "cannot be used"),
        (["{{ title }}"], "HYPERLINK {{ title }}", "inside a Word field"),
    ],
)
def test_a_word_template_that_is_not_fit_is_named(
    tmp_path: Path, lines: list[str], instruction: str, told: str
) -> None:
    with pytest.raises(ReportError, match=told):  # before the batch is read, not when the letters are written
        own_template(tmp_path, *lines, instruction=instruction)


def test_a_template_with_an_unknown_placeholder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"called some of move\.txt, .*\(command line: the folder "):
        Templates(tmp_path)
    (tmp_path / "move.txt").write_text("$applicant 您好，$price", encoding="utf-8")
    with pytest.raises(ReportError, match="unknown price"):
        Templates(tmp_path)
    (tmp_path / "move.txt").write_text("致 {{ applicant }}", encoding="utf-8")
    with pytest.raises(ReportError, match=r"unknown \{\{"):  # as in Word: it would be sent as it stands
        Templates(tmp_path)
    (tmp_path / "move.txt").write_bytes("请您改报 $suggested，谢谢。".encode("gb18030"))
    assert (
        Templates(tmp_path).text("move", "en", dict.fromkeys(LETTER_FIELDS, "1-02"))
        == "请您改报 1-02，谢谢。"
    )

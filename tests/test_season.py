"""A season: what is kept comes back, decisions outlive everything, and nobody overwrites another unawares."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from matcher import shipped
from matcher.cli.commands import app
from matcher.cli.season import path_of
from matcher.duplicates import Findings
from matcher.duplicates import Pair as Repeat
from matcher.duplicates.cases import Case, CaseFile, case_of
from matcher.errors import DocumentError, ReportError, SeasonError
from matcher.guide import read_guide
from matcher.message import Message
from matcher.readers.batch import BadRow, Entry
from matcher.rules import Finding
from matcher.season import NONE, Season, StaleError, adopt, bring, default_folder, erase, season_line, store
from matcher.season.log import user
from matcher.sheet import REMARK
from matcher.triage import Judged, SentencePair, desk, unreadable
from matcher.triage.columns import CORRECTED, ID, QUEUE, TITLE
from matcher.triage.decisions import DecidedReport, OfficerDecision
from matcher.triage.notes import outdated
from matcher.triage.reports import write_report
from matcher.types import Guide, Proposal, Section
from tests.at_work import at_work, decide
from tests.spreadsheets import fill_in

pytestmark = pytest.mark.usefixtures("guides_read_once")

MARKER = "机密标记文字"


@pytest.fixture
def report(guide_file: Path) -> desk.Report:
    section = Section("abstract", "摘要", "公交", 3)
    received: list[Entry | BadRow] = [
        Entry(
            2,
            Proposal("a", "公交\ud800", "公交", "1-01", "甲", "张三", "2030", (section,)),
            {"phone": "139", "budget": "9"},
        ),
        Entry(3, Proposal("b", "食堂", MARKER, "1-02")),
        BadRow(4, Message("第 4 行坏了", "line 4 is bad")),
    ]
    pair = SentencePair("写了公交", "课题要求", 0.5)
    rows = [
        Judged(
            "move",
            "1-01",
            "1-02",
            0.1,
            0.8,
            0.1,
            0.8,
            -0.25,
            0.9,
            Message("因此。", "Thus."),
            pair,
            (Message("注意", "note"),),
        ),
        Judged("agree", "1-02", "1-02", 0.8, 0.8, 0.1, 0.8, 0.7, 0.1, Message("因此。", "Thus.")),
        unreadable(Message("第 4 行坏了", "line 4 is bad")),
    ]
    made = desk.report(read_guide(guide_file), "batch.xlsx", received, rows)
    first = replace(made.rows[0], findings=(Finding("r", "broken", Message("不符", "broken"), "第1条"),))
    return replace(made, rows=(first, *made.rows[1:]))


@pytest.fixture
def season(guide_file: Path, tmp_path: Path) -> Season:
    return Season.new(tmp_path / "2030.season", guide_file, "甲")


def ran(season: Season, command: str, *words: str | Path, lang: str = "both") -> Result:
    """What a command of `matcher season` answers."""
    return CliRunner().invoke(app, ["--lang", lang, "season", command, str(season.file), *map(str, words)])


def spoken(season: Season, lang: str, command: str, *words: str | Path) -> str:
    """What one that ends well says in a language."""
    done = ran(season, command, *words, lang=lang)
    assert done.exit_code == 0, done.output
    return done.stderr + done.stdout


def choices(season: Season, batch: int) -> dict[str, str]:
    return {row.place: row.corrected for row in season.report(batch).rows}


def test_a_report_comes_back_as_it_was_kept(season: Season, report: desk.Report) -> None:
    batch = season.add(report, "digest", [Message("读取 2 份", "2 read")], "engine")
    back = season.report(batch)
    assert back.rows == report.rows
    kept = [
        (message.zh, message.en)
        for row in back.rows
        for message in (row.judged.reason, *row.judged.warnings, *(f.message for f in row.findings))
    ]
    assert set(kept) == {
        ("因此。", "Thus."),
        ("注意", "note"),
        ("不符", "broken"),
        ("第 4 行坏了", "line 4 is bad"),
    }
    assert [(m.zh, m.en) for m in season.batches()[0].messages] == [("读取 2 份", "2 read")]
    assert back.reading == season.batches()[0].messages
    assert [row.proposal.sections for row in back.rows] == [row.proposal.sections for row in report.rows]
    assert back.summary == desk.summarise(report.guide, report.rows)
    assert [t.text for t in back.guide.topics] == [t.text for t in report.guide.topics]
    (line,) = season.batches()
    assert (line.name, line.rows, line.decided, line.messages) == (
        "batch.xlsx",
        3,
        0,
        ("读取 2 份 / 2 read",),
    )
    assert [row.extra for row in back.rows if row.proposal.id == "a"] == [{"phone": "139"}]


def test_the_same_batch_is_not_taken_twice(season: Season, report: desk.Report) -> None:
    season.add(report, "digest")
    with pytest.raises(SeasonError, match=r"that of batch 1 \(batch\.xlsx, received 20.*\); not added again"):
        season.add(replace(report, batch="other name.xlsx"), "digest")
    assert len(season.batches()) == 1


def test_a_batch_that_the_command_line_took_under_its_former_hash_is_known(
    season: Season, report: desk.Report, tmp_path: Path
) -> None:
    file = tmp_path / "batch.csv"
    file.write_text("编号,项目名称\na,公交\n")
    season.add(report, sha256(b"." + file.read_bytes()).hexdigest())
    assert "not added again" in str(ran(season, "add", file).exception)


def filled_in(
    row: desk.ReportRow, line: int, id_: str, title: str, who: str = "", unit: str = ""
) -> desk.ReportRow:
    return replace(row, line=line, proposal=Proposal(id_, title, "文", "", unit, who), findings=())


def test_rows_of_earlier_batches_are_named_with_what_was_decided(season: Season, report: desk.Report) -> None:
    like = report.rows[0]
    first = [
        filled_in(like, 2, "SB-1", "公交线网", "张三"),
        filled_in(like, 3, "SB-2", "食堂", "李四", "甲大学"),
        filled_in(like, 4, "SB-3", "夜市", "王五"),
        filled_in(like, 5, "5", "菜场"),  # counts the rows
    ]
    fifth = filled_in(like, 6, "line-6", "公园", "孙七")
    season.add(replace(report, batch="one.xlsx", rows=(*first, fifth)), "one")
    season.decide(1, {"2": "1-02"})
    season.batch(1).note({"2": "来电撤回"}, {"2": ""})
    again = [
        filled_in(like, 2, "sb-1", "公交线网优化", "张三"),  # another title, the same person
        filled_in(like, 3, "SB-9", "《食堂》", "赵六", "甲大学"),
        filled_in(like, 4, "SB-8", "夜市", "钱八"),  # somebody else's
        filled_in(like, 5, "5", "路灯"),
        filled_in(like, 6, "line-6", "河道", "周九"),
        filled_in(like, 7, "SB-3", "停车", "吴十"),
        filled_in(like, 8, "SB-7", "公园"),
    ]
    two = season.add(replace(report, batch="one.xlsx", rows=tuple(again)), "two")
    assert season.resubmissions(1).messages() == []
    same_name, line = (message.en for message in season.resubmissions(two).messages())
    assert "Batch 1 is called one.xlsx too, with other content" in same_name
    assert line.endswith(
        "under findings in the report: "
        "sb-1 with the same id: batch 1 SB-1 (row 2, decided 1-02, note '来电撤回'); "
        "SB-9 with the same title and applicant: batch 1 SB-2 (row 3, undecided); "
        "SB-3 with the same id but another title, and not surely the same applicant, check it: "
        "batch 1 SB-3 (row 4, undecided); "
        "SB-7 with the same title, the applicants not both stated: batch 1 line-6 (row 6, undecided)."
    )
    now = season.report(two)
    assert [message.en for message in now.reading] == [same_name, line]
    marked = {row.place: [f.message.zh for f in row.findings] for row in now.rows}
    assert marked["3"] == ["以前的批次中有过，题目和申报人相同：第 1 批 SB-2（第 3 行，未定）"]
    assert [place for place, findings in marked.items() if findings] == ["2", "3", "7", "8"]
    assert now.summary.findings == {("resubmitted", "possible"): 4}
    season.decide(1, {"3": NONE})
    later = season.updated(now, two)
    assert later == season.report(two)
    assert [f.message.zh for row in later.rows if row.place == "3" for f in row.findings] == [
        "以前的批次中有过，题目和申报人相同：第 1 批 SB-2（第 3 行，定为 无）"
    ]
    season.remove(1)
    assert (
        season.updated(later, two)
        == season.report(two)
        == replace(now, rows=tuple(again), reading=(), summary=desk.summarise(now.guide, again))
    )


def test_decisions_survive_closing(season: Season, report: desk.Report) -> None:
    batch = season.add(report, "d")
    season.decide(batch, {"2": "1-02", "3": NONE})
    season.close()
    with Season(season.file, "乙") as again:
        assert choices(again, batch) == {"2": "1-02", "3": NONE, "4": ""}
        assert [b.decided for b in again.batches()] == [2]


def test_undo_takes_back_ones_own_last_step_whole(season: Season, report: desk.Report) -> None:
    batch = season.add(report, "d")
    season.decide(batch, {"2": "1-02"})
    season.decide(batch, {"2": "1-01", "3": "1-01"})
    with Season(season.file, "乙") as other:
        assert other.undo() == []
        other.decide(batch, {"3": NONE})
    (taken,) = season.undo()  # row 3 was decided by somebody else since
    assert (taken.id, taken.place, taken.before, taken.after) == ("a", "2", "1-01", "1-02")
    assert choices(season, batch) == {"2": "1-02", "3": NONE, "4": ""}
    assert len(season.undo()) == 1
    assert choices(season, batch)["2"] == ""
    assert season.undo() == []
    later = season.add(report, "e")
    season.decide(batch, {"2": "1-02"})
    season.decide(batch, {"2": "1-02"})  # a key pressed twice
    assert season.undo(later) == []  # nothing of the batch in view
    assert [len(season.undo(batch)) for _ in range(2)] == [1, 0]


def test_undo_takes_back_a_note_too_and_says_of_which_batch(season: Season, report: desk.Report) -> None:
    one, two = season.add(report, "d"), season.add(report, "e")
    season.decide(one, {"2": "1-02"})
    season.batch(two).note({"3": "请核"}, {"3": ""})
    season.batch(two).note({"3": "请核实"}, {"3": "请核"})
    season.who = season.audit.who = user()  # as whom the command works
    season._database.run("UPDATE audit SET who = ?", season.who)
    absent = ran(season, "undo", "--batch", "7")
    assert isinstance(absent.exception, SeasonError)
    assert "has no batch 7" in str(absent.exception)
    assert "batch 2, note of b 食堂: 请核实 → 请核" in ran(season, "undo").stderr
    assert choices(season, one)["2"] == "1-02"
    with Season(season.file, "乙") as other:
        other.batch(two).note({"3": "已核"}, {"3": "请核"})
    assert season.undo() == []  # somebody wrote another since
    assert season.undo(two) == []
    assert ": 1-02 → undecided" in ran(season, "undo").stderr
    assert {row.place: row.remark for row in season.report(two).rows} == {"2": "", "3": "已核", "4": ""}


def test_a_report_that_was_read_before_is_brought_up_to_date(season: Season, report: desk.Report) -> None:
    batch = season.add(report, "d")
    before = season.report(batch)
    season.decide(batch, {"2": "1-02", "4": NONE})
    season.batch(batch).note({"4": "问过"}, {"4": ""})
    now = season.updated(before, batch)
    assert now == season.report(batch)
    assert {row.place: (row.corrected, row.remark) for row in now.rows} == {
        "2": ("1-02", ""),
        "3": ("", ""),
        "4": (NONE, "问过"),
    }
    with pytest.raises(SeasonError, match="has 40000 characters"):
        season.batch(batch).note({"4": 40_000 * "问"}, {"4": "问过"})
    with pytest.raises(StaleError, match="just changed to '问过'"):
        season.batch(batch).note({"4": "没问过"}, {"4": ""})
    season.remove(batch)
    with pytest.raises(SeasonError):
        season.updated(now, batch)


def test_a_stale_view_is_told(season: Season, report: desk.Report) -> None:
    batch = season.add(report, "d")
    seen = season.version
    with Season(season.file, "乙") as other:
        other.decide(batch, {"2": NONE})
    with pytest.raises(StaleError, match="somebody else"):
        season.decide(batch, {"3": "1-01", "2": "1-02"}, seen=seen)
    assert choices(season, batch) == {"2": NONE, "3": "", "4": ""}  # all or nothing
    season.decide(batch, {"3": "1-01"}, seen=seen)
    season.decide(batch, {"2": "1-02"}, seen=season.version)
    assert choices(season, batch)["2"] == "1-02"


def test_what_does_not_fit_is_refused(season: Season, report: desk.Report) -> None:
    batch = season.add(report, "d")
    with pytest.raises(SeasonError, match="no topic 9-99"):
        season.decide(batch, {"2": "9-99"})
    with pytest.raises(KeyError):
        season.decide(batch, {"2": NONE, "77": NONE})
    assert choices(season, batch)["2"] == ""
    with pytest.raises(SeasonError, match="has no"):
        season.report(9)


def test_the_log_says_who_did_what(season: Season, report: desk.Report) -> None:
    batch = season.add(report, "d")
    with Season(season.file, "乙") as other:
        other.decide(batch, {"2": "1-02"})
    lines = [
        (c.who, c.action, c.place, c.before, c.after, c.id, c.title) for c in season.audit.history(batch, "2")
    ]
    assert lines == [("乙", "decide", "2", "", "1-02", "a", "公交\ud800")]
    assert [c.action for c in season.audit.history()] == ["guide", "add", "decide"]
    assert "no batch 9" in str(ran(season, "log", "--batch", "9").exception)


def test_the_log_is_read_in_words_and_in_the_time_of_the_place(
    season: Season, report: desk.Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = replace(report.rows[0], sheet="重点")
    batch = season.add(replace(report, rows=(row,)), "d")
    season.decide(batch, {row.place: "1-02"})
    season.batch(batch).note({row.place: "请核"}, {row.place: ""})
    season.batch(batch).keep([Case("a", "b", "k", "yes")])
    season._database.run("UPDATE audit SET time = '2030-05-01T23:30:00+00:00'")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        log = ran(season, "log", lang="zh")
    finally:
        monkeypatch.undo()
        time.tzset()
    heading, lines = log.stderr.splitlines()[0], [line.split("\t") for line in log.stdout.splitlines()]
    assert heading == "时间 · 谁 · 做了什么 · 批次 · 行 · 由 · 到 · 编号 · 题目"
    assert {line[0] for line in lines} == {"2030-05-02 07:30:00+08:00"}
    assert [line[2:7] for line in lines[1:]] == [
        ["加入一批", "1", "", "", "batch.xlsx: 1"],
        ["决定", "1", f"工作表 重点 第 {row.line} 行", "未定", "1-02"],
        ["备注", "1", f"工作表 重点 第 {row.line} 行", "（无备注）", "请核"],
        ["判断一对", "1", "a b", "未定", "是"],
    ]


def test_the_command_line_says_what_stood_before_and_which_batch_it_took(
    season: Season, report: desk.Report, tmp_path: Path
) -> None:
    season.add(replace(report, batch="one.xlsx"), "d")

    def told(command: str, *words: str | Path) -> list[str]:
        return spoken(season, "zh", command, *words).splitlines()

    assert told("decide", "a", "--topic", "1-02") == ["a：未定 → 1-02"]  # of one batch nothing is to be said
    two = season.add(replace(report, batch="two.xlsx"), "e")
    taken = "没有写明哪一批，取最后的第 2 批 two.xlsx（共 2 批）：另一批用 --batch，matcher season open 列出各批。"
    assert told("decide", "a", "--topic", "1-01") == [taken, "a：未定 → 1-01"]
    with Season(season.file, "乙") as other:
        other.decide(two, {"2": "无"})
        other.batch(two).note({"2": "问过"}, {"2": ""})
    assert told("decide", "a", "--topic", "1-02", "--batch", "2") == ["a：无 → 1-02"]
    assert told("note", "a", "请核", "--batch", "2") == ["a：问过 → 请核"]
    assert told("decide", "a", "--topic", "维持", "--batch", "2") == [
        "a：1-02 → 1-01"
    ]  # the words of a report
    assert told("decide", "a", "--topic", "待定", "--batch", "2") == ["a：1-01 → 未定"]
    assert told("decide", "a", "--topic", "撤回", "--batch", "2") == ["a：未定 → 撤回"]
    assert told("report", "--out", tmp_path / "r.xlsx") == [taken, f"已写入 {tmp_path / 'r.xlsx'}"]
    removed = "第 2 批 two.xlsx 已删除：3 行，其中已定 1 行，连同备注、配对和记录。"
    assert told("remove", "--batch", "2") == [removed]
    for _ in range(2):
        last = told("undo")
    assert last == [
        "没有撤销任何一行：您没有可撤销的一步，或那几行后来又改过（matcher season log 列出每一步）。"
    ]


def test_a_filled_report_brings_its_decisions_home(
    season: Season, report: desk.Report, tmp_path: Path
) -> None:
    other = season.add(replace(report, batch="earlier.xlsx"), "before")
    batch = season.add(report, "d")
    later = season.add(replace(report, batch="later.xlsx"), "after")
    file = tmp_path / "report.xlsx"
    write_report(season.report(batch), file)
    written = {("b", CORRECTED): "1-01", ("b", REMARK): "等补协议", ("a", CORRECTED): "胡写"}
    fill_in(file, QUEUE, {**written, ("a", REMARK): "=A1"})
    understood, problems = bring(season, file)
    assert understood == [("b", "1-01"), ("b", "“等补协议”")]
    formula = next(c for row in load_workbook(file)[QUEUE] for c in row if c.value == "=A1")
    assert [formula.coordinate in problems[0].en, "胡写" in problems[1].en, len(problems)] == [True, True, 2]
    fill_in(file, QUEUE, {("a", REMARK): ""})
    rows = [{row.place: row for row in season.report(n).rows}["3"] for n in (other, batch, later)]
    assert [(row.corrected, row.remark) for row in rows] == [("", ""), ("1-01", "等补协议"), ("", "")]
    assert bring(season, file)[0] == [("b", "1-01")]  # what the season holds is no news
    season.decide(batch, {"3": "1-02"})
    season.batch(batch).note({"3": "已收到协议"}, {"3": "等补协议"})
    understood, problems = bring(season, file)
    assert understood == [("b", "1-01")]  # the note of the report is older than that of the season
    assert [p.en for p in problems[1:]] == [
        "b was decided as 1-02; by the report it is 1-01.",
        "The note of b was changed to '已收到协议' after the report was written; its '等补协议' is not taken.",
    ]
    fill_in(file, QUEUE, {("b", REMARK): "另写"})
    understood, problems = bring(season, file)
    assert understood == [("b", "1-01"), ("b", "“另写”")]
    assert problems[1].en == "The note of b was '已收到协议'; the report's '另写' takes its place."
    twins = tuple(
        replace(row, proposal=report.rows[1].proposal) for row in report.rows if row.place in ("2", "3")
    )
    number = season.add(replace(report, batch="twins.xlsx", rows=twins), "twins")
    season.decide(number, {"2": "1-01", "3": NONE})
    season.batch(number).note({"3": "与第 2 行重复"}, {"3": ""})
    before = season.report(number)
    write_report(before, file)
    understood, problems = bring(season, file)
    assert (understood, len(problems), season.report(number)) == ([], 2, before)
    with pytest.raises(DocumentError, match="No such file"):
        bring(season, tmp_path / "missing.xlsx")
    with pytest.raises(ReportError, match=r"give the \.xlsx that"):
        bring(season, season.file)


def test_what_no_decision_says_is_taken_as_it_is_meant_or_named_by_its_row(
    season: Season, report: desk.Report, tmp_path: Path
) -> None:
    like = report.rows[0]
    rows = tuple(filled_in(like, n, f"p{n}", f"题目{n}") for n in range(2, 10))
    batch = season.add(replace(report, rows=rows), "d")
    season.decide(batch, {"2": "1-01", "3": "1-02"})
    write_report(season.report(batch), file := tmp_path / "r.xlsx")
    wrong = {
        ("p2", CORRECTED): "存疑", ("p3", CORRECTED): "待定", ("p4", CORRECTED): "9-99", ("p5", CORRECTED): "1-02",
        ("p5", ID): "", ("p6", CORRECTED): "1-01", ("p6", ID): "q6", ("p7", CORRECTED): "1-01", ("p7", TITLE): "改过",
        ("p8", CORRECTED): "1-01", ("p8", ID): "", ("p8", TITLE): "不知", ("p9", CORRECTED): "已撤回", ("p9", REMARK): "问过",
    }  # fmt: skip
    fill_in(file, QUEUE, wrong)
    understood, messages = bring(season, file)
    assert [(id_, getattr(choice, "zh", choice)) for id_, choice in understood] == [
        ("p2", "未定"), ("p3", "未定"), ("p5", "1-02"), ("p9", "撤回"), ("p9", "“问过”"),
    ]  # fmt: skip
    assert [message.zh for message in messages] == [
        "r.xlsx 第 4 行的“9-99”未采用（与指南中的课题都对不上）：请写课题编号、“无”“√”（采纳建议）、“维持”（所报）、“未定”或“撤回”。",
        "报告第 5 行没有编号，按题目和摘要认作 p5。",
        "报告第 6 行 q6 不在本申报季的任何一批中，未采用：请核对编号。",
        "报告第 7 行 p7 的题目或摘要与本申报季中的不同，未采用：请在页面上或用 matcher season decide 定。",
        "报告第 8 行没有编号，题目和摘要也认不出是哪一份，未采用：请补上编号再读回。",
        "p2 原定 1-01，按报告改为 未定。",
        "p3 原定 1-02，按报告改为 未定。",
    ]
    decided = {place: choice for place, choice in choices(season, batch).items() if choice}
    assert decided == {"5": "1-02", "9": "撤回"}


@pytest.mark.parametrize("name", ["r.xlsx", "r.csv"])
def test_a_report_is_no_batch(season: Season, report: desk.Report, tmp_path: Path, name: str) -> None:
    season.add(report, "d")
    write_report(season.report(1), tmp_path / name)
    refused = ran(season, "add", tmp_path / name).exception
    assert "comes home by matcher season bring" in str(refused)
    assert len(season.batches()) == 1


def test_a_decision_that_nobody_changed_in_a_report_takes_the_place_of_no_later_one(
    season: Season, report: desk.Report, tmp_path: Path
) -> None:
    batch = season.add(report, "d")
    season.decide(batch, {"2": "1-01", "3": "1-01", "4": NONE})
    write_report(season.report(batch), file := tmp_path / "r.xlsx")
    with Season(season.file, "乙") as other:
        other.decide(batch, {"2": "1-02", "3": "1-02", "4": ""})
    fill_in(file, QUEUE, {("b", CORRECTED): "无"})
    understood, messages = bring(season, file)
    assert dict(understood) == {
        "b": "无 none",
        "line-4": "无 none",
    }  # what is undecided by now is taken: nothing is lost
    assert [message.zh for message in messages] == [
        "a 在写报告之后改定为 1-02，报告中没有改动过的 1-01 未采用。",
        "b 原定 1-02，按报告改为 无。",
    ]
    assert choices(season, batch) == {"2": "1-02", "3": NONE, "4": NONE}


@pytest.mark.parametrize(
    "abstract",
    [
        "先调查\t再试点",
        "先调查\r\n再试点",
        "先调\u200b查\u00ad",
        "试点\x0b二",
        "先\ud800查",
        "=1+1",
        "'=1",
        "  试点 ",
        "试点。" * 14_000,
    ],
)
def test_a_decision_comes_home_to_a_text_that_no_cell_holds_as_it_is(
    season: Season, report: desk.Report, tmp_path: Path, abstract: str
) -> None:
    rows = (replace(report.rows[0], proposal=Proposal("x\t1", abstract[:20], abstract)), *report.rows[1:])
    batch = season.add(replace(report, rows=rows), "d")
    season.decide(batch, {rows[0].place: "1-01"})
    write_report(season.report(batch), file := tmp_path / "report.xlsx")
    season.undo()
    assert bring(season, file) == ([("x 1", "1-01")], [])
    assert choices(season, batch)[rows[0].place] == "1-01"


def test_what_another_decides_while_a_report_is_read_is_not_overwritten(
    season: Season, report: desk.Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = season.add(report, "d")
    season.decide(batch, {"3": "1-01"})
    write_report(season.report(batch), tmp_path / "report.xlsx")

    read = DecidedReport.decisions

    def meanwhile(
        report: DecidedReport, guide: Guide
    ) -> tuple[list[tuple[int, OfficerDecision]], list[tuple[int, Message]]]:
        with Season(season.file, "乙") as other:
            other.decide(batch, {"3": "1-02"})
        return read(report, guide)

    monkeypatch.setattr(DecidedReport, "decisions", meanwhile)
    with pytest.raises(StaleError):
        bring(season, tmp_path / "report.xlsx")
    assert choices(season, batch)["3"] == "1-02"


def test_a_letter_that_no_longer_says_what_was_decided_is_named(
    season: Season, report: desk.Report, tmp_path: Path
) -> None:
    batch = season.add(report, "d")
    words = ("report", "--force", "--out", tmp_path / "r.xlsx")
    with_letters = (*words, "--notes", tmp_path / "letters.txt")
    assert ran(season, *with_letters).exit_code == 0

    def outdated_ids() -> list[str]:
        return [row.proposal.id for row in season.report(batch).rows if outdated(row)]

    letter = next(row.letter for row in season.report(batch).rows if row.place == "2")
    assert letter is not None
    assert (letter.kind, letter.topic) == ("move", "1-02")
    season.decide(batch, {"2": "1-02"})
    assert outdated_ids() == []  # decided as the letter says
    season.decide(batch, {"2": NONE, "3": NONE})
    assert outdated_ids() == ["a"]
    assert "letters were written (1): a" in ran(season, *words).stderr
    assert ran(season, *with_letters).exit_code == 0
    assert outdated_ids() == []
    season.undo()
    assert outdated_ids() == ["a", "b"]
    assert [c.after for c in season.audit.history() if c.action == "letters"] == ["1", "2"]


def test_decisions_are_told_in_the_language_of_the_reader(
    season: Season, report: desk.Report, tmp_path: Path
) -> None:
    season.add(report, "d")
    assert spoken(season, "en", "decide", "a", "--topic", "none") == "a: undecided → none\n"
    assert spoken(season, "en", "decide", "a", "--topic", "withdrawn") == "a: none → withdrawn\n"
    assert "\tnone\twithdrawn\ta\t" in spoken(season, "en", "log")
    listed = CliRunner().invoke(app, ["--lang", "en", "season", "list", str(season.file.parent)]).output
    count = f"{len(report.rows)} decided"
    assert listed.split("\t")[:2] == [season.file.stem, f"1/{count}"]
    assert f"\t1/{count}" in spoken(season, "en", "open")
    file = tmp_path / "r.xlsx"
    write_report(season.report(1), file)
    season.decide(1, {"2": "1-02"})
    told = spoken(season, "en", "bring", file)
    assert "; its withdrawn, which nobody changed there, is not taken." in told
    assert not re.search("[无撤未]", told + spoken(season, "en", "log"))


def test_an_id_of_another_batch_is_said_to_be_there(
    season: Season, report: desk.Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    season.add(replace(report, batch="one.xlsx"), "d")
    season.add(replace(report, batch="two.xlsx", rows=report.rows[1:]), "e")
    read: list[int] = []
    whole = Season.report

    def counted(self: Season, batch: int) -> desk.Report:
        read.append(batch)
        return whole(self, batch)

    monkeypatch.setattr(Season, "report", counted)
    lost, *_ = (row.proposal.id for row in report.rows)
    for id_, way_out in (
        (lost, f"it is in another batch: --batch 1 ({lost})."),
        ("zz", "matcher season report lists the ids"),
    ):
        refused = ran(season, "decide", id_, "--topic", "none").exception
        assert f"no row with the id {id_}; {way_out}" in str(refused)
    assert set(read) == {2}, "to say where an id is, no other batch is made a report of"


def test_a_note_may_be_written_without_quotes(season: Season, report: desk.Report) -> None:
    season.add(report, "d")
    said = spoken(season, "en", "note", "a", *["ask", "for", "the", "budget"])
    assert said == "a: no note → ask for the budget\n"


def test_a_letter_that_names_a_mark_corrected_since_is_named(
    season: Season, report: desk.Report, guide_file: Path, tmp_path: Path
) -> None:
    batch = season.add(report, "d")
    written = ran(season, "report", "--out", tmp_path / "r.xlsx", "--notes", tmp_path / "letters.txt")
    assert written.exit_code == 0
    topics = tuple(replace(topic, code=f"A{topic.id}") for topic in season.guide.topics)
    guides = season.guide, replace(season.guide, topics=topics)
    same, rows = {topic.id: topic.id for topic in topics}, season.report(batch).rows
    season.correct(guide_file, guides, same, {batch: rows})
    assert [row.proposal.id for row in season.report(batch).rows if outdated(row)] == ["a"]


def test_a_user_without_a_name_is_told_and_leaves_no_file(
    guide_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 10001")

    monkeypatch.setattr("getpass.getuser", nobody)
    with pytest.raises(SeasonError, match="set the environment variable LOGNAME"):
        Season.new(tmp_path / "2030.season", guide_file)
    assert not (tmp_path / "2030.season").exists()


def test_letters_of_an_earlier_run_are_named(season: Season, report: desk.Report, tmp_path: Path) -> None:
    batch, folder = season.add(report, "d"), tmp_path / "letters"
    command = ("report", "--out", tmp_path / "r.xlsx", "--notes", folder)
    assert "earlier run" not in ran(season, *command).stderr
    assert [file.name for file in folder.iterdir()] == ["0001-a.txt"]
    (folder / "readme.txt").write_text("mine")
    assert "earlier run" not in ran(season, *command, "--force").stderr
    season.decide(batch, {"2": "1-01", "3": NONE})  # who keeps a topic gets no letter
    said = ran(season, *command, "--force").stderr
    assert "do not send them out with the others: 1 (0001-a.txt)" in said
    assert sorted(file.name for file in folder.iterdir()) == ["0001-a.txt", "0001-b.txt", "readme.txt"]


def test_a_bare_name_is_that_of_a_season_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("2030", "own"):
        (tmp_path / folder).mkdir()
    (tmp_path / "here.season").write_bytes(b"")
    (tmp_path / "2031").mkdir()
    (tmp_path / "2031.season").write_bytes(b"")  # made here when a folder of the name lay here too
    kept = default_folder()
    names = {
        **dict.fromkeys(("2030", "2030.season"), kept / "2030.season"),
        **{
            "2030.1": kept / "2030.1.season",
            "here.season": Path("here.season"),
            "2031": Path("2031.season"),
            "own/x": Path("own/x.season"),
        },
    }
    assert {name: path_of(name) for name in names} == names
    for name in ("", ".", "..", "/", "own/.."):
        with pytest.raises(SeasonError, match="no name of a season"):
            path_of(name)


def test_a_repeated_id_is_decided_by_its_row(season: Season, report: desk.Report) -> None:
    first, *rest = report.rows
    first = replace(first, proposal=replace(first.proposal, id=rest[1].place))  # an id that is another's line
    twins = [replace(row, proposal=replace(row.proposal, id="a")) for row in rest]
    batch = season.add(replace(report, rows=(first, *twins)), "d")

    def decide(id_: str) -> tuple[int, dict[str, str]]:
        return ran(season, "decide", id_, "--topic", "无").exit_code, choices(season, batch)

    places = [row.place for row in twins]
    assert decide("a") == (1, {row.place: "" for row in report.rows})
    refused = ran(season, "decide", places[0], "--topic", "无").exception  # a number is an id and no row
    assert f"write @{places[0]}." in str(refused)
    assert decide(f"@{places[0]}") == (
        0,
        {row.place: NONE if row.place == places[0] else "" for row in report.rows},
    )
    assert decide(places[1])[1] == {first.place: NONE, places[0]: NONE, places[1]: ""}
    assert decide(f"@{places[1]}")[1] == {first.place: NONE, places[0]: NONE, places[1]: NONE}


def test_what_a_row_does_not_have_is_not_taken_for_undecided(season: Season, report: desk.Report) -> None:
    batch = season.add(report, "d")
    season.decide(batch, {"4": "1-01"})
    assert ran(season, "decide", "@4", "--topic", "建议").exit_code == 1
    assert choices(season, batch)["4"] == "1-01"
    assert ran(season, "decide", "@4", "--topic", "").exit_code == 0
    assert choices(season, batch)["4"] == ""


def test_pairs_keep_what_was_said_of_them(season: Season, report: desk.Report) -> None:
    batch = season.add(report, "d")
    rows = {r.proposal.id: r.proposal for r in report.rows}
    one, two = list(rows.values())[:2]
    pair = Repeat(one.id, two.id, "copied", 0.9, 0.5, 0.4, 0.1, ((0, 2, 1, 3),), "same", False)
    findings = Findings((pair,), {one.id: one, two.id: two}, {one.id: ((0, 1),), two.id: ()}, 2)
    assert season.batch(batch).findings() is None
    season.batch(batch).keep_findings(findings, "往年 2025")
    case = replace(case_of({}, findings, pair), answer="yes", note="同一人")
    assert season.batch(batch).keep([case]) == {case.key: case}
    season.batch(batch).keep_findings(findings, "往年 2024")
    with Season(season.file, "乙") as other:
        assert other.batch(batch).findings() == (findings, "往年 2024")
        assert other.batch(batch).read() == {case.key: case}
        view = season.batch(batch)
        view.read()
        assert other.batch(batch).keep([replace(case, answer=None, note="")]) == {}
        with pytest.raises(StaleError, match="just decided by somebody else"):
            view.keep([replace(case, note="另记")])
        assert view.read() == {}
        assert view.keep([]) == {}
    changes = [(c.who, c.place, c.before, c.after) for c in season.audit.history(batch) if c.action == "pair"]
    assert changes == [("甲", f"{one.id} {two.id}", "", "yes"), ("乙", f"{one.id} {two.id}", "yes", "")]
    with pytest.raises(SeasonError, match="has no"):
        season.batch(99)


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TABLE row",
        "UPDATE row SET proposal = '{'",
        "UPDATE row SET judged = '[]'",
        "UPDATE batch SET said = '7'",
        "DELETE FROM audit",
    ],
)
def test_a_damaged_season_is_named_and_never_a_traceback(
    season: Season, report: desk.Report, damage: str
) -> None:
    batch = season.add(report, "d")
    with sqlite3.connect(season.file) as other:
        other.execute(damage)

    def read() -> None:
        season.batches()
        season.report(batch)
        season_line(season.file)

    with pytest.raises(SeasonError, match="damaged"):
        read()
    with pytest.raises(SeasonError, match="damaged"):
        adopt(season.file, season.file.with_name("brought.season"))
    assert not season.file.with_name("brought.season").exists()


def test_a_removed_batch_leaves_no_text_on_the_disk(season: Season, report: desk.Report) -> None:
    batch = season.add(report, "d")
    season.decide(batch, {"3": "1-01"})
    season.remove(batch)
    assert season.batches() == []
    escaped = MARKER.encode("unicode_escape").upper()
    for file in season.file.parent.glob(season.file.name + "*"):
        content = file.read_bytes()
        assert MARKER.encode() not in content
        assert escaped not in content.upper()


def test_a_season_is_its_owners_alone_and_is_not_made_twice(season: Season, guide_file: Path) -> None:
    assert season.file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(SeasonError, match="exists"):
        Season.new(season.file, guide_file)


@pytest.mark.parametrize("failing", ["_connect", "SeasonDatabase.writing"])
def test_a_season_that_could_not_be_made_whole_leaves_its_name_free(
    tmp_path: Path, guide_file: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(f"matcher.season.store.{failing}", full)
        with pytest.raises((SeasonError, sqlite3.OperationalError)):
            Season.new(tmp_path / "a.season", guide_file)
    assert [*tmp_path.glob("a.season*")] == []
    Season.new(tmp_path / "a.season", guide_file).close()


def test_a_copy_is_the_season_and_an_erased_one_is_gone(
    season: Season, report: desk.Report, tmp_path: Path
) -> None:
    batch = season.add(report, "d")
    season.decide(batch, {"2": NONE})
    season.copy(tmp_path / "copy")
    adopt(tmp_path / "copy", tmp_path / "2031.season")
    with pytest.raises(SeasonError, match="exists"):
        adopt(tmp_path / "copy", tmp_path / "2031.season")
    with Season(tmp_path / "2031.season") as again:
        assert again.report(batch) == season.report(batch)
        assert season_line(again.file).decided == 1
        erase(again.file)
        assert [*tmp_path.glob("2031*")] == []
        with pytest.raises(SeasonError, match="deleted or moved; nothing was kept"):
            again.decide(batch, {"3": NONE})
        with pytest.raises(SeasonError, match="There is no season"):
            erase(again.file)  # by another, who still saw it
        assert [*tmp_path.glob("2031*")] == []


def test_what_is_kept_on_a_full_disk_stays_though_the_log_cannot_be_emptied(
    season: Season, report: desk.Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, run = season.add(report, "d"), store.SeasonDatabase.run

    def full(database: store.SeasonDatabase, statement: str, *values: object) -> sqlite3.Cursor:
        if "wal_checkpoint" in statement:
            raise sqlite3.OperationalError("database or disk is full")
        return run(database, statement, *values)

    with monkeypatch.context() as kept:
        kept.setattr(store.SeasonDatabase, "run", full)
        season.decide(batch, {"2": NONE})
        season.close()
    with Season(season.file) as again:
        assert choices(again, batch)["2"] == NONE


def test_other_files_are_no_season(tmp_path: Path) -> None:
    for name, content in (("a.season", b"text"), ("b.season", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SeasonError):
            Season(tmp_path / name)
    sqlite3.connect(tmp_path / "c.season").executescript("CREATE TABLE x (y)")
    with pytest.raises(SeasonError, match="is no season"):
        Season(tmp_path / "c.season")
    with pytest.raises(SeasonError, match="There is no season"):
        Season(tmp_path / "d.season")


@pytest.mark.parametrize(("schema", "advice"), [(99, "newer program"), (3, "version that made it")])
def test_another_format_is_left_alone(season: Season, schema: int, advice: str) -> None:
    season.close()
    connection = sqlite3.connect(season.file)
    connection.execute(f"PRAGMA user_version = {schema}")
    connection.close()
    with pytest.raises(SeasonError, match=f"format {schema}.*{advice}|{advice}.*format {schema}"):
        Season(season.file)


def test_a_kill_leaves_the_old_or_the_new_state(season: Season, report: desk.Report) -> None:
    season.add(report, "d")
    season.close()
    for pause in (0.0, 0.01, 0.03, 0.08):
        with at_work(decide, season.file):
            time.sleep(pause)
        with Season(season.file) as again:
            now = choices(again, 1)
            assert now["2"] == now["3"]
            changes = [c for c in again.audit.history() if c.action == "decide"]
            assert len(changes) % 2 == 0
            assert now["2"] == (changes[-1].after if changes else "")


def test_the_command_line_compares_a_batch_where_the_page_finds_it(
    season: Season, report: desk.Report, tmp_path: Path
) -> None:
    lines = shipped.data_file("demo.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line) for line in [*lines, lines[0]]]
    like = next(row for row in report.rows if row.judged.verdict == "move")
    twins = tuple(
        replace(
            like,
            line=n + 2,
            proposal=Proposal(f"p{n}", text.get("title", ""), text["abstract"]),
        )
        for n, text in enumerate(texts)
    )
    season.add(replace(report, rows=twins), "twins")
    season.close()
    command = ("duplicates", "--encoder", "fast", "--out", tmp_path / "p.jsonl")
    spoken(season, "both", *command)
    with Season(season.file) as again:
        kept = again.batch(1).findings()
    assert kept is not None
    assert ([(pair.a, pair.b) for pair in kept[0].pairs], kept[1]) == ([("p0", "p3")], "")
    assert '"p0"' in (tmp_path / "p.jsonl").read_text("utf-8")
    case = replace(case_of({}, kept[0], kept[0].pairs[0]), answer="yes")
    CaseFile(tmp_path / "decided.jsonl").keep([case])
    spoken(season, "both", *command, "--decided", tmp_path / "decided.jsonl", "--force")
    with Season(season.file) as again:
        assert list(again.batch(1).read().values()) == [case]

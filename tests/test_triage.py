"""The desk: verdicts from probabilities, the queue, the journal, a folder of forms, decisions read back."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.engine import Engine
from matcher.errors import OutputError, ReportError
from matcher.guide import read_guide
from matcher.message import Message
from matcher.readers.batch import BadRow, Batch, Entry
from matcher.readers.fields.labels import REPORTED_COLUMNS
from matcher.rules import Finding
from matcher.triage import FilingVerdict, Judged, SentencePair, desk, judge
from matcher.triage.columns import queue_columns
from matcher.triage.declared import Declared
from matcher.triage.reports import write_report
from matcher.triage.resume import fingerprint, journal
from matcher.types import Evidence, Hit, Match, Passage, Proposal, Topic

pytestmark = pytest.mark.usefixtures("guides_read_once")

TOPIC_IDS = ("1-01", "1-02", "2-01", "2-02")


@pytest.fixture
def topics(guide_file: Path) -> dict[str, Topic]:
    return {t.id: t for t in read_guide(guide_file).topics}


def match(none: float, *shares: float) -> Match:
    """A match over the four topics of the small guide with the given probabilities, best first."""
    passage = Passage("p#0", "p", 0, 1, "甲")
    pairs = (Evidence(passage, Passage("t#0", "t", 0, 1, "乙"), 0.7, 1.0, "dense"),)
    rows = sorted(zip(TOPIC_IDS, shares, strict=True), key=lambda r: -r[1])
    hits = tuple(Hit(t, p, p, {}, pairs) for t, p in rows)
    reason, distribution = Message("", "", ""), array("d", shares)
    return Match("p", "topic", hits[0].topic_id, None, "none", 0.0, hits, reason, (), none, (), distribution)


@pytest.mark.parametrize(
    ("declared", "none", "shares", "verdict", "suggested"),
    [
        (Declared("1-01", "1-01"), 0.02, (0.9, 0.04, 0.02, 0.02), "agree", "1-01"),
        (Declared("1-02", "1-02"), 0.02, (0.959, 0.001, 0.01, 0.01), "move", "1-01"),
        # The applicant's own choice counts: behind, but near.
        (Declared("1-02", "1-02"), 0.02, (0.8, 0.1, 0.04, 0.04), "agree", "1-02"),
        (Declared("1-02", "1-02"), 0.10, (0.44, 0.01, 0.43, 0.02), "ask", "1-01"),
        (Declared("1-02", "1-02"), 0.957, (0.03, 0.001, 0.006, 0.006), "outside", None),
        (Declared(""), 0.02, (0.9, 0.04, 0.02, 0.02), "undeclared", "1-01"),
        (Declared(""), 0.957, (0.03, 0.001, 0.006, 0.006), "outside", None),
        # Not understood: nobody is told that it is wrong.
        (Declared("随便写的"), 0.02, (0.9, 0.04, 0.02, 0.02), "ask", "1-01"),
        # "第2题" may be 1-02 or 2-02: the text tells which.
        (Declared("第2题", None, ("1-02", "2-02")), 0.02, (0.04, 0.9, 0.02, 0.02), "agree", "1-02"),
        (Declared("第2题", None, ("1-02", "2-02")), 0.02, (0.959, 0.001, 0.01, 0.01), "ask", "1-01"),
    ],
)  # fmt: skip
def test_verdicts(
    topics: dict[str, Topic],
    declared: Declared,
    none: float,
    shares: tuple[float, ...],
    verdict: FilingVerdict,
    suggested: str | None,
) -> None:
    judged = judge(match(none, *shares), declared, topics)
    assert (judged.verdict, judged.suggested) == (verdict, suggested)
    assert " / " in judged.reason
    assert judged.none_probability == none
    assert judged.pair == SentencePair("甲", "乙", 0.7)


def test_where_the_text_alone_fits_nothing_the_choice_is_asked_about(topics: dict[str, Topic]) -> None:
    """By hand: .036 times the credit of 32 outweighs .957, and still no text is said to fit."""
    shares, declared = (0.036, 0.003, 0.002, 0.002), Declared("1-01", "1-01")
    assert judge(match(0.957, *shares), declared, topics).verdict == "agree"
    alone = replace(match(0.957, *shares), verdict="none", topic_id=None)
    judged = judge(alone, declared, topics)
    assert (judged.verdict, judged.suggested) == ("ask", "1-01")
    assert judged.reason.zh == (
        "单看文字不像属于指南的任何课题（0.96）；所报 1-01《湖东市智慧公交线网优化研究》 只有 0.04。"
    )


@pytest.mark.parametrize(
    ("second", "warned"),
    [(0.05, True), (0.4, False)],  # no doubt, but two topics that are near
)
def test_what_speaks_against_the_declared_topic_is_handed_on(
    topics: dict[str, Topic], second: float, warned: bool
) -> None:
    doubt = Message("没有写到它的研究内容", "nothing of its contents")
    answer = replace(match(0.05, 0.86, second, 0.02, 0.02), verdict="close", reason=doubt)
    judged = judge(answer, Declared("1-01", "1-01"), topics)
    assert (judged.verdict, judged.warnings) == ("agree", (doubt,) if warned else ())
    told = replace(answer, warnings=(Message("别的", "another"),))
    assert judge(told, Declared("1-01", "1-01"), topics).warnings == told.warnings


@pytest.mark.parametrize("title", ["测试", "n/a", "详见附件", "application form", "a", "项目"])
def test_a_row_that_says_of_no_study_what_it_is_cannot_be_judged(tianjin: Engine, title: str) -> None:
    row = Entry(1, Proposal("p", title, "", declared="2-24"))
    assert [judged.verdict for judged in desk.judged_rows(tianjin, [row])] == ["unreadable"]
    assert tianjin.usable(Proposal("q", "测试台的振动", title))


@pytest.mark.parametrize(
    ("declared", "shares", "said"),
    [
        (Declared("1-01", "1-01"), (0.9, 0.04, 0.02, 0.02), "所报 1-01 与内容相符（概率 0.90）。 / The text fits 1-01 (0.90)."),
        (Declared("1-02", "1-02"), (0.8, 0.1, 0.04, 0.04), "所报 1-02 单看文字为 0.10，计入申报人自己的选择为 0.78"),
        (Declared("1-02", "1-02"), (0.979, 0.0001, 0.0004, 0.0005), "Declared 1-02 has <0.01; rather 1-01 (0.98)."),
        (Declared("甲题", "1-01", (), Message("认作 1-01", "read as 1-01")), (0.9, 0.04, 0.02, 0.02), "所报“甲题”认作 1-01。"),
    ],
)  # fmt: skip
def test_reasons_say_what_they_rest_on(
    topics: dict[str, Topic], declared: Declared, shares: tuple[float, ...], said: str
) -> None:
    assert said in judge(match(0.02, *shares), declared, topics).reason


def test_what_is_likelier_to_fit_nothing_is_not_said_to_fit(topics: dict[str, Topic]) -> None:
    """The applicant's own choice may count for it all the same, and that is said."""
    judged = judge(match(0.6, 0.3, 0.05, 0.03, 0.02), Declared("1-01", "1-01"), topics)
    assert (judged.verdict, "相符" in judged.reason) == ("agree", False)
    assert "所报 1-01 单看文字为 0.30，计入申报人自己的选择为" in judged.reason


@pytest.mark.parametrize(
    ("probabilities", "declared", "words"),
    [
        ((0.01, 0.001, 0.97, 0.01, 0.009), "1-01", ("Declared 1-01 (B1) has <0.01; rather 1-02 (B2) (0.97).", "更像 1-02（B2）《")),
        ((0.02, 0.95, 0.01, 0.01, 0.01), "1-01", ("The text fits 1-01 (B1) (0.95).", "所报 1-01（B1） 与内容相符")),
        ((0.95, 0.01, 0.02, 0.01, 0.01), "1-01", ("declared 1-01 (B1) has 0.01, the nearest is 1-02 (B2).", "所报 1-01（B1） 的概率")),
    ],
)  # fmt: skip
def test_a_reason_names_topics_as_the_guide_marks_them_too(
    topics: dict[str, Topic], probabilities: tuple[float, ...], declared: str, words: tuple[str, str]
) -> None:
    marked = {id_: replace(topic, code=f"B{topic.number}") for id_, topic in topics.items()}
    reason = judge(match(*probabilities), Declared(declared, declared), marked).reason
    assert isinstance(reason, Message)
    assert words[0] in reason.en
    assert words[1] in reason.zh


@pytest.mark.parametrize(
    ("outside", "declared", "others", "said"),
    [
        (3, 2, 2, True),
        (3, 3, 2, False),
        (2, 1, 3, False),
        (4, 0, 0, False),
        (4, 4, 1, True),
        (5, 5, 0, True),
        (7, 7, 3, False),
    ],
)
def test_a_batch_for_another_guide_is_told(
    guide_file: Path, outside: int, declared: int, others: int, said: bool
) -> None:
    """Of `outside` rows that fit nothing and `others` that fit, so many declare a topic of the guide."""
    ids = iter([*["1-01"] * declared, *[None] * (outside + others - declared)])
    reason = Message("因此。", "Thus.")
    judged = [
        Judged("outside", next(ids), None, None, None, 0.9, 0.9, 0.8, 0.9, reason) for _ in range(outside)
    ]
    judged += [
        Judged("agree", next(ids), "1-01", 0.8, 0.8, 0.1, 0.8, 0.7, 0.1, reason) for _ in range(others)
    ]
    unread = Judged("unreadable", None, None, None, None, None, 1.0, 0.0, 1.0, reason)
    guide = read_guide(guide_file)
    messages = desk.guide_doubt(guide, [*judged, unread, unread])
    assert [f"{outside} 份在指南《{guide.title}》之外" in message.zh for message in messages] == [True] * said


NOT_ASKED = ("编号 id", "项目名称 title", "所报原文 declared topic", "申报单位 organisation", "负责人 investigator",
             "申报人电话 applicant phone", "申报人邮箱 applicant email", "年度 year", "摘要 abstract")  # fmt: skip


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_report_read_as_a_batch_holds_what_the_applicants_wrote_alone(
    guide_file: Path, tmp_path: Path, suffix: str
) -> None:
    """What the program answered, such as a topic's title or the office's phone, is not taken for their own."""
    assert {column.heading for column in queue_columns()} == REPORTED_COLUMNS | set(NOT_ASKED)
    guide = read_guide(guide_file)
    received: list[Entry | BadRow] = [
        Entry(2, Proposal("a", "", "公交怎样调整线路", "", "甲大学", "张三", "2030"), {"phone": "139", "email": "a@b.cn"}),
        Entry(3, Proposal("b", "食堂", "食堂怎样节约", "1.9；1.11")),
    ]  # fmt: skip
    answers = [
        Judged("undeclared", None, "1-01", None, 0.8, 0.1, 0.8, 0.7, 0.9, Message("因此。", "Thus.")),
        Judged("ask", "1-01", "1-02", 0.1, 0.8, 0.1, 0.8, 0.7, 0.1, Message("因此。", "Thus.")),
    ]
    file = tmp_path / f"r{suffix}"
    write_report(desk.report(guide, "batch.xlsx", received, answers), file)
    back = {row.proposal.id: row for row in Batch(file) if isinstance(row, Entry)}
    assert len(back) == 2
    for entry in received:
        assert isinstance(entry, Entry)
        now = back[entry.proposal.id]
        assert replace(now.proposal, sections=()) == entry.proposal
        assert {name: text for name, text in now.extra.items() if text} == entry.extra


BATCH = """编号,项目名称,摘要,申报课题,申报单位,负责人,年度
a1,科技创新券使用效果评价,评估创新券对科技型小企业研发行为的影响，提出兑付流程改进建议,重点项目第3题,甲大学,张三,2021
a2,海河实验室怎样管理,比较国外国家实验室的体制，设计海河实验室的决策与投入机制,1-09,甲大学,李四,2021
a3,髋关节置换术后的步行训练,比较两种步行训练方案对髋关节置换病人术后疼痛、关节活动度和跌倒的影响，随访半年，护士电话记录,2-03,乙公司,王五,2021
a4,,,2-01,,,
a5,大学科技园案例,调查大学科技园的建设案例和运行,,丙公司,赵六,2021
a2,人工智能断供风险,分析人工智能芯片断供时产业链的韧性,2-03,丙公司,钱七,2021
broken,row
"""


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    file = tmp_path / "batch.csv"
    file.write_text(BATCH, encoding="utf-8")
    return file


def triaged(engine: Engine, file: Path) -> desk.Report:
    received = list(Batch(file))
    return desk.report(engine.guide, file.name, received, list(desk.judged_rows(engine, received)))


def test_a_batch_becomes_a_queue(tianjin: Engine, batch: Path) -> None:
    report = triaged(tianjin, batch)
    found = {(r.line, r.judged.verdict, r.judged.suggested) for r in report.rows}
    assert found == {
        (2, "move", "2-12"), (3, "agree", "1-09"), (4, "outside", None), (5, "unreadable", None),
        (6, "undeclared", "2-23"), (7, "agree", "2-03"), (8, "unreadable", None),
    }  # fmt: skip
    gains = [r.judged.gain for r in report.rows]
    assert gains == sorted(gains, reverse=True)
    assert {r.line: [f.rule for f in r.findings] for r in report.rows if r.findings} == {
        3: ["duplicate-id"],
        7: ["duplicate-id"],
    }


def test_the_summary_counts_every_row_once(tianjin: Engine, batch: Path) -> None:
    summary = triaged(tianjin, batch).summary
    assert summary.verdicts == {
        "unreadable": 2,
        "undeclared": 1,
        "move": 1,
        "outside": 1,
        "ask": 0,
        "agree": 2,
    }
    assert summary.sections == {"重点项目": (2, 1), "一般项目": (3, 3)}
    assert summary.topics["2-12"] == (0, 1)
    assert summary.offices["区域创新处 58832826"] == (0, 1)
    assert summary.offices["区域创新处 58832926"] == (0, 0), "two phones are two lines"
    assert len(summary.undrawn) == 36 - 4
    assert summary.confusion == {
        ("1-03", "2-12"): 1, ("1-09", "1-09"): 1, ("2-03", "none"): 1, ("", "2-23"): 1, ("2-03", "2-03"): 1,
    }  # fmt: skip
    assert summary.findings == {("duplicate-id", "broken"): 2}


def test_a_row_is_judged_the_same_wherever_a_run_was_interrupted(tianjin: Engine, batch: Path) -> None:
    received = list(Batch(batch))
    whole = list(desk.judged_rows(tianjin, received))
    for start in range(len(received)):
        assert list(desk.judged_rows(tianjin, received[start:])) == whole[start:]


def some_rows() -> list[Judged]:
    first = Judged(
        "move",
        "1-01",
        "1-02",
        0.1,
        0.7,
        0.1,
        0.69,
        0.6,
        0.92,
        Message("因", "why"),
        SentencePair("甲\ud800", "乙", 1 / 3),
        (Message("注", "a note"),),
    )
    return [first, Judged("unreadable", None, None, None, None, None, 1.0, 0.0, 1.0, Message("坏", "bad"))]


def wrote(file: Path, rows: list[Judged], *, resume: bool = False) -> None:
    with journal(file, "key", resume=resume) as kept:
        for row in rows:
            kept.write(row)


def done(file: Path, key: str = "key") -> list[Judged]:
    with journal(file, key, resume=True) as kept:
        return kept.done


def test_a_journal_gives_back_exactly_what_was_judged(tmp_path: Path) -> None:
    file, rows = tmp_path / "j", some_rows()
    for number, row in enumerate(rows):
        with journal(file, "key", resume=True) as kept:
            assert kept.done == rows[:number]
            kept.write(row)
    assert done(file) == rows
    assert [(row.reason.zh, row.reason.en) for row in done(file)] == [("因", "why"), ("坏", "bad")]
    assert done(file)[0].warnings[0] == Message("注", "a note")


@pytest.mark.parametrize("cut", [1, 5, 40, 90])
def test_a_journal_cut_short_loses_its_last_row_only(tmp_path: Path, cut: int) -> None:
    file, rows = tmp_path / "j", some_rows()
    wrote(file, rows)
    file.write_bytes(file.read_bytes()[:-cut])
    assert done(file) == rows[:1]
    wrote(file, rows[1:], resume=True)
    assert done(file) == rows
    assert [(row.reason.zh, row.reason.en) for row in done(file)] == [("因", "why"), ("坏", "bad")]
    assert done(file)[0].warnings[0] == Message("注", "a note")


def test_a_journal_of_another_batch_is_refused(tmp_path: Path) -> None:
    assert done(tmp_path / "none") == []
    wrote(tmp_path / "j", some_rows())
    with pytest.raises(ReportError, match="without --resume"):
        done(tmp_path / "j", "another")
    with journal(tmp_path / "j", "another", resume=False) as kept:
        assert (kept.done, kept.dropped) == ([], 2)
    assert fingerprint("a", "b") != fingerprint("ab", "")


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"garbage\n",
        lambda raw: b"\xff\xfe\n" + raw,
        lambda _: b"[" * 100_000 + b"\n",
        lambda raw: raw.split(b"\n")[0] + b"\n" + raw.split(b"\n")[2] + b"\n",
        lambda raw: raw.replace(b'"unreadable"', b'"excellent"'),
        lambda raw: raw.replace(b'"gain": 1.0', b'"gain": 1e308'),
    ],
    ids=["garbage", "bytes", "deep", "a row is missing", "no verdict", "no probability"],
)
def test_a_damaged_journal_is_a_named_error(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    file = tmp_path / "j"
    wrote(file, some_rows())
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(ReportError, match="without --resume"):
        done(file)


def test_two_runs_never_write_one_journal(tmp_path: Path) -> None:
    with (
        journal(tmp_path / "j", "key", resume=False) as kept,
        pytest.raises(OutputError, match="Another run"),
        journal(tmp_path / "j", "key", resume=False),
    ):
        pass
    kept_rows = done(tmp_path / "j")
    assert kept_rows == kept.done == []


def test_findings_of_rules_stand_beside_the_verdict_and_do_not_change_it(
    tianjin: Engine, batch: Path
) -> None:
    from matcher.rules import Rule, Rules

    rules = Rules("g", "", (Rule("org", "organisation_limit", "第1条", limit=1),))
    received = list(Batch(batch))
    judged = list(desk.judged_rows(tianjin, received))
    plain = desk.report(tianjin.guide, "b", received, judged)
    ruled = desk.report(tianjin.guide, "b", received, judged, rules)
    assert [(r.line, r.judged) for r in plain.rows] == [(r.line, r.judged) for r in ruled.rows]
    found = {r.line: [f.status for f in r.findings if f.rule == "org"] for r in ruled.rows}
    assert found == {
        2: ["broken"],
        3: ["broken"],
        4: [],
        5: ["unchecked"],
        6: ["broken"],
        7: ["broken"],
        8: [],
    }
    assert [f.organisation for f in ruled.organisations] == ["甲大学", "丙公司"]
    assert all(isinstance(f, Finding) for r in ruled.rows for f in r.findings)


def test_a_row_without_abstract_is_judged_by_its_title_and_says_so(tianjin: Engine) -> None:
    received = [
        Entry(2, Proposal("a", "科技创新券使用效果评价", "", "2-12")),
        Entry(3, Proposal("b", "创新券", "使用效果")),
    ]
    first, second = desk.judged_rows(tianjin, received)
    assert first.verdict == "agree"
    assert "judged by the title alone" in first.warnings[-1]
    assert not any("title alone" in w for w in second.warnings)

"""What a report tells as tables, the same for every kind of file: of a row, column by column, and summed up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from matcher.message import COLON, COMMA, Catalogue, Message, bracketed, joined
from matcher.readers.fields.labels import reported
from matcher.report import source_name
from matcher.rules import Finding, Status
from matcher.sheet import REMARK, Cell, heading
from matcher.triage.desk import NONE, WITHDRAWN, Report, ReportRow
from matcher.triage.judgement import FilingVerdict
from matcher.types import Office

say = Catalogue(__file__)

# What is read back from a report, also an older one: the columns that the officer fills in (`matcher learn` reads this one,
# a season REMARK too, with those beside them), three lines of the summary, and the sheets.
CORRECTED = heading("改为", "corrected")
ID, TITLE = heading("编号", "id"), heading("项目名称", "title")
ABSTRACT, LINE = heading("摘要", "abstract"), heading("行", "line")
DECLARED, SUGGESTED = heading("申报课题", "declared"), heading("建议课题", "suggested")
VERDICT = heading("结论", "verdict")
BATCH, GUIDE, LOGGED = heading("批次", "batch"), heading("指南", "guide"), heading("申报季记录", "season log")
QUEUE, SUMMARY, TOPICS = heading("队列", "queue"), heading("概况", "summary"), heading("课题", "topics")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its width in characters, and the row's cell."""

    heading: Message
    width: int
    cell: Callable[[ReportRow], Cell]


def is_report(columns: Collection[str]) -> bool:
    """Whether a table with these columns is a report of the program that officers may have filled in, in any language."""
    return bool(reported(columns)) and any(name in columns for name in CORRECTED.forms)


def verdict_name(verdict: FilingVerdict) -> Message:
    """A verdict as people read it."""
    return say(f"verdict.{verdict}")


def choice_name(choice: str) -> Message:
    """What was decided of a row as people read it: a topic's id, or in words that nothing fits, that it was withdrawn, or that
    nothing is decided."""
    kind = {NONE: "none", WITHDRAWN: "withdrawn", "": "undecided"}.get(choice)
    return say(f"choice.{kind}") if kind else Message(choice, choice, choice)


def status_name(status: Status) -> Message:
    """The status of a finding as people read it."""
    return say(f"finding.{status}")


def _findings(findings: Sequence[Finding], *, checked: bool) -> Message:
    """The findings of one kind as lines, each with its status and clause."""
    chosen = [f for f in findings if (f.status != "unchecked") == checked]
    if not checked:
        return joined((joined([f.rule, COLON, f.message]) for f in chosen), "\n")
    return joined(
        (
            joined(["[", status_name(f.status), "] ", f.message, bracketed(f.clause) if f.clause else ""])
            for f in chosen
        ),
        "\n",
    )


def _office(row: ReportRow) -> tuple[str, str]:
    if row.topic is None or row.topic.office is None:
        return "", ""
    office, source = row.topic.office, row.topic.office_source
    remark = "" if source == "stated" else bracketed(source_name(source))
    return joined([office.name, remark]), office.reached_at


@cache
def queue_columns() -> tuple[Column, ...]:
    """The columns of the queue, in their order."""
    return (
        Column(ID, 14, lambda r: r.proposal.id),
        Column(VERDICT, 16, lambda r: verdict_name(r.judged.verdict)),
        Column(TITLE, 36, lambda r: r.proposal.title),
        Column(say("column.as declared"), 20, lambda r: r.proposal.declared),
        Column(DECLARED, 10, lambda r: r.judged.declared or ""),
        Column(SUGGESTED, 10, lambda r: r.judged.suggested or ""),
        Column(say("column.its title"), 32, lambda r: r.topic.title if r.topic else ""),
        Column(CORRECTED, 12, lambda r: choice_name(r.corrected) if r.corrected else ""),
        Column(REMARK, 20, lambda r: r.remark),
        Column(say("column.P(declared)"), 10, lambda r: r.judged.declared_probability),
        Column(say("column.P(suggested)"), 10, lambda r: r.judged.suggested_probability),
        Column(say("column.P(none)"), 10, lambda r: r.judged.none_probability),
        Column(say("column.margin"), 9, lambda r: r.judged.margin),
        Column(say("column.gain"), 9, lambda r: r.judged.gain),
        Column(say("column.office"), 18, lambda r: _office(r)[0]),
        Column(say("column.phone"), 14, lambda r: _office(r)[1]),
        Column(say("column.reason"), 60, lambda r: r.judged.reason),
        Column(say("column.in the proposal"), 40, lambda r: r.judged.pair.proposal if r.judged.pair else ""),
        Column(say("column.in the topic"), 40, lambda r: r.judged.pair.topic if r.judged.pair else ""),
        Column(say("column.findings"), 40, lambda r: _findings(r.findings, checked=True)),
        Column(say("column.not checked"), 24, lambda r: _findings(r.findings, checked=False)),
        Column(say("column.warnings"), 20, lambda r: joined(r.judged.warnings, " ")),
        Column(say("column.organisation"), 20, lambda r: r.proposal.organisation),
        Column(say("column.investigator"), 12, lambda r: r.proposal.principal_investigator),
        Column(say("column.applicant phone"), 14, lambda r: r.extra.get("phone", "")),
        Column(say("column.applicant email"), 20, lambda r: r.extra.get("email", "")),
        Column(say("column.year"), 8, lambda r: r.proposal.year),
        Column(LINE, 7, lambda r: r.place if r.sheet else r.line),
        Column(ABSTRACT, 40, lambda r: r.proposal.abstract),
    )


SheetRows = Iterator[list[Cell]]


def summary_table(report: Report) -> SheetRows:
    """Counts by verdict, section, office and rule, and where the report comes from."""
    summary, guide = report.summary, report.guide
    yield [say("summary.part"), say("count.declared"), say("count.suggested")]
    yield [BATCH, report.batch, ""]
    yield [GUIDE, guide.id, ""]
    yield [say("summary.sha256"), guide.sha256, ""]
    if report.logged is not None:
        yield [LOGGED, report.logged, ""]
    for message in report.reading:
        yield [say("summary.reading"), "", message]
    yield [say("summary.proposals"), len(report.rows), ""]
    for verdict, count in summary.verdicts.items():
        yield [say("summary.verdict", name=verdict_name(verdict)), count, ""]
    for name, (declared, suggested) in summary.sections.items():
        yield [say("summary.section", name=name or "—"), declared, suggested]
    for name, (declared, suggested) in summary.offices.items():
        yield [say("summary.office", name=name or source_name("none")), declared, suggested]
    yield [say("summary.undrawn"), len(summary.undrawn), joined(summary.undrawn, COMMA)]
    if report.rules is None:
        yield [say("summary.rules"), say("rules.none"), ""]
    else:
        yield [say("summary.rules"), len(report.rules.rules), report.rules.note]
    for (rule, status), count in sorted(summary.findings.items()):
        yield [say("summary.rule", rule=rule, status=status_name(status)), count, ""]


def topic_headings() -> tuple[Message, Message]:
    """What stands over the ids and the titles of `topic_table`, by which it is read back."""
    return say("topic.id"), say("topic.title")


def topic_table(report: Report) -> SheetRows:
    """The topics with their offices and counts; the last lines are what to write where nothing fits, or nothing is filed any more."""
    yield [
        *(say(f"topic.{name}") for name in ("id", "code", "section", "title")), say("column.office"), say("column.phone"),
        say("count.declared"), say("count.suggested"),
    ]  # fmt: skip
    for topic in report.guide.topics:
        office = topic.office or Office("")
        counts = report.summary.topics[topic.id]
        yield [topic.id, topic.code, topic.section, topic.title, office.name, office.reached_at, *counts]
    yield [choice_name(NONE), "", "", say("office.outside"), "", "", "", ""]
    yield [choice_name(WITHDRAWN), "", "", say("office.withdrawn"), "", "", "", ""]


def confusion_table(report: Report) -> SheetRows:
    """Declared topics down, suggested topics across; only rows and columns that have a count."""
    confusion = report.summary.confusion
    order = {t.id: i for i, t in enumerate(report.guide.topics)}
    names = {t.id: f"{t.id} {t.title}" for t in report.guide.topics} | {"": verdict_name("undeclared")}
    rows = sorted({d for d, _ in confusion}, key=lambda d: order.get(d, len(order)))
    columns = sorted({s for _, s in confusion}, key=lambda s: order.get(s, len(order)))
    yield [say("confusion"), *(say("confusion.none") if c == "none" else c for c in columns)]
    for row in rows:
        yield [names[row], *(confusion.get((row, column)) for column in columns)]


def organisation_table(report: Report) -> SheetRows:
    """What the rules say of organisations, and the rules that were applied with their clauses."""
    yield [
        say(f"organisation.{column}") for column in ("name", "rule", "status", "finding", "clause", "lines")
    ]
    for row in report.organisations:
        f = row.finding
        yield [row.organisation, f.rule, status_name(f.status), f.message, f.clause, joined(row.lines, COMMA)]
    for rule in report.rules.rules if report.rules else ():
        yield [bracketed(say("findings.rule")), rule.id, "", rule.kind, rule.clause, ""]

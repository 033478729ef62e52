"""What a report tells as tables, the same for every kind of file: of a row, column by column, and summed up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from matcher.message import Catalogue, Message, joined
from matcher.rules import Finding, Status
from matcher.sheet import Cell
from matcher.triage.desk import Report, ReportRow
from matcher.triage.judgement import FilingVerdict

say = Catalogue(__file__)

# The columns that the officer fills in; `matcher learn` reads the first back, a season both, with those beside them.
CORRECTED, REMARK = "改为 corrected", "备注 note"
NONE = "无"  # what it holds where nothing in the guide fits
ID, TITLE, ABSTRACT, LINE = "编号 id", "项目名称 title", "摘要 abstract", "行 line"
DECLARED, SUGGESTED, VERDICT = "申报课题 declared", "建议课题 suggested", "结论 verdict"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its width in characters, and the row's cell."""

    heading: str
    width: int
    cell: Callable[[ReportRow], Cell]


def verdict_name(verdict: FilingVerdict) -> Message:
    """A verdict as people read it."""
    return say(f"verdict.{verdict}")


def status_name(status: Status) -> Message:
    """The status of a finding as people read it."""
    return say(f"finding.{status}")


def _findings(findings: Sequence[Finding], *, checked: bool) -> str:
    """The findings of one kind as lines, each with its status and clause."""
    chosen = [f for f in findings if (f.status != "unchecked") == checked]
    if not checked:
        return "\n".join(f"{f.rule}：{f.message}" for f in chosen)
    return "\n".join(
        f"[{status_name(f.status)}] {f.message}{f'（{f.clause}）' if f.clause else ''}" for f in chosen
    )


_SOURCES = {"group": "（按组推定）", "section": "（按类别）", "list": "（文件另处所列）"}


def _office(row: ReportRow) -> tuple[str, str]:
    office = row.topic.office if row.topic else None
    if office is None or row.topic is None:
        return "", ""
    return office.name + _SOURCES.get(row.topic.office_source, ""), office.phone


COLUMNS: tuple[Column, ...] = (
    Column(ID, 14, lambda r: r.proposal.id),
    Column(VERDICT, 16, lambda r: verdict_name(r.judged.verdict)),
    Column(TITLE, 36, lambda r: r.proposal.title),
    Column("所报原文 as declared", 20, lambda r: r.proposal.declared),
    Column(DECLARED, 10, lambda r: r.judged.declared or ""),
    Column(SUGGESTED, 10, lambda r: r.judged.suggested or ""),
    Column("建议课题名称 its title", 32, lambda r: r.topic.title if r.topic else ""),
    Column(CORRECTED, 12, lambda r: r.corrected),
    Column(REMARK, 20, lambda r: r.remark),
    Column("所报概率 P(declared)", 10, lambda r: r.judged.declared_probability),
    Column("建议概率 P(suggested)", 10, lambda r: r.judged.suggested_probability),
    Column("不合适 P(none)", 10, lambda r: r.judged.none_probability),
    Column("差距 margin", 9, lambda r: r.judged.margin),
    Column("复核价值 gain", 9, lambda r: r.judged.gain),
    Column("对接处室 office", 18, lambda r: _office(r)[0]),
    Column("电话 phone", 14, lambda r: _office(r)[1]),
    Column("理由 reason", 60, lambda r: r.judged.reason),
    Column("申报书的句子 in the proposal", 40, lambda r: r.judged.pair.proposal if r.judged.pair else ""),
    Column("课题的句子 in the topic", 40, lambda r: r.judged.pair.topic if r.judged.pair else ""),
    Column("规则发现 findings", 40, lambda r: _findings(r.findings, checked=True)),
    Column("未检查 not checked", 24, lambda r: _findings(r.findings, checked=False)),
    Column("注意 warnings", 20, lambda r: " ".join(r.judged.warnings)),
    Column("申报单位 organisation", 20, lambda r: r.proposal.organisation),
    Column("负责人 investigator", 12, lambda r: r.proposal.principal_investigator),
    Column("申报人电话 applicant's phone", 14, lambda r: r.extra.get("phone", "")),
    Column("申报人邮箱 applicant's email", 20, lambda r: r.extra.get("email", "")),
    Column("年度 year", 8, lambda r: r.proposal.year),
    Column(LINE, 7, lambda r: r.place if r.sheet else r.line),
    Column(ABSTRACT, 40, lambda r: r.proposal.abstract),
)

SheetRows = Iterator[list[Cell]]


def summary_table(report: Report) -> SheetRows:
    """Counts by verdict, section, office and rule, and where the report comes from."""
    summary, guide = report.summary, report.guide
    yield ["概况 summary", "所报 declared", "建议 suggested"]
    yield ["批次 batch", report.batch, ""]
    yield ["指南 guide", guide.id, ""]
    yield ["指南校验 guide sha256", guide.sha256, ""]
    yield ["份数 proposals", len(report.rows), ""]
    for verdict, count in summary.verdicts.items():
        yield [f"结论 verdict：{verdict_name(verdict)}", count, ""]
    for name, (declared, suggested) in summary.sections.items():
        yield [f"类别 section：{name or '—'}", declared, suggested]
    for name, (declared, suggested) in summary.offices.items():
        yield [f"处室 office：{name or '指南未列 not stated'}", declared, suggested]
    yield ["没有申报的课题 topics drawing none", len(summary.undrawn), "、".join(summary.undrawn)]
    if report.rules is None:
        yield ["申报规则 filing rules", say("rules.none"), ""]
    else:
        yield ["申报规则 filing rules", len(report.rules.rules), report.rules.note]
    for (rule, status), count in sorted(summary.findings.items()):
        yield [f"规则 rule {rule}：{status_name(status)}", count, ""]


def topic_table(report: Report) -> SheetRows:
    """The topics with their offices and counts; the last line is what to write where nothing fits."""
    yield [
        "课题 topic", "类别 section", "名称 title", "对接处室 office", "电话 phone", "所报 declared", "建议 suggested",
    ]  # fmt: skip
    for topic in report.guide.topics:
        office = (topic.office.name, topic.office.phone) if topic.office else ("", "")
        yield [topic.id, topic.section, topic.title, *office, *report.summary.topics[topic.id]]
    yield [NONE, "", say("office.outside"), "", "", "", ""]


def confusion_table(report: Report) -> SheetRows:
    """Declared topics down, suggested topics across; only rows and columns that have a count."""
    confusion = report.summary.confusion
    order = {t.id: i for i, t in enumerate(report.guide.topics)}
    names = {t.id: f"{t.id} {t.title}" for t in report.guide.topics} | {"": "未申报 undeclared"}
    rows = sorted({d for d, _ in confusion}, key=lambda d: order.get(d, len(order)))
    columns = sorted({s for _, s in confusion}, key=lambda s: order.get(s, len(order)))
    yield ["所报 declared ↓  建议 suggested →", *("无 none" if c == "none" else c for c in columns)]
    for row in rows:
        yield [names[row], *(confusion.get((row, column)) for column in columns)]


def organisation_table(report: Report) -> SheetRows:
    """What the rules say of organisations, and the rules that were applied with their clauses."""
    yield ["单位 organisation", "规则 rule", "状态 status", "发现 finding", "条款 clause", "行 lines"]
    for row in report.organisations:
        f = row.finding
        lines = "、".join(map(str, row.lines))
        yield [row.organisation, f.rule, status_name(f.status), f.message, f.clause, lines]
    for rule in report.rules.rules if report.rules else ():
        yield [joined(["（", say("findings.rule"), "）"]), rule.id, "", rule.kind, rule.clause, ""]

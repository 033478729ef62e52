"""The summary of a report as tables: for the sheets of a workbook and the page of a browser."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.message import Message, joined
from matcher.sheet import Cell
from matcher.triage.columns import NONE, STATUS_NAMES, VERDICT_NAMES
from matcher.triage.desk import Report

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
        yield [f"结论 verdict：{VERDICT_NAMES[verdict]}", count, ""]
    for name, (declared, suggested) in summary.sections.items():
        yield [f"类别 section：{name or '—'}", declared, suggested]
    for name, (declared, suggested) in summary.offices.items():
        yield [f"处室 office：{name or '指南未列 not stated'}", declared, suggested]
    yield ["没有申报的课题 topics drawing none", len(summary.undrawn), "、".join(summary.undrawn)]
    if report.rules is None:
        yield ["申报规则 filing rules", Message("未检查：没有规则文件", "not checked: no rules file"), ""]
    else:
        yield ["申报规则 filing rules", len(report.rules.rules), report.rules.note]
    for (rule, status), count in sorted(summary.findings.items()):
        yield [f"规则 rule {rule}：{STATUS_NAMES[status]}", count, ""]


def topic_table(report: Report) -> SheetRows:
    """The topics with their offices and counts; the last line is what to write where nothing fits."""
    yield [
        "课题 topic", "类别 section", "名称 title", "对接处室 office", "电话 phone", "所报 declared", "建议 suggested",
    ]  # fmt: skip
    for topic in report.guide.topics:
        office = (topic.office.name, topic.office.phone) if topic.office else ("", "")
        yield [topic.id, topic.section, topic.title, *office, *report.summary.topics[topic.id]]
    yield [NONE, "", Message("指南中没有合适的课题", "no topic of the guide fits"), "", "", "", ""]


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
        yield [row.organisation, f.rule, STATUS_NAMES[f.status], f.message, f.clause, lines]
    for rule in report.rules.rules if report.rules else ():
        yield [joined(["（", Message("规则", "rule"), "）"]), rule.id, "", rule.kind, rule.clause, ""]

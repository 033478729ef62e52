"""The report as one self-contained page: no script, nothing fetched, every text escaped, made to be printed."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from matcher.segment import visible
from matcher.sheet import Cell
from matcher.triage.columns import STATUS_NAMES, VERDICT_NAMES
from matcher.triage.desk import Report, Row
from matcher.triage.reasons import shown
from matcher.triage.summary import Table, confusion_table, organisation_table, summary_table, topic_table
from matcher.types import Office

_STYLE = """
body{font:14px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:2em;color:#222}
h1{font-size:20px}h2{font-size:16px;margin-top:2em}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #ccc;padding:4px 6px;vertical-align:top;text-align:left}
th{background:#d9e1f2;position:sticky;top:0}td.n{text-align:right;white-space:nowrap}
.v{white-space:nowrap;font-weight:600}.unreadable{background:#d9d9d9}.undeclared{background:#ddebf7}
.move{background:#fce4d6}.outside{background:#f8cbad}.ask{background:#fff2cc}.agree{background:#e2efda}
.small{color:#555;font-size:12px}.pair{margin:2px 0;padding-left:8px;border-left:3px solid #ccc}
.fit{width:auto}.heat{width:auto;font-size:12px}.heat td{text-align:center;min-width:1.5em;padding:2px}
.heat th:not(:first-child){writing-mode:vertical-rl;padding:2px}.heat td:first-child{text-align:left;max-width:22em}
@media print{body{margin:0;font-size:10px}.small{font-size:9px}th{position:static}tr{break-inside:avoid}thead{display:table-header-group}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
@page{size:A4 landscape;margin:12mm}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(report: Report) -> Iterator[str]:
    """The page in pieces: summary, queue, heat map, topics, rules."""
    title = f"申报书分拣 · triage · {report.guide.title}"
    yield (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head><body>\n<h1>{_text(title)}</h1>\n"
    )
    yield "<h2>概况 / Summary</h2>\n"
    yield from _table(summary_table(report))
    yield f"<h2>队列 / Queue（{len(report.rows)}）</h2>\n"
    yield from _queue(report)
    yield "<h2>所报与建议的对照 / Declared against suggested</h2>\n"
    yield from _heat_map(report)
    yield "<h2>课题 / Topics</h2>\n"
    yield from _table(topic_table(report))
    yield "<h2>单位与规则 / Organisations and rules</h2>\n"
    yield from _table(organisation_table(report))
    yield "</body></html>\n"


def _text(value: Cell) -> str:
    return "" if value is None else escape(visible(str(value))).replace("\n", "<br>")


def _table(table: Table) -> Iterator[str]:
    """A table whose first row is the heading; numbers to the right."""
    yield (
        "<table class=fit><thead><tr>"
        + "".join(f"<th>{_text(name)}</th>" for name in next(table))
        + "</tr></thead><tbody>\n"
    )
    for row in table:
        cells = (f"<td{'' if isinstance(cell, str) else ' class=n'}>{_text(cell)}</td>" for cell in row)
        yield f"<tr>{''.join(cells)}</tr>\n"
    yield "</tbody></table>\n"


def _queue(report: Report) -> Iterator[str]:
    headings = (
        "#", "结论 verdict", "申报书 proposal", "所报 declared", "建议 suggested", "对接处室 office", "为什么 why",
    )  # fmt: skip
    yield "<table><thead><tr>" + "".join(f"<th>{name}</th>" for name in headings) + "</tr></thead><tbody>\n"
    titles = {topic.id: topic.title for topic in report.guide.topics}
    for number, row in enumerate(report.rows, 1):
        yield _queue_row(number, row, titles)
    yield "</tbody></table>\n"


def _queue_row(number: int, row: Row, titles: dict[str, str]) -> str:
    judged, p = row.judged, row.proposal
    office = (row.topic.office if row.topic else None) or Office("")
    people = " · ".join(t for t in (p.organisation, p.principal_investigator, p.year) if t)
    cells = (
        f"<td class=n>{number}</td>",
        f'<td class="v {judged.verdict}">{"<br>".join(VERDICT_NAMES[judged.verdict].halves)}</td>',
        f"<td><b>{_text(p.id)}</b>（第 {_text(row.place)} 行）<br>{_text(p.title)}"
        f"<div class=small>{_text(people)}</div></td>",
        f"<td>{_topic(judged.declared, titles, judged.declared_probability) or _text(p.declared)}</td>",
        f"<td>{_topic(judged.suggested, titles, judged.suggested_probability)}</td>",
        f"<td>{_text(office.name)}<br>{_text(office.phone)}</td>",
        f"<td>{_why(row)}</td>",
    )
    return f"<tr>{''.join(cells)}</tr>\n"


def _topic(id_: str | None, titles: dict[str, str], probability: float | None) -> str:
    if id_ is None:
        return ""
    number = "" if probability is None else f" {_text(shown(probability))}"
    return f"<b>{_text(id_)}</b>{number}<div class=small>{_text(titles[id_])}</div>"


def _why(row: Row) -> str:
    judged = row.judged
    parts = [_text(judged.reason)]
    if judged.pair:
        pair = f"申报书：{judged.pair.proposal}\n课题：{judged.pair.topic}"
        parts.append(f'<div class="pair small">{_text(pair)}</div>')
    findings = [f"[{STATUS_NAMES[f.status]}] {f.message}" for f in row.findings]
    parts += [f"<div class=small>{_text(line)}</div>" for line in (*findings, *judged.warnings)]
    return "".join(parts)


def _heat_map(report: Report) -> Iterator[str]:
    """The confusion table with cells that redden with the count; the count stands in the cell."""
    table = list(confusion_table(report))
    most = max(report.summary.confusion.values(), default=1)
    yield (
        "<table class=heat><thead><tr>"
        + "".join(f"<th>{_text(n)}</th>" for n in table[0])
        + "</tr></thead><tbody>\n"
    )
    for name, *counts in table[1:]:
        cells = (
            f'<td style="background:rgba(244,132,95,{0 if not c else 0.15 + 0.85 * int(c) / most:.2f})">{_text(c)}</td>'
            for c in counts
        )
        yield f"<tr><td>{_text(name)}</td>{''.join(cells)}</tr>\n"
    yield "</tbody></table>\n"

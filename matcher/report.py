"""Answers in the forms that leave the program: JSON for programs, tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from matcher.segment import visible
from matcher.types import Evidence, Guide, Match, Passage, Topic

# Pairs that a person is shown for the first hit; JSON carries all of them.
_PAIRS_SHOWN = 3
_VERDICTS = {
    "topic": ("有合适课题", "one topic fits", "green"),
    "close": ("几个课题相近", "several are close", "yellow"),
    "none": ("没有合适的课题", "nothing fits", "red"),
    "empty": ("没有可用文字", "no usable text", "red"),
}
_SOURCES = {"stated": "指南明列 / stated", "group": "按所在组推定 / by its group", "none": ""}


def match_json(match: Match) -> dict[str, Any]:
    """A match as the fixed JSON object of `match --json` and `match --in --out`."""
    office = match.office
    return {
        "proposal_id": match.proposal_id,
        "verdict": match.verdict,
        "topic_id": match.topic_id,
        "office": office and {"name": office.name, "phone": office.phone, "source": match.office_source},
        "confidence": match.confidence,
        "reason": match.reason,
        "warnings": list(match.warnings),
        "hits": [
            {
                "topic_id": hit.topic_id,
                "score": hit.score,
                "probability": hit.probability,
                "scores": dict(hit.scores),
                "evidence": [_evidence_json(e) for e in hit.evidence],
            }
            for hit in match.hits
        ],
    }


def _evidence_json(evidence: Evidence) -> dict[str, Any]:
    def passage(p: Passage) -> dict[str, Any]:
        return {"start": p.start, "end": p.end, "text": p.text}

    return {
        "by": evidence.by,
        "score": evidence.score,
        "weight": round(evidence.weight, 9),
        "query": passage(evidence.query),
        "topic": passage(evidence.topic),
    }


def console() -> Console:
    """Where people read: as wide as the terminal, and never too narrow for a table when piped."""
    screen = Console(highlight=False)
    return screen if screen.is_terminal else Console(highlight=False, width=max(screen.width, 110))


def print_match(console: Console, match: Match, topics: Mapping[str, Topic]) -> None:
    """One answer as a table: verdict, ranked topics with office and phone, the pairs behind the first."""
    chinese, english, colour = _VERDICTS[match.verdict]
    console.print(Text.assemble((match.proposal_id, "bold"), "  ", (f"{chinese} / {english}", colour)))
    console.print(Text(visible(match.reason)))
    for warning in match.warnings:
        console.print(Text(f"注意 / note: {visible(warning)}", style="yellow"))
    if match.hits:
        console.print(_hits_table(match, topics))
        console.print(_pairs(match))
    console.print()


def _hits_table(match: Match, topics: Mapping[str, Topic]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    calibrated = match.hits[0].probability is not None
    for heading in (
        "课题 topic",
        "概率 probability" if calibrated else "相似度 score",
        "名称 title",
        "对接处室 office",
    ):
        table.add_column(heading, overflow="fold", no_wrap=heading.startswith("课题"))
    for hit in match.hits:
        topic = topics[hit.topic_id]
        number = hit.probability if hit.probability is not None else hit.score
        table.add_row(topic.id, f"{number:.2f}", Text(visible(topic.title)), Text(_office_line(topic)))
    return table


def _office_line(topic: Topic) -> str:
    if topic.office is None:
        return "指南未列 / not stated"
    return visible(f"{topic.office.name} {topic.office.phone}（{_SOURCES[topic.office_source]}）")


def _pairs(match: Match) -> Table:
    """The strongest pairs of sentences behind the first hit."""
    best = match.hits[0]
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("", Text(f"为什么是 why {best.topic_id}", style="dim"), "")
    seen: set[tuple[str, str]] = set()
    for e in best.evidence:
        pair = (e.query.id, e.topic.id)
        if pair in seen or e.topic.id.endswith("#whole") or e.query.id.endswith("#whole"):
            continue
        seen.add(pair)
        table.add_row(f"{e.score:.2f}", "申报书 proposal:", Text(_short(e.query.text)))
        table.add_row("", "课题 topic:", Text(_short(e.topic.text)))
        if len(seen) == _PAIRS_SHOWN:
            break
    return table


def _short(text: str, limit: int = 120) -> str:
    line = " ".join(visible(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def print_guide(console: Console, guide: Guide) -> None:
    """A guide for people: its topics and offices, the findings, and the lines that could not be read."""
    console.print(Text(visible(f"{guide.title}  （{len(guide.topics)} 个课题 / topics）"), style="bold"))
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("课题 topic", "类别 section", "名称 title", "对接处室 office", "行 lines"):
        table.add_column(heading, overflow="fold", no_wrap=heading[0] in "课行")
    for t in guide.topics:
        lines = f"{t.lines[0]}–{t.lines[1]}"
        table.add_row(t.id, Text(visible(t.section)), Text(visible(t.title)), Text(_office_line(t)), lines)
    console.print(table)
    counts = {role: sum(a.role == role for a in guide.audit) for role in _ROLES}
    console.print(Text("逐行核对 / audit: " + "，".join(f"{_ROLES[r]} {n}" for r, n in counts.items() if n)))
    for line in (a for a in guide.audit if a.role == "unread"):
        console.print(Text(f"  未读懂 / unread, 第 {line.line} 行: {_short(line.text)}", style="yellow"))
    for finding in guide.findings:
        console.print(Text(f"  发现 / finding: {visible(finding)}", style="yellow"))


_ROLES = {
    "heading": "标题 heading",
    "title": "课题名称 title",
    "content": "研究内容 content",
    "office": "处室 office",
    "outside": "列表之外 outside",
    "unread": "未读懂 unread",
}


def print_evaluation(console: Console, figures: Mapping[str, Any]) -> None:
    """The figures of `matcher evaluate`: one block a group, one line a system, mean and 95 % interval."""
    systems: Mapping[str, Mapping[str, Mapping[str, Any]]] = figures["systems"]
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("分组 group", "n", "方法 system", "top-1", "top-3", "MRR", "nDCG@5", "处室 office"):
        table.add_column(heading, no_wrap=True, overflow="ignore")
    for group in systems["hybrid"]:
        for i, (system, groups) in enumerate(systems.items()):
            row = groups[group]
            cells = [f"{mean:.2f} {low:.2f}–{high:.2f}" for mean, low, high in list(row.values())[1:]]
            name, n = (group, str(row["n"])) if i == 0 else ("", "")
            table.add_row(Text(visible(name)), n, system, *cells, end_section=i == len(systems) - 1)
    console.print(table)
    scope = figures["scope"]
    console.print(
        Text(f"范围 / scope: {scope['inside']:.0f} 有课题 inside, {scope['outside']:.0f} 无课题 outside")
    )
    for name, value in list(scope.items())[2:]:
        console.print(Text(f"  {name}: {value:.3f}"))

"""The figures of `matcher evaluate` and of a left-out calibration, as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from matcher import settings
from matcher.message import Message, label
from matcher.report import MATCH_VERDICT_NAMES
from matcher.screen import plain_table, shortened, spoken
from matcher.segment import visible

_GROUP = settings.characters("report.group")


def print_evaluation(console: Console, figures: Mapping[str, Any]) -> None:
    """The figures of `matcher evaluate`: one block a group, one line a system, mean and 95 % interval."""
    systems: Mapping[str, Mapping[str, Mapping[str, Any]]] = figures["systems"]
    measures = ("top-1", "top-3", "MRR", "nDCG@5", label("处室", "office"))
    headings = (label("分组", "group"), "n", label("方法", "system"), *measures)
    table = plain_table(*headings, no_wrap=True, overflow="ignore")
    for group in systems["hybrid"]:
        # Sections and offices are many and small: they are shown for the hybrid alone.
        shown = ["hybrid"] if group.startswith(("section:", "office:")) else list(systems)
        for i, system in enumerate(shown):
            row = systems[system][group]
            cells = [f"{mean:.2f} {low:.2f}–{high:.2f}" for mean, low, high in list(row.values())[1:]]
            name, n = (shortened(group, _GROUP), str(row["n"])) if i == 0 else ("", "")
            table.add_row(Text(visible(name)), n, system, *cells, end_section=i == len(shown) - 1)
    console.print(table)
    _print_decisions(console, figures["decisions"])
    if "invariance" in figures:
        print_figures(console, label("改写", "written otherwise"), figures["invariance"])


def print_figures(console: Console, heading: str, rows: Mapping[str, Mapping[str, float | None]]) -> None:
    """A table of figures, a row a line; – where there is none."""
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    table = plain_table(*map(_figure, (heading, *names)), overflow="fold")
    for title, row in rows.items():
        figures = [_number(row.get(name)) for name in names]
        table.add_row(Text(visible(spoken(_figure(title)))), *figures)
    console.print(table)


def print_refit(console: Console, before: Mapping[str, float], after: Mapping[str, float]) -> None:
    """The figures of a calibration on rows that it has not seen, before and after a refit."""
    table = plain_table(label("留出", "held out"), label("之前", "before"), label("之后", "after"))
    for name, value in after.items():
        table.add_row(spoken(_figure(name)), _number(before.get(name)), _number(value))
    console.print(table)


def _number(value: float | None) -> str:
    """A figure as it is shown: a count whole, anything else with three digits, – where there is none."""
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _print_decisions(console: Console, decisions: Mapping[str, Any]) -> None:
    inside, outside = decisions["inside"], decisions["outside"]
    scope = Message(
        f"范围: {inside} 份有合适课题，{outside} 份没有",
        f"scope: {inside} fit a topic, {outside} fit none",
        f"范围 / scope: {inside} 份有合适课题 fit a topic, {outside} 份没有 fit none",
    )
    console.print(Text(spoken(scope)))
    for verdict, row in decisions["verdicts"].items():
        if row["n"]:
            console.print(Text(f"  {spoken(_rightness(verdict, row))}"))
    for name in _FIGURES:
        if decisions.get(name) is not None:
            console.print(Text(f"  {spoken(_figure(name))}: {decisions[name]:.3f}"))
    table = plain_table(label("把握", "confidence"), "n", label("平均", "mean"), label("正确", "right"))
    for low, high, count, confidence, right in decisions["reliability"]:
        table.add_row(f"{low:.1f}–{high:.1f}", str(count), f"{confidence:.2f}", f"{right:.2f}")
    console.print(table)


def _rightness(verdict: str, row: Mapping[str, Any]) -> Message:
    zh, n, right, none = MATCH_VERDICT_NAMES[verdict].zh, row["n"], row["right"], row["outside"]
    return Message(
        f"{zh}: {n} 份，首选正确 {right:.2f}，其中没有合适课题的 {none}",
        f"{verdict}: {n}, first topic right {right:.2f}, of which fit none {none}",
        f"{zh} / {verdict}: {n} 份，首选正确 first topic right {right:.2f}，其中没有合适课题的 of which fit none {none}",
    )


def _figure(name: str) -> str:
    """The name of a figure or of a row of figures in both languages; one that is known by it (top-1, a guide) as it is."""
    return Message(_FIGURES[name], name) if name in _FIGURES else name


_FIGURES = {
    "calibration error": "校准误差",
    "top-1 at 90 % coverage": "只答把握最大的九成时的首选正确率",
    "outside AUROC": "识别没有合适课题",
    "near AUROC": "其中相近的",
    "far AUROC": "其中无关的",
    "right where stated": "把握八成以上者的正确率",
    "in-scope stated": "指南内的有把握作答",
    "in-scope none": "指南内的被判无合适课题",
    "same-genre none": "同类而在指南外的被判无合适课题",
    "same-genre stated": "其中被有把握地指到某课题",
    "rows": "份数",
    "log loss": "对数损失",
    "mean": "平均",
    "without": "原样时首选正确率",
    "stated": "有把握作答",
    "none": "判为没有合适课题",
    "denied": "首选为其否定的课题",
    "warned": "另有提示",
    "opening": "加开头",
    "long opening": "加长开头",
    "references": "加参考文献",
    "references of another topic": "加另一课题的文献",
    "key words": "加关键词",
    "denial": "加否定",
    "other places": "换地点",
    "typos": "加错字",
    "long body": "加长正文",
    "form": "写成表格",
}

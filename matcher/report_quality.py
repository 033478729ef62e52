"""The figures of `matcher evaluate` and of a left-out calibration, as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from matcher import settings
from matcher.message import Catalogue, Message
from matcher.screen import plain_table, shortened, spoken
from matcher.segment import visible

say = Catalogue(__file__)

_GROUP = settings.characters("report.group")


def print_evaluation(console: Console, figures: Mapping[str, Any]) -> None:
    """The figures of `matcher evaluate`: one block a group, one line a system, mean and 95 % interval."""
    systems: Mapping[str, Mapping[str, Mapping[str, Any]]] = figures["systems"]
    measures = ("top-1", "top-3", "MRR", "nDCG@5", say("quality.office"))
    headings = (say("quality.group"), "n", say("quality.system"), *measures)
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
        print_figures(console, say("quality.perturbed"), figures["invariance"])


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
    table = plain_table(say("quality.held out"), say("quality.before"), say("quality.after"))
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
    scope = say("quality.scope", inside=inside, outside=outside)
    console.print(Text(spoken(scope)))
    for verdict, row in decisions["verdicts"].items():
        if row["n"]:
            console.print(Text(f"  {spoken(_rightness(verdict, row))}"))
    for name, value in decisions.items():
        if f"figure.{name}" in say and value is not None:
            console.print(Text(f"  {spoken(_figure(name))}: {value:.3f}"))
    table = plain_table(say("quality.confidence"), "n", say("quality.mean"), say("quality.right"))
    for low, high, count, confidence, right in decisions["reliability"]:
        table.add_row(f"{low:.1f}–{high:.1f}", str(count), f"{confidence:.2f}", f"{right:.2f}")
    console.print(table)


def _rightness(verdict: str, row: Mapping[str, Any]) -> Message:
    named = Message(say(f"verdict.{verdict}").zh, verdict)
    return say("quality.verdict", verdict=named, n=row["n"], right=row["right"], none=row["outside"])


def _figure(name: str) -> str:
    """The name of a figure or of a row of figures in both languages; one that is known by it (top-1, a guide) as it is."""
    return say(f"figure.{name}") if f"figure.{name}" in say else name

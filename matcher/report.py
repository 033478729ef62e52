"""Answers, guides and figures as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matcher import settings
from matcher.matching.decide import is_ahead
from matcher.matching.explain import Explanation
from matcher.message import CLAUSE, SEMICOLON, Catalogue, Message, bracketed, joined, percent
from matcher.reliability import STATED
from matcher.screen import plain_table, shortened, spoken
from matcher.segment import visible
from matcher.types import Guide, Match, OfficeSource, Role, Topic

say = Catalogue(__file__)

_PAIRS_SHOWN = settings.count("report.pairs")
_COLOURS = {"topic": "green", "close": "yellow", "none": "red", "empty": "red"}
_LINKS_SHOWN = settings.count("report.links")
_STATES = {"covered": ("✓ ", "green"), "partly": ("△ ", "yellow"), "missing": ("✗ ", "red")}
_DISCOUNTS_SHOWN = settings.count("report.discounts")
_TEXT = settings.characters("report.text")
_ITEM = settings.characters("report.item")
_DISCOUNT = settings.characters("report.discount")
# Where an office comes from, by a mark beside it; most offices have none.
_MARKS = {"stated": "", "group": "*", "section": "^", "list": "#"}
_OFFICE = 36  # columns: an office with its phone that is no longer stays on one line, and titles are folded
_UNBOUND = 10_000  # columns: more than any table has
_GROUP = settings.characters("report.group")


def headline(match: Match) -> str:
    """The name of the text above an answer: its verdict, or "likely" for one topic below what is right nineteen times in twenty,
    "nearest" where only one is close and something speaks against it."""
    if match.verdict == "close" and is_ahead(match):
        return "nearest"
    unsure = match.none_probability is not None and match.confidence < STATED
    return "likely" if match.verdict == "topic" and unsure else match.verdict


def print_match(
    console: Console, match: Match, topics: Mapping[str, Topic], explanation: Explanation | None = None
) -> None:
    """One answer as a table: verdict, ranked topics with office and phone, and what is behind the first.

    `explanation` is of the first topic: which words meet, and which research contents are covered.
    """
    verdict = (spoken(say(f"verdict.{headline(match)}")), _COLOURS[match.verdict])
    named = (match.proposal_id, "bold"), "  "  # one that was typed has no name
    console.print(Text.assemble(*(named if match.proposal_id != "-" else ()), verdict))
    console.print(Text(visible(spoken(match.reason))))
    for warning in match.warnings:
        console.print(Text(f"{spoken(say('match.note'))}: {visible(spoken(warning))}", style="yellow"))
    if match.hits:
        console.print(_hits_table(match, topics))
        _print_sources(console, [topics[hit.topic_id] for hit in match.hits])
        console.print(_pairs(match))
    if explanation is not None:
        _print_explanation(console, explanation)
        _print_discounts(console, match)
    console.print()


def _hits_table(match: Match, topics: Mapping[str, Topic]) -> Table:
    calibrated = match.hits[0].probability is not None
    shown = [topics[hit.topic_id] for hit in match.hits]
    figure = say("column.probability" if calibrated else "column.score")
    table = _table(say("column.topic"), figure, say("column.title"))
    _add_office_column(table, shown)
    for hit, topic in zip(match.hits, shown, strict=True):
        number = f"{hit.score:.2f}" if hit.probability is None else percent(hit.probability)
        _add_topic(table, topic, number)
    return table


def _add_topic(table: Table, topic: Topic, *cells: str) -> None:
    """A row of a topic: its ids, `cells`, its title and its office."""
    row = (spoken(topic_ids(topic)), *cells, topic.title)
    table.add_row(*(Text(visible(cell)) for cell in row), Text(_office_line(topic)))


def topic_ids(topic: Topic) -> Message:
    """A topic's id, and in brackets the document's own mark of it, which is the one that people know."""
    return joined([topic.id, *([bracketed(topic.code)] if topic.code else [])])


def _table(*headings: Message) -> Table:
    """An empty table of topics: what is short on one line, sections and titles on several if need be."""
    table = plain_table()
    for heading in headings:
        folded = heading.en in ("title", "section")
        table.add_column(spoken(heading), overflow="fold", no_wrap=not folded)
    return table


def source_name(source: OfficeSource) -> Message:
    """Where the guide names an office, as people read it."""
    return say(f"office.{source}")


def _add_office_column(table: Table, topics: Sequence[Topic]) -> None:
    """A column for `_office_line`."""
    longest = max((cell_len(_office_line(topic)) for topic in topics), default=0)
    table.add_column(spoken(say("column.office")), overflow="fold", no_wrap=longest <= _OFFICE)


def _office_line(topic: Topic) -> str:
    if topic.office is None:
        return spoken(source_name("none"))
    return visible(f"{topic.office} {_MARKS[topic.office_source]}").strip()


def _print_sources(console: Console, topics: Sequence[Topic]) -> None:
    """What the marks beside the offices mean; only those that are there."""
    sources = {topic.office_source for topic in topics if topic.office is not None}
    meanings = [
        joined([f"{mark} " if mark else "", source_name(source)])
        for source, mark in _MARKS.items()
        if source in sources
    ]
    if meanings:
        meaning = joined([say("match.office colon"), joined(meanings, SEMICOLON)])
        console.print(Text(spoken(meaning), style="dim"))


def _pairs(match: Match) -> Table:
    """The strongest pairs of sentences behind the first hit."""
    best, table = match.hits[0], _listing(2)
    table.add_row("", Text(f"{spoken(say('match.why'))} {best.topic_id}", style="dim"), "")
    pairs = [e for e in best.evidence if e.of_sentences]
    # By meaning; by words only where the encoder knows nothing of the text.
    proposal, topic = f"{spoken(say('match.proposal'))}:", f"{spoken(say('match.topic'))}:"
    for e in ([e for e in pairs if e.by == "dense"] or pairs)[:_PAIRS_SHOWN]:
        table.add_row(f"{e.score:.2f}", proposal, Text(shortened(e.query.text, _TEXT)))
        table.add_row("", topic, Text(shortened(e.topic.text, _TEXT)))
    return table


def _listing(marks: int) -> Table:
    """An empty table without headings: so many short columns before one of texts."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 0))
    for _ in range(marks):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _print_explanation(console: Console, explanation: Explanation) -> None:
    links = [
        link.topic_word if link.similarity == 1 else f"{link.topic_word}↔{link.query_word}"
        for link in explanation.links[:_LINKS_SHOWN]
    ]
    if links:
        words = visible(spoken(joined(links, CLAUSE)))
        console.print(Text(f"     {spoken(say('match.words'))}: {words}"))
    table = _listing(1)
    for item in explanation.items:
        mark, colour = _STATES[item.state]
        table.add_row(
            Text(mark + spoken(say(f"coverage.{item.state}")), style=colour),
            Text(shortened(item.passage.text, _ITEM)),
        )
    console.print(Padding(table, (0, 0, 0, 5)))
    if explanation.advice:
        console.print(Text(f"     {visible(spoken(explanation.advice))}"))


def _print_discounts(console: Console, match: Match) -> None:
    """What of the proposal counts little or not at all, and why; a sentence that is repeated once."""
    passages = list(dict.fromkeys((d.reason, shortened(d.passage.text, _DISCOUNT)) for d in match.discounts))
    for reason, passage in passages[:_DISCOUNTS_SHOWN]:
        console.print(Text(f"     {spoken(discount_name(reason))}: ", style="dim").append(passage))
    if (more := len(passages) - _DISCOUNTS_SHOWN) > 0:
        console.print(Text(f"     {spoken(say('match.more', more=more))}", style="dim"))


def discount_name(reason: str) -> Message:
    """Why a passage of a proposal does not count in full, for people; `reason` as in `Discount`."""
    return say(f"discount.{reason}")


def counted(topics: int) -> Message:
    """How many topics a guide has."""
    return say("guide.topics", topics=topics)


def print_guide(console: Console, guide: Guide) -> None:
    """A guide for people: its topics and offices, the findings, and the lines that could not be read."""
    console.print(Text(visible(guide.title) + spoken(bracketed(counted(len(guide.topics)))), style="bold"))
    table = _table(*(say(f"column.{name}") for name in ("topic", "lines", "section", "title")))
    _add_office_column(table, guide.topics)
    for t in guide.topics:
        _add_topic(table, t, f"{t.lines[0]}–{t.lines[1]}", t.section)
    console.print(table)
    _print_sources(console, guide.topics)
    counts = {role: sum(a.role == role for a in guide.audit) for role in get_args(Role)}
    listed = joined([joined([say(f"role.{r}"), f" {n}"]) for r, n in counts.items() if n], CLAUSE)
    console.print(Text(spoken(joined([say("guide.audit"), ": ", listed]))))
    for n, text in ((a.line, a.text) for a in guide.audit if a.role == "unread"):
        console.print(Text(f"  {spoken(say('guide.unread', n=n))}: {shortened(text, _TEXT)}", style="yellow"))
    for finding in guide.findings:
        named = f"{spoken(say('guide.finding'))}: {visible(spoken(finding))}"
        console.print(Text(f"  {named}", style="yellow"))
    if guide.findings:
        console.print(Text(f"  {spoken(say('guide.mend'))}", style="dim"))


def print_evaluation(console: Console, figures: Mapping[str, Any]) -> None:
    """The figures of `matcher evaluate`: one block a group, one line a system, mean and 95 % interval."""
    table = _systems(figures["systems"], " ")
    wide = console.options.update(max_width=_UNBOUND)
    if console.measure(table, options=wide).maximum > console.width:  # the interval goes below its mean
        table = _systems(figures["systems"], "\n")
    console.print(table)
    _print_decisions(console, figures["decisions"])
    if "invariance" in figures:
        print_figures(console, say("quality.perturbed"), figures["invariance"])


def _systems(systems: Mapping[str, Mapping[str, Mapping[str, Any]]], between: str) -> Table:
    """The measures by group and system; `between` stands between a mean and its interval."""
    table = plain_table(say("quality.group"), overflow="fold")
    for heading in ("n", say("quality.system"), "top-1", "top-3", "MRR", "nDCG@5", say("quality.office")):
        table.add_column(spoken(heading), no_wrap=True)
    for group in systems["hybrid"]:
        # Sections and offices are many and small: they are shown for the hybrid alone.
        shown = ["hybrid"] if group.startswith(("section:", "office:")) else list(systems)
        for i, system in enumerate(shown):
            row = systems[system][group]
            cells = [f"{mean:.2f}{between}{low:.2f}–{high:.2f}" for mean, low, high in list(row.values())[1:]]
            name, n = (shortened(group, _GROUP), str(row["n"])) if i == 0 else ("", "")
            table.add_row(Text(visible(name)), n, system, *cells, end_section=i == len(shown) - 1)
    return table


def print_figures(console: Console, heading: str, rows: Mapping[str, Mapping[str, float | None]]) -> None:
    """A table of figures, a row a line; – where there is none."""
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    table = plain_table(_figure(heading), overflow="fold")
    for name in names:
        short = say(f"heading.{name}") if f"heading.{name}" in say else _figure(name)
        table.add_column(spoken(short), no_wrap=True)
    for title, row in rows.items():
        figures = [_number(row.get(name)) for name in names]
        table.add_row(Text(visible(spoken(_figure(title)))), *figures)
    console.print(table)


def _number(value: float | None) -> str:
    """A figure as it is shown: a count whole, anything else with three digits, – where there is none."""
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _print_decisions(console: Console, decisions: Mapping[str, Any]) -> None:
    inside, outside = decisions["inside"], decisions["outside"]
    console.print(Text(spoken(say("quality.scope", inside=inside, outside=outside))))
    for verdict, row in decisions["verdicts"].items():
        if row["n"]:
            named = Message(say(f"verdict.{verdict}").zh, verdict)
            line = say("quality.verdict", verdict=named, n=row["n"], right=row["right"], none=row["outside"])
            console.print(Text(f"  {spoken(line)}"))
    for name, value in decisions.items():
        if f"figure.{name}" in say and value is not None:
            console.print(Text(f"  {spoken(_figure(name))}: {value:.3f}"))
    table = plain_table(say("quality.confidence"), "n", say("quality.mean"), say("quality.right"))
    for low, high, count, confidence, right in decisions["reliability"]:
        table.add_row(f"{low:.1f}–{high:.1f}", str(count), f"{confidence:.2f}", f"{right:.2f}")
    console.print(table)


def _figure(name: str) -> str:
    """The name of a figure or of a row of figures in both languages; one that is known by it (top-1, a guide) as it is."""
    return say(f"figure.{name}") if f"figure.{name}" in say else name

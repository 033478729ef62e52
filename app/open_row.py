"""Rows as people look at them: a table of which one is open, by a click anywhere in it or by stepping, and what speaks for a topic:
both texts with their pairs, the words that meet, the items covered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from app import markup, style
from app.markup import either, say
from matcher import settings
from matcher.matching.explain import Alignment, Alignments, advice
from matcher.report import discount_name
from matcher.sheet import Cell, csv_cell
from matcher.types import Link, Proposal, Span, Topic

if TYPE_CHECKING:
    from matcher.engine import Engine

Key = int | str
Option = TypeVar("Option", bound=str)
_HEIGHT = 380
_TICKS = 8  # that a browser may be behind
_OPEN = " "  # the heading of the column that marks the open row


def records(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> list[dict[str, Cell]]:
    """Rows below the texts called `headings`, each cell as a spreadsheet may hold it: a table can be downloaded as it stands."""
    # Said once for all rows: a word asks the session for its language, and that a thousand times is a delay one feels.
    names = [say(heading) for heading in headings]
    return [dict(zip(names, map(csv_cell, row), strict=True)) for row in rows]


def pick(
    name: str, keys: Sequence[Key], cells: Sequence[Mapping[str, Cell]], columns: Mapping[str, Any]
) -> int:
    """Draw `records` as the table `name`, one for each of `keys`; the place of the row that is open.

    The open row stays open while filters change, as long as it is shown; else the first is.
    """
    state, widget = st.session_state, f"{name} {hash(tuple(keys))}"
    if state.get(f"{name} open") not in keys:
        state[f"{name} open"] = keys[0]
    row = _chosen(name, widget)
    if row is not None:
        state[f"{name} open"] = keys[row]
    place = keys.index(state[f"{name} open"])
    _tick(name, widget, place, chosen=row is not None)
    st.dataframe(
        [{_OPEN: "▶" if i == place else "", **row} for i, row in enumerate(cells)],
        hide_index=True,
        height=min(_HEIGHT, 38 + 35 * len(keys)),
        on_select="rerun",
        selection_mode=["single-row", "single-cell"],
        key=widget,
        column_config={_OPEN: st.column_config.TextColumn(width=28), **columns},
    )
    # Nobody sees this field: with each event the browser hands back which tick it has drawn.
    st.text_input("tick", key=f"{name} tick", label_visibility="collapsed")
    return place


def _chosen(name: str, widget: str) -> int | None:
    """The row that was chosen since the last event, by one of its cells or its checkbox; None where none was.

    A browser hands its whole selection back with each event. No choice is what the table was ticked with, by the tick that
    is drawn or a later one, nor what it held before while it lags behind: a cell that is handed back a second time with
    the same checkbox, for a field may show a tick that the table has not taken over yet.
    """
    state = st.session_state
    if widget not in state:
        return None
    now, last = state[widget]["selection"], state.get(f"{name} held")
    state[f"{name} held"] = now
    ticks, drawn = state[f"{name} ticks"], int(state.get(f"{name} tick") or 0)
    known = [selection for number, selection in ticks.items() if number >= drawn]
    if last is not None and drawn < max(ticks):
        known.append(last)
    if now["cells"] and now == last:
        return None
    if now["cells"] and all(now["cells"] != selection["cells"] for selection in known):
        row: int = now["cells"][0][0]
        return row
    return now["rows"][0] if now["rows"] and all(now["rows"] != s["rows"] for s in known) else None


def _tick(name: str, widget: str, place: int, *, chosen: bool) -> None:
    """Tick the open row and no cell, so that the table shows it and the next click on any cell is a choice."""
    state, selection = st.session_state, {"rows": [place], "columns": [], "cells": []}
    # Number of a tick → what it is; the last few of them.
    ticks = state.setdefault(f"{name} ticks", {0: None})
    latest = max(ticks)
    if widget not in state or state[widget]["selection"] != selection:
        state[widget] = {"selection": selection}
    if chosen or ticks[latest] != selection:
        latest += 1
    state[f"{name} ticks"] = dict([*ticks.items(), (latest, selection)][-_TICKS:])
    state[f"{name} tick"] = str(latest)


def any_of(
    slot: st.delta_generator.DeltaGenerator,
    key: str,
    options: Sequence[Option],
    shown: Callable[[Option], str],
) -> list[Option]:
    """A filter in `slot` that lets pass what is chosen of `options`, [] for all of them."""
    style.relabel(key)
    chosen: list[Option] = slot.multiselect(
        say(key), options, format_func=shown, placeholder=say("filter.any"), key=key, select_all=False
    )
    return chosen


def steps(name: str, keys: Sequence[Key], place: int) -> None:
    """Buttons to the previous and the next row, and where in the table the open one stands."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"{name} steps"):
        for word, step in (("previous", -1), ("next", 1)):
            st.button(
                say(f"{name}.{word}"),
                disabled=not 0 <= place + step < len(keys),
                on_click=_step,
                args=(name, keys, step),
                key=f"{name} {word}",
            )
        style.quiet(say("row.place", place=place + 1, total=len(keys)))


def _step(name: str, keys: Sequence[Key], step: int) -> None:
    """Open the row beside the one that is open now.

    Not beside the one that was drawn: a second press may come before the first has been drawn, and each counts.
    """
    state = st.session_state
    if state[f"{name} open"] in keys:
        place = keys.index(state[f"{name} open"]) + step
        state[f"{name} open"] = keys[max(0, min(place, len(keys) - 1))]


_WORDS = settings.count("app.open_row.words")


def evidence(opened: Engine, proposal: Proposal, alignments: Alignments, key: str) -> None:
    """Draw why topics fit a proposal or not; people choose which of `alignments` to compare with."""
    style.section(say("why"), say("why.hint"))
    ids = list(alignments.topics)
    named = {id_: f"{id_} {opened.topics[id_].title}" for id_ in ids}
    # By the first topic: where another text, guide or judgement has another one, what was chosen before is not kept.
    field = f"{key} {ids[0]}"
    chosen = st.selectbox(say("why.of"), ids, format_func=lambda id_: named[id_], key=field) or ids[0]
    topic, alignment, links = opened.topics[chosen], alignments.topics[chosen], opened.links(proposal, chosen)
    items = [
        (state, topic.text[slice(*item)], proposal.text[slice(*by)] if by else "")
        for item, state, by in alignment.items
    ]
    texts = both_texts(proposal, topic, alignment, links, alignments.discounts)
    parts = [texts, markup.piece("words", links[:_WORDS])]
    if items:
        parts.append(markup.piece("section", say("coverage")))
        parts.append(markup.piece("notice", either(advice([item[:2] for item in items])), "calm"))
        parts.append(markup.piece("coverage", items))
    st.html("".join(parts))


def numbered(pairs: Sequence[tuple[Span, Span]]) -> list[tuple[Span, Span, int]]:
    """Sentence pairs with their numbers; one topic sentence has one number."""
    numbers = {topic: n for n, topic in enumerate(dict.fromkeys(topic for _, topic in pairs), 1)}
    return [(query, topic, numbers[topic]) for query, topic in pairs]


def both_texts(
    proposal: Proposal,
    topic: Topic,
    alignment: Alignment,
    links: Sequence[Link],
    discounts: Sequence[tuple[Span, str]],
) -> str:
    """Proposal and topic side by side, marked pair by pair, with the words that meet underlined.

    What of the proposal does not count in full is grey and says why.
    """
    grey = [(*span, either(discount_name(reason))) for span, reason in discounts]
    left, right = _marked(proposal.text, topic.text, alignment, links, grey)
    notices = [
        *([] if alignment.pairs else [markup.piece("notice", say("why.nothing"))]),
        *([markup.piece("notice", say("why.grey"), "calm")] if discounts else []),
    ]
    sides = markup.piece("sides", (say("proposal"), left), (f"{say('topic')} {topic.id}", right))
    return "".join([*notices, sides])


def two_topics(one: Topic, other: Topic, alignment: Alignment) -> str:
    """Two topics side by side; `alignment` is that of `one`, asked as a proposal, with `other`."""
    bodies = zip((one, other), _marked(one.text, other.text, alignment), strict=True)
    sides = [(f"{topic.id} · {markup.office_line(topic)}", body, topic.id) for topic, body in bodies]
    return markup.piece("sides", *sides)


def _marked(
    query: str,
    topic: str,
    alignment: Alignment,
    links: Sequence[Link] = (),
    grey: Sequence[tuple[int, int, str]] = (),
) -> tuple[str, str]:
    """Both texts with the pairs marked by their numbers, and the words of `links`; the first with what is `grey`."""
    pairs = numbered(alignment.pairs)
    words = [span for link in links for span in link.query_spans]
    left = markup.marked(query, {(*span, n) for span, _, n in pairs}, words, "word", grey)
    words = [span for link in links for span in link.topic_spans]
    return left, markup.marked(topic, {(*span, n) for _, span, n in pairs}, words, "word")

"""Charts in the page's own colours; every bar carries its number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from matcher.message import share

_BAR = 26


def grey() -> str:
    """The colour of what stands back, --muted of page.css: no one grey can be read on a light and on a dark page."""
    return "#9dadb5" if st.context.theme.type == "dark" else "#566771"


def bars(counts: Iterable[tuple[str, int]]) -> Any:
    """One bar a name, in the order given, with its number at the end."""
    import altair as alt

    rows = [{"name": name, "value": value} for name, value in counts]
    base = _named(rows).encode(x=_length())
    number = base.mark_text(align="left", dx=5, color=grey()).encode(text=alt.Text("value:Q", format="d"))
    return layered(_BAR * len(rows) + 10, base.mark_bar(height=12, cornerRadius=3), number)


def paired(counts: Iterable[tuple[str, tuple[int, int]]], names: tuple[str, str]) -> Any:
    """Two bars a name, called `names`: the first hollow, the second filled, so that colour is not the only sign."""
    import altair as alt

    rows = [
        {"name": name, "side": side, "value": value, "order": i}
        for name, both in counts
        for i, (side, value) in enumerate(zip(names, both, strict=True))
    ]
    base = _named(rows).encode(x=_length(), yOffset=alt.YOffset("side:N", sort=list(names)))
    legend = alt.Legend(orient="top", title=None)
    drawn = base.mark_bar(cornerRadius=2, strokeWidth=1.5).encode(
        color=alt.Color("side:N", sort=list(names), legend=legend),
        fillOpacity=alt.FillOpacity("order:O", scale=alt.Scale(range=[0.25, 1.0]), legend=None),
        stroke=alt.Stroke("side:N", sort=list(names), legend=None),
    )
    number = base.mark_text(align="left", dx=5, color=grey()).encode(text="value:Q")
    return layered(_BAR * len(rows) + 40, drawn, number)


def layered(height: float, *layers: Any) -> Any:
    """Charts on top of each other, without a frame."""
    import altair as alt

    chart: Any = alt.layer(*layers)
    return chart.properties(height=height).configure_view(strokeWidth=0)


def _named(rows: Sequence[Mapping[str, Any]]) -> Any:
    """A chart whose lines are the rows, in their order, each with its name before it."""
    import altair as alt

    axis = alt.Axis(title=None, labelLimit=260, ticks=False, domain=False, labelPadding=8)
    return alt.Chart(alt.InlineData(values=rows)).encode(y=alt.Y("name:N", sort=None, axis=axis))


def _length() -> Any:
    """A value as the length of a bar, with room for its number."""
    import altair as alt

    return alt.X("value:Q", axis=None, scale=alt.Scale(nice=False, padding=34))


def intervals(rows: Iterable[tuple[str, Sequence[float]]]) -> Any:
    """A point a name at its mean with a line over its interval, on a scale of 0 to 1; rows are (name, (mean, low, high))."""
    import altair as alt

    values = [
        {"name": name, "mean": m, "low": low, "high": high, "percent": share(m)}
        for name, (m, low, high) in rows
    ]
    base = _named(values)
    line = base.mark_rule(strokeWidth=2, color=grey()).encode(x=_share(alt.X("low:Q"), None), x2="high:Q")
    at = base.encode(x=_share(alt.X("mean:Q"), None))
    number = at.mark_text(align="left", dx=8, dy=-9, color=grey()).encode(text="percent:N")
    return layered(_BAR * 1.5 * len(values) + 30, line, at.mark_point(filled=True, size=90), number)


def _share(channel: Any, title: str | None) -> Any:
    """An axis from 0 to 100 %."""
    import altair as alt

    return channel.scale(domain=[0, 1]).axis(alt.Axis(format=".0%")).title(title)


def reliability(bins: Iterable[Sequence[float]], stated: str, right: str) -> Any:
    """Stated confidence across, the share that was right up, one point a bin, larger with its answers; the diagonal is ideal."""
    import altair as alt

    values = [{"stated": b[3], "right": b[4], "answers": b[2], "percent": share(b[4])} for b in bins]
    across, up = _share(alt.X("stated:Q"), stated), _share(alt.Y("right:Q"), right)
    ends = alt.InlineData(values=[{"stated": 0, "right": 0}, {"stated": 1, "right": 1}])
    diagonal = alt.Chart(ends).mark_line(strokeDash=[4, 4], color=grey()).encode(x=across, y=up)
    points = (
        alt.Chart(alt.InlineData(values=values))
        .mark_point(filled=True, opacity=0.9)
        .encode(
            x=across,
            y=up,
            size=alt.Size("answers:Q", legend=None, scale=alt.Scale(range=[60, 500])),
            tooltip=[alt.Tooltip("answers:Q"), alt.Tooltip("percent:N", title="right")],
        )
    )
    return layered(300, diagonal, points)

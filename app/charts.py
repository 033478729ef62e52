"""Charts in the page's own colours, and the map of topics by their meaning; every bar carries its number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from app.markup import brief, say
from matcher import settings
from matcher.engine import Engine
from matcher.message import share
from matcher.types import Match, Topic

_BAR = 26
Points = NDArray[np.float64]
_PULL = settings.count("app.charts.pull")
_LABEL = settings.characters("app.charts.label")
_SHAPES = (
    "circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left",
)  # fmt: skip
_WIDTH, _HEIGHT, _ROOMY = 1060, 560, 700


def grey() -> str:
    """The colour of what stands back, --muted of page.css: no one grey can be read on a light and on a dark page."""
    return "#9dadb5" if st.context.theme.type == "dark" else "#566771"


def bars(counts: Iterable[tuple[str, int]]) -> Any:
    """One bar a name, in the order given, with its number at the end."""
    rows = [{"name": name, "value": value} for name, value in counts]
    base = _named(rows).encode(x=_length())
    number = base.mark_text(align="left", dx=5, color=grey()).encode(text=alt.Text("value:Q", format="d"))
    return layered(_BAR * len(rows) + 10, base.mark_bar(height=12, cornerRadius=3), number)


def paired(counts: Iterable[tuple[str, tuple[int, int]]], names: tuple[str, str]) -> Any:
    """Two bars a name, called `names`: the first hollow, the second filled, so that colour is not the only sign."""
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
    chart: Any = alt.layer(*layers)
    return chart.properties(height=height).configure_view(strokeWidth=0)


def _named(rows: Sequence[Mapping[str, Any]]) -> Any:
    """A chart whose lines are the rows, in their order, each with its name before it."""
    axis = alt.Axis(title=None, labelLimit=260, ticks=False, domain=False, labelPadding=8)
    return alt.Chart(alt.InlineData(values=rows)).encode(y=alt.Y("name:N", sort=None, axis=axis))


def _length() -> Any:
    """A value as the length of a bar, with room for its number."""
    return alt.X("value:Q", axis=None, scale=alt.Scale(nice=False, padding=34))


def intervals(rows: Iterable[tuple[str, Sequence[float]]]) -> Any:
    """A point a name at its mean with a line over its interval, on a scale of 0 to 1; rows are (name, (mean, low, high))."""
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
    return channel.scale(domain=[0, 1]).axis(alt.Axis(format=".0%")).title(title)


def reliability(bins: Iterable[Sequence[float]], stated: str, right: str) -> Any:
    """Stated confidence across, the share that was right up, one point a bin, larger with its answers; the diagonal is ideal."""
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


def _vectors(opened: Engine) -> Points:
    """The vectors of the topics' whole texts, (T, dimension)."""
    return opened.corpus.full_text_vectors.astype(np.float64)


@st.cache_resource(
    show_spinner=False, max_entries=8, hash_funcs={Engine: lambda e: (e.guide.sha256, e.encoder.fingerprint)}
)
def places(opened: Engine) -> Points:
    """Where the topics stand, (T, 2) in [0, 1]: t-SNE of their whole texts' vectors, the same for the same guide.

    Neighbours on the map are neighbours in meaning; long distances mean little (van der Maaten & Hinton 2008).
    """
    vectors = _vectors(opened)
    count = len(vectors)
    if count < 4:
        return np.stack([np.linspace(0.2, 0.8, count), np.full(count, 0.5)], axis=1)
    from sklearn.manifold import TSNE

    points = TSNE(
        perplexity=min(12.0, (count - 1) / 3), metric="cosine", init="pca", random_state=2021, max_iter=1500
    ).fit_transform(vectors)
    low, high = points.min(axis=0), points.max(axis=0)
    spread: Points = (points - low) / np.maximum(high - low, 1e-9)
    return spread


def alike(opened: Engine, most: int) -> list[tuple[int, int, float]]:
    """The `most` pairs of topics whose whole texts are most alike: (place, place, cosine), nearest first."""
    vectors = _vectors(opened)
    cosines = vectors @ vectors.T
    a, b = np.triu_indices(len(vectors), 1)
    order = np.argsort(-cosines[a, b], kind="stable")[:most]
    return [(int(a[i]), int(b[i]), float(cosines[a[i], b[i]])) for i in order]


def landing(opened: Engine, match: Match, spread: Points) -> tuple[float, float]:
    """Where a proposal lands: between its best topics, each pulling by its share of their probability."""
    hits = match.hits[:_PULL]
    pull = np.array([hit.confidence for hit in hits])
    x, y = pull / pull.sum() @ spread[[opened.place[h.topic_id] for h in hits]]
    # A little above: a mark on top of another hides it, and titles stand below.
    return float(x), float(y) + 0.045


def topic_map(topics: Sequence[Topic], spread: Points, by: str, dropped: tuple[float, float] | None) -> Any:
    """The topics as a scatter without axes, coloured and shaped by "section" or "office".

    Ids stand beside the marks, and the beginning of a title where it covers no other label.
    """
    rows = [_row(topic, place, by) for topic, place in zip(topics, spread.tolist(), strict=True)]
    for row, free in zip(rows, _free(spread), strict=True):
        row["short"] = brief(row["title"], _LABEL) if free else ""
    names = list(dict.fromkeys(row["group"] for row in rows))
    legend = alt.Legend(orient="bottom", columns=3, labelLimit=320, title=say(f"map.{by}"))
    # When shapes and the eight colours come round again they meet in other pairs.
    shapes = [_SHAPES[(i + i // len(_SHAPES)) % len(_SHAPES)] for i in range(len(names))]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.04, 1.12], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.08, 1.06], nice=False))
    tips = [
        alt.Tooltip("id:N", title=say("topic")),
        alt.Tooltip("title:N", title=" "),
        alt.Tooltip("group:N", title=say(f"map.{by}")),
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y, tooltip=tips)
    colour = alt.Color("group:N", sort=names, legend=legend)
    marks = base.mark_point(size=150, filled=True, opacity=0.9).encode(
        color=colour,
        shape=alt.Shape("group:N", sort=names, legend=legend, scale=alt.Scale(domain=names, range=shapes)),
    )
    ids = base.mark_text(dx=11, align="left", fontSize=12, fontWeight="bold", color=grey()).encode(
        text="id:N"
    )
    # On a phone there is room for ids only.
    titles = base.transform_calculate(label=f"width > {_ROOMY} ? datum.short : ''").mark_text(
        dx=11, dy=14, align="left", fontSize=11, color=grey()
    )
    layers: list[Any] = [marks, ids, titles.encode(text="label:N")]
    if dropped is not None:
        layers.append(_star(dropped).encode(x=x, y=y))
    return layered(_HEIGHT, *layers)


def _star(place: tuple[float, float]) -> alt.Chart:
    here = [{"x": place[0], "y": place[1], "name": f"★ {say('map.here')}"}]
    drawn: alt.Chart = alt.Chart(alt.InlineData(values=here)).mark_text(
        fontSize=16, fontWeight="bold", color="#d2402d", align="left", dx=-8
    )
    return drawn.encode(text="name:N")


def _free(spread: Points) -> list[bool]:
    """For each topic whether its title can be written below its id without covering a label set before it."""
    x, y = spread[:, 0] * _WIDTH / 1.16, -spread[:, 1] * _HEIGHT / 1.14
    boxes = [(a - 8, b - 8, a + 48, b + 8) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    free = []
    for a, b in zip(x.tolist(), y.tolist(), strict=True):
        wanted = (a + 8, b + 8, a + 8 + 11.5 * (_LABEL + 1), b + 21)
        met = any(
            wanted[0] < box[2] and box[0] < wanted[2] and wanted[1] < box[3] and box[1] < wanted[3]
            for box in boxes
        )
        free.append(not met)
        if not met:
            boxes.append(wanted)
    return free


def _row(topic: Topic, place: Sequence[float], by: str) -> dict[str, Any]:
    office = topic.office.name if topic.office else say("office.none")
    group = (topic.section or say("no section")) if by == "section" else office
    return {"x": place[0], "y": place[1], "id": topic.id, "title": topic.title, "group": group}

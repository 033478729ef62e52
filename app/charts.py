"""Charts in the page's own colours, and the map of topics by their meaning; every bar carries its number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from app.markup import brief, say
from matcher import settings
from matcher.engine import Engine
from matcher.message import share
from matcher.types import Match, Topic

ChartSpec = dict[str, Any]  # of Vega-Lite
DrawnRows = Sequence[Mapping[str, Any]]
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


def bars(counts: Iterable[tuple[str, int]]) -> ChartSpec:
    """One bar a name, in the order given, with its number at the end."""
    rows = [{"name": name, "value": value} for name, value in counts]
    line = {"y": _name(), "x": _length()}
    number = _number({**line, "text": _field("value", format="d")}, dx=5)
    return _layered(_BAR * len(rows) + 10, rows, _mark("bar", line, height=12, cornerRadius=3), number)


def paired(counts: Iterable[tuple[str, tuple[int, int]]], names: tuple[str, str]) -> ChartSpec:
    """Two bars a name, called `names`: the first hollow, the second filled, so that colour is not the only sign."""
    rows = [
        {"name": name, "side": side, "value": value, "order": i}
        for name, both in counts
        for i, (side, value) in enumerate(zip(names, both, strict=True))
    ]
    side = _field("side", "nominal", sort=list(names))
    line = {"y": _name(), "x": _length(), "yOffset": side}
    drawn = {
        "color": {**side, "legend": {"orient": "top", "title": None}},
        "fillOpacity": _field("order", "ordinal", scale={"range": [0.25, 1.0]}, legend=None),
        "stroke": {**side, "legend": None},
    }
    number = _number({**line, "text": _field("value")}, dx=5)
    bar = _mark("bar", {**line, **drawn}, cornerRadius=2, strokeWidth=1.5)
    return _layered(_BAR * len(rows) + 40, rows, bar, number)


def _layered(
    height: float, rows: DrawnRows, *layers: ChartSpec, more: Mapping[str, DrawnRows] | None = None
) -> ChartSpec:
    """Marks on top of each other without a frame, drawn of the rows, or of `more` by the name that a layer gives."""
    return {
        "height": height, "config": {"view": {"strokeWidth": 0}},
        "data": {"name": "rows"}, "datasets": {"rows": rows, **(more or {})}, "layer": layers,
    }  # fmt: skip


def _field(name: str, kind: str = "quantitative", **more: Any) -> ChartSpec:
    return {"field": name, "type": kind, **more}


def _mark(kind: str, encoding: ChartSpec, **look: Any) -> ChartSpec:
    return {"mark": {"type": kind, **look}, "encoding": encoding}


def _number(encoding: ChartSpec, **look: Any) -> ChartSpec:
    """A text beside what it says the number of."""
    return _mark("text", encoding, align="left", color=grey(), **look)


def _name() -> ChartSpec:
    """The name of a row before its line, in the order of the rows."""
    axis = {"title": None, "labelLimit": 260, "ticks": False, "domain": False, "labelPadding": 8}
    return _field("name", "nominal", sort=None, axis=axis)


def _length() -> ChartSpec:
    """A value as the length of a bar, with room for its number."""
    return _field("value", axis=None, scale={"nice": False, "padding": 34})


def intervals(rows: Iterable[tuple[str, Sequence[float]]]) -> ChartSpec:
    """A point a name at its mean with a line over its interval, on a scale of 0 to 1; rows are (name, (mean, low, high))."""
    values = [
        {"name": name, "mean": m, "low": low, "high": high, "percent": share(m)}
        for name, (m, low, high) in rows
    ]
    across = {"y": _name(), "x": _share("low", None), "x2": {"field": "high"}}
    at = {"y": _name(), "x": _share("mean", None)}
    line = _mark("rule", across, strokeWidth=2, color=grey())
    number = _number({**at, "text": _field("percent", "nominal")}, dx=8, dy=-9)
    point = _mark("point", at, filled=True, size=90)
    return _layered(_BAR * 1.5 * len(values) + 30, values, line, point, number)


def _share(name: str, title: str | None) -> ChartSpec:
    """An axis from 0 to 100 %."""
    return _field(name, scale={"domain": [0, 1]}, axis={"format": ".0%"}, title=title)


def reliability(bins: Iterable[Sequence[float]], stated: str, right: str) -> ChartSpec:
    """Stated confidence across, the share that was right up, one point a bin, larger with its answers; the diagonal is ideal."""
    values = [{"stated": b[3], "right": b[4], "answers": b[2], "percent": share(b[4])} for b in bins]
    at = {"x": _share("stated", stated), "y": _share("right", right)}
    diagonal = _mark("line", at, strokeDash=[4, 4], color=grey()) | {"data": {"name": "ends"}}
    shown = {
        "size": _field("answers", legend=None, scale={"range": [60, 500]}),
        "tooltip": [_field("answers"), _field("percent", "nominal", title="right")],
    }
    points = _mark("point", {**at, **shown}, filled=True, opacity=0.9)
    ends = [{"stated": 0, "right": 0}, {"stated": 1, "right": 1}]
    return _layered(300, values, diagonal, points, more={"ends": ends})


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


def topic_map(
    topics: Sequence[Topic], spread: Points, by: str, dropped: tuple[float, float] | None
) -> ChartSpec:
    """The topics as a scatter without axes, coloured and shaped by "section" or "office".

    Ids stand beside the marks, and the beginning of a title where it covers no other label.
    """
    rows = [_row(topic, place, by) for topic, place in zip(topics, spread.tolist(), strict=True)]
    for row, free in zip(rows, _free(spread), strict=True):
        row["short"] = brief(row["title"], _LABEL) if free else ""
    names = list(dict.fromkeys(row["group"] for row in rows))
    # When shapes and the eight colours come round again they meet in other pairs.
    shapes = [_SHAPES[(i + i // len(_SHAPES)) % len(_SHAPES)] for i in range(len(names))]
    at = {
        "x": _field("x", axis=None, scale={"domain": [-0.04, 1.12], "nice": False}),
        "y": _field("y", axis=None, scale={"domain": [-0.08, 1.06], "nice": False}),
    }
    tips = (("id", say("topic")), ("title", " "), ("group", say(f"map.{by}")))
    hovered = {**at, "tooltip": [_field(name, "nominal", title=title) for name, title in tips]}
    legend = {"orient": "bottom", "columns": 3, "labelLimit": 320, "title": say(f"map.{by}")}
    group = _field("group", "nominal", sort=names, legend=legend)
    drawn = {"color": group, "shape": {**group, "scale": {"domain": names, "range": shapes}}}
    marks = _mark("point", {**hovered, **drawn}, size=150, filled=True, opacity=0.9)
    ids = _number({**hovered, "text": _field("id", "nominal")}, dx=11, fontSize=12, fontWeight="bold")
    titles = _number({**hovered, "text": _field("label", "nominal")}, dx=11, dy=14, fontSize=11)
    # On a phone there is room for ids only.
    titles["transform"] = [{"calculate": f"width > {_ROOMY} ? datum.short : ''", "as": "label"}]
    if dropped is None:
        return _layered(_HEIGHT, rows, marks, ids, titles)
    here = [{"x": dropped[0], "y": dropped[1], "name": f"★ {say('map.here')}"}]
    look = {"fontSize": 16, "fontWeight": "bold", "color": "#d2402d", "align": "left", "dx": -8}
    star = _mark("text", {**at, "text": _field("name", "nominal")}, **look) | {"data": {"name": "here"}}
    return _layered(_HEIGHT, rows, marks, ids, titles, star, more={"here": here})


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

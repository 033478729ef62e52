"""关于: how the answers are made, how good they are, their limits, and privacy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import session, style
from app.markup import say
from matcher import evaluate, settings, shipped
from matcher.engine import Engine
from matcher.labelled import read_labelled
from matcher.message import share

_TEST = "eval/tianjin-test.jsonl"
_SECONDS = int(settings.seconds("app.about.measuring"))
_STYLES = ("formal", "plain", "hard", "confusable", "english", "two-topic")


def page() -> None:
    """Draw the page."""
    with style.desk("about"):
        opened = session.engine_of(shipped.default_guide().name)
        _chapter("how")
        style.section(say("about.model"))
        encoder = opened.encoder
        style.lede(say("about.model.text", name=encoder.name, dimension=encoder.dimension))
        _figures(opened)
        _chapter("limits")
        _chapter("privacy")


def _chapter(key: str) -> None:
    style.section(say(f"about.{key}"))
    style.lede(say(f"about.{key}.text"))


def _figures(opened: Engine) -> None:
    """The figures on the test part, measured when somebody asks for them, and once for all."""
    style.section(say("about.figures"))
    if not st.session_state.get("measured"):
        st.button(
            say("about.measure", seconds=_SECONDS), on_click=lambda: st.session_state.update(measured=True)
        )
        return
    with st.spinner(say("about.measuring")):
        measured = _measured(opened)
    style.lede(say("about.figures.text", rows=measured["rows"], guide=opened.guide.title))
    style.figures(_numbers(measured))
    _pictures(measured)


@st.cache_resource(show_spinner=False, hash_funcs={Engine: lambda e: (e.guide.sha256, e.encoder.fingerprint)})
def _measured(opened: Engine) -> Mapping[str, Any]:
    return evaluate.Evaluation(opened, read_labelled(shipped.data_file(_TEST))).summary()


def _numbers(measured: Mapping[str, Any]) -> list[tuple[str, str]]:
    best, decided = measured["systems"]["hybrid"]["all"], measured["decisions"]
    return [
        (share(best["top-1"][0]), say("about.top1")),
        (share(best["top-3"][0]), say("about.top3")),
        (share(best["office"][0]), say("about.office")),
        (f"{decided['outside AUROC']:.2f}", say("about.outside")),
        (f"{decided['calibration error']:.2f}", say("about.error")),
    ]


def _pictures(measured: Mapping[str, Any]) -> None:
    from app import charts

    systems = measured["systems"]
    by_system = [
        (say(f"system.{name}"), systems[name]["all"]["top-1"])
        for name in reversed(evaluate.SYSTEMS)
        if name in systems
    ]
    by_style = [
        (say(f"style.{name}"), systems["hybrid"][f"style:{name}"]["top-1"])
        for name in _STYLES
        if f"style:{name}" in systems["hybrid"]
    ]
    left, right = st.columns(2)
    for slot, key, rows in ((left, "about.systems", by_system), (right, "about.styles", by_style)):
        with slot:
            st.caption(say(key))
            st.vega_lite_chart(spec=charts.intervals(rows), key=key)
    with left:
        st.caption(say("about.reliability"))
        bins = measured["decisions"]["reliability"]
        st.vega_lite_chart(
            spec=charts.reliability(bins, say("about.stated"), say("about.right")), key="reliability"
        )

"""选题: which topic a text fits, whom to call, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from app import engine, evidence, files, markup, style
from app.words import either, say
from matcher import settings, shipped, typed_json
from matcher.message import Message, percent
from matcher.readers.form import form_of_text, read_form
from matcher.types import Match, Proposal

if TYPE_CHECKING:
    from matcher.engine import Engine


_HITS = settings.count("engine.topics")


def page() -> None:
    """Draw the desk."""
    with style.desk("applicants"):
        with st.container(key="ask"):
            text = _box()
        opened = engine.engine()
        style.guide_line(opened.guide)
        if text.strip():
            form = form_of_text(text)
            _answer(opened, form.proposal("-"), form.notes)
        style.answered(text)


def _box() -> str:
    """The text that was pasted, typed, read from a file, or chosen as an example."""
    written: str = st.text_area(
        say("applicants.box"),
        key="proposal",
        persist_state="session",
        height=190,
        placeholder=say("applicants.placeholder"),
    )
    with st.container(horizontal=True, vertical_alignment="center", key="examples"):
        st.button(say("applicants.ask"), type="primary")
        style.quiet(say("applicants.try"))
        for number, example in enumerate(_examples()):
            st.button(
                say(f"applicants.example {number}"), key=f"example {number}", on_click=_write, args=(example,)
            )
    files.upload(say("applicants.upload"), "proposal file", _read)
    style.kept_notices("proposal file")
    return written


@st.cache_data(show_spinner=False)
def _examples() -> list[str]:
    """The texts of the sample proposals that come with the program."""
    lines = shipped.data_file("demo.jsonl").read_text(encoding="utf-8").splitlines()
    return [typed_json.loads(line, Proposal).text for line in lines]


def _write(text: str) -> None:
    st.session_state["proposal"] = text


def _read() -> None:
    """Put the text of the uploaded file into the box, where its reader sees what will be matched."""
    upload = st.session_state["proposal file"]
    if upload is None:
        return
    with style.errors_shown("proposal file"):
        received = files.receive(upload)
        with files.as_path(received) as path:
            form = read_form(path)
        _write(form.labelled)
        read = say("applicants.read").format(name=received.name, count=len(form.labelled))
        notice = "　".join([read, *map(either, form.notes)])
        style.keep_notice("proposal file", notice, "bad" if form.blank else "calm")


def _answer(opened: Engine, proposal: Proposal, notes: tuple[Message, ...]) -> None:
    match = opened.match(proposal, _HITS)
    match = replace(match, warnings=(*match.warnings, *notes))
    st.html(answer(opened, match))
    if not match.hits:
        return
    st.html(chances(opened, match))
    evidence.show(opened, proposal, match, [hit.topic_id for hit in match.hits], "compared")


def answer(opened: Engine, match: Match) -> str:
    """The verdict, the topic and the office as a card; an honest "nothing fits" with the nearest topic."""
    number = percent(match.confidence)
    calibrated = opened.calibration is not None
    sure = say(f"sure.{match.verdict}") if calibrated else say("similar")
    verdict = (
        f'<div class="verdict is-{match.verdict}"><span class="sign" aria-hidden="true">{_SIGNS[match.verdict]}</span>'
        f"<span>{markup.text(say(f'verdict.{match.verdict}'))}</span>"
        f'<span class="number">{markup.text(sure.format(number=number))}</span></div>'
    )
    warnings = "".join(markup.notice(either(w)) for w in match.warnings)
    if not match.hits:
        return f'<div class="answer" role="status">{verdict}{warnings}</div>'
    topic = opened.topics[match.hits[0].topic_id]
    nearest = ""
    if match.verdict == "none":
        nearest = f'<p class="reason">{markup.text(say("nearest"))}</p>'
    body = f"{nearest}<h3>{markup.named(topic)}</h3>"
    if topic.section:
        body += f'<span class="tag">{markup.text(topic.section)}</span>'
    if not nearest:
        body += f'<p class="reason">{markup.text(either(match.reason))}</p>'
    copied = markup.text(_plain(opened, match))
    acts = (
        f'<div class="acts"><button class="act" type="button" data-copy="{copied}"'
        f' data-done="{markup.text(say("copied"))}">{markup.text(say("copy"))}</button>'
        f'<button class="act" type="button" data-print="1">{markup.text(say("print"))}</button></div>'
    )
    return (
        f'<div class="answer" role="status"><div class="card"><div>{verdict}{body}{acts}</div>'
        f'<div class="office">{_office(opened, match)}</div></div>{warnings}</div>'
    )


_SIGNS = {"topic": "●", "close": "◐", "none": "○", "empty": "○"}


def _office(opened: Engine, match: Match) -> str:
    """The office to call and where the guide says so."""
    head = f'<div class="quiet">{markup.text(say("office"))}</div>'
    topic = opened.topics[match.hits[0].topic_id]
    office, where = match.office, match.office_source
    if match.verdict == "none":
        office, where = topic.office, topic.office_source
    if office is None:
        missing = say("office.close") if match.verdict == "close" else say("office.none")
        return f'{head}<div class="reason">{markup.text(missing)}</div>'
    phone = markup.text(office.phone)
    digits = "".join(c for c in office.phone if c.isdigit() or c == "+")
    advice = f'<p class="reason">{markup.text(say("nearest.advice"))}</p>' if match.verdict == "none" else ""
    return (
        f'{head}<div class="name">{markup.text(office.name)}</div>'
        f'<div class="phone"><a href="tel:{digits}">{phone}</a></div>'
        f'<span class="tag">{markup.text(say(f"office.{where}"))}</span>{advice}'
    )


def _plain(opened: Engine, match: Match) -> str:
    """The answer as lines of text, for the clipboard."""
    lines = [f"{say(f'verdict.{match.verdict}')}　{percent(match.confidence)}"]
    for hit in match.hits[:3]:
        topic = opened.topics[hit.topic_id]
        lines.append(f"{topic.id} {topic.title}　{percent(hit.confidence)}　{markup.office_line(topic)}")
    return "\n".join([*lines, either(match.reason)])


def chances(opened: Engine, match: Match) -> str:
    """How the probability is shared among the best topics, the others, and none of them."""
    calibrated = match.none_probability is not None
    rows = []
    for hit in match.hits:
        topic = opened.topics[hit.topic_id]
        rows.append(_chance(markup.named(topic), markup.office_line(topic), hit.confidence))
    if match.none_probability is not None:
        rest = 1 - match.none_probability - sum(hit.confidence for hit in match.hits)
        count = len(opened.topics) - len(match.hits)
        if count:
            rows.append(_chance(markup.text(say("chances.rest").format(count=count)), "", max(rest, 0.0)))
        rows.append(_chance(markup.text(say("chances.none")), "", match.none_probability, "none"))
    heading = say("chances") if calibrated else say("chances.score")
    return markup.section(heading) + f'<ol class="chances">{"".join(rows)}</ol>'


def _chance(name: str, where: str, share: float, kind: str = "") -> str:
    below = f'<span class="where">{markup.text(where)}</span>' if where else ""
    return (
        f'<li class="{kind}"><span>{name}{below}</span><span class="bar"><i style="width:{share:.1%}"></i></span>'
        f'<span class="number">{percent(share)}</span></li>'
    )

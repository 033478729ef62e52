"""The texts of the page, messages.toml, in the language of the session, and as HTML: pieces.html, and texts with their marks.

Everything that people wrote is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Literal

import streamlit as st
from markupsafe import Markup

from matcher.message import Catalogue, percent, share, spoken
from matcher.pages import environment, stretches
from matcher.report import source_name, topic_ids
from matcher.segment import visible
from matcher.types import Proposal, Span, Topic

texts = Catalogue(__file__)

PageLanguage = Literal["zh", "en"]
# The folders before a file's name: /home/li/guides/, C:\\Users\\li\\.
_FOLDERS = re.compile(
    r"""(?<![\w/\\])(?:[A-Za-z]:)?[/\\](?:[^/\\\s:：，。；（）()"“”](?:[^/\\\n:：，。；（）()"“”]*[^/\\\s:：，。；（）()"“”])?[/\\])*"""
    r"""(?=[^/\\\s])"""
)
# What a message has in brackets, or at their end, for the command line alone; a name in it may hold brackets.
_COMMANDS = re.compile(
    r"（命令行：(?:[^（）]|（[^（）]*）)*）| \(command line: (?:[^()]|\([^()]*\))*\)|；命令行：[^（）]*(?=）)|; command line: [^()]*(?=\))"
)
LANGUAGES: Mapping[PageLanguage, str] = {"zh": "中文", "en": "EN"}


def language() -> PageLanguage:
    """The language of this session."""
    return "en" if st.session_state.get("lang") == "en" else "zh"


def say(key: str, /, **fields: object) -> str:
    """The text called `key`, filled in, in the language of this session; KeyError for a text that does not exist."""
    return texts(key, **fields).of(language())


def minute(time: str) -> str:
    """A time of a log (ISO 8601) to the minute, as it is where the browser stands, with its zone: 2026-11-29 14:40+08:00."""
    offset = st.context.timezone_offset  # in minutes, west of Greenwich; None where no browser says it
    here = None if offset is None else timezone(timedelta(minutes=-offset))
    return datetime.fromisoformat(time).astimezone(here).isoformat(" ", "minutes")


def either(text: str) -> str:
    """A message in the language of this session; any other text is the same in both.

    Of the path of a file its name is left, of what is for the command line nothing: whoever uses the page need not know either.
    """
    return _FOLDERS.sub("", _COMMANDS.sub("", spoken(text, language())))


_HERE = Path(__file__).parent
_HEADLINE = 60


def piece(name: str, *values: object) -> Markup:
    """The piece of HTML that the macro `name` of pieces.html makes of `values`."""
    html: Markup = getattr(_pieces(), name)(*values)
    return html


@cache
def _pieces() -> object:
    page = environment(_HERE, breaks=False)
    page.globals |= {
        "say": say, "either": either, "office_line": office_line, "topic_ids": topic_ids, "percent": percent,
        "share": share, "source_name": source_name,
        "digits": lambda phone: "".join(c for c in phone if c.isdigit() or c == "+"),
    }  # fmt: skip
    return page.get_template("pieces.html").module


def marked(
    source: str,
    pairs: Iterable[tuple[int, int, int]],
    inner: Iterable[Span],
    name: str,
    grey: Sequence[tuple[int, int, str]] = (),
) -> Markup:
    """`source` with each (start, end, number) of `pairs` as a numbered mark, and `inner` spans in class `name`.

    Stretches (start, end, reason) of `grey` are grey, with the reason where one points. Where two overlap
    the earlier keeps its part, a pair before what is grey; one with nothing left is not shown.
    """
    return piece("marked", stretches(source, [*sorted(pairs), *grey], inner), name)


def headline(proposal: Proposal) -> str:
    """A proposal's title, or how its abstract begins where it has none."""
    return visible(proposal.title or proposal.abstract[:_HEADLINE])


def brief(title: str, most: int) -> str:
    """A title, or its first `most` characters."""
    return title if len(title) <= most else f"{title[:most]}…"


def office_line(topic: Topic) -> str:
    """Office, phone and where they come from, as plain text."""
    if topic.office is None:
        return say("office.none")
    return say("office.line", office=topic.office, source=source_name(topic.office_source))

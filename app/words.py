"""The texts of the page, messages.toml, in the language of the session."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import streamlit as st

from matcher.message import Catalogue, spoken

texts = Catalogue(__file__)

PageLanguage = Literal["zh", "en"]
# The folders before a file's name: /home/li/guides/, C:\\Users\\li\\.
_FOLDERS = re.compile(
    r"""(?<![\w/\\])(?:[A-Za-z]:)?[/\\](?:[^/\\\s:：，。；（）()"“”](?:[^/\\\n:：，。；（）()"“”]*[^/\\\s:：，。；（）()"“”])?[/\\])*"""
    r"""(?=[^/\\\s])"""
)
LANGUAGES: Mapping[PageLanguage, str] = {"zh": "中文", "en": "EN"}


def language() -> PageLanguage:
    """The language of this session."""
    return "en" if st.session_state.get("lang") == "en" else "zh"


def say(key: str, /, **fields: object) -> str:
    """The text called `key`, filled in, in the language of this session; KeyError for a text that does not exist."""
    return texts(key, **fields).of(language())


def minute(time: str) -> str:
    """A time of a log (ISO 8601) to the minute, as people read it."""
    return time[:16].replace("T", " ")


def either(text: str) -> str:
    """A message in the language of this session; any other text is the same in both.

    Of the path of a file its name is left: whoever uses the page need not know the server's folders.
    """
    return _FOLDERS.sub("", spoken(text, language()))

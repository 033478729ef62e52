"""Every text of the page, in Chinese and English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

import streamlit as st

from matcher.message import spoken

PageLanguage = Literal["zh", "en"]
# The folders before a file's name: /home/li/guides/, C:\\Users\\li\\.
_FOLDERS = re.compile(
    r"""(?<![\w/\\])(?:[A-Za-z]:)?[/\\](?:[^/\\\s:：，。；（）()"“”](?:[^/\\\n:：，。；（）()"“”]*[^/\\\s:：，。；（）()"“”])?[/\\])*"""
    r"""(?=[^/\\\s])"""
)
LANGUAGES: Mapping[PageLanguage, str] = {"zh": "中文", "en": "EN"}


@lru_cache(maxsize=1)
def words() -> Mapping[str, tuple[str, str]]:
    """key → (Chinese, English), the texts of words.toml."""
    with Path(__file__).with_suffix(".toml").open("rb") as stream:
        return {key: (chinese, english) for key, (chinese, english) in tomllib.load(stream).items()}


def language() -> PageLanguage:
    """The language of this session."""
    return "en" if st.session_state.get("lang") == "en" else "zh"


def say(key: str) -> str:
    """The text called `key` in the language of this session; KeyError for a text that does not exist."""
    return words()[key][language() == "en"]


def minute(time: str) -> str:
    """A time of a log (ISO 8601) to the minute, as people read it."""
    return time[:16].replace("T", " ")


def either(text: str) -> str:
    """A message in the language of this session; any other text is the same in both.

    Of the path of a file its name is left: whoever uses the page need not know the server's folders.
    """
    return _FOLDERS.sub("", spoken(text, language()))

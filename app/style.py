"""The look that all desks share: style sheet, behaviour, masthead, notices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from app import markup
from app.markup import LANGUAGES, either, language, say, texts
from matcher import settings
from matcher.errors import MatcherError, reason
from matcher.types import Guide

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

T = TypeVar("T")

_HERE = Path(__file__).parent
_LARGEST_MB = settings.count("app.files.largest_mb")
_STEP = settings.rows("app.style.step")
_PROBLEMS = settings.count("app.style.problems")
# A sheet with a ruled line: drawn here, so that no icon is fetched.
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0f5c6e"/>'
    '<path d="M8 10h16M8 16h10M8 22h6" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/>'
    '<circle cx="23" cy="21" r="4.2" fill="none" stroke="#ffd36b" stroke-width="2.4"/></svg>'
)


def apply() -> None:
    """Set title, icon and width, and load the style sheet and behaviour; first of all on every run."""
    st.set_page_config(page_title="课题匹配 · Topic matcher", page_icon=ICON, layout="wide")
    st.html(_HERE / "page.css")
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def choose_language() -> None:
    """The language switch; drawn before anything that has words."""
    st.segmented_control(
        texts("language"),
        list(LANGUAGES),
        format_func=lambda code: LANGUAGES[code],
        default="zh",
        required=True,
        key="lang",
        bind="query-params",
        label_visibility="collapsed",
    )
    _own_texts()


def relabel(key: str) -> None:
    """Let the select box `key`, drawn next, show its choice in the language of now: a browser keeps the label it has."""
    spoken = f"{key} in"
    if key in st.session_state and st.session_state.get(spoken) != language():
        st.session_state[key] = st.session_state[key]
    st.session_state[spoken] = language()


def _own_texts() -> None:
    """Tell the browser the language, and replace what Streamlit says in English only about uploads."""
    # The language decides which form of a Han character is drawn, and how a screen reader speaks.
    code = "en" if language() == "en" else "zh-CN"
    st.html(f'<script>document.documentElement.lang = "{code}";</script>', unsafe_allow_javascript=True)
    words = (
        ("choose-file", say("upload.choose")),
        ("drop-file", say("upload.drop")),
        ("stale", say("answer.stale")),
        ("too-big", say("upload.too big", most=_LARGEST_MB)),
    )
    st.html("<style>:root{" + "".join(f'--{name}: "{word}";' for name, word in words) + "}</style>")


def links(pages: Sequence[StreamlitPage], here: StreamlitPage) -> None:
    """The name of the program and the links to its pages, the present one marked."""
    st.html(markup.piece("brand"))
    for page in pages:
        with st.container(key="here" if page == here else f"to-{page.url_path or 'start'}", width="content"):
            st.page_link(page)


@contextmanager
def desk(key: str) -> Iterator[None]:
    """A desk below its heading and the sentence that goes with it; what goes wrong in it is said, and ends it."""
    st.title(say(f"{key}.title"), anchor=False)
    lede(say(f"{key}.lede"))
    with errors_shown():
        yield


@contextmanager
def errors_shown(place: str = "") -> Iterator[None]:
    """What goes wrong in the block ends it, and is said there, or where `kept_notices` draws those of `place`."""
    try:
        yield
    except (MatcherError, OSError) as error:
        message = texts("unreadable", error=reason(error)) if isinstance(error, OSError) else error.message
        if place:
            keep_notices(place, message, kind="bad")
        else:
            notice(either(message), "bad")


def keep_notices(place: str, *messages: str, kind: str = "calm") -> None:
    """Keep lines for when `place` is drawn next: what answers a button runs before anything is drawn."""
    kept = st.session_state.setdefault(f"{place} notices", [])
    kept += [(message, kind) for message in messages]


def keep_first(place: str, problems: Sequence[str]) -> None:
    """Keep the first of some problems for `place`, and how many more there are."""
    more = len(problems) - _PROBLEMS
    keep_notices(
        place, *problems[:_PROBLEMS], *([say("problems.more", count=more)] if more > 0 else []), kind="bad"
    )


def kept_notices(place: str) -> None:
    """Draw what was kept for `place`, once."""
    for message, kind in st.session_state.pop(f"{place} notices", ()):
        notice(either(message), kind)


def file_notices(field: str) -> None:
    """Draw what was kept for the upload `field`, in any language, as long as it holds the file that this is about."""
    kept = st.session_state.get(f"{field} notices", [])
    kept_notices(field)
    if st.session_state.get(field) is not None:
        st.session_state[f"{field} notices"] = kept


def progress(rows: Iterator[T], total: int) -> Iterator[T]:
    """The rows as they come, below a bar that shows how far they are."""
    bar = st.progress(0.0)
    try:
        for done, row in enumerate(rows, 1):
            yield row
            if done % _STEP == 0:
                bar.progress(done / total, say("progress.rows", done=done, total=total))
    finally:
        bar.empty()


def kept(place: str, key: object, make: Callable[[], T]) -> T:
    """What `make` gives for `key`, worked out once and kept in this session until `place` is asked for another key."""
    state = st.session_state
    if place not in state or state[place][0] != key:
        state[place] = (key, make())
    value: T = state[place][1]
    return value


def guide_line(guide: Guide, *, fixed: bool = False) -> None:
    """Which guide the answers of a desk follow, and the way to another one unless it is a season's."""
    line = say("guide.in use", title=guide.title) + (say("guide.mended") if guide.mended else "")
    st.html(markup.piece("guide", line, fixed))


def answered(text: str) -> None:
    """Tell the browser that what is in view answers `text`: until it is changed nothing is marked as old."""
    # Another text, another script to run.
    mark = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    st.html(f"<script>/* {mark} */ window.matcherAnswered?.();</script>", unsafe_allow_javascript=True)


def lede(message: str) -> None:
    """A quiet paragraph."""
    st.html(markup.piece("lede", message))


def quiet(message: str) -> None:
    """A few small words beside a widget."""
    st.html(markup.piece("quiet", message), width="content")


def section(heading: str, note: str = "", unsaved: str = "") -> None:
    """A heading inside a page; where it holds the mark of what is not saved, a browser asks before it leaves."""
    st.html(markup.piece("section", heading, note, unsaved))


def figures(pairs: Sequence[tuple[str, str]]) -> None:
    """Numbers with a word below each."""
    st.html(markup.piece("figures", pairs))


def notice(message: str, kind: str = "") -> None:
    """One line that people should see."""
    st.html(markup.piece("notice", message, kind))

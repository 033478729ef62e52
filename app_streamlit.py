"""The page: which topic fits a text, and which office to call. A thin caller of the engine."""

from __future__ import annotations

import streamlit as st

from matcher.engine import Engine
from matcher.errors import MatcherError
from matcher.segment import visible
from matcher.types import Proposal


@st.cache_resource(show_spinner="正在读指南 / reading the guide …")
def _engine() -> Engine:
    return Engine.open()


def main() -> None:
    """Draw the page."""
    st.set_page_config(page_title="选题 · Topic finder", page_icon="📄")
    st.title("选题 Topic finder")
    st.caption(
        "粘贴一句话或摘要，找到最合适的课题和对接处室。文字只在本机处理。 / Paste a sentence or an abstract."
    )
    text = st.text_area("申报书文字 / proposal", height=180)
    if not text.strip():
        return
    try:
        engine = _engine()
    except MatcherError as error:
        st.error(str(error))
        return
    match = engine.match(Proposal("-", "", text))
    # st.text shows text as it is: a proposal is never read as Markdown or HTML.
    st.text(visible(match.reason))
    for warning in match.warnings:
        st.text(visible(warning))
    rows = []
    for hit in match.hits:
        topic = engine.topics[hit.topic_id]
        office = f"{topic.office.name} {topic.office.phone}" if topic.office else "—"
        rows.append(
            {
                "课题 topic": topic.id,
                "相似度 score": hit.score,
                "名称 title": topic.title,
                "对接处室 office": office,
            }
        )
    if rows:
        st.dataframe(rows, hide_index=True)


main()

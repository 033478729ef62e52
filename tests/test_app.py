from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

PAGE = Path(__file__).parent.parent / "app_streamlit.py"


def test_a_pasted_sentence_is_answered() -> None:
    page = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert not page.exception
    assert len(page.dataframe) == 0
    page.text_area[0].set_value("创新券政策对小企业有没有用").run()
    assert not page.exception
    assert page.dataframe[0].value.iloc[0]["课题 topic"] == "2-12"


def test_markup_in_a_proposal_stays_text() -> None:
    page = AppTest.from_file(str(PAGE), default_timeout=60).run()
    page.text_area[0].set_value("<script>alert(1)</script> **创新券**").run()
    assert not page.exception
    assert not page.markdown

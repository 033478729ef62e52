"""The guide on the page: its topics, lines and map, and mending it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app import charts, files
from matcher.engine import Engine
from matcher.types import Proposal
from tests.app_page import VOUCHER, desk, html

ODD = """2030年湖东市软课题申报指南
一、重点课题
1.湖东市智慧公交线网优化研究
研究内容：分析公交客流数据，提出线路调整方案。
对接处室：交通处 0571-1001
3.夜间经济<b>安全</b>治理研究
研究内容：梳理夜市的消防问题。
对接处室：民生处 0571-1002
"""


def test_an_uploaded_guide_is_used_and_its_findings_are_in_view() -> None:
    page = desk("guide")
    page.session_state["own guide"] = page.session_state["guide"] = files.Received("odd.txt", ODD.encode())
    page.run()
    told = html(page)
    assert "2030年湖东市软课题申报指南" in told
    assert "夜间经济&lt;b&gt;安全&lt;/b&gt;治理研究" in told
    assert "交通处 0571-1001" in told
    assert page.selectbox[0].value == len(page.selectbox[0].options) - 1


def test_topics_are_narrowed_by_office_and_by_words() -> None:
    page = desk("guide").run()
    assert "36 个课题" in html(page)
    page.text_input[0].set_value("创新券").run()
    assert "1 个课题" in html(page)


def test_every_line_of_the_guide_is_in_the_audit(tianjin: Engine) -> None:
    rows = re.findall(r"<tr><td>(\d+)</td>", html(desk("guide").run()))
    assert [int(n) for n in rows] == [line.line for line in tianjin.guide.audit]


def test_the_map_is_the_same_each_time_and_a_proposal_lands_beside_its_topics(tianjin: Engine) -> None:
    spread = charts.places(tianjin)
    again = charts.places.__wrapped__(tianjin)  # type: ignore[attr-defined]
    assert spread.tolist() == again.tolist()
    assert spread.min() == 0
    assert spread.max() == 1
    match = tianjin.match(Proposal("-", "", VOUCHER), 3)
    x, y = charts.landing(tianjin, match, spread)
    distance = ((spread - (x, y)) ** 2).sum(axis=1) ** 0.5
    nearest = tianjin.guide.topics[int(distance.argmin())].id
    assert nearest == match.hits[0].topic_id


def test_a_guide_is_mended_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    page = desk("guide")
    page.session_state["own guide"] = page.session_state["guide"] = files.Received("odd.txt", ODD.encode())
    page.run()
    next(b for b in page.button if b.label == "各类别重新编号").click().run()
    next(b for b in page.button if b.label == "保存并使用").click().run()
    told = html(page)
    assert "已保存 2 个课题" in told
    assert "人工修订稿" in told
    assert "1-02" in told
    next(b for b in page.button if b.label == "恢复为原文件").click().run()
    assert "1-03" in html(page)


def test_a_topic_is_split_and_merged_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    page = desk("guide")
    page.session_state["own guide"] = page.session_state["guide"] = files.Received("odd.txt", ODD.encode())
    page.run()

    def press(label: str) -> list[str]:
        next(b for b in page.button if b.label == label).click().run()
        return [s.options for s in page.selectbox if any("公交线网" in option for option in s.options)][-1]

    topics = press("各类别重新编号")
    assert [t.split()[0] for t in topics] == ["1-01", "1-02"]
    page.number_input[0].set_value(4).run()
    assert [t.split()[0] for t in press("拆成两个课题")] == ["1-01", "1-03", "1-02"]
    assert press("并入下一个课题") == topics

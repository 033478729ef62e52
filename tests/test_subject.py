"""What a proposal has in its title in place of what a topic is about."""

from __future__ import annotations

import pytest

from matcher.embeddings import FAST
from matcher.embeddings.static import shipped_encoder
from matcher.engine import Engine
from matcher.matching.content import content
from matcher.matching.subject import replaced, within
from matcher.shipped import data_file
from matcher.types import Proposal, Topic

TOPICS = {
    "firms": (
        "天津市科技型企业生存与发展路径研究",
        "分析信创、生物医药等行业瞪羚、雏鹰企业的困难，提出扶持对策。",
    ),
    "fish": ("淡水养殖鱼类病害绿色防控技术", "针对草鱼出血病、鳜鱼虹彩病毒病研制疫苗。"),
    "carers": ("农村留守老人互助养老服务供给研究", "调查互助幸福院的资金与人手。"),
    "history": ("Oral history of the cannery workers", "Interview women who worked in the fish canneries."),
}


@pytest.mark.parametrize(
    ("topic", "title", "abstract", "expected"),
    [
        ("firms", "天津市旅行社生存与发展路径研究", "看导游与门店。", ("科技型企业", "旅行社")),
        ("firms", "旅行社生存与发展路径", "看导游与门店。", ("科技型企业", "旅行社")),
        (
            "history",
            "Oral history of the tram drivers",
            "Record them at home.",
            ("cannery workers", "tram drivers"),
        ),
        # Without the name of the field and without a subtitle.
        ("firms", "课题名称：天津市旅行社生存与发展路径研究", "看导游与门店。", ("科技型企业", "旅行社")),
        (
            "history",
            "Oral history of the tram drivers - evidence from towns",
            "Record them.",
            ("cannery workers", "tram drivers"),
        ),
        ("firms", "", "天津市旅行社生存与发展路径研究。看导游与门店。", ("科技型企业", "旅行社")),
        # The text has a word for it, the topic has, or the encoder knows one that is near.
        ("firms", "天津市旅行社生存与发展路径研究", "旅行社也是科技型企业。", None),
        ("firms", "天津市瞪羚企业生存与发展路径研究", "看研发与现金流。", None),
        ("fish", "鳜鱼病害绿色防控技术", "研制浸泡疫苗。", None),
        ("fish", "水产养殖病害绿色防控技术", "研制浸泡疫苗。", None),
        ("fish", "淡水养殖龟鳖病害绿色防控技术", "研制浸泡疫苗。", None),
        ("history", "Oral history of the cannery staff", "Record them at home.", None),
        # A title alone has no text to look in.
        ("firms", "天津市旅行社生存与发展路径研究", "", ("科技型企业", "旅行社")),
        ("carers", "农村独居老人互助养老服务供给研究", "", None),
        # Another place, another end, another title.
        ("firms", "重庆市科技型企业生存与发展路径研究", "提出对策。", None),
        ("firms", "天津市科技型企业生存的账本", "提出对策。", None),
        ("firms", "旅行社的账本", "看导游与门店。", None),
        ("firms", "Survival of travel agencies", "Guides and shops.", None),
        ("firms", "", "", None),
    ],
)
def test_another_object(topic: str, title: str, abstract: str, expected: tuple[str, str] | None) -> None:
    parts = content(Proposal("p", title, abstract)).kept if title + abstract else ()
    assert replaced(parts, topic_of(topic), shipped_encoder()) == expected


def topic_of(name: str) -> Topic:
    return Topic("1-01", "", 1, *TOPICS[name], None, "none", (1, 1))


@pytest.mark.parametrize(
    ("topic", "text", "expected"),
    [
        ("fish", "草鱼出血病疫苗", True),
        ("fish", "鳜鱼病害的防控技术研究", True),  # 研究 names nothing
        ("fish", "鲈鱼病害的防控技术研究", False),
        ("fish", "技术研究", False),
        ("fish", "草鱼", False),
        ("history", "Women of the fish canneries", True),
        ("history", "The art of fish canneries", False),
        ("history", "Women of the fish cannery-yards", False),
    ],
)
def test_words_that_all_stand_in_a_topic(topic: str, text: str, expected: bool) -> None:
    assert within(content(Proposal("p", text, "")).kept, topic_of(topic), shipped_encoder()) is expected


@pytest.mark.parametrize(
    ("text", "verdict", "first"),
    [
        ("登革热及手足口病", "topic", "2-05"),
        ("免疫原性与长期安全性评价体系", "topic", "2-04"),
        ("登革热及手足口病护工排班", "none", "2-05"),
    ],
)
def test_a_phrase_of_a_topic_is_not_outside_of_it(text: str, verdict: str, first: str) -> None:
    engine = Engine.open(data_file("guides") / "yunling-2026-key-rd.txt", FAST)
    match = engine.match(Proposal("p", text, ""))
    assert (match.verdict, match.hits[0].topic_id) == (verdict, first)

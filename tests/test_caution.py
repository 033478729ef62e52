from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.matching import caution
from matcher.matching.content import content
from matcher.matching.suspect import Suspect, Suspicion, without
from matcher.shipped import data_file
from matcher.types import Match, Proposal
from tests.accidents import ACCIDENTS
from tests.attacks import ATTACKS
from tests.bench_attacks import attacked
from tests.test_voices import FITTING, engine

GUIDE = [
    "夜间经济的安全监管研究\n研究夜市消防、食品安全与噪声治理的协同监管机制，提出分类管理办法。",
    "公交线网优化",
    "Cruise visitors and what they leave behind\nScope: examine passenger caps and a landing fee; count crowds ashore.",
]
STRAY = [row for row in FITTING if row["id"] in ("x07", "x42")]
OWN = "我们想知道天黑以后摆摊的街上怎样少出事故，准备跟着城管走一个月，记下每次险情。"


def find(text: str) -> Suspect | None:
    return Suspicion(GUIDE).find([content(Proposal("p", "", text))])[0]


def rest(text: str) -> str:
    found = content(Proposal("p", "", text))
    suspect = Suspicion(GUIDE).find([found])[0]
    return "".join(part.passage.text for part in without(found, suspect.spans if suspect else ()).kept)


@pytest.mark.parametrize(
    ("text", "pasted", "listed", "repeated"),
    [
        ("A cohort of 120 trainees is followed.", 0, 0, 0),
        ("Volunteers ring 200 people over 75 twice a week.", 0, 0, 0),
        (OWN, 0, 0, 0),
        (OWN + "研究夜市消防、食品安全与噪声治理的协同监管机制。", 1, 0, 0),
        (OWN + "研究 夜市\u200b消防，食品安全與噪聲治理的協同監管機制。", 1, 0, 0),
        (OWN + "夜市、消防、食品、噪声、治理、监管、协同、分类。", 0, 1, 0),
        (OWN + "night market, fire safety, noise, food, inspection, permits, crowds.", 0, 1, 0),
        ("摊位要安全。" * 4 + OWN, 0, 0, 3),
        (
            "We walk with the inspectors, note every incident, and compare two districts over one year.",
            0,
            0,
            0,
        ),
        ("先摸底，再排队，后整治，分步走，稳推进。", 0, 0, 0),
        (OWN + "\nexamine passenger caps and a landing fee", 1, 0, 0),
        (OWN + "\na fee", 0, 0, 0),
        ("研究夜市消\n防、食品安\n全与噪声治\n理的协同监\n管机制", 1, 0, 0),
        ("摊主先登记再出摊。夜市、消防。城管每晚巡查。食品、噪声。月底公示。监管、协同。", 0, 3, 0),
        ("摊主先登记再出摊。烟火、声响。城管每晚巡查。菜场、气味。月底公示。", 0, 0, 0),
        (
            "Stalls must register. night, market, fire, noise, food, permits. Officers walk round each evening.",
            0,
            1,
            0,
        ),
        ("夜市 消防 食品 噪声 治理 监管 协同 分类", 0, 1, 0),
        (OWN[:-1] + "烟火、声响、菜场、气味、灯光、路面、车位、招牌、雨棚、电线、纸箱、油桶", 0, 1, 0),
        (OWN[:-1] + "烟火、声响、菜场、气味、灯光、路面", 0, 0, 0),
        ("我们 想 知道 天黑 以后 摆摊 的 街上 怎样 少 出 事故 , 准备 跟着 城管 走 一个月 。", 0, 0, 0),
    ],
)
def test_suspect_sentences(text: str, pasted: int, listed: int, repeated: int) -> None:
    found = find(text)
    counts = (len(found.pasted), len(found.listed), len(found.repeated)) if found else (0, 0, 0)
    assert counts == (pasted, listed, repeated)


def test_the_rest_is_what_remains() -> None:
    text = OWN + "夜市、消防、食品、噪声、治理、监管、协同。" + "后面还有一句自己的话。"
    assert rest(text) == OWN + "后面还有一句自己的话。"


@pytest.mark.parametrize(
    ("text", "topic", "own"),
    [
        # A clause of one's own and one of the guide's in one sentence, in a few places, and by turns.
        ("跟着城管走一个月，记下每次险情，研究夜市消防、食品安全与噪声治理的协同监管机制。", 0, "跟着城管走一个月，记下每次险情，"),
        (
            "天黑以后研究夜市消防、走一个月，食品安全与噪声治理的记下每次险情，协同监管机制。画成一张地图，提出分类管理办法。",
            0,
            "天黑以后|走一个月，|记下每次险情，|画成一张地图，",
        ),
        (
            "We walk with the inspectors,examine passenger caps and a landing fee; note every incident.count crowds ashore.",
            2,
            "We walk with the inspectors,|note every incident.",
        ),
        # What is too short to look pasted goes with what does, and stays where nothing does.
        (
            "大家都问食品安全与噪声治理究竟该归哪个部门来管才好？研究夜市消防、食品安全与噪声治理的协同监管机制。",
            0,
            "大家都问|究竟该归哪个部门来管才好？",
        ),
        ("大家都问食品安全与噪声究竟该归哪个部门来管才好？", 0, "大家都问食品安全与噪声究竟该归哪个部门来管才好？"),
        # Own words for the guide's are no own words between them, and a word of the guide's is none of its text.
        ("研究夜市消防、食物安全与声响治理的协同监管办法，提出分类管理方案。", 0, ""),
        # Of another topic nothing is behind the answer.
        ("研究夜市消防、食品安全与噪声治理的协同监管机制。", 2, "研究夜市消防、食品安全与噪声治理的协同监管机制。"),
    ],
)  # fmt: skip
def test_own_words_between_those_of_the_guide_stay(text: str, topic: int, own: str) -> None:
    suspicion, made = Suspicion(GUIDE), content(Proposal("p", "", text))
    suspect = suspicion.find([made])[0]
    spans = suspicion.added(made, suspect, topic) if suspect else ()
    assert "|".join(part.passage.text.strip() for part in without(made, spans).kept) == own


@given(st.text(max_size=80))
def test_any_text_can_be_examined(text: str) -> None:
    assert len(rest(text)) <= len(text)
    assert all(" / " in note for note in caution.notes(text))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("创新券", "very short"),
        ("innovation vouchers", "very short"),
        ("创新券" + "\u200b" * 9 + "对小企业的作用到底怎样", "9 invisible"),
        ("Инновационные ваучеры для малых предприятий", "neither Chinese nor English"),
        ("中小企業のイノベーションクーポンについて", "neither Chinese nor English"),
        ("创新券对小企业的作用\ud800到底怎样", "1 characters are unreadable"),
        ("我想报第34个课题", "names a topic by its number"),
    ],
)
def test_notes(text: str, named: str) -> None:
    assert named in " ".join(caution.notes(text))


NUMBERS = [
    "课题6-53", "6-53", "第十二题", "方向1.1", "Topic A1", "请问课题12能报吗？", "编号6-53", "专题二", "报 4-31 可以吗", "34号",
    "I want to apply for topic 12",
]  # fmt: skip
SUBJECTS = [
    "5G专网",
    "C919",
    "H2",
    "碳14",
    "一带一路",
    "十四五",
    "2035",
    "3D打印",
    "第三方支付",
    "第二语言习得",
    "3-羟基丁酸",
    "topic models for law",
]


@pytest.mark.parametrize(("texts", "alone"), [(NUMBERS, True), (SUBJECTS, False)])
def test_the_number_of_a_topic_is_no_text_to_match(texts: list[str], alone: bool) -> None:
    assert [Engine.usable(Proposal("p", "", text)) for text in texts] == [not alone] * len(texts)
    assert Engine.usable(Proposal("p", "课题6-53", "创新券对小企业的作用"))


def test_ordinary_text_needs_no_note() -> None:
    assert caution.notes(OWN) == []


FUNDED = Proposal(
    "p", "", "想研究大学的成果在产业化早期怎样得到银行、基金和担保的融资服务，怎样建立专业服务队伍。"
)


@pytest.fixture(scope="module")
def before(tianjin: Engine) -> Match:
    """What is answered without an attack."""
    answer = tianjin.match(FUNDED)
    assert (answer.verdict, answer.topic_id, answer.warnings) == ("topic", "2-24", ())
    return answer


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_moves_no_confident_answer_silently(tianjin: Engine, before: Match, attack: str) -> None:
    """Appending the rival's text must not give a sure topic without a warning; what changed is said."""
    after = tianjin.match(attacked(FUNDED, ATTACKS[attack], tianjin.topics["2-04"]))
    close = after.verdict == "close" and (
        after.warnings or "without" in after.reason or f"{before.topic_id}" in after.reason
    )
    assert after.topic_id == before.topic_id or close or (after.verdict == "none" and after.warnings)


def test_a_moved_answer_names_both_topics(tianjin: Engine) -> None:
    after = tianjin.match(attacked(FUNDED, ATTACKS["title and contents"], tianjin.topics["2-04"]))
    assert after.verdict == "close"
    assert "2-24" in after.reason
    assert "2-04" in after.reason
    assert any("2-24" in warning for warning in after.warnings)
    assert after.office is None


@pytest.mark.parametrize("accident", ACCIDENTS)
@pytest.mark.parametrize("row", STRAY, ids=[row["id"] for row in STRAY])
def test_an_accident_changes_no_answer(row: dict[str, Any], accident: str) -> None:
    """What stands around a proposal asks for nothing: the same topic, as sure, with nothing said against it."""
    opened = engine(row["guide"])
    abstract = ACCIDENTS[accident](row["abstract"], opened.guide.topics)
    match = opened.match(Proposal(row["id"], row["title"], abstract))
    assert (match.verdict, match.topic_id, match.warnings) == ("topic", row["relevant"][0], ())


def test_an_opening_beside_what_the_guide_says_makes_no_doubt() -> None:
    """What is left without the guide's own words is then the opening alone, which asks for nothing."""
    opening = (
        "随着社会经济的快速发展和生活方式的深刻变化，慢性病负担不断加重，环境污染问题日益突出，食品安全备受关注，公共卫生体系建设任务艰巨。"
        "国家先后出台一系列政策文件。"
    )
    text = (
        "本项目采集中小学生语音、表情和手环数据，建立抑郁焦虑识别模型，并在学校、家庭、医院之间实施分级干预。"
    )
    lakeside = Engine.open(data_file("guides/lakeside-2024-health-environment.txt"), encoder=FAST)
    match = lakeside.match(Proposal("p", "学生抑郁筛查与分级干预", f"{opening}\n{text}"))
    assert (match.verdict, match.topic_id, match.warnings) == ("topic", "2-16", ())

"""What is a topic by the meaning of lines, where their layout tells little (matcher/guide/tagger, training/guide_tagger.py)."""

from __future__ import annotations

from random import Random

import numpy as np
import torch

from matcher.guide.opened import opened
from matcher.guide.reading import parse_document
from matcher.guide.tagger.by_meaning import read_by_meaning, tagged_of
from matcher.guide.tagger.network import TaggerNetwork
from matcher.guide.tagger.segments import STOP, segments_of
from matcher.guide.tagger.titles import Tagged
from matcher.guide.text.blocks import Unit
from matcher.readers import Document
from training.guide_relaid import Relaid
from training.guide_tagger import Network, batch_of, labelled

ARTICLES = """明德智库2027年度“青年学者”委托研究的说明

第一章 委托方向

第一条 养老金并轨后的代际负担。重点测算不同延迟退休方案下各出生队列的净收益。
第二条 地方债务置换的激励相容问题。
第三条 超大城市通勤时间的福利损失。可使用手机信令数据，本库提供接口。
第四条 数据要素收益分配的国际比较。比较三种以上分配方案，给出立法建议。

第二章 受托人条件

第五条 年龄不超过40周岁，具有博士学位。
第六条 同一受托人每年承担一个方向。
"""

BEHIND = """云州市社会科学界联合会2027年度课题申报公告

申报者须在下列选题中择一申报，不得改变主旨。

当前，我市开发区普遍面临用地指标紧、存量低效用地多的困难，需要弄清家底、分类施策。（选题1：开发区低效用地再开发的路径与政策）

我市常住人口连续四年净流出，人口流动的结构、动因需要作出有数据支撑的判断。（选题2：云州人口流动趋势及应对）

老城区的“三街九巷”在城市更新中保护了形，却少了烟火气，值得深入研究。（选题3：历史街区活化利用与居民生活延续）

随着高铁云州东站的建成，站城关系需要重新谋划。（选题4：高铁枢纽经济与东部新城发展）

基层反映，报表多、群多、检查多的问题有反弹苗头。（选题5：整治形式主义为基层减负的长效机制）

三、申报要求

1. 课题负责人应具有副高级以上职称。
2. 每人限报1项，参与不超过2项。
3. 在研市级社科课题未结项者不得申报。
"""


def units_of(text: str) -> list[Unit]:
    return opened(Document("guide", tuple(text.split("\n")))).units


def test_segments_are_parted_at_marks_stops_and_gaps() -> None:
    units = units_of(
        "选题征集\n（选题1：开发区低效用地再开发；政策）\n课题甲  光伏电站沙尘损失预报 | 4479018"
    )
    segments = segments_of(units)
    assert [units[s.unit].text[s.start : s.end] for s in segments[1:]] == [
        "选题1", "开发区低效用地再开发", "政策", "课题甲", "光伏电站沙尘损失预报", "4479018",
    ]  # fmt: skip
    assert [(s.before, s.behind) for s in segments[1:4]] == [
        (STOP["("], STOP[":"]), (STOP[":"], STOP[";"]), (STOP[";"], STOP[")"]),
    ]  # fmt: skip
    assert [(s.place, s.parts) for s in segments[1:4]] == [(0, 3), (1, 3), (2, 3)]


def test_the_network_computes_as_it_was_learnt() -> None:
    call = labelled(
        "", 1.0, units_of(ARTICLES), ["养老金并轨后的代际负担", "地方债务置换的激励相容问题"], set()
    )
    torch.manual_seed(1)
    signs = call.signs
    letters = sorted({*signs.characters.ravel().tolist()})[::2]
    network = Network(letters, signs.vectors.shape[1], signs.numbers.shape[1]).eval()
    read, _ = batch_of(network, [call])
    with torch.no_grad():
        wanted = torch.softmax(network(*read), -1)[0].numpy()
    likely = TaggerNetwork(network.tensors()).probabilities(signs)
    assert likely.shape == (len(call.segments), 3)
    assert np.abs(likely - wanted).max() < 2e-3, "the weights are kept in 16 bits"
    assert call.complete
    assert [call.segments[at].start for at in np.flatnonzero(call.tags).tolist()] == [4, 4]


def test_titles_stand_in_lines_alike_and_end_alike() -> None:
    units = units_of("题\n（1）水稻育种：抗病\n（2）小麦育种：抗旱\n（3）玉米育种：高产\n要求：高级职称")
    segments = segments_of(units)
    texts = [units[s.unit].text[s.start : s.end] for s in segments]
    begins = {"水稻育种": 0.9, "小麦育种": 0.3, "玉米育种": 0.9}
    likely = np.array(
        [[1 - begins.get(t, 0.01), begins.get(t, 0.01), 0.45 * (t in "抗病抗旱高产")] for t in texts]
    )
    tagged = Tagged(units, segments, likely)
    titles = tagged.ended(tagged.beginnings())
    assert [tagged.text(*title) for title in titles] == ["水稻育种", "小麦育种", "玉米育种"]
    assert tagged.score(titles) > tagged.score(titles[:2])


def test_an_unusual_list_is_read_by_meaning_and_says_so() -> None:
    guide = parse_document(Document("guide", tuple(BEHIND.split("\n"))))
    assert [topic.title for topic in guide.topics] == [
        "开发区低效用地再开发的路径与政策", "云州人口流动趋势及应对", "历史街区活化利用与居民生活延续", "高铁枢纽经济与东部新城发展",
        "整治形式主义为基层减负的长效机制",
    ]  # fmt: skip
    assert "按各行的意思" in guide.findings[0].zh
    assert "人口流动的结构" in guide.topics[1].content
    assert "城市更新" not in guide.topics[1].content


def test_what_is_too_long_or_holds_hardly_a_title_is_left_alone() -> None:
    lines = "\n".join(f"第{n}行 说明" for n in range(3000))
    assert tagged_of(units_of(lines), set()) is None
    assert tagged_of([], set()) is None
    tagged = tagged_of(units_of("会议室使用登记\n请于周五前归还钥匙。"), set())
    assert tagged is not None
    assert read_by_meaning(tagged, [], titled=False) is None


def test_a_call_in_another_layout_keeps_its_titles() -> None:
    lines = [unit.text for unit in units_of(ARTICLES)]
    titles = {
        at: [(4, line.find("。"))]
        for at, line in enumerate(lines)
        if line[:3] in ("第一条", "第二条", "第三条")
    }
    wanted = [lines[at][slice(*spans[0])] for at, spans in titles.items()]
    for seed in range(40):
        relaid = Relaid(lines, titles, Random(seed)).lines()
        assert [line[a:b] for line, spans in relaid for a, b in spans] == wanted, seed

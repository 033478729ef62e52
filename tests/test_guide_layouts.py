"""Layouts written by hand, unlike those of the generator: read rightly, in every format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from zlib import crc32

import pytest

from matcher import settings
from matcher.errors import GuideError
from matcher.guide import read_guide
from matcher.guide.checks.findings import inner_lists
from matcher.guide.prior import Draft
from matcher.guide.reading import parse_document
from matcher.guide.regression import shipped_regression
from matcher.guide.text.joins import signs_of
from matcher.guide.text.lines import page_of
from matcher.readers import Document
from matcher.readers.blocks import Paragraph
from matcher.readers.document import read_document
from matcher.types import Guide
from tests.bench_doubts import reading
from tests.conftest import named, none_wrong
from tests.disturbed_layouts import disturbed
from tests.layout_cases import FOLDER, Case, by_file, cases, faults, write

CASES = cases()
FILES = by_file(CASES)
# Cases that are still read wrongly; a name here that is read rightly fails, so that a mend is noticed.
KNOWN = (FOLDER / "known-failures").read_text("utf-8").split()
TEXTS = [case for case in CASES if case.suffix == "txt" and case.rows and case.name not in KNOWN]
RIGHT = (
    "2029年度课题指南|1.村集体收入构成研究|2.宅基地退出补偿研究|3.老旧小区物业自管研究|4.夜间公交线网调整研究"
)
COUNTED = (
    "2029年度课题指南|本年度共设{all}个课题。|一、重点课题（{section}项）|（一）农村|1.村集体收入构成研究|2.宅基地退出补偿研究"
    "|（二）城市|3.老旧小区物业自管研究|4.夜间公交线网调整研究|二、一般课题（2项）|5.社区菜场摊位轮换研究|6.家庭医生续签意愿研究"
)


Readings = Callable[[Case], Guide | GuideError]


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> Readings:
    """Each case as its guide, or why it is none, read once."""
    folder = tmp_path_factory.mktemp("layouts")

    @cache
    def read(case: Case) -> Guide | GuideError:
        with named(case.name):
            try:
                return read_guide(write(case, folder))
            except GuideError as error:
                return error

    return read


def _wrong(read: Guide | GuideError, case: Case) -> list[str]:
    """What is wrong with the reading of a case."""
    if not case.rows:
        return [] if isinstance(read, GuideError) and "\n" not in str(read) else [f"no guide, read as {read}"]
    return [str(read)] if isinstance(read, GuideError) else faults(case, read)


@pytest.mark.parametrize("file", FILES)
def test_layouts(readings: Readings, file: str) -> None:
    none_wrong({case.name: _wrong(readings(case), case) for case in FILES[file] if case.name not in KNOWN})


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_known_failures(readings: Readings, name: str) -> None:
    (case,) = (case for case in CASES if case.name == name)
    assert _wrong(readings(case), case) == []


def _as_text(document: Document) -> Document:
    """A document without its hash; of nothing but paragraphs in one block, as a text has it."""
    texts = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    blocks = (Paragraph("\n".join(texts), 1),) if len(texts) == len(document.blocks) else document.blocks
    return replace(document, blocks=blocks, sha256="")


@pytest.mark.parametrize(("suffix", "share"), [("docx", 0.97), ("html", 0.95), ("pdf", 0.91)])
def test_texts_in_other_formats(suffix: str, share: float, tmp_path: Path) -> None:
    """The same text as paragraphs of Word and HTML, and as lines of a PDF broken by the page under a running head."""
    right = 0
    # A fifth is enough to see a format lose something; by name, so that a new case leaves the rest of it as it was.
    some = [case for case in TEXTS if crc32(case.name.encode()) % 5 == 0]
    if suffix == "pdf":  # whose font has no such point
        some = [case for case in some if not any("·" in line for line in case.lines)]
    for n, case in enumerate(some):
        document = read_document(write(case, tmp_path, suffix))
        # What gives the text line for line is read as the text is, by test_layouts: a few are enough to see that.
        if n % 4 and _as_text(document) == _as_text(read_document(write(case, tmp_path))):
            right += 1
            continue
        try:
            right += not faults(case, parse_document(document))
        except GuideError:
            continue
    assert right >= share * len(some)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name in KNOWN and case.rows], ids=lambda case: case.name
)
def test_wrong_readings_are_said(readings: Readings, case: Case) -> None:
    """A case that is still read wrongly is refused, or its guide says that something is to be checked."""
    guide = readings(case)
    assert isinstance(guide, GuideError) or guide.findings


def test_disturbed_layouts_are_hardly_wrong_in_silence(tmp_path: Path) -> None:
    """One change to a right case: the guide is read rightly still, refused, or said to be doubtful."""
    outcomes = [reading(changed, tmp_path)[0] for case in TEXTS[4::12] for _, changed in disturbed(case)]
    assert len(outcomes) > 80
    assert outcomes.count("silent") <= 0.05 * len(outcomes)
    assert outcomes.count("exact") >= 0.5 * len(outcomes)


@pytest.mark.parametrize(
    ("lines", "part"),
    [
        # The fifth line runs into the notice below it: it is no topic, and that is said.
        (
            "2027年课题招标公告|招标课题如下：|1、婚俗改革成效评估|2、慈善信托备案监管|3、儿童福利机构转型"
            "|4、乡镇政府服务能力评价|5、公益金绩效（规划财务处，86401145）投标单位应具有相关研究经验。",
            "有一行没有读作课题",
        ),
        # A heading that a list of titles does not tell from a description.
        (
            "2027年开放课题指南|一、课题方向|1．海水中氚的快速富集|2．气溶胶无人值守测量|▲废物处理类"
            "|3．高放废液陶瓷固化|4．含铯树脂热态压实|5．有机废液超临界氧化",
            "它可能是类别",
        ),
        (
            "2027年科技惠民项目申报指南|一、重点人群健康惠民示范：儿童青少年近视防控智能监测；老年骨质疏松社区筛查和干预；家庭医生签约慢病管理。"
            "|二、城市公共安全惠民示范：老旧住宅电梯隐患智能识别；液化气瓶全程追溯监管技术；校园食品安全现场快检。",
            "课题之下只有清单",
        ),
        # A line among the topics, one that goes on below them, a title with a rule's words, half a bracket, a phone without its end.
        (
            RIGHT.replace("|3.", "|资助金额5万元。|公园夜间照明研究|3."),
            "清单中间有 1 行没有读作课题或类别（如第 5 行",
        ),
        (RIGHT + "|二、说明|5.家庭医生续签意愿研究", "没有读作课题的第 7 行起有 1 行也像课题"),
        (
            RIGHT.replace("老旧小区物业自管研究", "申报人不得调整题目"),
            "1-03 的标题“申报人不得调整题目”带有申报规定的用语",
        ),
        (RIGHT.replace("物业自管研究", "（物业自管研究"), "1-03 的标题可能不完整"),
        (
            "2029年度课题指南|1.村集体收入研究|处室：农村处 66010001|2.退出补偿研究|处室：土地处 6601|3.物业自管研究|处室：城市处 66010003",
            "1-02 的电话“6601”太短",
        ),
        # One title below the second of two headings, and a phone that every topic has.
        (
            "2031年民生科技指南|一、公共安全|1. 地下管廊积水的无人巡检|2. 老旧小区燃气立管泄漏定位|二、人口健康|3. 社区尿酸偏高人群的膳食干预",
            "按各行的意思判断",
        ),
        (RIGHT + "|咨询：社会发展科 0535-6650", "的电话“0535-6650”太短"),
        # The file ends with a heading, or with a topic that has less than all others.
        (
            "2029年度课题指南|一、农村|1.村集体收入构成研究|2.宅基地退出补偿研究|二、城市|3.夜间公交线网调整研究|三、海岛",
            "文件在第 7 行的类别“三、海岛”处结束",
        ),
        (
            "2029年度课题指南|1.村集体收入|研究内容：收入的构成。|考核指标：报告1份。|2.退出补偿|研究内容：补偿的标准。|考核指标：报告1份。"
            "|3.物业自管|研究内容：自管的成本。",
            "文件在 1-03 处结束，而它没有其他课题都有的“考核指标”",
        ),
        # The last line runs into the notice.
        (RIGHT + "|5.家庭医生续签意愿研究 请于5月底前报送学会秘书处（电话：8096123）。", "可能没有读对"),
        # A desk's name that a line's end parts.
        (
            "2029年度课题指南|1.村集体收入研究|2.退出补偿研究|3.物业自管研究|申报书请寄送至省社会科学界联合会科研规|划处 0871-65300011",
            "处室或电话“划处”可能在换行处断开",
        ),
        (
            "2034年课题指南|1.壁画酥碱病害识别|2.洞窟微环境监测|联系电话：0931-8866001",
            "写有处室或电话却未用上",
        ),
        # Two persons, of whom nothing says which topics they answer for.
        (
            "2034年课题指南|1.壁画酥碱病害识别|2.洞窟微环境监测|联系方式|河西 沈洁 0931-8866001|陇东 韩川 0931-8866002",
            "第 5 行“河西 沈洁 0931-8866001”、第 6 行“陇东",
        ),
        # Houses with which topics are agreed, and no topics.
        (
            "2034年开放课题申报通知|面向社会征集开放课题的实验室：|1.水工安全省重点实验室（江州水利学院）|2.动物疫病省重点实验室（江州农业大学）"
            "|3.岩土工程省重点实验室（江州设计研究院）",
            "等 3 个标题都是单位名称",
        ),
        # A heading counts what stands below its inner headings too.
        (COUNTED.format(all=8, section=4), "第 2 行（“本年度共设8个课题。”）说有 8 个，读到 6 个"),
        (COUNTED.format(all=6, section=5), "第 3 行（“一、重点课题（5项）”）说有 5 个，读到 4 个"),
    ],
)
def test_findings_of_doubtful_lines(lines: str, part: str) -> None:
    guide = parse_document(Document("guide", tuple(lines.split("|"))))
    assert any(part in finding for finding in guide.findings)


def test_a_house_to_be_built_is_no_finding() -> None:
    named = ("深海装备联合实验室", "合成生物中试研究院", "智能网联汽车研究院")
    built = [f"{at}.{title}|建设内容：建设公共的试验平台。" for at, title in enumerate(named, 1)]
    guide = parse_document(Document("guide", tuple("|".join(["2034年平台建设指南", *built]).split("|"))))
    assert [topic.title for topic in guide.topics] == list(named)
    assert not any("单位名称" in finding for finding in guide.findings)


def test_a_table_without_a_head_that_names_houses_is_a_finding(tmp_path: Path) -> None:
    topics = ("T 序号|研究方向|主要内容", "T 1|盐碱农田的灌排协同|比较改良剂。", "T 2|大豆密植|测量株型。")
    winners = (
        "T 1|稻田甲烷减排研究|北江大学|赵刚",
        "T 2|玉米脱水研究|北江农业大学|钱秀",
        "T 3|红松结实研究|北江林业大学|孙志",
    )
    lines = ("P 2033年度基金重点方向", *topics, "P ", *winners)
    guide = read_guide(write(Case("winners", "docx", lines, ()), tmp_path))
    assert any("有一栏都是单位名称（如“北江大学”）" in finding for finding in guide.findings)


def test_a_table_of_desks_that_serves_no_topic_is_a_finding() -> None:
    desks = ("序号 | 部门 | 电话", "1 | 石窟处 | 0931-8866001", "2 | 环境处 | 0931-8866002")
    lines = ("2034年课题指南", "1.壁画酥碱病害识别", "2.洞窟微环境监测", "3.旧城消防通道研究", *desks)
    guide = parse_document(Document("guide", lines))
    assert [t.office for t in guide.topics] == [None] * 3
    assert any("第 6 行“1 | 石窟处 | 0931-8866001”" in finding for finding in guide.findings)


@pytest.mark.parametrize(
    ("lines", "part"),
    [
        (
            "2029年度课题指南|1.村集体收入|研究内容：收入的构成。|考核指标：报告1份。|2.退出补偿|研究内容：补偿的标准。|考核指标：报告1份。"
            "|3.自由探索类|研究内容：不限方向。",
            "后面的内容可能缺失",
        ),
        (
            "2029年度课题指南|1.湿地鸟类科普课程|联系电话：022-58830001|2.滨海盐生植物展览|3.科普法规短片|监督电话：022-58839999|财务电话：022-58838888",
            "却未用上",
        ),
        # A count and its measure above a desk, a page's number below a phone.
        (
            "2029年度课题指南|1.边坡监测技术|预期成果：装备2套|2.拉索损伤识别|预期成果：样机1台"
            "|3.照明节能控制|预期成果：专著1部|省社科联规划处 0871-65300011",
            "换行处断开",
        ),
        (
            "2029年度课题指南|1.村集体收入研究|处室：农村处 0731-88988001|2.退出补偿研究|处室：土地处 0731-88988002"
            "|3.物业自管研究|处室：城市处 0731-88988003|5",
            "换行处断开",
        ),
        # Codes of several letters below one heading, a last row without a remark, a phone beside those of persons.
        (
            "2029年开放基金指南|一、资助方向|A01 人工林碳汇计量与监测|A02 林火蔓延机理与阻隔|B01 油茶炭疽病早期诊断",
            "可能没有读对",
        ),
        (
            "序号\t课题名称\t主要内容\t备注|1\t公交线网优化\t研究接驳线路\t限报2项|2\t慢行系统连通\t研究断点治理\t限报1项"
            "|3\t停车资源共享\t研究错时停车",
            "中断",
        ),
        (
            "技术需求榜单|1. 高温合金叶片激光修复|联系人：赵工 13609110011|2. 真空泵油气分离|电话：13609110013"
            "|3. 氢气瓶阀密封材料|联系人：孙工 13609110014",
            "没有处室的课题",
        ),
        (
            "2029年度课题指南|1.海上风电柔性直流送出|2.深水导管架疲劳监测|3.海缆故障快速定位|业务咨询：高新处 0531-66777001"
            "|形式审查：行政审批处 0531-66777002|技术支持：省科技信息研究院 0531-66777003",
            "省科技信息研究院",
        ),
        # A phone and its fax are one desk, an account is none.
        (
            "2029年度课题指南|1.海上风电柔性直流送出|2.深水导管架疲劳监测|3.海缆故障快速定位"
            "|开户行账号：6222 0213 4455 7788|沈洁 0931-8866001 传真：0931-8866002",
            "却未用上",
        ),
    ],
)
def test_no_finding_on_what_is_rightly_so(lines: str, part: str) -> None:
    guide = parse_document(Document("guide", tuple(lines.split("|"))))
    assert len(guide.topics) == 3
    assert not any(part in finding for finding in guide.findings)


@pytest.mark.parametrize(
    ("name", "count"),
    # The name of the second worksheet heads its topics; the topics of an older edition are no missing ones.
    [("s-two-sheets", 0), ("older-edition-behind-its-city", 1), ("previous-call-below", 1)],
)
def test_findings_of_what_is_rightly_so(readings: Readings, name: str, count: int) -> None:
    guide = readings(next(case for case in CASES if case.name == name))
    assert isinstance(guide, Guide)
    assert len(guide.findings) == count


def test_nothing_is_said_of_topics_that_are_as_many_as_announced() -> None:
    for lines in (RIGHT, COUNTED.format(all=6, section=4)):
        assert parse_document(Document("guide", tuple(lines.split("|")))).findings == ()


def test_the_numbers_of_joined_lines_are_of_what_is_seen_of_them() -> None:
    lines = tuple(RIGHT.split("|"))
    page = page_of(list(enumerate(lines, 1)), Document("guide", lines))
    weights = shipped_regression(settings.file("guide.joins.weights")).weights
    assert all(signs_of(page, at).keys() == weights.keys() for at in range(len(lines) - 1))


def test_topics_that_hold_items_with_a_sentence_below_may_be_sections() -> None:
    """The items of such topics are likelier what one applies under; parts named more shortly than the topic are its own."""
    named = Draft("", 1, 1, "水工结构安全", (1, 5))
    named.contents = ["①老旧水闸混凝土碳化冻融劣化", "提出剩余寿命预测方法。", "②土石坝渗漏反演。"]
    parts = Draft("", 1, 2, "老旧水闸混凝土碳化冻融劣化", (1, 5))
    parts.contents = ["①取芯试验", "提出剩余寿命预测方法。", "②现场验证。"]
    assert [len([*inner_lists([draft])]) for draft in (named, parts)] == [1, 0]

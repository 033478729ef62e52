"""A guide out to a workbook or JSON and back: the same ids, sections, offices and sources; mended guides are used."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from matcher.errors import GuideError
from matcher.guide import mending, read_guide, serial, to_json, write_workbook
from matcher.message import Message
from matcher.segment import fold
from matcher.types import AuditLine, Guide, Office, OfficeSource, Topic

pytestmark = pytest.mark.usefixtures("guides_read_once")

TIANJIN = Path(__file__).parent.parent / "data" / "guides" / "tianjin-2021-soft-science.txt"

TEXT = st.text(max_size=30).filter(
    lambda t: "\r" not in t and "\ud800" not in t and all(not 0xD800 <= ord(c) < 0xE000 for c in t)
)
NAME = TEXT.filter(lambda t: bool(t.strip()))
TITLE = TEXT.filter(lambda t: bool(fold(t).strip()))
SOURCES: tuple[OfficeSource, ...] = ("stated", "group", "section", "list")
OFFICE = st.one_of(st.none(), st.builds(Office, NAME, TEXT, TEXT, TEXT))


@st.composite
def guides(draw: st.DrawFn) -> Guide:
    """A guide with any texts in it, as a reader could have made it."""
    topics: list[Topic] = []
    for section in range(1, draw(st.integers(1, 3)) + 1):
        name = draw(TEXT)
        for number in sorted(draw(st.sets(st.integers(1, 130), min_size=1, max_size=4))):
            office = draw(OFFICE)
            source: OfficeSource = "none"
            if office is not None:
                source = draw(st.sampled_from(SOURCES))
            slots = draw(st.dictionaries(st.sampled_from(serial.SLOT_NAMES), NAME, max_size=3))
            topics.append(
                Topic(
                    f"{section}-{number:02d}", name, number, draw(TITLE), draw(TEXT), office, source, (1, draw(st.integers(1, 9))),
                    draw(TEXT), tuple(sorted(slots.items())),
                )
            )  # fmt: skip
    audit = tuple(AuditLine(n, "unread", draw(NAME)) for n in range(1, draw(st.integers(0, 3)) + 1))
    return Guide(
        draw(NAME),
        draw(NAME),
        tuple(topics),
        audit,
        tuple(Message(text, text) for text in draw(st.lists(NAME, max_size=2))),
        "",
    )


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(guide=guides())
def test_json_and_a_workbook_come_back_unchanged(tmp_path: Path, guide: Guide) -> None:
    again = serial.loads(serial.as_bytes(guide), "g", "")
    assert again is not None
    assert to_json(again) == to_json(guide)
    write_workbook(guide, tmp_path / "g.xlsx")
    assert to_json(replace(read_guide(tmp_path / "g.xlsx"), sha256="")) == to_json(guide)


@pytest.mark.parametrize("hidden", ["", "\u200b", "\xad", "\ue000", " "])
def test_a_title_that_begins_like_a_formula_is_a_text_even_when_its_cell_is_edited(
    tmp_path: Path, hidden: str
) -> None:
    """A spreadsheet takes a string that begins with = for a formula once its cell was edited, unless it is quoted."""
    topic = Topic(
        "1-01", "", 1, hidden + '=HYPERLINK("http://e")', "-1+2", Office("@某处", "1"), "stated", (1, 1)
    )
    write_workbook(Guide("g", "g", (topic,), (), (), ""), tmp_path / "g.xlsx")
    rows = load_workbook(tmp_path / "g.xlsx")["课题 topics"].iter_rows()
    quoted = [(cell.value, cell.data_type) for row in rows for cell in row if cell.quotePrefix]
    assert [kind for _, kind in quoted] == ["s"] * 3
    assert [value[-4:] for value, _ in quoted] == ['/e")', "-1+2", "@某处"]


def test_a_text_longer_than_a_cell_comes_back(tmp_path: Path) -> None:
    topic = Topic("1-01", "", 1, "长", "=长文\n" * 20_000, None, "none", (1, 1))
    write_workbook(Guide("g", "g", (topic,), (), (), ""), tmp_path / "g.xlsx")
    assert read_guide(tmp_path / "g.xlsx").topics == (topic,)


def test_the_tianjin_guide_round_trips(tmp_path: Path) -> None:
    guide = read_guide(TIANJIN)
    write_workbook(guide, tmp_path / "g.xlsx")
    (tmp_path / "g.json").write_text(json.dumps(to_json(guide), ensure_ascii=False), encoding="utf-8")
    for name in ("g.xlsx", "g.json"):
        again = read_guide(tmp_path / name)
        assert (again.id, again.title, again.topics, again.audit, again.findings) == (
            guide.id, guide.title, guide.topics, guide.audit, guide.findings,
        )  # fmt: skip


def test_the_slots_of_a_topic_round_trip_in_their_order(tmp_path: Path) -> None:
    topic = "方向{0}：技术{0}\n研究内容：研究{0}。\n考核指标：{0}项。\n经费：{0}0万元。\n"
    text = "申报指南\n" + topic.format(1) + topic.format(2)
    (tmp_path / "g.txt").write_text(text, encoding="utf-8")
    guide = read_guide(tmp_path / "g.txt")
    write_workbook(guide, tmp_path / "g.xlsx")
    assert [name for name, _ in guide.topics[0].slots] == ["budget", "indicators"]
    assert read_guide(tmp_path / "g.xlsx").topics == guide.topics


def test_edits_in_the_workbook_are_read(tmp_path: Path) -> None:
    write_workbook(read_guide(TIANJIN), tmp_path / "g.xlsx")
    book = load_workbook(tmp_path / "g.xlsx")
    sheet = book["课题 topics"]
    names = [cell.value for cell in sheet[1]]
    # Workbooks of before are read back by these.
    assert book.sheetnames == ["课题 topics", "未读的行 unread", "指南 guide"]
    assert names == [
        "编号 id", "原编码 code", "类别 section", "序号 number", "课题名称 title", "研究内容 content", "对接处室 office",
        "电话 phone", "联系人 person", "邮箱 email", "处室来源 source", "起止行 lines", "考核指标 indicators", "支持方式 support",
        "经费 budget", "期限 duration", "条件 conditions", "其他 other",
    ]  # fmt: skip
    sheet.cell(2, names.index("序号 number") + 1).value = 40  # renumbered: the id follows
    sheet.cell(3, names.index("对接处室 office") + 1).value = "新处"
    sheet.delete_rows(4)
    sheet.append(["", "", "一般项目", 30, "新增课题研究", "内容", "新处", "58830000"])
    book.save(tmp_path / "g.xlsx")
    guide = read_guide(tmp_path / "g.xlsx")
    assert guide.topics[0].id == "1-40"
    assert guide.topics[1].office == Office("新处", "58832991")
    assert "1-03" not in {t.id for t in guide.topics}
    assert (guide.topics[-1].id, guide.topics[-1].section, guide.topics[-1].office_source) == (
        "2-30",
        "一般项目",
        "stated",
    )
    assert any("由人工填写处室的课题：1-02、2-30。" in finding for finding in guide.findings)


@pytest.mark.parametrize("way", ["page", "workbook"])
def test_an_edited_office_is_said_to_be_written_by_hand(way: str, tmp_path: Path) -> None:
    guide = read_guide(TIANJIN)
    grouped = next(i for i, t in enumerate(guide.topics) if t.office_source == "group")
    records = [serial.topic_record(t) for t in guide.topics]
    records[grouped]["对接处室 office"] = "新处"
    if way == "page":
        mended = serial.from_records(records, guide, "tianjin")
        again = serial.from_records([serial.topic_record(t) for t in mended.topics], mended, "tianjin")
        assert again.findings == mended.findings
    else:
        write_workbook(guide, tmp_path / "g.xlsx")
        book = load_workbook(tmp_path / "g.xlsx")
        names = [cell.value for cell in book["课题 topics"][1]]
        book["课题 topics"].cell(grouped + 2, names.index("对接处室 office") + 1).value = "新处"
        book.save(tmp_path / "g.xlsx")
        mended = read_guide(tmp_path / "g.xlsx")
    changed = guide.topics[grouped].id
    assert mended.topics[grouped].office_source == "stated"
    assert [t for t in mended.topics if t.id != changed] == [t for t in guide.topics if t.id != changed]
    assert f"由人工填写处室的课题：{changed}。" in str(mended.findings[-1])


def test_a_repeated_number_is_named(tmp_path: Path) -> None:
    write_workbook(read_guide(TIANJIN), tmp_path / "g.xlsx")
    book = load_workbook(tmp_path / "g.xlsx")
    book["课题 topics"].cell(2, 4).value = 2
    book.save(tmp_path / "g.xlsx")
    with pytest.raises(GuideError, match="1-02"):
        read_guide(tmp_path / "g.xlsx")


@pytest.mark.parametrize("title", ["", "  ", "\u200b\ufeff"])
def test_a_title_that_nobody_sees_is_named(title: str) -> None:
    guide = read_guide(TIANJIN)
    records = [serial.topic_record(t) for t in guide.topics]
    records[1]["课题名称 title"] = title
    with pytest.raises(GuideError, match="Topic 2 of a guide has no title"):
        serial.from_records(records, guide, "a guide")


def test_a_mended_guide_is_used_in_place_of_its_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    raw = TIANJIN.read_bytes()
    guide = read_guide(TIANJIN)
    records = [serial.topic_record(t) for t in guide.topics]
    records[0]["课题名称 title"] = "改过的标题"
    mended = serial.from_records(records, guide, "tianjin")
    mending.save(mended, raw, ".txt")
    again = read_guide(TIANJIN)
    assert again.topics[0].title == "改过的标题"
    assert again.topics[1:] == guide.topics[1:]
    assert "修订稿" in again.findings[0]
    mending.forget(sha256(raw).hexdigest())
    assert read_guide(TIANJIN).topics == guide.topics


def test_split_merge_and_renumber() -> None:
    def topic(number: int, lines: tuple[int, int], content: str) -> Topic:
        return Topic(f"1-{number:02d}", "", number, f"题{number}", content, None, "none", lines)

    audit = tuple(
        AuditLine(n, "content", t)
        for n, t in enumerate(("1.题1", "研究内容：甲", "2.题二", "研究内容：乙"), 1)
    )
    topics = (topic(1, (1, 4), "甲\n2.题二\n乙"), topic(4, (5, 5), ""))
    cut = mending.split(topics, 0, 3, audit)
    assert [(t.id, t.title, t.content, t.lines) for t in cut] == [
        ("1-01", "题1", "甲", (1, 2)), ("1-05", "题二", "乙", (3, 4)), ("1-04", "题4", "", (5, 5)),
    ]  # fmt: skip
    assert [t.id for t in mending.renumber(cut)] == ["1-01", "1-02", "1-03"]
    joined = mending.merge(cut, 0)
    assert (len(joined), joined[0].content, joined[0].lines) == (2, "甲\n题二\n乙", (1, 4))
    with pytest.raises(GuideError):
        mending.split(topics, 0, 9, audit)
    with pytest.raises(GuideError):
        mending.merge(topics, 1)

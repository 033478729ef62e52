"""Guides as agencies write them, with their right reading, and guides of random layout: how many are exact."""

from __future__ import annotations

import json
import re
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from matcher.errors import GuideError, MatcherError
from matcher.guide import read_guide
from matcher.guide.reading import parse_document
from matcher.readers import Document
from matcher.types import Guide
from tests.guide_layouts import Layout, generate

CASES = sorted((Path(__file__).parent / "cases" / "notices").glob("*.expected.json"))
# Seeds that were not looked at while the reader was made.
SEEDS = range(70_000, 70_100)
# What only a reader of PDF pages that knows columns and tables without rules can give.
LAID_OUT = ("two-columns-of-text", "table-without-rules")
Row = tuple[str, int, str, tuple[str, str] | None]


def rows(guide: Guide) -> list[Row]:
    return [
        (t.section, t.number, t.title, (t.office.name, t.office.phone) if t.office else None)
        for t in guide.topics
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.removesuffix(".expected.json"))
def test_notices(case: Path) -> None:
    name = case.name.removesuffix(".expected.json")
    if name in LAID_OUT and find_spec("matcher.readers") is None:
        pytest.skip("the reader of PDF pages gives no columns yet")
    file = next(p for p in case.parent.glob(f"{name}.*") if not p.name.endswith(".expected.json"))
    expected = json.loads(case.read_text(encoding="utf-8"))
    if expected.get("error"):
        with pytest.raises(GuideError) as caught:
            read_guide(file)
        assert "\n" not in str(caught.value)
        return
    guide = read_guide(file)
    found = rows(guide)
    wanted = expected["topics"]
    assert [f[2] for f in found] == [w["title"] for w in wanted]
    assert [f[3] for f in found] == [
        w["office"] and (w["office"]["name"], w["office"]["phone"]) for w in wanted
    ]
    assert [f[1] if w["number"] else None for f, w in zip(found, wanted, strict=True)] == [
        w["number"] for w in wanted
    ]
    assert [f[0] if w["section"] is not None else None for f, w in zip(found, wanted, strict=True)] == [
        w["section"] for w in wanted
    ]
    for topic, w in zip(guide.topics, wanted, strict=True):
        assert topic.content == w.get("content", topic.content)
        assert topic.code == w.get("code", topic.code)
        assert topic.office_source == w.get("office_source", topic.office_source)
    for part in expected.get("findings", ()):
        assert any(part in finding for finding in guide.findings), part
    if "findings" in expected:
        assert bool(guide.findings) == bool(expected["findings"])


def exact(guide: Guide, layout: Layout) -> bool:
    """Whether titles, numbers, sections and offices are those that the layout was written with."""
    wanted = layout.wanted
    return len(guide.topics) == len(wanted) and all(
        (f[0], f[2], f[3]) == (w.section, w.title, w.office) and w.number in (None, f[1])
        for f, w in zip(rows(guide), wanted, strict=True)
    )


def test_generated_guides_are_read_exactly_or_said_not_to_be() -> None:
    right, silent = 0, []
    for seed in SEEDS:
        layout = generate(seed)
        try:
            guide = parse_document(layout.document)
        except GuideError:
            continue
        if exact(guide, layout):
            right += 1
        elif not guide.findings:
            silent.append(seed)
    assert right >= 0.95 * len(SEEDS)
    assert len(silent) <= 0.02 * len(SEEDS), silent


WIDE = {ord(a): ord(b) for a, b in zip("0123456789:;,()", "０１２３４５６７８９：；，（）", strict=True)}
NOTICE = ["各有关单位：", "为做好项目组织工作，现将指南予以发布，请认真组织申报。"]
AFTER = [
    "申报程序", "1. 请登录系统填写申报书，5月20日前提交。", "2. 申报书须加盖公章。", "海州市科学技术局", "2025年3月1日",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(70_200, 70_230))
def test_what_changes_nothing(seed: int) -> None:
    """Widths, indents, blank lines, and a notice before or after change no title, number, section or office."""
    layout = generate(seed)
    plain = rows(parse_document(layout.document))
    if any("|" in line or "\t" in line for line in layout.lines):
        return  # a table's lines are its rows
    changed = {
        "wide": [line.translate(WIDE) for line in layout.lines],
        "indent": ["　　" + line.strip() for line in layout.lines],
        "blank": [part for line in layout.lines for part in (line, "")],
        "before": [layout.lines[0], *NOTICE, *layout.lines[1:]],
    }
    if not layout.lines[-1].isascii() and "office" in layout.what and layout.what["office"] != "list":
        changed["after"] = [*layout.lines, *AFTER]
    for name, lines in changed.items():
        found = rows(parse_document(Document("made", tuple(lines))))
        assert [folded(row) for row in found] == [folded(row) for row in plain], name


def folded(row: Row) -> str:
    return re.sub(r"\s", "", str(row)).translate({b: a for a, b in WIDE.items()})


def test_the_work_grows_with_the_topics_and_not_with_their_square() -> None:
    """Four times the topics take about four times as long: by ratio, for machines are not equally fast."""

    def seconds(count: int) -> float:
        lines = ["2031年度软科学选题指南"]
        for n in range(1, count + 1):
            lines += [
                f"{n}.第{n}类港口的运行机制研究",
                f"研究内容：调查第{n}类港口，分析成本与排放，提出对策。" * 3,
                f"对接处室：第{n % 9}处 6600{n:04d}",
            ]
        document = Document("made", tuple(lines))
        start = time.process_time()
        assert len(parse_document(document).topics) == count
        return time.process_time() - start

    seconds(5)  # what is loaded once is loaded
    assert min(seconds(200) for _ in range(2)) < 8 * min(seconds(50) for _ in range(3))


def test_a_second_edition_is_left_out_and_said() -> None:
    guide = parse_document(
        Document(
            "made",
            (
                "2024年某市申报指南", "一、民生", "1.养老服务模式研究", "研究内容：调研现状。", "2.绿色港口评价研究", "研究内容：梳理方法。",
                "2023年某市申报指南（已截止）", "一、民生", "1.文化融合路径研究", "研究内容：分析资源。",
            ),
        )
    )  # fmt: skip
    assert [t.title for t in guide.topics] == ["养老服务模式研究", "绿色港口评价研究"]
    assert any("2023" in finding for finding in guide.findings)


def test_two_readings_that_are_near_are_both_shown() -> None:
    """A document whose sections are themselves titled like topics."""
    lines = (
        "2031年选题指南", "一、港口物流研究", "1.港口成本研究", "2.港口排放研究", "二、农村电网研究", "1.农村电价研究",
        "2.农村储能研究",
    )  # fmt: skip
    try:
        guide = parse_document(Document("made", lines))
    except MatcherError:
        return
    assert len(guide.topics) in (2, 4)

"""Codes that stand alone above titles, and lists of which few are topics (matcher/guide/lists/likeliest.py)."""

from __future__ import annotations

import pytest

from matcher.guide.reading import parse_document
from matcher.guide.text.page_lines import lone_codes
from matcher.readers import Document


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ("Tender|1.0 About us||TX-1|Snail baits||TX-2|Frost maps||TX-3|Wide rows, do they pay?|C1|Need|C2|Method|C3|Team", [3, 6, 9]),
        ("Call||2.1|Where should the play space go?||2.2|Cash or food?||2.3|Who pays?||3.1|Any body may apply.", [2, 5, 8, 11]),
        ("Call||A-1|It must be sent by post.||A-2|It must be short.||A-3|Who pays for this", []),
    ],
)  # fmt: skip
def test_codes_alone_belong_to_the_titles_below(lines: str, codes: list[int]) -> None:
    numbered = [(n, text) for n, text in enumerate(lines.split("|"), 1) if text]
    assert [numbered[at][0] - 1 for at in sorted(lone_codes(numbered))] == codes


@pytest.mark.parametrize(
    ("lines", "titles"),
    [
        # Lines that a tab or wide gaps part from their names
        (
            "Coastal grants 2027: call for proposals||Topic         Dune planting after storms|Purpose       Test which plants hold."
            "|Maximum       $60,000||Topic         Raising older timber houses|Purpose       Cost the raising of two houses.|Maximum       $90,000",
            ["Dune planting after storms", "Raising older timber houses"],
        ),
        # A wide stroke parts cells as a narrow one does.
        (
            "2026年度院内临床研究专项申报通知|编号｜题目｜主要研究内容|A01｜老年髋部骨折谵妄预防研究｜比较干预与常规护理|A02｜脓毒症预警模型验证｜在两个场景验证".replace(
                "｜", "\uff5c"
            ),
            ["老年髋部骨折谵妄预防研究", "脓毒症预警模型验证"],
        ),
        # A column of what is handed in, beside one of titles
        (
            "2026年度重点调研课题的函\n序号\t名称\t委托处室\t联系电话\n1\t灵活就业人员参保路径研究\t失业保险科\t0745-2236101\n2\t零工市场规范化建设研究\t就业促进科\t0745-2236109\n"
            "报送材料\n序号\t材料名称\t份数\t受理科室\t电话\n1\t课题申报书\t5\t政策法规科\t0745-2236177\n2\t经费预算表\t2\t规划财务科\t0745-2236182".replace(
                "\n", "|"
            ),
            ["灵活就业人员参保路径研究", "零工市场规范化建设研究"],
        ),
    ],
)
def test_titles(lines: str, titles: list[str]) -> None:
    split = lines.split("|")
    assert [t.title for t in parse_document(Document("guide", tuple(split))).topics] == titles

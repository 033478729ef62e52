"""The applicants' desk of the page: one proposal, its topics, office and reasons."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from app import applicants
from matcher import shipped
from matcher.engine import Engine
from matcher.readers.batch import read_proposal
from matcher.types import Office, Proposal
from tests.app_page import COOKING, VOUCHER, desk, html
from tests.spreadsheets import workbook


def test_a_pasted_sentence_is_answered_with_topic_office_and_phone() -> None:
    page = desk("applicants").run()
    assert 'class="card"' not in html(page)
    page.text_area(key="proposal").set_value(VOUCHER).run()
    told = html(page)
    assert re.search(r'<h3 aria-level="2"><span class="id">2-12</span>', told)
    assert 'href="tel:58832826"' in told
    assert "按所在组推定" in told
    assert 'data-pair="1"' in told
    assert page.selectbox[0].value == "2-12"


def test_another_text_is_compared_with_its_own_best_topic() -> None:
    page = desk("applicants").run()
    for text, first in ((VOUCHER, "2-12"), ("创新券和科技金融怎样帮中小企业把成果产业化", "2-24")):
        page.text_area(key="proposal").set_value(text).run()
        assert f'<h3 aria-level="2"><span class="id">{first}</span>' in html(page)
        assert page.selectbox[0].value == first
        assert f"课题 {first}" in html(page)
    page.selectbox[0].set_value("2-12").run()
    assert "课题 2-12" in html(page)


def test_what_fits_nothing_is_told_so_with_the_nearest_topic() -> None:
    page = desk("applicants").run()
    page.text_area(key="proposal").set_value(COOKING).run()
    assert re.search(r"没有合适的课题.*指南里相对最近的是.*<h3 ", html(page), re.S)


def test_an_empty_box_and_one_without_letters_are_no_error() -> None:
    page = desk("applicants").run()
    page.text_area(key="proposal").set_value("——？！").run()
    assert "没有可用的文字" in html(page)


def test_markup_in_a_proposal_stays_text() -> None:
    page = desk("applicants").run()
    page.text_area(key="proposal").set_value(
        "<script>alert(1)</script><img src=x onerror=alert(2)> 创新券"
    ).run()
    told = html(page)
    assert "<script>alert" not in told
    assert "<img" not in told
    assert "alert(1)&lt;/script&gt;" in told


def test_an_example_fills_the_box() -> None:
    page = desk("applicants").run()
    page.button(key="example 1").click().run()
    assert str(page.text_area(key="proposal").value).startswith("想研究一下大学里搞出来的成果")
    assert 'class="card"' in html(page)


def test_an_office_without_a_phone_is_written_to(tianjin: Engine) -> None:
    match = replace(
        tianjin.match(Proposal("-", "", VOUCHER)), office=Office("创新处", email="cx@city.example")
    )
    assert '<a href="mailto:cx@city.example">cx@city.example</a>' in applicants.answer(tianjin, match)


def test_the_answer_is_copied_as_plain_lines(tianjin: Engine) -> None:
    made = applicants.answer(tianjin, tianjin.match(Proposal("-", "", VOUCHER)))
    copied = re.search(r'data-copy="([^"]*)"', made)
    assert copied
    lines = unescape(copied[1]).splitlines()
    assert lines[1].startswith("2-12 天津市创新券政策")
    assert "区域创新处 58832826" in lines[1]


def test_a_topic_stands_with_the_mark_of_its_document(
    tianjin: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics = {id_: replace(topic, code=f"ZT-{id_}") for id_, topic in tianjin.topics.items()}
    monkeypatch.setattr(tianjin, "topics", topics)
    shown = applicants.answer(tianjin, tianjin.match(Proposal("-", "", VOUCHER)))
    assert '<span class="id">2-12（ZT-2-12）</span>' in shown
    assert "2-12（ZT-2-12） 天津市创新券政策" in shown


def test_a_file_is_matched_as_it_was_read_until_its_text_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read again from the box, lines of the text that look like labels would be none of it."""
    file = tmp_path / "a.txt"
    file.write_text(
        "项目名称：夜市治理\n申报单位：某某大学\n研究内容：\n研究夜市的噪声和它的治理，比较三个街区的做法，提出分时段的监管办法。\n圈：（贰）合并：甲乙",
        encoding="utf-8",
    )
    asked: list[Proposal] = []
    monkeypatch.setattr(applicants, "_answer", lambda *asking: asked.append(asking[1]))
    page = desk("applicants").run()
    page.file_uploader(key="proposal file").upload("a.txt", file.read_bytes(), "text/plain").run()
    assert asked[-1] == read_proposal(file).proposal("-")
    assert "合并：甲乙" in asked[-1].abstract
    read = asked[-1]
    box = page.text_area(key="proposal")
    box.set_value(str(box.value).replace("三个街区", "五个街区")).run()
    box.set_value(str(box.value).replace("夜市治理", "早市治理")).run()
    assert asked[-1] == replace(
        read,
        title="早市治理",
        abstract=read.abstract.replace("三个街区", "五个街区"),
        sections=tuple(s._replace(text=s.text.replace("三个街区", "五个街区")) for s in read.sections),
    )
    box.set_value("研究夜市。").run()
    assert asked[-1].abstract == "研究夜市。"


def test_asking_with_nothing_written_says_what_to_do() -> None:
    page = desk("applicants").run()
    line = "先在上面写一句话，或放入一个文件。"
    assert line not in html(page)
    ask = next(button for button in page.button if button.label == "找课题")
    assert line in html(ask.click().run())
    page.text_area(key="proposal").set_value(VOUCHER)
    assert line not in html(page.button[0].click().run())


def test_a_guide_or_a_list_in_the_place_of_a_proposal_is_sent_to_its_page(tmp_path: Path) -> None:
    heads = ["流水", "所属学院", "牵头人", "项目名称", "内容梗概（300字内）", "拟报方向"]
    rows = [
        [f"h{n}", "医学院", "周明", "老年照护", "调查社区老人对照护的需求，提出办法。", "1-01"]
        for n in range(6)
    ]
    batch = workbook(tmp_path / "汇总.xlsx", {"报送": [["报送汇总（内部）"], heads, *rows]})
    guide = shipped.default_guide()
    for file, line in (
        (batch, "列出 6 份申报书"),
        (guide, "是列出 36 个课题的指南，不是申报书：请在“指南”页传入它"),
    ):
        page = desk("applicants").run()
        page.file_uploader(key="proposal file").upload(file.name, file.read_bytes(), "text/plain").run()
        assert line in html(page)
        assert page.text_area(key="proposal").value == ""

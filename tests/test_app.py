"""The page without a browser: each desk through Streamlit's own test harness, and what the desks are made of."""

from __future__ import annotations

import io
import os
import re
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from streamlit.testing.v1 import AppTest

from app import applicants, batches, evidence, files, map, markup, picking
from app.words import words
from matcher import message, shipped
from matcher.archive import FolderArchive
from matcher.duplicates.cases import read_cases
from matcher.engine import Engine
from matcher.errors import DocumentError
from matcher.proposals import read_labelled
from matcher.readers.batch import Batch, Entry
from matcher.readers.look import preview
from matcher.season import Season
from matcher.segment import visible
from matcher.triage.decisions import read_report
from matcher.triage.reports import write_report
from matcher.triage.workbook import write_blank
from matcher.types import Proposal

ROOT = Path(__file__).parent.parent
VOUCHER = "创新券政策对小企业有没有用"
COOKING = "今天晚饭吃什么好，红烧肉怎么做"
HAN = re.compile("[\u4e00-\u9fff]")


def desk(name: str) -> AppTest:
    """One page, as `app_streamlit.py` runs it, without the navigation that the harness cannot drive."""
    return AppTest.from_string(f"from app import {name}\n{name}.page()\n", default_timeout=60)


def accept(page: AppTest) -> None:
    """Take the suggestion for the row that is open."""
    next(b for b in page.button if (b.key or "").startswith("row.suggested")).click().run()


def html(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(e.proto.body for e in page.get("html"))


# Words


def said() -> Iterator[tuple[str, str]]:
    """(file, key) for each text that the page asks for; a key ends in "" after the part that is put together."""
    for file in (*(ROOT / "app").glob("*.py"), ROOT / "app_streamlit.py"):
        source = file.read_text(encoding="utf-8")
        for key in re.findall(r'say\(\s*f?"([^"{]+)', source):
            yield file.name, key


def test_every_text_that_the_page_asks_for_exists() -> None:
    for file, key in said():
        assert any(known.startswith(key) for known in words()), (file, key)


def test_every_text_is_there_in_both_languages_with_the_same_blanks() -> None:
    for key, both in words().items():
        chinese, english = (sorted(re.findall(r"\{(\w+)\}", text)) for text in both)
        assert chinese == english, key
        assert not HAN.search(both[1]), key


@pytest.mark.parametrize(
    ("share", "told"), [(0, "0%"), (0.004, "<1%"), (0.5, "50%"), (0.996, ">99%"), (1, "100%")]
)
def test_a_share_is_never_rounded_to_certainty(share: float, told: str) -> None:
    assert message.share(share) == told


# Text to HTML

SOURCES = st.text(alphabet="公交abc<>&\"'\n\u200b", max_size=40)
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6)


@given(SOURCES, SPANS, SPANS)
def test_marked_text_reads_as_the_text_itself(
    source: str, pairs: list[tuple[int, int]], inner: list[tuple[int, int]]
) -> None:
    within = [(min(a, b, len(source)), min(max(a, b), len(source))) for a, b in (*pairs, *inner)]
    numbered = [(*span, n) for n, span in enumerate(within[: len(pairs)], 1)]
    made = markup.marked(source, numbered, within[len(pairs) :], "word")
    plain = re.sub(r"<sup>\d+</sup>", "", made)
    assert unescape(re.sub(r"<[^>]*>", "", plain)) == visible(source)


def test_marks_nest_words_and_the_earlier_pair_keeps_its_part() -> None:
    made = markup.marked("abcdefgh", [(0, 4, 1), (2, 6, 2)], [(3, 5)], "word")
    assert made == (
        '<mark class="pair c0" tabindex="0" data-pair="1"><sup>1</sup>abc<span class="word">d</span></mark>'
        '<mark class="pair c1" tabindex="0" data-pair="2"><sup>2</sup><span class="word">e</span>f</mark>gh'
    )


def test_a_topic_sentence_has_one_number_however_many_sentences_meet_it(tianjin: Engine) -> None:
    text = "发放创新券以后企业的研发投入变化。核对创新券的兑付记录。创新券的服务机构怎样准入。"
    hit = next(h for h in tianjin.match(Proposal("-", "", text), 36).hits if h.topic_id == "2-12")
    pairs = evidence.strongest(hit.evidence)
    assert len(pairs) == 3
    assert all(e.by == "dense" for _, e in pairs)
    by_sentence = {e.topic.id: n for n, e in pairs}
    assert sorted(set(by_sentence.values())) == list(range(1, len(by_sentence) + 1))
    assert all(by_sentence[e.topic.id] == n for n, e in pairs)


# Uploads


class Sent:
    def __init__(self, name: str, data: bytes, size: int | None = None) -> None:
        self.name, self.size, self._data = name, len(data) if size is None else size, data

    def getvalue(self) -> bytes:
        return self._data


def test_a_file_that_is_too_large_is_refused_in_both_languages() -> None:
    with pytest.raises(DocumentError, match=r"big\.pdf 有 30 MB.* / .*30 MB, more than the 20 MB"):
        files.receive(Sent("big.pdf", b"", 30_000_000))


def test_a_name_with_folders_in_it_cannot_leave_the_temporary_folder() -> None:
    received = files.receive(Sent("../../evil.txt", "字".encode()))
    with files.as_path(received) as path:
        assert path.name == "evil.txt"
        assert path.read_text("utf-8") == "字"
    assert not path.exists()


# 选题


def test_a_pasted_sentence_is_answered_with_topic_office_and_phone() -> None:
    page = desk("applicants").run()
    assert 'class="card"' not in html(page)
    page.text_area(key="proposal").set_value(VOUCHER).run()
    told = html(page)
    assert re.search(r'<h3><span class="id">2-12</span>', told)
    assert 'href="tel:58832826"' in told
    assert "按所在组推定" in told
    assert 'data-pair="1"' in told
    assert page.selectbox[0].value == "2-12"


def test_what_fits_nothing_is_told_so_with_the_nearest_topic() -> None:
    page = desk("applicants").run()
    page.text_area(key="proposal").set_value(COOKING).run()
    assert re.search(r"没有合适的课题.*指南里相对最近的是.*<h3>", html(page), re.S)


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


def test_the_answer_is_copied_as_plain_lines(tianjin: Engine) -> None:
    made = applicants.answer(tianjin, tianjin.match(Proposal("-", "", VOUCHER)))
    copied = re.search(r'data-copy="([^"]*)"', made)
    assert copied
    lines = unescape(copied[1]).splitlines()
    assert lines[1].startswith("2-12 天津市创新券政策")
    assert "区域创新处 58832826" in lines[1]


def test_the_english_page_has_no_chinese_of_its_own() -> None:
    for name in ("applicants", "intake", "reviewers", "about"):
        page = desk(name)
        page.session_state["lang"] = "en"
        page.run()
        told = re.sub(r'<div class="quiet guide-line">.*?</div>', "", html(page))
        labels = [w.label for w in (*page.text_area, *page.button, *page.get("file_uploader"))]
        for text in (*labels, *(t.value for t in page.title), told):
            assert not HAN.search(text), (name, text)


# 指南

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
    spread = map.places(tianjin)
    again = map.places.__wrapped__(tianjin)  # type: ignore[attr-defined]
    assert spread.tolist() == again.tolist()
    assert spread.min() == 0
    assert spread.max() == 1
    match = tianjin.match(Proposal("-", "", VOUCHER), 3)
    x, y = map.landing(tianjin, match, spread)
    distance = ((spread - (x, y)) ** 2).sum(axis=1) ** 0.5
    nearest = tianjin.guide.topics[int(distance.argmin())].id
    assert nearest == match.hits[0].topic_id


# 分诊


def table(*rows: tuple[str, ...]) -> files.Received:
    lines = [("编号", "项目名称", "摘要", "申报课题", "负责人"), *rows]
    return files.Received("batch.csv", "\n".join(",".join(line) for line in lines).encode())


BATCH = table(
    ("a1", "创新券的作用", "创新券发放以后企业研发的变化", "2-12", "甲"),
    ("a2", "创新券兑付", "核对创新券发放与兑付记录，评价对科技型中小企业的促进", "2-20", "乙"),
    ("a3", "<script>alert(1)</script>", COOKING, "1-01", "丙"),
    ("a4", "", "", "1-01", "丁"),
)


def intake() -> AppTest:
    page = desk("intake")
    page.session_state["batch kept"] = BATCH
    return page.run()


def test_a_batch_becomes_a_queue_most_worthwhile_first() -> None:
    page = intake()
    told = html(page)
    queue = page.dataframe[0].value
    assert list(queue["编号"])[-1] == "a1"
    assert set(queue["编号"]) == {"a1", "a2", "a3", "a4"}
    assert dict(zip(queue["编号"], queue["建议"], strict=True))["a2"] == "2-12"
    assert "<script>alert" not in told


def test_filters_narrow_the_queue() -> None:
    page = intake()
    page.multiselect(key="filter.topic").select("2-20").run()
    assert list(page.dataframe[0].value["编号"]) == ["a2"]


def picked() -> None:
    """A page with nothing on it but a table of four rows and the buttons beside it."""
    from app import picking

    rows = ["a", "b", "c", "d"]
    place = picking.pick("queue", rows, [{"row": row} for row in rows], {})
    picking.steps("queue", rows, place)


def hand_back(page: AppTest, drawn: str | None, rows: list[int], cells: list[list[object]]) -> str:
    """The row that is open after an event of a browser that has drawn the tick `drawn` and holds that selection."""
    page.text_input(key="queue tick").set_value(drawn)
    page.session_state[str(page.dataframe[0].key)] = {
        "selection": {"rows": rows, "columns": [], "cells": cells}
    }
    opened: str = page.run().session_state["queue open"]
    return opened


def test_each_press_is_one_step_though_the_row_before_was_not_drawn_yet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows, state = ["a", "b", "c", "d"], {"queue open": "a"}
    monkeypatch.setattr("app.picking.st.session_state", state)
    opened = []
    for step in (1, 1, -1, 1, 1, 1):  # the same buttons, as the first drawing left them
        picking._step("queue", rows, step)
        opened.append(state["queue open"])
    assert opened == ["b", "c", "b", "c", "d", "d"]


def test_a_selection_counts_once_whatever_the_browser_has_drawn_since() -> None:
    page = AppTest.from_function(picked).run()
    assert page.session_state["queue open"] == "a"
    first = page.text_input(key="queue tick").value
    assert hand_back(page, first, [0], [[2, "row"]]) == "c"  # a click
    assert hand_back(page, first, [0], [[2, "row"]]) == "c"
    page.button(key="queue next").click()
    assert (
        hand_back(page, first, [0], [[2, "row"]]) == "d"
    )  # a press, and the click again by a browser that is late
    assert hand_back(page, first, [0], [[2, "row"]]) == "d"
    latest = page.text_input(key="queue tick").value
    assert hand_back(page, latest, [3], []) == "d"  # it has caught up
    assert hand_back(page, latest, [3], [[2, "row"]]) == "c"  # the same cell again is a choice again
    page.button(key="queue previous").click()
    assert hand_back(page, latest, [1], [[2, "row"]]) == "b"
    assert hand_back(page, page.text_input(key="queue tick").value, [0], []) == "a"  # by its checkbox


def test_a_decision_stands_in_the_queue_and_in_the_exported_report(tmp_path: Path, tianjin: Engine) -> None:
    page = intake()
    page.multiselect(key="filter.topic").select("2-20").run()
    accept(page)
    assert list(page.dataframe[0].value["决定"]) == ["2-12"]
    assert page.session_state["decisions"] == {"3": "2-12"}
    # Another run of the script keeps it, and judges nothing again.
    before = page.session_state["triage"][1]
    page.run()
    assert page.session_state["decisions"] == {"3": "2-12"}
    assert page.session_state["triage"][1] is before

    from matcher.triage.reports import write_report

    rows = tuple(replace(r, corrected=page.session_state["decisions"].get(r.place, "")) for r in before.rows)
    out = tmp_path / "report.xlsx"
    write_report(replace(before, rows=rows), out)
    decided, problems = read_report(out, tianjin.guide)
    assert [(d.id, d.topic) for d in decided] == [("a2", "2-12")]
    assert problems == []


def test_letters_are_previewed_in_each_form_and_follow_the_decisions() -> None:
    page = intake()
    page.session_state["letters preview"] = True
    page.run()
    drafts = page.selectbox(key="letter of 2").options
    assert len(drafts) == 2
    for form in (".zip", ".txt", ".csv"):
        page.radio(key="letters form").set_value(form).run()
        assert '<div class="side letter"><div class="text">' in html(page)
        assert "您好！您申报的" in html(page)
    page.text_input(key="search").input("a2").run()
    page.button(key="queue.keep all").click().run()
    assert page.selectbox(key="letter of 1").options == ["4 · a3"]


def test_strokes_decide_what_is_listed_and_are_taken_back() -> None:
    page = intake()
    page.text_input(key="search").input("A2 乙").run()
    assert list(page.dataframe[0].value["编号"]) == ["a2"]
    page.button(key="queue.accept all").click().run()
    assert page.session_state["decisions"] == {"3": "2-12"}
    page.text_input(key="search").input("").run()
    page.button(key="queue.keep all").click().run()
    kept = page.session_state["decisions"]
    assert (kept["3"], len(kept)) == ("2-12", 4)  # what was decided stays
    page.toggle(key="undecided").set_value(True).run()
    assert not page.dataframe
    page.button(key="undo").click().run()
    assert page.session_state["decisions"] == {"3": "2-12"}
    assert set(page.dataframe[0].value["编号"]) == {"a1", "a3", "a4"}
    assert "已定 1 / 4" in html(page)
    page.button(key="undo").click().run().button(key="undo").click().run()
    assert page.session_state["decisions"] == {}
    assert "没有撤销任何一行" in html(page)


@pytest.fixture
def season(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Season:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    return Season.new(tmp_path / "seasons" / "2026.season", shipped.default_guide(), "甲")


def test_a_season_outlives_the_tab_and_the_language(season: Season) -> None:
    page = intake()
    assert page.dataframe  # without a season as before
    page.selectbox(key="season name").select("2026").run()
    page.button(key="season keep").click().run()
    assert set(page.dataframe[0].value["编号"]) == {"a1", "a2", "a3", "a4"}
    page.text_input(key="search").input("a2").run()
    accept(page)
    (line,) = season.batches()
    assert (line.rows, line.decided) == (4, 1)
    for language in ("en", "zh"):
        page.session_state["lang"] = language
        page.run()
        assert "2-12" in html(page) + str(page.dataframe[0].value)
    assert len(season.batches()) == 1
    # Another tab, another person: the address leads to the same batch.
    other = desk("intake")
    other.query_params["season"] = "2026"
    other.run()
    chosen = dict(zip(other.dataframe[0].value["编号"], other.dataframe[0].value["决定"], strict=True))
    assert chosen["a2"] == "2-12"
    other.button(key="queue.keep all").click().run()
    assert season.batches()[0].decided == 4
    page.button(key="undo").click().run()  # the same person's last stroke, whichever tab it was in
    now = {row.proposal.id: row.corrected for row in season.report(line.id).rows}
    assert now == {"a1": "", "a2": "2-12", "a3": "", "a4": ""}


def test_a_row_that_another_decided_first_is_told(season: Season) -> None:
    page = intake()
    page.selectbox(key="season name").select("2026").run()
    page.button(key="season keep").click().run()
    page.text_input(key="search").input("a2").run()
    season.decide(1, {"3": "无"})
    accept(page)
    assert "刚由他人定为" in html(page)
    assert {r.proposal.id: r.corrected for r in season.report(1).rows}["a2"] == "无"
    page.run()
    assert "刚由他人定为" not in html(page)  # told once
    page.button(key="undo").click().run()
    assert "没有撤销任何一行" in html(page)  # the step was somebody else's
    season.remove(1)
    accept(page)
    assert not page.exception
    assert "还没有批次" in html(page)


def test_a_file_of_any_kind_is_answered_with_advice_by_every_desk() -> None:
    for name, key in (("guide", "guide file"), ("applicants", "proposal file")):
        page = desk(name).run()
        page.file_uploader(key=key).upload("old.doc", b"\xd0\xcf\x11\xe0", "application/msword").run()
        assert "另存为 .docx" in html(page), name


def test_a_filled_report_is_recognised_and_comes_home(season: Season, tmp_path: Path) -> None:
    page = intake()
    page.selectbox(key="season name").select("2026").run()
    page.button(key="season keep").click().run()
    assert page.file_uploader(key="batch 1")  # a new field: the next file is not packed with the last one
    rows = tuple(replace(r, corrected="2-12" if r.proposal.id == "a2" else "") for r in season.report(1).rows)
    write_report(replace(season.report(1), rows=rows), tmp_path / "r.xlsx")
    page.session_state["batch kept"] = files.Received("r.xlsx", (tmp_path / "r.xlsx").read_bytes())
    page.run()
    assert "读回 1 个决定：a2 → 2-12" in html(page)
    assert [line.decided for line in season.batches()] == [1]


def test_a_season_is_made_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    page = desk("intake").run()
    page.selectbox(key="season name").select("+").run()
    page.text_input(key="season new name").input("../2027 春").run()
    page.button(key="season make").click().run()
    assert [f.name for f in (tmp_path / "seasons").glob("*.season")] == ["2027 春.season"]
    assert "还没有批次" in html(page)


def test_a_table_without_a_known_column_asks_for_it_and_goes_on() -> None:
    page = desk("intake")
    page.session_state["batch kept"] = files.Received("odd.csv", "号,事\n1,创新券对企业的作用\n".encode())
    page.run()
    assert "请指明项目名称或摘要在哪一列" in html(page)
    assert not page.dataframe
    chooser = next(s for s in page.selectbox if s.label == "摘要")
    chooser.select("事").run()
    assert list(page.dataframe[0].value["编号"]) == ["1"]


def test_documents_are_one_batch_and_a_table_stays_a_table() -> None:
    one, same = (files.Received("a.docx", data) for data in (b"1", b"2"))
    table_ = files.Received("t.xlsx", b"3")
    assert batches.together([table_]) is table_
    assert batches.together([one]).name == "a.zip"
    packed = batches.together([one, same, table_])
    assert packed.name == "a + 2.zip"
    with zipfile.ZipFile(io.BytesIO(packed.data)) as folder:
        assert {n: folder.read(n) for n in folder.namelist()} == {
            "a.docx": b"1",
            "2-a.docx": b"2",
            "t.xlsx": b"3",
        }


def test_before_an_upload_there_is_an_empty_table_and_a_sample(tmp_path: Path) -> None:
    write_blank(tmp_path / "batch.xlsx")
    names, known = preview(tmp_path / "batch.xlsx")
    assert (names, known) == ([], {})  # no row yet
    book = load_workbook(tmp_path / "batch.xlsx")
    assert [c.value for c in book.active[1]] == [
        "编号", "项目名称", "摘要", "申报课题", "申报单位", "负责人", "年度", "联系电话", "电子邮箱",
    ]  # fmt: skip
    book.active.append(["p1", "公交", "公交线网", "1-01", "甲", "张", "2030", "139", "a@b.cn"])
    book.save(tmp_path / "batch.xlsx")
    (entry,) = Batch(tmp_path / "batch.xlsx")
    assert isinstance(entry, Entry)
    assert (entry.proposal.declared, dict(entry.extra)) == ("1-01", {"phone": "139", "email": "a@b.cn"})
    page = desk("intake").run()
    page.button(key="batch sample").click().run()
    assert len(page.dataframe[0].value) == 20


def test_a_sheet_and_a_header_are_chosen_with_their_first_rows_in_view(tmp_path: Path) -> None:
    book = Workbook()
    first, second = book.active, book.create_sheet("一般项目")
    assert first is not None
    first.title = "重点项目"
    for sheet, id_ in ((first, "k1"), (second, "g1")):
        sheet.append(["编号", "项目名称", "摘要"])
        sheet.append([id_, "<b>公交</b>", "公交线网"])
    book.save(tmp_path / "two.xlsx")
    page = desk("intake")
    page.session_state["batch kept"] = files.Received("two.xlsx", (tmp_path / "two.xlsx").read_bytes())
    page.run()
    assert set(page.dataframe[0].value["编号"]) == {"k1", "g1"}
    assert "<td>&lt;b&gt;公交&lt;/b&gt;</td>" in html(page)
    next(s for s in page.selectbox if s.label.startswith("读哪张")).select("一般项目").run()
    assert list(page.dataframe[0].value["编号"]) == ["g1"]
    assert "没有选" in html(page)


@pytest.mark.parametrize(("lang", "told"), [("zh", "不能作为批量输入"), ("en", "cannot be read as a batch")])
def test_what_cannot_be_read_is_refused_with_advice_in_the_readers_language(lang: str, told: str) -> None:
    page = desk("intake")
    page.session_state["lang"] = lang
    page.session_state["batch kept"] = files.Received("film.mp4", b"film")
    page.run()
    assert told in html(page)
    assert "xlsx" in html(page)


def test_a_broken_table_is_one_plain_line() -> None:
    page = desk("intake")
    page.session_state["batch kept"] = files.Received("broken.xlsx", b"PK\x03\x04 this is no workbook")
    page.run()
    assert re.search(r'class="notice bad" role="alert">broken\.xlsx[^<]*</div>', html(page))


# 查重

LONG = (
    "本课题收集近三年湖东市公交刷卡记录与道路流量，比较各线路的换乘次数和满载率，提出线网调整与班次优化的方案"
)
REPEATS = table(
    ("b1", "公交线网", LONG, "1-01", "甲"),
    ("b2", "线网优化", LONG[:38] + "，据此设计夜间试行办法并在两个城区推广到全市使用", "1-01", "乙"),
    ("b3", "做饭", COOKING, "1-01", "丙"),
)


def test_a_copy_is_shown_side_by_side_and_the_threshold_acts_without_comparing_again() -> None:
    page = desk("reviewers")
    page.session_state["reviewed kept"] = REPEATS
    page.run()
    told = html(page)
    assert list(page.dataframe[0].value["甲"]) == ["b1"]
    assert list(page.dataframe[0].value["乙"]) == ["b2"]
    assert len(re.findall(r'<mark class="pair c0"', told)) == 2
    found = page.session_state["findings"]
    page.slider(key="threshold").set_value(1.0).run()
    assert "没有发现重复" in html(page)
    assert page.session_state["findings"] is found


def test_earlier_years_are_compared_too() -> None:
    page = desk("reviewers")
    page.session_state["reviewed kept"] = table(("c1", "公交线网", LONG, "1-01", "甲"))
    page.session_state["earlier kept"] = REPEATS
    page.run()
    assert set(page.dataframe[0].value["乙来自"]) == {"往年"}


def test_a_pair_is_decided_filtered_and_read_back() -> None:
    page = desk("reviewers")
    page.session_state["reviewed kept"] = REPEATS
    page.run()
    page.radio[0].set_value("unsure").run()
    page.text_input[-1].set_value("请看第二段").run()
    (case,) = page.session_state["cases"].values()
    assert (case.a, case.b, case.answer, case.note) == ("b1", "b2", "unsure", "请看第二段")
    assert list(page.dataframe[0].value["是否重复"]) == ["存疑"]
    page.multiselect(key="case.answer").set_value(["yes"]).run()
    assert "没有符合筛选" in html(page)
    page.multiselect(key="case.answer").set_value(["unsure"]).run()
    assert len(page.dataframe[0].value) == 1


def test_pairs_of_a_season_outlive_the_tab_and_are_kept_in_it(season: Season) -> None:
    page = intake()
    page.selectbox(key="season name").select("2026").run()
    page.session_state["batch kept"] = REPEATS
    page.run().button(key="season keep").click().run()
    for turn in range(2):
        page = desk("reviewers")
        page.query_params["season"] = "2026"
        page.run()
        if turn == 0:
            assert not page.dataframe
            page.button(key="compare").click().run()
        assert list(page.dataframe[0].value["是否重复"]) == ["未定" if turn == 0 else "是"]
        assert "与同批申报书" in html(page)
        page.radio[0].set_value("yes").run()
        page.session_state["lang"] = "en"
        assert list(page.run().dataframe[0].value["Repeat?"]) == ["yes"]
    (case,) = season.cases(1).read().values()
    assert (case.a, case.b, case.answer) == ("b1", "b2", "yes")
    assert [c.action for c in season.audit.history(1)] == ["add", "pairs", "pair"]


def test_decisions_on_an_archive_are_kept_in_its_folder(tmp_path: Path, tianjin: Engine) -> None:
    with FolderArchive(tmp_path / "earlier", tianjin.reader, create=True) as archive:
        archive.add([Proposal("o1", "公交线网", LONG, year="2020")])
    for turn in range(2):
        page = desk("reviewers")
        page.session_state["reviewed kept"] = table(("c1", "公交线网", LONG, "1-01", "甲"))
        page.session_state["archive"] = str(tmp_path / "earlier")
        page.run()
        assert list(page.dataframe[0].value["是否重复"]) == ["未定" if turn == 0 else "是"]
        page.radio[0].set_value("yes").run()
    (case,) = read_cases(tmp_path / "earlier" / "cases.jsonl").values()
    assert (case.a, case.b, case.answer) == ("c1", "o1", "yes")


def test_what_is_chosen_of_an_archive_is_removed_for_good_once_confirmed(
    tmp_path: Path, tianjin: Engine
) -> None:
    with FolderArchive(tmp_path / "earlier", tianjin.reader, create=True) as archive:
        archive.add(
            [Proposal("o1", "公交线网", LONG, year="2020"), Proposal("o2", "做饭", COOKING, year="2020")]
        )
    page = desk("reviewers")
    page.session_state["archive"] = str(tmp_path / "earlier")
    page.session_state["archive tools"] = True
    page.run()
    assert sorted(page.dataframe[0].value["编号"]) == ["o1", "o2"]
    place = list(page.dataframe[0].value["编号"]).index("o1")
    assert page.button(key="archive remove").disabled
    listed = page.dataframe[0].key
    assert listed is not None
    page.session_state[listed] = {"selection": {"rows": [place], "columns": [], "cells": []}}
    page.run()
    assert page.button(key="archive remove").disabled  # not before it is confirmed
    page.session_state[listed] = {"selection": {"rows": [place], "columns": [], "cells": []}}
    next(c for c in page.checkbox if (c.key or "").startswith("archive sure")).check().run()
    assert not page.button(key="archive remove").disabled
    page.session_state[listed] = {"selection": {"rows": [place], "columns": [], "cells": []}}
    page.button(key="archive remove").click().run()
    assert "已删除 1 份" in html(page)
    assert list(page.dataframe[0].value["编号"]) == ["o2"]
    left = b"".join(f.read_bytes() for f in (tmp_path / "earlier").rglob("*") if f.is_file())
    assert LONG[:20].encode() not in left


def test_an_archive_folder_that_is_none_is_one_plain_line(tmp_path: Path) -> None:
    page = desk("reviewers")
    page.session_state["reviewed kept"] = REPEATS
    page.session_state["archive"] = str(tmp_path / "nothing")
    page.run()
    assert 'class="notice bad"' in html(page)


# 关于, and the page as it is shipped


def test_figures_are_measured_when_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.about.read_labelled", lambda file: read_labelled(file)[::6])
    page = desk("about").run()
    assert 'class="figures"' not in html(page)
    page.button[0].click().run()
    assert re.search(r'<ul class="figures"><li><b>\d+%</b><span>首选命中</span>', html(page))


def test_the_whole_page_runs_with_masthead_and_language_switch() -> None:
    page = AppTest.from_file(str(shipped.app_page()), default_timeout=60).run()
    assert [t.value for t in page.title] == ["你的研究，该报哪个课题？"]
    page.session_state["lang"] = "en"
    assert [t.value for t in page.run().title] == ["Which topic does your research fit?"]


def test_the_wheel_carries_the_page_where_it_is_looked_for() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"][
        "targets"
    ]
    carried = wheel["wheel"]["force-include"]
    assert carried["app_streamlit.py"] == "matcher/page/app_streamlit.py"
    assert carried["app"] == "matcher/page/app"
    assert carried[".streamlit/config.toml"] == "matcher/page/.streamlit/config.toml"


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2 of "#rrggbb"."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out_from_what_it_stands_on(theme: str) -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"][theme]
    sheet = (ROOT / "app" / "page.css").read_text("utf-8")
    pairs = re.findall(r"--(\w+): light-dark\((#\w+), (#\w+)\)", sheet)
    colours = {name: (light, dark)[theme == "dark"] for name, light, dark in pairs}
    grounds = [
        settings["backgroundColor"],
        settings["secondaryBackgroundColor"],
        colours["paper"],
        colours["panel"],
    ]
    for name in ("ink", "muted", "accent", "good", "warn", "bad"):
        for ground in grounds:
            assert contrast(colours[name], ground) >= 4.5, (name, ground)
    for name in (f"p{n}" for n in range(8)):
        assert contrast(colours["ink"], colours[name]) >= 4.5, name
    for ground in grounds[:2]:
        assert contrast(settings["textColor"], ground) >= 4.5
        assert contrast(settings["linkColor"], ground) >= 4.5
    assert contrast(colours["paper"], colours["warn"]) >= 4.5  # the mark of an old answer
    # Streamlit writes white on a button of the primary colour, in either theme.
    assert contrast("#ffffff", settings["primaryColor"]) >= 4.5
    assert "opacity" not in re.search(r"\.grey \{[^}]*\}", sheet)[0]  # type: ignore[index]


def test_nothing_is_fetched_from_elsewhere_and_nothing_is_counted() -> None:
    for file in (ROOT / "app").iterdir():
        if file.is_file():
            found = re.findall(r"https?://(?!www\.w3\.org/2000/svg)\S+", file.read_text(encoding="utf-8"))
            assert not found, file.name
    settings = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["server"]["address"] == "localhost"
    assert settings["server"]["maxUploadSize"] == files.LARGEST_MB


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


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("申报书" * 100 + ".docx", ".docx"),
        ("..", ""),
        ("../../etc/passwd", ""),
        ("C:\\temp\\..\\guide.xlsx", ".xlsx"),
        ("", ""),
        ("a\x00b\n.txt", ".txt"),
        ("\ud800.pdf", ".pdf"),
        (".docx", ""),
        ("name." + "x" * 300, ""),
    ],
)
def test_an_upload_of_any_name_lands_in_its_own_folder(name: str, ending: str) -> None:
    """The name is a hint of what the file is, never a place; the file is gone after the block."""
    with files.as_path(files.Received(name, b"content")) as path:
        assert path.read_bytes() == b"content"
        assert path.name.endswith(ending)
        assert len(os.fsencode(path.name)) <= 255
        assert [p.name for p in path.parent.iterdir() if p == path] == [path.name]
        folder = path.parent
    assert not folder.exists()


def test_an_archive_is_added_to_listed_verified_and_thinned_on_the_page(tmp_path: Path) -> None:
    folder = tmp_path / "档案"
    rows = tmp_path / "batch.csv"
    rows.write_text(
        "编号,项目名称,摘要,年度\nk1,创新券研究,创新券政策对小企业的作用,2021\nk2,科技金融研究,科技金融支持中小企业,2021\n",
        encoding="utf-8",
    )
    script = (
        "from pathlib import Path\nfrom app import archives, engine\nfrom matcher.readers.batch import Batch\n"
        f"read = lambda: [row.proposal for row in Batch(Path({str(rows)!r}))]\n"
        "import streamlit as st\nst.session_state.setdefault('archive tools', True)\n"
        f"archives.draw(engine.engine(), {str(folder)!r}, read)\n"
    )
    page = AppTest.from_string(script, default_timeout=60).run()
    assert "archive add" in html(page)  # no archive yet: the command line's advice
    page.button(key="archive add").click().run()
    assert "加入 2 份，0 份已在库中" in html(page)
    assert "列出 2 / 2 份" in html(page)
    page.button(key="archive verify").click().run()
    assert "档案库完好" in html(page)
    page.button(key="archive rebuild").click().run()
    assert "重算 2 份" in html(page)
    assert page.button(key="archive remove").disabled
    page.text_input(key="archive search").set_value("科技金融").run()
    assert "列出 1 / 2 份" in html(page)

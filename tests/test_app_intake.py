"""The intake desk of the page: a batch is uploaded, read, queued and decided."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from app import files, open_row, session
from app.mistaken import refuse_guides
from app.queue import is_remarked
from matcher import shipped
from matcher.engine import Engine
from matcher.errors import DocumentError
from matcher.message import Message
from matcher.readers.batch import Batch, Entry
from matcher.readers.table.rows import preview
from matcher.triage.decisions import read_report
from matcher.triage.reports import write_blank, write_report
from tests.app_page import BATCH, COOKING, accept, desk, html, intake, table
from tests.spreadsheets import workbook


def test_a_batch_becomes_a_queue_most_worthwhile_first() -> None:
    page = intake()
    told = html(page)
    queue = page.dataframe[0].value
    assert list(queue["编号"])[-1] == "a1"
    assert set(queue["编号"]) == {"a1", "a2", "a3", "a4"}
    assert dict(zip(queue["编号"], queue["建议"], strict=True))["a2"] == "2-12"
    assert "<script>alert" not in told


def test_a_guide_in_the_place_of_a_batch_is_sent_to_its_page_and_a_proposal_is_not() -> None:
    path = shipped.default_guide()
    guide = files.Received(path.name, path.read_bytes())
    proposal = files.Received(
        "p.txt", "项目名称：夜市\n研究内容：\n1.噪声\n2.消防\n3.就业\n4.交通\n5.卫生\n".encode()
    )
    for received in ([guide], [guide, BATCH]):
        with pytest.raises(DocumentError, match="36 topics, not a proposal"):
            refuse_guides(received)
    refuse_guides([proposal])
    refuse_guides([BATCH])
    page = desk("intake").run()
    page.file_uploader(key="batch 0").upload(guide.name, guide.data, "text/plain").run()
    assert "是列出 36 个课题的指南，不是申报书：请在“指南”页传入它" in html(page)
    assert not page.dataframe


@pytest.mark.parametrize(("lang", "button"), [("zh", "采纳建议 无"), ("en", "Accept none")])
def test_that_nothing_fits_is_offered_in_the_language(lang: str, button: str) -> None:
    page = intake(table(("a3", "菜谱", COOKING, "1-01", "丙")), lang)
    assert button in [b.label for b in page.button]


def test_filters_narrow_the_queue() -> None:
    page = intake()
    page.multiselect(key="filter.topic").select("2-20").run()
    assert list(page.dataframe[0].value["编号"]) == ["a2"]


def picked() -> None:
    """A page with nothing on it but a table of four rows and the buttons beside it."""
    from app import open_row

    rows = ["a", "b", "c", "d"]
    place = open_row.pick("queue", rows, [{"row": row} for row in rows], {})
    open_row.steps("queue", rows, place)


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
    monkeypatch.setattr("app.open_row.st.session_state", state)
    opened = []
    for step in (1, 1, -1, 1, 1, 1):  # the same buttons, as the first drawing left them
        open_row._step("queue", rows, step)
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
    page.button(key="queue next").click()
    newest = page.text_input(key="queue tick").value
    assert (
        hand_back(page, newest, [3], [[2, "row"]]) == "d"
    )  # the tick's field is drawn, the table lags behind
    newest = page.text_input(key="queue tick").value
    assert hand_back(page, newest, [3], []) == "d"
    page.button(key="queue previous").click()
    assert hand_back(page, newest, [3], []) == "c"
    page.button(key="queue previous").click()
    assert hand_back(page, newest, [3], []) == "b"  # two presses, of which it has drawn none
    latest = page.text_input(key="queue tick").value
    assert hand_back(page, page.text_input(key="queue tick").value, [0], []) == "a"  # by its checkbox


def test_a_decision_stands_in_the_queue_and_in_the_exported_report(tmp_path: Path, tianjin: Engine) -> None:
    page = intake()
    page.multiselect(key="filter.topic").select("2-20").run()
    accept(page)
    assert list(page.dataframe[0].value["决定"]) == ["2-12"]
    assert page.session_state["decisions"] == {"3": "2-12"}
    # Another run of the script keeps it, and judges nothing again.
    before = page.session_state["triage"][1][0]
    page.run()
    assert page.session_state["decisions"] == {"3": "2-12"}
    assert page.session_state["triage"][1][0] is before

    rows = tuple(replace(r, corrected=page.session_state["decisions"].get(r.place, "")) for r in before.rows)
    out = tmp_path / "report.xlsx"
    write_report(replace(before, rows=rows), out)
    decided, problems = read_report(out, tianjin.guide)
    assert [(d.id, d.topic) for d in decided] == [("a2", "2-12")]
    assert problems == []


def test_a_report_that_comes_back_another_day_goes_on_where_it_was_left(tmp_path: Path) -> None:
    page = intake()
    rows = page.session_state["triage"][1][0].rows
    filled = {
        "a2": {"corrected": "2-12", "remark": "问过"},
        "a3": {"corrected": "无"},
        "a1": {"remark": "再看"},
    }
    written = [replace(row, **filled.get(row.proposal.id, {})) for row in rows]
    write_report(replace(page.session_state["triage"][1][0], rows=tuple(written)), tmp_path / "r.xlsx")
    again = intake(tmp_path / "r.xlsx")
    told = html(again)
    ids = {row.place: row.proposal.id for row in again.session_state["triage"][1][0].rows}
    assert sorted(ids.values()) == ["a1", "a2", "a3", "a4"]
    state = again.session_state
    assert {ids[place]: choice for place, choice in state["decisions"].items()} == {"a2": "2-12", "a3": "无"}
    assert {ids[place]: note for place, note in state["remarks"].items()} == {"a2": "问过", "a1": "再看"}
    assert "接着上次：读回 2 个决定、2 条备注。" in told
    assert "已定 2 / 4" in told
    assert "--column" not in told


def test_another_column_or_another_guide_and_back_loses_no_decision() -> None:
    page = intake()
    page.multiselect(key="filter.topic").select("2-20").run()
    accept(page)
    next(box for box in page.selectbox if box.label == "年度").select("负责人").run()
    assert page.session_state["triage"][0][2]  # judged anew
    assert page.session_state["decisions"] == {"3": "2-12"}
    here = page.session_state["triage"][1][0].guide.sha256
    page.session_state["guide"] = list(session.shipped_guides())[1]
    page.run()
    assert page.session_state["triage"][1][0].guide.sha256 != here
    assert page.session_state["decisions"] == {}
    page.session_state["guide"] = next(iter(session.shipped_guides()))
    page.run()
    assert page.session_state["triage"][1][0].guide.sha256 == here
    assert page.session_state["decisions"] == {"3": "2-12"}


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
    (note,) = [field for field in page.text_input if field.key and field.key.startswith("note ")]
    note.input("等补件").run()
    assert list(page.session_state["remarks"].values()) == ["等补件"]
    page.button(key="undo").click().run()
    assert (page.session_state["remarks"], page.session_state["decisions"]) == ({}, {"3": "2-12"})
    page.button(key="undo").click().run().button(key="undo").click().run()
    assert page.session_state["decisions"] == {}
    assert "没有撤销任何一行" in html(page)
    page.toggle(key="undecided").set_value(False)
    page.toggle(key="remarked").set_value(True).run()
    assert not page.dataframe
    row = page.session_state["triage"][1][0].rows[-1]
    warned = replace(row, judged=replace(row.judged, warnings=(Message("对象不同", "another object"),)))
    assert (row.judged.verdict, is_remarked(row), is_remarked(warned)) == ("agree", False, True)


def test_a_table_without_a_known_column_asks_for_it_and_goes_on() -> None:
    page = intake(files.Received("odd.csv", "号,事\n1,创新券对企业的作用\n".encode()))
    assert "请指明项目名称或摘要在哪一列" in html(page)
    assert not page.dataframe
    chooser = next(s for s in page.selectbox if s.label == "摘要")
    chooser.select("事").run()
    assert list(page.dataframe[0].value["编号"]) == ["1"]


def test_a_title_under_an_unknown_name_opens_the_columns_and_is_advised_in_the_pages_own_words() -> None:
    rows = "".join(f"h{n},创新券政策,收集企业领取创新券的记录，评价创新券政策的作用,2-12\n" for n in range(3))
    page = intake(files.Received("b.csv", f"流水,成果拟定名,内容梗概,拟报方向\n{rows}".encode()))
    told = html(page)
    assert page.expander[0].proto.expanded
    assert "“成果拟定名”像是项目名称，如果是请指明；" in told
    assert "--column" not in told
    next(box for box in page.selectbox if box.label == "项目名称").select("成果拟定名").run()
    assert list(page.dataframe[0].value["项目名称"]) == ["创新券政策"] * 3
    assert not intake().expander[0].proto.expanded


def test_documents_are_one_batch_and_a_table_stays_a_table() -> None:
    one, same = (files.Received("a.docx", data) for data in (b"1", b"2"))
    table_ = files.Received("t.xlsx", b"3")
    assert files.together([table_]) is table_
    assert files.together([one]).name == "a.zip"
    packed = files.together([one, same, table_])
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
    sheets = {
        name: [["编号", "项目名称", "摘要"], [id_, "<b>公交</b>", "公交线网"]]
        for name, id_ in (("重点项目", "k1"), ("一般项目", "g1"))
    }
    workbook(tmp_path / "two.xlsx", sheets)
    page = intake(tmp_path / "two.xlsx")
    assert set(page.dataframe[0].value["编号"]) == {"k1", "g1"}
    assert "<td>&lt;b&gt;公交&lt;/b&gt;</td>" in html(page)
    next(s for s in page.selectbox if s.label.startswith("读哪张")).select("一般项目").run()
    assert list(page.dataframe[0].value["编号"]) == ["g1"]
    assert "没有选" in html(page)


@pytest.mark.parametrize(("lang", "told"), [("zh", "不能作为批量输入"), ("en", "cannot be read as a batch")])
def test_what_cannot_be_read_is_refused_with_advice_in_the_readers_language(lang: str, told: str) -> None:
    page = intake(files.Received("film.mp4", b"film"), lang)
    assert told in html(page)
    assert "xlsx" in html(page)


def test_a_broken_table_is_one_plain_line() -> None:
    page = intake(files.Received("broken.xlsx", b"PK\x03\x04 this is no workbook"))
    assert re.search(r'class="notice bad" role="alert">broken\.xlsx[^<]*</div>', html(page))

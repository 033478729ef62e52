"""The reviewers' desk of the page: pairs side by side, decided and kept; the archive of earlier years."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from streamlit.testing.v1 import AppTest

from matcher.archive import FolderArchive
from matcher.duplicates.cases import CaseFile
from matcher.engine import Engine
from matcher.types import Proposal
from tests.app_page import COOKING, desk, html, table

LONG = (
    "本课题收集近三年湖东市公交刷卡记录与道路流量，比较各线路的换乘次数和满载率，提出线网调整与班次优化的方案"
)
REPEATS = table(
    ("b1", "公交线网", LONG, "1-01", "甲"),
    ("b2", "线网优化", LONG[:38] + "，据此设计夜间试行办法并在两个城区推广到全市使用", "1-01", "乙"),
    ("b3", "做饭", COOKING, "1-01", "丙"),
)
NEW = table(("c1", "公交线网", LONG, "1-01", "甲"))


def reviewers(state: Mapping[str, object] | None = None) -> AppTest:
    """The reviewers' desk that was sent something: the batch that repeats itself if not said what."""
    page = desk("reviewers")
    for key, value in (state or {"reviewed kept": REPEATS}).items():
        page.session_state[key] = value
    return page.run()


def test_a_copy_is_shown_side_by_side_and_the_threshold_acts_without_comparing_again() -> None:
    page = reviewers()
    told = html(page)
    assert list(page.dataframe[0].value["甲"]) == ["b1"]
    assert list(page.dataframe[0].value["乙"]) == ["b2"]
    assert len(re.findall(r'<mark class="pair c0"', told)) == 2
    found = page.session_state["findings"]
    page.slider(key="threshold").set_value(1.0).run()
    assert "没有发现重复" in html(page)
    assert page.session_state["findings"] is found


def test_earlier_years_are_compared_too() -> None:
    page = reviewers({"reviewed kept": NEW, "earlier kept": REPEATS})
    assert set(page.dataframe[0].value["乙来自"]) == {"往年"}


def test_what_is_said_of_the_reading_is_quiet_and_in_the_language_of_now() -> None:
    page = reviewers()
    assert '<p class="lede">batch.csv：3 行；列：' in html(page)
    page.session_state["lang"] = "en"
    assert '<p class="lede">batch.csv: 3 rows; columns: ' in html(page.run())


def test_a_pair_is_decided_filtered_and_read_back() -> None:
    page = reviewers()
    page.radio[0].set_value("unsure").run()
    page.text_input[-1].set_value("请看第二段").run()
    (case,) = page.session_state["cases"].values()
    assert (case.a, case.b, case.answer, case.note) == ("b1", "b2", "unsure", "请看第二段")
    assert list(page.dataframe[0].value["是否重复"]) == ["存疑"]
    page.multiselect(key="case.answer").set_value(["yes"]).run()
    assert "没有符合筛选" in html(page)
    page.multiselect(key="case.answer").set_value(["unsure"]).run()
    assert len(page.dataframe[0].value) == 1


def test_decisions_on_an_archive_are_kept_in_its_folder(tmp_path: Path, tianjin: Engine) -> None:
    with FolderArchive(tmp_path / "earlier", tianjin.readers.first, create=True) as archive:
        archive.add([Proposal("o1", "公交线网", LONG, year="2020")])
    for turn in range(2):
        page = reviewers({"reviewed kept": NEW, "archive": str(tmp_path / "earlier")})
        assert list(page.dataframe[0].value["是否重复"]) == ["未定" if turn == 0 else "是"]
        page.radio[0].set_value("yes").run()
    (case,) = CaseFile(tmp_path / "earlier" / "cases.jsonl").read().values()
    assert (case.a, case.b, case.answer) == ("c1", "o1", "yes")


def test_what_is_chosen_of_an_archive_is_removed_for_good_once_confirmed(
    tmp_path: Path, tianjin: Engine
) -> None:
    with FolderArchive(tmp_path / "earlier", tianjin.readers.first, create=True) as archive:
        archive.add(
            [Proposal("o1", "公交线网", LONG, year="2020"), Proposal("o2", "做饭", COOKING, year="2020")]
        )
    page = reviewers({"reviewed kept": NEW, "archive": str(tmp_path / "earlier"), "archive tools": True})
    assert page.session_state["findings"][1].pairs
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
    assert "没有发现重复" in html(page)  # what was found of it is forgotten, too
    assert list(page.dataframe[0].value["编号"]) == ["o2"]
    left = b"".join(f.read_bytes() for f in (tmp_path / "earlier").rglob("*") if f.is_file())
    assert LONG[:20].encode() not in left


def test_an_archive_folder_that_is_none_is_one_plain_line(tmp_path: Path) -> None:
    page = reviewers({"reviewed kept": REPEATS, "archive": str(tmp_path / "nothing")})
    assert 'class="notice bad"' in html(page)


def test_an_archive_is_added_to_listed_verified_and_thinned_on_the_page(tmp_path: Path) -> None:
    folder = tmp_path / "档案"
    rows = tmp_path / "batch.csv"
    rows.write_text(
        "编号,项目名称,摘要,年度\nk1,创新券研究,创新券政策对小企业的作用,2021\nk2,科技金融研究,科技金融支持中小企业,2021\n",
        encoding="utf-8",
    )
    script = (
        "from pathlib import Path\nfrom app import earlier, session\nfrom matcher.readers.batch import Batch\n"
        f"read = lambda: [row.proposal for row in Batch(Path({str(rows)!r}))]\n"
        "import streamlit as st\nst.session_state.setdefault('archive tools', True)\n"
        f"earlier.archive_tools(session.engine(), {str(folder)!r}, read)\n"
    )
    page = AppTest.from_string(script, default_timeout=60).run()
    assert "中没有档案库：加入往年申报即可建立。" in html(page)  # which the button below does
    page.button(key="archive add").click().run()
    assert "加入 2 份；0 份已有相同的，没有重复加入" in html(page)
    assert "列出 2 / 2 份" in html(page)
    page.button(key="archive verify").click().run()
    assert "档案库完好" in html(page)
    page.button(key="archive rebuild").click().run()
    assert "重算 2 份" in html(page)
    assert page.button(key="archive remove").disabled
    page.text_input(key="archive search").set_value("科技金融").run()
    assert "列出 1 / 2 份" in html(page)

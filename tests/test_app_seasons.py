"""A season on the page: what is decided outlives the tab, the language and other people's steps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec
from streamlit.testing.v1 import AppTest

from app import files, session
from app.markup import minute
from matcher import shipped
from matcher.matching.scoring import Scorer
from matcher.message import Message
from matcher.readers.batch import Entry
from matcher.season import Season, erase
from matcher.triage import unreadable
from matcher.triage.desk import report
from matcher.triage.reports import write_report
from matcher.triage.resume import digest
from matcher.types import Proposal
from tests.app_page import BATCH, accept, desk, html, intake
from tests.test_app_reviewers import REPEATS

pytestmark = pytest.mark.usefixtures("guides_read_once")


def test_a_season_outlives_the_tab_and_the_language(
    page_season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert intake().dataframe  # without a season as before
    page = intake(season="2026")
    assert set(page.dataframe[0].value["编号"]) == {"a1", "a2", "a3", "a4"}
    with monkeypatch.context() as kept:
        kept.setattr(Scorer, "score", None)  # what a row is opened with was kept with it
        page.text_input(key="search").input("a2").run()
        assert "研究内容逐项对照" in html(page)
    accept(page)
    next(t for t in page.text_input if (t.key or "").startswith("note ")).input("问过处室").run()
    page.text_input(key="search").input("处室").run()
    assert list(page.dataframe[0].value["编号"]) == ["a2"]
    (line,) = page_season.batches()
    assert (line.rows, line.decided) == (4, 1)
    for language in ("en", "zh"):
        page.session_state["lang"] = language
        page.run()
        assert "2-12" in html(page) + str(page.dataframe[0].value)
    assert len(page_season.batches()) == 1
    # Another tab, another person: the address leads to the same batch.
    other = desk("intake")
    other.query_params["season"] = "2026"
    other.run()
    chosen = dict(zip(other.dataframe[0].value["编号"], other.dataframe[0].value["决定"], strict=True))
    assert chosen["a2"] == "2-12"
    other.button(key="queue.keep all").click().run()
    assert page_season.batches()[0].decided == 4
    page.button(key="undo").click().run()  # the same person's last stroke, whichever tab it was in
    now = {row.proposal.id: row.corrected for row in page_season.report(line.id).rows}
    assert now == {"a1": "", "a2": "2-12", "a3": "", "a4": ""}


def test_a_row_that_another_decided_first_is_told(page_season: Season) -> None:
    page = intake(season="2026")
    page.text_input(key="search").input("a2").run()
    page_season.decide(1, {"3": "无"})
    accept(page)
    assert "刚由他人定为" in html(page)
    assert {r.proposal.id: r.corrected for r in page_season.report(1).rows}["a2"] == "无"
    page_season.batch(1).note({"3": 600 * "长"}, {"3": ""})
    page.run()
    assert "刚由他人定为" not in html(page)  # told once
    assert 600 * "长" in [field.value for field in page.text_input]
    page.button(key="undo").click().run()
    assert "没有撤销任何一行" in html(page)  # the step was somebody else's
    page_season.remove(1)
    accept(page)
    assert not page.exception
    assert "还没有批次" in html(page)


def test_a_filled_report_is_recognised_and_comes_home(page_season: Season, tmp_path: Path) -> None:
    page = intake(season="2026")
    assert page.file_uploader(key="batch 1")  # a new field: the next file is not packed with the last one
    page.session_state["batch kept"] = BATCH  # as where an event ended the run that added it
    assert "batch.csv 已在本申报季中" in html(page.run())
    assert "batch kept" not in page.session_state
    rows = tuple(
        replace(r, corrected="2-12" if r.proposal.id == "a2" else "") for r in page_season.report(1).rows
    )
    write_report(replace(page_season.report(1), rows=rows), tmp_path / "r.xlsx")
    page.session_state["batch kept"] = files.Received("r.xlsx", (tmp_path / "r.xlsx").read_bytes())
    page.run()
    assert "读回 1 项决定与备注：a2 → 2-12" in html(page)
    assert [line.decided for line in page_season.batches()] == [1]
    two = page_season.add(replace(page_season.report(1), batch="again.csv"), "again")
    page.query_params["batch"] = str(two)
    assert "4 行在以前的批次中有过" in html(page.run())
    page.text_input(key="search").input("a2").run()
    assert "编号相同：第 1 批 a2（第 3 行，定为 2-12）" in html(page)


def test_an_address_leads_to_no_season_but_ones_own(
    page_season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_season.copy(page_season.file.parent / "own.season")
    (page_season.file.parent / "own" / "乙").mkdir(parents=True)
    (page_season.file.parent / "own.season").rename(page_season.file.parent / "own" / "乙" / "x.season")
    # What a browser hands back after the language was switched: a label of the other one.
    monkeypatch.setattr("app.seasons.st.selectbox", lambda *_, **__: "New season …")
    page = desk("intake")
    page.query_params["season"] = "own/乙/x"
    assert "没有申报季 own/乙/x" in html(page.run())
    assert "season" not in page.session_state


def test_a_season_is_made_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    page = desk("intake").run()
    page.selectbox(key="season name").select("+").run()
    page.text_input(key="season new name").input("../2027 春").run()
    page.button(key="season make").click().run()
    assert [f.name for f in (tmp_path / "seasons").glob("*.season")] == ["2027 春.season"]
    assert "还没有批次" in html(page)


def test_seasons_are_listed_with_their_log_carried_and_deleted_for_good(
    page_season: Season, tmp_path: Path
) -> None:
    (tmp_path / "seasons" / "坏.season").write_bytes(b"no season")
    page = desk("season_files").run()
    assert "坏.season" in html(page)
    listed, log = (frame.value.iloc[0] for frame in page.dataframe)
    assert (listed["申报季"], listed["份数"], listed["谁"]) == ("2026", 0, "甲")
    assert (log["谁"], log["做了什么"]) == ("甲", "指南")
    page_season.copy(tmp_path / "2027.season")
    field = next(f for f in page.file_uploader if f.key == "season files 0")
    field.upload("2027.season", (tmp_path / "2027.season").read_bytes()).run()
    assert list(page.dataframe[0].value["申报季"]) == ["2026", "2027"]

    def delete() -> str:
        page.text_input(key="delete 2026").input("2026").run()
        page.button(key="season delete").click().run()
        return html(page)

    assert "已删除 2026" in delete()
    assert list(page.dataframe[0].value["申报季"]) == ["2027"]
    assert [file.name for file in (tmp_path / "seasons").glob("2026*")] == []


def test_a_season_that_is_made_again_shows_nothing_of_the_one_before(page_season: Season) -> None:
    def made_again(title: str) -> None:
        erase(page_season.file)
        with Season.new(page_season.file, shipped.default_guide()) as season:
            row = Entry(2, Proposal("a", title, "文"))
            season.add(report(season.guide, "one.xlsx", [row], [unreadable(Message("坏", "bad"))]), title)

    page = AppTest.from_string(
        """
        import streamlit
        from app import seasons

        season = seasons.choose()
        streamlit.write(seasons._read(season, 1)[0].rows[0].proposal.title)
        """
    )
    page.query_params["season"] = page_season.file.stem
    shown = []
    for title, in_this_tab in (("公交", False), ("食堂", True), ("夜市", False)):
        if in_this_tab:  # as the page of the seasons does it
            page.session_state["season"].close()
            del page.session_state["season"]
        made_again(title)
        shown.append(page.run().markdown[0].value)
    assert shown == ["公交", "食堂", "夜市"]


def test_pairs_of_a_season_outlive_the_tab_and_are_kept_in_it(page_season: Season) -> None:
    intake(REPEATS, season="2026")
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
    (case,) = page_season.batch(1).read().values()
    assert (case.a, case.b, case.answer) == ("b1", "b2", "yes")
    assert [c.action for c in page_season.audit.history(1)] == ["add", "pairs", "pair"]


def test_a_file_that_is_taken_away_again_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, UploadedFile | None] = {"season files": None}
    monkeypatch.setattr("app.session.st.session_state", state)
    sent: list[tuple[files.Received, str]] = []
    session._received("season files", lambda *both: sent.append(both), "more")
    assert sent == []
    record = UploadedFileRec("1", "2026.season", "", b"data")
    state["season files"] = UploadedFile(record, FileURLs())
    session._received("season files", lambda *both: sent.append(both), "more")
    assert sent == [(files.Received("2026.season", b"data"), "more")]


def test_times_are_those_of_the_browser_and_one_file_has_one_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.markup.st.context", SimpleNamespace(timezone_offset=-480))
    assert minute("2030-05-01T23:30:00+00:00") == "2030-05-02 07:30+08:00"
    (tmp_path / "batch.csv").write_bytes(BATCH.data)
    assert (
        digest(tmp_path / "batch.csv") == BATCH.sha256
    )  # so that the page knows what the command line added

"""A corrected guide in the middle of a season: what it changes, what is judged anew, and what stays."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from app.files import Received
from matcher.cli.commands import app
from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.errors import SeasonError
from matcher.guide import read_guide
from matcher.message import Message
from matcher.readers.batch import BadRow, Entry
from matcher.season import NONE, Correction, Season, StaleError, bring
from matcher.triage import desk
from matcher.triage.decisions import read_report
from matcher.triage.notes import Letter
from matcher.triage.reports import write_report
from matcher.types import Guide, Office, Proposal
from tests.at_work import at_work, correct, correct_in_turn
from tests.conftest import GUIDE

pytestmark = pytest.mark.usefixtures("guides_read_once")

# Another phone, another title, one topic taken out, one put in before the last: the last has another number.
CORRECTED = (
    GUIDE.replace("0571-1001", "0571-1999")
    .replace("社区食堂可持续运营机制研究", "社区食堂可持续运营与补贴机制研究")
    .replace("1.夜间经济安全治理研究\n研究内容：梳理夜市的消防、噪声与食品安全问题。\n", "")
    .replace(
        "2.河道垃圾", "1.湖面游船调度研究\n研究内容：统计游船航次。\n对接处室：水运处 0571-1004\n2.河道垃圾"
    )
)
ROWS: list[Entry | BadRow] = [
    Entry(2, Proposal("a", "公交线网", "公交公交公交", "1-01")),
    Entry(3, Proposal("b", "夜市", "夜市夜市安全", "2-01")),
    Entry(4, Proposal("c", "河道垃圾", "河道垃圾河道垃圾", "2-02"), declared_number=True),
    Entry(5, Proposal("d", "游船", "游船游船"), notes=(Message("注意", "note"),)),
    BadRow(6, Message("第 6 行坏了", "line 6 is bad")),
]


def corrected(tmp_path: Path, text: str = CORRECTED) -> Path:
    file = tmp_path / "corrected.txt"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def season(guide_file: Path, tmp_path: Path) -> Season:
    opened = Season.new(tmp_path / "2030.season", guide_file, "甲")
    engine = Engine.open(opened.guide, FAST)
    judged = list(desk.judged_rows(engine, ROWS))
    opened.add(desk.report(opened.guide, "b.csv", ROWS, judged), "digest")
    return opened


def written(report: desk.Report, file: Path, decided: Mapping[str, str]) -> Path:
    """The report as it is written where these places are decided and no others."""
    rows = tuple(replace(row, corrected=decided.get(row.place, "")) for row in report.rows)
    write_report(replace(report, rows=rows), file)
    return file


def test_what_a_correction_changes_is_said(guide_file: Path, tmp_path: Path) -> None:
    correction = Correction.between(read_guide(guide_file), read_guide(corrected(tmp_path)))
    assert correction.same == {"1-01": "1-01", "1-02": "1-02", "2-02": "2-02"}
    assert [message.zh for message in correction.messages()] == [
        "1-01 处室由 交通处 0571-1001 改为 交通处 0571-1999",
        "1-02 题目由《社区食堂可持续运营机制研究》改为《社区食堂可持续运营与补贴机制研究》",
        "删去 2-01《夜间经济安全治理研究》",
        "新增 2-01《湖面游船调度研究》",
    ]


def test_another_section_or_code_is_said(guide_file: Path, tmp_path: Path) -> None:
    document = corrected(tmp_path, GUIDE.replace("二、一般课题", "二、自筹课题"))
    correction = Correction.between(read_guide(guide_file), read_guide(document))
    assert [message.zh for message in correction.messages()] == [
        "2-01 类别或代号由 一般课题 改为 自筹课题",
        "2-02 类别或代号由 一般课题 改为 自筹课题",
    ]


def test_topics_are_known_again_by_what_they_say_and_not_by_their_number(guide_file: Path) -> None:
    before = read_guide(guide_file)
    one, two, three, four = before.topics
    turned = replace(before, topics=(replace(two, id="1-01"), replace(one, id="1-02"), three, four))
    assert Correction.between(before, turned).same == {
        "1-01": "1-02",
        "1-02": "1-01",
        "2-01": "2-01",
        "2-02": "2-02",
    }
    assert Correction.between(before, turned).messages()[0].zh in {
        "编号改变：1-01 → 1-02、1-02 → 1-01",
        "编号改变：1-02 → 1-01、1-01 → 1-02",
    }


def test_one_of_many_alike_titles_is_taken_out(guide_file: Path) -> None:
    """The same title counts for more than the same number."""
    before = read_guide(guide_file)
    like = replace(before.topics[0], content="")
    four = [
        replace(like, id=f"1-{n:02d}", number=n, title=f"{side}市科技创新发展对策研究")
        for n, side in enumerate("东西南北", 1)
    ]
    left = [replace(topic, id=f"1-{n:02d}", number=n) for n, topic in enumerate([four[0], *four[2:]], 1)]
    correction = Correction.between(replace(before, topics=tuple(four)), replace(before, topics=tuple(left)))
    assert correction.same == {"1-01": "1-01", "1-03": "1-02", "1-04": "1-03"}


def test_decisions_stay_and_the_rest_is_judged_anew(season: Season, tmp_path: Path) -> None:
    season.decide(1, {"2": "1-01"})
    season.decide(1, {"3": "2-01", "4": "2-02"})
    season.decide(1, {"5": NONE})
    season.batch(1).note({"3": "问过"}, {"3": ""})
    letters = {"2": "1-01", "3": "2-01", "4": "2-02", "5": ""}
    topics = {topic.id: topic for topic in season.guide.topics}
    kept = [
        (Letter(row, "move", topics.get(letters[row.place]), season.guide), "")
        for row in season.report(1).rows
        if row.place in letters
    ]
    season.batch(1).keep_letters(kept)
    named = season.guide.id
    (said,) = correct(season, corrected(tmp_path))
    assert (season.guide.id, read_guide(corrected(tmp_path)).id) == (named, "corrected")
    assert said.zh.startswith("b.csv：5 行重新判断，")
    assert said.zh.endswith("保留 3 个决定；所定课题已删去，请重新决定：b。")
    report = season.report(1)
    rows = {row.place: row for row in report.rows}
    assert {place: row.corrected for place, row in rows.items()} == {
        "2": "1-01",
        "3": "",
        "4": "2-02",
        "5": NONE,
        "6": "",
    }
    fresh = Engine.open(read_guide(corrected(tmp_path)), FAST)
    anew = dict(zip((row.place for row in ROWS), desk.judged_rows(fresh, ROWS, shown=True), strict=True))
    for place in ("2", "4", "5", "6"):
        assert rows[place].judged == anew[place], place
    # The applicant chose 2-01 of the guide of that day, which is not the 2-01 of today.
    assert (anew["3"].declared, rows["3"].judged.declared) == ("2-01", None)
    assert "《夜间经济安全治理研究》已不在更正后的指南中" in rows["3"].judged.reason.zh
    # Another phone; a topic that is gone; one that is as it was.
    assert {place: letter.topic for place, letter in season.batch(1).letters().items()} == {
        "2": "1-01《湖东市智慧公交线网优化研究》", "3": "2-01《夜间经济安全治理研究》", "4": "2-02", "5": "",
    }  # fmt: skip
    assert rows["3"].remark == "问过"
    assert rows["5"].judged.warnings[-1:] == (Message("注意", "note"),)
    assert report.rows == desk.in_queue(report.rows)
    assert next(t.office.phone for t in report.guide.topics if t.office) == "0571-1999"
    assert season.guide.topics == report.guide.topics
    changes = [(c.action, c.place, c.before, c.after) for c in season.audit.history()][-2:]
    assert changes == [("guide", "", "", changes[0][3]), ("guide", "3", "2-01", "")]
    assert changes[0][3].startswith("corrected.txt ")


def test_a_report_from_before_comes_home_under_the_ids_of_now(
    season: Season, guide_file: Path, tmp_path: Path
) -> None:
    """The 2-01 of a report is that of its own guide, whatever the file of the corrected one is called."""
    decided = {"2": "1-01", "3": "2-01", "4": "2-02", "5": NONE}
    before = written(season.report(1), tmp_path / "before.xlsx", decided)
    guide_file.write_text(CORRECTED.replace("2.河道垃圾", "3.河道垃圾"), encoding="utf-8")
    correct(season, guide_file)
    understood, problems = bring(season, before)
    assert sorted(understood) == [("a", "1-01"), ("c", "2-03"), ("d", "无 none")]
    (problem,) = problems
    assert problem.zh == "b 定为 2-01，更正后的指南已没有这个课题，未采用：请另定。"
    write_report(season.report(1), tmp_path / "after.xlsx")
    assert sorted(bring(season, tmp_path / "after.xlsx")[0]) == sorted(understood)


def test_a_report_from_before_is_known_by_its_topics_whatever_the_corrected_file_is_called(
    season: Season, tmp_path: Path
) -> None:
    before = written(season.report(1), tmp_path / "before.xlsx", {"4": "2-02"})
    correct(season, corrected(tmp_path, GUIDE.replace("0571-1001", "0571-1999")))
    assert bring(season, before) == ([("c", "2-02")], [])


def test_a_topic_that_has_another_title_than_in_the_report_is_not_learnt(
    season: Season, tmp_path: Path
) -> None:
    """The guide of the same name whose 2-01 is another topic now, as `matcher learn` meets it."""
    before = season.report(1)
    file = written(before, tmp_path / "before.xlsx", {"3": "2-01", "4": "2-02"})
    now = replace(read_guide(corrected(tmp_path)), id=before.guide.id)
    decisions, problems = read_report(file, now)
    assert [(d.id, d.topic) for d in decisions] == [("c", "2-02")]
    (problem,) = problems
    assert "2-01 与现在的指南不是同一题目" in problem.zh


def test_a_row_without_text_declares_the_topic_of_now(guide_file: Path, tmp_path: Path) -> None:
    """Else its id is another topic's, or none that a report can name."""
    rows = [Entry(2, Proposal("a", "", "", "2-01")), Entry(3, Proposal("b", "", "", "2-02"))]
    with Season.new(tmp_path / "2030.season", guide_file, "甲") as season:
        judged = list(desk.judged_rows(Engine.open(season.guide, FAST), rows))
        season.add(desk.report(season.guide, "b.csv", rows, judged), "digest")
        document = corrected(tmp_path, CORRECTED.replace("2.河道垃圾", "3.河道垃圾"))
        correct(season, document)
        report = season.report(1)
        assert [(row.proposal.id, row.judged.declared) for row in report.rows] == [("a", None), ("b", "2-03")]
        write_report(report, tmp_path / "report.html")


def test_a_view_from_before_is_told_and_no_step_from_before_is_taken_back(
    season: Season, tmp_path: Path
) -> None:
    season.decide(1, {"2": "1-01"})
    seen, report = season.version, season.report(1)
    correct(season, corrected(tmp_path))
    with pytest.raises(StaleError):
        season.decide(1, {"2": "2-01"}, seen=seen)
    assert season.undo() == []
    assert season.updated(report, 1) == season.report(1)
    with pytest.raises(SeasonError, match="corrected while"):
        season.add(replace(report, batch="c.csv"), "other")


def test_what_is_no_correction_changes_nothing(season: Season, guide_file: Path, tmp_path: Path) -> None:
    before = season.version
    for same in (guide_file, corrected(tmp_path, "\n" + GUIDE)):
        with pytest.raises(SeasonError, match="nothing is changed"):
            correct(season, same)
    other = "2030年选题指南\n" + "\n".join(
        f"{n}.{t}" for n, t in enumerate(("稻瘟病防治", "茶园施肥", "蚕桑育种"), 1)
    )
    with pytest.raises(SeasonError, match="0 of the season's 4 topics"):
        correct(season, corrected(tmp_path, other))
    assert season.version == before


def test_a_batch_that_comes_meanwhile_keeps_the_guide(season: Season, tmp_path: Path) -> None:
    key = season.report(1).guide.sha256
    with Season(season.file, "乙") as other, pytest.raises(SeasonError, match="came or went"):
        correct(
            season,
            corrected(tmp_path),
            lambda: other.add(replace(other.report(1), batch="c.csv"), "other"),
        )
    assert {season.report(line.id).guide.sha256 for line in season.batches()} == {key}


def test_of_two_corrections_at_a_time_the_second_is_told(
    season: Season, guide_file: Path, tmp_path: Path
) -> None:
    """Its ids of before are not those of the season any more: a decision would go to another topic."""
    season.decide(1, {"4": "2-02"})
    first = guide_file.with_name("first.txt")
    first.write_text(CORRECTED.replace("2.河道垃圾", "3.河道垃圾"), encoding="utf-8")
    with Season(season.file, "乙") as other, pytest.raises(SeasonError, match="guide was changed meanwhile"):
        correct(season, corrected(tmp_path), lambda: correct(other, first))
    assert season.guide.topics == read_guide(first).topics
    assert [row.corrected for row in season.report(1).rows if row.place == "4"] == ["2-03"]


def test_what_is_decided_meanwhile_counts_as_it_is_afterwards(season: Season, tmp_path: Path) -> None:
    with Season(season.file, "乙") as other:
        (said,) = correct(season, corrected(tmp_path), lambda: other.decide(1, {"2": "1-01", "3": "2-01"}))
    assert said.zh.endswith("保留 1 个决定；所定课题已删去，请重新决定：b。")


def test_a_kill_leaves_one_guide_or_the_other(season: Season, guide_file: Path, tmp_path: Path) -> None:
    """Guide, batch and answers belong together at any moment."""
    season.decide(1, {"2": "1-01"})
    season.close()
    documents = [corrected(tmp_path), guide_file]
    guides: list[Guide] = list(map(read_guide, documents))
    for pause in (0.05, 0.12):
        with at_work(correct_in_turn, season.file, *documents):
            time.sleep(pause)
        with Season(season.file) as again:
            now = next(g for g in guides if g.topics == again.guide.topics)
            report = again.report(1)
            assert report.guide.topics == now.topics
            rows = {row.proposal.id: row for row in report.rows}
            assert rows["b"].judged.declared == (None if now is guides[0] else "2-01")
            assert rows["a"].corrected == "1-01"


def test_the_command_says_what_changes_and_what_became_of_the_rows(season: Season, tmp_path: Path) -> None:
    season.decide(1, {"3": "2-01"})
    season.close()
    ran = CliRunner().invoke(app, ["season", "guide", str(season.file), str(corrected(tmp_path)), "--fast"])
    assert ran.exit_code == 0, ran.output
    assert "1-01 处室由 交通处 0571-1001 改为 交通处 0571-1999" in ran.output
    assert "所定课题已删去，请重新决定：b。" in ran.output
    with Season(season.file) as again:
        assert len(again.guide.topics) == 4


def test_the_page_shows_what_changes_before_it_is_taken(
    season: Season, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    (tmp_path / "seasons").mkdir()
    season.close()
    file = season.file.rename(tmp_path / "seasons" / "2030.season")
    page = AppTest.from_string("from app import intake\nintake.page()\n", default_timeout=60)
    page.query_params["season"] = "2030"
    page.run()
    page.file_uploader(key="season guide 0").upload("c.txt", CORRECTED.encode(), "text/plain").run()
    shown = "".join(element.proto.body for element in page.get("html"))
    assert "处室由 交通处 0571-1001 改为 交通处 0571-1999" in shown
    with Season(file) as before:
        assert before.guide.topics[0].office == Office("交通处", "0571-1001")
    page.button(key="season guide take").click().run()
    assert not page.exception
    assert "5 行重新判断" in "".join(element.proto.body for element in page.get("html"))
    # The queue of a tab that was drawn before: its next event draws it alone.
    other = AppTest.from_string(
        "from app import intake, seasons, session\nseason = seasons.choose()\n"
        "intake._work(session.engine_of(season.guides()[1]), lambda: seasons._read(season, 1))\n",
        default_timeout=60,
    )
    other.query_params["season"] = "2030"
    other.run().text_input(key="search").input("d").run()
    assert not other.exception
    assert "统计<" in "".join(element.proto.body for element in other.get("html"))
    # A new field: the old one still holds the file. What was sent stays in view in the other language.
    page.file_uploader(key="season guide 1").upload("c.txt", GUIDE.encode(), "text/plain").run()
    page.session_state["lang"] = "en"
    page.session_state["batch kept"] = Received("b.csv", b"id,title\n1,a\n")
    panels = {panel.label: panel.proto.expanded for panel in page.run().expander}
    assert panels["Add a batch, or drop a filled-in report"]
    assert panels["Correct the guide"]
    with Season(file) as after:
        assert after.guide.topics[0].office == Office("交通处", "0571-1999")
        assert after.report(1).guide.topics == after.guide.topics

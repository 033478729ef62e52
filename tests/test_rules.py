"""Filing rules: reading them, names, and every kind of check over a small batch."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from matcher.errors import RulesError
from matcher.message import Message, spoken
from matcher.readers.batch import Entry
from matcher.rules import RULE_KINDS, Finding, Rule, Rules, read_rules, rules_for
from matcher.rules.checks import check
from matcher.rules.values import is_part_of, organisation, people, person
from matcher.types import Proposal


def entry(line: int, pi: str = "", org: str = "", year: str = "", abstract: str = "", **extra: str) -> Entry:
    return Entry(line, Proposal(str(line), "甲", abstract, "", org, pi, year), extra)


def statuses(
    rule: Rule,
    *entries: Entry,
    sections: list[str | None] | None = None,
    earlier: list[Proposal] | None = None,
) -> list[list[str]]:
    found = check(Rules("g", "", (rule,)), entries, sections or [None] * len(entries), earlier or [])
    assert all(f.clause == rule.clause and " / " in f.message for row in found.rows for f in row)
    return [[f.status for f in row] for row in found.rows]


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("张 三", "张三"), ("张三（博士）", "张三"), ("张三教授", "张三"), ("張三", "张三"), ("阿卜·杜拉", "阿卜杜拉"),
        ("ZHANG San", "zhangsan"), ("王老师", "王老师"),
    ],
)  # fmt: skip
def test_persons(written: str, compared: str) -> None:
    assert person(written) == compared


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("张三、李四", ["张三", "李四"]),
        ("张三,李四；王五/张三", ["张三", "李四", "王五"]),
        ("张三 李四", ["张三", "李四"]),
        ("张 三", ["张三"]),
        ("", []),
        ("Zhang San, Li Si", ["zhangsan", "lisi"]),
    ],
)
def test_people_of_a_cell(cell: str, names: list[str]) -> None:
    assert people(cell) == names


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("天津海棠科技有限公司", "天津海棠科技股份有限公司", True),
        ("天津（海棠）科技有限公司", "天津海棠科技", True),
        ("Sea Tech Co., Ltd.", "SEA TECH LTD", True),
        ("南开大学", "南开大学（滨海学院）", False),
        ("天津大学", "天津科技大学", False),
    ],
)
def test_organisations(a: str, b: str, same: bool) -> None:
    assert (organisation(a) == organisation(b)) is same


def test_a_department_is_part_of_its_house_only() -> None:
    assert is_part_of("天津大学经济学院", "天津大学")
    assert not is_part_of("天津科技大学", "天津科技")


def test_an_organisation_over_its_limit_is_reported_on_every_row_and_once_for_itself() -> None:
    rule = Rule("org", "organisation_limit", "第1条", limit=2)
    rows = [
        entry(n, org=o) for n, o in enumerate(["甲科技有限公司", "甲科技", "乙", "甲科技股份有限公司", ""], 2)
    ]
    assert statuses(rule, *rows) == [["broken"], ["broken"], [], ["broken"], ["unchecked"]]
    found = check(Rules("g", "", (rule,)), rows, [None] * 5).organisations
    assert [(f.organisation, f.lines) for f in found] == [("甲科技有限公司", ("2", "3", "5"))]
    assert "共 3 项，限 2 项（第 2, 3, 5 行）" in found[0].finding.message


def test_departments_together_may_pass_the_limit_of_their_house() -> None:
    rule = Rule("org", "organisation_limit", "第1条", limit=2)
    rows = [entry(n, org=o) for n, o in enumerate(["甲大学", "甲大学文学院", "甲大学理学院", "乙大学"])]
    assert statuses(rule, *rows) == [["possible"], ["possible"], ["possible"], []]


def test_a_limit_for_one_section_counts_that_section_only() -> None:
    rule = Rule("org", "organisation_limit", "第1条", limit=1, section="重点项目")
    rows = [entry(n, org="甲") for n in range(4)]
    sections = ["重点项目", "一般项目", "重点项目", None]
    assert statuses(rule, *rows, sections=sections) == [["broken"], [], ["broken"], ["unchecked"]]


def test_one_name_at_two_organisations_is_only_possibly_one_person() -> None:
    rule = Rule("pi", "investigator_limit", "第2条", limit=1)
    rows = [
        entry(1, "张三", "甲"), entry(2, "张 三", "甲"), entry(3, "张三（教授）", "乙"), entry(4, "", "甲"), entry(5, "李四", "甲"),
    ]  # fmt: skip
    assert statuses(rule, *rows) == [["broken"], ["broken"], ["possible"], ["unchecked"], []]


def test_a_principal_investigator_who_is_a_member_elsewhere() -> None:
    rule = Rule("member", "investigator_also_member", "第3条")
    rows = [
        entry(1, "张三", "甲", members="王五、张三"),
        entry(2, "李四", "甲", members="张三"),
        entry(3, "王五", "乙", members=""),
        entry(4, "赵六", "乙"),
    ]
    assert statuses(rule, *rows) == [["broken"], [], ["possible"], ["unchecked"]]


def test_one_proposal_a_year_looks_into_the_archive() -> None:
    rule = Rule("year", "yearly_limit", "第4条", limit=1)
    rows = [
        entry(1, "张三", "甲", "2021年度"),
        entry(2, "张三", "甲", "2022"),
        entry(3, "李四", "乙", "2021"),
        entry(4, "王五", "乙"),
    ]
    old = [
        Proposal("old", "旧", "", "", "甲", "张三", "2021"),
        Proposal("old2", "旧", "", "", "丙", "李四", "2021"),
    ]
    assert statuses(rule, *rows) == [[], [], [], ["unchecked"]]
    assert statuses(rule, *rows, earlier=old) == [["broken"], [], ["possible"], ["unchecked"]]
    itself = [entry.proposal for entry in rows]
    assert statuses(rule, *rows, earlier=itself) == [[], [], [], ["unchecked"]], "the batch in the archive"


@pytest.mark.parametrize(
    ("text", "status"),
    [("无", []), ("0", []), ("2项", ["broken"]), ("某重点研发计划", ["broken"]), ("", ["unchecked"])],
)
def test_running_projects(text: str, status: list[str]) -> None:
    assert statuses(Rule("r", "running_projects", "第5条"), entry(1, running=text)) == [status]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("2024-04-12 17:00", []),
        ("2024-04-12 17:01:00", ["broken"]),
        ("2024年4月13日", ["broken"]),
        ("20240411", []),
        ("2024/4/12", ["unchecked"]),  # the hour decides, and it is not there
        ("四月十二", ["unchecked"]),
        ("2024-02-31", ["unchecked"]),
        ("", ["unchecked"]),
    ],
)
def test_the_deadline(text: str, status: list[str]) -> None:
    rule = Rule("d", "deadline", "第6条", until=dt.datetime(2024, 4, 12, 17))
    assert statuses(rule, entry(1, submitted=text)) == [status]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("80万元", []), ("80.5", ["broken"]), ("￥800,001元", ["broken"]), ("5万", ["broken"]), ("若干", ["unchecked"]),
        ("", ["unchecked"]),
    ],
)  # fmt: skip
def test_the_budget(text: str, status: list[str]) -> None:
    assert statuses(Rule("b", "budget_limit", "第7条", most=80, least=10), entry(1, budget=text)) == [status]


@pytest.mark.parametrize(
    ("abstract", "status"), [("一二 三\n四", []), ("一二三四五", ["broken"]), ("", ["unchecked"])]
)
def test_the_length_of_a_text(abstract: str, status: list[str]) -> None:
    rule = Rule("t", "text_limit", "第8条", field="abstract", most=4)
    assert statuses(rule, entry(1, abstract=abstract)) == [status]


@pytest.mark.parametrize(
    ("born", "status"),
    [
        ("1990年9月1日", []),
        ("1990-08-31", ["broken"]),
        ("", ["unchecked"]),
        ("1990年8月", ["broken"]),
        ("1990.09", []),
        ("199008", ["broken"]),
        ("199011", []),
        ("1990.1", ["unchecked"]),
        ("1989.1", ["broken"]),
        ("33116", ["broken"]),
        ("33117", []),
        ("1990.13", ["unchecked"]),
    ],
)
def test_the_age(born: str, status: list[str]) -> None:
    assert statuses(Rule("a", "born_after", "第9条", after=dt.date(1990, 9, 1)), entry(1, birth=born)) == [
        status
    ]


def test_a_column_that_the_batch_lacks_is_never_passed() -> None:
    """Every kind says "not checked" of a row that tells nothing."""
    numbers = {
        "limit": 1,
        "until": dt.datetime(2024, 1, 1),
        "after": dt.date(2024, 1, 1),
        "field": "abstract",
        "most": 1,
    }
    for kind, (needed, allowed) in RULE_KINDS.items():
        rule = Rule("r", kind, "条款", **{k: v for k, v in numbers.items() if k in (*needed, *allowed)})  # type: ignore[arg-type]
        assert "unchecked" in statuses(rule, entry(1))[0], kind


def test_the_shipped_rules_can_be_read_and_name_their_clauses() -> None:
    tianjin = rules_for("tianjin-2021-soft-science")
    lakeside = rules_for("lakeside-2024-health-environment")
    assert tianjin is not None
    assert lakeside is not None
    assert read_rules(tianjin).rules == ()
    note = read_rules(tianjin).note
    assert ("未检查" in spoken(note, "zh"), "not checked" in spoken(note, "en")) == (True, True)
    assert spoken(note, "zh") != spoken(note, "both")
    guide = (Path(__file__).parent.parent / "data/guides/lakeside-2024-health-environment.txt").read_text(
        "utf-8"
    )
    rules = read_rules(lakeside).rules
    assert [r.kind for r in rules] == ["born_after", "running_projects", "deadline", "budget_limit"]
    for rule in rules:
        assert rule.clause.partition("：")[2] in guide, "the clause stands in the guide"


@pytest.mark.parametrize("guide", ["unknown-guide", "../secret", ""])
def test_a_guide_without_rules_has_none(guide: str) -> None:
    assert rules_for(guide) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[[rule]]\nid='a'\nkind='lottery'\nclause='x'", "lottery"),
        ("[[rule]]\nid='a'\nkind='deadline'\nclause='x'", "until"),
        ("[[rule]]\nid='a'\nkind='investigator_limit'\nlimit=-1\nclause='x'", "limit = -1"),
        ("[[rule]]\nid='a'\nkind='investigator_limit'\nlimit=1", "clause"),
        ("[[rule]]\nid='a'\nkind='investigator_limit'\nlimit=1\nclause='x'\ncolour='red'", "colour"),
        ("[[rule]]\nid='a'\nkind='text_limit'\nfield='abstract'\nclause='x'", "most / least"),
        (
            "[[rule]]\nid='a'\nkind='running_projects'\nclause='x'\n[[rule]]\nid='a'\nkind='running_projects'\nclause='y'",
            "ids that differ",
        ),
        ("rule = 3", r"\[\[rule\]\]"),
        ("colour = 'red'", "colour"),
        ("= broken", "not valid TOML"),
    ],
)
def test_a_rules_file_that_is_not_understood_is_one_plain_line(tmp_path: Path, text: str, found: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=found) as error:
        read_rules(file)
    assert "\n" not in str(error.value)


def test_a_date_alone_lasts_to_the_end_of_its_day(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text("[[rule]]\nid='d'\nkind='deadline'\nclause='x'\nuntil=2024-04-12", encoding="utf-8")
    (rule,) = read_rules(file).rules
    assert statuses(rule, entry(1, submitted="2024-04-12"), entry(2, submitted="2024-04-13")) == [
        [],
        ["broken"],
    ]


def test_findings_say_the_rule_and_its_clause() -> None:
    rule = Rule("budget", "budget_limit", "第7条", most=80)
    found = check(Rules("g", "", (rule,)), [entry(1, budget="90")], [None])
    message = Message("申请经费 90 万元，上限 80", "the budget is 90 times 10,000 yuan, at most 80")
    assert found.rows == ((Finding("budget", "broken", message, "第7条"),),)

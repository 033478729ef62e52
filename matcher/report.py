"""Answers in the forms that leave the program: JSON for programs, tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from matcher import settings
from matcher.matching.explain import Explanation
from matcher.message import CLAUSE, SEMICOLON, Message, joined, label, percent
from matcher.screen import plain_table, shortened, spoken
from matcher.segment import visible
from matcher.types import Guide, Match, Topic

_PAIRS_SHOWN = settings.count("report.pairs")
MATCH_VERDICT_NAMES = {
    "topic": Message("有合适课题", "one topic fits"),
    "close": Message("几个课题相近", "several are close"),
    "none": Message("没有合适的课题", "nothing fits"),
    "empty": Message("没有可用文字", "no usable text"),
}
_COLOURS = {"topic": "green", "close": "yellow", "none": "red", "empty": "red"}
_LINKS_SHOWN = settings.count("report.links")
_STATES = {
    "covered": ("✓ ", label("已写到", "covered"), "green"),
    "partly": ("△ ", label("部分写到", "partly"), "yellow"),
    "missing": ("✗ ", label("未见", "not found"), "red"),
}
# Why a passage of a proposal does not count in full.
DISCOUNTS = {
    "background": Message("背景，少计", "background, counts little"),
    "routine": Message("例行文字，不计", "routine text of any project, not counted"),
    "general": Message("与各课题都相近，少计", "near all topics alike, counts little"),
    "repeated": Message("重复，不计", "repeated, not counted"),
    "reference": Message("参考文献，不计", "reference, not counted"),
    "form": Message("表格文字，不计", "form, not counted"),
    "heading": Message("标题栏，不计", "heading, not counted"),
    "hint": Message("填写提示，不计", "hint, not counted"),
    "topics": Message("指南自己的课题清单，不计", "the guide's own list of topics, not counted"),
    "unread": Message("全文过长，未读", "the text is too long: not read"),
    "keywords": Message("关键词，不计", "key words, not counted"),
    "denied": Message("声明不研究，不计", "denied, not counted"),
}
_DISCOUNTS_SHOWN = settings.count("report.discounts")
_TEXT = settings.characters("report.text")
_ITEM = settings.characters("report.item")
_DISCOUNT = settings.characters("report.discount")
# Where an office comes from: a mark beside it, and what the mark means; most offices have none.
_MARKS = {"stated": "", "group": "*", "section": "^", "list": "#"}
_SOURCES = {
    "stated": Message("指南明列", "stated in the guide"),
    "group": Message("按所在组推定", "by its group"),
    "section": Message("按类别", "by its section"),
    "list": Message("文件另处所列", "given elsewhere in the guide"),
}
_OFFICE = 36  # columns: an office with its phone that is no longer stays on one line, and titles are folded


def match_json(match: Match, explanation: Explanation | None = None) -> dict[str, Any]:
    """A match as the fixed JSON object of `match --json` and `match --in --out`.

    With an explanation of its first topic there is "explanation" besides.
    """
    more = {} if explanation is None else {"explanation": _explanation_json(explanation)}
    return match.to_dict() | more


def _explanation_json(explanation: Explanation) -> dict[str, Any]:
    return {
        "topic_id": explanation.topic_id,
        "links": [asdict(link) for link in explanation.links],
        "items": [
            {
                "state": item.state,
                "score": item.score,
                "topic": item.passage.to_dict(),
                "query": item.by and item.by.to_dict(),
            }
            for item in explanation.items
        ],
        "advice": explanation.advice,
    }


def print_match(
    console: Console, match: Match, topics: Mapping[str, Topic], explanation: Explanation | None = None
) -> None:
    """One answer as a table: verdict, ranked topics with office and phone, and what is behind the first.

    `explanation` is of the first topic: which words meet, and which research contents are covered.
    """
    verdict = (spoken(MATCH_VERDICT_NAMES[match.verdict]), _COLOURS[match.verdict])
    console.print(Text.assemble((match.proposal_id, "bold"), "  ", verdict))
    console.print(Text(visible(spoken(match.reason))))
    for warning in match.warnings:
        console.print(Text(f"{spoken(Message('注意', 'note'))}: {visible(spoken(warning))}", style="yellow"))
    if match.hits:
        console.print(_hits_table(match, topics))
        _print_sources(console, [topics[hit.topic_id] for hit in match.hits])
        console.print(_pairs(match))
    if explanation is not None:
        _print_explanation(console, explanation)
        _print_discounts(console, match)
    console.print()


def _hits_table(match: Match, topics: Mapping[str, Topic]) -> Table:
    calibrated = match.hits[0].probability is not None
    shown = [topics[hit.topic_id] for hit in match.hits]
    table = _table(
        _heading("课题", "topic"),
        _heading("概率", "probability") if calibrated else _heading("相似度", "score"),
        _heading("名称", "title"),
    )
    _add_office_column(table, shown)
    for hit, topic in zip(match.hits, shown, strict=True):
        number = f"{hit.score:.2f}" if hit.probability is None else percent(hit.probability)
        table.add_row(topic.id, number, Text(visible(topic.title)), Text(_office_line(topic)))
    return table


def _heading(zh: str, en: str) -> Message:
    """The heading of a column; both languages one above the other, so that the column stays narrow."""
    return Message(zh, en, f"{zh}\n{en}")


def _table(*headings: Message) -> Table:
    """An empty table of topics: what is short on one line, sections and titles on several if need be."""
    table = plain_table()
    for heading in headings:
        folded = heading.en in ("title", "section")
        table.add_column(spoken(heading), overflow="fold", no_wrap=not folded)
    return table


def _add_office_column(table: Table, topics: Sequence[Topic]) -> None:
    """A column for `_office_line`."""
    longest = max((cell_len(_office_line(topic)) for topic in topics), default=0)
    heading = spoken(_heading("对接处室", "office"))
    table.add_column(heading, overflow="fold", no_wrap=longest <= _OFFICE)


def _office_line(topic: Topic) -> str:
    if topic.office is None:
        return spoken(Message("指南未列", "not stated"))
    return visible(f"{topic.office.name} {topic.office.phone} {_MARKS[topic.office_source]}").strip()


def _print_sources(console: Console, topics: Sequence[Topic]) -> None:
    """What the marks beside the offices mean; only those that are there."""
    sources = {topic.office_source for topic in topics if topic.office is not None}
    meanings = [
        joined([f"{mark} " if mark else "", _SOURCES[source]])
        for source, mark in _MARKS.items()
        if source in sources
    ]
    if meanings:
        heading = Message("对接处室：", "office: ", "对接处室 office：")
        meaning = joined([heading, joined(meanings, SEMICOLON)])
        console.print(Text(spoken(meaning), style="dim"))


def _pairs(match: Match) -> Table:
    """The strongest pairs of sentences behind the first hit."""
    best = match.hits[0]
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("", Text(f"{spoken(label('为什么是', 'why'))} {best.topic_id}", style="dim"), "")
    pairs = [e for e in best.evidence if e.of_sentences]
    # By meaning; by words only where the encoder knows nothing of the text.
    proposal, topic = f"{spoken(label('申报书', 'proposal'))}:", f"{spoken(label('课题', 'topic'))}:"
    for e in ([e for e in pairs if e.by == "dense"] or pairs)[:_PAIRS_SHOWN]:
        table.add_row(f"{e.score:.2f}", proposal, Text(shortened(e.query.text, _TEXT)))
        table.add_row("", topic, Text(shortened(e.topic.text, _TEXT)))
    return table


def _print_explanation(console: Console, explanation: Explanation) -> None:
    links = [
        link.topic_word if link.similarity == 1 else f"{link.topic_word}↔{link.query_word}"
        for link in explanation.links[:_LINKS_SHOWN]
    ]
    if links:
        words = f"{spoken(label('相关的词', 'words'))}: {visible(spoken(joined(links, CLAUSE)))}"
        console.print(Text(f"     {words}"))
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 4))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for item in explanation.items:
        mark, state, colour = _STATES[item.state]
        table.add_row(Text(mark + spoken(state), style=colour), Text(shortened(item.passage.text, _ITEM)))
    console.print(table)
    if explanation.advice:
        console.print(Text(f"     {visible(spoken(explanation.advice))}"))


def _print_discounts(console: Console, match: Match) -> None:
    """What of the proposal counts little or not at all, and why."""
    for d in match.discounts[:_DISCOUNTS_SHOWN]:
        text = Text(f"     {spoken(DISCOUNTS[d.reason])}: ", style="dim")
        console.print(text.append(shortened(d.passage.text, _DISCOUNT)))
    if (more := len(match.discounts) - _DISCOUNTS_SHOWN) > 0:
        rest = Message(f"… {more} 处", f"… {more} more", f"… {more} 处 / more")
        console.print(Text(f"     {spoken(rest)}", style="dim"))


def counted(topics: int) -> Message:
    """How many topics a guide has."""
    return Message(f"{topics} 个课题", f"{topics} topics", f"{topics} 个课题 / topics")


def print_guide(console: Console, guide: Guide) -> None:
    """A guide for people: its topics and offices, the findings, and the lines that could not be read."""
    console.print(Text(visible(f"{guide.title}  （{spoken(counted(len(guide.topics)))}）"), style="bold"))
    names = ("课题", "topic"), ("行", "lines"), ("类别", "section"), ("名称", "title")
    table = _table(*(_heading(zh, en) for zh, en in names))
    _add_office_column(table, guide.topics)
    for t in guide.topics:
        lines = f"{t.lines[0]}–{t.lines[1]}"
        code = f"{t.id}（{visible(t.code)}）" if t.code else t.id
        table.add_row(code, lines, Text(visible(t.section)), Text(visible(t.title)), Text(_office_line(t)))
    console.print(table)
    _print_sources(console, guide.topics)
    counts = {role: sum(a.role == role for a in guide.audit) for role in _ROLES}
    listed = joined([joined([_ROLES[r], f" {n}"]) for r, n in counts.items() if n], CLAUSE)
    console.print(Text(spoken(joined([Message("逐行核对", "audit"), ": ", listed]))))
    for n, text in ((a.line, a.text) for a in guide.audit if a.role == "unread"):
        unread = Message(f"未读懂，第 {n} 行", f"unread, line {n}", f"未读懂 / unread, 第 {n} 行")
        console.print(Text(f"  {spoken(unread)}: {shortened(text, _TEXT)}", style="yellow"))
    for finding in guide.findings:
        text = f"  {spoken(Message('发现', 'finding'))}: {visible(spoken(finding))}"
        console.print(Text(text, style="yellow"))
    if guide.findings:
        advice = Message(
            "可用 --out guide.xlsx 导出后修订，再用作指南", "mend it with --out guide.xlsx, itself a guide"
        )
        console.print(Text(f"  {spoken(advice)}", style="dim"))


_ROLES = {
    "heading": label("标题", "heading"),
    "title": label("课题名称", "title"),
    "content": label("研究内容", "content"),
    "office": label("处室", "office"),
    "outside": label("列表之外", "outside"),
    "unread": label("未读懂", "unread"),
}

"""What the officers decided: read back from the corrected column of a report, kept in a local file.

The file is JSON lines, one decision each, the latest for a proposal and guide counting.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice, product
from operator import itemgetter
from pathlib import Path
from typing import Literal

from msgspec import Struct

from matcher import settings, typed_json
from matcher.errors import ReportError
from matcher.files import data_folder, replacing
from matcher.filled_report import FilledReport
from matcher.labelled import Labelled
from matcher.locks import locked
from matcher.message import Catalogue, Message
from matcher.readers.source import LARGEST_FILE, check_regular
from matcher.screen import json_line
from matcher.segment import fold
from matcher.sheet import OPEN, REMARK, UNSURE, known, meant
from matcher.triage import columns
from matcher.triage.declared import DeclaredReader
from matcher.triage.desk import NONE, WITHDRAWN
from matcher.triage.patterns import letters
from matcher.types import Guide, Proposal

say = Catalogue(__file__)

_COMMAND = "matcher triage"
Meaning = Literal["none", "suggested", "declared", "undecided", "withdrawn"]
_AGREED, _KEPT = ("", "同意", "采纳", "接受", "按", "按照"), ("", "维持", "保留", "保持", "按", "仍按")
# What an officer writes besides topics.
_WORDS: Mapping[str, Meaning] = {
    **dict.fromkeys(
        (NONE, "没有", "不合适", "无合适课题", "指南之外", "none", "nothing fits", "outside", "no"), "none"
    ),
    **dict.fromkeys(("指南外", "指南以外", "不在指南内", "不在指南范围", "超出指南", "超出指南范围"), "none"),
    **dict.fromkeys(("都不合适", "均不合适", "没有合适课题", "没有合适的课题", "无合适的课题"), "none"),
    **dict.fromkeys(("√", "✓", "对", "是", "同意", "采纳"), "suggested"),
    **dict.fromkeys(map("".join, product(_AGREED, ("建议", "建议课题", "建议改报"))), "suggested"),
    **dict.fromkeys(map("".join, product(_KEPT, ("原课题", "原申报", "原报课题", "所报课题"))), "declared"),
    **dict.fromkeys(("ok", "yes", "y", "agree", "agreed", "accept", "accepted"), "suggested"),
    **dict.fromkeys(("suggested", "as suggested"), "suggested"),
    **dict.fromkeys(("维持", "维持所报", "维持原报", "保留", "不变", "不改", "所报"), "declared"),
    **dict.fromkeys(("keep", "declared", "as declared", "unchanged"), "declared"),
    **dict.fromkeys((*OPEN, *UNSURE, "待商"), "undecided"),
    **dict.fromkeys(
        (WITHDRAWN, "已撤回", "撤回申报", "撤销申报", "已撤销", "撤稿", "已退出", "放弃申报", "withdrawn"),
        "withdrawn",
    ),
}
# What may stand before the topic that a row is to be moved to.
_MOVED = re.compile(
    r"(?:(?:改报|改为|改到|改成|调至|调到|调整为|调整到)[:：]?|(?:moved?|changed?) to\b|->|→)\s*", re.I
)
# What beside a topic says that it is not the one, or not yet: 2-02 不合适, 2-02（待定）, not 2-02
_DOUBTED = re.compile(
    r"[不非否勿未拒缓或?×✗✘]|存疑|异议|[待再][定议商核查]|暂|退|取消|撤|\b(?:no|not|none|nor|or|reject\w*|unsure|pending|open|tbd|x)\b",
    re.I,
)
UNDECIDED = ""  # the topic of a decision that takes an earlier one back
_LONGEST = settings.characters("decisions.longest")
_TEXT = (columns.ID, columns.TITLE, columns.ABSTRACT)
_NEEDED = (*_TEXT, columns.CORRECTED, columns.SUGGESTED, columns.VERDICT, columns.DECLARED)


class OfficerDecision(Struct, frozen=True, forbid_unknown_fields=True):
    """One decision: the topic that an officer gave a proposal, None where nothing in the guide fits.

    None that is kept is UNDECIDED or WITHDRAWN.
    """

    guide: str
    guide_sha256: str
    id: str
    title: str
    abstract: str
    topic: str | None
    declared: str


def default_file() -> Path:
    """Where decisions are kept: in $MATCHER_DATA or the user's data folder."""
    return data_folder() / "decisions.jsonl"


class DecidedReport:
    """A report that officers filled in, opened once; ReportError for a file that is none."""

    def __init__(self, report: Path) -> None:
        """Open it, and read what it says of itself and which topics it lists."""
        self._name = report.name
        self._opened = FilledReport(report, _COMMAND, columns.QUEUE, columns.SUMMARY, columns.TOPICS)
        summary = [line for line in islice(self._opened.lines(columns.SUMMARY), 10) if len(line) > 1]
        names = known([line[0] for line in summary], (columns.BATCH, columns.GUIDE, columns.LOGGED))
        self._about = {name: line[1] for name, line in zip(names, summary, strict=True)}
        id_, title = columns.topic_headings()
        listed = self._opened.rows(columns.TOPICS, (id_, title))
        # What `_titles` gives for the guide by which the report was made.
        self._listed = {
            cells[id_]: letters(cells[title]) for _, cells in listed if meaning(cells[id_]) is None
        }

    @property
    def batch(self) -> str:
        """The name of the batch that the report is of."""
        return self._about.get(columns.BATCH, "")

    def guide_of(self, guides: Sequence[Guide]) -> Guide:
        """The one of `guides` by which the report was made, by the topics that it lists; the first where it is none of them."""
        return next((guide for guide in guides if _titles(guide) == self._listed), guides[0])

    @property
    def logged(self) -> int | None:
        """The line of the season's log that was the last on the batch when the report was written; None where it does not say."""
        written = self._about.get(columns.LOGGED, "")
        return int(written) if written.isdecimal() else None

    def decisions(self, guide: Guide) -> tuple[list[tuple[int, OfficerDecision]], list[tuple[int, Message]]]:
        """(decisions, sentences about the cells that could not be understood), each with its row: as `read_report`, and the
        rows that are UNDECIDED, WITHDRAWN or without text. ReportError for a report of another guide."""
        listed, topics = self._listed, _titles(guide)
        if (named := self._about.get(columns.GUIDE)) != guide.id and listed != topics:
            raise ReportError(say("decisions.other guide", name=self._name, named=named, id=guide.id))
        reader = DeclaredReader(guide.topics)
        decisions, problems = [], self._opened.unread(columns.QUEUE)
        problems += [(0, message) for message in self._opened.copies((columns.ID, columns.CORRECTED))]
        for number, cells in self._opened.rows(columns.QUEUE, _NEEDED):
            written = " ".join(cells[columns.CORRECTED].split())
            if not written:
                continue
            topic, why = _meant(written, cells, reader, topics)
            if topic and listed.get(topic) != topics.get(topic):
                problem = say("decisions.other title", name=self._name, number=number, topic=topic)
                problems.append((number, problem))
            elif why is None:
                text, declared = _text_of(cells), cells[columns.DECLARED]
                decisions.append((number, OfficerDecision(guide.id, guide.sha256, *text, topic, declared)))
            else:
                cell = written[:_LONGEST]
                problem = say(
                    "decisions.not understood", name=self._name, number=number, written=cell, why=why
                )
                problems.append((number, problem))
        return decisions, problems

    def remarks(self) -> list[tuple[int, str, tuple[str, str, str], str]]:
        """(row, place, (id, title, abstract), note) of the rows that have a note; none in a report from before there were."""
        return [
            (number, cells.get(columns.LINE, ""), _text_of(cells), remark)
            for number, cells in self._opened.rows(columns.QUEUE, _TEXT, (columns.LINE, REMARK))
            if (remark := cells.get(REMARK, "").strip())
        ]


def read_report(report: Path, guide: Guide) -> tuple[list[OfficerDecision], list[Message]]:
    """(decisions, sentences about the cells that could not be understood) of a report filled in.

    An empty cell is no decision, nor is one that says 未定, 存疑 or 撤回, or a row without text, which are named. A cell holds a
    topic in any way that it can be declared in, or 无 for "nothing fits", or √ for "as suggested", or 维持 for "as declared".
    ReportError for a file that is no report, or one of another guide.
    """
    read, problems = DecidedReport(report).decisions(guide)
    decisions = []
    for number, decision in read:
        if decision.topic in (UNDECIDED, WITHDRAWN):
            problem = say("decisions.undecided", name=report.name, number=number, id=decision.id)
            problems.append((number, problem))
        elif not decision.title + decision.abstract:
            problem = say("decisions.no text", name=report.name, number=number, id=decision.id)
            problems.append((number, problem))
        else:
            decisions.append(decision)
    return decisions, [problem for _, problem in sorted(problems, key=itemgetter(0))]


def _text_of(cells: Mapping[str, str]) -> tuple[str, str, str]:
    """(id, title, abstract) of a row."""
    return cells[columns.ID], cells[columns.TITLE], cells[columns.ABSTRACT]


def meaning(written: str) -> Meaning | None:
    """What an officer means by a word, in either language or, as a report has it, in both; None for no such word, as a topic."""
    return meant(written, _WORDS)


def _meant(
    written: str, cells: Mapping[str, str], reader: DeclaredReader, titles: Mapping[str, str]
) -> tuple[str | None, Message | None]:
    """(the topic, None, UNDECIDED or WITHDRAWN of what an officer wrote; why it is not understood, None where it is).

    `titles` are as of `_titles`: a word of a topic's own title says nothing against it."""
    match meaning(written):
        case "none":
            return None, None
        case "undecided":
            return UNDECIDED, None
        case "withdrawn":
            return WITHDRAWN, None
        case "suggested":
            # Of an outside row that is "nothing fits", of an unreadable one nothing.
            suggested = cells[columns.SUGGESTED] or None
            understood = suggested or cells[columns.VERDICT] in columns.verdict_name("outside").forms
            return suggested, None if understood else say("decisions.no suggestion")
        case "declared":
            topic = reader.read(cells[columns.DECLARED]).topic_id
            return topic, None if topic else say("decisions.no declared")
    moved = _MOVED.match(written)
    read = reader.read(written[moved.end() :] if moved else written)
    if read.topic_id is None:
        return None, read.note or say("declared.unknown")
    words = (word[0] for word in _DOUBTED.finditer(fold(written)))
    doubt = next((word for word in words if word.lower() not in titles.get(read.topic_id, "")), None)
    return read.topic_id, say("decisions.doubted", topic=read.topic_id, word=doubt) if doubt else None


def _titles(guide: Guide) -> dict[str, str]:
    """Topic → the letters of its title."""
    return {topic.id: letters(topic.title) for topic in guide.topics}


def keep(file: Path, decisions: Sequence[OfficerDecision]) -> int:
    """Add decisions to the file, each replacing an earlier one on the same text; how many it then holds."""
    with locked(file):
        known = {(d.guide, d.title, d.abstract): d for d in (*read_decisions(file), *decisions)}
        # It holds the texts of proposals; who may read one that is there is its owner's affair.
        with replacing(file, private=not file.exists()) as stream:
            stream.writelines(json_line(typed_json.plain(decision)) for decision in known.values())
    return len(known)


def read_decisions(file: Path) -> list[OfficerDecision]:
    """The decisions of a file, [] where there is none; ReportError for a line that is no decision."""
    if not file.exists():
        return []
    check_regular(file, LARGEST_FILE)
    decisions = []
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        try:
            decisions.append(typed_json.loads(line, OfficerDecision))
        except ValueError as error:
            raise ReportError(say("decisions.line", file=file, number=number)) from error
    return decisions


def labelled(file: Path, guide: Guide) -> tuple[list[Labelled], list[str]]:
    """(the decisions on a guide as labelled proposals, the ids of those on topics that it no longer has, which are left out)."""
    topics = {None, *(topic.id for topic in guide.topics)}
    decided = [d for d in read_decisions(file) if d.guide == guide.id]
    return [
        Labelled(Proposal(d.id, d.title, d.abstract), {d.topic: 2} if d.topic else {}, "decided", "", "")
        for d in decided
        if d.topic in topics
    ], [d.id for d in decided if d.topic not in topics]

"""A pair is a case: what reviewers decided of it and noted, kept as JSON lines and read back from reports.

A case hangs on the texts of both proposals, not on their places: it stands again in the next report on
the same batch or archive, and says nothing of a text that has changed since. It holds no text itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Literal, Protocol, get_args

from msgspec import Struct

from matcher import settings, typed_json
from matcher.duplicates import Findings, Pair
from matcher.errors import ReportError
from matcher.files import replacing
from matcher.filled_report import FilledReport
from matcher.locks import locked
from matcher.message import Catalogue, Message
from matcher.readers.source import LARGEST_FILE, check_regular
from matcher.screen import json_line
from matcher.sheet import OPEN, REMARK, UNSURE, heading, meant
from matcher.types import Proposal

say = Catalogue(__file__)

_LONGEST = settings.characters("decisions.longest")
Answer = Literal["yes", "no", "unsure"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
# What reviewers write into the column.
_WRITTEN: Mapping[str, Answer | Literal["open"]] = {
    **dict.fromkeys(("是", "是的", "重复", "确认重复", "属实", "√", "✓", "yes", "y"), "yes"),
    **dict.fromkeys(("否", "不是", "不是的", "不重复", "未重复", "×", "no", "n"), "no"),
    **dict.fromkeys((*UNSURE, "疑"), "unsure"),
    **dict.fromkeys(OPEN, "open"),
}
# What is read back from a report, also an older one.
SHEET = heading("成对", "pairs")
ANSWER, KEY = heading("是否重复", "repeat"), heading("核对码", "key")
SIDE_A, SIDE_B = heading("甲", "a"), heading("乙", "b")


@dataclass(frozen=True, slots=True)
class Case:
    """What was decided of a pair: an answer (None while it is open) and a note. `key` names both texts."""

    a: str
    b: str
    key: str
    answer: Answer | None = None
    note: str = ""


Cases = Mapping[str, Case]  # by key


class Keeper(Protocol):
    """Where cases are kept: beside an archive or a batch (CaseFile), in a season, or in a tab of the page."""

    def read(self) -> Cases:
        """What is decided now, by key."""

    def keep(self, decided: Iterable[Case]) -> Cases:
        """All cases after `decided` replaced earlier ones; an open one without a note is taken out."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Cases as JSON lines in a file of their own."""

    file: Path

    def read(self) -> Cases:
        """What is decided now, {} where there is no file; ReportError for a line that is no case.

        The saved pairs of `duplicates --out x.jsonl` hold cases too: pairs that are not decided hold none.
        """
        if not self.file.exists():
            return {}
        check_regular(self.file, LARGEST_FILE)
        cases = {}
        for number, line in enumerate(self.file.read_bytes().split(b"\n"), 1):
            try:
                case = _case(line) if line.strip() else None
            except ValueError as error:
                raise ReportError(
                    say("case.line", name=self.file.name, number=number, error=error)
                ) from error
            if case is not None:
                cases[case.key] = case
        return cases

    def keep(self, decided: Iterable[Case]) -> Cases:
        """All cases after `decided` replaced earlier ones. Whoever keeps cases at the same time waits: none is lost.

        A new file is its owner's, as an archive and a season are; one that is there keeps its mode.
        """
        with locked(self.file):
            cases = merged(self.read(), decided)
            with replacing(self.file, private=not self.file.exists()) as stream:
                stream.writelines(json_line(asdict(case)) for case in cases.values())
        return cases


def case_of(cases: Cases, findings: Findings, pair: Pair) -> Case:
    """The case of a pair; an open one where nothing was decided."""
    key = _key(findings.proposals[pair.a], findings.proposals[pair.b])
    return cases.get(key) or Case(pair.a, pair.b, key)


def _key(a: Proposal, b: Proposal) -> str:
    """A hash of both proposals, whichever comes first."""
    return blake2b("|".join(sorted(map(_digest, (a, b)))).encode(), digest_size=8).hexdigest()


def _digest(p: Proposal) -> str:
    # A report calls a proposal "7 (2021)" or "7 (2)" where 7 alone could be another one.
    plain = re.sub(r" \([^()]*\)$", "", p.id)
    fields = (plain, p.title, p.abstract, p.organisation, p.principal_investigator, p.year)
    return blake2b(json.dumps(fields).encode(), digest_size=16).hexdigest()


def select(
    findings: Findings,
    cases: Cases,
    kinds: Collection[str] = (),
    teams: Collection[str] = (),
    years: Collection[str] = (),
    answers: Collection[Answer | None] = (),
) -> list[Pair]:
    """The pairs that are of one of the kinds, teams, years (of either side) and answers; none named is any."""

    def chosen(pair: Pair) -> bool:
        stated = {findings.proposals[name].year for name in (pair.a, pair.b)}
        return (
            (not kinds or pair.kind in kinds)
            and (not teams or pair.same_team in teams)
            and (not years or bool(stated & set(years)))
            and (not answers or case_of(cases, findings, pair).answer in answers)
        )

    return [pair for pair in findings.pairs if chosen(pair)]


def beside(source: Path, archive: Path | None) -> Path:
    """Where the cases of a batch are kept: in the folder of the archive it is compared with, else beside the batch."""
    return archive / "cases.jsonl" if archive else source.with_name(f"{source.stem}.cases.jsonl")


class _CaseLine(Struct):
    """A line of cases, or of saved pairs: those have a kind, and a key where something was decided."""

    a: str
    b: str
    kind: str = ""
    key: str = ""
    answer: Answer | None = None
    note: str = ""


class _WrittenLine(_CaseLine):
    """Such a line as somebody filled it in, whatever they answered."""

    answer: str | None = None  # type: ignore[assignment]  # in words of their own


def _case(text: bytes) -> Case | None:
    line = typed_json.loads(text, _CaseLine)
    if not line.key and not line.kind:
        raise ValueError("key")
    return Case(line.a, line.b, line.key, line.answer, line.note) if line.key else None


def merged(cases: Cases, decided: Iterable[Case]) -> dict[str, Case]:
    """The cases with `decided` in the place of earlier ones; an open one without a note is taken out."""
    known = dict(cases)
    for case in decided:
        if case.answer is None and not case.note:
            known.pop(case.key, None)
        else:
            known[case.key] = case
    return known


def check_decided(report: Path) -> None:
    """ReportError for a file that is no filled-in report: told before anything is compared, which takes its time."""
    for _ in _filled_in(report, []):
        pass


def read_decided(
    report: Path, findings: Findings, known: Cases | None = None
) -> tuple[list[Case], list[Message]]:
    """(cases, sentences about what could not be used, or stood otherwise in `known`) of a filled-in report: .xlsx or .jsonl.

    A row counts if its key is that of a pair in `findings`. An empty cell says nothing, and leaves what is known; 未定 takes an
    answer back. ReportError for a file that is no such report.
    """
    problems: list[Message] = []
    rows = _filled_in(report, problems)
    pairs = {case_of({}, findings, pair).key: pair for pair in findings.pairs}
    used = []
    for place, written, reply in rows:
        answer = meant(reply, _WRITTEN)
        if reply and answer is None:
            problems.append(say("case.answer", name=report.name, place=place, reply=reply[:_LONGEST]))
        if answer is None and not written.note:
            continue
        if (pair := pairs.get(written.key)) is None:
            problems.append(say("case.pair", name=report.name, place=place))
            continue
        before = (known or {}).get(written.key, Case(pair.a, pair.b, written.key))
        now = replace(
            before, a=pair.a, b=pair.b, note=written.note or before.note,
            answer=None if answer == "open" else answer or before.answer,
        )  # fmt: skip
        problems += _changes(before, now)
        used.append(now)
    return used, problems


def _changes(before: Case, now: Case) -> Iterator[Message]:
    """What of a case is replaced."""
    if before.answer and before.answer != now.answer:
        then, answer = answer_name(before.answer), answer_name(now.answer)
        yield say("case.other answer", a=now.a, b=now.b, before=then, now=answer)
    if before.note and before.note != now.note:
        yield say("case.other note", a=now.a, b=now.b, before=before.note, now=now.note)


def answer_of(text: str) -> Answer | None:
    """The answer that a text is; None for any other."""
    return next((answer for answer in ANSWERS if answer == text), None)


def answer_name(answer: Answer | None) -> Message:
    """An answer as people read it."""
    return say(f"answer.{answer or 'open'}")


# Where a line is, its case without the answer, and what was written for that.
_FilledIn = Iterator[tuple[Message, Case, str]]


def _filled_in(report: Path, problems: list[Message]) -> _FilledIn:
    return _lines(report, problems) if report.suffix.lower() == ".jsonl" else _rows(report, problems)


def _rows(report: Path, problems: list[Message]) -> _FilledIn:
    """The rows of a filled-in .xlsx; cells that hold no value and copies of its sheet are named in `problems`."""
    named = [say(f"sheet.{name}") for name in ("passages", "clusters", "thresholds", "note")]
    opened = FilledReport(report, "matcher duplicates", SHEET, rest=named)
    problems += [*opened.copies((ANSWER, KEY)), *(finding for _, finding in opened.unread(SHEET))]
    for number, cells in opened.rows(SHEET, (ANSWER, REMARK, KEY, SIDE_A, SIDE_B)):
        case = Case(cells[SIDE_A], cells[SIDE_B], cells[KEY], note=cells[REMARK].strip())
        yield say("case.row", number=number), case, cells[ANSWER].strip()


def _lines(report: Path, problems: list[Message]) -> _FilledIn:
    """The lines of a .jsonl that hold cases; others are named in `problems`. ReportError where all are of another kind."""
    check_regular(report, LARGEST_FILE)
    read = 0
    for number, line in enumerate(report.read_bytes().split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            written = typed_json.loads(line, _WrittenLine)
        except ValueError as error:
            problems.append(say("case.line", name=report.name, number=number, error=error))
            continue
        read += 1
        if written.key:
            yield (
                say("case.row", number=number),
                Case(written.a, written.b, written.key, note=written.note),
                written.answer or "",
            )
    if problems and not read:
        raise ReportError(problems[0])

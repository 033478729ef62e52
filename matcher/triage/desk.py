"""A batch through the desk: rows judged in order, filing rules over all, the queue, the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from operator import add

from matcher import settings
from matcher.engine import Engine
from matcher.index import folder
from matcher.matching.explain import Alignments, ScoredMatch, aligned
from matcher.message import COMMA, Catalogue, Message, joined
from matcher.readers.batch import BadRow, Entry
from matcher.rules import Finding, Rules, Status
from matcher.rules.checks import OrganisationFinding, check
from matcher.triage.declared import DeclaredReader
from matcher.triage.filed import filed
from matcher.triage.judgement import VERDICTS, FilingVerdict, Judged, judge, unreadable
from matcher.triage.patterns import names_nothing
from matcher.types import Guide, Proposal, Topic

say = Catalogue(__file__)

_EXPLAINED = settings.count("triage.desk.explained")
_LISTED = settings.rows("rules.checks.listed")
_FOREIGN = settings.share("triage.desk.foreign")
_FOREIGN_NUMBERED = settings.share("triage.desk.foreign_numbered")
_FOREIGN_FROM = settings.rows("triage.desk.foreign_from")

BatchRows = Sequence[Entry | BadRow]
NONE = "无"  # what a decision holds where nothing in the guide fits …
WITHDRAWN = "撤回"  # … and where the applicant took the proposal back
WITHOUT_TOPIC = ("", NONE, WITHDRAWN)


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter to an applicant as a season remembers it: when it was written (local time, ISO 8601), by whom, why, and the
    topic it names, "" for none: its id, with the title where the guide was corrected and has it otherwise."""

    time: str
    who: str
    kind: FilingVerdict
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow(Entry):
    """A row of the batch with what the desk says of it, and what the rules found.

    `topic` is the suggested one; `corrected` is what an officer decided, as `matcher learn` reads it: a topic id, 无, 撤回, or
    "" for nothing yet, `remark` what they noted beside it, `letter` the last one that was written. Of `extra` phone and email are kept: whom to ask.
    `number` counts the rows of the batch from 0, through all its sheets.
    """

    judged: Judged
    topic: Topic | None
    findings: tuple[Finding, ...] = ()
    corrected: str = ""
    remark: str = ""
    letter: WrittenLetter | None = None
    number: int = 0

    @property
    def office_name(self) -> str:
        """The office of the suggested topic; "" where there is none."""
        return self.topic.office_name if self.topic else ""

    @property
    def names_a_topic(self) -> bool:
        """Whether its applicant declared a topic, also one that the guide lacks: 未填 names none."""
        return self.judged.declared is not None or not names_nothing(self.proposal.declared)

    @property
    def accepted(self) -> str:
        """What is decided by whoever accepts the suggestion; "" where there is none, as of a row that could not be read."""
        return self.judged.suggested or (NONE if self.judged.verdict == "outside" else "")


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts for the head of office.

    Sections, topics and offices map to (declared, suggested); `confusion` maps (declared,
    suggested) to rows, "" standing for no declared topic and "none" for nothing that fits.
    `undrawn` are the topics that nobody declared; `findings` counts (rule, status).
    """

    verdicts: Mapping[FilingVerdict, int]
    sections: Mapping[str, tuple[int, int]]
    topics: Mapping[str, tuple[int, int]]
    offices: Mapping[str, tuple[int, int]]
    undrawn: tuple[str, ...]
    confusion: Mapping[tuple[str, str], int]
    findings: Mapping[tuple[str, Status], int]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer: rows in the order of the queue, the summary, and the rules that were applied.

    `reading` says how the batch was read and what of it was not; `logged` is the last line of a season's log on the rows.
    """

    guide: Guide
    batch: str
    rows: tuple[ReportRow, ...]
    summary: Summary
    organisations: tuple[OrganisationFinding, ...]
    rules: Rules | None
    reading: tuple[Message, ...] = ()
    logged: int | None = None


def judged_rows(
    engine: Engine, received: BatchRows, reader: DeclaredReader | None = None, *, shown: bool = False
) -> Iterator[Judged]:
    """What the desk says of each row, in order; a bad row never stops the rest. `reader`: of topics of another guide, too.

    Rows that will be `shown` bring the alignments with which one looks at them.
    """
    reader = reader or DeclaredReader(engine.guide.topics)
    proposals = (row.proposal for row in received if isinstance(row, Entry))
    answers = engine.answers(proposals, _EXPLAINED, 0)
    for row in received:
        if isinstance(row, BadRow):
            yield unreadable(row.reason)
        else:
            declared = filed(reader, row.proposal, number=row.declared_number)
            answer = next(answers)
            judged = judge(answer.match, declared, engine.topics, answer.evidence)
            bare = judged.verdict != "unreadable" and not row.proposal.abstract
            warnings = (*judged.warnings, *((say("no abstract"),) if bare else ()), *row.notes)
            kept = alignments(answer, judged) if shown and answer.match.hits else None
            yield replace(judged, warnings=warnings, alignments=kept)


def alignments(answer: ScoredMatch, judged: Judged) -> Alignments:
    """The alignments with which one looks at a row: with the suggested and the declared topic, and the nearest ones."""
    first = [t for t in (judged.suggested, judged.declared) if t]
    return aligned(answer, dict.fromkeys([*first, *(hit.topic_id for hit in answer.match.hits[:_EXPLAINED])]))


def basis(engine: Engine) -> tuple[object, ...]:
    """Everything besides the batch that decides the rows, for the journal of a run."""
    index = sorted(folder.recipe(engine.guide, engine.encoder).items())
    return version("proposal-matcher"), index, engine.calibration, settings.digest()


def report(
    guide: Guide,
    batch: str,
    received: BatchRows,
    judged: Sequence[Judged],
    rules: Rules | None = None,
    earlier: Sequence[Proposal] = (),
    reading: Sequence[Message] = (),
) -> Report:
    """The report over all judged rows; `batch` is the batch's name, `earlier` an archive's proposals, `reading` how it was read."""
    topics = {topic.id: topic for topic in guide.topics}
    readable = [i for i, row in enumerate(received) if isinstance(row, Entry)]
    entries = [row for row in received if isinstance(row, Entry)]
    sections = [topics[j].section if (j := judged[i].declared) else None for i in readable]
    checked = check(rules or Rules("", "", ()), entries, sections, earlier)
    both = map(add, _repeated_ids(entries), checked.rows)
    findings = dict(zip(readable, both, strict=True))
    queue = in_queue(
        [
            _row(number, row, judgement, findings.get(number, ()), topics)
            for number, (row, judgement) in enumerate(zip(received, judged, strict=True))
        ]
    )
    summary, doubt = summarise(guide, queue), guide_doubt(guide, judged)
    return Report(guide, batch, queue, summary, checked.organisations, rules, (*reading, *doubt))


def guide_doubt(guide: Guide, judged: Sequence[Judged]) -> list[Message]:
    """That a batch may be one for another guide: most of it is outside of this one, and few rows declare a topic of it; or nearly
    all is, and the topics that it declares are those of any guide by their numbers."""
    read = [j for j in judged if j.verdict != "unreadable"]
    outside, declared = sum(j.verdict == "outside" for j in read), sum(j.declared is not None for j in read)
    if len(read) < _FOREIGN_FROM or outside < _FOREIGN * len(read):
        return []
    count, title = len(read), guide.title or guide.id
    if declared <= (1 - _FOREIGN) * count:
        return [say("other guide", count=count, outside=outside, guide=title)]
    if outside >= _FOREIGN_NUMBERED * count:
        return [say("other guide of like numbers", count=count, outside=outside, guide=title)]
    return []


def readable(report: Report) -> list[Proposal]:
    """The proposals that could be read, in the order of the batch: of those that share an id the first stays the first."""
    rows = sorted(report.rows, key=lambda row: (row.number, row.line))
    return [row.proposal for row in rows if row.judged.verdict != "unreadable"]


def in_queue(rows: Sequence[ReportRow]) -> tuple[ReportRow, ...]:
    """The rows by what a second look would gain, then by verdict; alike ones stay in their order."""
    return tuple(sorted(rows, key=lambda r: (-r.judged.gain, VERDICTS.index(r.judged.verdict))))


def _row(
    number: int,
    row: Entry | BadRow,
    judged: Judged,
    findings: tuple[Finding, ...],
    topics: Mapping[str, Topic],
) -> ReportRow:
    """The row of the report; of one that could not be read, without text."""
    if isinstance(row, BadRow):
        row = Entry(row.line, Proposal(row.name or f"line-{row.place}", "", ""), sheet=row.sheet)
    contact = {name: row.extra[name] for name in ("phone", "email") if row.extra.get(name)}
    return ReportRow(
        row.line, row.proposal, contact, row.sheet, row.declared_number, row.notes,
        judged=judged, topic=topics.get(judged.suggested or ""), findings=findings, number=number,
    )  # fmt: skip


def _repeated_ids(entries: Sequence[Entry]) -> Iterator[tuple[Finding, ...]]:
    """For each row the finding that its id stands on other rows too."""
    lines: dict[str, list[str]] = {}
    for entry in entries:
        lines.setdefault(entry.proposal.id, []).append(entry.place)
    for entry in entries:
        places = lines[entry.proposal.id]
        message = say("id repeated", lines=joined(places[:_LISTED], COMMA))
        yield (Finding("duplicate-id", "broken", message, ""),) if len(places) > 1 else ()


def summarise(guide: Guide, rows: Sequence[ReportRow]) -> Summary:
    """The counts over rows of a guide."""
    declared = Counter(r.judged.declared for r in rows if r.judged.declared)
    suggested = Counter(r.judged.suggested for r in rows if r.judged.suggested)
    topics = {t.id: (declared[t.id], suggested[t.id]) for t in guide.topics}
    sections: dict[str, tuple[int, int]] = {}
    offices: dict[str, tuple[int, int]] = {}
    for topic in guide.topics:
        for groups, name in ((sections, topic.section), (offices, str(topic.office or ""))):
            before = groups.get(name, (0, 0))
            groups[name] = (before[0] + topics[topic.id][0], before[1] + topics[topic.id][1])
    counts = Counter(r.judged.verdict for r in rows)
    verdicts = {v: counts[v] for v in VERDICTS}
    undrawn = tuple(id_ for id_, (count, _) in topics.items() if count == 0)
    read = (r.judged for r in rows if r.judged.verdict != "unreadable")
    confusion = Counter((j.declared or "", j.suggested or "none") for j in read)
    findings = Counter((f.rule, f.status) for r in rows for f in r.findings)
    return Summary(verdicts, sections, topics, offices, undrawn, confusion, findings)

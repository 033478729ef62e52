"""What comes into a season from outside: a corrected guide, a season that was copied; and a file of a season at a glance."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rapidfuzz import fuzz

from matcher import settings
from matcher.engine import Engine
from matcher.errors import SeasonError
from matcher.message import COMMA, Catalogue, Message, joined
from matcher.season.season import Season
from matcher.season.store import claim, discard
from matcher.season.tables import BatchLine, SeasonLine
from matcher.triage.declared import DeclaredReader
from matcher.triage.desk import Report, ReportRow, in_queue, judged_rows
from matcher.triage.filed import filed
from matcher.triage.patterns import letters
from matcher.types import Guide, Topic

say = Catalogue(__file__)

_ALIKE = settings.percent("season.correction.alike")
_SAME_ID = settings.percent("season.correction.same_id")
_LEAST = settings.share("season.correction.least")


@dataclass(frozen=True, slots=True)
class Correction:
    """Two guides side by side: `same` maps the id of each earlier topic that is still there to its id now."""

    before: Guide
    after: Guide
    same: Mapping[str, str]

    @classmethod
    def between(cls, before: Guide, after: Guide) -> Correction:
        """Topics belong together by title or whole text, the most alike first; one id or code on both sides counts too."""
        scores = sorted(
            ((_alike(old, new), old.id, new.id) for old in before.topics for new in after.topics),
            key=lambda score: -score[0],
        )
        same: dict[str, str] = {}
        taken: set[str] = set()
        for score, old, new in scores:
            if score >= _ALIKE and old not in same and new not in taken:
                same[old] = new
                taken.add(new)
        return cls(before, after, same)

    def check(self) -> None:
        """SeasonError for the same guide, or one that keeps too few of the topics to be a correction."""
        if not self.messages():
            raise SeasonError(say("correction.same"))
        if len(self.same) < _LEAST * len(self.before.topics):
            total, kept = len(self.before.topics), len(self.same)
            raise SeasonError(say("correction.other guide", total=total, kept=kept))

    def messages(self) -> list[Message]:
        """What is changed: a sentence for each topic, and one for all that have another id."""
        now = {topic.id: topic for topic in self.after.topics}
        changed = [
            message
            for old in self.before.topics
            if old.id in self.same
            for message in _changes(old, now[self.same[old.id]])
        ]
        gone = [t for t in self.before.topics if t.id not in self.same]
        new = [t for t in self.after.topics if t.id not in self.same.values()]
        moved = [f"{old} → {new}" for old, new in self.same.items() if old != new]
        return [
            *([say("correction.renamed", ids=joined(moved, COMMA))] if moved else []),
            *changed,
            *(say("correction.topic gone", id=t.id, title=t.title) for t in gone),
            *(say("correction.topic new", id=t.id, title=t.title) for t in new),
        ]


def _alike(old: Topic, new: Topic) -> float:
    """How alike two topics are: percent of agreeing letters, more for the same id or code, and most for the same title."""
    titles = fuzz.ratio(letters(old.title), letters(new.title))
    texts = fuzz.ratio(old.text, new.text)
    named = old.id == new.id or (old.code != "" and old.code == new.code)
    return max(titles, texts) + _SAME_ID * (named + 2 * (old.title == new.title))


def _changes(old: Topic, new: Topic) -> Iterator[Message]:
    if (old.section, old.code) != (new.section, new.code):
        before, after = (" ".join((topic.section, topic.code)).strip() or "—" for topic in (old, new))
        yield say("correction.section", id=new.id, before=before, after=after)
    if old.title != new.title:
        yield say("correction.title", id=new.id, old=old.title, new=new.title)
    if (old.content, old.slots) != (new.content, new.slots):
        yield say("correction.content", id=new.id)
    if old.office != new.office:
        before, after = (str(topic.office or "—") for topic in (old, new))
        yield say("correction.office", id=new.id, before=before, after=after)


def take_corrected(
    season: Season,
    document: Path,
    correction: Correction,
    engine: Engine,
    shown: Callable[[Iterator[ReportRow], int], Iterable[ReportRow]],
) -> list[Message]:
    """Give a season its corrected guide, read from `document`; a sentence for each batch about what became of it.

    `engine` is that of the corrected guide; `shown` hands on the rows of a batch and their number, and shows how far they
    are. Raises what `Correction.check` and `Season.correct` raise; nothing is changed then.
    """
    correction.check()
    reports = {line.id: season.report(line.id) for line in season.batches()}
    anew = {
        id_: in_queue(list(shown(_rejudged(engine, report, season.filed_under(id_)), len(report.rows))))
        for id_, report in reports.items()
    }
    guides = (correction.before, correction.after)
    undecided = season.correct(document, guides, correction.same, anew)
    return [
        _summary(line, reports[line.id], anew[line.id], undecided, correction.same)
        for line in season.batches()
    ]


def _rejudged(engine: Engine, report: Report, filed_under: Guide) -> Iterator[ReportRow]:
    """The rows of a batch as the engine of the corrected guide judges them, in the order of `report`.

    `filed_under` is the guide that says what its applicants declared. What the filing rules found stays. A row without
    text stays as it is, but for the id of what it declares.
    """
    same = Correction.between(filed_under, engine.guide).same
    reader = DeclaredReader(engine.guide.topics, filed_under.topics, same)
    topics = {topic.id: topic for topic in engine.guide.topics}
    readable = [row for row in report.rows if row.proposal.text]
    judged = judged_rows(engine, readable, reader, shown=True)
    for row in report.rows:
        if row.proposal.text:
            anew = next(judged)
            yield replace(row, judged=anew, topic=topics.get(anew.suggested or ""))
        else:
            declared = filed(reader, row.proposal, number=row.declared_number).topic_id
            yield replace(row, judged=replace(row.judged, declared=declared))


def _summary(
    line: BatchLine,
    report: Report,
    anew: Sequence[ReportRow],
    undecided: Collection[tuple[int, str]],
    same: Mapping[str, str],
) -> Message:
    """What a corrected guide did to a batch, in a sentence; `undecided` are the rows (batch, place) whose topic is gone."""
    before = {r.place: (r.judged.verdict, same.get(r.judged.suggested or "")) for r in report.rows}
    other = sum(before[row.place] != (row.judged.verdict, row.judged.suggested) for row in anew)
    again = ", ".join(row.proposal.id for row in anew if (line.id, row.place) in undecided)
    counts = say("correction.counts", name=line.name, count=len(anew), other=other, decided=line.decided)
    if again:
        return say("correction.batch again", counts=counts, ids=again)
    return say("correction.batch", counts=counts)


def adopt(copied: Path, file: Path) -> None:
    """Keep a season that was copied from elsewhere as `file`, once all of it was read.

    SeasonError where `file` exists, or `copied` is no season or damaged: what cannot be read cannot be deleted on the page.
    """
    with Season(copied) as season:
        season.guides()
        season.audit.last()
        season.audit.history()
        for line in season.batches():
            season.report(line.id)
            cases = season.batch(line.id)
            cases.findings()
            cases.read()
    claim(file)
    try:
        file.write_bytes(copied.read_bytes())
    except BaseException:
        discard(file)
        raise


def season_line(file: Path) -> SeasonLine:
    """The season `file` at a glance; SeasonError where it is none, or damaged."""
    with Season(file) as season:
        lines = season.batches()
        rows, decided = (sum(counts) for counts in ([b.rows for b in lines], [b.decided for b in lines]))
        return SeasonLine(season.guide.title, len(lines), rows, decided, season.audit.last())

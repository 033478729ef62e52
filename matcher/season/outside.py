"""What comes into a season from outside: a corrected guide, the decisions of a report that people filled in, a season that was copied."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rapidfuzz import fuzz

from matcher import settings
from matcher.engine import Engine
from matcher.errors import SeasonError
from matcher.message import COMMA, Catalogue, Message, joined
from matcher.screen import shortened
from matcher.season.season import Season
from matcher.season.store import claim, discard
from matcher.season.tables import BatchLine
from matcher.sheet import read_again
from matcher.triage.decisions import DecidedReport, OfficerDecision
from matcher.triage.declared import DeclaredReader
from matcher.triage.desk import NONE, Report, ReportRow, in_queue, judged_rows
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
            declared = reader.read(row.proposal.declared, number=row.declared_number).topic_id
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


_SHOWN = 60  # characters of a note in a sentence; the log has it whole
_RowText = tuple[str, str, str]  # id, title and abstract, as a report gives them back
# The batch that a text is decided in, and its rows of that text.
_Homes = dict[_RowText, tuple[int, list[ReportRow]]]


def bring(season: Season, report: Path) -> tuple[list[tuple[str, str]], list[Message]]:
    """Decisions and notes filled in a report of `season`, taken home by id and text.

    A text that stands in several rows is decided in those of the report's own batch; in the last batch that holds it
    where none has the report's name. A report from before a correction of the guide names that guide's topics: they are
    taken under their ids of now. Returns (what was understood as (id, choice or note), sentences about what was not, or stood otherwise).
    ReportError for a file that is no report of the season's guide.
    """
    seen, guides, opened = season.version, season.guides(), DecidedReport(report)
    guide_then = opened.guide_of(guides)
    decisions, problems = opened.decisions(guide_then)
    same = Correction.between(guide_then, guides[0]).same
    homes = _homes(season, opened.batch)
    understood, lost = _take_decisions(season, decisions, homes, same, seen)
    noted, older = _take_remarks(season, opened, homes)
    problems += lost
    return understood + noted, problems + [m for m in older if m not in problems]


def _take_decisions(
    season: Season, decisions: Sequence[OfficerDecision], homes: _Homes, same: Mapping[str, str], seen: int
) -> tuple[list[tuple[str, str]], list[Message]]:
    """The decisions of a report, taken home under the ids of now; as `bring`."""
    topics: dict[_RowText, set[str | None]] = {}
    for d in decisions:
        topics.setdefault((d.id, d.title, d.abstract), set()).add(d.topic)
    understood: list[tuple[str, str]] = []
    problems: list[Message] = []
    choices: dict[int, dict[str, str]] = {}
    for d in decisions:
        key = (d.id, d.title, d.abstract)
        choice = same.get(d.topic) if d.topic else NONE
        if key not in homes:
            problems.append(say("report.unknown", id=d.id))
        elif choice is None:
            problems.append(say("report.topic gone", id=d.id, topic=d.topic))
        elif len(topics[key]) > 1:
            problems.append(say("report.rows differ", id=d.id, choice=choice))
        else:
            batch, rows = homes[key]
            choices.setdefault(batch, {}).update({row.place: choice for row in rows})
            understood.append((d.id, choice))
            problems += (
                say("report.decision changed", id=d.id, before=old, choice=choice)
                for old in {row.corrected for row in rows} - {"", choice}
            )
    for batch, decided in choices.items():
        season.decide(batch, decided, seen)
    return understood, problems


def _take_remarks(
    season: Season, report: DecidedReport, homes: _Homes
) -> tuple[list[tuple[str, str]], list[Message]]:
    """The notes of a report that the season does not hold yet, taken home; as `bring`.

    One that stood in the season before is no news: it was changed there after the report was written.
    """
    noted: list[tuple[str, str]] = []
    problems: list[Message] = []
    news: dict[int, dict[str, str]] = {}
    seen: dict[int, dict[str, str]] = {}
    for place, key, remark in report.remarks():
        if key not in homes:
            problems.append(say("report.unknown", id=key[0]))
            continue
        batch, rows = homes[key]
        for row in [row for row in rows if row.place == place] or rows:
            before = news.get(batch, {}).get(row.place, row.remark)
            if before == remark:
                continue
            stands, read = shortened(before, _SHOWN), shortened(remark, _SHOWN)
            changes = season.audit.history(batch, row.place)
            if any(c.action == "note" and remark in (c.before, c.after) for c in changes):
                problems.append(say("report.note newer", id=row.proposal.id, now=stands, then=read))
                continue
            news.setdefault(batch, {})[row.place] = remark
            seen.setdefault(batch, {})[row.place] = row.remark
            noted.append((key[0], f"“{read}”"))
            if before:
                problems.append(say("report.note replaced", id=row.proposal.id, then=stands, now=read))
    for batch, remarks in news.items():  # at one stroke, so that one step takes them back
        season.batch(batch).note(remarks, seen[batch])
    return noted, problems


def _homes(season: Season, own: str) -> _Homes:
    """Where each text is at home; the batch `own` goes before others."""
    homes: _Homes = {}
    for line in sorted(season.batches(), key=lambda line: (line.name == own, line.id)):
        for row in season.report(line.id).rows:
            p = row.proposal
            key = (read_again(p.id), read_again(p.title), read_again(p.abstract))
            number, rows = homes.get(key, (0, []))
            homes[key] = (line.id, [*(rows if number == line.id else ()), row])
    return homes


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

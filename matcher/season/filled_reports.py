"""What people filled into a report of a season, taken home: decisions and notes, each to the rows that it is of."""

from __future__ import annotations

from pathlib import Path

from matcher.message import COMMA, Catalogue, Message, joined
from matcher.screen import shortened
from matcher.season.outside import Correction
from matcher.season.season import Season
from matcher.sheet import read_again
from matcher.triage.columns import choice_name
from matcher.triage.decisions import DecidedReport, OfficerDecision
from matcher.triage.desk import NONE, WITHOUT_TOPIC, ReportRow

say = Catalogue(__file__)

_SHOWN = 60  # characters of a note in a sentence; the log has it whole
_RowText = tuple[str, str, str]  # id, title and abstract, as a report gives them back
# The batch that a text is decided in, and its rows of that text.
_Homes = dict[_RowText, tuple[int, list[ReportRow]]]


def bring(season: Season, report: Path) -> tuple[list[tuple[str, str]], list[Message]]:
    """Decisions and notes filled in a report of `season`, taken home by id and text.

    A text that stands in several rows is decided in those of the report's own batch; in the last batch that holds it
    where none has the report's name. A report from before a correction of the guide names that guide's topics: they are
    taken under their ids of now. A decision that stood in the report when it was written takes the place of no later one.
    Returns (what was understood as (id, choice or note), sentences about what was not, or stood otherwise).
    ReportError for a file that is no report of the season's guide.
    """
    filled = _Homecoming(season, DecidedReport(report))
    filled.take_decisions()
    filled.take_remarks()
    return filled.understood, list(dict.fromkeys(filled.messages))


class _Homecoming:
    """A filled-in report on its way into a season: what was `understood`, and the sentences about the rest."""

    def __init__(self, season: Season, report: DecidedReport) -> None:
        """The report and where its rows are at home; the season as it is now."""
        self._season, self._report, self._seen = season, report, season.version
        guides = season.guides()
        self._guide = report.guide_of(guides)
        self._same = Correction.between(self._guide, guides[0]).same
        self._homes = _homes(season, report.batch)
        self.understood: list[tuple[str, str]] = []
        self.messages: list[Message] = []

    def take_decisions(self) -> None:
        """Take the decisions home, under the ids of now."""
        decisions, problems = self._report.decisions(self._guide)
        self.messages += [message for _, message in problems]
        at_home: list[tuple[_RowText, OfficerDecision]] = []
        topics: dict[_RowText, set[str | None]] = {}
        for number, d in decisions:
            if key := self._home(number, (d.id, d.title, d.abstract)):
                at_home.append((key, d))
                topics.setdefault(key, set()).add(d.topic)
        choices: dict[int, dict[str, str]] = {}
        for key, d in at_home:
            written = NONE if d.topic is None else d.topic
            choice = written if written in WITHOUT_TOPIC else self._same.get(written)
            if choice is None:
                self.messages.append(say("report.topic gone", id=key[0], topic=d.topic))
            elif len(topics[key]) > 1:
                self.messages.append(say("report.rows differ", id=key[0], choice=choice_name(choice)))
            elif not self._is_outdated(key, d, choice):
                batch, rows = self._homes[key]
                choices.setdefault(batch, {}).update({row.place: choice for row in rows})
                self.understood.append((key[0], choice_name(choice)))
                self.messages += (
                    say(
                        "report.decision changed",
                        id=key[0],
                        before=choice_name(old),
                        choice=choice_name(choice),
                    )
                    for old in {row.corrected for row in rows} - {"", choice}
                )
        for batch, decided in choices.items():
            self._season.decide(batch, decided, self._seen)

    def _is_outdated(self, key: _RowText, d: OfficerDecision, choice: str) -> bool:
        """Whether a decision stood in the report when it was written, and the season has another one since, which is said."""
        batch, rows = self._homes[key]
        if (logged := self._report.logged) is None or not choice:
            return False
        now = {row.corrected for row in rows} - {"", choice}
        then = {self._season.audit.choice_then(batch, row.place, logged) for row in rows}
        if not now or then != {d.topic or NONE}:
            return False
        self.messages.append(
            say(
                "report.decision newer",
                id=key[0],
                now=joined(map(choice_name, sorted(now)), COMMA),
                then=choice_name(choice),
            )
        )
        return True

    def take_remarks(self) -> None:
        """Take the notes home that the season does not hold yet.

        One that stood in the season before is no news: it was changed there after the report was written.
        """
        news: dict[int, dict[str, str]] = {}
        seen: dict[int, dict[str, str]] = {}
        for number, place, text, remark in self._report.remarks():
            if not (key := self._home(number, text)):
                continue
            batch, rows = self._homes[key]
            for row in [row for row in rows if row.place == place] or rows:
                before = news.get(batch, {}).get(row.place, row.remark)
                if before == remark:
                    continue
                stands, read = shortened(before, _SHOWN), shortened(remark, _SHOWN)
                changes = self._season.audit.history(batch, row.place)
                if any(c.action == "note" and remark in (c.before, c.after) for c in changes):
                    self.messages.append(say("report.note newer", id=row.proposal.id, now=stands, then=read))
                    continue
                news.setdefault(batch, {})[row.place] = remark
                seen.setdefault(batch, {})[row.place] = row.remark
                self.understood.append((key[0], f"“{read}”"))
                if before:
                    self.messages.append(
                        say("report.note replaced", id=row.proposal.id, then=stands, now=read)
                    )
        for batch, remarks in news.items():  # at one stroke, so that one step takes them back
            self._season.batch(batch).note(remarks, seen[batch])

    def _home(self, number: int, text: _RowText) -> _RowText | None:
        """The text of the season's rows that row `number` of the report is of; None for no rows, and it is said why.

        A row that lost its id is known by the rest of its text, where that is of one id alone.
        """
        if text in self._homes:
            return text
        id_, *rest = text
        alike = [home for home in self._homes if any(rest) and list(home[1:]) == rest] if not id_ else []
        if len(alike) == 1:
            self.messages.append(say("report.without id", number=number, id=alike[0][0]))
            return alike[0]
        if not id_:
            self.messages.append(say("report.no id", number=number))
        elif any(home[0] == id_ for home in self._homes):
            self.messages.append(say("report.other text", number=number, id=id_))
        else:
            self.messages.append(say("report.unknown", number=number, id=id_))
        return None


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

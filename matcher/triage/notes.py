"""Draft letters to applicants, from templates that anyone may edit: what was decided, else what the desk suggests.

A row that an officer kept under its declared topic, or that was withdrawn, gets no letter; a decided topic takes the place of the suggested one.
Of the undecided rows those get one that the desk would move, finds outside, or that name no topic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from matcher import settings
from matcher.errors import OutputError
from matcher.files import check_file_or_folder, folder_or_zip, plain_name, replacing, replacing_file
from matcher.language import HAN_LETTERS, language_of
from matcher.message import COMMA, Catalogue, Message, first_of, joined
from matcher.sheet import printable, write_csv
from matcher.triage.columns import choice_name, verdict_name
from matcher.triage.desk import NONE, WITHDRAWN, Report, ReportRow
from matcher.triage.templates import LetterKind, LetterLanguage, Templates
from matcher.types import Guide, Office, Topic

say = Catalogue(__file__)

_IDS = settings.count("triage.notes.ids")
_COLUMNS = ("id", "applicant", "phone", "email", "kind", "topic", "office", "office phone", "text")


@dataclass(frozen=True, slots=True)
class Letter:
    """A draft to the applicant of `row`: why it is written, and the topic of `guide` it names (None: none fits)."""

    row: ReportRow
    kind: LetterKind
    topic: Topic | None
    guide: Guide

    @property
    def decided(self) -> bool:
        """Whether somebody decided what it says; else it is the desk's suggestion."""
        return bool(self.row.corrected)

    @property
    def language(self) -> LetterLanguage:
        """What the applicant reads: Chinese where their name or unit is written in it, else what they write."""
        p = self.row.proposal
        if HAN_LETTERS.search(p.principal_investigator + p.organisation):
            return "zh"
        return language_of(p.text or self.guide.title) or "en"

    @property
    def values(self) -> Mapping[str, Message]:
        """What the fields of its template stand for; a declared topic that was not understood is quoted as written.

        Worked out when asked, for most letters are only counted. The pair of sentences stands behind the suggestion, so it
        is left out where another topic was decided.
        """
        topics = {t.id: t for t in self.guide.topics}
        judged, p, topic = self.row.judged, self.row.proposal, self.topic
        office = topic.office if topic else None
        named = say("letters.proposal" if p.title else "letters.untitled", id=p.id, title=p.title)
        declared: str = f"“{p.declared}”"
        if judged.declared:
            declared = _topic(topics[judged.declared])
        pair = judged.pair if topic is not None and topic.id == judged.suggested else None
        values: dict[str, str] = {
            "applicant": p.principal_investigator or say("letters.applicant"),
            "proposal": named,
            "title": p.title or p.id,
            "id": p.id,
            "guide": self.guide.title,
            "filed": say("letters.filed", declared=declared)
            if self.row.names_a_topic
            else say("letters.not filed"),
            "declared": declared if self.row.names_a_topic else say("letters.none declared"),
            "suggested": _topic(topic) if topic else "",
            "office": office.name if office else say("letters.reception"),
            "phone": _phone(office),
            "example": say("letters.example", proposal=pair.proposal, topic=pair.topic) if pair else "",
            "sentence": pair.proposal if pair else "",
            "requirement": pair.topic if pair else "",
            "standing": say("letters.decided" if self.decided else "letters.suggested"),
        }
        return {
            name: joined([value]).each(lambda text: " ".join(printable(text).split()))
            for name, value in values.items()
        }


def _topic(topic: Topic) -> Message:
    return say("letters.topic", id=topic.mark, title=topic.title)


def check_notes(target: Path, inputs: Sequence[Path | None], *, force: bool, word: bool = False) -> None:
    """OutputError unless drafts may be written to `target`: a .txt, .csv or .zip file, or a new or empty folder;
    `force` for others. `word` documents go into a folder or a .zip."""
    if word and target.suffix.lower() in (".txt", ".csv"):
        raise OutputError(say("letters.no Word", name=target.name))
    check_file_or_folder(target, (".txt", ".csv", ".zip"), inputs, force=force)


Written = tuple[Letter, str]  # and the SHA-256 of its text, or of its document


def write_notes(
    report: Report, target: Path, templates: Templates | None = None, *, word: bool = False
) -> list[Written]:
    """Write the letters of a report, in the queue's order; what was written.

    All into one file if `target` ends in .txt; as a table for mail merge, with the applicant's own phone and email,
    if it ends in .csv; as Word documents if it ends in .zip; else one file each into the folder `target`, a text or
    with `word` a .docx.
    """
    templates = templates or Templates()
    drafts, suffix = list(letters(report)), target.suffix.lower()
    if suffix not in (".txt", ".csv"):
        with folder_or_zip(target) as folder:
            return _write_each(drafts, folder, templates, word=word or suffix == ".zip")
    texts = [templates.text(draft.kind, draft.language, draft.values) for draft in drafts]
    with replacing(target) as stream:
        if suffix == ".txt":
            stream.write("\n————————————————————\n\n".join(texts))
        else:
            headings = [say(f"letters.column.{name}") for name in _COLUMNS]
            write_csv(stream, [headings, *map(_table_row, drafts, texts)])
    return [(draft, sha256(text.encode()).hexdigest()) for draft, text in zip(drafts, texts, strict=True)]


def _write_each(drafts: Sequence[Letter], folder: Path, templates: Templates, *, word: bool) -> list[Written]:
    written = []
    for number, draft in enumerate(drafts, 1):
        asked = draft.kind, draft.language, draft.values
        content = templates.word(*asked) if word else templates.text(*asked).encode()
        # Of the id what any file system takes.
        name = f"{number:04d}-{plain_name(draft.row.proposal.id)}{'.docx' if word else '.txt'}"
        with replacing_file(folder / name) as part:
            part.write_bytes(content)
        written.append((draft, sha256(content).hexdigest()))
    return written


def _phone(office: Office | None) -> str | Message:
    """What a letter says where the office's phone stands: its address if the guide gives no phone."""
    if office is not None and not office.phone and office.email:
        return say("letters.email only", email=office.email)
    return office.phone if office and office.phone else say("letters.no phone")


def _table_row(draft: Letter, text: str) -> list[str]:
    """The cells of a letter under _COLUMNS."""
    proposal, contact = draft.row.proposal, draft.row.extra
    office = (draft.topic and draft.topic.office) or Office("")
    return [
        proposal.id, proposal.principal_investigator, contact.get("phone", ""), contact.get("email", ""),
        verdict_name(draft.kind), draft.topic.mark if draft.topic else choice_name(NONE), office.name, office.reached_at, text,
    ]  # fmt: skip


def letters(report: Report) -> Iterator[Letter]:
    """The letters of a report, in the queue's order."""
    topics = {topic.id: topic for topic in report.guide.topics}
    for row in report.rows:
        if (reason := _reason(row)) is not None:
            kind, id_ = reason
            topic = topics.get(id_ or "")
            yield Letter(row, kind, topic, report.guide)


def outdated(row: ReportRow) -> bool:
    """Whether the last letter of a row is not the one that would be written now: it was decided anew, or judged anew."""
    return row.letter is not None and _reason(row) != (row.letter.kind, row.letter.topic or None)


def undecided_letters(drafts: Sequence[Letter]) -> Message | None:
    """Which of some letters say what nobody has decided yet; None where all are decided."""
    ids = [draft.row.proposal.id for draft in drafts if not draft.decided]
    if len(ids) == len(drafts):
        return say("letters.none decided") if ids else None
    return say("letters.undecided", count=len(ids), ids=first_of(ids, _IDS)) if ids else None


def outdated_letters(report: Report) -> Message | None:
    """Whose letters are outdated; None where there are none."""
    ids = [row.proposal.id for row in report.rows if outdated(row)]
    return say("letters.outdated", count=len(ids), ids=joined(ids, COMMA)) if ids else None


def _reason(row: ReportRow) -> tuple[LetterKind, str | None] | None:
    """(why a letter is written, the topic it names); None where there is nothing to write."""
    judged, decided = row.judged, row.corrected
    if decided:
        if decided == NONE:
            return "outside", None
        if decided in (judged.declared, WITHDRAWN):
            return None
        return ("move" if row.names_a_topic else "undeclared"), decided
    if judged.verdict == "outside":
        return "outside", None
    if judged.verdict == "move":
        return "move", judged.suggested
    return ("undeclared", judged.suggested) if judged.verdict == "undeclared" and judged.suggested else None

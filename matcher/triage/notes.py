"""Draft letters to applicants, from templates that anyone may edit: what was decided, else what the desk suggests.

A row that an officer kept under its declared topic gets no letter; a decided topic takes the place of the suggested one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Literal

from matcher import shipped
from matcher.errors import ReportError
from matcher.files import check_output, check_output_folder, replacing
from matcher.segment import visible
from matcher.sheet import harmless, write_csv
from matcher.triage.columns import NONE
from matcher.triage.desk import Report, Row
from matcher.types import Guide, Topic

_FIELDS = (
    "applicant", "proposal", "title", "id", "guide", "filed", "declared", "suggested", "office", "phone", "example",
    "sentence", "requirement",
)  # fmt: skip
Kind = Literal["move", "outside", "undeclared"]
_HEADINGS = (
    "编号 id", "申报人 applicant", "申报人电话 phone", "申报人邮箱 email", "类别 kind", "课题 topic", "处室 office",
    "处室电话 office phone", "正文 text",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """A draft to the applicant of `row`: why it is written, the topic it names (None: none fits), and its text."""

    row: Row
    kind: Kind
    topic: Topic | None
    text: str


def check_notes(target: Path, inputs: Sequence[Path | None], *, force: bool) -> None:
    """OutputError unless drafts may be written to `target`: a .txt or .csv file, or a new or empty folder; `force` for others."""
    if target.suffix:
        check_output(target, (".txt", ".csv"), inputs, force=force)
    else:
        check_output_folder(target, inputs, force=force)


def write_notes(report: Report, target: Path) -> int:
    """Write the letters of a report, in the queue's order; how many.

    All into one file if `target` ends in .txt; as a table for mail merge, with the applicant's own phone and email,
    if it ends in .csv; else one file each into the folder `target`.
    """
    drafts = list(letters(report))
    if target.suffix.lower() == ".txt":
        with replacing(target) as stream:
            stream.write("\n————————————————————\n\n".join(draft.text for draft in drafts))
        return len(drafts)
    if target.suffix.lower() == ".csv":
        with replacing(target) as stream:
            write_csv(stream, [_HEADINGS, *map(_table_row, drafts)])
        return len(drafts)
    target.mkdir(parents=True, exist_ok=True)
    for number, draft in enumerate(drafts, 1):
        name = "".join(c if c.isalnum() or c in "-_" else "_" for c in draft.row.proposal.id)[:60]
        with replacing(target / f"{number:04d}-{name}.txt") as stream:
            stream.write(draft.text)
    return len(drafts)


def _table_row(draft: Letter) -> list[str]:
    """The cells of a letter under _HEADINGS."""
    proposal, contact = draft.row.proposal, draft.row.contact
    office = draft.topic.office if draft.topic else None
    cells = (
        proposal.id, proposal.principal_investigator, contact.get("phone", ""), contact.get("email", ""),
        draft.kind, draft.topic.id if draft.topic else NONE, office.name if office else "",
        office.phone if office else "",
    )  # fmt: skip
    return [*map(harmless, cells), _lines_cell(draft.text)]


def _lines_cell(text: str) -> str:
    """A cell of several lines; only its beginning could be read as a formula."""
    first, *rest = text.splitlines()
    return "\n".join([harmless(first), *map(visible, rest)])


def letters(report: Report) -> Iterator[Letter]:
    """The letters of a report, in the queue's order; ReportError for a placeholder that a template may not have."""
    templates: dict[Kind, Template] = {}
    topics = {topic.id: topic for topic in report.guide.topics}
    for row in report.rows:
        if (reason := _reason(row)) is not None:
            kind, id_ = reason
            topic = topics.get(id_ or "")
            if kind not in templates:
                templates[kind] = _template(kind)
            yield Letter(row, kind, topic, templates[kind].substitute(_values(row, topic, report.guide)))


def _reason(row: Row) -> tuple[Kind, str | None] | None:
    """(why a letter is written, the topic it names); None where there is nothing to write."""
    judged, decided = row.judged, row.corrected
    if decided:
        if decided == NONE:
            return "outside", None
        if decided == judged.declared:
            return None
        return ("move" if row.proposal.declared else "undeclared"), decided
    if judged.verdict == "outside":
        return "outside", None
    if judged.verdict == "move":
        return "move", judged.suggested
    return ("undeclared", judged.suggested) if judged.verdict == "undeclared" and judged.suggested else None


def _template(verdict: str) -> Template:
    """The template of a verdict; ReportError for a placeholder that does not exist."""
    file = shipped.data_file(f"templates/{verdict}.txt")
    template = Template(file.read_text(encoding="utf-8"))
    if not template.is_valid() or (unknown := sorted(set(template.get_identifiers()) - set(_FIELDS))):
        named = "、".join(f"${name}" for name in unknown) if template.is_valid() else "$"
        raise ReportError(
            f"模板 {file} 里的 {named} 不认识：可用 {'、'.join('$' + f for f in _FIELDS)}。 / "
            f"The template {file} has an unknown {named}; there are {', '.join('$' + f for f in _FIELDS)}."
        )
    return template


def _values(row: Row, topic: Topic | None, guide: Guide) -> dict[str, str]:
    """What the placeholders stand for; a declared topic that was not understood is quoted as written.

    The pair of sentences stands behind the suggestion, so it is left out where another topic was decided.
    """
    titles = {t.id: t.title for t in guide.topics}
    judged, proposal, office = row.judged, row.proposal, topic.office if topic else None
    declared = (
        f"{judged.declared}《{titles[judged.declared]}》" if judged.declared else f"“{proposal.declared}”"
    )
    pair = judged.pair if topic is not None and topic.id == judged.suggested else None
    values = {
        "applicant": proposal.principal_investigator or "申报人",
        "proposal": f"项目《{proposal.title}》（编号 {proposal.id}）"
        if proposal.title
        else f"编号 {proposal.id} 的项目",
        "title": proposal.title or proposal.id,
        "id": proposal.id,
        "guide": guide.title,
        "filed": f"所报课题为 {declared}" if proposal.declared else "没有填写所报课题",
        "declared": declared if proposal.declared else "（未填写）",
        "suggested": f"{topic.id}《{topic.title}》" if topic else "",
        "office": office.name if office else "申报受理部门",
        "phone": office.phone if office and office.phone else "（指南未列）",
        "example": f"例如，您写到“{pair.proposal}”，该课题要求“{pair.topic}”。" if pair else "",
        "sentence": pair.proposal if pair else "",
        "requirement": pair.topic if pair else "",
    }
    return {name: " ".join(visible(value).split()) for name, value in values.items()}

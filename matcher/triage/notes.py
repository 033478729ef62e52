"""Draft notes to applicants whose proposal seems filed under the wrong topic, from templates that anyone may edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Template

from matcher import shipped
from matcher.errors import ReportError
from matcher.files import check_output, check_output_folder, replacing
from matcher.segment import visible
from matcher.triage.desk import Report, Row
from matcher.types import Guide

_FIELDS = (
    "applicant",
    "title",
    "id",
    "guide",
    "declared",
    "suggested",
    "office",
    "phone",
    "sentence",
    "requirement",
)


def check_notes(target: Path, inputs: Sequence[Path | None], *, force: bool) -> None:
    """OutputError unless drafts may be written to `target`: a .txt file, or a new or empty folder; `force` for others."""
    if target.suffix.lower() == ".txt":
        check_output(target, (".txt",), inputs, force=force)
    else:
        check_output_folder(target, inputs, force=force)


def write_notes(report: Report, target: Path) -> int:
    """Write a draft for every `move` and `outside` row, in the queue's order; how many.

    All into one file if `target` ends in .txt, else one file each into the folder `target`.
    """
    drafts = list(_drafts(report))
    if target.suffix.lower() == ".txt":
        with replacing(target) as stream:
            stream.write("\n————————————————————\n\n".join(text for _, text in drafts))
        return len(drafts)
    target.mkdir(parents=True, exist_ok=True)
    for number, (row, text) in enumerate(drafts, 1):
        name = "".join(c if c.isalnum() or c in "-_" else "_" for c in row.proposal.id)[:60]
        with replacing(target / f"{number:04d}-{name}.txt") as stream:
            stream.write(text)
    return len(drafts)


def _drafts(report: Report) -> Iterator[tuple[Row, str]]:
    templates = {verdict: _template(verdict) for verdict in ("move", "outside")}
    for row in report.rows:
        if row.judged.verdict in templates:
            yield row, templates[row.judged.verdict].substitute(_values(row, report.guide))


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


def _values(row: Row, guide: Guide) -> dict[str, str]:
    """What the placeholders stand for; a declared topic that was not understood is quoted as written."""
    titles = {topic.id: topic.title for topic in guide.topics}
    judged, office = row.judged, row.topic.office if row.topic else None
    declared = (
        f"{judged.declared}《{titles[judged.declared]}》" if judged.declared else f"“{row.proposal.declared}”"
    )
    values = {
        "applicant": row.proposal.principal_investigator or "申报人",
        "title": row.proposal.title or row.proposal.id,
        "id": row.proposal.id,
        "guide": guide.title,
        "declared": declared,
        "suggested": f"{row.topic.id}《{row.topic.title}》" if row.topic else "",
        "office": office.name if office else "申报受理部门",
        "phone": office.phone if office and office.phone else "（指南未列）",
        "sentence": judged.pair.proposal if judged.pair else "",
        "requirement": judged.pair.topic if judged.pair else "",
    }
    return {name: " ".join(visible(value).split()) for name, value in values.items()}

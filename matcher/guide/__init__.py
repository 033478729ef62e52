"""A guide document to a Guide: topics, offices, the role of every line, and what looks wrong.

Every layout of `layouts.LAYOUTS`, and the tables, give a reading; the one that explains most
becomes the guide. Ids, shared offices and findings are worked out here and in `findings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from matcher.errors import GuideError
from matcher.guide import layouts
from matcher.guide.bodies import read_bodies
from matcher.guide.findings import findings_of
from matcher.guide.items import Draft, cue
from matcher.guide.lists import read_lists
from matcher.guide.tables import read_tables
from matcher.guide.units import Unit, clean, units_of
from matcher.readers import Document, read_document
from matcher.segment import fold
from matcher.types import AuditLine, Guide, Office, OfficeSource, Topic

_HEAD = 15  # the title stands in the first lines of a document
_NO_TITLE = re.compile(
    r"附件|附:|附录|首页|当前位置|您的位置|来源|发布|时间:|点击|浏览|字号|打印|索引号|文号|\d{4}[-年/.]\d|\W*$"
    r"|.{0,12}[〔\[(]\d{4}[〕\])]\s*\d+号"
)


def read_guide(path: Path) -> Guide:
    """The guide in a file of any readable format.

    Raises DocumentError if the file cannot be read, GuideError if it holds no list of topics.
    """
    return parse_document(read_document(path))


def parse_document(document: Document) -> Guide:
    """The guide in a document; GuideError, with the nearest lines, if it holds no list of topics."""
    units = units_of(document)
    title, title_units = _title(units, document.name)
    text = "\n".join(unit.text for unit in units)
    readings = read_tables(document)
    if layouts.GUIDE_WORDS.search(text):
        # A table with two columns may be a form (课题名称 | …), which reads like text; others are not text.
        gridded = {
            n
            for table in document.tables
            for row, n in zip(table.rows, table.line_numbers, strict=True)
            if sum(bool(cell.strip()) for cell in row) > 2
        }
        loose = [unit for unit in units if unit.lines[0] not in gridded]
        readings += read_lists(
            loose, bool(title_units) and bool(layouts.TITLE_WORDS.search(fold(title))), read_bodies
        )
    if not readings:
        raise GuideError(_no_guide(units, document.name))
    best = max(readings, key=lambda r: r.score)  # max keeps the first of equals: the order of the table
    for unit in title_units:
        for line in range(unit.lines[0], unit.lines[1] + 1):
            if best.roles.get(line, "outside") == "outside":
                best.roles[line] = "heading"
    for draft in best.drafts:
        draft.heading = "" if draft.heading == title else draft.heading
    topics, notes = _topics(best.drafts)
    audit = tuple(
        AuditLine(n, best.roles.get(n, "outside"), clean(line))
        for n, line in enumerate(document.lines, 1)
        if clean(line)
    )
    findings = tuple(dict.fromkeys([*best.notes, *notes, *findings_of(topics, audit)]))
    return Guide(_slug(document.name), title, topics, audit, findings, document.sha256)


def to_json(guide: Guide) -> dict[str, object]:
    """The guide in the form that `guide --json` writes."""
    return {
        "id": guide.id,
        "title": guide.title,
        "topics": [
            {
                "id": t.id,
                "section": t.section,
                "number": t.number,
                "title": t.title,
                "content": t.content,
                "office": None if t.office is None else {"name": t.office.name, "phone": t.office.phone},
                "office_source": t.office_source,
                "lines": list(t.lines),
            }
            for t in guide.topics
        ],
        "audit": [{"line": a.line, "role": a.role, "text": a.text} for a in guide.audit],
        "findings": list(guide.findings),
    }


def _slug(name: str) -> str:
    return re.sub(r"[^\w]+", "-", fold(name).lower()).strip("-_") or "guide"


def _title(units: Sequence[Unit], name: str) -> tuple[str, list[Unit]]:
    """(title, its units): the short lines at the top up to the one that says 指南 or 通知; else the file's name."""
    head: list[Unit] = []
    for unit in units[:_HEAD]:
        text = unit.text
        if (
            _NO_TITLE.match(text)
            or layouts.ADDRESSEE.match(text)
            or len(text) > (160 if text.isascii() else 60)
        ):
            if head and len(text) > 60:
                break
            head = []
            continue
        if (
            unit.marks.keys() - {"coded", "code", "label"}
            or text[-1] in "。;"
            or layouts.LEAD_IN.search(text)
        ):
            break
        head.append(unit)
        if layouts.TITLE_WORDS.search(text):
            # A title broken over lines: 2021年……项目 / （……）申报指南; the name of an office above is none.
            joined = head[-2:] if len(head) > 1 and (text[0] in "(《" or len(text) <= 12) else head[-1:]
            return "".join(u.slice() for u in joined), joined
    if head and head[0] is units[0]:
        return head[0].slice(), head[:1]
    return name, []


def _topics(drafts: Sequence[Draft]) -> tuple[tuple[Topic, ...], list[str]]:
    """Topics with ids and offices, and notes on numbers that could not be kept."""
    offices = list(_shared_offices(drafts))
    groups: dict[int, set[int]] = {}
    for draft in drafts:
        if draft.number is not None:
            groups.setdefault(draft.group, set()).add(draft.number)
    sections = {group: i for i, group in enumerate(dict.fromkeys(d.group for d in drafts), 1)}
    taken: set[tuple[int, int]] = set()
    topics: list[Topic] = []
    notes: list[str] = []
    for draft, (office, source) in zip(drafts, offices, strict=True):
        printed = groups.get(draft.group, set())
        number = draft.number
        if number is None or (draft.group, number) in taken or number < 1:
            free = (n for n in range(1, 10**6) if n not in printed and (draft.group, n) not in taken)
            number = next(free)
            if draft.number is not None:
                notes.append(
                    f"编号重复：“{draft.title}”的编号 {draft.number} 已用过，暂编为 {number}。 / "
                    f"Repeated number: {draft.number} of this topic is taken; it is counted as {number}."
                )
        taken.add((draft.group, number))
        topics.append(
            Topic(
                f"{sections[draft.group]}-{number:02d}",
                draft.heading,
                number,
                draft.title,
                "\n".join(draft.contents),
                office,
                source,
                draft.lines,
            )
        )
    return tuple(topics), notes


def _shared_offices(drafts: Sequence[Draft]) -> Iterator[tuple[Office | None, OfficeSource]]:
    """Each draft's own office, else the next one stated below it in its section."""
    for i, draft in enumerate(drafts):
        if draft.office is not None:
            shared = draft.office_source == "group"
            yield draft.office, "group" if shared else "stated"
            continue
        below = (d.office for d in drafts[i + 1 :] if d.group == draft.group and d.office is not None)
        office = next(below, None)
        yield (None, "none") if office is None else (replace(office), "group")


def _no_guide(units: Sequence[Unit], name: str) -> str:
    """One line: what was looked for, and the lines that come nearest."""

    def nearness(unit: Unit) -> float:
        return 2 * bool(unit.marks) + cue(unit.text) + bool(layouts.TOPIC_END.search(unit.text[:80]))

    near = sorted(units, key=lambda u: (-nearness(u), u.lines[0]))[:3]
    shown = [(u.lines[0], u.slice()[:24]) for u in near if nearness(u) > 0]
    chinese = "、".join(f"第 {n} 行“{t}”" for n, t in shown) or "没有"
    english = ", ".join(f"line {n}" for n, _ in shown) or "none"
    return (
        f"{name} 里没有找到课题清单：需要带编号的课题（如“1.…研究”“方向1：”“（一）”）、“研究内容：”，或含“课题名称”列的表格；"
        f"最接近的行：{chinese}。请确认文件是申报指南。 / "
        f"No list of topics in {name}: looked for numbered topics, named contents (Scope:), or a table with a title "
        f"column; nearest: {english}. Check that the file is a guide."
    )

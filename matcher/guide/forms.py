"""One form per topic (揭榜挂帅): tables with the names at the left, read as records."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.blocks import SHORT_LINE
from matcher.guide.columns import field_of, flat
from matcher.guide.grids import Grid
from matcher.guide.offices import Contact, parse_contact
from matcher.guide.prior import Draft, Reading
from matcher.guide.slots import slot_of
from matcher.segment import fold
from matcher.types import Role

_TITLED = settings.score("guide.forms.titled")
_CONTENT = settings.score("guide.forms.content")
_CONTACT = settings.score("guide.forms.contact")
_MOST_CELLS = settings.cells("guide.forms.most")

_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
# 课题名称, or the mark of a topic alone: 榜单一.
_TITLE = re.compile(
    rf"(?:{vocabulary.FORM_TITLE.pattern})|(?P<code>(?:课题|项目|榜单|榜题|需求|选题|任务|难题|方向)\s*{_NUMBER})"
)


def worth(draft: Draft) -> float:
    """How much a row or a form with a title looks like a topic, on the scale of prior.item_score."""
    return _TITLED + _CONTENT * bool(draft.contents) + _CONTACT * bool(draft.contact)


def read_forms(grids: Sequence[Grid]) -> tuple[Reading | None, set[int]]:
    """(the reading of all forms, the lines that they cover); None where no table is a form."""
    drafts: list[Draft] = []
    roles: dict[int, Role] = {}
    covered: set[int] = set()
    for grid in grids:
        if (pairs := _pairs(grid)) is not None:
            covered |= grid.lines_of()
            for record in _records(pairs):
                _topic(record, drafts, roles)
    if not drafts:
        return None, set()
    return Reading("form", drafts, roles, sum(map(worth, drafts))), covered


LabelledValue = tuple[int, str, str]


def _pairs(grid: Grid) -> list[LabelledValue] | None:
    """(line, name, value) of a table with names in its even columns; None if it is no such table."""
    pairs: list[LabelledValue] = []
    odd = 0
    for row, (line, _) in zip(grid.rows, grid.spans, strict=True):
        cells = [cell for cell in row if cell.strip()]
        names = [fold(flat(cell)) for cell in cells[:2]]
        if len(cells) > 2 and _TITLE.fullmatch(names[0]) and vocabulary.FORM_TITLE.fullmatch(names[1]):
            cells = cells[1:]  # 课题一, merged over the rows of its form
        if len(cells) > _MOST_CELLS:
            return None
        if len(cells) in (2, 4):
            pairs += [(line, flat(cells[i]), cells[i + 1]) for i in range(0, len(cells), 2)]
        else:
            odd += 1
            pairs.append((line, flat(cells[0]), "\n".join(cells[1:])))
    names = [fold(name) for _, name, value in pairs if value]
    titles = sum(bool(_TITLE.fullmatch(name)) for name in names)
    known = sum(bool(_TITLE.fullmatch(n) or field_of(n) or slot_of(f"{n}:")) for n in names)
    # The names stand at the left: most are known, one of them is a title's, and the values are not names.
    values = sum(bool(field_of(fold(flat(v)))) for _, _, v in pairs if len(v) <= SHORT_LINE)
    right = known * 2 >= len(names) and values * 2 < len(pairs) and odd * 2 <= len(grid.rows)
    return pairs if right and 1 <= titles <= (len(names) - 1) / 2 else None


def _records(pairs: Sequence[LabelledValue]) -> list[list[LabelledValue]]:
    """The pairs cut before each title's name; what stands before the first one belongs to it."""
    records: list[list[LabelledValue]] = [[]]
    for pair in pairs:
        if _titled(pair) and any(map(_titled, records[-1])):
            records.append([])
        records[-1].append(pair)
    return records


def _titled(pair: LabelledValue) -> re.Match[str] | None:
    return _TITLE.fullmatch(fold(pair[1]))


def _topic(record: Sequence[LabelledValue], drafts: list[Draft], roles: dict[int, Role]) -> None:
    title = next((flat(pair[2]) for pair in record if _titled(pair)), "")
    if not any(c.isalpha() for c in title):
        roles.update(dict.fromkeys((line for line, _, _ in record), "unread"))
        return
    draft = Draft("", 1, None, title, (record[0][0], record[-1][0]), names=(fold(title),))
    drafts.append(draft)
    for line, name, value in record:
        folded = fold(name)
        kind = field_of(folded)
        text = value.strip()
        if mark := _TITLE.fullmatch(folded):
            roles[line] = "title"
            draft.code = draft.code or mark["code"] or ""
        elif kind == "number":
            roles[line] = roles.get(line, "heading")
            draft.code = text
        elif kind in ("office", "phone", "person"):
            roles[line] = roles.get(line, "office")
            _contact(draft, kind, flat(text))
        elif slot := slot_of(f"{folded}:"):
            roles[line] = roles.get(line, "content")
            draft.add(f"{name}：{text}", slot)
        elif text:
            roles[line] = roles.get(line, "content")
            main = vocabulary.MAIN_CONTENT.match(f"{folded}:")
            plain = main or (not draft.contents and kind == "content")
            draft.add(text if plain else f"{name}：{text}")


def _contact(draft: Draft, kind: str, text: str) -> None:
    label = {"office": "", "phone": "联系人及电话：", "person": "联系人："}[kind]
    contact = parse_contact(label + text)
    if contact is not None:
        draft.contact = (draft.contact or Contact()).joined(contact)

"""Layouts that are no lists of marks, each a reading of its own.

A page that is one topic: its title, lines of codes and dates, then named contents or a paragraph. Tables with the names at the
left, one form per topic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.lists.slots import slot_of
from matcher.guide.offices.contacts import CALLED, Contact, of_cell
from matcher.guide.prior import Draft, Reading, code_of, is_content, opens_content
from matcher.guide.tables.columns import field_of, flat
from matcher.guide.tables.grids import Grid
from matcher.guide.tables.tables import worth
from matcher.guide.text.blocks import LONGEST_NAME, SHORT_LINE, Unit, paint
from matcher.segment import fold
from matcher.types import Role

_PAGE_CODE = re.compile(r"[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+){2,}$")  # alone on its line
# A notice, a sentence, or what a web page has above its text: Home Contact us Directory.
_NO_NAME = re.compile(r"(?:通知|公告|[。.:])$|(?i:\b(?:home|contact us|log ?in|site ?map|rss)\b.*){2}")
_META = re.compile(
    r"(?i:agency|branch|component|program(?:me)?|release|open date|close|due date|solicitation|topic number|call|type of action"
    r"|deadline|identifier|status|opening)\b[^:]{0,20}:"
)
_CALL = re.compile(r"(?i:\b(?:RFP|(?:request|call) for proposals?)(?:[ -]?\d{1,4})?\s*[:–—]\s*\S)")
_NAMED = re.compile(r"(?i:(?:program(?:me)?|topic|project|challenge)\s*(?:title|name))\s*:\s*")
_RESUME = re.compile(r"(?i)(?:work )?(?:education|experience|skills|employment)\W*.{0,20}")
_INNER = re.compile(r"\b(?:Scope|OBJECTIVE|DESCRIPTION|PHASE I|Expected Outcomes?|Synopsis of Program)\s*:")
_LONGEST_TITLE = settings.characters("guide.pages.longest_title")
_PLAIN = settings.odds("guide.pages.plain")
_FORMED = settings.odds("guide.pages.formed")
_META_WITHIN = settings.lines("guide.pages.meta_within")
_PARAGRAPH = settings.characters("guide.pages.paragraph")
_CODE_LINES = settings.lines("guide.pages.code_lines")
_CODE_WITHIN = settings.lines("guide.pages.code_within")
_TOP = settings.lines("guide.pages.top")
_MOST_CELLS = settings.cells("guide.forms.most")
# 课题名称, or the mark of a topic alone: 榜单一.
_TITLE = re.compile(
    rf"(?:{vocabulary.FORM_TITLE.pattern})|(?P<code>(?:课题|项目|榜单|榜题|需求|选题|任务|难题|方向)\s*(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}}))"
)
LabelledValue = tuple[int, str, str]


def read_page(units: Sequence[Unit]) -> Reading | None:
    """The one topic of a page; None if the document does not look like one."""
    if not units or any(_RESUME.fullmatch(u.text) for u in units):
        return None
    labels = [label for u in units if (label := _label(u))]
    start, named = _title_at(units)
    if start is None or len(set(labels)) < len(labels):
        return None  # or several topics, each with its code or its title named
    names = {u.text.split(":")[0].lower()[:LONGEST_NAME] for u in units if opens_content(u)}
    names |= {m.group().lower() for u in units for m in _INNER.finditer(u.text)}
    meta = sum(bool(_META.match(u.text)) for u in units[:_META_WITHIN])
    coded = any(_PAGE_CODE.fullmatch(u.text) for u in units[1:5])
    paragraph = any(len(u.text) >= _PARAGRAPH for u in units)
    # Two named contents, or one beside a code, or a paragraph below lines of agency and dates.
    if not (len(names) > 1 or (names and (coded or named)) or (meta > 1 and paragraph)):
        return None
    reading = _read(units, start, named)
    # Lines of agency, programme and dates right below the title are a page's own form: steps inside are no topics.
    if sum(bool(_META.match(u.text)) for u in units[1:7]) > 1:
        reading.score = _FORMED
    return reading


def _label(unit: Unit) -> str:
    """The name before a code or a title (TOPIC NUMBER, TITLE); "" if the line names neither."""
    named = vocabulary.CODE_LINE.match(unit.text) or "label" in unit.marks
    return unit.text.split(":")[0].lower() if named and ":" in unit.text else ""


def _title_at(units: Sequence[Unit]) -> tuple[int | None, bool]:
    """(unit of the title, whether a name such as "Program Title:" says so)."""
    for at, unit in enumerate(units):
        match = _NAMED.match(unit.text)
        if match and (match.end() < len(unit.text) or at + 1 < len(units)):
            return (at if match.end() < len(unit.text) else at + 1), True
    first = units[0]
    # A heading of Markdown is the title of any text: that of a call says so.
    styled = {"md1"} if _CALL.search(first.text) else set()
    plain = not first.marks.keys() - {"code", "coded", *styled} and not _NO_NAME.search(first.text)
    return (0 if plain and len(first.text) <= _LONGEST_TITLE and not is_content(first) else None), False


def _read(units: Sequence[Unit], start: int, named: bool) -> Reading:
    roles: dict[int, Role] = {}
    end = start + 1
    if not named:
        # A title that the page broke goes on until the code, the agency or the first content.
        top = list(enumerate(units[1:_TOP], 1))
        stops = [i for i, u in top if _PAGE_CODE.fullmatch(u.text) or code_of(u.text) or _META.match(u.text)]
        limit = next(iter([*stops, *(i for i, u in top if is_content(u))]), 0)
        if limit and all(len(u.text) <= _LONGEST_TITLE and not u.marks for u in units[1:limit]):
            end = limit
    title = " ".join(u.slice(u.words) for u in units[start:end])
    label = _NAMED.match(title)
    draft = Draft("", 1, None, title[label.end() :] if label else title, units[start].lines)
    for unit in units[start:end]:
        paint(roles, unit, "title")
    named_code = next(filter(None, (code_of(u.text) for u in units[:_CODE_LINES])), "")
    draft.code = next((u.text for u in units[:_CODE_WITHIN] if _PAGE_CODE.fullmatch(u.text)), named_code)
    _contents(units, start, end, draft, roles)
    return Reading("page", [draft], roles, _PLAIN)


def _contents(units: Sequence[Unit], start: int, end: int, draft: Draft, roles: dict[int, Role]) -> None:
    slot, begun = "", False
    for at, unit in enumerate(units):
        if start <= at < end:
            continue
        text = unit.text
        opened = opens_content(unit) or bool(vocabulary.WEAK_CONTENT.match(text))
        begun = begun or opened or len(text) >= _PARAGRAPH
        if at < start or not begun:
            paint(roles, unit, "heading")  # codes, agencies and dates around a page's title
            continue
        slot = slot_of(text) if opened else slot
        match = vocabulary.ENGLISH_CONTENT.match(text, unit.words) or vocabulary.MAIN_CONTENT.match(text)
        if piece := unit.slice(match.end() if match and not draft.contents else unit.words):
            draft.add(piece, slot)
        paint(roles, unit, "content")
        draft.lines = (draft.lines[0], max(draft.lines[1], unit.lines[1]))


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


def _pairs(grid: Grid) -> list[LabelledValue] | None:
    """(line, name, value) of a table with names in its even columns; None if it is no such table."""
    called = [field_of(fold(flat(cell))) in CALLED for cell in grid.rows[0]]
    if any(a and b for a, b in pairwise(called)):
        return None  # 方向 | 处室 | 电话 | 邮箱 heads columns: in a form a value stands between two names
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
    titles = [at for at, (_, name, _) in enumerate(pairs) if _TITLE.fullmatch(fold(name))]
    return [[*pairs[a:b]] for a, b in pairwise([0, *titles[1:], len(pairs)])]


def _topic(record: Sequence[LabelledValue], drafts: list[Draft], roles: dict[int, Role]) -> None:
    title = next((flat(value) for _, name, value in record if _TITLE.fullmatch(fold(name))), "")
    if not any(c.isalpha() for c in title):
        roles.update(dict.fromkeys((line for line, _, _ in record), "unread"))
        return
    draft = Draft("", 1, None, title, (record[0][0], record[-1][0]), names=(fold(title),))
    drafts.append(draft)
    for line, name, value in record:
        folded, text = fold(name), value.strip()
        kind, slot = field_of(folded), slot_of(f"{folded}:")
        if mark := _TITLE.fullmatch(folded):
            roles[line] = "title"
            draft.code = draft.code or mark["code"] or ""
        elif kind == "number":
            roles.setdefault(line, "heading")
            draft.code = text
        elif kind in CALLED:
            roles.setdefault(line, "office")
            if contact := of_cell(kind, flat(text)):
                draft.contact = (draft.contact or Contact()).joined(contact)
        elif slot or text:
            roles.setdefault(line, "content")
            plain = vocabulary.MAIN_CONTENT.match(f"{folded}:") or (not draft.contents and kind == "content")
            draft.add(text if plain and not slot else f"{name}：{text}", slot)

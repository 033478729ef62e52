"""Layouts that are no lists of marks, each a reading of its own.

A page that is one topic: its title, lines of codes and dates, then named contents or a paragraph. Topics that stand on one line
under the name of their section (档案资源：甲；乙；丙), or A / B below it. Tables with the names at the left, one form per topic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.lists.headings import inner_mark
from matcher.guide.lists.slots import slot_of
from matcher.guide.offices.contacts import CALLED, Contact, of_cell
from matcher.guide.prior import Draft, Reading, code_of, cue, is_content, is_office, label_end
from matcher.guide.tables.columns import field_of, flat
from matcher.guide.tables.grids import Grid
from matcher.guide.tables.tables import worth
from matcher.guide.text.blocks import LONGEST_NAME, SHORT_LINE, SHORTEST_TITLE, Unit, paint
from matcher.segment import fold
from matcher.types import Role

_PAGE_CODE = re.compile(r"[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+){2,}$")  # alone on its line
_META = re.compile(
    r"(?i:agency|branch|component|program(?:me)?|release|open date|close|due date|solicitation|topic number|call|type of action"
    r"|deadline|identifier|status|opening)\b[^:]{0,20}:"
)
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

_PARTED = settings.score("guide.parted.title")
_LEAST_LISTS = settings.count("guide.parted.least_lists")
_LEAST_TITLES = settings.count("guide.parted.least_titles")
_LONGEST = settings.characters("guide.parted.longest_title")
_LONGEST_NAME = settings.characters("guide.parted.longest_section")
_REMEMBERED = settings.chunk("guide.marks.remembered")
_NAME_WORDS = settings.words("guide.parted.longest_section")
_TITLE_WORDS = settings.words("guide.parted.longest_title")
_SEPARATORS = (";", r"(?:(?<!\s)\s+)?/\s*", r" +")  # the surest first; 、 parts the words of a description
_NO_TITLE = re.compile(r"[。:,，?!/;]|\d{5}|@")
_SECTION_END = re.compile(r"(?:类|领域|方面|方向|板块|专题|部分|类别)$")
_Titles = list[tuple[Unit, int, int]]  # a unit, and where a title begins and ends in its text
_PartedSection = tuple[Unit, str, _Titles]  # the unit of a section's name, the name, its titles

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
    names = {u.text.split(":")[0].lower()[:LONGEST_NAME] for u in units if is_content(u)}
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
    plain = not first.marks.keys() - {"code", "coded"} and not re.search("(?:通知|公告|[。.:])$", first.text)
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
    title = " ".join(u.slice() for u in units[start:end])
    label = _NAMED.match(title)
    draft = Draft("", 1, None, title[label.end() :] if label else title, units[start].lines)
    for unit in units[start:end]:
        paint(roles, unit, "title")
    named_code = next(filter(None, (code_of(u.text) for u in units[:_CODE_LINES])), "")
    draft.code = next((u.text for u in units[:_CODE_WITHIN] if _PAGE_CODE.fullmatch(u.text)), named_code)
    _contents(units, start, end, draft, roles)
    return Reading("page", [draft], roles, _PLAIN)


def _contents(units: Sequence[Unit], start: int, end: int, draft: Draft, roles: dict[int, Role]) -> None:
    slot = ""
    for at, unit in enumerate(units):
        if start <= at < end:
            continue
        text = unit.text
        opened = is_content(unit) or bool(vocabulary.WEAK_CONTENT.match(text))
        if at < start or (not draft.contents and not opened and len(text) < _PARAGRAPH):
            paint(roles, unit, "heading")  # codes, agencies and dates around a page's title
            continue
        slot = slot_of(text) if opened else slot
        match = vocabulary.ENGLISH_CONTENT.match(text) or vocabulary.MAIN_CONTENT.match(text)
        if piece := unit.slice(match.end() if match and not draft.contents else 0):
            draft.add(piece, slot)
        paint(roles, unit, "content")
        draft.lines = (draft.lines[0], max(draft.lines[1], unit.lines[1]))


def read_parted(units: Sequence[Unit]) -> Reading | None:
    """The lists of titles that stand on the lines of several sections, parted alike; None if there are none."""
    for separator in _SEPARATORS:
        at = 0
        while at < len(units):
            sections, end = _sections(units, at, separator)
            at = max(at + 1, end)  # a line is looked at once, however long the list
            lists = [titles for _, _, titles in sections if len(titles) > 1]
            distinct = len({name for _, name, _ in sections}) == len(sections)
            if len(lists) >= _LEAST_LISTS and sum(map(len, lists)) >= _LEAST_TITLES and distinct:
                return _reading(sections)
    return None


def _sections(units: Sequence[Unit], at: int, separator: str) -> tuple[list[_PartedSection], int]:
    """The sections that follow one another from a unit on, each a name and the titles behind or below it, and where they end."""
    sections: list[_PartedSection] = []
    after = at
    while at < len(units):
        unit = units[at]
        mark = inner_mark(unit.marks)
        start = mark.start if mark is not None and mark.start < len(unit.text) else 0
        behind = label_end(unit.text[start:])
        end = start + behind if behind else len(unit.text)
        titles = _parts(unit, end, separator)
        at += 1
        while end == len(unit.text) and at < len(units) and not _is_headed(units[at]):
            more = _parts(units[at], 0, separator)
            if not more or (len(more) < 2 and not titles):
                break
            titles += more
            at += 1
        name = unit.slice(start, end).rstrip(":： ") if titles else ""
        if not titles or not _is_section(unit, name, titles):
            break
        sections.append((unit, name, titles))
        after = at
    return sections, after


def _is_headed(unit: Unit) -> bool:
    """Whether a line has a mark or a name before a colon: it opens a section of its own."""
    return bool(unit.marks.keys() - {"label"}) or bool(label_end(unit.text))


def _is_section(unit: Unit, name: str, titles: _Titles) -> bool:
    """Whether a name is that of a section: short, no slot's and no notice's, and shorter than its titles."""
    noticed = vocabulary.NOTICE_LINE.match(unit.text) or vocabulary.TITLE_WORDS.search(name) or cue(name) < 0
    if noticed or is_content(unit) or is_office(unit) or vocabulary.WEAK_CONTENT.match(unit.text):
        return False
    if name.isascii():
        return len(name.split()) <= _NAME_WORDS
    core = _SECTION_END.sub("", name)
    return len(name) <= _LONGEST_NAME and sum(b - a for _, a, b in titles) >= len(core) * len(titles)


def _parts(unit: Unit, start: int, separator: str) -> _Titles:
    """The titles in a unit's text from `start` on; none unless all parts may be titles."""
    end = len(unit.text.rstrip("。;；. "))
    marks = [m for m in re.finditer(separator, unit.text[:end]) if m.start() > start]
    edges = [start, *(n for m in marks for n in m.span()), end]
    parts = [(unit, a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    texts = [unit.text[a:b].strip() for _, a, b in parts]
    return parts if all((separator == ";" or not t.isascii()) and _is_title(t) for t in texts) else []


@lru_cache(maxsize=_REMEMBERED)  # a line is looked at for each separator
def _is_title(text: str) -> bool:
    short = len(text.split()) <= _TITLE_WORDS if text.isascii() else SHORTEST_TITLE <= len(text) <= _LONGEST
    if not short or _NO_TITLE.search(text) or vocabulary.RULE_WORDS.search(text):
        return False
    return any(map(str.isalpha, text)) and (text.isascii() or not vocabulary.TASK_START.match(text))


def _reading(sections: Sequence[_PartedSection]) -> Reading:
    roles: dict[int, Role] = {}
    drafts: list[Draft] = []
    for group, (heading, name, titles) in enumerate(sections, 1):
        paint(roles, heading, "heading")
        for unit, start, end in titles:
            paint(roles, unit, "title")
            names = (unit.text[start:end].strip(), fold(name))
            drafts.append(Draft(name, group, None, unit.slice(start, end), unit.lines, names=names))
    return Reading("parted", drafts, roles, _PARTED * len(drafts))


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

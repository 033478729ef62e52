"""A page that is one topic: its title, lines of codes and dates, then named contents or a paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.blocks import LONGEST_NAME, Unit, paint
from matcher.guide.prior import Draft, Reading, is_content
from matcher.guide.slots import slot_of
from matcher.types import Role

_CODE = re.compile(r"[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+){2,}$")
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


def read_page(units: Sequence[Unit]) -> Reading | None:
    """The one topic of a page; None if the document does not look like one."""
    if not units or any(_RESUME.fullmatch(u.text) for u in units):
        return None
    labels = Counter(label for u in units if (label := _label(u)))
    if any(count > 1 for count in labels.values()):
        return None  # several topics, each with its code or its title named
    start, named = _title_at(units)
    if start is None:
        return None
    names = {u.text.split(":")[0].lower()[:LONGEST_NAME] for u in units if is_content(u)}
    names |= {m.group().lower() for u in units for m in _INNER.finditer(u.text)}
    meta = sum(bool(_META.match(u.text)) for u in units[:_META_WITHIN])
    coded = any(_CODE.fullmatch(u.text) for u in units[1:5])
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
    plain = not first.marks.keys() - {"code", "coded"} and first.text[-1] not in "。.:"
    return (0 if plain and len(first.text) <= _LONGEST_TITLE and not is_content(first) else None), False


def _read(units: Sequence[Unit], start: int, named: bool) -> Reading:
    roles: dict[int, Role] = {}
    end = start + 1
    if not named:
        # A title that the page broke goes on until the code, the agency or the first content.
        top = list(enumerate(units[1:_TOP], 1))
        stops = [i for i, u in top if _CODE.fullmatch(u.text) or _META.match(u.text)]
        limit = next(iter([*stops, *(i for i, u in top if is_content(u))]), 0)
        if limit and all(len(u.text) <= _LONGEST_TITLE and not u.marks for u in units[1:limit]):
            end = limit
    title = " ".join(u.slice() for u in units[start:end])
    label = _NAMED.match(title)
    draft = Draft("", 1, None, title[label.end() :] if label else title, units[start].lines)
    for unit in units[start:end]:
        paint(roles, unit, "title")
    lines = [vocabulary.CODE_LINE.match(u.text) for u in units[:_CODE_LINES]]
    named_code = next((m["code"] or m["id"] for m in lines if m), "")
    draft.code = next((u.text for u in units[:_CODE_WITHIN] if _CODE.fullmatch(u.text)), named_code)
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
        begin = match.end() if match and not draft.contents else 0
        piece = unit.slice(begin)
        if piece:
            draft.add(piece, slot)
        paint(roles, unit, "content")
        draft.lines = (draft.lines[0], max(draft.lines[1], unit.lines[1]))

"""Which row of a table is its header: each of its first rows is scored by the names that it holds."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import islice, pairwise, zip_longest

from matcher import settings
from matcher.errors import BatchError, DocumentError
from matcher.message import COMMA, Catalogue, Message, joined
from matcher.readers.blocks import Area
from matcher.readers.fields.in_lines import label_of
from matcher.readers.fields.joined import fields_of
from matcher.readers.fields.labels import WHO, asked, first_name, label_key, reported
from matcher.readers.fields.values import is_prose
from matcher.readers.sheet.delimited import DelimitedLine, plain_text
from matcher.readers.table.columns import TEXTS, Header, assigned, column_fields, guesses
from matcher.readers.table.contents import completed
from matcher.readers.table.survey import with_questions

say = Catalogue(__file__)

HEADER_WITHIN = settings.rows("readers.header.within")
SURE = settings.share("readers.header.sure")
_ALONE = settings.share("readers.header.alone")
_CLOSE = settings.share("readers.header.close")
_LONGEST_NAME = settings.letters("readers.header.longest_name")
_MOST_COLUMNS = settings.columns("readers.header.most")
_HEADS = settings.rows("readers.header.heads")
_FEW_CELLS = settings.cells("readers.header.few")
_TURNED_NAMES = settings.count("readers.header.turned_names")
_OTHER_PEOPLE = ("contact", "partners", "recommender", "members", "person", "opinion")  # whose name is below
_ABOUT = re.compile("(?:基本)?(?:情况|信息|资料)$")  # 承担单位情况 above 名称
_FILLED_IN = re.compile(r"[\u4e00-\u9fa5][:：]")


class HeaderError(BatchError):
    """No row of a table is its header; `names` are the cells of the row that comes nearest."""

    def __init__(self, message: Message, names: Sequence[str] = ()) -> None:
        """`message` is for people."""
        super().__init__(message)
        self.names = tuple(name for name in names if name)


def header_score(fields: int, known: int, filled: int, longest: int, *, adjacent: bool) -> float:
    """How much a row of `filled` cells reads like a header, in [0, 1]: the share of its cells that are `known` names.

    Three names with two of them `adjacent` are a header whatever else it holds; in a form a value stands between them.
    A row that names no field or one is weak, and one of long cells (`longest` characters) none.

    >>> header_score(5, 5, 6, 8, adjacent=True), header_score(4, 4, 8, 8, adjacent=False)
    (1.0, 0.5)
    >>> header_score(1, 1, 4, 8, adjacent=False), header_score(1, 1, 4, 90, adjacent=False)
    (0.0625, 0.0)
    """
    share = 1.0 if known > 2 and adjacent else known / filled if filled else 0.0
    if fields == 0 or (share <= SURE and longest > _LONGEST_NAME):
        return 0.0
    return share if min(fields, known) > 1 else share * _ALONE


def find_header(
    lines: Sequence[DelimitedLine], merged: Sequence[Area], chosen: Mapping[str, str], row: int | None = None
) -> Header | None:
    """The header among the first rows of a table: the first that surely is one, else the one that scores most.

    `row` (from 1) names it instead. A row that belongs to the header above it (姓名, 单位 under a
    merged 负责人) is joined to it. Its score is 0 where nothing can be read by it or the sheet is one form;
    None where there are no rows or not that row. DocumentError for more than _MOST_COLUMNS.
    """
    texts = _Texts(lines, merged)
    if row is not None:
        return texts.header(row, chosen) if row in texts.rows else None
    weak: list[Header] = []
    for number in list(texts.rows)[:HEADER_WITHIN]:
        header = texts.scored(number, chosen)
        if header.score > SURE:
            joined = texts.continued(header, chosen)
            return replace(joined, score=0.0 if texts.form_below(joined) else header.score)
        weak.append(header)
    best = max(weak, key=lambda h: (h.score, sum(map(bool, h.names))), default=None)
    if best is None or texts.names_below(best.row):
        return best and replace(best, score=0.0)
    if best.score == 0:
        heads = islice(filter(texts.may_head, list(texts.rows)[:HEADER_WITHIN]), _HEADS)
        held = (texts.header(number, chosen) for number in heads)
        return next((replace(h, score=SURE) for h in held if _holds(h, lines, chosen)), best)
    close = [h.row for h in weak if h is not best and h.score > max(0, best.score - _CLOSE)]
    return replace(best, rivals=tuple(close))


def _holds(header: Header, lines: Sequence[DelimitedLine], chosen: Mapping[str, str]) -> bool:
    """Whether below a row of names the columns hold titles and texts."""
    columns = completed(header, lines, chosen)[0].columns
    return "title" in columns and not columns.keys().isdisjoint(TEXTS[1:])


class _Texts:
    """The texts of the first rows of a table, with what its merged cells cover."""

    def __init__(self, lines: Sequence[DelimitedLine], merged: Sequence[Area]) -> None:
        self.rows = with_questions({line.number: line.texts for line in lines if line.error is None})
        self._filled = {row: [c for c, text in enumerate(cells) if text] for row, cells in self.rows.items()}
        self._width = max(map(len, self.rows.values()), default=0)
        columns = max(map(len, self._filled.values()), default=0)
        if columns > _MOST_COLUMNS:
            raise DocumentError(say("header.too wide", columns=columns, most=_MOST_COLUMNS))
        self._areas: dict[tuple[int, int], Area] = {}
        last = max(self.rows, default=0)
        room = last * self._width  # more than all cells are not merged, unless a damaged file says so
        for area in merged:
            top, left, bottom, right = area
            rows, across = range(top, min(bottom, last) + 1), range(left - 1, min(right, self._width))
            room -= len(rows) * len(across)
            if room < 0:
                break
            if len(across) < self._width:  # else a heading of all columns
                self._areas.update({(r, c): area for r in rows for c in across})

    def text(self, row: int, column: int) -> str:
        cells = self.rows.get(row, [])
        return cells[column] if column < len(cells) else ""

    def filled(self, row: int) -> list[int]:
        return self._filled.get(row, [])

    def _own(self, row: int, column: int) -> str:
        """The name that a header's row gives a column: its cell, or the one merged or left empty above it."""
        if text := self.text(row, column):
            return text
        area = self._areas.get((row, column))
        if area is not None:
            return self.text(area[0], column) if column == area[1] - 1 else ""
        for above in (row - 1, row - 2):
            if len(self.filled(above)) < 2 or (above, column) in self._areas:
                return ""
            if text := self.text(above, column):
                return text
        return ""

    def _groups(self, row: int) -> list[str]:
        """What stands above each column in a row: its cell, or the merged or the last filled cell before it."""
        # 填报单位：某某大学 above the table is no head.
        is_head = len(self.filled(row)) > 1 and not any(_FILLED_IN.search(text) for text in self.rows[row])
        groups, last = [], ""
        for column in range(self._width):
            area, text = self._areas.get((row, column)), self.text(row, column)
            last = text or ("" if area else last)
            groups.append(self.text(area[0], area[1] - 1) if area else last if is_head else "")
        return groups

    def header(self, row: int, chosen: Mapping[str, str]) -> Header:
        """The header that ends in a row, surely one where it names a title or a text."""
        options: list[Sequence[tuple[str, int]]] = []
        names = [self._own(row, column) for column in range(self._width)]
        above = self._groups(row - 1)
        groups = [group or higher for group, higher in zip(above, self._groups(row - 2), strict=True)]
        # A team with a column for who leads it applies: 承担团队 over 单位 and 负责人.
        led = {group for own, group in zip(names, groups, strict=True) if label_of(own)[:1] == (WHO[1],)}
        parted = {group for own, group in zip(names, groups, strict=True) if own != group and fields_of(own)}
        for own, group in zip(names, groups, strict=True):
            applies = group in led and [f for f, _ in fields_of(group)[:1]] == ["members"]
            options.append(_options(own, "" if group == own or applies else group, parted))
        answers = reported(names)
        options = [() if name in answers else o for name, o in zip(names, options, strict=True)]
        written = _distinct(names, above)
        while written and not written[-1]:
            written.pop()
        header = Header(row, tuple(written), assigned(options[: len(written)], written, chosen))
        return replace(header, score=float(header.usable))

    def scored(self, row: int, chosen: Mapping[str, str]) -> Header:
        """The header that ends in a row with its score."""
        header, filled = self.header(row, chosen), self.filled(row)
        known = [c for c in filled if fields_of(self.text(row, c))]
        score = header_score(
            len(header.columns) if header.usable else 0,
            len(known),
            len(filled),
            max((len(self.text(row, c)) for c in filled), default=0),
            adjacent=any(b - a == 1 for a, b in pairwise(known)),
        )
        return replace(header, score=score)

    def continued(self, header: Header, chosen: Mapping[str, str]) -> Header:
        """A header with the rows below it that are its second and third: names only, under merged or empty cells."""
        while self._continues(header.row, header.row + 1):
            header = self.header(header.row + 1, chosen)
        return header

    def _continues(self, row: int, below: int) -> bool:
        filled = self.filled(below)
        areas = {c: self._areas.get((row, c)) for c in {*filled, *self.filled(row)}}
        # A merged cell that ends with the header's row has its parts below it; in a document it is empty or again beside it.
        pairs = [(c, c + 1) for c in filled if self.text(below, c + 1)]
        beside = {c for p in pairs if self.text(row, p[1]) in ("", self.text(row, p[0])) for c in p}
        ends = {c: area[2] == row if area else c in beside for c, area in areas.items()}
        under = [c for c in filled if not self.text(row, c) or ends[c]]
        if len(under) == len(filled) > 0 and any(area and area[2] == below for area in areas.values()):
            return True  # the names beside it are merged down over it
        texts = [self.text(below, c) for c in filled]
        if not filled or any(len(k) > _LONGEST_NAME or re.search(r"\d", k) for k in map(label_key, texts)):
            return False
        known = sum(bool(fields_of(t)) for t in texts)
        parts = [c for c in filled if (area := areas[c]) and area[2] == row and area[1] < area[-1]]
        return (
            (2 * known >= len(filled) or (known > 1 and len(parts) == len(filled)))
            and bool(under)
            and (len(under) == len(filled) or known + (len(under) > 2) >= len(filled) or len(parts) > 1)
        )

    def may_head(self, row: int) -> bool:
        """Whether a row is several names whatever they mean: each another, no figure, date, label with its value or sentence."""
        texts = [self.text(row, c) for c in self.filled(row)]
        named = not any(_FILLED_IN.search(t) or t[0].isdigit() or is_prose(t) for t in texts)
        return named and len(texts) == len({*texts}) > 2

    def form_below(self, header: Header) -> bool:
        """Whether names of texts stand alone in rows below what looks like a header, as in a form, or before prose where it holds a value.

        A row that names both the title and a text is the header of a table, whatever stands below it.
        """
        if "title" in header.columns and any(field in header.columns for field in TEXTS[1:]):
            return False
        valued = not all(fields_of(name) for name in header.names if name)
        alone = [
            self.text(row, filled[0])
            for row, filled in self._filled.items()
            if row > header.row
            and (len(filled) == 1 or (len(filled) == 2 and valued and is_prose(self.text(row, filled[1]))))
        ]
        return any(field in TEXTS for text in alone for field, _ in fields_of(text))

    def names_below(self, row: int) -> bool:
        """Whether narrow rows begin with known names, below one another, as in a form; or with questions, as the header's own row does."""
        firsts = {
            r: next((t for c in cells if label_key(t := self.text(r, c)) and not t.isdigit()), "")
            for r, cells in self._filled.items()
            if len(cells) < _FEW_CELLS
        }
        asks = asked(firsts.get(row, ""))  # below a name they may be titles
        return sum(bool(fields_of(first) or (asks and asked(first))) for first in firsts.values()) > 1


def _options(own: str, group: str, parted: Collection[str]) -> Sequence[tuple[str, int]]:
    """The fields that a column may be by its own name, else by the one above it, if no title whose parts have names (`parted`)."""
    if not own:
        return ()
    if group and (joined := fields_of(_ABOUT.sub("", group) + own, built="no")):
        return joined
    above = fields_of(group) if group else ()
    if above and above[0][0] in _OTHER_PEOPLE and len(label_key(group)) <= _LONGEST_NAME:
        return above
    places = column_fields(own)
    if above[:1] and above[0][0] == WHO[1] and [field for field, _ in places[:1]] == ["contact"]:
        return above  # Contact below Coordinator
    return places or (() if group in parted and above and above[0][0] == "title" else above)


def _distinct(names: Sequence[str], groups: Sequence[str]) -> list[str]:
    """Names of which no two are the same: a repeated one takes the name above it, or its number."""
    seen, distinct = dict[str, int](), list[str]()
    for name, group in zip(names, groups, strict=True):
        if name and name in seen and group and group != name and f"{group} {name}" not in seen:
            name = f"{group} {name}"
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 or not name else f"{name} ({seen[name]})")
    return distinct


def turned(lines: Sequence[DelimitedLine]) -> list[DelimitedLine]:
    """The columns of a short table as lines, numbered from 1, that of the names first; [] for a table that has its names above.

    A form has names beside its values too; where it is no list of them, not the same number of values beside each name.
    """
    if len(lines) >= HEADER_WITHIN or any(line.error is not None for line in lines):
        return []
    rows = [[*line.cells] for line in lines if any(line.texts)]
    named = [row for row in rows if row and fields_of(plain_text(row[0]))]
    widths = {sum(bool(plain_text(cell)) for cell in row[1:]) for row in named}
    values = [plain_text(cell) for row in named for cell in row[1:]]
    even = len(named) >= _TURNED_NAMES and 2 * len(named) > len(rows) and len(widths) == 1 and 0 not in widths
    if not even or any(map(fields_of, values)):
        return []
    columns = enumerate(zip_longest(*(row for row in rows if len(row) > 1), fillvalue=""), 1)
    return [DelimitedLine(number, list(cells)) for number, cells in columns]


def no_header(name: str, header: Header | None) -> HeaderError:
    """The error for a table without a title or a text, with the names that come near."""
    listed = joined((n[:40] for n in (header.names if header else ()) if n), COMMA) or "∅"
    hints = [
        f"--column {first_name(field)}={column}" for column, field in (guesses(header) if header else [])
    ]
    hint = say("header.hint", hints=" ".join(hints)) if hints else say("header.no hint")
    message = say("header.lacking", name=name, rows=HEADER_WITHIN, names=listed, hint=hint)
    return HeaderError(message, header.names if header else ())

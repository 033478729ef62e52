"""The columns of a table of topics, found by their names or, without a header, by what they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.lists.other_lists import are_houses
from matcher.guide.text.blocks import LONGEST_NAME, clean
from matcher.guide.text.marks import are_codes
from matcher.message import Catalogue, Message
from matcher.readers.blocks import without_line_ends
from matcher.segment import fold

say = Catalogue(__file__)

# Column names that other tables (materials, dates, persons) use as well: alone they make no list of topics.
_WEAK_TITLES = ("名称", "name", "方向", "任务名称", "title", "项目名称", "task")
# Of these, the ones that are titles beside a column of numbers and one of phones.
_NUMBERED_TITLES = ("title",)

_ROOMS = "desk|office|team|department|unit|division"
# An office, or a person by name.
_NAMES = rf"[\u3400-\u9fff]{{1,12}}(?:处|科|局|委|办|厅|庭|部|室|院|中心|公司|集团)|[\u3400-\u9fff]{{2,3}}|(?i:.* (?:{_ROOMS}))"
# A unit's name, with or without its phone in brackets or behind it.
_UNITS = (
    r"[\u3400-\u9fff]{2,14}(?:处|科|局|委|办|厅|庭|部|室|院|中心|会|组|站|所|队)\s*[(:]?[\d -]{0,20}\)?"
    rf"|(?i:[a-z& ]+ (?:{_ROOMS}|section))"
)
# Beside a column of phones these are offices too.
_PHONED_UNITS = (
    rf"{_UNITS}|(?i:[a-z& ]+ (?:branch|laborator(?:y|ies)|group|directorate|bureau|cent(?:re|er)))"
)
# Behind an office
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w.-]+\)?$")
# The English of a name in both languages
_LATIN_TAIL = re.compile(r"(?<=[^\x21-\x7e])\s*/?\s*[A-Za-z][A-Za-z .'&/-]+$")
_OTHER_CODE = re.compile(r"处室|部门|单位|学科|专业|行业|申请|邮")
_LONG_TEXT = settings.characters("guide.columns.long_text")
_UNIT_CELLS = settings.share("guide.columns.office_cells")
_LONGEST_OTHER = settings.characters("guide.columns.longest_other")
_SHORTEST_PART = settings.characters("guide.columns.shortest_part")
_NUMBERED = settings.share("guide.columns.numbered")
_LEAST_ROWS = settings.rows("guide.columns.least")
_FAR_LONGER = settings.characters("guide.columns.content")
_REST = settings.count("guide.columns.rest")
_PARTLY = settings.count("guide.columns.partly")
_OTHER = settings.count("guide.columns.other")
_LEAST_UNNAMED = settings.columns("guide.columns.least_unnamed")
_LEAST_TEXT = settings.letters("guide.columns.least_text")
_NAMED_LIKE = settings.count("guide.columns.slot")


@dataclass
class Columns:
    """Where the fields of a topic stand in the rows of a table; `contents` are (name, column)."""

    title: int
    header: tuple[str, ...] = ()
    contents: list[tuple[str, int]] = field(default_factory=list)
    details: dict[str, int] = field(default_factory=dict)  # number, code, section, office, phone, person
    weak: bool = False
    guessed: str = ""  # the name of a title's column that no list knows
    rivals: list[tuple[str, int]] = field(default_factory=list)  # other columns named as titles are

    @property
    def used(self) -> set[int]:
        """The columns that are read."""
        return {self.title, *self.details.values(), *(at for _, at in self.contents)}

    def cell(self, row: Sequence[str], name: str) -> str:
        """What a row says of a field; "" where it has no such column."""
        at = self.title if name == "title" else self.details.get(name, len(row))
        return row[at] if at < len(row) else ""

    def unused(self, rows: Sequence[Sequence[str]]) -> list[Message]:
        """Notes on the columns that mean nothing to the reader though they hold long texts or the names of offices, or of houses."""
        notes = [say("columns.guessed", column=self.guessed)] * bool(self.guessed)
        bare = [] if self.header else [[fold(c) for c in _cells(rows, at)] for at in range(len(rows[0]))]
        notes += [say("columns.houses", house=c[0]) for c in bare if len(c) > 1 and are_houses(c)][:1]
        for at, name in enumerate(self.header):
            cells = _cells(rows, at)
            if at in self.used or not cells or not name.strip():
                continue
            served = not self.details.keys().isdisjoint(("office", "person"))  # 配合单位 beside 牵头单位
            units = sum(bool(re.fullmatch(_NAMES, fold(cell))) for cell in cells) * 2 > len(cells)
            if (units and not served) or sum(map(len, cells)) >= _LONG_TEXT * len(cells):
                notes.append(say("columns.unused", column=flat(name)))
        return notes

    def completed(self, rows: Sequence[Sequence[str]]) -> Columns:
        """These columns with those that tell by what they hold, not by their name: offices, and few values left of the title."""
        details, contents = dict(self.details), list(self.contents)
        named = list(map(fold, _cells(rows, details.get("section", len(self.header)))))
        if "number" not in details and are_codes(named):
            details["number"] = details.pop("section")  # OE1 below Project heads no other row
        for at, name in enumerate(self.header):
            cells = list(map(fold, _cells(rows, at)))
            if at in self.used or not cells:
                continue
            persons = vocabulary.PERSON_COLUMNS.fullmatch(key_of(name))
            unit = re.compile(_PHONED_UNITS if "phone" in details else _UNITS)
            bare = [] if persons else [_ADDRESS.sub("", c).rstrip(" ,;:(") for c in cells]
            units = sum(map(bool, map(unit.fullmatch, bare)))
            # Not an office's or a discipline's.
            coded = field_of(name) == "number" and not _OTHER_CODE.search(name)
            if "office" not in details and units >= _UNIT_CELLS * len(cells):
                details["office"] = at
            elif "number" not in details and at < self.title and are_codes(cells):
                details["number"] = at
            elif "code" not in details and coded and len(set(cells)) == len(cells) > 1:
                details["code"] = at  # 榜单编号 beside 序号
            elif "section" not in details and at < self.title and _are_groups(cells, len(rows)):
                details["section"] = at
            elif at > self.title and _are_texts(cells):
                contents.append((clean(name), at))
        return replace(self, details=details, contents=sorted(contents, key=lambda c: c[1]))

    def settled(self, rows: Sequence[Sequence[str]]) -> Columns:
        """These columns, or those with the rival as the title that more rows fill: its own column names the section."""
        filled = [(len(_cells(rows, at)), name, at) for name, at in self.rivals]
        count, name, at = max(filled, default=(0, "", -1))
        if count <= len(_cells(rows, self.title)) or at < self.title:
            return self
        details = {**self.details, "section": self.title}
        contents = [c for c in self.contents if c != (name, at)]
        return replace(self, title=at, details=details, contents=contents)


def _are_groups(cells: Sequence[str], rows: int) -> bool:
    """Whether the folded cells of a column name the groups of its rows: short words, each again and again, or once above blank ones."""
    words = all(len(c) <= LONGEST_NAME and any(x.isalpha() for x in c) for c in cells)
    again = len(cells) > 2 and len(set(cells)) * 2 <= len(cells)
    above = 1 < len(cells) == len(set(cells)) < rows
    return words and (again or above)


def _are_texts(cells: Sequence[str]) -> bool:
    """Whether the folded cells of a column say something of each row: sentences or texts, most of them different, no numbers."""
    words = sum(sum(c.isalpha() for c in cell) for cell in cells) >= _LEAST_TEXT * len(cells)
    words = words or all(cell[-1] in "。;" for cell in cells)
    return words and len(cells) > 1 and len(set(cells)) * 2 > len(cells)


def columns_of(row: Sequence[str]) -> Columns | None:
    """The columns of a header row; None if the row is no header."""
    fields: dict[str, list[tuple[int, int]]] = {}  # field -> (rank of the name, column)
    for at, cell in enumerate(row):
        ranked = _field(cell)
        if ranked is not None:
            fields.setdefault(ranked[0], []).append((ranked[1], at))
    unnamed = _unnamed(row, fields) if "title" not in fields else None
    if unnamed is not None:
        fields["title"] = [(_REST, unnamed)]
    if "title" not in fields:
        # A table whose titles stand under 选题方向 or 研究领域 has no column for them but this one, or one between it and the contents.
        if not {"section", "content"} <= fields.keys():
            return None
        between = range(min(fields["section"])[1] + 1, min(at for _, at in fields["content"]))
        fields["title"] = [*fields.pop("section"), *((_REST, at) for at in between if _is_unknown(row[at]))]
    if sum(map(len, fields.values())) < 2 or _of_other_kinds(row):
        return None
    titles = sorted(fields.pop("title"))
    columns = Columns(titles[0][1], tuple(row), rivals=[(clean(row[at]), at) for _, at in titles[1:]])
    for _, at in titles[1:]:
        if at < columns.title or _field(row[at]):
            fields.setdefault("section" if at < columns.title else "content", []).append((_REST, at))
    contents = sorted(at for _, at in fields.pop("content", []))
    columns.contents = [(clean(row[at]), at) for at in contents]
    columns.details = {name: min(places)[1] for name, places in fields.items()}
    if unnamed is not None:
        columns.guessed = clean(row[unnamed])
        more = [(clean(cell), at) for at, cell in enumerate(row) if at not in columns.used and cell.strip()]
        columns.contents += more
    alone = not columns.contents and "office" not in columns.details and "section" not in columns.details
    named = key_of(row[columns.title])
    called = named in _NUMBERED_TITLES and {"number", "phone"} <= columns.details.keys()
    columns.weak = alone and named in _WEAK_TITLES and not called
    return columns


def header_of(rows: Sequence[Sequence[str]]) -> tuple[int, Columns] | None:
    """The first of some rows that is a header, and its columns."""
    return next(((at, columns) for at, row in enumerate(rows) if (columns := columns_of(row))), None)


def _is_unknown(name: str) -> bool:
    return any(c.isalpha() for c in name) and not (
        _field(name) or vocabulary.PERSON_COLUMNS.fullmatch(key_of(name))
    )


def _of_other_kinds(row: Sequence[str]) -> bool:
    """Whether a row names what goods, tasks or staff have: two columns, or one beside a name that topics share with them."""
    keys = {key_of(cell) for cell in row}
    other = sum(bool(vocabulary.OTHER_COLUMNS.fullmatch(key)) for key in keys)
    shared = not keys.isdisjoint(_WEAK_TITLES)
    return {"name", "title"} <= keys or other > 1 or (other > 0 and shared)


def _unnamed(row: Sequence[str], fields: Mapping[str, object]) -> int | None:
    """The column right behind the numbers, where the header names an office and a phone and no title: 序号 | 难在哪里 | … | 提出单位 | 电话."""
    names = [key_of(cell) for cell in row]
    if not {"number", "office", "phone"} <= fields.keys() or len(row) < _LEAST_UNNAMED:
        return None
    if any(len(name) > _LONGEST_OTHER or vocabulary.PERSON_COLUMNS.fullmatch(name) for name in names):
        return None
    at = next((i for i, name in enumerate(names) if field_of(row[i]) == "number"), -1) + 1
    return at if at < len(names) and names[at] and not field_of(row[at]) else None


def two_rows(rows: Sequence[Sequence[str]], first: int, columns: Columns) -> tuple[int, Columns]:
    """(last row of the header, its columns): a second row may part a merged cell into 处室 and 电话."""
    below = rows[first + 1] if first + 1 < len(rows) else ()
    named = [*filter(str.strip, below)]
    titled = columns.title >= len(below) or below[columns.title].strip()
    if not named or titled or not all(map(field_of, named)):
        return first, columns
    both = [under if under.strip() else over for over, under in zip(rows[first], below, strict=False)]
    return first + 1, columns_of(both) or columns


def is_no_list(row: Sequence[str]) -> bool:
    """Whether a table's first row names offices and phones, and no titles, or what lists of other things have."""
    return {"office", "phone"} <= {field_of(cell) for cell in row} or _of_other_kinds(row)


def key_of(name: str) -> str:
    """A column name as it is compared: folded, lower case, without spaces, marks and brackets."""
    folded = re.sub(r"\(.*?\)", "", fold(name)).lower()
    return "".join(c for c in folded if c.isalnum() or c == "#")


def field_of(cell: str) -> str:
    """The field that a column's name stands for; "" for none."""
    ranked = _field(cell)
    return ranked[0] if ranked else ""


def _field(cell: str) -> tuple[str, int] | None:
    """(field, rank of the name) of a header cell; names that contain a known one rank behind it."""
    key = key_of(cell)
    latin = _LATIN_TAIL.search(cell) if not key.isascii() else None
    if latin and cell[: latin.start()].strip():
        return _field(cell[: latin.start()]) or _field(latin.group())  # 联系处 Contact
    if not key or len(key) > LONGEST_NAME:
        return None
    for name, known in vocabulary.COLUMN_NAMES.items():
        if key in known:
            return name, known.index(key)
    longest = LONGEST_NAME if key.isascii() else _LONGEST_OTHER
    if len(key) > longest or vocabulary.PERSON_COLUMNS.fullmatch(key):
        return None
    for name, ending in vocabulary.COLUMN_ENDINGS.items():
        if re.fullmatch(ending, key):
            return name, _OTHER
    if any(re.match(pattern, f"{key}:") for pattern in vocabulary.SLOTS.values()):
        return "content", _NAMED_LIKE  # 希望达到的指标
    if vocabulary.FIRM_COLUMN.fullmatch(key):
        return "office", _REST
    for name in ("content", "title", "phone", "office"):
        for place, part in enumerate(vocabulary.COLUMN_NAMES[name]):
            if (len(part) >= _SHORTEST_PART or part == "处室") and part in key and not part.isascii():
                return name, _PARTLY + place
    return None


def flat(cell: str) -> str:
    """A cell as one line."""
    return clean(without_line_ends(cell))


def _cells(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    """The cells of column `at` that are not blank, each as one line."""
    return [flat(row[at]) for row in rows if at < len(row) and row[at].strip()]


def topical(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Whether most cells of column `at` end as titles of topics do (…研究)."""
    ended = [bool(vocabulary.TOPIC_END.search(fold(title))) for title in _cells(rows, at)]
    return len(ended) > 1 and sum(ended) * 2 > len(ended)


def guess(rows: Sequence[Sequence[str]]) -> Columns | None:
    """Columns of a table without a header: numbers first, then titles; None unless the titles look like topics."""
    width = max(map(len, rows), default=0)
    first = [fold(row[0]).strip() for row in rows if row]
    numbered = sum(bool(re.fullmatch(r"\d{1,3}[.、]?", cell)) for cell in first) >= _NUMBERED * len(rows)
    at = 1 if numbered else 0
    if len(rows) < _LEAST_ROWS or width < 2 or not topical(rows, at):
        return None
    details: Mapping[str, int] = {"number": 0} if numbered else {}
    lengths = {i: sum(len(row[i]) for row in rows if i < len(row)) for i in range(at + 1, width)}
    longest = max(lengths, key=lengths.__getitem__, default=at)
    contents = [("", longest)] if lengths.get(longest, 0) > _FAR_LONGER * len(rows) else []
    return Columns(at, (), contents, dict(details))

"""What each cell of a form's table is, a label or a value, and how each row is read: chosen for all rows together by the least cost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf
from typing import Any, Literal, NamedTuple, TypeVar

from matcher import settings
from matcher.readers.fields.in_lines import LONG, SERIAL, Places, label_of, leading, number_of
from matcher.readers.fields.labels import WHO, label_key
from matcher.readers.fields.shapes import INSTITUTION, fits, names_a_topic
from matcher.readers.fields.values import is_prose, one_line, value_of
from matcher.readers.fields.words import remembered
from matcher.readers.form.directions import directs, limited
from matcher.readers.form.headings import heading_fields
from matcher.readers.form.owners import OUTSIDE, owner_of
from matcher.segment import HAN, fold

CellRole = Literal["label", "value", "labelled"]  # the last is a label with its value in one cell
FormCell = tuple[int, str]  # its column, its text
Costs = tuple[float, float, float]  # of a cell as a label, a value, a label with its value
K = TypeVar("K")
Chain = tuple[Any, Any] | None  # the links before, the last one
RowKind = Literal["empty", "text", "columns", "single", "pairs", "head", "below"]
_LONGEST_NAME = settings.characters("readers.form_rows.longest_name")
_LATIN_NAME = settings.factor("readers.form.latin_title")
_LIKELY = settings.score("readers.form_roles.likely")
_FURTHER = settings.score("readers.form_roles.further")
_PLACED = settings.score("readers.form_roles.placed")
_BLANK = settings.score("readers.form_roles.blank")
_MISFIT = settings.score("readers.form_roles.misfit")
_UNKNOWN = settings.score("readers.form_roles.unknown")
_KNOWN = settings.score("readers.form_roles.known")
_SHAPED = settings.score("readers.form_roles.shaped")
_GAP = settings.factor("readers.form_roles.gap")
_ALIGNED = settings.share("readers.form_roles.aligned")
_WAYS = settings.count("readers.form_roles.ways")
_ABOVE, _NONE = -1, -2  # the row of names above the table, and no such row
# Texts that may have several cells.
_OF_TEXTS = frozenset((field,) for field in LONG - {"outcomes", "budget", "schedule", "opinion"})
_OF_UNIT = "全称"
_SERIAL_HEADS = frozenset(("序号", "序", "编号", "no", "课题序号", "#"))
_SHAPE = re.compile(rf"{INSTITUTION.pattern}|^\d|[@＠□☐☑☒√✓]|[:：].")
_NO_NAME = re.compile(r"^[\d.、\s年月至~—-]*$|[。；;！!]")  # a number of a list, a time, a sentence
# How templates head their columns, and the one that holds hints.
_HEAD_OF_FORM = re.compile(
    r"(?:字段|栏目|指标|信息|项目|事项)(?:名称?|项)?|(?:填[写报])?内容|名称|序号|填写栏?|item|field|answer|response|content|question"
)
_HINT_HEAD = re.compile(r".*(?:要求|说明|示例|须知|必填)|备注|是否|instructions|guidance|notes|example|hint")


class FormRow(NamedTuple):
    """A row as it is read: its filled cells, without its number and without columns of hints, and their roles in a row of `pairs`."""

    kind: RowKind
    cells: tuple[FormCell, ...]
    places: tuple[Places, ...] = ()  # the fields of each cell as a label
    costs: tuple[Costs, ...] = ()
    roles: tuple[CellRole, ...] = ()
    wide: bool = False  # whether a single cell has blank ones beside it


@remembered
def places_of(cell: str) -> Places:
    """The fields that a cell stands for as a label, () for a name that nobody knows: only a body has its whole name asked for."""
    return label_of(cell, column=True) or (WHO[:1] if label_key(cell) == _OF_UNIT else heading_fields(cell))


def _of_cells(cells: Sequence[FormCell]) -> Iterator[tuple[Places, Costs]]:
    """For each cell of a row the fields that it stands for as a label, and its costs among the others."""
    above: Places = ()
    for n, (_, cell) in enumerate(cells):
        places, costs = places_of(cell), _costs(cell)
        if costs[0] == _UNKNOWN and (n or len(cells) > 2) and _SHAPE.search(number_of(cell)[2]):
            costs = _SHAPED, 0.0, inf
        elif costs[0] == _UNKNOWN and not n and len(cells) == 2 and is_prose(cells[1][1]):
            costs = _PLACED, 0.0, inf  # a few words before sentences name them
        elif not places and above and above[0] in WHO and _named_alike(above[0], cells[n - 1][1], cell):
            places, costs = above, (_LIKELY, _MISFIT, inf)
        yield places, costs
        above = places


@remembered
def _costs(cell: str) -> Costs:
    """What a cell costs by itself."""
    if is_labelled(cell):
        return inf, _LIKELY, 0.0
    if label_of(cell, column=True, listed=True) or is_serial_head(cell) or label_key(cell) == _OF_UNIT:
        return 0.0, _KNOWN, inf
    if label_of(cell, column=True):
        return _LIKELY, _MISFIT, inf
    if (outside := owner_of(cell) in OUTSIDE) or places_of(cell):
        return _LIKELY if outside else _BLANK, _LIKELY, inf
    may_name = not _NO_NAME.search(cell) and all(
        len(n) <= _LONGEST_NAME * (_LATIN_NAME if n.isascii() else 1) for n in cell.split("\n")
    )
    return _UNKNOWN if may_name or limited(cell) else inf, 0.0, inf


def is_labelled(cell: str) -> bool:
    """Whether a cell begins with a label of its own and holds its value, or a table that does: 电话：022-88880000.

    The label may be the first of its lines, in English or numbered: 关键词 above others is a value's word as well, and a
    name may be one of a label (County Records Project). What follows a bracket and a stop is a hint: Aims (100 words). We print it.
    """
    above, _, below = cell.partition("\n")
    own = number_of(above)[0] or (above.isascii() and not above.startswith("("))
    label = below.strip() and own and label_of(above, column=bool(number_of(above)[0]))
    (head, bar, _), of_all = cell.partition(" | "), label_of(cell, column=True)[:1]
    apart = not of_all or (of_all != (label or of_all)[:1] and not label_of(below, column=True))
    if (label and apart) or (bar and label_of(head, column=True)):
        return True
    first = None if (below and directs(above)) or names_a_topic(cell) else leading(cell)
    hint = first is None or cell[: first.end].rstrip().endswith(").")
    return first is not None and not hint and value_of(cell[first.end :], first.places[0]) != ""


def column_heads(filled: Sequence[FormCell]) -> set[int] | None:
    """The columns of hints below a row that heads the columns of a form (栏目, 内容, 填写说明); None for any other row."""
    if len(filled) < 2:
        return None
    keys = [label_key(cell) for _, cell in filled]
    hints = [_HINT_HEAD.fullmatch(key) is not None for key in keys]
    if hints[0] or not all(
        hint or _HEAD_OF_FORM.fullmatch(key) for hint, key in zip(hints, keys, strict=True)
    ):
        return None
    return {i for (i, _), hint in zip(filled, hints, strict=True) if hint}


def _named_alike(field: str, label: str, text: str) -> bool:
    """Whether a text ends as a label beside it does, as no value would: 中方负责人 | 欧方负责人, but 所在学院 | 水利学院."""
    if field == "organisation":
        side, other = (re.sub(f"[^{HAN}]", "", words) for words in (label, text))
        if len(side) != len(other) or INSTITUTION.search(side) or not side:
            return False
    end = re.split(rf"[^{HAN}A-Za-z]+", fold(label).strip(" :"))[-1]
    return len(end) > 1 and fold(text).strip(" :").endswith(end[-2:] if not end.isascii() else f" {end}")


def is_serial_head(cell: str) -> bool:
    """Whether a cell names the column of the numbers of a list: 序号, No."""
    return label_key(cell) in _SERIAL_HEADS


def rows_of(
    table: Sequence[Sequence[str]], head: Mapping[int, str], columns: set[int], hints: set[int], most: int
) -> list[FormRow]:
    """The rows of a table, each as a head, values below one, or labels with values beside them, at the least cost of all.

    `head` is the row of names above the table, column → name; `columns` are where labels stand, `hints` those that tell
    how to fill in the others: both grow. Rows beyond the first so many cells (`most`) are text.
    """
    rows = list(_cleaned(table, hints, most))
    columns |= set(_label_columns(rows))
    # The row of names above → (cost, the rows so far, the last one first): the best few are kept.
    ways: dict[int, tuple[float, Chain]] = {_ABOVE if head else _NONE: (0.0, None)}
    heads: dict[int, Mapping[int, str]] = {_ABOVE: head}
    for n, row in enumerate(rows):
        onward: dict[int, tuple[float, Chain]] = {}
        by_itself = _by_itself(row, n, columns)
        for above, (cost, chain) in ways.items():
            for after, more, read in (*by_itself, (above, *_below(row, heads.get(above), columns))):
                if cost + more < onward.get(after, (inf,))[0]:
                    onward[after] = cost + more, (chain, read)
        heads[n] = dict(row.cells)
        ways = _least(onward)
    return _unchained(min(ways.values(), key=lambda way: way[0])[1])


def _label_columns(rows: Sequence[FormRow]) -> Iterator[int]:
    """The columns where listed names stand before values, in enough of the rows that have none of unknown names there."""
    filled, named = Counter[int](), Counter[int]()
    for row in rows:
        beside = [*zip(row.cells, pairwise(row.costs), strict=False)]
        apart = not any(a[0] < _UNKNOWN > b[0] for _, (a, b) in beside)  # else they may be names of columns
        filled.update(i for (i, _), (here, _) in beside if here[0] != _UNKNOWN)
        named.update(i for (i, _), pair in beside if apart and _leads_value(pair))
    return (i for i, count in named.items() if count >= _ALIGNED * filled[i])


def _cleaned(table: Sequence[Sequence[str]], hints: set[int], most: int) -> Iterator[FormRow]:
    """Each row without blank cells, columns of hints and its number."""
    for row in table:
        filled = tuple((i, c.strip()) for i, c in enumerate(row) if c.strip(" :：\n　") and i not in hints)
        most -= len(filled)
        if most < 0:
            yield FormRow("text", filled)
            continue
        if len(filled) > 2 and SERIAL.fullmatch(filled[0][1]):
            filled = filled[1:]
        if (hinted := column_heads(filled)) is not None:
            hints |= hinted
            yield FormRow("columns", filled)
        elif len(filled) < 2:
            yield FormRow("single" if filled else "empty", filled, wide=len(row) > 1)
        else:
            places, costs = zip(*_of_cells(filled), strict=True)
            yield FormRow("pairs", filled, places, costs)


def _by_itself(row: FormRow, n: int, columns: set[int]) -> list[tuple[int, float, FormRow]]:
    """(the row of names above the next one, cost, reading) for each way to read row n but below names."""
    if row.kind != "pairs":
        return [(_NONE, 0.0, row)] if row.kind == "single" else []
    cost, roles = _beside(row, columns)
    listed = _heads_list([as_label < _UNKNOWN for as_label, _, _ in row.costs])
    # Beside a known name an unknown one of two is its value; of more columns it may be any.
    unknown = inf if len(row.cells) == 2 else _PLACED if listed else _UNKNOWN
    names = _PLACED + sum(unknown if label == _UNKNOWN else label for label, _, _ in row.costs)
    return [(_NONE, cost, row._replace(roles=roles)), (n, names, row._replace(kind="head"))]


def _heads_list(known: Sequence[bool]) -> bool:
    """Whether names head the columns of a list by which of them are known: two side by side, or more than half."""
    return any(map(all, pairwise(known))) or 2 * sum(known) > len(known)


def _below(row: FormRow, head: Mapping[int, str] | None, columns: set[int]) -> tuple[float, FormRow]:
    """(cost, reading) of a row as values below names, by columns; no name nobody knows where labels stand, nothing below 课题组成员 before 姓名."""
    single = row.kind == "single"
    if row.kind != "pairs" or head is None:
        labels = row.kind == "pairs" or (single and label_of(row.cells[0][1]))
        return inf if labels else _PLACED * single, row
    cost, listed = 0.0, _heads_list([bool(places_of(name)) for name in head.values()])
    first, *further = (places_of(name)[:1] for _, name in sorted(head.items()))
    group = min(head) if first == ("members",) and (WHO[1],) in further else _NONE
    for n, ((i, cell), (as_label, as_value, _)) in enumerate(zip(row.cells, row.costs, strict=True)):
        if as_label == _UNKNOWN and i in columns and not listed:
            as_value = _PLACED
        # What a person leads (Role | Name) has the name of a field, and so may any value behind the first.
        most = _LIKELY if i in head and not places_of(head[i]) else _MISFIT if n else inf
        fit = 0.0 if i != group and i in head and may_be(head[i], cell) else _MISFIT
        cost += min(as_value, most) + (fit if i in head else _PLACED)
    return cost, row._replace(kind="below")


def may_be(label: str, value: str) -> bool:
    """Whether a cell may be the value of a label by what its field asks for."""
    short = [field for field in places_of(label) if field not in LONG]
    return not short or any(fits(field, one_line(value)) for field in short)


def _paired(row: FormRow) -> set[int]:
    """The columns where pairs of name and value begin, of a row from the first column on some name of which is known."""
    pairs = zip(row.costs[::2], row.costs[1::2], strict=False)
    paired = len(row.cells) % 2 == row.cells[0][0] == 0 and any(map(_leads_value, pairs))
    return {i for i, _ in row.cells[::2]} if paired else set()


def _leads_value(pair: tuple[Costs, Costs]) -> bool:
    """Whether a known name stands before a value, by their costs."""
    return pair[0][0] < _UNKNOWN <= pair[1][0] and pair[1][1] < 1


def _beside(row: FormRow, columns: set[int]) -> tuple[float, tuple[CellRole, ...]]:
    """What a row costs as labels with their values to the right, and which are which at that cost."""
    # (place of the last label or -1, whether it has a value) → (cost, the roles so far, the last one first)
    best: dict[tuple[int, bool], tuple[float, Chain]] = {(-1, False): (0.0, None)}
    columns = columns | _paired(row)
    for n, ((i, cell), (as_label, as_value, as_both)) in enumerate(zip(row.cells, row.costs, strict=True)):
        as_label = _PLACED if i in columns and as_label == _UNKNOWN else as_label
        blank = _BLANK * (1 if n and i == row.cells[n - 1][0] + 1 else _GAP)
        onward: dict[tuple[int, bool], tuple[float, Chain]] = {}
        for (label, has_value), (cost, chain) in best.items():
            waits = label >= 0 and not has_value
            if has_value:
                beside = 0.0 if label >= 0 and row.places[label][:1] in _OF_TEXTS else _FURTHER
            else:
                beside = 0.0 if waits and may_be(row.cells[label][1], cell) else _MISFIT
            for state, more, role in (
                ((n, False), as_label + blank * waits, "label"),
                ((label, True), as_value + beside, "value"),
                ((-1, False), as_both, "labelled"),
            ):
                if cost + more < onward.get(state, (inf,))[0]:
                    onward[state] = cost + more, (chain, role)
        best = _least(onward)
    ends = ((cost + _GAP * _BLANK * (n >= 0 and not has), chain) for (n, has), (cost, chain) in best.items())
    cost, chain = min(ends, key=lambda end: end[0])
    return cost, tuple(_unchained(chain))


def _least(ways: Mapping[K, tuple[float, Chain]]) -> dict[K, tuple[float, Chain]]:
    """The best few of the ways to read what stands so far."""
    return dict(sorted(ways.items(), key=lambda way: way[1][0])[:_WAYS])


def _unchained(chain: Chain) -> list[Any]:
    """The links of a chain from the first."""
    links = []
    while chain is not None:
        chain, link = chain
        links.append(link)
    return links[::-1]

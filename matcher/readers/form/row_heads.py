"""What rows and tables of a form are by themselves: labels among values, heads of a list of people, referees; also rows that were pasted."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise, takewhile

from matcher import settings
from matcher.message import Catalogue
from matcher.readers.blocks import CellGrid, Document, Heading, Paragraph, Placed, Table, excerpt, row_line
from matcher.readers.fields.in_lines import LONG, is_short, label_of, labels_in, number_of
from matcher.readers.fields.joined import fields_of
from matcher.readers.fields.labels import WHO, label_key
from matcher.readers.fields.shapes import INSTITUTION, SEVERAL, fits, looks_like_a_person
from matcher.readers.fields.values import is_own_title, value_of
from matcher.readers.fields.words import REACHED
from matcher.readers.form.headings import NO_LABEL
from matcher.readers.form.owners import OF_PERSON, OUTSIDE, owner_of
from matcher.readers.form.roles import FormRow, may_be
from matcher.segment import HAN

say = Catalogue(__file__)

_MOST_VALUES = settings.count("readers.form_rows.most_values")
_LONGEST_REACH = settings.letters("readers.value_shapes.longest_person")
_KIND = settings.characters("readers.form_rows.kind")
PERSON = frozenset(("姓名", "name"))
# Beside a bare 姓名 they head a list of people.
_OF_A_LIST = re.compile(r"分工|任务|角色|签[名字章]|^序号?$|^(?i:no|role|participant ?type)$")
_LEAST = settings.count("readers.form_row_heads.least")
_MOST = settings.count("readers.form_row_heads.most")
_TEXTS = LONG - {"outcomes", "budget", "schedule"}  # their names stand in no row
_BEGUN = frozenset(("title", *_TEXTS))
# Of 首席专家 a project is led; these only read it. A caption is no sentence.
_REFEREES = re.compile(
    r"^[^。；;]{0,24}(?:(?:评审|推荐|同行|回避|评议|函评|咨询|论证)的?专家|专家(?:名单|姓名|库)|评委|(?i:\b(?:referee|reviewer|assessor)s?\b))[^。；;]{0,24}$"
)
# Words of Chinese have no space between them; a value in English begins with a capital.
_AFTER_LABEL = re.compile(rf"(?<=[{HAN}])[ 　](?=[{HAN}A-Z\d])|(?<=[a-z]) (?=[A-Z\d+])")
_MOST_SPACES = settings.count("readers.form_walk.most_spaces")
# Whose values no word of a text looks like.
_SHAPES = {
    "phone": re.compile(r"^(?=(?:\D*\d){7})\+?[\d(][\d() -]{5,20}\d$"),
    "email": re.compile("[@＠]"),
    "organisation": INSTITUTION,
}
_TABBED = re.compile(r"([^:：\t]{2,40})[:：][ 　]*+\t++\s*+([^\t]+)")  # IN BRIEF:<tab>…
TextLine = tuple[str, int]  # a line and the level of the heading that it is, 0 for none, -1 for a term


def by_tab(text: str) -> list[str]:
    """Name and value of a line that parts them by a colon and a tab, whatever the name is; [] for others."""
    tabbed = _TABBED.fullmatch(text)
    return [tabbed[1], tabbed[2]] if tabbed and not is_own_title(tabbed[1]) else []


def by_spaces(text: str, *, listed: bool, spaced: bool) -> list[str]:
    """Labels and values of a line that single spaces part: 负责人 王某某 联系电话 1380…; [text] where it has none.

    `listed`, within a section, takes only the names of the lists; `spaced` says that such lines stand above.
    """
    text = text.lstrip("•◦▪·●◆-* ")
    latin = text[:1].isascii()
    ends = [gap.start() for gap in islice(_AFTER_LABEL.finditer(text), _MOST_SPACES)]
    listed |= latin
    if latin and not spaced:  # Mobile PTR-MS mapping: one English word may begin a title
        ends = [end for end in ends if " " in text[:end]]
    end = next((end for end in reversed(ends) if label_of(text[:end], listed=listed)), None)
    if end is None:
        return [text]
    label, value = text[:end], text[end:].strip()
    if not LONG.issuperset(label_of(label)) and re.search("[，。；]", value):
        return [text]  # a sentence that begins with a word for a field
    return [label, *_further(value, is_title=label_of(label)[:1] == ("title",))]


def _further(value: str, *, is_title: bool = False) -> list[str]:
    """A value, and the labels with their values behind it where these have the shape of what they ask for: 王某某　联系电话　1380…

    A title (`is_title`) goes on where words stand behind such a value that are no label: … 电话 0571-88201234 热线的使用研究.
    """
    for gap in islice(re.finditer(f"(?<=[{HAN}\\d])[ 　]+(?=[{HAN}])", value), _MOST_SPACES):
        name, _, rest = re.sub("[ 　]+", " ", value[gap.end() :]).partition(" ")
        shape = _SHAPES.get(next(iter(label_of(name, column=True, listed=True)), ""))
        first, _, behind = rest.partition(" ")
        within = is_title and behind and not label_of(behind.partition(" ")[0], column=True, listed=True)
        if shape is not None and not within and shape.search(first):
            return [value[: gap.start()], name, *_further(rest)]
    return [value]


def named_reach(cell: str) -> list[str]:
    """Name and value of a cell with a phone or an address behind its name: Telephone 785-555-0138; [cell] for others."""
    name, _, value = cell.partition(" ")
    field = next(iter(label_of(name, column=True, listed=True)), "")
    return [name, value.strip()] if field in REACHED and _SHAPES[field].search(value.strip()) else [cell]


def reach_marked(cell: str) -> str:
    """A cell with a colon between the name and the number or address that it holds: 电话：0575-88120034."""
    alone = len(cell) <= _LONGEST_REACH and not re.search("[\n:：]", cell)
    return "：".join(named_reach(cell)) if alone else cell


def list_rows(rows: Sequence[FormRow], kind: str, lacking: Container[str]) -> int:
    """How many rows of a table below the heading of a section of that `kind` are its text; 0 where one names a field of the form.

    They end above the next heading: a row of one cell, or of a numbered label. `lacking` are the fields that the form has not yet.
    """
    count = 0
    for row in rows if kind not in ("members", "opinion") else ():
        texts = [cell for _, cell in row.cells]
        if row.kind == "single" or (texts and number_of(texts[0])[0] and label_of(texts[0])):
            break
        named = [
            places[0]
            for places, role in zip(row.places, row.roles, strict=False)
            if places and role == "label"
        ]
        if "labelled" in row.roles or any(field != kind for field in named):
            return 0
        if count == 0 and (
            not PERSON.isdisjoint(map(label_key, texts))
            or any(field in lacking for cell in texts for field in label_of(cell)[:1])
        ):
            return 0
        count += 1
    return count if count > 1 else 0


def heads_people(head: FormRow, below: Sequence[FormRow]) -> bool:
    """Whether names head a list of people: each has a number, a task or a place to sign, or two stand in the rows below."""
    keys = {label_key(name): i for i, name in head.cells}
    place = next((i for key, i in keys.items() if key in PERSON), None)
    if place is None or any(map(_OF_A_LIST.search, keys)):
        return place is not None
    return len(below) > 1 and all(looks_like_a_person(dict(row.cells).get(place, "")) for row in below[:2])


def of_one(field_: str, values: list[str]) -> list[str]:
    """The cells beside a label of one value that are it: what stands further to the right has a name that nobody knows."""
    if field_ == "declared" and len(values) < _MOST_VALUES:
        return values
    several = field_ in OF_PERSON | SEVERAL and len(values) > 1  # before the first one may stand its number
    values = [
        v for v in values if (text := value_of(v)) and not (several and not fits(field_, text))
    ] or values
    # 项目名称 | 中文 | …: a word before the title only says of what kind it is.
    within = field_ == "title" and len(values) > 1 and len(values[0]) <= _KIND
    return values[1:2] if within else values[:1]


def with_rows(document: Document, most: int) -> Iterator[TextLine | Table | CellGrid]:
    """The lines and tables of a document in order; names above as many values as the rows of a table.

    Only the first so many (`most`) lines of a stretch are looked at, and none that a page broke.
    """
    most = 0 if document.wrapped else most
    lines: list[TextLine] = []
    begun = False
    for block in document.blocks:
        if isinstance(block, Table):
            yield from _rows_among(lines[:most], begun=begun)
            yield from lines[most:]
            yield block
            lines, begun = [], True
            continue
        level = block.level if isinstance(block, Heading) else -1 if block.term else 0
        texts = re.split(r"\r\n|\r|\n", block.text)
        lines += [(text.strip(" 　"), level) for text in texts if text.strip()]
    yield from _rows_among(lines[:most], begun=begun)
    yield from lines[most:]


def _rows_among(lines: Sequence[TextLine], *, begun: bool) -> Iterator[TextLine | CellGrid]:
    """`begun` says that a title or a text stands above: what names a title after it is another project's."""
    n = 0
    while n < len(lines):
        names = [line for line, _ in takewhile(_is_name, lines[n : n + _MOST])]
        end = n + max(len(names), 1)
        titled = any("title" in label_of(name, column=True)[:1] for name in names)
        owners = (owner_of(name) for name in (*names, *(above for above, _ in lines[n - 1 : n])))
        apart = len(names) >= _LEAST and not (begun and titled) and OUTSIDE.isdisjoint(owners)
        below = lines[end : end + len(names) + 1] if apart else []
        values = [line for line, _ in takewhile(_is_value, below)]
        if values and len(values) == len(names) and all(map(may_be, names, values)):
            yield [names, values]
            end += len(values)
        else:
            yield from lines[n:end]
        begun = begun or titled or any(_begins(line) for line, _ in lines[n:end])
        n = end


def _is_name(line: TextLine) -> bool:
    text, level = line
    if level or text[-1] in NO_LABEL or text[0] in "（(" or not is_short(text):
        return False
    return not number_of(text)[0] and _TEXTS.isdisjoint(label_of(text, column=True)[:1] or _TEXTS)


def _is_value(line: TextLine) -> bool:
    text, level = line
    return not (level or label_of(text, column=True) or number_of(text)[0] in ("han", "part"))


def _begins(text: str) -> bool:
    """Whether a line names the title or a text of the form."""
    first = next(labels_in(text), None)
    return not _BEGUN.isdisjoint(label_of(text)[:1] or (first.places[:1] if first else ()))


def without_referees(document: Document) -> Document:
    """The document without its tables of referees and experts, who are no applicants; they are among its losses."""
    beside = pairwise((None, *document.blocks))
    left = [table for above, table in beside if isinstance(table, Table) and _of_referees(table, above)]
    if not left:
        return document
    numbers = {number for table in left for number in table.line_numbers}
    rest = tuple(block for block in document.blocks if block not in left)
    tables = tuple(block for block in rest if isinstance(block, Table))
    lines = tuple("" if n in numbers else line for n, line in enumerate(document.lines, 1))
    texts = excerpt(f"{row_line(row)} " for table in left for row in table.rows)
    losses = (*document.losses, say("referees.unread", texts=texts))
    return replace(document, lines=lines, tables=tables, blocks=rest, losses=losses)


def _of_referees(table: Table, above: Placed | None) -> bool:
    """Whether a table is a list of experts by a name in its first row or by its caption, and none of projects."""
    names = [cell for cell in table.rows[0] if cell.strip()]
    known = [{field for field, _ in fields_of(name)} for name in names]
    of_projects = any("title" in fields and WHO[1] not in fields for fields in known)
    if of_projects or not 2 * sum(map(bool, known)) > len(names) > 1:  # in a form values stand beside names
        return False
    captions = [above.text] if isinstance(above, (Heading, Paragraph)) else []
    return any(_REFEREES.search(text.strip()) for text in (*names, *captions))

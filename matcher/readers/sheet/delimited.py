"""Text files of rows: .csv and .tsv line by line, .jsonl and .json. A broken row is one broken row."""

from __future__ import annotations

import csv
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue, Message
from matcher.readers.encoding import LONGEST_TEXT_LINE, decode, lines
from matcher.readers.fields.joined import fields_of

say = Catalogue(__file__)

_DELIMITERS = ",\t;|"
_WIDE = "，；"  # as a Chinese keyboard writes them: believed only where they part known names
_SAMPLE = settings.characters("readers.delimited.sample")
_MOST_LINES = settings.lines("readers.delimited.most")
_MOST_CHARACTERS = settings.characters("readers.delimited.most")
_LARGEST_JSON = settings.size("readers.delimited.largest_json")
_SAMPLE_LINES = settings.lines("readers.delimited.sample")
_FIRST_LINES = settings.lines("readers.delimited.first")
_OF_PROPOSAL = ("title", "abstract", "content")
_SEP = re.compile(r'\s*"?sep=(.)"?\s*', re.I)
_SENTENCE = re.compile(r"[。；]|[.;]\s|.{60}")
_RETURN = re.compile(r"_x000[Dd]_")
_AS_TEXT = re.compile(r'="((?:[^"]|"")*)"')


@dataclass(frozen=True, slots=True)
class DelimitedLine:
    """One row of a table as its file has it: `number` from 1; `error` says why it could not be read, `notes` what its cells lack."""

    number: int
    cells: Sequence[object]
    error: Message | None = None
    hidden: bool = False
    notes: tuple[Message, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The cells, each as `plain_text`."""
        return [plain_text(cell) for cell in self.cells]


def cell_text(value: object) -> str:
    """A cell as text: 2021.0 as "2021", dates in ISO form, truth as TRUE and FALSE, an empty cell as ""."""
    if isinstance(value, str):
        # Excel writes control characters as _x000D_; they are line ends that nobody sees.
        return _RETURN.sub("", value) if "_x000" in value else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def plain_text(value: object) -> str:
    """A cell as text in one line, without white space around it."""
    return " ".join(cell_text(value).strip("\ufeff \t\r\n\u3000\x00").split())


def sniff(text: str) -> str:
    """The delimiter of a table: the one that gives the most known column names, else what the first lines hold most evenly."""
    rows = [line for line in re.split(r"\r\n|\r|\n", text[:_SAMPLE]) if line.strip()][:_SAMPLE_LINES]
    if not rows:
        return ","
    known = {
        d: max(sum(bool(fields_of(c.strip('" '))) for c in row.split(d)) for row in rows)
        for d in _DELIMITERS + _WIDE
    }
    if max(known.values()) > 1:
        return max(known, key=lambda d: known[d])
    # The header decides: a comma inside an abstract must not outvote it.
    counts = {d: rows[0].count(d) for d in _DELIMITERS}
    if not any(counts.values()):
        counts = {d: min(row.count(d) for row in rows) for d in _DELIMITERS}
    return max(_DELIMITERS, key=lambda d: counts[d])


def csv_lines(path: Path) -> Iterator[DelimitedLine]:
    """The rows of a .csv or .tsv file, read as they are asked for; empty ones are left out.

    A quote that is never closed breaks its own line only. Excel's `sep=;` line names the delimiter,
    and its ="001" is the text 001.
    """
    csv.field_size_limit(LONGEST_TEXT_LINE)
    source = _Pushback(lines(path))
    first = [line for line in (source.next() for _ in range(_FIRST_LINES)) if line is not None]
    delimiter = "\t" if path.suffix.lower() == ".tsv" else sniff("".join(first)[:_SAMPLE])
    source.put_back(first)
    if first and (named := _SEP.fullmatch(first[0])):
        delimiter = named[1]
        source.next()
    width = 0
    while True:
        cells = next(csv.reader(source.record(), delimiter=delimiter), [])
        if not (record := source.taken):
            return
        number = source.number - len(record) + 1
        if not source.closed or (len(record) > 1 and not _sound(record, delimiter, width)):
            source.put_back(record[1:])
            yield DelimitedLine(number, (), say("row.quote", line=number))
        elif any(cell.strip() for cell in cells):
            width = max(width, len(cells))
            yield DelimitedLine(number, [_plain(cell) for cell in cells])


def ending_of_text(text: str) -> str:
    """The ending of the rows that a text holds which came without a name (".json", ".csv"); "" for any other text.

    Rows are an object of JSON with a title or a text, a list or lines of them alone, or lines of as many cells as the one
    above them has names of columns, that of a title or a text among them.
    """
    start = text.strip("\ufeff \t\r\n")
    with suppress(ValueError, RecursionError, csv.Error):
        if start.startswith(("{", "[")):
            return ".json" if any(map(_names_text, _values(start))) else ""
        head, *rest = start.splitlines(keepends=True)
        if not rest or head.startswith("|"):  # a table of Markdown
            return ""
        names, *rows = csv.reader([head, *rest], delimiter=sniff(head))
        fields = {places[0][0] for name in names if (places := fields_of(name.strip()))}
        even = all(len(row) == len(names) for row in rows if any(row))
        return ".csv" if len(fields) > 1 and fields.intersection(_OF_PROPOSAL) and even else ""
    return ""


def _values(text: str) -> list[object]:
    """What a text of JSON lists, or the values of its lines; ValueError for another text."""
    try:
        return _of_json(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def _names_text(value: object) -> bool:
    """Whether a value of JSON is an object that gives the title or the text of a proposal."""
    return isinstance(value, dict) and any(
        places[0][0] in _OF_PROPOSAL for name, _ in _columns(value) if (places := fields_of(name))
    )


class _Pushback:
    """Lines that can be put back; `number` is that of the last one (from 1), `taken` are those of the last record.

    `closed` says that the quotes of the record end, and soon enough.
    """

    def __init__(self, stream: Iterator[str]) -> None:
        self._stream = stream
        self._waiting: deque[str] = deque()
        self.number, self.taken, self.closed = 0, list[str](), True

    def next(self) -> str | None:
        line = self._waiting.popleft() if self._waiting else next(self._stream, None)
        self.number += line is not None
        return line

    def put_back(self, taken: Sequence[str]) -> None:
        self._waiting.extendleft(reversed(taken))
        self.number -= len(taken)

    def record(self) -> Iterator[str]:
        """The lines of the next record, as the csv module asks for one after another while a quote is open."""
        self.taken, self.closed, size = [], True, 0
        while len(self.taken) < _MOST_LINES and size < _MOST_CHARACTERS and (line := self.next()) is not None:
            self.taken.append(line)
            size += len(line)
            yield line
        self.closed = False


def _sound(record: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a record of several lines is one row: its quotes end at cell ends and it has no more cells than others."""
    try:
        (cells,) = csv.reader(record, delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        return False
    return width == 0 or len(cells) == width


def _plain(cell: str) -> str:
    """A cell without NUL bytes and without Excel's way to keep a number a text: ="001" is 001."""
    cell = cell.replace("\x00", "")
    text = _AS_TEXT.fullmatch(cell.strip())
    return text[1].replace('""', '"') if text else cell


def json_records(path: Path) -> Iterator[tuple[int, Mapping[str, object] | Message]]:
    """(line or place, from 1; the fields) of each object of JSON lines or of one JSON list; why it cannot be read for a broken one."""
    if path.suffix.lower() == ".json" and (listed := _json_list(path)) is not None:
        yield from ((number, _record(number, value)) for number, value in enumerate(listed, 1))
        return
    for number, line in enumerate(lines(path), 1):
        if not line.strip("\ufeff \t\r\n\x00"):
            continue
        try:
            record = _record(number, json.loads(line))
        except (ValueError, RecursionError):
            record = say("row.JSON", line=number)
        yield number, record


def _record(number: int, value: object) -> Mapping[str, object] | Message:
    if isinstance(value, dict):
        with suppress(RecursionError):
            return dict(_columns(value))
    return say("row.object", line=number)


def _columns(value: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """The fields of an object as columns: those of objects of texts within it under both names, a list of texts as one text."""
    for key, cell in value.items():
        listed = cell if isinstance(cell, list) and cell else [cell]
        objects = [part for part in listed if isinstance(part, dict) and part]
        inner: dict[str, list[object]] = {}
        for part in objects if len(objects) == len(listed) else ():
            for name, text in _columns(part, f"{above}{key}."):
                inner.setdefault(name, []).append(text)
        if any(isinstance(text, str) for texts in inner.values() for text in texts):
            yield from ((name, _one(texts)) for name, texts in inner.items())
        else:  # {"2-12": 2} are grades
            yield above + key, _one(listed) if isinstance(cell, list) else cell


def _one(listed: Sequence[object]) -> object:
    """One cell of several: texts as one, sentences a line each; anything else as it is."""
    if len(listed) == 1:
        return listed[0]
    if not all(isinstance(part, str) for part in listed):
        return list(listed)
    texts = [str(part) for part in listed]
    return ("\n" if any(_SENTENCE.search(text) for text in texts) else "、").join(texts)


def _json_list(path: Path) -> list[object] | None:
    """The list that a whole file is, or its one object; None where it is lines of JSON."""
    if path.stat().st_size > _LARGEST_JSON:
        most = _LARGEST_JSON // 1_000_000
        raise DocumentError(say("JSON.too large", name=path.name, most=most))
    try:
        return _of_json(decode(path.read_bytes(), path.name))
    except (ValueError, RecursionError):
        return None


def _of_json(text: str) -> list[object]:
    """What one value of JSON lists, or that value."""
    value = json.loads(text)
    return listed if (listed := _listed(value)) is not None else [value]


def _listed(value: object) -> list[object] | None:
    """The list that a JSON value is, or the only one in the objects a service wraps around it; None for a proposal."""
    if not isinstance(value, dict):
        return value if isinstance(value, list) else None
    if any(places[0][0] in _OF_PROPOSAL for key in value if (places := fields_of(key))):
        return None
    lists = [listed for inner in value.values() if (listed := _listed(inner)) is not None]
    return lists[0] if len(lists) == 1 else None

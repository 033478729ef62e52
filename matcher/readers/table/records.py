"""The records of a JSON file as rows: each carries its names itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path

from matcher.message import Message
from matcher.readers.fields.labels import refuse_own
from matcher.readers.fields.words import remembered
from matcher.readers.sheet.delimited import DelimitedLine, json_records
from matcher.readers.table.body import FileReading
from matcher.readers.table.columns import Header, assigned, check_chosen, column_fields
from matcher.readers.table.contents import completed
from matcher.readers.table.header import HEADER_WITHIN
from matcher.readers.table.row import Row


def json_rows(path: Path, reading: FileReading, chosen: Mapping[str, str]) -> Iterator[Row]:
    """The records of a file; what no name says is read by what the first of them hold."""
    names: dict[str, None] = {}
    records = json_records(path)
    first = list(islice(records, HEADER_WITHIN))
    held = _held([values for _, values in first if not isinstance(values, Message)], chosen, reading)
    for number, values in chain(first, records):
        if isinstance(values, Message):
            yield Row(number, {}, values)
            continue
        if not names:
            refuse_own(path.name, values)
        names.update(dict.fromkeys(values))
        columns = fields_by_name(tuple(values), tuple(chosen.items()))
        columns = {**{field: (name,) for field, name in held.items() if name in values}, **columns}
        reading.take(columns, values)
        reading.rows[""] += 1
        yield Row(number, values, columns=columns)
    check_chosen(path.name, chosen, names)  # a record need not have every column, but one of them must


def _held(
    records: Sequence[Mapping[str, object]], chosen: Mapping[str, str], reading: FileReading
) -> dict[str, str]:
    """field → the name that stands for it by what the records hold, which is said."""
    names = tuple(dict.fromkeys(chain.from_iterable(records)))
    header = Header(0, names, assigned([column_fields(name) for name in names], names, chosen))
    lines = [
        DelimitedLine(n, [record.get(name, "") for name in names]) for n, record in enumerate(records, 1)
    ]
    columns, remarks = completed(header, lines, chosen)
    reading.remarks += remarks
    return {f: names[places[0]] for f, places in columns.columns.items() if f not in header.columns}


@remembered
def fields_by_name(
    names: tuple[str, ...], chosen: tuple[tuple[str, str], ...] = ()
) -> Mapping[str, tuple[str, ...]]:
    """field → the columns that hold it, the best first, for the columns that are understood."""
    places = assigned([column_fields(name) for name in names], names, dict(chosen))
    return {name: tuple(names[i] for i in indices) for name, indices in places.items()}

"""Records as JSON, out and back: what a file holds is checked against the types of the record that it is read as.

The one way for every file that the program wrote itself. Its text is parsed by the standard library, because msgspec's own
parser refuses the lone surrogates that damaged proposals hold; msgspec checks types, ranges and names.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeVar

import msgspec

from matcher.message import Message, restored, stored

T = TypeVar("T")
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Signed = Annotated[float, msgspec.Meta(ge=-1, le=1)]


def loads(text: str | bytes, form: type[T]) -> T:
    """The record, or list of records, of type `form` that a JSON text holds.

    ValueError saying where and why for anything else: a damaged text, a missing field, a wrong type, a number out of range or
    none at all. A field that the record does not know is left out, unless its type forbids it.

    >>> loads("[0.5, 1]", list[Share])
    [0.5, 1.0]
    """
    try:
        return msgspec.convert(json.loads(text), form, str_keys=True, dec_hook=_read)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def plain(record: object) -> Any:
    """A record as values that JSON knows, each message in both languages; `loads` makes the record of their text again."""
    return msgspec.to_builtins(record, enc_hook=_written)


def _read(form: type, value: object) -> Message:
    if form is Message:
        return restored(value)
    raise NotImplementedError(form)


def _written(value: object) -> object:
    if isinstance(value, Message):
        return stored(value)
    if isinstance(value, float):  # one of NumPy
        return float(value)
    raise NotImplementedError(type(value))

"""Records of files: what comes back is what went out, and what is none is refused with a reason."""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np
import pytest
from msgspec import Struct

from matcher.message import Message
from matcher.typed_json import Share, Signed, loads, plain
from matcher.types import Proposal, Section


class Part(NamedTuple):
    """A record in a record."""

    name: str
    share: Share


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """A record with all that those of the program hold."""

    message: Message
    parts: tuple[Part, ...] = ()
    margin: Signed = 0.0
    by_bound: dict[float, float] = {}


SOUND = {"message": ["二", "two", "二 / two"]}


def test_there_and_back() -> None:
    entry = Entry(Message("甲 / 乙", "a / b", "c"), (Part("\ud800", 0.5),), -1.0, {0.5: 3.0})
    read = loads(json.dumps(plain(entry)), Entry)
    assert read == entry
    assert (read.message.zh, read.message.en) == ("甲 / 乙", "a / b")


def test_a_proposal_keeps_its_sections_and_lone_surrogates() -> None:
    proposal = Proposal("1", "题", "\ud83d", sections=(Section("abstract", "摘要", "文", None),))
    read = loads(json.dumps(plain(proposal)), Proposal)
    assert (read, read.sections) == (proposal, proposal.sections)


def test_a_number_of_numpy_is_a_number() -> None:
    assert repr(plain({"share": np.float64(0.25)})) == "{'share': 0.25}"


def test_a_message_of_an_older_file_is_the_same_in_every_language() -> None:
    message = loads('{"message": "three"}', Entry).message
    assert (message.zh, message.en) == ("three", "three")


@pytest.mark.parametrize(
    "number",
    ["NaN", "Infinity", "1.01", "-1.01", "1e308", "1" + "0" * 400, "1" + "0" * 5000, "true", '"1"', "null"],
)
def test_no_number_out_of_range_passes(number: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        loads('{"message": "", "margin": @}'.replace("@", number), Entry)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"\xff", "decode"), ("", "Expecting value"), ("[]", "Expected `object`, got `array`"), ("{}", "field `message`"),
        ("[" * 100_000, "nested too deeply"), (json.dumps({**SOUND, "more": 1}), "unknown field `more`"),
        (json.dumps({**SOUND, "parts": [["a"]]}), r"\$\.parts\[0\]"), (json.dumps({**SOUND, "parts": 1}), "got `int`"),
    ],
)  # fmt: skip
def test_what_is_no_record_is_refused_with_the_reason(text: str | bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        loads(text, Entry)

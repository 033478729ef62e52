"""A client that dies at any of its calls to Milvus, and what the next one must see: the old or the new state.

The calls are counted; at the chosen one, and at every later one, nothing reaches Milvus any more, as after kill -9. The
server lives on. The next client takes over the writer's place, mends, and what is then there must be sound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from matcher.archive import open_archive, open_records, place_of
from matcher.archive.milvus import Address, connection, writer
from matcher.archive.milvus.archive import MilvusArchive
from matcher.types import Proposal
from tests.archive_kills import CHANGES, Change, submission, verify
from tests.conftest import ToyEncoder

_KEPT = 6  # submissions of each state: more would only take longer


class Killed(BaseException):
    """The client is gone."""


class Mortal:
    """A client whose calls fail from number `last` on."""

    def __init__(self, client: Any, last: int) -> None:
        self.client, self.last, self.calls = client, last, 0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client, name)
        if not callable(method) or name in ("close", "create_schema", "prepare_index_params"):
            return method

        def call(*args: Any, **named: Any) -> Any:
            self.calls += 1
            if self.calls >= self.last:
                raise Killed
            return method(*args, **named)

        return call


def changes() -> list[Change]:
    """The changes of the campaign in a folder, smaller."""
    old, new = CHANGES[0].before[:_KEPT], tuple(submission(900 + i) for i in range(_KEPT))
    return [
        Change("add", old, (*old, *new)),
        Change("remove", old, old[: _KEPT // 2]),
        Change("rebuild", old, old),
    ]


def perform(place: Address, change: Change, last: int) -> int:
    """Carry out a change up to call number `last`; how many calls there were."""
    with MilvusArchive(place, ToyEncoder()) as archive:
        mortal = Mortal(archive.store.client, last)
        archive.store.client = mortal
        try:
            if change.name == "add":
                archive.add(change.after)
            elif change.name == "remove":
                archive.remove([p.id for p in change.before[_KEPT // 2 :]])
            else:
                archive.rebuild(ToyEncoder("toy-2"))
        except Killed:
            pass
        return mortal.calls


def campaign(folder: Path, deaths: Iterable[int] | None = None) -> str:
    """A table of what was there after a death at each call, or at `deaths`; AssertionError where it was neither state."""
    seen: Counter[tuple[str, str]] = Counter()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "_runs", lambda _: False)  # the dead client's process is this one
        patch.setattr(connection, "LONGEST_WAIT", 2.0)  # of a busy machine one try takes .2 s
        with open_archive(
            place_of(f"milvus://{folder}/kills.db"), ToyEncoder(), create=True
        ):  # keeps Lite running
            for change in changes():
                for last in deaths or count(1):
                    each = place_of(f"milvus://{folder}/kills.db/{change.name}{last}")
                    assert isinstance(each, Address)
                    with open_archive(each, ToyEncoder(), create=True) as archive:
                        archive.add(change.before)
                    calls = perform(each, change, last)
                    seen[change.name, _state(each, change)] += 1
                    if calls < last:
                        break
    return "\n".join(f"{name}: {state} {count}" for (name, state), count in sorted(seen.items()))


def _state(place: Address, change: Change) -> str:
    """ "old" or "new": first what a reader sees, then what is there after the next writer has mended it."""
    with open_records(place) as records:
        seen = tuple(row.proposal for row in records.stored() if row.sound)
        new = records.version > 1
    _one_of(change, seen, new=new)
    encoder = ToyEncoder("toy-2") if change.name == "rebuild" and new else ToyEncoder()
    with open_archive(place, encoder) as archive:
        assert archive.search().size == len(seen)
        assert archive.add([submission(1)]).stored == (submission(1) not in seen)
        archive.remove(["n1"])
        assert tuple(s.proposal for s in archive.submissions()) == tuple(p for p in seen if p.id != "n1")
    assert verify(place, encoder) == []
    return "new" if new else "old"


def _one_of(change: Change, seen: Sequence[Proposal], *, new: bool) -> None:
    assert seen == (change.after if new else change.before), (
        f"{change.name}: neither the old nor the new state"
    )

"""An archive in Milvus as records: listed, checked, removed. No encoder is needed for any of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from matcher import settings
from matcher.archive import rows
from matcher.archive.contract import READERS_SECONDS, Records, Submission, unknown
from matcher.archive.milvus import erasing, failures
from matcher.archive.milvus.address import Address
from matcher.archive.milvus.codec import LANGUAGES, partition_of
from matcher.archive.milvus.state import ArchiveState
from matcher.archive.milvus.store import Store
from matcher.archive.milvus.writer import Writer, writing
from matcher.archive.rows import Stored
from matcher.arrays import Ints
from matcher.message import Message
from matcher.types import Proposal

# Submissions removed by one state: their keys stand in one text of Milvus.
_TOGETHER = settings.chunk("archive.milvus.records.removed")


class MilvusRecords(Records):
    """The submissions of an archive at an address; as `contract.Records`."""

    def __init__(self, address: Address, *, create: bool = False) -> None:
        """Open the archive; ArchiveError, with its own advice, for each way in which that fails."""
        self.address = address
        self.store = Store(address, create=create)
        self.notes: list[Message] = []
        self._unsure = False

    def close(self) -> None:
        """Close the connection."""
        self.store.connection.close()

    @property
    def version(self) -> int:
        """The number of changes so far."""
        return self.store.state().version

    @property
    def unerased(self) -> bool:
        """Whether bytes of what was removed may be left: on a server nobody can tell."""
        return self._unsure or bool(self.store.state().going)

    def __len__(self) -> int:
        """The number of submissions."""
        return self.store.state().count

    def submissions(self, keys: Ints | None = None) -> Iterator[Submission]:
        """The submissions in order of key, with `keys` those only; ArchiveError at a text that was damaged."""
        state = self.store.state()
        chosen = self.store.all(state) if keys is None else self.store.by_keys(state, [int(k) for k in keys])
        for row in chosen:
            if not row.sound:
                raise failures.damaged_texts(self.address, [row.fields[0]])
            yield Submission(row.key, rows.proposal_of(row.fields))

    def listing(self) -> Iterator[tuple[Proposal, bool]]:
        """Every submission in order of key, and whether its text fits its checksum."""
        for row in self.store.all(self.store.state()):
            yield rows.proposal_of(row.fields), row.sound

    def named(self, name: str) -> list[Proposal]:
        """The submissions with this id, by year."""
        stored = self.store.by_ids(self.store.state(), [name])
        return sorted((rows.proposal_of(row.fields) for row in stored), key=lambda p: p.year)

    def years(self, names: Collection[str]) -> Mapping[str, int]:
        """In how many years a submission with each of these ids stands in the archive."""
        return self.store.count_by_ids(self.store.state(), list(names))

    def remove(self, ids: Sequence[str], year: str | None = None, seconds: float = READERS_SECONDS) -> int:
        """How many submissions were removed; from Milvus Lite they are gone from its files.

        A server is asked to compact and waited for up to `seconds`; `notes` then say what is not sure. More than 5,000
        go in several steps, each of them a sound state: a kill between two leaves some removed.
        """
        with writing(self.store) as writer:
            stored = list(self.store.by_ids(writer.state, ids))
            if missing := [name for name in dict.fromkeys(ids) if not _of(stored, name, year)]:
                raise unknown(missing)
            going = [row for row in stored if year is None or row.fields[-1] == year]
            for start in range(0, len(going), _TOGETHER):
                self._remove(writer, going[start : start + _TOGETHER], seconds)
        if not self.store.lite:
            self._unsure = True  # by its API nobody can tell when a server deletes what it replaced
            self.notes.append(
                Message(
                    f"{len(going)} 份已不在档案库中，检索不到，服务器也已按要求压缩；旧数据文件和消息日志由服务器按自己的设置稍后删除"
                    "（dataCoord.gc.dropTolerance，默认三小时），本程序无法确认。",
                    f"{len(going)} are out of the archive and of every search, and the server was asked to compact; when it deletes the old"
                    " files and its message log is set there (dataCoord.gc.dropTolerance, three hours by default): this program cannot"
                    " confirm it.",
                )
            )
        return len(going)

    def _remove(self, writer: Writer, going: Sequence[Stored], seconds: float) -> None:
        state = writer.state
        total = state.sum
        for row in going:
            total = total.minus(row.checksum)
        touched = {partition_of(language, row.fields[-1]) for row in going for language in LANGUAGES}
        writer.commit(
            replace(
                counted(state, total), going=tuple(row.key for row in going), touched=tuple(sorted(touched))
            )
        )
        erasing.erase(self.store, writer.state, seconds)
        writer.state = replace(writer.state, going=(), touched=())
        self.store.write_state(writer.state)


def counted(state: ArchiveState, total: rows.Total) -> ArchiveState:
    """A state with another total."""
    return replace(state, count=total.count, total=f"{total.value:x}")


def _of(stored: Sequence[Stored], name: str, year: str | None) -> bool:
    return any(row.fields[0] == name and year in (None, row.fields[-1]) for row in stored)

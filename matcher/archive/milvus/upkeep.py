"""Upkeep of an archive in Milvus that may be damaged or belong to another encoder: verify and rebuild."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from matcher import settings
from matcher.archive import rows
from matcher.archive.milvus import codec, failures, writer
from matcher.archive.milvus.address import Address
from matcher.archive.milvus.codec import NewRow
from matcher.archive.milvus.records import MilvusRecords, counted
from matcher.archive.milvus.state import ArchiveState
from matcher.archive.milvus.store import Store
from matcher.embeddings import Encoder
from matcher.message import Message

_CHUNK = settings.chunk("archive.milvus.upkeep.read")


def rebuild(address: Address, encoder: Encoder) -> tuple[int, list[Message]]:
    """As `renew`, for the archive at an address."""
    with MilvusRecords(address) as opened:
        return renew(opened.store, encoder)


def renew(store: Store, encoder: Encoder) -> tuple[int, list[Message]]:
    """(how many submissions got new vectors and shingles, what people should know).

    They are written to new collections, which take the place of the old ones at once when all are there. ArchiveError,
    and nothing changed, where a text was damaged.
    """
    with writer.writing(store) as held:
        before, total = held.state, rows.Total()
        state = replace(
            before,
            generation=before.generation + 1,
            dimension=encoder.dimension,
            encoder=encoder.name,
            fingerprint=encoder.fingerprint,
        )
        store.make(state.generation, encoder.dimension)
        there = store.all(before)
        while chunk := list(islice(there, _CHUNK)):
            if unfit := [row.fields[0] for row in chunk if not row.sound]:
                raise failures.damaged_texts(store.address, unfit)
            derived = rows.derive(encoder, [row.fields for row in chunk])
            new = [
                NewRow(row.key, row.fields, codec.canonical(d)) for row, d in zip(chunk, derived, strict=True)
            ]
            store.insert(state.generation, new)
            for row in new:
                total = total.plus(row.checksum)
            held.renew()
        held.commit(counted(state, total))
        store.drop_other_generations(state.generation)
    notes = [_missing(before.count, total.count)] if total.count != before.count else []
    return total.count, notes


def verify(address: Address, encoder: Encoder | None = None) -> list[Message]:
    """What is wrong with an archive, as sentences for people; empty if nothing is.

    Checksums need no encoder; with one the vectors of some rows are computed again.
    """
    with MilvusRecords(address) as opened:
        state = opened.store.state()
        problems = list(_unfinished(opened, state))
        same = encoder is not None and state.fingerprint == encoder.fingerprint
        if encoder and state.count and not same:
            problems.append(
                Message("向量属于另一个编码器，请 rebuild", "the vectors belong to another encoder: rebuild")
            )
        return problems + list(_rows(opened, state, encoder if same else None))


def _unfinished(opened: MilvusRecords, state: ArchiveState) -> Iterator[Message]:
    """What a writer is doing now, or left when it was killed; the next change mends it."""
    if who := writer.holder(opened.store):
        yield Message(
            f"正由另一个程序（{who}）写入，或它已中断",
            f"another program ({who}) is writing, or was killed while it did",
        )
    if above := opened.store.above(state):
        yield Message(
            f"{above} 份正在加入，或加入时中断；它们不属于档案库，下一次 add、remove 或 rebuild 会清除",
            f"{above} are being added, or the addition was killed; they are no part of the archive, and the next add,"
            " remove or rebuild clears them",
        )
    if state.going:
        yield Message(
            f"{len(state.going)} 份已删除，文字尚未清除；下一次 add、remove 或 rebuild 会清除",
            f"{len(state.going)} were removed and are still to be erased; the next add, remove or rebuild does it",
        )


def _rows(opened: MilvusRecords, state: ArchiveState, encoder: Encoder | None) -> Iterator[Message]:
    """What is wrong with single rows, and with their number."""
    stored = opened.store.all(state, derived=True)
    total = yield from rows.examined(stored, state.count, encoder, codec.canonical)
    if total != state.sum:
        yield _missing(state.count, total.count)


def _missing(stated: int, there: int) -> Message:
    """Rows are missing, or there are too many."""
    return Message(
        f"应有 {stated} 份，实有 {there} 份，或有一份被换过；请从备份恢复，或 rebuild 后重新添加缺少的",
        f"{stated} submissions were written down, {there} are there, or one is another: restore a backup, or rebuild and add"
        " what is missing again",
    )

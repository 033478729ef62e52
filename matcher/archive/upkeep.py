"""Upkeep of an archive that may be damaged or belong to another encoder: verify and rebuild."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from matcher import settings
from matcher.archive import failures, rows, schema, vectors
from matcher.archive.records import FolderRecords
from matcher.archive.store import Database
from matcher.embeddings import Encoder
from matcher.message import Message

_CHUNK = settings.chunk("archive.upkeep.read")


def rebuild(folder: Path, encoder: Encoder) -> tuple[int, list[Message]]:
    """(how many submissions got new vectors and shingles, what people should know).

    The archive is bound to `encoder` from then on. ArchiveError, and nothing changed, where a text was damaged.
    """
    with FolderRecords(folder) as opened:
        database, total = opened.database, rows.Total()
        with database.writing():
            stated = schema.read_total(database)
            vectors.forget(database)
            for chunk in _chunks(database):
                _check(folder, chunk)
                derived = rows.derive(encoder, [fields for _, _, fields in chunk])
                for (key, text, _), part in zip(chunk, derived, strict=True):
                    checksum = part.checksum(key, text)
                    database.run(
                        "UPDATE submission SET han = ?, vector = ?, shingles = ?, checksum = ? WHERE key = ?",
                        *(part.han, part.vector, part.shingles, checksum, key),
                    )
                    total = total.plus(checksum)
            schema.write_total(database, total)
            database.write_about("encoder", encoder.name)
            database.write_about("encoder_fingerprint", encoder.fingerprint)
            schema.next_version(database)
        notes = list(opened.notes)
        if total.count != stated.count:
            notes.append(
                Message(
                    f"原记有 {stated.count} 份，实有 {total.count} 份，已按实有的重建；请核对。",
                    f"{stated.count} submissions were written down, {total.count} are there and were rebuilt: check them.",
                )
            )
        return total.count, notes


TextRows = list[tuple[int, bytes, rows.Fields]]


def _chunks(database: Database) -> Iterator[TextRows]:
    """(key, checksum of the text, FIELDS) of all rows in order of key, some at a time."""
    last = 0
    statement = (
        f"SELECT key, text_checksum, {rows.COLUMNS} FROM submission WHERE key > ? ORDER BY key LIMIT {_CHUNK}"
    )
    while chunk := list(database.rows(statement, last)):
        yield [(key, text, tuple(map(str, fields))) for key, text, *fields in chunk]
        last = chunk[-1][0]


def _check(folder: Path, chunk: TextRows) -> None:
    """ArchiveError naming texts that do not match their checksums: new vectors must not hide it."""
    if damaged := [fields[0] for _, text, fields in chunk if rows.text_checksum(fields) != text]:
        raise failures.damaged_rows(folder, damaged, text=True)


def verify(folder: Path, encoder: Encoder | None = None) -> list[Message]:
    """What is wrong with an archive, as sentences for people; empty if nothing is.

    Checksums need no encoder; with one the vectors of some rows are computed again.
    """
    with FolderRecords(folder) as opened:
        database = opened.database
        with database.reading():
            problems = list(_structure(database))
            same_encoder = encoder and database.about("encoder_fingerprint") == encoder.fingerprint
            if encoder and len(opened) and not same_encoder:
                problems.append(
                    Message(
                        "向量属于另一个编码器，请 rebuild", "the vectors belong to another encoder: rebuild"
                    )
                )
            problems += _rows(database, encoder if same_encoder else None, len(opened))
            state = schema.state(database)
            problems += [
                Message(
                    f"vectors-{language}.faiss 已损坏或过时，下次检索时重建",
                    f"vectors-{language}.faiss is damaged or out of date; the next search makes it again",
                )
                for language in vectors.LANGUAGES
                if vectors.condition(database, language, state) == "unfit"
            ]
        if opened.unerased:
            readers = ", ".join(map(str, database.readers()))
            problems.append(
                Message(
                    f"日志中仍有已删内容，待读者退出后再验（进程 {readers or '∅'}）",
                    f"the log still holds removed text until its readers leave (process {readers or '∅'})",
                )
            )
        return problems


def _structure(database: Database) -> Iterator[Message]:
    for (state,) in database.rows("PRAGMA integrity_check(5)"):
        if state != "ok":
            yield Message(f"数据库结构损坏：{state}", f"the database is damaged: {state}")


def _rows(database: Database, encoder: Encoder | None, count: int) -> Iterator[Message]:
    """What is wrong with single rows, and with their number."""
    statement = f"SELECT key, han, vector, shingles, checksum, text_checksum, {rows.COLUMNS} FROM submission ORDER BY key"
    stored = (
        rows.Stored(key, tuple(map(str, fields)), checksum, text, rows.Derived(han, vector, shingles))
        for key, han, vector, shingles, checksum, text, *fields in database.rows(statement)
    )
    total = yield from rows.examined(stored, count, encoder, lambda derived: derived)
    if total != (stated := schema.read_total(database)):
        yield Message(
            f"应有 {stated.count} 份，实有 {total.count} 份，或有一份被换过；请从备份恢复",
            f"{stated.count} submissions were written down, {total.count} are there, or one is another: restore a backup",
        )

"""Upkeep of an archive that may be damaged or belong to another encoder: verify and rebuild."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from matcher.archive import store
from matcher.embeddings import Encoder

_CHUNK = 1000  # rows read and encoded together
_CHECKED = 200  # rows whose vectors `verify` computes again


def rebuild(folder: Path, encoder: Encoder) -> int:
    """How many submissions got new vectors; the archive is bound to `encoder` from then on."""
    connection = store.connect(folder)
    count = 0
    try:
        with store.writing(connection):
            for rows in _chunks(connection):
                derived = store.derive([fields for _, fields in rows], encoder)
                for (key, _), made in zip(rows, derived, strict=True):
                    connection.execute(
                        "UPDATE submission SET han = ?, vector = ?, shingles = ?, checksum = ? WHERE key = ?",
                        (made.han, made.vector, made.shingles, made.checksum, key),
                    )
                count += len(rows)
            store.tell(connection, "encoder", encoder.name)
            store.tell(connection, "encoder_fingerprint", encoder.fingerprint)
            store.next_version(connection)
        for file in folder.glob("vectors-*"):
            file.unlink(missing_ok=True)
    finally:
        connection.close()
    return count


def _chunks(connection: sqlite3.Connection) -> Iterator[list[tuple[int, tuple[str, ...]]]]:
    """(key, FIELDS) of all rows in order of key, some at a time."""
    names, last = ", ".join(store.FIELDS), 0
    while rows := connection.execute(
        f"SELECT key, {names} FROM submission WHERE key > ? ORDER BY key LIMIT ?", (last, _CHUNK)
    ).fetchall():
        yield [(key, tuple(fields)) for key, *fields in rows]
        last = rows[-1][0]


def verify(folder: Path, encoder: Encoder) -> list[str]:
    """What is wrong with an archive, as sentences for people; empty if nothing is."""
    connection = store.connect(folder)
    try:
        problems = []
        state = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if state != "ok":
            problems.append(f"数据库结构损坏：{state} / the database is damaged: {state}")
        same_encoder = store.about(connection, "encoder_fingerprint") in ("", encoder.fingerprint)
        if not same_encoder:
            problems.append(
                "向量属于另一个编码器，请 rebuild / the vectors belong to another encoder: rebuild"
            )
        if store.about(connection, "scrub"):
            problems.append(
                "日志中可能仍有已删内容，待读者退出后再验 / the log may still hold removed text until its readers leave"
            )
        return [*problems, *_rows(connection, encoder if same_encoder else None)]
    except sqlite3.DatabaseError as error:
        raise store.damaged(folder, str(error)) from error
    finally:
        connection.close()


def _rows(connection: sqlite3.Connection, encoder: Encoder | None) -> Iterator[str]:
    """What is wrong with single rows; vectors are computed again for some where there is an encoder."""
    names = ", ".join(store.FIELDS)
    rows = connection.execute(f"SELECT {names}, vector, shingles, checksum FROM submission ORDER BY key")
    for number, (*fields, vector, shingles, checksum) in enumerate(rows):
        if store.checksum(tuple(fields), vector, shingles) != checksum:
            yield f"{fields[0]}：内容与校验和不符 / {fields[0]}: does not match its checksum"
        elif encoder is not None and number < _CHECKED:
            again = np.frombuffer(store.derive([tuple(fields)], encoder)[0].vector, np.float16)
            if not np.allclose(again, np.frombuffer(vector, np.float16), atol=2e-3):
                yield f"{fields[0]}：向量与文字不符 / {fields[0]}: the vector does not fit the text"

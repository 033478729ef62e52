"""The files that keep approximate indexes of an archive's vectors: copies that may be made again at any time.

The database says which file it believes: the checksum of its bytes and the state of the archive that
it was made of. A file that does not fit is never read. Files are written and deleted only under the
archive's write lock, and deleted before a removal is committed: no kill leaves a removed vector behind.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import faiss

from matcher import typed_json
from matcher.archive.nearest import Nearest
from matcher.archive.rows import LANGUAGES, Script
from matcher.archive.store import Database
from matcher.embeddings import digest_of

Condition = Literal["absent", "unfit", "sound"]


def condition(database: Database, language: Script, state: str) -> Condition:
    """Whether there is a file of the archive's `state`; unfit is one that is damaged or of another state."""
    file, stated = _file(database, language), _stated(database, language)
    if not file.exists() or not stated:
        return "absent"
    fits = stated.get("state") == state and stated.get("checksum") == digest_of([file])
    return "sound" if fits else "unfit"


def load(database: Database, language: Script) -> Nearest:
    """The index of a file whose condition is sound."""
    recall = float(_stated(database, language)["recall"])
    return Nearest(faiss.read_index(str(_file(database, language))), recall)


def save(nearest: Nearest, database: Database, language: Script, state: str) -> None:
    """Keep an index made of `state`; within `writing`. OSError where it cannot be written."""
    file = _file(database, language)
    try:
        faiss.write_index(nearest.index, str(file))
    except RuntimeError as error:  # what FAISS makes of a full disk
        file.unlink(missing_ok=True)
        raise OSError(str(error)) from error
    stated = {"state": state, "recall": str(nearest.recall), "checksum": digest_of([file])}
    database.write_about(f"vectors {language}", json.dumps(stated))


def forget(database: Database) -> None:
    """Delete every file with copies of vectors; within `writing`."""
    for file in database.folder.glob("vectors-*"):
        file.unlink(missing_ok=True)
    for language in LANGUAGES:
        database.write_about(f"vectors {language}", "")


def _file(database: Database, language: Script) -> Path:
    return database.folder / f"vectors-{language}.faiss"


def _stated(database: Database, language: Script) -> dict[str, str]:
    """What the database says of a file: state, recall, checksum."""
    written = database.about(f"vectors {language}")
    return typed_json.loads(written, dict[str, str]) if written else {}

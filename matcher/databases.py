"""What is wrong with a file of SQLite, told apart by the library's own codes; each owner says it in its own words."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Literal

from matcher import settings

Fault = Literal["busy", "read-only", "full", "failing", "shut", "damaged"]
_NO_ROOM = settings.size("databases.no_room")
_FAULTS: dict[int, Fault] = {
    sqlite3.SQLITE_BUSY: "busy", sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_READONLY: "read-only", sqlite3.SQLITE_PERM: "read-only", sqlite3.SQLITE_AUTH: "read-only",
    sqlite3.SQLITE_FULL: "full", sqlite3.SQLITE_IOERR: "failing", sqlite3.SQLITE_NOMEM: "failing",
    sqlite3.SQLITE_CANTOPEN: "shut",
}  # fmt: skip


def fault(error: sqlite3.Error, folder: Path) -> Fault:
    """What `error` says of a file in `folder`: somebody writes, it may not be written to, the disk is full or fails,
    the file cannot be opened, or what it holds is not what was written."""
    # Python raises a few errors itself (text that is no UTF-8, an unknown column): then the content is not ours.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code == sqlite3.SQLITE_IOERR and folder.exists() and shutil.disk_usage(folder).free < _NO_ROOM:
        return "full"
    return _FAULTS.get(code, "damaged")

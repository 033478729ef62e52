"""Where files are kept, and the one way to write one: whole or not at all, and never over what it should not replace."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import stat
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TextIO

import platformdirs

from matcher.errors import OutputError, naming, reason
from matcher.locks import try_lock
from matcher.message import Catalogue, Message

say = Catalogue(__file__)

_PROGRAM = "proposal-matcher"
# What is only there while it is written or used lies in such a folder; whoever writes next removes what a kill left behind.
_NAME_BYTES = 8
_FOLDER, _LOCK, _CONTENT = ".matcher-temporary-{}", "lock", "files"
# Characters of a text in a name: four bytes each, with a number and an ending, fit into the 255 of file systems.
_LONGEST_NAME = 60
# The only time of every part of what is packed: a zip folder has none earlier.
DAWN = (1980, 1, 1, 0, 0, 0)
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def cache_folder() -> Path:
    """Where what can be made again is kept: $MATCHER_CACHE, or the user's cache folder."""
    return Path(os.environ.get("MATCHER_CACHE") or platformdirs.user_cache_dir(_PROGRAM))


def unwritten(cache: Path, error: OSError) -> Message:
    """A note that nothing can be kept in the cache folder, so that all is made anew each time."""
    return say("cache.unwritten", cache=cache, error=reason(error))


def data_folder() -> Path:
    """Where decisions, calibrations and mended guides are kept: $MATCHER_DATA, or the user's data folder."""
    return Path(os.environ.get("MATCHER_DATA") or platformdirs.user_data_dir(_PROGRAM))


def check_output(out: Path, suffixes: Sequence[str], inputs: Sequence[Path | None], *, force: bool) -> None:
    """OutputError, before the work, unless `out` may be written.

    It may if it ends in one of `suffixes` (none: anything), its folder exists, it is none of the `inputs` nor lies
    in one, and there is nothing under its name, or with `force` an ordinary file.
    """
    if suffixes and out.suffix.lower() not in suffixes:
        known = " ".join(suffixes)
        raise OutputError(
            say("files.endings" if len(suffixes) > 1 else "files.ending", name=out.name or out, known=known)
        )
    if not out.parent.is_dir():
        raise OutputError(say("files.no folder", folder=out.parent))
    _check_writable(out.parent)
    _check_replaceable(out)
    if not out.exists():
        return
    if any(_within(out, source) for source in inputs if source is not None):
        raise OutputError(say("files.input", out=out))
    if not force:
        raise OutputError(say("files.exists", out=out))


def check_output_folder(
    folder: Path, inputs: Sequence[Path | None], *, force: bool, archive: Path | None = None
) -> None:
    """OutputError, before the work, unless files may be written into `folder`.

    It must be new or empty, or with `force` any folder that neither holds nor lies in one of the `inputs`. A new one may lie in
    the folder of an archive, where nothing is read as a proposal.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(say("files.no folder there", folder=folder))
    within = [*inputs, archive if folder.exists() else None]
    holds = any(_within(source, folder) for source in (*inputs, archive) if source is not None)
    if holds or any(_within(folder, source) for source in within if source is not None):
        raise OutputError(say("files.folder of inputs", folder=folder))
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise OutputError(say("files.folder not empty", folder=folder))
    _check_writable(next(place for place in (folder, *folder.absolute().parents) if place.exists()))


def check_file_or_folder(
    out: Path, suffixes: Sequence[str], inputs: Sequence[Path | None], *, force: bool
) -> None:
    """OutputError, before the work, unless `out` may be written: as a file where its name has an ending, else as a folder."""
    if out.suffix:
        check_output(out, suffixes, inputs, force=force)
    else:
        check_output_folder(out, inputs, force=force)


def check_apart(*outputs: Path | None) -> None:
    """OutputError, before the work, if two of the `outputs` of a command are one: the second would replace the first."""
    present = [out for out in outputs if out is not None]
    # Many file systems do not tell A from a.
    if len({str(out.resolve()).casefold() for out in present}) < len(present):
        raise OutputError(say("files.twice", path=present[-1]))


def plain_name(text: str) -> str:
    """What any file system takes of a text as a part of a file's name: letters of any script, digits, - and _.

    >>> plain_name("../区域 创新处?")
    '___区域_创新处_'
    """
    plain = "".join(c if c.isalnum() or c in "-_" else "_" for c in text)
    return plain.encode("utf-8", "replace").decode()[:_LONGEST_NAME]


def _within(out: Path, source: Path) -> bool:
    """Whether `out`, which need not exist, is `source`, by any name, or lies in the folder `source`; False where that is not there."""
    same = source.exists() and out.exists() and out.samefile(source)
    return same or (source.is_dir() and source.resolve() in out.resolve().parents)


def _check_writable(folder: Path) -> None:
    """OutputError for a folder in which this user may make no file."""
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(say("files.read-only", folder=folder))


def _check_replaceable(path: Path) -> os.stat_result | None:
    """The status of the file under `path`, None where there is none; OutputError for any but a file that may be written."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    for is_kind, kind in _NO_FILES:
        if is_kind(status.st_mode):
            raise OutputError(say("files.special", path=path, what=say(f"files.kind.{kind}")))
    # A rename asks the folder alone, and would pass over what the owner said.
    if not status.st_mode & 0o222:
        raise OutputError(say("files.write-protected", path=path))
    return status


_NO_FILES = (
    (stat.S_ISLNK, "link"),
    (stat.S_ISDIR, "folder"),
    (lambda mode: not stat.S_ISREG(mode), "device"),
)


@contextmanager
def replacing_file(path: Path, *, private: bool = False) -> Iterator[Path]:
    """An empty file to write to; it replaces `path` when all is written, and on an error the old file stays.

    Write it in place: what reaches the disk is this file, not its name. An existing file keeps its mode, a new one has what the umask
    allows; a `private` one is its owner's. OutputError where `path` is a link, a folder, a device or write-protected.
    """
    before = _check_replaceable(path)
    with naming(path, path.parent), temporary_folder(path.parent) as folder, naming(path, folder / "part"):
        part = folder / "part"
        handle = os.open(part, _NEW, 0o600 if private or before is not None else 0o666)
        try:
            yield part
            assert os.path.samestat(part.stat(), os.fstat(handle)), "what was written is another file"
            os.fsync(handle)
        finally:
            os.close(handle)
        if before is not None and not private:
            part.chmod(stat.S_IMODE(before.st_mode))
        part.replace(path)


@contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[TextIO]:
    """A stream whose text replaces `path` when all is written, as `replacing_file`; on an error the old file stays."""
    with (
        replacing_file(path, private=private) as part,
        part.open("w", encoding="utf-8", errors="replace", newline="\n") as stream,
    ):
        yield stream


@contextmanager
def temporary_folder(parent: Path | None = None) -> Iterator[Path]:
    """A folder of this user's only, in the folder `parent` (None: the system's), that is gone after the block.

    What killed processes left there is removed first.
    """
    parent = parent or Path(tempfile.gettempdir())
    _sweep_folders(parent)
    folder, handle = _new_folder(parent)
    try:
        yield folder / _CONTENT
    finally:
        if sys.platform == "win32":
            os.close(handle)
        _remove(folder)
        if sys.platform != "win32":
            os.close(handle)


@cache
def gather_temporary_files() -> None:
    """From now on this process's temporary files, those of libraries too, lie in one `temporary_folder` till it ends.

    A workbook's sheets are such files: a kill would leave them, with the texts of proposals, where nobody sweeps.
    """
    folder = ExitStack()
    atexit.register(folder.close)
    tempfile.tempdir = str(folder.enter_context(temporary_folder()))


def _new_folder(parent: Path) -> tuple[Path, int]:
    while True:
        folder = parent / _FOLDER.format(secrets.token_hex(_NAME_BYTES))
        lock, content = folder / _LOCK, folder / _CONTENT
        with naming(parent, folder, lock, content):
            folder.mkdir(mode=0o700)
            try:
                handle = os.open(lock, _NEW, 0o600)
            except FileNotFoundError:  # it was swept while it was empty
                continue
            if _held(handle):
                content.mkdir()
                return folder, handle
        os.close(handle)


def _held(handle: int) -> bool:
    """Whether the new file is ours: a process that sweeps may have taken it before it was locked."""
    if sys.platform == "win32":  # an open file cannot be removed there
        return True
    return try_lock(handle) and os.fstat(handle).st_nlink > 0


def _sweep_folders(parent: Path) -> None:
    for folder in parent.glob(_FOLDER.format("[0-9a-f]" * 2 * _NAME_BYTES)):
        with suppress(OSError):
            folder.rmdir()  # its maker, or who removed it, was killed beside an empty folder
        with _abandoned(folder / _LOCK) as dead:
            if dead and not folder.is_symlink():
                _remove(folder)


def _remove(folder: Path) -> None:
    """The content first: a folder without a lock is empty, whenever a kill comes."""
    shutil.rmtree(folder / _CONTENT, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _abandoned(file: Path) -> Iterator[bool]:
    """Whether no living process holds `file`, which is this user's own; nobody can take it within the block."""
    if sys.platform == "win32":
        try:
            file.unlink()  # fails while it is open
        except OSError:
            yield False
        else:
            yield True
        return
    try:
        handle = os.open(file, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        yield False
        return
    try:
        yield os.fstat(handle).st_uid == os.getuid() and try_lock(handle)
    finally:
        os.close(handle)


@contextmanager
def folder_or_zip(target: Path) -> Iterator[Path]:
    """A folder for files: `target`, or where that ends in .zip one whose files are packed there at the end of the block."""
    if target.suffix.lower() != ".zip":
        target.mkdir(parents=True, exist_ok=True)
        yield target
        return
    with temporary_folder() as folder:
        yield folder
        with replacing_file(target) as part, zipfile.ZipFile(part, "w") as packed:
            for file in sorted(folder.iterdir()):
                packed.writestr(zipfile.ZipInfo(file.name, DAWN), file.read_bytes(), zipfile.ZIP_DEFLATED)

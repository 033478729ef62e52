"""The errors that people see: what was expected, what was found, what to do, in one line."""

from __future__ import annotations

import errno
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from matcher.message import COMMA, Catalogue, Message, joined

say = Catalogue(__file__)

INTERRUPTED = 128 + signal.SIGINT  # the exit code of a command that Ctrl-C stopped
# Why a system refuses → its numbers for that, by their names, of which each system has its own.
_NUMBERS: Mapping[str, str] = {
    "denied": "EACCES EPERM",
    "full": "ENOSPC EDQUOT",
    "too large": "EFBIG",
    "read-only": "EROFS",
    "missing": "ENOENT",
    "no folder": "ENOTDIR",
    "folder": "EISDIR",
    "name": "ENAMETOOLONG",
    "links": "ELOOP",
    "exists": "EEXIST ENOTEMPTY",
    "in use": "EBUSY ETXTBSY",
    "port": "EADDRINUSE",
    "address": "EADDRNOTAVAIL EAFNOSUPPORT",
    "unreachable": "ECONNREFUSED ECONNRESET EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN ETIMEDOUT",
    "failing": "EIO ENXIO ENODEV ESTALE",
    "open files": "EMFILE ENFILE",
    "memory": "ENOMEM",
    "closed": "EBADF",
}
_SHOWN = 120
_REASONS = {
    getattr(errno, name): key
    for key, names in _NUMBERS.items()
    for name in names.split()
    if hasattr(errno, name)
}


class MatcherError(Exception):
    """Base of every named error; the command line prints its message and exits with 1.

    The message is one line in each language; as a string, "Chinese / English".
    """

    def __init__(self, message: Message) -> None:
        """The error that says this, and comes whole out of another process."""
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        """The message, in both languages."""
        return str(self.message)


class ArgumentError(MatcherError):
    """A program calls the library with what it does not take."""


class DocumentError(MatcherError):
    """A file cannot be read as text, lines or rows."""


class GuideError(MatcherError):
    """A document holds no list of topics, or one that contradicts itself."""


class EncoderError(MatcherError):
    """An encoder cannot be loaded or used."""


class IndexFolderError(MatcherError):
    """An index folder is damaged or belongs to something else."""


class BatchError(MatcherError):
    """A batch of proposals lacks what is needed to read it."""


class RulesError(MatcherError):
    """A file of filing rules is not understood."""


class OutputError(MatcherError):
    """A file must not be replaced, or another process is writing it."""


class ReportError(MatcherError):
    """A report cannot be resumed or read back."""


class CalibrationError(MatcherError):
    """A calibration cannot be read, or labelled proposals are too few to fit one."""


class ArchiveError(MatcherError):
    """An archive of earlier submissions is damaged, busy, or belongs to another encoder."""


class ClusterError(MatcherError):
    """A cluster cannot be reached, or its workers cannot do what is asked."""


class ServiceError(MatcherError):
    """The service cannot start, or a request asks for what it does not have."""


class ExtraError(MatcherError):
    """A package that is installed only when asked for is not there."""


class SeasonError(MatcherError):
    """A season's file cannot be used, or a decision does not fit what it holds."""


class AccountError(MatcherError):
    """An account of the page cannot be made, changed or used."""


class SettingsError(MatcherError):
    """A user's settings name what is no setting, or a value out of range; or a process works by others."""


def reason(error: Exception) -> Message:
    """Why something failed: of a refusal of the system by its number, else in the error's own words, on one line.

    >>> reason(FileNotFoundError(errno.ENOENT, "No such file or directory", "a.txt")).en
    'no such file or folder'
    """
    if error.args and isinstance(error.args[0], Message):
        return error.args[0]
    if isinstance(error, socket.gaierror):
        return say("reason.host")
    if key := _key(error):
        return say(f"reason.{key}")
    words = " ".join((getattr(error, "strerror", None) or str(error) or type(error).__name__).split())
    return Message(words, words, words)


def is_full(error: Exception) -> bool:
    """Whether there is no room left on a disk."""
    return _key(error) == "full"


def _key(error: Exception) -> str | None:
    """Why the system refuses; None for another error, also one with numbers of its own, as those of names and certificates."""
    if not isinstance(error, OSError) or type(error).__module__ in ("socket", "ssl"):
        return None
    return _REASONS.get(error.errno or 0)


def described(error: Exception) -> Message:
    """The `reason` of what a library says, in a short line; its own words often are understood by the kind of its error alone.

    >>> str(described(KeyError("w:body")))
    "KeyError: 'w:body'"
    """
    why = reason(error)
    if why.zh != why.en or any(why is ready for ready in error.args):
        return why
    return why.each(lambda words: f"{type(error).__name__}: {words}"[:_SHOWN])


@contextmanager
def naming(path: Path, *instead: Path) -> Iterator[None]:
    """Within the block, an OSError that names no file, or one that stands `instead` of `path` for a while, names `path`."""
    try:
        yield
    except OSError as error:
        if error.filename is None or str(error.filename) in map(str, instead):
            error.filename = str(path)
        raise


def require(extra: str, *packages: str) -> None:
    """ExtraError naming the command that installs `extra` (pip install 'proposal-matcher[models]') unless all packages are there."""
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        what, lacking = say(f"extra.{extra}"), joined(missing, COMMA)
        raise ExtraError(say("extra", what=what, missing=lacking, extra=extra))

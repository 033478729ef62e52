"""The errors that people see: what was expected, what was found, what to do, in one line."""

from __future__ import annotations

from importlib.util import find_spec

from matcher.message import COMMA, Catalogue, Message, joined

say = Catalogue(__file__)


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


def require(extra: str, *packages: str) -> None:
    """ExtraError naming the command that installs `extra` (pip install 'proposal-matcher[models]') unless all packages are there."""
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        what, lacking = say(f"extra.{extra}"), joined(missing, COMMA)
        raise ExtraError(say("extra", what=what, missing=lacking, extra=extra))

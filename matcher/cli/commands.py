"""All commands put together, and what becomes of their errors: one line on stderr, and an exit code."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, NoReturn

import typer

from matcher.cli import answers, archive, intake, quality, reviewers, season, servers
from matcher.cli.help import Commands, in_both
from matcher.errors import INTERRUPTED, MatcherError, is_full, reason
from matcher.message import Catalogue, Language
from matcher.screen import note, speak

say = Catalogue(__file__)

# Read once, when FAISS and NumPy are loaded: waiting OpenMP threads must sleep, not spin, and BLAS
# must not split small products, since a half that waits for a busy core takes fifteen times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

app = Commands()


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(version("proposal-matcher"))
        raise typer.Exit


@app.callback()
def _any_command(  # both options are answered by their callbacks, before anything that may be wrong is looked at
    lang: Annotated[Language, typer.Option(callback=speak, is_eager=True, help="any-command-lang")] = "both",
    asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="any-command-asked")
    ] = False,
) -> None:
    pass


for command in (
    answers.guide,
    answers.match,
    answers.demo,
    quality.evaluate,
    quality.calibrate,
    intake.triage,
    quality.learn,
    reviewers.duplicates,
    servers.serve,
):
    app.command()(command)
app.command("app")(servers.page)
app.add_typer(archive.archive, name="archive")
_OF_SEASON: Mapping[str, Callable[..., None]] = {
    "new": season.new,
    "list": season.list_,
    "open": season.open_,
    "add": intake.season_add,
    "decide": season.decide,
    "note": season.note_,
    "undo": season.undo,
    "bring": season.bring,
    "report": intake.season_report,
    "log": season.log,
    "remove": season.remove,
    "guide": intake.season_guide,
    "duplicates": reviewers.season_duplicates,
}
for name, of_season in _OF_SEASON.items():
    season.season.command(name)(of_season)
app.add_typer(season.season, name="season")
app.add_typer(servers.token, name="token")
app.add_typer(servers.user, name="user")


def main() -> None:
    """Run the command line. Named errors become one line on stderr and exit code 1, wrong usage exit code 2."""
    _set_up()
    try:
        code = app(standalone_mode=False)
        if code == INTERRUPTED:
            raise KeyboardInterrupt  # which Typer has turned into a code, and nothing was said
        if sys.stdout is None:
            raise OSError(errno.EBADF, "")
        sys.stdout.flush()  # what was printed reaches its reader, or is an error
        sys.exit(code if isinstance(code, int) else 0)
    except MatcherError as error:
        _fail(error.message)
    except typer.Abort:
        _fail(say("cancelled"))
    except BrokenPipeError:
        _to_nowhere()  # the reader (head, less) has gone; so do we
        sys.exit(1)
    except OSError as error:
        _to_nowhere()
        place = error.filename or say("standard output")
        if is_full(error):
            _fail(say("full", place=place))
        _fail(say("unreadable", place=place, error=reason(error)))
    except sqlite3.Error as error:
        _fail(say("archive.unreadable", error=error))
    except Exception as error:
        # Typer's own kind of wrong usage has no public name; it says itself what it is.
        if not (hasattr(error, "format_message") and hasattr(error, "exit_code")):
            raise
        if text := error.format_message():  # none where the help was shown
            note(in_both(text, getattr(error, "message", "")))
        note(say("usage"))
        sys.exit(error.exit_code)


def _set_up() -> None:
    """What holds for the process of a command: its streams, and how it ends."""
    for stream in (sys.stdout, sys.stderr):
        # Text that cannot be encoded (a lone surrogate) is shown as "?", never a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    # So that blocks end in order and leave nothing behind; kill -9 cannot be answered.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def _to_nowhere() -> None:
    """Nothing more is printed: the interpreter would try again at its end, and say so."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str) -> NoReturn:
    note(message)
    sys.exit(1)

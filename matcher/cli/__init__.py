"""The command line: parse, call, print. Nothing is decided here."""

from __future__ import annotations

import os
import sys

import typer

from matcher.cli import answers, calibration, intake, reviewers, season, service
from matcher.cli.options import note
from matcher.errors import MatcherError

# Read once, when FAISS and NumPy are loaded: waiting OpenMP threads must sleep, not spin, and BLAS
# must not split small products, since a half that waits for a busy core takes fifteen times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

app = typer.Typer(
    help="申报书与指南课题匹配：完全在本机运行。 / Match proposals to the topics of an application guide, offline.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (
    answers.guide,
    answers.match,
    answers.demo,
    answers.evaluate,
    calibration.calibrate,
    intake.triage,
    intake.learn,
    reviewers.duplicates,
    service.serve,
):
    app.command()(command)
app.command("app")(answers.page)
app.add_typer(reviewers.archive, name="archive")
app.add_typer(season.season, name="season")
app.add_typer(service.token, name="token")


def main() -> None:
    """Run the command line. Named errors become one line on stderr and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        # Text that cannot be encoded (a lone surrogate) is shown as "?", never a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except MatcherError as error:
        _fail(str(error))
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # the reader (head, less) has gone; so do we
        sys.exit(1)
    except OSError as error:
        place = error.filename or ""
        _fail(f"无法读写 {place}：{error.strerror}。 / Cannot read or write {place}: {error.strerror}.")


def _fail(message: str) -> None:
    note(message)
    sys.exit(1)

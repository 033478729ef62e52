"""Commands run one after another from a process that has loaded everything: a fork each, as fast as a call."""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any, NoReturn

TIMEOUT = 300.0  # seconds after which a command hangs, and is killed
_LOADED = (
    "docx", "jinja2", "opencc", "openpyxl", "pdfplumber", "matcher.cli.commands", "matcher.duplicates.reports", "matcher.engine",
    "matcher.guide.reading", "matcher.report", "matcher.scale.batches", "matcher.triage.desk", "matcher.triage.reports",
)  # fmt: skip


@dataclass(frozen=True)
class Command:
    """A command with its standard input (None: closed), and what is added to the caller's environment.

    `largest` bounds the files that it may write, in bytes, as a full disk would.
    """

    args: Sequence[str]
    stdin: bytes | None = b""
    env: Mapping[str, str] = field(default_factory=dict)
    largest: int | None = None


@dataclass(frozen=True)
class Ran:
    """What a command answered: exit status (negative: a signal), bytes of both streams, and seconds."""

    status: int
    out: bytes
    err: bytes
    seconds: float


class Commands:
    """The process that commands are forked from; what stands `before` the interpreter starts it, and so all of them.

    It is in the environment of its start, and each command in that of its caller. `folder` takes the streams.
    """

    def __init__(self, folder: Path, before: Sequence[str] = ()) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [*before, sys.executable, "-m", "tests.commands", folder],
            # Before a fork no thread may run, and BLAS starts its own when it is loaded.
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, cwd=Path(__file__).parent.parent,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, command: Command) -> Ran:
        """The answer of one command."""
        if command.stdin is not None:
            (self._folder / "in").write_bytes(command.stdin)
        closed, env = command.stdin is None, {**os.environ, **command.env}
        order = {**asdict(command), "stdin": None, "closed": closed, "env": env, "cwd": str(Path.cwd())}
        print(json.dumps(order), file=_pipe(self._process.stdin), flush=True)
        status, seconds = json.loads(_pipe(self._process.stdout).readline())
        return Ran(status, (self._folder / "out").read_bytes(), (self._folder / "err").read_bytes(), seconds)

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def apart(text: str) -> tuple[list[str], list[float]]:
    """The words, and the numbers with decimals or percent signs: 8-bit sums differ between processors."""
    number = re.compile(r"\d+\.\d+|\d+(?=%)")
    values = [float(n) if "." in n else int(n) / 100 for n in number.findall(text)]
    return [" ".join(part.split()) for part in number.split(text)], values


@cache
def standing() -> Commands:
    """The one that tests of this process share, while it runs."""
    folder = tempfile.TemporaryDirectory()
    commands = Commands(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(commands.close)
    return commands


def run_all(commands: Iterable[Command], folder: Path, before: Sequence[str] = ()) -> list[Ran]:
    """The answers to commands, in order, in a process of their own."""
    own = Commands(folder, before)
    try:
        return [own.run(command) for command in commands]
    finally:
        own.close()


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def _load() -> None:
    """What commands load, but for what is seldom asked for, with the tables and patterns that any text is read by."""
    from matcher.embeddings import FAST, load_encoder
    from matcher.matching.content import content
    from matcher.matching.mentions import places_in
    from matcher.readers.form.reading import form_of_text
    from matcher.segment import words
    from matcher.types import Proposal

    for name in _LOADED:
        importlib.import_module(name)
    form = form_of_text("项目名称：天津创新券\n摘要：研究创新券。")
    assert content(Proposal("", form.fields["title"], form.fields["abstract"]))
    assert places_in("天津创新券")
    assert words("创新券")
    for encoder in (None, FAST):
        assert load_encoder(encoder).fingerprint
    gc.freeze()  # a child that looks for cycles would copy all of it


def _become(order: Mapping[str, Any], folder: Path) -> NoReturn:
    """Run one command in this process, which ends with it."""
    for stream, handle in (("out", 1), ("err", 2)):
        os.dup2(os.open(folder / stream, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), handle)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    if order["closed"]:
        os.close(0)
        sys.stdin = None  # as Python has it when standard input is closed
    else:
        os.dup2(os.open(folder / "in", os.O_RDONLY), 0)
        sys.stdin = os.fdopen(0, encoding="utf-8")
    if order["largest"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest"], resource.RLIM_INFINITY))
    sys.argv = ["matcher", *order["args"]]
    from matcher.cli.commands import main

    status = 1
    try:
        main()
    except SystemExit as ended:
        status = int(ended.code or 0)
    except BaseException:
        traceback.print_exc()
    _end(status)


def _end(status: int) -> NoReturn:
    """End as an interpreter does, but without taking its modules apart: to do so copies all of them, half a second."""
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        status = status or 120
    os._exit(status)


def _serve(folder: Path) -> None:
    _load()
    for line in iter(sys.stdin.readline, ""):
        start = time.monotonic()
        child = os.fork()
        if child == 0:
            _become(json.loads(line), folder)
        print(json.dumps([_wait(child, start), time.monotonic() - start]), flush=True)


def _wait(child: int, start: float) -> int:
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() - start > TIMEOUT:
            os.kill(child, 9)
        time.sleep(0.005)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))

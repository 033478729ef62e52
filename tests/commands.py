"""Commands run one after another from a process that has loaded everything: a fork each, as fast as a call."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 60.0


@dataclass(frozen=True)
class Ran:
    """What a command answered: exit status (negative: a signal), bytes of both streams, and seconds."""

    status: int
    out: bytes
    err: bytes
    seconds: float


def run_all(commands: Sequence[Mapping[str, object]], folder: Path, before: Sequence[str] = ()) -> list[Ran]:
    """The answers to commands, in order; each has "args", and may have "env", "stdin" (None: closed) and "largest".

    `largest` bounds the files that the command may write, as a full disk would; `folder` takes the streams.
    What stands `before` the interpreter starts all of them.
    """
    done = subprocess.run(
        [*before, sys.executable, "-m", "tests.commands", folder],
        input=json.dumps(list(commands)), text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [
        Ran(status, (folder / f"{n}.out").read_bytes(), (folder / f"{n}.err").read_bytes(), seconds)
        for n, (status, seconds) in enumerate(json.loads(done.stdout))
    ]


def _load() -> None:
    """Everything that commands load, without starting a thread."""
    import openpyxl

    assert openpyxl


def _become(command: Mapping[str, object], folder: Path, number: int) -> None:
    """Run one command in this process, which ends with it."""
    for stream, handle in (("out", 1), ("err", 2)):
        os.dup2(os.open(folder / f"{number}.{stream}", os.O_WRONLY | os.O_CREAT, 0o644), handle)
    stdin = command.get("stdin", "")
    if stdin is None:
        os.close(0)
        sys.stdin = None  # as Python has it when standard input is closed
    else:
        (folder / "stdin").write_text(str(stdin), encoding="utf-8", errors="surrogatepass")
        os.dup2(os.open(folder / "stdin", os.O_RDONLY), 0)
        sys.stdin = os.fdopen(0, encoding="utf-8")
    env, args = command.get("env", {}), command["args"]
    assert isinstance(env, dict)
    assert isinstance(args, list)
    os.environ.update(env)
    if largest := command.get("largest"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(str(largest)), resource.RLIM_INFINITY))
    sys.argv = ["matcher", *args]
    from matcher.cli import main

    main()


def _serve(folder: Path) -> None:
    commands = json.loads(sys.stdin.read())
    _load()
    answers = []
    for number, command in enumerate(commands):
        start = time.monotonic()
        child = os.fork()
        if child == 0:
            _become(command, folder, number)
            os._exit(99)  # main always exits
        answers.append((_wait(child, start), time.monotonic() - start))
    print(json.dumps(answers))


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

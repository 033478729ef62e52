"""Help of every command: whole at 80 columns, with the language's option, which works before and after the command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rich.cells import cell_len
from typer import Context
from typer.main import get_command
from typer.testing import CliRunner

from matcher.cli import app
from matcher.cli.help import language_first
from tests.test_cli import run, said


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


COMMANDS = list(commands(get_command(app)))


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_help_is_whole_at_80_columns(
    path: tuple[str, ...], command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = CliRunner().invoke(app, [*path, "--help"])
    assert shown.exit_code == 0
    assert max(map(cell_len, shown.stdout.splitlines())) <= 80
    assert squeezed(command.help) in squeezed(shown.stdout)
    # What two columns show is read down each of them.
    left, right = ("".join(squeezed(part) for part in parts) for parts in columns(shown.stdout))
    context = Context(command, info_name="matcher")
    for param in command.params:
        name, meaning = param.get_help_record(context)
        assert squeezed(name) in left
        assert squeezed(meaning) in right
    for name, below in getattr(command, "commands", {}).items():
        assert name in left
        assert squeezed(below.help.partition("\n\n")[0]) in right
    assert "--lang" in left


def columns(shown: str) -> tuple[list[str], list[str]]:
    """The two columns of the tables, cut where the first of each ends."""
    left: list[str] = []
    right: list[str] = []
    for table in shown.split("\n\n")[1:]:
        lines = table.splitlines()
        starts = [len(line) - len(line[at:].lstrip()) for line in lines if (at := line.find("  ")) > 0]
        width = min(starts, default=0)
        left += [line[:width] for line in lines]
        right += [line[width:] for line in lines]
    return left, right


@pytest.mark.parametrize(
    ("given", "ordered"),
    [
        (["match", "--file", "a", "--lang", "en"], ["--lang", "en", "match", "--file", "a"]),
        (["season", "--lang=zh", "list"], ["--lang=zh", "season", "list"]),
        (["--lang", "en", "match", "a"], ["--lang", "en", "match", "a"]),
        (["match", "--", "--lang", "en"], ["match", "--", "--lang", "en"]),
        (["match", "--lang"], ["--lang", "match"]),
        ([], []),
    ],
)
def test_the_language_comes_first(given: list[str], ordered: list[str]) -> None:
    assert language_first(given) == ordered


@pytest.mark.parametrize(
    "arguments",
    [("match", "--lang", "en", "--file", "no.txt"), ("match", "--file", "no.txt", "--lang=en")],
)
def test_the_language_may_stand_after_the_command(arguments: tuple[str, ...]) -> None:
    assert said(run(*arguments)) == "No such file: no.txt; check the path.\n"


def test_the_language_after_the_command_holds_for_wrong_usage() -> None:
    done = run("match", "text", "--out", "x.jsonl", "--lang", "zh")
    assert (done.returncode, said(done)) == (2, "Invalid value: --out 与 --in 一起使用\n用法见 --help\n")
    assert said(run("no-such-command", "--lang", "zh")).endswith("用法见 --help\n")
    assert "'fr' is not one of" in said(run("match", "text", "--lang", "fr"))

"""Help of every command: whole at 80 columns, with the language's option, which works before and after the command."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from rich.cells import cell_len
from typer import Context
from typer.main import get_command
from typer.testing import CliRunner

from matcher import screen
from matcher.cli.commands import app
from matcher.cli.help import in_both, language_first, say
from tests.test_cli import run, said


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


BUILT = get_command(app)
COMMANDS = list(commands(BUILT))


@pytest.fixture(autouse=True)
def _built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands are built once: the runner would build all of them each time, which takes longer than what it runs."""
    monkeypatch.setattr("typer.testing._get_command", lambda _: BUILT)


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
    assert squeezed(say(f"help.{command.help}")) in squeezed(shown.stdout)
    examples = (inspect.getdoc(command.callback) or "").partition("Example:")[2].splitlines()
    assert bool(examples) != bool(getattr(command, "commands", {}))
    assert all(squeezed(example) in squeezed(shown.stdout) for example in examples)
    # What two columns show is read down each of them.
    left, right = ("".join(squeezed(part) for part in parts) for parts in columns(shown.stdout))
    context = Context(command, info_name="matcher")
    for param in command.params:
        assert squeezed(param.get_help_record(context)[0].partition(" <list")[0]) in left
        assert squeezed(say(f"help.{param.help}")) in right
    for name, below in getattr(command, "commands", {}).items():
        assert name in left
        assert squeezed(say(f"help.{below.help}")) in right
    assert "--lang" in left


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
@pytest.mark.parametrize("language", [0, 1], ids=["zh", "en"])
def test_help_is_in_the_chosen_language_alone(
    path: tuple[str, ...], command: Any, language: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(screen, "_spoken", ["both"])
    shown = CliRunner().invoke(app, [*path, "--lang", ("zh", "en")[language], "--help"])
    assert shown.exit_code == 0
    purpose, chosen = say(f"help.{command.help}"), ("zh", "en")[language]
    for each in ("zh", "en"):
        assert (squeezed(purpose.of(each)) in squeezed(shown.stdout)) == (each == chosen)
    right = "".join(squeezed(part) for part in columns(shown.stdout)[1])
    for param in command.params:
        text = say(f"help.{param.help}")
        assert squeezed(text.of(("zh", "en")[language])) in right
        assert squeezed(text) not in right
    assert ("显示本说明", "show this help")[language] in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        ("match --foo", "没有 --foo 这个选项（想写的是 --force, --out？）", "No such option: --foo (Possible options: --force, --out)"),
        ("mtch", "没有 mtch 这个命令。想写的是 'match'？", "No such command 'mtch'. Did you mean 'match'?"),
        ("triage", "缺少 'BATCH'。", "Missing argument 'BATCH'."),
        ("triage b.xlsx", "缺少 '--out' / '-o'。", "Missing option '--out' / '-o'."),
        ("season decide 2026 --topic A1", "缺少 'ID...'。", "Missing argument 'ID...'."),
        ("match a b", "多出 b：有空格的文字请加引号。", "Got unexpected extra argument(s) (b)"),
        ("match --file", "--file 后面要写值。", "Option '--file' requires an argument."),
        ("match --json=x a", "--json 后面不写值。", "Option '--json' does not take a value."),
        ("match a -k 0", "'-k' 的值不对：0 不在 x>=1 之内。", "Invalid value for '-k': 0 is not in the range x>=1."),
        ("serve --port 70000", "'--port' 的值不对：70000 不在 1<=x<=65535 之内。",
         "Invalid value for '--port': 70000 is not in the range 1<=x<=65535."),
        ("match a -k b", "'-k' 的值不对：'b' 不是整数。", "Invalid value for '-k': 'b' is not a valid int range."),
        ("duplicates a.xlsx --threshold b", "'--threshold' 的值不对：'b' 不是数。",
         "Invalid value for '--threshold': 'b' is not a valid float range."),
        ("match --file=", "'--file' 的值不对：没有写文件或文件夹的名称。",
         "Invalid value for '--file': an empty name of a file or folder."),
        ("match a --lang fr", "'--lang' 的值不对：'fr' 不在 'zh', 'en', 'both' 之中。",
         "Invalid value for '--lang': 'fr' is not one of 'zh', 'en', 'both'."),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_in_both_languages(arguments: str, zh: str, en: str) -> None:
    # The class of what Typer raises has no public name.
    with pytest.raises(Exception) as wrong:  # noqa: PT011
        app(arguments.split(), standalone_mode=False)
    error: Any = wrong.value
    told = in_both(error.format_message(), getattr(error, "message", ""))
    assert (told.zh, told.en) == (zh, en)


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
    assert (done.returncode, said(done)) == (2, "用法不对：--out 与 --in 一起使用\n用法见 --help\n")
    assert said(run("no-such-command", "--lang", "zh")).endswith("用法见 --help\n")
    assert "'fr' is not one of" in said(run("match", "text", "--lang", "fr"))


@pytest.mark.parametrize("path", [path for path, _ in COMMANDS], ids=" ".join)
def test_examples_in_english_are_english(path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "_spoken", ["both"])
    ran = CliRunner().invoke(app, ["--lang", "en", *path, "--help"])
    assert ran.exit_code == 0
    assert not re.search(r"^  matcher .*[\u4e00-\u9fff]", ran.output, re.MULTILINE)

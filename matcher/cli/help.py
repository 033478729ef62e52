"""Commands as Typer knows them, with two things of our own: help that is never cut, and `--lang` at any place."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from matcher.cli.usage import help_message, in_both
from matcher.message import Message, joined, label
from matcher.screen import screen, spoken

if TYPE_CHECKING:
    from rich.console import Console

F = TypeVar("F", bound=Callable[..., Any])
LANG = "--lang"
_HELP = Message("显示本说明", "show this help")
# What Typer adds to a name that says with ... that there may be several.
_LISTED = re.compile(r" <list\[\w+\]>$")
_NAMES = 26  # columns for the names, so that two thirds of a narrow terminal are left for what they mean


class Commands(typer.Typer):
    """Commands below one name, each with the help of this module."""

    def __init__(self, help: str) -> None:
        """No commands yet; `help` says what they are for."""
        super().__init__(
            cls=_Group,
            help=help,
            no_args_is_help=True,
            add_completion=False,
            pretty_exceptions_enable=False,
            context_settings={"help_option_names": ["--help", "-h"]},
        )

    def command(self, name: str | None = None) -> Callable[[F], F]:  # type: ignore[override]  # no more is used
        """Add a function as the command `name`, by default its own."""
        return super().command(name, cls=_Command)


class _Command(TyperCommand):
    def format_help(self, ctx: Any, formatter: Any) -> None:
        _print_help(self, ctx)


class _Group(TyperGroup):
    def format_help(self, ctx: Any, formatter: Any) -> None:
        _print_help(self, ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, language_first(args) if ctx.parent is None else args)


def language_first(args: Sequence[str]) -> list[str]:
    """The arguments with `--lang zh`, wherever it stands before a "--", in front: the language holds from there on.

    >>> language_first(["match", "text", "--lang", "en", "--json"])
    ['--lang', 'en', 'match', 'text', '--json']
    """
    end = args.index("--") if "--" in args else len(args)
    front: list[str] = []
    rest: list[str] = []
    words = iter(args[:end])
    for word in words:
        if word == LANG:
            front += [word, *([value] if (value := next(words, None)) is not None else [])]
        else:
            (front if word.startswith(f"{LANG}=") else rest).append(word)
    return [*front, *rest, *args[end:]]


def _print_help(command: TyperCommand | TyperGroup, ctx: Any) -> None:
    """Usage, what the command does with its example, then arguments, options and commands."""
    from rich.text import Text

    console = screen()
    usage = f"{spoken(label('用法', 'Usage'))}: {' '.join([ctx.command_path, *command.collect_usage_pieces(ctx)])}"
    console.print(Text(usage, style="bold"))
    console.print(Text(f"\n{spoken(_purpose(command))}", overflow="fold"))
    heading, _, examples = inspect.cleandoc(command.help or "").partition("\n\n")[2].partition(":")
    if examples:
        lines = "".join(f"\n  {line.strip()}" for line in examples.splitlines())
        console.print(Text(f"\n{spoken(help_message(heading))}:{lines}", overflow="fold"))
    own = command.get_params(ctx)
    everywhere = [param for param in ctx.find_root().command.params if LANG in param.opts]
    options = [p for p in own if p.param_type_name == "option"]
    records = {
        label("参数", "Arguments"): [p for p in own if p.param_type_name == "argument"],
        label("选项", "Options"): options + [p for p in everywhere if p not in options],
    }
    for heading, params in records.items():
        _print_rows(console, spoken(heading), [_row(param, ctx) for param in params if not param.hidden])
    if isinstance(command, TyperGroup):
        commands = [(name, command.get_command(ctx, name)) for name in command.list_commands(ctx)]
        rows = [(name, spoken(_purpose(below))) for name, below in commands if below]
        _print_rows(console, spoken(label("命令", "Commands")), rows)


def _purpose(command: Any) -> Message:
    """What a command is for: the first paragraph of its docstring."""
    return help_message(inspect.cleandoc(command.help or "").partition("\n\n")[0])


def _row(param: Any, ctx: Any) -> tuple[str, str]:
    """The name of an argument or option, and what it means with its default."""
    name, meaning = param.get_help_record(ctx)
    purpose = _HELP if name.endswith("--help") else help_message(param.help or "")
    extra = meaning.removeprefix(param.help or "").strip(" []")
    return _LISTED.sub("", name), spoken(
        joined([purpose, *([joined(["[", in_both(extra), "]"])] if extra else [])], "  ")
    )


def _print_rows(console: Console, heading: str, rows: Sequence[tuple[str, str]]) -> None:
    """Names and what they mean side by side; a text without spaces, as in Chinese, goes on in the next line."""
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    console.print(Text(f"\n{heading}", style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    width = min(_NAMES, max(Text(name).cell_len for name, _ in rows))
    table.add_column(width=width, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    for name, meaning in rows:
        table.add_row(Text(name, style="cyan"), Text(meaning))
    console.print(table)

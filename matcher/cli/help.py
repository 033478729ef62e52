"""Commands as Typer knows them, with three things of our own: help that is never cut, `--lang` at any place, both languages.

What a command, an argument or an option means stands in messages.toml: `help="guide-option"` names its text
"help.guide-option", by the type in a signature or by command and parameter.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from rich.text import Text
from typer.core import TyperCommand, TyperGroup
from typer.models import TyperPath

from matcher import message
from matcher.language import HAN_LETTERS
from matcher.message import Catalogue, Message, joined
from matcher.screen import screen, spoken

if TYPE_CHECKING:
    from rich.console import Console

say = Catalogue(__file__)

F = TypeVar("F", bound=Callable[..., Any])
LANG = "--lang"
# What Typer adds to a name that says with ... that there may be several.
_LISTED = re.compile(r" <list\[\w+\]>$")
_NAMES = 26  # columns for the names, so that two thirds of a narrow terminal are left for what they mean
# What Typer says in English, and the same in Chinese; a sentence that is not here stays as it is.
_CHINESE = tuple(
    (re.compile(english), chinese)
    for english, chinese in (
        (r"^No such option: (\S+)", r"没有 \1 这个选项"),
        (r" \(Possible options: (.*)\)$", r"（想写的是 \1？）"),
        (r"^No such command '(.*?)'\.", r"没有 \1 这个命令。"),
        (r" Did you mean (.*)\?$", r"想写的是 \1？"),
        (r"^Missing command\.$", "没有写命令。"),
        (r"^Missing (?:argument|option) ('.*')\.", r"缺少 \1。"),
        (r"^Got unexpected extra argument(?:\(s\)|s)? \((.*)\)$", r"多出 \1：有空格的文字请加引号。"),
        (r"^Option '(.*)' requires (?:an argument|\d+ arguments)\.$", r"\1 后面要写值。"),
        (r"^Option '(.*)' does not take a value\.$", r"\1 后面不写值。"),
        (r"^Invalid value for (.*?): ", r"\1 的值不对："),
        (r"^Invalid value: ", "用法不对："),
        (r"('.*?') is not one of (.*)\.$", r"\1 不在 \2 之中。"),
        (r"('.*?') is not a valid int(?:eger)?(?: range)?\.$", r"\1 不是整数。"),
        (r"('.*?') is not a valid float(?: range)?\.$", r"\1 不是数。"),
        (r"(\S+) is not in the range (\S+)\.$", r"\1 不在 \2 之内。"),
        (r"^default: ", "默认："),
        (r"an empty name of a file or folder\.$", "没有写文件或文件夹的名称。"),
        (r"; required$|^required$", "必填"),
    )
)


class Commands(typer.Typer):
    """Commands below one name, each with the help of this module."""

    def __init__(self, group: str = "") -> None:
        """No commands yet; what those of a `group` are for stands in messages.toml, "help.GROUP"."""
        self._group = group
        super().__init__(
            cls=_Group,
            help=group or "matcher",
            no_args_is_help=True,
            add_completion=False,
            pretty_exceptions_enable=False,
            context_settings={"help_option_names": ["--help", "-h"]},
        )

    def command(self, name: str | None = None) -> Callable[[F], F]:  # type: ignore[override]  # no more is used
        """Add a function as the command `name`, by default its own.

        What it is for stands in messages.toml, "help.GROUP NAME", and nowhere else: its docstring holds its examples.
        """

        def added(function: F) -> F:
            purpose = f"{self._group} {name or function.__name__}".strip()
            return super(Commands, self).command(name, cls=_Command, help=purpose)(function)

        return added


class _Named(TyperPath):
    """A file or folder by a name that is not empty: as a path "" is the folder that people are in, with all its files."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        if value == "":
            self.fail("an empty name of a file or folder.", param, ctx)
        return super().convert(value, param, ctx)


class _Command(TyperCommand):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for param in self.params:
            if isinstance(param.type, TyperPath):
                param.type = _Named(
                    readable=False
                )  # what cannot be opened is told by its reader, in both languages

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
    console = screen()
    usage = f"{spoken(say('help.usage'))}: {' '.join([ctx.command_path, *command.collect_usage_pieces(ctx)])}"
    console.print(Text(usage, style="bold"))
    console.print(Text(f"\n{spoken(_purpose(command))}", overflow="fold"))
    examples = (inspect.getdoc(command.callback) or "").partition("Example:")[2]
    if examples:
        lines = [f"\n  {line.strip()}" for line in examples.splitlines()]
        english = [line for line in lines if not HAN_LETTERS.search(line)]
        shown = Message("".join(lines), "".join(english or lines), "".join(lines))
        console.print(Text(f"\n{spoken(say('help.examples'))}:{spoken(shown)}", overflow="fold"))
    own = command.get_params(ctx)
    everywhere = [param for param in ctx.find_root().command.params if LANG in param.opts]
    options = [p for p in own if p.param_type_name == "option"]
    records = {
        say("help.arguments"): [p for p in own if p.param_type_name == "argument"],
        say("help.options"): options + [p for p in everywhere if p not in options],
    }
    for heading, params in records.items():
        _print_rows(console, spoken(heading), [_row(param, ctx) for param in params if not param.hidden])
    if isinstance(command, TyperGroup):
        commands = [(name, command.get_command(ctx, name)) for name in command.list_commands(ctx)]
        rows = [(name, spoken(_purpose(below))) for name, below in commands if below]
        _print_rows(console, spoken(say("help.commands")), rows)


def _purpose(command: Any) -> Message:
    return say(f"help.{command.help}")


def _row(param: Any, ctx: Any) -> tuple[str, str]:
    """The name of an argument or option, and what it means with its default."""
    name, meaning = param.get_help_record(ctx)
    purpose = say("help.help" if name.endswith("--help") else f"help.{param.help}")
    extra = meaning.removeprefix(param.help or "").strip(" []")
    parts = [purpose, joined(["[", in_both(extra), "]"])] if extra else [purpose]
    return _LISTED.sub("", name), spoken(joined(parts, "  "))


def _print_rows(console: Console, heading: str, rows: Sequence[tuple[str, str]]) -> None:
    """Names and what they mean side by side; a text without spaces, as in Chinese, goes on in the next line."""
    from rich.table import Table

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


def in_both(english: str, ours: str = "") -> Message:
    """What Typer says, in both languages; `ours` is the part of it at the end that is ours.

    >>> in_both("Missing argument 'TEXT'.").zh
    "缺少 'TEXT'。"
    """
    if not isinstance(ours, Message) or not english.endswith(ours):
        return Message(zh, english) if (zh := _chinese(english)) != english else Message(zh, english, english)
    words = english.removesuffix(ours)
    return Message(_chinese(words) + message.spoken(ours, "zh"), words + message.spoken(ours, "en"))


def _chinese(english: str) -> str:
    for pattern, chinese in _CHINESE:
        english = pattern.sub(chinese, english)
    return english

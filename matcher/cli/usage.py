"""What Typer shows, in both languages: what help says of arguments and options, and its own words on wrong usage."""

from __future__ import annotations

import re
from pathlib import Path

from matcher.message import Message, spoken

# The file is kept so plain that this reads it: at every start, tomllib would take ten times as long.
_TEXT = re.compile(r'^([\w-]+) = \["(.*)", "(.*)"\]$', re.MULTILINE)
# By the name of the type in a signature, or by command and parameter.
HELP = {
    key: Message(zh, en)
    for key, zh, en in _TEXT.findall(Path(__file__).with_name("help.toml").read_text(encoding="utf-8"))
}

# What Typer says in English, and the same in Chinese; a sentence that is not here stays as it is.
_CHINESE = tuple(
    (re.compile(english), chinese)
    for english, chinese in (
        (r"^No such option: (\S+)", r"没有 \1 这个选项"),
        (r" \(Possible options: (.*)\)$", r"（想写的是 \1？）"),
        (r"^No such command '(.*?)'\.", r"没有 \1 这个命令。"),
        (r" Did you mean (.*)\?$", r"想写的是 \1？"),
        (r"^Missing command\.$", "没有写命令。"),
        (r"^Missing (?:argument|option) (.*?)\.", r"缺少 \1。"),
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
        (r"; required$|^required$", "必填"),
    )
)


def help_message(text: str) -> Message:
    """The two languages of a help text, "中文 / English", which Typer keeps as one string with nothing more.

    >>> help_message("版本 / version").en
    'version'
    """
    chinese, _, english = text.partition(" / ")
    return Message(chinese, english or chinese, text)


def in_both(english: str, message: str = "") -> Message:
    """What Typer says, in both languages; `message` is the part of it at the end that is ours.

    >>> in_both("Missing argument 'TEXT'.").zh
    "缺少 'TEXT'。"
    """
    if not isinstance(message, Message) or not english.endswith(message):
        return Message(zh, english) if (zh := _chinese(english)) != english else Message(zh, english, english)
    words = english.removesuffix(message)
    return Message(_chinese(words) + spoken(message, "zh"), words + spoken(message, "en"))


def _chinese(english: str) -> str:
    for pattern, chinese in _CHINESE:
        english = pattern.sub(chinese, english)
    return english

"""Messages: both languages all the way, in every store and process, and none of them without one."""

from __future__ import annotations

import ast
import copy
import json
import pickle
import re
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from app.words import either
from matcher import errors, screen
from matcher.message import Message, chance, joined, label, percent, restored, spoken, stored
from matcher.readers.header import HeaderError
from matcher.report import print_match
from matcher.types import Match

ROOT = Path(__file__).parent.parent
HAN = re.compile(r"[㐀-鿿]")
ODD = Message("与《甲 / 乙》最接近", "closest to “a / b”")
# Texts that are written for both languages at once: pages and sheets that go to people of either, and lines whose
# message says itself what both look like. In the module, so many.
BOTH_AT_ONCE = {
    "matcher/duplicates/page.py": 5, "matcher/cli/intake.py": 1,
    "matcher/cli/reviewers.py": 1, "matcher/readers/batch_messages.py": 1, "matcher/report.py": 3,
    "matcher/report_quality.py": 2,
}  # fmt: skip
# Where the string of both languages is made, and where Typer's one text for both is parted.
PARTING = {"matcher/message.py", "matcher/cli/help.py"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_stroke_of_its_own_does_not_part_a_message(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setattr("matcher.screen._spoken", [language])
    assert screen.spoken(ODD) == {"zh": "与《甲 / 乙》最接近", "en": "closest to “a / b”"}[language]
    monkeypatch.setattr("app.words.language", lambda: language)
    assert either(ODD) == screen.spoken(ODD)
    assert screen.spoken("a / b.txt") == either("a / b.txt") == "a / b.txt"
    console = Console(width=100, file=StringIO())
    answer = Match("p", "none", None, None, "none", 0.9, (), ODD, (Message("注 / 意", "mind / this"),))
    print_match(console, answer, {})
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert ("与《甲 / 乙》最接近" in shown) == ("注 / 意" in shown) == (language == "zh")
    assert ("closest to “a / b”" in shown) == ("mind / this" in shown) == (language == "en")


def test_a_message_is_the_string_of_both() -> None:
    assert (str(ODD), json.loads(json.dumps([ODD]))) == (
        "与《甲 / 乙》最接近 / closest to “a / b”",
        [str(ODD)],
    )
    assert [ODD.of(language) for language in ("zh", "en", "both")] == [ODD.zh, ODD.en, str(ODD)]
    assert label("课题", "topic") == "课题 topic"
    assert ODD.each(str.upper).halves == ("与《甲 / 乙》最接近", "CLOSEST TO “A / B”")


@pytest.mark.parametrize(
    "way",
    [
        copy.deepcopy,
        lambda m: pickle.loads(pickle.dumps(m)),
        lambda m: restored(json.loads(json.dumps(stored(m)))),
    ],
)
@pytest.mark.parametrize("message", [ODD, label("课题", "topic"), joined(["a.xlsx", ODD], "：")])
def test_a_message_comes_whole_out_of_a_store_and_a_process(
    way: Callable[[Message], Message], message: Message
) -> None:
    back = way(message)
    assert (back.zh, back.en, str(back)) == (message.zh, message.en, str(message))


def test_a_store_of_before_keeps_its_text_in_every_language() -> None:
    assert restored("甲 / a").halves == ("甲 / a", "甲 / a")
    assert restored(7).halves == ("7", "7")


def test_messages_in_a_row_keep_to_their_language() -> None:
    row = joined(["a / b.xlsx", Message("三行", "three rows"), label("列", "columns")], "；")
    assert row.halves == ("a / b.xlsx；三行；列", "a / b.xlsx；three rows；columns")
    assert row == "a / b.xlsx；三行 / three rows；列 columns"
    assert spoken(joined([]), "en") == ""


NAMED = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, errors.MatcherError)
]


@pytest.mark.parametrize("kind", NAMED)
def test_an_error_comes_whole_out_of_another_process(kind: type[errors.MatcherError]) -> None:
    back = pickle.loads(pickle.dumps(kind("甲 / 乙", "a / b")))
    assert (type(back), str(back), back.message.halves) == (kind, "甲 / 乙 / a / b", ("甲 / 乙", "a / b"))


def test_an_error_keeps_what_else_it_holds() -> None:
    back = pickle.loads(pickle.dumps(HeaderError("甲", "a", ["名称", ""])))
    assert (back.message.en, back.names) == ("a", ("名称",))


def sources() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("matcher", "app"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield file.relative_to(ROOT).as_posix(), ast.parse(file.read_text("utf-8"))


def literal(node: ast.AST) -> str | None:
    """The text of a string or an f-string without what it puts in; None for another expression."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def test_no_message_and_no_error_lacks_a_language() -> None:
    names = {kind.__name__ for kind in NAMED} | {"HeaderError", "StaleError", "Message", "label", "note"}
    seen, wrong = 0, []
    for file, tree in sources():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names):
                continue
            if any(isinstance(argument, ast.Starred) for argument in node.args):
                continue  # the halves of a message
            if node.func.id == "note" and len(node.args) == 1:
                continue  # a message as it is
            seen += 1
            texts = [literal(argument) for argument in node.args[:2]]
            said = texts + [None] * (2 - len(texts))
            chinese = (
                said[0] is None or HAN.search(said[0]) or "{}" in said[0] or not re.search(r"\w", said[0])
            )
            if len(node.args) < 2 or "" in said or not chinese:
                wrong.append(f"{file}:{node.lineno} {said}")
    assert not wrong
    assert seen > 400


def test_nothing_writes_both_languages_into_one_text_or_parts_them_again() -> None:
    found: dict[str, int] = {}
    for file, tree in sources():
        excepted: set[ast.AST] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "help":
                excepted.add(node.value)  # Typer takes one text
            elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and isinstance(
                node.body[0], ast.Expr
            ):
                excepted.add(node.body[0].value)
            elif isinstance(node, ast.JoinedStr):
                excepted.update(part for part in node.values if isinstance(part, ast.Constant))
        for node in ast.walk(tree):
            text = None if node in excepted else literal(node)
            assert text != " / " or file in PARTING, f"{file}:{node.lineno}"  # type: ignore[attr-defined]
            if text and " / " in text and HAN.search(text):
                found[file] = found.get(file, 0) + 1
    assert found == BOTH_AT_ONCE


@pytest.mark.parametrize(
    ("probability", "two_digits", "percentage"),
    [(1.0, ">0.99", ">99%"), (0.991, ">0.99", ">99%"), (0.99, "0.99", "99%"), (0.125, "0.12", "12%"), (0.01, "0.01", "1%"), (0.0, "<0.01", "<1%")],
)  # fmt: skip
def test_no_probability_is_told_as_certain(probability: float, two_digits: str, percentage: str) -> None:
    assert (chance(probability), percent(probability)) == (two_digits, percentage)

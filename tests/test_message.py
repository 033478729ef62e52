"""Messages: both languages all the way, in every store and process, and none of them without one."""

from __future__ import annotations

import ast
import copy
import json
import pickle
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from io import StringIO
from pathlib import Path
from string import Formatter
from typing import TypeGuard

import pytest
from rich.console import Console

from app.markup import either
from matcher import errors, screen
from matcher.message import Catalogue, Message, chance, joined, percent, restored, spoken, stored
from matcher.readers.table.header import HeaderError
from matcher.report import print_match
from matcher.types import Match
from tests.sources import nodes

ROOT = Path(__file__).parent.parent
HAN = re.compile(r"[㐀-鿿]")
ODD = Message("与《甲 / 乙》最接近", "closest to “a / b”")
# (room, key, field) that only one language of a message holds.
IN_ONE_LANGUAGE = {
    (room, key, field)
    for rooms in tomllib.loads((ROOT / "tests/cases/one_language.toml").read_text("utf-8")).values()
    for room, by_field in rooms.items()
    for field, keys in by_field.items()
    for key in keys
}
# Texts of the page that say nothing, or the same to the reader of either language.
ALIKE = {("app", "sure.empty"), ("app", "applicants.example 2"), ("app", "system.dense")}
# English that names what is to be written in Chinese.
NAMES_CHINESE = {
    ("matcher/cli", "help.reports-argument"),
    ("matcher/duplicates", "case.answer"),
    ("matcher/triage", "decisions.not understood"),
}
# What may stand in code: files of words and patterns by which documents are read, and texts, each with its reason.
CHINESE_IN_CODE = tomllib.loads((ROOT / "tests/cases/chinese_in_code.toml").read_text("utf-8"))
# What such a file may hold: a word without marks of punctuation or spaces, or what shows itself as a part of a pattern.
WORD, PATTERN = re.compile(r"[㐀-鿿\d]{1,9}[:：]?"), re.compile(r"[\\|\[\]$^]|\(\?|\)\?|\.[*{]")
# Where the string of both languages is made.
PARTING = {"matcher/message.py"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_stroke_of_its_own_does_not_part_a_message(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setattr("matcher.screen._spoken", [language])
    assert screen.spoken(ODD) == {"zh": "与《甲 / 乙》最接近", "en": "closest to “a / b”"}[language]
    monkeypatch.setattr("app.markup.language", lambda: language)
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
    assert (ODD.each(str.upper).zh, ODD.each(str.upper).en) == ("与《甲 / 乙》最接近", "CLOSEST TO “A / B”")


@pytest.mark.parametrize(
    "way",
    [
        copy.deepcopy,
        lambda m: pickle.loads(pickle.dumps(m)),
        lambda m: restored(json.loads(json.dumps(stored(m)))),
    ],
)
@pytest.mark.parametrize(
    "message", [ODD, Message("课题", "topic", "课题 topic"), joined(["a.xlsx", ODD], "：")]
)
def test_a_message_comes_whole_out_of_a_store_and_a_process(
    way: Callable[[Message], Message], message: Message
) -> None:
    back = way(message)
    assert (back.zh, back.en, str(back)) == (message.zh, message.en, str(message))


def test_a_store_of_before_keeps_its_text_in_every_language() -> None:
    assert (restored("甲 / a").zh, restored("甲 / a").en) == ("甲 / a", "甲 / a")
    assert (restored(7).zh, restored(7).en) == ("7", "7")


def test_messages_in_a_row_keep_to_their_language() -> None:
    row = joined(["a / b.xlsx", Message("三行", "three rows"), Message("列", "columns", "列 columns")], "；")
    assert (row.zh, row.en) == ("a / b.xlsx；三行；列", "a / b.xlsx；three rows；columns")
    assert row == "a / b.xlsx；三行 / three rows；列 columns"
    assert spoken(joined([]), "en") == ""


def test_a_catalogue_fills_in_what_speaks_the_language(tmp_path: Path) -> None:
    (tmp_path / "messages.toml").write_text(
        '"near" = [\n  "近 {what}，{n:.1f}",\n  "near {what!r}, {n:.1f}"\n]\n"column" = ["列 {{x}}", "column", "{zh} {en} {what}"]\n',
        encoding="utf-8",
    )
    say = Catalogue(str(tmp_path / "module.py"))
    near = say("near", what=ODD, n=1)
    assert (near.zh, near.en) == (f"近 {ODD.zh}，1.0", f"near {ODD.en!r}, 1.0")
    assert near == f"{near.zh} / {near.en}"
    assert say("column", what=ODD) == f"列 {{x}} column {ODD}"
    assert "column" in say
    assert "row" not in say
    for key, missing in (("row", "row"), ("near", "what")):
        with pytest.raises(KeyError, match=missing):
            say(key)


NAMED = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, errors.MatcherError)
]


@pytest.mark.parametrize("kind", NAMED)
def test_an_error_comes_whole_out_of_another_process(kind: type[errors.MatcherError]) -> None:
    back = pickle.loads(pickle.dumps(kind(Message("甲 / 乙", "a / b"))))
    assert (type(back), str(back)) == (kind, "甲 / 乙 / a / b")
    assert (back.message.zh, back.message.en) == ("甲 / 乙", "a / b")


def test_an_error_keeps_what_else_it_holds() -> None:
    back = pickle.loads(pickle.dumps(HeaderError(Message("甲", "a"), ["名称", ""])))
    assert (back.message.en, back.names) == ("a", ("名称",))


@cache
def sources() -> list[tuple[str, list[ast.AST]]]:
    """(file, nodes of its tree, from the root down) of all modules."""
    files = (*(ROOT / "matcher").rglob("*.py"), *(ROOT / "app").rglob("*.py"), ROOT / "app_streamlit.py")
    return [(file.relative_to(ROOT).as_posix(), nodes(file)) for file in files]


def literal(node: ast.AST) -> str | None:
    """The text of a string or an f-string without what it puts in; None for another expression."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def literals(tree: list[ast.AST]) -> Iterator[tuple[ast.expr, str]]:
    """(node, text) of every string, f-strings as one, but for docstrings and the help that Typer takes as one text."""
    excepted: set[ast.AST] = set()
    for node in tree:
        if isinstance(node, ast.keyword) and node.arg == "help":
            excepted.add(node.value)
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and isinstance(
            node.body[0], ast.Expr
        ):
            excepted.add(node.body[0].value)
        elif isinstance(node, ast.JoinedStr):
            excepted.update(part for part in node.values if isinstance(part, ast.Constant))
    for node in tree:
        if isinstance(node, ast.expr) and node not in excepted and (text := literal(node)) is not None:
            yield node, text


def is_of_re(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether a node is a call such as re.compile, whose first argument is a regular expression."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and bool(node.args)
    )


ROOMS = {
    file.parent.relative_to(ROOT).as_posix(): tomllib.loads(file.read_text("utf-8"))
    for room in ("matcher", "app")
    for file in sorted((ROOT / room).rglob("messages.toml"))
}


def room_of(file: str) -> str:
    return "app" if file.startswith("app") else file.rpartition("/")[0]


def asked(node: ast.AST) -> list[str]:
    """The keys that the first argument of `say` may be, {} for each part that is put in; none where a name stands."""
    if isinstance(node, ast.IfExp):
        return [*asked(node.body), *asked(node.orelse)]
    return [key] if (key := literal(node)) is not None else []


@cache
def answering(room: str, key: str) -> list[str]:
    """The keys of a room that a key with {} may be."""
    if "{}" not in key:
        return [key] if key in ROOMS[room] else []
    pattern = ".+".join(map(re.escape, key.split("{}")))
    return [known for known in ROOMS[room] if re.fullmatch(pattern, known)]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@cache
def said() -> list[tuple[str, ast.Call, list[str]]]:
    """(where, call, keys) of every call of `say`, also in templates."""
    return list(_said())


def _said() -> Iterator[tuple[str, ast.Call, list[str]]]:
    for file, tree in sources():
        for node in tree:
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "texts"):
                yield f"{file}:{node.lineno}", node, asked(node.args[0])
    for template in templates():
        for expression in re.findall(
            r"\{[{%] *(?:set \w+ = |if )?(.*?) *[%}]\}", template.read_text("utf-8")
        ):
            for call in re.findall(r"\bsay\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", expression):
                node = ast.parse(call.replace(" ~ ", " + ").replace("|length", ""), mode="eval").body
                assert isinstance(node, ast.Call)
                yield f"{room_with(template)}/{template.name}", node, asked(node.args[0])


def templates() -> list[Path]:
    """The page's pieces, and the pages of the reports."""
    return [ROOT / "app" / "pieces.html", *sorted((ROOT / "matcher" / "templates").glob("*.html"))]


def room_with(template: Path) -> str:
    """The room whose texts a template asks for: that of the module that names it; a part that asks for none has none."""
    if template.parent.name == "app":
        return "app"
    rooms = {
        room_of(file)
        for file, tree in sources()
        for node in tree
        if isinstance(node, ast.Constant) and node.value == template.name
    }
    return rooms.pop() if len(rooms) == 1 else ""


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_both_languages(room: str) -> None:
    for key, (chinese, english, *both) in ROOMS[room].items():
        alone = {(room, key, field) for field in fields(chinese) ^ fields(english)}
        assert alone == {each for each in IN_ONE_LANGUAGE if each[:2] == (room, key)}, key
        assert all(fields(text) <= fields(chinese) | fields(english) | {"zh", "en"} for text in both), key
        named = re.sub(r"\{.*?\}", "", chinese)
        assert HAN.search(named) or not re.search(r"[^\W\d_]", named) or (room, key) in ALIKE, key
        assert (chinese.strip() and english.strip()) or (room, key) in ALIKE, key
        assert not HAN.search(english) or (room, key) in NAMES_CHINESE, key


def test_every_text_that_is_asked_for_is_there_with_its_fields() -> None:
    """Where a key is put together, all texts it may be take the fields together; of the page's, one of them."""
    for where, call, keys in said():
        given = {str(keyword.arg) for keyword in call.keywords}
        known = [text for key in keys for text in answering(room_of(where), key)]
        needed = [fields("".join(ROOMS[room_of(where)][key])) - {"zh", "en"} for key in known]
        assert known or not keys, where
        if where.startswith("app") and any("{}" in key for key in keys):
            assert given in needed, where
        elif keys:
            assert given == set().union(*needed), (where, known)


def test_every_text_is_asked_for() -> None:
    """By a call, or, in the page, by a name that stands somewhere."""
    asked_for = {
        (room_of(where), known)
        for where, _, keys in said()
        for key in keys
        for known in answering(room_of(where), key)
    }
    by_name = {
        ("app", node.value)
        for file, tree in sources()
        if room_of(file) == "app"
        for node in tree
        if isinstance(node, ast.Constant)
    }
    never = {(room, key) for room, texts in ROOMS.items() for key in texts} - asked_for - by_name
    assert not never


def test_no_text_stands_in_a_template() -> None:
    """Names of fonts and remarks of the template's own are none."""
    for file in templates():
        shown = re.sub(
            r"\{% block style %\}.*?\{% endblock %\}|\{#.*?#\}", "", file.read_text("utf-8"), flags=re.S
        )
        texts = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|<title>.*?</title>|<[^>]*>", "", shown, flags=re.S)
        assert not re.search(r"[^\W\d_]{2}", texts), (file.name, re.findall(r"[^\W\d_]{2,}", texts))


# What shows a text as it is, which would be of one language if it stood there.
PRINTING = {"note", "note_each", "print", "print_row", "Text", "BadParameter", "echo", "prompt", "warn"}
# What a library shows of a thing that is described to it.
DESCRIBING = {"summary", "description", "label", "caption", "placeholder"}


def test_texts_stand_in_their_files_alone() -> None:
    names = {"Message", "note", "damaged"}
    for file, tree in sources():
        if file == "matcher/message.py":
            continue
        for node in tree:
            if isinstance(node, ast.Call):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                texts = [literal(part) or "" for argument in node.args for part in ast.walk(argument)]
                if name in names or name.endswith("Error"):
                    assert not any(map(HAN.search, texts)), f"{file}:{node.lineno}"
                own = [literal(keyword.value) or "" for keyword in node.keywords if keyword.arg in DESCRIBING]
                if name in PRINTING or name in {kind.__name__ for kind in NAMED}:
                    own += [literal(argument) or "" for argument in node.args]
                assert not any(re.search(r"[^\W\d_]{2}", text.replace("{}", "")) for text in own), (
                    f"{file}:{node.lineno}"
                )


def test_no_text_is_read_when_a_module_is_imported() -> None:
    for file, tree in sources():
        waiting = tree[:1]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                waiting += [*node.args.defaults, *getattr(node, "decorator_list", ())]
                continue
            assert not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say"), (
                f"{file}:{node.lineno}"
            )
            waiting += ast.iter_child_nodes(node)


def test_nothing_writes_both_languages_into_one_text_or_parts_them_again() -> None:
    for file, tree in sources():
        for node, text in literals(tree):
            assert text != " / " or file in PARTING, f"{file}:{node.lineno}"
            assert not (" / " in text and HAN.search(text)), f"{file}:{node.lineno}"


def test_no_chinese_text_stands_in_code() -> None:
    """But for regular expressions, and for what tests/cases/chinese_in_code.toml lists with its reason."""
    of_words = {file for files in CHINESE_IN_CODE["words"].values() for file in files}
    listed = {
        (file, text)
        for by_file in CHINESE_IN_CODE["texts"].values()
        for file, texts in by_file.items()
        for text in texts
    }
    seen = set()
    for file, tree in sources():
        if not file.startswith("matcher/"):
            continue
        patterns = {part for node in tree if is_of_re(node) for part in ast.walk(node.args[0])}
        for node, text in literals(tree):
            if HAN.search(text) and node not in patterns:
                seen |= {file, (file, text)}
                word = file in of_words and (WORD.fullmatch(text) or PATTERN.search(text))
                assert word or (file, text) in listed, f"{file}:{node.lineno}: {text!r}"
    assert of_words | listed <= seen, "listed, but no longer there"


@pytest.mark.parametrize(
    ("probability", "two_digits", "percentage"),
    [(1.0, ">0.99", ">99%"), (0.991, ">0.99", ">99%"), (0.99, "0.99", "99%"), (0.125, "0.12", "12%"), (0.01, "0.01", "1%"), (0.0, "<0.01", "<1%")],
)  # fmt: skip
def test_no_probability_is_told_as_certain(probability: float, two_digits: str, percentage: str) -> None:
    assert (chance(probability), percent(probability)) == (two_digits, percentage)

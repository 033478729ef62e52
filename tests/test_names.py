"""Names come from the field: words that say only that something was found, made or told are no names.

A name is read word by word, of snake_case as of CamelCase: variables, arguments, attributes, functions, classes and
modules of matcher/ and app/. Names that Python or a library gives are not ours, so only what is defined here counts.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.sources import ROOMS, ROOT, nodes, tree

# Each word that is no name, and what to say instead.
STOP: Mapping[str, str] = {
    "found": "what was found: hits, passages, rows, spans, match (of a pattern), findings, labels",
    "made": "what it is: calibration, report, page, chart, parts",
    "told": "what is read: notice, message, line, reason",
    "said": "what is read: messages, losses, clause, note",
    "given": "what came in: query, text, options, columns",
    "thing": "what it is: item, field, cell, row",
    "things": "what they are: items, fields, cells, rows",
    "others": "which: background, rest, neighbours, candidates",
    "whole": "whole what: full_text, total, row, document",
    "wholes": "whole what: full_texts, totals, documents",
    "facts": "which: features, evidence, details, numbers",
    "pool": "what it holds: executor, workers, candidates, batch",
}
# "whole" may stand before a noun (whole_words); it is no noun itself.
NOUNS = {"whole", "wholes"}

Place = tuple[str, int, str]


def defined(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of everything that a module defines, in no order."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case ast.ClassDef(name=name) | ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)):
                yield node.lineno, name
            case (
                ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name))
            ):
                yield node.lineno, name


def stopped(name: str) -> list[str]:
    """The words of a name that are no names."""
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())
    return [
        word for i, word in enumerate(words) if word in STOP and (word not in NOUNS or i == len(words) - 1)
    ]


def places(path: Path) -> list[Place]:
    """Where a module breaks the rule: its path, the line, and the name; line 1 for its own name."""
    module = path.relative_to(ROOT).as_posix()
    names = [(1, path.stem), *defined(tree(path))]
    return sorted((module, line, name) for line, name in names if stopped(name))


@pytest.mark.parametrize("name", ROOMS)
def test_names_are_of_the_field(name: str) -> None:
    lines = [
        f"{module}:{line}: {identifier} (say {'; '.join(STOP[word] for word in stopped(identifier))})"
        for path in ROOMS[name]
        for module, line, identifier in places(path)
    ]
    assert not lines, "these are no names:\n" + "\n".join(lines)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("found = []", ["found"]),
        ("for _found in rows: pass", ["_found"]),
        ("def f(others, *, made_with=()): pass", ["made_with", "others"]),
        ("class MadeWith: pass", ["MadeWith"]),
        ("self._told = 1", ["_told"]),
        ("import numpy as things", ["things"]),
        ("a = [b for found, b in rows if (given := b)]", ["found", "given"]),
        ("full_of_whole, whole_words, wholesale, nothing, foundation = row", ["full_of_whole"]),
        ("from concurrent.futures import ThreadPoolExecutor\nrow = pattern.found", []),
        ("match row:\n  case [said, *told]: pass", ["said", "told"]),
    ],
)
def test_what_counts_as_a_name(source: str, expected: list[str]) -> None:
    assert sorted(name for _, name in defined(ast.parse(source)) if stopped(name)) == sorted(expected)


def types(path: Path) -> Iterator[str]:
    """The classes and the aliases of types that a module defines, by name; classes within others too."""
    inside = [node for node in nodes(path) if isinstance(node, ast.ClassDef)]
    for node in [*inside, *tree(path).body]:
        match node:
            case (
                ast.ClassDef(name=name)
                | ast.Assign(targets=[ast.Name(id=name)])
                | ast.AnnAssign(target=ast.Name(id=name))
            ):
                if re.fullmatch("_?[A-Z][A-Za-z]*[a-z][A-Za-z]*", name):
                    yield name.lstrip("_")


def test_a_type_has_a_name_of_its_own() -> None:
    names = Counter(name for paths in ROOMS.values() for path in paths for name in set(types(path)))
    assert [name for name, count in names.items() if count > 1 and len(name) > 1] == []

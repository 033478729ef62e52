"""Imports point one way, heavy packages stay out of the way until they are needed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.sources import MATCHER, ROOMS, nodes, tree

ROOT = Path(__file__).parent.parent / "matcher"
# A module may import those on the lines above its own, never those below; several on a line do not meet.
LAYERS = [
    ["message"],
    ["types", "errors", "shipped", "arrays", "lookalikes", "numerals", "typed_json"],
    ["settings"],
    ["reliability", "databases"],
    ["locks", "progress"],
    ["files"],
    ["letter_spacing"],
    ["language"],
    ["segment"],
    ["screen"],
    ["pages"],
    ["matching.mentions"],
    ["readers.blocks", "readers.bounded", "readers.encoding", "readers.source"],
    ["readers.fields"],
    ["readers.formats", "readers.pdf", "readers.sheet.delimited"],
    ["readers.sheet"],
    ["readers.document"],
    ["readers.form"],
    ["readers.table"],
    ["readers", "embeddings", "shingles"],
    ["sheet", "credentials"],
    ["filled_report"],
    ["guide.vocabulary", "guide.text.marks"],
    ["guide.text.blocks"],
    ["guide.offices.contacts"],
    ["guide.prior", "guide.regression"],
    ["guide.offices", "guide.lists.counting"],
    ["guide.text", "guide.lists"],
    ["guide.checks"],
    ["guide.tables", "embeddings.static"],
    ["guide.tagger"],
    ["guide", "index", "embeddings.transformer", "embeddings.onnx"],
    ["embeddings.module"],
    ["index.corpus", "index.lexical", "index.words", "index.background"],
    ["index.folder", "matching.rank"],
    ["matching.calibration"],
    ["matching.cues", "matching.text"],
    ["matching.denial"],
    ["matching.content", "matching.density"],
    ["matching.disavowal", "matching.suspect", "matching.scored", "matching.swapped", "matching.within"],
    ["matching.caution", "matching.scoring"],
    ["matching.agreement", "matching.decide", "matching.explain", "matching.trial", "matching"],
    ["engine"],
    ["rules", "labelled"],
    ["archive.rows", "archive.nearest", "archive.failures"],
    ["archive.contract"],
    ["archive.milvus"],
    ["evaluate", "report", "archive"],
    ["fit"],
    ["calibrate"],
    ["triage"],
    ["duplicates"],
    ["season"],
    ["scale"],
    ["library"],
    ["service"],
    ["cli"],
    ["__main__"],
]
LEVEL = {f"matcher.{name}": level for level, names in enumerate(LAYERS) for name in names}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer(module: str) -> int:
    """The level of a module; a part of a package stands with its package unless it has its own line."""
    while module not in LEVEL:
        module, _, rest = module.rpartition(".")
        assert rest, "every module of matcher has a place in LAYERS"
    return LEVEL[module]


@cache
def _is_module(name: str) -> bool:
    """Whether a name of matcher is a module or package; each is imported by many."""
    place = ROOT.parent / Path(*name.split("."))
    return place.with_suffix(".py").exists() or place.is_dir()


@cache
def imported(path: Path, *, lazy: bool) -> set[str]:
    """The modules that `path` imports; without `lazy` only those at import time."""
    found: set[str] = set()
    for node in nodes(path) if lazy else tree(path).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.add(full if full.startswith("matcher.") and _is_module(full) else node.module)
    return found


@pytest.mark.parametrize("room", MATCHER)
def test_arrows_point_one_way(room: str) -> None:
    wrong = []
    for path in set(MATCHER[room]) - {ROOT / "__init__.py"}:
        name = module_name(path)
        package = name.rpartition(".")[0] if path.name != "__init__.py" else name
        for other in imported(path, lazy=True) - {name}:
            same_package = package != "matcher" and f"{other}.".startswith(f"{package}.")
            if other.startswith("matcher.") and not (same_package or layer(other) < layer(name)):
                wrong.append(f"{name} must not import {other}")
    assert not wrong, "\n".join(wrong)


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Inside packages too, and however many modules lie between."""
    paths = {module_name(path): path for paths in MATCHER.values() for path in paths}
    assert circles({name: imported(path, lazy=True) - _for_types(path) for name, path in paths.items()}) == {}


def circles(needed: dict[str, set[str]]) -> dict[str, set[str]]:
    """What is left once modules are taken out that import none of the rest, or that none of the rest imports."""
    needed = {name: (others & needed.keys()) - {name} for name, others in needed.items()}
    while free := {name for name, others in needed.items() if not others} or (
        needed.keys() - set().union(*needed.values())
    ):
        needed = {name: others - free for name, others in needed.items() if name not in free}
    return needed


def test_a_circle_is_what_is_left() -> None:
    arrows = {"a": {"b"}, "b": {"c", "d"}, "c": {"e"}, "e": {"b", "numpy"}, "d": set[str]()}
    assert circles(arrows) == {"b": {"c"}, "c": {"e"}, "e": {"b"}}
    assert circles({"a": {"b", "a"}, "b": {"numpy"}}) == {}


def _for_types(path: Path) -> set[str]:
    """What a module imports for type checkers alone."""
    return {
        f"{node.module}"
        for block in nodes(path)
        if isinstance(block, ast.If) and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for node in ast.walk(block)
        if isinstance(node, ast.ImportFrom)
    }


def test_every_layer_is_a_module() -> None:
    known = {module_name(path) for paths in MATCHER.values() for path in paths}
    assert LEVEL.keys() - known == set()


# What a package holds beside its exports, with the reason.
BESIDE_EXPORTS = {
    # The library loads its modules when the first of its names is asked for.
    "matcher": ["FunctionDef __getattr__", "If TYPE_CHECKING"],
}


def test_packages_hold_nothing_but_exports() -> None:
    beside = {}
    for path in (path for paths in MATCHER.values() for path in paths if path.name == "__init__.py"):
        others = [
            f"{type(node).__name__} {getattr(node, 'name', None) or ast.unparse(getattr(node, 'test', node))}"
            for node in tree(path).body
            if not isinstance(node, ast.Import | ast.ImportFrom)
            and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
            and not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
        ]
        if others:
            beside[module_name(path)] = sorted(others)
    assert beside == BESIDE_EXPORTS


def test_the_program_does_not_know_its_page() -> None:
    modules = [path for paths in MATCHER.values() for path in paths]
    assert [p for p in modules if any(m.split(".")[0] == "streamlit" for m in imported(p, lazy=True))] == []


def test_matching_loads_neither_torch_nor_the_readers_of_other_formats() -> None:
    """The command line answers fast because what it does not need is not there."""
    code = (
        "import sys; from matcher.cli.answers import _form; from matcher.engine import Engine;"
        "Engine.open().match(_form('创新券', None).proposal('a'));"
        "print([m for m in ('torch', 'sentence_transformers', 'sklearn', 'scipy', 'pandas', 'docx', 'openpyxl',"
        " 'pdfplumber', 'lxml.html', 'streamlit', 'jieba', 'matcher.readers.batch', 'matcher.readers.table.header') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_importing_does_no_work() -> None:
    code = "import sys, matcher.cli.commands; print([m for m in ('numpy', 'faiss', 'tokenizers', 'rich.table') if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def functions(path: Path) -> list[tuple[str, int]]:
    """The functions of a module with their lengths in lines."""
    return [
        (node.name, (node.end_lineno or 0) - node.lineno + 1)
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_modules_and_functions_stay_small(room: str) -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in ROOMS[room]}
    assert [(path.name, length) for path, length in lengths.items() if length > 300] == []
    long = [(p.name, name, length) for p in ROOMS[room] for name, length in functions(p) if length > 40]
    assert long == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_group_is_taken_whole(room: str) -> None:
    """Python before 3.11.5 loses its place in `(…)*+` and `(?>…)` whose inside fails half-way; (?=(?P<x>…))(?P=x) does not."""
    taken = re.compile(r"(?<!\\)\)(?:[*+?]|\{[\d,]+\})\+|\(\?>")
    texts = (n.value for path in ROOMS[room] for n in nodes(path) if isinstance(n, ast.Constant))
    assert [text for text in texts if isinstance(text, str) and taken.search(text)] == []

"""Imports point one way, heavy packages stay out of the way until they are needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "matcher"
# A module may import those on the lines above its own, never those below; several on a line do not meet.
LAYERS = [
    ["message"],
    ["types", "errors", "shipped", "arrays", "lookalikes", "numerals", "typed_json"],
    ["settings"],
    ["reliability", "databases"],
    ["locks", "extras"],
    ["files", "word_breaks"],
    ["letter_spacing"],
    ["segment"],
    ["sheet", "screen", "pages", "longtext", "accounts"],
    ["matching.places"],
    ["readers", "embeddings", "shingles"],
    ["guide", "index", "embeddings.static", "embeddings.transformer", "embeddings.onnx"],
    ["embeddings.module"],
    ["proposals", "index.dense", "index.lexical", "index.words", "index.elsewhere"],
    ["index.folder", "matching.rank"],
    ["matching.calibration"],
    ["matching.cues"],
    ["matching.denial", "matching.references"],
    ["matching.content", "matching.density"],
    ["matching.suspect", "matching.fast"],
    ["matching.scoring", "matching.caution"],
    ["matching.agreement", "matching.decide", "matching.explain", "matching.trial", "matching"],
    ["engine"],
    ["rules", "triage.names", "duplicates.names", "perturb"],
    ["archive.rows", "archive.nearest"],
    ["archive.contract"],
    ["archive.milvus"],
    ["evaluate", "report", "archive"],
    ["report_quality"],
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
MODULES = sorted(p for p in ROOT.rglob("*.py") if p != ROOT / "__init__.py")


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
def imported(path: Path, *, lazy: bool) -> set[str]:
    """The modules that `path` imports; without `lazy` only those at import time."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if lazy else iter(tree.body)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                own = full.startswith("matcher.") and (
                    (ROOT.parent / Path(*full.split("."))).with_suffix(".py").exists()
                    or (ROOT.parent / Path(*full.split("."))).is_dir()
                )
                found.add(full if own else node.module)
    return found


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_arrows_point_one_way(path: Path) -> None:
    name = module_name(path)
    package = name.rpartition(".")[0] if path.name != "__init__.py" else name
    for other in imported(path, lazy=True):
        if not other.startswith("matcher.") or other == name:
            continue
        same_package = package != "matcher" and other.startswith(package)
        lazy_loader = name == "matcher.embeddings" and other.startswith("matcher.embeddings.")
        assert lazy_loader or same_package or layer(other) < layer(name), f"{name} must not import {other}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_the_program_does_not_know_its_page(path: Path) -> None:
    assert not any(other.split(".")[0] == "streamlit" for other in imported(path, lazy=True))


def test_matching_loads_neither_torch_nor_the_readers_of_other_formats() -> None:
    """The command line answers fast because what it does not need is not there."""
    code = (
        "import sys; from matcher.engine import Engine; from matcher.types import Proposal;"
        "Engine.open().match(Proposal('a', '', '创新券'));"
        "print([m for m in ('torch', 'sentence_transformers', 'sklearn', 'scipy', 'pandas', 'docx', 'openpyxl',"
        " 'pdfplumber', 'lxml.html', 'streamlit', 'jieba') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_importing_does_no_work() -> None:
    code = "import sys, matcher.cli; print([m for m in ('numpy', 'faiss', 'tokenizers', 'rich.table') if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def functions(path: Path) -> list[tuple[str, int]]:
    """The functions of a module with their lengths in lines."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [
        (node.name, (node.end_lineno or 0) - node.lineno + 1)
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


@pytest.mark.parametrize(
    "path",
    [*MODULES, *sorted((ROOT.parent / "app").glob("*.py"))],
    ids=lambda path: f"{path.parent.name}.{path.stem}",
)
def test_modules_and_functions_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    assert [(name, length) for name, length in functions(path) if length > 40] == []

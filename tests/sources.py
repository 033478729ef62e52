"""The modules of matcher/ and app/ by room, each parsed once a process: for tests that read the code."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent


def room(module: str) -> str:
    """The package of matcher that a module lies in, else matcher or app."""
    parts = module.split("/")
    return "/".join(parts[:2]) if parts[0] == "matcher" and len(parts) > 2 else parts[0]


def rooms() -> dict[str, list[Path]]:
    """The modules of each room, sorted."""
    modules: dict[str, list[Path]] = {}
    for top in ("matcher", "app"):
        for path in sorted((ROOT / top).rglob("*.py")):
            modules.setdefault(room(path.relative_to(ROOT).as_posix()), []).append(path)
    return modules


ROOMS = rooms()
MATCHER = {name: paths for name, paths in ROOMS.items() if name != "app"}


@cache
def tree(path: Path) -> ast.Module:
    """A module as Python reads it."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> list[ast.AST]:
    """All nodes of a module, from the root down: to walk through a tree takes longer than to parse it."""
    return list(ast.walk(tree(path)))

"""Whether the tests would tell a change of what decides: mutants of five modules, each tried against their own tests.

    python -m tests.mutants [MODULE …]

Run on a copy of the tree in a temporary folder; a minute or two per module. mutmut (Hovmöller) changes one operator,
number, string or argument within a function at a time, and runs the tests that call the function; pyproject.toml says
which modules and tests. What no test tells is shown with the change that lived, unless
tests/cases/equivalent_mutants.toml says why no test could. Exits with 1 where a module is below LEAST killed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
EQUIVALENT: dict[str, dict[str, list[str]]] = tomllib.loads(
    (ROOT / "tests/cases/equivalent_mutants.toml").read_text("utf-8")
)
# The share of all mutants of a module, equivalent ones too, that tests must kill.
LEAST = 0.85
# A mutant that makes a loop without an end is told by the clock.
KILLED = ("killed", "timeout")
_RESULT = re.compile(r"^ +(?P<module>\S+)\.(?P<mutant>[^.\s]+): (?P<status>.+)$", re.M)


def mutmut(tree: Path, *arguments: str) -> str:
    """What a command of mutmut prints, run in the copy; its own words on the way to an error."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("mutmut")), *arguments],
        cwd=tree, env={**os.environ, "PYTHONPATH": ""}, text=True, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"mutmut {' '.join(arguments)}:\n{done.stdout[-4000:]}\n{done.stderr}")
    return done.stdout


def change(tree: Path, mutant: str) -> str:
    """The lines that a mutant puts in the place of others, as one."""
    lines = mutmut(tree, "show", mutant).splitlines()
    return " ".join(" ".join(line[1:].split()) for line in lines if re.match(r"\+(?!\+\+)", line))


def main(modules: list[str]) -> int:
    """Try the mutants of the named modules, or of all; 1 if too many live in one."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        shutil.copy(ROOT / "pyproject.toml", tree)
        for name in ("matcher", "data", "tests", "training"):
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        mutmut(tree, "run", "--max-children", "1", *(f"{module}.*" for module in modules))
        found = [m.groups() for m in _RESULT.finditer(mutmut(tree, "results", "--all", "true"))]
        below = False
        for module in modules or sorted({module for module, _, _ in found}):
            tried = {mutant: status for name, mutant, status in found if name == module}
            known = {line for lines in EQUIVALENT.get(module, {}).values() for line in lines}
            alive = {m: change(tree, f"{module}.{m}") for m, status in tried.items() if status not in KILLED}
            killed = len(tried) - len(alive)
            below |= killed < LEAST * len(tried)
            print(f"{module}: {killed} of {len(tried)} killed, {killed / len(tried):.1%};"
                  f" {sum(line in known for line in alive.values())} of the others are equivalent")  # fmt: skip
            for mutant, line in alive.items():
                if line not in known:
                    print(f"  {mutant}: {line}")
    return int(below)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The documentation is true: commands, files, links, and the output that the README shows."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from typer.main import get_command

from matcher.cli.commands import app
from tests.commands import Command, apart, standing

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted((ROOT / "docs").glob("*.md"))
TARGETS = set(re.findall(r"^([a-z][\w-]*):(?! *=)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
PLACES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES]


@cache
def program() -> Any:
    """The command line as Click has it, which to build of Typer's takes a while."""
    return get_command(app)


def test_every_command_is_documented() -> None:
    command, commands = program(), (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for name in command.commands:
        assert f"`matcher {name}" in commands, name


def callbacks(command: Any) -> Iterator[Any]:
    """The functions of a command and of all below it."""
    below: Mapping[str, Any] = getattr(command, "commands", {})
    yield from [function for each in below.values() for function in callbacks(each)] or [command.callback]


def test_what_a_command_is_for_stands_in_its_message_alone() -> None:
    """Of --help the docstring gives the examples; a sentence before them would be shown to nobody."""
    shown = list(callbacks(program()))
    assert len(shown) > 30
    assert [function.__name__ for function in shown if not function.__doc__.startswith("Example:  ")] == []


def spans(text: str) -> list[str]:
    """What stands in a document as code: spans, and the lines of blocks without their remarks."""
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.S)
    lines = [line.partition("  #")[0] for block in blocks for line in block.splitlines()]
    return lines + re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.S))


def wrong_words(span: str) -> Iterator[str]:
    """What of the commands in a span of code is no command, option, module or target; of `list\\|add` each is looked up."""
    for words in re.findall(r"(?:^|[|&] )matcher((?: (?:\\\||[^\s|&;])+)+)", span):
        command, options = program(), {"--help", "-h"}
        for word in words.split():
            options |= {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
            below: Mapping[str, Any] = getattr(command, "commands", {})
            if word.startswith("-") and len(word) > 1:
                yield from {word.partition("=")[0]} - options
            elif below and not word.isupper():
                unknown = set(word.split("\\|")) - below.keys()
                yield from unknown
                if unknown:
                    break
                command = below.get(word, command)
    for module in re.findall(r"python -m ([\w.]+)", span):
        path = ROOT.joinpath(*module.split("."))
        if not (path.with_suffix(".py").exists() or (path / "__main__.py").exists()):
            yield module
    yield from set(re.findall(r"(?:^|\s)make ([a-z][\w-]*)", span)) - TARGETS


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_every_command_and_option_is_one(place: Path) -> None:
    text = place.read_text(encoding="utf-8")
    assert [(span, word) for span in spans(text) for word in wrong_words(span)] == []


@pytest.mark.parametrize(
    ("span", "wrong"),
    [
        ("matcher match x.docx --fast", []),
        ("matcher match --faster", ["--faster"]),
        ("cat x | matcher archive put y", ["put"]),
        ("matcher token add\\|drop FILE", ["drop"]),
        ("python -m tests.nothing; make nothing", ["tests.nothing", "nothing"]),
    ],
)
def test_what_is_no_command_is_named(span: str, wrong: list[str]) -> None:
    assert list(wrong_words(span)) == wrong


@pytest.mark.parametrize("page", ["quality", "speed"])
def test_figures_name_the_command_that_gave_them(page: str) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    command = re.compile(r"`(?:matcher|make|python -m) [^`\n]+`")
    parts = re.split(r"^(?=##)", text, flags=re.M)
    assert [part.splitlines()[0] for part in parts if "\n|" in part and not command.search(part)] == []


def test_the_demo_prints_what_the_readme_shows() -> None:
    shown = re.search(r"^示例2.*?(?=^```)", README, re.M | re.S)
    ran = standing().run(Command(["demo"], env={"COLUMNS": "120"}))
    assert shown
    assert ran.status == 0
    printed = re.search(r"^示例2.*?(?=^\S+-English)", ran.out.decode("utf-8"), re.M | re.S)
    assert printed
    (words, numbers), (stored, stored_numbers) = apart(printed[0]), apart(shown[0])
    assert words == stored
    assert numbers == pytest.approx(stored_numbers, abs=0.03)


def test_the_unit_of_systemd_is_sound() -> None:
    if (analyze := which("systemd-analyze")) is None:
        pytest.skip("there is no systemd-analyze here")
    unit = ROOT / "deploy" / "matcher.service"
    answer = subprocess.run([analyze, "verify", unit], capture_output=True, text=True, check=False)
    # The program itself is not in /opt/matcher here.
    problems = [
        line
        for line in answer.stderr.splitlines()
        if "matcher.service" in line and "not executable" not in line
    ]
    assert problems == []


def test_every_make_target_is_documented() -> None:
    documented = README + (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
    assert len(TARGETS) > 15
    for target in TARGETS:
        assert re.search(rf"make {target}(?![\w-])", documented), target


def test_every_module_stands_once_in_the_reading_order() -> None:
    """A name alone is of the room whose `__init__.py` stands before it in the row."""
    order = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = []
    for row in re.findall(r"^\| `.*$", order, re.M):
        room = Path()
        for path in map(Path, re.findall(r"`([\w./]+\.py)`", row)):
            named.append(path if path.parts[0] in ("matcher", "app", "app_streamlit.py") else room / path)
            room = path.parent if path.name == "__init__.py" else room
    modules = [path.relative_to(ROOT) for top in ("matcher", "app") for path in (ROOT / top).rglob("*.py")]
    assert sorted(named) == sorted([*modules, Path("app_streamlit.py")])


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_links_and_paths_lead_somewhere(place: Path) -> None:
    text = place.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (place.parent / link).exists(), link
    for path in re.findall(r"`((?:matcher|data|training|tests|deploy|app)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path


def test_the_pages_build_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    assert not re.search(
        r'(?:src|href)="https?://(?!squidfunk|www\.mkdocs)', (tmp_path / "index.html").read_text("utf-8")
    )


def test_the_changelog_names_the_version() -> None:
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    assert version
    assert version[1] in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_direct_dependency_is_pinned() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = set(re.findall(r'^\s*"([\w-]+)>=', project, re.M)) | set(re.findall(r'"([\w-]+)>=', project))
    pinned = re.findall(r"^([\w-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.M)
    names = {p.lower().replace("_", "-") for p in pinned}
    # What builds the wheel comes with pip, which is pinned for its speed (Makefile).
    assert {w.lower().replace("_", "-") for w in wanted} - {"hatchling"} | {"pip"} == names

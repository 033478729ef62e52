"""Every command through a table of faults: one plain line or an answer, never a traceback, a hang or a lost file."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from matcher import shipped
from tests.commands import Command, Ran, standing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks, pipes and devices of POSIX")

ESCAPE = "\x1b]0;owned\x07\x1b[31m\x9b2J"
ROW = {
    "id": f"甲{ESCAPE}",
    "title": f"创新券{ESCAPE}",
    "abstract": "评估创新券政策对小企业研发的效果",
    "relevant": {"2-12": 2},
}


LONGEST = 30.0  # seconds of a command
KINDS = ("directory", "garbage", "empty", "nul", "deep", "numbers", f"e{ESCAPE}", "pipe", "endless")
NOWHERE = ("missing", "n" * 300)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sound inputs and of faulty ones, each of which stands for a kind."""
    place = tmp_path_factory.mktemp("faults")
    (place / "sound.jsonl").write_text(json.dumps(ROW) + "\n" + json.dumps({**ROW, "id": "乙\x00"}) + "\n")
    for suffix in ("jsonl", "xlsx", "docx", "toml"):
        written = {
            "garbage": bytes(range(256)) * 20, "empty": b"", "nul": b"\x00" * 3000, "deep": b"[" * 100_000,
            "numbers": b'{"id": 1e999, "title": NaN, "abstract": ' + b"9" * 5000 + b"}\n", f"e{ESCAPE}": b"{\n",
        }  # fmt: skip
        for kind, content in written.items():
            (place / f"{kind}.{suffix}").write_bytes(content)
        (place / f"directory.{suffix}").mkdir()
        os.mkfifo(place / f"pipe.{suffix}")
        (place / f"endless.{suffix}").symlink_to("/dev/zero")
    for name, content in (("a-garbage", b"no database" * 500), ("a-empty", b"")):
        (place / name).mkdir()
        (place / name / "archive.sqlite").write_bytes(content)
    (place / "a-folder" / "archive.sqlite").mkdir(parents=True)
    (place / "a-foreign").mkdir()
    other = sqlite3.connect(place / "a-foreign" / "archive.sqlite")
    other.execute("CREATE TABLE about (x)")
    other.close()
    (place / "taken.jsonl").write_text("mine")
    (place / "link.jsonl").symlink_to(place / "taken.jsonl")
    return place


def commands(place: Path, tmp_path: Path) -> Iterator[Command]:
    """Every command with every faulty input, archive, output and option."""
    sound, out = str(place / "sound.jsonl"), str(tmp_path / "out")
    triage = ["triage", sound, "--fast", "--force", "--out", f"{out}.csv"]
    for kind in (*KINDS, *NOWHERE):
        rows, sheet, form, rules = (str(place / f"{kind}.{s}") for s in ("jsonl", "xlsx", "docx", "toml"))
        yield Command(["guide", "--json", form])
        yield Command(["match", "--fast", "--file", form])
        yield Command(["match", "--fast", "--in", sheet, "--json"])
        yield Command(["triage", rows, *triage[2:]])
        yield Command([*triage, "--rules", rules])
        yield Command(["evaluate", rows, "--fast"])
        yield Command(["calibrate", rows, "--fast"])
        yield Command(["learn", sheet])
        yield Command(["duplicates", rows])
        yield Command(["duplicates", sound, "--rethreshold", rows])
        yield Command(["archive", "add", f"{out}-archive", rows])
        yield Command(["match", "x", "--encoder", rows])
    for name in ("a-garbage", "a-empty", "a-folder", "a-foreign", "missing", ESCAPE):
        archive = str(place / name)
        for verb in ("list", "verify", "rebuild"):
            yield Command(["archive", verb, archive])
        yield Command(["archive", "remove", archive, ESCAPE])
        yield Command(["archive", "add", archive if name.startswith("a-") else out, sound])
        yield Command(["duplicates", sound, "--archive", archive])
        yield Command([*triage, "--archive", archive])
    for target in ("sound", "taken", "link", "directory", "pipe", "none/x", "n" * 300):
        for args in (["match", "--fast", "--in", sound], ["triage", "--fast", sound], ["duplicates", sound]):
            yield Command([*args, "--out", str(place / f"{target}.jsonl")])
    for option in ("--column", "--header-row", "--encoder", "-k", ESCAPE):
        yield Command(["match", "--fast", "--in", sound, option, ESCAPE])
    yield Command([ESCAPE])
    yield Command(["match", "--fast"], stdin=None)
    yield Command(["match", "--fast", "-"], "创新券\x00\x1b[31m\ud800".encode("utf-8", "surrogatepass"))
    yield Command(["match", "--fast", "--in", sound])
    yield Command(["duplicates", sound, "--threshold", "0"])


def full(tmp_path: Path) -> Iterator[Command]:
    """Commands whose own folders are files, and commands with no room to write."""
    file = tmp_path / "file"
    file.write_text("")
    demo = str(shipped.data_file("demo.jsonl"))
    for variable in ("MATCHER_DATA", "MATCHER_CACHE"):
        yield Command(["match", "创新券", "--fast"], env={variable: str(file)})
    for args in (
        ["match", "--fast", "--in", demo, "--out", str(tmp_path / "f.jsonl")],
        *(
            ["triage", demo, "--fast", "--out", str(tmp_path / f"f.{s}")]
            for s in ("csv", "html", "jsonl", "xlsx")
        ),
        ["guide", str(shipped.default_guide()), "--out", str(tmp_path / "f.xlsx")],
        ["duplicates", demo, "--threshold", "0", "--out", str(tmp_path / "f.html")],
        ["archive", "add", str(tmp_path / "full"), demo],
        ["season", "new", str(tmp_path / "full.season"), "--guide", str(shipped.default_guide())],
    ):
        yield Command(args, largest=512)


def check(command: Command, ran: Ran) -> None:
    said = f"{command.args}\n{ran.out.decode(errors='replace')[-2000:]}\n{ran.err.decode(errors='replace')[-3000:]}"
    assert ran.status in ((0, 1, 2) if command.largest is None else (1,)), f"{ran.status} {said}"
    assert b"Traceback" not in ran.err + ran.out, said
    assert command.largest is None or b"standard output" not in ran.err, said  # what is full is named
    assert ran.seconds < LONGEST, said
    for stream in (ran.out, ran.err):
        shown = stream.decode("utf-8")
        assert not [c for c in shown if ord(c) < 32 and c not in "\n\t"], said
        assert not [c for c in shown if 0x7F <= ord(c) < 0xA0], said
    if ran.status == 1 and command.args[:2] != ["archive", "verify"]:
        assert " / " in ran.err.decode("utf-8").splitlines()[-1], said


def digests(place: Path) -> dict[str, str]:
    files = [
        p
        for p in place.rglob("*")
        if p.is_file() and not p.is_symlink() and not p.name.endswith(("-wal", "-shm"))
    ]
    return {
        str(p.relative_to(place)): sha256(p.read_bytes()).hexdigest()
        for p in files
        if "a-empty" not in p.parts
    }


def walk(place: Path, tmp_path: Path, every: int = 1, first: int = 0) -> int:
    """How many commands were tried: every so manieth of the table, checked with what they leave behind."""
    table = [*commands(place, tmp_path), *full(tmp_path)][first::every]
    before = digests(place)
    for command in table:
        check(command, standing().run(command))
    assert {name: digest for name, digest in digests(place).items() if name in before} == before
    assert [*tmp_path.rglob(".matcher-*"), *place.rglob(".matcher-*"), *tmp_path.glob("full.season*")] == []
    return len(table)


def test_commands_through_some_of_the_faults(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them: MATCHER_FAULTS=1, as `make bench-hostile` sets it."""
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path / "data"))
    every = int(os.environ.get("MATCHER_FAULTS", "12"))
    assert walk(place, tmp_path, every) > 200 // every

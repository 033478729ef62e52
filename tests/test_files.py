"""The one way to write a file: what it refuses, what it keeps, and what is left after a kill."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher import files
from matcher.cli import options
from matcher.errors import OutputError
from matcher.locks import locked
from matcher.triage.decisions import read_decisions
from tests.at_work import at_once, keep_decisions

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and signals of POSIX")


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    file = tmp_path / "in.jsonl"
    file.write_text("mine")
    return file


def refusal(out: Path, *inputs: Path, force: bool = False) -> str:
    with pytest.raises(OutputError) as error:
        files.check_output(out, (".jsonl", ".html"), inputs, force=force)
    message = str(error.value)
    assert "\n" not in message
    assert " / " in message
    return message


def test_a_file_put_in_the_place_of_the_locked_one_is_not_taken(tmp_path: Path) -> None:
    """Another process that starts to write here would sweep it away, for nobody holds it."""
    target = tmp_path / "a.jsonl"
    target.write_text("old")
    (tmp_path / "new").write_text("new")
    with pytest.raises(AssertionError, match="another file"), files.replacing_file(target) as part:
        (tmp_path / "new").replace(part)
    assert target.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.jsonl"]


def test_what_may_not_be_written_is_refused_before_the_work(batch: Path, tmp_path: Path) -> None:
    assert "Cannot write .:" in refusal(Path())
    link, hard = tmp_path / "link.jsonl", tmp_path / "hard.jsonl"
    link.symlink_to(batch)
    os.link(batch, hard)
    (tmp_path / "folder.html").mkdir()
    os.mkfifo(tmp_path / "pipe.html")
    other = tmp_path / "other.html"
    other.write_text("yours")
    for force in (False, True):
        for own in (batch, hard, tmp_path / "." / "in.jsonl"):
            assert "is an input" in refusal(own, batch, force=force)
        assert "is an input" in refusal(other, tmp_path, force=force), "a file in a folder that is read"
        assert "symbolic link" in refusal(link, force=force)
        assert "a folder" in refusal(tmp_path / "folder.html", force=force)
        assert "a device or a pipe" in refusal(tmp_path / "pipe.html", force=force)
        assert "one of .jsonl .html" in refusal(tmp_path / "a.xlsx", force=force)
        assert "No folder" in refusal(tmp_path / "none" / "a.html", force=force)
    assert "add --force" in refusal(other, batch)
    other.chmod(0o444)
    for force in (False, True):
        assert "write-protected" in refusal(other, batch, force=force)
    other.chmod(0o644)
    files.check_output(other, (".html",), [batch, None, tmp_path / "none"], force=True)
    files.check_output(tmp_path / "new.html", (".html",), [tmp_path], force=False)
    assert batch.read_text() == "mine"
    assert other.read_text() == "yours"


@posix
@pytest.mark.parametrize(
    ("umask", "before", "after"),
    [(0o077, None, 0o600), (0o022, None, 0o644), (0o022, 0o600, 0o600), (0o077, 0o664, 0o664)],
)
def test_the_mode_is_that_of_the_file_or_of_the_umask(
    tmp_path: Path, umask: int, before: int | None, after: int
) -> None:
    file = tmp_path / "out"
    if before is not None:
        file.write_text("old")
        file.chmod(before)
    old = os.umask(umask)
    try:
        with files.replacing(file) as stream:
            stream.write("new\n")
    finally:
        os.umask(old)
    assert file.read_text() == "new\n"
    assert stat.S_IMODE(file.stat().st_mode) == after


def test_an_error_keeps_the_old_file_and_leaves_nothing(batch: Path, tmp_path: Path) -> None:
    def broken() -> Iterator[str]:
        yield "half"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), files.replacing(batch) as stream:
        stream.writelines(broken())
    assert batch.read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["in.jsonl"]


def test_a_link_is_never_followed(batch: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(batch)
    with pytest.raises(OutputError, match="symbolic link"), files.replacing(tmp_path / "link"):
        pass
    with pytest.raises(OutputError, match="device"), files.replacing(Path(os.devnull)):
        pass


HOLDING = """
import sys, pathlib
from matcher import files
folder = pathlib.Path(sys.argv[1])
with files.replacing(folder / "out") as stream, files.temporary_folder(folder) as place:
    (place / "secret").write_text("text of a proposal")
    print("here", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process in the midst of writing into the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"here\n"
    yield process
    process.kill()
    process.communicate()


def write_something(folder: Path) -> None:
    with files.replacing(folder / "other") as stream, files.temporary_folder(folder):
        stream.write("x")


def test_what_a_kill_leaves_is_gone_after_the_next_run(
    holder: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    (tmp_path / ".matcher-temporary-notes").mkdir()  # somebody's own
    before = sorted(tmp_path.iterdir())
    assert len(before) == 3
    write_something(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([*before, tmp_path / "other"]), (
        "a living process keeps its files"
    )
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    write_something(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".matcher-temporary-notes", "other"]


STREAMED = """
import os, sys, tempfile
from openpyxl import Workbook
from matcher import files
files.gather_temporary_files()
place = tempfile.gettempdir()
files.gather_temporary_files()  # another command in the same process
assert tempfile.gettempdir() == place
sheet = Workbook(write_only=True).create_sheet()
sheet.append(["of a proposal"])
os.kill(os.getpid(), 9) if sys.argv[1:] else sys.exit()
"""


@posix
@pytest.mark.parametrize("killed", [[], ["yes"]])
def test_no_sheet_of_a_library_outlives_a_kill_by_more_than_the_next_run(
    tmp_path: Path, killed: list[str]
) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", STREAMED, *killed], env=environment, check=False)
    assert ran.returncode == (-9 if killed else 0)
    assert [file for file in tmp_path.rglob("openpyxl.*") if file.parent == tmp_path] == []
    with files.temporary_folder(tmp_path):
        assert list(tmp_path.rglob("openpyxl.*")) == []
    assert list(tmp_path.iterdir()) == []


def test_what_an_earlier_run_left_is_told_by_ordinary_files_alone(tmp_path: Path) -> None:
    for name in ("0001-a.txt", "0002-b.txt", "note.txt"):
        (tmp_path / name).write_text("earlier")
    (tmp_path / "2025-letters").mkdir()
    (tmp_path / "2026-gone").symlink_to(tmp_path / "nowhere")
    with options.leftovers(tmp_path, None) as left, files.replacing(tmp_path / "0002-b.txt") as stream:
        stream.write("now")
    assert left == ["0001-a.txt"]


def test_a_new_folder_may_lie_in_an_archive_and_not_in_a_batch(tmp_path: Path) -> None:
    for name in ("batch", "archive"):
        (tmp_path / name).mkdir()
    inputs, archive = [tmp_path / "batch"], tmp_path / "archive"
    files.check_output_folder(archive / "new", inputs, force=False, archive=archive)
    for folder in (tmp_path / "batch" / "new", tmp_path, archive):
        with pytest.raises(OutputError, match="holds inputs"):
            files.check_output_folder(folder, inputs, force=True, archive=archive)


def test_a_folder_that_cannot_be_written_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    monkeypatch.setattr(os, "access", lambda folder, _: Path(folder).name != "closed")
    files.check_output(tmp_path / "a.csv", (".csv",), [], force=False)
    files.check_output_folder(tmp_path / "new" / "letters", [], force=False)
    told = "No file can be written in the folder .*closed; choose another folder"
    with pytest.raises(OutputError, match=told):
        files.check_output(closed / "a.csv", (".csv",), [], force=False)
    for folder in (closed, closed / "new" / "letters"):
        with pytest.raises(OutputError, match=told):
            files.check_output_folder(folder, [], force=False)


def test_two_outputs_of_a_command_are_two_files(tmp_path: Path) -> None:
    one = tmp_path / "report.csv"
    (tmp_path / "link").symlink_to(tmp_path)
    files.check_apart(one, None, tmp_path / "letters.csv", tmp_path / "link")
    for same in (one, tmp_path / "link" / "report.csv", tmp_path / "a" / ".." / "Report.CSV"):
        with pytest.raises(OutputError, match="two outputs"):
            files.check_apart(one, None, same)


def test_decisions_kept_at_once_are_all_there(tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    at_once(keep_decisions, *((file, f"p{i}") for i in range(4)))
    assert sorted(d.title for d in read_decisions(file)) == [f"p{i} {n}" for i in range(4) for n in range(5)]


def test_whoever_waits_too_long_is_told(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "kept"),
        pytest.raises(OutputError, match="Another process is writing"),
        locked(tmp_path / "kept", patience=0.1),
    ):
        pass
    with locked(tmp_path / "kept", patience=0.1):
        pass

"""The archive as safe as a bank: faults told apart, copies bound by checksums, erasure, other formats, kills."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matcher.archive import FolderArchive, FolderRecords, place_of
from matcher.archive.failures import failure
from matcher.cli.commands import app
from matcher.errors import ArchiveError
from matcher.message import Message
from tests import archive_kills
from tests.archive_kills import rebuild, verify
from tests.at_work import add_submissions, at_once
from tests.conftest import ToyEncoder

FILE = "archive.sqlite"
ROWS = [archive_kills.submission(i) for i in range(40)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with FolderArchive(tmp_path / "a", ToyEncoder(), create=True) as archive:
        archive.add(ROWS)
    return tmp_path / "a"


def neighbours(folder: Path, exact_up_to: int) -> tuple[list[list[int]], list[Message]]:
    """The 3 nearest keys of ten submissions, and what is noted."""
    with FolderArchive(folder, ToyEncoder()) as archive:
        nearest = archive.search(exact_up_to).indexes[-1]
        assert nearest is not None
        vectors = ToyEncoder().encode([p.text for p in ROWS[:10]], "query")
        keys: list[list[int]] = nearest.search(vectors, 3)[0].tolist()
        return keys, archive.notes


# Which failure it is, and what to do


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (sqlite3.SQLITE_BUSY, "being written to"),
        (sqlite3.SQLITE_LOCKED, "being written to"),
        (sqlite3.SQLITE_READONLY, "cannot be written to"),
        (sqlite3.SQLITE_FULL, "make room"),
        (sqlite3.SQLITE_IOERR, "check the disk"),
        (sqlite3.SQLITE_CANTOPEN, "check the disk"),
        (sqlite3.SQLITE_CORRUPT, "is damaged"),
        (sqlite3.SQLITE_NOTADB, "is damaged"),
    ],
)
def test_each_failure_has_its_own_advice_and_none_is_to_delete(tmp_path: Path, code: int, says: str) -> None:
    error = sqlite3.OperationalError("why")
    error.sqlite_errorcode = code
    told = str(failure(tmp_path, error))
    assert says in told
    assert "delete it" not in told
    assert ("nothing is wrong with" in told) == (
        code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL)
    )


def test_an_archive_that_another_program_holds_is_busy_not_damaged(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.archive.store._SECONDS", 0.05)
    other = sqlite3.connect(folder / FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with FolderRecords(folder) as records:
        assert len(records) == 40
        with pytest.raises(ArchiveError, match=f"written to by process {os.getpid()}"):
            records.remove(["n1"])
    other.execute("ROLLBACK")
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(ArchiveError, match="nothing is wrong with it"):
        FolderRecords(folder)
    other.close()
    assert verify(place_of(folder)) == []


def test_a_full_disk_changes_nothing_and_is_not_damage(folder: Path) -> None:
    with FolderArchive(folder, ToyEncoder()) as archive:
        pages = archive.database.row("PRAGMA page_count")
        assert pages
        archive.database.run(f"PRAGMA max_page_count = {pages[0]}")
        with pytest.raises(ArchiveError, match=r"disk .* is full .* make room"):
            archive.add(archive_kills.submission(i) for i in range(100, 400))
        assert len(archive) == 40
    assert verify(place_of(folder), ToyEncoder()) == []


def test_what_cannot_be_written_is_read_and_not_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.archive.store.os.access", lambda *_: False)
    assert verify(place_of(folder), ToyEncoder()) == []
    assert neighbours(folder, 0)[1][0].startswith("向量索引未能保存")
    with FolderRecords(folder) as records, pytest.raises(ArchiveError, match="copy the whole folder"):
        records.remove(["n1"])
    with pytest.raises(ArchiveError, match="copy the whole folder"):
        rebuild(place_of(folder), ToyEncoder())


def test_every_command_names_a_damaged_database_in_one_line(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.embeddings.load_encoder", lambda *_: ToyEncoder())
    batch = tmp_path / "new.jsonl"
    batch.write_text('{"id": "x", "title": "夜市", "abstract": "夜市的安全"}\n', "utf-8")
    content = (folder / FILE).read_bytes()
    commands = (["add"], ["list"], ["verify"], ["rebuild"], ["remove"])
    for damage in (content[:6000], content[:8192] + os.urandom(len(content) - 8192), b"not a database" * 400):
        (folder / FILE).write_bytes(damage)
        for (name,) in commands:
            more = {"add": [str(batch)], "remove": ["n1"]}.get(name, [])
            answer = CliRunner().invoke(app, ["archive", name, str(folder), *more])
            assert answer.exit_code == 1, name
            assert answer.exception is None or isinstance(answer.exception, (ArchiveError, SystemExit)), name
    (folder / FILE).unlink()
    (folder / FILE).mkdir()
    with pytest.raises(ArchiveError, match="is a directory"):
        FolderRecords(folder)


def test_the_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / FILE)
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(ArchiveError, match="name another folder"):
        FolderArchive(tmp_path, ToyEncoder(), create=True)


# Checksums bind text, vectors, shingles and the vector file


@pytest.mark.parametrize(
    "damage", ["han = 1 - han", "vector = zeroblob(40)", "shingles = x'0102030405060708'"]
)
def test_a_changed_vector_or_shingle_is_refused_until_it_is_made_again(folder: Path, damage: str) -> None:
    with FolderRecords(folder) as records:
        records.database.run(f"UPDATE submission SET {damage} WHERE id = 'n3'")
    (problem,) = verify(place_of(folder))
    assert problem.startswith("n3")
    with pytest.raises(ArchiveError, match=r"\(n3\); run matcher archive rebuild"):
        neighbours(folder, 100)
    rebuild(place_of(folder), ToyEncoder())
    assert verify(place_of(folder), ToyEncoder()) == []


def test_a_changed_text_is_named_and_no_rebuild_hides_it(folder: Path) -> None:
    with FolderRecords(folder) as records:
        records.database.run("UPDATE submission SET abstract = 'x' WHERE id = 'n3'")
    (problem,) = verify(place_of(folder))
    assert problem.startswith("n3")
    with pytest.raises(ArchiveError, match="n3"):
        rebuild(place_of(folder), ToyEncoder())
    with FolderRecords(folder) as records, pytest.raises(ArchiveError, match="n3"):
        list(records.submissions())
    answer = CliRunner().invoke(app, ["archive", "list", str(folder)])
    assert (answer.exit_code, len(answer.stdout.splitlines())) == (1, 40)
    with FolderRecords(folder) as records:
        records.remove(["n3"])
    assert verify(place_of(folder), ToyEncoder()) == []


def test_a_row_that_vanished_or_took_anothers_place_shows(folder: Path) -> None:
    with FolderRecords(folder) as records:
        records.database.run("DELETE FROM submission WHERE id = 'n3'")
    (problem,) = verify(place_of(folder))
    assert "40 submissions were written down, 39 are there" in problem
    with pytest.raises(ArchiveError, match="39 ≠ 40"):
        neighbours(folder, 100)
    with FolderRecords(folder) as records:
        records.database.run("UPDATE submission SET key = 1000 WHERE id = 'n0'")
    assert any(problem.startswith("n0") for problem in verify(place_of(folder)))


@pytest.mark.parametrize("damage", ["bytes", "other state", "gone"])
def test_a_vector_file_that_does_not_fit_is_made_again_with_a_note(folder: Path, damage: str) -> None:
    file = folder / "vectors-han.faiss"
    expected, notes = neighbours(folder, 0)
    assert notes == []
    whole = file.read_bytes()
    assert neighbours(folder, 0) == (expected, [])
    if damage == "bytes":
        file.write_bytes(whole[:-200] + bytes(200))
    elif damage == "gone":
        file.unlink()
    else:
        with FolderArchive(folder, ToyEncoder()) as archive:
            archive.add([archive_kills.submission(99)])
            archive.search(0)
            with_another = file.read_bytes()
            archive.remove(["n99"])
        assert not list(folder.glob("vectors-*"))
        neighbours(folder, 0)
        file.write_bytes(with_another)
    assert len(verify(place_of(folder))) == (damage != "gone")
    again, notes = neighbours(folder, 0)
    assert again == expected
    assert [n.startswith("向量索引文件已损坏或过时") for n in notes] == [True] * (damage != "gone")
    assert verify(place_of(folder)) == []


# Removal


def test_removed_is_said_only_when_no_reader_keeps_the_text(folder: Path) -> None:
    reader = sqlite3.connect(folder / FILE, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM submission").fetchone()
    with (
        FolderRecords(folder) as records,
        pytest.raises(ArchiveError, match=f"process {os.getpid()} still reads"),
    ):
        records.remove(["n1", "n1"], seconds=0.05)
    (problem,) = verify(place_of(folder))
    assert "still holds removed text" in problem
    reader.execute("COMMIT")
    reader.close()
    assert verify(place_of(folder), ToyEncoder()) == []
    assert ROWS[1].abstract.encode() not in b"".join(f.read_bytes() for f in folder.iterdir())


def test_a_row_that_cannot_be_read_can_be_removed(folder: Path) -> None:
    with sqlite3.connect(folder / FILE) as damaged:
        damaged.execute("UPDATE submission SET abstract = CAST(x'e4ff41' AS TEXT) WHERE id = 'n3'")
    damaged.close()
    with FolderRecords(folder) as records:
        assert records.remove(["n3"]) == 1
        assert len(list(records.submissions())) == 39
    assert verify(place_of(folder), ToyEncoder()) == []


def test_listing_checking_and_removing_need_no_encoder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.embeddings.load_encoder", lambda *_: pytest.fail("no encoder is needed"))
    for command in (["list"], ["verify"], ["remove", "n1", "n2"], ["list"]):
        answer = CliRunner().invoke(app, ["archive", command[0], str(folder), *command[1:]])
        assert answer.exit_code == 0
    assert len(answer.stdout.splitlines()) == 38


# Versions


@pytest.mark.parametrize(("there", "advice"), [("99", "newer version"), ("1", "version that wrote it")])
def test_another_format_is_left_to_the_version_that_wrote_it(folder: Path, there: str, advice: str) -> None:
    with FolderRecords(folder) as records:
        records.database.write_about("format", there)
    before = (folder / FILE).read_bytes()
    with pytest.raises(ArchiveError, match=f"format {there}.*{advice}"):
        FolderRecords(folder)
    assert (folder / FILE).read_bytes() == before


# Kills and two at once: a seeded tenth of `make bench-archive`


def test_every_kill_leaves_the_old_or_the_new_state(tmp_path: Path) -> None:
    table = archive_kills.campaign(tmp_path, kills=8, seed=3)
    assert sum(int(line.split()[-1]) for line in table.splitlines()) == 4 + 8


def test_two_writers_at_once_lose_nothing(folder: Path) -> None:
    at_once(add_submissions, (folder, 1000), (folder, 2000))
    assert verify(place_of(folder), ToyEncoder()) == []
    with FolderRecords(folder) as records:
        assert len(records) == len(ROWS) + 2 * 50

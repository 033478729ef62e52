"""An archive in Milvus: its address, what it says where Milvus fails, damage, and clients that die."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from matcher.archive import open_archive, open_records, place_of
from matcher.archive.milvus import Address, address_of
from matcher.archive.milvus.archive import MilvusArchive, MilvusRecords, MilvusSearch
from matcher.archive.milvus.connection import failure
from matcher.cli.commands import app
from matcher.errors import ArchiveError, ExtraError
from tests import milvus_kills
from tests.archive_kills import rebuild, submission, verify
from tests.at_work import add_without_end, at_work
from tests.conftest import ToyEncoder

ROWS = [submission(i) for i in range(8)]


@pytest.fixture
def lite(tmp_path: Path) -> Address:
    pytest.importorskip("pymilvus", reason="pip install 'proposal-matcher[milvus]'")
    pytest.importorskip("milvus_lite", reason="pip install 'proposal-matcher[milvus]'")
    address = address_of(f"milvus://{tmp_path}/a.db")
    with open_archive(address, ToyEncoder(), create=True) as archive:
        archive.add(ROWS)
    return address


# Addresses and secrets


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("milvus://db.example/earlier", Address("earlier", host="db.example")),
        (
            "milvus+tls://db:1/agency/earlier",
            Address("earlier", host="db", port=1, database="agency", tls=True),
        ),
        ("milvus://u:hun%40ter@db:19530/e", Address("e", host="db", token="u:hun@ter")),
        ("milvus:///srv/a.db", Address("archive", Path("/srv/a.db"))),
        ("milvus:///srv/a.db/old_1", Address("old_1", Path("/srv/a.db"))),
    ],
)
def test_an_address_is_read(text: str, expected: Address) -> None:
    assert place_of(text) == expected
    assert "hun" not in f"{expected} {expected!r}"
    assert address_of(str(expected)) == replace(expected, token="")


@pytest.mark.parametrize(
    "text",
    ["milvus://", "milvus://db", "milvus://db/a/b/c", "milvus://db:port/a", "milvus://db/1a", "milvus:///srv/a", "milvus://db/a?x=1",
     "milvus:///srv/a.db/b/c", "milvus://u:secret@db/1"],
)  # fmt: skip
def test_another_text_is_no_address_and_is_not_repeated(text: str) -> None:
    with pytest.raises(ArchiveError, match="expected milvus://HOST") as raised:
        place_of(text)
    assert "secret" not in str(raised.value)


def test_secrets_come_from_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_MILVUS_TOKEN", "key")
    monkeypatch.setenv("MATCHER_MILVUS_CA", "/etc/ca.pem")
    assert address_of("milvus://db/a").token == "key"
    assert address_of("milvus://db/a").certificate == "/etc/ca.pem"
    monkeypatch.setenv("MATCHER_MILVUS_USER", "u")
    monkeypatch.setenv("MATCHER_MILVUS_PASSWORD", "p")
    assert address_of("milvus://db/a").token == "u:p"


def test_no_message_holds_a_secret() -> None:
    address = address_of("milvus://user:hunter2@db/a")
    told = str(failure(address, OSError("cannot log in as user:hunter2 (hunter2)")))
    assert "hunter2" not in told
    assert "milvus://db:19530/a" in told
    assert "make room" in str(failure(address, OSError("No space left on device")))


def test_without_the_extra_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.errors.find_spec", lambda _: None)
    with pytest.raises(ExtraError, match=r"proposal-matcher\[milvus\]"):
        open_records(place_of(f"milvus://{tmp_path}/a.db"))


def test_the_program_loads_no_client_that_is_not_asked_for() -> None:
    code = (
        "import sys, matcher.archive, matcher.library, matcher.duplicates;"
        "matcher.archive.place_of('milvus://db/a');"
        "print([m for m in ('pymilvus', 'milvus_lite', 'grpc') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_the_client_writes_nothing_of_its_own() -> None:
    pytest.importorskip("pymilvus", reason="pip install 'proposal-matcher[milvus]'")
    code = (
        "import logging; from matcher.archive.milvus import address_of, connection; connection._CONNECTING = 0.3\n"
        "try: connection.Connection(address_of('milvus://127.0.0.1:1/a'))\n"
        "except connection.ArchiveError: print(logging.getLogger('pymilvus.decorators').isEnabledFor(logging.CRITICAL))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (answer.stdout.strip(), answer.stderr) == ("False", "")


def test_a_server_that_does_not_answer_is_one_plain_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pymilvus", reason="pip install 'proposal-matcher[milvus]'")
    monkeypatch.setattr("matcher.archive.milvus.connection._CONNECTING", 0.3)
    answer = CliRunner().invoke(app, ["archive", "list", "milvus://user:hunter2@127.0.0.1:1/a"])
    assert answer.exit_code == 1
    assert isinstance(answer.exception, ArchiveError)
    assert "check that Milvus runs" in str(answer.exception)
    assert "hunter2" not in str(answer.exception) + answer.output


# Commands


def test_every_command_takes_the_address(lite: Address, tmp_path: Path) -> None:
    batch, out = tmp_path / "new.jsonl", tmp_path / "pairs.jsonl"
    text = '{"id": "%s", "title": "夜市", "abstract": "夜市的安全与河道垃圾的处理，公交食堂一并研究清楚", "year": "%s"}\n'
    batch.write_text(text % ("old", 2020), "utf-8")
    place = f"milvus://{tmp_path}/b.db"
    run = CliRunner()
    assert run.invoke(app, ["archive", "add", place, str(batch), "--encoder", "fast"]).exit_code == 0
    assert run.invoke(app, ["archive", "list", place]).stdout.startswith("old\t2020\t夜市")
    batch.write_text(text % ("new", 2024), "utf-8")
    command = ["duplicates", str(batch), "--archive", place, "--encoder", "fast", "--out", str(out)]
    assert run.invoke(app, command).exit_code == 0
    assert '"a": "new", "b": "old", "kind": "identical"' in out.read_text("utf-8")
    assert run.invoke(app, ["archive", "verify", place, "--encoder", "fast"]).exit_code == 0
    assert run.invoke(app, ["archive", "remove", place, "old"]).exit_code == 0
    assert run.invoke(app, ["archive", "list", place]).stdout == ""


# Damage


def test_a_changed_text_is_named_and_no_rebuild_hides_it(lite: Address) -> None:
    tamper(lite, "records", text='["n3", "another", "text", "", "", "", "2020"]')
    (problem,) = verify(lite)
    assert problem.startswith("n3")
    with pytest.raises(ArchiveError, match="n3"):
        rebuild(lite, ToyEncoder())
    with open_records(lite) as records, pytest.raises(ArchiveError, match="n3"):
        list(records.submissions())
    with open_records(lite) as records:
        assert [row.proposal.id for row in records.stored() if not row.sound] == ["n3"]
        records.remove(["n3"])
    assert verify(lite, ToyEncoder()) == []


@pytest.mark.parametrize(
    "damage", [("records", {"vector": [1.0] * 20}), ("shingles", {"shingles": {5: 1.0}})]
)
def test_a_changed_vector_or_shingle_is_named_until_it_is_made_again(
    lite: Address, damage: tuple[str, dict[str, Any]]
) -> None:
    tamper(lite, damage[0], **damage[1])
    (problem,) = verify(lite)
    assert problem.startswith("n3：向量或词片")
    assert rebuild(lite, ToyEncoder()) == (8, [])
    assert verify(lite, ToyEncoder()) == []


def test_a_row_that_vanished_shows(lite: Address) -> None:
    with MilvusRecords(lite) as records:
        records.store.client.delete(records.store.collection(1, "records"), ids=[4])
    (problem,) = verify(lite)
    assert "8 submissions were written down, 7 are there" in problem
    with open_archive(lite, ToyEncoder()) as archive, pytest.raises(ArchiveError, match="7 ≠ 8"):
        archive.search()
    assert rebuild(lite, ToyEncoder())[0] == 7
    assert verify(lite, ToyEncoder()) == []


def tamper(address: Address, kind: str, **values: Any) -> None:
    """Change fields of n3 behind the program's back."""
    with MilvusRecords(address) as records:
        name = records.store.collection(1, kind)
        partition = records.store.parts(name, "han_2020")[0]
        (row,) = records.store.client.query(name, filter="key == 4", output_fields=["*"])
        records.store.client.upsert(name, [{**row, **values}], partition_name=partition)


def test_rows_are_asked_for_by_key(lite: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    """For any other filter Milvus Lite goes through every row in Python."""
    filters: list[str] = []
    with open_archive(lite, ToyEncoder()) as archive:
        assert isinstance(archive, MilvusArchive)
        query = archive.store.client.query

        def noted(name: str, **asked: Any) -> Any:
            filters.append(asked["filter"])
            return query(name, **asked)

        monkeypatch.setattr(archive.store.client, "query", noted)
        assert archive.add([replace(submission(20), year="2031")]).stored == 1
        rows = list(archive.store.all(archive.store.state(), derived=True))
        assert [row.proposal.id for row in rows] == [p.id for p in [*ROWS, submission(20)]]
    assert {each.partition(" [")[0] for each in filters} == {"key in"}


def test_what_lite_holds_is_searched_here_and_asked_for_by_key(
    lite: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was added last, rewritten or deleted too, whether it stands in a file yet or not."""
    tamper(lite, "records", vector=[1.0] * 20)
    with open_archive(lite, ToyEncoder()) as archive:
        assert isinstance(archive, MilvusArchive)
        archive.add([replace(submission(20), year="2031")])
        client, name = archive.store.client, archive.store.collection(1, "records")
        state, vectors = archive.store.state(), ToyEncoder().encode([ROWS[3].text], "passage")
        asked = MilvusSearch(archive, 9, 1.0, state).nearest(vectors, 9)
        filters: list[str] = []
        query = client.query

        def noted(collection: str, **named: Any) -> Any:
            filters.append(named["filter"])
            return query(collection, **named)

        monkeypatch.setattr(client, "query", noted)
        held = archive.search()
        monkeypatch.setattr(client, "search", None)
        assert held.nearest(vectors, 9)[1].tolist() == asked[1].tolist()
        assert archive.years(["n3", "n20", "n99"]) == {"n3": 1, "n20": 1, "n99": 0}
        assert {each.partition(" [")[0] for each in filters} == {"key in"}
        client.delete(name, ids=[9])
        assert archive.years(["n20"]) == {"n20": 0}


def test_a_later_format_is_left_to_a_later_version(lite: Address) -> None:
    with MilvusRecords(lite) as records:
        records.store.write_state(replace(records.store.state(), format=99))
    with pytest.raises(ArchiveError, match="newer version"):
        open_records(lite)


# Two at once, and clients that die


def test_a_file_that_another_process_has_open_is_busy_not_damaged(
    lite: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.archive.milvus.connection.LONGEST_WAIT", 0.05)
    assert lite.file is not None
    held = "import sys, fcntl; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", held, lite.file / "LOCK"], stdin=-1, stdout=-1, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ArchiveError, match="in use by another program"):
            open_records(lite)
        other.kill()
    assert verify(lite) == []


def test_kill_9_while_writing_leaves_the_old_state_and_is_named(lite: Address) -> None:
    with at_work(add_without_end, str(lite), 20, 3):
        pass
    problems = verify(lite)
    assert len(problems) == 2
    assert "the addition was killed" in problems[1]
    with open_archive(lite, ToyEncoder()) as archive:
        assert [s.proposal for s in archive.submissions()] == ROWS
        assert archive.search().size == 8
        assert archive.add([submission(50)]).stored == 1
    assert verify(lite, ToyEncoder()) == []


@pytest.mark.skipif(find_spec("milvus_lite") is None, reason="pip install 'proposal-matcher[milvus]'")
def test_a_client_that_dies_at_a_call_leaves_the_old_or_the_new_state(tmp_path: Path) -> None:
    """One of the calls that `python -m tests.bench_archive milvus-kills` tries all of."""
    table = milvus_kills.campaign(tmp_path, deaths=[19])
    assert {line.partition(":")[0] for line in table.splitlines()} == {"add", "remove", "rebuild"}

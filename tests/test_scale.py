"""Batches by several processes and on a cluster: the bytes of one process, whatever happens to workers."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from matcher.archive import FolderArchive
from matcher.archive.store import ARCHIVE_FILE
from matcher.cli.commands import app
from matcher.duplicates import find
from matcher.embeddings import FAST, PairReaders, load_encoder
from matcher.engine import Engine
from matcher.errors import ClusterError, EncoderError, ExtraError
from matcher.labelled import read_labelled
from matcher.message import Message
from matcher.readers.batch import BadRow, Entry
from matcher.scale import work
from matcher.scale.batches import add, answer_lines, answers, judged_rows, spread
from matcher.scale.cluster import Cluster
from matcher.scale.work import Chunk, Work, encoder_source, same_encoder
from matcher.shipped import data_file
from matcher.triage import desk
from matcher.types import Proposal
from tests.conftest import GUIDE

if TYPE_CHECKING:
    from distributed import LocalCluster

TEXTS = (
    "创新券对小企业有没有用", "", "Talent visas for overseas scientists", "湖里的蓝藻与河道垃圾", "\ud800坏字符", "😀" * 30,
)  # fmt: skip
SEVERAL = [Proposal(f"p{i}", "", TEXTS[i % len(TEXTS)] + "。" * (i % 3)) for i in range(200)]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """Two workers, each a process with a nanny that starts it again, and a scheduler."""
    from distributed import LocalCluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MATCHER_CACHE", str(tmp_path_factory.mktemp("of-the-workers")))
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as made:
            yield made


@pytest.fixture(scope="module")
def address(local: LocalCluster) -> str:
    return str(local.scheduler_address)


@pytest.fixture(scope="module")
def cluster(address: str) -> Iterator[Cluster]:
    with Cluster(address) as connected:
        yield connected


@pytest.fixture(scope="module")
def hudong(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The fast reader over a guide whose document is gone once it was read: a worker needs no file of it."""
    file = tmp_path_factory.mktemp("guide") / "hudong-2030.txt"
    file.write_text(GUIDE, encoding="utf-8")
    engine = Engine.open(file, FAST, cache=tmp_path_factory.mktemp("cache"))
    file.unlink()
    return engine


def row_of(proposal: Proposal) -> Entry:
    return Entry(1, proposal)


def _expected(engine: Engine, proposals: Sequence[Proposal], k: int) -> list[str]:
    found = engine.match_many(proposals, k)
    return [json.dumps(answer.to_dict(), ensure_ascii=False) + "\n" for answer in found]


def test_several_processes_give_the_same_lines_as_one(tianjin: Engine) -> None:
    proposals = SEVERAL[:40]
    expected = _expected(tianjin, proposals, 3)
    assert list(answer_lines(tianjin, map(row_of, proposals), 3, explained=3)) == expected
    assert list(answer_lines(tianjin, map(row_of, proposals), 3, explained=3, large=8)) == expected


def test_the_first_hit_carries_its_evidence_and_the_answer_the_notes_of_its_row(tianjin: Engine) -> None:
    note = Message("第 3 行的文字", "text of line 3")
    (line,) = answer_lines(tianjin, [Entry(1, Proposal("p", "", TEXTS[0]), notes=(note,))], 3)
    assert json.loads(line)["warnings"][-1] == note
    hits = json.loads(line)["hits"]
    assert [bool(hit["evidence"]) for hit in hits] == [True, False, False]
    assert hits[0]["score"] > hits[1]["score"] > hits[2]["score"]


def test_a_cluster_gives_the_same_lines_as_one_process(hudong: Engine, cluster: Cluster) -> None:
    assert list(answer_lines(hudong, map(row_of, SEVERAL), 3, 3, cluster)) == _expected(hudong, SEVERAL, 3)
    assert list(answers(hudong, SEVERAL[:6], 2, cluster)) == list(hudong.match_many(SEVERAL[:6], 2))
    assert list(answer_lines(hudong, [], 3, 3, cluster)) == []


def test_a_greeting_that_does_not_come_alone_is_waited_for_again(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import distributed

    greeted: list[str] = []

    class Client(distributed.Client):  # type: ignore[misc]  # the library has no types
        def __init__(self, *args: Any, **settings: Any) -> None:
            greeted.append("")
            assert len(greeted) > 1
            super().__init__(*args, **settings)

    monkeypatch.setattr(distributed, "Client", Client)
    with Cluster(address):
        assert len(greeted) == 2


def test_a_worker_that_is_killed_costs_nothing(hudong: Engine, address: str, local: LocalCluster) -> None:
    proposals = SEVERAL * 3
    with Cluster(address) as cluster:
        lines = answer_lines(hudong, map(row_of, proposals), 2, 2, cluster)
        first = next(lines)
        victim = next(iter(local.workers.values())).pid
        assert victim
        os.kill(victim, signal.SIGKILL)
        assert [first, *lines] == _expected(hudong, proposals, 2)


def test_triage_and_its_bad_rows(hudong: Engine, cluster: Cluster) -> None:
    received: list[Entry | BadRow] = [
        Entry(n, p) if n % 7 else BadRow(n, Message("不是一行 JSON", "no line of JSON"))
        for n, p in enumerate(SEVERAL, 1)
    ]
    expected = list(desk.judged_rows(hudong, received))
    assert list(judged_rows(hudong, received, 0, cluster)) == expected
    assert list(judged_rows(hudong, received, 150, cluster)) == expected[150:]
    assert {row.verdict for row in expected[6::7]} == {"unreadable"}


def test_an_archive_filled_on_a_cluster_has_the_same_rows(tmp_path: Path, cluster: Cluster) -> None:
    proposals = [Proposal(f"{i}", f"题目{i}", f"第{i}条河的垃圾怎样回收，" * 4) for i in range(90)]
    encoder, rows = load_encoder(FAST), []
    for name, by in (("here", None), ("there", cluster)):
        with FolderArchive(tmp_path / name, encoder, create=True) as archive:
            assert add(archive, proposals, by).stored == 90
        with sqlite3.connect(tmp_path / name / ARCHIVE_FILE) as database:
            rows.append(database.execute("SELECT * FROM submission ORDER BY key").fetchall())
    assert rows[0] == rows[1]


def test_duplicates_read_on_a_cluster_are_the_same(cluster: Cluster) -> None:
    proposals = [row.proposal for row in read_labelled(data_file("eval/tianjin-dev.jsonl"))[:80]]
    proposals += [replace(p, id=f"{p.id} again") for p in proposals[:8]]
    encoder = load_encoder(FAST)
    here = find(proposals, encoder)
    assert len(here.pairs) >= 8
    assert find(proposals, spread(PairReaders(encoder, None), cluster).first) == here


def test_an_encoder_of_other_weights_is_refused(cluster: Cluster) -> None:
    other = Work(partial(same_encoder, FAST, "another"), _count)
    with pytest.raises(EncoderError, match="another one in another process"):
        list(cluster.run(other, ["a"]))


def _count(encoder: Any, texts: list[str]) -> list[int]:
    return [len(text) for text in texts]


def _fails(encoder: Any, texts: list[str]) -> list[int]:
    raise TimeoutError("of the task itself")


def test_what_a_chunk_raises_is_raised_here(cluster: Cluster) -> None:
    with pytest.raises(TimeoutError, match="of the task itself"):
        list(cluster.run(Work(encoder_source(load_encoder(FAST)), _fails), ["a"]))


def test_rows_are_read_only_as_far_as_there_is_room() -> None:
    read, answered = [], 0

    def rows() -> Iterator[int]:
        for n in range(1000):
            read.append(n)
            yield n

    for _ in work.ordered(rows(), 10, lambda c: c, lambda c: c.rows, lambda: 2, 1):
        answered += 1
        assert len(read) <= answered + 10 * (2 * 2 + 2)
    assert answered == 1000


@pytest.mark.parametrize(
    ("rows", "workers", "lengths"),
    [(400, 2, [128, 128, 72, 72]), (128, 2, [64, 64]), (3, 16, [1, 1, 1]), (257, 1, [128, 128, 1])],
)
def test_every_worker_has_as_much_of_the_end(rows: int, workers: int, lengths: list[int]) -> None:
    sent: list[int] = []

    def submit(chunk: Chunk) -> list[int]:
        sent.append(len(chunk.rows))
        return chunk.rows

    answers = work.ordered(range(rows), 128, submit, lambda answered: answered, lambda: workers, 1)
    assert list(answers) == list(range(rows))
    assert sent == lengths


def test_a_chunk_does_not_show_its_texts() -> None:
    assert repr(Chunk(["机密", "机密"])) == "<2 rows>"


def _write(place: Path, rows: Sequence[Proposal]) -> Path:
    file = place / "batch.jsonl"
    lines = [json.dumps({"id": p.id, "title": "", "abstract": p.abstract}) for p in rows]
    file.write_text("\n".join([*lines, "no row"]) + "\n", encoding="utf-8")
    return file


def test_the_commands_write_the_same_files(tmp_path: Path, address: str) -> None:
    batch, guide = _write(tmp_path, SEVERAL[:70]), tmp_path / "hudong-2030.txt"
    guide.write_text(GUIDE, encoding="utf-8")
    fast = [str(batch), "--guide", str(guide)]
    written = []
    for name, more in (("here", []), ("there", ["--cluster", address])):
        (tmp_path / name).mkdir()
        commands = [
            ["match", "--in", *fast, "--fast", "--out", f"{tmp_path}/{name}/match.jsonl"],
            ["triage", *fast, "--fast", "--out", f"{tmp_path}/{name}/triage.csv"],
            ["duplicates", *fast, "--encoder", "fast", "--out", f"{tmp_path}/{name}/pairs.jsonl"],
            ["archive", "add", f"{tmp_path}/{name}/archive", str(batch)],
        ]
        for command in commands:
            ran = CliRunner().invoke(app, [*command, *more])
            assert ran.exit_code == 0, ran.output
        written.append([p.read_bytes() for p in sorted((tmp_path / name).glob("*.*"))])
    assert len(written[0]) == 3
    assert written[0] == written[1]


def test_a_scheduler_that_is_not_there_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.scale.cluster._CONNECTING", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(ClusterError, match=f"No scheduler answers at tcp://127.0.0.1:{port}") as caught:
        Cluster(f"tcp://127.0.0.1:{port}")
    assert "\n" not in str(caught.value)
    with pytest.raises(ClusterError, match="no address of a scheduler"):
        Cluster("scheduler:8786")


def test_a_cluster_without_workers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import LocalCluster

    monkeypatch.setattr("matcher.scale.cluster._CONNECTING", 1.0)
    with (
        LocalCluster(n_workers=0, dashboard_address=":0") as empty,
        pytest.raises(ClusterError, match="There is no worker"),
    ):
        Cluster(str(empty.scheduler_address))


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.errors.find_spec", lambda _: None)
    with pytest.raises(ExtraError, match=r"proposal-matcher\[scale\]"):
        Cluster("tcp://scheduler:8786")

"""The archive: what goes in comes out, what is removed is gone, and a crash leaves the old or the new state."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matcher.archive import FolderArchive, place_of
from matcher.archive.nearest import build, postings
from matcher.duplicates import as_themselves, find
from matcher.embeddings import FAST, load_encoder, unit
from matcher.errors import ArchiveError
from matcher.types import Proposal
from tests.archive_kills import verify
from tests.at_work import add_without_end, at_work
from tests.conftest import ToyEncoder
from tests.test_duplicates import OTHER, SOURCE

OLD = [
    replace(SOURCE, id="2021-7", year="2021"),
    replace(OTHER, id="2021-8", year="2021", organisation="某大学"),
]


def test_a_repeat_of_an_earlier_year_is_found_and_a_proposal_does_not_repeat_itself(tmp_path: Path) -> None:
    encoder = load_encoder(FAST)
    with FolderArchive(tmp_path / "a", encoder, create=True) as archive:
        archive.add(OLD)
        opened = archive.search()
        (pair,) = find([replace(SOURCE, id="2024-1", year="2024")], encoder, opened).pairs
        assert (pair.a, pair.b, pair.kind, pair.archived) == ("2024-1", "2021-7", "identical", True)
        assert find([OLD[0]], encoder, opened).pairs == ()
        (pair,) = find([replace(OLD[0], year="2024")], encoder, opened).pairs
        assert (pair.a, pair.b) == ("2021-7", "2021-7 (2021)")
        named_alike = replace(OTHER, id="2021-7 (2021)", year="2024")
        pairs = find([replace(OLD[0], year="2024"), named_alike], encoder, opened).pairs
        assert ("2021-7", "2021-7 (2021)*") in {(pair.a, pair.b) for pair in pairs}


def test_proposals_without_a_year_that_are_taken_for_the_archived_ones_are_named(tmp_path: Path) -> None:
    """Numbers start anew each season: the 2021-7 of last year, word for word, would pass unseen."""
    encoder = load_encoder(FAST)
    undated = [replace(p, year="") for p in OLD]
    with FolderArchive(tmp_path / "a", encoder, create=True) as archive:
        archive.add([undated[0], OLD[1]])
        opened = archive.search()
        assert find(undated[:1], encoder, opened).pairs == ()
        (line,) = as_themselves(undated, opened)
        assert line.zh.startswith("1 份在档案库中有一份各栏都相同，两边都没有年度")
        assert line.en.endswith(": 2021-7")
        assert as_themselves([OLD[1], replace(undated[0], id="2021-9")], opened) == []
        assert as_themselves(undated, None) == []


def test_what_is_removed_is_in_no_file_any_more(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    with FolderArchive(folder, ToyEncoder(), create=True) as archive:
        archive.add([replace(OLD[0], title=SOURCE.title + "公交公交食堂"), OLD[1]])
        ((vector,),) = archive.database.rows("SELECT vector FROM submission WHERE id = '2021-7'")
        archive.search(exact_up_to=0)
        assert any(vector in f.read_bytes() for f in folder.iterdir())
        archive.remove(["2021-7"])
        for file in folder.iterdir():
            assert SOURCE.title.encode() not in file.read_bytes()
            assert SOURCE.abstract[:20].encode() not in file.read_bytes()
            assert vector not in file.read_bytes()
        assert not list(folder.glob("vectors-*"))
        assert [s.proposal for s in archive.submissions()] == OLD[1:]
    assert verify(place_of(folder), ToyEncoder()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="files have no modes there")
def test_only_its_owner_reads_an_archive_whatever_its_folder_is_called(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode("往年".encode("gbk"))
    umask = os.umask(0o022)
    try:
        with FolderArchive(folder, ToyEncoder(), create=True) as archive:
            archive.add(OLD)
            archive.search(exact_up_to=0)
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    finally:
        os.umask(umask)
    assert set(modes.values()) == {0o600}
    assert {"archive.sqlite", "archive.sqlite-wal", "vectors-han.faiss"} <= modes.keys()


def test_an_archive_without_a_name_is_not_the_folder_that_people_are_in() -> None:
    with pytest.raises(ArchiveError, match="No archive is named"):
        place_of("")


def test_an_unknown_id_removes_nothing(tmp_path: Path) -> None:
    with FolderArchive(tmp_path / "a", ToyEncoder(), create=True) as archive:
        archive.add(OLD)
        archive.search(exact_up_to=0)
        with pytest.raises(ArchiveError, match="nix"):
            archive.remove(["2021-7", "nix"])
        with pytest.raises(ArchiveError, match=r"Not in the archive: 2021-7 \(2030\); .* ids and years"):
            archive.remove(["2021-7"], "2030")
        assert len(archive) == 2
        assert (tmp_path / "a" / "vectors-han.faiss").exists()


def test_a_changed_row_and_a_broken_file_are_told(tmp_path: Path) -> None:
    with FolderArchive(tmp_path / "a", ToyEncoder(), create=True) as archive:
        archive.add(OLD)
        archive.database.run("UPDATE submission SET title = 'x' WHERE id = '2021-8'")
    (problem,) = verify(place_of(tmp_path / "a"), ToyEncoder())
    assert problem.startswith("2021-8")
    (tmp_path / "a" / "archive.sqlite").write_bytes(b"not a database" * 400)
    with pytest.raises(ArchiveError, match="damaged"):
        FolderArchive(tmp_path / "a", ToyEncoder())
    with pytest.raises(ArchiveError, match="no archive"):
        FolderArchive(tmp_path / "nowhere", ToyEncoder())


def test_kill_9_while_writing_leaves_the_old_state(tmp_path: Path) -> None:
    with FolderArchive(tmp_path / "a", ToyEncoder(), create=True) as archive:
        archive.add(OLD)
    with at_work(add_without_end, str(tmp_path / "a"), 50, 6):
        pass
    with FolderArchive(tmp_path / "a", ToyEncoder()) as archive:
        assert [s.proposal for s in archive.submissions()] == OLD
        assert archive.add([Proposal("n", "公交", "食堂")]).stored == 1
    assert verify(place_of(tmp_path / "a"), ToyEncoder()) == []


def test_search_is_exact_while_small_and_has_a_measured_recall_when_large() -> None:
    rng = np.random.default_rng(5)
    vectors = unit(rng.standard_normal((3000, 16)).astype(np.float32))
    keys = np.arange(3000, dtype=np.int64) * 7
    stored = vectors.astype(np.float16)
    exact, approximate = build(stored, keys), build(stored, keys, exact_up_to=1000)
    best = keys[np.argsort(-(vectors[:20] @ stored.astype(np.float32).T), axis=1)[:, :5]]
    assert exact.recall == 1.0
    assert (exact.search(vectors[:20], 5)[0] == best).all()
    found = approximate.search(vectors[:20], 5)[0]
    assert approximate.recall < 1.0
    share = np.mean([len(set(f) & set(b)) / 5 for f, b in zip(found, best, strict=True)])
    assert share == pytest.approx(approximate.recall, abs=0.12)


def test_postings_count_who_keeps_what() -> None:
    found = postings(np.array([5, 9, 9, 4_000_000_000], np.uint32), np.array([2, 2]), np.array([3, 8]))
    assert found.counts(np.array([5, 9, 7], np.uint32)).tolist() == [1, 2, 0]
    keys, counts = found.sharing(np.array([9, 4_000_000_000, 9], np.uint32), most=2)
    assert (keys.tolist(), counts.tolist()) == ([3, 8], [1, 2])
    assert found.sharing(np.array([9], np.uint32), most=1)[0].tolist() == []

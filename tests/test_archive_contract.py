"""What every archive keeps, wherever it is: in a folder, in Milvus Lite, and on the server named by MATCHER_MILVUS."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from matcher.archive import Added, ArchivePlace, Search, open_archive, open_records, place_of, rows
from matcher.archive.milvus import address_of
from matcher.archive.milvus.archive import MilvusArchive, MilvusSearch
from matcher.archive.milvus.connection import Connection
from matcher.duplicates import Findings, find
from matcher.embeddings import FAST, Encoder, encode, load_encoder
from matcher.errors import ArchiveError
from matcher.shingles import units
from matcher.types import Proposal
from tests.archive_kills import rebuild, submission, verify
from tests.conftest import ToyEncoder
from tests.test_archive import OLD
from tests.test_duplicates import OTHER, SOURCE

SERVER = "MATCHER_MILVUS"  # milvus://host:19530, without a collection
ODD = [
    Proposal('a"] or key > 0 or id in ["', "夜市", "公交食堂" * 3),
    Proposal("b\\' \n#", "河道", "垃圾安全" * 3, year="二〇二一"),
    Proposal("", "", ""),
    Proposal("\ud800", "long", "公交食堂夜市河道垃圾安全abcdefgh" * 5_000, year="2021"),
]


class WideEncoder(ToyEncoder):
    """Another encoder, of another dimension."""

    letters = ToyEncoder.letters + "ijkl"


@pytest.fixture(params=["folder", "lite", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ArchivePlace]:
    if request.param == "folder":
        yield place_of(tmp_path / "archive")
        return
    if find_spec("pymilvus") is None or find_spec("milvus_lite") is None:
        pytest.skip("pymilvus and milvus-lite are not installed: pip install 'proposal-matcher[milvus]'")
    if request.param == "lite":
        yield place_of(f"milvus://{tmp_path}/archive.db")
        return
    if SERVER not in os.environ:
        pytest.skip(f"no server: {SERVER} names none")
    address = address_of(f"{os.environ[SERVER].rstrip('/')}/matcher_test_{uuid4().hex[:12]}")
    yield address
    connection = Connection(address)
    for name in connection.client.list_collections():
        if name.startswith(address.collection):
            connection.client.drop_collection(name)
    connection.close()


def fill(place: ArchivePlace, proposals: list[Proposal]) -> None:
    with open_archive(place, ToyEncoder(), create=True) as archive:
        archive.add(proposals)


def test_what_was_added_comes_back_in_order_and_once(place: ArchivePlace) -> None:
    with open_archive(place, ToyEncoder(), create=True) as archive:
        assert archive.add(OLD) == Added(2, 0, ())
        assert archive.add([OLD[0], replace(OLD[1], abstract="另一篇")]) == Added(0, 1, ("2021-8",))
        again = replace(OLD[0], year="2022")
        assert archive.add([again, again, replace(again, abstract="另一篇")]) == Added(1, 1, (), ("2021-7",))
        other = replace(again, abstract="另一篇")
        assert archive.add([again, other, other]) == Added(0, 1, (), ("2021-7", "2021-7"))
        assert archive.add([other, other]) == Added(0, 0, ("2021-7", "2021-7"))
    with open_archive(place, ToyEncoder()) as archive:
        assert [s.proposal for s in archive.submissions()] == [*OLD, replace(OLD[0], year="2022")]
        assert [s.proposal.year for s in archive.submissions(np.array([3, 1, 9]))] == ["2021", "2022"]
        assert (archive.version, len(archive), archive.search().size) == (2, 3, 3)
        assert archive.years(["2021-7", "2021-8", "x"]) == {"2021-7": 2, "2021-8": 1, "x": 0}
        assert archive.named("2021-7") == [OLD[0], replace(OLD[0], year="2022")]
    assert verify(place, ToyEncoder()) == []


def test_what_repeats_in_a_later_chunk_is_known(place: ArchivePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "CHUNK", 2)
    other = replace(OLD[0], abstract="另一篇")
    with open_archive(place, ToyEncoder(), create=True) as archive:
        new = [*OLD, submission(1), OLD[0], submission(2), other, replace(other, year="2022")]
        assert archive.add(new) == Added(5, 1, (), ("2021-7",))
        assert archive.add([submission(3), other, submission(4), submission(1)]) == Added(2, 1, ("2021-7",))
    assert verify(place, ToyEncoder()) == []


def test_odd_ids_years_and_long_texts_are_only_data(place: ArchivePlace) -> None:
    fill(place, ODD)
    with open_records(place) as records:
        back = [row.proposal for row in records.stored() if row.sound]
        assert back == [*ODD[:3], replace(ODD[3], id="\ufffd")]
        assert records.remove([ODD[0].id, ""]) == 2
        assert [row.proposal.id for row in records.stored()] == [ODD[1].id, "\ufffd"]
    assert verify(place, ToyEncoder()) == []


def test_what_is_removed_leaves_no_file_and_no_search(place: ArchivePlace) -> None:
    marked = replace(OLD[0], title="公交公交食堂" + OLD[0].title)
    fill(place, [marked, *OLD[1:], *map(submission, range(5))])
    with open_archive(place, ToyEncoder()) as archive:
        with pytest.raises(ArchiveError, match="nix"):
            archive.remove(["2021-7", "nix"])
        assert archive.remove(["2021-7", "n3"]) == 2
        search = archive.search()
        assert search.size == len(archive) == 5
        vector = ToyEncoder().encode([marked.text], "query")
        assert 1 not in search.nearest(vector, 9)[1].tolist()
        assert 1 not in search.postings(units(marked.text).hashes, 9).keys.tolist()
        with pytest.raises(ArchiveError, match="2021-7"):
            archive.remove(["2021-7"])
        unsure = archive.unerased
    kept = files_of(place)
    assert unsure == (not kept)
    for file in kept:
        assert marked.title.encode() not in file.read_bytes()
        assert marked.abstract[:20].encode() not in file.read_bytes()
    assert verify(place, ToyEncoder()) == []


def files_of(place: ArchivePlace) -> list[Path]:
    """The files of an archive on this machine."""
    root = place if isinstance(place, Path) else place.file
    return [file for file in root.rglob("*") if file.is_file()] if root else []


def test_another_encoder_is_refused_until_the_archive_is_rebuilt_or_empty(place: ArchivePlace) -> None:
    fill(place, OLD)
    with pytest.raises(ArchiveError, match="rebuild"):
        open_archive(place, WideEncoder("two"))
    assert len(verify(place, WideEncoder("two"))) == 1
    assert rebuild(place, WideEncoder("two")) == (2, [])
    with open_archive(place, WideEncoder("two")) as archive:
        assert [(s.key, s.proposal) for s in archive.submissions()] == list(enumerate(OLD, 1))
        archive.remove([p.id for p in OLD])
    with open_archive(place, ToyEncoder()) as archive:
        assert archive.search().size == 0
        archive.add(OLD[:1])
        assert [s.key for s in archive.submissions()] == [3]
    assert verify(place, ToyEncoder()) == []


def test_an_error_half_way_leaves_the_old_state(place: ArchivePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.archive.rows.CHUNK", 1)

    def broken() -> Iterator[Proposal]:
        yield OLD[0]
        yield replace(OLD[0])  # the chunk before holds it already
        raise ValueError("half way")

    with open_archive(place, ToyEncoder(), create=True) as archive:
        with pytest.raises(ValueError, match="half way"):
            archive.add(broken())
        assert (len(archive), archive.version, list(archive.submissions())) == (0, 0, [])
        assert archive.add(OLD) == Added(2, 0, ())
    assert verify(place, ToyEncoder()) == []


def test_one_writes_and_the_other_reads_the_state_before(
    place: ArchivePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("store._SECONDS", "milvus.connection.LONGEST_WAIT"):
        monkeypatch.setattr(f"matcher.archive.{name}", 0.05)
    fill(place, OLD[:1])
    with open_archive(place, ToyEncoder()) as writer, open_archive(place, ToyEncoder()) as second:
        seen = []

        def slowly() -> Iterator[Proposal]:
            yield OLD[1]
            seen.append(len(second))
            with pytest.raises(ArchiveError, match="being written to"):
                second.remove(["2021-7"])

        writer.add(slowly())
        assert (seen, len(second)) == ([1], 2)


def test_two_writers_at_once_lose_nothing(place: ArchivePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("store._SECONDS", "milvus.connection.LONGEST_WAIT"):
        monkeypatch.setattr(f"matcher.archive.{name}", 60.0)
    fill(place, OLD)

    def add(first: int) -> None:
        for start in range(first, first + 6, 3):
            with open_archive(place, ToyEncoder()) as archive:
                archive.add(submission(i) for i in range(start, start + 3))

    with ThreadPoolExecutor() as both:
        list(both.map(add, (100, 200)))
    with open_records(place) as records:
        names = [s.proposal.id for s in records.submissions()]
    assert sorted(names[2:]) == [f"n{i + j}" for i in (100, 200) for j in range(6)]
    assert verify(place, ToyEncoder()) == []


def test_shingles_of_another_version_of_the_program_are_not_compared(
    place: ArchivePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(place, OLD)
    monkeypatch.setattr("matcher.archive.rows.winnow", lambda hashes: np.arange(len(hashes)))
    with (
        open_archive(place, ToyEncoder()) as archive,
        pytest.raises(ArchiveError, match="another version of this"),
    ):
        archive.search()
    rebuild(place, ToyEncoder())
    with open_archive(place, ToyEncoder()) as archive:
        assert archive.search().size == 2


def test_there_is_none_until_one_is_made(place: ArchivePlace) -> None:
    with pytest.raises(ArchiveError, match="no archive"):
        open_records(place)
    with pytest.raises(ArchiveError, match="no archive"):
        open_archive(place, ToyEncoder())


def earlier() -> list[Proposal]:
    """A form that all fill in, among it a text that is copied, one translated word for word, and others."""
    form = "本项目按照天津市软科学研究计划的要求编制，经费使用符合有关规定，承诺材料真实有效。"
    texts = [SOURCE, OTHER, *map(submission, range(40))]
    return [
        replace(p, id=f"e{i}", abstract=f"{form}\n{p.abstract}", year=str(2019 + i % 3))
        for i, p in enumerate(texts)
    ]


def test_the_same_pairs_as_a_folder_finds(place: ArchivePlace, tmp_path: Path) -> None:
    encoder = load_encoder(FAST)
    new = [
        replace(SOURCE, id="new", year="2024"),
        replace(earlier()[1], id="e1 again"),
        earlier()[3],
        submission(7),
    ]
    answers = []
    for each in (place_of(tmp_path / "beside"), place):
        with open_archive(each, encoder, create=True) as archive:
            archive.add(earlier())
            answers.append(answered(archive.search(), new, encoder))
            if isinstance(archive, MilvusArchive):  # by the inverted index too, as on a server
                search = MilvusSearch(archive, len(archive), 1.0, archive.store.state())
                answers.append(answered(search, new, encoder))
    assert any(answers[0][2])
    assert {pair.b for pair in answers[0][-1].pairs} >= {"e0", "e1"}
    assert answers[1:] == answers[:1] * len(answers[1:])


def answered(
    search: Search, new: list[Proposal], encoder: Encoder
) -> tuple[list[int], list[list[int]], list[bool], set[tuple[int, int]], Findings]:
    """What a search answers to new submissions: of shingles who keeps them and which are frequent, the nearest, the pairs."""
    kept = np.unique(np.concatenate([units(p.text).hashes for p in new]))
    postings = search.postings(kept, 50)
    counts = postings.counts(kept).tolist()
    sharing = [keys.tolist() for keys in postings.sharing(units(new[0].text).hashes, 6)]
    frequent = (search.postings(kept, 6).counts(kept) > 6).tolist()
    near = search.nearest(encode(encoder, [p.text for p in new], "passage"), 5)
    pairs = set(zip(near[0].tolist(), near[1].tolist(), strict=True))
    return counts, sharing, frequent, pairs, find(new, encoder, search)

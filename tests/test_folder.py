from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matcher.guide import read_guide
from matcher.index import folder
from matcher.types import Guide
from tests.conftest import ToyEncoder

pytestmark = pytest.mark.usefixtures("guides_read_once")


@pytest.fixture
def guide(guide_file: Path) -> Guide:
    return read_guide(guide_file)


def folders(cache: Path) -> list[Path]:
    return sorted((cache / "index").iterdir())


def test_without_a_cache_the_index_is_made_anew_and_that_is_noted(guide: Guide, tmp_path: Path) -> None:
    blocked = tmp_path / "a file" / "cache"
    blocked.parent.touch()
    corpus, note = folder.open_or_build(guide, ToyEncoder(), blocked)
    assert len(corpus.topics) == len(guide.topics)
    assert str(note).startswith(f"缓存写不进 {blocked}（路径中有一段不是文件夹）")
    assert "Set MATCHER_CACHE" in str(note)


def test_what_is_opened_equals_what_was_built(guide: Guide, tmp_path: Path) -> None:
    built, _ = folder.open_or_build(guide, ToyEncoder(), tmp_path)
    opened, note = folder.open_or_build(guide, ToyEncoder(), tmp_path)
    assert note is None
    assert opened.passages == built.passages
    texts = {t.id: t.text for t in guide.topics}
    assert all(texts[p.doc_id][p.start : p.end] == p.text for p in opened.passages)
    expected = ToyEncoder().encode([p.text for p in built.passages], "passage")
    np.testing.assert_allclose(opened.vectors, expected, atol=1e-6)
    assert len(folders(tmp_path)) == 1
    assert sorted(p.name for p in folders(tmp_path)[0].iterdir()) == [
        "manifest.json", "passages.jsonl", "topics.jsonl", "vectors.safetensors",
    ]  # fmt: skip


def test_opening_does_not_encode(guide: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.open_or_build(guide, ToyEncoder(), tmp_path)
    monkeypatch.setattr(ToyEncoder, "encode", None)
    folder.open_or_build(guide, ToyEncoder(), tmp_path)


def test_everything_that_decides_the_vectors_is_in_the_name(
    guide: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.open_or_build(guide, ToyEncoder(), tmp_path)
    folder.open_or_build(guide, ToyEncoder(fingerprint="toy-2"), tmp_path)
    folder.open_or_build(replace(guide, topics=guide.topics[:-1]), ToyEncoder(), tmp_path)
    folder.open_or_build(replace(guide, sha256="other bytes"), ToyEncoder(), tmp_path)
    assert len(folders(tmp_path)) == 4


def truncate(part: Path) -> None:
    part.write_bytes(part.read_bytes()[:-10])


def change(part: Path) -> None:
    part.write_bytes(part.read_bytes()[:-20] + b"0" * 20)


@pytest.mark.parametrize("part", ["manifest.json", "topics.jsonl", "passages.jsonl", "vectors.safetensors"])
@pytest.mark.parametrize("damage", [truncate, change, Path.unlink])
def test_a_damaged_folder_is_rebuilt_with_a_note(
    guide: Guide, tmp_path: Path, part: str, damage: object
) -> None:
    built, _ = folder.open_or_build(guide, ToyEncoder(), tmp_path)
    assert callable(damage)
    damage(folders(tmp_path)[0] / part)
    opened, note = folder.open_or_build(guide, ToyEncoder(), tmp_path)
    assert opened.passages == built.passages
    np.testing.assert_array_equal(opened.vectors, built.vectors)
    assert note is not None
    assert "已重建" in note.zh
    assert "rebuilt" in note.en
    assert folder.open_or_build(guide, ToyEncoder(), tmp_path)[1] is None


def test_a_foreign_folder_is_rebuilt(guide: Guide, tmp_path: Path) -> None:
    folder.open_or_build(guide, ToyEncoder(), tmp_path)
    folder.open_or_build(guide, ToyEncoder(fingerprint="toy-2"), tmp_path)
    one, two = folders(tmp_path)
    shutil.rmtree(two)
    shutil.copytree(one, two)
    notes = [folder.open_or_build(guide, ToyEncoder(f), tmp_path)[1] for f in ("toy-1", "toy-2")]
    assert sorted(map(bool, notes)) == [False, True]


def test_where_the_disk_is_full_nothing_is_left_behind_and_that_is_noted(
    guide: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "save_file", full)
    _, note = folder.open_or_build(guide, ToyEncoder(), tmp_path)
    assert f"The cache cannot be written in {tmp_path} (the disk is full)" in str(note)
    assert folders(tmp_path) == []


def test_a_faster_process_wins(guide: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes build the same index: the second finds the first's in place and uses its own answer."""
    folder.open_or_build(guide, ToyEncoder(), tmp_path)
    target = folders(tmp_path)[0]
    kept = (target / "manifest.json").read_bytes()
    monkeypatch.setattr(Path, "exists", lambda self: self != target and os.access(self, os.F_OK))
    folder.open_or_build(guide, ToyEncoder(), tmp_path)
    assert folders(tmp_path) == [target]
    assert (target / "manifest.json").read_bytes() == kept


def test_the_manifest_can_be_read_by_a_person(guide: Guide, tmp_path: Path) -> None:
    folder.open_or_build(guide, ToyEncoder(), tmp_path)
    manifest = json.loads((folders(tmp_path)[0] / "manifest.json").read_text("utf-8"))
    assert manifest["encoder"] == "toy"
    assert manifest["guide"] == guide.id
    assert manifest["format"] == folder.INDEX_FORMAT

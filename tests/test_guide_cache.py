"""The guide as read comes out of the cache as it went in, and is read again where anything has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from matcher import settings, shipped, typed_json
from matcher.guide import mending, read_guide
from matcher.types import Guide

TEXT = """2024年度创新研究课题申报指南
一、重点课题
1. 科技创新券政策实施效果研究
研究内容：评估创新券对小企业研发投入的影响，提出改进建议。
联系处室：政策处 张老师 022-58832900
3. 区域协同创新机制研究
研究内容：比较各区的协同办法，总结经验。
联系处室：区域处 022-58832901
"""


@pytest.fixture
def document(tmp_path: Path) -> Path:
    file = tmp_path / "guide.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "guides").iterdir())


def never(*_: object) -> Guide:
    raise AssertionError("read again")


def test_a_cached_guide_is_the_guide_as_read(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = read_guide(document)
    assert fresh.findings
    assert mending.open_or_read(document, tmp_path) == (fresh, None)
    monkeypatch.setattr(mending, "read_guide", never)
    again, note = mending.open_or_read(document, tmp_path)
    assert (again, note) == (fresh, None)
    # Also both languages of each finding, and the person of each office.
    assert typed_json.plain(again) == typed_json.plain(fresh)


def test_everything_that_decides_the_reading_is_in_the_name(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "package"
    monkeypatch.setattr(mending, "_PACKAGE", package)
    mending.open_or_read(document, tmp_path)
    other = document.with_name("other.txt")
    other.write_bytes(document.read_bytes())
    assert mending.open_or_read(other, tmp_path)[0].id == "other"
    document.write_text(TEXT.replace("政策处", "法规处"), encoding="utf-8")
    assert "法规处" in str(mending.open_or_read(document, tmp_path)[0].topics[0].office)
    for room in ("readers", "guide"):
        (package / room).mkdir(parents=True)
        (package / room / "new.py").write_text(room, encoding="utf-8")
        mending.open_or_read(document, tmp_path)
    (package / room / "new.py").write_text("changed", encoding="utf-8")
    mending.open_or_read(document, tmp_path)
    monkeypatch.setattr(settings, "digest", lambda: "other settings")
    mending.open_or_read(document, tmp_path)
    words = tmp_path / "labels.toml"
    monkeypatch.setattr(shipped, "data_file", lambda _: words)
    words.write_text("other words", encoding="utf-8")
    mending.open_or_read(document, tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "reader-2.0.dist-info").mkdir()
    mending.open_or_read(document, tmp_path)
    assert len(kept(tmp_path)) == 9


def shorter(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-10])


def altered(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'"1-01"', b'"1-09"'))


def foreign(file: Path) -> None:
    text = b'{"id": "x", "title": "x", "topics": 1, "audit": [], "findings": [], "sha256": ""}'
    file.write_bytes(sha256(text).hexdigest().encode() + b"\n" + text)


@pytest.mark.parametrize("damage", [shorter, altered, foreign])
def test_a_damaged_file_is_read_again_with_a_note(
    document: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    fresh, _ = mending.open_or_read(document, tmp_path)
    damage(kept(tmp_path)[0])
    guide, note = mending.open_or_read(document, tmp_path)
    assert guide == fresh
    assert note is not None
    assert ("已损坏" in note.zh, "is damaged" in note.en) == (True, True)
    assert mending.open_or_read(document, tmp_path) == (fresh, None)


def test_a_cache_that_cannot_be_written_is_said(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    guide, note = mending.open_or_read(document, tmp_path)
    assert guide == read_guide(document)
    assert note is not None
    assert "the disk is full" in note.en
    assert kept(tmp_path) == []


def test_a_mended_guide_is_never_cached(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path / "own"))
    fresh, _ = mending.open_or_read(document, tmp_path)
    mending.save(replace(fresh, title="修订"), document.read_bytes(), ".txt")
    assert mending.open_or_read(document, tmp_path)[0].title == "修订"
    mending.forget(fresh.sha256)
    assert mending.open_or_read(document, tmp_path) == (fresh, None)
    assert len(kept(tmp_path)) == 1

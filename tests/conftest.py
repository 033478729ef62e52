"""What the tests share: a toy encoder with real arithmetic, and a small guide of our own."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from multiprocessing import util
from pathlib import Path
from types import ModuleType

# Before anything loads OpenMP: spinning threads slow a busy machine down twentyfold.
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
# Tests go by the shipped settings, which modules read when they are imported.
os.environ.pop("MATCHER_SETTINGS", None)

import hypothesis
import numpy as np
import pytest

from matcher import shipped
from matcher.embeddings import TextKind, Vectors, unit
from matcher.engine import Engine
from matcher.guide import read_guide
from matcher.guide.reading import parse_document
from matcher.season import Season
from matcher.types import Guide

# Speed is asked for where it is meant, by `slowness`: an example that a busy machine ran slowly is no failure. Examples
# are drawn anew in each run: the rare ones come up in one of the many runs, not by many examples in each.
hypothesis.settings.register_profile("house", deadline=None, max_examples=40)
hypothesis.settings.load_profile("house")

GUIDE = """2030年湖东市软课题申报指南
一、重点课题
1.湖东市智慧公交线网优化研究
研究内容：分析公交客流数据，比较线网密度与换乘次数；提出线路调整方案。
对接处室：交通处 0571-1001
2.社区食堂可持续运营机制研究
研究内容：调查社区食堂的成本、价格与补贴；设计运营机制。
对接处室：民生处 0571-1002
二、一般课题
1.夜间经济安全治理研究
研究内容：梳理夜市的消防、噪声与食品安全问题。
2.河道垃圾分类回收研究
研究内容：统计河道垃圾来源；提出回收体系建议。
对接处室：环境处 0571-1003
"""


# What takes longest of the files late in the order of names: at the end one process would be idle beside it.
FIRST = ("test_transformer.py", "test_triage.py", "test_voices.py")

gc.disable()  # until all tests are collected: what is loaded till then stays


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files of FIRST come before the others, which stay in the order of their names."""
    items.sort(key=lambda item: item.path.name not in FIRST)


def pytest_collection_finish() -> None:
    """Look for cycles among what tests make, and not again and again among all that was loaded before."""
    gc.freeze()
    gc.set_threshold(20_000)
    gc.enable()


class ToyEncoder:
    """Texts as counts of a few characters: predictable by eye, equal to nothing trained."""

    name = "toy"
    letters = "公交食堂夜市河道垃圾安全abcdefgh"

    def __init__(self, fingerprint: str = "toy-1", window: int | None = None) -> None:
        self.fingerprint = fingerprint
        self.window = window
        self.dimension = len(self.letters)

    def fits(self, text: str) -> bool:
        return self.window is None or len(text) <= self.window

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        assert all(map(self.fits, texts)), "what does not fit must come in pieces"
        counts = [[t.count(c) for c in self.letters] for t in texts]
        return unit(np.array(counts, np.float32).reshape(len(texts), self.dimension))


@cache
def shipped_guide(name: str = "tianjin-2021-soft-science") -> Guide:
    """A guide of data/guides, read once; to read one where a module is imported takes time of every process."""
    return read_guide(shipped.data_file(f"guides/{name}.txt"))


_read = cache(parse_document)


@pytest.fixture
def guides_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that a test of what comes after the reading opens is read once in each process, not for each test."""
    monkeypatch.setattr("matcher.guide.reading.parse_document", _read)


# What processes of tests run: imported once, and not in each of them.
multiprocessing.set_forkserver_preload(["tests.archive_kills", "tests.at_work"])

LOOP = 0.01  # processor seconds of `_loop` on the machine on which the bounds of `within` were set


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """The body takes at most so many processor seconds: more on a machine that is slower at this moment."""
    start = time.process_time()
    yield
    took = time.process_time() - start
    # How slow the machine is takes a while to find out itself, and is asked where it would matter.
    assert took < seconds or took < seconds * slowness()


@contextmanager
def named(case: str) -> Iterator[None]:
    """An error within says of which case it is: many of a file are looked at in one test."""
    try:
        yield
    except Exception as error:
        error.add_note(case)
        raise


def none_wrong(wrong: Mapping[str, Iterable[str]]) -> None:
    """Fail with the name of each case that has something wrong, and what: pytest itself would cut a long list."""
    lines = [f"{name}: {'; '.join(words)}" for name, words in wrong.items() if words]
    assert not lines, "\n".join(lines)


def slowness() -> float:
    """How many times slower this machine is at this moment than the one that bounds are written for, at least 1."""
    return max(1.0, min(_loop() for _ in range(3)) / LOOP)


def _loop() -> float:
    start = time.process_time()
    sum(i * i % 7 for i in range(200_000))
    return time.process_time() - start


@pytest.fixture
def guide_file(tmp_path: Path) -> Path:
    file = tmp_path / "hudong-2030.txt"
    file.write_text(GUIDE, encoding="utf-8")
    return file


def cache_of_run(factory: pytest.TempPathFactory) -> Path:
    """Where all processes of one run keep their indexes: what one has built the others read."""
    own = factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "cache"


@pytest.fixture(scope="session", autouse=True)
def _private_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Indexes of the tests never meet the user's own; before the fixtures of a module open an engine."""
    util.get_temp_dir()  # of multiprocessing, for good: a command that is called here sets another for its own time
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MATCHER_CACHE", str(cache_of_run(tmp_path_factory)))
        yield


@pytest.fixture(scope="module", autouse=True)
def _own_process() -> Iterator[None]:
    """New processes import the main module again, in whose place a test of the page leaves the page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        yield


@pytest.fixture(autouse=True)
def _own_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that asks for a language in this process does not leave it to the next."""
    monkeypatch.setattr("matcher.screen._spoken", ["both"])


@pytest.fixture(scope="session")
def tianjin(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The engine over the shipped guide with the shipped encoder."""
    return Engine.open(cache=cache_of_run(tmp_path_factory))


@pytest.fixture
def desk_engine(tianjin: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Commands of the intake desk, and learn, that are called in this process share one engine."""
    monkeypatch.setattr("matcher.cli.options.open_engine", lambda *_, **__: tianjin)
    return tianjin


@pytest.fixture
def page_season(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Season:
    """A season in the data folder of a page, over the shipped guide."""
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    return Season.new(tmp_path / "seasons" / "2026.season", shipped.default_guide(), "甲")

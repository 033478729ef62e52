"""How densely texts stand in a guide's words: the bound over many texts never loses one that is dense."""

from __future__ import annotations

import re
from zlib import crc32

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.matching.density import DENSE_WINDOW, PASTED, PASTED_WINDOW, Densities, units
from matcher.segment import HAN, fold

TOPICS = [
    fold(text)
    for text in (
        "科技创新券对中小企业的促进作用研究。分析发放与使用的现状，提出改进办法。",
        "科技企业孵化器与众创空间的运行机制研究；研究孵化器的税收政策。",
        "Cooling of bus stops and a fee for landing; AI 芯片与算力中心的布局。",
    )
]
# Pieces of topics, each other's words, marks, letters that grow when lowered, and characters beyond the first plane.
PIECES = st.sampled_from(
    [
        "科技创新", "券对中小", "企业的促进", "孵化器", "运行机制", "税收", "bus stops", " and a fee ", "AI", "İ", "𠀀", "。", "\n",
        "等", "x", "7",
    ]
)  # fmt: skip
TEXTS = st.lists(st.lists(PIECES, max_size=30).map("".join), max_size=40)


def plain_units(text: str) -> tuple[list[int], list[int]]:
    """Units one by one, as their definition says."""
    low = text.lower() if len(text.lower()) == len(text) else text
    found = [(m.start(), m[0]) for m in re.finditer(f"[{HAN}]|[^\\W_{HAN}]+", low)]
    codes = [ord(w) if len(w) == 1 else (crc32(w.encode("utf-8", "replace")) + 1) << 21 for _, w in found]
    return codes, [start for start, _ in found]


@given(TEXTS)
def test_units_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    together = units(texts)
    assert [tuple(map(list, together.of(i))) for i in range(len(texts))] == [plain_units(t) for t in texts]


@given(TEXTS)
def test_no_dense_text_is_ruled_out(texts: list[str]) -> None:
    densities, together = Densities(TOPICS), units(texts)
    likely = densities.may_be_dense(together)
    for i, window in enumerate(together.windows().tolist()):
        codes, _ = together.of(i)
        met = densities.of(codes)
        runs = [met[a : a + window].mean(axis=0).max() for a in range(len(codes) - window + 1)]
        dense = len(codes) and (met.mean(axis=0).max() >= PASTED or max(runs, default=0) >= PASTED_WINDOW)
        enough = len(codes) + together.latin()[i] >= 8
        assert likely[i] == bool(dense and enough)


def test_a_copy_is_dense_and_its_words_apart_are_not() -> None:
    densities = Densities(TOPICS)
    texts = [TOPICS[0], "".join(c + "甲乙丙" for c in TOPICS[0]), "", TOPICS[1][: DENSE_WINDOW - 1]]
    assert densities.may_be_dense(units(texts)).tolist() == [True, False, False, True]
    assert np.allclose(densities.of(units(texts).of(0)[0])[1:-1].max(), 1)

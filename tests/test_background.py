from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from matcher.embeddings import Vectors
from matcher.embeddings.static import shipped_encoder
from matcher.index import background
from matcher.index.background import FLOOR, Elsewhere

TOPICS = ["夜间经济的安全监管研究", "公交线网优化研究"]
TEXTS = [
    "夜市怎样才安全", "城市公共交通线路怎样调整", "钙钛矿太阳电池的界面钝化", "", "how to graft apple trees",
]  # fmt: skip


def vectors() -> Vectors:
    return shipped_encoder().encode(TEXTS, "query")


def cosine(a: str, b: str) -> float:
    left, right = shipped_encoder().encode([a, b], "query")
    return float(left @ right)


def test_the_lead_by_hand() -> None:
    """Of three others one is the guide's own topic in other words, which is nowhere else; two count by how far they are from it."""
    others = ["太阳电池与光伏材料", "果树嫁接与栽培", "公交线网优化的研究"]
    rows = np.rint(shipped_encoder().encode(others, "passage") * 4000).astype(np.int16)
    leads = Elsewhere(shipped_encoder().encode(TOPICS, "passage"), rows).leads(vectors())
    apart = [1 - max(0.0, *(cosine(other, topic) for topic in TOPICS)) for other in others[:2]]
    assert min(apart) < 0.95
    for text, lead in zip(TEXTS[:3], leads, strict=False):
        own = float(max(cosine(text, topic) for topic in TOPICS))
        away = sum(
            cosine(text, other) * math.sqrt(far) for other, far in zip(others[:2], apart, strict=True)
        ) / len(apart)
        assert lead == pytest.approx(math.log((max(own, 0.0) + FLOOR) / (max(away, 0.0) + FLOOR)), abs=1e-2)
    assert leads[3] == 0
    assert leads[0] > 0.1 > -0.1 > leads[2]


def test_a_text_does_not_depend_on_its_batch(tmp_path: Path) -> None:
    found = Elsewhere(
        shipped_encoder().encode(TOPICS, "passage"), background.open_or_build(shipped_encoder(), tmp_path)
    )
    together = found.leads(vectors())
    assert together.tolist() == [found.leads(row[None])[0] for row in vectors()]
    assert found.leads(vectors()[::-1]).tolist() == together[::-1].tolist()


def test_a_guide_that_has_everything_has_no_elsewhere() -> None:
    rows = np.rint(shipped_encoder().encode(TOPICS, "passage") * 4000).astype(np.int16)
    assert Elsewhere(shipped_encoder().encode(TOPICS, "passage"), rows).leads(vectors()).tolist() == [
        0.0
    ] * len(TEXTS)


def test_the_file_is_kept_and_a_damaged_one_made_again(tmp_path: Path) -> None:
    made = background.open_or_build(shipped_encoder(), tmp_path)
    (file,) = tmp_path.iterdir()
    before = file.stat().st_mtime_ns
    np.testing.assert_array_equal(background.open_or_build(shipped_encoder(), tmp_path), made)
    assert file.stat().st_mtime_ns == before
    content = file.read_bytes()
    for damaged in (content[:1000], content[:-2] + b"xx", b""):
        file.write_bytes(damaged)
        np.testing.assert_array_equal(background.open_or_build(shipped_encoder(), tmp_path), made)
        assert file.read_bytes() == content
    assert [p.name for p in tmp_path.iterdir()] == [file.name]

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from matcher.cli import app
from matcher.embeddings import FAST
from matcher.embeddings.reranker import Reranker
from matcher.engine import Engine
from matcher.errors import CalibrationError, EncoderError
from matcher.matching.scoring import RERANKED, RERANKER_WEIGHT
from matcher.types import Proposal
from tests.models import tiny_cross_encoder

DEV = Path(__file__).parent.parent / "data" / "eval" / "tianjin-dev.jsonl"
LONG = "公交线网优化研究，食堂夜市安全，河道垃圾回收补贴机制。" * 8


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny_cross_encoder(tmp_path_factory.mktemp("model")))


def test_scores_are_those_of_sentence_transformers(model: str) -> None:
    """Parity with CrossEncoder itself on pairs that fit its window."""
    from sentence_transformers import CrossEncoder

    pairs = [("公交线网", "优化研究"), ("夜市安全", "食堂研究")]
    expected = CrossEncoder(model, device="cpu").predict(pairs)
    reranker = Reranker(model)
    for (text, topic), one in zip(pairs, expected, strict=True):
        assert reranker.scores(text, [topic])[0] == pytest.approx(float(one), abs=1e-5)


def test_a_long_text_is_read_whole(model: str) -> None:
    """Beyond the window the end still counts: two texts that differ only there differ in score."""
    reranker = Reranker(model)
    first = reranker.scores(LONG + "公交公交公交公交", ["河道垃圾"])
    second = reranker.scores(LONG + "abcdefgh", ["河道垃圾"])
    assert first[0] != second[0]
    assert 0 <= first[0] <= 1


def test_it_has_its_share_of_the_first_topics_only(model: str) -> None:
    plain, engine = Engine.open(), Engine.open(reranker=model, gated=False)
    proposal = Proposal("p", "", "创新券对小企业买科技服务有没有用")
    before, after = plain.score([proposal]), engine.score([proposal])
    first = np.argsort(-before.hybrid[0], kind="stable")[:RERANKED]
    read = after.parts["reranker"][0]
    assert set(np.flatnonzero(read)) <= set(first)
    expected = (1 - RERANKER_WEIGHT) * before.hybrid[0] + RERANKER_WEIGHT * read
    np.testing.assert_allclose(after.hybrid[0], expected, atol=2e-6)
    for hit in engine.match(proposal, k=12).hits:
        assert hit.score == pytest.approx(sum(e.weight * e.score for e in hit.evidence), abs=2e-6)


def test_an_untested_one_is_refused(model: str) -> None:
    with pytest.raises(CalibrationError, match="untested"):
        Engine.open(reranker=model)


def test_a_missing_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="--reranker"):
        Reranker(str(tmp_path / "nothing"))


@pytest.fixture
def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair that was read by one command is not read again by the next."""
    read = Reranker.scores
    seen: dict[tuple[str, ...], NDArray[np.float64]] = {}

    def scores(reranker: Reranker, text: str, topics: Sequence[str]) -> NDArray[np.float64]:
        key = (text, *topics)
        if key not in seen:
            seen[key] = read(reranker, text, topics)
        return seen[key]

    monkeypatch.setattr(Reranker, "scores", scores)


@pytest.mark.usefixtures("_once")
def test_one_that_does_harm_does_not_pass_the_gate(tmp_path: Path) -> None:
    """Random scores make the ranking worse; forcing keeps it, and then it is used."""
    model = str(tiny_cross_encoder(tmp_path, window=512))  # reads pairs in one piece, which is soon done
    rows = DEV.read_text(encoding="utf-8").splitlines()
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(rows[110:]), encoding="utf-8")
    command = ["calibrate", str(few), "--fast", "--reranker", model]
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == 1
    assert isinstance(refused.exception, CalibrationError)
    assert "does worse" in str(refused.exception)
    own = tmp_path / "own.json"
    assert CliRunner().invoke(app, [*command, "--force", "--out", str(own)]).exit_code == 0
    engine = Engine.open(encoder=FAST, reranker=model, calibration=own)
    assert engine.match(Proposal("p", "", "创新券")).hits[0].probability is not None

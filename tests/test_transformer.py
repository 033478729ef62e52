"""What needs torch: other models of sentence-transformers, and cross-encoders; in one file, which one process imports it for."""

from __future__ import annotations

import random
import shutil
import socket
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from matcher import shipped
from matcher.cli.commands import app
from matcher.embeddings import FAST, load_encoder, read_computing
from matcher.embeddings.transformer import Reranker, TransformerEncoder
from matcher.engine import Engine
from matcher.errors import CalibrationError, EncoderError
from matcher.matching.scoring import RERANKED, RERANKER_WEIGHT
from matcher.types import Proposal
from tests.models import WINDOW, tiny_bert, tiny_cross_encoder
from tests.test_embeddings import TEXTS, contract

DEV = Path(__file__).parent.parent / "data" / "eval" / "tianjin-dev.jsonl"
LONG = "公交线网优化研究，食堂夜市安全，河道垃圾回收补贴机制。" * 8


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bert(tmp_path_factory.mktemp("bert"))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny_cross_encoder(tmp_path_factory.mktemp("model")))


def test_contract_transformer(bert: Path) -> None:
    contract(load_encoder(str(bert)))


@pytest.mark.parametrize(
    ("name", "folder"), [(None, shipped.default_encoder()), (FAST, shipped.fast_encoder())]
)
def test_shipped_equals_sentence_transformers(name: str | None, folder: Path) -> None:
    """The way without torch gives what `SentenceTransformer(folder)` gives, with its own prompts."""
    from sentence_transformers import SentenceTransformer

    lines = shipped.default_guide().read_text(encoding="utf-8").split("\n")
    # What an encoder does to a line it does to every line: some twenty of all lengths, the longest among them.
    texts = [*TEXTS[:4], *sorted(filter(str.strip, lines[:80]), key=len)[::-4]]
    # No code lies in the folder: the word lets sentence-transformers take our installed class.
    reference = SentenceTransformer(
        str(folder), device="cpu", local_files_only=True, trust_remote_code=name is None
    )
    assert not list(folder.rglob("*.py"))
    for kind, prompt in (("query", "query"), ("passage", "document")):
        expected = reference.encode(texts, prompt_name=prompt, normalize_embeddings=True)
        np.testing.assert_allclose(load_encoder(name).encode(texts, kind), expected, atol=1e-5)  # type: ignore[arg-type]


def test_the_fingerprint_follows_the_content(tmp_path: Path, bert: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(bert, copy)
    assert TransformerEncoder(str(bert)).fingerprint == TransformerEncoder(str(copy)).fingerprint
    other = tiny_bert(tmp_path / "other", prompts={"query": "a: ", "document": "b: "})
    assert TransformerEncoder(str(other)).fingerprint != TransformerEncoder(str(bert)).fingerprint


def test_a_model_uses_its_own_prompts(tmp_path: Path, bert: Path) -> None:
    prompted = TransformerEncoder(str(tiny_bert(tmp_path, prompts={"query": "ab: ", "document": "cd: "})))
    plain = TransformerEncoder(str(bert))
    np.testing.assert_allclose(
        prompted.encode(["公交"], "query"), plain.encode(["ab: 公交"], "query"), atol=1e-5
    )
    np.testing.assert_allclose(
        prompted.encode(["公交"], "passage"), plain.encode(["cd: 公交"], "query"), atol=1e-5
    )


def test_a_smaller_batch_gives_the_same_rows(bert: Path) -> None:
    one = load_encoder(str(bert), read_computing("cpu,batch=1")).encode(TEXTS, "query")
    np.testing.assert_allclose(one, TransformerEncoder(str(bert)).encode(TEXTS, "query"), atol=1e-5)


def test_bfloat16_is_another_encoder_with_nearly_the_same_rows(bert: Path) -> None:
    """On a processor; no graphics card was at hand."""
    exact, half = TransformerEncoder(str(bert)), TransformerEncoder(str(bert), read_computing("cpu,bf16"))
    contract(exact)
    assert half.fingerprint != exact.fingerprint
    rows = half.encode(TEXTS, "query")
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    cosines = (rows * exact.encode(TEXTS, "query")).sum(axis=1)
    assert 0.999 < cosines.min() < 1 - 1e-7, "near, and not the same numbers"


def test_auto_is_the_best_device_of_the_machine(bert: Path) -> None:
    import torch

    best = torch.accelerator.current_accelerator(check_available=True)
    encoder = TransformerEncoder(str(bert), read_computing("auto"))
    assert encoder.device == (best.type if best is not None else "cpu")
    assert encoder.fingerprint == TransformerEncoder(str(bert)).fingerprint


@pytest.mark.parametrize("device", ["cuda", "cpu,bf16"])
def test_a_folder_of_the_shipped_kind_takes_no_device(device: str) -> None:
    folder = str(shipped.default_encoder())
    with pytest.raises(EncoderError, match="leave out --device"):
        load_encoder(folder, read_computing(device))
    assert load_encoder(folder, read_computing("cpu")).fingerprint == load_encoder().fingerprint


@pytest.mark.parametrize("device", ["cuda:77", "gpu", "meta"])
def test_a_device_that_is_not_there_is_named(bert: Path, device: str) -> None:
    with pytest.raises(EncoderError, match=f"cannot compute on {device}") as caught:
        TransformerEncoder(str(bert), read_computing(device))
    assert "\n" not in str(caught.value)


def test_the_window_counts_prompt_and_special_tokens(tmp_path: Path, bert: Path) -> None:
    plain = TransformerEncoder(str(bert))
    assert plain.window == WINDOW
    assert plain.fits("公" * (WINDOW - 2))
    assert not plain.fits("公" * (WINDOW - 1))
    prompted = TransformerEncoder(str(tiny_bert(tmp_path, prompts={"query": "abcd"})))
    assert prompted.fits("公" * (WINDOW - 6))
    assert not prompted.fits("公" * (WINDOW - 5))


def test_an_encoder_with_a_window_reads_everything(guide_file: Path, bert: Path, tmp_path: Path) -> None:
    """A tiny random BERT through the whole engine: texts far beyond its window are read in pieces."""
    engine = Engine.open(guide_file, str(bert), tmp_path / "cache")
    proposal = Proposal("p", "公交线网优化研究", "分析公交客流数据" * 20)
    match = engine.match(proposal, k=4)
    assert len(match.hits) == 4
    covered = {i for h in match.hits for e in h.evidence for i in range(e.query.start, e.query.end)}
    assert len(covered) >= len(proposal.title) + len(proposal.abstract)
    again = Engine.open(guide_file, str(bert), tmp_path / "cache").match(proposal, k=4)
    assert again.to_dict() == match.to_dict()


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no network in tests")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("name", ["BAAI/bge-m3", "nowhere/no-such-model"])
def test_a_hub_out_of_reach_is_said_within_five_seconds(name: str) -> None:
    start = time.perf_counter()
    with pytest.raises(EncoderError, match="out of reach") as caught:
        load_encoder(name)
    assert time.perf_counter() - start < 5
    assert "leave out --encoder" in str(caught.value)
    assert "local model folder" in str(caught.value)


@pytest.mark.usefixtures("no_network")
def test_a_local_folder_needs_no_network(bert: Path) -> None:
    assert load_encoder(str(bert)).dimension == 32


def test_a_damaged_model_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("[{]")
    with pytest.raises(EncoderError, match="Cannot load encoder"):
        load_encoder(str(tmp_path))


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
    before, after = plain.scorer.score([proposal]), engine.scorer.score([proposal])
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
def _drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs are scored by a draw for each, as a model of random weights would, which no gate lets pass either."""

    def scores(reranker: Reranker, text: str, topics: Sequence[str]) -> NDArray[np.float64]:
        return np.array([random.Random(f"{text}|{topic}").random() for topic in topics])

    monkeypatch.setattr(Reranker, "scores", scores)


@pytest.mark.usefixtures("_drawn")
def test_one_that_does_harm_does_not_pass_the_gate(tmp_path: Path) -> None:
    """Random scores make the ranking worse; forcing keeps it, and then it is used."""
    model = str(tiny_cross_encoder(tmp_path))
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

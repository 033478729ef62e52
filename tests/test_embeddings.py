"""One contract for all encoders; the shipped ones equal sentence-transformers' own reading of their folders."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from matcher import shipped
from matcher.embeddings import FAST, Computing, Encoder, encode, load_encoder, read_computing, unit
from matcher.embeddings.onnx import OnnxEncoder
from matcher.embeddings.static import StaticEncoder
from matcher.embeddings.transformer import TransformerEncoder
from matcher.engine import Engine
from matcher.errors import EncoderError
from matcher.report import match_json
from matcher.types import Proposal
from tests.conftest import ToyEncoder
from tests.models import WINDOW, tiny_bert

TEXTS = [
    "研究科技创新券对中小企业研发投入的影响",
    "公交线网优化",
    "Attracting foreign talent to a coastal city",
    "AI与制造业融合 case study，2021年",
    "",
    "   ",
    "𠮷野家😀 ½ ﬁ",
    "x" * 3000,
]


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bert(tmp_path_factory.mktemp("bert"))


def _contract(encoder: Encoder) -> None:
    rows = encoder.encode(TEXTS, "query")
    assert rows.dtype == np.float32
    assert rows.shape == (len(TEXTS), encoder.dimension)
    norms = np.linalg.norm(rows, axis=1)
    assert np.all(np.isclose(norms, 1, atol=1e-5) | (norms == 0))
    assert encoder.encode([], "passage").shape == (0, encoder.dimension)
    for text, row in zip(TEXTS, rows, strict=True):
        np.testing.assert_allclose(encoder.encode([text], "query")[0], row, atol=1e-5)
    assert encoder.fits("公交")


@pytest.mark.parametrize("name", [None, FAST])
def test_contract_shipped(name: str | None) -> None:
    _contract(load_encoder(name))


@pytest.mark.parametrize("name", [None, FAST])
def test_a_process_loads_a_shipped_encoder_once(name: str | None) -> None:
    assert load_encoder(name) is load_encoder(name)


def test_the_fast_reader_knows_when_it_knows_nothing() -> None:
    assert not load_encoder(FAST).encode(["", "   "], "query").any()


def test_contract_transformer(bert: Path) -> None:
    _contract(load_encoder(str(bert)))


@pytest.mark.parametrize(
    ("folder", "reader"), [(shipped.default_encoder(), OnnxEncoder), (shipped.fast_encoder(), StaticEncoder)]
)
def test_shipped_rows_are_bytes_equal_whatever_the_batch(
    folder: Path, reader: Callable[[Path], Encoder]
) -> None:
    rows = reader(folder).encode(TEXTS * 3, "passage")
    anew = reader(folder)  # an encoder remembers what it has read
    for i, text in enumerate(TEXTS):
        alone = anew.encode([text], "passage")[0]
        assert rows[i].tobytes() == rows[i + 8 * 2].tobytes() == alone.tobytes()


@pytest.mark.parametrize(
    ("name", "folder"), [(None, shipped.default_encoder()), (FAST, shipped.fast_encoder())]
)
def test_shipped_equals_sentence_transformers(name: str | None, folder: Path) -> None:
    """The way without torch gives what `SentenceTransformer(folder)` gives, with its own prompts."""
    from sentence_transformers import SentenceTransformer

    lines = shipped.default_guide().read_text(encoding="utf-8").split("\n")
    texts = [t for t in TEXTS[:4] + lines[:80] if t.strip()]
    # No code lies in the folder: the word lets sentence-transformers take our installed class.
    reference = SentenceTransformer(
        str(folder), device="cpu", local_files_only=True, trust_remote_code=name is None
    )
    assert not list(folder.rglob("*.py"))
    for kind, prompt in (("query", "query"), ("passage", "document")):
        expected = reference.encode(texts, prompt_name=prompt, normalize_embeddings=True)
        np.testing.assert_allclose(load_encoder(name).encode(texts, kind), expected, atol=1e-5)  # type: ignore[arg-type]


def test_sentences_are_read_in_their_text() -> None:
    """A sentence's vector is the mean of its own pieces' states, so that of a text of one sentence points
    nearly where the whole does, and the whole of a text is that of its sentences joined by line ends."""
    encoder = OnnxEncoder(shipped.default_encoder())
    text = ["研究创新券对小企业的作用。", "比较两种公交线网。"]
    sentences, full_texts = map(unit, encoder.read([text], "query"))
    assert sentences.shape == (2, encoder.dimension)
    np.testing.assert_allclose(full_texts[0], encoder.encode(["\n".join(text) + "\n"], "query")[0], atol=1e-5)
    vouchers, buses = encoder.encode(["创新券", "公交"], "passage")
    assert sentences[0] @ vouchers > sentences[0] @ buses
    assert sentences[1] @ buses > sentences[1] @ vouchers


def test_no_sentence_is_lost_beyond_the_window() -> None:
    """A text of many windows: its last sentence decides as much as its first."""
    encoder = OnnxEncoder(shipped.default_encoder())
    filler = [f"第{i}段讨论城市公交线网的第{i}种布局方法及其客流影响。" for i in range(80)]
    sentences, full_texts = map(unit, encoder.read([[*filler, "结论：创新券有用。"], filler], "query"))
    assert len(sentences) == 161
    assert np.linalg.norm(sentences, axis=1) == pytest.approx(1, abs=1e-5)
    assert float(full_texts[0] @ full_texts[1]) < 1 - 1e-6


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
    _contract(exact)
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


@pytest.mark.parametrize("device", ["cuda:77", "gpu", "meta"])
def test_a_device_that_is_not_there_is_named(bert: Path, device: str) -> None:
    with pytest.raises(EncoderError, match=f"cannot compute on {device}") as caught:
        TransformerEncoder(str(bert), read_computing(device))
    assert "\n" not in str(caught.value)


def test_how_a_computing_is_written() -> None:
    assert read_computing("cuda") == Computing("cuda")
    assert read_computing("cuda:1, batch=64") == Computing("cuda:1", 64)
    assert read_computing("mps,bf16,batch=8") == Computing("mps", 8, True)
    for wrong in ("", "cuda,batch=0", "cuda,fp16", "cuda,batch=", ",bf16", "cuda,bf16batch=2"):
        with pytest.raises(EncoderError, match="is not understood"):
            read_computing(wrong)


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
    assert match_json(again) == match_json(match)


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


@pytest.mark.parametrize("name", ["no-such-folder", "./no/such", ""])
def test_what_is_no_model_is_refused(name: str) -> None:
    with pytest.raises(EncoderError, match="neither a model folder nor"):
        load_encoder(name)


@pytest.mark.parametrize(
    ("folder", "reader"), [(shipped.default_encoder(), OnnxEncoder), (shipped.fast_encoder(), StaticEncoder)]
)
@pytest.mark.parametrize("break_it", [
    lambda file: file.unlink(),
    lambda file: file.write_bytes(b"{"),
    lambda file: file.write_bytes(b"\x00" * 64),
])  # fmt: skip
def test_a_damaged_shipped_model_is_named(
    tmp_path: Path, folder: Path, reader: Callable[[Path], Encoder], break_it: Callable[[Path], object]
) -> None:
    for name in ("tokenizer.json", "model.onnx" if reader is OnnxEncoder else "model.safetensors"):
        copy = tmp_path / name
        shutil.copytree(folder, copy, copy_function=os.symlink)
        (copy / name).unlink()
        shutil.copy(folder / name, copy)
        break_it(copy / name)
        with pytest.raises(EncoderError, match="incomplete"):
            reader(copy)


def test_a_damaged_model_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("[{]")
    with pytest.raises(EncoderError, match="Cannot load encoder"):
        load_encoder(str(tmp_path))


def test_a_text_beyond_the_window_is_the_mean_of_its_pieces() -> None:
    """14 characters in a window of 8 become "公交公交公交，" and "食堂食堂食堂。": weights 7 and 7."""
    small = ToyEncoder(window=8)  # it asserts that whatever it is given fits
    rows = encode(small, ["公交公交公交，食堂食堂食堂。", "公交"], "query")
    bus, canteen = small.encode(["公交公交公交，", "食堂食堂食堂。"], "query")
    np.testing.assert_allclose(rows[0], unit((bus + canteen)[None, :])[0], atol=1e-6)
    np.testing.assert_allclose(rows[1], small.encode(["公交"], "query")[0], atol=1e-6)


def test_unit_keeps_zero_rows() -> None:
    rows = unit(np.array([[3, 4], [0, 0]], np.float32))
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0.0, 0.0]])


def test_the_toy_encoder_keeps_the_contract() -> None:
    _contract(ToyEncoder())

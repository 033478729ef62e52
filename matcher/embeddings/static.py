"""The shipped encoder: a static model of sentence-transformers, run without torch.

A text's vector is the mean of its pieces' rows, scaled to length 1. The folder is what
`sentence_transformers.SentenceTransformer(folder)` loads (module StaticEmbedding with the
model2vec keys); both ways give the same vectors, which a test holds to 1e-5.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from matcher.embeddings import Kind, Vectors, unit
from matcher.errors import EncoderError

# Texts summed at a time: their rows stay in the processor's cache (64 sentences of 30 pieces, 2 MB).
_CHUNK = 64


class StaticEncoder:
    """Vectors from a table: one row a piece of text, weighted, averaged, scaled to length 1."""

    def __init__(self, folder: Path) -> None:
        """Load the table and the tokenizer in `folder`; EncoderError if a part is missing or damaged."""
        weights_file, tokenizer_file = folder / "model.safetensors", folder / "tokenizer.json"
        try:
            tensors = load_file(weights_file)
            self._tokenizer = Tokenizer.from_file(str(tokenizer_file))
            self._rows: Vectors = tensors["embeddings"]
            self._row_of_piece = tensors["mapping"]
            self._weight_of_piece = tensors["weights"].astype(np.float32)
        except (
            Exception
        ) as error:  # tokenizers raises bare Exception, safetensors its own, both mean the same here
            if not isinstance(error, (OSError, KeyError, SafetensorError)) and type(error) is not Exception:
                raise
            raise EncoderError(
                f"内置编码器不完整：应在 {folder} 有 model.safetensors 与 tokenizer.json（{error}）；请重新安装。"
                f" / The shipped encoder is incomplete: expected model.safetensors and tokenizer.json in {folder}"
                f" ({error}); reinstall the program."
            ) from error
        self._files = (weights_file, tokenizer_file)
        self._fingerprint = ""

    @property
    def name(self) -> str:
        """ "shipped": the encoder that needs no name."""
        return "shipped"

    @property
    def fingerprint(self) -> str:
        """Hash of the weights and the tokenizer."""
        if not self._fingerprint:
            digest = blake2b(digest_size=16)
            for file in self._files:
                digest.update(file.read_bytes())
            self._fingerprint = digest.hexdigest()
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return int(self._rows.shape[1])

    def fits(self, text: str) -> bool:
        """Always: a mean has no window."""
        return True

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """Rows of length 1, shape (len(texts), dimension); queries and passages alike."""
        sums = np.zeros((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _CHUNK):
            encodings = self._tokenizer.encode_batch_fast(
                list(texts[start : start + _CHUNK]), add_special_tokens=False
            )
            pieces = [e.ids for e in encodings]
            filled = [i for i, ids in enumerate(pieces) if ids]
            if not filled:
                continue
            ids = np.concatenate([np.asarray(pieces[i]) for i in filled])
            offsets = np.cumsum([0] + [len(pieces[i]) for i in filled[:-1]])
            rows = self._rows[self._row_of_piece[ids]] * self._weight_of_piece[ids, None]
            sums[start + np.asarray(filled)] = np.add.reduceat(rows, offsets, axis=0)
        # The mean and the sum point the same way, and only the direction is kept.
        return unit(sums)

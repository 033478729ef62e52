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
from numpy.typing import NDArray
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

    @property
    def size(self) -> int:
        """How many pieces the tokenizer knows."""
        return len(self._row_of_piece)

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

    def pieces(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """The pieces (words, mostly) of each text in order, as numbers below `size`."""
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.asarray(e.ids, np.int64) for e in encodings]

    def word_weights(self, pieces: NDArray[np.int64]) -> Vectors:
        """How much each piece says, shape (len(pieces),): the length of its weighted row; 0 for nothing."""
        weights: Vectors = self._lengths(pieces) * np.abs(self._weight_of_piece[pieces])
        return weights

    def word_cosines(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> Vectors:
        """Cosines, clipped at 0, of each piece in `first` with each in `second`, (len(first), len(second)).

        Rows hold whole numbers up to 127, so their products are exact in float32 whatever the
        order of summing, and a cosine does not depend on what else is asked for.
        """
        products = self._whole_rows(first) @ self._whole_rows(second).T
        products /= np.maximum(self._lengths(first), 1)[:, None]
        products /= np.maximum(self._lengths(second), 1)[None, :]
        cosines: Vectors = products.clip(0, 1, out=products)
        return cosines

    def _whole_rows(self, pieces: NDArray[np.int64]) -> Vectors:
        rows: Vectors = self._rows[self._row_of_piece[pieces]].astype(np.float32)
        return rows

    def _lengths(self, pieces: NDArray[np.int64]) -> Vectors:
        rows = self._whole_rows(pieces)
        lengths: Vectors = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float32))
        return lengths

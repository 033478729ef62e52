"""The fast reader: a static model of sentence-transformers, run without torch.

A text's vector is the mean of its pieces' rows, scaled to length 1. The folder is what
`sentence_transformers.SentenceTransformer(folder)` loads (module StaticEmbedding with the
model2vec keys); both ways give the same vectors, which a test holds to 1e-5.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from unicodedata import is_normalized

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from matcher import settings, shipped
from matcher.arrays import distinct, reduce_groups
from matcher.embeddings.encoder import FAST, Text, TextKind, Vectors, digest_of, unit
from matcher.errors import EncoderError, reason
from matcher.message import Catalogue

say = Catalogue(__file__)

_CHUNK = settings.chunk("embeddings.static.encoded")
_REMEMBERED = settings.chunk("embeddings.static.remembered")
_FINAL = "Σ"  # Python makes another letter of it at the end of a word


# Rows of whole numbers up to 127 of n pieces, (n, dimension), and their lengths, (n,), at least 1.
WordVectors = tuple[Vectors, Vectors]
PiecesOfLine = tuple[NDArray[np.int64], Vectors]  # the pieces of a line, and the sum of their rows


@cache
def shipped_encoder() -> StaticEncoder:
    """The fast reader that is shipped, loaded once: engines over several guides share it. EncoderError as below."""
    return StaticEncoder(shipped.fast_encoder())


class StaticEncoder:
    """Vectors from a table: one row a piece of text, weighted, averaged, scaled to length 1."""

    name = FAST

    def __init__(self, folder: Path) -> None:
        """Load the table and the tokenizer in `folder`; EncoderError if a part is missing or damaged."""
        weights_file, tokenizer_file = folder / "model.safetensors", folder / "tokenizer.json"
        try:
            tensors = load_file(weights_file)
            self._tokenizer = Tokenizer.from_file(str(tokenizer_file))
            self._normalised = self._tokenizer.normalizer.normalize_str
            self._of_normalised = Tokenizer(self._tokenizer.model)
            self._of_normalised.pre_tokenizer = self._tokenizer.pre_tokenizer
            self._rows: Vectors = tensors["embeddings"]
            self._row_of_piece = tensors["mapping"]
            self._weight_of_piece = tensors["weights"].astype(np.float32)
        # Tokenizers raises bare Exception, safetensors its own, both mean the same here.
        except Exception as error:
            if not isinstance(error, (OSError, KeyError, SafetensorError)) and type(error) is not Exception:
                raise
            raise EncoderError(say("fast incomplete", folder=folder, error=reason(error))) from error
        # Worked out when they are asked for; -1 until then.
        self._row_lengths = np.full(len(self._row_of_piece), -1, np.float32)
        self._lines: dict[str, PiecesOfLine] = {}
        self._files = (weights_file, tokenizer_file)
        self.dimension = int(self._rows.shape[1])
        # How many pieces the tokenizer knows.
        self.size = len(self._row_of_piece)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the weights and the tokenizer."""
        return digest_of(self._files)

    def fits(self, text: str) -> bool:
        """Always: a mean has no window."""
        return True

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Rows of length 1, shape (len(texts), dimension); queries and passages alike."""
        # The mean and the sum point the same way, and only the direction is kept.
        return unit(self.sums(texts))

    def read(self, texts: Sequence[Text], kind: TextKind) -> tuple[Vectors, Vectors]:
        """Rows of all sentences, (n, dimension), and of the whole texts, (len(texts), dimension): sums over pieces."""
        sentences = self.sums([sentence for text in texts for sentence in text])
        sums = np.zeros((len(texts), self.dimension), np.float32)
        starts = np.cumsum([0] + [len(text) for text in texts])
        for row, (a, b) in zip(sums, pairwise(starts.tolist()), strict=True):
            sentences[a:b].sum(axis=0, out=row)
        return sentences, sums

    def sums(self, texts: Sequence[str]) -> Vectors:
        """Rows as long as texts say much, (len(texts), dimension): sums over pieces."""
        sums = np.zeros((len(texts), self.dimension), np.float32)
        by_text = self._lines_of(texts)
        np.add(sums, [lines[0][1] for lines in by_text] or sums, out=sums)
        for row, lines in zip(sums, by_text, strict=True):
            for _, line_sum in lines[1:]:
                row += line_sum
        return sums

    def pieces(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """The pieces (words, mostly) of each text in order, as numbers below `size`."""
        return [
            lines[0][0] if len(lines) == 1 else np.concatenate([pieces for pieces, _ in lines])
            for lines in self._lines_of(texts)
        ]

    def _lines_of(self, texts: Sequence[str]) -> list[list[PiecesOfLine]]:
        """What `_read` says of the lines of each text."""
        split = [text.split("\n") for text in texts]
        by_line = self._read([line for lines in split for line in lines])
        return [[by_line[line] for line in lines] for lines in split]

    def spans(self, text: str) -> list[tuple[int, int, int]]:
        """The pieces of `text` in order, each with its place: (piece, start, end)."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return [(piece, a, b) for piece, (a, b) in zip(encoding.ids, encoding.offsets, strict=True)]

    def _read(self, lines: Sequence[str]) -> dict[str, PiecesOfLine]:
        """The pieces of every line, and the sum of their rows.

        Pieces never reach across a line end. A sentence is asked for again as part of its text and
        for its words, so the last lines are remembered; threads may share the memory.
        """
        known = self._lines
        by_line = {line: read for line in lines if (read := known.get(line)) is not None}
        if not (new := list(dict.fromkeys(line for line in lines if line not in by_line))):
            return by_line
        cut = [
            np.asarray(encoding.ids, np.int64)
            for encoding in self._of_normalised.encode_batch_fast(
                [self._lowered(line) for line in new], add_special_tokens=False
            )
        ]
        for start in range(0, len(new), _CHUNK):
            part, pieces = new[start : start + _CHUNK], cut[start : start + _CHUNK]
            sums = np.zeros((len(part), self.dimension), np.float32)
            filled = np.flatnonzero([len(p) for p in pieces])
            if len(filled):
                ids = np.concatenate(pieces)
                starts = np.cumsum([0] + [len(pieces[i]) for i in filled[:-1]])
                rows = self._rows[self._row_of_piece[ids]].astype(np.float32)
                rows *= self._weight_of_piece[ids, None]
                sums[filled] = reduce_groups(np.add, rows, starts)
            by_line.update(zip(part, zip(pieces, sums, strict=True), strict=True))
        if len(known) + len(new) > _REMEMBERED:
            known = self._lines = {}
        known.update(by_line)
        return by_line

    def _lowered(self, line: str) -> str:
        """A line as the tokenizer normalises it: NFKC, which it mostly is already, in small letters, which Python does as fast."""
        if _FINAL not in line and is_normalized("NFKC", line):
            return line.lower()
        normalised: str = self._normalised(line)
        return normalised

    def word_weights(self, pieces: NDArray[np.int64]) -> Vectors:
        """How much each piece says, shape (len(pieces),): the length of its weighted row; 0 for nothing."""
        weights: Vectors = self._lengths_of(pieces) * np.abs(self._weight_of_piece[pieces])
        return weights

    def word_cosines(self, first: NDArray[np.int64], second: WordVectors) -> Vectors:
        """Cosines, clipped at 0, of each piece in `first` with each in `second`, (len(first), len(second)).

        The products of their rows are exact in float32 whatever the order of summing, and a cosine does not depend
        on what else is asked for.
        """
        products = self._float_rows(first) @ second[0]
        products /= np.maximum(self._lengths_of(first), 1)[:, None]
        products /= second[1][None, :]
        cosines: Vectors = products.clip(0, 1, out=products)
        return cosines

    def words(self, pieces: NDArray[np.int64]) -> WordVectors:
        """Pieces as `word_cosines` compares others with them: a column each, (dimension, len(pieces)), and its length."""
        return np.ascontiguousarray(self._float_rows(pieces).T), np.maximum(self._lengths_of(pieces), 1)

    def _float_rows(self, pieces: NDArray[np.int64]) -> Vectors:
        rows: Vectors = self._rows[self._row_of_piece[pieces]].astype(np.float32)
        return rows

    def _lengths_of(self, pieces: NDArray[np.int64]) -> Vectors:
        """The lengths of the rows of pieces, (len(pieces),)."""
        new = distinct(pieces[self._row_lengths[pieces] < 0])
        rows = self._float_rows(new)
        self._row_lengths[new] = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float32))
        lengths: Vectors = self._row_lengths[pieces]
        return lengths

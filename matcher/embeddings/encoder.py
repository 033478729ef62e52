"""What is asked of an encoder, and the vectors of texts of any length by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from matcher.arrays import reduce_groups
from matcher.errors import EncoderError
from matcher.message import Catalogue
from matcher.segment import pieces

say = Catalogue(__file__)

TextKind = Literal["query", "passage"]
Vectors = NDArray[np.float32]
Text = Sequence[str]  # the sentences of a text, folded
FAST = "fast"  # the name of the fast reader
_BATCH = re.compile(r"(?:batch=([1-9]\d{0,5}))?")


class Computing(NamedTuple):
    """Where and how a sentence-transformers model computes; the shipped encoders read one text at a time on the processor.

    `device` is a name of torch ("cpu", "cuda", "cuda:1", "mps") or "auto", the best that there is. `batch` texts are
    read at once; None: as many as fit, 32 on a processor and 256 on a graphics card. With `bfloat16` weights take half
    the memory and vectors agree with those of float32 to about two digits: another fingerprint, another index.
    """

    device: str = "cpu"
    batch: int | None = None
    bfloat16: bool = False


CPU = Computing()


def read_computing(text: str) -> Computing:
    """The computing that a user writes: a device, then any of "bf16" and "batch=N", such as "cuda,bf16,batch=64".

    EncoderError for anything else.
    """
    device, *rest = (part.strip() for part in text.split(","))
    bfloat16 = rest[:1] == ["bf16"]
    batch = _BATCH.fullmatch(",".join(rest[bfloat16:]))
    if not device or batch is None:
        raise EncoderError(say("device", device=text))
    return Computing(device, int(batch[1]) if batch[1] else None, bfloat16)


class Encoder(Protocol):
    """What the engine asks of an encoder."""

    @property
    def name(self) -> str:
        """The name that people see and pass to `--encoder`."""

    @property
    def fingerprint(self) -> str:
        """A hash of everything that decides the vectors; another value is another index."""

    @property
    def dimension(self) -> int:
        """Length of each vector."""

    def fits(self, text: str) -> bool:
        """Whether the encoder reads all of `text`; what does not fit is encoded in pieces."""

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """One row a text, shape (len(texts), dimension), float32, of length 1.

        A text in which the encoder knows nothing gives a row of zeros, which is similar to nothing.
        """


@runtime_checkable
class ContextEncoder(Protocol):
    """An encoder that reads a text once for the vectors of its sentences and of the whole."""

    def read(self, texts: Sequence[Text], kind: TextKind) -> tuple[Vectors, Vectors]:
        """Rows of all sentences, (n, dimension), and of the whole texts, (len(texts), dimension).

        Rows are sums over pieces: longer sentences have longer rows, and those of a text add up to its whole
        but for what stands around them.
        """


@runtime_checkable
class StateEncoder(Protocol):
    """An encoder that also gives what it makes of each piece of a text."""

    @property
    def fingerprint(self) -> str:
        """A hash of everything that decides the states."""

    def states(self, text: str, most: int) -> Vectors:
        """Rows of length 1, (pieces, dimension), of a folded text read by itself, with its marks; of `most` pieces at most."""


@runtime_checkable
class PairEncoder(Protocol):
    """An encoder that also reads two texts together."""

    @property
    def pairs(self) -> str:
        """A hash of what reads pairs, "" where nothing does."""

    def documents(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        """The rows that `encode` gives of whole texts, and of each its runs, what `log_odds` takes."""

    def log_odds(self, one: Vectors, other: Vectors) -> float:
        """The log-odds that two texts are one study; the same for both orders."""


def reads_pairs(encoder: Encoder) -> PairEncoder | None:
    """The encoder, if it reads pairs."""
    return encoder if isinstance(encoder, PairEncoder) and encoder.pairs else None


def read(
    encoder: Encoder, texts: Sequence[Text], kind: TextKind, counts: NDArray[np.float64] | None = None
) -> tuple[Vectors, Vectors]:
    """Unit rows of all sentences in order, (n, dimension), and of the whole texts, (len(texts), dimension).

    With `counts` (n,), what each sentence counts, a whole is the direction of its sentences' sum, so
    weighed; no text may then be without sentences.
    """
    lines = [sentence for text in texts for sentence in text]
    if isinstance(encoder, ContextEncoder):
        sentences, full_texts = encoder.read(texts, kind)
    else:
        lengths = np.array([[len(line)] for line in lines], np.float32).reshape(-1, 1)
        sentences = encode(encoder, lines, kind) * lengths
        full_texts = (
            sentences if counts is not None else encode(encoder, ["\n".join(text) for text in texts], kind)
        )
    if counts is not None:
        starts = np.cumsum([0] + [len(text) for text in texts[:-1]])
        return unit(sentences), summed(sentences, counts, starts)
    return unit(sentences), unit(full_texts)


def summed(sentences: Vectors, counts: NDArray[np.float64], starts: NDArray[np.int64]) -> Vectors:
    """Unit rows of whole texts, (m, dimension), whose sentences have these rows (n, dimension) and count so much (n,).

    Text number i has the sentences from `starts[i]` on.
    """
    return unit(reduce_groups(np.add, sentences * counts[:, None].astype(np.float32), starts))


def encode(encoder: Encoder, texts: Sequence[str], kind: TextKind) -> Vectors:
    """One row of length 1 a text, texts of any length: what exceeds the window is read in pieces.

    The vector of such a text is the direction of the mean of its pieces' vectors, each weighted by
    its length, so that nothing is cut off. Texts are folded, as everything that is compared.
    """
    split = [[text] if encoder.fits(text) else pieces(text, encoder.fits) for text in texts]
    rows = encoder.encode([piece for parts in split for piece in parts], kind)
    if all(len(parts) == 1 for parts in split):
        return rows
    sums = np.zeros((len(texts), encoder.dimension), np.float32)
    row = 0
    for i, parts in enumerate(split):
        for piece in parts:
            sums[i] += len(piece) * rows[row]
            row += 1
    return unit(sums)


def unit(rows: Vectors) -> Vectors:
    """Rows scaled to length 1; rows of zeros stay zeros."""
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float32))[:, None]
    scaled: Vectors = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 1e-12)
    return scaled


def digest_of(files: Iterable[Path]) -> str:
    """A hash of the bytes of files, in order."""
    digest = blake2b(digest_size=16)
    for file in files:
        with file.open("rb") as stream:
            file_digest(stream, lambda: digest)
    return digest.hexdigest()

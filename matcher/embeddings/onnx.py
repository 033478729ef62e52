"""The shipped transformer, read by ONNX Runtime without torch.

The graph takes the pieces of one text and gives the state of each; the text's vector is the mean of
the states, scaled to length 1. One text is read at a time, by one thread: a text's bytes depend
neither on the batch nor on the machine's cores, and a batch is spread over processes instead. The
folder is what `SentenceTransformer(folder, trust_remote_code=True)` of sentence-transformers loads: that
library asks for the word before it takes a class that is not its own, here the installed
`matcher.embeddings.module.OnnxModule`; no code lies in the folder. Both ways give the same vectors,
which a test holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from matcher import settings, shipped
from matcher.embeddings.encoder import Text, TextKind, Vectors, digest_of, encode, unit
from matcher.embeddings.pairs import FILE as PAIRS_FILE
from matcher.embeddings.pairs import LONGEST, PairsReader, also_lower, averaged, opened
from matcher.errors import EncoderError, reason
from matcher.message import Catalogue
from matcher.segment import pieces as cut

say = Catalogue(__file__)

K = TypeVar("K")
V = TypeVar("V")

WINDOW = 512  # pieces that the model reads at once, with the two that mark start and end
PREFIX = "query: "  # before every text, proposal or topic, as the model was trained
MODULE = "matcher.embeddings.module.OnnxModule"  # as modules.json names it
FILES = ("model.onnx", "tokenizer.json")
_MARKS = settings.count("embeddings.onnx.marks")
_REMEMBERED = settings.chunk("embeddings.onnx.remembered")
_STATES = settings.chunk("embeddings.onnx.states")


def reads(folder: Path) -> bool:
    """Whether the model folder is one for OnnxEncoder: one text at a time, by a graph."""
    modules = folder / "modules.json"
    return modules.is_file() and MODULE in modules.read_text(encoding="utf-8", errors="replace")


@cache
def shipped_encoder() -> OnnxEncoder:
    """The transformer that is shipped, loaded once: engines over several guides share it. EncoderError as below."""
    encoder = OnnxEncoder(shipped.default_encoder())
    encoder.check_pairs()
    return encoder


def _remembered(memory: dict[K, V], key: K, most: int, read: Callable[[K], V]) -> V:
    """What `memory` has of a key, else what is read now, for which `most` that it may hold are forgotten."""
    known = memory.get(key)
    if known is None:
        known = read(key)
        if len(memory) >= most:
            memory.clear()
        memory[key] = known
    return known


class OnnxEncoder:
    """Unit vectors of texts, proposals and topics alike."""

    def __init__(self, folder: Path, name: str = "shipped") -> None:
        """Load the graph and the tokenizer in `folder`; EncoderError if a part is missing or damaged."""
        # The folder it was asked for by, or "shipped": the encoder that needs no name.
        self.name = name
        self._folder = folder
        self._loading = Lock()
        self._together: PairsReader | None = None  # what reads pairs, which a match has no use for
        with self._complete():
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session = opened(folder / "model.onnx")
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.dimension = int(self._session.get_outputs()[0].shape[1])
        self._known: dict[tuple[str, ...], tuple[Vectors, Vectors]] = {}
        # A text that is read again without a part of it has the windows before that part in common.
        self._parts: dict[tuple[str, ...], tuple[Vectors, Vectors]] = {}
        self._pieces: dict[tuple[str, int], Vectors] = {}

    @contextmanager
    def _complete(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # tokenizers raises bare Exception, ONNX Runtime a dozen of its own
            graph, tokenizer = FILES
            raise EncoderError(
                say(
                    "shipped incomplete",
                    folder=self._folder,
                    graph=graph,
                    tokenizer=tokenizer,
                    error=reason(error),
                )
            ) from error

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the graph with its weights and of the tokenizer."""
        return digest_of(self._folder / name for name in FILES)

    def fits(self, text: str) -> bool:
        """Whether `text` with its prefix is at most WINDOW pieces."""
        # Hardly a piece is shorter than a character, so a short text need not be counted.
        return len(text) + _MARKS <= WINDOW or self._length(text) + _MARKS <= WINDOW

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Rows of length 1, shape (len(texts), dimension); texts beyond the window are the caller's to cut."""
        return unit(self.read([[text] for text in texts], kind)[1])

    def read(self, texts: Sequence[Text], kind: TextKind) -> tuple[Vectors, Vectors]:
        """Rows of all sentences, (n, dimension), and of the whole texts, (len(texts), dimension): sums over pieces.

        Each text is read once, in windows of whole sentences; a sentence's row is the sum of its
        pieces' states, which have seen the sentences around it (late chunking, Günther et al. 2024).
        An empty sentence gives a row of zeros.
        """
        sentences, sums = [], np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(sums, texts, strict=True):
            known = _remembered(self._known, tuple(text), _REMEMBERED, self._text)
            sentences.append(known[0])
            row[:] = known[1]
        rows = np.concatenate(sentences) if sentences else np.zeros((0, self.dimension), np.float32)
        return rows, sums

    def _text(self, text: Text) -> tuple[Vectors, Vectors]:
        """The sums of the states of each sentence's pieces, (sentences, dimension), and of all, (dimension,)."""
        rows, total = np.zeros((len(text), self.dimension), np.float32), np.zeros(self.dimension, np.float32)
        for window in self._windows(text):
            parts = tuple(part for _, part in window)
            known = _remembered(self._parts, parts, _REMEMBERED, self._window)
            for (number, _), row in zip(window, known[0], strict=True):
                rows[number] += row
            total += known[1]
        return rows, total

    def _window(self, parts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """The same of the sentences, or parts of one, that are read at once."""
        rows = np.zeros((len(parts), self.dimension), np.float32)
        joined, owner = PREFIX, [-1] * len(PREFIX)
        for number, part in enumerate(parts):
            joined += part + "\n"
            owner += [number] * len(part) + [-1]
        read = self._tokenizer.encode(joined)
        states = self._states(read.ids)
        # A piece belongs to the sentence of its last character: its first may be the space before.
        for (start, end), state in zip(read.offsets, states, strict=False):
            if end > start and owner[end - 1] >= 0:
                rows[owner[end - 1]] += state
        return rows, states.sum(axis=0)

    def _windows(self, text: Text) -> Iterator[list[tuple[int, str]]]:
        """The sentences with their numbers, in windows that the model reads at once; too long ones are cut."""
        window: list[tuple[int, str]] = []
        size = 0
        for number, sentence in enumerate(text):
            for part in [sentence] if self.fits(sentence) else cut(sentence, self.fits):
                length = self._length(part)
                if window and size + length > WINDOW - _MARKS:
                    yield window
                    window, size = [], 0
                window.append((number, part))
                size += length
        if window:
            yield window

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Rows of length 1 of texts that carry their prefix already; what is beyond the window is left out."""
        rows = [self._states(self._tokenizer.encode(text).ids).sum(axis=0) for text in texts]
        return unit(np.stack(rows)) if rows else np.zeros((0, self.dimension), np.float32)

    def states(self, text: str, most: int) -> Vectors:
        """Rows of length 1, (pieces, dimension), of a text read by itself; what is beyond `most` pieces is left out."""
        return _remembered(self._pieces, (text, most), _STATES, self._states_of)

    def _states_of(self, asked: tuple[str, int]) -> Vectors:
        """The same of a text and the most pieces of it."""
        text, most = asked
        ids = self._tokenizer.encode(PREFIX + text).ids
        return unit(self._states(ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]))

    @cached_property
    def pairs(self) -> str:
        """A hash of the reader of pairs in the folder; "" without one."""
        file = self._folder / PAIRS_FILE
        return digest_of([file]) if file.exists() else ""

    def log_odds(self, one: Vectors, other: Vectors) -> float:
        """The log-odds that two texts are one study; EncoderError as `documents`."""
        return self._reader_of_pairs().log_odds(one, other)

    def documents(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        """The rows of whole texts as `encode` of the module gives them, and the runs of each for `log_odds`.

        EncoderError where the folder holds nothing that reads pairs, or a damaged one.
        """
        self._reader_of_pairs()
        rows, runs = np.zeros((len(texts), self.dimension), np.float32), []
        for row, text in zip(rows, texts, strict=True):
            pieces, fits = self._tokenizer.encode(PREFIX + text + "\n").ids, self.fits(text)
            states, lower = self._run(pieces if fits else pieces[:LONGEST])
            row[:] = states.sum(axis=0) if fits else encode(self, [text], "passage")[0]
            runs.append(averaged(lower[0]))
        return unit(rows), runs

    def check_pairs(self) -> None:
        """EncoderError where the folder holds nothing that reads pairs: duplicates would be found less well, in silence."""
        if not (self._folder / PAIRS_FILE).is_file():
            raise EncoderError(say("no pairs", folder=self._folder))

    def _reader_of_pairs(self) -> PairsReader:
        """What reads pairs, loaded when it is first asked for; the graph then gives the states that it reads too."""
        with self._loading:
            if self._together is None:
                self.check_pairs()
                with self._complete():
                    together = PairsReader(self._folder)
                    self._session = opened(self._folder / FILES[0], also_lower())
                self._together = together
            return self._together

    def _length(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _states(self, pieces: Sequence[int]) -> NDArray[np.float32]:
        """The state of each piece, (pieces, dimension), of the first WINDOW."""
        return self._run(pieces)[0]

    def _run(self, pieces: Sequence[int]) -> list[NDArray[np.float32]]:
        """The last states, (pieces, dimension), and once pairs are read those of the lower layers, (1, pieces, dimension)."""
        outputs: list[NDArray[np.float32]] = self._session.run(
            None, {"ids": np.asarray(pieces[:WINDOW], np.int64)}
        )
        return outputs

"""Whether two texts are one study, by the upper layers of the transformer over both.

The lower layers have read each text alone; runs of their states are averaged, so that a pair costs less than a text.
Two studies of one topic have like vectors, whatever is asked of each; read together, they show in what they differ.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from matcher.embeddings.encoder import Vectors, digest_of

FILE = "pairs.onnx"
LOWER = 8  # layers of the transformer that read each text alone
LONGEST, RUN = 220, 4  # pieces of a text that are read, and how many are averaged
# The output of the last lower layer, to be appended to the transformer's file: messages of one kind that follow each
# other are read as one, so that its bytes and its vectors stay what they are.
_STATES = f"l{LOWER - 1}.end".encode()


def also_lower() -> bytes:
    """A graph that has nothing but the states after the lower layers as an output, (1, pieces, hidden)."""
    field = _STATES
    for number in (1, 12, 7):  # ValueInfoProto.name, GraphProto.output, ModelProto.graph
        field = bytes([number << 3 | 2, len(field)]) + field
    return field


def averaged(states: Vectors) -> Vectors:
    """Means of RUN rows each of the first LONGEST, (runs, hidden); the last row stands for what is missing."""
    if len(states) > LONGEST:
        states = np.concatenate([states[: LONGEST - 1], states[-1:]])
    missing = np.repeat(states[-1:], -len(states) % RUN, axis=0)
    runs: Vectors = np.concatenate([states, missing]).reshape(-1, RUN, states.shape[1]).mean(axis=1)
    return runs


class PairsReader:
    """Says of two texts how likely they are one study; reads one pair at a time, by one thread."""

    def __init__(self, folder: Path, options: onnxruntime.SessionOptions) -> None:
        """Load FILE of the folder; ONNX Runtime's own exceptions if it is damaged."""
        self._file = folder / FILE
        self._session = onnxruntime.InferenceSession(self._file, options, providers=["CPUExecutionProvider"])
        self.fingerprint = digest_of([self._file])

    def log_odds(self, one: Vectors, other: Vectors) -> float:
        """The log-odds that two texts, given as their runs, are one study; the same for both orders."""
        one, other = sorted((one, other), key=lambda runs: (len(runs), runs[0].tobytes()))
        odds: NDArray[np.float32] = self._session.run(None, {"left": one, "right": other})[0]
        return float(odds[0])

"""Whether two texts are one study, by the upper layers of the transformer over both.

The lower layers have read each text alone; runs of their states are averaged, so that a pair costs less than a text.
Two studies of one topic have like vectors, whatever is asked of each; read together, they show in what they differ.
"""

from __future__ import annotations

import os
from pathlib import Path

# Official builds of ONNX Runtime report their use to Microsoft unless this is set before they are loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from matcher.embeddings.encoder import Vectors

FILE = "pairs.onnx"
LOWER = 8  # layers of the transformer that read each text alone
LONGEST, RUN = 220, 4  # pieces of a text that are read, and how many are averaged
# The output of the last lower layer, to be appended to the transformer's file: messages of one kind that follow each
# other are read as one, so that its bytes and its vectors stay what they are.
_STATES = f"l{LOWER - 1}.end".encode()


def opened(file: Path, more: bytes = b"") -> onnxruntime.InferenceSession:
    """A graph to be run by one thread, with what `more` appends to it; ONNX Runtime's own exceptions if it is damaged."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    graph = file.read_bytes() + more if more else file
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


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

    def __init__(self, folder: Path) -> None:
        """Load FILE of the folder; as `opened` if it is damaged."""
        self._session = opened(folder / FILE)

    def log_odds(self, one: Vectors, other: Vectors) -> float:
        """The log-odds that two texts, given as their runs, are one study; the same for both orders."""
        one, other = sorted((one, other), key=lambda runs: (len(runs), runs[0].tobytes()))
        odds: NDArray[np.float32] = self._session.run(None, {"left": one, "right": other})[0]
        return float(odds[0])

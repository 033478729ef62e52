"""Encoders: text to unit vectors. One protocol, three implementations, chosen by name.

`onnx` is the transformer that is shipped, `static` the fast reader before it; `transformer` runs
any sentence-transformers model.
"""

from matcher.embeddings.encoder import (
    CPU,
    FAST,
    Computing,
    Encoder,
    PairEncoder,
    StateEncoder,
    Text,
    TextKind,
    Vectors,
    digest_of,
    encode,
    read,
    read_computing,
    reads_pairs,
    summed,
    unit,
)  # fmt: skip
from matcher.embeddings.loading import SHIPPED, PairReaders, load_encoder

__all__ = [
    "CPU", "FAST", "SHIPPED", "Computing", "Encoder", "PairEncoder", "PairReaders", "StateEncoder", "Text", "TextKind", "Vectors", "digest_of",
    "encode", "load_encoder", "read", "read_computing", "reads_pairs", "summed", "unit",
]  # fmt: skip

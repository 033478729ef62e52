"""Which encoder a name means, and who reads for the reviewers' desk; a model's libraries are imported when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from matcher.embeddings.encoder import CPU, FAST, Computing, Encoder, say
from matcher.errors import EncoderError

SHIPPED = ("shipped", FAST)  # encoders that come with the program


def load_encoder(name: str | None = None, computing: Computing = CPU) -> Encoder:
    """The shipped encoder for None, the fast reader for FAST, else the sentence-transformers model
    at a folder or hub name, which computes as `computing` says. A process loads a shipped one once.

    Raises EncoderError when the model cannot be loaded or its hub is out of reach, and for a folder of the shipped
    kind with a device: it reads on the processor whatever is asked for.
    """
    if name == FAST:
        from matcher.embeddings import static

        return static.shipped_encoder()
    from matcher.embeddings import onnx

    if name is None:
        return onnx.shipped_encoder()
    if onnx.reads(Path(name)):
        if computing != CPU:
            raise EncoderError(say("device of no use", name=name))
        return onnx.OnnxEncoder(Path(name), name)
    from matcher.embeddings.transformer import TransformerEncoder

    return TransformerEncoder(name, computing)


class PairReaders(NamedTuple):
    """Whose vectors of submissions are compared, and who reads the pairs again that they make suspicious, if anyone."""

    first: Encoder
    second: Encoder | None

    @classmethod
    def of(cls, chosen: Encoder) -> PairReaders:
        """The readers by the encoder that a user chose.

        The fast reader stands before the shipped transformer; an encoder that is not shipped compares itself.
        """
        first = load_encoder(FAST) if chosen.name in SHIPPED else chosen
        return cls(first, None if chosen.name == FAST else load_encoder())

"""The shipped transformer as a module of sentence-transformers, which loads it by the name in modules.json."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers.sentence_transformer.modules import InputModule
from transformers import PreTrainedTokenizerFast

from matcher.embeddings.onnx import FILES, WINDOW, OnnxEncoder


class OnnxModule(InputModule):  # type: ignore[misc]  # sentence-transformers carries no types
    """Texts to vectors by the same graph that the program itself reads."""

    def __init__(self, folder: str) -> None:
        """Load the graph and the tokenizer in `folder`."""
        super().__init__()
        self._folder = Path(folder)
        self._encoder = OnnxEncoder(self._folder)
        self.max_seq_length = WINDOW
        self.tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(self._folder / "tokenizer.json"))
        # The weights live in the graph; whoever compares two models by their parameters finds these.
        digest = bytearray(bytes.fromhex(self._encoder.fingerprint))
        self.register_buffer("digest", torch.frombuffer(digest, dtype=torch.uint8))

    def preprocess(self, inputs: Sequence[str], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """The vectors themselves: one text is read at a time, so nothing is left for `forward`."""
        texts = [(prompt or "") + text for text in inputs]
        return {"sentence_embedding": torch.from_numpy(self._encoder.vectors(texts))}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What `preprocess` gave."""
        return features

    def get_embedding_dimension(self) -> int:
        """Length of each vector."""
        return self._encoder.dimension

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Copy the graph and the tokenizer."""
        for name in FILES:
            shutil.copy(self._folder / name, output_path)

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", **_: Any) -> OnnxModule:
        """The module of a local folder."""
        return cls(str(Path(model_name_or_path) / subfolder))

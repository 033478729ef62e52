"""Any model of sentence-transformers, by folder or hub name: an encoder with its own prompts and window, or a cross-encoder."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.embeddings.encoder import CPU, Computing, TextKind, Vectors, unit
from matcher.errors import EncoderError, described, require
from matcher.message import Catalogue
from matcher.segment import pieces

say = Catalogue(__file__)

# Models whose card asks for prefixes that their configuration does not carry (query, passage).
_PROMPTS = {
    "intfloat/multilingual-e5-small": ("query: ", "passage: "),
    "intfloat/multilingual-e5-base": ("query: ", "passage: "),
    "intfloat/multilingual-e5-large": ("query: ", "passage: "),
    "BAAI/bge-small-zh-v1.5": ("为这个句子生成表示以用于检索相关文章：", ""),
    "BAAI/bge-base-zh-v1.5": ("为这个句子生成表示以用于检索相关文章：", ""),
    "BAAI/bge-large-zh-v1.5": ("为这个句子生成表示以用于检索相关文章：", ""),
}
_HUB_SECONDS = settings.seconds("embeddings.transformer.hub")
_BATCH = settings.chunk("embeddings.transformer.encoded")
_BATCH_ON_A_CARD = settings.chunk("embeddings.transformer.encoded_on_a_card")
_UNBOUNDED = settings.count("embeddings.transformer.unbounded")
_SPECIAL = settings.count("embeddings.transformer.special")
_WINDOW = settings.count("embeddings.reranker.window")
_SPECIAL_OF_PAIR = settings.count("embeddings.reranker.special")
_SHORTEST = settings.characters("embeddings.reranker.shortest")


class TransformerEncoder:
    """A sentence-transformers model behind the Encoder protocol."""

    def __init__(self, name: str, computing: Computing = CPU) -> None:
        """Load the model at folder or hub name `name` onto a device.

        A folder and a model already in the local hub cache load without the network. Raises EncoderError when
        there is no such model or device, or (within 5 s) when the hub is out of reach.
        """
        self.name = name
        model = _loaded("SentenceTransformer", name, "--encoder")
        self._model = (model.bfloat16() if computing.bfloat16 else model).to(_device(computing.device))
        # The kind of device that it computes on: "cpu", "cuda", "mps".
        self.device = str(self._model.device.type)
        self.dimension = int(self._model.get_embedding_dimension())
        # The most tokens the model reads, prompts and special tokens included; None for no limit.
        length = self._model.max_seq_length
        self.window = None if length is None or length > _UNBOUNDED else int(length)
        self._batch = computing.batch or (_BATCH if self.device == "cpu" else _BATCH_ON_A_CARD)
        query, passage = _PROMPTS.get(name, ("", ""))
        prompts = self._model.prompts or {}
        self._prompts = {
            "query": prompts.get("query") or query,
            "passage": next(
                (prompts[p] for p in ("document", "passage", "corpus") if prompts.get(p)), passage
            ),
        }

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the parameters, the vocabulary, the modules, the window and the prompts."""
        digest = blake2b(digest_size=16)
        # What the modules print (pooling, windows, prompts) decides vectors as much as the weights do.
        digest.update(repr((str(self._model), self._prompts, self.window)).encode())
        vocabulary: dict[str, int] = getattr(self._model.tokenizer, "get_vocab", dict)()
        digest.update(repr(sorted(vocabulary.items())).encode("utf-8", "surrogatepass"))
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(tensor.detach().cpu().float().numpy().tobytes())
        return digest.hexdigest()

    def fits(self, text: str) -> bool:
        """Whether `text` with the longer prompt stays within the model's window."""
        prompt = max(self._prompts.values(), key=len)
        return self.window is None or _fit(self._model, self.window, _SPECIAL, prompt + text)

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Rows of length 1, shape (len(texts), dimension), with the model's prompt for `kind`."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        rows = self._model.encode(
            list(texts),
            batch_size=self._batch,
            prompt=self._prompts[kind] or None,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_tensor=True,
        )
        # NumPy has no bfloat16.
        return unit(rows.float().cpu().numpy())


def _fit(model: Any, window: int, special: int, *texts: str) -> bool:
    """Whether texts that are read together are at most `window` tokens, with the `special` ones."""
    # No tokenizer makes more tokens than there are bytes: mostly no need to count.
    if sum(len(text.encode("utf-8", "replace")) for text in texts) + special <= window:
        return True
    return len(model.tokenizer(*texts, truncation=False, verbose=False)["input_ids"]) <= window


# One of these lies in every model folder.
_MODEL_PARTS = ("modules.json", "config.json", "config_sentence_transformers.json")


def _loaded(kind: str, name: str, option: str, **how: Any) -> Any:
    """The model called `name` of a class of sentence-transformers, on the processor; EncoderError if there is none to load."""
    # What is no model, or out of reach, is said before the long import of torch begins.
    require("models", "sentence_transformers", "torch")
    local = _is_local(name, option)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import sentence_transformers

    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    try:
        return getattr(sentence_transformers, kind)(name, device="cpu", local_files_only=local, **how)
    except Exception as error:  # a broken model folder raises anything from KeyError to RuntimeError
        raise _unusable(name, described(error), option) from error


def _device(name: str) -> str:
    """The device of torch with this name, "auto" for the best there is; EncoderError if it is not in this machine."""
    import torch

    if name == "auto":
        best = torch.accelerator.current_accelerator(check_available=True)
        return best.type if best is not None else "cpu"
    try:
        torch.ones(1, device=name).sum().item()  # a device that only describes shapes has no sum
    except (RuntimeError, AssertionError, NotImplementedError) as error:  # torch raises all three
        what = str(error).splitlines()[0]
        raise EncoderError(say("device unusable", name=name, what=what)) from error
    return name


def _is_local(name: str, option: str) -> bool:
    """Whether the model lies on this machine; EncoderError if it is neither here nor to be had."""
    if name and Path(name).is_dir():
        if any((Path(name) / part).is_file() for part in _MODEL_PARTS):
            return True
        why = say("unloadable.no model")
    elif Path(name).exists() or not _is_hub_name(name):
        why = say("unloadable.no name")
    elif (cached := _is_cached(name)) or _hub_answers():
        return cached
    else:
        why = say("unloadable.no hub")
    raise _unusable(name, why, option)


def _unusable(name: str, why: str, option: str) -> EncoderError:
    """What is said of a model that cannot be loaded, with the ways out."""
    return EncoderError(say("unloadable", name=name, why=why, option=option))


def _is_hub_name(name: str) -> bool:
    """Whether the hub takes `name`: letters, digits, -, _ and . on both sides of one stroke."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

    try:
        validate_repo_id(name)
    except HFValidationError:
        return False
    return name.count("/") == 1


def _is_cached(name: str) -> bool:
    """Whether the hub's cache on this machine already holds the model."""
    from huggingface_hub import try_to_load_from_cache

    return any(isinstance(try_to_load_from_cache(name, f), str) for f in ("modules.json", "config.json"))


def _hub_answers() -> bool:
    """Whether the hub answers within _HUB_SECONDS, asked once: its own client retries for minutes."""
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return False
    try:
        urlopen(Request(constants.ENDPOINT, method="HEAD"), timeout=_HUB_SECONDS).close()
    except HTTPError:
        return True  # it answered, if with a refusal; the client will say which
    except OSError:
        return False
    return True


class Reranker:
    """Scores pairs of texts in [0, 1]; slow, so it is asked about the first few topics only."""

    def __init__(self, name: str) -> None:
        """Load the model; EncoderError when there is none, or (within 5 s) when its hub is out of reach."""
        self._model = _loaded("CrossEncoder", name, "--reranker", num_labels=1)
        self.name = name

    def scores(self, text: str, topics: Sequence[str]) -> NDArray[np.float64]:
        """How well `text` answers each topic, (len(topics),), through the logistic function.

        A pair beyond the model's window is read in pieces of `text`, whose scores are averaged by length.
        """
        from torch.nn import Identity

        pairs, owners, lengths = [], [], []
        for i, topic in enumerate(topics):
            for piece in pieces(text, lambda t, topic=topic: self._fits(t, topic)) or [text]:  # type: ignore[misc]
                pairs.append((piece, topic))
                owners.append(i)
                lengths.append(len(piece))
        # The model's own number: the logistic function is applied here, once, whatever the model is set to.
        own = self._model.predict(pairs, activation_fn=Identity(), show_progress_bar=False)
        raw = np.asarray(own, np.float64)
        each = 1 / (1 + np.exp(-np.clip(raw, -30, 30)))
        total = np.bincount(owners, each * lengths, len(topics)).astype(np.float64, copy=False)
        return total / np.bincount(owners, lengths, len(topics))

    def _fits(self, text: str, topic: str) -> bool:
        window = self._model.max_seq_length or _WINDOW
        return len(text) < _SHORTEST or _fit(self._model, window, _SPECIAL_OF_PAIR, text, topic)

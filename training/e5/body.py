"""The e5 body as an ordinary BERT with a cut vocabulary: only the pieces that our texts are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

import numpy as np
import torch
from tokenizers import Regex as Pattern
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from torch import Tensor
from transformers import BertConfig, BertModel

from training.e5.wheel import Weights

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")  # pieces 0 to 3
# Before every text, proposal or topic. With e5's "passage: " before topics the start is worse:
# NSFC R@1 .157 against .175, R@10 .529 against .559.
PREFIX = "query: "
_NAMES = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip
_KINDS = {"w": "weight", "b": "bias"}
# To learn from, products are in 16 bits where the processor has them: twice as fast. One without emulates them, eight
# times slower than float32 (2,000 x 384 by 384 x 1,536 on AVX2: 284 ms against 34).
SIXTEEN_BITS = any(torch.cpu.get_capabilities().get(name) for name in ("avx512_bf16", "amx_bf16"))


def tokenizer(pieces: Sequence[tuple[str, float]], lower: bool = True) -> Tokenizer:
    """XLM-R's Unigram segmentation over `pieces`, with `<s>` before and `</s>` after a text.

    With `lower` case is folded first: our texts are compared without it, and a third of the pieces go.
    """
    made = Tokenizer(models.Unigram(list(pieces), unk_id=3, byte_fallback=False))
    steps = [normalizers.NFKC(), normalizers.Replace(Pattern(r"\s+"), " "), normalizers.Strip()]
    made.normalizer = normalizers.Sequence(steps + ([normalizers.Lowercase()] if lower else []))
    made.pre_tokenizer = pre_tokenizers.Metaspace("▁", prepend_scheme="always", split=False)
    made.decoder = decoders.Metaspace("▁", prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return made


def used(whole: Tokenizer, texts: Iterable[str]) -> list[int]:
    """The pieces to keep, ascending: those of `texts`, the special ones, and every single character of
    the alphabets that Chinese and English use."""
    size = whole.get_vocab_size()
    seen = np.zeros(size, bool)
    seen[: len(SPECIAL)] = True
    rest = chain([PREFIX], texts)
    while part := list(islice(rest, 4096)):
        for encoding in whole.encode_batch_fast(part, add_special_tokens=False):
            seen[encoding.ids] = True
    for number in range(size):
        piece = (whole.id_to_token(number) or "").removeprefix("▁")
        seen[number] |= len(piece) == 1 and _alphabet(piece)
    return np.flatnonzero(seen).tolist()


def _alphabet(character: str) -> bool:
    code = ord(character)
    return code < 0x250 or 0x370 <= code < 0x400 or 0x2000 <= code < 0x2700 or 0x3000 <= code < 0x3040 \
        or 0x3400 <= code < 0xA000 or 0xFF00 <= code < 0xFFF0  # fmt: skip


def untrained(pieces: int, sizes: Mapping[str, int]) -> BertModel:
    """A body of `pieces` word vectors, and of `sizes`: hidden, layers, heads, inner, positions and types."""
    config = BertConfig(
        vocab_size=pieces,
        hidden_size=sizes["hidden"],
        num_hidden_layers=sizes["layers"],
        num_attention_heads=sizes["heads"],
        intermediate_size=sizes["inner"],
        max_position_embeddings=sizes["positions"],
        type_vocab_size=sizes["types"],
        layer_norm_eps=1e-12,
        pad_token_id=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return BertModel(config, add_pooling_layer=False)


def bert(weights: Weights, keep: Sequence[int]) -> BertModel:
    """The model with the word vectors of the pieces `keep`; everything else as it was."""
    sizes = weights.sizes
    model = untrained(len(keep), sizes)
    state = model.state_dict()
    for name, target in _targets(sizes["layers"]):
        values = torch.from_numpy(weights.tensors[name].copy())
        if name == "emb.word":
            values = values.reshape(sizes["vocabulary"], -1)[torch.tensor(list(keep))]
        state[target] = values.reshape(state[target].shape)
    model.load_state_dict(state)
    model.eval()
    return model


def _targets(layers: int) -> Iterator[tuple[str, str]]:
    """(name in the wheel, name in BERT) of every tensor."""
    yield from (
        ("emb.word", "embeddings.word_embeddings.weight"),
        ("emb.pos", "embeddings.position_embeddings.weight"),
    )
    yield "emb.type", "embeddings.token_type_embeddings.weight"
    for kind, full in _KINDS.items():
        yield f"emb.ln.{kind}", f"embeddings.LayerNorm.{full}"
        for layer in range(layers):
            for short, long in _NAMES.items():
                yield f"l{layer}.{short}.{kind}", f"encoder.layer.{layer}.{long}.{full}"


def pooled(model: BertModel, ids: Tensor, mask: Tensor) -> Tensor:
    """Unit rows (texts, hidden): the mean of the last states of each text's pieces."""
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=model.training and SIXTEEN_BITS):
        states = model(input_ids=ids, attention_mask=mask).last_hidden_state
    states = states.float()
    weights = mask.unsqueeze(-1).to(states.dtype)
    return torch.nn.functional.normalize((states * weights).sum(1), dim=-1)


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """(ids, mask), each (texts, longest), int64; `<pad>` fills."""
    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), 1)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row)
    return ids, (torch.arange(longest) < torch.tensor([[len(row)] for row in rows])).long()

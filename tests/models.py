"""Tiny sentence-transformers models, made on the spot: real code, random weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

CHARACTERS = "公交线网优化食堂夜市安全河道垃圾回收研究补贴机制abcdefghijklmnopqrstuvwxyz0123456789。，：；"
WINDOW = 24


PAIR_WINDOW = 96


def _tokenizer(window: int) -> Any:
    """A tokenizer of single characters, for one text or a pair."""
    from transformers import PreTrainedTokenizerFast

    vocabulary = {
        t: i for i, t in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *dict.fromkeys(CHARACTERS)])
    }
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )  # fmt: skip
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]",
        model_max_length=window,
    )  # fmt: skip


def _config(tokenizer: Any, window: int) -> Any:
    from transformers import BertConfig

    made = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=window,
    )  # fmt: skip
    made.num_labels = 1
    return made


def tiny_bert(folder: Path, prompts: dict[str, str] | None = None) -> Path:
    """A BERT of two layers and 32 dimensions with a window of WINDOW tokens, saved to `folder`."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertModel

    tokenizer = _tokenizer(WINDOW)
    torch.manual_seed(7)
    plain = folder / "plain"
    BertModel(_config(tokenizer, WINDOW)).save_pretrained(plain)
    tokenizer.save_pretrained(plain)
    transformer = Transformer(str(plain), max_seq_length=WINDOW)
    model = SentenceTransformer(modules=[transformer, Pooling(32, "mean")], prompts=prompts, device="cpu")
    saved = folder / "model"
    model.save(str(saved))
    return saved


def tiny_cross_encoder(folder: Path, window: int = PAIR_WINDOW) -> Path:
    """A cross-encoder of the same size that reads pairs of up to `window` tokens: its scores mean nothing."""
    import torch
    from transformers import BertForSequenceClassification

    tokenizer = _tokenizer(window)
    torch.manual_seed(8)
    saved = folder / "cross-encoder"
    config = _config(tokenizer, window)
    config.initializer_range = 0.5  # with small weights all its scores would be nearly the same
    model = BertForSequenceClassification(config)
    model.save_pretrained(saved)
    tokenizer.save_pretrained(saved)
    return saved

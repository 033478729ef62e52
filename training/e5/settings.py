"""What one run of fine-tuning is made with."""

from __future__ import annotations

from dataclasses import dataclass

# Corpora of the second batch with their shares: the registers that the program meets.
BROAD = {
    "chinaxiv_titles": 5, "chinaxiv_parallel": 4, "chinaxiv_passages": 1, "abstract_halves": 2, "arxiv": 1,
    "sentences": 2, "social_science": 2, "laws": 1, "reports": 1, "english_funding": 3, "glossary": 2,
}  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """One run; `frozen` counts the lower layers that stay (the word vectors always do)."""

    steps: int = 320
    families: int = 9  # of three problems each, in the first batch
    twins: float = 0.15  # share of problems whose other side is a second proposal instead of the topic
    hard: float = 0.0  # share of steps whose families share method words and meet topics with another object
    terms: float = 0.0  # share of families that are drawn from those of training/terms
    broad: int = 12  # pairs in the second batch
    rate: float = 4e-5
    frozen: int = 6
    temperature: float = 0.03
    anchor: float = 1.0  # weight of the distillation
    broad_weight: float = 0.5
    dropout: float = 0.05
    longest: int = 144  # pieces that are read of a text of our own
    longest_broad: int = 72  # and of a text of the corpora
    pool: int = 5000  # pairs of the corpora that take part; the start reads them once
    seed: int = 1

"""Fine-tuning: our problems with their siblings, broad pairs, and an anchor to what the model knew.

Every step reads two batches. In the first, problems meet with their siblings, so that the nearest wrong
topic is always there; the loss is InfoNCE both ways. The second holds pairs of one corpus; its loss is
InfoNCE, and its matrix of similarities is held to that of the model as it was (relational distillation,
Park et al. 2019, with the Kullback–Leibler divergence of rows as in SEED, Fang et al. 2021).
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from training.corpora import clean
from training.e5 import adapters, body
from training.e5.views import Problem, Views

log = logging.getLogger(__name__)
Pair = tuple[str, str]
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
    rank: int = (
        0  # of adapters that learn in every layer in place of the upper layers' weights; 0: no adapters
    )
    seed: int = 1


def problems(folder: Path) -> list[Problem]:
    """Every problem of data/paraphrases, cleaned; rows without a family get one of their own."""
    listed = []
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            forms = tuple(clean(row[form]) for form in ("plain", "hard", "english"))
            family = row.get("family", f"{file.stem}:{number}")
            listed.append(Problem(family, clean(row["title"]), clean(row["content"]), forms))
    return listed


class Trainer:
    """A model in training, with its start beside it; `run` goes on from the last checkpoint in `folder`."""

    def __init__(
        self, start: BertModel, tokenizer: Tokenizer, pairs: dict[str, list[Pair]],
        own: Path, views: Views, settings: Settings, folder: Path,
    ) -> None:  # fmt: skip
        """Freeze what stays, and group the problems of the folder `own` with their siblings."""
        torch.manual_seed(settings.seed)
        self._settings, self._tokenizer, self._views, self._folder = settings, tokenizer, views, folder
        self._tokenizer.no_truncation()
        self.model = BertModel(start.config, add_pooling_layer=False)
        self.model.load_state_dict(start.state_dict())
        stays = [self.model.embeddings, *self.model.encoder.layer[: settings.frozen]]
        for module in stays:
            module.requires_grad_(False)
        # Not within attention: PyTorch's fast way to compute it knows no dropout.
        for name, module in self.model.encoder.layer[settings.frozen :].named_modules():
            if isinstance(module, nn.Dropout) and name.endswith("output.dropout"):
                module.p = settings.dropout
        if settings.rank:
            adapters.adapt(self.model, settings.rank)
        self._pairs = self._pool(pairs)
        self._before = self._read_once()
        self._problems = own
        self._own = problems(own)
        self._siblings = self._families()
        self._draw = random.Random(settings.seed)

    def _pool(self, pairs: dict[str, list[Pair]]) -> dict[str, list[Pair]]:
        """The pairs of the corpora that take part, by their shares."""
        draw, total = random.Random(0), sum(BROAD.values())
        return {
            name: draw.sample(pairs[name], min(len(pairs[name]), self._settings.pool * share // total))
            for name, share in BROAD.items()
        }

    def _read_once(self) -> dict[str, np.ndarray]:
        """What the start says of each text of the pool; kept beside the checkpoints."""
        texts = list(dict.fromkeys(text for pairs in self._pairs.values() for pair in pairs for text in pair))
        key = sha256(json.dumps([self._settings.longest_broad, texts]).encode()).hexdigest()[:12]
        file = self._folder.parent / f"before-{key}.npz"
        if not file.exists():
            np.savez(file, vectors=encode(self.model, self._tokenizer, texts, self._settings.longest_broad))
        return dict(zip(texts, np.load(file)["vectors"], strict=True))

    def _families(self) -> list[list[int]]:
        """For each problem its siblings: those of its family, or else the two nearest by the model itself."""
        by_family = defaultdict(list)
        for place, problem in enumerate(self._own):
            by_family[problem.family].append(place)
        alone = [place for place, problem in enumerate(self._own) if len(by_family[problem.family]) == 1]
        texts = [f"{self._own[place].title} {self._own[place].content}" for place in alone]
        key = sha256(json.dumps([self._settings.longest_broad, texts]).encode()).hexdigest()[:12]
        file = self._folder.parent / f"alone-{key}.npy"
        if not file.exists():
            np.save(file, encode(self.model, self._tokenizer, texts, self._settings.longest_broad))
        vectors = np.load(file)
        near = vectors @ vectors.T
        np.fill_diagonal(near, -1)
        # The very nearest may be the same problem by another hand.
        nearest = {
            place: [alone[i] for i in np.argsort(-row)[:3] if row[i] < 0.96][:2]
            for place, row in zip(alone, near, strict=True)
        }
        return [
            nearest.get(place, [other for other in by_family[problem.family] if other != place])
            for place, problem in enumerate(self._own)
        ]

    def run(self) -> BertModel:
        """Train to the last step; a stopped run goes on from its checkpoint."""
        settings, first = self._settings, 0
        learned = [p for p in self.model.parameters() if p.requires_grad]
        optimiser = torch.optim.AdamW(learned, lr=settings.rate, weight_decay=0.01)
        checkpoint = self._folder / "checkpoint.pt"
        if checkpoint.exists():
            saved = torch.load(checkpoint, weights_only=True)
            self.model.load_state_dict(saved["model"])
            optimiser.load_state_dict(saved["optimiser"])
            first = saved["step"]
        began, means = time.time(), np.zeros(3)
        self.model.train()
        for step in range(first, settings.steps):
            self._draw.seed(settings.seed * 1_000_003 + step)
            warm = min(1.0, (step + 1) / 40)
            for group in optimiser.param_groups:
                group["lr"] = settings.rate * warm * (0.05 + 0.95 * (1 - step / settings.steps))
            losses = self._step(optimiser)
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimiser.step()
            means += (0.05 if step > first else 1.0) * (losses - means)
            if step % 10 == 9:
                log.info(
                    "step %d, %.0f s, own %.3f broad %.3f anchor %.4f", step + 1, time.time() - began, *means
                )
            if step % 50 == 49 or step == settings.steps - 1:
                saved = {
                    "model": self.model.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "step": step + 1,
                }
                torch.save(saved, checkpoint.with_suffix(".part"))
                checkpoint.with_suffix(".part").rename(checkpoint)
                # Problems that were written meanwhile take part from here on.
                if len(problems(self._problems)) != len(self._own):
                    self._own = problems(self._problems)
                    self._siblings = self._families()
                    log.info("%d problems from step %d on", len(self._own), step + 1)
        adapters.merge(self.model)
        self.model.eval()
        return self.model

    def _step(self, optimiser: torch.optim.Optimizer) -> np.ndarray:
        """Gradients of one step; the losses of its three parts."""
        settings = self._settings
        optimiser.zero_grad()
        proposals, topics = self._own_batch()
        longest = settings.longest
        own = info_nce(
            self._read(proposals, longest),
            self._read(topics, longest),
            settings.temperature,
        )
        own.backward()
        first, second = self._broad_batch()
        left, right = (self._read(texts, settings.longest_broad) for texts in (first, second))
        held = [torch.from_numpy(np.stack([self._before[t] for t in texts])) for texts in (first, second)]
        broad = info_nce(left, right, settings.temperature)
        anchor = distance(left, right, *held)
        (settings.broad_weight * broad + settings.anchor * anchor).backward()
        return np.array([float(own.detach()), float(broad.detach()), float(anchor.detach())])

    def _own_batch(self) -> tuple[list[str], list[str]]:
        """Proposals and their topics, in families."""
        chosen: dict[int, None] = {}
        while len(chosen) < 3 * self._settings.families:
            place = self._draw.randrange(len(self._own))
            chosen |= dict.fromkeys([place, *self._siblings[place]])
        proposals, topics = [], []
        for place in chosen:
            sibling = self._own[self._draw.choice(self._siblings[place] or [place])]
            proposals.append(self._views.proposal(self._own[place], sibling))
            # Reviewers compare proposals with proposals.
            if self._draw.random() < self._settings.twins:
                topics.append(self._views.proposal(self._own[place], sibling))
            else:
                topics.append(self._views.topic(self._own[place]))
        return proposals, topics

    def _broad_batch(self) -> tuple[list[str], list[str]]:
        """Pairs of one corpus; a corpus with an order (one paper after another) gives neighbours at times."""
        name = self._draw.choices(list(BROAD), list(BROAD.values()))[0]
        pairs = self._pairs[name]
        chosen: dict[str, str] = {}
        used: set[str] = set()
        while len(chosen) < self._settings.broad:
            first, second = self._draw.choice(pairs)
            if first not in used and second not in used:
                used |= {first, second}
                chosen[first] = second
        return list(chosen), list(chosen.values())

    def _read(self, texts: Sequence[str], longest: int) -> Tensor:
        return read(self.model, self._tokenizer, texts, longest)


def read(model: BertModel, tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> Tensor:
    """Unit rows of the texts, to learn from; the longer half and the shorter half are padded apart."""
    ids = [e.ids[:longest] for e in tokenizer.encode_batch_fast([body.PREFIX + t for t in texts])]
    order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
    halves = [order[: len(order) // 2], order[len(order) // 2 :]]
    rows = torch.cat([body.pooled(model, *body.padded([ids[i] for i in half])) for half in halves])
    return rows[torch.argsort(torch.tensor(order))]


def finished(start: BertModel, settings: Settings, folder: Path) -> BertModel | None:
    """The model of a run that came to its last step, from its checkpoint; None for any other."""
    if not settings.steps:
        return start
    checkpoint = folder / "checkpoint.pt"
    if not checkpoint.exists():
        return None
    saved = torch.load(checkpoint, weights_only=True)
    if saved["step"] != settings.steps:
        return None
    model = BertModel(start.config, add_pooling_layer=False)
    if settings.rank:
        adapters.adapt(model, settings.rank)
    model.load_state_dict(saved["model"])
    adapters.merge(model)
    model.eval()
    return model


def info_nce(left: Tensor, right: Tensor, temperature: float) -> Tensor:
    """The contrastive loss of matching rows, both ways."""
    scores, wanted = left @ right.T / temperature, torch.arange(len(left))
    return (functional.cross_entropy(scores, wanted) + functional.cross_entropy(scores.T, wanted)) / 2


def distance(left: Tensor, right: Tensor, left_before: Tensor, right_before: Tensor) -> Tensor:
    """How far the similarities within a batch moved from what they were: divergence of rows at temperature .02.

    e5's cosines lie between .7 and 1, so a low temperature is what tells them apart.
    """
    texts, before = torch.cat([left, right]), torch.cat([left_before, right_before])
    hide = torch.eye(len(texts), dtype=torch.bool)
    now = (texts @ texts.T / 0.02).masked_fill(hide, -1e4)
    then = (before @ before.T / 0.02).masked_fill(hide, -1e4)
    return functional.kl_div(now.log_softmax(1), then.log_softmax(1), log_target=True, reduction="batchmean")


def encode(model: BertModel, tokenizer: Tokenizer, texts: Sequence[str], longest: int = 512) -> np.ndarray:
    """Unit rows (texts, hidden), float32; texts of like length are read together."""
    ids = [e.ids[:longest] for e in tokenizer.encode_batch_fast([body.PREFIX + text for text in texts])]
    order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
    rows = np.zeros((len(texts), model.config.hidden_size), np.float32)
    training = model.training
    model.eval()
    with torch.no_grad():
        for start in range(0, len(order), 32):
            part = order[start : start + 32]
            rows[part] = body.pooled(model, *body.padded([ids[i] for i in part])).numpy()
    model.train(training)
    return rows


def averaged(models: Sequence[BertModel], shares: Sequence[float]) -> BertModel:
    """The weighted mean of the weights of models with one start; the shares sum to 1.

    Of a start and its end: WiSE-FT (Wortsman et al. 2022); of several ends: model soups (the same, 2022).
    """
    states = [model.state_dict() for model in models]
    mean = BertModel(models[0].config, add_pooling_layer=False)
    mean.load_state_dict(
        {
            name: sum(share * state[name] for share, state in zip(shares, states, strict=True))
            for name in states[0]
        }
    )
    mean.eval()
    return mean

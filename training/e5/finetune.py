"""Fine-tuning: our problems with their siblings, broad pairs, and an anchor to what the model knew.

Every step reads two batches. In the first, problems meet with their siblings, so that the nearest wrong
topic is always there; the loss is InfoNCE both ways, in hard steps with topics about another object as
negatives of both sides. The second holds pairs of one corpus; its loss is InfoNCE, and its matrix of
similarities is held to that of the model as it was (relational distillation, Park et al. 2019, with the
Kullback–Leibler divergence of rows as in SEED, Fang et al. 2021).
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from training.corpora import clean
from training.e5 import body
from training.e5.batches import Batches, Own, Pair
from training.e5.settings import BROAD, Settings
from training.e5.views import Problem, Views

log = logging.getLogger(__name__)
TERMS = (
    Path(__file__).parent.parent / "terms"
)  # problems named by an official term, told by who never heard it


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
        self._pairs = self._pool(pairs)
        self._before = self._read_once()
        self._problems = own
        self._batches = self._drawn()

    def _pool(self, pairs: dict[str, list[Pair]]) -> dict[str, list[Pair]]:
        """The pairs of the corpora that take part, by their shares."""
        draw, total = random.Random(0), sum(BROAD.values())
        return {
            name: draw.sample(pairs[name], min(len(pairs[name]), self._settings.pool * share // total))
            for name, share in BROAD.items()
        }

    def _read_once(self) -> dict[str, np.ndarray]:
        """What the start says of each text of the pairs that take part."""
        texts = list(dict.fromkeys(text for pairs in self._pairs.values() for pair in pairs for text in pair))
        return dict(zip(texts, self._vectors("before", texts), strict=True))

    def _vectors(self, name: str, texts: Sequence[str]) -> np.ndarray:
        """What the model says of the texts as it is now, (texts, hidden); kept beside the checkpoints."""
        longest = self._settings.longest_broad
        key = sha256(json.dumps([digest(self.model), longest, texts]).encode()).hexdigest()[:12]
        file = self._folder.parent / f"{name}-{key}.npy"
        if not file.exists():
            np.save(file, encode(self.model, self._tokenizer, texts, longest))
        vectors: np.ndarray = np.load(file)
        return vectors

    def _written(self) -> list[Problem]:
        """The problems that are written by now, with those about terms where the run asks for some."""
        return problems(self._problems) + (problems(TERMS) if self._settings.terms else [])

    def _drawn(self) -> Batches:
        """The batches of the problems that are written by now."""
        own = self._written()
        return Batches(own, self._siblings(own), self._pairs, self._views, self._settings)

    def _siblings(self, own: Sequence[Problem]) -> list[list[int]]:
        """For each problem its siblings: those of its family, or else the two nearest by the model itself."""
        by_family = defaultdict(list)
        for place, problem in enumerate(own):
            by_family[problem.family].append(place)
        alone = [place for place, problem in enumerate(own) if len(by_family[problem.family]) == 1]
        vectors = self._vectors("alone", [f"{own[place].title} {own[place].content}" for place in alone])
        near = vectors @ vectors.T
        np.fill_diagonal(near, -1)
        # The very nearest may be the same problem by another hand.
        nearest = {
            place: [alone[i] for i in np.argsort(-row)[:3] if row[i] < 0.96][:2]
            for place, row in zip(alone, near, strict=True)
        }
        return [
            nearest.get(place, [other for other in by_family[problem.family] if other != place])
            for place, problem in enumerate(own)
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
            self._batches.begin(step)
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
                self._save(checkpoint, optimiser, step + 1)
                # Problems that were written meanwhile take part from here on.
                if len(self._written()) != len(self._batches.problems):
                    self._batches = self._drawn()
                    log.info("%d problems from step %d on", len(self._batches.problems), step + 1)
        self.model.eval()
        return self.model

    def _save(self, checkpoint: Path, optimiser: torch.optim.Optimizer, step: int) -> None:
        """All that a run goes on from after `step` steps, written whole or not at all."""
        saved = {"model": self.model.state_dict(), "optimiser": optimiser.state_dict(), "step": step}
        torch.save(saved, checkpoint.with_suffix(".part"))
        checkpoint.with_suffix(".part").rename(checkpoint)

    def _step(self, optimiser: torch.optim.Optimizer) -> np.ndarray:
        """Gradients of one step; the losses of its three parts."""
        settings = self._settings
        optimiser.zero_grad()
        own = self._own_loss(self._batches.own())
        own.backward()
        first, second = self._batches.broad()
        left, right = (self._read(texts, settings.longest_broad) for texts in (first, second))
        held = [torch.from_numpy(np.stack([self._before[t] for t in texts])) for texts in (first, second)]
        broad = info_nce(left, right, settings.temperature)
        anchor = distance(left, right, *held)
        (settings.broad_weight * broad + settings.anchor * anchor).backward()
        return np.array([float(own.detach()), float(broad.detach()), float(anchor.detach())])

    def _own_loss(self, batch: Own) -> Tensor:
        """The loss of problems of our own, with swapped topics as negatives where there are any."""
        settings = self._settings
        left, right = (self._read(texts, settings.longest) for texts in (batch.proposals, batch.topics))
        if not batch.swapped:
            return info_nce(left, right, settings.temperature)
        negatives = self._read([swap.text for swap in batch.swapped], settings.longest)
        fits = torch.tensor([[family == swap.source for swap in batch.swapped] for family in batch.families])
        return info_nce(left, right, settings.temperature, negatives, fits)

    def _read(self, texts: Sequence[str], longest: int) -> Tensor:
        return read(self.model, self._tokenizer, texts, longest)


def read(model: BertModel, tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> Tensor:
    """Unit rows of the texts, to learn from; the longer half and the shorter half are padded apart."""
    ids = [e.ids[:longest] for e in tokenizer.encode_batch_fast([body.PREFIX + t for t in texts])]
    order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
    halves = [order[: len(order) // 2], order[len(order) // 2 :]]
    rows = torch.cat([body.pooled(model, *body.padded([ids[i] for i in half])) for half in halves if half])
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
    model.load_state_dict(saved["model"])
    model.eval()
    return model


def info_nce(
    left: Tensor, right: Tensor, temperature: float,
    negatives: Tensor | None = None, fits: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """The contrastive loss of matching rows, both ways.

    Each row of both sides also meets the `negatives`, (negatives, hidden), but for those that `fits`, (rows, negatives),
    bool, says are none.
    """
    wanted = torch.arange(len(left))
    forth = left @ right.T / temperature
    tables = [forth, forth.T]
    if negatives is not None and fits is not None:
        apart = [(rows @ negatives.T / temperature).masked_fill(fits, -1e4) for rows in (left, right)]
        tables = [torch.cat(pair, 1) for pair in zip(tables, apart, strict=True)]
    there, back = (functional.cross_entropy(table, wanted) for table in tables)
    return (there + back) / 2


def distance(left: Tensor, right: Tensor, left_before: Tensor, right_before: Tensor) -> Tensor:
    """How far the similarities within a batch moved from what they were: divergence of rows at temperature .02.

    e5's cosines lie between .7 and 1, so a low temperature is what tells them apart.
    """
    texts, before = torch.cat([left, right]), torch.cat([left_before, right_before])
    hide = torch.eye(len(texts), dtype=torch.bool)
    now = (texts @ texts.T / 0.02).masked_fill(hide, -1e4)
    then = (before @ before.T / 0.02).masked_fill(hide, -1e4)
    return functional.kl_div(now.log_softmax(1), then.log_softmax(1), log_target=True, reduction="batchmean")


def digest(model: BertModel) -> str:
    """What tells the weights of one model from those of another."""
    total = sha256()
    for tensor in model.state_dict().values():
        total.update(tensor.contiguous().numpy())
    return total.hexdigest()


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

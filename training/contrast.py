"""Contrastive training of the table: texts that belong together move together, others apart."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch
from scipy.sparse import csr_matrix
from torch.nn import functional

from training.bags import Bags, Places, Vectors
from training.batches import Source, plan

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """How one run is trained."""

    passes: int = 3
    batch: int = 1024
    rate: float = 3e-3  # step of a row at the start; falls in a straight line to 0
    scale: float = 20.0  # cosine is multiplied by this before the softmax
    longest: int = 64  # pieces of a text
    near: float = 0.5  # share of the batches that are put together from similar pairs
    leaf: int = 32  # similar pairs that stay together
    share: float = 0.5  # how far a piece follows its parts
    distil: bool = True  # whether the sources that aim at the teacher's vectors take part
    seed: int = 1
    repeat: dict[str, float] = field(default_factory=dict)  # how often a pass sees a source; 1 if not named


class Table:
    """Rows = start + moves + share × moves of the parts. Adam's moments are kept for touched rows only.

    Through the parts a rare word learns from the frequent words it is made of.
    """

    def __init__(self, start: Vectors, parts: csr_matrix, rate: float) -> None:
        """`parts` has one row a piece, holding the shares of its parts (0 for a piece without)."""
        self._start = torch.from_numpy(start)
        self._moves = torch.zeros_like(self._start)
        self._parts = parts
        self._mean = torch.zeros_like(self._start)
        self._square = torch.zeros(len(start), 1)
        self._steps = torch.zeros(len(start), 1)
        self._rate = rate

    def all_rows(self) -> torch.Tensor:
        """The whole table as it stands."""
        return self._start + self._moves + torch.from_numpy(self._parts @ self._moves.numpy())

    def rows(self, places: Places) -> torch.Tensor:
        """The rows at `places`, ready to collect a gradient."""
        used = torch.from_numpy(places)
        inherited = torch.from_numpy(self._parts[places] @ self._moves.numpy())
        return (self._start[used] + self._moves[used] + inherited).requires_grad_()

    def step(self, places: Places, gradient: torch.Tensor, share: float) -> None:
        """One step for the rows at `places` and their parts, at `share` of the full rate.

        The second moment is one number a row: the direction of a gradient is kept, its length
        is evened out between rare and frequent pieces.
        """
        links = self._parts[places]
        touched = np.union1d(places, links.indices)
        own = np.zeros((len(touched), gradient.shape[1]), np.float32)
        own[np.searchsorted(touched, places)] = gradient.numpy()
        if links.nnz:
            own += links[:, touched].T @ gradient.numpy()
        at, slope = torch.from_numpy(touched), torch.from_numpy(own)
        steps = self._steps[at] + 1
        mean = self._mean[at].mul_(0.9).add_(slope, alpha=0.1)
        square = self._square[at].mul_(0.99).add_(slope.square().mean(1, keepdim=True), alpha=0.01)
        self._steps[at], self._mean[at], self._square[at] = steps, mean, square
        corrected = (square / (1 - 0.99**steps)).sqrt_().add_(1e-10)
        move = mean.div_(1 - 0.9**steps).div_(corrected)
        self._moves.index_add_(0, at, move, alpha=-self._rate * share)


def train(
    bags: Bags, sources: dict[str, Source], start: Vectors, parts: csr_matrix, settings: Settings
) -> Vectors:
    """The trained table. Batches are of one source each, so that negatives are of the same kind."""
    rng = np.random.default_rng(settings.seed)
    table = Table(start, parts * settings.share, settings.rate)
    sources = {name: s for name, s in sources.items() if settings.distil or s.target is None}
    groups = {name: source.groups for name, source in sources.items()}
    losses = dict.fromkeys(sources, 2.0)
    began = time.time()
    for turn in range(settings.passes):
        encode = partial(vectors, bags, rows=table.all_rows(), longest=settings.longest)
        batches = list(
            plan(
                sources,
                settings.repeat,
                settings.batch,
                settings.near,
                settings.leaf,
                encode,
                rng,
            )
        )
        for number, (name, chosen) in enumerate(batches):
            left = 1 - (turn + number / len(batches)) / settings.passes
            loss = _step(table, bags, sources[name], groups[name], chosen, settings, left, rng)
            losses[name] += 0.05 * (loss - losses[name])
        shown = " ".join(f"{name}={loss:.2f}" for name, loss in losses.items())
        log.info("pass %d, %d batches, %.0f s: %s", turn + 1, len(batches), time.time() - began, shown)
    made: Vectors = table.all_rows().numpy()
    return made


def vectors(bags: Bags, texts: Places, rows: torch.Tensor, longest: int) -> Vectors:
    """Unit vectors of `texts`, read from the start up to `longest` pieces."""
    found = np.empty((len(texts), rows.shape[1]), np.float32)
    rng = np.random.default_rng(0)
    for start in range(0, len(texts), 8192):
        ids, offsets = bags.gather(texts[start : start + 8192], longest, 0.0, rng)
        summed = functional.embedding_bag(torch.from_numpy(ids), rows, torch.from_numpy(offsets), mode="mean")
        found[start : start + len(summed)] = functional.normalize(summed).numpy()
    return found


def _step(
    table: Table,
    bags: Bags,
    source: Source,
    groups: Places,
    chosen: Places,
    settings: Settings,
    share: float,
    rng: np.random.Generator,
) -> float:
    """One batch: forward, loss, gradient, step. Returns the loss."""
    first, second = source.first[chosen], source.second[chosen]
    texts = first if source.target is not None else np.concatenate([first, second])
    ids, offsets = bags.gather(texts, settings.longest, source.dropout, rng)
    places, inverse = np.unique(ids, return_inverse=True)
    rows = table.rows(places)
    summed = functional.embedding_bag(torch.from_numpy(inverse), rows, torch.from_numpy(offsets), mode="mean")
    unit = functional.normalize(summed)
    if source.target is None:
        left, right = unit[: len(first)], unit[len(first) :]
    else:
        left, right = unit, torch.from_numpy(source.target[second])
    loss = _loss(left, right, groups[chosen], settings.scale)
    loss.backward()
    assert rows.grad is not None
    table.step(places, rows.grad, share)
    return float(loss.detach())


def _loss(left: torch.Tensor, right: torch.Tensor, groups: Places, scale: float) -> torch.Tensor:
    """Cross-entropy of picking the partner, both ways; pairs of one group are no negatives of each other."""
    scores = left @ right.T * scale
    same = groups[:, None] == groups[None, :]
    np.fill_diagonal(same, val=False)
    scores = scores.masked_fill(torch.from_numpy(same), -1e4)
    wanted = torch.arange(len(scores))
    return (functional.cross_entropy(scores, wanted) + functional.cross_entropy(scores.T, wanted)) / 2

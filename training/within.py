"""Learns whether what a title names lies within what a topic names (matcher/matching/within.py).

    python -m training.within [--left-out]

From training/objects: items of six titles that an officer would take under a topic and six that he would send back, each file by
another hand. The transformer stays as it is. `--left-out` learns a network without each hand in turn and prints how well its titles are told
apart: the area under ROC over all its pairs, and the mean within an item. Without it the weights are written, of all hands.
Three to six minutes of a core for the states, then a minute and a half a network.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn
from torch.nn import functional

from matcher import settings, shipped
from matcher.embeddings import Vectors
from matcher.embeddings.onnx import shipped_encoder
from matcher.matching.within import LONGEST, SHARPNESS, WEIGHTS, Networks, topic_text
from matcher.segment import fold

OBJECTS = Path(__file__).parent / "objects"
SEEDS, STEPS, ITEMS = (1, 2, 3), 900, 6
RATE, DECAY, DROPPED = 1e-3, 0.05, 0.2
KEPT, HIDDEN = 96, 128  # of each piece, and of what is seen of all
PRODUCT = 20.0  # what products of means, which are small, begin at
RANKED = 0.5  # of the loss: each title that fits before each that does not


@dataclass(frozen=True, slots=True)
class Item:
    """A topic, with and without its contents, and titles of proposals; the first half of them fits."""

    hand: str
    topic: tuple[str, str]
    titles: tuple[str, ...]

    @property
    def fits(self) -> list[bool]:
        """Which of the titles fit."""
        return [n < len(self.titles) // 2 for n in range(len(self.titles))]


def items() -> list[Item]:
    """All items, hand by hand."""
    return [
        Item(
            file.stem,
            (topic_text(row["topic"], ""), topic_text(row["topic"], row["contents"])),
            tuple(map(fold, (*row["fits"], *row["not"]))),
        )
        for file in sorted(OBJECTS.glob("*.jsonl"))
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())
    ]


class States(dict[str, Tensor]):
    """The unit states of texts' pieces, (pieces, d), each read once."""

    def __missing__(self, text: str) -> Tensor:
        """Read a text."""
        self[text] = torch.from_numpy(shipped_encoder().states(text, LONGEST))
        return self[text]


class Network(nn.Module):
    """One of the networks of `Networks`."""

    def __init__(self, dimension: int) -> None:
        """For states of so many numbers."""
        super().__init__()
        self.pieces = nn.Linear(2 * dimension, KEPT)
        self.seen, self.seen_out = nn.Linear(4 * KEPT, HIDDEN), nn.Linear(HIDDEN, 1, bias=False)
        self.means, self.means_out = nn.Linear(2 * dimension, HIDDEN), nn.Linear(HIDDEN, 1)
        self.dropped = nn.Dropout(DROPPED)
        with torch.no_grad():
            self.means.weight[:, :dimension] *= PRODUCT

    def forward(self, pairs: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
        """The log-odds, (pairs,), for the states of a title and of a topic each."""
        (own, own_there), (topic, topic_there) = map(_padded, zip(*pairs, strict=True))
        cosines = own @ topic.transpose(1, 2)
        seen = [
            *self._seen(own, topic, cosines, own_there, topic_there),
            *self._seen(topic, own, cosines.transpose(1, 2), topic_there, own_there),
        ]
        one, other = (functional.normalize(side.sum(1), dim=-1) for side in (own, topic))
        means = self.dropped(torch.cat([one * other, (one - other).abs()], 1))
        odds: Tensor = self.seen_out(torch.relu(self.seen(torch.cat(seen, 1)))) + self.means_out(
            torch.relu(self.means(means))
        )
        return odds[:, 0]

    def _seen(
        self, own: Tensor, other: Tensor, cosines: Tensor, own_there: Tensor, other_there: Tensor
    ) -> tuple[Tensor, Tensor]:
        nearness = (cosines * SHARPNESS).masked_fill(~other_there[:, None], -torch.inf).softmax(-1)
        made = torch.relu(self.pieces(self.dropped(torch.cat([own, nearness @ other], -1))))
        made = made.masked_fill(~own_there[:, :, None], 0)
        return made.max(1).values, made.sum(1) / own_there.sum(1, keepdim=True)


def _padded(rows: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """The rows beside each other, (n, pieces, d), and which of their pieces are there, (n, pieces)."""
    there = [torch.ones(len(row), dtype=torch.bool) for row in rows]
    return nn.utils.rnn.pad_sequence(list(rows), batch_first=True), nn.utils.rnn.pad_sequence(
        there, batch_first=True
    )


def learnt(chosen: Sequence[Item], states: States, seed: int) -> Network:
    """A network that has seen STEPS times ITEMS of the items."""
    torch.manual_seed(seed)
    draw, network = random.Random(seed), Network(shipped_encoder().dimension)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - 0.95 * step / STEPS)
    for _ in range(STEPS):
        pairs, fits = [], []
        for item in draw.choices(chosen, k=ITEMS):
            topic = states[draw.choice(item.topic)]
            pairs += [(states[title], topic) for title in item.titles]
            fits += item.fits
        odds, wanted = network(pairs), torch.tensor(fits)
        apart = odds.view(ITEMS, 2, -1)  # of each item those that fit, and the others
        ranked = functional.softplus(apart[:, 1, None, :] - apart[:, 0, :, None]).mean()
        loss = functional.binary_cross_entropy_with_logits(odds, wanted.float()) + RANKED * ranked
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return network.eval()


def tensors(networks: Sequence[Network]) -> dict[str, Vectors]:
    """The weights as `Networks` takes them, in 16 bits, and the fingerprint of the encoder."""
    own: dict[str, Vectors] = {}
    for name in ("pieces", "seen", "means"):
        for part in ("weight", "bias"):
            own[f"{name}.{part}"] = _stacked([getattr(getattr(each, name), part) for each in networks])
    for name in ("seen", "means"):
        own[f"{name}.out"] = _stacked([getattr(each, f"{name}_out").weight[0] for each in networks])
    own["bias"] = _stacked([each.means_out.bias[0] for each in networks])
    own["encoder"] = np.frombuffer(shipped_encoder().fingerprint.encode(), np.uint8).astype(np.float16)
    return own


def _stacked(parameters: Sequence[Tensor]) -> Vectors:
    return np.stack([each.detach().numpy() for each in parameters]).astype(np.float16)


def report(heads: Networks, held: Sequence[Item], states: States) -> str:
    """How well pairs that fit are told from others: over all pairs, and within an item on average."""
    each = [
        [heads.log_odds(states[title].numpy(), states[item.topic[1]].numpy()) for title in item.titles]
        for item in held
    ]
    fits = held[0].fits
    within = np.mean([roc_auc_score(fits, odds) for odds in each])
    return f"{roc_auc_score(fits * len(held), np.concatenate(each)):.3f} {within:.3f}"


def main() -> None:
    """Print how it carries over to another hand, or write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--left-out", action="store_true", help="learn without each hand in turn, and write nothing"
    )
    left_out = parser.parse_args().left_out
    torch.set_num_threads(1)
    every, states = items(), States()
    if not left_out:
        networks = [learnt(every, states, seed) for seed in SEEDS]
        save_file(tensors(networks), shipped.data_file(settings.file(WEIGHTS)))
        return
    for hand in sorted({item.hand for item in every}):
        others = [item for item in every if item.hand != hand]
        networks = [learnt(others, states, seed) for seed in SEEDS[:1]]
        held = [item for item in every if item.hand == hand]
        print(hand, len(held), report(Networks(tensors(networks)), held, states), flush=True)


if __name__ == "__main__":
    main()

"""The upper layers read two texts together and say whether they are one study.

    python -m training.e5.pairs_reader ../shared/corpora matcher/embeddings/shipped

The lower layers read each text alone; runs of their states are averaged, so that a pair is some 80 states long. Nothing
tells the places of the two texts apart but what the lower layers made of them and a vector for each side.

One reader is trained without each of two thirds of dev's voices; their mean, which has seen all voices, is shipped.
training/fit_duplicates.py weighs what they say by pairs of the voices that each was trained without (HELD).
training/README.md has what the shipped one was trained on and what it is worth.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from matcher.embeddings.pairs import FILE, LONGEST, LOWER, RUN
from training.corpora import clean
from training.duplicates_evidence import HELD, pair_key
from training.duplicates_set import EVAL, batch
from training.e5 import body, export, pairs_export
from training.e5.pairs_groups import DevGroups, DevPair, Group, PublicGroups, dev_pairs, thirds

RATE, HEAD_RATE, WARM, GROUPS, SEED = 1.5e-4, 3e-3, 25, 5, 1
PUBLIC_STEPS, STEPS = 220, 500
# Concern from which a pair of dev is read, a little of what can still become one to look at.
_SUSPICIOUS = 0.02
DROPPED, WHOLE = 0.35, 0.3  # sentences of a text left out at most; share of the texts that stay whole
START_SCALE, START_BIAS = 20.0, -17.5  # of the cosine that the head starts as
FALSE_WEIGHT = 0.6  # of a pair that is none, of which a group has two
_ENDS = frozenset("。.;；!！?？")


@dataclass(frozen=True, slots=True)
class Alone:
    """A text as the lower layers read it: its pieces and their states (pieces, hidden), in 16 bits."""

    ids: list[int]
    states: Tensor


class Lower:
    """The lower layers, which stay as they are; what they say of a text is kept."""

    def __init__(self, model: BertModel, tokenizer: Tokenizer) -> None:
        """Take the embeddings and the first LOWER layers of `model`."""
        self._model = BertModel(model.config, add_pooling_layer=False)
        self._model.load_state_dict(model.state_dict())
        self._model.encoder.layer = self._model.encoder.layer[:LOWER]
        self._model.eval()
        self._tokenizer = tokenizer
        self._ends = {i for piece, i in tokenizer.get_vocab().items() if piece.strip("▁") in _ENDS}
        self._kept: dict[str, Alone] = {}

    def read(self, text: str) -> Alone:
        """What the lower layers say of the start of a text."""
        if text not in self._kept:
            ids = self._tokenizer.encode(body.PREFIX + clean(text)).ids
            ids = [*ids[: LONGEST - 1], ids[-1]] if len(ids) > LONGEST else ids
            with torch.no_grad():
                states = self._model(input_ids=torch.tensor([ids])).last_hidden_state[0]
            self._kept[text] = Alone(ids, states.half())
        return self._kept[text]

    def runs(self, text: str, draw: random.Random | None = None) -> Tensor:
        """Means of RUN states each, (runs, hidden); with `draw` without some sentences, beginning anywhere."""
        alone = self.read(text)
        rows = list(range(len(alone.ids)))
        if draw is not None:
            if draw.random() > WHOLE:
                rows = thinned(alone.ids, self._ends, draw)
            rows = rows[draw.randrange(min(RUN, len(rows))) :]
        return averaged(alone.states[rows].float())


def thinned(ids: Sequence[int], ends: Collection[int], draw: random.Random) -> list[int]:
    """The places of the pieces of some of the sentences, one at least, in order; pieces of `ends` end a sentence."""
    cuts = [0, *(i + 1 for i, piece in enumerate(ids) if piece in ends and i + 1 < len(ids)), len(ids)]
    spans = [range(a, b) for a, b in pairwise(cuts)]
    share = draw.random() * DROPPED
    kept = [span for span in spans if draw.random() > share] or [draw.choice(spans)]
    return [place for span in kept for place in span]


def averaged(states: Tensor) -> Tensor:
    """Means of RUN rows each, (rows / RUN rounded up, hidden); the last row stands for what is missing."""
    missing = -len(states) % RUN
    rows = torch.cat([states, states[-1:].expand(missing, -1)])
    return rows.view(-1, RUN, states.shape[1]).mean(1)


class PairsReader(nn.Module):
    """The upper layers over both texts of a pair, and a head over both means."""

    def __init__(self, model: BertModel) -> None:
        """Take the layers above LOWER of `model`."""
        super().__init__()
        hidden = model.config.hidden_size
        self._heads = model.config.num_attention_heads
        self.layers = nn.ModuleList(model.encoder.layer[LOWER:])
        self.side = nn.Parameter(torch.randn(2, hidden) * 0.02)
        self.head = nn.Linear(3 * hidden, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.constant_(self.head.weight[:, :hidden], START_SCALE)
        nn.init.constant_(self.head.bias, START_BIAS)

    def forward(self, pairs: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
        """The log-odds, (pairs,), that both texts, given as `runs`, are one study."""
        longest = max(len(a) + len(b) for a, b in pairs)
        shares = torch.zeros(2, len(pairs), longest)  # of each state in the mean of its side
        rows = []
        for i, (a, b) in enumerate(pairs):
            shares[0, i, : len(a)] = 1 / len(a)
            shares[1, i, len(a) : len(a) + len(b)] = 1 / len(b)
            both = torch.cat([a + self.side[0], b + self.side[1]])
            rows.append(functional.pad(both, (0, 0, 0, longest - len(both))))
        states, mask = torch.stack(rows), (shares.sum(0) > 0)[:, None, None, :]
        for layer in self.layers:
            states = self._layer(layer, states, mask)
        one, other = (functional.normalize((states * share[:, :, None]).sum(1), dim=-1) for share in shares)
        signs = torch.cat([one * other, (one - other).abs(), (one + other) / 2], 1)
        return cast(Tensor, self.head(signs))[:, 0]

    def _layer(self, layer: Any, states: Tensor, mask: Tensor) -> Tensor:
        attention, out = layer.attention.self, layer.attention.output
        query, key, value = (
            part(states).unflatten(-1, (self._heads, -1)).transpose(1, 2)
            for part in (attention.query, attention.key, attention.value)
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        mixed = mixed.transpose(1, 2).flatten(2)
        states = out.LayerNorm(out.dense(mixed) + states)
        wide = functional.gelu(layer.intermediate.dense(states))
        result: Tensor = layer.output.LayerNorm(layer.output.dense(wide) + states)
        return result


def train(
    reader: PairsReader, lower: Lower, drawn: Callable[[random.Random], Group], steps: int, seed: int
) -> None:
    """Steps of GROUPS groups each, seeded; the rate falls to its end."""
    draw = random.Random(seed)
    torch.manual_seed(seed)
    rest = [p for name, p in reader.named_parameters() if not name.startswith("layers")]
    optimiser = torch.optim.AdamW(
        [{"params": reader.layers.parameters(), "lr": RATE}, {"params": rest, "lr": HEAD_RATE}],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / WARM) * (0.03 + 0.97 * (1 - step / steps))
    )
    mean = 0.0
    for step in range(steps):
        rows = [row for _ in range(GROUPS) for row in drawn(draw)]
        given = [(lower.runs(a, draw), lower.runs(b, draw)) for a, b, _ in rows]
        given = [pair if draw.random() < 0.5 else pair[::-1] for pair in given]
        wanted = torch.tensor([float(same) for _, _, same in rows])
        weights = torch.where(wanted > 0, 1.0, FALSE_WEIGHT)
        loss = functional.binary_cross_entropy_with_logits(reader(given), wanted, weights)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        mean += 0.03 * (float(loss.detach()) - mean) if step else float(loss.detach())
        if step % 20 == 19:
            print(f"step {step + 1}, loss {mean:.3f}", flush=True)


def read_held(
    reader: PairsReader, lower: Lower, pairs: Iterable[DevPair], voices: Collection[str]
) -> dict[str, float]:
    """What the reader says of the suspicious pairs of the voices that it was trained without, by `pair_key`."""
    reader.eval()
    found = {}
    with torch.no_grad():
        for pair in pairs:
            if pair.voices & set(voices) and pair.concern >= _SUSPICIOUS:
                odds = reader([(lower.runs(pair.one), lower.runs(pair.other))])
                found[pair_key(pair.one, pair.other)] = round(float(odds[0]), 3)
    reader.train()
    return found


def main() -> None:
    """Train both readers, write their mean into the model folder and what each says of the voices it did not see."""
    corpora, folder = map(Path, sys.argv[1:])
    torch.set_num_threads(1)
    model, tokenizer = export.read(folder / "model.onnx"), Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    lower, reader, pairs = Lower(model, tokenizer), PairsReader(model), list(dev_pairs())
    public = PublicGroups(EVAL.parent, corpora)
    train(reader, lower, public.draw, PUBLIC_STEPS, SEED)
    start = copy.deepcopy(reader.state_dict())
    held: dict[str, float] = {}
    states = []
    for number, voices in enumerate(thirds(batch("dev"))[:2]):
        reader.load_state_dict(start)
        train(reader, lower, DevGroups(pairs, public, voices).draw, STEPS, SEED + 1 + number)
        held |= read_held(reader, lower, pairs, voices)
        states.append(copy.deepcopy(reader.state_dict()))
    reader.load_state_dict({name: (states[0][name] + states[1][name]) / 2 for name in start})
    HELD.write_text(json.dumps(held, indent=0) + "\n", "utf-8")
    pairs_export.write(reader, model.config, folder / FILE)


if __name__ == "__main__":
    main()

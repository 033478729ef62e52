"""An experiment: a small transformer over the static rows, which sees the order of words.

    python -m training.transformer --corpora ../shared/corpora --work WORK --minutes 30

Its vector is the static mean plus a learned correction: two layers of attention over the pieces'
rows, pooled. It is trained contrastively on the same pairs, and judged by the same figures as the
static table that it starts from. What came of it stands in README.md; nothing shipped depends on it.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training import bags, build, evaluate
from training.bags import Bags, Places, Vectors
from training.dataset import Dataset, kept, load
from training.dataset import Places as Folders

log = logging.getLogger(__name__)
LONGEST = 40  # pieces of a text
BATCH = 192


class Corrected(nn.Module):
    """The static mean of a text plus what attention makes of its pieces."""

    def __init__(self, table: Vectors, width: int = 256, layers: int = 2) -> None:
        """`table` (pieces, d) is kept as it is; the correction starts at zero."""
        super().__init__()
        self.rows = nn.Embedding.from_pretrained(torch.from_numpy(table), freeze=True)
        self.scale = float(1 / np.linalg.norm(table, axis=1).mean())
        self.inward = nn.Linear(table.shape[1], width)
        self.places = nn.Embedding(LONGEST, width)
        layer = nn.TransformerEncoderLayer(
            width, 4, 2 * width, dropout=0.0, batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.outward = nn.Linear(width, table.shape[1])
        nn.init.zeros_(self.outward.weight)
        nn.init.zeros_(self.outward.bias)

    def forward(self, ids: Tensor) -> Tensor:
        """Unit rows (n, d) of texts given as pieces (n, LONGEST), 0 where there is none."""
        filled = ids > 0
        rows = self.rows(ids)
        static = functional.normalize((rows * filled[..., None]).sum(1))
        hidden = self.inward(rows * self.scale) + self.places.weight[: ids.shape[1]]
        hidden = self.layers(hidden, src_key_padding_mask=~filled)
        pooled = (hidden * filled[..., None]).sum(1) / filled.sum(1, keepdim=True).clamp(min=1)
        return functional.normalize(static + self.outward(pooled))


def padded(all_bags: Bags, texts: Places, rng: np.random.Generator) -> Tensor:
    """The pieces of `texts`, (n, LONGEST), from a random window of the longer ones."""
    ids, starts = all_bags.gather(texts, LONGEST, 0.0, rng)
    made = np.zeros((len(texts), LONGEST), np.int64)
    lengths = np.diff(np.append(starts, len(ids)))
    places = np.arange(len(ids)) - np.repeat(starts, lengths)
    made[np.repeat(np.arange(len(texts)), lengths), places] = ids
    made[made[:, 0] == 0, 0] = 1  # attention needs something to look at
    return torch.from_numpy(made)


def train(model: Corrected, data: Dataset, minutes: float) -> int:
    """Contrastive steps for so many minutes; returns how many."""
    rng = np.random.default_rng(1)
    learned = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=5e-4, weight_decay=0.01)
    sources = [s for n, s in data.sources.items() if s.target is None and n not in ("words", "titles")]
    share = np.array([min(len(s.first), 40_000) for s in sources], float)
    began, steps, mean = time.time(), 0, 0.0
    while (gone := time.time() - began) < minutes * 60:
        for group in optimiser.param_groups:
            group["lr"] = 5e-4 * min(1.0, steps / 50) * (1 - gone / (minutes * 60))
        source = sources[rng.choice(len(sources), p=share / share.sum())]
        chosen = rng.choice(len(source.first), BATCH, replace=False)
        left = model(padded(data.bags, source.first[chosen], rng))
        right = model(padded(data.bags, source.second[chosen], rng))
        scores = left @ right.T * 25
        wanted = torch.arange(BATCH)
        loss = functional.cross_entropy(scores, wanted) + functional.cross_entropy(scores.T, wanted)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        steps += 1
        mean += 0.02 * (float(loss.detach()) / 2 - mean)
        if steps % 100 == 0:
            log.info("%d steps, %.0f s, loss %.3f", steps, gone, mean)
    return steps


def encoder(model: Corrected, data: Dataset) -> bags.Encode:
    """Texts to unit rows; long ones are read in windows and averaged."""

    def encode(texts: Sequence[str]) -> Vectors:
        model.eval()
        cut = bags.cut(data.tokenizer, texts)
        windows, owner = [], []
        for i, (a, b) in enumerate(zip(cut.offsets, cut.offsets[1:], strict=False)):
            for start in range(int(a), int(b), LONGEST):
                part = cut.ids[start : min(start + LONGEST, int(b))]
                windows.append(np.pad(part, (0, LONGEST - len(part))))
                owner.append(i)
        ids = torch.from_numpy(np.stack(windows).astype(np.int64))
        with torch.no_grad():
            rows = torch.cat([model(part) for part in ids.split(256)]).numpy()
        summed = np.zeros((len(texts), rows.shape[1]), np.float32)
        np.add.at(summed, owner, rows)
        made: Vectors = summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-9)
        return made

    return encode


def main() -> None:
    """Train and print both sets of figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--own", type=Path, default=Path("data"))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    evaluation = arguments.corpora.parent / "public_eval"
    places = Folders(arguments.corpora, evaluation, arguments.own, arguments.work)
    data = load(places)
    table = build.finished(data, build.trained(data, places, build.RUNS[0]), build.COMMON)
    sets = kept(places.work / "evaluation.pkl", lambda: evaluate.Evaluation(evaluation))
    print(json.dumps({"static": sets.score(bags.encoder(data.tokenizer, table))}))
    model = Corrected(table)
    steps = train(model, data, arguments.minutes)
    encode = encoder(model, data)
    found = sets.score(encode)
    began = time.time()
    for text in sets.queries[:200]:
        encode([text])
    each = (time.time() - began) * 5
    print(json.dumps({"transformer": found, "steps": steps, "milliseconds a text": round(each, 1)}))


if __name__ == "__main__":
    main()

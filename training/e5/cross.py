"""An experiment: the trained body reads a proposal and a topic together, to order the engine's first few anew.

    python -m training.e5.cross --corpora ../shared/corpora --work WORK

Families of three problems of data/paraphrases are read as three proposals by three topics, and each must know its
own (InfoNCE both ways within the family). The lower layers stay. The head is linear over the product of the means of
both sides' states, and starts as their cosine. README.md has what it is worth beside the engine's scores.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from matcher.engine import Engine
from matcher.index import joined
from matcher.labelled import read_labelled
from matcher.matching import rank
from matcher.segment import fold
from training.cascade import SETS
from training.e5 import body, build, finetune
from training.e5.views import Problem, Views

STEPS, FAMILIES, FROZEN, SEED = 240, 2, 6, 1
RATE, HEAD_RATE = 6e-5, 2e-3
LONGEST_PROPOSAL, LONGEST_TOPIC = 200, 116  # pieces; with the marks at most 320 together
START_SCALE = 20.0  # of the cosine that the head starts as
RERANKED, NEAR = 3, ("hard", "confusable")
WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)  # of the reader's log-odds beside the engine's


class CrossReader(nn.Module):
    """Scores of pairs: how much more likely one topic is the proposal's than another, in log-odds."""

    def __init__(self, start: BertModel, tokenizer: Tokenizer) -> None:
        """Take the body `start`; its lower layers stay."""
        super().__init__()
        self.body, self._tokenizer = start, tokenizer
        for module in (start.embeddings, *start.encoder.layer[:FROZEN]):
            module.requires_grad_(False)
        self.head = nn.Linear(start.config.hidden_size, 1, bias=False)
        nn.init.constant_(self.head.weight, START_SCALE)

    def forward(self, proposals: Sequence[str], topics: Sequence[str]) -> Tensor:
        """The score of each proposal with the topic in its place, (pairs,)."""
        left = self._tokenizer.encode_batch_fast([body.PREFIX + text for text in proposals])
        right = self._tokenizer.encode_batch_fast(list(topics), add_special_tokens=False)
        rows, starts = [], []
        for one, other in zip(left, right, strict=True):
            first = [*one.ids[: LONGEST_PROPOSAL - 1], 2] if len(one.ids) > LONGEST_PROPOSAL else one.ids
            rows.append([*first, 2, *other.ids[:LONGEST_TOPIC], 2])
            starts.append(len(first))
        ids, mask = body.padded(rows)
        states = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        of_topic = torch.arange(ids.shape[1]) >= torch.tensor(starts)[:, None]
        sides = [mask.bool() & ~of_topic, mask.bool() & of_topic]
        means = [functional.normalize((states * side[:, :, None]).sum(1), dim=-1) for side in sides]
        scores: Tensor = self.head(means[0] * means[1])[:, 0]
        return scores


def train(reader: CrossReader, problems: Sequence[Problem], views: Views) -> None:
    """STEPS steps of FAMILIES families of three each, seeded."""
    torch.manual_seed(SEED)
    draw, by_name = random.Random(SEED), defaultdict(list)
    for problem in problems:
        by_name[problem.family].append(problem)
    families = [family for family in by_name.values() if len(family) == 3]
    learned = [p for p in reader.body.parameters() if p.requires_grad]
    groups = [{"params": learned, "lr": RATE}, {"params": reader.head.parameters(), "lr": HEAD_RATE}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / 20) * (1 - step / STEPS)
    )
    wanted, means = torch.arange(3), np.zeros(2)
    for step in range(STEPS):
        optimiser.zero_grad()
        for family in draw.sample(families, FAMILIES):
            proposals = [views.proposal(p, draw.choice([q for q in family if q is not p])) for p in family]
            topics = [views.topic(p) for p in family]
            table = reader([p for p in proposals for _ in topics], topics * 3).reshape(3, 3)
            loss = (functional.cross_entropy(table, wanted) + functional.cross_entropy(table.T, wanted)) / 2
            (loss / FAMILIES).backward()
            now = [float(loss.detach()), float((table.argmax(1) == wanted).float().mean())]
            means += 0.02 * (np.array(now) - means)
        nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        schedule.step()
        if step % 10 == 9:
            print(f"step {step + 1}, loss {means[0]:.3f}, right {means[1]:.3f}", flush=True)


def right_by_weight(
    reader: CrossReader, data: Path, name: str, guide: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Whether each dev row's first topic is acceptable at each of WEIGHTS, and which rows are of the NEAR styles."""
    engine = Engine.open(data / "guides" / guide)
    assert engine.calibration is not None
    rows = [row for row in read_labelled(data / "eval" / f"{name}.jsonl") if row.relevant]
    scored = engine.scorer.score([row.proposal for row in rows])
    right = np.zeros((len(rows), len(WEIGHTS)))
    for i, (row, best) in enumerate(zip(rows, rank.order(scored.hybrid)[:, :RERANKED], strict=True)):
        topics = [engine.guide.topics[t] for t in best.tolist()]
        with torch.no_grad():
            again = reader([joined(scored.texts[i])] * len(topics), [fold(t.text) for t in topics]).numpy()
        own = engine.calibration.sharpness * scored.hybrid[i, best]
        right[i] = [topics[np.argmax(own + weight * again)].id in row.relevant for weight in WEIGHTS]
    return right, np.array([row.style in NEAR for row in rows])


def report(reader: CrossReader, data: Path) -> None:
    """Top-1 by weight; for each guide the weight chosen on the three others (0: the engine alone)."""
    found = {name: right_by_weight(reader, data, name, guide) for name, guide in SETS.items()}
    for name, (right, near) in found.items():
        others = np.concatenate([table for other, (table, _) in found.items() if other != name])
        print(f"{name}: the others choose {WEIGHTS[int(others.mean(0).argmax())]}; weights {WEIGHTS}")
        print(f"  all {right.mean(0).round(3).tolist()}, near {right[near].mean(0).round(3).tolist()}")


def main() -> None:
    """Train, evaluate, print."""
    places, _, model, tokenizer = build.made(__doc__)
    reader = CrossReader(model, tokenizer)
    train(reader, finetune.problems(places.own / "paraphrases"), Views(places.corpora, SEED))
    report(reader.eval(), places.own)


if __name__ == "__main__":
    main()

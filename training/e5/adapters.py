"""An experiment: low-rank adapters learn what finetune.py teaches, in place of the weights of the upper layers.

    python -m training.e5.adapters --corpora ../shared/corpora --work WORK

The base stays as it is; beside the queries, the values and the output of the attention of every layer a product of
two thin matrices learns (LoRA, Hu et al. 2022). Everything else is as in the shipped run: its data, batches, losses
and settings, but for the rate and the number of steps. What is kept lies in WORK/adapters.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace

from torch import Tensor, nn
from transformers import BertModel

from training.dataset import kept
from training.e5 import build, figures, finetune
from training.e5.finetune import Trainer
from training.e5.views import Views
from training.evaluate import Evaluation

RANK, RATE, STEPS = 12, 1e-3, 60
PLACES = ("attention.self.query", "attention.self.value", "attention.output.dense")  # in every layer


class Adapter(nn.Module):
    """A dense step that stays, plus a product of two thin matrices that learns and starts at zero."""

    def __init__(self, dense: nn.Linear) -> None:
        """Stand in the place of `dense`."""
        super().__init__()
        self.dense = dense.requires_grad_(False)
        self.down = nn.Linear(dense.in_features, RANK, bias=False)
        self.up = nn.Linear(RANK, dense.out_features, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, states: Tensor) -> Tensor:
        """(…, inputs) to (…, outputs)."""
        total: Tensor = self.dense(states) + self.up(self.down(states))
        return total


def adapt(model: BertModel) -> None:
    """Adapters in every layer of `model`, as all that learns."""
    model.requires_grad_(False)
    for name, module in list(model.named_modules()):
        if name.endswith(PLACES) and isinstance(module, nn.Linear):
            model.set_submodule(name, Adapter(module))


def main() -> None:
    """Train the adapters, print the figures."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    places, pairs, _, _ = build.made(__doc__)
    first, tokenizer = build.start(places, pairs)
    settings = replace(build.RUNS[0], steps=STEPS, rate=RATE)
    folder = places.work / "adapters" / f"rank-{RANK}"
    folder.mkdir(parents=True, exist_ok=True)
    views = Views(places.corpora, settings.seed)
    trainer = Trainer(first, tokenizer, pairs, places.own / "paraphrases", views, settings, folder)
    adapt(trainer.model)
    learned = sum(p.numel() for p in trainer.model.parameters() if p.requires_grad)
    model = trainer.run()
    sets = kept(places.work / "evaluation.pkl", lambda: Evaluation(places.evaluation))
    measured = figures.all_figures(
        lambda texts, _: finetune.encode(model, tokenizer, texts), sets, places.own
    )
    print(json.dumps({"rank": RANK, "learned": learned, "steps": STEPS, "figures": measured}))


if __name__ == "__main__":
    main()

"""Low-rank adapters: what learns in place of the weights of the upper layers in a run with a `rank`.

Beside the queries, the values and the output of the attention of every layer a product of two thin matrices learns
(LoRA, Hu et al. 2022); everything else stays. After the run the products are added to the weights that they stood
beside, so that the result is an ordinary BERT and can be averaged with others.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import BertModel

_PLACES = ("attention.self.query", "attention.self.value", "attention.output.dense")  # in every layer


class Adapter(nn.Module):
    """A dense step that stays, plus a product of two thin matrices that learns and starts at zero."""

    def __init__(self, dense: nn.Linear, rank: int) -> None:
        """Stand in the place of `dense`."""
        super().__init__()
        self.dense = dense.requires_grad_(False)
        self.down = nn.Linear(dense.in_features, rank, bias=False)
        self.up = nn.Linear(rank, dense.out_features, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, states: Tensor) -> Tensor:
        """(…, inputs) to (…, outputs)."""
        total: Tensor = self.dense(states) + self.up(self.down(states))
        return total

    @torch.no_grad()
    def merged(self) -> nn.Linear:
        """The dense step with the product added to its weights."""
        self.dense.weight += self.up.weight @ self.down.weight
        return self.dense


def adapt(model: BertModel, rank: int) -> None:
    """Adapters in every layer of `model`, as all that learns."""
    model.requires_grad_(False)
    for name, module in list(model.named_modules()):
        if name.endswith(_PLACES) and isinstance(module, nn.Linear):
            model.set_submodule(name, Adapter(module, rank))


def merge(model: BertModel) -> None:
    """Every adapter of `model` into its weights; a model without any stays as it is."""
    for name, module in list(model.named_modules()):
        if isinstance(module, Adapter):
            model.set_submodule(name, module.merged())

"""The reader of pairs as an ONNX file of 8-bit weights that reads one pair at a time.

The graph takes the runs of two texts, (runs, hidden) each, and gives the log-odds, (1,), that they are one study.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from torch import nn
from transformers import BertConfig

from matcher.embeddings.pairs import LOWER
from training.e5 import export


def graph(reader: nn.Module, config: BertConfig, quantised: bool = True) -> onnx.ModelProto:
    """All layers of the reader and its head, in float32 unless `quantised`."""
    weights = {name: tensor.detach().numpy() for name, tensor in reader.state_dict().items()}
    for name in [name for name in weights if name.startswith("layers.")]:
        number, rest = name.removeprefix("layers.").split(".", 1)
        weights[f"encoder.layer.{LOWER + int(number)}.{rest}"] = weights.pop(name)
    made = export.Graph(quantised)
    export.number_constants(made)
    made.constant("axis", np.array([0]))
    states = made.node("Unsqueeze", [_joined(made, weights["side"]), "axis"], "batched")
    for layer in range(LOWER, config.num_hidden_layers):
        states = export.layer_of(made, weights, layer, states, config)
    _headed(made, states, weights)
    given = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [name + "_runs", config.hidden_size])
        for name in ("left", "right")
    ]
    odds = helper.make_tensor_value_info("log_odds", TensorProto.FLOAT, [1])
    return export.file_of(helper.make_graph(made.nodes, "pairs", given, [odds], made.constants))


def _joined(made: export.Graph, sides: export.Floats) -> str:
    """The runs of both texts, each with the vector of its side; "length" counts them."""
    both = [
        made.node("Add", [name, made.constant(name + ".side", side)], name + ".sided")
        for name, side in zip(("left", "right"), sides, strict=True)
    ]
    joined = made.node("Concat", both, "both", axis=0)
    made.node("Shape", [joined], "length", end=1)
    return joined


def _headed(made: export.Graph, states: str, weights: dict[str, export.Floats]) -> None:
    """The log-odds by the mean of each side, of length 1."""
    made.node("Shape", ["left"], "of_left", start=0, end=1)
    made.node("Shape", ["right"], "of_right", start=0, end=1)
    made.node("Concat", ["of_left", "of_right"], "of_both", axis=0)
    sides = ["first", "second"]
    made.nodes.append(helper.make_node("Split", [states, "of_both"], sides, axis=0))
    for side in sides:
        mean = made.node("ReduceMean", [side], side + ".mean", axes=[0], keepdims=1)
        made.node("LpNormalization", [mean], side + ".unit", axis=-1, p=2)
    units = [side + ".unit" for side in sides]
    product = made.node("Mul", units, "product")
    apart = made.node("Abs", [made.node("Sub", units, "difference")], "apart")
    half = made.node(
        "Mul", [made.node("Add", units, "sum"), made.constant("half", np.array(0.5, np.float32))], "middle_of"
    )
    signs = made.node("Concat", [product, apart, half], "signs", axis=1)
    times = made.node("MatMul", [signs, made.constant("head", weights["head.weight"].T)], "times")
    made.node("Squeeze", [made.node("Add", [times, made.constant("head.b", weights["head.bias"])], "odds"), "axis"], "log_odds")  # fmt: skip


def write(reader: nn.Module, config: BertConfig, file: Path) -> None:
    """The 8-bit graph into `file`."""
    onnx.save(graph(reader, config), str(file))

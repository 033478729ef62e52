"""The fine-tuned model as one ONNX file that reads a text at a time, and the folder around it.

The graph takes the piece numbers of one text, (pieces,), and gives the last state of each, (pieces, hidden).
There is no batch and no mask: what a text gives cannot depend on the texts around it. Weights are whole
numbers with a scale for each output, activations whole numbers with a scale for each piece, made as they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from transformers import BertConfig, BertModel

from training.e5 import body

Floats = NDArray[np.float32]
# Without VNNI the processor adds pairs of products in 16 bits: 255 x 64 x 2 still fits, 255 x 127 x 2 does not. Not 64
# itself: version 3.1 has its weights on that grid, a further run that begins there moves most of them by less than half a
# step, and rounding to the same grid would take back nearly all that was learnt (README.md). What begins at weights that
# were written with these steps needs yet another number.
WEIGHT_STEPS, ACTIVATION_STEPS = 61.7, 127
WORD_STEPS = 127  # of the word vectors, which are looked up and not multiplied
_CONTRIB = "com.microsoft"


@dataclass
class Graph:
    """Nodes and constants of the ONNX graph as it grows."""

    quantised: bool
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        """A constant; its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(
        self, kind: str, inputs: Sequence[str], name: str, domain: str = "", **attributes: object
    ) -> str:
        """A node with one output, named as the node; the name."""
        self.nodes.append(
            helper.make_node(kind, list(inputs), [name], name=name, domain=domain, **attributes)
        )
        return name

    def rounded(self, given: str) -> tuple[str, str]:
        """`given` as 8-bit numbers around 128, each row by its own scale, and the scales (…, 1).

        A row is a piece's state: one large state does not make the others coarse.
        """
        size = self.node("Abs", [given], given + ".abs")
        most = self.node("ReduceMax", [size], given + ".max", axes=[-1], keepdims=1)
        scale = self.node("Mul", [most, "per_step"], given + ".scale")
        by_piece = self.node("Squeeze", [scale, "ends"], given + ".by_piece")
        middles = self.node("Expand", ["middle", "length"], given + ".middles")
        steps = self.node("QuantizeLinear", [given, by_piece, middles], given + ".u8", axis=1)
        return steps, scale

    def product(self, given: str, weight: Floats, name: str) -> str:
        """`given` times the transpose of `weight` (outputs, inputs)."""
        if not self.quantised:
            return self.node("MatMul", [given, self.constant(name + ".w", weight.T)], name)
        whole, scales = rows_rounded(weight, WEIGHT_STEPS)
        numbers, scale = self.rounded(given)
        weights = self.constant(name + ".w", whole.T)
        column_scales = self.constant(name + ".s", scales[:, 0])
        summed = self.node(
            "MatMulIntegerToFloat",
            [numbers, weights, "one", column_scales, "middle"],
            name + ".sums",
            _CONTRIB,
        )
        return self.node("Mul", [summed, scale], name)


def rows_rounded(weight: Floats, steps: float) -> tuple[NDArray[np.int8], Floats]:
    """Whole numbers, the largest of each row nearest to `steps`, at most 127, and a scale for each row, (rows, 1)."""
    scales = np.maximum(np.abs(weight).max(1, keepdims=True) / steps, 1e-12).astype(np.float32)
    return np.rint(weight / scales).astype(np.int8), scales


def graph(model: BertModel, quantised: bool = True) -> onnx.ModelProto:
    """The whole model, in float32 unless `quantised`."""
    weights = {name: tensor.detach().numpy() for name, tensor in model.state_dict().items()}
    made = Graph(quantised)
    number_constants(made)
    states = _embedded(made, weights, model.config.layer_norm_eps)
    for layer in range(model.config.num_hidden_layers):
        states = layer_of(made, weights, layer, states, model.config)
    made.node("Identity", [states], "states")
    whole_graph = helper.make_graph(
        made.nodes, "e5",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["pieces"])],
        [helper.make_tensor_value_info("states", TensorProto.FLOAT, ["pieces", model.config.hidden_size])],
        made.constants,
    )  # fmt: skip
    return file_of(whole_graph)


def number_constants(made: Graph) -> None:
    """The constants of `Graph.rounded` and `Graph.product`."""
    made.constant("per_step", np.array(1 / ACTIVATION_STEPS, np.float32))
    made.constant("one", np.array(1, np.float32))
    made.constant("ends", np.array([0, 2]))
    made.constant("middle", np.array(128, np.uint8))


def file_of(nodes: onnx.GraphProto) -> onnx.ModelProto:
    """A graph with what it needs to be read."""
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_CONTRIB, 1)]
    return helper.make_model(nodes, opset_imports=opsets, ir_version=8)


def _embedded(made: Graph, weights: dict[str, Floats], epsilon: float) -> str:
    """Rows of the pieces, as 8-bit numbers with a scale a row, plus those of their positions; normed."""
    words = weights["embeddings.word_embeddings.weight"]
    whole, scales = rows_rounded(words, WORD_STEPS)
    rows = made.node("Gather", [made.constant("words", whole), "ids"], "word_rows")
    cast = made.node("Cast", [rows], "word_floats", to=TensorProto.FLOAT)
    scale = made.node("Gather", [made.constant("word_scales", scales), "ids"], "row_scales")
    scaled = made.node("Mul", [cast, scale], "word_vectors")
    places = (
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    length = made.node("Shape", ["ids"], "length")
    zero, axis = made.constant("zero", np.array([0])), made.constant("axis", np.array([0]))
    table = made.constant("positions", places.astype(np.float32))
    first = made.node("Slice", [table, zero, length, axis], "position_vectors")
    total = made.node("Add", [scaled, first], "embedded")
    norm = [weights[f"embeddings.LayerNorm.{kind}"] for kind in ("weight", "bias")]
    names = [made.constant(f"norm.{kind}", values) for kind, values in zip("wb", norm, strict=True)]
    flat = made.node("LayerNormalization", [total, *names], "normed", epsilon=epsilon)
    return made.node("Unsqueeze", [flat, axis], "batched")


def layer_of(made: Graph, weights: dict[str, Floats], number: int, states: str, config: BertConfig) -> str:
    """One layer: attention and the two dense steps, each added to what came in and normed."""
    at, name = f"encoder.layer.{number}.", f"l{number}."
    three = ("query", "key", "value")
    bias = np.concatenate([weights[f"{at}attention.self.{part}.bias"] for part in three])
    joined = np.concatenate([weights[f"{at}attention.self.{part}.weight"] for part in three])
    together = made.product(states, joined, name + "three")
    parts = [name + part for part in three]
    made.nodes.append(helper.make_node("Split", [together], parts, axis=2))
    mixed = made.node(
        "MultiHeadAttention", [*parts, made.constant(name + "bias", bias)], name + "attention", _CONTRIB,
        num_heads=config.num_attention_heads,
    )  # fmt: skip
    out = made.product(mixed, weights[at + "attention.output.dense.weight"], name + "out")
    states = _added(made, weights, at + "attention.output", out, states, name + "mid", config.layer_norm_eps)
    wide = made.product(states, weights[at + "intermediate.dense.weight"], name + "wide")
    inner = made.constant(name + "inner", weights[at + "intermediate.dense.bias"])
    active = made.node("BiasGelu", [wide, inner], name + "gelu", _CONTRIB)
    narrow = made.product(active, weights[at + "output.dense.weight"], name + "narrow")
    last = number == config.num_hidden_layers - 1
    end = _added(made, weights, at + "output", narrow, states, name + "end", config.layer_norm_eps)
    return made.node("Squeeze", [end, "axis"], "unbatched") if last else end


def _added(
    made: Graph, weights: dict[str, Floats], at: str, given: str, before: str, name: str, epsilon: float
) -> str:
    """`given` with its bias plus `before`, normed."""
    # Three nodes: ONNX Runtime's SkipLayerNormalization, which joins them, takes twice their time.
    bias = made.constant(name + ".bias", weights[at + ".dense.bias"])
    shifted = made.node("Add", [given, bias], name + ".shifted")
    total = made.node("Add", [shifted, before], name + ".total")
    norm = [
        made.constant(f"{name}.norm_{kind}", weights[f"{at}.LayerNorm.{kind}"]) for kind in ("weight", "bias")
    ]
    return made.node("LayerNormalization", [total, *norm], name, epsilon=epsilon)


def write(model: BertModel, file: Path, quantised: bool = True) -> None:
    """The graph into `file`."""
    onnx.save(graph(model, quantised), str(file))


def read(file: Path) -> BertModel:
    """The model of a quantised graph that `write` wrote: each weight as the graph has it, up to half a step off.

    The row of the token types is in those of the positions, where the graph has it; that of the model is zero.
    """
    nodes = onnx.load(str(file)).graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in nodes.initializer}
    attention = next(node for node in nodes.node if node.op_type == "MultiHeadAttention")
    (heads,) = (a.i for a in attention.attribute if a.name == "num_heads")
    (pieces, hidden), inner = constants["words"].shape, len(constants["l0.inner"])
    layers = sum(node.op_type == "MultiHeadAttention" for node in nodes.node)
    sizes = {"hidden": hidden, "layers": layers, "heads": heads, "inner": inner, "types": 2}
    model = body.untrained(pieces, sizes | {"positions": len(constants["positions"])})
    state = {"embeddings.token_type_embeddings.weight": np.zeros((2, hidden), np.float32)}
    state["embeddings.word_embeddings.weight"] = constants["words"] * constants["word_scales"]
    state["embeddings.position_embeddings.weight"] = constants["positions"]
    state |= {f"embeddings.LayerNorm.{kind}": constants[f"norm.{kind[0]}"] for kind in ("weight", "bias")}
    for number in range(layers):
        state |= _layer_read(constants, number)
    model.load_state_dict({name: torch.tensor(values) for name, values in state.items()})
    model.eval()
    return model


def _layer_read(constants: dict[str, Floats], number: int) -> dict[str, Floats]:
    """The weights of one layer by their names in the model."""
    at, name = f"encoder.layer.{number}.", f"l{number}."
    weights = {
        part: (constants[f"{name}{part}.w"] * constants[f"{name}{part}.s"]).T
        for part in ("three", "out", "wide", "narrow")
    }
    state = {
        at + "attention.output.dense.weight": weights["out"],
        at + "intermediate.dense.weight": weights["wide"],
        at + "intermediate.dense.bias": constants[name + "inner"],
        at + "output.dense.weight": weights["narrow"],
    }
    for place, part in enumerate(("query", "key", "value")):
        state[f"{at}attention.self.{part}.weight"] = np.split(weights["three"], 3)[place]
        state[f"{at}attention.self.{part}.bias"] = np.split(constants[name + "bias"], 3)[place]
    for part, output in (("mid", "attention.output"), ("end", "output")):
        state[f"{at}{output}.dense.bias"] = constants[f"{name}{part}.bias"]
        for kind in ("weight", "bias"):
            state[f"{at}{output}.LayerNorm.{kind}"] = constants[f"{name}{part}.norm_{kind}"]
    return state

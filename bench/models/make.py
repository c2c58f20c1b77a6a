"""Writes `narrow`, `wide` and `res9` with random weights, as `wideye-train export` would write them.

    python bench/models/make.py FOLDER

The shapes are those of crates/wideye-train/src/model.rs, the graph that of crates/wideye-train/src/export.rs.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SEED = 20261123
SIDE = 32
CLASSES = 100
MEAN = (0.50707516, 0.48654887, 0.44091784)
DEVIATION = (0.26733429, 0.25643846, 0.27615047)
# Keeps most probabilities away from 0 and 1, where engines could not differ.
HEAD_GAIN = {"narrow": 2.5, "wide": 2.5, "res9": 1.0}

# ("conv", channels in, channels out, pool) or ("residual", channels)
SHAPES = {
    "narrow": [("conv", 3, 32, False), ("conv", 32, 32, True), ("conv", 32, 64, False), ("conv", 64, 64, True)],
    "wide": [("conv", 3, 128, False), ("conv", 128, 128, True), ("conv", 128, 256, False), ("conv", 256, 256, True)],
    "res9": [
        ("conv", 3, 64, False),
        ("conv", 64, 128, True),
        ("residual", 128),
        ("conv", 128, 256, True),
        ("conv", 256, 512, True),
        ("residual", 512),
    ],
}


class Graph:
    """Nodes named after their results, weights drawn as they are added."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes = []
        self.constants = []

    def constant(self, name, values):
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype=np.float32), name))
        return name

    def normal(self, name, shape, deviation):
        return self.constant(name, self.random.normal(0, deviation, shape))

    def head(self, name, shape, deviation):
        """Weights whose mean over the features is zero: what all pictures share counts less."""
        weight = self.random.normal(0, deviation, shape)
        return self.constant(name, weight - weight.mean(axis=1, keepdims=True))

    def node(self, operator, name, inputs, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def convolution(self, name, inputs, outputs, x):
        # He et al. (2015), equation 10; ELU lets about as much through as ReLU.
        weight = self.normal(f"{name}.weight", (outputs, inputs, 3, 3), (2 / (9 * inputs)) ** 0.5)
        bias = self.normal(f"{name}.bias", (outputs,), 0.1)
        return self.node("Conv", f"{name}.conv", [x, weight, bias], kernel_shape=[3, 3], pads=[1, 1, 1, 1])

    def elu(self, name, x):
        return self.node("Elu", f"{name}.elu", [x], alpha=1.0)


def build(name, seed):
    graph = Graph(seed)
    x = graph.node("Sub", "input.sub", ["image", graph.constant("input.mean", np.reshape(MEAN, (1, 3, 1, 1)))])
    deviation = graph.constant("input.deviation", np.reshape(DEVIATION, (1, 3, 1, 1)))
    x = graph.node("Div", "input.div", [x, deviation])
    side = SIDE
    features = 3
    for index, layer in enumerate(SHAPES[name]):
        label = f"layers.{index}"
        if layer[0] == "conv":
            _, inputs, features, pool = layer
            x = graph.convolution(label, inputs, features, x)
            if pool:
                side //= 2
                x = graph.node("MaxPool", f"{label}.pool", [x], kernel_shape=[2, 2], strides=[2, 2])
            x = graph.elu(label, x)
        else:
            inner = x
            for part in ("0", "1"):
                inner = graph.convolution(f"{label}.{part}", features, features, inner)
                inner = graph.elu(f"{label}.{part}", inner)
            x = graph.node("Add", f"{label}.add", [x, inner])
    weight = graph.head("head.weight", (CLASSES, features, 1, 1), HEAD_GAIN[name] / features**0.5)
    bias = graph.normal("head.bias", (CLASSES,), 0.1)
    graph.node("Conv", "activation_maps", [x, weight], kernel_shape=[1, 1])
    graph.node("GlobalAveragePool", "head.pool", ["activation_maps"])
    graph.node("Flatten", "head.flatten", ["head.pool"])
    graph.node("Add", "logits", ["head.flatten", bias])

    value = lambda at, shape: helper.make_tensor_value_info(at, TensorProto.FLOAT, shape)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            name,
            [value("image", ["N", 3, SIDE, SIDE])],
            [value("activation_maps", ["N", CLASSES, side, side]), value("logits", ["N", CLASSES])],
            graph.constants,
        ),
        producer_name="wideye-bench",
        ir_version=8,
        opset_imports=[helper.make_opsetid("", 17)],
    )
    provenance = {"name": name, "trainer": "bench/models/make.py", "weights": f"random, seed {seed}"}
    metadata = {
        "wideye.labels": json.dumps([f"class_{index}" for index in range(CLASSES)]),
        "wideye.temperature": "1",
        "wideye.provenance": json.dumps(provenance),
    }
    helper.set_model_props(model, metadata)
    onnx.checker.check_model(model, full_check=True)
    return model


def main():
    folder = Path(sys.argv[1])
    for offset, name in enumerate(SHAPES):
        model = build(name, SEED + offset)
        (folder / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


main()

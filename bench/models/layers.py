"""Writes an ONNX file's graph as NAME.layers.json and its weights as NAME.weights, for engines that read no ONNX.

    python bench/models/layers.py MODEL.onnx... FOLDER

Nodes that depend on no picture, such as Cast or DequantizeLinear of stored weights, are computed here; all
constants are float32, in the order and shape of the ONNX file, little-endian.
"""

import json
import sys
from pathlib import Path

import onnx
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator


def layers(model):
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    nodes = []
    for node in model.graph.node:
        if all(name in constants for name in node.input):
            constants.update(computed(model, node, constants))
        else:
            attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            nodes.append(
                {
                    "operator": node.op_type,
                    "inputs": list(node.input),
                    "output": node.output[0],
                    "attributes": attributes,
                }
            )
    used = {name for node in nodes for name in node["inputs"]}
    return nodes, {name: value for name, value in constants.items() if name in used}


def computed(model, node, constants):
    evaluator = ReferenceEvaluator(node, opsets={o.domain: o.version for o in model.opset_import})
    results = evaluator.run(None, {name: constants[name] for name in node.input})
    return dict(zip(node.output, results, strict=True))


def write(path, folder):
    model = onnx.load(path)
    nodes, constants = layers(model)
    tensors, weights, offset = {}, [], 0
    for name, value in constants.items():
        tensors[name] = {"shape": list(value.shape), "offset": offset}
        weights.append(value.astype("<f4").tobytes())
        offset += value.size
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    document = {
        "nodes": nodes,
        "tensors": tensors,
        "classes": len(json.loads(metadata["wideye.labels"])),
        "temperature": float(metadata.get("wideye.temperature", "1")),
    }
    (folder / f"{path.stem}.layers.json").write_text(json.dumps(document))
    (folder / f"{path.stem}.weights").write_bytes(b"".join(weights))


def main():
    *models, folder = map(Path, sys.argv[1:])
    for path in models:
        write(path, folder)


main()

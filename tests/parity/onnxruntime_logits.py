"""Checks a model with onnx.checker and prints its logits for a raw float32 tensor, [n, 3, 32, 32], as JSON rows.

Needs numpy, onnx and onnxruntime; the fixtures under tests/fixtures/models were made with 1.32.0.
"""

import json
import sys

import numpy
import onnx
import onnxruntime

model, images = sys.argv[1:]
onnx.checker.check_model(onnx.load(model), full_check=True)
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
images_nchw = numpy.fromfile(images, dtype="<f4").reshape(-1, 3, 32, 32)
(logits,) = session.run(["logits"], {"image": images_nchw})
print(json.dumps(logits.tolist()))

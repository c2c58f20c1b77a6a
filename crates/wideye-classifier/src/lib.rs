//! Runs a wideye ONNX model with tract.

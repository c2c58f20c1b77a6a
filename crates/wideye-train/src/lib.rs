//! Trains wideye networks and exports them as ONNX.

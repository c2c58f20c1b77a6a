//! Runs a wideye ONNX model.
//!
//! [`Classifier::from_onnx`] reads the file, checks it against the contract (input `image`,
//! outputs `logits` and `activation_maps`, labels and calibration in the metadata) and optimises
//! its graph; [`Classifier::classify`] turns a picture into labelled probabilities.
//! [`inspect`](inspect()) describes a file without running it.
//!
//! This is the only crate that knows tract, and it has no clock: shells time the stages.

#![deny(missing_docs)]

mod classifier;
mod contract;
mod error;
mod inspect;
mod loader;
mod onnx;
mod operators;
mod plan;
mod tensors;

pub use classifier::{Classification, Classifier, Outputs};
pub use contract::ModelInfo;
pub use error::{Error, ErrorKind, Result};
pub use inspect::{Inspection, OperatorCount, inspect};

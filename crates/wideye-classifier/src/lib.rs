//! Runs a wideye ONNX model.
//!
//! [`Classifier::from_onnx`] reads the file, checks it against the contract (input `image`,
//! outputs `logits` and `activation_maps`, labels and calibration in the metadata) and optimises
//! its graph; other classifiers are described by a [`ModelDescription`]. [`Classifier::classify`] turns a picture into labelled probabilities.
//! [`inspect`](inspect()) describes a file without running it.
//!
//! Convolutions run on wideye-kernels, everything else on tract: the decluttered graph is rewritten
//! when a model is loaded. [`Backend::Tract`] leaves it as it is.
//!
//! This is the only crate that knows tract, and it has no clock: shells time the stages.

#![deny(missing_docs)]

mod backend;
mod chain;
mod classifier;
mod contract;
mod description;
mod elu;
mod error;
mod inspect;
mod layers;
mod loader;
mod onnx;
mod operators;
mod plan;
mod rewrite;
#[cfg(not(target_arch = "wasm32"))]
mod stock;
mod tensors;

pub use backend::{Backend, instructions};
pub use classifier::{Classification, Classifier, Outputs};
pub use contract::ModelInfo;
pub use description::{ModelDescription, Normalisation};
pub use error::{Error, ErrorKind, Result};
pub use inspect::{Inspection, OperatorCount, Step, inspect};

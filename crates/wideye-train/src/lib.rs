//! Trains wideye's networks on CIFAR-100 and exports them as ONNX.
//!
//! In the order of use: [`fetch`] brings a [`Dataset`]; [`train()`] trains a [`Network`] as a
//! [`Config`] says, in a [`RunFolder`].

#![deny(missing_docs)]

mod augment;
mod batches;
mod checkpoint;
mod compute;
mod config;
mod dataset;
mod error;
mod evaluate;
mod metrics;
mod model;
mod network;
mod optimizer;
mod random;
mod schedule;
mod train;

pub use augment::{AugmentConfig, Chance, Colour, Warp, unchanged};
pub use compute::{device, precision};
pub use config::{Config, DatasetConfig, DeviceChoice, PrecisionChoice, Progressive, TrainConfig};
pub use dataset::{Archive, Dataset, DatasetKind, IMAGE_LEN, Images, SIDE, Split, class_balanced_split, fetch};
pub use error::{Error, ErrorKind, Result};
pub use evaluate::{Colours, network_logits};
pub use metrics::{Accuracy, accuracy, confusion_matrix};
pub use model::{Activation, Block, HeadConfig, ModelConfig, Shape};
pub use network::{Network, Precision};
pub use schedule::Schedule;
pub use train::{EpochMetrics, Outcome, Progress, RunFolder, TrainOptions, train};

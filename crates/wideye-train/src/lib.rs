//! Trains wideye's networks on CIFAR-100 and exports them as ONNX.
//!
//! In the order of use: [`fetch`] brings a [`Dataset`]; [`train()`] trains a [`Network`] as a
//! [`Config`] says, in a [`RunFolder`]; [`to_onnx`] writes it as a file with a [`Card`]; and
//! [`Evaluation`] measures it, before or after.
//!
//! This is the only crate that knows libtorch.

#![deny(missing_docs)]

mod augment;
mod batches;
mod bench;
mod calibrate;
mod card;
mod checkpoint;
mod compute;
mod config;
mod corruption;
mod dataset;
mod error;
mod evaluate;
mod export;
mod loss;
mod metrics;
mod mix;
mod model;
mod network;
mod optimizer;
mod pictures;
mod plots;
mod random;
mod report;
mod run;
mod schedule;
mod sweep;
mod train;

pub use augment::{AugmentConfig, Chance, EveryOther, Flip};
pub use bench::Bench;
pub use calibrate::{Calibration, calibration_error};
pub use card::{Card, WeightTypeAccuracy};
pub use compute::{device, precision};
pub use config::{
    Config, DatasetConfig, DeviceChoice, PrecisionChoice, Progressive, TrainConfig, WeightAveraging,
};
pub use corruption::Corruption;
pub use dataset::{
    Archive, Dataset, DatasetKind, FromFolders, IMAGE_LEN, Images, SIDE, Split,
    cifar10_from_strips, class_balanced_split, fetch, from_folders, is_cifar10_strips,
};
pub use error::{Error, ErrorKind, Result};
pub use evaluate::{
    ClassAccuracy, Colours, CorruptionAccuracy, Evaluation, UnknownImages, classifier_logits,
    network_logits,
};
pub use export::{Provenance, WeightType, to_onnx, with_calibration};
pub use loss::Distillation;
pub use metrics::{Accuracy, Confidence, accuracy};
pub use mix::MixConfig;
pub use model::{Activation, Block, HeadConfig, ModelConfig, Shape};
pub use network::{Network, Precision};
pub use optimizer::Muon;
pub use pictures::{write_confusion_matrix, write_contact_sheet};
pub use report::{Measured, Mistake, RunReport, page};
pub use run::{Classes, EpochMetrics, RunFolder, TrainedRun, WeightsFile};
pub use schedule::Schedule;
pub use sweep::{Summary, Sweep, SweepTrial, TrialResult};
pub use train::{Outcome, Progress, TrainOptions, train};

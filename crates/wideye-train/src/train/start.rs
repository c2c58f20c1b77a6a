//! What a run starts from or goes on with: its folder, data, teacher and weights, as they were when it began.

use std::fs;
use std::path::Path;

use tch::{Device, Tensor};

use super::images_tensor;
use crate::checkpoint;
use crate::compute;
use crate::config::Config;
use crate::dataset::{Images, SIDE};
use crate::error::{AtPath, Result};
use crate::evaluate::{self, Colours};
use crate::export::{self, Exported};
use crate::network::{Network, Precision};
use crate::run::{self, Classes, RunFolder, WeightsFile};

/// How many training images give batch norms their statistics when weights come without them.
const IMAGES_PER_NORM: usize = 1000;

/// The network of another run or of an exported file, which must be of the same classes.
pub(super) fn teacher(
    path: &Path,
    classes: &Classes,
    train: &Images,
    (precision, device): (Precision, Device),
) -> Result<Network> {
    const OTHER_CLASSES: &str = "is of other classes than the data set, and cannot teach them";
    if is_onnx(path) {
        let exported = Exported::read(path)?;
        if exported.labels != classes.labels {
            return Err(RunFolder::new(path).error(OTHER_CLASSES));
        }
        let taught = classes.clone().normalised_as(exported.input_statistics);
        let network = taught.network(&exported.provenance.config, precision, device);
        export::load_onnx(&network, path, &images_for_norms(train, device))?;
        return Ok(network);
    }
    let folder = RunFolder::new(path);
    let config = Config::read(&folder.config(), &[])?;
    let taught = Classes::read(&folder)?;
    if taught.labels != classes.labels {
        return Err(folder.error(OTHER_CLASSES));
    }
    if folder.read_metrics()?.is_empty() {
        let reason = "has not finished an epoch, and cannot teach yet";
        return Err(folder.error(reason));
    }
    let network = taught.network(&config, precision, device);
    run::load_weights(&network, &folder.checkpoint())?;
    Ok(network)
}

pub(super) fn is_onnx(weights: &Path) -> bool {
    weights
        .extension()
        .is_some_and(|extension| extension == "onnx")
}

/// Images by which the norms of an exported file, which it holds folded, are measured: `[n, 3, 32, 32]`.
pub(super) fn images_for_norms(train: &Images, device: Device) -> Tensor {
    let images = evaluate::images_nchw(&train.spread(IMAGES_PER_NORM), Colours::Kept);
    images_tensor(&images, SIDE).to_device(device)
}

/// The channel statistics that weights were trained with, where a file tells: an exported one, or a run's.
pub(super) fn input_statistics(weights: &Path) -> Result<Option<([f64; 3], [f64; 3])>> {
    if is_onnx(weights) {
        return Ok(Some(Exported::read(weights)?.input_statistics));
    }
    let folder = match weights.is_dir() {
        true => weights,
        false => weights.parent().unwrap_or(Path::new("")),
    };
    let folder = RunFolder::new(folder);
    if !folder.classes().is_file() {
        return Ok(None);
    }
    let classes = Classes::read(&folder)?;
    Ok(Some((classes.input_mean, classes.input_deviation)))
}

/// What a run that goes on keeps of its data, which must be those that it began with.
pub(super) fn classes_of_run(
    classes: &Classes,
    folder: &RunFolder,
    data: &Path,
) -> Result<Classes> {
    let kept = Classes::read(folder)?;
    if kept.go_on_with(classes) {
        return Ok(kept);
    }
    let reason = format!(
        "was begun with other data than is in {} now; bring that back, or start a new run",
        data.display()
    );
    Err(folder.error(&reason))
}

/// Checks that a run goes on with the teacher that it began with.
pub(super) fn check_teacher(
    weights: &WeightsFile,
    teacher: &Path,
    folder: &RunFolder,
) -> Result<()> {
    match WeightsFile::read(&folder.teacher())? {
        Some(before) if before.sha256 != weights.sha256 => {
            let reason = format!(
                "was begun with another teacher than {} is now; bring that back, or start a new run with --init",
                teacher.display()
            );
            Err(folder.error(&reason))
        }
        // Runs of early versions do not say.
        _ => Ok(()),
    }
}

/// Takes a run that goes on, and its configuration: the saved one, which `config` must not contradict.
pub(super) fn resumed_config(config: &Config, folder: &RunFolder) -> Result<(fs::File, Config)> {
    if !folder.checkpoint().is_file() {
        return Err(folder.error("holds no checkpoint to resume from; start it without --resume"));
    }
    let lock = folder.lock()?;
    let saved = Config::read(&folder.config(), &[])?;
    match config.as_resumed(&saved) {
        Some(config) => Ok((lock, config)),
        None => {
            let reason = "its config.toml differs from what is asked for; resume with the same \
                          settings, or start a new run with --init";
            Err(folder.error(reason))
        }
    }
}

/// Takes a folder for a new run, whose configuration it keeps with a definite precision.
pub(super) fn fresh_config(
    config: &Config,
    folder: &RunFolder,
    device: Device,
) -> Result<(fs::File, Config)> {
    fs::create_dir_all(folder.path()).at(folder.path())?;
    let lock = folder.lock()?;
    if folder.checkpoint().exists() || folder.metrics().exists() {
        return Err(folder.error("holds a run already; go on with --resume or name another folder"));
    }
    folder.remove_leftovers()?;
    let mut config = config.clone();
    config.train.precision = compute::precision(config.train.precision, device).choice();
    checkpoint::replace(&folder.config(), config.to_toml().as_bytes())?;
    Ok((lock, config))
}

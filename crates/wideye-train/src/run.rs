//! A run's folder: what a training writes, and what evaluation and export read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use tch::Device;

use crate::card::sha256;
use crate::checkpoint;
use crate::compute;
use crate::config::Config;
use crate::dataset::Dataset;
use crate::error::{AtPath, Error, ErrorKind, Result};
use crate::network::{HEAD, Network, Parameter, Precision};

/// Where a checkpoint keeps the moving average, which is what is evaluated and exported.
pub(crate) const AVERAGE: &str = "average";

/// The files of a run folder.
#[derive(Debug, Clone)]
pub struct RunFolder {
    path: PathBuf,
}

impl RunFolder {
    /// The run folder at `path`, which need not exist.
    pub fn new(path: &Path) -> Self {
        Self { path: path.into() }
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The resolved configuration, `config.toml`.
    pub fn config(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    /// Class names and channel statistics, `classes.json`.
    pub fn classes(&self) -> PathBuf {
        self.path.join("classes.json")
    }

    /// What was measured after each epoch, `metrics.jsonl`, one JSON object a line.
    pub fn metrics(&self) -> PathBuf {
        self.path.join("metrics.jsonl")
    }

    /// The newest weights and all that is needed to go on, `last.safetensors`.
    pub fn checkpoint(&self) -> PathBuf {
        self.path.join("last.safetensors")
    }

    /// The weights that the run started from, `start.json`, if it was given some.
    pub fn start(&self) -> PathBuf {
        self.path.join("start.json")
    }

    /// The weights that teach the run, `teacher.json`, if some do.
    pub fn teacher(&self) -> PathBuf {
        self.path.join("teacher.json")
    }

    /// Keeps other processes from training here until the returned file is dropped.
    ///
    /// # Errors
    /// `Run` if another process trains here, `Io` if the folder cannot be written to.
    pub(crate) fn lock(&self) -> Result<fs::File> {
        let path = self.path.join("lock");
        let file = fs::File::create(&path).at(&path)?;
        match file.try_lock() {
            // Some shared file systems have no locks; one process at a time is up to the user there.
            Ok(()) | Err(fs::TryLockError::Error(_)) => Ok(file),
            Err(fs::TryLockError::WouldBlock) => {
                Err(self.error("is being trained by another process"))
            }
        }
    }

    /// The error that says `reason` of the folder.
    pub(crate) fn error(&self, reason: &str) -> Error {
        Error::new(ErrorKind::Run {
            path: self.path.clone(),
            reason: reason.into(),
        })
    }

    fn failure(&self) -> PathBuf {
        self.path.join("failure.txt")
    }

    /// Keeps why the run cannot go on.
    pub(crate) fn write_failure(&self, error: &Error) -> Result<()> {
        fs::write(self.failure(), format!("{error}\n")).at(&self.failure())
    }

    /// Forgets it: the run goes on all the same.
    pub(crate) fn forget_failure(&self) -> Result<()> {
        remove_if_there(&self.failure())
    }

    /// Removes what a run has left that failed before it began.
    pub(crate) fn remove_leftovers(&self) -> Result<()> {
        let leftovers = [self.start(), self.teacher(), self.failure()];
        leftovers.iter().try_for_each(|path| remove_if_there(path))
    }

    /// Why the run could not go on, if it could not.
    ///
    /// # Errors
    /// `Io` if the file is there but cannot be read.
    pub fn read_failure(&self) -> Result<Option<String>> {
        let text = read_if_there(&self.failure())?;
        Ok(text.map(|text| text.trim_end().into()))
    }

    /// The network of the newest checkpoint, in float32 on the CPU, with what it was made from.
    ///
    /// # Errors
    /// `Io` if a file is missing, `Weights` or `Config` if one is damaged.
    pub fn load(&self) -> Result<TrainedRun> {
        self.load_with(|_| Ok((Precision::Float32, Device::Cpu)))
    }

    /// The same in the precision and on the device that the run is trained with, which is faster.
    ///
    /// # Errors
    /// Those of [`load`](Self::load), and `Config` if the device is not there.
    pub fn load_as_trained(&self) -> Result<TrainedRun> {
        self.load_with(|config| {
            let device = compute::device(config.train.device)?;
            Ok((compute::precision(config.train.precision, device), device))
        })
    }

    fn load_with(
        &self,
        place: impl FnOnce(&Config) -> Result<(Precision, Device)>,
    ) -> Result<TrainedRun> {
        let config = Config::read(&self.config(), &[])?;
        let classes = Classes::read(self)?;
        let (precision, device) = place(&config)?;
        let network = classes.network(&config, precision, device);
        load_weights(&network, &self.checkpoint())?;
        let last_epoch = self.read_metrics()?.pop();
        let path = self.checkpoint();
        let saved = fs::metadata(&path).and_then(|file| file.modified());
        Ok(TrainedRun {
            config,
            classes,
            network,
            last_epoch,
            saved: saved.at(&path)?,
            start: WeightsFile::read(&self.start())?,
            teacher: WeightsFile::read(&self.teacher())?,
        })
    }

    /// What was measured after each epoch so far.
    ///
    /// # Errors
    /// `Io` if the file is there but cannot be read.
    pub fn read_metrics(&self) -> Result<Vec<EpochMetrics>> {
        let text = self.metrics_text()?;
        Ok(text.lines().filter_map(parse_metrics).collect())
    }

    /// Removes what was measured after epoch `last`; the other lines stay as they are.
    pub(crate) fn truncate_metrics(&self, last: usize) -> Result<()> {
        let text = self.metrics_text()?;
        let kept: String = text
            .split_inclusive('\n')
            .filter(|line| parse_metrics(line).is_some_and(|m| m.epoch <= last))
            .collect();
        if kept == text {
            return Ok(());
        }
        checkpoint::replace(&self.metrics(), kept.as_bytes())
    }

    fn metrics_text(&self) -> Result<String> {
        Ok(read_if_there(&self.metrics())?.unwrap_or_default())
    }
}

fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.at(path),
    }
}

fn read_if_there(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        text => text.at(path).map(Some),
    }
}

/// Weights of another run that had a part in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightsFile {
    /// The run folder's or file's name.
    pub name: String,
    /// The SHA-256 of the checkpoint or ONNX file, in hexadecimal.
    pub sha256: String,
}

impl WeightsFile {
    /// That of a run folder, a checkpoint or an ONNX file.
    pub(crate) fn of(weights: &Path) -> Result<Self> {
        let whole = std::path::absolute(weights).at(weights)?;
        let file = weights_file(weights);
        Ok(Self {
            name: whole
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            sha256: sha256(&fs::read(&file).at(&file)?),
        })
    }

    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let json = serde_json::to_string_pretty(self).expect("a name and a number");
        checkpoint::replace(path, json.as_bytes())
    }

    pub(crate) fn read(path: &Path) -> Result<Option<Self>> {
        let broken = |e| Error::with_source(ErrorKind::Io { path: path.into() }, e);
        let text = read_if_there(path)?;
        text.map(|text| serde_json::from_str(&text).map_err(broken))
            .transpose()
    }
}

/// None for a line cut off by a crash: it is of an epoch that a resumed run measures again.
fn parse_metrics(line: &str) -> Option<EpochMetrics> {
    serde_json::from_str(line).ok()
}

/// A run's newest network.
#[derive(Debug)]
pub struct TrainedRun {
    /// The resolved configuration.
    pub config: Config,
    /// The data set's classes, and the channel statistics that images are normalised with.
    pub classes: Classes,
    /// The network, its weights the moving average.
    pub network: Network,
    /// What was measured after the last epoch, if one was finished.
    pub last_epoch: Option<EpochMetrics>,
    /// When the checkpoint was written.
    pub saved: SystemTime,
    /// The weights that it started from, if it was given some.
    pub start: Option<WeightsFile>,
    /// The weights that taught it, if some did.
    pub teacher: Option<WeightsFile>,
}

/// What a network needs to know of its data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Classes {
    /// Class names in the data set's spelling and order.
    pub labels: Vec<String>,
    /// Superclass names; empty where the data set has none.
    pub superclasses: Vec<String>,
    /// The superclass of every class; empty where the data set has none.
    pub superclass_of: Vec<usize>,
    /// Means of the channels over the training images, of values of 0 to 1; of a run that starts from weights those
    /// that the weights were trained with, where they tell.
    pub input_mean: [f64; 3],
    /// Standard deviations of the channels likewise; at least 1/255, for a channel that never varies.
    pub input_deviation: [f64; 3],
    /// The SHA-256 of the training images and their classes, in hexadecimal; runs of early versions lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train_sha256: Option<String>,
}

impl Classes {
    /// Those of a data set.
    pub fn of(data: &Dataset) -> Self {
        let (input_mean, input_deviation) = data.train.channel_statistics();
        Self {
            labels: data.labels.clone(),
            superclasses: data.superclasses.clone(),
            superclass_of: data.superclass_of.clone(),
            input_mean,
            input_deviation: input_deviation.map(|deviation| deviation.max(1.0 / 255.0)),
            train_sha256: Some(data.train.sha256()),
        }
    }

    /// Those of no data set, by their names.
    #[cfg(test)]
    pub(crate) fn named(labels: &[&str]) -> Self {
        Self {
            labels: labels.iter().map(ToString::to_string).collect(),
            superclasses: Vec::new(),
            superclass_of: Vec::new(),
            input_mean: [0.5; 3],
            input_deviation: [0.5; 3],
            train_sha256: None,
        }
    }

    /// With the channel statistics that some weights were trained with.
    #[must_use]
    pub(crate) fn normalised_as(mut self, (mean, deviation): ([f64; 3], [f64; 3])) -> Self {
        (self.input_mean, self.input_deviation) = (mean, deviation);
        self
    }

    /// Whether a run that began with these can go on with the data of others.
    pub(crate) fn go_on_with(&self, others: &Self) -> bool {
        let same_images = self.train_sha256.is_none() || self.train_sha256 == others.train_sha256;
        same_images && self.labels == others.labels && self.superclass_of == others.superclass_of
    }

    /// A network for these classes with random weights.
    pub fn network(&self, config: &Config, precision: Precision, device: Device) -> Network {
        let statistics = (self.input_mean, self.input_deviation);
        Network::new(
            &config.model,
            self.labels.len(),
            statistics,
            precision,
            device,
            config.seed as i64,
        )
    }

    pub(crate) fn write(&self, folder: &RunFolder) -> Result<()> {
        let json = serde_json::to_string_pretty(self).expect("names and plain numbers");
        checkpoint::replace(&folder.classes(), json.as_bytes())
    }

    pub(crate) fn read(folder: &RunFolder) -> Result<Self> {
        let path = folder.classes();
        let text = fs::read_to_string(&path).at(&path)?;
        serde_json::from_str(&text).map_err(|e| Error::with_source(ErrorKind::Io { path }, e))
    }
}

/// What was measured after an epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochMetrics {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// The learning rate of its last step.
    pub learning_rate: f64,
    /// The mean loss over the augmented training images.
    pub train_loss: f64,
    /// The share of augmented training images classified right.
    pub train_top1: f64,
    /// The mean cross-entropy of the validation images by the weights' moving average, in nats; not measured by
    /// trainers before this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation_loss: Option<f64>,
    /// The share of validation images classified right by the weights' moving average.
    pub validation_top1: f64,
    /// The share of validation images whose class is among the five likeliest.
    pub validation_top5: f64,
    /// The side of the training images in pixels.
    pub side: usize,
    /// Training images per second.
    pub images_per_second: f64,
    /// Seconds of training, without validation.
    pub seconds: f64,
}

/// Copies the moving average of a checkpoint, or of a run folder's, into a network.
pub(crate) fn load_weights(network: &Network, path: &Path) -> Result<()> {
    load_parameters(network.parameters(), &weights_file(path))
}

/// The same for a network that starts anew: the head is left as it is where the weights are of another number of
/// classes, which is returned.
pub(crate) fn load_start(network: &Network, path: &Path) -> Result<Option<usize>> {
    let path = weights_file(path);
    let head = checkpoint::shape_of(&path, &format!("{AVERAGE}.{HEAD}bias"))?;
    let other = head
        .and_then(|shape| shape.first().copied())
        .filter(|&classes| classes != network.classes());
    let mut parameters = network.parameters();
    if other.is_some() {
        parameters.retain(|p| !p.name.starts_with(HEAD));
    }
    load_parameters(parameters, &path)?;
    Ok(other)
}

fn load_parameters(parameters: Vec<Parameter>, checkpoint: &Path) -> Result<()> {
    let average: Vec<_> = parameters
        .into_iter()
        .map(|p| (format!("{AVERAGE}.{}", p.name), p.tensor))
        .collect();
    checkpoint::load(checkpoint, &average).map(|_| ())
}

/// The checkpoint of a run folder, or the file itself.
fn weights_file(path: &Path) -> PathBuf {
    match path.is_dir() {
        true => RunFolder::new(path).checkpoint(),
        false => path.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{IMAGE_LEN, Images};

    #[test]
    fn a_channel_that_never_varies_is_not_divided_by_nothing() {
        let images = Images::new(vec![7; 2 * IMAGE_LEN], vec![0, 1]);
        let data = Dataset {
            labels: ["ash", "beech"].map(String::from).into(),
            superclasses: Vec::new(),
            superclass_of: Vec::new(),
            train: images.clone(),
            test: images,
        };
        assert_eq!(Classes::of(&data).input_deviation, [1.0 / 255.0; 3]);
    }
}

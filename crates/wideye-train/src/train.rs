//! A training run: the steps, the checkpoints, and what is measured after each epoch.

mod start;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use tch::{Device, Kind, Tensor};

use crate::batches::{Batch, EpochPlan};
use crate::checkpoint::{self, State, Totals};
use crate::compute;
use crate::config::Config;
use crate::dataset::{Dataset, Images, class_balanced_share, class_balanced_split};
use crate::error::{AtPath, Error, ErrorKind, Result};
use crate::evaluate::{self, Colours};
use crate::export;
use crate::loss::Targets;
use crate::metrics;
use crate::network::{Mode, Network};
use crate::optimizer::{MovingAverage, Optimizer};
use crate::random::{Purpose, generator};
use crate::run::{self, Classes, EpochMetrics, RunFolder, WeightsFile};
use start::{
    check_teacher, classes_of_run, fresh_config, images_for_norms, input_statistics, is_onnx,
    resumed_config, teacher,
};

/// Reading a value from a GPU waits for all work before it, so it is done every so many steps.
const STEPS_PER_REPORT: usize = 10;

/// How many batches of training images do so when weights were averaged.
const BATCHES_PER_NORM: usize = 50;

/// What a run tells while it is under way.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// The run starts or goes on.
    Start {
        /// The resolved configuration.
        config: &'a Config,
        /// Epochs finished before.
        epochs_done: usize,
        /// Images to train on.
        images: usize,
        /// Trainable values.
        parameters: usize,
        /// The number of classes of the weights that the run starts from, where it is another one: their head is not
        /// taken.
        other_classes: Option<usize>,
    },
    /// Some steps are done.
    Step {
        /// The epoch, counted from 0.
        epoch: usize,
        /// Steps done in the epoch.
        step: usize,
        /// Steps in an epoch.
        steps: usize,
        /// The mean loss of the epoch so far.
        loss: f64,
        /// The share classified right in the epoch so far.
        top1: f64,
        /// Training images per second in the epoch so far.
        images_per_second: f64,
    },
    /// An epoch is done and checkpointed.
    Epoch(&'a EpochMetrics),
}

/// How a call of [`train`] starts and ends.
#[derive(Debug, Clone, Copy, Default)]
pub struct TrainOptions<'a> {
    /// Go on from the run folder's checkpoint.
    pub resume: bool,
    /// Weights to start from: a checkpoint or an exported ONNX file of the same network. Those for another number of
    /// classes give all but the head.
    pub init: Option<&'a Path>,
    /// Ends the run after the step under way, with a checkpoint, once it is true.
    pub stop: Option<&'a AtomicBool>,
}

/// How a call of [`train`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All epochs are done.
    Finished,
    /// It was stopped; `--resume` goes on.
    Stopped,
}

/// Trains a network in a run folder.
///
/// # Errors
/// `Run` if the folder holds a run and `resume` is not set, or holds none and it is, or another
/// process trains there, or it was begun with other data or another teacher; `Diverged` if the loss becomes
/// infinite, `NotFinite` if the scores do; and those of reading the data and writing the folder.
pub fn train(
    config: &Config,
    folder: &RunFolder,
    options: TrainOptions<'_>,
    on_progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Outcome> {
    let mut run = Run::open(config, folder, options)?;
    on_progress(Progress::Start {
        config: &run.config,
        epochs_done: run.state.epoch,
        images: run.train.len(),
        parameters: run.network.trainable_values(),
        other_classes: run.other_classes,
    });
    while run.state.epoch < run.config.train.epochs {
        match run.epoch(options.stop, on_progress) {
            Ok(Outcome::Finished) => {}
            Ok(Outcome::Stopped) => return Ok(Outcome::Stopped),
            Err(error) => {
                if matches!(
                    error.kind(),
                    ErrorKind::Diverged { .. } | ErrorKind::NotFinite
                ) {
                    folder.write_failure(&error)?;
                }
                return Err(error);
            }
        }
    }
    Ok(Outcome::Finished)
}

struct Run {
    _lock: fs::File,
    config: Config,
    folder: RunFolder,
    train: Arc<Images>,
    validation: Images,
    network: Network,
    average: Network,
    teacher: Option<Network>,
    optimizer: Optimizer,
    moving_average: MovingAverage,
    state: State,
    /// Of the weights that it starts from, where they are others.
    other_classes: Option<usize>,
}

impl Run {
    fn open(config: &Config, folder: &RunFolder, options: TrainOptions<'_>) -> Result<Self> {
        let device = compute::device(config.train.device)?;
        let (lock, config) = if options.resume {
            resumed_config(config, folder)?
        } else {
            fresh_config(config, folder, device)?
        };
        let data = Dataset::read(config.dataset.kind, &config.dataset.path)?;
        let validation = data.validation_of(None)?;
        let split = class_balanced_split(&data.train);
        let chosen = class_balanced_share(&data.train, &split.train, config.dataset.share);
        let train = data.train.select(&chosen);
        let precision = compute::precision(config.train.precision, device);
        let mut classes = Classes::of(&data);
        if options.resume {
            classes = classes_of_run(&classes, folder, &config.dataset.path)?;
            folder.forget_failure()?;
        } else {
            if let Some(weights) = options.init
                && let Some(statistics) = input_statistics(weights)?
            {
                classes = classes.normalised_as(statistics);
            }
            classes.write(folder)?;
        }
        let build = || classes.network(&config, precision, device);
        let teacher = match &config.train.distillation {
            Some(settings) => {
                let place = (precision, device);
                let network = teacher(&settings.teacher, &classes, &train, place)?;
                let weights = WeightsFile::of(&settings.teacher)?;
                match options.resume {
                    true => check_teacher(&weights, &settings.teacher, folder)?,
                    false => weights.write(&folder.teacher())?,
                }
                Some(network)
            }
            None => None,
        };
        let (network, average) = (build(), build());
        let optimizer = Optimizer::new(&network, &config.train);
        let moving_average = MovingAverage::new(&average, &network, config.train.average_decay);
        let mut run = Self {
            _lock: lock,
            folder: folder.clone(),
            train: Arc::new(train),
            validation,
            network,
            average,
            teacher,
            optimizer,
            moving_average,
            state: State::default(),
            other_classes: None,
            config,
        };
        if options.resume {
            run.state = checkpoint::load(&folder.checkpoint(), &run.tensors())?;
            run.forget_later_metrics()?;
        } else {
            if let Some(weights) = options.init {
                run.initialise(weights)?;
                WeightsFile::of(weights)?.write(&folder.start())?;
            }
            // From here on there is something to go on from, whenever the run is killed.
            run.save()?;
        }
        Ok(run)
    }

    fn initialise(&mut self, weights: &Path) -> Result<()> {
        let images = images_for_norms(&self.train, self.network.device());
        for network in [&self.network, &self.average] {
            self.other_classes = if is_onnx(weights) {
                export::load_onnx(network, weights, &images)?
            } else {
                run::load_start(network, weights)?
            };
        }
        Ok(())
    }

    fn tensors(&self) -> Vec<(String, Tensor)> {
        let named = |prefix: &str, name: &str, tensor: &Tensor| {
            (format!("{prefix}.{name}"), tensor.shallow_clone())
        };
        let mut all = Vec::new();
        for (prefix, network) in [("network", &self.network), (run::AVERAGE, &self.average)] {
            all.extend(
                network
                    .parameters()
                    .iter()
                    .map(|p| named(prefix, &p.name, &p.tensor)),
            );
        }
        all.extend(
            self.optimizer
                .velocities()
                .map(|(name, velocity)| named("velocity", name, velocity)),
        );
        all
    }

    fn save(&self) -> Result<()> {
        checkpoint::save(&self.folder.checkpoint(), &self.state, &self.tensors())
    }

    /// A run killed between writing metrics and checkpoint trains that epoch again.
    fn forget_later_metrics(&self) -> Result<()> {
        self.folder.truncate_metrics(self.state.epoch)
    }

    fn epoch(
        &mut self,
        stop: Option<&AtomicBool>,
        on_progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<Outcome> {
        let settings = self.config.train.clone();
        let plan = self.plan();
        let (side, steps) = (plan.side, plan.steps());
        let mut meter = Meter::new(self.state.totals, self.network.device());
        let mut learning_rate = 0.0;
        let mut saved = Instant::now();
        for batch in plan.batches(self.state.step, settings.loader_threads) {
            learning_rate = settings.rate(self.state.steps_taken, steps);
            self.step(&batch, side, learning_rate, &mut meter);
            self.state.step += 1;
            self.state.steps_taken += 1;
            let done = self.state.step == steps;
            let stopped = stop.is_some_and(|flag| flag.load(Ordering::Relaxed)) && !done;
            if done || stopped || self.state.step.is_multiple_of(STEPS_PER_REPORT) {
                self.state.totals = meter.read();
                let Totals {
                    loss,
                    correct,
                    images,
                    seconds,
                } = self.state.totals;
                let images = images as f64;
                if !loss.is_finite() {
                    let kind = ErrorKind::Diverged {
                        epoch: self.state.epoch,
                        step: self.state.step - 1,
                    };
                    return Err(Error::new(kind));
                }
                on_progress(Progress::Step {
                    epoch: self.state.epoch,
                    step: self.state.step,
                    steps,
                    loss: loss / images,
                    top1: correct / images,
                    images_per_second: images / seconds,
                });
                let due = saved.elapsed().as_secs_f64() >= 60.0 * settings.checkpoint_minutes;
                if stopped || (due && !done) {
                    self.save()?;
                    saved = Instant::now();
                }
            }
            if stopped {
                return Ok(Outcome::Stopped);
            }
        }
        self.finish_epoch(learning_rate, side, on_progress)?;
        Ok(Outcome::Finished)
    }

    /// The epoch under way.
    fn plan(&self) -> EpochPlan {
        let settings = &self.config.train;
        EpochPlan {
            images: Arc::clone(&self.train),
            augment: self.config.augment.clone(),
            mix: self.config.mix,
            batch_size: settings.batch_size.min(self.train.len()),
            side: settings.side(self.state.epoch),
            seed: self.config.seed,
            epoch: self.state.epoch,
        }
    }

    fn step(&mut self, batch: &Batch, side: usize, learning_rate: f64, meter: &mut Meter) {
        // Dropout draws from libtorch's generator: seeded for each step, a resumed run drops alike.
        tch::manual_seed(rand::Rng::next_u64(&mut generator(
            self.config.seed,
            Purpose::Dropout,
            self.state.epoch,
            self.state.step,
        )) as i64);
        let device = self.network.device();
        let images = images_tensor(&batch.images_nchw, side).to_device(device);
        let labels = |labels: &[i64]| Tensor::from_slice(labels).to_device(device);
        let targets = Targets {
            labels: labels(&batch.labels),
            mixed: batch
                .mixed
                .as_ref()
                .map(|(others, share)| (labels(others), f64::from(*share))),
        };
        let logits = self.network.forward(&images, Mode::Train);
        let settings = &self.config.train;
        let mut loss = targets.cross_entropy(&logits, settings.label_smoothing);
        if let (Some(teacher), Some(settings)) = (&self.teacher, &settings.distillation) {
            loss = settings.weigh(&loss, &logits, &teacher.logits(&images));
        }
        self.optimizer.step(&loss, learning_rate);
        if self.state.epoch < settings.first_averaged() {
            self.moving_average.update(self.state.steps_taken);
        }
        meter.add(&loss, &logits, &targets);
    }

    /// Includes the epoch's weights in the plain mean, whose norms are measured anew: their
    /// statistics are not the mean of the networks' statistics.
    fn average_plainly(&mut self, included: usize) {
        self.moving_average.include(included);
        let plan = self.plan();
        let side = plan.side;
        let batches = plan.batches(0, self.config.train.loader_threads);
        let device = self.average.device();
        self.average.measure_norms(
            batches
                .take(BATCHES_PER_NORM)
                .map(|batch| images_tensor(&batch.images_nchw, side).to_device(device)),
        );
    }

    fn finish_epoch(
        &mut self,
        learning_rate: f64,
        side: usize,
        on_progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<()> {
        let first_averaged = self.config.train.first_averaged();
        if let Some(included) = self.state.epoch.checked_sub(first_averaged) {
            self.average_plainly(included);
        }
        let logits = evaluate::network_logits(&self.average, &self.validation, Colours::Kept)?;
        let classes = logits.len() / self.validation.len().max(1);
        let labels = self.validation.labels();
        let accuracy = metrics::accuracy(&logits, classes, labels);
        let validation_loss = metrics::cross_entropy(&logits, classes, labels, 0.0, 1.0);
        let Totals {
            loss,
            correct,
            images,
            seconds,
        } = self.state.totals;
        let images = images as f64;
        let measured = EpochMetrics {
            epoch: self.state.epoch + 1,
            learning_rate,
            train_loss: loss / images,
            train_top1: correct / images,
            validation_loss: Some(validation_loss),
            validation_top1: accuracy.top1,
            validation_top5: accuracy.top5,
            side,
            images_per_second: images / seconds,
            seconds,
        };
        let path = self.folder.metrics();
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .at(&path)?;
        file.write_all(json_line(&measured).as_bytes()).at(&path)?;
        // Before the checkpoint, which would not measure the epoch again.
        file.sync_all().at(&path)?;
        self.state = State {
            epoch: self.state.epoch + 1,
            step: 0,
            steps_taken: self.state.steps_taken,
            totals: Totals::default(),
        };
        self.save()?;
        on_progress(Progress::Epoch(&measured));
        Ok(())
    }
}

fn json_line(metrics: &EpochMetrics) -> String {
    serde_json::to_string(metrics).expect("metrics are plain numbers") + "\n"
}

/// `[n, 3, side, side]` on the CPU.
pub(crate) fn images_tensor(images_nchw: &[f32], side: usize) -> Tensor {
    let side = side as i64;
    Tensor::from_slice(images_nchw).reshape([-1, 3, side, side])
}

/// Sums of an epoch, kept on the device until they are read.
struct Meter {
    loss: Tensor,
    correct: Tensor,
    images: u64,
    /// Of the calls before this one.
    seconds: f64,
    start: Instant,
}

impl Meter {
    fn new(before: Totals, device: Device) -> Self {
        // Sums go on where they were: added up apart, they would differ from an uninterrupted run's in the last digits.
        let sum = |before: f64| Tensor::from(before).to_device(device);
        Self {
            loss: sum(before.loss),
            correct: sum(before.correct),
            images: before.images,
            seconds: before.seconds,
            start: Instant::now(),
        }
    }

    fn add(&mut self, loss: &Tensor, logits: &Tensor, targets: &Targets) {
        tch::no_grad(|| {
            let count = targets.labels.numel();
            self.loss = &self.loss + loss.to_kind(Kind::Double) * count as f64;
            self.correct = &self.correct + targets.right(logits);
            self.images += count as u64;
        });
    }

    fn read(&self) -> Totals {
        Totals {
            loss: self.loss.double_value(&[]),
            correct: self.correct.double_value(&[]),
            images: self.images,
            seconds: self.seconds + self.start.elapsed().as_secs_f64(),
        }
    }
}

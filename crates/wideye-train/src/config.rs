//! A run's configuration: a TOML file, single fields of which can be overridden.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::augment::AugmentConfig;
use crate::dataset::{DatasetKind, SIDE};
use crate::error::{AtPath, Error, Result};
use crate::loss::Distillation;
use crate::mix::MixConfig;
use crate::model::ModelConfig;
use crate::optimizer::Muon;
use crate::schedule::Schedule;

/// Everything that decides a run's result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The seed of all randomness.
    pub seed: u64,
    /// The images.
    pub dataset: DatasetConfig,
    /// The network.
    pub model: ModelConfig,
    /// How it is trained.
    pub train: TrainConfig,
    /// How training images are changed.
    #[serde(default)]
    pub augment: AugmentConfig,
    /// How training images are mixed with each other.
    #[serde(default)]
    pub mix: MixConfig,
}

/// Which images to train on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetConfig {
    /// The data set.
    pub kind: DatasetKind,
    /// The folder that holds its files.
    pub path: PathBuf,
    /// The share of the training images that is trained on, the same ones each time; the validation images are
    /// always all of theirs.
    #[serde(default = "all", skip_serializing_if = "is_all")]
    pub share: f64,
}

/// How a network is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainConfig {
    /// Passes over the training images.
    pub epochs: usize,
    /// Images per step.
    pub batch_size: usize,
    /// The peak learning rate.
    pub learning_rate: f64,
    /// How the learning rate falls.
    pub schedule: Schedule,
    /// The share of the schedule in which the learning rate rises.
    pub warmup: f64,
    /// Nesterov momentum; that of convolutions under Muon is `muon.momentum`.
    pub momentum: f64,
    /// Weight decay of weights; biases, norms and convolutions under Muon have none.
    pub weight_decay: f64,
    /// Another way to move the weights of convolutions, if given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muon: Option<Muon>,
    /// The share of the target that is spread over all classes.
    pub label_smoothing: f64,
    /// Decay of the weights' moving average, per step; the average is evaluated and exported.
    pub average_decay: f64,
    /// Smaller images in the first epochs, if given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progressive: Option<Progressive>,
    /// A teacher to learn from, if given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distillation: Option<Distillation>,
    /// A plain mean of weights instead of the moving average at the end, if given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stochastic_weight_averaging: Option<WeightAveraging>,
    /// What convolutions compute in.
    #[serde(default)]
    pub precision: PrecisionChoice,
    /// Where training runs.
    #[serde(default)]
    pub device: DeviceChoice,
    /// Threads that prepare batches beside the training.
    #[serde(default = "two")]
    pub loader_threads: usize,
    /// Minutes between checkpoints within an epoch.
    #[serde(default = "ten")]
    pub checkpoint_minutes: f64,
}

/// Progressive resolution: the first epochs see smaller images, which cost less.
///
/// Source: Howard, Training Imagenet in 3 hours for USD 25 (2018); Touvron et al., Fixing the
/// train-test resolution discrepancy (2019), for ending at the resolution of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progressive {
    /// The side of the smaller images in pixels, 8 to 32.
    pub side: usize,
    /// How many epochs see them; fewer than there are.
    pub epochs: usize,
}

/// Stochastic weight averaging: from some epoch on the learning rate stays, and the weights after
/// each epoch count alike in what is evaluated and exported.
///
/// Source: Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization
/// (2018), algorithm 1 with a constant learning rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightAveraging {
    /// The last epochs, whose weights are averaged.
    pub epochs: usize,
    /// Their learning rate; that of convolutions under Muon is as much smaller or larger as at the peak.
    pub learning_rate: f64,
}

impl Config {
    /// This configuration for a run that was started with `saved`: where the data lies and what the machine is like
    /// may be other than then, and what was left open stays as it was resolved. None if anything else differs.
    pub(crate) fn as_resumed(&self, saved: &Self) -> Option<Self> {
        let mut resumed = self.clone();
        let is_open = match resumed.train.precision {
            PrecisionChoice::Auto => true,
            PrecisionChoice::Bf16 => matches!(
                saved.train.precision,
                PrecisionChoice::Bf16Native | PrecisionChoice::Bf16Widened
            ),
            _ => false,
        };
        if is_open {
            resumed.train.precision = saved.train.precision;
        }
        let mut comparable = resumed.clone();
        comparable.dataset.path.clone_from(&saved.dataset.path);
        comparable.train.device = saved.train.device;
        comparable.train.loader_threads = saved.train.loader_threads;
        comparable.train.checkpoint_minutes = saved.train.checkpoint_minutes;
        let teachers = (
            &mut comparable.train.distillation,
            &saved.train.distillation,
        );
        if let (Some(asked), Some(saved)) = teachers {
            asked.teacher.clone_from(&saved.teacher);
        }
        (comparable == *saved).then_some(resumed)
    }
}

fn all() -> f64 {
    1.0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_all(share: &f64) -> bool {
    *share == 1.0
}

fn two() -> usize {
    2
}

fn ten() -> f64 {
    10.0
}

/// What convolutions compute in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrecisionChoice {
    /// `float32` or `bf16-native`, whichever is faster by a short measurement.
    #[default]
    Auto,
    /// 32 bits.
    Float32,
    /// `bf16-native` or `bf16-widened`, whichever is faster by a short measurement; a run keeps which it was.
    Bf16,
    /// bfloat16, with weights, norms and the head in float32.
    Bf16Native,
    /// Rounded as `bf16-native` is, but multiplied in float32: for CPUs whose bfloat16 products are slow.
    Bf16Widened,
}

/// Where training runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceChoice {
    /// CUDA where there is a GPU, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The first GPU.
    Cuda,
}

impl TrainConfig {
    /// The side of the images that an epoch trains on.
    pub(crate) fn side(&self, epoch: usize) -> usize {
        match self.progressive {
            Some(progressive) if epoch < progressive.epochs => progressive.side,
            _ => SIDE,
        }
    }

    /// The first epoch, counted from 0, whose weights are averaged plainly; `epochs` if none are.
    pub(crate) fn first_averaged(&self) -> usize {
        let averaged = self.stochastic_weight_averaging.map_or(0, |swa| swa.epochs);
        self.epochs.saturating_sub(averaged)
    }

    /// The learning rate of the step after `steps_taken`, counted from the start of the run.
    ///
    /// The schedule ends where the weights begin to be averaged plainly.
    pub(crate) fn rate(&self, steps_taken: u64, steps_per_epoch: usize) -> f64 {
        let scheduled = (steps_per_epoch * self.first_averaged()) as f64;
        let progress = (steps_taken as f64 + 0.5) / scheduled;
        match self.stochastic_weight_averaging {
            Some(averaging) if progress > 1.0 => averaging.learning_rate,
            _ => self.learning_rate * self.schedule.factor(progress, self.warmup),
        }
    }
}

impl Config {
    /// Reads a TOML file and applies overrides such as `train.epochs=3`.
    ///
    /// # Errors
    /// `Io` if the file cannot be read; `Config` if it is not TOML, or a field is missing, unknown
    /// or out of range.
    pub fn read(path: &Path, overrides: &[String]) -> Result<Self> {
        let text = fs::read_to_string(path).at(path)?;
        let parsed = Self::parse(&text, overrides);
        // With overrides it may be theirs.
        parsed.map_err(|error| match overrides {
            [] => error.in_file(path),
            _ => error,
        })
    }

    fn parse(text: &str, overrides: &[String]) -> Result<Self> {
        let mut table: Table = text
            .parse()
            .map_err(|e: toml::de::Error| Error::config("file", e.to_string()))?;
        for text in overrides {
            apply_override(&mut table, text)?;
        }
        let config: Self = table
            .try_into()
            .map_err(|e: toml::de::Error| Error::config("file", e.to_string()))?;
        config.validate()?;
        Ok(config)
    }

    /// The configuration as TOML, every field written out.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a configuration has only values that TOML has")
    }

    fn validate(&self) -> Result<()> {
        self.model.validate()?;
        self.augment.validate()?;
        self.mix.validate()?;
        let train = &self.train;
        for (field, value) in [
            ("train.epochs", train.epochs),
            ("train.batch_size", train.batch_size),
            ("train.loader_threads", train.loader_threads),
        ] {
            if value == 0 {
                return Err(Error::config(field, "must be at least 1"));
            }
        }
        if !(self.dataset.share > 0.0 && self.dataset.share <= 1.0) {
            let reason = format!("must be above 0 and at most 1, not {}", self.dataset.share);
            return Err(Error::config("dataset.share", reason));
        }
        if let Some(progressive) = train.progressive
            && !(8..=SIDE).contains(&progressive.side)
        {
            let reason = format!("must be from 8 to {SIDE}, not {}", progressive.side);
            return Err(Error::config("train.progressive.side", reason));
        }
        if let Some(progressive) = train.progressive
            && progressive.epochs >= train.epochs
        {
            let field = "train.progressive.epochs";
            let reason = format!(
                "must be below train.epochs, {}, so that the last epochs see whole images, not {}",
                train.epochs, progressive.epochs
            );
            return Err(Error::config(field, reason));
        }
        if let Some(averaging) = train.stochastic_weight_averaging
            && !(1..=train.epochs).contains(&averaging.epochs)
        {
            let field = "train.stochastic_weight_averaging.epochs";
            let reason = format!(
                "must be from 1 to {}, not {}",
                train.epochs, averaging.epochs
            );
            return Err(Error::config(field, reason));
        }
        if let Some(distillation) = &train.distillation
            && distillation.temperature == 0.0
        {
            let field = "train.distillation.temperature";
            return Err(Error::config(field, "must be above 0"));
        }
        if train.muon.is_some() && train.learning_rate == 0.0 {
            let reason = "must be above 0 beside train.muon";
            return Err(Error::config("train.learning_rate", reason));
        }
        // Stands for all that is below 1.
        let open = 1.0 - f64::EPSILON;
        let fields = [
            ("train.learning_rate", train.learning_rate, 100.0),
            ("train.warmup", train.warmup, open),
            ("train.momentum", train.momentum, open),
            ("train.weight_decay", train.weight_decay, 1.0),
            ("train.label_smoothing", train.label_smoothing, open),
            ("train.average_decay", train.average_decay, open),
            ("train.checkpoint_minutes", train.checkpoint_minutes, 1e6),
        ];
        let averaging = train.stochastic_weight_averaging.map(|averaging| {
            let field = "train.stochastic_weight_averaging.learning_rate";
            (field, averaging.learning_rate, 100.0)
        });
        let muon = train.muon.iter().flat_map(|muon| {
            [
                ("train.muon.learning_rate", muon.learning_rate, 1.0),
                ("train.muon.momentum", muon.momentum, open),
            ]
        });
        let distillation = train.distillation.iter().flat_map(|distillation| {
            [
                (
                    "train.distillation.temperature",
                    distillation.temperature,
                    1e3,
                ),
                ("train.distillation.weight", distillation.weight, 1.0),
            ]
        });
        let optional = averaging.into_iter().chain(muon).chain(distillation);
        for (field, value, limit) in fields.into_iter().chain(optional) {
            if !(0.0..=limit).contains(&value) {
                let limit = match limit < 1.0 {
                    true => "below 1".into(),
                    false => limit.to_string(),
                };
                return Err(Error::config(
                    field,
                    format!("must be from 0 to {limit}, not {value}"),
                ));
            }
        }
        Ok(())
    }
}

fn apply_override(table: &mut Table, text: &str) -> Result<()> {
    let Some((field, value)) = text.split_once('=') else {
        return Err(Error::config(text, "is not of the form a.b=value"));
    };
    let value = format!("value = {value}")
        .parse::<Table>()
        .ok()
        .and_then(|mut parsed| parsed.remove("value"))
        .unwrap_or_else(|| Value::String(value.into()));
    let (parents, name) = field
        .rsplit_once('.')
        .map_or((None, field), |(p, n)| (Some(p), n));
    let mut table = table;
    for parent in parents.into_iter().flat_map(|p| p.split('.')) {
        table = table
            .entry(parent)
            .or_insert_with(|| Value::Table(Table::new()))
            .as_table_mut()
            .ok_or_else(|| {
                Error::config(field, format!("cannot be set: {parent} is not a table"))
            })?;
    }
    table.insert(name.into(), value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    const TEXT: &str = r#"
        seed = 1
        [dataset]
        kind = "cifar-100"
        path = "data"
        [model]
        name = "wide"
        [train]
        epochs = 2
        batch_size = 64
        learning_rate = 0.1
        schedule = "one-cycle"
        warmup = 0.2
        momentum = 0.9
        weight_decay = 5e-4
        label_smoothing = 0.1
        average_decay = 0.99
    "#;

    #[test]
    fn the_committed_configurations_are_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/configs");
        let files: Vec<_> = fs::read_dir(folder).unwrap().collect();
        assert!(files.len() > 2);
        for file in files {
            let path = file.unwrap().path();
            assert!(Config::read(&path, &[]).is_ok(), "{}", path.display());
        }
    }

    #[test]
    fn a_run_goes_on_in_the_arithmetic_that_it_began_with() {
        use PrecisionChoice::{Auto, Bf16, Bf16Native, Bf16Widened, Float32};
        let with = |precision| {
            let mut config = Config::parse(TEXT, &[]).unwrap();
            config.train.precision = precision;
            config
        };
        for (asked, saved, expected) in [
            (Auto, Bf16Widened, Some(Bf16Widened)),
            (Auto, Float32, Some(Float32)),
            (Bf16, Bf16Native, Some(Bf16Native)),
            (Bf16, Bf16Widened, Some(Bf16Widened)),
            (Bf16, Bf16, Some(Bf16)),
            (Bf16, Float32, None),
            (Bf16Native, Bf16Widened, None),
        ] {
            let resumed = with(asked).as_resumed(&with(saved));
            let actual = resumed.map(|config| config.train.precision);
            assert_eq!(actual, expected, "{asked:?} of {saved:?}");
        }
    }

    #[test]
    fn overrides_replace_and_add_fields() {
        let overrides = [
            "train.epochs=7",
            "model.name=res9",
            "model.widths=[8, 8, 16, 16]",
            "augment.cutout={ probability = 0.5, strength = 8 }",
            "train.progressive={ side = 24, epochs = 2 }",
        ];
        let config = Config::parse(TEXT, &overrides.map(String::from)).unwrap();
        assert_eq!(config.train.epochs, 7);
        assert_eq!(config.model.widths(), [8, 8, 16, 16]);
        assert_eq!(
            (
                config.augment.cutout.probability,
                config.augment.cutout.strength
            ),
            (0.5, 8.0)
        );
        assert_eq!(
            [0, 1, 2, 6].map(|epoch| config.train.side(epoch)),
            [24, 24, 32, 32]
        );
        assert_eq!(Config::parse(&config.to_toml(), &[]).unwrap(), config);
    }

    #[test]
    fn the_rate_falls_to_the_end_or_to_where_weights_are_averaged() {
        let rates = |overrides: &[&str], steps: [u64; 4]| {
            let overrides: Vec<String> = overrides.iter().map(ToString::to_string).collect();
            let config = Config::parse(TEXT, &overrides).unwrap();
            steps.map(|step| config.train.rate(step, 10))
        };
        let near = |actual: [f64; 4], expected: [f64; 4]| {
            let apart = actual.iter().zip(expected).map(|(a, e)| (a - e).abs());
            assert!(
                apart.fold(0.0, f64::max) < 1e-12,
                "{actual:?}, not {expected:?}"
            );
        };
        // 20 steps, of which 4 rise to 0.1. A step's rate is that of its middle: 0.5, 3.5, 4.5 and
        // 19.5 steps, so shares of 0.5 / 4, 3.5 / 4, 15.5 / 16 and 0.5 / 16 of the peak.
        near(
            rates(&[], [0, 3, 4, 19]),
            [0.0125, 0.0875, 0.096_875, 0.003_125],
        );
        // With the second epoch averaged, 10 steps are scheduled, of which 2 rise; then the rate stays.
        let averaging = "train.stochastic_weight_averaging={ epochs = 1, learning_rate = 0.02 }";
        near(
            rates(&[averaging], [0, 9, 10, 19]),
            [0.025, 0.006_25, 0.02, 0.02],
        );
    }

    #[test]
    fn mistakes_name_the_field() {
        let cases = [
            ("train.epochs=0", "train.epochs must be at least 1"),
            ("train.epoch=3", "unknown field `epoch`"),
            (
                "train.warmup=1.5",
                "train.warmup must be from 0 to below 1, not 1.5",
            ),
            (
                "train.progressive={ side = 4, epochs = 1 }",
                "train.progressive.side must be from 8 to 32, not 4",
            ),
            (
                "train.progressive={ side = 24, epochs = 2 }",
                "train.progressive.epochs must be below train.epochs, 2, so that the last epochs see whole images, not 2",
            ),
            (
                "train.stochastic_weight_averaging={ epochs = 3, learning_rate = 0.1 }",
                "train.stochastic_weight_averaging.epochs must be from 1 to 2, not 3",
            ),
            (
                "train.distillation={ teacher = 'run', temperature = 4, weight = 2 }",
                "train.distillation.weight must be from 0 to 1, not 2",
            ),
            (
                "train.distillation={ teacher = 'run', temperature = 0, weight = 0.5 }",
                "train.distillation.temperature must be above 0",
            ),
            (
                "train.muon={ learning_rate = 0.1, momentum = 1 }",
                "train.muon.momentum must be from 0 to below 1, not 1",
            ),
            (
                "dataset.share=0",
                "dataset.share must be above 0 and at most 1, not 0",
            ),
            ("mix.mixup=-1", "mix.mixup must be from 0 to 100, not -1"),
            ("train.schedule=spiral", "unknown variant `spiral`"),
            ("seed.x=1", "seed.x cannot be set: seed is not a table"),
            ("epochs", "epochs is not of the form a.b=value"),
        ];
        for (text, expected) in cases {
            let error = Config::parse(TEXT, &[text.into()]).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Config { .. }));
            assert!(error.to_string().contains(expected), "{text}: {error}");
        }
    }
}

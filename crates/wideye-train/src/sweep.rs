//! Many runs of one configuration with different settings.

mod space;
mod summary;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Value;

use self::space::{Random, combinations};
pub use self::summary::{Summary, TrialResult};
use crate::card::sha256;
use crate::config::Config;
use crate::error::{AtPath, Error, Result};
use crate::run::RunFolder;

/// A sweep's file: a base configuration and what is varied.
///
/// # Example
/// ```toml
/// base = "wide.toml"
///
/// [set]
/// "train.epochs" = 10
///
/// [grid]
/// "model.activation" = ["elu", "relu"]
/// seed = [1, 2, 3]
///
/// [random]
/// trials = 8
/// seed = 1
///
/// [random.fields]
/// "train.learning_rate" = { log_uniform = [0.02, 0.5] }
/// "train.batch_size" = { choice = [64, 128, 256] }
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct SweepFile {
    /// The base configuration, relative to the sweep's file.
    base: PathBuf,
    /// Fields that all trials share, beside the base.
    #[serde(default)]
    set: BTreeMap<String, Value>,
    /// Fields of which every combination of values is tried.
    #[serde(default)]
    grid: BTreeMap<String, Vec<Value>>,
    /// Fields whose values are drawn; every draw is tried with every combination of the grid.
    #[serde(default)]
    random: Option<Random>,
}

impl SweepFile {
    fn refuse_fields_named_twice(&self) -> Result<()> {
        let drawn = self.random.iter().flat_map(|random| random.fields.keys());
        let mut seen = BTreeSet::new();
        for field in self.set.keys().chain(self.grid.keys()).chain(drawn) {
            if !seen.insert(field) {
                let reason = "is in two of set, grid and random.fields";
                return Err(Error::config(field, reason));
            }
        }
        Ok(())
    }
}

/// The trials of a sweep, in the same order each time.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    base: PathBuf,
    set: BTreeMap<String, Value>,
    trials: Vec<SweepTrial>,
}

/// One configuration of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepTrial {
    /// Its place in the sweep, counted from 0.
    pub index: usize,
    /// The varied fields with their values, by name.
    pub settings: BTreeMap<String, Value>,
}

impl Sweep {
    /// Reads a sweep's file and checks the configuration of every trial.
    ///
    /// # Errors
    /// `Io` if a file cannot be read; `Config` if the sweep has no trial, names a field in two
    /// places, or a trial's configuration is none.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).at(path)?;
        let parsed = toml::from_str(&text).map_err(|e| Error::config("sweep", e.to_string()));
        let read = parsed.and_then(|file: SweepFile| {
            file.refuse_fields_named_twice()?;
            let trials = trials(&file.grid, file.random.as_ref())?;
            Ok((file, trials))
        });
        let (file, trials) = read.map_err(|error| error.in_file(path))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let sweep = Self {
            base: folder.join(file.base),
            trials,
            set: file.set,
        };
        for trial in &sweep.trials {
            sweep.config(trial)?;
        }
        Ok(sweep)
    }

    /// The trials.
    pub fn trials(&self) -> &[SweepTrial] {
        &self.trials
    }

    /// The configuration that all trials start from.
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// What a trial sets beside the base, in the form that `train --set` takes.
    pub fn overrides(&self, trial: &SweepTrial) -> Vec<String> {
        let mut all = self.set.clone();
        all.extend(trial.settings.clone());
        all.into_iter()
            .map(|(field, value)| format!("{field}={value}"))
            .collect()
    }

    /// A trial's configuration.
    ///
    /// # Errors
    /// `Io` if the base cannot be read; `Config` if it is none with the trial's settings.
    pub fn config(&self, trial: &SweepTrial) -> Result<Config> {
        Config::read(&self.base, &self.overrides(trial))
    }

    /// What all trials share: the base with what the sweep sets. None where that is a configuration only with what a
    /// trial sets.
    pub fn shared(&self) -> Option<Config> {
        let set = self.set.iter();
        let overrides: Vec<_> = set
            .map(|(field, value)| format!("{field}={value}"))
            .collect();
        Config::read(&self.base, &overrides).ok()
    }

    /// What was measured so far of the trials whose runs are in `folder`.
    ///
    /// # Errors
    /// `Io` if metrics cannot be read.
    pub fn summary(&self, folder: &Path) -> Result<Summary> {
        Summary::collect(self, folder)
    }
}

impl SweepTrial {
    /// The run folder's name: the varied fields with their values. It is the same however the sweep
    /// is extended by further values; where it cannot hold all of them, it ends in a digest.
    pub fn name(&self) -> String {
        let text = |(field, value): (&String, &Value)| {
            let field = field.rsplit('.').next().unwrap_or(field);
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Array(values) => values
                    .iter()
                    .map(Value::to_string)
                    .collect::<Vec<_>>()
                    .join("_"),
                other => other.to_string(),
            };
            format!("{field}={value}")
        };
        let exact = self.settings.iter().map(text).collect::<Vec<_>>().join("-");
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-=._".contains(c);
        if exact.len() <= LONGEST_NAME && exact.chars().all(is_plain) {
            return exact;
        }
        let plain = exact.chars().filter(|&c| is_plain(c)).take(LONGEST_NAME);
        let settings = toml::to_string(&self.settings).expect("tables of settings are TOML");
        let digest = sha256(settings.as_bytes());
        plain.chain(['-']).chain(digest.chars().take(8)).collect()
    }

    /// The run folder below a sweep's folder.
    pub fn run(&self, folder: &Path) -> RunFolder {
        RunFolder::new(&folder.join(self.name()))
    }
}

/// Characters of a run folder's name, but for a digest.
const LONGEST_NAME: usize = 120;

fn trials(grid: &BTreeMap<String, Vec<Value>>, random: Option<&Random>) -> Result<Vec<SweepTrial>> {
    if let Some((field, _)) = grid.iter().find(|(_, values)| values.is_empty()) {
        return Err(Error::config(&format!("grid.{field}"), "has no values"));
    }
    let draws = match random {
        Some(random) => random.draws()?,
        None => vec![BTreeMap::new()],
    };
    let mut trials = Vec::new();
    for draw in draws {
        for combination in combinations(grid) {
            let mut settings = draw.clone();
            settings.extend(combination);
            trials.push(SweepTrial {
                index: trials.len(),
                settings,
            });
        }
    }
    let mut names = BTreeSet::new();
    if let Some(twice) = trials.iter().find(|trial| !names.insert(trial.name())) {
        let reason = format!("tries {} twice", twice.name());
        return Err(Error::config("sweep", reason));
    }
    if trials.is_empty() || trials[0].settings.is_empty() {
        return Err(Error::config(
            "sweep",
            "varies nothing; name fields under grid or random.fields",
        ));
    }
    Ok(trials)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sweep(text: &str) -> Result<Sweep> {
        let folder = tempfile::tempdir().unwrap();
        let base = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/wide.toml");
        fs::copy(base, folder.path().join("wide.toml")).unwrap();
        let path = folder.path().join("sweep.toml");
        fs::write(&path, text).unwrap();
        Sweep::read(&path)
    }

    #[test]
    fn a_grid_tries_every_combination() {
        let text = r#"
            base = "wide.toml"
            set = { "train.epochs" = 30 }
            [grid]
            "model.activation" = ["elu", "relu"]
            seed = [1, 2, 3]
        "#;
        let sweep = sweep(text).unwrap();
        let names: Vec<_> = sweep.trials().iter().map(SweepTrial::name).collect();
        assert_eq!(
            names,
            [
                "activation=elu-seed=1",
                "activation=elu-seed=2",
                "activation=elu-seed=3",
                "activation=relu-seed=1",
                "activation=relu-seed=2",
                "activation=relu-seed=3",
            ]
        );
        assert_eq!(
            sweep.overrides(&sweep.trials()[4]),
            ["model.activation=\"relu\"", "seed=2", "train.epochs=30"]
        );
    }

    #[test]
    fn a_field_has_one_place() {
        let cases = [
            "set = { seed = 3 }\n[grid]\nseed = [1, 2]",
            "[grid]\nseed = [1, 2]\n[random]\ntrials = 2\nseed = 1\n[random.fields]\nseed = { choice = [1, 2] }",
        ];
        for text in cases {
            let error = sweep(&format!("base = 'wide.toml'\n{text}")).unwrap_err();
            let expected = "seed is in two of set, grid and random.fields";
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn folders_are_named_by_what_is_tried_alone() {
        let names = |grid: &str| -> Vec<String> {
            let text = format!("base = 'wide.toml'\n[grid]\n{grid}");
            sweep(&text)
                .unwrap()
                .trials()
                .iter()
                .map(SweepTrial::name)
                .collect()
        };
        assert_eq!(names("'model.widths' = [[8, 16]]"), ["widths=8_16"]);
        let extended = names("seed = [3, 1, 2]");
        assert_eq!(extended, ["seed=3", "seed=1", "seed=2"]);
        assert_eq!(names("seed = [1]"), extended[1..2]);

        let paths = names("'dataset.path' = ['a/b', 'ab', 'a b']");
        assert_eq!(paths[1], "path=ab");
        assert!(paths[0].starts_with("path=ab-") && paths[2].starts_with("path=ab-"));
        assert_ne!(paths[0], paths[2]);
        let long = names(&format!(
            "'dataset.path' = ['{0}a', '{0}b']",
            "x".repeat(300)
        ));
        assert!(long[0] != long[1] && long[0].len() < 255, "{long:?}");
    }

    #[test]
    fn random_draws_are_the_same_each_time() {
        let text = r#"
            base = "wide.toml"
            [grid]
            seed = [1, 2]
            [random]
            trials = 20
            seed = 4
            [random.fields]
            "train.learning_rate" = { log_uniform = [0.01, 1.0] }
            "train.weight_decay" = { uniform = [0.0, 0.001] }
            "train.batch_size" = { choice = [64, 128] }
        "#;
        let trials = sweep(text).unwrap().trials().to_vec();
        assert_eq!(trials, sweep(text).unwrap().trials());
        assert_eq!(trials.len(), 40);
        let of = |trial: &SweepTrial, field: &str| trial.settings[field].clone();
        for pair in trials.chunks_exact(2) {
            let rate = of(&pair[0], "train.learning_rate");
            assert_eq!(rate, of(&pair[1], "train.learning_rate"));
            assert!((0.01..=1.0).contains(&rate.as_float().unwrap()));
            let decay = of(&pair[0], "train.weight_decay").as_float().unwrap();
            assert!((0.0..=0.001).contains(&decay));
        }
        let below = |limit: f64| {
            let rates = trials
                .iter()
                .map(|t| of(t, "train.learning_rate").as_float().unwrap());
            rates.filter(|&rate| rate < limit).count()
        };
        // Half of a logarithmic range is below its geometric mean, 0.1: of 20 draws 10, 4.5 at most apart.
        assert!((11..=29).contains(&below(0.1)), "{}", below(0.1));
    }

    /// The experiments' results, as `npm run experiments` keeps them.
    #[derive(Deserialize)]
    struct Kept {
        config: Config,
        trials: Vec<KeptTrial>,
    }

    #[derive(Deserialize)]
    struct KeptTrial {
        trial: String,
    }

    #[test]
    fn the_kept_results_are_those_of_the_committed_experiments() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments");
        let mut kept = 0;
        for name in [
            "cifar-10",
            "networks",
            "widths",
            "unaugmented",
            "greyscale",
            "search",
        ] {
            let Ok(text) = fs::read_to_string(folder.join(format!("results/{name}.json"))) else {
                continue;
            };
            let results: Kept = serde_json::from_str(&text).unwrap();
            let sweep = Sweep::read(&folder.join(format!("{name}.toml"))).unwrap();
            assert_eq!(Some(results.config), sweep.shared(), "{name}");
            let known: Vec<_> = sweep.trials().iter().map(SweepTrial::name).collect();
            for KeptTrial { trial } in results.trials {
                assert!(known.contains(&trial), "{trial}");
                kept += 1;
            }
        }
        assert!(kept > 20, "{kept}");
    }

    #[test]
    fn mistakes_are_named() {
        for (text, expected) in [
            ("base = 'wide.toml'", "varies nothing"),
            (
                "base = 'wide.toml'\n[grid]\nseed = []",
                "grid.seed has no values",
            ),
            (
                "base = 'wide.toml'\n[grid]\nseed = [1, 2, 1]",
                "sweep tries seed=1 twice",
            ),
            (
                "base = 'wide.toml'\n[grid]\n'train.epochs' = [0]",
                "train.epochs must be at least 1",
            ),
            (
                "base = 'wide.toml'\n[random]\ntrials = 2\nseed = 1\n[random.fields]\n'train.warmup' = { uniform = [0.5, 0.1] }",
                "random.fields.train.warmup needs bounds that rise",
            ),
            (
                "base = 'wide.toml'\n[random]\ntrials = 2\nseed = 1\n[random.fields]\n'train.warmup' = { log_uniform = [0.0, 0.1] }",
                "random.fields.train.warmup needs bounds above 0",
            ),
        ] {
            let error = sweep(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}

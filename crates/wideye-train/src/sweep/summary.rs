use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde::Serialize;
use toml::Value;

use super::Sweep;
use crate::config::{Config, PrecisionChoice};
use crate::error::{Error, ErrorKind, Result};
use crate::plots::{self, Group};
use crate::run::{EpochMetrics, RunFolder};

/// The field whose values are repetitions of the same experiment.
const SEED: &str = "seed";

/// What is said of a run folder that an earlier or another sweep has left.
const ANOTHER: &str = "of another configuration";

/// The configuration with which a trial has begun, if it has, or why what is in its run folder does not count.
fn begun_with(config: &Config, run: &RunFolder) -> Result<Option<Config>, String> {
    if !run.config().is_file() {
        return Ok(None);
    }
    match Config::read(&run.config(), &[]) {
        Ok(saved) if config.as_resumed(&saved).is_some() => Ok(Some(saved)),
        Ok(_) => Err(ANOTHER.into()),
        Err(error) => Err(format!("its configuration is none: {}", first_line(&error))),
    }
}

/// Errors in TOML are drawn over several lines, which a table has no place for.
fn first_line(error: &Error) -> String {
    let text = match error.kind() {
        ErrorKind::Config { field, reason, .. } => format!("{field} {reason}"),
        _ => error.to_string(),
    };
    text.lines().next().unwrap_or_default().into()
}

/// What was measured of a sweep's trials so far.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// What all trials share, if that is a configuration without what they vary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<Config>,
    /// The varied fields.
    pub fields: Vec<String>,
    /// The trials, in the sweep's order.
    pub trials: Vec<TrialResult>,
}

/// What was measured of one trial.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrialResult {
    /// Its run folder's name.
    pub name: String,
    /// The varied fields' values.
    pub settings: BTreeMap<String, Value>,
    /// Epochs that it is to have.
    pub epochs: usize,
    /// What its convolutions compute in, once it has begun: what was left open, as the machine resolved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<PrecisionChoice>,
    /// What was measured after each epoch so far.
    pub metrics: Vec<EpochMetrics>,
    /// Why there will be no more: the training failed, or the run folder is another configuration's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl TrialResult {
    /// What was measured at the end, if it is finished.
    pub fn last(&self) -> Option<&EpochMetrics> {
        self.metrics.last().filter(|last| last.epoch == self.epochs)
    }

    fn status(&self) -> String {
        if let Some(problem) = &self.problem {
            return problem.clone();
        }
        match (self.last(), self.metrics.len()) {
            (Some(_), _) => "finished".into(),
            (None, 0) => "not started".into(),
            (None, done) => format!("{done} of {} epochs", self.epochs),
        }
    }
}

impl Summary {
    pub(super) fn collect(sweep: &Sweep, folder: &Path) -> Result<Self> {
        let fields = sweep.trials.first().map(|trial| trial.settings.keys());
        let trial = |trial: &super::SweepTrial| {
            let config = sweep.config(trial)?;
            let run = trial.run(folder);
            let (metrics, problem, saved) = match begun_with(&config, &run) {
                Err(problem) => (Vec::new(), Some(problem), None),
                Ok(saved) => (run.read_metrics()?, run.read_failure()?, saved),
            };
            Ok(TrialResult {
                name: trial.name(),
                settings: trial.settings.clone(),
                epochs: config.train.epochs,
                precision: saved.map(|config| config.train.precision),
                metrics,
                problem,
            })
        };
        Ok(Self {
            config: sweep.shared(),
            fields: fields.into_iter().flatten().cloned().collect(),
            trials: sweep.trials.iter().map(trial).collect::<Result<_>>()?,
        })
    }

    /// One line for each trial, as CSV with a header.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = self.fields.iter().map(String::as_str);
        let measured = [
            "status",
            "validation_top1",
            "validation_top5",
            "train_loss",
            "seconds",
        ];
        let in_memory = "writing to memory does not fail";
        let header = ["trial"].into_iter().chain(header).chain(measured);
        writer.write_record(header).expect(in_memory);
        for trial in &self.trials {
            let mut record = vec![trial.name.clone()];
            record.extend(
                self.fields
                    .iter()
                    .map(|field| plain(&trial.settings[field])),
            );
            record.push(trial.status());
            record.extend(match trial.last() {
                Some(last) => [
                    last.validation_top1.to_string(),
                    last.validation_top5.to_string(),
                    last.train_loss.to_string(),
                    trial.seconds().to_string(),
                ],
                None => Default::default(),
            });
            writer.write_record(record).expect(in_memory);
        }
        let bytes = writer.into_inner().expect(in_memory);
        String::from_utf8(bytes).expect("made of strings")
    }

    /// Everything, as JSON.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("names and plain numbers") + "\n"
    }

    /// One row for each setting, the best first, with the mean over seeds and how far they lie apart.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        let mut line = |cells: Vec<String>| {
            writeln!(text, "| {} |", cells.join(" | ")).expect("strings grow");
        };
        let measured = ["runs", "top-1, mean", "deviation", "lowest", "highest"];
        let header: Vec<String> = self
            .settings()
            .map(String::from)
            .chain(measured.map(String::from))
            .collect();
        let rule = vec!["---".to_string(); header.len()];
        line(header);
        line(rule);
        for row in self.rows() {
            let spread = Spread::of(&row.top1);
            let mut cells = row.settings;
            cells.push(match spread.count == row.planned {
                true => row.planned.to_string(),
                false => format!("{} of {}", spread.count, row.planned),
            });
            cells.extend(spread.cells());
            line(cells);
        }
        text
    }

    /// The rows of [`markdown`](Self::markdown) as an SVG, light or dark as the page is.
    pub fn plot(&self) -> String {
        let names: Vec<&str> = self.settings().collect();
        let group = |row: Row| {
            let pairs = names.iter().zip(&row.settings);
            let pairs: Vec<String> = pairs
                .map(|(name, value)| format!("{} {value}", name.rsplit('.').next().unwrap_or(name)))
                .collect();
            Group {
                name: pairs.join(", "),
                values: row.top1,
            }
        };
        let groups: Vec<Group> = self.rows().into_iter().map(group).collect();
        plots::standalone(&plots::spread(
            "Validation top-1, a dot for each seed",
            &groups,
        ))
    }

    /// How each field alone does: where several are varied, a plot of all finished trials by the field's values, for
    /// each field with a name.
    pub fn plots_by_field(&self) -> Vec<(&str, String)> {
        let plot = |field| {
            let title = format!("Validation top-1 by {field}, a dot for each trial");
            let plot = plots::spread(&title, &self.by_value(field));
            (field, plots::standalone(&plot))
        };
        match self.settings().count() {
            0 | 1 => Vec::new(),
            _ => self.settings().map(plot).collect(),
        }
    }

    /// The finished trials by a field's values, these in the order in which the sweep has them.
    fn by_value(&self, field: &str) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for trial in &self.trials {
            let name = plain(&trial.settings[field]);
            let top1 = trial.last().map(|last| last.validation_top1);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.values.extend(top1),
                None => groups.push(Group {
                    name,
                    values: top1.into_iter().collect(),
                }),
            }
        }
        groups
    }

    /// The varied fields but for the seed.
    fn settings(&self) -> impl Iterator<Item = &str> {
        self.fields
            .iter()
            .map(String::as_str)
            .filter(|f| *f != SEED)
    }

    fn rows(&self) -> Vec<Row> {
        let mut groups: BTreeMap<Vec<String>, Vec<&TrialResult>> = BTreeMap::new();
        for trial in &self.trials {
            let key = self.settings().map(|f| plain(&trial.settings[f])).collect();
            groups.entry(key).or_default().push(trial);
        }
        let row = |(settings, trials): (_, Vec<&TrialResult>)| Row {
            settings,
            top1: trials
                .iter()
                .filter_map(|trial| Some(trial.last()?.validation_top1))
                .collect(),
            planned: trials.len(),
        };
        let mut rows: Vec<Row> = groups.into_iter().map(row).collect();
        rows.sort_by(|a, b| {
            Spread::of(&b.top1)
                .mean
                .total_cmp(&Spread::of(&a.top1).mean)
        });
        rows
    }
}

/// The trials of one setting.
struct Row {
    /// The values of the varied fields but for the seed.
    settings: Vec<String>,
    /// Of the trials that are finished.
    top1: Vec<f64>,
    /// How many trials there are to be.
    planned: usize,
}

impl TrialResult {
    fn seconds(&self) -> f64 {
        self.metrics.iter().map(|epoch| epoch.seconds).sum()
    }
}

/// How some values lie.
struct Spread {
    count: usize,
    mean: f64,
    /// The sample's standard deviation; not a number for fewer than two.
    deviation: f64,
    lowest: f64,
    highest: f64,
}

impl Spread {
    fn of(values: &[f64]) -> Self {
        let count = values.len();
        let mean = values.iter().sum::<f64>() / count as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let variance = match count {
            0 | 1 => f64::NAN,
            _ => squares / (count - 1) as f64,
        };
        Self {
            count,
            // Settings without a finished run come last.
            mean: if count == 0 { f64::NEG_INFINITY } else { mean },
            deviation: variance.sqrt(),
            lowest: values.iter().copied().fold(f64::INFINITY, f64::min),
            highest: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }

    fn cells(&self) -> [String; 4] {
        [self.mean, self.deviation, self.lowest, self.highest].map(|value| {
            match value.is_finite() {
                true => format!("{:.2} %", 100.0 * value),
                false => String::new(),
            }
        })
    }
}

/// A value without quotation marks.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(activation: &str, seed: i64, epochs_done: usize, top1: f64) -> TrialResult {
        let epoch = |epoch| EpochMetrics {
            epoch,
            learning_rate: 0.1,
            train_loss: 2.5,
            train_top1: 0.3,
            validation_loss: Some(2.0),
            validation_top1: if epoch == 2 { top1 } else { 0.0 },
            validation_top5: 0.75,
            side: 32,
            images_per_second: 100.0,
            seconds: 1.5,
        };
        TrialResult {
            name: format!("{activation}-{seed}"),
            settings: BTreeMap::from([
                ("model.activation".into(), Value::String(activation.into())),
                (SEED.into(), Value::Integer(seed)),
            ]),
            epochs: 2,
            precision: None,
            metrics: (1..=epochs_done).map(epoch).collect(),
            problem: None,
        }
    }

    fn summary() -> Summary {
        let mut diverged = trial("selu", 2, 1, 0.0);
        diverged.problem = Some("the loss is not finite".into());
        Summary {
            config: None,
            fields: vec!["model.activation".into(), SEED.into()],
            trials: vec![
                trial("relu", 1, 2, 0.4),
                trial("relu", 2, 1, 0.0),
                trial("elu", 1, 2, 0.5),
                trial("elu", 2, 2, 0.6),
                trial("selu", 1, 0, 0.0),
                diverged,
            ],
        }
    }

    #[test]
    fn each_trial_is_a_line() {
        let expected = "\
trial,model.activation,seed,status,validation_top1,validation_top5,train_loss,seconds
relu-1,relu,1,finished,0.4,0.75,2.5,3
relu-2,relu,2,1 of 2 epochs,,,,
elu-1,elu,1,finished,0.5,0.75,2.5,3
elu-2,elu,2,finished,0.6,0.75,2.5,3
selu-1,selu,1,not started,,,,
selu-2,selu,2,the loss is not finite,,,,
";
        assert_eq!(summary().csv(), expected);
    }

    #[test]
    fn several_fields_have_a_plot_each() {
        assert_eq!(summary().plots_by_field(), [], "one field has its plot");
        let mut summary = summary();
        summary.fields.push("train.epochs".into());
        for (trial, epochs) in summary.trials.iter_mut().zip([9, 10].repeat(3)) {
            let epochs = Value::Integer(epochs);
            trial.settings.insert("train.epochs".into(), epochs);
        }
        let by_value = |field| {
            let groups = summary.by_value(field).into_iter();
            groups.map(|g| (g.name, g.values)).collect::<Vec<_>>()
        };
        let expected = |name: &str, values: &[f64]| (name.to_string(), values.to_vec());
        assert_eq!(
            by_value("train.epochs"),
            [expected("9", &[0.4, 0.5]), expected("10", &[0.6])]
        );
        assert_eq!(
            by_value("model.activation"),
            [
                expected("relu", &[0.4]),
                expected("elu", &[0.5, 0.6]),
                expected("selu", &[])
            ]
        );
        let plots = summary.plots_by_field();
        let fields: Vec<_> = plots.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["model.activation", "train.epochs"]);
        for (field, svg) in plots {
            assert!(svg.contains(&format!("by {field}")), "{svg}");
            assert_eq!(svg.matches("<circle ").count(), 3, "{svg}");
        }
    }

    #[test]
    fn seeds_are_repetitions() {
        // ELU: mean 0.55, deviation sqrt(2 * 0.05^2 / 1) = 0.0707.
        let expected = "\
| model.activation | runs | top-1, mean | deviation | lowest | highest |
| --- | --- | --- | --- | --- | --- |
| elu | 2 | 55.00 % | 7.07 % | 50.00 % | 60.00 % |
| relu | 1 of 2 | 40.00 % |  | 40.00 % | 40.00 % |
| selu | 0 of 2 |  |  |  |  |
";
        assert_eq!(summary().markdown(), expected);
    }
}

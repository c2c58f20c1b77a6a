use std::collections::BTreeMap;

use rand::{Rng, RngExt};
use serde::Deserialize;
use toml::Value;

use crate::error::{Error, Result};
use crate::random::{Purpose, generator};

/// Fields whose values are drawn.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Random {
    /// Number of draws.
    trials: usize,
    /// The seed of the draws, not of the runs.
    seed: u64,
    pub(super) fields: BTreeMap<String, Range>,
}

/// Where a value is drawn from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Range {
    /// Between two bounds, all alike.
    Uniform([f64; 2]),
    /// Between two bounds above 0, all orders of magnitude alike.
    LogUniform([f64; 2]),
    /// One of some values.
    Choice(Vec<Value>),
}

impl Random {
    /// The settings of each draw.
    pub fn draws(&self) -> Result<Vec<BTreeMap<String, Value>>> {
        for (field, range) in &self.fields {
            range
                .check()
                .map_err(|reason| Error::config(&format!("random.fields.{field}"), reason))?;
        }
        let draw = |trial| {
            let mut rng = generator(self.seed, Purpose::Sweep, 0, trial);
            let fields = self.fields.iter();
            fields
                .map(|(field, range)| (field.clone(), range.draw(&mut rng)))
                .collect()
        };
        Ok((0..self.trials).map(draw).collect())
    }
}

impl Range {
    fn check(&self) -> Result<(), &'static str> {
        match self {
            Self::Uniform([low, high]) if low >= high => Err("needs bounds that rise"),
            Self::LogUniform([low, _]) if *low <= 0.0 => Err("needs bounds above 0"),
            Self::LogUniform([low, high]) if low >= high => Err("needs bounds that rise"),
            Self::Choice(values) if values.is_empty() => Err("has no values"),
            _ => Ok(()),
        }
    }

    fn draw(&self, rng: &mut impl Rng) -> Value {
        let share = rng.random::<f64>();
        match self {
            Self::Uniform([low, high]) => rounded(low + share * (high - low)),
            Self::LogUniform([low, high]) => {
                rounded((low.ln() + share * (high.ln() - low.ln())).exp())
            }
            Self::Choice(values) => {
                let index = (share * values.len() as f64) as usize;
                values[index.min(values.len() - 1)].clone()
            }
        }
    }
}

/// To four significant digits, so that names of folders stay short.
fn rounded(value: f64) -> Value {
    let text = format!("{value:.3e}");
    Value::Float(text.parse().expect("a number that was just written"))
}

/// Every combination of the fields' values, the last field changing first.
pub(super) fn combinations(grid: &BTreeMap<String, Vec<Value>>) -> Vec<BTreeMap<String, Value>> {
    let mut all = vec![BTreeMap::new()];
    for (field, values) in grid {
        let with_value = |settings: &BTreeMap<String, Value>, value: &Value| {
            let mut settings = settings.clone();
            settings.insert(field.clone(), value.clone());
            settings
        };
        all = all
            .iter()
            .flat_map(|settings| values.iter().map(|value| with_value(settings, value)))
            .collect();
    }
    all
}

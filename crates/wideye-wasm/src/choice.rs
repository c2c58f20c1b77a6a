use wasm_bindgen::JsValue;
use wideye_core::{Labels, Prediction};

use crate::arguments::{expected, labels};
use crate::error::{Error, Result};
use crate::options::property;

const DEFAULT_TOP_K: usize = 5;

/// Which classes a caller wants to hear of.
#[derive(Debug, PartialEq)]
pub struct Choice {
    /// `None` returns all that remain.
    top_k: Option<usize>,
    /// Least probability.
    threshold: Option<f64>,
    /// Only these, if given.
    allow: Option<Vec<String>>,
    /// None of these.
    deny: Option<Vec<String>>,
}

impl Choice {
    /// Reads `{ topK?: number | null, threshold?: number, allow?: string[], deny?: string[] }`.
    pub fn read(options: &JsValue) -> Result<Self> {
        Ok(Self {
            top_k: top_k(&property(options, "topK")?)?,
            threshold: threshold(&property(options, "threshold")?)?,
            allow: labels("allow", &property(options, "allow")?)?,
            deny: labels("deny", &property(options, "deny")?)?,
        })
    }

    /// Refuses names that are no labels of the model.
    pub fn check(&self, labels: &Labels) -> Result<()> {
        for (option, names) in [("allow", &self.allow), ("deny", &self.deny)] {
            let unknown = |name: &&String| !labels.labels().contains(name);
            if let Some(name) = names.iter().flatten().find(unknown) {
                let hint = labels.nearest(name).map_or_else(
                    || format!("modelInfo.labels lists its {}", labels.len()),
                    |near| format!("did you mean {near:?}? modelInfo.labels lists all"),
                );
                return Err(Error::argument(format!(
                    "{option}: the model has no class {name:?}; {hint}"
                )));
            }
        }
        Ok(())
    }

    /// How many of the likeliest classes are enough to choose from; `None` is all.
    pub fn least_top_k(&self) -> Option<usize> {
        let chosen = self.allow.is_some() || self.deny.is_some();
        self.top_k.filter(|_| !chosen)
    }

    /// Leaves what was asked for of predictions that are sorted.
    pub fn apply(&self, predictions: &mut Vec<Prediction>) {
        let allowed = |label: &String| {
            self.allow
                .as_ref()
                .is_none_or(|names| names.contains(label))
        };
        let denied = |label: &String| {
            self.deny
                .as_ref()
                .is_some_and(|names| names.contains(label))
        };
        let least = self.threshold.unwrap_or(0.0);
        predictions.retain(|prediction| {
            let (label, probability) = (&prediction.label, f64::from(prediction.probability));
            probability >= least && allowed(label) && !denied(label)
        });
        predictions.truncate(self.top_k.unwrap_or(usize::MAX));
    }
}

fn top_k(value: &JsValue) -> Result<Option<usize>> {
    if value.is_undefined() {
        return Ok(Some(DEFAULT_TOP_K));
    }
    if value.is_null() {
        return Ok(None);
    }
    match value.as_f64() {
        Some(number) if number >= 1.0 && number.fract() == 0.0 => Ok(Some(number as usize)),
        _ => Err(expected(
            "topK",
            "a whole number of at least 1, or null for all",
            value,
        )),
    }
}

fn threshold(value: &JsValue) -> Result<Option<f64>> {
    if value.is_undefined() {
        return Ok(None);
    }
    match value.as_f64() {
        Some(number) if (0.0..=1.0).contains(&number) => Ok(Some(number)),
        _ => Err(expected("threshold", "a probability from 0 to 1", value)),
    }
}

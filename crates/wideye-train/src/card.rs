//! A model's card: what is known of an exported file, as JSON beside it.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::calibrate::Calibration;
use crate::checkpoint;
use crate::error::{AtPath, Error, ErrorKind, Result};
use crate::evaluate::Evaluation;
use crate::export::{Provenance, WeightType};
use crate::metrics::Accuracy;
use crate::run::TrainedRun;

/// What is known of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The model's name, its file's without the ending.
    pub name: String,
    /// The SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The size of the file in bytes.
    pub size_bytes: usize,
    /// How the file stores weights.
    pub weights: WeightType,
    /// The number of classes.
    pub classes: usize,
    /// Trainable values.
    pub parameters: usize,
    /// Multiply-accumulate operations for one image.
    pub macs: i64,
    /// How it was trained.
    pub provenance: Provenance,
    /// The commands that trained it, in order, as far as told; a continued run has several.
    #[serde(default)]
    pub commands: Vec<String>,
    /// The machine it was trained on, if told.
    pub hardware: Option<String>,
    /// The revision of the trainer's source, if told.
    pub revision: Option<String>,
    /// The temperature and the threshold in the file, once fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// What each way to store the weights costs, once measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weight_types: Vec<WeightTypeAccuracy>,
    /// Accuracy on the validation images, a tenth of the training images of each class, once measured.
    pub validation: Option<Evaluation>,
    /// Accuracy on the test images, once measured.
    pub test: Option<Evaluation>,
}

/// The accuracy of a network whose weights are stored in one way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeightTypeAccuracy {
    /// How the file stores weights.
    pub weights: WeightType,
    /// The size of the file in bytes.
    pub size_bytes: usize,
    /// Accuracy on the validation images.
    pub validation: Accuracy,
}

impl Card {
    /// The card of a run's network as exported into `onnx`.
    pub fn new(
        provenance: &Provenance,
        run: &TrainedRun,
        weights: WeightType,
        onnx: &[u8],
    ) -> Self {
        let classes = run.classes.labels.len();
        Self {
            name: provenance.name.clone(),
            sha256: sha256(onnx),
            size_bytes: onnx.len(),
            weights,
            classes,
            parameters: run.network.trainable_values(),
            macs: run.config.model.macs(classes as i64),
            provenance: provenance.clone(),
            commands: Vec::new(),
            hardware: None,
            revision: None,
            calibration: None,
            weight_types: Vec::new(),
            validation: None,
            test: None,
        }
    }

    /// Makes it the card of the same model with a calibration, `onnx`.
    ///
    /// What follows from the calibration and was measured with the one before is forgotten; which class is the
    /// likeliest does not.
    pub fn calibrate(&mut self, calibration: Calibration, onnx: &[u8]) {
        self.sha256 = sha256(onnx);
        self.size_bytes = onnx.len();
        self.calibration = Some(calibration);
        for evaluation in self.validation.iter_mut().chain(&mut self.test) {
            evaluation.calibration_error = None;
            evaluation.unknown = None;
        }
    }

    /// Records what was measured on the test images, or on those for validation; what was not measured this time stays
    /// as it was.
    pub fn record(&mut self, evaluation: Evaluation, on_test: bool) {
        let place = match on_test {
            true => &mut self.test,
            false => &mut self.validation,
        };
        *place = Some(match place.take() {
            Some(earlier) => evaluation.completed_by(earlier),
            None => evaluation,
        });
    }

    /// Where the card of a model file is: beside it, ending in `.json`.
    pub fn path_for(model: &Path) -> PathBuf {
        model.with_extension("json")
    }

    /// Reads the card of a model file and checks that it is of these bytes.
    ///
    /// # Errors
    /// `Io` if there is no card or it is damaged; `Weights` if it is of another file.
    pub fn read(model: &Path, onnx: &[u8]) -> Result<Self> {
        let path = Self::path_for(model);
        let text = fs::read_to_string(&path).at(&path)?;
        let card: Self = serde_json::from_str(&text)
            .map_err(|e| Error::with_source(ErrorKind::Io { path: path.clone() }, e))?;
        let actual = sha256(onnx);
        if card.sha256 != actual {
            let reason = format!(
                "is the card of a file with SHA-256 {}, the model has {actual}",
                card.sha256
            );
            return Err(Error::new(ErrorKind::Weights { path, reason }));
        }
        Ok(card)
    }

    /// The card's text.
    fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("names and plain numbers") + "\n"
    }

    /// Writes the card beside its model file.
    ///
    /// # Errors
    /// `Io`.
    pub fn write(&self, model: &Path) -> Result<()> {
        checkpoint::replace(&Self::path_for(model), self.to_json().as_bytes())
    }

    /// Writes a model file with the card beside it: each is of no use without the other.
    ///
    /// # Errors
    /// `Io`.
    pub fn write_with(&self, model: &Path, onnx: &[u8]) -> Result<()> {
        let card = (Self::path_for(model), self.to_json());
        checkpoint::replace_all(&[(model, onnx), (&card.0, card.1.as_bytes())])
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(Sha256::new_with_prefix(bytes))
}

pub(crate) fn hexadecimal(digest: Sha256) -> String {
    digest
        .finalize()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::UnknownImages;
    use crate::run::Classes;

    #[test]
    fn what_was_measured_is_recorded_and_forgotten_with_the_calibration() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/models/narrow.json");
        let mut card: Card = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        (card.validation, card.test) = (None, None);
        let measured = |right: usize| {
            let scores = [1.0, 0.0, 1.0, 0.0];
            let labels: Vec<u8> = (0..2).map(|image| u8::from(image >= right)).collect();
            Evaluation::new(
                &scores,
                &scores,
                &labels,
                &Classes::named(&["ash", "beech"]),
            )
        };
        let mut tested = measured(2);
        tested.calibration_error = Some(0.25);
        let scores = [1.0, 0.0];
        tested.unknown = Some(UnknownImages::new(
            Vec::new(),
            (&scores, &scores),
            2,
            1.0,
            None,
        ));
        card.record(tested.clone(), true);
        card.record(measured(1), false);
        assert_eq!(card.test, Some(tested));
        assert_eq!(card.validation, Some(measured(1)));

        let calibration = card.calibration.unwrap();
        card.calibrate(calibration, b"calibrated");
        assert_eq!(card.sha256, sha256(b"calibrated"));
        // Neither temperature nor threshold changes which class is the likeliest.
        assert_eq!(card.test, Some(measured(2)));
        assert_eq!(card.validation, Some(measured(1)));
    }
}

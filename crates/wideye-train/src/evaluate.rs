//! Scores of a network or an exported model over a set of images, and what they amount to.

use std::thread;

use serde::{Deserialize, Serialize};
use wideye_classifier::Classifier;
use wideye_core::Picture;

use crate::corruption::Corruption;
use crate::dataset::{Images, SIDE, to_hwc};
use crate::error::{Error, ErrorKind, Result};
use crate::metrics::{Accuracy, accuracy, auroc, confidences, confusion_matrix};
use crate::network::Network;
use crate::run::Classes;
use crate::train::images_tensor;

const BATCH: usize = 250;

/// Whether images are evaluated in colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    /// As they are.
    Kept,
    /// As greyscale copies.
    Greyscale,
}

/// Scores by libtorch.
///
/// # Shapes
/// - returns: `[n, classes]`
///
/// # Errors
/// [`ErrorKind::Torch`](crate::ErrorKind::Torch) if the scores cannot be read back.
pub fn network_logits(network: &Network, images: &Images, colours: Colours) -> Result<Vec<f32>> {
    let mut logits = Vec::new();
    for batch in batches(images, BATCH) {
        let images = images_tensor(&images_nchw(&batch, colours), SIDE).to_device(network.device());
        logits.extend(Vec::<f32>::try_from(network.logits(&images).reshape([-1]))?);
    }
    finite(logits)
}

fn finite(logits: Vec<f32>) -> Result<Vec<f32>> {
    match logits.iter().all(|score| score.is_finite()) {
        true => Ok(logits),
        false => Err(Error::new(ErrorKind::NotFinite)),
    }
}

/// Scores by the classifier that browsers and the command line use, on all cores.
///
/// # Shapes
/// - returns: `[n, classes]`
///
/// # Errors
/// [`ErrorKind::InputSize`] for a model of other images than 32x32, [`ErrorKind::Classifier`] if the classifier fails,
/// [`ErrorKind::NotFinite`] if a score is no number.
pub fn classifier_logits(
    classifier: &Classifier,
    images: &Images,
    colours: Colours,
) -> Result<Vec<f32>> {
    let (width, height) = (
        classifier.info().input_width,
        classifier.info().input_height,
    );
    if [width, height] != [SIDE as u32; 2] {
        return Err(Error::new(ErrorKind::InputSize { width, height }));
    }
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = images.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = batches(images, share)
            .map(|part| scope.spawn(move || scores_of(classifier, &part, colours)))
            .collect();
        let mut logits = Vec::new();
        for part in parts {
            logits.extend(part.join().expect("the classifier does not panic")?);
        }
        finite(logits)
    })
}

fn scores_of(classifier: &Classifier, images: &Images, colours: Colours) -> Result<Vec<f32>> {
    let mut logits = Vec::new();
    for batch in batches(images, BATCH) {
        let outputs = classifier.run(&images_nchw(&batch, colours));
        logits.extend(
            outputs
                .map_err(|e| Error::with_source(ErrorKind::Classifier, e))?
                .logits,
        );
    }
    Ok(logits)
}

/// How well a model does on a set of images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The number of images.
    pub images: usize,
    /// Accuracy over all images.
    pub accuracy: Accuracy,
    /// The share of images whose likeliest class is of the right superclass, if there are superclasses.
    pub superclass_top1: Option<f64>,
    /// Accuracy over the greyscale copies of all images.
    pub greyscale: Accuracy,
    /// Accuracy of the mean of an image's scores and its mirror image's, if measured. Nothing that is shipped looks
    /// twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_mirrored: Option<Accuracy>,
    /// The expected calibration error over 15 bins, at the model's temperature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration_error: Option<f64>,
    /// How well images of other classes are told from these, if measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<UnknownImages>,
    /// Accuracy on images made worse, if measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corruptions: Vec<CorruptionAccuracy>,
    /// Top-1 accuracy for each superclass.
    pub by_superclass: Vec<ClassAccuracy>,
    /// Top-1 accuracy for each class.
    pub by_class: Vec<ClassAccuracy>,
    /// How often images of each class (row) were taken for each class (column).
    #[serde(skip)]
    pub confusion: Vec<Vec<u32>>,
    /// The same of greyscale copies.
    #[serde(skip)]
    pub greyscale_confusion: Vec<Vec<u32>>,
}

/// How well a model does on images made worse.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CorruptionAccuracy {
    /// The corruption's name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// The share classified right.
    pub top1: f64,
}

/// How well a model tells images of classes that it does not have from those that it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnknownImages {
    /// The classes that the model does not have.
    pub classes: Vec<String>,
    /// The number of their images.
    pub images: usize,
    /// The share of pairs of a known and an unknown image in which the likeliest class of the known one is
    /// the more probable (area under the receiver operating characteristic).
    pub auroc: f64,
    /// The share of unknown images that reach the model's threshold all the same, if it has one.
    pub taken_for_known: Option<f64>,
    /// The share of the images of its own classes, right and wrong, that reach it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<f64>,
}

impl UnknownImages {
    /// Compares the scores of images that a model has classes for with those of others.
    ///
    /// # Shapes
    /// - `known`, `unknown`: `[n, count]` each
    pub fn new(
        classes: Vec<String>,
        (known, unknown): (&[f32], &[f32]),
        count: usize,
        temperature: f32,
        threshold: Option<f32>,
    ) -> Self {
        let probabilities = |logits: &[f32]| -> Vec<f32> {
            let labels = vec![0; logits.len() / count];
            let found = confidences(logits, count, &labels, temperature);
            found.into_iter().map(|c| c.probability).collect()
        };
        let (known, unknown) = (probabilities(known), probabilities(unknown));
        let reaching = |probabilities: &[f32], threshold| {
            let reaching = probabilities.iter().filter(|&&p| p >= threshold).count();
            reaching as f64 / probabilities.len().max(1) as f64
        };
        Self {
            classes,
            images: unknown.len(),
            auroc: auroc(&known, &unknown),
            taken_for_known: threshold.map(|threshold| reaching(&unknown, threshold)),
            kept: threshold.map(|threshold| reaching(&known, threshold)),
        }
    }
}

/// How well a model does on the images of one class or superclass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassAccuracy {
    /// Its name.
    pub label: String,
    /// The number of images.
    pub images: usize,
    /// The share classified right.
    pub top1: f64,
    /// The same on greyscale copies.
    pub greyscale_top1: f64,
}

impl Evaluation {
    /// Evaluates scores, `[n, classes]`, of images and of their greyscale copies.
    pub fn new(logits: &[f32], greyscale_logits: &[f32], labels: &[u8], classes: &Classes) -> Self {
        let count = classes.labels.len();
        let confusion = confusion_matrix(logits, count, labels);
        let greyscale = confusion_matrix(greyscale_logits, count, labels);
        let of = |label: &str, members: &[usize]| {
            let sum = |matrix: &[Vec<u32>]| members.iter().map(|&c| matrix[c][c]).sum::<u32>();
            let images: u32 = members.iter().flat_map(|&c| &confusion[c]).sum();
            let share = |right: u32| f64::from(right) / f64::from(images.max(1));
            ClassAccuracy {
                label: label.into(),
                images: images as usize,
                top1: share(sum(&confusion)),
                greyscale_top1: share(sum(&greyscale)),
            }
        };
        let members = |superclass: usize| -> Vec<usize> {
            (0..count)
                .filter(|&c| classes.superclass_of[c] == superclass)
                .collect()
        };
        let superclass_top1 = (!classes.superclasses.is_empty()).then(|| {
            let group = &classes.superclass_of;
            let pairs = confusion
                .iter()
                .enumerate()
                .flat_map(|(c, row)| row.iter().enumerate().map(move |(p, n)| (c, p, n)));
            let right: u32 = pairs
                .filter(|&(c, p, _)| group[c] == group[p])
                .map(|(_, _, n)| n)
                .sum();
            f64::from(right) / labels.len().max(1) as f64
        });
        Self {
            images: labels.len(),
            accuracy: accuracy(logits, count, labels),
            superclass_top1,
            greyscale: accuracy(greyscale_logits, count, labels),
            with_mirrored: None,
            calibration_error: None,
            unknown: None,
            corruptions: Vec::new(),
            by_superclass: classes
                .superclasses
                .iter()
                .enumerate()
                .map(|(s, name)| of(name, &members(s)))
                .collect(),
            by_class: classes
                .labels
                .iter()
                .enumerate()
                .map(|(c, name)| of(name, &[c]))
                .collect(),
            confusion,
            greyscale_confusion: greyscale,
        }
    }
}

impl Evaluation {
    /// With what an earlier evaluation of the same model has measured and this one has not, if it was on as many
    /// images.
    #[must_use]
    pub(crate) fn completed_by(mut self, earlier: Self) -> Self {
        if self.images != earlier.images {
            return self;
        }
        self.with_mirrored = self.with_mirrored.or(earlier.with_mirrored);
        self.unknown = self.unknown.or(earlier.unknown);
        let measured = |name: &str| self.corruptions.iter().any(|c| c.name == name);
        let mut corruptions = earlier.corruptions;
        corruptions.retain(|c| !measured(&c.name));
        self.corruptions.extend(corruptions);
        let place = |c: &CorruptionAccuracy| Corruption::ALL.iter().position(|a| a.name == c.name);
        self.corruptions.sort_by_key(place);
        self
    }
}

fn batches(images: &Images, size: usize) -> impl Iterator<Item = Images> {
    (0..images.len()).step_by(size).map(move |start| {
        let indices: Vec<usize> = (start..(start + size).min(images.len())).collect();
        images.select(&indices)
    })
}

/// `[n, 3, 32, 32]`, `0.0..=1.0`.
pub(crate) fn images_nchw(images: &Images, colours: Colours) -> Vec<f32> {
    (0..images.len())
        .flat_map(|index| {
            let pixels_hwc = to_hwc(images.pixels_chw(index));
            let picture = Picture::from_rgb(SIDE as u32, SIDE as u32, pixels_hwc)
                .expect("three values a pixel");
            match colours {
                Colours::Kept => picture.to_nchw(),
                Colours::Greyscale => picture.greyscale().to_nchw(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use wideye_classifier::ModelDescription;

    use super::*;

    #[test]
    fn shares_by_class_and_superclass() {
        let classes = Classes {
            superclasses: ["trees", "animals"].map(String::from).into(),
            superclass_of: vec![0, 0, 1],
            ..Classes::named(&["ash", "beech", "cat"])
        };
        // Five images of classes 0, 0, 1, 2, 2, taken for 0, 1, 1, 2, 0 in colour and for 0 in grey.
        let one_hot = |class: usize| (0..3).map(move |c| if c == class { 1.0 } else { 0.0 });
        let logits: Vec<f32> = [0, 1, 1, 2, 0].into_iter().flat_map(one_hot).collect();
        let grey: Vec<f32> = [0; 5].into_iter().flat_map(one_hot).collect();
        let evaluation = Evaluation::new(&logits, &grey, &[0, 0, 1, 2, 2], &classes);
        assert_eq!(evaluation.accuracy.top1, 0.6);
        assert_eq!(evaluation.superclass_top1, Some(0.8));
        assert_eq!(evaluation.greyscale.top1, 0.4);
        let top1 = |all: &[ClassAccuracy]| {
            all.iter()
                .map(|c| (c.images, c.top1, c.greyscale_top1))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            top1(&evaluation.by_class),
            [(2, 0.5, 1.0), (1, 1.0, 0.0), (2, 0.5, 0.0)]
        );
        assert_eq!(
            top1(&evaluation.by_superclass),
            [(3, 2.0 / 3.0, 2.0 / 3.0), (2, 0.5, 0.0)]
        );
        assert_eq!(evaluation.confusion, [[1, 1, 0], [0, 1, 0], [1, 0, 1]]);
    }

    #[test]
    fn what_was_not_measured_again_stays() {
        let classes = Classes::named(&["ash", "beech"]);
        let measured = |top1: f64, corruptions: &[&str]| {
            let mut evaluation = Evaluation::new(&[1.0, 0.0], &[1.0, 0.0], &[0], &classes);
            evaluation.corruptions = corruptions
                .iter()
                .map(|&name| CorruptionAccuracy {
                    name: name.into(),
                    description: String::new(),
                    top1,
                })
                .collect();
            evaluation
        };
        let mut earlier = measured(0.25, &["contrast-3", "jpeg-30"]);
        earlier.with_mirrored = Some(earlier.accuracy);
        let scores = [1.0, 0.0];
        let unknown = UnknownImages::new(Vec::new(), (&scores, &scores), 2, 1.0, None);
        earlier.unknown = Some(unknown.clone());
        let completed = measured(0.5, &["jpeg-30"]).completed_by(earlier.clone());
        assert_eq!(completed.with_mirrored, earlier.with_mirrored);
        assert_eq!(completed.unknown, Some(unknown));
        let corruptions = completed.corruptions.iter();
        let corruptions: Vec<_> = corruptions.map(|c| (c.name.as_str(), c.top1)).collect();
        assert_eq!(corruptions, [("contrast-3", 0.25), ("jpeg-30", 0.5)]);
        earlier.images = 2;
        let alone = measured(0.5, &["jpeg-30"]);
        assert_eq!(alone.clone().completed_by(earlier), alone);
    }

    #[test]
    fn unknown_images_are_less_certain() {
        // Probabilities of the likeliest of two classes: 3/4 and 1/2 known, 2/3 and 1/2 unknown.
        let known = [3.0f32.ln(), 0.0, 0.0, 0.0];
        let unknown = [0.0, 2.0f32.ln(), 1.0, 1.0];
        let measured =
            UnknownImages::new(vec!["ship".into()], (&known, &unknown), 2, 1.0, Some(0.7));
        // 3/4 beats both, 1/2 loses once and ties once.
        assert_eq!(measured.auroc, 2.5 / 4.0);
        assert_eq!((measured.images, measured.taken_for_known), (2, Some(0.0)));
        assert_eq!(measured.kept, Some(0.5));
    }

    #[test]
    fn a_model_of_other_images_is_refused() {
        let path = "../../tests/fixtures/models/foreign/softmax.onnx";
        let description = ModelDescription {
            labels: Some(["ash", "birch", "cedar", "elm"].map(String::from).into()),
            ..ModelDescription::default()
        };
        let onnx = std::fs::read(path).unwrap();
        let classifier = Classifier::with_description(&onnx, &description).unwrap();
        let images = Images::new(vec![0; 3 * SIDE * SIDE], vec![0]);
        let error = classifier_logits(&classifier, &images, Colours::Kept).unwrap_err();
        let (width, height) = (24, 20);
        assert_eq!(*error.kind(), ErrorKind::InputSize { width, height });
    }

    #[test]
    fn planes_become_pixels() {
        let mut pixels = vec![0; 3 * SIDE * SIDE];
        pixels[5] = 255; // red, row 0, column 5
        pixels[SIDE * SIDE + 2 * SIDE] = 51; // green, row 2, column 0
        let images = Images::new(pixels, vec![0]);
        let colour = images_nchw(&images, Colours::Kept);
        assert_eq!((colour[5], colour[SIDE * SIDE + 2 * SIDE]), (1.0, 0.2));
        let grey = images_nchw(&images, Colours::Greyscale);
        // 0.299 * 255 = 76.2 and 0.587 * 51 = 29.9, in all three planes.
        assert_eq!(
            (grey[5], grey[2 * SIDE * SIDE + 5]),
            (76.0 / 255.0, 76.0 / 255.0)
        );
        assert_eq!(grey[2 * SIDE], 30.0 / 255.0);
    }
}

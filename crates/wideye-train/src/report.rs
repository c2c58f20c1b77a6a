//! What is told about runs: their curves, and what their networks get right and wrong.

mod page;

use crate::calibrate::Calibration;
use crate::config::Config;
use crate::dataset::{Dataset, Images};
use crate::error::Result;
use crate::evaluate::{Colours, Evaluation, network_logits};
use crate::metrics::{Confidence, confidences};
use crate::pictures::image_png;
use crate::run::{Classes, EpochMetrics, RunFolder};

pub use self::page::page;

/// How many of the worst mistakes are shown.
const MISTAKES: usize = 40;

/// The share of rightly classified images that stay known, for the threshold of a calibration.
const KEPT: f64 = 0.95;

/// One run in a report.
#[derive(Debug)]
pub struct RunReport {
    /// The folder's name.
    pub name: String,
    /// The resolved configuration.
    pub config: Config,
    /// What was measured after each epoch so far.
    pub metrics: Vec<EpochMetrics>,
    /// What its network says of images, once measured.
    pub measured: Option<Measured>,
    folder: RunFolder,
}

/// What a run's network says of images.
#[derive(Debug)]
pub struct Measured {
    /// The classes.
    pub classes: Classes,
    /// Accuracy, over all and by class.
    pub evaluation: Evaluation,
    /// How probable each image's likeliest class is, and whether it is right.
    pub confidences: Vec<Confidence>,
    /// The same after a temperature fitted on the validation images.
    pub calibrated: Vec<Confidence>,
    /// That temperature.
    pub temperature: f32,
    /// The images that were taken for another class with the highest probability, the worst first.
    pub mistakes: Vec<Mistake>,
}

/// An image that was taken for another class.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// The image as a PNG.
    pub png: Vec<u8>,
    /// Its class.
    pub class: usize,
    /// What it was taken for.
    pub taken_for: usize,
    /// How probable that was said to be.
    pub probability: f32,
}

impl RunReport {
    /// Reads a run's configuration and metrics.
    ///
    /// # Errors
    /// `Io` or `Config` if the folder holds no run or a damaged one.
    pub fn read(folder: &RunFolder) -> Result<Self> {
        let path = std::path::absolute(folder.path()).unwrap_or_else(|_| folder.path().into());
        let name = path.file_name().unwrap_or(path.as_os_str());
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            config: Config::read(&folder.config(), &[])?,
            metrics: folder.read_metrics()?,
            measured: None,
            folder: folder.clone(),
        })
    }

    /// Whether there is a network worth measuring: before the first epoch is done there are random weights.
    pub fn has_network(&self) -> bool {
        !self.metrics.is_empty()
    }

    /// Measures the run's network on the test images of a data set or on its validation images.
    ///
    /// # Errors
    /// Those of [`RunFolder::load_as_trained`] and [`Dataset::validation_of`], and `Run` if its classes are not the
    /// network's.
    pub fn measure(&mut self, data: &Dataset, on_test: bool) -> Result<()> {
        let run = self.folder.load_as_trained()?;
        if run.classes.labels != data.labels {
            let reason = "its network's classes are not those of the data set; name another with --dataset and --data";
            return Err(self.folder.error(reason));
        }
        let logits = |images, colours| network_logits(&run.network, images, colours);
        let validation = data.validation_of(run.classes.train_sha256.as_deref())?;
        let fitted_on = logits(&validation, Colours::Kept)?;
        let calibration =
            Calibration::fit(&fitted_on, data.labels.len(), validation.labels(), KEPT);
        let (images, kept) = match on_test {
            true => (&data.test, logits(&data.test, Colours::Kept)?),
            false => (&validation, fitted_on),
        };
        let greyscale = logits(images, Colours::Greyscale)?;
        let scores = (kept.as_slice(), greyscale.as_slice());
        self.measured = Some(Measured::new(
            scores,
            images,
            run.classes,
            calibration.temperature,
        ));
        Ok(())
    }
}

impl Measured {
    /// Gathers what scores, `[n, classes]`, say of images and of their greyscale copies.
    fn new(
        (logits, greyscale): (&[f32], &[f32]),
        images: &Images,
        classes: Classes,
        temperature: f32,
    ) -> Self {
        let (count, labels) = (classes.labels.len(), images.labels());
        let found = confidences(logits, count, labels, 1.0);
        Self {
            evaluation: Evaluation::new(logits, greyscale, labels, &classes),
            mistakes: mistakes(logits, &found, images, count),
            calibrated: confidences(logits, count, labels, temperature),
            confidences: found,
            temperature,
            classes,
        }
    }
}

fn mistakes(
    logits: &[f32],
    confidences: &[Confidence],
    images: &Images,
    count: usize,
) -> Vec<Mistake> {
    let mut wrong: Vec<usize> = (0..images.len())
        .filter(|&i| !confidences[i].right)
        .collect();
    let probability = |i: usize| confidences[i].probability;
    wrong.sort_by(|&a, &b| probability(b).total_cmp(&probability(a)).then(a.cmp(&b)));
    wrong.truncate(MISTAKES);
    let mistake = |i: usize| Mistake {
        png: image_png(images.pixels_chw(i)),
        class: images.labels()[i].into(),
        taken_for: wideye_core::top_k(&logits[i * count..][..count], 1)[0],
        probability: probability(i),
    };
    wrong.into_iter().map(mistake).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::IMAGE_LEN;

    #[test]
    fn the_worst_mistake_comes_first() {
        let classes = Classes::named(&["ash", "beech"]);
        let pixels = (0..4 * IMAGE_LEN).map(|i| (i / IMAGE_LEN) as u8).collect();
        let images = Images::new(pixels, vec![0, 0, 1, 1]);
        // The first is right; of the others the third is wrong with more certainty than the second.
        let logits = [3.0, 0.0, 0.0, 1.0, 5.0, 0.0, 0.0, 2.0];
        let measured = Measured::new((&logits, &logits), &images, classes, 2.0);
        let found: Vec<_> = measured
            .mistakes
            .iter()
            .map(|m| (m.class, m.taken_for))
            .collect();
        assert_eq!(found, [(1, 0), (0, 1)]);
        let picture = image::load_from_memory(&measured.mistakes[0].png)
            .unwrap()
            .to_rgb8();
        assert_eq!(picture.dimensions(), (32, 32));
        assert_eq!(picture.get_pixel(31, 0).0, [2; 3]);
        assert_eq!(measured.evaluation.accuracy.top1, 0.5);
        // The first says 1 / (1 + e^-3) at a temperature of 1 and 1 / (1 + e^-1.5) at 2.
        assert!((measured.confidences[0].probability - 0.952_574).abs() < 1e-6);
        assert!((measured.calibrated[0].probability - 0.817_574).abs() < 1e-6);
    }
}

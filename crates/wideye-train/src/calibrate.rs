//! Probabilities that mean what they say, and a threshold below which a model does not know.

use serde::{Deserialize, Serialize};

use crate::metrics::{Confidence, confidences, cross_entropy, expected_calibration_error};

/// Bins of the calibration error.
pub(crate) const BINS: usize = 15;

/// Temperatures among which the best is looked for.
const COLDEST: f64 = 0.05;
const HOTTEST: f64 = 20.0;

/// Steps that leave of the logarithm's range what float32 cannot tell apart.
const STEPS: usize = 60;

/// What a model's scores are divided by, and from which probability it knows; fitted on images that
/// it was not trained on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// What logits are divided by before softmax.
    pub temperature: f32,
    /// The probability of the likeliest class from which an image counts as known.
    pub known_threshold: f32,
    /// The least share of rightly classified images that stays known.
    pub kept: f64,
    /// The number of images that it was fitted on.
    pub images: usize,
    /// The expected calibration error over 15 bins on these images at a temperature of 1.
    pub error_before: f64,
    /// The same at the fitted temperature.
    pub error_after: f64,
}

impl Calibration {
    /// Fits a temperature by the likelihood of the labels, and a threshold that `kept` of the
    /// rightly classified images reach.
    ///
    /// Source: Guo et al., On Calibration of Modern Neural Networks (2017), section 4.2; Hendrycks
    /// and Gimpel, A Baseline for Detecting Misclassified and Out-of-Distribution Examples (2016); Platt,
    /// Probabilistic Outputs for Support Vector Machines (1999), section 2.2, for targets short of 1: a few images
    /// that are all classified right do not make the model certain.
    ///
    /// # Shapes
    /// - `logits`: `[n, classes]`
    /// - `labels`: `[n]`
    ///
    /// # Panics
    /// If there is no image or `kept` is not from 0 to 1.
    pub fn fit(logits: &[f32], classes: usize, labels: &[u8], kept: f64) -> Self {
        assert!(!labels.is_empty(), "something to fit on");
        assert!((0.0..=1.0).contains(&kept), "a share");
        let temperature = fit_temperature(logits, classes, labels) as f32;
        let raw = confidences(logits, classes, labels, 1.0);
        let calibrated = confidences(logits, classes, labels, temperature);
        Self {
            temperature,
            known_threshold: threshold(&calibrated, kept),
            kept,
            images: labels.len(),
            error_before: expected_calibration_error(&raw, BINS),
            error_after: expected_calibration_error(&calibrated, BINS),
        }
    }
}

/// The expected calibration error at a temperature, over 15 bins.
///
/// # Shapes
/// - `logits`: `[n, classes]`
/// - `labels`: `[n]`
pub fn calibration_error(logits: &[f32], classes: usize, labels: &[u8], temperature: f32) -> f64 {
    expected_calibration_error(&confidences(logits, classes, labels, temperature), BINS)
}

/// The temperature at which the labels are likeliest, but for some doubt, by golden-section search over its logarithm. The target of a
/// label is (n + 1) / (n + 2) for n images, and the other classes share what is left.
fn fit_temperature(logits: &[f32], classes: usize, labels: &[u8]) -> f64 {
    let golden = (5.0f64.sqrt() - 1.0) / 2.0;
    let doubt = match classes {
        1 => 0.0,
        _ => 1.0 / (labels.len() + 2) as f64,
    };
    let loss = |log: f64| cross_entropy(logits, classes, labels, doubt, log.exp());
    let (mut low, mut high) = (COLDEST.ln(), HOTTEST.ln());
    let (mut left, mut right) = (high - golden * (high - low), low + golden * (high - low));
    let (mut left_loss, mut right_loss) = (loss(left), loss(right));
    for _ in 0..STEPS {
        if left_loss < right_loss {
            (high, right, right_loss) = (right, left, left_loss);
            left = high - golden * (high - low);
            left_loss = loss(left);
        } else {
            (low, left, left_loss) = (left, right, right_loss);
            right = low + golden * (high - low);
            right_loss = loss(right);
        }
    }
    f64::midpoint(low, high).exp()
}

/// The largest probability that `kept` of the rightly classified images reach; 0 if none is right.
fn threshold(confidences: &[Confidence], kept: f64) -> f32 {
    let mut right: Vec<f32> = confidences
        .iter()
        .filter(|c| c.right)
        .map(|c| c.probability)
        .collect();
    right.sort_by(|a, b| b.total_cmp(a));
    let reaching = (kept * right.len() as f64).ceil() as usize;
    match (right.first(), reaching) {
        (None, _) => 0.0,
        (Some(largest), 0) => largest.next_up().min(1.0),
        _ => right[reaching - 1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four images of two classes, three of them right, all with scores (2, 0).
    fn three_of_four() -> (Vec<f32>, [u8; 4]) {
        ([2.0, 0.0].repeat(4), [0, 0, 0, 1])
    }

    #[test]
    fn the_temperature_makes_confidence_match_accuracy() {
        let (logits, labels) = three_of_four();
        // Targets of 5/6 three times and 1/6: their mean is 2/3, a difference of ln 2 between the scores.
        let expected = 2.0 / 2.0f64.ln();
        let fitted = fit_temperature(&logits, 2, &labels);
        assert!((fitted - expected).abs() < 1e-6, "{fitted}, not {expected}");
        let calibration = Calibration::fit(&logits, 2, &labels, 1.0);
        assert!((calibration.error_after - 1.0 / 12.0).abs() < 1e-6);
        // At a temperature of 1 all say 1 / (1 + e^-2) = 0.880797.
        assert!((calibration.error_before - 0.130_797).abs() < 1e-6);
        assert!((calibration.known_threshold - 2.0 / 3.0).abs() < 1e-6);
        // With a thousand times as many images it is near 3/4, a difference of ln 3.
        let many = (logits.repeat(1000), labels.repeat(1000));
        let calibration = Calibration::fit(&many.0, 2, &many.1, 1.0);
        assert!(calibration.error_after < 2e-4, "{calibration:?}");
    }

    #[test]
    fn a_few_images_that_are_all_right_leave_doubt() {
        // 20 images of two classes: a target of 21/22.
        let calibration = Calibration::fit(&[0.6, 0.0].repeat(20), 2, &[0; 20], 0.95);
        assert!((calibration.known_threshold - 21.0 / 22.0).abs() < 1e-6);
        let one_class = Calibration::fit(&[0.6; 3], 1, &[0; 3], 0.95);
        assert_eq!(one_class.known_threshold, 1.0);
    }

    #[test]
    fn the_threshold_keeps_the_share_of_the_right_ones() {
        let confidence = |(probability, right)| Confidence { probability, right };
        let all = [
            (0.9, true),
            (0.8, true),
            (0.7, false),
            (0.6, true),
            (0.5, true),
        ];
        let all = all.map(confidence);
        for (kept, expected) in [(1.0, 0.5), (0.75, 0.6), (0.7, 0.6), (0.5, 0.8)] {
            assert_eq!(threshold(&all, kept), expected, "{kept}");
        }
        assert!(threshold(&all, 0.0) > 0.9);
        assert_eq!(threshold(&all[2..3], 0.95), 0.0, "none is right");
    }
}

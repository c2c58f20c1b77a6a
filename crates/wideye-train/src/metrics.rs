//! What is measured of a classifier's scores.

use serde::{Deserialize, Serialize};
use wideye_core::{softmax, top_k};

/// Shares of images classified right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// The share whose class has the highest score.
    pub top1: f64,
    /// The share whose class is among the five highest scores.
    pub top5: f64,
}

/// Top-1 and top-5 accuracy.
///
/// # Shapes
/// - `logits`: `[n, classes]`
/// - `labels`: `[n]`
pub fn accuracy(logits: &[f32], classes: usize, labels: &[u8]) -> Accuracy {
    let (mut top1, mut top5) = (0, 0);
    for (scores, &label) in logits.chunks_exact(classes).zip(labels) {
        let rank = top_k(scores, 5)
            .iter()
            .position(|&class| class == usize::from(label));
        top1 += usize::from(rank == Some(0));
        top5 += usize::from(rank.is_some());
    }
    let share = |count: usize| count as f64 / labels.len().max(1) as f64;
    Accuracy {
        top1: share(top1),
        top5: share(top5),
    }
}

/// The mean cross-entropy, in nats, of scores at a temperature and targets that leave the share `doubt` to all classes but the
/// label.
///
/// # Shapes
/// - `logits`: `[n, classes]`
/// - `labels`: `[n]`
pub(crate) fn cross_entropy(
    logits: &[f32],
    classes: usize,
    labels: &[u8],
    doubt: f64,
    temperature: f64,
) -> f64 {
    let of_image = |(scores, &label): (&[f32], &u8)| {
        let scaled = |score: f32| f64::from(score) / temperature;
        let max = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let exponentials = scores.iter().map(|&s| (scaled(s) - scaled(max)).exp());
        let log_sum = exponentials.sum::<f64>().ln() + scaled(max);
        let right = scaled(scores[usize::from(label)]);
        let wrong = scores.iter().map(|&s| scaled(s)).sum::<f64>() - right;
        log_sum - (1.0 - doubt) * right - doubt * wrong / (classes - 1).max(1) as f64
    };
    let images = logits.chunks_exact(classes).zip(labels);
    images.map(of_image).sum::<f64>() / labels.len() as f64
}

/// How often images of each class (row) are taken for each class (column).
///
/// # Shapes
/// - `logits`: `[n, classes]`
/// - `labels`: `[n]`
/// - returns: `[classes][classes]`
pub fn confusion_matrix(logits: &[f32], classes: usize, labels: &[u8]) -> Vec<Vec<u32>> {
    let mut matrix = vec![vec![0; classes]; classes];
    for (scores, &label) in logits.chunks_exact(classes).zip(labels) {
        matrix[usize::from(label)][top_k(scores, 1)[0]] += 1;
    }
    matrix
}

/// What a classifier says of one image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence {
    /// The probability of the likeliest class.
    pub probability: f32,
    /// Whether the image is of that class.
    pub right: bool,
}

/// What scores say of each image at a temperature.
///
/// # Shapes
/// - `logits`: `[n, classes]`
/// - `labels`: `[n]`
///
/// # Panics
/// If a score is not finite or the temperature is not above 0.
pub fn confidences(
    logits: &[f32],
    classes: usize,
    labels: &[u8],
    temperature: f32,
) -> Vec<Confidence> {
    let images = logits.chunks_exact(classes).zip(labels);
    let of_image = |(scores, &label): (&[f32], &u8)| {
        let probabilities = softmax(scores, temperature).expect("scores are finite");
        let likeliest = top_k(scores, 1)[0];
        Confidence {
            probability: probabilities[likeliest],
            right: likeliest == usize::from(label),
        }
    };
    images.map(of_image).collect()
}

/// What was said of the images whose likeliest class has a probability within some bounds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ReliabilityBin {
    /// The number of images.
    pub images: usize,
    /// The mean probability of the likeliest class; 0 of no image.
    pub confidence: f64,
    /// The share classified right; 0 of no image.
    pub accuracy: f64,
}

/// Images by the probability of their likeliest class, in bins of equal width, open below and
/// closed above.
pub fn reliability_bins(confidences: &[Confidence], bins: usize) -> Vec<ReliabilityBin> {
    let mut found = vec![ReliabilityBin::default(); bins];
    for confidence in confidences {
        let probability = f64::from(confidence.probability);
        let bin = (probability * bins as f64).ceil() as usize;
        let bin = &mut found[bin.clamp(1, bins) - 1];
        bin.images += 1;
        bin.confidence += probability;
        bin.accuracy += f64::from(u8::from(confidence.right));
    }
    for bin in &mut found {
        let images = bin.images.max(1) as f64;
        bin.confidence /= images;
        bin.accuracy /= images;
    }
    found
}

/// How far probabilities are from the share that is right, on average over bins of equal width.
///
/// Source: Guo et al., On Calibration of Modern Neural Networks (2017), equation 3.
pub fn expected_calibration_error(confidences: &[Confidence], bins: usize) -> f64 {
    let of_bin = |bin: &ReliabilityBin| bin.images as f64 * (bin.accuracy - bin.confidence).abs();
    let bins = reliability_bins(confidences, bins);
    bins.iter().map(of_bin).sum::<f64>() / confidences.len().max(1) as f64
}

/// The area under the receiver operating characteristic: the share of pairs in which the score of
/// the positive is higher; equal scores count half. A half if there is no pair.
///
/// Source: Fawcett, An introduction to ROC analysis (2006), section 7.
pub fn auroc(positives: &[f32], negatives: &[f32]) -> f64 {
    let pairs = positives.len() * negatives.len();
    if pairs == 0 {
        return 0.5;
    }
    let mut sorted = negatives.to_vec();
    sorted.sort_by(f32::total_cmp);
    let wins = |score: f32| {
        let below = sorted.partition_point(|&other| other < score);
        let not_above = sorted.partition_point(|&other| other <= score);
        (below + not_above) as f64 / 2.0
    };
    positives.iter().map(|&score| wins(score)).sum::<f64>() / pairs as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confidence((probability, right): (f32, bool)) -> Confidence {
        Confidence { probability, right }
    }

    #[test]
    fn calibration_error_by_hand() {
        // Two bins: (0, 0.5] says 0.25 + 0.5 of one right, (0.5, 1] says 0.75 + 1 of one right:
        // |0.75 - 1| + |1.75 - 1| = 1 over four images.
        let images = [(0.25, true), (0.5, false), (0.75, false), (1.0, true)].map(confidence);
        assert_eq!(expected_calibration_error(&images, 2), 0.25);
        let bin = |confidence| ReliabilityBin {
            images: 2,
            confidence,
            accuracy: 0.5,
        };
        assert_eq!(reliability_bins(&images, 2), [bin(0.375), bin(0.875)]);
        // One bin: |2.5 - 2| over four.
        assert_eq!(expected_calibration_error(&images, 1), 0.125);
        assert_eq!(expected_calibration_error(&[], 15), 0.0);
    }

    #[test]
    fn the_area_counts_pairs() {
        // 0.8 beats both, 0.4 beats 0.3 and ties with 0.4: 3.5 of 4 pairs.
        assert_eq!(auroc(&[0.8, 0.4], &[0.3, 0.4]), 0.875);
        assert_eq!(auroc(&[0.1], &[0.9]), 0.0);
        assert_eq!(auroc(&[], &[0.9]), 0.5);
    }

    #[test]
    fn confidence_is_that_of_the_likeliest_class() {
        let logits = [0.0, 3.0f32.ln(), 0.0, 0.0];
        let found = confidences(&logits, 2, &[1, 1], 1.0);
        assert!((found[0].probability - 0.75).abs() < 1e-6 && found[0].right);
        // Of equal scores the first class is the likeliest.
        assert_eq!(found[1], confidence((0.5, false)));
    }

    /// Four images, seven classes; the likeliest classes are 6, 0, 3 and 3.
    const LOGITS: [f32; 28] = [
        0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, //
        9.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1.0, //
        1.0, 1.0, 1.0, 2.0, 0.5, 0.4, 0.3, //
        0.0, 3.0, 0.0, 4.0, 0.0, 2.0, 1.0,
    ];

    #[test]
    fn accuracy_by_hand() {
        // Ranks of the labels: 6 first; 6 last of seven; 4 fifth; 0 below the five of 3, 1, 5, 6 and a tie
        // that goes to the lower index, 0 itself.
        let accuracy = accuracy(&LOGITS, 7, &[6, 6, 4, 0]);
        assert_eq!(
            accuracy,
            Accuracy {
                top1: 0.25,
                top5: 0.75
            }
        );
    }

    #[test]
    fn the_cross_entropy_by_hand() {
        // Four images with scores (2, 0), three of them of the first class. At a temperature of 2 the difference is
        // 1: ln(1 + e^-1) = 0.313262 three times, and 1.313262.
        let (logits, labels) = ([2.0, 0.0].repeat(4), [0, 0, 0, 1]);
        let (likely, unlikely) = (0.313_262, 1.313_262);
        for (doubt, expected) in [
            (0.0, (3.0 * likely + unlikely) / 4.0),
            (0.5, (likely + unlikely) / 2.0),
        ] {
            let loss = cross_entropy(&logits, 2, &labels, doubt, 2.0);
            assert!((loss - expected).abs() < 1e-6, "{doubt}: {loss}");
        }
    }

    #[test]
    fn confusion_counts_rows_by_true_class() {
        let matrix = confusion_matrix(&LOGITS, 7, &[6, 6, 4, 4]);
        assert_eq!(matrix[6][6], 1);
        assert_eq!(matrix[6][0], 1);
        assert_eq!(matrix[4][3], 2);
        assert_eq!(matrix.iter().flatten().sum::<u32>(), 4);
    }
}

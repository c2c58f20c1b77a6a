//! What is measured of a classifier's scores.

use serde::{Deserialize, Serialize};
use wideye_core::top_k;

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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn confusion_counts_rows_by_true_class() {
        let matrix = confusion_matrix(&LOGITS, 7, &[6, 6, 4, 4]);
        assert_eq!(matrix[6][6], 1);
        assert_eq!(matrix[6][0], 1);
        assert_eq!(matrix[4][3], 2);
        assert_eq!(matrix.iter().flatten().sum::<u32>(), 4);
    }
}

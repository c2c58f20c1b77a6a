//! What training minimises.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tch::{Kind, Reduction, Tensor};

/// Learning from another network's scores beside the labels.
///
/// Source: Hinton et al., Distilling the Knowledge in a Neural Network (2015), section 2.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distillation {
    /// The run folder or the exported ONNX file of the teacher, which must know the same classes.
    pub teacher: PathBuf,
    /// What both networks' scores are divided by before they are compared.
    pub temperature: f64,
    /// The teacher's share of the loss; the labels have the rest.
    pub weight: f64,
}

impl Distillation {
    /// A loss by the labels and the distance of scores from the teacher's, both `[n, classes]`, each by its share.
    pub(crate) fn weigh(&self, by_labels: &Tensor, logits: &Tensor, teacher: &Tensor) -> Tensor {
        let distance = distance(logits, teacher, self.temperature);
        by_labels * (1.0 - self.weight) + distance * self.weight
    }
}

/// The classes that images are of.
#[derive(Debug)]
pub(crate) struct Targets {
    /// `[n]`
    pub labels: Tensor,
    /// The classes of the images that were mixed in, `[n]`, and the share that is left of the first.
    pub mixed: Option<(Tensor, f64)>,
}

impl Targets {
    /// The mean cross-entropy of scores, `[n, classes]`; `smoothing` is spread over all classes.
    pub fn cross_entropy(&self, logits: &Tensor, smoothing: f64) -> Tensor {
        self.weigh(|labels| {
            logits.cross_entropy_loss(labels, None::<&Tensor>, Reduction::Mean, -100, smoothing)
        })
    }

    /// How many images have their class as the likeliest; mixed ones count by their shares.
    pub fn right(&self, logits: &Tensor) -> Tensor {
        let predicted = logits.argmax(1, false);
        self.weigh(|labels| predicted.eq_tensor(labels).sum(Kind::Double))
    }

    fn weigh(&self, value: impl Fn(&Tensor) -> Tensor) -> Tensor {
        let own = value(&self.labels);
        match &self.mixed {
            Some((labels, share)) => own * *share + value(labels) * (1.0 - share),
            None => own,
        }
    }
}

/// How far scores are from a teacher's, both `[n, classes]`: the mean Kullback-Leibler divergence
/// at the temperature, times its square, so that gradients keep their size.
fn distance(logits: &Tensor, teacher: &Tensor, temperature: f64) -> Tensor {
    let soft = |logits: &Tensor| (logits / temperature).log_softmax(1, Kind::Float);
    let images = logits.size()[0] as f64;
    let divergence = soft(logits).kl_div(&soft(teacher), Reduction::Sum, true);
    divergence * (temperature * temperature / images)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(tensor: &Tensor) -> f64 {
        tensor.double_value(&[])
    }

    /// Two images; scores whose softmax is (1/4, 3/4) and (1/2, 1/2).
    fn logits() -> Tensor {
        Tensor::from_slice(&[0.0, 3.0f64.ln(), 1.0, 1.0]).reshape([2, 2])
    }

    #[test]
    fn labels_count_by_their_shares() {
        let labels = || Tensor::from_slice(&[0i64, 1]);
        let pure = Targets {
            labels: labels(),
            mixed: None,
        };
        // (ln 4 + ln 2) / 2
        assert!((value(&pure.cross_entropy(&logits(), 0.0)) - 1.039_720_77).abs() < 1e-6);
        // A tenth is spread over both classes: 0.95 ln 4 + 0.05 ln 4/3 = 1.331364, and ln 2 as before.
        assert!((value(&pure.cross_entropy(&logits(), 0.1)) - 1.012_255_6).abs() < 1e-6);
        let mixed = Targets {
            labels: labels(),
            mixed: Some((Tensor::from_slice(&[1i64, 0]), 0.75)),
        };
        // The others' cross-entropy is (ln 4/3 + ln 2) / 2 = 0.490415; 3/4 and 1/4 of the two.
        assert!((value(&mixed.cross_entropy(&logits(), 0.0)) - 0.902_394_2).abs() < 1e-6);
        // Predicted are 1 and 0 (the first of equals): none of the labels, all of the others.
        assert_eq!(value(&pure.right(&logits())), 0.0);
        assert_eq!(value(&mixed.right(&logits())), 0.5);
    }

    #[test]
    fn distillation_by_hand() {
        let teacher = Tensor::from_slice(&[0.0f64, 0.0, 1.0, 1.0]).reshape([2, 2]);
        // First image: 1/2 ln((1/2) / (1/4)) + 1/2 ln((1/2) / (3/4)) = 0.143841; second: 0.
        let mean = 0.143_841_04 / 2.0;
        assert!((value(&distance(&logits(), &teacher, 1.0)) - mean).abs() < 1e-6);
        assert!(value(&distance(&teacher, &teacher, 4.0)).abs() < 1e-9);
        // At a temperature of 2 the student's scores are halved: softmax(0, ln 3 / 2) is
        // (0.366025, 0.633975), 1/2 ln(0.5 / 0.366025) + 1/2 ln(0.5 / 0.633975) = 0.037252, times 4.
        let expected = 4.0 * 0.037252286 / 2.0;
        assert!((value(&distance(&logits(), &teacher, 2.0)) - expected).abs() < 1e-5);
        // A quarter of the labels' loss, here 1, and three of this.
        let settings = Distillation {
            teacher: PathBuf::new(),
            temperature: 2.0,
            weight: 0.75,
        };
        let loss = settings.weigh(&Tensor::from(1.0f64), &logits(), &teacher);
        assert!((value(&loss) - (0.25 + 0.75 * expected)).abs() < 1e-5);
    }
}

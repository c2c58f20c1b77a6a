//! The learning rate over a run.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

/// How the learning rate falls after its warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// Along a straight line to 0.
    ///
    /// Source: Smith and Topin, Super-Convergence (2017), without the cycle's last, lower phase.
    OneCycle,
    /// Along half a cosine to 0.
    ///
    /// Source: Loshchilov and Hutter, SGDR (2016), equation 5, without restarts.
    Cosine,
}

impl Schedule {
    /// The share of the peak learning rate at `progress`, the share of the run that is done, after
    /// a straight rise that ends at `warmup`.
    pub fn factor(self, progress: f64, warmup: f64) -> f64 {
        if progress < warmup {
            return progress / warmup;
        }
        let left = ((1.0 - progress) / (1.0 - warmup)).clamp(0.0, 1.0);
        match self {
            Self::OneCycle => left,
            Self::Cosine => (1.0 - (PI * left).cos()) / 2.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_and_middles() {
        let cases = [
            (Schedule::OneCycle, 0.0, 0.0),
            (Schedule::OneCycle, 0.1, 0.5),
            (Schedule::OneCycle, 0.2, 1.0),
            (Schedule::OneCycle, 0.6, 0.5),
            (Schedule::OneCycle, 1.0, 0.0),
            (Schedule::Cosine, 0.1, 0.5),
            (Schedule::Cosine, 0.2, 1.0),
            (Schedule::Cosine, 0.6, 0.5),
            // A quarter before the end: (1 - cos(pi / 4)) / 2.
            (Schedule::Cosine, 0.8, 0.146_446_609),
            (Schedule::Cosine, 1.0, 0.0),
        ];
        for (schedule, progress, expected) in cases {
            let factor = schedule.factor(progress, 0.2);
            assert!(
                (factor - expected).abs() < 1e-9,
                "{schedule:?} at {progress}: {factor}"
            );
        }
    }

    #[test]
    fn no_warmup_starts_at_the_peak() {
        assert_eq!(Schedule::OneCycle.factor(0.0, 0.0), 1.0);
    }
}

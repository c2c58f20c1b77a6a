//! Pairs of training images made into one, and their labels with them.

use rand::{Rng, RngExt};
use rand_distr::{Beta, Distribution};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How often batches are mixed, and how.
///
/// Each image of a mixed batch is joined with the next one. Where both ways are on, each is taken
/// for half of the mixed batches.
///
/// Source: Zhang et al., mixup: Beyond Empirical Risk Minimization (2017); Yun et al., `CutMix`
/// (2019), section 3.1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MixConfig {
    /// The share of batches that are mixed.
    pub probability: f64,
    /// Blending of whole images; both parameters of the beta distribution of an image's share, 0
    /// for never.
    pub mixup: f64,
    /// Pasting of a rectangle from the other image; likewise.
    pub cutmix: f64,
}

/// One way to join pairs of images.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Mix {
    /// Every value is this share of the one image and the rest of the other.
    Blend(f32),
    /// A rectangle of the other image, in pixels.
    Paste {
        left: usize,
        top: usize,
        right: usize,
        bottom: usize,
    },
}

impl MixConfig {
    /// Checks the probability and the parameters.
    pub(crate) fn validate(&self) -> Result<()> {
        for (field, value, limit) in [
            ("mix.probability", self.probability, 1.0),
            ("mix.mixup", self.mixup, 100.0),
            ("mix.cutmix", self.cutmix, 100.0),
        ] {
            if !(0.0..=limit).contains(&value) {
                let reason = format!("must be from 0 to {limit}, not {value}");
                return Err(Error::config(field, reason));
            }
        }
        Ok(())
    }

    /// Draws whether and how a batch of images of this side is mixed.
    pub(crate) fn draw(&self, side: usize, rng: &mut impl Rng) -> Option<Mix> {
        let happens = rng.random::<f64>() < self.probability;
        let blends = match (self.mixup > 0.0, self.cutmix > 0.0) {
            (true, true) => rng.random(),
            (mixup, cutmix) if mixup || cutmix => mixup,
            _ => return None,
        };
        if !happens {
            return None;
        }
        let alpha = if blends { self.mixup } else { self.cutmix };
        let beta = Beta::new(alpha, alpha).expect("the parameter is above 0");
        let share = beta.sample(rng);
        if blends {
            return Some(Mix::Blend(share as f32));
        }
        let half = side as f64 * (1.0 - share).sqrt() / 2.0;
        let mut span = || {
            let centre = rng.random::<f64>() * side as f64;
            let start = (centre - half).round().max(0.0);
            let end = (centre + half).round().min(side as f64);
            (start as usize, end as usize)
        };
        let (left, right) = span();
        let (top, bottom) = span();
        Some(Mix::Paste {
            left,
            top,
            right,
            bottom,
        })
    }
}

impl Mix {
    /// The share of an image that is left of it, and so of its label.
    pub(crate) fn share(self, side: usize) -> f32 {
        match self {
            Self::Blend(share) => share,
            Self::Paste {
                left,
                top,
                right,
                bottom,
            } => 1.0 - ((right - left) * (bottom - top)) as f32 / (side * side) as f32,
        }
    }

    /// Joins each image with the next one, the last with the first.
    ///
    /// # Shapes
    /// - `images_nchw`: `[n, 3, side, side]`
    pub(crate) fn apply(self, images_nchw: &mut [f32], side: usize) {
        let len = 3 * side * side;
        let first = images_nchw[..len].to_vec();
        for start in (0..images_nchw.len()).step_by(len) {
            let (image, rest) = images_nchw[start..].split_at_mut(len);
            let other = rest.get(..len).unwrap_or(&first);
            self.join(image, other, side);
        }
    }

    fn join(self, image: &mut [f32], other: &[f32], side: usize) {
        match self {
            Self::Blend(share) => {
                for (value, other) in image.iter_mut().zip(other) {
                    *value = share * *value + (1.0 - share) * other;
                }
            }
            Self::Paste {
                left,
                top,
                right,
                bottom,
            } => {
                for row in (0..3).flat_map(|plane| (top..bottom).map(move |y| plane * side + y)) {
                    let columns = row * side + left..row * side + right;
                    image[columns.clone()].copy_from_slice(&other[columns]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, generator};

    const SIDE: usize = 4;
    const LEN: usize = 3 * SIDE * SIDE;

    /// Three images, of ones, nines and fives.
    fn images() -> Vec<f32> {
        [1.0, 9.0, 5.0].map(|value| vec![value; LEN]).concat()
    }

    #[test]
    fn a_blend_by_hand() {
        let mut images = images();
        let mix = Mix::Blend(0.75);
        mix.apply(&mut images, SIDE);
        // 0.75 * 1 + 0.25 * 9, 0.75 * 9 + 0.25 * 5, and 0.75 * 5 + 0.25 * 1: the last is joined with the first as it was.
        let expected = [3.0, 8.0, 4.0].map(|value| vec![value; LEN]).concat();
        assert_eq!(images, expected);
        assert_eq!(mix.share(SIDE), 0.75);
    }

    #[test]
    fn a_paste_by_hand() {
        let mut images = images();
        let mix = Mix::Paste {
            left: 1,
            top: 2,
            right: 4,
            bottom: 3,
        };
        mix.apply(&mut images, SIDE);
        #[rustfmt::skip]
        let plane = [
            1.0, 1.0, 1.0, 1.0,
            1.0, 1.0, 1.0, 1.0,
            1.0, 9.0, 9.0, 9.0,
            1.0, 1.0, 1.0, 1.0,
        ];
        assert_eq!(images[..LEN], [plane; 3].concat());
        let of =
            |own: f32, other: f32| [plane.map(|v| if v == 1.0 { own } else { other }); 3].concat();
        assert_eq!(images[LEN..], [of(9.0, 5.0), of(5.0, 1.0)].concat());
        // Three of sixteen pixels are the other's.
        assert_eq!(mix.share(SIDE), 13.0 / 16.0);
    }

    #[test]
    fn draws_follow_the_settings() {
        let draws = |config: MixConfig| {
            (0..2000)
                .filter_map(move |step| config.draw(32, &mut generator(5, Purpose::Mix, 0, step)))
        };
        let config = MixConfig {
            probability: 0.5,
            mixup: 0.4,
            cutmix: 1.0,
        };
        // Four standard deviations of a binomial of 2,000 draws are 89 at most.
        let mixed: Vec<Mix> = draws(config).collect();
        assert!(mixed.len().abs_diff(1000) < 90, "{} mixed", mixed.len());
        let blends = mixed.iter().filter(|m| matches!(m, Mix::Blend(_))).count();
        assert!(blends.abs_diff(500) < 90, "{blends} blends");
        assert!(mixed.iter().all(|m| (0.0..=1.0).contains(&m.share(32))));

        let always = MixConfig {
            probability: 1.0,
            ..MixConfig::default()
        };
        assert_eq!(draws(always).count(), 0, "no way to mix is on");
        // A beta distribution of equal parameters has a mean of a half; of 2,000 draws with
        // deviation 0.29 it lies within 0.03.
        let mixup = MixConfig {
            mixup: 1.0,
            ..always
        };
        let mean = draws(mixup).map(|m| m.share(32)).sum::<f32>() / 2000.0;
        assert!((mean - 0.5).abs() < 0.03, "{mean}");
        // Shares near a half leave the other image a rectangle of half the area: 32 / sqrt(2) = 22.6 pixels wide where
        // no edge cuts it. The beta distribution's deviation is 0.035, that of the width 0.8 and of whole pixels 0.3.
        let cutmix = MixConfig {
            cutmix: 100.0,
            ..always
        };
        let widths: Vec<f64> = draws(cutmix)
            .filter_map(|mix| match mix {
                Mix::Paste { left, right, .. } if left > 0 && right < 32 => {
                    Some((right - left) as f64)
                }
                _ => None,
            })
            .collect();
        let mean = widths.iter().sum::<f64>() / widths.len() as f64;
        assert!(widths.len() > 300 && (mean - 22.6).abs() < 0.3, "{mean}");
    }

    #[test]
    fn a_negative_parameter_is_refused() {
        let config = MixConfig {
            cutmix: -1.0,
            ..MixConfig::default()
        };
        assert_eq!(
            config.validate().unwrap_err().to_string(),
            "configuration: mix.cutmix must be from 0 to 100, not -1"
        );
    }
}

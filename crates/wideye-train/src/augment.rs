//! Random changes to training images, so that objects are no longer centred, nor the same size,
//! nor tilted the same way.
//!
//! Every change is drawn from its own probability and strength. Geometry (shift, flip, rotation,
//! scale) is applied in one resampling, then colour, then cutout and erasing.

mod colour;
mod cutout;
mod erase;
mod warp;

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use colour::Colour;
use warp::Warp;

use crate::dataset::{IMAGE_LEN, SIDE};
use crate::error::{Error, Result};

/// How often a change happens and how strong it can be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chance {
    /// The share of images that are changed, 0 to 1.
    pub probability: f32,
    /// The largest change; its unit is the field's.
    pub strength: f32,
}

impl Chance {
    /// A change that never happens.
    pub const NEVER: Self = Self {
        probability: 0.0,
        strength: 0.0,
    };

    fn happens(self, rng: &mut impl Rng) -> bool {
        // Drawn even where nothing can happen, so that the images of other epochs stay as they are.
        rng.random::<f32>() < self.probability
    }

    fn symmetric(self, rng: &mut impl Rng) -> f32 {
        (2.0 * rng.random::<f32>() - 1.0) * self.strength
    }
}

impl Default for Chance {
    fn default() -> Self {
        Self::NEVER
    }
}

/// How often images are mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a probability or \"alternate\"")]
pub enum Flip {
    /// At random, with this probability.
    Random(f32),
    /// Every other time that an image is shown: both sides are seen equally often.
    ///
    /// Source: Jordan, 94% on CIFAR-10 in 3.29 Seconds on a Single GPU (2024), section 3.6.
    Every(EveryOther),
}

/// The word for it in configurations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EveryOther {
    /// Mirrored, as it is, mirrored, as it is.
    Alternate,
}

impl Default for Flip {
    fn default() -> Self {
        Self::Random(0.0)
    }
}

/// Which changes are made to training images.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AugmentConfig {
    /// Shift by whole pixels in both directions; strength in pixels, below 32.
    pub shift: Chance,
    /// Mirror left and right: a probability, or `"alternate"`.
    pub flip: Flip,
    /// Rotation about the centre; strength in degrees.
    pub rotate: Chance,
    /// Scaling about the centre; a strength of 0.2 gives factors from 1/1.2 to 1.2.
    pub scale: Chance,
    /// Brightness, contrast and saturation; a strength of 0.2 gives factors from 0.8 to 1.2 each.
    pub colour_jitter: Chance,
    /// Blending with the greyscale copy; a strength of 1 leaves no colour.
    pub greyscale: Chance,
    /// A grey square at a random place; strength is its side in pixels.
    pub cutout: Chance,
    /// A rectangle of random values; strength is the largest share of the image that it takes.
    pub erase: Chance,
}

impl AugmentConfig {
    /// Checks every probability and strength.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) naming the field.
    pub fn validate(&self) -> Result<()> {
        let limits = [
            ("shift", self.shift, SIDE as f32 - 1.0),
            ("rotate", self.rotate, 180.0),
            ("scale", self.scale, 4.0),
            ("colour_jitter", self.colour_jitter, 1.0),
            ("greyscale", self.greyscale, 1.0),
            ("cutout", self.cutout, SIDE as f32),
            ("erase", self.erase, 1.0),
        ];
        for (name, chance, limit) in limits {
            check(
                &format!("augment.{name}.probability"),
                chance.probability,
                1.0,
            )?;
            check(&format!("augment.{name}.strength"), chance.strength, limit)?;
        }
        match self.flip {
            Flip::Random(probability) => check("augment.flip", probability, 1.0),
            Flip::Every(EveryOther::Alternate) => Ok(()),
        }
    }

    /// Draws one set of changes and applies it; `turn` counts how often the image was shown.
    ///
    /// # Shapes
    /// - `image_chw`: `[3, 32, 32]`, RGB, `0..=255`
    /// - `output_chw`: `[3, side, side]`, RGB, `0.0..=1.0`; another side than 32 resamples
    ///
    /// # Panics
    /// If `image_chw` is not an image or `output_chw` has another length.
    pub fn apply(
        &self,
        image_chw: &[u8],
        output_chw: &mut [f32],
        side: usize,
        turn: usize,
        rng: &mut impl Rng,
    ) {
        assert_eq!(image_chw.len(), IMAGE_LEN, "an image of 3 x 32 x 32 values");
        assert_eq!(
            output_chw.len(),
            3 * side * side,
            "an output of 3 x side x side values"
        );
        self.draw_warp(turn, rng).apply(image_chw, output_chw, side);
        self.draw_colour(rng).apply(output_chw);
        if self.cutout.happens(rng) {
            let length = (self.cutout.strength * side as f32 / SIDE as f32).round() as usize;
            let (x, y) = (rng.random_range(0..side), rng.random_range(0..side));
            cutout::apply(output_chw, side, x, y, length);
        }
        if self.erase.happens(rng) {
            erase::apply(output_chw, side, self.erase.strength, rng);
        }
    }

    fn draw_warp(&self, turn: usize, rng: &mut impl Rng) -> Warp {
        let mut warp = Warp::IDENTITY;
        if self.shift.happens(rng) {
            let limit = self.shift.strength.round() as i32;
            warp.shift_x = rng.random_range(-limit..=limit) as f32;
            warp.shift_y = rng.random_range(-limit..=limit) as f32;
        }
        let drawn = rng.random::<f32>();
        warp.flip = match self.flip {
            Flip::Random(probability) => drawn < probability,
            Flip::Every(EveryOther::Alternate) => turn % 2 == 1,
        };
        if self.rotate.happens(rng) {
            warp.degrees = self.rotate.symmetric(rng);
        }
        if self.scale.happens(rng) {
            warp.scale = (1.0 + self.scale.strength).powf(2.0 * rng.random::<f32>() - 1.0);
        }
        warp
    }

    fn draw_colour(&self, rng: &mut impl Rng) -> Colour {
        let mut colour = Colour::IDENTITY;
        if self.colour_jitter.happens(rng) {
            colour.brightness = 1.0 + self.colour_jitter.symmetric(rng);
            colour.contrast = 1.0 + self.colour_jitter.symmetric(rng);
            colour.saturation = 1.0 + self.colour_jitter.symmetric(rng);
        }
        if self.greyscale.happens(rng) {
            colour.saturation *= 1.0 - self.greyscale.strength;
        }
        colour
    }
}

fn check(field: &str, value: f32, limit: f32) -> Result<()> {
    if (0.0..=limit).contains(&value) {
        Ok(())
    } else {
        Err(Error::config(
            field,
            format!("must be from 0 to {limit}, not {value}"),
        ))
    }
}

/// An image as the network takes it, unchanged: `[3, 32, 32]` of `0..=255` to `0.0..=1.0`.
pub fn unchanged(image_chw: &[u8], output_chw: &mut [f32]) {
    for (output, &value) in output_chw.iter_mut().zip(image_chw) {
        *output = f32::from(value) / 255.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, generator};

    fn image() -> Vec<u8> {
        (0..IMAGE_LEN).map(|i| (i * 37 % 256) as u8).collect()
    }

    fn all() -> AugmentConfig {
        let half = |strength| Chance {
            probability: 0.5,
            strength,
        };
        AugmentConfig {
            shift: half(4.0),
            flip: Flip::Random(0.5),
            rotate: half(15.0),
            scale: half(0.25),
            colour_jitter: half(0.3),
            greyscale: half(1.0),
            cutout: half(8.0),
            erase: half(0.3),
        }
    }

    fn augmented(config: &AugmentConfig, seed: u64, item: usize) -> Vec<f32> {
        let mut output = vec![0.0; IMAGE_LEN];
        config.apply(
            &image(),
            &mut output,
            SIDE,
            0,
            &mut generator(seed, Purpose::Augment, 3, item),
        );
        output
    }

    #[test]
    fn nothing_configured_changes_nothing() {
        let mut expected = vec![0.0; IMAGE_LEN];
        unchanged(&image(), &mut expected);
        assert_eq!(augmented(&AugmentConfig::default(), 1, 0), expected);
    }

    #[test]
    fn the_seed_and_the_item_decide() {
        assert_eq!(augmented(&all(), 1, 5), augmented(&all(), 1, 5));
        assert_ne!(augmented(&all(), 1, 5), augmented(&all(), 2, 5));
        assert_ne!(augmented(&all(), 1, 5), augmented(&all(), 1, 6));
    }

    #[test]
    fn values_stay_in_range() {
        for item in 0..200 {
            assert!(
                augmented(&all(), 9, item)
                    .iter()
                    .all(|v| (0.0..=1.0).contains(v)),
                "item {item}"
            );
        }
    }

    #[test]
    fn each_change_happens_as_often_as_it_should() {
        let mut config = AugmentConfig {
            flip: Flip::Random(0.25),
            ..AugmentConfig::default()
        };
        config.cutout = Chance {
            probability: 0.75,
            strength: 4.0,
        };
        let (mut flips, mut cuts) = (0, 0);
        for item in 0..2000 {
            let mut rng = generator(7, Purpose::Augment, 0, item);
            flips += usize::from(config.draw_warp(0, &mut rng).flip);
            config.draw_colour(&mut rng);
            cuts += usize::from(config.cutout.happens(&mut rng));
        }
        // Four standard deviations of a binomial of 2,000 draws are 77 at most.
        assert!(flips.abs_diff(500) < 80, "{flips} flips");
        assert!(cuts.abs_diff(1500) < 80, "{cuts} cutouts");
    }

    #[test]
    fn alternate_flips_mirror_every_other_turn() {
        let config = AugmentConfig {
            flip: Flip::Every(EveryOther::Alternate),
            ..AugmentConfig::default()
        };
        let flips: Vec<bool> = (7..11)
            .map(|turn| {
                let mut rng = generator(7, Purpose::Augment, turn, 0);
                config.draw_warp(turn, &mut rng).flip
            })
            .collect();
        assert_eq!(flips, [true, false, true, false]);
    }

    fn always(strength: f32) -> Chance {
        Chance {
            probability: 1.0,
            strength,
        }
    }

    #[test]
    fn jitter_stays_within_its_strength_and_reaches_its_ends() {
        let config = AugmentConfig {
            colour_jitter: always(0.2),
            ..AugmentConfig::default()
        };
        let (mut low, mut high) = ([f32::INFINITY; 3], [f32::NEG_INFINITY; 3]);
        for item in 0..500 {
            let mut rng = generator(7, Purpose::Augment, 0, item);
            let colour = config.draw_colour(&mut rng);
            let factors = [colour.brightness, colour.contrast, colour.saturation];
            for (at, factor) in factors.into_iter().enumerate() {
                low[at] = low[at].min(factor);
                high[at] = high[at].max(factor);
            }
        }
        // That 500 uniform draws leave a twentieth of the range free at an end has a chance of 0.95^500, 7e-12.
        for at in 0..3 {
            assert!((0.8..0.82).contains(&low[at]), "{low:?}");
            assert!((1.18..=1.2).contains(&high[at]), "{high:?}");
        }
    }

    #[test]
    fn greyscale_takes_away_its_strength_of_the_colour() {
        // Red, of 0.299 as grey.
        let mut red = vec![0; IMAGE_LEN];
        red[..IMAGE_LEN / 3].fill(255);
        for (strength, expected) in [(1.0, [0.299, 0.299]), (0.5, [0.6495, 0.1495])] {
            let config = AugmentConfig {
                greyscale: always(strength),
                ..AugmentConfig::default()
            };
            let mut output = vec![0.0; IMAGE_LEN];
            let mut rng = generator(7, Purpose::Augment, 0, 0);
            config.apply(&red, &mut output, SIDE, 0, &mut rng);
            for (actual, expected) in [output[0], output[IMAGE_LEN - 1]].iter().zip(expected) {
                assert!((actual - expected).abs() < 1e-5, "{actual}, not {expected}");
            }
        }
    }

    #[test]
    fn a_cutout_shrinks_with_the_image() {
        let config = AugmentConfig {
            cutout: always(8.0),
            ..AugmentConfig::default()
        };
        // 8 of 32 pixels are 6 of 24; squares that the border cuts are smaller.
        for (side, length) in [(32, 8), (24, 6), (16, 4)] {
            let grey = |item| {
                let mut output = vec![0.0; 3 * side * side];
                let mut rng = generator(7, Purpose::Augment, 0, item);
                config.apply(&[0; IMAGE_LEN], &mut output, side, 0, &mut rng);
                output.iter().filter(|&&value| value == 0.5).count()
            };
            let largest = (0..50).map(grey).max();
            assert_eq!(largest, Some(3 * length * length), "{side}");
        }
    }

    #[test]
    fn a_probability_above_one_is_refused() {
        let config = AugmentConfig {
            flip: Flip::Random(1.5),
            ..AugmentConfig::default()
        };
        let error = config.validate().unwrap_err();
        assert_eq!(
            error.to_string(),
            "configuration: augment.flip must be from 0 to 1, not 1.5"
        );
    }
}

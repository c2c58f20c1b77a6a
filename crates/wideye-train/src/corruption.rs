//! Images made worse, to see how much of its accuracy a model keeps.

use image::ImageFormat;
use jpeg_encoder::{ColorType, SamplingFactor};
use rand_distr::{Distribution, StandardNormal};

use crate::augment::{AugmentConfig, Chance};
use crate::dataset::{IMAGE_LEN, Images, SIDE, to_hwc};
use crate::random::{Purpose, generator};

const PLANE: usize = SIDE * SIDE;

/// One way to make images worse.
///
/// Noise, blur, brightness and contrast are those of CIFAR-100-C at the severity of their name, 3 or
/// 5; its random numbers differ. JPEG 30 is harder than any severity there.
///
/// Source: Hendrycks and Dietterich, Benchmarking Neural Network Robustness to Common Corruptions
/// and Perturbations (2019), with the values of the authors' make_cifar_c.py.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corruption {
    /// Its name.
    pub name: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// The deviation of what is added to each value of 0 to 1.
    GaussianNoise(f32),
    /// The deviation in pixels.
    GaussianBlur(f32),
    /// What is added to the value of hue, saturation and value.
    Brightness(f32),
    /// What is left of the distance to each channel's mean.
    Contrast(f32),
    /// The quality, with halved chroma as Pillow writes it.
    Jpeg(u8),
    /// The largest shift in pixels.
    Shift(f32),
    /// The largest angle in degrees.
    Rotation(f32),
    /// The largest change of size beyond 1.
    Scale(f32),
}

const fn corruption(name: &'static str, kind: Kind) -> Corruption {
    Corruption { name, kind }
}

/// A fixed seed: every model is measured on the same images.
const SEED: u64 = 0;

impl Corruption {
    /// All of them.
    pub const ALL: [Self; 12] = [
        corruption("gaussian-noise-3", Kind::GaussianNoise(0.08)),
        corruption("gaussian-noise-5", Kind::GaussianNoise(0.10)),
        corruption("gaussian-blur-3", Kind::GaussianBlur(0.7)),
        corruption("gaussian-blur-5", Kind::GaussianBlur(1.0)),
        corruption("brightness-3", Kind::Brightness(0.15)),
        corruption("brightness-5", Kind::Brightness(0.3)),
        corruption("contrast-3", Kind::Contrast(0.4)),
        corruption("contrast-5", Kind::Contrast(0.15)),
        corruption("jpeg-30", Kind::Jpeg(30)),
        corruption("shift", Kind::Shift(4.0)),
        corruption("rotation", Kind::Rotation(15.0)),
        corruption("scale", Kind::Scale(0.2)),
    ];

    /// The one of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name == name)
    }

    /// What it does, for people.
    pub fn description(self) -> String {
        match self.kind {
            Kind::GaussianNoise(deviation) => format!("Gaussian noise, deviation {deviation:.2}"),
            Kind::GaussianBlur(sigma) => format!("Gaussian blur, sigma {sigma:.1} pixels"),
            Kind::Brightness(added) => format!("brightness, HSV value + {added:.2}"),
            Kind::Contrast(factor) => format!("contrast × {factor:.2}"),
            Kind::Jpeg(quality) => format!("JPEG, quality {quality}"),
            Kind::Shift(pixels) => format!("shift by up to {pixels} pixels"),
            Kind::Rotation(degrees) => format!("rotation by up to {degrees}°"),
            Kind::Scale(change) => format!("scale by 1/{0:.1} to {0:.1}", 1.0 + change),
        }
    }

    /// Copies of images that are worse, the same ones each time.
    pub fn apply(self, images: &Images) -> Images {
        let mut pixels = Vec::with_capacity(images.len() * IMAGE_LEN);
        for index in 0..images.len() {
            pixels.extend(self.apply_to(images.pixels_chw(index), index));
        }
        Images::new(pixels, images.labels().to_vec())
    }

    fn apply_to(self, image_chw: &[u8], index: usize) -> Vec<u8> {
        let mut values: Vec<f32> = image_chw.iter().map(|&v| f32::from(v) / 255.0).collect();
        match self.kind {
            Kind::GaussianNoise(deviation) => {
                let mut rng = generator(SEED, Purpose::Corruption, 0, index);
                for value in &mut values {
                    let drawn: f32 = StandardNormal.sample(&mut rng);
                    *value += deviation * drawn;
                }
            }
            Kind::GaussianBlur(sigma) => blur(&mut values, sigma),
            Kind::Brightness(added) => brighten(&mut values, added),
            Kind::Contrast(factor) => {
                for plane in values.chunks_exact_mut(PLANE) {
                    let mean = plane.iter().sum::<f32>() / PLANE as f32;
                    for value in plane {
                        *value = (*value - mean) * factor + mean;
                    }
                }
            }
            Kind::Jpeg(quality) => return through_jpeg(image_chw, quality),
            Kind::Shift(_) | Kind::Rotation(_) | Kind::Scale(_) => {
                let mut rng = generator(SEED, Purpose::Corruption, 1, index);
                let warp = self.warp();
                warp.apply(image_chw, &mut values, SIDE, 0, &mut rng);
                return values.iter().map(|v| (v * 255.0).round() as u8).collect();
            }
        }
        // CIFAR-100-C cuts the fraction off.
        let truncated = |v: &f32| (v.clamp(0.0, 1.0) * 255.0 + 1e-3) as u8;
        values.iter().map(truncated).collect()
    }

    fn warp(self) -> AugmentConfig {
        let mut warp = AugmentConfig::default();
        let always = |strength| Chance {
            probability: 1.0,
            strength,
        };
        match self.kind {
            Kind::Shift(strength) => warp.shift = always(strength),
            Kind::Rotation(strength) => warp.rotate = always(strength),
            Kind::Scale(strength) => warp.scale = always(strength),
            _ => {}
        }
        warp
    }
}

/// A Gaussian of up to four deviations, the border's pixels repeated outside, as scikit-image has it.
fn blur(values_chw: &mut [f32], sigma: f32) {
    let radius = (4.0 * sigma + 0.5) as i32;
    let weight = |distance: i32| (-0.5 * (distance as f32 / sigma).powi(2)).exp();
    let total: f32 = (-radius..=radius).map(weight).sum();
    let kernel: Vec<(i32, f32)> = (-radius..=radius).map(|d| (d, weight(d) / total)).collect();
    let last = SIDE as i32 - 1;
    for plane in values_chw.chunks_exact_mut(PLANE) {
        for vertical in [true, false] {
            let before = plane.to_vec();
            for (index, value) in plane.iter_mut().enumerate() {
                let (y, x) = ((index / SIDE) as i32, (index % SIDE) as i32);
                let at = |distance: i32| {
                    let (y, x) = match vertical {
                        true => ((y + distance).clamp(0, last), x),
                        false => (y, (x + distance).clamp(0, last)),
                    };
                    before[(y * SIDE as i32 + x) as usize]
                };
                *value = kernel.iter().map(|&(d, weight)| weight * at(d)).sum();
            }
        }
    }
}

/// Adds to the largest of a pixel's three values; hue and saturation stay.
fn brighten(values_chw: &mut [f32], added: f32) {
    for pixel in 0..PLANE {
        let channels = [pixel, PLANE + pixel, 2 * PLANE + pixel];
        let value = channels
            .map(|c| values_chw[c])
            .into_iter()
            .fold(0.0, f32::max);
        let raised = (value + added).min(1.0);
        for channel in channels {
            values_chw[channel] = match value > 0.0 {
                true => values_chw[channel] * (raised / value),
                false => raised,
            };
        }
    }
}

fn through_jpeg(image_chw: &[u8], quality: u8) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut file, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    let side = SIDE as u16;
    encoder
        .encode(&to_hwc(image_chw), side, side, ColorType::Rgb)
        .expect("an image of 32 x 32 pixels fits a JPEG");
    let decoded = image::load_from_memory_with_format(&file, ImageFormat::Jpeg)
        .expect("what was just encoded")
        .into_rgb8();
    (0..3)
        .flat_map(|channel| decoded.iter().skip(channel).step_by(3).copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, image: Vec<u8>) -> Vec<u8> {
        let corrupted = Corruption::named(name)
            .unwrap()
            .apply(&Images::new(image, vec![7]));
        assert_eq!(corrupted.labels(), [7]);
        corrupted.pixels_chw(0).to_vec()
    }

    /// Black but for one red pixel of full value in row 10, column 20.
    fn dot() -> Vec<u8> {
        let mut image = vec![0; IMAGE_LEN];
        image[10 * SIDE + 20] = 255;
        image
    }

    #[test]
    fn noise_has_its_deviation() {
        for (name, expected) in [("gaussian-noise-3", 0.08), ("gaussian-noise-5", 0.1)] {
            let noisy = of(name, vec![128; IMAGE_LEN]);
            let differences = noisy.iter().map(|&v| (f64::from(v) + 0.5 - 128.0) / 255.0);
            let squares: f64 = differences.clone().map(|d| d * d).sum();
            let deviation = (squares / IMAGE_LEN as f64).sqrt();
            // Four standard errors of 3,072 draws: 0.1 * 4 / sqrt(2 * 3072) = 0.005.
            assert!((deviation - expected).abs() < 0.005, "{name}: {deviation}");
            let mean = differences.sum::<f64>() / IMAGE_LEN as f64;
            assert!(mean.abs() < 4.0 * 0.1 / (IMAGE_LEN as f64).sqrt(), "{mean}");
        }
    }

    #[test]
    fn blur_spreads_a_dot() {
        // exp(-d²/0.98) over its sum of 1.7549: 0.5698, 0.2054 and 0.0096 at distances of 0, 1 and 2, times the same in
        // the other direction, times 255, cut off: 82.80, 29.85, 10.76 and 1.40.
        let blurred = of("gaussian-blur-3", dot());
        for (y, x, value) in [(10, 20, 82), (10, 21, 29), (11, 21, 10), (12, 20, 1)] {
            assert_eq!(blurred[y * SIDE + x], value, "row {y}, column {x}");
        }
        let blurred = of("gaussian-blur-5", dot());
        // exp(-d²/2) over its sum of 2.5066: 0.3989, 0.2420 and 0.0540 at distances of 0, 1 and 2, times the
        // same in the other direction, times 255, cut off.
        let expected = [
            (10, 20, 40), // 0.3989 * 0.3989 * 255 = 40.59
            (10, 21, 24), // 0.3989 * 0.2420 * 255 = 24.62
            (11, 21, 14), // 0.2420 * 0.2420 * 255 = 14.93
            (12, 20, 5),  // 0.0540 * 0.3989 * 255 = 5.49
        ];
        for (y, x, value) in expected {
            assert_eq!(blurred[y * SIDE + x], value, "row {y}, column {x}");
        }
        assert!(blurred[PLANE..].iter().all(|&v| v == 0));
        // The border repeats: one colour stays.
        assert_eq!(
            of("gaussian-blur-3", vec![200; IMAGE_LEN]),
            vec![200; IMAGE_LEN]
        );
    }

    #[test]
    fn brightness_keeps_hue_and_saturation() {
        let mut image = vec![0; IMAGE_LEN];
        (image[1], image[PLANE + 1]) = (102, 51); // red 0.4, green 0.2
        let brighter = of("brightness-3", image.clone());
        // 0.4 becomes 0.55: 0.55 * 255 = 140.25 and half of it. Black becomes a grey of 0.15 * 255 = 38.25.
        assert_eq!([0, 1, 2].map(|c| brighter[c * PLANE + 1]), [140, 70, 0]);
        assert_eq!([0, 1, 2].map(|c| brighter[c * PLANE]), [38; 3]);
        let brighter = of("brightness-5", image);
        // 0.4 becomes 0.7: 0.7 * 255 = 178.5 and half of it. Black becomes a grey of 0.3 * 255 = 76.5.
        assert_eq!([0, 1, 2].map(|c| brighter[c * PLANE + 1]), [178, 89, 0]);
        assert_eq!([0, 1, 2].map(|c| brighter[c * PLANE]), [76; 3]);
    }

    #[test]
    fn contrast_goes_towards_each_channels_mean() {
        // Half of red is 0 and half 200, a mean of 100: 40 and 15 of 100 are left to both sides.
        let image: Vec<u8> = (0..IMAGE_LEN)
            .map(|i| if i < PLANE / 2 { 200 } else { 0 })
            .collect();
        for (name, expected) in [("contrast-3", (140, 60, 0)), ("contrast-5", (115, 85, 0))] {
            let flatter = of(name, image.clone());
            let found = (flatter[0], flatter[PLANE - 1], flatter[PLANE]);
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn jpeg_is_libjpegs() {
        // The picture of tests/fixtures/jpeg.py, through libjpeg there and through the trainer's codecs here. They
        // differ in how they enlarge the halved chroma, and by rounding.
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/jpeg-30.png");
        let expected = image::open(file).unwrap().to_rgb8().into_raw();
        let value = |channel: usize, y: usize, x: usize| match channel {
            0 => 8 * x,
            1 => 8 * y,
            _ if (x / 8 + y / 12) % 2 == 1 => 220,
            _ => 40,
        };
        let drawn: Vec<u8> = (0..IMAGE_LEN)
            .map(|i| value(i / PLANE, i % PLANE / SIDE, i % SIDE) as u8)
            .collect();
        let difference = |image: &[u8]| {
            let pairs = to_hwc(image).into_iter().zip(&expected);
            let sum: f64 = pairs.map(|(a, &b)| f64::from(a.abs_diff(b))).sum();
            sum / IMAGE_LEN as f64
        };
        let (before, after) = (
            difference(&drawn),
            difference(&of("jpeg-30", drawn.clone())),
        );
        assert!(after < 1.5 && before > 10.0, "{after}, of {before}");
        assert_eq!(of("jpeg-30", vec![128; IMAGE_LEN]), vec![128; IMAGE_LEN]);
    }

    #[test]
    fn geometry_moves_pixels_by_its_strength_at_most() {
        /// How far the dot's centre of mass has come.
        fn distance(image: &[u8]) -> f64 {
            let (mut mass, mut y, mut x) = (0.0, 0.0, 0.0);
            for (index, &value) in image[..PLANE].iter().enumerate() {
                mass += f64::from(value);
                y += f64::from(value) * (index / SIDE) as f64;
                x += f64::from(value) * (index % SIDE) as f64;
            }
            (y / mass - 10.0).hypot(x / mass - 20.0)
        }
        // The dot is 5.5 and 4.5 pixels from the centre, 7.11 in all: 4 pixels both ways; 2 * 7.11 * sin(7.5°); a fifth
        // of 7.11. Sampling moves a centre of mass by a fraction of a pixel.
        let images = Images::new(dot().repeat(300), vec![0; 300]);
        for (name, expected) in [("shift", 5.66), ("rotation", 1.86), ("scale", 1.42)] {
            let moved = Corruption::named(name).unwrap().apply(&images);
            let distances = (0..moved.len()).map(|i| distance(moved.pixels_chw(i)));
            let farthest = distances.fold(0.0, f64::max);
            assert!((farthest - expected).abs() < 0.4, "{name}: {farthest}");
        }
    }
}

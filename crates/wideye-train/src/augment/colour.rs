/// Brightness, contrast and saturation, in that order, each a factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colour {
    /// All values are multiplied by this.
    pub brightness: f32,
    /// Distances from the image's mean grey are multiplied by this.
    pub contrast: f32,
    /// Distances from each pixel's grey are multiplied by this; 0 leaves no colour.
    pub saturation: f32,
}

impl Colour {
    /// No change.
    pub const IDENTITY: Self = Self {
        brightness: 1.0,
        contrast: 1.0,
        saturation: 1.0,
    };

    /// Changes an image in place; results are kept within 0 and 1 after each step.
    ///
    /// # Shapes
    /// - `image_chw`: `[3, height, width]`, RGB, `0.0..=1.0`
    pub fn apply(&self, image_chw: &mut [f32]) {
        if self.brightness != 1.0 {
            for value in image_chw.iter_mut() {
                *value = (*value * self.brightness).clamp(0.0, 1.0);
            }
        }
        let plane = image_chw.len() / 3;
        let (red, rest) = image_chw.split_at_mut(plane);
        let (green, blue) = rest.split_at_mut(plane);
        if self.contrast != 1.0 {
            let sum: f32 = (0..plane).map(|i| grey(red[i], green[i], blue[i])).sum();
            let mean = sum / plane as f32;
            for value in [&mut *red, &mut *green, &mut *blue].into_iter().flatten() {
                *value = (mean + (*value - mean) * self.contrast).clamp(0.0, 1.0);
            }
        }
        if self.saturation != 1.0 {
            for i in 0..plane {
                let grey = grey(red[i], green[i], blue[i]);
                for value in [&mut red[i], &mut green[i], &mut blue[i]] {
                    *value = (grey + (*value - grey) * self.saturation).clamp(0.0, 1.0);
                }
            }
        }
    }
}

/// The luma of ITU-R BT.601, which Pillow's mode L uses too.
fn grey(red: f32, green: f32, blue: f32) -> f32 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two pixels: (0.2, 0.4, 0.6) and (1, 0, 0.5), as planes.
    const IMAGE: [f32; 6] = [0.2, 1.0, 0.4, 0.0, 0.6, 0.5];

    #[test]
    fn hand_computed() {
        // Greys: 0.299*0.2 + 0.587*0.4 + 0.114*0.6 = 0.363; 0.299 + 0.057 = 0.356; mean 0.3595.
        let cases = [
            (Colour::IDENTITY, IMAGE),
            (
                Colour {
                    brightness: 1.5,
                    ..Colour::IDENTITY
                },
                [0.3, 1.0, 0.6, 0.0, 0.9, 0.75],
            ),
            (
                Colour {
                    contrast: 0.5,
                    ..Colour::IDENTITY
                },
                [0.27975, 0.67975, 0.37975, 0.17975, 0.47975, 0.42975],
            ),
            (
                Colour {
                    saturation: 0.0,
                    ..Colour::IDENTITY
                },
                [0.363, 0.356, 0.363, 0.356, 0.363, 0.356],
            ),
            (
                Colour {
                    saturation: 2.0,
                    ..Colour::IDENTITY
                },
                [0.037, 1.0, 0.437, 0.0, 0.837, 0.644],
            ),
        ];
        for (colour, expected) in cases {
            let mut image = IMAGE;
            colour.apply(&mut image);
            for (actual, expected) in image.iter().zip(expected) {
                assert!((actual - expected).abs() < 1e-6, "{colour:?}: {image:?}");
            }
        }
    }
}

use crate::Picture;

/// A picture at the model's input size, finer than the 8 bits of a [`Picture`].
///
/// Two decoders hardly differ in a value of a thumbnail, but rounded it may fall on the one or the
/// other side, which moves probabilities ten times as far.
#[derive(Clone, Debug, PartialEq)]
pub struct Thumbnail {
    width: u32,
    height: u32,
    values_hwc: Vec<f32>,
}

impl Thumbnail {
    /// `values_hwc` is `[height, width, 3]`, `0.0..=255.0`.
    pub(crate) fn new(width: u32, height: u32, values_hwc: Vec<f32>) -> Self {
        Self {
            width,
            height,
            values_hwc,
        }
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Returns the model's input tensor for a batch of this one picture.
    ///
    /// # Shapes
    /// - returns: `[1, 3, height, width]`, row-major, RGB, `0.0..=1.0` (normalisation happens
    ///   inside the model)
    pub fn to_nchw(&self) -> Vec<f32> {
        let count = self.values_hwc.len() / 3;
        let mut planes = vec![0.0; 3 * count];
        for (i, pixel) in self.values_hwc.chunks_exact(3).enumerate() {
            for channel in 0..3 {
                planes[channel * count + i] = pixel[channel] / 255.0;
            }
        }
        planes
    }

    /// Returns the nearest picture of 8 bits.
    pub fn to_picture(&self) -> Picture {
        let rounded = |value: &f32| value.round() as u8;
        let pixels_hwc = self.values_hwc.iter().map(rounded).collect();
        Picture::from_rgb(self.width, self.height, pixels_hwc)
            .expect("a thumbnail has three values for each pixel")
    }
}

use crate::{Error, ErrorKind, Result};

/// An opaque RGB picture, upright, at least one pixel wide and high.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    pixels_hwc: Vec<u8>,
}

impl Picture {
    /// Returns the picture these RGB bytes show.
    ///
    /// # Shapes
    /// - `pixels_hwc`: `[height, width, 3]`, row-major, `0..=255`
    ///
    /// # Errors
    /// [`ErrorKind::NoPixels`] for a width or height of 0, [`ErrorKind::PixelCount`] if
    /// `pixels_hwc.len() != width * height * 3`.
    pub fn from_rgb(width: u32, height: u32, pixels_hwc: Vec<u8>) -> Result<Self> {
        check_size(width, height, 3, pixels_hwc.len())?;
        Ok(Self {
            width,
            height,
            pixels_hwc,
        })
    }

    /// Returns the picture these RGBA bytes show on a white ground.
    ///
    /// A `Vec` is reused for the result; a slice is copied.
    ///
    /// # Shapes
    /// - `rgba`: `[height, width, 4]`, row-major, `0..=255`, not premultiplied
    ///
    /// # Errors
    /// As [`from_rgb`](Self::from_rgb), for four channels.
    pub fn from_rgba(width: u32, height: u32, rgba: impl Into<Vec<u8>>) -> Result<Self> {
        let mut pixels = rgba.into();
        check_size(width, height, 4, pixels.len())?;
        lay_over_white(&mut pixels);
        let count = pixels.len() / 4;
        for i in 1..count {
            for channel in 0..3 {
                pixels[3 * i + channel] = pixels[4 * i + channel];
            }
        }
        pixels.truncate(3 * count);
        Ok(Self {
            width,
            height,
            pixels_hwc: pixels,
        })
    }

    /// A picture of one colour, for padding and tests.
    ///
    /// # Errors
    /// [`ErrorKind::NoPixels`] for a width or height of 0.
    pub fn filled(width: u32, height: u32, rgb: [u8; 3]) -> Result<Self> {
        let count = width as usize * height as usize;
        Self::from_rgb(width, height, rgb.repeat(count))
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The pixels.
    ///
    /// # Shapes
    /// - returns: `[height, width, 3]`, row-major, RGB, `0..=255`
    pub fn pixels_hwc(&self) -> &[u8] {
        &self.pixels_hwc
    }

    #[cfg(feature = "decode")]
    pub(crate) fn into_pixels_hwc(self) -> Vec<u8> {
        self.pixels_hwc
    }

    /// Returns the same picture without its colours: 0.299 R + 0.587 G + 0.114 B in all three
    /// channels.
    ///
    /// The weights are 19595, 38470 and 7471 of 65536, and halves round up, as in Pillow's
    /// conversion to `L`.
    pub fn greyscale(mut self) -> Self {
        for pixel in self.pixels_hwc.chunks_exact_mut(3) {
            let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
            let grey = (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
            pixel.fill(grey as u8);
        }
        self
    }

    /// Returns the model's input tensor for a batch of this one picture.
    ///
    /// # Shapes
    /// - returns: `[1, 3, height, width]`, row-major, RGB, `0.0..=1.0` (normalisation happens
    ///   inside the model)
    pub fn to_nchw(&self) -> Vec<f32> {
        let count = self.pixels_hwc.len() / 3;
        let mut planes = vec![0.0; 3 * count];
        for (i, pixel) in self.pixels_hwc.chunks_exact(3).enumerate() {
            for channel in 0..3 {
                planes[channel * count + i] = f32::from(pixel[channel]) / 255.0;
            }
        }
        planes
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}x{})", self.width, self.height)
    }
}

pub(crate) fn over_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    let sum = value * alpha + 255 * (255 - alpha);
    ((sum + 127) / 255) as u8
}

/// Makes RGBA pixels opaque, on a white ground.
pub(crate) fn lay_over_white(rgba: &mut [u8]) {
    let (pixels, _) = rgba.as_chunks_mut::<4>();
    // Without a way out in the middle, so that it is done many pixels at a time.
    if pixels.iter().fold(255, |all, pixel| all & pixel[3]) == 255 {
        return;
    }
    for [red, green, blue, alpha] in pixels {
        for value in [red, green, blue] {
            *value = over_white(*value, *alpha);
        }
        *alpha = 255;
    }
}

fn check_size(width: u32, height: u32, channels: u64, actual: usize) -> Result<()> {
    if width == 0 || height == 0 {
        return Err(ErrorKind::NoPixels { width, height }.into());
    }
    let expected = u64::from(width)
        .saturating_mul(u64::from(height))
        .saturating_mul(channels);
    if expected != actual as u64 {
        return Err(Error::from(ErrorKind::PixelCount { expected, actual }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tensor_is_planar_and_row_major() {
        let pixels = (0..18).map(|v| v * 10).collect();
        let picture = Picture::from_rgb(3, 2, pixels).unwrap();
        let tensor = picture.to_nchw();
        // red of (x, y) is 30 * (3y + x); green 10 more; blue 20 more
        assert_eq!(tensor[4], 120.0 / 255.0);
        assert_eq!(tensor[6 + 4], 130.0 / 255.0);
        assert_eq!(tensor[12 + 5], 170.0 / 255.0);
        assert_eq!(tensor.len(), 18);
    }

    #[test]
    fn alpha_is_composited_over_white() {
        let rgba = [10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 255, 128];
        let picture = Picture::from_rgba(3, 1, &rgba[..]).unwrap();
        // 128/255 of the colour and 127/255 of white: 0 -> 127, 100 -> 177.196, 255 -> 255
        assert_eq!(
            picture.pixels_hwc(),
            [10, 20, 30, 255, 255, 255, 127, 177, 255]
        );
    }

    #[test]
    fn greyscale_weighs_the_channels() {
        let rgb = vec![255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 1, 2, 3];
        let grey = Picture::from_rgb(5, 1, rgb).unwrap().greyscale();
        // 76.245, 149.685, 29.07, 255, 0.299 + 1.174 + 0.342 = 1.815
        let firsts: Vec<u8> = grey.pixels_hwc().iter().step_by(3).copied().collect();
        assert_eq!(firsts, [76, 150, 29, 255, 2]);
        assert!(
            grey.pixels_hwc()
                .chunks(3)
                .all(|p| p[0] == p[1] && p[1] == p[2])
        );
    }

    #[test]
    fn wrong_sizes_are_refused() {
        let error = Picture::from_rgb(2, 2, vec![0; 11]).unwrap_err();
        assert_eq!(
            error.kind(),
            &ErrorKind::PixelCount {
                expected: 12,
                actual: 11
            }
        );
        assert_eq!(error.code(), "internal");
        let error = Picture::from_rgba(0, 7, vec![]).unwrap_err();
        assert_eq!(
            error.kind(),
            &ErrorKind::NoPixels {
                width: 0,
                height: 7
            }
        );
        let huge = Picture::from_rgba(u32::MAX, u32::MAX, vec![]).unwrap_err();
        assert!(matches!(huge.kind(), ErrorKind::PixelCount { .. }));
    }
}

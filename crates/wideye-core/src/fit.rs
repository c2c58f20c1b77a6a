use std::fmt;
use std::str::FromStr;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind, Picture, Result};

/// How a picture of any shape becomes the model's input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// The largest centred part of the right shape; nothing is stretched, edges are lost.
    #[default]
    Cover,
    /// The whole picture, centred on white; nothing is stretched or lost.
    Contain,
    /// The whole picture, stretched to the shape.
    Fill,
}

impl Fit {
    /// Every fit, in the order of their declaration.
    pub const ALL: [Fit; 3] = [Fit::Cover, Fit::Contain, Fit::Fill];

    /// The name that commands and JavaScript use.
    pub fn name(self) -> &'static str {
        match self {
            Fit::Cover => "cover",
            Fit::Contain => "contain",
            Fit::Fill => "fill",
        }
    }
}

impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Fit {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let found = Fit::ALL.into_iter().find(|fit| fit.name() == name);
        found.ok_or_else(|| ErrorKind::UnknownFit { name: name.into() }.into())
    }
}

/// A part of a picture, in pixels that need not be whole.
struct Region {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Picture {
    /// Returns this picture at `width` by `height`, brought to that shape by `fit`.
    ///
    /// The filter is a triangle as wide as the reduction, so that small sizes show no aliasing,
    /// and runs on the stored sRGB values. Results are within 1 of 255 of Pillow's
    /// `resize((width, height), BILINEAR, box)`. A picture that already has the size is returned
    /// as it is.
    ///
    /// [`Fit::Contain`] rounds the shorter side to the nearest pixel, at least 1, and leaves the
    /// odd pixel of its margin at the right or bottom.
    ///
    /// # Panics
    /// If `width` or `height` is 0.
    pub fn fit(&self, fit: Fit, width: u32, height: u32) -> Picture {
        assert!(width > 0 && height > 0, "a picture has at least one pixel");
        if (self.width(), self.height()) == (width, height) {
            return self.clone();
        }
        let whole = Region {
            left: 0.0,
            top: 0.0,
            width: f64::from(self.width()),
            height: f64::from(self.height()),
        };
        let pixels = match fit {
            Fit::Fill => self.resize(whole, width, height),
            Fit::Cover => self.resize(centre_crop(&whole, width, height), width, height),
            Fit::Contain => {
                let (inner_width, inner_height) =
                    contained_size(self.width(), self.height(), width, height);
                let inner = self.resize(whole, inner_width, inner_height);
                centre_on_white(&inner, inner_width, inner_height, width, height)
            }
        };
        Picture::from_rgb(width, height, pixels).expect("the resizer fills the size it was given")
    }

    fn resize(&self, region: Region, width: u32, height: u32) -> Vec<u8> {
        let mut pixels = vec![0; width as usize * height as usize * 3];
        let source = ImageRef::new(
            self.width(),
            self.height(),
            self.pixels_hwc(),
            PixelType::U8x3,
        )
        .expect("a picture's buffer has its size");
        let mut target = Image::from_slice_u8(width, height, &mut pixels, PixelType::U8x3)
            .expect("the buffer was made for this size");
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
            .crop(region.left, region.top, region.width, region.height);
        Resizer::new()
            .resize(&source, &mut target, &options)
            .expect("the region lies inside the picture");
        pixels
    }
}

/// The largest centred region of the target's shape.
fn centre_crop(whole: &Region, width: u32, height: u32) -> Region {
    let (width, height) = (f64::from(width), f64::from(height));
    let scale = (whole.width / width).min(whole.height / height);
    let (crop_width, crop_height) = (
        (width * scale).min(whole.width),
        (height * scale).min(whole.height),
    );
    let left = (whole.width - crop_width) / 2.0;
    let top = (whole.height - crop_height) / 2.0;
    Region {
        left,
        top,
        // The rounded sum of left and width may not pass the edge.
        width: crop_width.min(whole.width - left),
        height: crop_height.min(whole.height - top),
    }
}

fn contained_size(width: u32, height: u32, max_width: u32, max_height: u32) -> (u32, u32) {
    let [w, h, mw, mh] = [width, height, max_width, max_height].map(u64::from);
    let rounded = |numerator: u64, denominator: u64| {
        ((2 * numerator + denominator) / (2 * denominator)).max(1) as u32
    };
    if w * mh >= h * mw {
        (max_width, rounded(h * mw, w))
    } else {
        (rounded(w * mh, h), max_height)
    }
}

fn centre_on_white(
    inner: &[u8],
    inner_width: u32,
    inner_height: u32,
    width: u32,
    height: u32,
) -> Vec<u8> {
    let [iw, ih, w, h] = [inner_width, inner_height, width, height].map(|side| side as usize);
    let (left, top) = ((w - iw) / 2, (h - ih) / 2);
    let mut pixels = vec![255; w * h * 3];
    for (y, row) in inner.chunks_exact(3 * iw).enumerate() {
        let start = 3 * ((top + y) * w + left);
        pixels[start..start + row.len()].copy_from_slice(row);
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for fit in Fit::ALL {
            assert_eq!(fit.to_string().parse::<Fit>().unwrap(), fit);
            assert_eq!(serde_json::to_string(&fit).unwrap(), format!("\"{fit}\""));
        }
        let error = "Cover".parse::<Fit>().unwrap_err();
        assert_eq!(
            error.kind(),
            &ErrorKind::UnknownFit {
                name: "Cover".into()
            }
        );
    }

    #[test]
    fn contained_sizes_round_and_never_vanish() {
        for (from, to, expected) in [
            ((64, 32), (32, 32), (32, 16)),
            ((100, 33), (32, 32), (32, 11)), // 10.56
            ((64, 1), (32, 32), (32, 1)),    // 0.5 rounds up
            ((4000, 1), (32, 32), (32, 1)),  // 0.008
            ((3, 7), (32, 32), (14, 32)),    // 13.71
            ((10, 10), (40, 20), (20, 20)),
        ] {
            assert_eq!(
                contained_size(from.0, from.1, to.0, to.1),
                expected,
                "{from:?}"
            );
        }
    }

    #[test]
    fn equal_sizes_pass_unchanged() {
        let pixels = (0..32 * 32 * 3).map(|i| (i * 7 % 256) as u8).collect();
        let picture = Picture::from_rgb(32, 32, pixels).unwrap();
        for fit in Fit::ALL {
            assert_eq!(picture.fit(fit, 32, 32), picture);
        }
    }

    #[test]
    fn a_single_colour_stays_that_colour() {
        let colour = [3, 250, 77];
        for (width, height) in [(1, 1), (1, 999), (4096, 3), (17, 33)] {
            let picture = Picture::filled(width, height, colour).unwrap();
            for fit in [Fit::Cover, Fit::Fill] {
                let thumbnail = picture.fit(fit, 32, 32);
                assert!(
                    thumbnail.pixels_hwc().chunks(3).all(|p| p == colour),
                    "{width}x{height}"
                );
            }
        }
    }

    #[test]
    fn any_shape_fits_any_shape() {
        for (width, height) in [(1, 7), (7, 1), (3, 5), (31, 33), (101, 97), (333, 10)] {
            let picture = Picture::filled(width, height, [1, 2, 3]).unwrap();
            for (to_width, to_height) in [(1, 1), (3, 7), (13, 11), (32, 32), (9, 64)] {
                for fit in Fit::ALL {
                    let fitted = picture.fit(fit, to_width, to_height);
                    assert_eq!((fitted.width(), fitted.height()), (to_width, to_height));
                }
            }
        }
    }
}

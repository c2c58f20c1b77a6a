use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::crop::Area;
use crate::fitting::Fitting;
use crate::turn::Turn;
use crate::{Error, ErrorKind, Picture, Result, Thumbnail};

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

/// What can be brought to a model's input size: a [`Picture`], or one that still lies as it is stored.
pub trait Fittable {
    /// Returns the picture at `width` by `height`, as [`Picture::fit`] does, but unrounded.
    ///
    /// # Panics
    /// If `width` or `height` is 0.
    fn thumbnail(&self, fit: Fit, width: u32, height: u32) -> Thumbnail;
}

impl Fittable for Picture {
    fn thumbnail(&self, fit: Fit, width: u32, height: u32) -> Thumbnail {
        let whole = Area::whole((self.width(), self.height()));
        self.fit_turned(whole, Turn::default(), fit, width, height)
    }
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
        self.thumbnail(fit, width, height).to_picture()
    }

    /// Returns what [`fit`](Self::fit) would return for this area of the picture, turned, but turns
    /// the result and does not round it.
    pub(crate) fn fit_turned(
        &self,
        area: Area,
        turn: Turn,
        fit: Fit,
        width: u32,
        height: u32,
    ) -> Thumbnail {
        assert!(width > 0 && height > 0, "a picture has at least one pixel");
        let mut fitting = Fitting::of_rgb(fit, area, turn.size((width, height)));
        let (rows, stride) = (fitting.rows(), 3 * self.width() as usize);
        let needed = rows.start as usize * stride..rows.end as usize * stride;
        fitting.narrow(&self.pixels_hwc()[needed], 0..self.width());
        fitting.turned(turn)
    }
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

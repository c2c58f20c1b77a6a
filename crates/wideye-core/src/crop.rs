use crate::{ErrorKind, Result};

/// A rectangle of a picture, in pixels from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crop {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Crop {
    /// Returns the part of a picture of `size`, width and height, with its edges at the nearest pixels.
    pub(crate) fn of(&self, size: (u32, u32)) -> Result<Area> {
        let columns = nearest(self.x, self.width, size.0);
        let rows = nearest(self.y, self.height, size.1);
        let ((left, width), (top, height)) = columns.zip(rows).ok_or(ErrorKind::Crop {
            crop: *self,
            width: size.0,
            height: size.1,
        })?;
        Ok(Area {
            left,
            top,
            width,
            height,
        })
    }
}

/// Returns the first pixel and the number of pixels, where there are any within `side`.
fn nearest(start: f64, length: f64, side: u32) -> Option<(u32, u32)> {
    let (first, end) = (start.round(), (start + length).round());
    let inside = first >= 0.0 && first < end && end <= f64::from(side);
    inside.then_some((first as u32, (end - first) as u32))
}

/// A part of a picture, at least one pixel, in whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
}

impl Area {
    /// All of a picture of `size`, width and height.
    pub fn whole((width, height): (u32, u32)) -> Self {
        Self {
            left: 0,
            top: 0,
            width,
            height,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crop(x: f64, y: f64, width: f64, height: f64) -> Crop {
        Crop {
            x,
            y,
            width,
            height,
        }
    }

    #[test]
    fn edges_are_at_the_nearest_pixels() {
        for (given, (left, top, width, height)) in [
            (crop(0.0, 0.0, 40.0, 20.0), (0, 0, 40, 20)),
            (crop(3.0, 5.0, 7.0, 9.0), (3, 5, 7, 9)),
            // From 2.6 to 4.4, and from 7.4 to 8.6.
            (crop(2.6, 7.4, 1.8, 1.2), (3, 7, 1, 2)),
            // A selection drawn along the border: from -0.4 to 40.4.
            (crop(-0.4, 0.0, 40.8, 20.0), (0, 0, 40, 20)),
        ] {
            let expected = Area {
                left,
                top,
                width,
                height,
            };
            assert_eq!(given.of((40, 20)).unwrap(), expected, "{given:?}");
        }
    }

    #[test]
    fn what_is_not_inside_is_refused() {
        for wrong in [
            crop(0.0, 0.0, 0.0, 20.0),
            crop(0.0, 0.0, 0.4, 20.0),
            crop(0.0, 0.0, -5.0, 20.0),
            crop(-1.0, 0.0, 5.0, 5.0),
            crop(36.0, 0.0, 5.0, 5.0),
            crop(0.0, 16.0, 5.0, 5.0),
            crop(f64::NAN, 0.0, 5.0, 5.0),
            crop(0.0, 0.0, f64::INFINITY, 5.0),
            crop(f64::NEG_INFINITY, 0.0, f64::INFINITY, 5.0),
        ] {
            let error = wrong.of((40, 20)).unwrap_err();
            assert_eq!(error.code(), "internal", "{wrong:?}");
        }
        let error = crop(36.0, 0.0, 5.0, 2.5).of((40, 20)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected a crop of at least one pixel within the picture, which is 40x20, found \
             5x2.5 at 36, 0"
        );
    }
}

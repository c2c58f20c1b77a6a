#[cfg(any(feature = "decode", test))]
use crate::crop::Area;

/// How a stored picture is turned to stand upright: transposed, then flipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Turn {
    transposed: bool,
    flipped_x: bool,
    flipped_y: bool,
}

impl Turn {
    /// The turn that EXIF's orientation 1 to 8 asks for; none for other values.
    ///
    /// Source: CIPA DC-008, section 4.6.4, tag Orientation.
    #[cfg(any(feature = "decode", test))]
    pub(crate) fn from_exif(orientation: u8) -> Self {
        let turn = |transposed, flipped_x, flipped_y| Self {
            transposed,
            flipped_x,
            flipped_y,
        };
        match orientation {
            2 => turn(false, true, false),
            3 => turn(false, true, true),
            4 => turn(false, false, true),
            5 => turn(true, false, false),
            6 => turn(true, true, false),
            7 => turn(true, true, true),
            8 => turn(true, false, true),
            _ => Self::default(),
        }
    }

    /// Width and height after the turn; also before it, given those after.
    pub(crate) fn size(self, (width, height): (u32, u32)) -> (u32, u32) {
        match self.transposed {
            true => (height, width),
            false => (width, height),
        }
    }

    /// Returns where an area of the turned picture, of width and height `size`, lay before the turn.
    #[cfg(any(feature = "decode", test))]
    pub(crate) fn undone(self, area: Area, size: (u32, u32)) -> Area {
        let mut area = area;
        if self.flipped_x {
            area.left = size.0 - area.left - area.width;
        }
        if self.flipped_y {
            area.top = size.1 - area.top - area.height;
        }
        match self.transposed {
            true => Area {
                left: area.top,
                top: area.left,
                width: area.height,
                height: area.width,
            },
            false => area,
        }
    }

    /// Returns the pixels turned.
    ///
    /// # Shapes
    /// - `values_hwc`: `[height, width, 3]`, row-major
    /// - returns: `[height, width, 3]` of the turned picture
    pub(crate) fn apply<T: Copy>(self, values_hwc: Vec<T>, width: u32, height: u32) -> Vec<T> {
        if self == Self::default() {
            return values_hwc;
        }
        let stored_width = width as usize;
        let (width, height) = self.size((width, height));
        let (width, height) = (width as usize, height as usize);
        let mut turned = Vec::with_capacity(values_hwc.len());
        for y in 0..height {
            let v = if self.flipped_y { height - 1 - y } else { y };
            for x in 0..width {
                let u = if self.flipped_x { width - 1 - x } else { x };
                let (from_x, from_y) = if self.transposed { (v, u) } else { (u, v) };
                let at = 3 * (from_y * stored_width + from_x);
                turned.extend_from_slice(&values_hwc[at..at + 3]);
            }
        }
        turned
    }
}

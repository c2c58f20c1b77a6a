use crate::dataset::SIDE;

/// Shift, flip, rotation and scale, resampled once with bilinear interpolation; what lies beyond
/// the border is the image mirrored at it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Warp {
    /// How far the content moves to the right, in pixels of the 32x32 image.
    pub shift_x: f32,
    /// How far the content moves down, in pixels of the 32x32 image.
    pub shift_y: f32,
    /// Whether left and right change places.
    pub flip: bool,
    /// The rotation about the centre, in degrees, clockwise.
    pub degrees: f32,
    /// The size of the content, 1 being unchanged.
    pub scale: f32,
}

impl Warp {
    /// No change.
    pub const IDENTITY: Self = Self {
        shift_x: 0.0,
        shift_y: 0.0,
        flip: false,
        degrees: 0.0,
        scale: 1.0,
    };

    /// Resamples an image.
    ///
    /// # Shapes
    /// - `image_chw`: `[3, 32, 32]`, `0..=255`
    /// - `output_chw`: `[3, side, side]`, `0.0..=1.0`
    pub fn apply(&self, image_chw: &[u8], output_chw: &mut [f32], side: usize) {
        let step = SIDE as f32 / side as f32;
        let centre = (SIDE as f32 - 1.0) / 2.0;
        let (sin, cos) = self.degrees.to_radians().sin_cos();
        let (sin, cos) = (sin / self.scale, cos / self.scale);
        for y in 0..side {
            for x in 0..side {
                // Where the content of this output pixel comes from, relative to the centre.
                let right = (x as f32 + 0.5) * step - 0.5 - centre - self.shift_x;
                let down = (y as f32 + 0.5) * step - 0.5 - centre - self.shift_y;
                let from_right = cos * right + sin * down;
                let from_down = cos * down - sin * right;
                let from_right = if self.flip { -from_right } else { from_right };
                let tap = Tap::at(from_right + centre, from_down + centre);
                for channel in 0..3 {
                    let plane = &image_chw[channel * SIDE * SIDE..][..SIDE * SIDE];
                    output_chw[(channel * side + y) * side + x] = tap.sample(plane) / 255.0;
                }
            }
        }
    }
}

/// The four pixels about a place, and its position between them.
struct Tap {
    columns: [usize; 2],
    rows: [usize; 2],
    right: f32,
    down: f32,
}

impl Tap {
    fn at(x: f32, y: f32) -> Self {
        let (left, top) = (x.floor(), y.floor());
        Self {
            columns: [mirrored(left as i32), mirrored(left as i32 + 1)],
            rows: [mirrored(top as i32), mirrored(top as i32 + 1)],
            right: x - left,
            down: y - top,
        }
    }

    fn sample(&self, plane: &[u8]) -> f32 {
        let row = |y: usize| {
            let [a, b] = self.columns.map(|x| f32::from(plane[y * SIDE + x]));
            a + (b - a) * self.right
        };
        let [top, bottom] = self.rows.map(row);
        top + (bottom - top) * self.down
    }
}

/// The pixel that stands at `position` when the image is mirrored at its borders, the border
/// pixels not repeated: -1 is 1, 32 is 30.
fn mirrored(position: i32) -> usize {
    let last = SIDE as i32 - 1;
    let wrapped = position.rem_euclid(2 * last);
    (if wrapped > last {
        2 * last - wrapped
    } else {
        wrapped
    }) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::IMAGE_LEN;

    /// Red holds the column, green the row, blue a single bright pixel at column 20, row 10.
    fn image() -> Vec<u8> {
        let mut image = vec![0; IMAGE_LEN];
        for y in 0..SIDE {
            for x in 0..SIDE {
                image[y * SIDE + x] = x as u8;
                image[(SIDE + y) * SIDE + x] = y as u8;
            }
        }
        image[(2 * SIDE + 10) * SIDE + 20] = 200;
        image
    }

    fn warped(warp: Warp, side: usize) -> Vec<f32> {
        let mut output = vec![0.0; 3 * side * side];
        warp.apply(&image(), &mut output, side);
        output.iter().map(|v| v * 255.0).collect()
    }

    fn assert_at(
        output: &[f32],
        side: usize,
        (channel, y, x): (usize, usize, usize),
        expected: f32,
    ) {
        let actual = output[(channel * side + y) * side + x];
        assert!(
            (actual - expected).abs() < 1e-3,
            "channel {channel}, row {y}, column {x}: {actual}, not {expected}"
        );
    }

    #[test]
    fn shift_moves_content_right_and_down_and_mirrors_the_border() {
        let output = warped(
            Warp {
                shift_x: 3.0,
                shift_y: -2.0,
                ..Warp::IDENTITY
            },
            SIDE,
        );
        assert_at(&output, SIDE, (0, 0, 5), 2.0); // column 5 shows what was in column 2
        assert_at(&output, SIDE, (0, 0, 0), 3.0); // column -3 is column 3
        assert_at(&output, SIDE, (1, 0, 0), 2.0);
        assert_at(&output, SIDE, (1, 31, 0), 29.0); // row 33 is row 29
        assert_at(&output, SIDE, (2, 8, 23), 200.0);
    }

    #[test]
    fn flip_exchanges_left_and_right() {
        let output = warped(
            Warp {
                flip: true,
                ..Warp::IDENTITY
            },
            SIDE,
        );
        assert_at(&output, SIDE, (0, 4, 0), 31.0);
        assert_at(&output, SIDE, (0, 4, 30), 1.0);
        assert_at(&output, SIDE, (1, 4, 30), 4.0);
        assert_at(&output, SIDE, (2, 10, 11), 200.0);
    }

    #[test]
    fn flip_and_shift_shift_what_is_seen() {
        let output = warped(
            Warp {
                flip: true,
                shift_x: 2.0,
                ..Warp::IDENTITY
            },
            SIDE,
        );
        assert_at(&output, SIDE, (0, 4, 2), 31.0);
        assert_at(&output, SIDE, (2, 10, 13), 200.0);
    }

    #[test]
    fn a_quarter_turn_is_clockwise_and_exact() {
        // (x, y) about the centre 15.5 goes to (-y, x): column 20, row 10 to column 21, row 20.
        let output = warped(
            Warp {
                degrees: 90.0,
                ..Warp::IDENTITY
            },
            SIDE,
        );
        assert_at(&output, SIDE, (2, 20, 21), 200.0);
        assert_at(&output, SIDE, (0, 7, 3), 7.0);
        assert_at(&output, SIDE, (1, 7, 3), 28.0);
    }

    #[test]
    fn doubling_halves_the_distance_to_the_centre() {
        // Column 31 is 15.5 right of the centre and shows what was 7.75 right of it: 23.25.
        let output = warped(
            Warp {
                scale: 2.0,
                ..Warp::IDENTITY
            },
            SIDE,
        );
        assert_at(&output, SIDE, (0, 0, 31), 23.25);
        assert_at(&output, SIDE, (1, 0, 31), 7.75);
    }

    #[test]
    fn another_side_resamples_the_whole_image() {
        // Of 16 pixels the first lies between columns 0 and 1, the last between 30 and 31.
        let output = warped(Warp::IDENTITY, 16);
        assert_at(&output, 16, (0, 0, 0), 0.5);
        assert_at(&output, 16, (0, 3, 15), 30.5);
        assert_at(&output, 16, (1, 15, 3), 30.5);
    }
}

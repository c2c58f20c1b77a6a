use crate::Simd;

/// The size of a feature map, and where its values lie.
///
/// Values lie row by row, the channels of a pixel side by side: `[rows, columns, stride]`. A border
/// of zeros surrounds the pixels, one wide, and wider at the right and bottom where the sides are no
/// multiples of 4, so that whole tiles can be read. A pixel's channels are followed by zeros up to
/// `stride`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MapShape {
    height: usize,
    width: usize,
    channels: usize,
    stride: usize,
}

/// Returns the number of values of these sides.
///
/// # Panics
/// If they are more than the memory that can be addressed has room for.
pub(crate) fn product<const N: usize>(sides: [usize; N]) -> usize {
    let len = sides
        .iter()
        .try_fold(1usize, |n, &side| n.checked_mul(side));
    let max = isize::MAX as usize / size_of::<f32>();
    match len {
        Some(len) if len <= max => len,
        _ => panic!("expected at most {max} values, found {sides:?}"),
    }
}

impl MapShape {
    /// Returns the shape of a feature map whose channels fill whole vectors.
    ///
    /// # Panics
    /// If a side is 0, or so many values do not fit into the memory that can be addressed.
    pub fn new(simd: Simd, channels: usize, height: usize, width: usize) -> Self {
        let stride = channels.checked_next_multiple_of(simd.lanes());
        Self::with_stride(channels, height, width, stride.unwrap_or(usize::MAX))
    }

    /// Returns the shape of a map with so few channels that padding would multiply them.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    pub fn compact(channels: usize, height: usize, width: usize) -> Self {
        Self::with_stride(channels, height, width, channels)
    }

    fn with_stride(channels: usize, height: usize, width: usize, stride: usize) -> Self {
        assert!(
            channels > 0 && height > 0 && width > 0,
            "a feature map has values, found [{channels}, {height}, {width}]"
        );
        let bordered = |side: usize| side.checked_next_multiple_of(4)?.checked_add(2);
        let sides = [bordered(height), bordered(width), Some(stride)];
        // Every other product of sides is of a part of these, and cannot overflow either.
        product(sides.map(|side| side.unwrap_or(usize::MAX)));
        Self {
            height,
            width,
            channels,
            stride,
        }
    }

    /// Height in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Width in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of channels.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Number of values from one pixel to the next.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Number of rows with the border.
    pub fn rows(&self) -> usize {
        self.height.next_multiple_of(4) + 2
    }

    /// Number of columns with the border.
    pub fn columns(&self) -> usize {
        self.width.next_multiple_of(4) + 2
    }

    /// Number of values with the border.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.rows() * self.row_len()
    }

    pub(crate) fn row_len(&self) -> usize {
        self.columns() * self.stride
    }

    /// Where the channels of a pixel begin; row and column count the border.
    pub(crate) fn offset(&self, row: usize, column: usize) -> usize {
        (row * self.columns() + column) * self.stride
    }

    /// Brings planes into this layout.
    ///
    /// # Shapes
    /// - `planes_chw`: `[channels, height, width]`, row-major
    /// - `map`: [`len`](Self::len) values
    ///
    /// # Panics
    /// If a slice has another length.
    pub fn read_chw(&self, planes_chw: &[f32], map: &mut [f32]) {
        self.read_chw_with(planes_chw, map, |_, value| value);
    }

    /// As [`read_chw`](Self::read_chw), each channel scaled and then shifted.
    ///
    /// # Shapes
    /// - `scale`, `shift`: `[channels]`
    ///
    /// # Panics
    /// If a slice has another length.
    pub fn read_chw_scaled(
        &self,
        planes_chw: &[f32],
        scale: &[f32],
        shift: &[f32],
        map: &mut [f32],
    ) {
        assert_eq!((scale.len(), shift.len()), (self.channels, self.channels));
        self.read_chw_with(planes_chw, map, |channel, value| {
            value * scale[channel] + shift[channel]
        });
    }

    fn read_chw_with(&self, planes_chw: &[f32], map: &mut [f32], f: impl Fn(usize, f32) -> f32) {
        assert_eq!(planes_chw.len(), self.channels * self.height * self.width);
        assert_eq!(map.len(), self.len());
        map.fill(0.0);
        for (channel, plane) in planes_chw
            .chunks_exact(self.height * self.width)
            .enumerate()
        {
            for (y, row) in plane.chunks_exact(self.width).enumerate() {
                let start = self.offset(y + 1, 1) + channel;
                let places = map[start..].iter_mut().step_by(self.stride);
                for (place, &value) in places.zip(row) {
                    *place = f(channel, value);
                }
            }
        }
    }

    /// Brings this layout back into planes.
    ///
    /// # Shapes
    /// As for [`read_chw`](Self::read_chw).
    ///
    /// # Panics
    /// If a slice has another length.
    pub fn write_chw(&self, map: &[f32], planes_chw: &mut [f32]) {
        assert_eq!(planes_chw.len(), self.channels * self.height * self.width);
        assert_eq!(map.len(), self.len());
        for (channel, plane) in planes_chw
            .chunks_exact_mut(self.height * self.width)
            .enumerate()
        {
            for (y, row) in plane.chunks_exact_mut(self.width).enumerate() {
                let start = self.offset(y + 1, 1) + channel;
                let values = map[start..].iter().step_by(self.stride);
                for (place, &value) in row.iter_mut().zip(values) {
                    *place = value;
                }
            }
        }
    }

    /// Writes the zeros around the pixels.
    pub(crate) fn clear_border(&self, map: &mut [f32]) {
        let row_len = self.row_len();
        let right = self.offset(0, self.width + 1);
        for (row, values) in map.chunks_exact_mut(row_len).enumerate() {
            if (1..=self.height).contains(&row) {
                values[..self.stride].fill(0.0);
                values[right..].fill(0.0);
            } else {
                values.fill(0.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_come_back() {
        for shape in [
            MapShape::compact(3, 2, 5),
            MapShape::new(Simd::detect(), 5, 7, 4),
        ] {
            let planes: Vec<f32> = (1..=shape.channels() * shape.height() * shape.width())
                .map(|value| value as f32)
                .collect();
            let mut map = vec![f32::NAN; shape.len()];
            shape.read_chw(&planes, &mut map);
            assert_eq!(map.iter().sum::<f32>(), planes.iter().sum::<f32>());
            // channel 2 of the pixel in the second row, fourth column
            let at = (2 * shape.columns() + 4) * shape.stride() + 2;
            let expected = 2 * shape.height() * shape.width() + shape.width() + 3 + 1;
            assert_eq!(map[at], expected as f32);
            let scale: Vec<f32> = (0..shape.channels())
                .map(|channel| channel as f32)
                .collect();
            let shift = vec![0.5; shape.channels()];
            let mut scaled = vec![f32::NAN; shape.len()];
            shape.read_chw_scaled(&planes, &scale, &shift, &mut scaled);
            assert_eq!(scaled[at], 2.0 * expected as f32 + 0.5);
            let mut back = vec![0.0; planes.len()];
            shape.write_chw(&map, &mut back);
            assert_eq!(back, planes);
        }
    }

    #[test]
    fn shapes_that_cannot_be_addressed_are_refused() {
        // Of 32 and of 64 bits: the product overflows, or its bytes do, or a side with its border.
        let half = 1 << (usize::BITS / 2);
        for (channels, height, width) in [
            (half, half, 1),
            (half, half / 16, 1),
            (1, half, half),
            (usize::MAX, 1, 1),
            (1, usize::MAX, 1),
            (1, 1, usize::MAX - 3),
        ] {
            let refused = |new: fn(usize, usize, usize) -> MapShape| {
                std::panic::catch_unwind(|| new(channels, height, width)).is_err()
            };
            assert!(refused(MapShape::compact), "{channels} {height} {width}");
            let new =
                |channels, height, width| MapShape::new(Simd::detect(), channels, height, width);
            assert!(refused(new), "{channels} {height} {width}");
        }
        // 6 * 6 * 4 bytes for each channel
        let most = isize::MAX as usize / 144;
        assert_eq!(MapShape::compact(most, 1, 1).len(), 36 * most);
    }

    #[test]
    fn only_the_border_is_cleared() {
        let shape = MapShape::compact(2, 3, 5);
        let mut map = vec![1.0; shape.len()];
        shape.clear_border(&mut map);
        let mut planes = vec![1.0; 2 * 3 * 5];
        let mut expected = vec![0.0; shape.len()];
        shape.read_chw(&planes, &mut expected);
        assert_eq!(map, expected);
        shape.write_chw(&map, &mut planes);
        assert!(planes.iter().all(|&value| value == 1.0));
    }
}

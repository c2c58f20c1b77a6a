//! Winograd's minimal filtering, `F(4x4, 3x3)` and `F(2x2, 3x3)`.
//!
//! Source: Lavin and Gray 2015, "Fast Algorithms for Convolutional Neural Networks", section 4.

use crate::Simd;
use crate::conv::{ConvSpec, SET_OFFSET};
use crate::epilogue::Epilogue;
use crate::gemm::{ROWS, block_len, padded_columns};
use crate::map::{MapShape, product};
use crate::simd::lanes::Lanes;

/// Brings a line of `N` inputs to the points at which filters are multiplied.
pub(crate) trait InputTransform<const N: usize> {
    /// Outputs along a tile's side.
    const OUT: usize;

    /// # Safety
    /// The processor has the vector's instructions.
    unsafe fn input<V: Lanes>(line: [V; N]) -> [V; N];
}

/// Brings a line of `N` products to `OUT` outputs.
pub(crate) trait OutputTransform<const N: usize, const OUT: usize> {
    /// # Safety
    /// The processor has the vector's instructions.
    unsafe fn output<V: Lanes>(line: [V; N]) -> [V; OUT];
}

/// Four outputs from six points.
pub(crate) struct F4;

/// Two outputs from four points.
pub(crate) struct F2;

/// Two outputs that were computed directly.
pub(crate) struct Direct;

impl InputTransform<6> for F4 {
    const OUT: usize = 4;

    #[inline(always)]
    unsafe fn input<V: Lanes>([d0, d1, d2, d3, d4, d5]: [V; 6]) -> [V; 6] {
        // SAFETY: the caller vouches for the instructions.
        let (two, four, minus_four, minus_five) =
            unsafe { (V::splat(2.0), V::splat(4.0), V::splat(-4.0), V::splat(-5.0)) };
        let even = d2.mul_add(minus_four, d4);
        let odd = d1.mul_add(minus_four, d3);
        let even_twice = d4.sub(d2);
        let odd_twice = d3.sub(d1).mul(two);
        [
            d0.mul_add(four, d2.mul_add(minus_five, d4)),
            even.add(odd),
            even.sub(odd),
            even_twice.add(odd_twice),
            even_twice.sub(odd_twice),
            d1.mul_add(four, d3.mul_add(minus_five, d5)),
        ]
    }
}

impl OutputTransform<6, 4> for F4 {
    #[inline(always)]
    unsafe fn output<V: Lanes>([m0, m1, m2, m3, m4, m5]: [V; 6]) -> [V; 4] {
        // SAFETY: the caller vouches for the instructions.
        let (two, four, eight) = unsafe { (V::splat(2.0), V::splat(4.0), V::splat(8.0)) };
        let (sum, difference) = (m1.add(m2), m1.sub(m2));
        let (sum_twice, difference_twice) = (m3.add(m4), m3.sub(m4));
        [
            m0.add(sum).add(sum_twice),
            difference_twice.mul_add(two, difference),
            sum_twice.mul_add(four, sum),
            difference_twice.mul_add(eight, difference).add(m5),
        ]
    }
}

impl InputTransform<4> for F2 {
    const OUT: usize = 2;

    #[inline(always)]
    unsafe fn input<V: Lanes>([d0, d1, d2, d3]: [V; 4]) -> [V; 4] {
        [d0.sub(d2), d1.add(d2), d2.sub(d1), d1.sub(d3)]
    }
}

impl OutputTransform<4, 2> for F2 {
    #[inline(always)]
    unsafe fn output<V: Lanes>([m0, m1, m2, m3]: [V; 4]) -> [V; 2] {
        [m0.add(m1).add(m2), m1.sub(m2).sub(m3)]
    }
}

impl OutputTransform<2, 2> for Direct {
    #[inline(always)]
    unsafe fn output<V: Lanes>(line: [V; 2]) -> [V; 2] {
        line
    }
}

/// The filters' side of the transform: rows of `G`, which make a point of 3 weights each.
pub(crate) const F4_FILTER: [[f32; 3]; 6] = [
    [1.0 / 4.0, 0.0, 0.0],
    [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
    [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
    [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
    [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
    [0.0, 0.0, 1.0],
];

/// As [`F4_FILTER`].
pub(crate) const F2_FILTER: [[f32; 3]; 4] = [
    [1.0, 0.0, 0.0],
    [0.5, 0.5, 0.5],
    [0.5, -0.5, 0.5],
    [0.0, 0.0, 1.0],
];

/// Output channels whose filters are transformed side by side.
const GROUP: usize = 8;

/// Returns the filters at the points, in the order in which they are multiplied.
///
/// # Shapes
/// - `weights_oihw`: `[spec.output_channels, spec.input.channels, 3, 3]`
/// - returns: `[N * N, blocks, spec.input.stride, block]`
pub(crate) fn filters<const N: usize>(
    simd: Simd,
    spec: &ConvSpec,
    weights_oihw: &[f32],
    transform: &[[f32; 3]; N],
) -> Vec<f32> {
    let (channels, depth) = (spec.input.channels(), spec.input.stride());
    let columns = padded_columns(simd, spec.output_channels);
    let block_len = block_len(simd);
    let mut filters = vec![0.0; product([N, N, depth, columns])];
    // Points are so far apart in the result that writing them in turn would miss every cache.
    let point_stride = product([channels, GROUP]) + SET_OFFSET;
    let mut points = vec![0.0; product([N, N, point_stride])];
    for first in (0..spec.output_channels).step_by(GROUP) {
        let outputs = GROUP.min(spec.output_channels - first);
        for channel in 0..channels {
            let mut kernels = [[[0.0; GROUP]; 3]; 3];
            for output in 0..outputs {
                let kernel = &weights_oihw[((first + output) * channels + channel) * 9..][..9];
                for (place, &weight) in kernels.as_flattened_mut().iter_mut().zip(kernel) {
                    place[output] = weight;
                }
            }
            let [upper, middle, lower] =
                kernels.map(|[a, b, c]| transform.map(|row| weigh(row, a, b, c)));
            for (y, &row) in transform.iter().enumerate() {
                for (x, ((&a, &b), &c)) in upper.iter().zip(&middle).zip(&lower).enumerate() {
                    let at = (y * N + x) * point_stride + channel * GROUP;
                    points[at..at + GROUP].copy_from_slice(&weigh(row, a, b, c));
                }
            }
        }
        let start = first / block_len * depth * block_len + first % block_len;
        for (point, filters) in filters.chunks_exact_mut(depth * columns).enumerate() {
            let values = points[point * point_stride..].chunks_exact(GROUP);
            let rows = filters[start..].chunks_mut(block_len);
            for (row, values) in rows.zip(values).take(channels) {
                row[..outputs].copy_from_slice(&values[..outputs]);
            }
        }
    }
    filters
}

#[inline(always)]
fn weigh(
    [first, second, third]: [f32; 3],
    a: [f32; GROUP],
    b: [f32; GROUP],
    c: [f32; GROUP],
) -> [f32; GROUP] {
    std::array::from_fn(|lane| first * a[lane] + second * b[lane] + third * c[lane])
}

/// Consecutive tiles of a map, counted row by row.
#[derive(Clone, Copy)]
pub(crate) struct Tiles {
    pub first: usize,
    pub count: usize,
    /// Tiles in a row of the map.
    pub across: usize,
}

impl Tiles {
    /// Where [`ROWS`] of them begin in a map; the last one is repeated if there are too few.
    #[inline(always)]
    fn corners(self, from: usize, shape: MapShape, side: usize) -> [usize; ROWS] {
        std::array::from_fn(|tile| {
            let tile = self.first + (from + tile).min(self.count - 1);
            shape.offset(tile / self.across * side, tile % self.across * side)
        })
    }

    /// The position of each, in tiles from the map's corner.
    #[inline(always)]
    fn positions(self) -> impl Iterator<Item = (usize, usize)> {
        (self.first..self.first + self.count)
            .map(move |tile| (tile / self.across, tile % self.across))
    }
}

/// What [`transform_input`] reads and writes.
pub(crate) struct InputTiles<'a> {
    pub tiles: Tiles,
    pub shape: MapShape,
    pub map: &'a [f32],
    /// `[points, tiles / ROWS, shape.stride, ROWS]`
    pub points: &'a mut [f32],
    /// Values from one point to the next.
    pub point_stride: usize,
}

/// What [`transform_output`] reads and writes.
pub(crate) struct OutputTiles<'a> {
    pub tiles: Tiles,
    /// `[points, tiles, at least channels]`
    pub points: &'a [f32],
    /// Values from a line of points to the next.
    pub line_stride: usize,
    /// Values from one point to the next.
    pub point_stride: usize,
    /// Values from one tile to the next.
    pub tile_stride: usize,
    /// The first of the output's channels that the points hold, and how many with their padding.
    pub first_channel: usize,
    pub channels: usize,
    pub epilogue: &'a Epilogue,
    pub residual: Option<&'a [f32]>,
    pub output: &'a mut [f32],
}

/// # Safety
/// The processor has the vector's instructions.
#[inline(always)]
pub(crate) unsafe fn transform_input<V: Lanes, T: InputTransform<N>, const N: usize>(
    input: InputTiles<'_>,
) {
    let InputTiles {
        tiles,
        shape,
        map,
        points,
        point_stride,
    } = input;
    let stride = shape.stride();
    let last = tiles.first + tiles.count - 1;
    let last_corner = shape.offset(last / tiles.across * T::OUT, (tiles.across - 1) * T::OUT);
    assert!(stride.is_multiple_of(V::LEN));
    assert!(last_corner + shape.offset(N - 1, N) <= map.len());
    let padded = tiles.count.next_multiple_of(ROWS);
    assert!((N * N - 1) * point_stride + padded * stride <= points.len());

    // SAFETY: the caller vouches for the instructions.
    let mut tiles_at_points = unsafe { [[[V::splat(0.0); N]; N]; ROWS] };
    for first in (0..tiles.count).step_by(ROWS) {
        let corners = tiles.corners(first, shape, T::OUT);
        for channel in (0..stride).step_by(V::LEN) {
            // SAFETY: the assertions above keep every tile within the slices; the caller vouches
            // for the instructions.
            unsafe {
                for (corner, tile) in corners.into_iter().zip(&mut tiles_at_points) {
                    let from = map.as_ptr().add(corner + channel);
                    transform_tile::<V, T, N>(from, shape, tile);
                }
                let to = points.as_mut_ptr().add(first * stride + channel * ROWS);
                for point in 0..N * N {
                    let rows =
                        std::array::from_fn(|tile| tiles_at_points[tile].as_flattened()[point]);
                    V::store_interleaved(rows, to.add(point * point_stride));
                }
            }
        }
    }
}

/// Writes one tile's vector of channels at the points into memory that is used again for the next.
///
/// # Safety
/// The processor has the vector's instructions; `from` leads to a tile of a map.
#[inline(always)]
unsafe fn transform_tile<V: Lanes, T: InputTransform<N>, const N: usize>(
    from: *const f32,
    shape: MapShape,
    points: &mut [[V; N]; N],
) {
    // SAFETY: the caller vouches for both.
    unsafe {
        let mut lines = [[V::splat(0.0); N]; N];
        for x in 0..N {
            let column: [V; N] = std::array::from_fn(|y| V::load(from.add(shape.offset(y, x))));
            for (line, value) in lines.iter_mut().zip(T::input(column)) {
                line[x] = value;
            }
        }
        for (points, line) in points.iter_mut().zip(lines) {
            *points = T::input(line);
        }
    }
}

/// # Safety
/// The processor has the vector's instructions.
#[inline(always)]
pub(crate) unsafe fn transform_output<
    V: Lanes,
    T: OutputTransform<N, OUT>,
    const N: usize,
    const OUT: usize,
>(
    input: OutputTiles<'_>,
) {
    let OutputTiles {
        tiles,
        points,
        channels,
        epilogue,
        residual,
        output,
        ..
    } = input;
    let last = (N - 1) * (input.line_stride + input.point_stride);
    assert!(channels.is_multiple_of(V::LEN) && channels <= input.tile_stride);
    assert!(input.first_channel + channels <= epilogue.stride());
    assert!(last + (tiles.count - 1) * input.tile_stride + channels <= points.len());
    epilogue.check(residual, output);

    for (tile, (row, column)) in tiles.positions().enumerate() {
        let place = epilogue.place(row * OUT, column * OUT, OUT);
        for channel in (0..channels).step_by(V::LEN) {
            // SAFETY: the assertions above keep every tile within `points`; the caller vouches for
            // the instructions.
            unsafe {
                let from = points.as_ptr().add(tile * input.tile_stride + channel);
                let mut lines = [[V::splat(0.0); N]; OUT];
                for x in 0..N {
                    let column: [V; N] = std::array::from_fn(|y| {
                        V::load(from.add(y * input.line_stride + x * input.point_stride))
                    });
                    for (line, value) in lines.iter_mut().zip(T::output(column)) {
                        line[x] = value;
                    }
                }
                let mut values = [[V::splat(0.0); OUT]; OUT];
                for (line, values) in lines.into_iter().zip(&mut values) {
                    *values = T::output(line);
                }
                epilogue.finish(
                    place,
                    input.first_channel + channel,
                    values,
                    residual,
                    output,
                );
            }
        }
    }
}

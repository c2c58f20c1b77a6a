use crate::Simd;
use crate::simd::lanes::Lanes;

/// Rows that one pass of the inner loop computes; with two vectors a row, eight sums stay in
/// registers even where an engine uses only nine of them.
pub(crate) const ROWS: usize = 4;

/// Vectors in a row of the inner loop.
const VECTORS: usize = 2;

/// A matrix product `c = a b`, `[rows, depth] x [depth, columns]`.
///
/// A row of `a` consists of `segments` stretches of `segment_len` values, so that the rows of
/// pixels under a convolution's window need not be copied together. Where [`ROWS`] rows are
/// interleaved, value by value, the inner loop follows one pointer instead of four.
pub(crate) struct Gemm<'a> {
    pub rows: usize,
    pub a: &'a [f32],
    /// Values from one row of `a` to the next, on average where they are interleaved; rows may
    /// overlap.
    pub a_stride: usize,
    pub segments: usize,
    pub segment_len: usize,
    /// Values from one stretch of a row to the next.
    pub segment_stride: usize,
    /// As [`pack`] returns it.
    pub b: &'a [f32],
    pub c: &'a mut [f32],
    /// Values from one row of `c` to the next, at least [`padded_columns`].
    pub c_stride: usize,
    /// Padded columns.
    pub columns: usize,
}

/// Number of columns that one pass of the inner loop computes.
pub(crate) fn block_len(simd: Simd) -> usize {
    VECTORS * simd.lanes()
}

/// Number of columns with those that fill up the last block.
pub(crate) fn padded_columns(simd: Simd, columns: usize) -> usize {
    columns.next_multiple_of(block_len(simd))
}

/// Returns a matrix in the order in which the inner loop reads it.
///
/// # Shapes
/// - `value(row, column)`: `[depth, columns]`
/// - returns: `[padded_columns / block, depth, block]`, where a block is as wide as the inner loop
pub(crate) fn pack(
    simd: Simd,
    depth: usize,
    columns: usize,
    packed: &mut [f32],
    value: impl Fn(usize, usize) -> f32,
) {
    let block_len = block_len(simd);
    for (block, values) in packed.chunks_exact_mut(depth * block_len).enumerate() {
        for (row, values) in values.chunks_exact_mut(block_len).enumerate() {
            for (lane, place) in values.iter_mut().enumerate() {
                let column = block * block_len + lane;
                *place = if column < columns {
                    value(row, column)
                } else {
                    0.0
                };
            }
        }
    }
}

/// Multiplies by rows of which [`ROWS`] are interleaved, or by rows one after another.
///
/// # Safety
/// The processor has the vector's instructions.
#[inline(always)]
pub(crate) unsafe fn multiply<V: Lanes, const INTERLEAVED: bool>(gemm: Gemm<'_>) {
    let Gemm {
        rows,
        segments,
        segment_len,
        ..
    } = gemm;
    let depth = segments * segment_len;
    let block_len = VECTORS * V::LEN;
    if rows == 0 {
        return;
    }
    assert!(gemm.columns.is_multiple_of(block_len) && gemm.columns <= gemm.c_stride);
    let (last_row, step) = match INTERLEAVED {
        true => (rows.next_multiple_of(ROWS) - ROWS, ROWS),
        false => (rows - 1, 1),
    };
    let last_segment = (segments - 1) * gemm.segment_stride;
    assert!(last_row * gemm.a_stride + last_segment + segment_len * step <= gemm.a.len());
    assert_eq!(gemm.b.len(), depth * gemm.columns);
    assert!((rows - 1) * gemm.c_stride + gemm.columns <= gemm.c.len());

    let (a, c) = (gemm.a.as_ptr(), gemm.c.as_mut_ptr());
    for (block, b) in gemm.b.chunks_exact(depth * block_len).enumerate() {
        let mut row = 0;
        while row < rows {
            // SAFETY: the assertions above keep every row and column within the slices; the caller
            // vouches for the instructions.
            unsafe {
                let tile = Tile {
                    a: a.add(row * gemm.a_stride),
                    a_stride: gemm.a_stride,
                    segments,
                    segment_len,
                    segment_stride: gemm.segment_stride,
                    b: b.as_ptr(),
                    c: c.add(row * gemm.c_stride + block * block_len),
                    c_stride: gemm.c_stride,
                };
                match rows - row {
                    1 => tile.multiply::<V, 1, INTERLEAVED>(),
                    2 => tile.multiply::<V, 2, INTERLEAVED>(),
                    3 => tile.multiply::<V, 3, INTERLEAVED>(),
                    _ => tile.multiply::<V, ROWS, INTERLEAVED>(),
                }
            }
            row += ROWS;
        }
    }
}

struct Tile {
    a: *const f32,
    a_stride: usize,
    segments: usize,
    segment_len: usize,
    segment_stride: usize,
    b: *const f32,
    c: *mut f32,
    c_stride: usize,
}

impl Tile {
    /// # Safety
    /// The processor has the vector's instructions; `R` rows of `a` and `c` and the block `b` lie
    /// in memory that the pointers may reach.
    #[inline(always)]
    unsafe fn multiply<V: Lanes, const R: usize, const INTERLEAVED: bool>(self) {
        let (row_stride, step) = match INTERLEAVED {
            true => (1, ROWS),
            false => (self.a_stride, 1),
        };
        // SAFETY: the caller vouches for all of it.
        unsafe {
            let mut b = self.b;
            let mut sums = [[V::splat(0.0); VECTORS]; R];
            for segment in 0..self.segments {
                let start = self.a.add(segment * self.segment_stride);
                let mut a: [*const f32; R] = std::array::from_fn(|row| start.add(row * row_stride));
                for _ in 0..self.segment_len {
                    let factors: [V; VECTORS] = std::array::from_fn(|v| V::load(b.add(v * V::LEN)));
                    for (sums, a) in sums.iter_mut().zip(&mut a) {
                        let value = V::splat(**a);
                        for (sum, factor) in sums.iter_mut().zip(factors) {
                            *sum = value.mul_add(factor, *sum);
                        }
                        *a = a.add(step);
                    }
                    b = b.add(VECTORS * V::LEN);
                }
            }
            for (row, sums) in sums.into_iter().enumerate() {
                for (v, sum) in sums.into_iter().enumerate() {
                    sum.store(self.c.add(row * self.c_stride + v * V::LEN));
                }
            }
        }
    }
}

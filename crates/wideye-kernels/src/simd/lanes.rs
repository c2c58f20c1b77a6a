/// A vector of float32 values.
///
/// Values come from [`load`](Self::load) and [`splat`](Self::splat) only, whose callers vouch for
/// the instructions; what takes a value is therefore safe.
pub(crate) trait Lanes: Copy {
    /// Number of values.
    const LEN: usize;

    /// # Safety
    /// The processor has the vector's instructions.
    unsafe fn splat(value: f32) -> Self;

    /// # Safety
    /// As [`splat`](Self::splat), and `from` leads to [`LEN`](Self::LEN) readable values.
    unsafe fn load(from: *const f32) -> Self;

    /// # Safety
    /// `to` leads to [`LEN`](Self::LEN) writable values.
    unsafe fn store(self, to: *mut f32);

    /// Stores the first values of four rows, then their second values, and so on.
    ///
    /// # Safety
    /// `to` leads to `4 * LEN` writable values.
    unsafe fn store_interleaved(rows: [Self; 4], to: *mut f32);

    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    /// `self * factor + summand`, rounded once or twice.
    fn mul_add(self, factor: Self, summand: Self) -> Self;
    /// The larger values; where `self` is not a number, so is the result.
    fn max(self, other: Self) -> Self;
    /// The smaller values; where `self` is not a number, so is the result.
    fn min(self, other: Self) -> Self;
    /// The nearest whole numbers.
    fn round(self) -> Self;
    /// Two to the power of whole numbers from -126 to 127.
    fn exp2_whole(self) -> Self;
}

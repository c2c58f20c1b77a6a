use crate::simd::lanes::Lanes;

/// Below, exp is nearer to 0 than one rounding error of ELU.
const LOWEST: f32 = -87.0;

/// Returns x for x >= 0 and alpha (exp(x) - 1) for x < 0.
///
/// The absolute error is below alpha times 1.2e-7. Source: Clevert et al. 2015, equation 15.
///
/// # Safety
/// The processor has the vector's instructions.
#[inline(always)]
pub(crate) unsafe fn elu<V: Lanes>(x: V, alpha: f32) -> V {
    // SAFETY: the caller vouches for the instructions.
    let (zero, one, alpha, lowest) = unsafe {
        (
            V::splat(0.0),
            V::splat(1.0),
            V::splat(alpha),
            V::splat(LOWEST),
        )
    };
    // SAFETY: as above.
    let exp = unsafe { exp(x.min(zero).max(lowest)) };
    exp.sub(one).mul_add(alpha, x.max(zero))
}

/// Applies ELU to each of many values.
///
/// # Safety
/// The processor has the vector's instructions.
#[inline(always)]
pub(crate) unsafe fn elu_in_place<V: Lanes>(values: &mut [f32], alpha: f32) {
    let mut chunks = values.chunks_exact_mut(V::LEN);
    for chunk in &mut chunks {
        // SAFETY: a chunk holds a vector; the caller vouches for the instructions.
        unsafe { elu(V::load(chunk.as_ptr()), alpha).store(chunk.as_mut_ptr()) }
    }
    let rest = chunks.into_remainder();
    let mut last = [0.0; MOST_LANES];
    last[..rest.len()].copy_from_slice(rest);
    // SAFETY: no vector is longer than the array; the caller vouches for the instructions.
    unsafe { elu(V::load(last.as_ptr()), alpha).store(last.as_mut_ptr()) }
    rest.copy_from_slice(&last[..rest.len()]);
}

/// Values in the longest vector.
const MOST_LANES: usize = 16;

/// Returns e to the power of values from -87 to 0, with an absolute error below 1.1e-7.
///
/// As 2 to the power of a whole number and of a rest from -1/2 to 1/2. The polynomial of the rest is
/// that of least maximum relative error, 2e-9, among those of degree 6 that are 1 at 0; it is
/// evaluated by Estrin's scheme, since most of the time goes by waiting for one result after another.
///
/// # Safety
/// The processor has the vector's instructions.
#[inline(always)]
unsafe fn exp<V: Lanes>(x: V) -> V {
    // SAFETY: the caller vouches for the instructions.
    let splat = |value| unsafe { V::splat(value) };
    let exponent = x.mul(splat(std::f32::consts::LOG2_E));
    let whole = exponent.round();
    let rest = exponent.sub(whole);
    let square = rest.mul(rest);
    let low = rest.mul_add(splat(std::f32::consts::LN_2), splat(1.0));
    let middle = rest.mul_add(splat(5.550_332_4e-2), splat(0.240_226_48));
    let high = rest.mul_add(splat(1.339_887_4e-3), splat(9.618_437e-3));
    let high = square.mul_add(splat(1.535_336_2e-4), high);
    let low = middle.mul_add(square, low);
    let power = high.mul_add(square.mul(square), low);
    power.mul(whole.exp2_whole())
}

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

/// Returns e to the power of values from -87 to 0.
///
/// With n ln 2 taken out, what is left lies within half of ln 2. Source: the coefficients of expf in
/// Moshier's Cephes library.
///
/// # Safety
/// The processor has the vector's instructions.
#[inline(always)]
unsafe fn exp<V: Lanes>(x: V) -> V {
    // SAFETY: the caller vouches for the instructions.
    let splat = |value| unsafe { V::splat(value) };
    let n = x.mul(splat(std::f32::consts::LOG2_E)).round();
    // ln 2 in two parts, the first with so few digits that its product with n is exact.
    let r = n.mul_add(splat(-0.693_359_4), x);
    let r = n.mul_add(splat(2.121_944_4e-4), r);
    let p = splat(1.987_569_1e-4).mul_add(r, splat(1.398_199_9e-3));
    let p = p.mul_add(r, splat(8.333_452e-3));
    let p = p.mul_add(r, splat(4.166_579_6e-2));
    let p = p.mul_add(r, splat(1.666_666_5e-1));
    let p = p.mul_add(r, splat(0.5));
    let p = p.mul_add(r.mul(r), r).add(splat(1.0));
    p.mul(n.exp2_whole())
}

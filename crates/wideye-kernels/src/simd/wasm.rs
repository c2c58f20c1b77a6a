use core::arch::wasm32::*;

use super::Stages;
use super::lanes::Lanes;

#[derive(Clone, Copy)]
pub(crate) struct Wasm(v128);

#[cfg(not(feature = "relaxed-simd"))]
pub(crate) static STAGES: Stages = super::stages!("simd128", super::wasm::Wasm, "simd128");

#[cfg(feature = "relaxed-simd")]
pub(crate) static STAGES: Stages =
    super::stages!("relaxed-simd", super::wasm::Wasm, "simd128,relaxed-simd");

impl Lanes for Wasm {
    const LEN: usize = 4;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self(f32x4_splat(value))
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for four readable values.
        Self(unsafe { v128_load(from.cast()) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for four writable values.
        unsafe { v128_store(to.cast(), self.0) }
    }

    #[inline(always)]
    unsafe fn store_interleaved([a, b, c, d]: [Self; 4], to: *mut f32) {
        let (ab_low, ab_high) = zip(a.0, b.0);
        let (cd_low, cd_high) = zip(c.0, d.0);
        let columns = [
            i64x2_shuffle::<0, 2>(ab_low, cd_low),
            i64x2_shuffle::<1, 3>(ab_low, cd_low),
            i64x2_shuffle::<0, 2>(ab_high, cd_high),
            i64x2_shuffle::<1, 3>(ab_high, cd_high),
        ];
        // SAFETY: the caller vouches for four vectors of writable values.
        unsafe { to.cast::<[v128; 4]>().write_unaligned(columns) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(f32x4_add(self.0, other.0))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(f32x4_sub(self.0, other.0))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(f32x4_mul(self.0, other.0))
    }

    #[cfg(not(feature = "relaxed-simd"))]
    #[inline(always)]
    fn mul_add(self, factor: Self, summand: Self) -> Self {
        self.mul(factor).add(summand)
    }

    #[cfg(feature = "relaxed-simd")]
    #[inline(always)]
    fn mul_add(self, factor: Self, summand: Self) -> Self {
        Self(f32x4_relaxed_madd(self.0, factor.0, summand.0))
    }

    // One instruction on x86, unlike f32x4.max, which orders zeros and looks for numbers that are none.
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(f32x4_pmax(self.0, other.0))
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(f32x4_pmin(self.0, other.0))
    }

    #[inline(always)]
    fn round(self) -> Self {
        Self(f32x4_nearest(self.0))
    }

    #[inline(always)]
    fn exp2_whole(self) -> Self {
        // Added to 1.5 * 2^23, a small whole number stands in the lowest bits; so does its sum with 127.
        let biased = f32x4_add(self.0, f32x4_splat(12_582_912.0 + 127.0));
        Self(i32x4_shl(biased, 23))
    }
}

/// The lower and the upper values of two vectors in turn.
#[inline(always)]
fn zip(a: v128, b: v128) -> (v128, v128) {
    (
        i32x4_shuffle::<0, 4, 1, 5>(a, b),
        i32x4_shuffle::<2, 6, 3, 7>(a, b),
    )
}

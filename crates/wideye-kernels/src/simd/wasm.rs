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

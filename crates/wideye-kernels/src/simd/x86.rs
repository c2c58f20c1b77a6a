use core::arch::x86_64::*;

use super::Stages;
use super::lanes::Lanes;

pub(crate) static AVX2: Stages = super::stages!("avx2", super::x86::Avx2, "avx2,fma");
pub(crate) static AVX512: Stages = super::stages!("avx512", super::x86::Avx512, "avx512f");

#[derive(Clone, Copy)]
pub(crate) struct Avx2(__m256);

#[derive(Clone, Copy)]
pub(crate) struct Avx512(__m512);

/// Implements the operations that differ in their intrinsics' names only.
macro_rules! operations {
    ($($name:ident($($operand:ident),*) = $intrinsic:path;)*) => {$(
        #[inline(always)]
        fn $name(self $(, $operand: Self)*) -> Self {
            // SAFETY: a vector exists only where its instructions do.
            Self(unsafe { $intrinsic(self.0 $(, $operand.0)*) })
        }
    )*};
}

impl Lanes for Avx2 {
    const LEN: usize = 8;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller vouches for the instructions.
        Self(unsafe { _mm256_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for the instructions and for eight readable values.
        Self(unsafe { _mm256_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for eight writable values.
        unsafe { _mm256_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_interleaved([a, b, c, d]: [Self; 4], to: *mut f32) {
        // SAFETY: the caller vouches for the instructions and for 32 writable values.
        unsafe {
            let (ab_low, ab_high) = (_mm256_unpacklo_ps(a.0, b.0), _mm256_unpackhi_ps(a.0, b.0));
            let (cd_low, cd_high) = (_mm256_unpacklo_ps(c.0, d.0), _mm256_unpackhi_ps(c.0, d.0));
            // Each holds one column of every quarter of four values.
            let columns = [
                _mm256_shuffle_ps::<0x44>(ab_low, cd_low),
                _mm256_shuffle_ps::<0xee>(ab_low, cd_low),
                _mm256_shuffle_ps::<0x44>(ab_high, cd_high),
                _mm256_shuffle_ps::<0xee>(ab_high, cd_high),
            ];
            for (column, values) in columns.into_iter().enumerate() {
                let to = to.add(4 * column);
                _mm_storeu_ps(to, _mm256_castps256_ps128(values));
                _mm_storeu_ps(to.add(16), _mm256_extractf128_ps::<1>(values));
            }
        }
    }

    operations! {
        add(other) = _mm256_add_ps;
        sub(other) = _mm256_sub_ps;
        mul(other) = _mm256_mul_ps;
        mul_add(factor, summand) = _mm256_fmadd_ps;
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: a vector exists only where its instructions do. The second operand wins where
        // either is not a number.
        Self(unsafe { _mm256_max_ps(other.0, self.0) })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: as in `max`.
        Self(unsafe { _mm256_min_ps(other.0, self.0) })
    }

    #[inline(always)]
    fn round(self) -> Self {
        // SAFETY: a vector exists only where its instructions do.
        Self(unsafe {
            _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(self.0)
        })
    }

    #[inline(always)]
    fn exp2_whole(self) -> Self {
        // SAFETY: a vector exists only where its instructions do.
        Self(unsafe {
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(self.0), _mm256_set1_epi32(127));
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent))
        })
    }
}

impl Lanes for Avx512 {
    const LEN: usize = 16;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller vouches for the instructions.
        Self(unsafe { _mm512_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for the instructions and for sixteen readable values.
        Self(unsafe { _mm512_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for sixteen writable values.
        unsafe { _mm512_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_interleaved([a, b, c, d]: [Self; 4], to: *mut f32) {
        // SAFETY: the caller vouches for the instructions and for 64 writable values.
        unsafe {
            let (ab_low, ab_high) = (_mm512_unpacklo_ps(a.0, b.0), _mm512_unpackhi_ps(a.0, b.0));
            let (cd_low, cd_high) = (_mm512_unpacklo_ps(c.0, d.0), _mm512_unpackhi_ps(c.0, d.0));
            let columns = [
                _mm512_shuffle_ps::<0x44>(ab_low, cd_low),
                _mm512_shuffle_ps::<0xee>(ab_low, cd_low),
                _mm512_shuffle_ps::<0x44>(ab_high, cd_high),
                _mm512_shuffle_ps::<0xee>(ab_high, cd_high),
            ];
            for (column, values) in columns.into_iter().enumerate() {
                let to = to.add(4 * column);
                _mm_storeu_ps(to, _mm512_castps512_ps128(values));
                _mm_storeu_ps(to.add(16), _mm512_extractf32x4_ps::<1>(values));
                _mm_storeu_ps(to.add(32), _mm512_extractf32x4_ps::<2>(values));
                _mm_storeu_ps(to.add(48), _mm512_extractf32x4_ps::<3>(values));
            }
        }
    }

    operations! {
        add(other) = _mm512_add_ps;
        sub(other) = _mm512_sub_ps;
        mul(other) = _mm512_mul_ps;
        mul_add(factor, summand) = _mm512_fmadd_ps;
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: a vector exists only where its instructions do. The second operand wins where
        // either is not a number.
        Self(unsafe { _mm512_max_ps(other.0, self.0) })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: as in `max`.
        Self(unsafe { _mm512_min_ps(other.0, self.0) })
    }

    #[inline(always)]
    fn round(self) -> Self {
        // SAFETY: a vector exists only where its instructions do.
        Self(unsafe {
            _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(self.0)
        })
    }

    #[inline(always)]
    fn exp2_whole(self) -> Self {
        // SAFETY: a vector exists only where its instructions do.
        Self(unsafe {
            let exponent = _mm512_add_epi32(_mm512_cvtps_epi32(self.0), _mm512_set1_epi32(127));
            _mm512_castsi512_ps(_mm512_slli_epi32::<23>(exponent))
        })
    }
}

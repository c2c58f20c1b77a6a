use std::fmt;

use crate::elu;
use crate::gemm::{self, Gemm};
use crate::winograd::{self, InputTiles, OutputTiles};

pub(crate) mod lanes;
mod portable;
#[cfg(target_arch = "wasm32")]
mod wasm;
#[cfg(target_arch = "x86_64")]
mod x86;

/// The vector instructions that kernels are compiled for.
///
/// Packed weights and feature maps belong to the instructions they were made for, since their
/// padding depends on the width of a vector.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Simd {
    stages: &'static Stages,
}

/// The inner loops for one set of instructions.
pub(crate) struct Stages {
    pub name: &'static str,
    /// Number of values in a vector.
    pub lanes: usize,
    /// # Safety
    /// The processor has the instructions; as for the others.
    pub elu: unsafe fn(&mut [f32], f32),
    pub multiply: unsafe fn(Gemm<'_>),
    pub multiply_interleaved: unsafe fn(Gemm<'_>),
    pub input_f4: unsafe fn(InputTiles<'_>),
    pub input_f2: unsafe fn(InputTiles<'_>),
    pub output_f4: unsafe fn(OutputTiles<'_>),
    pub output_f2: unsafe fn(OutputTiles<'_>),
    pub output_direct: unsafe fn(OutputTiles<'_>),
}

/// Compiles the inner loops for one type of vector.
macro_rules! stages {
    ($name:literal, $vector:ty $(, $feature:literal)?) => {{
        use super::*;
        $(#[target_feature(enable = $feature)])?
        unsafe fn elu(values: &mut [f32], alpha: f32) {
            // SAFETY: the caller vouches for the instructions, as in all of these.
            unsafe { elu::elu_in_place::<$vector>(values, alpha) }
        }
        $(#[target_feature(enable = $feature)])?
        unsafe fn multiply(gemm: Gemm<'_>) {
            // SAFETY: as above.
            unsafe { gemm::multiply::<$vector, false>(gemm) }
        }
        $(#[target_feature(enable = $feature)])?
        unsafe fn multiply_interleaved(gemm: Gemm<'_>) {
            // SAFETY: as above.
            unsafe { gemm::multiply::<$vector, true>(gemm) }
        }
        $(#[target_feature(enable = $feature)])?
        unsafe fn input_f4(tiles: InputTiles<'_>) {
            // SAFETY: as above.
            unsafe { winograd::transform_input::<$vector, winograd::F4, 6>(tiles) }
        }
        $(#[target_feature(enable = $feature)])?
        unsafe fn input_f2(tiles: InputTiles<'_>) {
            // SAFETY: as above.
            unsafe { winograd::transform_input::<$vector, winograd::F2, 4>(tiles) }
        }
        $(#[target_feature(enable = $feature)])?
        unsafe fn output_f4(tiles: OutputTiles<'_>) {
            // SAFETY: as above.
            unsafe { winograd::transform_output::<$vector, winograd::F4, 6, 4>(tiles) }
        }
        $(#[target_feature(enable = $feature)])?
        unsafe fn output_f2(tiles: OutputTiles<'_>) {
            // SAFETY: as above.
            unsafe { winograd::transform_output::<$vector, winograd::F2, 4, 2>(tiles) }
        }
        $(#[target_feature(enable = $feature)])?
        unsafe fn output_direct(tiles: OutputTiles<'_>) {
            // SAFETY: as above.
            unsafe { winograd::transform_output::<$vector, winograd::Direct, 2, 2>(tiles) }
        }
        Stages {
            name: $name,
            lanes: <$vector as lanes::Lanes>::LEN,
            elu,
            multiply,
            multiply_interleaved,
            input_f4,
            input_f2,
            output_f4,
            output_f2,
            output_direct,
        }
    }};
}
use stages;

impl Simd {
    /// The widest instructions that this processor has.
    pub fn detect() -> Self {
        Self::available()[0]
    }

    /// Every set of instructions that this processor has, the widest first.
    ///
    /// The last is plain Rust, which runs everywhere.
    pub fn available() -> Vec<Self> {
        let mut found = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if std::is_x86_feature_detected!("avx512f") {
                found.push(Self {
                    stages: &x86::AVX512,
                });
            }
            if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
                found.push(Self { stages: &x86::AVX2 });
            }
        }
        // A WebAssembly module that needs instructions which the engine lacks does not even compile.
        #[cfg(target_arch = "wasm32")]
        found.push(Self {
            stages: &wasm::STAGES,
        });
        found.push(Self {
            stages: &portable::STAGES,
        });
        found
    }

    /// A name such as `avx2`, for reports.
    pub fn name(self) -> &'static str {
        self.stages.name
    }

    /// Number of float32 values in a vector.
    pub fn lanes(self) -> usize {
        self.stages.lanes
    }

    /// Applies ELU, x for x >= 0 and alpha (exp(x) - 1) for x < 0, to each value.
    ///
    /// The absolute error is below alpha times 1.2e-7.
    pub fn elu(self, values: &mut [f32], alpha: f32) {
        // SAFETY: `Simd` stands for instructions that the processor has.
        unsafe { (self.stages.elu)(values, alpha) }
    }

    pub(crate) fn stages(self) -> &'static Stages {
        self.stages
    }
}

impl PartialEq for Stages {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Stages {}

impl fmt::Debug for Simd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

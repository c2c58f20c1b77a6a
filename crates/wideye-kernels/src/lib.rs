//! Convolution, ELU and pooling for small feature maps, in SIMD.
//!
//! [`Conv3x3`] computes a convolution with all that follows it in one go: bias, residual sum, ELU,
//! 2x2 maximum. [`Pointwise`] computes class activation maps. Maps keep the channels of a pixel side
//! by side, within a border of zeros ([`MapShape`]), so that one layer's output is the next one's input.
//!
//! Inner loops are written once, over a vector type, and compiled for each set of instructions;
//! [`Simd::detect`] chooses at run time.
//!
//! # Example
//! ```
//! use wideye_kernels::{Conv3x3, ConvSpec, MapShape, Simd};
//!
//! let simd = Simd::detect();
//! let input = MapShape::compact(1, 2, 3);
//! let spec = ConvSpec { input, output_channels: 1, elu: Some(1.0), residual: None, pool: false };
//! let sum_of_window = Conv3x3::new(simd, spec, &[1.0; 9], &[-20.0]);
//!
//! let mut map = vec![0.0; input.len()];
//! input.read_chw(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &mut map);
//! let mut output = vec![0.0; sum_of_window.output().len()];
//! let mut scratch = vec![0.0; sum_of_window.scratch_len()];
//! sum_of_window.run(&map, None, &mut output, &mut scratch);
//!
//! let mut planes = [0.0; 6];
//! sum_of_window.output().write_chw(&output, &mut planes);
//! // 1 + 2 + 4 + 5 - 20 = -8, 21 - 20 = 1
//! assert!((planes[0] - (f32::exp(-8.0) - 1.0)).abs() < 1e-6);
//! assert!((planes[1] - 1.0).abs() < 1e-6);
//! ```

#![deny(missing_docs)]
#![allow(unsafe_code)] // besides one call in wideye-wasm, the only crate where it is; each block gives its reason

mod conv;
mod elu;
mod epilogue;
mod gemm;
mod map;
mod pointwise;
pub mod reference;
mod simd;
mod winograd;

pub use conv::{Conv3x3, ConvSpec, Method};
pub use epilogue::Residual;
pub use map::MapShape;
pub use pointwise::Pointwise;
pub use simd::Simd;

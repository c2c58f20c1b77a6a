//! Convolution, ELU and pooling for small feature maps, in SIMD.

#![deny(missing_docs)]

use serde::Serialize;
use wideye_kernels::Simd;

/// What computes a model's graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Backend {
    /// wideye-kernels where they know the nodes, tract elsewhere.
    #[default]
    Kernels,
    /// tract alone, for comparison.
    Tract,
}

impl Backend {
    /// The name that commands use: `kernels` or `tract`.
    pub fn name(self) -> &'static str {
        match self {
            Backend::Kernels => "kernels",
            Backend::Tract => "tract",
        }
    }
}

/// The name of the instructions that the kernels use here, such as `avx2` or `relaxed-simd`.
pub fn instructions() -> &'static str {
    Simd::detect().name()
}

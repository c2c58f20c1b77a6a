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

    /// The version of what computes: this crate's, or tract's.
    pub fn version(self) -> &'static str {
        match self {
            Backend::Kernels => env!("CARGO_PKG_VERSION"),
            Backend::Tract => TRACT_VERSION,
        }
    }
}

/// As the workspace pins it; tract does not tell.
const TRACT_VERSION: &str = "0.23.9";

/// The name of the instructions that the kernels use here, such as `avx2` or `relaxed-simd`.
pub fn instructions() -> &'static str {
    Simd::detect().name()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tracts_version_is_the_pinned_one() {
        let workspace = include_str!("../../../Cargo.toml");
        let pin = format!("tract-core = \"={}\"", Backend::Tract.version());
        assert!(workspace.lines().any(|line| line == pin), "no {pin}");
    }
}

use crate::{ErrorKind, Result};

/// What a picture may need at most, checked before memory is set aside for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of the encoded file in bytes; 64 MiB by default.
    pub max_bytes: usize,
    /// Width and height in pixels; 16,384 by default.
    pub max_side: u32,
    /// Width times height in pixels; 64 million by default.
    pub max_pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 64 << 20,
            max_side: 16_384,
            max_pixels: 64_000_000,
        }
    }
}

impl Limits {
    pub(crate) fn check(&self, width: u32, height: u32) -> Result<()> {
        let Self {
            max_side,
            max_pixels,
            ..
        } = *self;
        let pixels = u64::from(width) * u64::from(height);
        if width > max_side || height > max_side || pixels > max_pixels {
            return Err(ErrorKind::TooManyPixels {
                width,
                height,
                max_side,
                max_pixels,
            }
            .into());
        }
        Ok(())
    }
}

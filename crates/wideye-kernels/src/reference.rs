//! The same operations in their plainest form, for comparison.

use crate::Residual;

/// A 3x3 convolution with padding 1 and what follows it, computed in float64.
#[derive(Clone, Copy, Debug)]
pub struct Conv3x3<'a> {
    /// Number of input channels.
    pub channels: usize,
    /// Height of the input.
    pub height: usize,
    /// Width of the input.
    pub width: usize,
    /// `[output_channels, channels, 3, 3]`
    pub weights_oihw: &'a [f32],
    /// `[output_channels]`
    pub bias: &'a [f32],
    /// The alpha of an ELU.
    pub elu: Option<f32>,
    /// The planes that are added, `[output_channels, height, width]`, and where.
    pub residual: Option<(Residual, &'a [f32])>,
    /// Whether the maximum of each 2x2 square is taken.
    pub pool: bool,
}

impl Conv3x3<'_> {
    /// Returns `[output_channels, height, width]`, halved and rounded down where it is pooled.
    ///
    /// # Shapes
    /// - `input_chw`: `[channels, height, width]`
    ///
    /// # Panics
    /// If a slice is too short.
    pub fn run(&self, input_chw: &[f32]) -> Vec<f32> {
        let (height, width) = (self.height, self.width);
        let mut planes = Vec::with_capacity(self.bias.len() * height * width);
        for output in 0..self.bias.len() {
            for y in 0..height {
                for x in 0..width {
                    let sum = self.sum(input_chw, output, y, x);
                    let added = |place| match self.residual {
                        Some((at, map)) if at == place => {
                            f64::from(map[(output * height + y) * width + x])
                        }
                        _ => 0.0,
                    };
                    let sum = sum + added(Residual::BeforeActivation);
                    let sum = self.elu.map_or(sum, |alpha| elu(sum, f64::from(alpha)));
                    planes.push((sum + added(Residual::AfterActivation)) as f32);
                }
            }
        }
        match self.pool {
            true => max_pool_2x2(&planes, height, width),
            false => planes,
        }
    }

    fn sum(&self, input_chw: &[f32], output: usize, y: usize, x: usize) -> f64 {
        let mut sum = f64::from(self.bias[output]);
        for channel in 0..self.channels {
            for ky in 0..3 {
                for kx in 0..3 {
                    let (row, column) = ((y + ky).wrapping_sub(1), (x + kx).wrapping_sub(1));
                    if row < self.height && column < self.width {
                        let at = (channel * self.height + row) * self.width + column;
                        let weight = ((output * self.channels + channel) * 3 + ky) * 3 + kx;
                        sum += f64::from(input_chw[at]) * f64::from(self.weights_oihw[weight]);
                    }
                }
            }
        }
        sum
    }
}

/// Returns x for x >= 0 and alpha (exp(x) - 1) for x < 0.
pub fn elu(x: f64, alpha: f64) -> f64 {
    if x < 0.0 { alpha * x.exp_m1() } else { x }
}

/// Returns the maximum of each 2x2 square; an odd row or column at the end is left out.
///
/// # Shapes
/// - `planes_chw`: `[channels, height, width]`
/// - returns: `[channels, height / 2, width / 2]`
pub fn max_pool_2x2(planes_chw: &[f32], height: usize, width: usize) -> Vec<f32> {
    let mut pooled = Vec::new();
    for plane in planes_chw.chunks_exact(height * width) {
        for y in 0..height / 2 {
            for x in 0..width / 2 {
                let at = |dy, dx| plane[(2 * y + dy) * width + 2 * x + dx];
                pooled.push(at(0, 0).max(at(0, 1)).max(at(1, 0)).max(at(1, 1)));
            }
        }
    }
    pooled
}

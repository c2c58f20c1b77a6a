use crate::Simd;
use crate::gemm::{self, Gemm, padded_columns};
use crate::map::{MapShape, product};

/// A 1x1 convolution into planes: a linear layer at every pixel, such as one that makes class
/// activation maps.
#[derive(Clone, Debug)]
pub struct Pointwise {
    simd: Simd,
    input: MapShape,
    output_channels: usize,
    /// `[blocks, input.stride, block]`
    filters: Vec<f32>,
}

impl Pointwise {
    /// Returns a layer without a bias.
    ///
    /// # Shapes
    /// - `weights_oi`: `[output_channels, input.channels]`, row-major
    ///
    /// # Panics
    /// If the slice has another length, or what is computed with does not fit into the memory that
    /// can be addressed.
    pub fn new(simd: Simd, input: MapShape, output_channels: usize, weights_oi: &[f32]) -> Self {
        let (channels, depth) = (input.channels(), input.stride());
        assert_eq!(weights_oi.len(), product([output_channels, channels]));
        let mut filters = vec![0.0; product([depth, padded_columns(simd, output_channels)])];
        gemm::pack(
            simd,
            depth,
            output_channels,
            &mut filters,
            |channel, output| match channel < channels {
                true => weights_oi[output * channels + channel],
                false => 0.0,
            },
        );
        Self {
            simd,
            input,
            output_channels,
            filters,
        }
    }

    /// The shape of the map that it reads.
    pub fn input(&self) -> MapShape {
        self.input
    }

    /// Number of planes that it writes.
    pub fn output_channels(&self) -> usize {
        self.output_channels
    }

    /// Number of values that [`run`](Self::run) needs to work in.
    pub fn scratch_len(&self) -> usize {
        product([
            self.input.width(),
            padded_columns(self.simd, self.output_channels),
        ])
    }

    /// Computes the planes of one map, and the sum of each.
    ///
    /// # Shapes
    /// - `input`: as its [`MapShape`] says
    /// - `planes_chw`: `[output_channels, height, width]`, row-major
    /// - `sums`: `[output_channels]`
    /// - `scratch`: [`scratch_len`](Self::scratch_len), of any content
    ///
    /// # Panics
    /// If a slice has another length.
    pub fn run(
        &self,
        input: &[f32],
        planes_chw: &mut [f32],
        sums: &mut [f32],
        scratch: &mut [f32],
    ) {
        let (height, width) = (self.input.height(), self.input.width());
        assert_eq!(input.len(), self.input.len());
        assert_eq!(
            planes_chw.len(),
            product([self.output_channels, height, width])
        );
        assert_eq!(sums.len(), self.output_channels);
        assert_eq!(scratch.len(), self.scratch_len());
        let columns = padded_columns(self.simd, self.output_channels);
        for y in 0..height {
            let gemm = Gemm {
                rows: width,
                a: &input[self.input.offset(y + 1, 1)..],
                a_stride: self.input.stride(),
                segments: 1,
                segment_len: self.input.stride(),
                segment_stride: 0,
                b: &self.filters,
                c: &mut *scratch,
                c_stride: columns,
                columns,
            };
            // SAFETY: `Simd` stands for instructions that the processor has.
            unsafe { (self.simd.stages().multiply)(gemm) }
            for (x, pixel) in scratch.chunks_exact(columns).enumerate() {
                let places = planes_chw[y * width + x..]
                    .iter_mut()
                    .step_by(height * width);
                for (place, &value) in places.zip(pixel) {
                    *place = value;
                }
            }
        }
        for (sum, plane) in sums.iter_mut().zip(planes_chw.chunks_exact(height * width)) {
            *sum = plane.iter().sum();
        }
    }
}

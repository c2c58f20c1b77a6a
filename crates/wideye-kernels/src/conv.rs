use crate::Simd;
use crate::epilogue::{Epilogue, Residual};
use crate::gemm::{self, Gemm, ROWS, padded_columns};
use crate::map::{MapShape, product};
use crate::winograd::{self, InputTiles, OutputTiles, Tiles};

/// How a convolution is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Nine products for each output: for few input channels.
    Direct,
    /// Winograd's F(2x2, 3x3), four products for each output: for small maps.
    WinogradF2,
    /// Winograd's F(4x4, 3x3), two and a quarter products for each output.
    WinogradF4,
}

/// A 3x3 convolution with padding 1 and what follows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConvSpec {
    /// The map that is read.
    pub input: MapShape,
    /// Number of filters.
    pub output_channels: usize,
    /// The alpha of an ELU, at least 0.
    pub elu: Option<f32>,
    /// Whether another map is added, and where.
    pub residual: Option<Residual>,
    /// Whether the maximum of each 2x2 square is taken at the end.
    pub pool: bool,
}

/// A convolution whose weights are ready for use.
#[derive(Clone, Debug)]
pub struct Conv3x3 {
    simd: Simd,
    method: Method,
    spec: ConvSpec,
    full: MapShape,
    output: MapShape,
    /// `[points, blocks, depth, block]`
    filters: Vec<f32>,
    epilogue: Epilogue,
}

impl Method {
    /// Every method.
    pub const ALL: [Method; 3] = [Method::Direct, Method::WinogradF2, Method::WinogradF4];

    fn outputs(self) -> usize {
        match self {
            Method::Direct | Method::WinogradF2 => 2,
            Method::WinogradF4 => 4,
        }
    }

    /// Points along the side of a tile at which inputs and filters are multiplied.
    fn points(self) -> usize {
        match self {
            Method::Direct => 1,
            Method::WinogradF2 => 4,
            Method::WinogradF4 => 6,
        }
    }

    /// The fastest for a map, if its channels fill whole vectors.
    fn fastest(input: &MapShape) -> Self {
        if input.channels() < MIN_CHANNELS {
            return Method::Direct;
        }
        let cost = |method: &Method| {
            let side = method.outputs();
            let tiles = input.height().div_ceil(side) * input.width().div_ceil(side);
            let rows = match method {
                Method::Direct => input.height() * input.width(),
                _ => tiles.next_multiple_of(ROWS),
            };
            let filters = match method {
                Method::Direct => 9,
                _ => method.points() * method.points(),
            };
            filters * (rows + FILTER_COST)
        };
        Self::ALL
            .into_iter()
            .min_by_key(cost)
            .expect("there are methods")
    }
}

/// Below, transforming a map costs more than it saves.
const MIN_CHANNELS: usize = 16;

/// What reading a filter from memory costs, in multiplications by it.
const FILTER_COST: usize = 4;

/// Inputs at the points of the tiles in work: an eighth of a mebibyte, which with the products stays
/// in a core's second cache.
const CACHED_INPUTS: usize = 32 * 1024;

/// Tiles that are in work at once, whatever the cache holds: filters are read again for each group.
const MIN_TILES: usize = 8;

/// Products of the output channels in work. The fewer the tiles, the more channels at once, so that
/// filters are read in long stretches.
const CACHED_PRODUCTS: usize = 96 * 1024;

/// Extra values after each point, so that points do not fall into the same set of the cache.
pub(crate) const SET_OFFSET: usize = 16;

impl Conv3x3 {
    /// Returns a convolution, computed by the fastest method.
    ///
    /// # Shapes
    /// - `weights_oihw`: `[output_channels, input.channels, 3, 3]`, row-major
    /// - `bias`: `[output_channels]`
    ///
    /// # Panics
    /// If a slice has another length, ELU's alpha is below 0, a map of one row or column is to be
    /// pooled, or what is computed with does not fit into the memory that can be addressed.
    pub fn new(simd: Simd, spec: ConvSpec, weights_oihw: &[f32], bias: &[f32]) -> Self {
        let whole_vectors = spec.input.stride().is_multiple_of(simd.lanes());
        let method = match whole_vectors {
            true => Method::fastest(&spec.input),
            false => Method::Direct,
        };
        Self::with_method(simd, method, spec, weights_oihw, bias)
    }

    /// As [`new`](Self::new), by a method of choice.
    ///
    /// # Panics
    /// Likewise, and if Winograd's methods get an input whose channels fill no whole vectors.
    pub fn with_method(
        simd: Simd,
        method: Method,
        spec: ConvSpec,
        weights_oihw: &[f32],
        bias: &[f32],
    ) -> Self {
        let ConvSpec {
            input,
            output_channels,
            ..
        } = spec;
        let weights = product([output_channels, input.channels(), 9]);
        assert_eq!(weights_oihw.len(), weights);
        assert_eq!(bias.len(), output_channels);
        assert!(
            method == Method::Direct || input.stride().is_multiple_of(simd.lanes()),
            "Winograd's methods read whole vectors of channels"
        );
        assert!(
            spec.elu.is_none_or(|alpha| alpha >= 0.0),
            "an ELU with alpha below 0 does not rise, and cannot be pooled first"
        );
        let full = MapShape::new(simd, output_channels, input.height(), input.width());
        let output = match spec.pool {
            true => MapShape::new(simd, output_channels, input.height() / 2, input.width() / 2),
            false => full,
        };
        let filters = match method {
            Method::Direct => direct_filters(simd, &spec, weights_oihw),
            Method::WinogradF2 => {
                winograd::filters(simd, &spec, weights_oihw, &winograd::F2_FILTER)
            }
            Method::WinogradF4 => {
                winograd::filters(simd, &spec, weights_oihw, &winograd::F4_FILTER)
            }
        };
        Self {
            simd,
            method,
            spec,
            full,
            output,
            filters,
            epilogue: Epilogue::new(full, output, bias, spec.elu, spec.residual),
        }
    }

    /// Returns the layout of a first layer's input: padded where vectors of channels are read.
    ///
    /// # Panics
    /// If a side is 0.
    pub fn first_input(simd: Simd, channels: usize, height: usize, width: usize) -> MapShape {
        match channels < MIN_CHANNELS {
            true => MapShape::compact(channels, height, width),
            false => MapShape::new(simd, channels, height, width),
        }
    }

    /// How it is computed.
    pub fn method(&self) -> Method {
        self.method
    }

    /// What it was made for.
    pub fn spec(&self) -> &ConvSpec {
        &self.spec
    }

    /// The shape of the map that it writes.
    pub fn output(&self) -> MapShape {
        self.output
    }

    /// The shape of the map that is added, the output's before it is pooled.
    pub fn residual(&self) -> MapShape {
        self.full
    }

    /// Number of values that [`run`](Self::run) needs to work in.
    pub fn scratch_len(&self) -> usize {
        match self.method {
            Method::Direct => product([2, self.direct_columns(), self.columns()]),
            _ => {
                let side = self.method.points();
                product([side, side, self.point_stride() + self.product_stride()])
            }
        }
    }

    /// Computes one map.
    ///
    /// # Shapes
    /// - `input`, `residual`, `output`: as their [`MapShape`] says
    /// - `scratch`: [`scratch_len`](Self::scratch_len), of any content
    ///
    /// # Panics
    /// If a slice has another length, or a residual is missing or not expected.
    pub fn run(
        &self,
        input: &[f32],
        residual: Option<&[f32]>,
        output: &mut [f32],
        scratch: &mut [f32],
    ) {
        assert_eq!(input.len(), self.spec.input.len());
        assert_eq!(scratch.len(), self.scratch_len());
        self.epilogue.check(residual, output);
        match self.method {
            Method::Direct => self.run_direct(input, residual, output, scratch),
            _ => self.run_winograd(input, residual, output, scratch),
        }
        self.output.clear_border(output);
    }

    /// Output channels with those that fill up the last block.
    fn columns(&self) -> usize {
        padded_columns(self.simd, self.spec.output_channels)
    }

    fn direct_columns(&self) -> usize {
        self.spec.input.width().next_multiple_of(ROWS)
    }

    /// Two rows of pixels at a time, so that they can be pooled.
    fn run_direct(
        &self,
        input: &[f32],
        residual: Option<&[f32]>,
        output: &mut [f32],
        scratch: &mut [f32],
    ) {
        let stages = self.simd.stages();
        let shape = &self.spec.input;
        let columns = self.columns();
        let rows = self.direct_columns();
        let across = shape.width().div_ceil(2);
        for tile_row in 0..shape.height().div_ceil(2) {
            for (y, products) in scratch.chunks_exact_mut(rows * columns).enumerate() {
                let gemm = Gemm {
                    rows,
                    a: &input[shape.offset(2 * tile_row + y, 0)..],
                    a_stride: shape.stride(),
                    segments: 3,
                    segment_len: 3 * shape.stride(),
                    segment_stride: shape.row_len(),
                    b: &self.filters,
                    c: products,
                    c_stride: columns,
                    columns,
                };
                // SAFETY: `Simd` stands for instructions that the processor has.
                unsafe { (stages.multiply)(gemm) }
            }
            let tiles = OutputTiles {
                tiles: Tiles {
                    first: tile_row * across,
                    count: across,
                    across,
                },
                points: scratch,
                line_stride: rows * columns,
                point_stride: columns,
                tile_stride: 2 * columns,
                first_channel: 0,
                channels: self.full.stride(),
                epilogue: &self.epilogue,
                residual,
                output: &mut *output,
            };
            // SAFETY: as above.
            unsafe { (stages.output_direct)(tiles) }
        }
    }

    fn tiles_across(&self) -> usize {
        self.spec.input.width().div_ceil(self.method.outputs())
    }

    fn tiles_in_all(&self) -> usize {
        self.tiles_across() * self.spec.input.height().div_ceil(self.method.outputs())
    }

    /// As many as the cache holds, in whole passes of the inner loop and about as many each time.
    fn tiles_at_once(&self) -> usize {
        let points = self.method.points() * self.method.points();
        let fitting = (CACHED_INPUTS / (points * self.spec.input.stride())).max(MIN_TILES);
        let groups = self.tiles_in_all().div_ceil(fitting);
        self.tiles_in_all().div_ceil(groups).next_multiple_of(ROWS)
    }

    fn columns_at_once(&self) -> usize {
        let points = self.method.points() * self.method.points();
        let fitting = CACHED_PRODUCTS / (points * self.tiles_at_once());
        let block_len = gemm::block_len(self.simd);
        (fitting / block_len * block_len)
            .max(block_len)
            .min(self.columns())
    }

    /// Values from one point's inputs to the next's.
    fn point_stride(&self) -> usize {
        product([self.tiles_at_once(), self.spec.input.stride()]) + SET_OFFSET
    }

    /// Values from one point's products to the next's.
    fn product_stride(&self) -> usize {
        product([self.tiles_at_once(), self.columns_at_once()]) + SET_OFFSET
    }

    fn run_winograd(
        &self,
        input: &[f32],
        residual: Option<&[f32]>,
        output: &mut [f32],
        scratch: &mut [f32],
    ) {
        let stages = self.simd.stages();
        let transform_input = match self.method {
            Method::WinogradF2 => stages.input_f2,
            _ => stages.input_f4,
        };
        let side = self.method.points();
        let (at_once, point_stride) = (self.tiles_at_once(), self.point_stride());
        let (points, products) = scratch.split_at_mut(side * side * point_stride);
        let in_all = self.tiles_in_all();
        for first in (0..in_all).step_by(at_once) {
            let tiles = Tiles {
                first,
                count: at_once.min(in_all - first),
                across: self.tiles_across(),
            };
            let input_tiles = InputTiles {
                tiles,
                shape: self.spec.input,
                map: input,
                points: &mut *points,
                point_stride,
            };
            // SAFETY: `Simd` stands for instructions that the processor has.
            unsafe { transform_input(input_tiles) }
            for column in (0..self.columns()).step_by(self.columns_at_once()) {
                self.run_columns(tiles, column, points, products, residual, output);
            }
        }
    }

    /// Computes some output channels of some tiles from their inputs at the points.
    fn run_columns(
        &self,
        tiles: Tiles,
        first: usize,
        points: &[f32],
        products: &mut [f32],
        residual: Option<&[f32]>,
        output: &mut [f32],
    ) {
        let stages = self.simd.stages();
        let transform_output = match self.method {
            Method::WinogradF2 => stages.output_f2,
            _ => stages.output_f4,
        };
        let depth = self.spec.input.stride();
        let columns = self.columns_at_once().min(self.columns() - first);
        let product_stride = self.product_stride();
        let each_point = points
            .chunks_exact(self.point_stride())
            .zip(products.chunks_exact_mut(product_stride))
            .zip(self.filters.chunks_exact(depth * self.columns()));
        for ((point, products), filters) in each_point {
            let gemm = Gemm {
                rows: tiles.count,
                a: point,
                a_stride: depth,
                segments: 1,
                segment_len: depth,
                segment_stride: 0,
                b: &filters[depth * first..][..depth * columns],
                c: products,
                c_stride: columns,
                columns,
            };
            // SAFETY: `Simd` stands for instructions that the processor has.
            unsafe { (stages.multiply_interleaved)(gemm) }
        }
        let output_tiles = OutputTiles {
            tiles,
            points: products,
            line_stride: self.method.points() * product_stride,
            point_stride: product_stride,
            tile_stride: columns,
            first_channel: first,
            channels: columns.min(self.full.stride() - first),
            epilogue: &self.epilogue,
            residual,
            output,
        };
        // SAFETY: as above.
        unsafe { transform_output(output_tiles) }
    }
}

/// `[blocks, ky, kx, channel, block]`
fn direct_filters(simd: Simd, spec: &ConvSpec, weights_oihw: &[f32]) -> Vec<f32> {
    let (channels, stride) = (spec.input.channels(), spec.input.stride());
    let depth = 9 * stride;
    let columns = padded_columns(simd, spec.output_channels);
    let mut filters = vec![0.0; product([depth, columns])];
    gemm::pack(
        simd,
        depth,
        spec.output_channels,
        &mut filters,
        |row, output| {
            let (place, channel) = (row / stride, row % stride);
            match channel < channels {
                true => weights_oihw[(output * channels + channel) * 9 + place],
                false => 0.0,
            }
        },
    );
    filters
}

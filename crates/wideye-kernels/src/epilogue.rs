use crate::elu::elu;
use crate::map::MapShape;
use crate::simd::lanes::Lanes;

/// Where a residual connection joins a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Residual {
    /// The sum passes through the activation.
    BeforeActivation,
    /// The sum is taken after the activation.
    AfterActivation,
}

/// What happens to a convolution's sums before they are stored, in this order: bias, residual,
/// ELU, residual, 2x2 maximum.
#[derive(Clone, Debug)]
pub(crate) struct Epilogue {
    /// The map before it is pooled.
    full: MapShape,
    output: MapShape,
    /// `[full.stride]`, zeros after the last channel
    bias: Vec<f32>,
    elu: Option<f32>,
    residual: Option<Residual>,
    pool: bool,
}

/// Where a tile of sums goes.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// Where the tile's first pixel begins, in the map before it is pooled.
    full: usize,
    /// Where the tile's first pixel begins in the output.
    output: usize,
    /// Rows and columns of the tile that lie on the map.
    height: usize,
    width: usize,
}

impl Epilogue {
    pub(crate) fn new(
        full: MapShape,
        output: MapShape,
        bias: &[f32],
        elu: Option<f32>,
        residual: Option<Residual>,
    ) -> Self {
        let mut padded = vec![0.0; full.stride()];
        padded[..bias.len()].copy_from_slice(bias);
        Self {
            full,
            output,
            bias: padded,
            elu,
            residual,
            pool: full != output,
        }
    }

    pub(crate) fn stride(&self) -> usize {
        self.full.stride()
    }

    /// # Panics
    /// If a map has another length than its shape says, or is missing.
    pub(crate) fn check(&self, residual: Option<&[f32]>, output: &[f32]) {
        assert_eq!(
            residual.map(<[f32]>::len),
            self.residual.map(|_| self.full.len())
        );
        assert_eq!(output.len(), self.output.len());
    }

    /// The place of the tile whose first pixel is at `y`, `x`.
    #[inline(always)]
    pub(crate) fn place(&self, y: usize, x: usize, side: usize) -> Place {
        let scale = if self.pool { 2 } else { 1 };
        Place {
            full: self.full.offset(y + 1, x + 1),
            output: self.output.offset(y / scale + 1, x / scale + 1),
            height: side.min(self.full.height() - y),
            width: side.min(self.full.width() - x),
        }
    }

    /// Finishes and stores one vector of channels of a tile.
    ///
    /// # Safety
    /// The processor has the vector's instructions; [`check`](Self::check) accepted the maps;
    /// [`place`](Self::place) made the place, of a tile that begins on the map; the vector lies
    /// within the stride.
    #[inline(always)]
    pub(crate) unsafe fn finish<V: Lanes, const OUT: usize>(
        &self,
        place: Place,
        channel: usize,
        mut values: [[V; OUT]; OUT],
        residual: Option<&[f32]>,
        output: &mut [f32],
    ) {
        let added = residual.map(|map| {
            // SAFETY: whole tiles lie within the map and its border.
            unsafe {
                let from = map.as_ptr().add(place.full + channel);
                std::array::from_fn(|y| {
                    std::array::from_fn(|x| V::load(from.add(self.full.offset(y, x))))
                })
            }
        });
        // SAFETY: the vector lies within the stride, and so within the bias.
        let bias = unsafe { V::load(self.bias.as_ptr().add(channel)) };
        each(&mut values, |value| value.add(bias));
        if self.residual == Some(Residual::BeforeActivation) {
            add(&mut values, &added);
        }
        // ELU never falls, so that the maximum may be taken first, which saves three of four.
        let pool_first = self.pool && self.residual != Some(Residual::AfterActivation);
        if pool_first {
            pool(&mut values);
        }
        if let Some(alpha) = self.elu {
            // SAFETY: the caller vouches for the instructions.
            unsafe {
                match pool_first {
                    true => activate::<V, OUT, 2>(&mut values, alpha),
                    false => activate::<V, OUT, 1>(&mut values, alpha),
                }
            }
        }
        if self.residual == Some(Residual::AfterActivation) {
            add(&mut values, &added);
            if self.pool {
                pool(&mut values);
            }
        }
        let step = if self.pool { 2 } else { 1 };
        let (height, width) = (place.height / step, place.width / step);
        // SAFETY: rows and columns that lie on the map are stored, and no others.
        unsafe {
            let to = output.as_mut_ptr().add(place.output + channel);
            if (place.height, place.width) == (OUT, OUT) {
                self.store(to, &values, step, OUT / step, OUT / step);
            } else {
                self.store(to, &values, step, height, width);
            }
        }
    }

    /// # Safety
    /// `to` leads to `height` rows of `width` pixels of the output map.
    #[inline(always)]
    unsafe fn store<V: Lanes, const OUT: usize>(
        &self,
        to: *mut f32,
        values: &[[V; OUT]; OUT],
        step: usize,
        height: usize,
        width: usize,
    ) {
        for y in 0..height {
            for x in 0..width {
                // SAFETY: the caller vouches for the pixels.
                unsafe { values[y * step][x * step].store(to.add(self.output.offset(y, x))) }
            }
        }
    }
}

#[inline(always)]
fn each<V: Lanes, const OUT: usize>(values: &mut [[V; OUT]; OUT], f: impl Fn(V) -> V) {
    for line in values {
        for value in line {
            *value = f(*value);
        }
    }
}

#[inline(always)]
fn add<V: Lanes, const OUT: usize>(values: &mut [[V; OUT]; OUT], added: &Option<[[V; OUT]; OUT]>) {
    for (line, added) in values.iter_mut().zip(added.iter().flatten()) {
        for (value, &added) in line.iter_mut().zip(added) {
            *value = value.add(added);
        }
    }
}

/// Applies ELU to every value, or to the first corner of each square of `STEP` x `STEP`.
///
/// # Safety
/// The processor has the vector's instructions.
#[inline(always)]
unsafe fn activate<V: Lanes, const OUT: usize, const STEP: usize>(
    values: &mut [[V; OUT]; OUT],
    alpha: f32,
) {
    for line in values.iter_mut().step_by(STEP) {
        for value in line.iter_mut().step_by(STEP) {
            // SAFETY: the caller vouches for the instructions.
            *value = unsafe { elu(*value, alpha) };
        }
    }
}

/// Leaves the maximum of each 2x2 square in its first corner.
#[inline(always)]
fn pool<V: Lanes, const OUT: usize>(values: &mut [[V; OUT]; OUT]) {
    for y in (0..OUT).step_by(2) {
        for x in (0..OUT).step_by(2) {
            let upper = values[y][x].max(values[y][x + 1]);
            let lower = values[y + 1][x].max(values[y + 1][x + 1]);
            values[y][x] = upper.max(lower);
        }
    }
}

use tract_core::internal::*;
use tract_core::ops::cast::cast;
use tract_core::ops::cnn::{Conv, KernelFormat, MaxPool, PaddingSpec, PoolSpec, SumPool};
use tract_core::ops::math::{add, div, mul, rsqrt, square, sub};
use tract_core::ops::nn::{DataFormat, Reduce, Reducer};

use crate::loader::{MAX_PAD, Node, axis, check_volume};

pub(super) fn conv(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let (x, kernel) = (node.input(0)?, node.input(1)?);
    let weights = node
        .fact(kernel)?
        .shape
        .as_concrete()
        .context("the kernel's shape is open")?
        .to_vec();
    ensure!(
        weights.len() > 2 && weights.iter().all(|&side| side > 0),
        "the kernel is {weights:?}"
    );
    let group = usize::try_from(node.int("group", 1))?.max(1);
    let channels = node.shape(x)?.get(1).cloned().context("no channels")?;
    let taken = weights[1].checked_mul(group);
    ensure!(
        taken.is_some_and(|taken| channels == taken.to_dim()),
        "the input has {channels} channels, the kernel takes {} for each of {group} groups",
        weights[1]
    );
    ensure!(
        weights[0].is_multiple_of(group),
        "{} channels are no multiple of {group} groups",
        weights[0]
    );
    let number = node.fact(x)?.datum_type;
    let bias = match node.optional(2) {
        Some(bias) => node.wire("bias", cast(number), &[bias])?,
        None => node.add_const("bias", Tensor::zero_scalar_dt(number)?)?,
    };
    let bias = match node.shape(bias)?[..] {
        // One number for all channels.
        [ref side] if side.is_one() => node.wire("bias_rm_0", AxisOp::Rm(0), &[bias])?,
        _ => bias,
    };
    let pool_spec = window(node, x, weights[2..].into(), Some(weights[0]))?;
    let op = Conv::new(pool_spec, KernelFormat::OIHW, group, None);
    Ok(tvec!(node.wire("", op, &[x, kernel, bias])?))
}

pub(super) fn max_pool(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let op = MaxPool {
        pool_spec: pool(node, x)?,
        with_index_outputs: None,
    };
    Ok(tvec!(node.wire("", op, &[x])?))
}

pub(super) fn average_pool(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let op = SumPool {
        pool_spec: pool(node, x)?,
        count_include_pad: node.int("count_include_pad", 0) == 1,
        normalize: true,
    };
    Ok(tvec!(node.wire("", op, &[x])?))
}

fn pool(node: &Node, x: OutletId) -> TractResult<PoolSpec> {
    let kernel_shape = node
        .sizes("kernel_shape")?
        .context("attribute \"kernel_shape\" is missing")?;
    window(node, x, kernel_shape, None)
}

/// Most pixels of a window, of a side of it, and of a stride: far beyond those of any network, and few
/// enough to be multiplied by another side.
const MAX_WINDOW: usize = 1 << 20;

/// How a window moves over the sides of `x`: that of a convolution with so many filters, or of a pool.
fn window(
    node: &Node,
    x: OutletId,
    kernel_shape: TVec<usize>,
    filters: Option<usize>,
) -> TractResult<PoolSpec> {
    let shape = node.shape(x)?;
    ensure!(shape.len() > 2, "the input has only {} axes", shape.len());
    ensure!(
        shape[2..].iter().all(|side| side.to_usize().is_ok()),
        "the sides of {shape:?} are open"
    );
    let axes = shape.len() - 2;
    let one = tvec!(1; axes);
    let (dilations, strides) = (node.sizes("dilations")?, node.sizes("strides")?);
    for (name, values) in [
        ("kernel_shape", &kernel_shape),
        ("dilations", dilations.as_ref().unwrap_or(&one)),
        ("strides", strides.as_ref().unwrap_or(&one)),
    ] {
        ensure!(
            values.len() == axes && values.iter().all(|value| (1..=MAX_WINDOW).contains(value)),
            "{name} is {values:?}, expected {axes} numbers of 1 to {MAX_WINDOW}"
        );
    }
    let pixels = kernel_shape
        .iter()
        .try_fold(1usize, |n, &side| n.checked_mul(side));
    let spans = kernel_shape.iter().zip(dilations.as_ref().unwrap_or(&one));
    let mut lengths = spans
        .map(|(side, &dilation)| side.checked_mul(dilation))
        .chain([pixels]);
    ensure!(
        lengths.all(|length| length.is_some_and(|length| length <= MAX_WINDOW)),
        "a window of {kernel_shape:?} with dilations {dilations:?} is too large"
    );
    let channels = shape[1].to_usize()?;
    let spec = PoolSpec {
        data_format: DataFormat::NCHW,
        padding: padding(node, axes, filters.is_none())?,
        dilations,
        strides,
        kernel_shape,
        input_channels: channels,
        output_channels: filters.unwrap_or(channels),
    };
    let output = spec.output_shape(&shape)?.shape;
    ensure!(
        output.iter().all(|side| side.as_i64() != Some(0)),
        "a window of {:?} does not fit into {shape:?}",
        spec.kernel_shape
    );
    check_volume(&output)?;
    Ok(spec)
}

fn padding(node: &Node, axes: usize, pools: bool) -> TractResult<PaddingSpec> {
    match node.string("auto_pad")? {
        None | Some("NOTSET") => {}
        Some("VALID") => return Ok(PaddingSpec::Valid),
        Some("SAME_UPPER") => return Ok(PaddingSpec::SameUpper),
        Some("SAME_LOWER") => return Ok(PaddingSpec::SameLower),
        Some(other) => bail!("auto_pad {other:?} is not supported"),
    }
    let pads = node.sizes("pads")?.unwrap_or_else(|| tvec!(0; 2 * axes));
    ensure!(
        pads.len() == 2 * axes && pads.iter().all(|&pad| pad <= MAX_PAD),
        "pads are {pads:?}, expected {} up to {MAX_PAD}",
        2 * axes
    );
    let (before, after) = (pads[..axes].into(), pads[axes..].into());
    Ok(if pools {
        PaddingSpec::ExplicitOnnxPool(before, after, node.int("ceil_mode", 0) == 1)
    } else {
        PaddingSpec::Explicit(before, after)
    })
}

/// A scale and an offset per channel.
pub(super) fn batch_normalization(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let rank = node.rank(x)?;
    let epsilon = node.float("epsilon", 1e-5);
    let [scale, bias, mean, variance] = [1, 2, 3, 4].map(|index| -> TractResult<Vec<f32>> {
        let values = node.constant(index)?.cast_to::<f32>()?.into_owned();
        Ok(values.try_as_plain_ram()?.as_slice::<f32>()?.to_vec())
    });
    let (scale, bias, mean, variance) = (scale?, bias?, mean?, variance?);
    let channels = scale.len();
    ensure!(
        [bias.len(), mean.len(), variance.len()] == [channels; 3],
        "scale, bias, mean and variance differ in length"
    );
    let slope: Vec<f32> = scale
        .iter()
        .zip(&variance)
        .map(|(scale, variance)| scale / (variance + epsilon).sqrt())
        .collect();
    let offset: Vec<f32> = (0..channels)
        .map(|c| bias[c] - mean[c] * slope[c])
        .collect();
    let number = node.fact(x)?.datum_type;
    let mut sides = tvec!(1; rank);
    *sides.get_mut(1).context("no channels")? = channels;
    let mut per_channel = |suffix: &str, values: &[f32]| {
        let tensor = Tensor::from_shape(&sides, values)?;
        node.add_const(suffix, tensor.cast_to_dt(number)?.into_owned())
    };
    let slope = per_channel("slope", &slope)?;
    let offset = per_channel("inter", &offset)?;
    let scaled = node.wire("mul", mul(), &[slope, x])?;
    Ok(tvec!(node.wire("", add(), &[offset, scaled])?))
}

/// Normalises the last axes to mean 0 and variance 1, then scales and shifts.
pub(super) fn layer_normalization(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let (x, scale) = (node.input(0)?, node.input(1)?);
    let rank = node.rank(x)?;
    let axes: TVec<usize> = (axis(node.int("axis", -1), rank)?..rank).collect();
    let epsilon = node.float("epsilon", 1e-5);
    let average = mean(node, "mean", &axes, x)?;
    let centred = node.wire("centred", sub(), &[x, average])?;
    let squares = node.wire("square", square(), &[centred])?;
    let variance = mean(node, "variance", &axes, squares)?;
    let epsilon = node.scalar("epsilon", epsilon, variance)?;
    let stable = node.wire("stable", add(), &[variance, epsilon])?;
    let inverse = node.wire("inverse", rsqrt(), &[stable])?;
    let normal = node.wire("normal", mul(), &[centred, inverse])?;
    let mut output = node.broadcast("scaled", mul(), &[normal, scale])?;
    if let Some(bias) = node.optional(2) {
        output = node.broadcast("", add(), &[output, bias])?;
    }
    Ok(tvec!(output))
}

pub(super) fn global_average_pool(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let axes: TVec<usize> = (2..node.rank(x)?).collect();
    Ok(tvec!(mean(node, "", &axes, x)?))
}

pub(super) fn global_max_pool(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let axes = (2..node.rank(x)?).collect();
    Ok(tvec!(node.wire(
        "max",
        Reduce::new(axes, Reducer::Max),
        &[x]
    )?))
}

pub(super) fn reduce(node: &mut Node, reducer: Reducer) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let axes = reduced_axes(node, x)?;
    let reduced = node.wire("", Reduce::new(axes.clone(), reducer), &[x])?;
    keep_or_remove(node, &axes, reduced)
}

pub(super) fn reduce_mean(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let axes = reduced_axes(node, x)?;
    let reduced = mean(node, "", &axes, x)?;
    keep_or_remove(node, &axes, reduced)
}

fn reduced_axes(node: &Node, x: OutletId) -> TractResult<TVec<usize>> {
    let rank = node.rank(x)?;
    let mut axes = node.axes(1, rank)?.unwrap_or_default();
    if axes.is_empty() && node.int("noop_with_empty_axes", 0) == 0 {
        axes = (0..rank).collect();
    }
    axes.sort_unstable();
    Ok(axes)
}

fn keep_or_remove(
    node: &mut Node,
    axes: &[usize],
    mut reduced: OutletId,
) -> TractResult<TVec<OutletId>> {
    if node.int("keepdims", 1) == 0 {
        for &axis in axes.iter().rev() {
            reduced = node.wire("dispose-dims", AxisOp::Rm(axis), &[reduced])?;
        }
    }
    Ok(tvec!(reduced))
}

fn mean(node: &mut Node, suffix: &str, axes: &[usize], x: OutletId) -> TractResult<OutletId> {
    let shape = node.shape(x)?;
    let count: TDim = axes.iter().map(|&axis| &shape[axis]).product();
    let number = node.fact(x)?.datum_type;
    let sum = node.wire("sum", Reduce::new(axes.into(), Reducer::Sum), &[x])?;
    let count = tensor0(count).broadcast_into_rank(shape.len())?;
    let count = node.add_const("size", count)?;
    let count = node.wire("cast", cast(number), &[count])?;
    node.wire(suffix, div(), &[sum, count])
}

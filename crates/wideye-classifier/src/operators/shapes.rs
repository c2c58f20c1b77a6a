use tract_core::internal::*;
use tract_core::ops::array::{Gather, Pad, PadMode, Slice, TypedConcat};
use tract_core::ops::cast::{cast, wire_cast};

use crate::loader::{MAX_PAD, Node, axis, check_volume};
use crate::tensors;

pub(super) fn constant(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let attribute = node.proto.attribute.first().context("no attribute")?;
    let tensor = match (attribute.name.as_str(), &attribute.t) {
        ("value", Some(value)) => tensors::tensor(value)?,
        ("value_float", _) => tensor0(attribute.f),
        ("value_floats", _) => tensor1(&attribute.floats),
        ("value_int", _) => tensor0(attribute.i),
        ("value_ints", _) => tensor1(&attribute.ints),
        (name, _) => bail!("attribute {name:?} is not supported"),
    };
    Ok(tvec!(node.add_const("", tensor)?))
}

pub(super) fn shape(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let shape = node.shape(node.input(0)?)?;
    let rank = shape.len() as i64;
    let clamp = |axis: i64| (if axis < 0 { axis + rank } else { axis }).clamp(0, rank) as usize;
    let (start, end) = (clamp(node.int("start", 0)), clamp(node.int("end", rank)));
    let sizes = tensor1(&shape[start..end.max(start)]);
    Ok(tvec!(node.add_const("", sizes)?))
}

pub(super) fn reshape(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let shape = node.dimensions(1)?;
    let allow_zero = node.int("allowzero", 0) != 0;
    let ops = to_axis_ops_with_onnx_rules(&node.shape(x)?, &shape, allow_zero)?;
    chain(node, x, ops)
}

/// Two axes: the product of those before `axis` and of those from it on.
pub(super) fn flatten(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let shape = node.shape(x)?;
    let at = match node.int("axis", 1) {
        end if end == shape.len() as i64 => shape.len(),
        at => axis(at, shape.len())?,
    };
    let (before, after) = shape.split_at(at);
    let flat: [TDim; 2] = [before.iter().product(), after.iter().product()];
    let ops = to_axis_ops_with_onnx_rules(&shape, &flat, true)?;
    chain(node, x, ops)
}

pub(super) fn transpose(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let rank = node.rank(x)?;
    let order = match node.sizes("perm")? {
        Some(order) => order,
        None => (0..rank).rev().collect(),
    };
    let mut sorted = order.clone();
    sorted.sort_unstable();
    ensure!(
        sorted.iter().copied().eq(0..rank),
        "{order:?} does not order {rank} axes"
    );
    chain(node, x, perm_to_ops(&order))
}

pub(super) fn squeeze(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let shape = node.shape(x)?;
    let mut axes = match node.axes(1, shape.len())? {
        Some(axes) => axes,
        None => (0..shape.len()).filter(|&a| shape[a].is_one()).collect(),
    };
    axes.sort_unstable();
    chain(node, x, axes.into_iter().rev().map(AxisOp::Rm))
}

pub(super) fn unsqueeze(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let added = match node.optional(1) {
        Some(_) => node.integers(1)?.len(),
        None => node.ints("axes").map_or(0, <[i64]>::len),
    };
    let mut axes = node.axes(1, node.rank(x)? + added)?.context("no axes")?;
    axes.sort_unstable();
    chain(node, x, axes.into_iter().map(AxisOp::Add))
}

fn chain(
    node: &mut Node,
    x: OutletId,
    ops: impl IntoIterator<Item = AxisOp>,
) -> TractResult<TVec<OutletId>> {
    let mut output = x;
    for op in ops {
        output = node.wire("", op, &[output])?;
    }
    Ok(tvec!(output))
}

pub(super) fn concat(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let inputs = node.inputs()?;
    let mut types = tvec!();
    for &input in &inputs {
        types.push(node.fact(input)?.datum_type);
    }
    let common = DatumType::super_type_for(&types).context("the inputs' types differ")?;
    let rank = node.rank(node.input(0)?)?;
    let along = node
        .attribute("axis")
        .context("attribute \"axis\" is missing")?
        .i;
    let op = TypedConcat::new(axis(along, rank)?);
    let inputs = wire_cast("cast", node.graph, &inputs, common)?;
    Ok(tvec!(node.wire("", op, &inputs)?))
}

/// By indices that are known beforehand, on an axis whose size is.
pub(super) fn gather(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let (x, indices) = (node.input(0)?, node.input(1)?);
    let shape = node.shape(x)?;
    let axis = axis(node.int("axis", 0), shape.len())?;
    let size = shape[axis].to_i64()?;
    // tract looks for no index that only the image tells.
    let wrong = node
        .integers(1)?
        .into_iter()
        .find(|index| !(-size..size).contains(index));
    ensure!(
        wrong.is_none(),
        "index {wrong:?} is outside a side of {size}"
    );
    let op = Gather {
        axis,
        output_type: None,
    };
    let indices = node.wire("cast", cast(i64::datum_type()), &[indices])?;
    Ok(tvec!(node.wire("", op, &[x, indices])?))
}

/// Without steps, on axes whose size is known.
pub(super) fn slice(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let shape = node.shape(x)?;
    let (starts, ends) = if node.opset < 10 {
        let bounds = |name: &str| node.ints(name).map(TVec::from);
        (bounds("starts"), bounds("ends"))
    } else {
        (Some(node.integers(1)?), Some(node.integers(2)?))
    };
    let (starts, ends) = starts.zip(ends).context("no bounds")?;
    let axes = node
        .axes(3, shape.len())?
        .unwrap_or_else(|| (0..starts.len()).collect());
    ensure!(
        starts.len() == axes.len() && ends.len() == axes.len() && axes.len() <= shape.len(),
        "{} axes, {} starts and {} ends",
        axes.len(),
        starts.len(),
        ends.len()
    );
    if node.optional(4).is_some() {
        let steps = node.integers(4)?;
        ensure!(
            steps.iter().all(|&step| step == 1),
            "steps {steps:?} are not supported"
        );
    }
    let mut output = x;
    for (index, &axis) in axes.iter().enumerate() {
        let size = shape[axis].to_i64()?;
        let bound = |bound: i64| (if bound < 0 { bound + size } else { bound }).clamp(0, size);
        let start = bound(starts[index]);
        let end = bound(ends[index]).max(start);
        if (start, end) != (0, size) {
            let op = Slice::new(axis, start, end);
            output = node.wire("", op, &[output])?;
        }
    }
    Ok(tvec!(output))
}

pub(super) fn split(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let shape = node.shape(x)?;
    let axis = axis(node.int("axis", 0), shape.len())?;
    let size = shape[axis].to_i64()?;
    let parts = node.proto.output.len() as i64;
    ensure!(parts > 0, "no outputs");
    let sizes = match (node.optional(1), node.ints("split")) {
        (Some(_), _) => node.integers(1)?,
        (None, Some(sizes)) => sizes.into(),
        (None, None) => {
            // The last part is the smaller one.
            let part = size.div_euclid(parts) + i64::from(size % parts != 0);
            (0..parts)
                .map(|index| part.min(size - index * part).max(0))
                .collect()
        }
    };
    let sum = sizes
        .iter()
        .try_fold(0i64, |sum, &part| sum.checked_add(part));
    ensure!(
        sizes.iter().all(|&part| part >= 0) && sum == Some(size),
        "parts {sizes:?} do not add up to {size}"
    );
    let mut outputs = tvec!();
    let mut start = 0;
    for part in sizes {
        let op = Slice::new(axis, start, start + part);
        outputs.push(node.wire("slice", op, &[x])?);
        start += part;
    }
    Ok(outputs)
}

pub(super) fn pad(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let shape = node.shape(x)?;
    let rank = shape.len();
    let sizes = match node.optional(1) {
        Some(_) => node.integers(1)?,
        None => node.ints("pads").context("no pads")?.into(),
    };
    let axes = match node.optional(3) {
        Some(_) => node.axes(3, rank)?.unwrap_or_default(),
        None => (0..rank).collect(),
    };
    ensure!(
        sizes.len() == 2 * axes.len(),
        "{} pads for {} axes",
        sizes.len(),
        axes.len()
    );
    let mut pads = vec![(0, 0); rank];
    for (index, &axis) in axes.iter().enumerate() {
        let size = |size: i64| usize::try_from(size).context("negative pads are not supported");
        pads[axis] = (size(sizes[index])?, size(sizes[index + axes.len()])?);
    }
    ensure!(
        sizes.iter().all(|&size| size <= MAX_PAD as i64),
        "pads are {sizes:?}, expected at most {MAX_PAD}"
    );
    let padded = shape.iter().zip(&pads);
    let padded: TVec<TDim> = padded
        .map(|(side, &(before, after))| side.clone() + before + after)
        .collect();
    check_volume(&padded)?;
    let mode = match node.string("mode")? {
        None | Some("constant") => {
            let value = match node.optional(2) {
                Some(_) => node.constant(2)?,
                None => rctensor0(node.float("value", 0.0)),
            };
            ensure!(value.len() == 1, "{} values to pad with", value.len());
            let number = node.fact(x)?.datum_type;
            PadMode::Constant(value.cast_to_dt(number)?.into_owned().into_arc_tensor())
        }
        Some("reflect") => PadMode::Reflect,
        Some("edge") => PadMode::Edge,
        Some(other) => bail!("mode {other:?} is not supported"),
    };
    for (side, &(before, after)) in shape.iter().zip(&pads) {
        let longest = before.max(after);
        let least = match mode {
            _ if longest == 0 => continue,
            PadMode::Constant(_) => continue,
            PadMode::Edge => 1,
            PadMode::Reflect => longest + 1,
        };
        ensure!(
            side.to_usize()? >= least,
            "a side of {side} has too little to pad {longest} with"
        );
    }
    Ok(tvec!(node.wire("", Pad { pads, mode }, &[x])?))
}

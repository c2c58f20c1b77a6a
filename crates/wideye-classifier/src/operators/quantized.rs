use tract_core::internal::*;
use tract_core::ops::cast::cast;
use tract_core::ops::math::{mul, sub};

use crate::loader::{Node, axis};

/// (x - zero point) scale, with one scale or one for each index of an axis.
pub(super) fn dequantize_linear(node: &mut Node) -> TractResult<TVec<OutletId>> {
    ensure!(
        node.int("block_size", 0) == 0,
        "scales for blocks are not supported"
    );
    let x = node.input(0)?;
    let shape = node.shape(x)?;
    let scales = floats(node.constant(1)?.as_ref())?;
    let zero_points = match node.optional(2) {
        Some(_) => floats(node.constant(2)?.as_ref())?,
        None => vec![0.0; scales.len()],
    };
    let mut sides = tvec!(1; shape.len());
    if scales.len() != 1 {
        let axis = axis(node.int("axis", 1), shape.len())?;
        ensure!(
            shape[axis] == scales.len().to_dim(),
            "{} scales for {} channels",
            scales.len(),
            shape[axis]
        );
        sides[axis] = scales.len();
    }
    ensure!(
        zero_points.len() == scales.len(),
        "{} zero points for {} scales",
        zero_points.len(),
        scales.len()
    );
    // The optimiser leaves weights as they are where a conversion makes them larger.
    if let Some(weights) = node.value(x)? {
        let mut values = floats(&weights)?;
        // Values that share a scale before the next channel's begin.
        let run: usize = match sides.iter().position(|&side| side != 1) {
            Some(axis) => weights.shape()[axis + 1..].iter().product(),
            None => values.len(),
        };
        let parameters = scales.iter().zip(&zero_points).cycle();
        for (values, (scale, zero_point)) in values.chunks_mut(run.max(1)).zip(parameters) {
            for value in values {
                *value = (*value - zero_point) * scale;
            }
        }
        let weights = Tensor::from_shape(weights.shape(), &values)?;
        return Ok(tvec!(node.add_const("", weights)?));
    }
    let scale = node.add_const("scale", Tensor::from_shape(&sides, &scales)?)?;
    let zero_point = node.add_const("zero_point", Tensor::from_shape(&sides, &zero_points)?)?;
    let float = node.wire("cast", cast(f32::datum_type()), &[x])?;
    let shifted = node.wire("sub", sub(), &[float, zero_point])?;
    Ok(tvec!(node.wire("", mul(), &[shifted, scale])?))
}

fn floats(tensor: &Tensor) -> TractResult<Vec<f32>> {
    let floats = tensor.cast_to::<f32>()?;
    Ok(floats.try_as_plain_ram()?.as_slice::<f32>()?.to_vec())
}

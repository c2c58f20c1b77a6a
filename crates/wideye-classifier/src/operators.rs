//! The operators of ONNX that classification networks are exported with.

use tract_core::internal::*;
use tract_core::ops::binary::TypedBinOp;
use tract_core::ops::cast::{cast, wire_cast};
use tract_core::ops::{math, nn};

use crate::loader::Node;
use crate::tensors;

mod activations;
mod layers;
mod products;
mod quantized;
#[cfg(test)]
mod refusals;
mod shapes;

/// Adds what a node computes to the graph and returns its outputs.
pub(crate) type Wire = fn(&mut Node) -> TractResult<TVec<OutletId>>;

/// How an operator of ONNX's own set is computed, if it is known.
#[rustfmt::skip]
pub(crate) fn find(op_type: &str) -> Option<Wire> {
    Some(match op_type {
        "Abs" => |node| unary(node, math::abs()),
        "Erf" => |node| unary(node, math::erf()),
        "Exp" => |node| unary(node, math::exp()),
        "HardSwish" => |node| unary(node, nn::hard_swish()),
        "Identity" => |node| Ok(tvec!(node.input(0)?)),
        "Log" => |node| unary(node, math::ln()),
        "Neg" => |node| unary(node, math::neg()),
        "Reciprocal" => |node| unary(node, math::recip()),
        "Sigmoid" => |node| unary(node, nn::sigmoid()),
        "Sqrt" => |node| unary(node, math::sqrt()),
        "Tanh" => |node| unary(node, math::tanh()),

        "Add" | "Sum" => |node| combine(node, math::add),
        "Div" => |node| combine(node, math::div),
        "Max" => |node| combine(node, math::max),
        "Min" => |node| combine(node, math::min),
        "Mul" => |node| combine(node, math::mul),
        "Pow" => |node| combine(node, math::pow),
        "Sub" => |node| combine(node, math::sub),

        "Celu" => activations::celu,
        "Clip" => activations::clip,
        "Elu" => activations::elu,
        "Gelu" => activations::gelu,
        "HardSigmoid" => activations::hard_sigmoid,
        "LeakyRelu" => activations::leaky_relu,
        "PRelu" => activations::prelu,
        "Relu" => activations::relu,
        "Selu" => activations::selu,
        "Softmax" => activations::softmax,
        "Softplus" => activations::softplus,

        "AveragePool" => layers::average_pool,
        "BatchNormalization" => layers::batch_normalization,
        "Conv" => layers::conv,
        // Inference drops nothing.
        "Dropout" => |node| Ok(tvec!(node.input(0)?)),
        "Gemm" => products::gemm,
        "GlobalAveragePool" => layers::global_average_pool,
        "GlobalMaxPool" => layers::global_max_pool,
        "LayerNormalization" => layers::layer_normalization,
        "MatMul" => products::matmul,
        "MaxPool" => layers::max_pool,
        "ReduceMax" => |node| layers::reduce(node, nn::Reducer::Max),
        "ReduceMean" => layers::reduce_mean,
        "ReduceSum" => |node| layers::reduce(node, nn::Reducer::Sum),

        "Concat" => shapes::concat,
        "Constant" => shapes::constant,
        "Flatten" => shapes::flatten,
        "Gather" => shapes::gather,
        "Pad" => shapes::pad,
        "Reshape" => shapes::reshape,
        "Shape" => shapes::shape,
        "Slice" => shapes::slice,
        "Split" => shapes::split,
        "Squeeze" => shapes::squeeze,
        "Transpose" => shapes::transpose,
        "Unsqueeze" => shapes::unsqueeze,

        "Cast" => cast_to,
        "DequantizeLinear" => quantized::dequantize_linear,

        _ => return None,
    })
}

fn unary(node: &mut Node, op: impl Into<Box<dyn TypedOp>>) -> TractResult<TVec<OutletId>> {
    let input = node.input(0)?;
    Ok(tvec!(node.wire("", op, &[input])?))
}

/// Two inputs or more, from left to right, of the type that holds both.
fn combine(node: &mut Node, op: fn() -> TypedBinOp) -> TractResult<TVec<OutletId>> {
    let inputs = node.inputs()?;
    let (&first, others) = inputs.split_first().context("no inputs")?;
    let mut combined = first;
    for &other in others {
        let TypedBinOp(mini, _) = op();
        let (a, b) = (
            node.fact(combined)?.datum_type,
            node.fact(other)?.datum_type,
        );
        let both = mini.operating_datum_type(a, b)?;
        if mini.is::<math::Div>() && !both.is_float() {
            let divisors = node
                .value(other)?
                .context("whole numbers divided by others")?;
            let divisors = divisors.cast_to::<i64>()?;
            let divisors = divisors.try_as_plain_ram()?;
            let divisors = divisors.as_slice::<i64>()?;
            ensure!(
                divisors.iter().all(|&divisor| divisor > 0),
                "whole numbers divided by {divisors:?}"
            );
        }
        let wires = wire_cast("cast", node.graph, &[combined, other], both)?;
        combined = node.broadcast("", op(), &wires)?;
    }
    Ok(tvec!(combined))
}

fn cast_to(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let input = node.input(0)?;
    let code = node
        .attribute("to")
        .context("attribute \"to\" is missing")?
        .i;
    let to = match tensors::datum_type(i32::try_from(code)?)? {
        // Sizes that depend on the batch are symbolic and pass as integers.
        DatumType::I64 => TDim::datum_type(),
        other => other,
    };
    // The optimiser leaves weights as they are where casting makes them larger.
    if let Some(value) = node.value(input)? {
        let value = value.cast_to_dt(to)?.into_owned();
        return Ok(tvec!(node.add_const("", value)?));
    }
    Ok(tvec!(node.wire("", cast(to), &[input])?))
}

use tract_core::internal::*;
use tract_core::ops::binary::TypedBinOp;
use tract_core::ops::cast::cast;
use tract_core::ops::logic::{Iff, comp_gt, comp_lt};
use tract_core::ops::math::{add, div, erf, exp, ln, max, min, mul, sub};
use tract_core::ops::nn::{Softmax, leaky_relu as leaky};

use crate::elu::Elu;
use crate::loader::{Node, axis};

/// max(x, 0)
pub(super) fn relu(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let zero = node.scalar("low.cst", 0.0, x)?;
    Ok(tvec!(node.wire("low", max(), &[x, zero])?))
}

/// x below 0 multiplied by a number.
pub(super) fn leaky_relu(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let alpha = node.float("alpha", 0.01);
    Ok(tvec!(node.wire("", leaky(alpha), &[x])?))
}

/// x below 0 multiplied by a number per channel.
pub(super) fn prelu(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let (x, slope) = (node.input(0)?, node.input(1)?);
    let zero = node.scalar("zero", 0.0, x)?;
    let scaled = node.broadcast("mul", mul(), &[x, slope])?;
    let negative = node.wire("test", TypedBinOp(comp_gt(), None), &[zero, x])?;
    Ok(tvec!(node.wire("iff", Iff, &[negative, scaled, x])?))
}

/// x for x > 0, alpha (exp(x) - 1) below.
pub(super) fn elu(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let number = node.fact(x)?.datum_type;
    ensure!(number == f32::datum_type(), "the input is {number:?}");
    let elu = Elu::operator(node.float("alpha", 1.0))?;
    Ok(tvec!(node.wire("", elu, &[x])?))
}

/// max(x, 0) + min(alpha (exp(x / alpha) - 1), 0)
pub(super) fn celu(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let alpha = node.float("alpha", 1.0);
    let zero = node.scalar("zero", 0.0, x)?;
    let one = node.scalar("one", 1.0, x)?;
    let alpha = node.scalar("alpha", alpha, x)?;
    let ratio = node.wire("ratio", div(), &[x, alpha])?;
    let exponential = node.wire("exp", exp(), &[ratio])?;
    let shifted = node.wire("minus_one", sub(), &[exponential, one])?;
    let scaled = node.wire("mul_alpha", mul(), &[alpha, shifted])?;
    let below = node.wire("below", min(), &[zero, scaled])?;
    let above = node.wire("above", max(), &[zero, x])?;
    Ok(tvec!(node.wire("", add(), &[above, below])?))
}

/// gamma x for x > 0, gamma alpha (exp(x) - 1) below.
pub(super) fn selu(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let (alpha, gamma) = (
        node.float("alpha", 1.673_263_2),
        node.float("gamma", 1.050_701),
    );
    let zero = node.scalar("zero", 0.0, x)?;
    let alpha = node.scalar("alpha", alpha, x)?;
    let gamma = node.scalar("gamma", gamma, x)?;
    let exponential = node.wire("exp", exp(), &[x])?;
    let scaled = node.wire("mul_alpha", mul(), &[exponential, alpha])?;
    let shifted = node.wire("sub_alpha", sub(), &[scaled, alpha])?;
    let positive = node.wire("test", TypedBinOp(comp_lt(), None), &[zero, x])?;
    let selected = node.wire("iff", Iff, &[positive, x, shifted])?;
    Ok(tvec!(node.wire("mul_gamma", mul(), &[gamma, selected])?))
}

/// x / 2 (1 + erf(x / sqrt 2)), or tract's kernel for the approximation with tanh.
pub(super) fn gelu(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    if node.string("approximate")? == Some("tanh") {
        let op = tract_core::ops::nn::gelu_approximate::gelu_approximate(false);
        return Ok(tvec!(node.wire("", op, &[x])?));
    }
    let root = node.scalar("root", std::f32::consts::FRAC_1_SQRT_2, x)?;
    let one = node.scalar("one", 1.0, x)?;
    let half = node.scalar("half", 0.5, x)?;
    let scaled = node.wire("scale", mul(), &[x, root])?;
    let error = node.wire("erf", erf(), &[scaled])?;
    let shifted = node.wire("add_one", add(), &[error, one])?;
    let halved = node.wire("half_x", mul(), &[x, half])?;
    Ok(tvec!(node.wire("", mul(), &[halved, shifted])?))
}

/// min(max(alpha x + beta, 0), 1)
pub(super) fn hard_sigmoid(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let (alpha, beta) = (node.float("alpha", 0.2), node.float("beta", 0.5));
    let alpha = node.scalar("alpha", alpha, x)?;
    let beta = node.scalar("beta", beta, x)?;
    let zero = node.scalar("zero", 0.0, x)?;
    let one = node.scalar("one", 1.0, x)?;
    let scaled = node.wire("mul_alpha", mul(), &[alpha, x])?;
    let shifted = node.wire("add_beta", add(), &[beta, scaled])?;
    let below = node.wire("sat-one", min(), &[one, shifted])?;
    Ok(tvec!(node.wire("sat-zero", max(), &[zero, below])?))
}

/// ln(1 + exp(x))
pub(super) fn softplus(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let one = node.scalar("one", 1.0, x)?;
    let exponential = node.wire("exp", exp(), &[x])?;
    let shifted = node.wire("plus_one", add(), &[exponential, one])?;
    Ok(tvec!(node.wire("", ln(), &[shifted])?))
}

/// min(max(x, low), high), where either limit may be left out.
pub(super) fn clip(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let mut x = node.input(0)?;
    let number = node.fact(x)?.datum_type;
    for (index, name, op) in [(1, "min", max as fn() -> TypedBinOp), (2, "max", min)] {
        let limit = match (node.optional(index), node.attribute(name)) {
            (Some(limit), _) => node.wire("cast", cast(number), &[limit])?,
            // Before operator set 11 the limits were attributes.
            (None, Some(attribute)) => {
                let limit = attribute.f;
                node.scalar("limit", limit, x)?
            }
            (None, None) => continue,
        };
        x = node.broadcast(name, op(), &[x, limit])?;
    }
    Ok(tvec!(x))
}

pub(super) fn softmax(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let x = node.input(0)?;
    let rank = node.rank(x)?;
    let default = if node.opset < 13 { 1 } else { -1 };
    let axes = tvec!(axis(node.int("axis", default), rank)?);
    // Before, all axes from the given one on were flattened into one.
    ensure!(
        node.opset >= 13 || node.shape(x)?[axes[0] + 1..].iter().all(TDim::is_one),
        "softmax of operator set {} over more than one axis is not supported",
        node.opset
    );
    let op = Softmax {
        axes,
        ..Softmax::default()
    };
    Ok(tvec!(node.wire("", op, &[x])?))
}

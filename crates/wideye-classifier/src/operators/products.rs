use tract_core::internal::*;
use tract_core::ops::einsum::EinSum;
use tract_core::ops::math::{add, mul};

use crate::loader::Node;

/// alpha A' B' + beta C, where A and B may be transposed.
pub(super) fn gemm(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let (a, b) = (node.input(0)?, node.input(1)?);
    let (alpha, beta) = (node.float("alpha", 1.0), node.float("beta", 1.0));
    let transposed = [node.int("transA", 0) != 0, node.int("transB", 0) != 0];
    let axes = AxesMapping::for_numpy_matmul(2, transposed[0], transposed[1], false)?;
    let mut output = product(node, "ab", axes, [a, b])?;
    if alpha != 1.0 {
        let alpha = node.scalar("alpha", alpha, output)?;
        output = node.wire("alpha_ab", mul(), &[alpha, output])?;
    }
    if let Some(mut c) = node.optional(2)
        && beta != 0.0
    {
        if beta != 1.0 {
            let beta = node.scalar("beta", beta, c)?;
            c = node.wire("beta_c", mul(), &[beta, c])?;
        }
        output = node.broadcast("", add(), &[output, c])?;
    }
    Ok(tvec!(output))
}

/// NumPy's matmul; of vectors only one may be an input.
pub(super) fn matmul(node: &mut Node) -> TractResult<TVec<OutletId>> {
    let (a, b) = (node.input(0)?, node.input(1)?);
    let ranks = [node.rank(a)?, node.rank(b)?];
    let longer = ranks[0].max(ranks[1]);
    ensure!(longer > 1, "two vectors");
    ensure!(ranks[0] > 0 && ranks[1] > 0, "a scalar");
    let batch: String = ('a'..'k').take(longer - 2).collect();
    ensure!(batch.len() == longer - 2, "rank {longer} is not supported");
    let side = |rank: usize, vector: &str, matrix: &str| match rank {
        1 => vector.to_owned(),
        _ => format!("{}{matrix}", &batch[longer - rank..]),
    };
    let (left, right) = (side(ranks[0], "k", "mk"), side(ranks[1], "k", "kn"));
    let rows = if ranks[0] == 1 { "" } else { "m" };
    let columns = if ranks[1] == 1 { "" } else { "n" };
    let axes = format!("{left},{right}->{batch}{rows}{columns}").parse()?;
    Ok(tvec!(product(node, "", axes, [a, b])?))
}

/// Compares what tract takes for granted: that sides meet which are multiplied with each other.
fn product(
    node: &mut Node,
    suffix: &str,
    axes: AxesMapping,
    inputs: [OutletId; 2],
) -> TractResult<OutletId> {
    let [a, b] = [node.fact(inputs[0])?, node.fact(inputs[1])?];
    ensure!(
        (a.rank(), b.rank()) == (axes.rank(InOut::In(0)), axes.rank(InOut::In(1))),
        "inputs of {} and {} axes",
        a.rank(),
        b.rank()
    );
    for axis in axes.iter_all_axes() {
        let (&[of_a], &[of_b]) = (&axis.inputs[0][..], &axis.inputs[1][..]) else {
            continue;
        };
        let (left, right) = (&a.shape[of_a], &b.shape[of_b]);
        let repeats = !axis.outputs[0].is_empty() && (left.is_one() || right.is_one());
        ensure!(
            left == right || repeats,
            "sides of {left} and {right} do not meet"
        );
    }
    let number = a.datum_type;
    ensure!(
        number == b.datum_type,
        "inputs of {number:?} and {:?}",
        b.datum_type
    );
    node.wire(suffix, EinSum::new(axes, number), &inputs)
}

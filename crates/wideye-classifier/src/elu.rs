//! ELU as one operator of the graph; tract has none, and would take four.

use tract_core::internal::*;
use tract_core::ops::element_wise::ElementWiseOp;
use wideye_kernels::Simd;

/// x for x >= 0 and alpha (exp(x) - 1) for x < 0.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Elu {
    pub(crate) alpha: f32,
    simd: Simd,
}

// Alpha is finite.
impl Eq for Elu {}

impl Elu {
    /// The operator for the graph.
    ///
    /// # Errors
    /// If alpha is not finite.
    pub(crate) fn operator(alpha: f32) -> TractResult<ElementWiseOp> {
        ensure!(alpha.is_finite(), "alpha is {alpha}");
        let simd = Simd::detect();
        Ok(ElementWiseOp(Box::new(Self { alpha, simd }), None))
    }

    /// The operator of a node that applies it, if it is one.
    pub(crate) fn of(node: &TypedNode) -> Option<&Self> {
        node.op_as::<ElementWiseOp>()?.0.downcast_ref()
    }
}

impl ElementWiseMiniOp for Elu {
    fn name(&self) -> String {
        "Elu".into()
    }

    fn eval_in_place(&self, tensor: &mut Tensor, _: Option<DatumType>) -> TractResult<()> {
        let mut values = tensor.try_as_plain_ram_mut()?;
        self.simd.elu(values.as_slice_mut::<f32>()?, self.alpha);
        Ok(())
    }
}

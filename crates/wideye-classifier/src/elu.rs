//! ELU as one operator of the graph; tract's own takes four.

use tract_onnx::model::ParsingContext;
use tract_onnx::pb::NodeProto;
use tract_onnx::prelude::*;
use tract_onnx::tract_core::ops::element_wise::ElementWiseOp;
use tract_onnx::tract_hir::internal::*;
use tract_onnx::tract_hir::ops::element_wise::ElementWiseIntoHir;
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

    fn operating_datum_type(&self, _: DatumType) -> DatumType {
        f32::datum_type()
    }
}

/// Builds the operator for an ONNX node.
pub(crate) fn parse(
    _: &ParsingContext,
    node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    let alpha: f32 = node.get_attr_opt("alpha")?.unwrap_or(1.0);
    ensure!(alpha.is_finite(), "expected a finite alpha, found {alpha}");
    let elu = Elu {
        alpha,
        simd: Simd::detect(),
    };
    Ok((ElementWiseOp(Box::new(elu), None).into_hir(), vec![]))
}

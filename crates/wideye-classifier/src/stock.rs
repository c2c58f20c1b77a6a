//! The graph as tract's own loader reads and declutters it: what the kernels are compared with.

use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::{ToDim, TractErrorContext};

use crate::contract::{ACTIVATION_MAPS, LOGITS};

/// The typed graph with the two outputs of the contract, and the symbol for its batch size.
pub(crate) fn load(bytes: &[u8], [height, width]: [usize; 2]) -> TractResult<(TypedModel, Symbol)> {
    // Intermediate shapes of exporters name the batch size differently from the input.
    let onnx = tract_onnx::onnx().with_ignore_value_info(true);
    let parsed = onnx.parse(&onnx.proto_model_for_read(&mut &bytes[..])?, None)?;
    let mut graph = parsed.model;
    let batch = graph.symbols.sym("N");
    let shape = tvec!(batch.to_dim(), 3.to_dim(), height.to_dim(), width.to_dim());
    graph.set_input_fact(0, InferenceFact::dt_shape(f32::datum_type(), shape))?;
    let outlet = |name: &str| {
        let outlet = parsed.outlets_by_name.get(name).copied();
        outlet.with_context(|| format!("no output {name:?}"))
    };
    graph.select_output_outlets(&[outlet(LOGITS)?, outlet(ACTIVATION_MAPS)?])?;
    for output in graph.outputs.clone() {
        graph.set_outlet_fact(output, InferenceFact::default())?;
    }
    Ok((graph.into_typed()?.into_decluttered()?, batch))
}

//! The graph as tract's own loader reads and declutters it: what the kernels are compared with.

use tract_onnx::prelude::*;

use crate::contract::Tensors;

/// The typed graph with the outputs that are read, and the symbol for its batch size.
pub(crate) fn load(
    bytes: &[u8],
    tensors: &Tensors,
    input_shape: [usize; 4],
) -> TractResult<(TypedModel, Symbol)> {
    // Intermediate shapes of exporters name the batch size differently from the input.
    let onnx = tract_onnx::onnx().with_ignore_value_info(true);
    let parsed = onnx.parse(&onnx.proto_model_for_read(&mut &bytes[..])?, None)?;
    let mut graph = parsed.model;
    let batch = graph.symbols.sym("N");
    let shape = tensors.batched(input_shape, &batch);
    graph.set_input_fact(0, InferenceFact::dt_shape(f32::datum_type(), shape))?;
    graph.select_output_outlets(&tensors.outlets(&parsed.outlets_by_name)?)?;
    for output in graph.outputs.clone() {
        graph.set_outlet_fact(output, InferenceFact::default())?;
    }
    Ok((graph.into_typed()?.into_decluttered()?, batch))
}

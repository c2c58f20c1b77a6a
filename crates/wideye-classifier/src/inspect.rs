use std::collections::BTreeMap;

use serde::Serialize;
use tract_core::ops::Cost;
use tract_core::prelude::TractResult;

use crate::backend::Backend;
use crate::contract::{self, ModelInfo};
use crate::description::ModelDescription;
use crate::layers;
use crate::loader::opset;
use crate::onnx::ModelProto;
use crate::plan::{Graph, is_product};
use crate::{Error, ErrorKind, Result};

/// What a model file consists of.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Inspection {
    /// What the model says about itself.
    pub info: ModelInfo,
    /// Version of ONNX's operator set.
    pub opset: i64,
    /// The file's nodes by operator, most frequent first.
    pub operators: Vec<OperatorCount>,
    /// Values of the graph's initializers: weights, biases, and the sizes or axes that an exporter
    /// puts beside them. Those in `Constant` nodes are not among them.
    pub parameters: u64,
    /// Multiplications with addition that convolutions and matrix products take for one image.
    pub multiply_accumulates: u64,
    /// What is computed for an image, in order, and by what.
    pub steps: Vec<Step>,
    /// Height of an activation map.
    pub maps_height: usize,
    /// Width of an activation map.
    pub maps_width: usize,
}

/// One step of a model's computation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// The node of the file whose output the step computes.
    pub node: String,
    /// The operator, in tract's words or in wideye's.
    pub operator: String,
    /// What computes it.
    pub backend: Backend,
    /// Further words, such as the sizes and the method of a convolution; may be empty.
    pub detail: String,
}

/// How often a model uses an operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperatorCount {
    /// The operator's ONNX name.
    pub operator: String,
    /// Number of nodes.
    pub nodes: usize,
}

/// Returns what an ONNX file that meets the contract consists of, without running it.
///
/// # Errors
/// As [`Classifier::from_onnx`](crate::Classifier::from_onnx).
pub fn inspect(bytes: &[u8]) -> Result<Inspection> {
    let model = contract::parse(bytes)?;
    let (info, tensors) = contract::check(&model, &ModelDescription::default())?;
    let graph = Graph::new(bytes, &model, &info, &tensors, Backend::Kernels)?;
    let multiply_accumulates = multiply_accumulates(&graph)
        .map_err(|error| Error::with_source(ErrorKind::Graph, error))?;
    Ok(Inspection {
        opset: opset(&model),
        operators: operators(&model),
        parameters: parameters(&model),
        multiply_accumulates,
        steps: steps(&graph).map_err(|error| Error::with_source(ErrorKind::Graph, error))?,
        maps_height: graph.maps_height,
        maps_width: graph.maps_width,
        info,
    })
}

fn operators(model: &ModelProto) -> Vec<OperatorCount> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for node in model.graph.iter().flat_map(|graph| &graph.node) {
        *counts.entry(&node.op_type).or_default() += 1;
    }
    let mut operators: Vec<OperatorCount> = counts
        .into_iter()
        .map(|(operator, nodes)| OperatorCount {
            operator: operator.into(),
            nodes,
        })
        .collect();
    operators.sort_by_key(|count| std::cmp::Reverse(count.nodes));
    operators
}

fn parameters(model: &ModelProto) -> u64 {
    let tensors = model.graph.iter().flat_map(|graph| &graph.initializer);
    tensors
        .map(|tensor| {
            tensor.dims.iter().fold(1, |count: u64, &side| {
                count.saturating_mul(u64::try_from(side).unwrap_or(0))
            })
        })
        .sum()
}

fn multiply_accumulates(graph: &Graph) -> TractResult<u64> {
    let model = graph.with_batch(1)?;
    let mut sum = 0;
    for node in model.nodes() {
        if !is_product(node) {
            continue;
        }
        let (inputs, _) = model.node_facts(node.id)?;
        for (cost, count) in node.op.cost(&inputs)? {
            if matches!(cost, Cost::FMA(_)) {
                sum += count.to_i64()?.unsigned_abs();
            }
        }
    }
    Ok(sum)
}

fn steps(graph: &Graph) -> TractResult<Vec<Step>> {
    let model = graph.for_one_image()?;
    let mut steps = Vec::new();
    for id in model.eval_order()? {
        let node = model.node(id);
        if node.inputs.is_empty() {
            continue;
        }
        steps.push(Step {
            node: node.name.clone(),
            operator: node.op.name().into_owned(),
            backend: match layers::is_layer(node) {
                true => Backend::Kernels,
                false => Backend::Tract,
            },
            detail: node.op.info()?.join(", "),
        });
    }
    Ok(steps)
}

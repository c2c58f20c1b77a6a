//! Turns the nodes of an ONNX file into tract's typed graph.
//!
//! `tract-onnx` would do that for every operator of ONNX. It registers all of them, so a browser
//! would download and compile what no classification network has.

use std::collections::{HashMap, HashSet};

use tract_core::internal::*;

use crate::onnx::{AttributeProto, GraphProto, ModelProto, NodeProto};
use crate::{operators, tensors};

/// A graph and where each named tensor of the file is in it.
pub(crate) struct Loaded {
    pub(crate) graph: TypedModel,
    pub(crate) outlets: HashMap<String, OutletId>,
}

/// Wires every node, in the file's order, behind an input of the given shape.
///
/// # Errors
/// If a node's inputs come after it, or its operator cannot take them.
pub(crate) fn load(
    model: &ModelProto,
    proto: &GraphProto,
    input: &str,
    shape: impl FnOnce(&TypedModel) -> TVec<TDim>,
) -> TractResult<Loaded> {
    let mut graph = TypedModel::default();
    let mut outlets = HashMap::new();
    let mut left_out = HashSet::new();
    let fact = f32::fact(shape(&graph));
    outlets.insert(input.to_owned(), graph.add_source(input, fact)?);
    for weights in &proto.initializer {
        let outlet = graph.add_const(&weights.name, tensors::tensor(weights)?)?;
        outlets.insert(weights.name.clone(), outlet);
    }
    let opset = opset(model);
    for node in &proto.node {
        let wired = wire(&mut graph, &outlets, &left_out, node, opset)
            .with_context(|| format!("node {:?} ({})", title(node), node.op_type))?;
        // What only training reads, such as Dropout's mask.
        left_out.extend(node.output.iter().skip(wired.len()).map(String::as_str));
        for (name, outlet) in node.output.iter().zip(wired) {
            outlets.insert(name.clone(), outlet);
        }
    }
    Ok(Loaded { graph, outlets })
}

/// The version of ONNX's own operator set, 0 if the file names none.
pub(crate) fn opset(model: &ModelProto) -> i64 {
    let standard = model
        .opset_import
        .iter()
        .find(|set| matches!(set.domain.as_str(), "" | "ai.onnx"));
    standard.map_or(0, |set| set.version)
}

fn title(node: &NodeProto) -> &str {
    match node.output.first() {
        Some(output) if node.name.is_empty() => output,
        _ => &node.name,
    }
}

fn wire(
    graph: &mut TypedModel,
    outlets: &HashMap<String, OutletId>,
    left_out: &HashSet<&str>,
    proto: &NodeProto,
    opset: i64,
) -> TractResult<TVec<OutletId>> {
    let wire = operators::find(&proto.op_type).context("unknown operator")?;
    let inputs = proto.input.iter().map(|name| match name.as_str() {
        "" => Ok(None),
        name => outlets
            .get(name)
            .map(|outlet| Some(*outlet))
            .with_context(|| match left_out.contains(name) {
                true => format!("input {name:?} is an output that is not supported"),
                false => format!("tensor {name:?} is used before it is produced"),
            }),
    });
    let mut node = Node {
        inputs: inputs.collect::<TractResult<_>>()?,
        name: graph.unique_name(title(proto)).into_owned(),
        graph,
        proto,
        opset,
    };
    wire(&mut node)
}

/// A node of the file on its way into the graph.
pub(crate) struct Node<'a> {
    pub(crate) graph: &'a mut TypedModel,
    pub(crate) proto: &'a NodeProto,
    pub(crate) opset: i64,
    name: String,
    inputs: TVec<Option<OutletId>>,
}

impl Node<'_> {
    /// Every input, of which none may be left out.
    pub(crate) fn inputs(&self) -> TractResult<TVec<OutletId>> {
        (0..self.inputs.len())
            .map(|index| self.input(index))
            .collect()
    }

    pub(crate) fn input(&self, index: usize) -> TractResult<OutletId> {
        self.optional(index)
            .with_context(|| format!("input {index} is missing"))
    }

    pub(crate) fn optional(&self, index: usize) -> Option<OutletId> {
        self.inputs.get(index).copied().flatten()
    }

    pub(crate) fn fact(&self, outlet: OutletId) -> TractResult<&TypedFact> {
        self.graph.outlet_fact(outlet)
    }

    pub(crate) fn shape(&self, outlet: OutletId) -> TractResult<TVec<TDim>> {
        Ok(self.fact(outlet)?.shape.to_tvec())
    }

    pub(crate) fn rank(&self, outlet: OutletId) -> TractResult<usize> {
        Ok(self.fact(outlet)?.rank())
    }

    /// The value of an outlet if it is known before the network runs.
    pub(crate) fn value(&self, outlet: OutletId) -> TractResult<Option<Arc<Tensor>>> {
        Ok(self.fact(outlet)?.konst.clone())
    }

    pub(crate) fn constant(&self, index: usize) -> TractResult<Arc<Tensor>> {
        self.value(self.input(index)?)?
            .with_context(|| format!("input {index} is not a constant"))
    }

    /// A constant input that holds sizes, some of which may depend on the batch.
    pub(crate) fn dimensions(&self, index: usize) -> TractResult<TVec<TDim>> {
        let constant = self.constant(index)?.cast_to::<TDim>()?.into_owned();
        Ok(constant.try_as_plain_ram()?.as_slice::<TDim>()?.into())
    }

    /// A constant input that holds numbers, the largest of 64 bits included.
    pub(crate) fn integers(&self, index: usize) -> TractResult<TVec<i64>> {
        let constant = self.constant(index)?.cast_to::<i64>()?.into_owned();
        Ok(constant.try_as_plain_ram()?.as_slice::<i64>()?.into())
    }

    /// Axes from an attribute or, in newer operator sets, from an input.
    pub(crate) fn axes(&self, index: usize, rank: usize) -> TractResult<Option<TVec<usize>>> {
        let axes = match self.optional(index) {
            Some(_) => Some(self.integers(index)?),
            None => self.ints("axes").map(TVec::from),
        };
        axes.map(|axes| axes.iter().map(|&a| axis(a, rank)).collect())
            .transpose()
    }

    /// Adds an operator and returns its first output.
    pub(crate) fn wire(
        &mut self,
        suffix: &str,
        op: impl Into<Box<dyn TypedOp>>,
        inputs: &[OutletId],
    ) -> TractResult<OutletId> {
        let op: Box<dyn TypedOp> = op.into();
        let name = self.unique(suffix);
        let output = self.graph.wire_node(name, op, inputs)?[0];
        self.checked(output)
    }

    /// As [`wire`](Self::wire), the inputs brought to one rank.
    pub(crate) fn broadcast(
        &mut self,
        suffix: &str,
        op: impl Into<Box<dyn TypedOp>>,
        inputs: &[OutletId],
    ) -> TractResult<OutletId> {
        let op: Box<dyn TypedOp> = op.into();
        let name = self.unique(suffix);
        let output = wire_with_rank_broadcast(name, self.graph, op, inputs)?[0];
        self.checked(output)
    }

    /// Refuses what tract leaves open: whether sides that differ become one when the network runs.
    fn checked(&self, output: OutletId) -> TractResult<OutletId> {
        let shape = self.shape(output)?;
        let differ = shape.iter().find(|side| matches!(side, TDim::Broadcast(_)));
        if let Some(sides) = differ {
            bail!("the inputs' sides differ: {sides}");
        }
        check_volume(&shape)?;
        Ok(output)
    }

    pub(crate) fn add_const(&mut self, suffix: &str, tensor: Tensor) -> TractResult<OutletId> {
        let name = self.unique(suffix);
        self.graph.add_const(name, tensor)
    }

    /// A number that combines with `like`, which is of real numbers, element by element.
    pub(crate) fn scalar(
        &mut self,
        suffix: &str,
        value: f32,
        like: OutletId,
    ) -> TractResult<OutletId> {
        let fact = self.fact(like)?;
        ensure!(
            fact.datum_type.is_float(),
            "the input is {:?}",
            fact.datum_type
        );
        let tensor = tensor0(value)
            .cast_to_dt(fact.datum_type)?
            .into_owned()
            .broadcast_into_rank(fact.rank())?;
        self.add_const(suffix, tensor)
    }

    fn unique(&self, suffix: &str) -> String {
        let name = match suffix {
            "" => self.name.clone(),
            _ => format!("{}.{suffix}", self.name),
        };
        self.graph.unique_name(name).into_owned()
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&AttributeProto> {
        self.proto.attribute.iter().find(|a| a.name == name)
    }

    pub(crate) fn int(&self, name: &str, default: i64) -> i64 {
        self.attribute(name).map_or(default, |a| a.i)
    }

    pub(crate) fn float(&self, name: &str, default: f32) -> f32 {
        self.attribute(name).map_or(default, |a| a.f)
    }

    pub(crate) fn ints(&self, name: &str) -> Option<&[i64]> {
        self.attribute(name).map(|a| &a.ints[..])
    }

    pub(crate) fn sizes(&self, name: &str) -> TractResult<Option<TVec<usize>>> {
        let sizes = self.ints(name).map(|ints| {
            let sizes = ints.iter().map(|&size| usize::try_from(size));
            sizes.collect::<Result<TVec<_>, _>>()
        });
        sizes
            .transpose()
            .with_context(|| format!("attribute {name:?} has a negative value"))
    }

    pub(crate) fn string(&self, name: &str) -> TractResult<Option<&str>> {
        let text = self.attribute(name).map(|a| std::str::from_utf8(&a.s));
        text.transpose()
            .with_context(|| format!("attribute {name:?} is no text"))
    }
}

/// Most pixels on one side of a padding, as many as an image may have.
pub(crate) const MAX_PAD: usize = 4096;

/// Most values of a tensor: 1 GiB of float32.
const MAX_VALUES: i64 = 1 << 28;

/// Refuses sizes that could not be multiplied, let alone held in memory.
pub(crate) fn check_volume(shape: &[TDim]) -> TractResult<()> {
    let mut sides = shape.iter().filter_map(|side| side.as_i64());
    let values = sides.try_fold(1i64, |n, side| n.checked_mul(side));
    ensure!(
        values.is_some_and(|values| values <= MAX_VALUES),
        "a tensor of {shape:?} is too large"
    );
    Ok(())
}

/// Counts a negative axis from the end.
pub(crate) fn axis(axis: i64, rank: usize) -> TractResult<usize> {
    let counted = if axis < 0 { axis + rank as i64 } else { axis };
    usize::try_from(counted)
        .ok()
        .filter(|&axis| axis < rank)
        .with_context(|| format!("axis {axis} is outside rank {rank}"))
}

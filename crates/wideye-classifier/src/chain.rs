//! Finds the parts of a graph that wideye-kernels can compute.

use std::collections::HashSet;

use tract_core::internal::*;
use tract_core::ops::binary::TypedBinOp;
use tract_core::ops::cnn::{Conv, KernelFormat, MaxPool, PaddingSpec, PoolSpec};
use tract_core::ops::einsum::EinSum;
use tract_core::ops::math::{Add, Mul, Sub};
use tract_core::ops::nn::{DataFormat, Reduce, Reducer};
use wideye_kernels::Residual;

use crate::elu::Elu;

/// A 3x3 convolution and the nodes after it that one kernel computes along with it.
pub(crate) struct ConvChain {
    /// The nodes that it replaces, in order.
    pub nodes: Vec<usize>,
    pub input: OutletId,
    /// `[channels, height, width]` of the input.
    pub input_shape: [usize; 3],
    pub output_channels: usize,
    /// `[output_channels, channels, 3, 3]`
    pub weights: Arc<Tensor>,
    /// `[output_channels]`, or one value for all
    pub bias: Arc<Tensor>,
    pub elu: Option<f32>,
    pub residual: Option<(Residual, OutletId)>,
    pub pool: bool,
}

/// A 1x1 convolution.
pub(crate) struct PointwiseNode {
    /// The nodes that sum its output over height and width.
    pub sums: Vec<usize>,
    pub input: OutletId,
    /// `[channels, height, width]` of the input.
    pub input_shape: [usize; 3],
    pub output_channels: usize,
    /// `[output_channels, channels]`
    pub weights: Arc<Tensor>,
}

impl ConvChain {
    /// The chain that begins at a node, if the node is a convolution that a kernel computes.
    ///
    /// It ends before nodes that are `taken`.
    pub(crate) fn starting_at(
        model: &TypedModel,
        node: &TypedNode,
        taken: &HashSet<usize>,
    ) -> TractResult<Option<Self>> {
        let Some(conv) = node.op_as::<Conv>() else {
            return Ok(None);
        };
        let Some(input_shape) = image_shape(model.outlet_fact(node.inputs[0])?) else {
            return Ok(None);
        };
        let spec = &conv.pool_spec;
        if !is_plain_3x3(spec, input_shape)
            || conv.kernel_fmt != KernelFormat::OIHW
            || conv.group != 1
            || conv.q_params.is_some()
        {
            return Ok(None);
        }
        let (Some(weights), Some(bias)) = (
            constant(model, node.inputs[1])?,
            constant(model, node.inputs[2])?,
        ) else {
            return Ok(None);
        };
        if bias.len() != 1 && bias.len() != spec.output_channels {
            return Ok(None);
        }
        let mut chain = Self {
            nodes: vec![node.id],
            input: node.inputs[0],
            input_shape,
            output_channels: spec.output_channels,
            weights,
            bias,
            elu: None,
            residual: None,
            pool: false,
        };
        while let Some(next) = only_consumer(model, chain.last()) {
            if taken.contains(&next.id) || !chain.absorb(model, next)? {
                break;
            }
            chain.nodes.push(next.id);
        }
        Ok(Some(chain))
    }

    /// The node whose output the chain computes.
    pub(crate) fn last(&self) -> usize {
        *self
            .nodes
            .last()
            .expect("a chain begins with a convolution")
    }

    /// Takes the next node in, if the kernel computes it in this place.
    fn absorb(&mut self, model: &TypedModel, node: &TypedNode) -> TractResult<bool> {
        if let Some(elu) = Elu::of(node) {
            // Only what rises may change places with the maximum.
            let fits = self.elu.is_none() && elu.alpha >= 0.0;
            if fits {
                self.elu = Some(elu.alpha);
            }
            return Ok(fits);
        }
        if let Some(pool) = node.op_as::<MaxPool>() {
            let [_, height, width] = self.input_shape;
            let fits = !self.pool
                && pool.with_index_outputs.is_none()
                && is_plain_pool(&pool.pool_spec)
                && height >= 2
                && width >= 2;
            self.pool |= fits;
            return Ok(fits);
        }
        let is_sum = node
            .op_as::<TypedBinOp>()
            .is_some_and(|op| op.0.is::<Add>());
        if !is_sum || self.residual.is_some() || self.pool {
            return Ok(false);
        }
        let own = OutletId::new(self.last(), 0);
        let Some(&added) = node.inputs.iter().find(|&&input| input != own) else {
            return Ok(false);
        };
        if model.outlet_fact(added)?.shape != model.outlet_fact(own)?.shape
            || model.outlet_fact(added)?.konst.is_some()
        {
            return Ok(false);
        }
        let place = match self.elu {
            Some(_) => Residual::AfterActivation,
            None => Residual::BeforeActivation,
        };
        self.residual = Some((place, added));
        Ok(true)
    }
}

impl PointwiseNode {
    /// The layer at a node, if it is a 1x1 convolution without a bias.
    ///
    /// Decluttering has made a matrix product of it.
    pub(crate) fn at(model: &TypedModel, node: &TypedNode) -> TractResult<Option<Self>> {
        let Some(product) = node.op_as::<EinSum>() else {
            return Ok(None);
        };
        if product.q_params.is_some() || !is_pointwise(&product.axes) {
            return Ok(None);
        }
        let Some(input_shape) = image_shape(model.outlet_fact(node.inputs[0])?) else {
            return Ok(None);
        };
        let Some(weights) = constant(model, node.inputs[1])? else {
            return Ok(None);
        };
        let consumers = model.outlet_successors(node.id.into());
        let sums = consumers.iter().map(|consumer| model.node(consumer.node));
        let sums = sums.filter(|node| {
            node.op_as::<Reduce>()
                .is_some_and(|reduce| reduce.reducer == Reducer::Sum && reduce.axes[..] == [2, 3])
        });
        Ok(Some(Self {
            sums: sums.map(|node| node.id).collect(),
            input: node.inputs[0],
            input_shape,
            output_channels: weights.shape()[0],
            weights,
        }))
    }
}

/// An outlet's values, computed from another's by a number or two per channel, as
/// normalisation is.
pub(crate) struct Scaled {
    pub input: OutletId,
    pub scale: Vec<f32>,
    pub shift: Vec<f32>,
}

impl Scaled {
    /// Goes back through products, sums and differences with constants.
    pub(crate) fn at(model: &TypedModel, outlet: OutletId, channels: usize) -> TractResult<Self> {
        let mut scaled = Self {
            input: outlet,
            scale: vec![1.0; channels],
            shift: vec![0.0; channels],
        };
        while scaled.step_back(model, channels)? {}
        Ok(scaled)
    }

    fn step_back(&mut self, model: &TypedModel, channels: usize) -> TractResult<bool> {
        let node = model.node(self.input.node);
        let Some(op) = node.op_as::<TypedBinOp>() else {
            return Ok(false);
        };
        let &[left, right] = &node.inputs[..] else {
            return Ok(false);
        };
        let (input, numbers) = match per_channel(model, right, channels)? {
            Some(numbers) => (left, numbers),
            None if op.0.is::<Sub>() => return Ok(false),
            None => match per_channel(model, left, channels)? {
                Some(numbers) => (right, numbers),
                None => return Ok(false),
            },
        };
        if model.outlet_fact(input)?.shape != model.outlet_fact(self.input)?.shape {
            return Ok(false);
        }
        for (channel, number) in numbers.into_iter().enumerate() {
            if op.0.is::<Mul>() {
                self.scale[channel] *= number;
            } else if op.0.is::<Add>() {
                self.shift[channel] += self.scale[channel] * number;
            } else if op.0.is::<Sub>() {
                self.shift[channel] -= self.scale[channel] * number;
            } else {
                return Ok(false);
            }
        }
        self.input = input;
        Ok(true)
    }
}

/// A constant `[1, channels, 1, 1]`, or of one number for all channels.
fn per_channel(
    model: &TypedModel,
    outlet: OutletId,
    channels: usize,
) -> TractResult<Option<Vec<f32>>> {
    let Some(tensor) = constant(model, outlet)? else {
        return Ok(None);
    };
    let numbers = tensor.try_as_plain_ram()?;
    let numbers = numbers.as_slice::<f32>()?;
    Ok(match (tensor.shape(), numbers) {
        (_, &[number]) => Some(vec![number; channels]),
        (&[1, sides, 1, 1], numbers) if sides == channels => Some(numbers.to_vec()),
        _ => None,
    })
}

/// `[channels, height, width]` of a float32 tensor of one image, none of them 0.
fn image_shape(fact: &TypedFact) -> Option<[usize; 3]> {
    match fact.shape.as_concrete()? {
        &[1, channels, height, width]
            if fact.datum_type == f32::datum_type() && ![channels, height, width].contains(&0) =>
        {
            Some([channels, height, width])
        }
        _ => None,
    }
}

/// 3x3 with padding 1 all around, each place once.
fn is_plain_3x3(spec: &PoolSpec, [_, height, width]: [usize; 3]) -> bool {
    let padding = spec.computed_padding(&[height, width]);
    spec.data_format == DataFormat::NCHW
        && spec.kernel_shape[..] == [3, 3]
        && spec.strides()[..] == [1, 1]
        && spec.dilations()[..] == [1, 1]
        && padding
            .iter()
            .all(|side| (side.pad_before, side.pad_after) == (1, 1))
}

/// The maximum of each 2x2 square; what is left at the end is left out.
fn is_plain_pool(spec: &PoolSpec) -> bool {
    let no_padding = match &spec.padding {
        PaddingSpec::Valid => true,
        PaddingSpec::Explicit(before, after)
        | PaddingSpec::ExplicitOnnxPool(before, after, false) => {
            before.iter().chain(after).all(|&pad| pad == 0)
        }
        _ => false,
    };
    spec.data_format == DataFormat::NCHW
        && no_padding
        && spec.kernel_shape[..] == [2, 2]
        && spec.strides()[..] == [2, 2]
        && spec.dilations()[..] == [1, 1]
}

/// Whether a product is `NIHW,OI->NOHW`, whatever letters its axes bear.
fn is_pointwise(axes: &AxesMapping) -> bool {
    let expected: [[Option<usize>; 3]; 5] = [
        [Some(0), None, Some(0)], // N
        [Some(1), Some(1), None], // I
        [None, Some(0), Some(1)], // O
        [Some(2), None, Some(2)], // H
        [Some(3), None, Some(3)], // W
    ];
    let found: Vec<[Option<usize>; 3]> = axes
        .iter_all_axes()
        .map(|axis| {
            [&axis.inputs[0], &axis.inputs[1], &axis.outputs[0]].map(|at| at.first().copied())
        })
        .collect();
    (axes.input_count(), axes.output_count()) == (2, 1)
        && found.len() == expected.len()
        && expected.iter().all(|axis| found.contains(axis))
}

/// The node that reads a node's only output, if it is the only one and nothing outside reads it.
fn only_consumer(model: &TypedModel, id: usize) -> Option<&TypedNode> {
    let outlet = OutletId::new(id, 0);
    let [consumer] = model.outlet_successors(outlet) else {
        return None;
    };
    let is_output = model.outputs.contains(&outlet);
    (model.node(id).outputs.len() == 1 && !is_output).then(|| model.node(consumer.node))
}

/// The float32 value of a constant; the loader has folded casts and dequantised weights.
fn constant(model: &TypedModel, outlet: OutletId) -> TractResult<Option<Arc<Tensor>>> {
    let value = model.outlet_fact(outlet)?.konst.clone();
    Ok(value.filter(|tensor| tensor.datum_type() == f32::datum_type()))
}

//! Operators of the graph that run on wideye-kernels.
//!
//! Between them, feature maps travel in the kernels' layout: tensors of
//! `[1, rows, columns, stride]`, as [`MapShape`] describes them.

use std::cell::RefCell;
use std::sync::Arc;

use tract_core::internal::*;
use wideye_kernels::{Conv3x3, MapShape, Pointwise, Residual};

use crate::elu::Elu;

/// Brings `[1, channels, height, width]` into the kernels' layout, each channel scaled and shifted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EnterMap {
    pub(crate) shape: MapShape,
    pub(crate) scale: Vec<f32>,
    pub(crate) shift: Vec<f32>,
}

// Scales and shifts are finite.
impl Eq for EnterMap {}

/// Brings a map back to `[1, channels, height, width]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeaveMap(pub MapShape);

/// A 3x3 convolution with what follows it, from map to map.
#[derive(Clone, Debug)]
pub(crate) struct ConvLayer(pub Arc<Conv3x3>);

/// A 1x1 convolution from a map to `[1, output_channels, height, width]`, and the sums over height
/// and width, `[1, output_channels, 1, 1]`.
#[derive(Clone, Debug)]
pub(crate) struct PointwiseLayer(pub Arc<Pointwise>);

impl PartialEq for ConvLayer {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for ConvLayer {}

impl PartialEq for PointwiseLayer {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for PointwiseLayer {}

/// Whether wideye-kernels compute a node.
pub(crate) fn is_layer(node: &TypedNode) -> bool {
    node.op_is::<EnterMap>()
        || node.op_is::<LeaveMap>()
        || node.op_is::<ConvLayer>()
        || node.op_is::<PointwiseLayer>()
        || Elu::of(node).is_some()
}

/// Lends memory to work in, one piece a thread for all layers: they never run at once.
fn with_scratch<T>(len: usize, work: impl FnOnce(&mut [f32]) -> T) -> T {
    thread_local!(static SCRATCH: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) });
    SCRATCH.with_borrow_mut(|scratch| {
        if scratch.len() < len {
            scratch.resize(len, 0.0);
        }
        work(&mut scratch[..len])
    })
}

fn map_fact(shape: &MapShape) -> TypedFact {
    f32::fact([1, shape.rows(), shape.columns(), shape.stride()])
}

fn planes_fact(channels: usize, shape: &MapShape) -> TypedFact {
    f32::fact([1, channels, shape.height(), shape.width()])
}

fn sums_fact(channels: usize) -> TypedFact {
    f32::fact([1, channels, 1, 1])
}

/// Makes a tensor for a kernel to fill.
fn tensor(fact: &TypedFact) -> TractResult<Tensor> {
    Tensor::zero::<f32>(fact.shape.as_concrete().context("the shape is open")?)
}

/// Makes a tensor and fills it from another.
fn compute(
    fact: &TypedFact,
    input: &TValue,
    work: impl FnOnce(&[f32], &mut [f32]),
) -> TractResult<TVec<TValue>> {
    let mut output = tensor(fact)?;
    let input = input.try_as_plain_ram()?;
    work(
        input.as_slice::<f32>()?,
        output.try_as_plain_ram_mut()?.as_slice_mut::<f32>()?,
    );
    Ok(tvec!(output.into_tvalue()))
}

impl Op for EnterMap {
    fn name(&self) -> StaticName {
        "EnterMap".into()
    }

    op_as_typed_op!();
}

impl EvalOp for EnterMap {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        compute(&map_fact(&self.shape), &inputs[0], |planes, map| {
            self.shape.read_chw_with(planes, map, |channel, value| {
                value * self.scale[channel] + self.shift[channel]
            });
        })
    }
}

impl TypedOp for EnterMap {
    fn output_facts(&self, _: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(map_fact(&self.shape)))
    }

    as_op!();
}

impl Op for LeaveMap {
    fn name(&self) -> StaticName {
        "LeaveMap".into()
    }

    op_as_typed_op!();
}

impl EvalOp for LeaveMap {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let fact = planes_fact(self.0.channels(), &self.0);
        compute(&fact, &inputs[0], |map, planes| {
            self.0.write_chw(map, planes)
        })
    }
}

impl TypedOp for LeaveMap {
    fn output_facts(&self, _: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(planes_fact(self.0.channels(), &self.0)))
    }

    as_op!();
}

impl Op for ConvLayer {
    fn name(&self) -> StaticName {
        "ConvLayer".into()
    }

    /// What it computes and how, such as `3x3, 64 -> 128 channels of 32x32, ELU, pool, WinogradF4`.
    fn info(&self) -> TractResult<Vec<String>> {
        let spec = self.0.spec();
        let mut info = format!(
            "3x3, {} -> {} channels of {}x{}",
            spec.input.channels(),
            spec.output_channels,
            spec.input.width(),
            spec.input.height()
        );
        if spec.residual == Some(Residual::BeforeActivation) {
            info += ", sum";
        }
        if spec.elu.is_some() {
            info += ", ELU";
        }
        if spec.residual == Some(Residual::AfterActivation) {
            info += ", sum";
        }
        if spec.pool {
            info += ", pool";
        }
        Ok(vec![format!("{info}, {:?}", self.0.method())])
    }

    op_as_typed_op!();
}

impl EvalOp for ConvLayer {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let residual = inputs
            .get(1)
            .map(|map| map.try_as_plain_ram())
            .transpose()?;
        let residual = residual
            .as_ref()
            .map(|map| map.as_slice::<f32>())
            .transpose()?;
        compute(&map_fact(&self.0.output()), &inputs[0], |input, output| {
            with_scratch(self.0.scratch_len(), |scratch| {
                self.0.run(input, residual, output, scratch);
            });
        })
    }
}

impl TypedOp for ConvLayer {
    fn output_facts(&self, _: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(map_fact(&self.0.output())))
    }

    as_op!();
}

impl Op for PointwiseLayer {
    fn name(&self) -> StaticName {
        "PointwiseLayer".into()
    }

    fn info(&self) -> TractResult<Vec<String>> {
        let input = self.0.input();
        let (from, to) = (input.channels(), self.0.output_channels());
        let (width, height) = (input.width(), input.height());
        Ok(vec![format!(
            "1x1, {from} -> {to} channels of {width}x{height}"
        )])
    }

    op_as_typed_op!();
}

impl EvalOp for PointwiseLayer {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let mut sums = tensor(&sums_fact(self.0.output_channels()))?;
        let fact = planes_fact(self.0.output_channels(), &self.0.input());
        let mut outputs = {
            let mut sums = sums.try_as_plain_ram_mut()?;
            let sums = sums.as_slice_mut::<f32>()?;
            compute(&fact, &inputs[0], |map, planes| {
                with_scratch(self.0.scratch_len(), |scratch| {
                    self.0.run(map, planes, sums, scratch);
                });
            })?
        };
        outputs.push(sums.into_tvalue());
        Ok(outputs)
    }
}

impl TypedOp for PointwiseLayer {
    fn output_facts(&self, _: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let channels = self.0.output_channels();
        Ok(tvec!(
            planes_fact(channels, &self.0.input()),
            sums_fact(channels)
        ))
    }

    as_op!();
}

//! The operator of the graph that runs on wideye-kernels.
//!
//! Between such operators, feature maps travel in the kernels' layout: tensors of
//! `[1, rows, columns, stride]`, as [`MapShape`] describes them.

use std::cell::RefCell;
use std::sync::Arc;

use tract_core::internal::*;
use wideye_kernels::{Conv3x3, MapShape, Pointwise, Residual};

use crate::elu::Elu;

/// What a kernel computes.
#[derive(Debug)]
pub(crate) enum Layer {
    /// Brings `[1, channels, height, width]` into the kernels' layout, each channel scaled and
    /// shifted.
    EnterMap {
        shape: MapShape,
        scale: Vec<f32>,
        shift: Vec<f32>,
    },
    /// Brings a map back to `[1, channels, height, width]`.
    LeaveMap(MapShape),
    /// A 3x3 convolution with what follows it, from map to map; a second map is the residual.
    Conv(Conv3x3),
    /// A 1x1 convolution from a map to `[1, output_channels, height, width]`, and the sums over
    /// height and width, `[1, output_channels, 1, 1]`.
    Pointwise(Pointwise),
}

/// A layer as tract's graph has it.
#[derive(Clone, Debug)]
pub(crate) struct LayerOp(Arc<Layer>);

impl LayerOp {
    pub(crate) fn new(layer: Layer) -> Self {
        Self(Arc::new(layer))
    }
}

impl PartialEq for LayerOp {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for LayerOp {}

/// Whether wideye-kernels compute a node.
pub(crate) fn is_layer(node: &TypedNode) -> bool {
    node.op_is::<LayerOp>() || Elu::of(node).is_some()
}

impl Layer {
    fn outputs(&self) -> TVec<TypedFact> {
        let map = |shape: MapShape| f32::fact([1, shape.rows(), shape.columns(), shape.stride()]);
        let planes = |channels: usize, shape: MapShape| {
            f32::fact([1, channels, shape.height(), shape.width()])
        };
        match self {
            Self::EnterMap { shape, .. } => tvec!(map(*shape)),
            Self::LeaveMap(shape) => tvec!(planes(shape.channels(), *shape)),
            Self::Conv(conv) => tvec!(map(conv.output())),
            Self::Pointwise(layer) => {
                let channels = layer.output_channels();
                tvec!(
                    planes(channels, layer.input()),
                    f32::fact([1, channels, 1, 1])
                )
            }
        }
    }

    fn compute(&self, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        match (self, inputs, outputs) {
            (
                Self::EnterMap {
                    shape,
                    scale,
                    shift,
                },
                [planes],
                [map],
            ) => shape.read_chw_scaled(planes, scale, shift, map),
            (Self::LeaveMap(shape), [map], [planes]) => shape.write_chw(map, planes),
            (Self::Conv(conv), [input, residual @ ..], [output]) => {
                with_scratch(conv.scratch_len(), |scratch| {
                    conv.run(input, residual.first().copied(), output, scratch);
                });
            }
            (Self::Pointwise(layer), [map], [planes, sums]) => {
                with_scratch(layer.scratch_len(), |scratch| {
                    layer.run(map, planes, sums, scratch);
                });
            }
            _ => unreachable!("the graph is wired with each layer's inputs and outputs"),
        }
    }
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

impl Op for LayerOp {
    fn name(&self) -> StaticName {
        match &*self.0 {
            Layer::EnterMap { .. } => "EnterMap",
            Layer::LeaveMap(_) => "LeaveMap",
            Layer::Conv(_) => "ConvLayer",
            Layer::Pointwise(_) => "PointwiseLayer",
        }
        .into()
    }

    /// What it computes and how, such as `3x3, 64 -> 128 channels of 32x32, ELU, pool, WinogradF4`.
    fn info(&self) -> TractResult<Vec<String>> {
        Ok(match &*self.0 {
            Layer::EnterMap { .. } | Layer::LeaveMap(_) => vec![],
            Layer::Conv(conv) => vec![describe(conv)],
            Layer::Pointwise(layer) => {
                let input = layer.input();
                let (from, to) = (input.channels(), layer.output_channels());
                let (width, height) = (input.width(), input.height());
                vec![format!("1x1, {from} -> {to} channels of {width}x{height}")]
            }
        })
    }

    op_as_typed_op!();
}

fn describe(conv: &Conv3x3) -> String {
    let spec = conv.spec();
    let mut text = format!(
        "3x3, {} -> {} channels of {}x{}",
        spec.input.channels(),
        spec.output_channels,
        spec.input.width(),
        spec.input.height()
    );
    if spec.residual == Some(Residual::BeforeActivation) {
        text += ", sum";
    }
    if spec.elu.is_some() {
        text += ", ELU";
    }
    if spec.residual == Some(Residual::AfterActivation) {
        text += ", sum";
    }
    if spec.pool {
        text += ", pool";
    }
    format!("{text}, {:?}", conv.method())
}

impl EvalOp for LayerOp {
    not_out_of_plan!();

    fn state(&self, _: &EvalContext) -> TractResult<Option<Box<dyn OpState>>> {
        Ok(Some(Box::new(LayerState::default())))
    }
}

impl TypedOp for LayerOp {
    fn output_facts(&self, _: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(self.0.outputs())
    }

    as_op!();
}

/// The memory of a layer's outputs, filled again in each run.
#[derive(Clone, Debug, Default)]
struct LayerState {
    outputs: TVec<Arc<Tensor>>,
}

impl LayerState {
    /// Takes new memory where there is none, or where somebody still reads the last run's.
    fn prepare(&mut self, layer: &Layer) -> TractResult<()> {
        for (slot, fact) in layer.outputs().iter().enumerate() {
            if self.outputs.get_mut(slot).and_then(Arc::get_mut).is_some() {
                continue;
            }
            let shape = fact.shape.as_concrete().context("the shape is open")?;
            let tensor = Tensor::zero::<f32>(shape)?.into_arc_tensor();
            match self.outputs.get_mut(slot) {
                Some(place) => *place = tensor,
                None => self.outputs.push(tensor),
            }
        }
        Ok(())
    }
}

impl OpState for LayerState {
    fn eval(
        &mut self,
        _: &EvalContext,
        op: &dyn Op,
        inputs: TVec<TValue>,
    ) -> TractResult<TVec<TValue>> {
        let LayerOp(layer) = op.downcast_ref().context("the state is a layer's")?;
        self.prepare(layer)?;
        {
            let inputs = inputs.iter().map(|input| input.try_as_plain_ram());
            let inputs = inputs.collect::<TractResult<TVec<_>>>()?;
            let inputs = inputs.iter().map(|input| input.as_slice::<f32>());
            let inputs = inputs.collect::<TractResult<TVec<_>>>()?;
            let outputs = self.outputs.iter_mut().filter_map(Arc::get_mut);
            let outputs = outputs.map(|output| output.try_as_plain_ram_mut());
            let mut outputs = outputs.collect::<TractResult<TVec<_>>>()?;
            let outputs = outputs
                .iter_mut()
                .map(|output| output.as_slice_mut::<f32>());
            let mut outputs = outputs.collect::<TractResult<TVec<_>>>()?;
            layer.compute(&inputs, &mut outputs);
        }
        let outputs = self.outputs.iter().cloned();
        Ok(outputs.map(IntoTValue::into_tvalue).collect())
    }

    fn reset_lanes(&mut self, _: &[LaneId]) -> TractResult<()> {
        Ok(())
    }
}

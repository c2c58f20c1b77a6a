//! Rewrites a decluttered graph so that wideye-kernels computes what they can.

use std::collections::{HashMap, HashSet};

use tract_core::internal::*;
use tract_core::ops::source::TypedSource;
use wideye_kernels::{Conv3x3, ConvSpec, MapShape, Pointwise, Simd};

use crate::chain::{ConvChain, PointwiseNode, Scaled};
use crate::layers::{Layer, LayerOp};

/// Returns the same computation with chains of convolution, sum, ELU and maximum as single nodes.
///
/// All other nodes stay; where they meet such a chain, the layout of the map between is changed.
pub(crate) fn rewrite(source: &TypedModel, simd: Simd) -> TractResult<TypedModel> {
    let order = source.eval_order()?;
    let mut chains = HashMap::new();
    let mut absorbed = HashSet::new();
    for &id in &order {
        if absorbed.contains(&id) {
            continue;
        }
        if let Some(chain) = ConvChain::starting_at(source, source.node(id), &absorbed)? {
            absorbed.extend(&chain.nodes);
            chains.insert(chain.last(), chain);
        }
    }
    let mut rewriter = Rewriter {
        simd,
        source,
        target: TypedModel {
            symbols: source.symbols.clone(),
            ..TypedModel::default()
        },
        outlets: HashMap::new(),
    };
    for id in order {
        let node = source.node(id);
        if let Some(chain) = chains.get(&id) {
            rewriter.add_conv(node, chain)?;
        } else if absorbed.contains(&id) {
            continue;
        } else if let Some(layer) = PointwiseNode::at(source, node)? {
            absorbed.extend(&layer.sums);
            rewriter.add_pointwise(node, &layer)?;
        } else {
            rewriter.copy(node)?;
        }
    }
    rewriter.finish()
}

struct Rewriter<'a> {
    simd: Simd,
    source: &'a TypedModel,
    target: TypedModel,
    /// For each outlet of the source, where its values are in the target.
    outlets: HashMap<OutletId, Places>,
}

/// A value in the layouts in which it exists.
#[derive(Default)]
struct Places {
    planes: Option<OutletId>,
    maps: Vec<(MapShape, OutletId)>,
}

impl Rewriter<'_> {
    fn add_conv(&mut self, node: &TypedNode, chain: &ConvChain) -> TractResult<()> {
        let [channels, height, width] = chain.input_shape;
        let input = match self.places(chain.input).maps.first() {
            Some(&(shape, _)) => shape,
            None => Conv3x3::first_input(self.simd, channels, height, width),
        };
        let spec = ConvSpec {
            input,
            output_channels: chain.output_channels,
            elu: chain.elu,
            residual: chain.residual.map(|(place, _)| place),
            pool: chain.pool,
        };
        let bias = match chain.bias.try_as_plain_ram()?.as_slice::<f32>()? {
            &[bias] => vec![bias; chain.output_channels],
            bias => bias.to_vec(),
        };
        let weights = chain.weights.try_as_plain_ram()?;
        let conv = Conv3x3::new(self.simd, spec, weights.as_slice::<f32>()?, &bias);
        let output = conv.output();
        let mut inputs = tvec!(self.map(chain.input, input)?);
        if let Some((_, added)) = chain.residual {
            inputs.push(self.map(added, conv.residual())?);
        }
        let layer = LayerOp::new(Layer::Conv(conv));
        let outlet = self.target.wire_node(&node.name, layer, &inputs)?[0];
        self.places(node.id.into()).maps.push((output, outlet));
        Ok(())
    }

    fn add_pointwise(&mut self, node: &TypedNode, layer: &PointwiseNode) -> TractResult<()> {
        let [channels, height, width] = layer.input_shape;
        let shape = match self.places(layer.input).maps.first() {
            Some(&(shape, _)) => shape,
            None => MapShape::new(self.simd, channels, height, width),
        };
        let weights = layer.weights.try_as_plain_ram()?;
        let weights = weights.as_slice::<f32>()?;
        let kernel = Pointwise::new(self.simd, shape, layer.output_channels, weights);
        let input = self.map(layer.input, shape)?;
        let operator = LayerOp::new(Layer::Pointwise(kernel));
        let outlets = self.target.wire_node(&node.name, operator, &[input])?;
        self.places(node.id.into()).planes = Some(outlets[0]);
        for &sum in &layer.sums {
            self.places(sum.into()).planes = Some(outlets[1]);
        }
        Ok(())
    }

    fn copy(&mut self, node: &TypedNode) -> TractResult<()> {
        let inputs = node.inputs.iter().map(|&input| self.planes(input));
        let inputs = inputs.collect::<TractResult<TVec<OutletId>>>()?;
        let outlets = if node.op_is::<TypedSource>() {
            tvec!(
                self.target
                    .add_source(&node.name, node.outputs[0].fact.clone())?
            )
        } else {
            self.target
                .wire_node(&node.name, node.op.clone(), &inputs)?
        };
        for (slot, outlet) in outlets.into_iter().enumerate() {
            self.places(OutletId::new(node.id, slot)).planes = Some(outlet);
        }
        Ok(())
    }

    fn places(&mut self, outlet: OutletId) -> &mut Places {
        self.outlets.entry(outlet).or_default()
    }

    /// A value of the source in the kernels' layout.
    fn map(&mut self, outlet: OutletId, shape: MapShape) -> TractResult<OutletId> {
        let maps = &self.places(outlet).maps;
        if let Some(&(_, map)) = maps.iter().find(|(found, _)| *found == shape) {
            return Ok(map);
        }
        let Scaled {
            input,
            scale,
            shift,
        } = Scaled::at(self.source, outlet, shape.channels())?;
        let planes = self.planes(input)?;
        let name = self
            .target
            .unique_name(format!("{}.map", self.source.node(outlet.node).name));
        let operator = LayerOp::new(Layer::EnterMap {
            shape,
            scale,
            shift,
        });
        let map = self.target.wire_node(name, operator, &[planes])?[0];
        self.places(outlet).maps.push((shape, map));
        Ok(map)
    }

    /// A value of the source in tract's layout.
    fn planes(&mut self, outlet: OutletId) -> TractResult<OutletId> {
        let places = self.places(outlet);
        if let Some(planes) = places.planes {
            return Ok(planes);
        }
        let &(shape, map) = places
            .maps
            .first()
            .context("a node comes before its input")?;
        let name = self
            .target
            .unique_name(format!("{}.planes", self.source.node(outlet.node).name));
        let planes = self
            .target
            .wire_node(name, LayerOp::new(Layer::LeaveMap(shape)), &[map])?[0];
        self.places(outlet).planes = Some(planes);
        Ok(planes)
    }

    fn finish(mut self) -> TractResult<TypedModel> {
        for &output in &self.source.outputs {
            let outlet = self.planes(output)?;
            self.target.outputs.push(outlet);
        }
        // Constants that only layers read have been copied too.
        self.target.compact()?;
        Ok(self.target)
    }
}

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tract_core::internal::{AxisOp, DimLike, ToDim, TractErrorContext};
use tract_core::ops::cast::Cast;
use tract_core::ops::cnn::Conv;
use tract_core::ops::einsum::EinSum;
use tract_core::ops::nn::Softmax;
use tract_core::prelude::*;

use wideye_kernels::Simd;

use crate::backend::Backend;
use crate::contract::{ModelInfo, Tensors};
use crate::onnx::{GraphProto, ModelProto};
use crate::rewrite::rewrite;
use crate::{Error, ErrorKind, Result, loader, operators};

/// A model's decluttered graph, in which the batch size is still open.
pub(crate) struct Graph {
    typed: TypedModel,
    batch: Symbol,
    input_shape: [usize; 4],
    backend: Backend,
    pub(crate) maps_height: usize,
    pub(crate) maps_width: usize,
}

/// A graph optimised for one image at a time.
pub(crate) struct Plan {
    runnable: Arc<TypedRunnableModel>,
    /// The working memory of runs that are over, for the next ones.
    idle: Mutex<Vec<TypedSimpleState>>,
    input_shape: [usize; 4],
}

impl Graph {
    pub(crate) fn new(
        #[cfg_attr(target_arch = "wasm32", expect(unused_variables))] bytes: &[u8],
        model: &ModelProto,
        info: &ModelInfo,
        tensors: &Tensors,
        backend: Backend,
    ) -> Result<Self> {
        let graph = model.graph.as_ref().ok_or(ErrorKind::NoGraph)?;
        check_nodes(graph)?;
        let (height, width) = (info.input_height as usize, info.input_width as usize);
        let input_shape = match tensors.channels_last {
            true => [1, height, width, 3],
            false => [1, 3, height, width],
        };
        let (typed, batch) = match backend {
            #[cfg(not(target_arch = "wasm32"))]
            Backend::Tract => crate::stock::load(bytes, tensors, input_shape),
            _ => load(model, graph, tensors, input_shape),
        }
        .map_err(inconsistent)?;
        let size = tensors.batch_size(&batch);
        let classes = logits_width(&typed, &size, &tensors.logits)?;
        let labels = info.labels.len();
        if classes != labels {
            return Err(ErrorKind::LabelCount { classes, labels }.into());
        }
        let (maps_height, maps_width) = match &tensors.activation_maps {
            Some(name) => maps_size(&typed, &size, classes, name)?,
            None => (0, 0),
        };
        Ok(Self {
            typed,
            batch,
            input_shape,
            backend,
            maps_height,
            maps_width,
        })
    }

    /// Optimises the graph for single images.
    pub(crate) fn into_plan(self) -> Result<Plan> {
        let input_shape = self.input_shape;
        let optimise = || -> TractResult<_> {
            // Decluttered while the batch size was open; what one image changes is not worth another time.
            let mut model = self.for_one_image()?;
            if model.nodes().iter().any(is_product) {
                model.optimize()?;
            }
            model.into_runnable()
        };
        let runnable = optimise().map_err(inconsistent)?;
        Ok(Plan {
            runnable,
            idle: Mutex::default(),
            input_shape,
        })
    }

    /// The graph as it is computed, before tract chooses its own kernels.
    pub(crate) fn for_one_image(&self) -> TractResult<TypedModel> {
        let model = self.with_batch(1)?;
        match self.backend {
            Backend::Kernels => rewrite(&model, Simd::detect()),
            Backend::Tract => Ok(model),
        }
    }

    pub(crate) fn with_batch(&self, size: usize) -> TractResult<TypedModel> {
        self.typed
            .set_symbols(&HashMap::from([(self.batch.clone(), size.to_dim())]))
    }
}

impl Plan {
    fn idle(&self) -> MutexGuard<'_, Vec<TypedSimpleState>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends the logits and activation maps of each image, both row-major.
    pub(crate) fn run<'a>(
        &self,
        images: impl Iterator<Item = Cow<'a, [f32]>>,
        logits: &mut Vec<f32>,
        activation_maps: &mut Vec<f32>,
    ) -> Result<()> {
        let run = || -> TractResult<()> {
            let idle = self.idle().pop();
            let mut state = match idle {
                Some(state) => state,
                None => self.runnable.spawn()?,
            };
            for image in images {
                let input = Tensor::from_shape(&self.input_shape, &image)?;
                let outputs = state.run(tvec!(input.into()))?;
                for (values, output) in [&mut *logits, &mut *activation_maps]
                    .into_iter()
                    .zip(&outputs)
                {
                    values.extend_from_slice(output.try_as_plain_ram()?.as_slice::<f32>()?);
                }
            }
            self.idle().push(state);
            Ok(())
        };
        run().map_err(|error| Error::with_source(ErrorKind::Run, error))
    }
}

impl Tensors {
    /// How many images pass the decluttered graph: one, or what the symbol will stand for.
    fn batch_size(&self, batch: &Symbol) -> TDim {
        match self.described {
            true => 1.to_dim(),
            false => batch.to_dim(),
        }
    }

    /// The shape of the input, given that of one image.
    pub(crate) fn batched(&self, [_, sides @ ..]: [usize; 4], batch: &Symbol) -> TVec<TDim> {
        let sides = sides.iter().map(ToDim::to_dim);
        std::iter::once(self.batch_size(batch))
            .chain(sides)
            .collect()
    }

    /// Where the outputs are, the logits first.
    pub(crate) fn outlets(
        &self,
        outlets: &HashMap<String, OutletId>,
    ) -> TractResult<TVec<OutletId>> {
        let names = std::iter::once(&self.logits).chain(&self.activation_maps);
        let outlets = names.map(|name| {
            let outlet = outlets.get(name).copied();
            outlet.with_context(|| format!("nothing computes output {name:?}"))
        });
        outlets.collect()
    }
}

/// Whether tract computes a node by kernels of its own, which it chooses when it optimises.
pub(crate) fn is_product(node: &TypedNode) -> bool {
    node.op_is::<Conv>() || node.op_is::<EinSum>()
}

fn inconsistent(error: TractError) -> Error {
    Error::with_source(ErrorKind::Graph, error)
}

/// Refuses what the loader would not answer with an error that names the node.
fn check_nodes(graph: &GraphProto) -> Result<()> {
    for node in &graph.node {
        let standard = matches!(node.domain.as_str(), "" | "ai.onnx");
        if !standard || operators::find(&node.op_type).is_none() {
            let operator = match node.domain.as_str() {
                "" => node.op_type.clone(),
                domain => format!("{domain}.{}", node.op_type),
            };
            let node = node
                .output
                .first()
                .cloned()
                .unwrap_or_else(|| node.name.clone());
            return Err(ErrorKind::Operator { operator, node }.into());
        }
    }
    let produced: HashSet<&str> = graph
        .node
        .iter()
        .flat_map(|node| &node.output)
        .chain(graph.initializer.iter().map(|tensor| &tensor.name))
        .chain(graph.input.iter().map(|input| &input.name))
        .map(String::as_str)
        .collect();
    let consumed = graph.node.iter().flat_map(|node| &node.input);
    let outputs = graph.output.iter().map(|output| &output.name);
    for name in consumed.filter(|name| !name.is_empty()).chain(outputs) {
        if !produced.contains(name.as_str()) {
            let cause = format!("nothing produces tensor {name:?}");
            return Err(Error::with_source(ErrorKind::Graph, cause));
        }
    }
    Ok(())
}

/// The typed graph with the outputs that are read, and the symbol for its batch size.
fn load(
    model: &ModelProto,
    graph: &GraphProto,
    tensors: &Tensors,
    input_shape: [usize; 4],
) -> TractResult<(TypedModel, Symbol)> {
    let loaded = loader::load(model, graph, &tensors.input, |graph| {
        let batch = graph.symbols.sym("N");
        tensors.batched(input_shape, &batch)
    })?;
    let mut outputs = tensors.outlets(&loaded.outlets)?;
    let mut typed = loaded.graph;
    if tensors.described {
        outputs[0] = without_softmax(&mut typed, outputs[0])?;
    }
    typed.select_output_outlets(&outputs)?;
    let batch = typed.symbols.sym("N");
    Ok((typed.into_decluttered()?, batch))
}

/// The same values before a softmax over all of them, if only their shape and type change after it.
fn without_softmax(graph: &mut TypedModel, output: OutletId) -> TractResult<OutletId> {
    let mut outlet = output;
    let mut behind = vec![];
    loop {
        let node = graph.node(outlet.node);
        if let Some(softmax) = node.op_as::<Softmax>() {
            let shape = &graph.outlet_fact(outlet)?.shape;
            let mut others = (0..shape.rank()).filter(|axis| !softmax.axes.contains(axis));
            if !others.all(|axis| shape[axis].is_one()) {
                return Ok(output);
            }
            outlet = node.inputs[0];
            break;
        }
        if !node.op_is::<AxisOp>() && !node.op_is::<Cast>() {
            return Ok(output);
        }
        behind.push(outlet.node);
        outlet = node.inputs[0];
    }
    for id in behind.into_iter().rev() {
        let node = graph.node(id);
        let (name, op) = (graph.unique_name(&node.name).into_owned(), node.op.clone());
        outlet = graph.wire_node(name, op, &[outlet])?[0];
    }
    Ok(outlet)
}

fn logits_width(typed: &TypedModel, batch: &TDim, name: &str) -> Result<usize> {
    let fact = output_fact(typed, 0)?;
    match known_sides(fact, batch).as_deref() {
        Some(&[classes]) if classes > 0 => Ok(classes),
        _ => Err(wrong_output(name, "float32 [N, classes]", fact)),
    }
}

fn maps_size(
    typed: &TypedModel,
    batch: &TDim,
    classes: usize,
    name: &str,
) -> Result<(usize, usize)> {
    let fact = output_fact(typed, 1)?;
    match known_sides(fact, batch).as_deref() {
        Some(&[channels, height, width]) if channels == classes && height > 0 && width > 0 => {
            Ok((height, width))
        }
        _ => Err(wrong_output(
            name,
            "float32 [N, classes, height, width]",
            fact,
        )),
    }
}

fn output_fact(typed: &TypedModel, index: usize) -> Result<&TypedFact> {
    typed.output_fact(index).map_err(inconsistent)
}

/// The sides after the batch, if the tensor is float32, begins with it and leaves nothing open.
fn known_sides(fact: &TypedFact, batch: &TDim) -> Option<Vec<usize>> {
    let (first, sides) = fact.shape.dims().split_first()?;
    if fact.datum_type != f32::datum_type() || first != batch {
        return None;
    }
    sides.iter().map(|side| side.to_usize().ok()).collect()
}

fn wrong_output(output: &str, expected: &'static str, fact: &TypedFact) -> Error {
    let sides: Vec<String> = fact.shape.dims().iter().map(ToString::to_string).collect();
    let actual = format!("{:?} [{}]", fact.datum_type, sides.join(", ")).to_lowercase();
    ErrorKind::OutputShape {
        output: output.into(),
        expected,
        actual,
    }
    .into()
}

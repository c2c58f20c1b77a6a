use prost::Message;
use prost::bytes::Bytes;
use serde::de::DeserializeOwned;
use wideye_core::Labels;

use crate::description::ModelDescription;
use crate::onnx::{DataType, Dimension, GraphProto, ModelProto, ValueInfoProto};
use crate::{Error, ErrorKind, Result};

const INPUT: &str = "image";
const LOGITS: &str = "logits";
const ACTIVATION_MAPS: &str = "activation_maps";

const LABELS: &str = "wideye.labels";
const SUPERCLASSES: &str = "wideye.superclasses";
const SUPERCLASS_OF: &str = "wideye.superclass_of";
const TEMPERATURE: &str = "wideye.temperature";
const KNOWN_THRESHOLD: &str = "wideye.known_threshold";
const PROVENANCE: &str = "wideye.provenance";

/// What a model file says about itself.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ModelInfo {
    /// Class names and their superclasses, in the order of the model's outputs.
    pub labels: Labels,
    /// Width of the pictures that the model takes, in pixels.
    pub input_width: u32,
    /// Height of the pictures that the model takes, in pixels.
    pub input_height: u32,
    /// Whether the model has an output of class activation maps.
    pub activation_maps: bool,
    /// What logits are divided by before softmax; above 0.
    pub temperature: f32,
    /// The calibrated probability from which the likeliest class counts as known, `0.0..=1.0`.
    pub known_threshold: Option<f32>,
    /// How the model came to be, as JSON.
    pub provenance: Option<String>,
}

/// The tensors of a graph that are fed and read.
pub(crate) struct Tensors {
    pub(crate) input: String,
    /// Whether the input is `[N, height, width, 3]`.
    pub(crate) channels_last: bool,
    /// Whether the model is a described one, which may take one image only and end in a softmax.
    pub(crate) described: bool,
    pub(crate) logits: String,
    pub(crate) activation_maps: Option<String>,
}

/// Decodes an ONNX file without checking more than its encoding.
pub(crate) fn parse(bytes: &[u8]) -> Result<ModelProto> {
    // One copy, which the weights refer to until they become tensors.
    let copy = Bytes::copy_from_slice(bytes);
    let model = ModelProto::decode(copy).map_err(|_| ErrorKind::NotOnnx {
        looks_like: looks_like(bytes),
    })?;
    if model.graph.is_none() {
        let looks_like = looks_like(bytes);
        return Err(match looks_like {
            Some(_) => ErrorKind::NotOnnx { looks_like }.into(),
            None => ErrorKind::NoGraph.into(),
        });
    }
    Ok(model)
}

fn looks_like(bytes: &[u8]) -> Option<&'static str> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(256)]).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    if bytes.is_empty() {
        Some("an empty file")
    } else if head.starts_with("<!doctype html") || head.starts_with("<html") {
        Some("a web page")
    } else if head.starts_with("version https://git-lfs") {
        Some("a Git LFS pointer")
    } else if bytes.starts_with(b"PK\x03\x04") {
        Some("a ZIP archive")
    } else if bytes.starts_with(b"\x89HDF") {
        Some("an HDF5 file")
    } else {
        None
    }
}

/// Checks what can be checked before the graph is analysed.
pub(crate) fn check(
    model: &ModelProto,
    description: &ModelDescription,
) -> Result<(ModelInfo, Tensors)> {
    let graph = model.graph.as_ref().ok_or(ErrorKind::NoGraph)?;
    let ((input_width, input_height), tensors) = match description.is_empty() {
        true => {
            let size = input_size(graph)?;
            check_outputs(graph)?;
            (size, Tensors::of_contract())
        }
        false => described(graph, description.input_size)?,
    };
    let labels = match &description.labels {
        Some(labels) => Labels::new(labels.clone(), vec![], vec![]),
        None => stored_labels(model)?,
    }
    .map_err(|error| Error::with_source(ErrorKind::Labels, error))?;
    let temperature = number(model, TEMPERATURE, "a number above 0", |t| {
        t > 0.0 && t.is_finite()
    })?;
    let known_threshold = number(model, KNOWN_THRESHOLD, "a probability from 0 to 1", |p| {
        (0.0..=1.0).contains(&p)
    })?;
    json::<serde::de::IgnoredAny>(model, PROVENANCE, "JSON")?;
    let info = ModelInfo {
        labels,
        input_width,
        input_height,
        activation_maps: tensors.activation_maps.is_some(),
        temperature: temperature.unwrap_or(1.0),
        known_threshold,
        provenance: property(model, PROVENANCE).map(str::to_owned),
    };
    Ok((info, tensors))
}

fn stored_labels(model: &ModelProto) -> Result<wideye_core::Result<Labels>> {
    let labels: Vec<String> = json(model, LABELS, "a JSON array of strings")?
        .ok_or(ErrorKind::MissingMetadata { key: LABELS })?;
    let superclasses = json(model, SUPERCLASSES, "a JSON array of strings")?.unwrap_or_default();
    let superclass_of =
        json(model, SUPERCLASS_OF, "a JSON array of superclass indices")?.unwrap_or_default();
    Ok(Labels::new(labels, superclasses, superclass_of))
}

impl Tensors {
    fn of_contract() -> Self {
        Self {
            input: INPUT.into(),
            channels_last: false,
            described: false,
            logits: LOGITS.into(),
            activation_maps: Some(ACTIVATION_MAPS.into()),
        }
    }
}

fn inputs(graph: &GraphProto) -> Vec<&ValueInfoProto> {
    // Before IR version 4 every initializer was listed as an input too.
    let stored = |name: &String| graph.initializer.iter().any(|tensor| tensor.name == *name);
    let inputs = graph.input.iter();
    inputs.filter(|input| !stored(&input.name)).collect()
}

/// The width and height of the only input.
fn input_size(graph: &GraphProto) -> Result<(u32, u32)> {
    let inputs = inputs(graph);
    let [input] = inputs[..] else {
        return Err(wrong_input(&inputs));
    };
    if input.name != INPUT {
        return Err(wrong_input(&inputs));
    }
    let wrong_shape = || ErrorKind::InputShape {
        actual: describe(input),
    };
    let shape = float_shape(input).ok_or_else(wrong_shape)?;
    match shape[..] {
        [None, Some(3), Some(height), Some(width)] => side(width)
            .zip(side(height))
            .ok_or_else(|| wrong_shape().into()),
        _ => Err(wrong_shape().into()),
    }
}

/// The input's width and height, and the tensors of a model whose names are its own.
fn described(graph: &GraphProto, given_size: Option<(u32, u32)>) -> Result<((u32, u32), Tensors)> {
    let inputs = inputs(graph);
    let [input] = inputs[..] else {
        let actual = inputs.iter().map(|input| input.name.clone()).collect();
        return Err(ErrorKind::InputCount { actual }.into());
    };
    let actual = || describe(input);
    let wrong_shape = || ErrorKind::ImageShape { actual: actual() };
    let (channels_last, stored) = match float_shape(input).as_deref() {
        Some(&[None | Some(1), Some(3), height, width]) => (false, [width, height]),
        Some(&[None | Some(1), height, width, Some(3)]) => (true, [width, height]),
        _ => return Err(wrong_shape().into()),
    };
    let size = match (stored, given_size) {
        ([Some(width), Some(height)], given) => {
            let size = side(width).zip(side(height)).ok_or_else(wrong_shape)?;
            if let Some(actual) = given.filter(|given| *given != size) {
                let expected = size;
                return Err(ErrorKind::InputSize { expected, actual }.into());
            }
            size
        }
        (_, Some((width, height))) => {
            let size = side(width.into()).zip(side(height.into()));
            size.ok_or(ErrorKind::InputSide { max: MAX_SIDE })?
        }
        (_, None) => return Err(ErrorKind::OpenSides { actual: actual() }.into()),
    };
    let names = || graph.output.iter().map(|output| output.name.as_str());
    let scores: Vec<&str> = names().filter(|name| *name != ACTIVATION_MAPS).collect();
    let logits = match scores[..] {
        [only] => only,
        _ if scores.contains(&LOGITS) => LOGITS,
        _ => return Err(missing_output(graph, LOGITS)),
    };
    let tensors = Tensors {
        input: input.name.clone(),
        channels_last,
        described: true,
        logits: logits.into(),
        activation_maps: names()
            .any(|name| name == ACTIVATION_MAPS)
            .then(|| ACTIVATION_MAPS.into()),
    };
    Ok((size, tensors))
}

fn side(side: i64) -> Option<u32> {
    u32::try_from(side)
        .ok()
        .filter(|side| (1..=MAX_SIDE).contains(side))
}

/// Larger inputs are no thumbnails, and a damaged file must not ask for gigabytes.
const MAX_SIDE: u32 = 4096;

fn wrong_input(inputs: &[&ValueInfoProto]) -> Error {
    let actual = inputs.iter().map(|input| input.name.clone()).collect();
    ErrorKind::Input {
        expected: INPUT,
        actual,
    }
    .into()
}

fn check_outputs(graph: &GraphProto) -> Result<()> {
    for expected in [LOGITS, ACTIVATION_MAPS] {
        let declared = graph.output.iter().any(|output| output.name == expected);
        let produced = graph
            .node
            .iter()
            .any(|node| node.output.iter().any(|o| o == expected));
        if !declared || !produced {
            return Err(missing_output(graph, expected));
        }
    }
    Ok(())
}

fn missing_output(graph: &GraphProto, expected: &'static str) -> Error {
    let outputs = graph.output.iter();
    let actual = outputs.map(|output| output.name.clone()).collect();
    ErrorKind::MissingOutput { expected, actual }.into()
}

/// The dimensions of a float32 tensor, `None` where a dimension is left open.
fn float_shape(value: &ValueInfoProto) -> Option<Vec<Option<i64>>> {
    let tensor = value.r#type.as_ref()?.tensor_type.as_ref()?;
    if DataType::new(tensor.elem_type) != Some(DataType::Float) {
        return None;
    }
    let dims = tensor
        .shape
        .as_ref()?
        .dim
        .iter()
        .map(|dim| match dim.value {
            // Some exporters write -1 where a size is open.
            Some(Dimension::DimValue(size)) if size >= 0 => Some(size),
            _ => None,
        });
    Some(dims.collect())
}

fn describe(value: &ValueInfoProto) -> String {
    let Some(tensor) = value.r#type.as_ref().and_then(|t| t.tensor_type.as_ref()) else {
        return "no tensor".into();
    };
    let kind = DataType::new(tensor.elem_type).map_or("unknown", DataType::name);
    let dims: Vec<String> = tensor
        .shape
        .iter()
        .flat_map(|shape| &shape.dim)
        .map(|dim| match &dim.value {
            Some(Dimension::DimValue(size)) => size.to_string(),
            Some(Dimension::DimParam(name)) => name.clone(),
            None => "?".into(),
        })
        .collect();
    format!("{kind} [{}]", dims.join(", "))
}

fn property<'a>(model: &'a ModelProto, key: &str) -> Option<&'a str> {
    model
        .metadata_props
        .iter()
        .find(|entry| entry.key == key)
        .map(|entry| entry.value.as_str())
}

fn json<T: DeserializeOwned>(
    model: &ModelProto,
    key: &'static str,
    expected: &'static str,
) -> Result<Option<T>> {
    let Some(text) = property(model, key) else {
        return Ok(None);
    };
    serde_json::from_str(text).map(Some).map_err(|error| {
        Error::with_source(
            ErrorKind::Metadata {
                key,
                expected,
                actual: shortened(text),
            },
            error,
        )
    })
}

fn number(
    model: &ModelProto,
    key: &'static str,
    expected: &'static str,
    accepted: impl Fn(f32) -> bool,
) -> Result<Option<f32>> {
    let Some(text) = property(model, key) else {
        return Ok(None);
    };
    match text.trim().parse::<f32>() {
        Ok(value) if accepted(value) => Ok(Some(value)),
        _ => Err(ErrorKind::Metadata {
            key,
            expected,
            actual: shortened(text),
        }
        .into()),
    }
}

fn shortened(text: &str) -> String {
    const LENGTH: usize = 60;
    if text.chars().count() <= LENGTH {
        return text.into();
    }
    text.chars().take(LENGTH).chain(['…']).collect()
}

//! A network as an ONNX file that meets the contract of wideye-classifier.

mod graph;
mod proto;

use std::fs;
use std::path::{Path, PathBuf};

use prost::Message;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};
use time::OffsetDateTime;

use self::graph::Graph;
use self::proto::ModelProto;
use crate::calibrate::Calibration;
use crate::config::Config;
use crate::dataset::SIDE;
use crate::error::{AtPath, Error, ErrorKind, Result};
use crate::metrics::Accuracy;
use crate::model::Activation;
use crate::network::{ConvNorm, Layer, Network};
use crate::run::{Classes, TrainedRun, WeightsFile};

/// ONNX IR version 8 and operator set 17, of ONNX 1.12 (2022).
const IR_VERSION: i64 = 8;
const OPSET: i64 = 17;

/// How a file stores weights; classifiers compute in float32 whatever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WeightType {
    /// 32 bits: exactly the trained weights.
    #[default]
    Float32,
    /// 16 bits: half the size, each weight within 1 part in 2048 (biases are kept in float32).
    Float16,
    /// 8 bits: a quarter of the size, each weight within 1 part in 254 of its output channel's
    /// largest (biases are kept in float32).
    Int8,
}

impl WeightType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Float32, Self::Float16, Self::Int8];

    /// The name that cards and options have for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Float32 => "float32",
            Self::Float16 => "float16",
            Self::Int8 => "int8",
        }
    }
}

/// Where a model comes from; the file carries it as `wideye.provenance`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// The model's name.
    pub name: String,
    /// The program and its version.
    pub trainer: String,
    /// The resolved configuration of the run; of paths only the last part.
    pub config: Config,
    /// The SHA-256 of the images that it was trained and validated on; files of early versions do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train_sha256: Option<String>,
    /// The weights that the run started from, if it was given some; files of early versions do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<WeightsFile>,
    /// The weights that taught the run, if some did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub teacher: Option<WeightsFile>,
    /// The day of the last checkpoint in UTC, such as `2026-11-24`; files of early versions do not say.
    #[serde(default)]
    pub date: Option<String>,
    /// Epochs finished.
    pub epochs: usize,
    /// Accuracy on the validation images after the last epoch, if one was finished.
    pub validation: Option<Accuracy>,
}

impl Provenance {
    /// That of a run's network under the name it is exported with.
    pub fn new(name: &str, run: &TrainedRun) -> Self {
        let mut config = run.config.clone();
        // Where files lay on one machine is nobody else's business.
        let name_only = |path: &mut PathBuf| *path = path.file_name().unwrap_or_default().into();
        name_only(&mut config.dataset.path);
        if let Some(distillation) = &mut config.train.distillation {
            name_only(&mut distillation.teacher);
        }
        Self {
            name: name.into(),
            trainer: concat!("wideye-train ", env!("CARGO_PKG_VERSION")).into(),
            config,
            train_sha256: run.classes.train_sha256.clone(),
            start: run.start.clone(),
            teacher: run.teacher.clone(),
            date: Some(OffsetDateTime::from(run.saved).date().to_string()),
            epochs: run.last_epoch.as_ref().map_or(0, |m| m.epoch),
            validation: run.last_epoch.as_ref().map(|m| Accuracy {
                top1: m.validation_top1,
                top5: m.validation_top5,
            }),
        }
    }
}

/// What an exported file tells of its network.
#[derive(Debug)]
pub(crate) struct Exported {
    /// Class names.
    pub labels: Vec<String>,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Means and standard deviations of the channels that it was trained with.
    pub input_statistics: ([f64; 3], [f64; 3]),
}

impl Exported {
    /// Reads it from the file's metadata.
    ///
    /// # Errors
    /// `Io` if the file cannot be read, `Weights` if wideye-train did not export it.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).at(path)?;
        let fail = |reason: String| {
            let path = path.into();
            Error::new(ErrorKind::Weights { path, reason })
        };
        let model = ModelProto::decode(bytes.as_slice())
            .map_err(|e| fail(format!("not an ONNX file: {e}")))?;
        let entry = |key: &str| {
            let mut entries = model.metadata_props.iter();
            let found = entries.find(|entry| entry.key.as_deref() == Some(key));
            let text = found.and_then(|entry| entry.value.as_deref());
            text.ok_or_else(|| fail(format!("has no {key}; wideye-train did not export it")))
        };
        let damaged =
            |e: serde_json::Error| fail(format!("its metadata is not wideye-train's: {e}"));
        let provenance: Provenance =
            serde_json::from_str(entry("wideye.provenance")?).map_err(damaged)?;
        provenance
            .config
            .model
            .validate()
            .map_err(|e| fail(format!("its metadata is not wideye-train's: {e}")))?;
        let initializers = model
            .graph
            .as_ref()
            .map_or(&[][..], |graph| &graph.initializer);
        let channels = |name: &str| {
            let found = graph::weights(initializers, name);
            let values = found.and_then(|(_, values)| <[f32; 3]>::try_from(values).ok());
            values
                .map(|values| values.map(f64::from))
                .ok_or_else(|| fail(format!("has no {name} of three channels")))
        };
        Ok(Self {
            labels: serde_json::from_str(entry("wideye.labels")?).map_err(damaged)?,
            provenance,
            input_statistics: (channels("input.mean")?, channels("input.deviation")?),
        })
    }
}

/// Encodes a network as ONNX: opset 17, symbolic batch dimension, batch norm folded into the
/// convolutions.
///
/// # Shapes
/// Of the file's input and outputs:
/// - `image`: `[N, 3, 32, 32]`, RGB, `0.0..=1.0`; normalisation is inside
/// - `logits`: `[N, K]`, uncalibrated
/// - `activation_maps`: `[N, K, H, W]`; their mean over H and W plus the bias is `logits`
///
/// # Errors
/// [`ErrorKind::Torch`] if weights cannot be read.
pub fn to_onnx(
    network: &Network,
    classes: &Classes,
    provenance: &Provenance,
    weights: WeightType,
) -> Result<Vec<u8>> {
    let graph = tch::no_grad(|| build(network, weights))?;
    let mut metadata = vec![
        ("wideye.labels", json(&classes.labels)),
        ("wideye.temperature", "1".to_string()),
        ("wideye.provenance", json(provenance)),
    ];
    if !classes.superclasses.is_empty() {
        metadata.push(("wideye.superclasses", json(&classes.superclasses)));
        metadata.push(("wideye.superclass_of", json(&classes.superclass_of)));
    }
    let model = ModelProto {
        ir_version: Some(IR_VERSION),
        producer_name: Some("wideye-train".into()),
        producer_version: Some(env!("CARGO_PKG_VERSION").into()),
        opset_import: vec![proto::OperatorSetIdProto {
            domain: Some(String::new()),
            version: Some(OPSET),
        }],
        graph: Some(graph),
        metadata_props: metadata
            .into_iter()
            .map(|(key, value)| proto::StringStringEntryProto {
                key: Some(key.into()),
                value: Some(value),
            })
            .collect(),
        ..ModelProto::default()
    };
    Ok(model.encode_to_vec())
}

/// Writes a calibration into an exported file's metadata.
///
/// # Errors
/// [`ErrorKind::NotOnnx`] for other bytes.
pub fn with_calibration(onnx: &[u8], calibration: &Calibration) -> Result<Vec<u8>> {
    let mut model =
        ModelProto::decode(onnx).map_err(|e| Error::with_source(ErrorKind::NotOnnx, e))?;
    for (key, value) in [
        ("wideye.temperature", calibration.temperature),
        ("wideye.known_threshold", calibration.known_threshold),
    ] {
        model.metadata_props.retain(|entry| entry.key() != key);
        model.metadata_props.push(proto::StringStringEntryProto {
            key: Some(key.into()),
            value: Some(value.to_string()),
        });
    }
    Ok(model.encode_to_vec())
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("names and plain numbers")
}

fn build(network: &Network, weights: WeightType) -> Result<proto::GraphProto> {
    let mut graph = Graph::new(network.config().name.name(), weights);
    let side = SIDE as i64;
    let mut x = graph.input("image", &[None, Some(3), Some(side), Some(side)]);

    let (mean, deviation) = network.input_statistics();
    for (operator, name, values) in [("Sub", "mean", mean), ("Div", "deviation", deviation)] {
        let constant = graph.constant(
            &format!("input.{name}"),
            &[1, 3, 1, 1],
            &values.map(|v| v as f32),
        );
        let result = format!("input.{}", operator.to_lowercase());
        x = graph.node(operator, &result, &[&x, &constant], vec![]);
    }

    let mut size = side;
    for (index, layer) in network.layers().iter().enumerate() {
        let name = format!("layers.{index}");
        match layer {
            Layer::Conv { conv, pool } => {
                x = convolution(&mut graph, &name, conv, &x)?;
                if *pool {
                    size /= 2;
                    let attributes = vec![
                        graph::integers("kernel_shape", &[2, 2]),
                        graph::integers("strides", &[2, 2]),
                    ];
                    x = graph.node("MaxPool", &format!("{name}.pool"), &[&x], attributes);
                }
                x = activation(&mut graph, &name, network, &x);
            }
            Layer::Residual(convs) => {
                let mut inner = x.clone();
                for (part, conv) in convs.iter().enumerate() {
                    let name = format!("{name}.{part}");
                    inner = convolution(&mut graph, &name, conv, &inner)?;
                    inner = activation(&mut graph, &name, network, &inner);
                }
                x = graph.node("Add", &format!("{name}.add"), &[&x, &inner], vec![]);
            }
            Layer::Dropout(_) => {}
        }
    }

    let (weight, bias) = network.head();
    let classes = bias.numel() as i64;
    let weight = graph.weights(
        "head.weight",
        &[classes, weight.size()[1], 1, 1],
        &floats(&weight)?,
    );
    let bias = graph.constant("head.bias", &[classes], &floats(&bias)?);
    let maps = graph.output(
        "activation_maps",
        &[None, Some(classes), Some(size), Some(size)],
    );
    graph.node_to(
        "Conv",
        &[&x, &weight],
        &maps,
        vec![graph::integers("kernel_shape", &[1, 1])],
    );
    let pooled = graph.node("GlobalAveragePool", "head.pool", &[&maps], vec![]);
    let flat = graph.node("Flatten", "head.flatten", &[&pooled], vec![]);
    let logits = graph.output("logits", &[None, Some(classes)]);
    graph.node_to("Add", &[&flat, &bias], &logits, vec![]);
    Ok(graph.finish())
}

fn convolution(graph: &mut Graph, name: &str, conv: &ConvNorm, input: &str) -> Result<String> {
    let (weight, bias) = conv.folded();
    let weight = graph.weights(&format!("{name}.weight"), &weight.size(), &floats(&weight)?);
    let bias = graph.constant(&format!("{name}.bias"), &bias.size(), &floats(&bias)?);
    let attributes = vec![
        graph::integers("kernel_shape", &[3, 3]),
        graph::integers("pads", &[1, 1, 1, 1]),
    ];
    Ok(graph.node(
        "Conv",
        &format!("{name}.conv"),
        &[input, &weight, &bias],
        attributes,
    ))
}

fn activation(graph: &mut Graph, name: &str, network: &Network, input: &str) -> String {
    let config = network.config();
    match config.activation {
        Activation::Elu => {
            let alpha = vec![graph::float("alpha", config.alpha as f32)];
            graph.node("Elu", &format!("{name}.elu"), &[input], alpha)
        }
        Activation::Relu => graph.node("Relu", &format!("{name}.relu"), &[input], vec![]),
        Activation::Selu => graph.node("Selu", &format!("{name}.selu"), &[input], vec![]),
        Activation::Gelu => gelu(graph, name, input),
    }
}

/// x (1 + erf(x / sqrt 2)) / 2 in nodes of its own: ONNX has `Gelu` from opset 20 on.
fn gelu(graph: &mut Graph, name: &str, input: &str) -> String {
    let name = |part: &str| format!("{name}.gelu.{part}");
    let root = graph.constant(&name("root"), &[], &[std::f32::consts::SQRT_2]);
    let one = graph.constant(&name("one"), &[], &[1.0]);
    let half = graph.constant(&name("half"), &[], &[0.5]);
    let scaled = graph.node("Div", &name("scaled"), &[input, &root], vec![]);
    let erf = graph.node("Erf", &name("erf"), &[&scaled], vec![]);
    let sum = graph.node("Add", &name("sum"), &[&erf, &one], vec![]);
    let product = graph.node("Mul", &name("product"), &[input, &sum], vec![]);
    graph.node("Mul", &name("result"), &[&product, &half], vec![])
}

fn floats(tensor: &Tensor) -> Result<Vec<f32>> {
    Ok(Vec::try_from(
        tensor.to_device(tch::Device::Cpu).reshape([-1]),
    )?)
}

/// Puts the weights of an exported file into a network of the same shape. The head is left as it is where the file is
/// of another number of classes, which is returned.
///
/// # Errors
/// `Io` if the file cannot be read; `Weights` if it is not ONNX or does not fit the network.
pub(crate) fn load_onnx(network: &Network, path: &Path, images: &Tensor) -> Result<Option<usize>> {
    let fail = |reason: String| {
        Error::new(ErrorKind::Weights {
            path: path.into(),
            reason,
        })
    };
    let bytes = fs::read(path).at(path)?;
    let model =
        ModelProto::decode(bytes.as_slice()).map_err(|e| fail(format!("not an ONNX file: {e}")))?;
    let initializers = model.graph.unwrap_or_default().initializer;
    let stored = |name: &str| {
        graph::weights(&initializers, name).ok_or_else(|| {
            fail(format!(
                "holds no {name} of float32, float16 or int8; is it of another network?"
            ))
        })
    };
    let classes = stored("head.bias")?.1.len();
    let has_head = classes == network.classes();
    network.unfold(images, has_head, |name, shape| {
        let (dims, values) = stored(name)?;
        let count: i64 = shape.iter().product();
        if values.len() as i64 != count || dims.iter().product::<i64>() != count {
            return Err(fail(format!("{name} is {dims:?}, expected {shape:?}")));
        }
        Ok(Tensor::from_slice(&values)
            .to_kind(Kind::Float)
            .reshape(shape)
            .to_device(network.device()))
    })?;
    Ok((!has_head).then_some(classes))
}

//! `wideye inspect`: what a model file says and consists of.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use serde_json::Value;
use wideye_classifier::{Inspection, OperatorCount, Step, inspect};

use crate::models::{Model, ModelId};

/// Describes a model file: its contract, labels, graph and origin.
#[derive(Args)]
pub struct Arguments {
    /// An ONNX file, or the name of one in the models' folder
    model: PathBuf,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    schema: u32,
    model: &'a ModelId,
    size_bytes: usize,
    input: Tensor<'a>,
    outputs: [Tensor<'a>; 2],
    labels: &'a [String],
    superclasses: &'a [String],
    superclass_of: &'a [usize],
    temperature: f32,
    known_threshold: Option<f32>,
    opset: i64,
    operators: &'a [OperatorCount],
    parameters: u64,
    multiply_accumulates: u64,
    steps: &'a [Step],
    provenance: Option<Value>,
}

#[derive(Serialize)]
struct Tensor<'a> {
    name: &'a str,
    shape: Vec<Value>,
}

pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let model = Model::load(Some(&arguments.model))?;
    let inspection =
        inspect(&model.bytes).with_context(|| format!("{:?} is no wideye model", model.id.name))?;
    let report = report(&model, &inspection);
    if arguments.json {
        serde_json::to_writer(&mut *out, &report).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        write_text(out, &report)?;
    }
    Ok(())
}

fn report<'a>(model: &'a Model, inspection: &'a Inspection) -> Report<'a> {
    let info = &inspection.info;
    let classes = info.labels.len();
    let (height, width) = (inspection.maps_height, inspection.maps_width);
    let shape = |sides: &[usize]| -> Vec<Value> {
        [Value::from("N")]
            .into_iter()
            .chain(sides.iter().map(|&side| side.into()))
            .collect()
    };
    let input_sides = [3, info.input_height as usize, info.input_width as usize];
    Report {
        schema: 1,
        model: &model.id,
        size_bytes: model.bytes.len(),
        input: Tensor {
            name: "image",
            shape: shape(&input_sides),
        },
        outputs: [
            Tensor {
                name: "logits",
                shape: shape(&[classes]),
            },
            Tensor {
                name: "activation_maps",
                shape: shape(&[classes, height, width]),
            },
        ],
        labels: info.labels.labels(),
        superclasses: info.labels.superclasses(),
        superclass_of: info.labels.superclass_of(),
        temperature: info.temperature,
        known_threshold: info.known_threshold,
        opset: inspection.opset,
        operators: &inspection.operators,
        parameters: inspection.parameters,
        multiply_accumulates: inspection.multiply_accumulates,
        steps: &inspection.steps,
        provenance: info
            .provenance
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok()),
    }
}

fn write_text(out: &mut impl Write, report: &Report) -> std::io::Result<()> {
    let tensor = |tensor: &Tensor| {
        let sides: Vec<String> = tensor
            .shape
            .iter()
            .map(|side| side.to_string().replace('"', ""))
            .collect();
        format!("{} [{}]", tensor.name, sides.join(", "))
    };
    let operators: Vec<String> = report
        .operators
        .iter()
        .map(|count| format!("{} {}", count.nodes, count.operator))
        .collect();
    let threshold = report
        .known_threshold
        .map_or("none".into(), |threshold| threshold.to_string());
    let classes = match report.superclasses.len() {
        0 => report.labels.len().to_string(),
        superclasses => format!("{} in {superclasses} superclasses", report.labels.len()),
    };
    let macs = report.multiply_accumulates as f64 / 1e6;
    writeln!(out, "{}", report.model.name)?;
    for (name, value) in [
        ("sha256", report.model.sha256.clone()),
        ("size", format!("{} bytes", report.size_bytes)),
        ("input", tensor(&report.input)),
        (
            "outputs",
            format!(
                "{}, {}",
                tensor(&report.outputs[0]),
                tensor(&report.outputs[1])
            ),
        ),
        ("classes", classes),
        ("temperature", report.temperature.to_string()),
        ("known from", threshold),
        ("opset", report.opset.to_string()),
        ("nodes", operators.join(", ")),
        ("parameters", report.parameters.to_string()),
        (
            "per image",
            format!("{macs:.1} million multiply-accumulates"),
        ),
    ] {
        writeln!(out, "  {name:<12}{value}")?;
    }
    write_steps(out, report.steps)?;
    write_labels(out, report)?;
    if let Some(provenance) = &report.provenance {
        writeln!(out, "  provenance")?;
        for line in format!("{provenance:#}").lines() {
            writeln!(out, "    {line}")?;
        }
    }
    Ok(())
}

fn write_steps(out: &mut impl Write, steps: &[Step]) -> std::io::Result<()> {
    writeln!(out, "  steps")?;
    for step in steps {
        let backend = step.backend.name();
        write!(out, "    {backend:<8} {:<14} {}", step.operator, step.node)?;
        match step.detail.as_str() {
            "" => writeln!(out)?,
            detail => writeln!(out, ": {detail}")?,
        }
    }
    Ok(())
}

fn write_labels(out: &mut impl Write, report: &Report) -> std::io::Result<()> {
    writeln!(out, "  labels")?;
    if report.superclasses.is_empty() {
        return writeln!(out, "    {}", report.labels.join(", "));
    }
    for (index, superclass) in report.superclasses.iter().enumerate() {
        let members = report.labels.iter().zip(report.superclass_of);
        let members: Vec<&str> = members
            .filter(|&(_, &superclass_of)| superclass_of == index)
            .map(|(label, _)| label.as_str())
            .collect();
        writeln!(out, "    {superclass}: {}", members.join(", "))?;
    }
    Ok(())
}

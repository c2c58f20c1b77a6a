//! `wideye classify`: the likeliest classes of pictures.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, value_parser};
use serde::Serialize;
use wideye_classifier::{Classification, Classifier};
use wideye_core::{ErrorKind, Fit, Limits, decode_stored};

use crate::bars::Bar;
use crate::models::{Model, ModelId};

/// Prints the likeliest classes of pictures.
///
/// Exits with 0 if every file was classified, 1 if some were not, and 2 if the command could not
/// start: wrong usage, no model, or one that is no wideye model.
#[derive(Args)]
pub struct Arguments {
    /// JPEG, PNG, WebP, GIF or BMP files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// An ONNX file, or the name of one in the models' folder
    ///
    /// The folder is $WIDEYE_MODELS, else web/models in the current folder or one above it, else
    /// models or web/models in the executable's folder or one above it. Its index.json names the
    /// default.
    #[arg(short, long, value_name = "FILE")]
    model: Option<PathBuf>,

    /// How many classes to give for each picture
    #[arg(short = 'k', long, value_name = "N", default_value_t = 5)]
    #[arg(value_parser = value_parser!(u32).range(1..))]
    top_k: u32,

    /// How a picture becomes square: cut, padded or stretched
    #[arg(short, long, value_name = "FIT", default_value_t = Fit::Cover, value_parser = fit())]
    fit: Fit,

    /// Print one JSON document instead of bars
    #[arg(long)]
    json: bool,
}

fn fit() -> impl TypedValueParser<Value = Fit> {
    PossibleValuesParser::new(Fit::ALL.map(Fit::name)).try_map(|name| name.parse::<Fit>())
}

#[derive(Serialize)]
struct Report<'a> {
    schema: u32,
    model: &'a ModelId,
    results: Vec<FileReport>,
}

#[derive(Serialize)]
struct FileReport {
    file: String,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    Classified(Classified),
    Failed { error: Failure },
}

#[derive(Serialize)]
struct Classified {
    width: u32,
    height: u32,
    #[serde(flatten)]
    classification: Classification,
    timings: Timings,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Timings {
    decode_ms: f64,
    resize_ms: f64,
    infer_ms: f64,
}

#[derive(Serialize)]
struct Failure {
    code: &'static str,
    message: String,
}

pub fn run(arguments: &Arguments, out: &mut impl Write, colours: bool) -> Result<ExitCode> {
    let model = Model::load(arguments.model.as_deref())?;
    let classifier = Classifier::from_onnx(&model.bytes)
        .with_context(|| format!("cannot use model {:?}", model.id.name))?;
    let mut results = Vec::new();
    let mut all_classified = true;
    let mut separator: &[u8] = b"";
    for path in &arguments.files {
        let file = path.display().to_string();
        let outcome = match classify(&classifier, path, arguments) {
            Ok(classified) => Outcome::Classified(classified),
            Err(error) => Outcome::Failed { error },
        };
        if let Outcome::Failed { error } = &outcome {
            all_classified = false;
            eprintln!("wideye: {file}: {}", error.message);
        }
        if arguments.json {
            results.push(FileReport { file, outcome });
        } else if let Outcome::Classified(classified) = &outcome {
            out.write_all(separator)?;
            separator = b"\n";
            write_bars(out, &file, classified, colours)?;
            out.flush()?;
        }
    }
    if arguments.json {
        serde_json::to_writer(
            &mut *out,
            &Report {
                schema: 1,
                model: &model.id,
                results,
            },
        )
        .map_err(std::io::Error::from)?;
        writeln!(out)?;
    }
    Ok(ExitCode::from(u8::from(!all_classified)))
}

fn classify(
    classifier: &Classifier,
    path: &Path,
    arguments: &Arguments,
) -> Result<Classified, Failure> {
    let limits = Limits::default();
    let bytes = read(path, &limits)?;
    let (picture, decode_ms) = timed(|| decode_stored(&bytes, &limits).map_err(failure));
    let picture = picture?;
    let (thumbnail, resize_ms) = timed(|| classifier.prepare(&picture, arguments.fit));
    let top_k = Some(arguments.top_k as usize);
    let (classification, infer_ms) = timed(|| classifier.classify(&thumbnail, top_k));
    let classification = classification.map_err(|error| Failure {
        code: error.code(),
        message: error.to_string(),
    })?;
    Ok(Classified {
        width: picture.width(),
        height: picture.height(),
        classification,
        timings: Timings {
            decode_ms,
            resize_ms,
            infer_ms,
        },
    })
}

fn read(path: &Path, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: std::io::Error| Failure {
        code: wideye_core::Error::from(ErrorKind::Unreadable).code(),
        message: format!("cannot read the file: {error}"),
    };
    let max_bytes = limits.max_bytes;
    let file = File::open(path).map_err(unreadable)?;
    let mut size = file.metadata().map_err(unreadable)?.len();
    let mut bytes = Vec::new();
    if size <= max_bytes as u64 {
        // What is no regular file may say 0 and have no end.
        bytes.reserve(size as usize);
        let mut start = file.take(max_bytes as u64 + 1);
        size = start.read_to_end(&mut bytes).map_err(unreadable)? as u64;
    }
    if size > max_bytes as u64 {
        let actual = usize::try_from(size).unwrap_or(usize::MAX);
        return Err(failure(
            ErrorKind::TooManyBytes { max_bytes, actual }.into(),
        ));
    }
    Ok(bytes)
}

fn failure(error: wideye_core::Error) -> Failure {
    Failure {
        code: error.code(),
        message: error.to_string(),
    }
}

/// Returns what `stage` returns and the milliseconds that it took, to a microsecond.
fn timed<T>(stage: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let value = stage();
    let microseconds = start.elapsed().as_secs_f64() * 1e6;
    (value, microseconds.round() / 1e3)
}

fn write_bars(
    out: &mut impl Write,
    file: &str,
    classified: &Classified,
    colours: bool,
) -> std::io::Result<()> {
    let (bold, dim, reset) = if colours {
        ("\x1b[1m", "\x1b[2m", "\x1b[0m")
    } else {
        ("", "", "")
    };
    let Classification {
        predictions,
        superclasses,
        known,
        ..
    } = &classified.classification;
    write!(
        out,
        "{bold}{file}{reset}  {dim}{}x{}",
        classified.width, classified.height
    )?;
    if let Some(first) = superclasses.first() {
        write!(
            out,
            "  {} {}",
            readable(&first.label),
            percent(first.probability)
        )?;
    }
    writeln!(out, "{reset}")?;
    if *known == Some(false) {
        writeln!(out, "  probably none of the classes that this model knows")?;
    }
    let width = predictions
        .iter()
        .map(|p| p.label.chars().count())
        .max()
        .unwrap_or(0);
    for prediction in predictions {
        let probability = prediction.probability;
        writeln!(
            out,
            "  {:<width$}  {} {:>7}",
            readable(&prediction.label),
            Bar {
                probability,
                colours
            },
            percent(probability)
        )?;
    }
    Ok(())
}

fn readable(label: &str) -> String {
    label.replace('_', " ")
}

fn percent(probability: f32) -> String {
    format!("{:.1} %", 100.0 * probability)
}

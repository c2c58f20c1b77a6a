//! `wideye bench`: how fast a model runs natively, on one thread.

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::{Args, value_parser};
use serde::Serialize;
use wideye_classifier::{Classifier, inspect};

use crate::models::{Model, ModelId};

/// Samples taken however slow the model is.
const MIN_SAMPLES: usize = 5;
const MAX_SAMPLES: usize = 1000;

/// Times a model on this machine, on one thread.
#[derive(Args)]
pub struct Arguments {
    /// An ONNX file, or the name of one in the models' folder
    model: PathBuf,

    /// Print one JSON document
    #[arg(long)]
    json: bool,

    /// How long to measure
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = value_parser!(u32).range(1..=600))]
    seconds: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    schema: u32,
    model: &'a ModelId,
    machine: Machine,
    load_ms: f64,
    multiply_accumulates: u64,
    inference: Vec<Measurement<'a>>,
}

#[derive(Serialize)]
struct Machine {
    cpu: String,
    cores: usize,
}

/// CPU milliseconds for one image: the median, the least and each.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Measurement<'a> {
    model: &'a str,
    engine: &'static str,
    version: &'static str,
    cpu_ms: f64,
    min_cpu_ms: f64,
    samples: Vec<f64>,
}

pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let model = Model::load(Some(&arguments.model))?;
    let unusable = || format!("cannot use model {:?}", model.id.name);
    let multiply_accumulates = inspect(&model.bytes)
        .with_context(unusable)?
        .multiply_accumulates;
    let start = Instant::now();
    let classifier = Classifier::from_onnx(&model.bytes).with_context(unusable)?;
    let load_ms = milliseconds(start.elapsed());
    let samples = measure(&classifier, Duration::from_secs(arguments.seconds.into()))?;
    let mut sorted = samples.clone();
    sorted.sort_by(f64::total_cmp);
    let inference = vec![Measurement {
        model: &model.id.name,
        engine: "wideye-native",
        version: env!("CARGO_PKG_VERSION"),
        cpu_ms: median(&sorted),
        min_cpu_ms: sorted[0],
        samples,
    }];
    let machine = Machine {
        cpu: cpu_name(),
        cores: cores(),
    };
    let report = Report {
        schema: 1,
        model: &model.id,
        machine,
        load_ms,
        multiply_accumulates,
        inference,
    };
    if arguments.json {
        serde_json::to_writer(&mut *out, &report).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        write_text(out, &report)?;
    }
    Ok(())
}

/// CPU milliseconds of each run on one image, after one run to warm up.
fn measure(classifier: &Classifier, budget: Duration) -> Result<Vec<f64>> {
    let info = classifier.info();
    let len = 3 * info.input_height as usize * info.input_width as usize;
    let image_nchw: Vec<f32> = (0..len)
        .map(|index| (index * 37 % 256) as f32 / 255.0)
        .collect();
    classifier.run(&image_nchw)?;
    let mut samples = Vec::new();
    let begin = Instant::now();
    while samples.len() < MIN_SAMPLES || (begin.elapsed() < budget && samples.len() < MAX_SAMPLES) {
        let start = cpu_time();
        std::hint::black_box(classifier.run(std::hint::black_box(&image_nchw))?);
        samples.push(milliseconds(cpu_time() - start));
    }
    Ok(samples)
}

/// Time that this thread has computed; other work on the machine does not count.
#[cfg(unix)]
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Time that has passed, where a thread's own is not to be had.
#[cfg(not(unix))]
fn cpu_time() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e7).round() / 1e4
}

fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    match sorted.len() % 2 {
        0 => (sorted[middle - 1] + sorted[middle]) / 2.0,
        _ => sorted[middle],
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn cpu_name() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(
        || std::env::consts::ARCH.into(),
        |(_, name)| name.trim().into(),
    )
}

fn write_text(out: &mut impl Write, report: &Report) -> std::io::Result<()> {
    let Machine { cpu, cores } = &report.machine;
    writeln!(
        out,
        "{} on one thread of {cpu} ({cores} cores)",
        report.model.name
    )?;
    writeln!(out, "  loaded in {:.1} ms", report.load_ms)?;
    for measurement in &report.inference {
        let Measurement {
            cpu_ms,
            min_cpu_ms,
            samples,
            ..
        } = measurement;
        let rate = report.multiply_accumulates as f64 / cpu_ms / 1e6;
        writeln!(
            out,
            "  {cpu_ms:.3} ms of CPU per image (median of {}, least {min_cpu_ms:.3}), {rate:.1} \
             billion multiply-accumulates a second",
            samples.len()
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_of_odd_and_even_counts() {
        assert_eq!(median(&[1.0, 2.0, 9.0]), 2.0);
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), 3.0);
    }
}

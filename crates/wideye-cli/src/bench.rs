//! `wideye bench`: how fast a model runs natively, on one thread, with the kernels and without.

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::{Args, value_parser};
use serde::Serialize;
use wideye_classifier::{Backend, Classifier, inspect, instructions};

use crate::models::{Model, ModelId};

/// Samples taken however slow the model is.
const MIN_SAMPLES: usize = 5;
const MAX_SAMPLES: usize = 1000;

/// Times a model on this machine, on one thread, against tract without wideye's kernels.
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
    /// What wideye's kernels are compiled for.
    instructions: &'static str,
    multiply_accumulates: u64,
    startup: Vec<Startup>,
    inference: Vec<Measurement<'a>>,
    ratios: Vec<Ratio<'a>>,
}

#[derive(Serialize)]
struct Machine {
    cpu: String,
    cores: usize,
}

/// CPU milliseconds from the file's bytes to a model that is ready.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Startup {
    engine: &'static str,
    ready_ms: f64,
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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ratio<'a> {
    metric: &'static str,
    model: &'a str,
    engine: &'static str,
    peer: &'static str,
    times_faster: f64,
}

/// A way to compute the model, and what was measured of it.
struct Engine {
    id: &'static str,
    backend: Backend,
    classifier: Classifier,
    ready_ms: f64,
    samples: Vec<f64>,
}

impl Engine {
    fn load(id: &'static str, bytes: &[u8], backend: Backend) -> wideye_classifier::Result<Self> {
        let start = cpu_time();
        let classifier = Classifier::with_backend(bytes, backend)?;
        Ok(Self {
            id,
            backend,
            classifier,
            ready_ms: milliseconds(cpu_time() - start),
            samples: Vec::new(),
        })
    }

    fn median_ms(&self) -> f64 {
        let mut sorted = self.samples.clone();
        sorted.sort_by(f64::total_cmp);
        median(&sorted)
    }
}

pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let model = Model::load(Some(&arguments.model))?;
    let unusable = || format!("cannot use model {:?}", model.id.name);
    let multiply_accumulates = inspect(&model.bytes)
        .with_context(unusable)?
        .multiply_accumulates;
    let mut engines = Vec::new();
    for (id, backend) in [
        ("wideye-native", Backend::Kernels),
        ("tract", Backend::Tract),
    ] {
        engines.push(Engine::load(id, &model.bytes, backend).with_context(unusable)?);
    }
    measure(&mut engines, Duration::from_secs(arguments.seconds.into()))?;
    let machine = Machine {
        cpu: cpu_name(),
        cores: cores(),
    };
    let report = Report {
        schema: 1,
        model: &model.id,
        machine,
        instructions: instructions(),
        multiply_accumulates,
        startup: engines
            .iter()
            .map(|engine| Startup {
                engine: engine.id,
                ready_ms: engine.ready_ms,
            })
            .collect(),
        ratios: ratios(&model.id.name, &engines),
        inference: measurements(&model.id.name, engines),
    };
    if arguments.json {
        serde_json::to_writer(&mut *out, &report).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        write_text(out, &report)?;
    }
    Ok(())
}

/// Adds CPU milliseconds of runs on one image, after one run to warm up.
///
/// The engines take turns, so that whatever else the machine does falls on all of them.
fn measure(engines: &mut [Engine], budget: Duration) -> Result<()> {
    let info = engines[0].classifier.info();
    let len = 3 * info.input_height as usize * info.input_width as usize;
    let image_nchw: Vec<f32> = (0..len)
        .map(|index| (index * 37 % 256) as f32 / 255.0)
        .collect();
    for engine in &mut *engines {
        engine.classifier.run(&image_nchw)?;
    }
    let begin = Instant::now();
    for turn in 0..MAX_SAMPLES {
        if turn >= MIN_SAMPLES && begin.elapsed() >= budget {
            break;
        }
        for engine in &mut *engines {
            let start = cpu_time();
            let image = std::hint::black_box(&image_nchw);
            std::hint::black_box(engine.classifier.run(image)?);
            engine.samples.push(milliseconds(cpu_time() - start));
        }
    }
    Ok(())
}

fn measurements(model: &str, engines: Vec<Engine>) -> Vec<Measurement<'_>> {
    engines
        .into_iter()
        .map(|engine| Measurement {
            model,
            engine: engine.id,
            version: engine.backend.version(),
            cpu_ms: engine.median_ms(),
            min_cpu_ms: engine.samples.iter().copied().fold(f64::INFINITY, f64::min),
            samples: engine.samples,
        })
        .collect()
}

/// How many times faster the first engine is than each other.
fn ratios<'a>(model: &'a str, engines: &[Engine]) -> Vec<Ratio<'a>> {
    let Some((first, peers)) = engines.split_first() else {
        return Vec::new();
    };
    peers
        .iter()
        .map(|peer| Ratio {
            metric: "cpuMs",
            model,
            engine: first.id,
            peer: peer.id,
            times_faster: (peer.median_ms() / first.median_ms() * 1e3).round() / 1e3,
        })
        .collect()
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
        "{} on one thread of {cpu} ({cores} cores, {})",
        report.model.name, report.instructions
    )?;
    for (startup, measurement) in report.startup.iter().zip(&report.inference) {
        let Measurement {
            engine,
            cpu_ms,
            min_cpu_ms,
            samples,
            ..
        } = measurement;
        let rate = report.multiply_accumulates as f64 / cpu_ms / 1e6;
        writeln!(
            out,
            "  {engine:<14} {cpu_ms:.3} ms of CPU per image (median of {}, least \
             {min_cpu_ms:.3}), {rate:.1} billion multiply-accumulates a second, ready after \
             {:.1} ms",
            samples.len(),
            startup.ready_ms
        )?;
    }
    for ratio in &report.ratios {
        let Ratio {
            engine,
            peer,
            times_faster,
            ..
        } = ratio;
        writeln!(
            out,
            "  {engine} is {times_faster:.2} times faster than {peer}"
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

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use wideye_train::{Dataset, DatasetConfig, RunFolder, RunReport, page};

use super::Source;

/// Write one HTML page about runs: curves, confusions, calibration, and the worst mistakes.
#[derive(clap::Args)]
pub struct Arguments {
    /// The run folders.
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// The page to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Measure on the test images; do so once for each result that is reported.
    #[arg(long)]
    test: bool,
    #[command(flatten)]
    source: Source,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut reports = Vec::new();
    let mut last: Option<(DatasetConfig, Dataset)> = None;
    for path in &arguments.runs {
        let mut report = RunReport::read(&RunFolder::new(path))?;
        if report.has_network() {
            let wanted = report.config.dataset.clone();
            let data = match last.take() {
                Some((read, data)) if (read.kind, &read.path) == (wanted.kind, &wanted.path) => {
                    data
                }
                _ => arguments.source.read(Some(&wanted))?,
            };
            eprintln!("measuring {}", path.display());
            report.measure(&data, arguments.test)?;
            last = Some((wanted, data));
        }
        reports.push(report);
    }
    let split = if arguments.test { "test" } else { "validation" };
    let out = &arguments.out;
    fs::write(out, page(&reports, split))
        .with_context(|| format!("cannot write {}", out.display()))?;
    eprintln!("wrote {}", out.display());
    Ok(())
}

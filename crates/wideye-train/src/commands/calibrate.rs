use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use wideye_classifier::Classifier;
use wideye_train::{Calibration, Card, Colours, classifier_logits, with_calibration};

use super::{Source, provenance_of};

/// Fit a model's temperature and its threshold for "none of these" on the validation images, and write
/// them into the file and its card.
#[derive(clap::Args)]
pub struct Arguments {
    /// An ONNX file with its card beside it.
    model: PathBuf,
    /// The share of rightly classified images that stay known.
    #[arg(long, value_name = "SHARE", default_value_t = 0.95, value_parser = parse_share)]
    keep: f64,
    #[command(flatten)]
    source: Source,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let path = &arguments.model;
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut card = Card::read(path, &bytes)?;
    let classifier = Classifier::from_onnx(&bytes).with_context(|| path.display().to_string())?;
    let classes = classifier.info().labels.labels();
    let provenance = provenance_of(&classifier);
    let data = arguments
        .source
        .read_of(classes, provenance.as_ref().map(|p| &p.config.dataset))?;
    let trained_on = provenance.as_ref().and_then(|p| p.train_sha256.as_deref());
    let images = data.validation_of(trained_on)?;
    let logits = classifier_logits(&classifier, &images, Colours::Kept)?;
    let calibration = Calibration::fit(&logits, classes.len(), images.labels(), arguments.keep);
    let calibrated = with_calibration(&bytes, &calibration)?;
    card.calibrate(calibration, &calibrated);
    card.write_with(path, &calibrated)?;
    let mut out = io::stdout().lock();
    writeln!(out, "temperature        {:.4}", calibration.temperature)?;
    writeln!(out, "known from         {:.4}", calibration.known_threshold)?;
    writeln!(
        out,
        "calibration error  {:.4}, before {:.4}, on {} validation images",
        calibration.error_after, calibration.error_before, calibration.images
    )?;
    Ok(())
}

fn parse_share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a share from 0 to 1".into()),
    }
}

use std::path::{Path, PathBuf};

use anyhow::Context;
use wideye_classifier::Classifier;
use wideye_train::{
    Card, Colours, Dataset, Provenance, RunFolder, TrainedRun, WeightType, WeightTypeAccuracy,
    accuracy, classifier_logits, to_onnx,
};

use super::Source;

/// Write a run's network as ONNX, with its card beside it.
#[derive(clap::Args)]
pub struct Arguments {
    /// The run folder.
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// The file to write, ending in .onnx.
    #[arg(long, value_name = "FILE", value_parser = parse_onnx)]
    out: PathBuf,
    /// How the file stores weights: float32, float16 for half the size or int8 for a quarter.
    #[arg(long, value_name = "TYPE", default_value = "float32", value_parser = parse_weights)]
    weights: WeightType,
    /// A command that trained it, for the card; repeat it for a run continued from another.
    #[arg(long = "command", value_name = "TEXT")]
    commands: Vec<String>,
    /// The machine it was trained on, for the card.
    #[arg(long, value_name = "TEXT")]
    hardware: Option<String>,
    /// The revision of the source it was trained with, for the card.
    #[arg(long, value_name = "COMMIT")]
    revision: Option<String>,
    /// Record in the card what each way to store weights costs in accuracy on the validation images.
    #[arg(long)]
    compare: bool,
    #[command(flatten)]
    source: Source,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let name = arguments
        .out
        .file_stem()
        .and_then(|n| n.to_str())
        .context("--out must name a file")?;
    let run = RunFolder::new(&arguments.run).load()?;
    let provenance = Provenance::new(name, &run);
    let onnx = to_onnx(&run.network, &run.classes, &provenance, arguments.weights)?;
    let mut card = Card::new(&provenance, &run, arguments.weights, &onnx);
    card.commands.clone_from(&arguments.commands);
    card.hardware.clone_from(&arguments.hardware);
    card.revision.clone_from(&arguments.revision);
    if arguments.compare {
        let data = arguments
            .source
            .read_of(&run.classes.labels, Some(&run.config.dataset))?;
        card.weight_types = compare(&run, &provenance, &data)?;
    }
    card.write_with(&arguments.out, &onnx)?;
    eprintln!(
        "wrote {}, {:.1} MB, and its card",
        arguments.out.display(),
        onnx.len() as f64 / 1e6
    );
    Ok(())
}

fn compare(
    run: &TrainedRun,
    provenance: &Provenance,
    data: &Dataset,
) -> anyhow::Result<Vec<WeightTypeAccuracy>> {
    let images = data.validation_of(run.classes.train_sha256.as_deref())?;
    let measure = |weights: WeightType| {
        let onnx = to_onnx(&run.network, &run.classes, provenance, weights)?;
        let classifier = Classifier::from_onnx(&onnx)?;
        let logits = classifier_logits(&classifier, &images, Colours::Kept)?;
        let validation = accuracy(&logits, data.labels.len(), images.labels());
        eprintln!(
            "{}: {:.1} MB, validation top-1 {:.4}, top-5 {:.4}",
            weights.name(),
            onnx.len() as f64 / 1e6,
            validation.top1,
            validation.top5
        );
        Ok(WeightTypeAccuracy {
            weights,
            size_bytes: onnx.len(),
            validation,
        })
    };
    WeightType::ALL.into_iter().map(measure).collect()
}

fn parse_onnx(path: &str) -> Result<PathBuf, String> {
    // The card beside it ends in .json.
    match Path::new(path).extension() {
        Some(extension) if extension == "onnx" => Ok(path.into()),
        _ => Err("a file that ends in .onnx".into()),
    }
}

fn parse_weights(name: &str) -> Result<WeightType, String> {
    let named = WeightType::ALL.into_iter().find(|kind| kind.name() == name);
    named.ok_or_else(|| "one of float32, float16, int8".into())
}

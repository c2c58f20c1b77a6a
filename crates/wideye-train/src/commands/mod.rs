pub mod bench;
pub mod calibrate;
pub mod contact_sheet;
pub mod data;
pub mod evaluate;
pub mod export;
pub mod report;
pub mod sweep;
pub mod train;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use wideye_classifier::Classifier;
use wideye_train::{Card, Dataset, DatasetConfig, DatasetKind, Images, Provenance};

/// Writes a model and its card, each beside its place first: a model without its card, or half of one, is of no use.
fn write_model(path: &Path, onnx: &[u8], card: &Card) -> anyhow::Result<()> {
    let card_path = Card::path_for(path);
    let json = card.to_json();
    let files = [(path, onnx), (&card_path, json.as_bytes())]
        .map(|(path, bytes)| (path, path.with_added_extension("part"), bytes));
    for (_, part, bytes) in &files {
        fs::write(part, bytes).with_context(|| format!("cannot write {}", part.display()))?;
    }
    for (path, part, _) in &files {
        fs::rename(part, path).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Which data set to read, and from where.
#[derive(clap::Args)]
pub struct Source {
    /// The data set.
    #[arg(long, value_name = "NAME", value_parser = parse_kind)]
    dataset: Option<DatasetKind>,
    /// The folder that holds its files.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Source {
    /// Reads the data set, which must be of a model's classes; what is not given is `fallback`'s.
    fn read_of(
        &self,
        classes: &[String],
        fallback: Option<&DatasetConfig>,
    ) -> anyhow::Result<Dataset> {
        let data = self.read(fallback)?;
        anyhow::ensure!(
            classes == data.labels,
            "the model's {} classes are not those of the data set ({}); name another with --dataset and --data",
            classes.len(),
            data.labels.len()
        );
        Ok(data)
    }

    /// Reads the data set; what is not given is `fallback`'s.
    fn read(&self, fallback: Option<&DatasetConfig>) -> anyhow::Result<Dataset> {
        let kind = self.dataset.or(fallback.map(|f| f.kind));
        let path = self.data.as_ref().or(fallback.map(|f| &f.path));
        match (kind, path) {
            (Some(kind), Some(path)) => Ok(Dataset::read(kind, path)?),
            _ => anyhow::bail!("name the data set with --dataset and its folder with --data"),
        }
    }
}

/// The images of a data set that are measured on: those for testing, or those that are set aside from training.
fn measured_on(data: &Dataset, test: bool) -> Images {
    match test {
        true => data.test.clone(),
        false => data.validation(),
    }
}

/// The data set that an exported model was trained on, as its provenance has it.
fn dataset_of(classifier: &Classifier) -> Option<DatasetConfig> {
    let provenance = classifier.info().provenance.as_deref()?;
    let provenance: Provenance = serde_json::from_str(provenance).ok()?;
    Some(provenance.config.dataset)
}

fn parse_kind(name: &str) -> Result<DatasetKind, String> {
    let named = DatasetKind::ALL
        .into_iter()
        .find(|kind| kind.name() == name);
    named.ok_or_else(|| "one of cifar-10, cifar-100, custom".into())
}

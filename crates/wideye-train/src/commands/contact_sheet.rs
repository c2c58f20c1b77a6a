use std::path::PathBuf;

use wideye_train::{Config, write_contact_sheet};

use super::Source;

/// Draw augmented training images, so that people can look at them.
#[derive(clap::Args)]
pub struct Arguments {
    /// The configuration whose augmentation is drawn.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The PNG to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Override a field of the configuration, such as augment.flip=0.
    #[arg(long = "set", value_name = "A.B=VALUE")]
    overrides: Vec<String>,
    /// How many images, a row each.
    #[arg(long, default_value_t = 12)]
    rows: usize,
    /// How many augmented copies of each.
    #[arg(long, default_value_t = 11)]
    columns: usize,
    #[command(flatten)]
    source: Source,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = Config::read(&arguments.config, &arguments.overrides)?;
    let data = arguments.source.read(Some(&config.dataset))?;
    let images = data.train.spread(arguments.rows);
    write_contact_sheet(
        &arguments.out,
        &images,
        &config.augment,
        arguments.columns,
        config.seed,
    )?;
    eprintln!("wrote {}", arguments.out.display());
    Ok(())
}

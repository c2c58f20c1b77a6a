use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use wideye_train::{Bench, Config};

/// Time training steps and evaluation on random images: a line of JSON for each round.
#[derive(clap::Args)]
pub struct Arguments {
    /// The configuration, a TOML file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Override a field of the configuration, such as train.batch_size=64.
    #[arg(long = "set", value_name = "A.B=VALUE")]
    overrides: Vec<String>,
    /// How many rounds, after one that does not count.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Batches of a round, of training and of evaluation each.
    #[arg(long, default_value_t = 4)]
    batches: usize,
    /// The number of classes.
    #[arg(long, default_value_t = 100)]
    classes: usize,
    /// Begin each round when a line is read from standard input, to take turns with another program.
    /// The round that does not count is then answered with the network's blocks and its precision.
    #[arg(long)]
    paced: bool,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = Config::read(&arguments.config, &arguments.overrides)?;
    let mut bench = Bench::new(&config, arguments.classes)?;
    let mut lines = io::stdin().lock().lines();
    for round in 0..=arguments.rounds {
        if arguments.paced && lines.next().transpose()?.is_none() {
            break;
        }
        let line = serde_json::json!({
            "training": bench.training(arguments.batches),
            "evaluation": bench.evaluation(arguments.batches),
        });
        if round > 0 {
            let mut out = io::stdout().lock();
            writeln!(out, "{line}")?;
            out.flush()?;
        } else if arguments.paced {
            let network = serde_json::json!({
                "blocks": config.model.blocks(),
                "features": config.model.features(),
                "precision": bench.precision(),
            });
            writeln!(io::stdout(), "{network}")?;
        }
    }
    Ok(())
}

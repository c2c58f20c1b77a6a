use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use wideye_train::{Sweep, SweepTrial};

use super::train;

/// Train a configuration with many settings, or list, or gather what was trained.
#[derive(clap::Args)]
pub struct Arguments {
    /// The sweep's file: a base configuration and what is varied.
    sweep: PathBuf,
    /// Where the run folders are, one for each trial, and the summary.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Print one command for each trial instead, for GNU parallel, a job array or a cluster that shares the
    /// folder.
    #[arg(long, conflicts_with = "collect")]
    commands: bool,
    /// Only gather what is finished into summary.csv, .json, .md and .svg.
    #[arg(long)]
    collect: bool,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let sweep = Sweep::read(&arguments.sweep)?;
    let out = std::path::absolute(&arguments.out).context("--out is no path")?;
    if arguments.commands {
        let program = std::env::current_exe().context("cannot tell where this program is")?;
        for trial in sweep.trials() {
            let line = command(&program, &sweep, trial, &out)?;
            writeln!(io::stdout(), "{line}")?;
        }
        return Ok(());
    }
    let mut failed = Vec::new();
    if !arguments.collect {
        for trial in sweep.trials() {
            eprintln!(
                "{} of {}: {}",
                trial.index + 1,
                sweep.trials().len(),
                trial.name()
            );
            let config = sweep.config(trial)?;
            match train::start_or_go_on(&config, &trial.run(&out)) {
                Ok(wideye_train::Outcome::Finished) => {}
                Ok(wideye_train::Outcome::Stopped) => return Err(train::Stopped.into()),
                Err(error) => {
                    eprintln!("{}: {error:#}", trial.name());
                    failed.push(trial.name());
                }
            }
        }
    }
    collect(&sweep, &out)?;
    anyhow::ensure!(
        failed.is_empty(),
        "{} of {} trials failed: {}",
        failed.len(),
        sweep.trials().len(),
        failed.join(", ")
    );
    Ok(())
}

fn collect(sweep: &Sweep, out: &Path) -> anyhow::Result<()> {
    let summary = sweep.summary(out)?;
    fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    let whole = [
        ("summary.csv", summary.csv()),
        ("summary.json", summary.json()),
        ("summary.md", summary.markdown()),
        ("summary.svg", summary.plot()),
    ];
    let whole = whole.map(|(name, text)| (name.to_string(), text));
    let by_field = summary.plots_by_field().into_iter();
    let by_field = by_field.map(|(field, plot)| (format!("summary-{field}.svg"), plot));
    for (name, text) in whole.into_iter().chain(by_field) {
        let path = out.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        eprintln!("wrote {}", path.display());
    }
    Ok(())
}

/// A line of shell that trains one trial, from whatever folder.
fn command(
    program: &Path,
    sweep: &Sweep,
    trial: &SweepTrial,
    out: &Path,
) -> anyhow::Result<String> {
    let base = std::path::absolute(sweep.base()).context("the base is no path")?;
    let mut words = vec![
        unicode(program)?,
        "train".into(),
        "--go-on".into(),
        "--config".into(),
        unicode(&base)?,
        "--run".into(),
        unicode(trial.run(out).path())?,
    ];
    let config = sweep.config(trial)?;
    let teacher = config.train.distillation.map(|settings| settings.teacher);
    let paths = [
        ("dataset.path", Some(config.dataset.path)),
        ("train.distillation.teacher", teacher),
    ];
    let mut settings = sweep.overrides(trial);
    for (field, path) in paths {
        let Some(path) = path else { continue };
        let path = std::path::absolute(path).with_context(|| format!("{field} is no path"))?;
        let path = toml::Value::String(unicode(&path)?);
        settings.push(format!("{field}={path}"));
    }
    for setting in settings {
        words.extend(["--set".into(), setting]);
    }
    let words = words.iter().map(String::as_str);
    shlex::try_join(words).context("a path holds a zero byte")
}

/// A path as the text of a line.
fn unicode(path: &Path) -> anyhow::Result<String> {
    let text = path.to_str().with_context(|| {
        let path = path.display();
        format!("{path} is not Unicode, and cannot be part of a command that is printed")
    })?;
    Ok(text.into())
}

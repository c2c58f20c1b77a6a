use std::fmt;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use wideye_train::{Config, EpochMetrics, Outcome, Progress, RunFolder, TrainOptions, train};

/// Train a network.
#[derive(clap::Args)]
pub struct Arguments {
    /// The configuration, a TOML file; with --resume the run's own if absent.
    #[arg(long, value_name = "FILE", required_unless_present = "resume")]
    config: Option<PathBuf>,
    /// The folder of the run: configuration, metrics, checkpoint.
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// Override a field of the configuration, such as train.epochs=3.
    #[arg(long = "set", value_name = "A.B=VALUE")]
    overrides: Vec<String>,
    /// Go on from the run's checkpoint.
    #[arg(long, conflicts_with = "init")]
    resume: bool,
    /// Go on from the run's checkpoint if there is one, else start; a finished run is left as it is.
    #[arg(long, conflicts_with_all = ["init", "resume"])]
    go_on: bool,
    /// Start from the weights of another run's folder, a checkpoint or an exported ONNX file; from all but the
    /// head, where they are of another number of classes.
    #[arg(long, value_name = "WEIGHTS")]
    init: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let folder = RunFolder::new(&arguments.run);
    let file = arguments.config.clone().unwrap_or_else(|| folder.config());
    let config = Config::read(&file, &arguments.overrides)?;
    let resume = arguments.resume || (arguments.go_on && folder.checkpoint().is_file());
    match train_shown(&config, &folder, resume, arguments.init.as_deref())? {
        Outcome::Finished => Ok(()),
        Outcome::Stopped => Err(Stopped.into()),
    }
}

/// The user, or the system, has stopped the training; the run folder has what it needs to go on.
#[derive(Debug)]
pub struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped")
    }
}

impl std::error::Error for Stopped {}

/// Trains a run that may have been started before.
pub fn start_or_go_on(config: &Config, folder: &RunFolder) -> anyhow::Result<Outcome> {
    train_shown(config, folder, folder.checkpoint().is_file(), None)
}

/// The exit status of what Ctrl-C ends, as shells have it: GNU parallel and job arrays take 0 for finished.
pub const STOPPED: u8 = 130;

/// Whether the runs of this process are to end.
static STOP: AtomicBool = AtomicBool::new(false);
static HANDLER: OnceLock<()> = OnceLock::new();

fn train_shown(
    config: &Config,
    folder: &RunFolder,
    resume: bool,
    init: Option<&Path>,
) -> anyhow::Result<Outcome> {
    HANDLER.get_or_init(|| {
        ctrlc::set_handler(|| {
            if STOP.swap(true, Ordering::Relaxed) {
                std::process::exit(STOPPED.into());
            }
            eprintln!("stopping after this step; once more to stop at once");
        })
        .expect("no other handler is set");
    });

    let options = TrainOptions {
        resume,
        init,
        stop: Some(&STOP),
    };
    let mut display = Display::default();
    let outcome = train(config, folder, options, &mut |progress| {
        display.show(&progress)
    })?;
    match outcome {
        Outcome::Finished => eprintln!("finished: {}", folder.path().display()),
        Outcome::Stopped => eprintln!(
            "stopped; go on with --run {} --resume",
            folder.path().display()
        ),
    }
    Ok(outcome)
}

/// How often a line is written where progress bars cannot be drawn.
const LINE_EVERY: Duration = Duration::from_secs(60);

#[derive(Default)]
struct Display {
    epochs: usize,
    bar: Option<ProgressBar>,
    last_line: Option<Instant>,
}

impl Display {
    fn show(&mut self, progress: &Progress<'_>) {
        match *progress {
            Progress::Start {
                config,
                epochs_done,
                images,
                parameters,
                other_classes,
            } => {
                self.epochs = config.train.epochs;
                let ahead = match epochs_done < self.epochs {
                    true => format!("epochs {} to {}", epochs_done + 1, self.epochs),
                    false => format!("all {} epochs are done", self.epochs),
                };
                eprintln!(
                    "{}: {:.2} M parameters, {images} images, {ahead}",
                    config.model.name.name(),
                    parameters as f64 / 1e6,
                );
                if let Some(classes) = other_classes {
                    eprintln!("the weights are of {classes} classes: all but their head is taken");
                }
            }
            Progress::Step {
                epoch,
                step,
                steps,
                loss,
                top1,
                images_per_second,
            } => {
                let epochs = self.epochs;
                let message =
                    format!("loss {loss:.3}  top-1 {top1:.3}  {images_per_second:.0} images/s");
                if std::io::stderr().is_terminal() {
                    let bar = self
                        .bar
                        .get_or_insert_with(|| epoch_bar(epoch, epochs, steps));
                    bar.set_position(step as u64);
                    bar.set_message(message);
                } else if self
                    .last_line
                    .is_none_or(|last| last.elapsed() >= LINE_EVERY)
                {
                    eprintln!(
                        "epoch {}/{epochs}, step {step}/{steps}: {message}",
                        epoch + 1
                    );
                    self.last_line = Some(Instant::now());
                }
            }
            Progress::Epoch(metrics) => {
                if let Some(bar) = self.bar.take() {
                    bar.finish_and_clear();
                }
                eprintln!("{}", summary(metrics, self.epochs));
            }
            _ => {}
        }
    }
}

fn epoch_bar(epoch: usize, epochs: usize, steps: usize) -> ProgressBar {
    let template = "{prefix} {wide_bar} {pos}/{len}  {msg}  {eta} left";
    let style = ProgressStyle::with_template(template).expect("a valid template");
    ProgressBar::new(steps as u64)
        .with_style(style)
        .with_prefix(format!("epoch {}/{epochs}", epoch + 1))
}

fn summary(metrics: &EpochMetrics, epochs: usize) -> String {
    format!(
        "epoch {}/{epochs}: loss {:.3}, train top-1 {:.3}, validation top-1 {:.4}, top-5 {:.4}, {:.0} images/s, {:.0} s",
        metrics.epoch,
        metrics.train_loss,
        metrics.train_top1,
        metrics.validation_top1,
        metrics.validation_top5,
        metrics.images_per_second,
        metrics.seconds
    )
}

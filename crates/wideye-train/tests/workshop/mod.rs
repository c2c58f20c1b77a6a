//! A folder with a small data set of coloured shapes and a configuration, and calls of the command on them.
#![allow(dead_code, reason = "each test takes what it needs")]

mod shapes;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How small runs train.
const TRAIN: &str = r#"
batch_size = 32
learning_rate = 0.05
schedule = "one-cycle"
warmup = 0.25
momentum = 0.9
weight_decay = 5e-4
label_smoothing = 0.1
average_decay = 0.9
precision = "float32"
device = "cpu"
"#;

/// A folder that is removed at the end, with `shapes` and `config.toml` in it.
pub struct Workshop {
    folder: tempfile::TempDir,
}

impl Workshop {
    /// With so many images for training and testing. `settings` goes on with the configuration's table `train`,
    /// which lacks `epochs`, and has the other tables.
    pub fn new(train: usize, test: usize, settings: &str) -> Self {
        let workshop = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let shapes = workshop.path("shapes");
        shapes::write(&shapes, train, test);
        let dataset = format!("[dataset]\nkind = \"custom\"\npath = {shapes:?}\n");
        let config = format!("seed = 5\n{dataset}[train]{TRAIN}{settings}");
        fs::write(workshop.path("config.toml"), config).unwrap();
        workshop
    }

    /// Where `name` is in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The call that trains a run.
    pub fn train(&self, run: &str) -> Command {
        let mut command = command();
        command
            .args(["train", "--config"])
            .arg(self.path("config.toml"))
            .arg("--run")
            .arg(self.path(run));
        command
    }

    /// Exports a run under one name, whatever the run's.
    pub fn export(&self, run: &str) -> PathBuf {
        let out = self.path(run).join("model.onnx");
        export(&self.path(run), &out, &[]);
        out
    }
}

/// Exports a run.
pub fn export(run: &Path, out: &Path, options: &[&str]) {
    let mut export = command();
    export
        .args(["export", "--run"])
        .arg(run)
        .arg("--out")
        .arg(out);
    succeed(export.args(options));
}

/// The command, its output kept.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wideye-train"));
    // One thread: sums in another order differ in their last bits.
    command
        .env("OMP_NUM_THREADS", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What a call prints.
pub fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a call says when it fails.
pub fn fail(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(!output.status.success(), "{command:?} succeeds");
    String::from_utf8(output.stderr).unwrap()
}

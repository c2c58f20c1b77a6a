//! Calls of the command, and the settings that small runs share.

use std::process::{Command, Stdio};

/// How small runs train.
pub const TRAIN: &str = r#"
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

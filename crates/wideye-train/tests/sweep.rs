//! Sweeps on a small data set of coloured shapes: in one process, killed half-way, and by GNU parallel.
#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod workshop;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use wideye_classifier::Classifier;
use wideye_train::{Colours, Dataset, DatasetKind, RunFolder, classifier_logits, network_logits};
use workshop::{Workshop, command, export, succeed};

const ACTIVATIONS: [&str; 4] = ["elu", "relu", "selu", "gelu"];
const EPOCHS: usize = 2;

/// A workshop with a sweep's file.
struct Swept {
    workshop: Workshop,
}

impl Swept {
    fn new() -> Self {
        let settings = r#"
            epochs = 9
            [model]
            name = "narrow"
            widths = [4, 8]
            "#;
        let workshop = Workshop::new(400, 40, settings);
        let sweep = format!(
            r#"
            base = "config.toml"
            set = {{ "train.epochs" = {EPOCHS}, "dataset.share" = 0.5 }}
            [grid]
            "model.activation" = {ACTIVATIONS:?}
            seed = [1, 2]
            "#
        );
        fs::write(workshop.path("sweep.toml"), sweep).unwrap();
        Self { workshop }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.workshop.path(name)
    }

    fn sweep(&self, out: &str) -> Command {
        let mut command = command();
        command
            .arg("sweep")
            .arg(self.path("sweep.toml"))
            .arg("--out")
            .arg(self.path(out));
        command
    }

    /// The summary without the seconds, which are never the same.
    fn table(&self, out: &str) -> Vec<String> {
        let text = fs::read_to_string(self.path(out).join("summary.csv")).unwrap();
        let timeless = |line: &str| line.rsplit_once(',').unwrap().0.to_string();
        text.lines().map(timeless).collect()
    }
}

/// The metrics of every run in a folder, by the run's name.
fn metrics(folder: &Path) -> BTreeMap<String, String> {
    let runs = fs::read_dir(folder).into_iter().flatten().flatten();
    runs.filter_map(|run| {
        let text = fs::read_to_string(run.path().join("metrics.jsonl")).ok()?;
        Some((run.file_name().into_string().unwrap(), text))
    })
    .collect()
}

#[test]
fn a_sweep_gives_the_same_table_however_it_is_run() {
    let workshop = Swept::new();
    succeed(&mut workshop.sweep("whole"));
    let table = workshop.table("whole");
    assert_eq!(table.len(), 1 + 2 * ACTIVATIONS.len());
    assert!(
        table[1..].iter().all(|line| line.contains(",finished,0.")),
        "{table:#?}"
    );
    let summary = fs::read_to_string(workshop.path("whole").join("summary.md")).unwrap();
    assert_eq!(summary.lines().count(), 2 + ACTIVATIONS.len(), "{summary}");

    let summary = fs::read_to_string(workshop.path("whole").join("summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    let trials = summary["trials"].as_array().unwrap();
    assert_eq!(trials.len(), 2 * ACTIVATIONS.len());
    assert_eq!(trials[0]["metrics"].as_array().unwrap().len(), EPOCHS);
    let plot = fs::read_to_string(workshop.path("whole").join("summary.svg")).unwrap();
    assert_eq!(plot.matches("<circle ").count(), trials.len(), "{plot}");

    // Run again, nothing is trained again: the times of the epochs are the same too.
    let before = metrics(&workshop.path("whole"));
    succeed(&mut workshop.sweep("whole"));
    assert_eq!(metrics(&workshop.path("whole")), before);

    // Killed after some trials and within another.
    let mut child = workshop.sweep("killed").spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(300);
    while metrics(&workshop.path("killed")).len() < 3 {
        assert!(Instant::now() < deadline, "no trial was trained in time");
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    succeed(workshop.sweep("killed").arg("--collect"));
    let unfinished = workshop.table("killed");
    assert!(unfinished.iter().any(|line| line.contains("not started")));
    succeed(&mut workshop.sweep("killed"));
    assert_eq!(workshop.table("killed"), table);

    // Two jobs at a time, each trial a command of its own.
    let commands = succeed(workshop.sweep("parallel").arg("--commands"));
    assert_eq!(commands.lines().count(), 2 * ACTIVATIONS.len());
    let mut parallel = Command::new("parallel")
        .args(["--jobs", "2"])
        .current_dir("/")
        .env("OMP_NUM_THREADS", "1")
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = parallel.stdin.take().unwrap();
    input.write_all(commands.as_bytes()).unwrap();
    drop(input);
    assert!(parallel.wait().unwrap().success());
    succeed(workshop.sweep("parallel").arg("--collect"));
    assert_eq!(workshop.table("parallel"), table);

    // Each activation is the same in the exported file.
    let data = Dataset::read(DatasetKind::Custom, &workshop.path("shapes")).unwrap();
    for activation in ACTIVATIONS {
        let name = format!("activation={activation}-seed=1");
        let run = workshop.path("whole").join(name);
        let file = workshop.path(&format!("{activation}.onnx"));
        export(&run, &file, &[]);
        let classifier = Classifier::from_onnx(&fs::read(&file).unwrap()).unwrap();
        let actual = classifier_logits(&classifier, &data.test, Colours::Kept).unwrap();
        let network = RunFolder::new(&run).load().unwrap().network;
        let expected = network_logits(&network, &data.test, Colours::Kept).unwrap();
        for (actual, expected) in actual.iter().zip(&expected) {
            assert!(
                (actual - expected).abs() < 1e-4,
                "{activation}: {actual}, not {expected}"
            );
        }
    }
}

#[test]
fn a_trial_that_fails_does_not_hold_up_the_others() {
    let workshop = Swept::new();
    let data = workshop.path("shapes");
    let sweep = format!(
        r#"
        base = "config.toml"
        set = {{ "train.epochs" = 1 }}
        [grid]
        "dataset.path" = ["nowhere", {data:?}]
        "#
    );
    fs::write(workshop.path("sweep.toml"), sweep).unwrap();
    let output = workshop.sweep("out").output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("1 of 2 trials failed: path=nowhere"),
        "{said}"
    );
    let table = workshop.table("out");
    assert!(table[1].contains(",not started,"), "{table:#?}");
    assert!(table[2].contains(",finished,"), "{table:#?}");
}

#[test]
fn what_another_configuration_has_trained_is_not_taken_for_the_sweep_s() {
    let workshop = Swept::new();
    let sweep = |decay: f64| {
        let sweep = format!(
            r#"
            base = "config.toml"
            set = {{ "train.epochs" = 1, "train.weight_decay" = {decay}, "dataset.path" = "shapes" }}
            [grid]
            seed = [1]
            "#
        );
        fs::write(workshop.path("sweep.toml"), sweep).unwrap();
        let mut command = workshop.sweep("out");
        command.current_dir(workshop.path(""));
        command
    };
    succeed(&mut sweep(0.001));
    assert!(workshop.table("out")[1].contains(",finished,"));

    // The data may be called otherwise: the printed command goes on with the run, which is finished.
    let line = succeed(sweep(0.001).arg("--commands"));
    succeed(Command::new("sh").args(["-c", &line]).current_dir("/"));

    succeed(sweep(0.002).arg("--collect"));
    let table = workshop.table("out");
    assert!(
        table[1].ends_with(",of another configuration,,,"),
        "{table:#?}"
    );

    // What cannot be read is said of its trial alone.
    let config = workshop.path("out").join("seed=1/config.toml");
    fs::write(config, "seed = 1").unwrap();
    succeed(sweep(0.001).arg("--collect"));
    let table = workshop.table("out");
    assert!(
        table[1].contains("its configuration is none: file missing field"),
        "{table:#?}"
    );
}

//! scripts/distill: from a data set to a student's exported model, in one command that goes on where it was stopped.
#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod workshop;

use std::fs;
use std::process::Command;

use wideye_classifier::Classifier;
use wideye_train::{Card, RunFolder};
use workshop::{Workshop, fail, succeed};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/distill");

fn workshop() -> Workshop {
    Workshop::new(400, 40, "epochs = 1\n[model]\nname = \"narrow\"\n")
}

/// The script with networks so small that they train in seconds.
fn distill(workshop: &Workshop) -> Command {
    let mut command = Command::new("python3");
    command.arg(SCRIPT).env("OMP_NUM_THREADS", "1");
    command.args(["--trainer", env!("CARGO_BIN_EXE_wideye-train")]);
    command.arg("--data").arg(workshop.path("shapes"));
    command.arg("--runs").arg(workshop.path("runs"));
    command.arg("--out").arg(workshop.path("student.onnx"));
    for setting in [
        "dataset.kind=custom",
        "model.widths=[8, 8, 16, 16]",
        "train.learning_rate=0.05",
        "train.device=cpu",
        "train.precision=float32",
        "train.batch_size=32",
    ] {
        command.args(["--set", setting]);
    }
    command
}

/// What was measured of a run, epoch by epoch.
fn metrics(workshop: &Workshop, run: &str) -> String {
    let run = RunFolder::new(&workshop.path("runs").join(run));
    fs::read_to_string(run.metrics()).unwrap()
}

#[test]
fn one_command_trains_teacher_and_student() {
    let workshop = workshop();
    let distill = |epochs: usize| {
        let mut command = distill(&workshop);
        command.args(["--set", &format!("train.epochs={epochs}")]);
        command.args(["--set", "train.progressive.epochs=0"]);
        command
    };
    // What a step says is what the command says, and no further step is taken.
    let stopped = fail(distill(2).arg("--set").arg("train.batch_size=0"));
    assert!(
        stopped.contains("train.batch_size must be at least 1"),
        "{stopped}"
    );
    for (option, value, reason) in [
        ("--out", "student.bin", "must end in .onnx"),
        ("--out", "nowhere/student.onnx", "which is no folder"),
        (
            "--set",
            "dataset.path=elsewhere",
            "name the folder with --data",
        ),
    ] {
        let refused = fail(distill(2).arg(option).arg(value));
        assert!(refused.contains(reason), "{refused}");
    }
    assert!(!workshop.path("runs").exists() && !workshop.path("student.onnx").exists());

    succeed(distill(2).args(["--hardware", "one that's slow"]));
    let run = |name: &str| RunFolder::new(&workshop.path("runs").join(name));
    let student = run("student").load().unwrap();
    assert_eq!(student.teacher.unwrap().name, "teacher");
    assert_eq!(student.last_epoch.unwrap().epoch, 2);
    let model = workshop.path("student.onnx");
    let bytes = fs::read(&model).unwrap();
    assert_eq!(
        Classifier::from_onnx(&bytes).unwrap().info().labels.len(),
        4
    );
    let card = Card::read(&model, &bytes).unwrap();
    assert!(card.calibration.is_some() && card.weight_types.len() == 3);
    let [command] = &card.commands[..] else {
        panic!("{:?}", card.commands)
    };
    assert!(
        command.starts_with("scripts/distill --trainer "),
        "{command}"
    );
    assert_eq!(card.hardware.as_deref(), Some("one that's slow"));
    assert_eq!((card.validation, card.test), (None, None));

    // Once more, nothing is trained again.
    let measured = || ["teacher", "student"].map(|run| metrics(&workshop, run));
    let before = measured();
    succeed(&mut distill(2));
    assert_eq!(measured(), before);
}

#[test]
fn so_many_epochs_are_trained_as_fit_into_some_minutes() {
    let workshop = workshop();
    for (minutes, setting, reason) in [
        ("0", "seed=1", "--minutes must be above 0"),
        ("9", "train.epochs=3", "so does --set train.epochs=3"),
    ] {
        let mut refused = distill(&workshop);
        let refused = fail(refused.args(["--minutes", minutes, "--set", setting]));
        assert!(refused.contains(reason), "{refused}");
    }

    // Into none fits one epoch of each, and once begun they are gone on with whatever is asked for.
    succeed(distill(&workshop).args(["--minutes", "0.001"]));
    let measured = || ["teacher", "student"].map(|run| metrics(&workshop, run));
    let before = measured();
    assert!(before.iter().all(|text| text.lines().count() == 1));
    succeed(distill(&workshop).args(["--minutes", "60"]));
    assert_eq!(measured(), before);
}

#[test]
fn the_epochs_that_fit_by_hand() {
    // The teacher's 60 epochs of 24x24 pixels cost 9/16: 33.75 + 20 whole ones of 10 s; the student's 80: 45 + 40 of 4 s.
    // 877.5 s in all, of which there is half, all or more.
    let program = r#"
import json, runpy
planned = runpy.run_path("SCRIPT")["planned"]
train = lambda epochs, low: {"epochs": epochs, "progressive": {"side": 24, "epochs": low}}
configured = {"teacher": train(80, 60), "student": train(120, 80)}
for seconds in (438.75, 877.5, 1e9):
    epochs = planned(configured, {"teacher": 10, "student": 4}, seconds)
    print([[run["epochs"], run["progressive.epochs"]] for run in epochs.values()])
"#;
    let program = program.replace("SCRIPT", SCRIPT);
    let told = succeed(Command::new("python3").args(["-c", &program]));
    assert_eq!(
        told,
        "[[40, 30], [60, 40]]\n[[80, 60], [120, 80]]\n[[80, 60], [120, 80]]\n"
    );
}

//! scripts/distill: from a data set to a student's exported model, in one command that goes on where it was stopped.
#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod workshop;

use std::fs;
use std::path::Path;
use std::process::Command;

use wideye_classifier::Classifier;
use wideye_train::{Card, RunFolder};
use workshop::{Workshop, fail, succeed};

#[test]
fn one_command_trains_teacher_and_student() {
    let workshop = Workshop::new(400, 40, "epochs = 1\n[model]\nname = \"narrow\"\n");
    let distill = |epochs: usize| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/distill");
        let mut command = Command::new("python3");
        command.arg(script).env("OMP_NUM_THREADS", "1");
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
            &format!("train.epochs={epochs}"),
            "train.progressive.epochs=0",
        ] {
            command.args(["--set", setting]);
        }
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
    let metrics = |name: &str| fs::read_to_string(run(name).metrics()).unwrap();
    let before = [metrics("teacher"), metrics("student")];
    succeed(&mut distill(2));
    assert_eq!([metrics("teacher"), metrics("student")], before);
}

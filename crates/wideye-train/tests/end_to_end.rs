//! The command from data to exported model, on a small data set of coloured shapes.
#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod workshop;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use wideye_classifier::Classifier;
use wideye_train::{
    Card, Colours, Config, Dataset, DatasetKind, EpochMetrics, Progress, RunFolder, TrainOptions,
    classifier_logits, network_logits, train,
};
use workshop::{Workshop, command, export, fail, succeed};

const EPOCHS: usize = 8;

/// A run of one epoch, at the whole resolution.
const SHORT: [&str; 4] = [
    "--set",
    "train.epochs=1",
    "--set",
    "train.progressive.epochs=0",
];

fn workshop() -> Workshop {
    let settings = format!(
        r#"
        epochs = {EPOCHS}
        progressive = {{ side = 16, epochs = 2 }}
        [model]
        name = "res9"
        widths = [8, 8, 16, 16]
        dropout = 0.05
        [augment]
        flip = 0.5
        shift = {{ probability = 1, strength = 2 }}
        colour_jitter = {{ probability = 0.5, strength = 0.2 }}
        "#
    );
    Workshop::new(1200, 200, &settings)
}

/// Exports a run with its weights stored in a type of choice.
fn export_as(workshop: &Workshop, run: &str, weights: &str) -> PathBuf {
    let out = workshop.path(run).join(format!("{weights}.onnx"));
    export(
        &workshop.path(run),
        &out,
        &["--compare", "--weights", weights],
    );
    out
}

/// Starts a run and waits until its metrics hold some epochs.
fn start(train: &mut Command, run: &Path, epochs: usize) -> Child {
    let child = train.spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(300);
    while epochs_done(run) < epochs {
        assert!(Instant::now() < deadline, "no epoch was finished in time");
        thread::sleep(Duration::from_millis(5));
    }
    child
}

fn epochs_done(run: &Path) -> usize {
    fs::read_to_string(run.join("metrics.jsonl")).map_or(0, |text| text.lines().count())
}

/// What was measured after each epoch, but for the time.
fn measured(run: &Path) -> Vec<EpochMetrics> {
    let mut metrics = RunFolder::new(run).read_metrics().unwrap();
    for epoch in &mut metrics {
        (epoch.images_per_second, epoch.seconds) = (0.0, 0.0);
    }
    metrics
}

fn weights(run: &Path) -> Vec<u8> {
    fs::read(run.join("last.safetensors")).unwrap()
}

#[test]
fn learns_resumes_exports_and_agrees_with_itself() {
    let workshop = workshop();
    succeed(&mut workshop.train("whole"));
    let metrics = RunFolder::new(&workshop.path("whole"))
        .read_metrics()
        .unwrap();
    assert_eq!(
        metrics.iter().map(|m| m.epoch).collect::<Vec<_>>(),
        (1..=EPOCHS).collect::<Vec<_>>()
    );
    let top1 = metrics[EPOCHS - 1].validation_top1;
    assert!(top1 >= 0.9, "guessing gives 0.25, this run {top1}");
    assert!(metrics[EPOCHS - 1].train_loss < metrics[0].train_loss);

    let whole = weights(&workshop.path("whole"));
    // Killed without warning: the last epoch's checkpoint is whole, and the epoch under way is trained again.
    let mut child = start(&mut workshop.train("killed"), &workshop.path("killed"), 2);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        epochs_done(&workshop.path("killed")) < EPOCHS,
        "killed too late to show anything"
    );
    succeed(workshop.train("killed").arg("--resume"));
    assert!(
        weights(&workshop.path("killed")) == whole,
        "resumed weights differ"
    );
    assert_eq!(epochs_done(&workshop.path("killed")), EPOCHS);

    // Ctrl-C, and what job schedulers send: the step under way is finished and saved.
    for (signal, run) in [("-INT", "interrupted"), ("-TERM", "terminated")] {
        let child = start(&mut workshop.train(run), &workshop.path(run), 3);
        succeed(Command::new("kill").arg(signal).arg(child.id().to_string()));
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{signal}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("--resume"));
        assert!(
            epochs_done(&workshop.path(run)) < EPOCHS,
            "stopped too late to show anything"
        );
        succeed(workshop.train(run).arg("--resume"));
        assert!(
            weights(&workshop.path(run)) == whole,
            "resumed weights differ"
        );
        let [resumed, uninterrupted] = [run, "whole"].map(|run| measured(&workshop.path(run)));
        assert_eq!(resumed, uninterrupted);
    }

    // The exported file through the classifier of browsers and command line, against libtorch.
    for run in ["whole", "killed"] {
        let checkpoint = fs::File::options()
            .append(true)
            .open(workshop.path(run).join("last.safetensors"));
        let day = SystemTime::UNIX_EPOCH + Duration::from_secs(20_000 * 24 * 60 * 60);
        checkpoint.unwrap().set_modified(day).unwrap();
    }
    let onnx = workshop.export("whole");
    let resumed = workshop.export("killed");
    assert!(
        fs::read(&onnx).unwrap() == fs::read(resumed).unwrap(),
        "exported files differ"
    );
    let data = Dataset::read(DatasetKind::Custom, &workshop.path("shapes")).unwrap();
    let classifier = Classifier::from_onnx(&fs::read(&onnx).unwrap()).unwrap();
    assert_eq!(classifier.info().labels.labels(), data.labels);
    assert_eq!(classifier.info().labels.superclass_of(), data.superclass_of);
    let provenance = classifier.info().provenance.as_ref().unwrap();
    let provenance: serde_json::Value = serde_json::from_str(provenance).unwrap();
    assert_eq!(provenance["date"], "2024-10-04");
    let run = RunFolder::new(&workshop.path("whole")).load().unwrap();
    let expected = network_logits(&run.network, &data.test, Colours::Kept).unwrap();
    let actual = classifier_logits(&classifier, &data.test, Colours::Kept).unwrap();
    assert_eq!(actual.len(), 200 * data.labels.len());
    for (actual, expected) in actual.iter().zip(&expected) {
        assert!((actual - expected).abs() < 1e-4, "{actual}, not {expected}");
    }

    // Smaller files for weights that are rounded: to 11 significant bits, or to 255 steps.
    for (stored, size_percent, tolerance) in [("float16", 70, 0.05), ("int8", 55, 0.5)] {
        let small = export_as(&workshop, "whole", stored);
        let size = |path: &Path| fs::metadata(path).unwrap().len();
        assert!(size(&small) * 100 < size(&onnx) * size_percent, "{stored}");
        let rounded = Classifier::from_onnx(&fs::read(&small).unwrap()).unwrap();
        let rounded = classifier_logits(&rounded, &data.test, Colours::Kept).unwrap();
        let largest = rounded
            .iter()
            .zip(&expected)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        assert!(largest > 0.0 && largest < tolerance, "{stored}: {largest}");
    }

    // The card tells what that costs.
    let small = workshop.path("whole").join("int8.onnx");
    let card = Card::read(&small, &fs::read(&small).unwrap()).unwrap();
    let sizes: Vec<usize> = card.weight_types.iter().map(|t| t.size_bytes).collect();
    assert!(
        sizes.len() == 3 && sizes.is_sorted_by(|a, b| a > b),
        "{sizes:?}"
    );
    assert_eq!(sizes[2], card.size_bytes);
    assert!(card.weight_types.iter().all(|t| t.validation.top1 >= 0.9));

    // A report of a run that makes no mistake and of one that has only begun, in one file.
    succeed(workshop.train("early").args(SHORT));
    let report = workshop.path("report.html");
    succeed(
        command()
            .arg("report")
            .args([workshop.path("whole"), workshop.path("early")])
            .arg("--out")
            .arg(&report),
    );
    let page = fs::read_to_string(&report).unwrap();
    for element in [
        "aria-label=\"As trained\"",
        "aria-label=\"By superclass\"",
        "aria-label=\"Top-1 accuracy\"",
        "<h3>Worst mistakes</h3>",
    ] {
        assert_eq!(page.matches(element).count(), 2, "{element}");
    }
    for outside in ["src=\"http", "href=\"http", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    // The table of runs has what was measured, here on the validation images.
    for run in ["whole", "early"] {
        let last = RunFolder::new(&workshop.path(run)).read_metrics().unwrap();
        let top1 = 100.0 * last.last().unwrap().validation_top1;
        let cell = format!("<td class=\"number\">{top1:.2} %</td>");
        assert!(page.contains(&cell), "{run}: no {cell}");
    }

    // For the checks of the same file in other engines, which know where to look.
    if let Some(folder) = std::env::var_os("WIDEYE_SHAPES_OUT") {
        hand_over(Path::new(&folder), &onnx, &data, &expected);
        fs::copy(&report, Path::new(&folder).join("report.html")).unwrap();
    }
}

/// Leaves the exported file, four test images and libtorch's scores of them.
fn hand_over(folder: &Path, onnx: &Path, data: &Dataset, logits: &[f32]) {
    fs::create_dir_all(folder).unwrap();
    fs::copy(onnx, folder.join("shapes.onnx")).unwrap();
    let cases: Vec<_> = (0..4)
        .map(|i| {
            serde_json::json!({
                "pixelsChw": data.test.pixels_chw(i),
                "logits": logits[i * data.labels.len()..][..data.labels.len()],
            })
        })
        .collect();
    let document =
        serde_json::json!({ "generator": "wideye-train, libtorch 2.11", "cases": cases });
    fs::write(folder.join("shapes.json"), document.to_string()).unwrap();
}

#[test]
fn a_student_learns_from_mixed_images_and_is_averaged() {
    let workshop = workshop();
    succeed(&mut workshop.train("teacher"));
    let teacher = workshop.path("teacher");
    let student = |run: &str| {
        let mut command = workshop.train(run);
        for setting in [
            "seed=6",
            "train.epochs=6",
            "train.stochastic_weight_averaging={ epochs = 2, learning_rate = 0.01 }",
            "mix={ probability = 0.5, mixup = 0.2, cutmix = 1.0 }",
            "augment.erase={ probability = 0.2, strength = 0.2 }",
            "augment.flip=\"alternate\"",
            "train.muon={ learning_rate = 0.02, momentum = 0.6 }",
        ] {
            command.args(["--set", setting]);
        }
        let distillation = format!(
            "train.distillation={{ teacher = {teacher:?}, temperature = 2.0, weight = 0.5 }}"
        );
        command.args(["--set", &distillation]);
        command
    };
    succeed(&mut student("student"));
    let metrics = RunFolder::new(&workshop.path("student"))
        .read_metrics()
        .unwrap();
    let last = metrics.last().unwrap();
    assert_eq!((last.epoch, last.learning_rate), (6, 0.01));
    assert!(last.validation_top1 >= 0.9, "{}", last.validation_top1);

    // Stopped while weights are averaged, it goes on to the same weights.
    let mut child = start(&mut student("stopped"), &workshop.path("stopped"), 5);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        epochs_done(&workshop.path("stopped")) < 6,
        "stopped too late to show anything"
    );
    succeed(student("stopped").arg("--resume"));
    let [whole, stopped] = ["student", "stopped"].map(|run| weights(&workshop.path(run)));
    assert!(whole == stopped, "resumed weights differ");

    // The same teacher as an exported file teaches the same, but for rounding and norms that are measured anew.
    let taught_by = |teacher: &Path| {
        let run = format!("by-{}", teacher.file_name().unwrap().display());
        let mut command = workshop.train(&run);
        let distillation = format!(
            "train.distillation={{ teacher = {teacher:?}, temperature = 2.0, weight = 1.0 }}"
        );
        succeed(command.args(SHORT).args(["--set", &distillation]));
        let metrics = RunFolder::new(&workshop.path(&run)).read_metrics().unwrap();
        metrics[0].train_loss
    };
    let (by_run, by_file) = (taught_by(&teacher), taught_by(&workshop.export("teacher")));
    assert!(
        (by_run - by_file).abs() < 0.02 * by_run,
        "{by_run} and {by_file}"
    );
    let errors = fail(
        workshop
            .train("by-stranger")
            .args(["--set", "train.distillation={ teacher = \"../../tests/fixtures/models/tiny.onnx\", temperature = 2, weight = 1 }"]),
    );
    assert!(
        errors.contains("tiny.onnx: its metadata is not wideye-train's"),
        "{errors}"
    );

    // A teacher that goes on teaching is another one.
    let provenance = fs::read_to_string(workshop.path("student").join("teacher.json")).unwrap();
    assert!(provenance.contains(r#""name": "teacher""#), "{provenance}");
    let checkpoint = teacher.join("last.safetensors");
    let taught = fs::read(&checkpoint).unwrap();
    fs::copy(
        workshop.path("student").join("last.safetensors"),
        &checkpoint,
    )
    .unwrap();
    let errors = fail(student("stopped").arg("--resume"));
    assert!(
        errors.contains("was begun with another teacher"),
        "{errors}"
    );
    fs::write(&checkpoint, taught).unwrap();

    // One of other classes, and one that knows nothing yet.
    let classes = fs::read_to_string(teacher.join("classes.json")).unwrap();
    let renamed = classes.replacen("\"labels\": [\n    \"", "\"labels\": [\n    \"un", 1);
    assert_ne!(renamed, classes);
    fs::write(teacher.join("classes.json"), renamed).unwrap();
    let errors = fail(&mut student("untaught"));
    assert!(errors.contains("is of other classes"), "{errors}");
    fs::write(teacher.join("classes.json"), classes).unwrap();
    fs::remove_file(teacher.join("metrics.jsonl")).unwrap();
    let errors = fail(&mut student("untaught"));
    assert!(errors.contains("has not finished an epoch"), "{errors}");
}

#[test]
fn starts_from_the_weights_of_a_run_or_of_an_exported_file() {
    let workshop = workshop();
    let short = |run: &str| {
        let mut command = workshop.train(run);
        command
            .args(SHORT)
            .args(["--set", "train.warmup=0", "--set", "train.average_decay=0"]);
        command
    };
    succeed(&mut workshop.train("first"));
    let onnx = workshop.export("first");
    let top1 =
        |run: &str| RunFolder::new(&workshop.path(run)).read_metrics().unwrap()[0].validation_top1;
    // A learning rate of almost nothing: what is measured is what was loaded.
    let half = export_as(&workshop, "first", "float16");
    let quarter = export_as(&workshop, "first", "int8");
    for (run, weights) in [
        ("from-run", workshop.path("first")),
        ("from-onnx", onnx),
        ("from-half", half),
        ("from-quarter", quarter),
    ] {
        succeed(
            short(run)
                .args(["--set", "train.learning_rate=1e-6", "--init"])
                .arg(weights),
        );
        assert!(top1(run) >= 0.9, "{run}: {}", top1(run));
    }
    let start = RunFolder::new(&workshop.path("from-run"))
        .load()
        .unwrap()
        .start;
    assert_eq!(start.unwrap().name, "first");
    let exported = fs::read(workshop.export("from-onnx")).unwrap();
    let info = Classifier::from_onnx(&exported).unwrap().info().clone();
    assert!(
        info.provenance
            .unwrap()
            .contains(r#""start":{"name":"model.onnx""#)
    );
    succeed(short("from-nothing").args(["--set", "train.learning_rate=1e-6"]));
    assert!(top1("from-nothing") < 0.6, "{}", top1("from-nothing"));

    let misfit = fail(
        short("misfit")
            .args(["--set", "model.widths=[4, 8, 16, 16]", "--init"])
            .arg(workshop.path("first").join("model.onnx")),
    );
    assert!(
        misfit.contains("layers.0.weight is [8, 3, 3, 3]"),
        "{misfit}"
    );
    // What failed before it began leaves nothing to the next run in its folder.
    let classes = workshop.path("misfit").join("classes.json");
    fs::write(workshop.path("misfit").join("teacher.json"), "left").unwrap();
    fs::write(workshop.path("misfit").join("start.json"), "left").unwrap();
    assert!(classes.exists());
    succeed(&mut short("misfit"));
    let run = RunFolder::new(&workshop.path("misfit")).load().unwrap();
    assert_eq!((run.start, run.teacher), (None, None));
}

#[test]
fn a_run_that_diverges_ends_and_is_told() {
    let workshop = workshop();
    for (decay, expected) in [
        // Norms hide how large the weights of convolutions are, until the averaged network is measured.
        ("0", "the network's scores are not finite"),
        // With decay at that rate they soon are infinite.
        ("1", "the loss is not finite at epoch 0"),
    ] {
        let run = format!("decay-{decay}");
        let diverging = || {
            let mut command = workshop.train(&run);
            command.args(SHORT);
            let decay = format!("train.weight_decay={decay}");
            for setting in ["train.learning_rate=100", "train.warmup=0", &decay] {
                command.args(["--set", setting]);
            }
            command
        };
        let errors = fail(&mut diverging());
        let folder = RunFolder::new(&workshop.path(&run));
        let kept = folder.read_failure().unwrap().unwrap();
        assert!(kept.starts_with(expected), "{kept}");
        assert!(errors.contains(&kept), "{errors}");
        assert_eq!(folder.read_metrics().unwrap(), []);
        // Nothing has changed, and it fails again, the same.
        let again = fail(diverging().arg("--go-on"));
        assert!(again.contains(&kept), "{again}");
    }
}

#[test]
fn a_run_folder_is_never_overwritten() {
    let workshop = workshop();
    let train = |options: &[&str]| {
        let mut train = workshop.train("run");
        train.args(options);
        train
    };
    assert!(fail(train(&SHORT).arg("--resume")).contains("start it without --resume"));
    succeed(&mut train(&SHORT));
    assert!(fail(&mut train(&SHORT)).contains("holds a run already"));

    let lock = fs::File::create(workshop.path("run").join("lock")).unwrap();
    lock.lock().unwrap();
    assert!(fail(&mut train(&["--resume"])).contains("is being trained by another process"));
    drop(lock);
    assert!(fail(&mut train(&["--resume"])).contains("differs from what is asked for"));

    // A finished run keeps its classes, whatever has become of the data.
    let classes = || fs::read_to_string(workshop.path("run").join("classes.json")).unwrap();
    let before = classes();
    let names = workshop.path("shapes").join("fine_label_names.txt");
    let images = workshop.path("shapes").join("train.bin");
    let (kept_names, kept_images) = (fs::read(&names).unwrap(), fs::read(&images).unwrap());
    let with_other_data = |what: &str| {
        let errors = fail(train(&SHORT).arg("--go-on"));
        assert!(
            errors.contains("was begun with other data"),
            "{what}: {errors}"
        );
        assert_eq!(classes(), before, "{what}");
    };
    fs::write(&names, "dot\nsquare\ncross\nstripes\n").unwrap();
    with_other_data("a class renamed");
    let report = workshop.path("report.html");
    let mut command = command();
    command
        .arg("report")
        .arg(workshop.path("run"))
        .arg("--out")
        .arg(report);
    let errors = fail(&mut command);
    assert!(
        errors.contains("classes are not those of the data set"),
        "{errors}"
    );
    fs::write(&names, kept_names).unwrap();
    fs::write(&images, &kept_images[..kept_images.len() / 2]).unwrap();
    with_other_data("half of the images");
    fs::write(&images, kept_images).unwrap();
    succeed(train(&SHORT).arg("--resume"));
}

#[test]
fn a_run_killed_before_an_epoch_is_checkpointed_goes_on() {
    let workshop = workshop();
    succeed(workshop.train("whole").args(SHORT));

    // What is left of a run killed between an epoch's metrics and its checkpoint: the earlier one.
    let folder = RunFolder::new(&workshop.path("killed"));
    let overrides = [SHORT[1], SHORT[3]].map(String::from);
    let config = Config::read(&workshop.path("config.toml"), &overrides).unwrap();
    let mut at_start = Vec::new();
    train(&config, &folder, TrainOptions::default(), &mut |progress| {
        if let Progress::Start { .. } = progress {
            at_start = weights(folder.path());
        }
    })
    .unwrap();
    assert_eq!(epochs_done(folder.path()), 1);
    fs::write(folder.checkpoint(), at_start).unwrap();
    fs::write(folder.path().join("failure.txt"), "the loss is not finite").unwrap();

    succeed(workshop.train("killed").args(SHORT).arg("--go-on"));
    assert_eq!(epochs_done(folder.path()), 1);
    assert_eq!(folder.read_failure().unwrap(), None);
    assert!(
        weights(folder.path()) == weights(&workshop.path("whole")),
        "resumed weights differ"
    );
}

#[test]
fn the_bench_tells_images_per_second_round_by_round() {
    let workshop = workshop();
    let printed = succeed(
        command()
            .args([
                "bench",
                "--rounds",
                "2",
                "--batches",
                "1",
                "--classes",
                "4",
                "--config",
            ])
            .arg(workshop.path("config.toml")),
    );
    let rounds: Vec<serde_json::Value> = printed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rounds.len(), 2, "{printed}");
    for round in rounds {
        for name in ["training", "evaluation"] {
            assert!(round[name].as_f64().unwrap() > 0.0, "{round}");
        }
    }
}

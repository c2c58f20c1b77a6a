//! What is measured of an exported model: by the command, in its card, and on images of classes that it has not.
#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod workshop;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use wideye_classifier::Classifier;
use wideye_train::{
    Card, Colours, Corruption, Dataset, DatasetKind, Images, UnknownImages, classifier_logits,
};
use workshop::{Workshop, command, fail, succeed};

const RUN: &str = "run";

/// A data set of shapes, a run that knows most of them, and its exported model.
struct Measured {
    workshop: Workshop,
    model: PathBuf,
}

impl Measured {
    fn new() -> Self {
        let settings = r#"
            epochs = 5
            progressive = { side = 16, epochs = 2 }
            [model]
            name = "res9"
            widths = [8, 8, 16, 16]
            "#;
        let workshop = Workshop::new(1200, 200, settings);
        succeed(&mut workshop.train(RUN));
        let model = workshop.export(RUN);
        Self { workshop, model }
    }

    /// A call that reads the data set.
    fn call(&self, name: &str, subject: &Path) -> Command {
        let mut command = command();
        command
            .arg(name)
            .arg(subject)
            .args(["--dataset", "custom", "--data"])
            .arg(self.workshop.path("shapes"));
        command
    }

    fn evaluate(&self, subject: &Path, options: &[&str]) -> Value {
        let mut command = self.call("evaluate", subject);
        let document = succeed(command.arg("--json").args(options));
        let document: Value = serde_json::from_str(&document).unwrap();
        document["evaluation"].clone()
    }

    fn card(&self) -> Card {
        Card::read(&self.model, &fs::read(&self.model).unwrap()).unwrap()
    }
}

#[test]
fn a_model_is_measured_as_its_run_is_and_its_card_keeps_it() {
    let measured = Measured::new();
    let of_file = measured.evaluate(&measured.model, &["--test", "--with-mirrored"]);
    let top1 = of_file["accuracy"]["top1"].as_f64().unwrap();
    assert!(top1 >= 0.8, "guessing gives 0.25, this model {top1}");
    let run = measured.workshop.path(RUN);
    let of_run = measured.evaluate(&run, &["--test", "--with-mirrored"]);
    for name in [
        "accuracy",
        "greyscale",
        "with_mirrored",
        "by_class",
        "by_superclass",
    ] {
        assert_eq!(of_file[name], of_run[name], "{name}");
    }

    // Calibrated, it says the same, less or more surely, and from where it knows.
    succeed(
        measured
            .call("calibrate", &measured.model)
            .args(["--keep", "0.9"]),
    );
    let bytes = fs::read(&measured.model).unwrap();
    let info = Classifier::from_onnx(&bytes).unwrap().info().clone();
    let calibration = measured.card().calibration.unwrap();
    assert_eq!(info.temperature, calibration.temperature);
    assert_eq!(info.known_threshold, Some(calibration.known_threshold));
    assert_ne!(info.temperature, 1.0);
    assert!(calibration.error_after < calibration.error_before);
    let of_calibrated = measured.evaluate(&measured.model, &["--test"]);
    assert_eq!(of_calibrated["accuracy"], of_file["accuracy"]);
    let [before, after] = [&of_file, &of_calibrated].map(|e| e["calibration_error"].as_f64());
    assert!(after < before, "{after:?}, before {before:?}");

    // Worse images cost accuracy, and each kind is in the list; the card has it under the images it is of.
    assert_eq!(measured.card().test, None);
    let worse = measured.evaluate(&measured.model, &["--under", "all", "--card"]);
    let worse = worse["corruptions"].as_array().unwrap();
    assert_eq!(worse.len(), Corruption::ALL.len());
    let top1 = |name: &str| {
        let mut found = worse.iter().filter(|c| c["name"] == name);
        found.next().unwrap()["top1"].as_f64().unwrap()
    };
    assert!(top1("contrast-5") < top1("contrast-3"), "{worse:?}");
    assert!(top1("jpeg-30") > 0.5, "{worse:?}");
    let card = measured.card();
    assert_eq!(card.test, None);
    let kept = serde_json::to_value(card.validation.unwrap().corruptions).unwrap();
    assert_eq!(kept.as_array().unwrap(), worse);

    let fog = fail(
        command()
            .arg("evaluate")
            .arg(&measured.model)
            .args(["--under", "fog"]),
    );
    assert!(
        fog.contains("fog is none of all, gaussian-noise-3"),
        "{fog}"
    );
    let no_card = fail(measured.call("evaluate", &run).arg("--card"));
    assert!(no_card.contains("a run has no card"), "{no_card}");
}

/// CIFAR-10's classes here: the model has four of them.
const NAMES: [&str; 10] = [
    "disc", "airplane", "square", "bird", "cross", "stripes", "deer", "dog", "frog", "ship",
];
const UNKNOWN: [u8; 6] = [1, 3, 6, 7, 8, 9];
const RECORDS: usize = 10_000;

/// Writes a folder in CIFAR-10's layout: of each unknown class 20 images in each file, of one or the other shade; all
/// else are discs.
fn write_cifar_10(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("batches.meta.txt"), NAMES.join("\n")).unwrap();
    let files = (1..=5)
        .map(|batch| format!("data_batch_{batch}.bin"))
        .chain(["test_batch.bin".into()]);
    for name in files {
        let label = |i| UNKNOWN.get(i / 20).copied().unwrap_or(0);
        let mut records = Vec::with_capacity(RECORDS * 3073);
        for i in 0..RECORDS {
            let pixels = (0..3072).map(|at| ((at / 7 + i * 13) % 256) as u8);
            records.push(label(i));
            records.extend(pixels);
        }
        fs::write(folder.join(name), records).unwrap();
    }
}

/// Those of the unknown classes.
fn unknown_of(images: &Images) -> Images {
    let of_unknown = |&i: &usize| UNKNOWN.contains(&images.labels()[i]);
    images.select(&(0..images.len()).filter(of_unknown).collect::<Vec<_>>())
}

#[test]
fn images_of_classes_that_a_model_has_not_are_compared_with_its_own() {
    let measured = Measured::new();
    succeed(&mut measured.call("calibrate", &measured.model));
    let folder = measured.workshop.path("cifar-10");
    write_cifar_10(&folder);
    let others = Dataset::read(DatasetKind::Cifar10, &folder).unwrap();
    let own = Dataset::read(DatasetKind::Custom, &measured.workshop.path("shapes")).unwrap();
    let classifier = Classifier::from_onnx(&fs::read(&measured.model).unwrap()).unwrap();
    let logits = |images: &Images| classifier_logits(&classifier, images, Colours::Kept).unwrap();
    let (temperature, threshold) = (
        classifier.info().temperature,
        classifier.info().known_threshold,
    );

    // A tenth of each class of the training images validates, 10 of 100.
    let validation = [own.validation(), unknown_of(&others.validation())];
    let test = [own.test.clone(), unknown_of(&others.test)];
    for (options, images, [own, unknown]) in [
        (&["--card"][..], 60, validation),
        (&["--card", "--test"][..], 120, test),
    ] {
        let names = UNKNOWN.map(|class| NAMES[usize::from(class)].to_string());
        let pair = (logits(&own), logits(&unknown));
        let pair = (&pair.0[..], &pair.1[..]);
        let expected = UnknownImages::new(names.into(), pair, 4, temperature, threshold);
        assert_eq!(expected.images, images);
        let options = [&["--unknown", folder.to_str().unwrap()], options].concat();
        let said = measured.evaluate(&measured.model, &options);
        assert_eq!(said["unknown"], serde_json::to_value(&expected).unwrap());
        let card = measured.card();
        let kept = match images {
            60 => card.validation,
            _ => card.test,
        };
        assert_eq!(kept.unwrap().unknown, Some(expected));
    }

    fs::write(
        folder.join("batches.meta.txt"),
        "disc\nsquare\ncross\nstripes\n".repeat(3)[..]
            .lines()
            .take(10)
            .collect::<Vec<_>>()
            .join("\n"),
    )
    .unwrap();
    let none = fail(
        measured
            .call("evaluate", &measured.model)
            .arg("--unknown")
            .arg(&folder),
    );
    assert!(none.contains("none is left for --unknown"), "{none}");
}

//! Classifiers of other makers run once they are described, and say what is missing until then.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its fixture has failed"
)]

use std::path::{Path, PathBuf};

use serde_json::Value;
use wideye_classifier::{Classifier, ErrorKind, ModelDescription, Normalisation};
use wideye_core::{Fit, Picture};

const SIZE: (u32, u32) = (24, 20);

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/models")
}

fn model(name: &str) -> Vec<u8> {
    std::fs::read(models().join(name).with_extension("onnx")).unwrap()
}

/// What `make.py` gave the models besides their files.
fn description() -> ModelDescription {
    ModelDescription {
        labels: Some(["ash", "birch", "cedar", "elm"].map(String::from).to_vec()),
        input_size: Some(SIZE),
        normalisation: Some(
            Normalisation::new([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]).unwrap(),
        ),
    }
}

/// The corner that `make.py` describes.
fn picture() -> Picture {
    let (width, height) = SIZE;
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let pixels = places.flat_map(|(x, y)| {
        [7 * x + 3 * y, 5 * y + x * x, 11 * x + 2 * y * y].map(|value| value as u8)
    });
    Picture::from_rgb(width, height, pixels.collect()).unwrap()
}

fn expected(name: &str) -> Vec<f32> {
    let file = std::fs::read(models().join("foreign/expected.json")).unwrap();
    let answers: Value = serde_json::from_slice(&file).unwrap();
    let answer = answers[name].as_array().unwrap();
    answer
        .iter()
        .map(|value| value.as_f64().unwrap() as f32)
        .collect()
}

fn refusal(name: &str, description: &ModelDescription) -> ErrorKind {
    let error = Classifier::with_description(&model(name), description).err();
    error.expect(name).kind().clone()
}

#[track_caller]
fn assert_close(actual: &[f32], expected: &[f32]) {
    assert_eq!(actual.len(), expected.len());
    for (actual, expected) in actual.iter().zip(expected) {
        assert!((actual - expected).abs() < 1e-5, "{actual} {expected}");
    }
}

#[test]
fn described_models_give_onnxruntimes_answers() {
    for name in [
        "open-sides",
        "open-sides-flattened",
        "channels-last",
        "softmax-of-parts",
    ] {
        let model = model(&format!("foreign/{name}"));
        let classifier = Classifier::with_description(&model, &description()).unwrap();
        let outputs = classifier.run(&picture().to_nchw()).unwrap();
        assert_close(&outputs.logits, &expected(name));
        assert!(outputs.activation_maps.is_empty() && !classifier.info().activation_maps);
    }
}

#[test]
fn a_softmax_at_the_end_is_not_computed_twice() {
    for name in [
        "softmax",
        "older",
        "softmax-before-reshape",
        "softmax-before-squeeze",
    ] {
        let model = model(&format!("foreign/{name}"));
        let classifier = Classifier::with_description(&model, &description()).unwrap();
        let thumbnail = classifier.prepare(&picture(), Fit::Fill);
        let said = classifier.classify(&thumbnail, None).unwrap();
        for (index, probability) in expected(name).into_iter().enumerate() {
            let prediction = said.predictions.iter().find(|p| p.index == index).unwrap();
            assert_close(&[prediction.probability], &[probability]);
        }
        assert_eq!(said.known, None);
    }
}

#[test]
fn batches_of_a_model_for_single_images_are_answered_one_by_one() {
    let model = model("foreign/channels-last");
    let classifier = Classifier::with_description(&model, &description()).unwrap();
    let outputs = classifier.run(&picture().to_nchw().repeat(3)).unwrap();
    assert_eq!(outputs.batch, 3);
    assert_close(outputs.logits_of(2), &expected("channels-last"));
}

#[test]
fn a_file_that_says_it_needs_no_input_size() {
    let description = ModelDescription {
        input_size: None,
        ..description()
    };
    let classifier = Classifier::with_description(&model("foreign/softmax"), &description).unwrap();
    let info = classifier.info();
    assert_eq!((info.input_width, info.input_height), SIZE);
}

#[test]
fn labels_are_taken_instead_of_the_files() {
    let labels = ["a", "b", "c", "d", "e", "f"].map(String::from).to_vec();
    let description = ModelDescription {
        labels: Some(labels.clone()),
        ..ModelDescription::default()
    };
    let classifier = Classifier::with_description(&model("tiny"), &description).unwrap();
    assert_eq!(classifier.info().labels.labels(), labels);
    assert!(classifier.info().labels.superclasses().is_empty());
    assert!(classifier.info().activation_maps);
}

#[test]
fn labels_are_the_files_where_none_are_given() {
    let description = ModelDescription {
        input_size: Some((32, 32)),
        ..ModelDescription::default()
    };
    let described = Classifier::with_description(&model("tiny"), &description).unwrap();
    let classifier = Classifier::from_onnx(&model("tiny")).unwrap();
    assert_eq!(described.info(), classifier.info());
    let image = picture().fit(Fit::Fill, 32, 32).to_nchw();
    assert_eq!(
        described.run(&image).unwrap(),
        classifier.run(&image).unwrap()
    );
}

#[test]
fn what_is_missing_is_named() {
    let undescribed = Classifier::from_onnx(&model("foreign/softmax"))
        .err()
        .unwrap();
    assert_eq!(
        undescribed.to_string(),
        "expected one input named \"image\", found \"pixel_values\", rename it when exporting or describe the \
         model by its labels"
    );
    let without = |change: fn(&mut ModelDescription)| {
        let mut description = description();
        change(&mut description);
        description
    };
    assert_eq!(
        refusal("foreign/open-sides", &without(|d| d.input_size = None)),
        ErrorKind::OpenSides {
            actual: "float [batch, 3, height, width]".into()
        }
    );
    assert_eq!(
        refusal("foreign/softmax", &without(|d| d.labels = None)),
        ErrorKind::MissingMetadata {
            key: "wideye.labels"
        }
    );
    assert_eq!(
        refusal("foreign/softmax", &without(|d| d.labels = Some(vec![]))),
        ErrorKind::Labels
    );
    assert_eq!(
        refusal(
            "foreign/softmax",
            &without(|d| d.labels = Some(vec!["ash".into()]))
        ),
        ErrorKind::LabelCount {
            classes: 4,
            labels: 1
        }
    );
    assert_eq!(
        refusal(
            "foreign/channels-last",
            &without(|d| d.input_size = Some((20, 24)))
        ),
        ErrorKind::InputSize {
            expected: SIZE,
            actual: (20, 24)
        }
    );
    // 24 by 28 pixels leave 3 by 3 of 8 channels where the weights are for 2 by 3.
    let description_of_more = without(|d| d.input_size = Some((24, 28)));
    assert_eq!(
        refusal("foreign/open-sides-flattened", &description_of_more),
        ErrorKind::Graph
    );
    for side in [0, 4097] {
        let description = ModelDescription {
            input_size: Some((24, side)),
            ..description()
        };
        assert_eq!(
            refusal("foreign/open-sides", &description),
            ErrorKind::InputSide { max: 4096 }
        );
    }
}

//! The models of `tests/fixtures/models` give onnxruntime's answers, and broken ones their error.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its fixture has failed"
)]

use std::path::{Path, PathBuf};

use serde_json::Value;
use wideye_classifier::{Classifier, ErrorKind, inspect};
use wideye_core::{Fit, Fittable, Fitting, Picture};

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/models")
}

fn load(name: &str) -> Classifier {
    Classifier::from_onnx(&std::fs::read(models().join(name)).unwrap()).unwrap()
}

/// The pictures named by the formula in the fixtures' JSON.
fn picture(index: usize) -> Picture {
    let mut pixels = Vec::new();
    for y in 0..32 {
        for x in 0..32 {
            pixels.push((7 * x + 3 * y + 31 * index) as u8);
            pixels.push((5 * y + x * x + 17 * index) as u8);
            pixels.push((11 * x + 2 * y * y + 5 * index) as u8);
        }
    }
    Picture::from_rgb(32, 32, pixels).unwrap()
}

fn batch(size: usize) -> Vec<f32> {
    (0..size)
        .flat_map(|index| picture(index).to_nchw())
        .collect()
}

fn numbers(value: &Value) -> Vec<f32> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        number => vec![number.as_f64().unwrap() as f32],
    }
}

fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    // Unlike f32::max, keeps what is not a number.
    differences.max_by(f32::total_cmp).unwrap_or(0.0)
}

#[test]
fn what_is_not_a_number_is_no_small_difference() {
    assert!(largest_difference(&[f32::NAN, 0.5], &[0.0, 0.5]).is_nan());
}

#[test]
fn outputs_equal_onnxruntimes() {
    for name in ["tiny", "calibrated"] {
        let expected: Value = serde_json::from_slice(
            &std::fs::read(models().join(name).with_extension("json")).unwrap(),
        )
        .unwrap();
        let classifier = load(&format!("{name}.onnx"));
        let outputs = classifier.run(&batch(3)).unwrap();
        assert!(largest_difference(&outputs.logits, &numbers(&expected["logits"])) < 1e-4);

        let shape = [
            outputs.batch,
            outputs.classes,
            outputs.maps_height,
            outputs.maps_width,
        ];
        assert_eq!(serde_json::json!(shape), expected["activation_maps_shape"]);
        let first_rows: Vec<f32> = outputs
            .activation_maps
            .chunks(outputs.maps_height * outputs.maps_width)
            .flat_map(|map| &map[..outputs.maps_width])
            .copied()
            .collect();
        let expected = numbers(&expected["activation_maps_first_rows"]);
        assert!(largest_difference(&first_rows, &expected) < 1e-4);
    }
}

#[test]
fn batches_equal_singles() {
    let classifier = load("tiny.onnx");
    let outputs = classifier.run(&batch(37)).unwrap();
    assert_eq!(outputs.batch, 37);
    for index in 0..37 {
        let single = classifier.run(&picture(index).to_nchw()).unwrap();
        assert_eq!(single.logits, outputs.logits_of(index), "{index}");
        let maps = outputs.activation_maps_of(index);
        assert_eq!(single.activation_maps, maps, "{index}");
    }
}

#[test]
fn mean_of_a_map_plus_bias_is_the_logit() {
    let outputs = load("tiny.onnx").run(&batch(2)).unwrap();
    let area = outputs.maps_height * outputs.maps_width;
    let biases = |image: usize| -> Vec<f32> {
        let maps = outputs.activation_maps_of(image).chunks(area);
        let means = maps.map(|map| map.iter().sum::<f32>() / area as f32);
        outputs
            .logits_of(image)
            .iter()
            .zip(means)
            .map(|(logit, mean)| logit - mean)
            .collect()
    };
    assert!(largest_difference(&biases(0), &biases(1)) < 1e-5);
}

#[test]
fn threads_share_a_classifier() {
    let classifier = load("tiny.onnx");
    let expected = classifier.run(&batch(20)).unwrap();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| classifier.run(&batch(20))))
            .collect();
        for run in runs {
            assert_eq!(run.join().unwrap().unwrap(), expected);
        }
    });
}

#[test]
fn metadata_is_read() {
    let tiny = load("tiny.onnx");
    let info = tiny.info();
    assert_eq!((info.input_width, info.input_height), (32, 32));
    assert_eq!((info.temperature, info.known_threshold), (1.0, None));
    assert_eq!(info.labels.labels()[2], "castle");
    assert_eq!(info.labels.superclass(2), Some("buildings"));
    assert!(info.provenance.as_ref().unwrap().contains("make.py"));

    let calibrated = load("calibrated.onnx");
    assert_eq!(calibrated.info().temperature, 1.75);
    assert_eq!(calibrated.info().known_threshold, Some(0.4));
    assert_eq!(calibrated.info().labels.superclasses().len(), 0);
}

#[test]
fn a_picture_becomes_labelled_probabilities() {
    let classifier = load("tiny.onnx");
    let thumbnail = classifier.prepare(&picture(0), Fit::Cover);
    let result = classifier.classify(&thumbnail, None).unwrap();
    let expected = [
        3.513319_f64,
        -0.632319,
        -0.154851,
        -0.50518,
        0.531075,
        1.031317,
    ];
    let sum: f64 = expected.iter().map(|logit| logit.exp()).sum();
    assert_eq!(result.predictions.len(), 6);
    for prediction in &result.predictions {
        let probability = expected[prediction.index].exp() / sum;
        assert!((f64::from(prediction.probability) - probability).abs() < 1e-5);
    }
    assert_eq!(result.predictions[0].label, "apple");
    assert_eq!(result.predictions[0].superclass.as_deref(), Some("plants"));
    assert_eq!(result.superclasses[0].label, "plants");
    assert_eq!(result.known, None);
    let likeliest = classifier.classify(&thumbnail, Some(2)).unwrap();
    assert_eq!(likeliest.predictions, result.predictions[..2]);
}

#[test]
fn a_picture_is_seen_as_in_the_browser() {
    let classifier = load("tiny.onnx");
    let (width, height) = (90, 61);
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgba: Vec<u8> = places
        .flat_map(|(x, y)| [7 * x + 3 * y, 5 * y + x * x, 11 * x + 2 * y * y, 255])
        .map(|value| value as u8)
        .collect();
    for fit in Fit::ALL {
        let mut fitting = Fitting::new(fit, (width, height), (32, 32)).unwrap();
        let rows = fitting.rows();
        let bytes = 4 * width as usize;
        let mut needed = rgba[rows.start as usize * bytes..rows.end as usize * bytes].to_vec();
        fitting.push_rgba(&mut needed, 0..width).unwrap();
        let in_browser = fitting.finish().unwrap();

        let picture = Picture::from_rgba(width, height, &rgba[..]).unwrap();
        let thumbnail = classifier.prepare(&picture, fit);
        assert_eq!(thumbnail, in_browser, "{fit}");
        let outputs = classifier.run(&in_browser.to_nchw()).unwrap();
        assert_eq!(
            classifier.classify(&thumbnail, None).unwrap(),
            classifier.interpret(&outputs.logits, None).unwrap(),
            "{fit}"
        );
    }
}

#[test]
fn temperature_and_threshold_decide_what_is_known() {
    let classifier = load("calibrated.onnx");
    let known = |logits: &[f32]| classifier.interpret(logits, Some(1)).unwrap();
    // e^(2 / 1.75) / (e^(2 / 1.75) + 4) = 3.1357 / 7.1357
    let sure = known(&[2.0, 0.0, 0.0, 0.0, 0.0]);
    assert!((sure.predictions[0].probability - 0.43943).abs() < 1e-4);
    assert_eq!(sure.known, Some(true));
    // e^(1 / 1.75) / (e^(1 / 1.75) + 4) = 1.7708 / 5.7708
    let unsure = known(&[0.0, 1.0, 0.0, 0.0, 0.0]);
    assert!((unsure.predictions[0].probability - 0.30685).abs() < 1e-4);
    assert_eq!(unsure.known, Some(false));
}

#[test]
fn broken_models_say_what_is_broken() {
    let kind = |name: &str| {
        let bytes = std::fs::read(models().join(format!("broken/{name}.onnx"))).unwrap();
        let error = Classifier::from_onnx(&bytes).err().expect(name);
        assert_eq!(error.code(), "bad-model");
        assert_eq!(inspect(&bytes).unwrap_err().kind(), error.kind());
        error.kind().clone()
    };
    let metadata = |key, expected, actual: &str| ErrorKind::Metadata {
        key,
        expected,
        actual: actual.into(),
    };
    assert_eq!(
        kind("input-name"),
        ErrorKind::Input {
            expected: "image",
            actual: vec!["pixels".into()]
        }
    );
    assert_eq!(
        kind("input-shape"),
        ErrorKind::InputShape {
            actual: "float [N, 3, H, W]".into()
        }
    );
    assert_eq!(
        kind("output-name"),
        ErrorKind::MissingOutput {
            expected: "activation_maps",
            actual: vec!["logits".into(), "maps".into()]
        }
    );
    assert_eq!(
        kind("labels-missing"),
        ErrorKind::MissingMetadata {
            key: "wideye.labels"
        }
    );
    assert_eq!(
        kind("labels-not-json"),
        metadata("wideye.labels", "a JSON array of strings", "apple, bear")
    );
    assert_eq!(
        kind("labels-count"),
        ErrorKind::LabelCount {
            classes: 6,
            labels: 4
        }
    );
    assert_eq!(kind("superclass-range"), ErrorKind::Labels);
    assert_eq!(kind("superclass-alone"), ErrorKind::Labels);
    assert_eq!(
        kind("temperature-zero"),
        metadata("wideye.temperature", "a number above 0", "0")
    );
    assert_eq!(
        kind("threshold-range"),
        metadata("wideye.known_threshold", "a probability from 0 to 1", "1.5")
    );
    assert_eq!(kind("truncated"), ErrorKind::NotOnnx { looks_like: None });
}

#[test]
fn other_files_are_no_models() {
    for (bytes, what) in [
        (&b""[..], "an empty file"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (
            b"version https://git-lfs.github.com/spec/v1\n",
            "a Git LFS pointer",
        ),
        (b"PK\x03\x04....", "a ZIP archive"),
    ] {
        let error = Classifier::from_onnx(bytes).err().unwrap();
        assert_eq!(
            error.kind(),
            &ErrorKind::NotOnnx {
                looks_like: Some(what)
            }
        );
        assert_eq!(
            error.to_string(),
            format!("this is {what}, expected an ONNX model")
        );
    }
}

#[test]
fn wrong_inputs_are_refused() {
    let classifier = load("tiny.onnx");
    for actual in [0, 1, 3 * 32 * 32 + 1] {
        let error = classifier.run(&vec![0.0; actual]).unwrap_err();
        assert_eq!(
            error.kind(),
            &ErrorKind::InputLength {
                image_len: 3072,
                actual
            }
        );
        assert_eq!(error.code(), "internal");
    }
    let large = Picture::filled(33, 32, [0, 0, 0]).unwrap();
    let unprepared = large.thumbnail(Fit::Fill, 33, 32);
    let error = classifier.classify(&unprepared, None).unwrap_err();
    assert_eq!(
        error.kind(),
        &ErrorKind::PictureSize {
            expected: (32, 32),
            actual: (33, 32)
        }
    );
    assert!(
        classifier
            .classify(&classifier.prepare(&large, Fit::Contain), None)
            .is_ok()
    );
}

#[test]
fn inspection_counts_nodes_weights_and_work() {
    let inspection = inspect(&std::fs::read(models().join("tiny.onnx")).unwrap()).unwrap();
    let counts: Vec<(&str, usize)> = inspection
        .operators
        .iter()
        .map(|c| (c.operator.as_str(), c.nodes))
        .collect();
    assert_eq!(
        counts,
        [
            ("Conv", 3),
            ("Elu", 2),
            ("MaxPool", 2),
            ("Add", 1),
            ("Div", 1),
            ("ReduceMean", 1),
            ("Sub", 1)
        ]
    );
    assert_eq!(inspection.opset, 17);
    // 3 + 3 + 4*3*9 + 4 + 6*4*9 + 6 + 6*6 + 6
    assert_eq!(inspection.parameters, 382);
    // 32*32 * 4*3*9 + 16*16 * 6*4*9 + 8*8 * 6*6
    assert_eq!(inspection.multiply_accumulates, 168_192);
    assert_eq!((inspection.maps_height, inspection.maps_width), (8, 8));
}

#[test]
fn damaged_models_never_panic() {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for (name, times) in [
        ("tiny", 600),
        ("operators/activations", 200),
        ("operators/arithmetic", 200),
        ("operators/layers", 200),
        ("operators/quantized", 200),
        ("operators/shapes", 200),
    ] {
        let intact = std::fs::read(models().join(name).with_extension("onnx")).unwrap();
        let mut refused = 0;
        for _ in 0..times {
            let mut bytes = intact.clone();
            for _ in 0..1 + random(4) {
                let at = random(bytes.len());
                bytes[at] = random(256) as u8;
            }
            match Classifier::from_onnx(&bytes).and_then(|classifier| classifier.run(&batch(1))) {
                Ok(outputs) => assert_eq!(outputs.batch, 1),
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    refused += 1;
                }
            }
        }
        assert!(
            refused > times / 12,
            "only {refused} of {times} damaged models were refused: {name}"
        );
    }
}

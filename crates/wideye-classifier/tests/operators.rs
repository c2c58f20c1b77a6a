//! Every operator that models may use gives onnxruntime's answer, and others are refused by name.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its fixture has failed"
)]

use std::path::{Path, PathBuf};

use serde_json::Value;
use wideye_classifier::{Classifier, ErrorKind};

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/models")
}

/// The images of the fixtures' generator, `[2, 3, 32, 32]`.
fn images() -> Vec<f32> {
    let mut images = Vec::new();
    for index in 0..2 {
        let channels: [fn(u32, u32, u32) -> u32; 3] = [
            |x, y, i| 7 * x + 3 * y + 31 * i,
            |x, y, i| 5 * y + x * x + 17 * i,
            |x, y, i| 11 * x + 2 * y * y + 5 * i,
        ];
        for channel in channels {
            for y in 0..32 {
                images.extend((0..32).map(|x| (channel(x, y, index) % 256) as f32 / 255.0));
            }
        }
    }
    images
}

#[test]
fn logits_equal_onnxruntimes() {
    let folder = models().join("operators");
    let expected = std::fs::read(folder.join("expected.json")).unwrap();
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let expected = expected.as_object().unwrap();
    assert_eq!(expected.len(), 5);
    for (name, rows) in expected {
        let bytes = std::fs::read(folder.join(name).with_extension("onnx")).unwrap();
        let classifier =
            Classifier::from_onnx(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let outputs = classifier.run(&images()).unwrap();
        for (image, row) in rows.as_array().unwrap().iter().enumerate() {
            for (actual, expected) in outputs.logits_of(image).iter().zip(row.as_array().unwrap()) {
                let expected = expected.as_f64().unwrap() as f32;
                let tolerance = 2e-5 * expected.abs().max(1.0);
                assert!(
                    (actual - expected).abs() < tolerance,
                    "{name}, image {image}: {actual}, not {expected}"
                );
            }
        }
    }
}

/// Writes another operator of the same length over each occurrence of one.
fn renamed(from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = std::fs::read(models().join("tiny.onnx")).unwrap();
    let places: Vec<usize> = (0..bytes.len() - from.len())
        .filter(|&at| bytes[at..].starts_with(from.as_bytes()))
        .collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

#[test]
fn other_operators_are_refused_by_name() {
    let error = Classifier::from_onnx(&renamed("MaxPool", "LpPoolX"))
        .err()
        .unwrap();
    assert_eq!(
        error.kind(),
        &ErrorKind::Operator {
            operator: "LpPoolX".into(),
            node: "pool1".into()
        }
    );
}

#[test]
fn an_operator_that_cannot_take_its_inputs_names_the_node() {
    let error = Classifier::from_onnx(&renamed("strides", "stridez")).err();
    // Without strides the pools overlap, the maps grow, and nothing else is wrong.
    assert!(error.is_none());
    let error = Classifier::from_onnx(&renamed("kernel_shape", "kernel_shapo"))
        .err()
        .unwrap();
    assert_eq!(error.kind(), &ErrorKind::Graph);
    let message = error.to_string();
    assert!(
        message.contains("MaxPool:pool1") && message.contains("kernel_shape"),
        "{message}"
    );
}

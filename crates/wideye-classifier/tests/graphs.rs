//! Rewritten graphs give tract's and onnxruntime's answers, and what the kernels do not know is left
//! to tract.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its fixture has failed"
)]

use std::path::{Path, PathBuf};

use serde_json::Value;
use wideye_classifier::{Backend, Classifier, Outputs, Step, inspect};
use wideye_core::Picture;

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/models")
}

fn graph(name: &str) -> Vec<u8> {
    std::fs::read(models().join(format!("graphs/{name}.onnx"))).unwrap()
}

/// The two pictures that `make.py` describes.
fn images() -> Vec<f32> {
    let picture = |index: usize| {
        let pixels = (0..32 * 32).flat_map(|at| {
            let (y, x) = (at / 32, at % 32);
            let red = 7 * x + 3 * y + 31 * index;
            let green = 5 * y + x * x + 17 * index;
            let blue = 11 * x + 2 * y * y + 5 * index;
            [red as u8, green as u8, blue as u8]
        });
        Picture::from_rgb(32, 32, pixels.collect())
            .unwrap()
            .to_nchw()
    };
    [picture(0), picture(1)].concat()
}

fn run(model: &[u8], backend: Backend) -> Outputs {
    Classifier::with_backend(model, backend)
        .unwrap()
        .run(&images())
        .unwrap()
}

/// The largest difference, as a part of the largest value.
fn error(actual: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(actual.len(), expected.len());
    let largest = expected
        .iter()
        .fold(1.0f32, |max, value| max.max(value.abs()));
    let differences = actual.iter().zip(expected).map(|(a, b)| (a - b).abs());
    // Unlike f32::max, keeps what is not a number.
    differences.max_by(f32::total_cmp).unwrap_or(0.0) / largest
}

#[test]
fn what_is_not_a_number_is_no_small_error() {
    assert!(error(&[f32::NAN, 0.5], &[0.0, 0.5]).is_nan());
}

/// What the kernels compute besides changes of layout: operators and their details.
fn kernel_steps(model: &[u8]) -> Vec<(String, String)> {
    let is_work = |step: &Step| step.backend == Backend::Kernels && !step.operator.ends_with("Map");
    let steps = inspect(model).unwrap().steps;
    let work = steps.into_iter().filter(is_work);
    work.map(|step| (step.operator, step.detail)).collect()
}

#[test]
fn rewritten_graphs_equal_tract_and_onnxruntime() {
    let expected: Value =
        serde_json::from_slice(&std::fs::read(models().join("graphs/expected.json")).unwrap())
            .unwrap();
    let expected = expected["logits"].as_object().unwrap();
    assert!(expected.len() >= 24);
    for (name, logits) in expected {
        let model = graph(name);
        let [kernels, tract] =
            [Backend::Kernels, Backend::Tract].map(|backend| run(&model, backend));
        let to_tract = error(&kernels.logits, &tract.logits);
        assert!(to_tract < 1e-5, "{name}: {to_tract:e} from tract");
        let maps = error(&kernels.activation_maps, &tract.activation_maps);
        assert!(maps < 2e-5, "{name}: activation maps {maps:e} from tract");
        let logits: Vec<Vec<f32>> = serde_json::from_value(logits.clone()).unwrap();
        let to_onnxruntime = error(&kernels.logits, &logits.concat());
        assert!(
            to_onnxruntime < 1e-5,
            "{name}: {to_onnxruntime:e} from onnxruntime"
        );
    }
}

#[test]
fn chains_become_single_steps() {
    let conv = |detail: &str| ("ConvLayer".to_owned(), detail.to_owned());
    let head = |detail: &str| ("PointwiseLayer".to_owned(), detail.to_owned());
    for (name, expected) in [
        (
            "residual-after",
            vec![
                conv("3x3, 3 -> 16 channels of 32x32, ELU, Direct"),
                conv("3x3, 16 -> 24 channels of 32x32, ELU, WinogradF4"),
                conv("3x3, 24 -> 16 channels of 32x32, ELU, sum, pool, WinogradF4"),
                head("1x1, 16 -> 6 channels of 16x16"),
            ],
        ),
        (
            "residual-before",
            vec![
                conv("3x3, 3 -> 16 channels of 32x32, ELU, pool, Direct"),
                conv("3x3, 16 -> 16 channels of 16x16, sum, ELU, pool, WinogradF4"),
                head("1x1, 16 -> 6 channels of 8x8"),
            ],
        ),
        (
            "pool-then-elu",
            vec![
                conv("3x3, 3 -> 16 channels of 32x32, ELU, pool, Direct"),
                conv("3x3, 16 -> 16 channels of 16x16, ELU, pool, WinogradF4"),
                head("1x1, 16 -> 6 channels of 8x8"),
            ],
        ),
        (
            "int8-weights",
            vec![
                conv("3x3, 3 -> 16 channels of 32x32, ELU, Direct"),
                conv("3x3, 16 -> 20 channels of 32x32, ELU, WinogradF4"),
                head("1x1, 20 -> 6 channels of 32x32"),
            ],
        ),
        (
            "uneven-sides",
            vec![
                conv("3x3, 3 -> 16 channels of 32x32, ELU, Direct"),
                conv("3x3, 16 -> 16 channels of 32x16, ELU, WinogradF4"),
                head("1x1, 16 -> 6 channels of 32x16"),
            ],
        ),
    ] {
        assert_eq!(kernel_steps(&graph(name)), expected, "{name}");
    }
}

#[test]
fn what_the_kernels_do_not_know_is_left_to_tract() {
    for (name, operator) in [
        ("stride", "Conv"),
        ("dilation", "Conv"),
        ("groups", "Conv"),
        ("asymmetric-padding", "Conv"),
        ("five-by-five", "Conv"),
        ("overlapping-pool", "MaxPool"),
        ("padded-pool", "MaxPool"),
        ("rounded-up-pool", "MaxPool"),
        ("relu", "Max"),
    ] {
        let steps = inspect(&graph(name)).unwrap().steps;
        let left = steps
            .iter()
            .any(|step| step.backend == Backend::Tract && step.operator.contains(operator));
        let names: Vec<&str> = steps.iter().map(|step| &*step.operator).collect();
        assert!(left, "{name}: {operator} among {names:?}");
    }
}

#[test]
fn layouts_change_only_where_both_sides_meet() {
    let (enter, leave) = ("EnterMap", "LeaveMap");
    for (name, changes) in [
        ("residual-after", vec![enter]),
        ("residual-projection", vec![enter]),
        // Further maxima, which nothing precedes that a kernel computes, take place between.
        ("small-maps", vec![enter, leave, enter, leave, enter]),
    ] {
        let steps = inspect(&graph(name)).unwrap().steps;
        let found: Vec<&str> = steps
            .iter()
            .map(|step| &*step.operator)
            .filter(|operator| operator.ends_with("Map"))
            .collect();
        assert_eq!(found, changes, "{name}");
    }
}

#[test]
fn a_batch_gives_each_images_own_answer() {
    let model = graph("residual-after");
    let classifier = Classifier::from_onnx(&model).unwrap();
    let images = images();
    let both = classifier.run(&images).unwrap();
    for (index, image) in images.chunks(images.len() / 2).enumerate() {
        let alone = classifier.run(image).unwrap();
        assert_eq!(alone.logits, both.logits_of(index));
        assert_eq!(alone.activation_maps, both.activation_maps_of(index));
    }
}

#[test]
fn normalisation_and_mean_take_no_passes_of_their_own() {
    let model = std::fs::read(models().join("tiny.onnx")).unwrap();
    let steps = inspect(&model).unwrap().steps;
    let operators: Vec<&str> = steps.iter().map(|step| &*step.operator).collect();
    // The image is normalised while its layout changes; the sums over the maps come with them.
    assert_eq!(
        operators[..4],
        ["EnterMap", "ConvLayer", "ConvLayer", "PointwiseLayer"]
    );
    assert!(
        operators
            .iter()
            .all(|operator| !operator.contains("Reduce"))
    );
}

#[test]
fn threads_share_a_classifier() {
    let classifier = Classifier::from_onnx(&graph("residual-after")).unwrap();
    let images = images();
    let expected = classifier.run(&images).unwrap();
    std::thread::scope(|scope| {
        let run = || classifier.run(&images).unwrap();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), expected);
        }
    });
}

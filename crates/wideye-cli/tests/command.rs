//! The built command: its exit codes, its text and its JSON.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot prepare its files has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/models")
}

fn tiny() -> String {
    models().join("tiny.onnx").display().to_string()
}

/// A folder of pictures: `wide.png` (60x20), `tall.jpg` (24x50), `words.png` and `empty.jpg`.
fn pictures() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let ramp = |width: u32, height: u32| {
        image::RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([
                (x * 255 / width) as u8,
                (y * 255 / height) as u8,
                (x * y % 256) as u8,
            ])
        })
    };
    ramp(60, 20).save(folder.path().join("wide.png")).unwrap();
    ramp(24, 50).save(folder.path().join("tall.jpg")).unwrap();
    fs::write(folder.path().join("words.png"), "not a picture\n").unwrap();
    fs::write(folder.path().join("empty.jpg"), "").unwrap();
    folder
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wideye"));
    command
        .current_dir(folder)
        .env_remove("WIDEYE_MODELS")
        .env_remove("NO_COLOR");
    command
}

fn wideye(folder: &Path, arguments: &[&str]) -> Output {
    command(folder).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn five_bars_for_each_picture() {
    let folder = pictures();
    let output = wideye(
        folder.path(),
        &["classify", "--model", &tiny(), "wide.png", "tall.jpg"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
    let blocks: Vec<Vec<&str>> = text(&output.stdout)
        .split("\n\n")
        .map(|block| block.lines().collect())
        .collect();
    assert_eq!(blocks.len(), 2);
    assert!(
        blocks[0][0].starts_with("wide.png  60x20"),
        "{}",
        blocks[0][0]
    );
    assert!(
        blocks[1][0].starts_with("tall.jpg  24x50"),
        "{}",
        blocks[1][0]
    );
    for block in blocks {
        assert_eq!(block.len(), 6);
        let widths: Vec<usize> = block[1..].iter().map(|row| row.chars().count()).collect();
        assert!(widths.iter().all(|&width| width == widths[0]), "{block:#?}");
        assert!(
            block[1].contains('█') && block[1].ends_with(" %"),
            "{}",
            block[1]
        );
        assert!(!block.concat().contains('\x1b'), "no colours in a pipe");
    }
}

#[test]
fn json_is_the_contracts_document() {
    let folder = pictures();
    let output = wideye(
        folder.path(),
        &["classify", "-m", &tiny(), "--json", "wide.png"],
    );
    assert_eq!(output.status.code(), Some(0));
    let document = document(&output);
    assert_eq!(keys(&document), ["model", "results", "schema"]);
    assert_eq!(document["schema"], 1);
    let digest = Sha256::digest(fs::read(tiny()).unwrap());
    let sha256: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        document["model"],
        json!({ "name": "tiny", "sha256": sha256 })
    );

    let result = &document["results"][0];
    let expected = [
        "file",
        "height",
        "known",
        "predictions",
        "superclasses",
        "timings",
        "width",
    ];
    assert_eq!(keys(result), expected);
    assert_eq!(result["file"], "wide.png");
    assert_eq!(
        (&result["width"], &result["height"]),
        (&json!(60), &json!(20))
    );
    assert_eq!(result["known"], Value::Null);
    let predictions = result["predictions"].as_array().unwrap();
    assert_eq!(predictions.len(), 5);
    let labels = ["apple", "bear", "castle", "dolphin", "elm_tree", "fox"];
    let superclasses = [
        "plants",
        "animals",
        "buildings",
        "animals",
        "plants",
        "animals",
    ];
    for pair in predictions.windows(2) {
        assert!(pair[0]["probability"].as_f64() >= pair[1]["probability"].as_f64());
    }
    for prediction in predictions {
        assert_eq!(
            keys(prediction),
            ["index", "label", "probability", "superclass"]
        );
        let index = prediction["index"].as_u64().unwrap() as usize;
        assert_eq!(prediction["label"], labels[index]);
        assert_eq!(prediction["superclass"], superclasses[index]);
    }
    let rolled_up = result["superclasses"].as_array().unwrap();
    assert_eq!(rolled_up.len(), 3);
    let sum: f64 = rolled_up
        .iter()
        .map(|score| score["probability"].as_f64().unwrap())
        .sum();
    assert!((sum - 1.0).abs() < 1e-5, "{sum}");
    assert_eq!(
        keys(&result["timings"]),
        ["decodeMs", "inferMs", "resizeMs"]
    );
    assert!(result["timings"]["inferMs"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_model_without_superclasses_gives_null_and_none() {
    let folder = pictures();
    let calibrated = models().join("calibrated.onnx").display().to_string();
    let output = wideye(
        folder.path(),
        &[
            "classify",
            "-m",
            &calibrated,
            "-k",
            "99",
            "--json",
            "tall.jpg",
        ],
    );
    let result = &document(&output)["results"][0];
    assert_eq!(result["superclasses"], json!([]));
    assert_eq!(result["predictions"].as_array().unwrap().len(), 5);
    assert_eq!(result["predictions"][0]["superclass"], Value::Null);
    let likeliest = result["predictions"][0]["probability"].as_f64().unwrap();
    assert_eq!(result["known"], json!(likeliest >= 0.4));
}

#[test]
fn failures_are_entries_and_the_rest_is_classified() {
    let folder = pictures();
    let files = ["words.png", "wide.png", "missing.png", "empty.jpg", "."];
    let model = tiny();
    let arguments = [&["classify", "--model", &model, "--json"], &files[..]].concat();
    let output = wideye(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(1));
    let document = document(&output);
    let results = document["results"].as_array().unwrap();
    let names: Vec<&Value> = results.iter().map(|result| &result["file"]).collect();
    assert_eq!(names, files);
    for (failed, code) in [
        (0, "not-an-image"),
        (2, "network"),
        (3, "not-an-image"),
        (4, "network"),
    ] {
        assert_eq!(keys(&results[failed]), ["error", "file"]);
        assert_eq!(results[failed]["error"]["code"], code);
    }
    assert!(
        results[0]["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with("this is text")
    );
    assert!(
        results[3]["error"]["message"]
            .as_str()
            .unwrap()
            .contains("empty")
    );
    assert_eq!(results[1]["predictions"].as_array().unwrap().len(), 5);
    let complaints: Vec<&str> = text(&output.stderr).lines().collect();
    assert_eq!(complaints.len(), 4);
    assert!(complaints[1].starts_with("wideye: missing.png: cannot read the file"));

    let output = wideye(
        folder.path(),
        &["classify", "-m", &model, "empty.jpg", "wide.png"],
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).starts_with("wide.png"));
}

#[test]
fn too_large_a_file_is_not_read() {
    let folder = pictures();
    let file = fs::File::create(folder.path().join("huge.jpg")).unwrap();
    file.set_len((64 << 20) + 1).unwrap();
    let output = wideye(
        folder.path(),
        &["classify", "-m", &tiny(), "--json", "huge.jpg"],
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        document(&output)["results"][0]["error"]["code"],
        "too-large"
    );
}

#[cfg(unix)]
#[test]
fn a_file_without_an_end_is_too_large() {
    let folder = pictures();
    let output = wideye(
        folder.path(),
        &["classify", "-m", &tiny(), "--json", "/dev/zero"],
    );
    assert_eq!(output.status.code(), Some(1));
    let document = document(&output);
    assert_eq!(document["results"][0]["error"]["code"], "too-large");
}

#[test]
fn the_fit_changes_what_the_network_sees() {
    let folder = pictures();
    let predictions = |fit: &str| {
        let arguments = [
            "classify",
            "-m",
            &tiny(),
            "--fit",
            fit,
            "--json",
            "wide.png",
        ];
        document(&wideye(folder.path(), &arguments))["results"][0]["predictions"].clone()
    };
    let [cover, contain, fill] = ["cover", "contain", "fill"].map(predictions);
    assert!(cover != contain && contain != fill && fill != cover);
    let without = ["classify", "-m", &tiny(), "--json", "wide.png"];
    assert_eq!(
        document(&wideye(folder.path(), &without))["results"][0]["predictions"],
        cover
    );
}

#[test]
fn wrong_usage_exits_with_2() {
    let folder = pictures();
    let model = tiny();
    for arguments in [
        &[][..],
        &["classify"],
        &["classify", "--top-k", "0", "wide.png"],
        &["classify", "--fit", "crop", "wide.png"],
        &["classify", "--model", "nowhere.onnx", "wide.png"],
        &["classify", "--model", "wide.png", "wide.png"],
        &["inspect"],
        &["inspect", "words.png"],
        &["bench", &model, "--seconds", "0"],
    ] {
        let output = wideye(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn broken_models_are_explained() {
    let folder = pictures();
    for (name, words) in [
        (
            "input-name",
            "expected one input named \"image\", found \"pixels\"",
        ),
        (
            "labels-count",
            "the model has 6 classes, but there are 4 labels",
        ),
        (
            "superclass-range",
            "label 4 names superclass 3, expected less than 3",
        ),
        ("truncated", "no complete ONNX model"),
    ] {
        let model = models().join("broken").join(name).with_extension("onnx");
        let model = model.display().to_string();
        for arguments in [
            &["classify", "-m", &model, "wide.png"][..],
            &["inspect", &model],
            &["bench", &model],
        ] {
            let output = wideye(folder.path(), arguments);
            assert_eq!(output.status.code(), Some(2), "{arguments:?}");
            assert!(
                text(&output.stderr).contains(words),
                "{}",
                text(&output.stderr)
            );
        }
    }
}

/// A folder that holds the tiny models, and an index with `calibrated` as the default.
fn models_folder(parent: &Path) -> PathBuf {
    let folder = parent.join("web/models");
    fs::create_dir_all(&folder).unwrap();
    for name in ["tiny.onnx", "calibrated.onnx"] {
        fs::copy(models().join(name), folder.join(name)).unwrap();
    }
    fs::write(folder.join("index.json"), r#"{"default":"calibrated"}"#).unwrap();
    folder
}

#[test]
fn the_default_model_is_found() {
    let parent = pictures();
    let folder = models_folder(parent.path());
    let name = |output: &Output| document(output)["model"]["name"].clone();
    let arguments = ["classify", "--json", "wide.png"];

    assert_eq!(name(&wideye(parent.path(), &arguments)), "calibrated");
    let below = parent.path().join("a/b");
    fs::create_dir_all(&below).unwrap();
    assert_eq!(
        name(&wideye(&below, &["classify", "--json", "../../wide.png"])),
        "calibrated"
    );

    let elsewhere = pictures();
    let by_variable = |arguments: &[&str]| {
        let mut command = command(elsewhere.path());
        command
            .env("WIDEYE_MODELS", &folder)
            .args(arguments)
            .output()
            .unwrap()
    };
    assert_eq!(name(&by_variable(&arguments)), "calibrated");
    assert_eq!(
        name(&by_variable(&[
            "classify", "-m", "tiny", "--json", "wide.png"
        ])),
        "tiny"
    );
    assert_eq!(name(&by_variable(&["inspect", "tiny", "--json"])), "tiny");

    // A name may have dots, and is still no file's.
    for dotted in ["tiny-0.2", "tiny.calibrated"] {
        let copy = folder.join(format!("{dotted}.onnx"));
        fs::copy(folder.join("tiny.onnx"), copy).unwrap();
        assert_eq!(name(&by_variable(&["inspect", dotted, "--json"])), dotted);
        let index = json!({ "default": dotted }).to_string();
        fs::write(folder.join("index.json"), index).unwrap();
        assert_eq!(name(&by_variable(&arguments)), dotted);
    }

    fs::write(folder.join("index.json"), "[]").unwrap();
    let output = by_variable(&arguments);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("index.json is not"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn the_default_model_is_found_beside_the_executable() {
    let pictures = pictures();
    let installed = tempfile::tempdir().unwrap();
    let executable = installed.path().join("bin/wideye");
    fs::create_dir(installed.path().join("bin")).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_wideye"), &executable).unwrap();
    let run = || {
        let mut command = Command::new(&executable);
        command
            .current_dir(pictures.path())
            .env_remove("WIDEYE_MODELS");
        command
            .args(["classify", "--json", "wide.png"])
            .output()
            .unwrap()
    };
    let output = run();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no folder of models found"));
    assert!(text(&output.stderr).contains("--model FILE"));

    fs::rename(
        models_folder(installed.path()),
        installed.path().join("models"),
    )
    .unwrap();
    assert_eq!(document(&run())["model"]["name"], "calibrated");
}

#[test]
fn inspect_describes_the_model() {
    let folder = pictures();
    let output = wideye(folder.path(), &["inspect", &tiny(), "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let document = document(&output);
    assert_eq!(document["schema"], 1);
    assert_eq!(
        document["input"],
        json!({ "name": "image", "shape": ["N", 3, 32, 32] })
    );
    assert_eq!(
        document["outputs"],
        json!([
            { "name": "logits", "shape": ["N", 6] },
            { "name": "activation_maps", "shape": ["N", 6, 8, 8] }
        ])
    );
    assert_eq!(document["superclassOf"], json!([2, 0, 1, 0, 2, 0]));
    assert_eq!(
        document["operators"][0],
        json!({ "operator": "Conv", "nodes": 3 })
    );
    assert_eq!(document["parameters"], 382);
    assert_eq!(document["multiplyAccumulates"], 168_192);
    let first = &document["steps"][0];
    assert!(first["node"].is_string() && first["backend"].is_string());
    let convolutions = document["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["operator"] == "ConvLayer" && step["backend"] == "kernels");
    let details: Vec<&str> = convolutions
        .map(|step| step["detail"].as_str().unwrap())
        .collect();
    assert_eq!(
        details,
        [
            "3x3, 3 -> 4 channels of 32x32, ELU, pool, Direct",
            "3x3, 4 -> 6 channels of 16x16, ELU, pool, Direct",
        ]
    );
    assert_eq!(document["sizeBytes"], fs::metadata(tiny()).unwrap().len());
    assert_eq!(document["provenance"]["weights"], "random");

    let output = wideye(folder.path(), &["inspect", &tiny()]);
    let lines: Vec<&str> = text(&output.stdout).lines().collect();
    assert_eq!(lines[0], "tiny");
    for line in [
        "  input       image [N, 3, 32, 32]",
        "  classes     6 in 3 superclasses",
        "  nodes       3 Conv, 2 Elu, 2 MaxPool, 1 Add, 1 Div, 1 ReduceMean, 1 Sub",
        "    animals: bear, dolphin, fox",
    ] {
        assert!(
            lines.contains(&line),
            "no {line:?} in\n{}",
            text(&output.stdout)
        );
    }
}

#[test]
fn bench_reports_its_samples() {
    let folder = pictures();
    let output = wideye(
        folder.path(),
        &["bench", &tiny(), "--seconds", "1", "--json"],
    );
    assert_eq!(output.status.code(), Some(0));
    let document = document(&output);
    assert_eq!(document["schema"], 1);
    assert!(document["machine"]["cores"].as_u64().unwrap() >= 1);
    assert!(!document["instructions"].as_str().unwrap().is_empty());
    let lock = include_str!("../../../Cargo.lock");
    let version = |package: &str| {
        let (_, rest) = lock
            .split_once(&format!("name = \"{package}\"\nversion = \""))
            .unwrap();
        rest.split_once('"').unwrap().0
    };
    let mut medians = Vec::new();
    for (index, (engine, package)) in [
        ("wideye-native", "wideye-classifier"),
        ("tract", "tract-core"),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(document["startup"][index]["engine"], engine);
        let measurement = &document["inference"][index];
        assert_eq!(measurement["engine"], engine);
        assert_eq!(measurement["version"], version(package));
        assert_eq!(measurement["model"], "tiny");
        let samples = measurement["samples"].as_array().unwrap();
        assert!(samples.len() >= 5);
        let least = samples
            .iter()
            .map(|s| s.as_f64().unwrap())
            .fold(f64::INFINITY, f64::min);
        assert_eq!(measurement["minCpuMs"].as_f64(), Some(least));
        let median = measurement["cpuMs"].as_f64().unwrap();
        assert!(median >= least);
        medians.push(median);
    }
    let ratio = &document["ratios"][0];
    assert_eq!(ratio["peer"], "tract");
    let times_faster = ratio["timesFaster"].as_f64().unwrap();
    assert!((times_faster - medians[1] / medians[0]).abs() < 1e-3);
}

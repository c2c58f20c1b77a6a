//! From folders of pictures to a model of their classes, on the features of one of others.
#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod workshop;

use std::fs;
use std::path::Path;

use image::RgbImage;
use wideye_classifier::Classifier;
use wideye_train::{Dataset, DatasetKind, RunFolder, SIDE};
use workshop::{Workshop, command, fail, succeed};

/// Draws the images of a data set's first classes, a folder each, as pictures.
fn draw(data: &Dataset, classes: usize, folder: &Path) {
    for (index, &label) in data.train.labels().iter().enumerate() {
        let label = usize::from(label);
        if label >= classes {
            continue;
        }
        let class = folder.join(&data.labels[label]);
        fs::create_dir_all(&class).unwrap();
        let planes: Vec<_> = data.train.pixels_chw(index).chunks(SIDE * SIDE).collect();
        let picture = RgbImage::from_fn(SIDE as u32, SIDE as u32, |x, y| {
            let at = y as usize * SIDE + x as usize;
            image::Rgb([planes[0][at], planes[1][at], planes[2][at]])
        });
        picture.save(class.join(format!("{index}.png"))).unwrap();
    }
}

#[test]
fn folders_of_pictures_become_a_model_of_their_classes() {
    let settings = r#"
        epochs = 6
        [model]
        name = "res9"
        widths = [8, 8, 16, 16]
        "#;
    let workshop = Workshop::new(1200, 200, settings);
    let path = |name: &str| workshop.path(name);
    succeed(&mut workshop.train("four"));
    let four = workshop.export("four");

    let shapes = Dataset::read(DatasetKind::Custom, &path("shapes")).unwrap();
    draw(&shapes, 3, &path("pictures"));
    fs::write(path("pictures/disc/notes.txt"), "no picture").unwrap();
    let mut data = command();
    data.args(["data", "--dataset", "custom", "--from"])
        .arg(path("pictures"))
        .arg("--out")
        .arg(path("made"))
        .args(["--fit", "fill"]);
    let output = data.output().unwrap();
    let (said, warned) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert!(output.status.success(), "{warned}");
    assert!(said.contains("classes 3, superclasses 0"), "{said}");
    assert!(warned.contains("notes.txt: this is text"), "{warned}");

    for (run, weights) in [("of-run", path("four")), ("of-onnx", four)] {
        let mut taught = workshop.train(run);
        taught.args([
            "--set",
            &format!("dataset.path={:?}", path("made/pictures")),
        ]);
        taught.args(["--set", "train.epochs=3"]);
        let output = taught.arg("--init").arg(weights).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        assert!(
            said.contains("the weights are of 4 classes: all but their head"),
            "{said}"
        );
        let epochs = RunFolder::new(&path(run)).read_metrics().unwrap();
        let top1: Vec<_> = epochs.iter().map(|epoch| epoch.validation_top1).collect();
        assert!(top1[2] > 0.8, "{run}: {top1:?}");
        // The features go on seeing pictures as they did when they were learned.
        let statistics = |run: &str| {
            let classes = RunFolder::new(&path(run)).load().unwrap().classes;
            [classes.input_mean, classes.input_deviation].concat()
        };
        for (kept, learned) in statistics(run).iter().zip(statistics("four")) {
            assert!(
                (kept - learned).abs() < 1e-6,
                "{run}: {kept}, not {learned}"
            );
        }
    }

    let model = workshop.export("of-onnx");
    succeed(
        command()
            .arg("calibrate")
            .arg(&model)
            .arg("--data")
            .arg(path("made/pictures")),
    );
    let classifier = Classifier::from_onnx(&fs::read(&model).unwrap()).unwrap();
    // Few images, nearly all of them right, are no reason to be certain.
    let threshold = classifier.info().known_threshold.unwrap();
    assert!((0.1..0.999).contains(&threshold), "{threshold}");
    assert_eq!(
        classifier.info().labels.labels(),
        ["cross", "disc", "square"]
    );

    // Made anew of other pictures, the data set validates with images that were trained on.
    for class in ["cross", "disc"] {
        for entry in fs::read_dir(path("pictures").join(class)).unwrap().take(20) {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
    }
    fs::remove_dir_all(path("made/pictures")).unwrap();
    succeed(&mut data);
    let with_data = |name: &str| {
        let mut call = command();
        call.arg(name).args(["--data"]).arg(path("made/pictures"));
        call
    };
    let run = path("of-onnx");
    for call in [
        with_data("evaluate").arg(&run),
        with_data("evaluate").arg(&model),
        with_data("calibrate").arg(&model),
        with_data("export")
            .arg("--run")
            .arg(&run)
            .arg("--out")
            .arg(&model)
            .arg("--compare"),
        with_data("report")
            .arg(&run)
            .arg("--out")
            .arg(path("report.html")),
    ] {
        let errors = fail(call);
        assert!(
            errors.contains("trained on other images than the data set has now"),
            "{errors}"
        );
    }
    let output = with_data("evaluate")
        .arg(&model)
        .arg("--test")
        .output()
        .unwrap();
    assert!(output.status.success());
    let warned = String::from_utf8(output.stderr).unwrap();
    assert!(
        warned.contains("some of its test images may be among them"),
        "{warned}"
    );
}

#[test]
fn the_committed_configuration_starts_from_the_shipped_default() {
    let workshop = Workshop::new(160, 40, "epochs = 1\n[model]\nname = \"narrow\"\n");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut train = command();
    train
        .args(["train", "--config"])
        .arg(root.join("configs/own-classes.toml"))
        .arg("--init")
        .arg(root.join("../../web/models/res9.onnx"))
        .arg("--run")
        .arg(workshop.path("own"));
    let dataset = format!("dataset.path={:?}", workshop.path("shapes"));
    for setting in [
        dataset.as_str(),
        "train.epochs=4",
        "train.precision=float32",
        "train.device=cpu",
    ] {
        train.args(["--set", setting]);
    }
    succeed(&mut train);
    let epochs = RunFolder::new(&workshop.path("own"))
        .read_metrics()
        .unwrap();
    let top1 = epochs[3].validation_top1;
    assert!(top1 > 0.8, "guessing gives 0.25, this run {top1}");
}

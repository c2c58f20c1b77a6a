//! Each option of a configuration reaches the training: it changes the weights, and its null value changes none.
#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod workshop;

use std::fs;

use wideye_train::RunFolder;
use workshop::{Workshop, succeed};

/// What each option is set to, and what stands for its absence.
const OPTIONS: [(&str, &str, &str); 15] = [
    (
        "shift",
        "augment.shift={ probability = 1, strength = 2 }",
        "augment.shift={ probability = 0, strength = 2 }",
    ),
    ("flip", "augment.flip=0.5", "augment.flip=0"),
    ("alternate", "augment.flip=\"alternate\"", "augment.flip=0"),
    (
        "rotate",
        "augment.rotate={ probability = 1, strength = 15 }",
        "augment.rotate={ probability = 0, strength = 15 }",
    ),
    (
        "scale",
        "augment.scale={ probability = 1, strength = 0.2 }",
        "augment.scale={ probability = 1, strength = 0 }",
    ),
    (
        "colour_jitter",
        "augment.colour_jitter={ probability = 1, strength = 0.3 }",
        "augment.colour_jitter={ probability = 0, strength = 0.3 }",
    ),
    (
        "greyscale",
        "augment.greyscale={ probability = 1, strength = 1 }",
        "augment.greyscale={ probability = 0, strength = 1 }",
    ),
    (
        "cutout",
        "augment.cutout={ probability = 1, strength = 8 }",
        "augment.cutout={ probability = 0, strength = 8 }",
    ),
    (
        "erase",
        "augment.erase={ probability = 1, strength = 0.3 }",
        "augment.erase={ probability = 0, strength = 0.3 }",
    ),
    (
        "mixup",
        "mix={ probability = 1, mixup = 1, cutmix = 0 }",
        "mix={ probability = 0, mixup = 1, cutmix = 0 }",
    ),
    (
        "cutmix",
        "mix={ probability = 1, mixup = 0, cutmix = 1 }",
        "mix={ probability = 1, mixup = 0, cutmix = 0 }",
    ),
    (
        "progressive",
        "train.progressive={ side = 16, epochs = 1 }",
        "train.progressive={ side = 16, epochs = 0 }",
    ),
    ("dropout", "model.dropout=0.2", "model.dropout=0"),
    (
        "head.dropout",
        "model.head.dropout=0.2",
        "model.head.dropout=0",
    ),
    (
        "distillation",
        "train.distillation={ teacher = TEACHER, temperature = 4, weight = 0.5 }",
        "train.distillation={ teacher = TEACHER, temperature = 4, weight = 0 }",
    ),
];

/// Settings of which no value stands for their absence.
const OTHERS: [&str; 11] = [
    "train.learning_rate=0.02",
    "train.warmup=0.5",
    "train.schedule=\"cosine\"",
    "train.momentum=0.5",
    "train.weight_decay=0",
    "train.muon={ learning_rate = 0.02, momentum = 0.6 }",
    "train.label_smoothing=0",
    "train.average_decay=0",
    "model.activation=\"relu\"",
    "model.alpha=0.5",
    "model.head.scale=0.5",
];

#[test]
fn options_change_the_weights_and_their_null_values_do_not() {
    let workshop = Workshop::new(
        320,
        40,
        "epochs = 2\n[model]\nname = \"narrow\"\nwidths = [8, 16]\n",
    );
    let train = |run: &str, settings: &[&str]| {
        let mut command = workshop.train(run);
        for setting in settings {
            command.args(["--set", setting]);
        }
        succeed(&mut command);
        RunFolder::new(&workshop.path(run))
    };
    let weights = |run: &RunFolder| fs::read(run.path().join("last.safetensors")).unwrap();
    train("teacher", &["seed=9"]);
    let teacher = format!("{:?}", workshop.path("teacher"));
    let base = weights(&train("base", &[]));
    for (name, given, absent) in OPTIONS {
        let [given, absent] = [given, absent].map(|text| text.replace("TEACHER", &teacher));
        let without = train(&format!("{name}-absent"), &[&absent]);
        assert!(weights(&without) == base, "{absent} changes something");
        let with = train(&format!("{name}-given"), &[&given]);
        assert!(weights(&with) != base, "{given} changes nothing");
    }
    for (number, setting) in OTHERS.into_iter().enumerate() {
        let with = train(&format!("other-{number}"), &[setting]);
        assert!(weights(&with) != base, "{setting} changes nothing");
    }

    let sides = |run: &str| {
        let metrics = RunFolder::new(&workshop.path(run)).read_metrics().unwrap();
        metrics.iter().map(|epoch| epoch.side).collect::<Vec<_>>()
    };
    assert_eq!(sides("progressive-given"), [16, 32]);
    assert_eq!(sides("base"), [32, 32]);
}

#[test]
fn a_plain_mean_of_one_epoch_is_that_epochs_weights() {
    let workshop = Workshop::new(
        320,
        40,
        "epochs = 2\n[model]\nname = \"narrow\"\nwidths = [8, 16]\n",
    );
    succeed(workshop.train("averaged").args([
        "--set",
        "train.stochastic_weight_averaging={ epochs = 1, learning_rate = 0.01 }",
    ]));
    succeed(&mut workshop.train("moving"));
    let differing = |run: &str| {
        let file = fs::read(workshop.path(run).join("last.safetensors")).unwrap();
        let tensors = safetensors::SafeTensors::deserialize(&file).unwrap();
        let convolutions = tensors
            .names()
            .into_iter()
            .filter_map(|name| name.strip_prefix("average."))
            .filter(|name| name.ends_with("weight"))
            .map(str::to_owned)
            .collect::<Vec<_>>();
        assert!(convolutions.len() > 4, "{:?}", tensors.names());
        let values = |prefix: &str, name: &str| -> Vec<f32> {
            let tensor = tensors.tensor(&format!("{prefix}.{name}")).unwrap();
            let floats = tensor.data().chunks_exact(4);
            floats
                .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
                .collect()
        };
        let differs = |name: &&String| {
            let pairs = values("average", name)
                .into_iter()
                .zip(values("network", name));
            pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) > 1e-6
        };
        convolutions.iter().filter(differs).count()
    };
    assert_eq!(differing("averaged"), 0);
    assert!(differing("moving") > 4);
}

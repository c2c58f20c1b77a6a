use serde::Deserialize;
use std::collections::BTreeMap;
use tch::Reduction;

use super::*;
use crate::model::Shape;

fn to_vec(tensor: &Tensor) -> Vec<f32> {
    Vec::try_from(tensor.reshape([-1])).unwrap()
}

#[test]
fn elu_and_its_gradient_at_the_extremes() {
    let at = [-100.0f32, -1.0, 0.0, 1.0, 100.0];
    // e^-1 - 1 = -0.632120559; the derivative below 0 is alpha e^x: e^-1 = 0.367879441.
    // With alpha other than 1 the slope at 0 is not defined.
    for (alpha, values, slopes) in [
        (
            1.0,
            [-1.0, -0.632_120_56, 0.0, 1.0, 100.0],
            [0.0, 0.367_879_44, 1.0, 1.0, 1.0],
        ),
        (
            0.5,
            [-0.5, -0.316_060_28, 0.0, 1.0, 100.0],
            [0.0, 0.183_939_72, f32::NAN, 1.0, 1.0],
        ),
    ] {
        let x = Tensor::from_slice(&at).set_requires_grad(true);
        let y = elu(&x, alpha);
        y.sum(Kind::Float).backward();
        let (y, slope) = (to_vec(&y), to_vec(&x.grad()));
        for i in 0..at.len() {
            assert!((y[i] - values[i]).abs() < 1e-6, "elu({}) = {}", at[i], y[i]);
            assert!(slope[i].is_finite(), "slope at {}: {}", at[i], slope[i]);
            assert!(
                slopes[i].is_nan() || (slope[i] - slopes[i]).abs() < 1e-6,
                "slope at {}: {}",
                at[i],
                slope[i]
            );
        }
    }
}

#[derive(Deserialize)]
struct Expected {
    networks: BTreeMap<String, ExpectedNetwork>,
}

#[derive(Deserialize)]
struct ExpectedNetwork {
    logits: Vec<f32>,
    loss: f64,
    gradients: BTreeMap<String, f64>,
}

/// The sines of `tests/fixtures/networks.py`.
fn sines(shape: &[i64], ordinal: usize, offset: f64, amplitude: f64) -> Tensor {
    let count: i64 = shape.iter().product();
    let values: Vec<f32> = (0..count)
        .map(|i| (offset + amplitude * (0.7 * i as f64 + 1.3 * ordinal as f64).sin()) as f32)
        .collect();
    Tensor::from_slice(&values).reshape(shape)
}

fn network(shape: Shape, widths: &[i64]) -> Network {
    let config = ModelConfig {
        widths: Some(widths.to_vec()),
        ..ModelConfig::new(shape)
    };
    let statistics = ([0.5, 0.4, 0.3], [0.2, 0.25, 0.3]);
    let network = Network::new(&config, 4, statistics, Precision::Float32, Device::Cpu, 1);
    let trained = network
        .parameters()
        .into_iter()
        .filter(|p| p.role != Role::Statistic);
    tch::no_grad(|| {
        for (ordinal, mut parameter) in trained.enumerate() {
            let offset = if parameter.name.ends_with("gamma") {
                1.0
            } else {
                0.0
            };
            parameter
                .tensor
                .copy_(&sines(&parameter.tensor.size(), ordinal, offset, 0.5));
        }
    });
    network
}

const NETWORKS: [(Shape, &[i64]); 4] = [
    (Shape::Narrow, &[2, 3]),
    (Shape::Deep, &[2, 3, 5]),
    (Shape::Wide, &[5, 7]),
    (Shape::Res9, &[2, 3, 5, 4]),
];

#[test]
fn scores_and_gradients_are_those_of_another_framework() {
    let expected: Expected =
        serde_json::from_str(include_str!("../../tests/fixtures/networks.json")).unwrap();
    for (shape, widths) in NETWORKS {
        let expected = &expected.networks[shape.name()];
        let network = network(shape, widths);
        let logits = network.forward(&sines(&[3, 3, 8, 8], 11, 0.5, 0.5), Mode::Train);
        for (actual, expected) in to_vec(&logits).iter().zip(&expected.logits) {
            assert!(
                (actual - expected).abs() < 1e-4,
                "{shape:?}: {actual}, not {expected}"
            );
        }
        let labels = Tensor::from_slice(&[2i64, 0, 3]);
        let loss = logits.cross_entropy_loss(&labels, None::<&Tensor>, Reduction::Mean, -100, 0.1);
        assert!(
            (loss.double_value(&[]) - expected.loss).abs() < 1e-5,
            "{shape:?}: loss {loss}"
        );
        loss.backward();
        let trained: Vec<_> = network
            .parameters()
            .into_iter()
            .filter(|p| p.role != Role::Statistic)
            .collect();
        assert_eq!(trained.len(), expected.gradients.len(), "{shape:?}");
        for parameter in trained {
            let gradient = to_vec(&parameter.tensor.grad());
            let sum: f64 = gradient
                .iter()
                .enumerate()
                .map(|(i, &g)| f64::from(g) * (i as f64).cos())
                .sum();
            let expected = expected.gradients[&parameter.name];
            assert!(
                (sum - expected).abs() < 1e-4,
                "{shape:?}, {}: {sum}, not {expected}",
                parameter.name
            );
        }
    }
}

#[test]
fn images_of_training_move_the_running_statistics() {
    let network = network(Shape::Narrow, &[2, 3]);
    let images = sines(&[3, 3, 8, 8], 11, 0.5, 0.5);
    let evaluated = network.logits(&images);
    let _ = tch::no_grad(|| network.forward(&images, Mode::Train));
    assert_ne!(network.logits(&images), evaluated);
    assert_eq!(network.logits(&images), network.logits(&images));
}

#[test]
fn measured_norms_are_the_mean_of_the_batches() {
    let batches = [11, 12, 13].map(|seed| sines(&[5, 3, 8, 8], seed, 0.5, 0.5));
    let network = network(Shape::Narrow, &[2, 3]);
    let first = |name: &str| {
        let found = network.parameters().into_iter().find(|p| p.name == name);
        to_vec(&found.unwrap().tensor)
    };
    let weights = first("layers.0.weight");
    network.measure_norms(batches.iter().map(Tensor::shallow_clone));
    assert_eq!(first("layers.0.weight"), weights);
    let (mean, deviation) = network.input_statistics();
    let channel =
        |values: [f64; 3]| Tensor::from_slice(&values.map(|v| v as f32)).reshape([1, 3, 1, 1]);
    let means = batches.map(|images| {
        let normalised = (images - channel(mean)) / channel(deviation);
        let (_, conv) = network.convolutions()[0];
        let convolved = tch::no_grad(|| Precision::Float32.convolve(&normalised, &conv.weight));
        to_vec(&convolved.mean_dim([0i64, 2, 3].as_slice(), false, Kind::Float))
    });
    for (channel, measured) in first("layers.0.norm.mean").into_iter().enumerate() {
        let expected = means.iter().map(|m| m[channel]).sum::<f32>() / 3.0;
        assert!(
            (measured - expected).abs() < 1e-5,
            "{measured}, not {expected}"
        );
    }
}

#[test]
fn folded_weights_unfold_to_the_same_scores_with_statistics_of_the_images() {
    for (shape, widths) in NETWORKS {
        let images = sines(&[3, 3, 16, 16], 11, 0.5, 0.5);
        let trained = network(shape, widths);
        let _ = tch::no_grad(|| trained.forward(&images, Mode::Train));
        let mut folded = BTreeMap::new();
        for (name, conv) in trained.convolutions() {
            let (weight, bias) = tch::no_grad(|| conv.folded());
            folded.insert(format!("{name}.weight"), weight);
            folded.insert(format!("{name}.bias"), bias);
        }
        let (weight, bias) = tch::no_grad(|| trained.head());
        folded.extend([
            ("head.weight".to_string(), weight),
            ("head.bias".to_string(), bias),
        ]);

        let fresh = Network::new(
            trained.config(),
            4,
            trained.input_statistics(),
            Precision::Float32,
            Device::Cpu,
            2,
        );
        fresh
            .unfold(&images, true, |name, _| {
                Ok::<_, ()>(folded[name].shallow_clone())
            })
            .unwrap();
        let unfolded = fresh.logits(&images);
        let difference = (&unfolded - trained.logits(&images)).abs().max();
        assert!(
            difference.double_value(&[]) < 1e-4,
            "{shape:?}: {difference}"
        );
        // Norms that hold the statistics of a batch give the same scores on it in training.
        let train = tch::no_grad(|| fresh.forward(&images, Mode::Train));
        let difference = (unfolded - train).abs().max();
        assert!(
            difference.double_value(&[]) < 1e-3,
            "{shape:?} in training: {difference}"
        );
    }
}

#[test]
fn the_seed_decides_the_weights() {
    let build = |seed| {
        Network::new(
            &ModelConfig::new(Shape::Narrow),
            5,
            ([0.5; 3], [0.5; 3]),
            Precision::Float32,
            Device::Cpu,
            seed,
        )
    };
    let first = |network: &Network| network.parameters()[0].tensor.copy();
    assert_eq!(first(&build(3)), first(&build(3)));
    assert_ne!(first(&build(3)), first(&build(4)));
}

#[test]
fn bfloat16_is_close_to_float32() {
    let images = sines(&[3, 3, 16, 16], 11, 0.5, 0.5);
    let mut network = network(Shape::Res9, &[8, 8, 16, 16]);
    let exact = network.logits(&images);
    network.precision = Precision::Bf16;
    let rounded = network.logits(&images);
    assert_eq!(rounded.kind(), Kind::Float);
    // bfloat16 has 8 significant bits, so a relative error of some 2^-8 per layer.
    let error =
        (&rounded - &exact).abs().max().double_value(&[]) / exact.abs().max().double_value(&[]);
    assert!(error > 0.0 && error < 0.05, "{error}");
}

#[test]
fn widened_bfloat16_rounds_as_bfloat16_does() {
    let image = sines(&[2, 4, 8, 8], 7, 0.0, 1.0).to_kind(Kind::BFloat16);
    let gradients = [Precision::Bf16, Precision::Bf16Widened].map(|precision| {
        let weight = sines(&[4, 4, 3, 3], 5, 0.0, 0.5).set_requires_grad(true);
        let convolved = precision.convolve(&image, &weight);
        assert_eq!(convolved.kind(), Kind::BFloat16, "{precision:?}");
        convolved.square().sum(Kind::Float).backward();
        (
            convolved.detach().to_kind(Kind::Float),
            weight.grad().to_kind(Kind::Float),
        )
    });
    let [(narrow, narrow_gradient), (widened, widened_gradient)] = gradients;
    // Sums in another order differ in the last of the 8 bits at most.
    assert!(narrow.allclose(&widened, 2f64.powi(-7), 2f64.powi(-7), false));
    assert!(narrow_gradient.allclose(&widened_gradient, 2f64.powi(-6), 2f64.powi(-4), false));
    // Weights are rounded before they multiply: float32 throughout gives something else.
    let exact = Precision::Float32.convolve(
        &image.to_kind(Kind::Float),
        &sines(&[4, 4, 3, 3], 5, 0.0, 0.5),
    );
    assert_ne!(to_vec(&exact), to_vec(&widened));
}

//! Every method on every set of instructions against the reference.

use proptest::prelude::*;
use wideye_kernels::{Conv3x3, ConvSpec, MapShape, Method, Pointwise, Residual, Simd, reference};

/// What a test computes, before anything is laid out for kernels.
#[derive(Clone, Debug)]
struct Case {
    channels: usize,
    output_channels: usize,
    height: usize,
    width: usize,
    compact: bool,
    elu: Option<f32>,
    residual: Option<Residual>,
    pool: bool,
    seed: u64,
}

impl Case {
    fn input(&self) -> Vec<f32> {
        noise(self.seed, self.channels * self.height * self.width)
    }

    /// Scaled so that outputs are about as large as inputs.
    fn weights(&self) -> Vec<f32> {
        let scale = (self.channels as f32 * 9.0 / 3.0).sqrt().recip();
        let len = self.output_channels * self.channels * 9;
        noise(self.seed + 1, len)
            .iter()
            .map(|weight| weight * scale)
            .collect()
    }

    fn bias(&self) -> Vec<f32> {
        noise(self.seed + 2, self.output_channels)
    }

    fn added(&self) -> Vec<f32> {
        noise(
            self.seed + 3,
            self.output_channels * self.height * self.width,
        )
    }

    fn expected(&self) -> Vec<f32> {
        let added = self.added();
        reference::Conv3x3 {
            channels: self.channels,
            height: self.height,
            width: self.width,
            weights_oihw: &self.weights(),
            bias: &self.bias(),
            elu: self.elu,
            residual: self.residual.map(|place| (place, &added[..])),
            pool: self.pool,
        }
        .run(&self.input())
    }

    fn actual(&self, simd: Simd, method: Method) -> Vec<f32> {
        let input = match self.compact && method == Method::Direct {
            true => MapShape::compact(self.channels, self.height, self.width),
            false => MapShape::new(simd, self.channels, self.height, self.width),
        };
        let spec = ConvSpec {
            input,
            output_channels: self.output_channels,
            elu: self.elu,
            residual: self.residual,
            pool: self.pool,
        };
        let conv = Conv3x3::with_method(simd, method, spec, &self.weights(), &self.bias());
        let mut map = vec![f32::NAN; input.len()];
        input.read_chw(&self.input(), &mut map);
        let added = self.residual.map(|_| {
            let mut map = vec![f32::NAN; conv.residual().len()];
            conv.residual().read_chw(&self.added(), &mut map);
            map
        });
        // Whatever was in memory before may not show.
        let mut output = vec![f32::NAN; conv.output().len()];
        let mut scratch = vec![f32::NAN; conv.scratch_len()];
        conv.run(&map, added.as_deref(), &mut output, &mut scratch);

        let shape = conv.output();
        let mut planes = vec![0.0; shape.channels() * shape.height() * shape.width()];
        shape.write_chw(&output, &mut planes);
        let mut clean = vec![f32::NAN; shape.len()];
        shape.read_chw(&planes, &mut clean);
        assert_eq!(output, clean, "border and unused channels are zero");
        planes
    }
}

/// Values from -1 to 1 that only depend on the seed.
fn noise(seed: u64, len: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    (0..len)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1u32 << 23) as f32 - 1.0
        })
        .collect()
}

fn case() -> impl Strategy<Value = Case> {
    let residual = prop_oneof![
        Just(None),
        Just(Some(Residual::BeforeActivation)),
        Just(Some(Residual::AfterActivation)),
    ];
    let elu = prop_oneof![
        Just(None),
        Just(Some(1.0)),
        Just(Some(0.0)),
        Just(Some(1.7f32))
    ];
    let sides = (2usize..=14, 2usize..=14);
    (
        1usize..=40,
        1usize..=40,
        sides,
        any::<bool>(),
        elu,
        residual,
        any::<bool>(),
        0u64..1000,
    )
        .prop_map(
            |(channels, output_channels, (height, width), compact, elu, residual, pool, seed)| {
                Case {
                    channels,
                    output_channels,
                    height,
                    width,
                    compact,
                    elu,
                    residual,
                    pool,
                    seed,
                }
            },
        )
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_method_equals_the_reference(case in case()) {
        let expected = case.expected();
        for simd in Simd::available() {
            for method in Method::ALL {
                let error = error(&case.actual(simd, method), &expected);
                let tolerance = match method {
                    Method::Direct => 2e-6,
                    Method::WinogradF2 => 4e-6,
                    Method::WinogradF4 => 2e-5,
                };
                prop_assert!(error < tolerance, "{simd:?} {method:?}: {error:e}");
            }
        }
    }

    #[test]
    fn pointwise_equals_a_sum_over_channels(
        channels in 1usize..=40, outputs in 1usize..=40, height in 1usize..=9, width in 1usize..=9,
    ) {
        let planes = noise(1, channels * height * width);
        let weights = noise(2, outputs * channels);
        let area = height * width;
        let expected: Vec<f32> = (0..outputs * area)
            .map(|at| {
                let products = (0..channels).map(|channel| {
                    let weight = f64::from(weights[at / area * channels + channel]);
                    weight * f64::from(planes[channel * area + at % area])
                });
                products.sum::<f64>() as f32
            })
            .collect();
        for simd in Simd::available() {
            let input = MapShape::new(simd, channels, height, width);
            let mut map = vec![f32::NAN; input.len()];
            input.read_chw(&planes, &mut map);
            let layer = Pointwise::new(simd, input, outputs, &weights);
            let mut actual = vec![f32::NAN; outputs * area];
            let mut sums = vec![f32::NAN; outputs];
            let mut scratch = vec![f32::NAN; layer.scratch_len()];
            layer.run(&map, &mut actual, &mut sums, &mut scratch);
            let found = error(&actual, &expected);
            prop_assert!(found < 2e-6, "{simd:?}: {found:e}");
            let expected: Vec<f32> = expected.chunks(area).map(|plane| plane.iter().sum()).collect();
            let found = error(&sums, &expected);
            prop_assert!(found < 2e-6, "{simd:?}: {found:e} in the sums");
        }
    }
}

#[test]
fn large_layers_equal_the_reference() {
    // As in the networks: several batches of tiles, many channels, single tiles.
    for (channels, output_channels, side) in
        [(3, 128, 32), (128, 96, 32), (256, 64, 4), (64, 512, 1)]
    {
        let case = Case {
            channels,
            output_channels,
            height: side,
            width: side,
            compact: true,
            elu: Some(1.0),
            residual: None,
            pool: false,
            seed: 7,
        };
        let expected = case.expected();
        for simd in Simd::available() {
            for method in Method::ALL {
                let error = error(&case.actual(simd, method), &expected);
                assert!(error < 2e-5, "{simd:?} {method:?} {channels}: {error:e}");
            }
        }
    }
}

#[test]
fn hand_computed_4x4() {
    // Rows 1 2 3 4, 5 6 7 8, 9 10 11 12, 13 14 15 16; the kernel has 1 above the middle, 2 left of
    // it and -1 below it.
    let input: Vec<f32> = (1..=16).map(|value| value as f32).collect();
    let weights = [0.0, 1.0, 0.0, 2.0, 0.0, 0.0, 0.0, -1.0, 0.0];
    // above + 2 left - below + bias, the bias being 1:
    // row 0: 0+0-5+1, 0+2-6+1, 0+4-7+1, 0+6-8+1
    // row 1: 1+0-9+1, 2+10-10+1, 3+12-11+1, 4+14-12+1
    // row 2: 5+0-13+1, 6+18-14+1, 7+20-15+1, 8+22-16+1
    // row 3: 9+0-0+1, 10+26-0+1, 11+28-0+1, 12+30-0+1
    let expected = [
        -4.0, -3.0, -2.0, -1.0, //
        -7.0, 3.0, 5.0, 7.0, //
        -7.0, 11.0, 13.0, 15.0, //
        10.0, 37.0, 40.0, 43.0,
    ];
    let pooled = [3.0, 7.0, 37.0, 43.0];
    for simd in Simd::available() {
        for method in Method::ALL {
            for pool in [false, true] {
                let input_shape = MapShape::new(simd, 1, 4, 4);
                let spec = ConvSpec {
                    input: input_shape,
                    output_channels: 1,
                    elu: None,
                    residual: None,
                    pool,
                };
                let conv = Conv3x3::with_method(simd, method, spec, &weights, &[1.0]);
                let mut map = vec![0.0; input_shape.len()];
                input_shape.read_chw(&input, &mut map);
                let mut output = vec![0.0; conv.output().len()];
                conv.run(&map, None, &mut output, &mut vec![0.0; conv.scratch_len()]);
                let expected: &[f32] = if pool { &pooled } else { &expected };
                let mut planes = vec![0.0; expected.len()];
                conv.output().write_chw(&output, &mut planes);
                let error = error(&planes, expected);
                assert!(error < 1e-6, "{simd:?} {method:?}: {planes:?}");
            }
        }
    }
}

#[test]
fn elu_of_extreme_values() {
    let inputs = [-1e30, -100.0, -1.0, -1e-6, -0.0, 0.0, 1.0, 100.0];
    // exp(-1) - 1 = -0.63212056; for small x, exp(x) - 1 is about x
    let expected = [-1.0f32, -1.0, -0.632_120_56, -1e-6, 0.0, 0.0, 1.0, 100.0];
    for simd in Simd::available() {
        for len in 0..=inputs.len() {
            let mut actual = inputs;
            simd.elu(&mut actual[..len], 1.0);
            for (actual, expected) in actual[..len].iter().zip(expected) {
                assert!(
                    (actual - expected).abs() < 1.2e-7,
                    "{simd:?}: {actual} for {expected}"
                );
            }
            assert_eq!(actual[len..], inputs[len..], "no more than the slice");
        }
        let mut nothing = [f32::NAN, 1.0];
        simd.elu(&mut nothing, 1.0);
        assert!(
            nothing[0].is_nan() && nothing[1] == 1.0,
            "{simd:?}: {nothing:?}"
        );
    }
}

#[test]
fn elu_is_accurate_everywhere() {
    // Every 2^-10 from -100 to 10, and a third of that further on.
    let inputs: Vec<f32> = (-102_400..10_240)
        .map(|step| (step as f32 + 1.0 / 3.0) / 1024.0)
        .collect();
    for simd in Simd::available() {
        for alpha in [1.0f32, 0.3] {
            let mut actual = inputs.clone();
            simd.elu(&mut actual, alpha);
            for (&x, &actual) in inputs.iter().zip(&actual) {
                let expected = reference::elu(f64::from(x), f64::from(alpha));
                let error = (f64::from(actual) - expected).abs();
                assert!(
                    error < 1.2e-7 * f64::from(alpha).max(expected.abs()),
                    "{simd:?}: ELU({x}) = {actual}"
                );
            }
        }
    }
}

#[test]
#[should_panic(expected = "alpha below 0")]
fn falling_activations_are_refused() {
    let simd = Simd::detect();
    let spec = ConvSpec {
        input: MapShape::compact(1, 2, 2),
        output_channels: 1,
        elu: Some(-1.0),
        residual: None,
        pool: true,
    };
    Conv3x3::new(simd, spec, &[0.0; 9], &[0.0]);
}

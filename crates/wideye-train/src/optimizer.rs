//! How weights move: stochastic gradient descent, Muon for convolutions, and the average of them all.

mod muon;

use tch::Tensor;

use crate::config::TrainConfig;
use crate::network::{Network, Parameter, Role};

pub use self::muon::Muon;

/// Stochastic gradient descent with Nesterov momentum.
///
/// With gradient g, velocity v and momentum m: v becomes m v + g, and the weight falls by
/// rate (g + m v). Weight decay adds to the gradient of weights, not of biases and norms.
///
/// Source: Sutskever et al., On the importance of initialization and momentum in deep learning
/// (2013), in the form that PyTorch's `SGD(nesterov=True)` computes.
///
/// With [`Muon`] the weights of convolutions move as it says instead.
#[derive(Debug)]
pub(crate) struct Optimizer {
    parameters: Vec<Parameter>,
    velocities: Vec<Tensor>,
    momentum: f64,
    weight_decay: f64,
    /// With the ratio of its learning rate to that of the others.
    muon: Option<(Muon, f64)>,
}

impl Optimizer {
    pub fn new(network: &Network, settings: &TrainConfig) -> Self {
        let parameters: Vec<_> = network
            .parameters()
            .into_iter()
            .filter(|p| p.role != Role::Statistic)
            .collect();
        let velocities = parameters.iter().map(|p| p.tensor.zeros_like()).collect();
        Self {
            parameters,
            velocities,
            momentum: settings.momentum,
            weight_decay: settings.weight_decay,
            muon: settings
                .muon
                .map(|muon| (muon, muon.learning_rate / settings.learning_rate)),
        }
    }

    /// Takes a step along the gradients that `loss` has.
    pub fn step(&mut self, loss: &Tensor, learning_rate: f64) {
        let tensors: Vec<_> = self.parameters.iter().map(|p| &p.tensor).collect();
        // Returned, not added to those of the step before, which would have to be cleared.
        let gradients = Tensor::run_backward(&[loss], &tensors, false, false);
        tch::no_grad(|| {
            let moving = self.parameters.iter_mut().zip(&mut self.velocities);
            for ((parameter, velocity), mut gradient) in moving.zip(gradients) {
                if let Some((muon, ratio)) = &self.muon
                    && parameter.tensor.dim() == 4
                {
                    muon.step(
                        &mut parameter.tensor,
                        velocity,
                        &gradient,
                        learning_rate * ratio,
                    );
                    continue;
                }
                if parameter.role == Role::Weight && self.weight_decay != 0.0 {
                    gradient += &parameter.tensor * self.weight_decay;
                }
                let _ = velocity.g_mul_scalar_(self.momentum);
                let _ = velocity.g_add_(&gradient);
                let mut step = &*velocity * self.momentum;
                let _ = step.g_add_(&gradient);
                let _ = step.g_mul_scalar_(learning_rate);
                let _ = parameter.tensor.g_sub_(&step);
            }
        });
    }

    /// The velocities with the names of their parameters, sharing storage.
    pub fn velocities(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        self.parameters
            .iter()
            .map(|p| p.name.as_str())
            .zip(&self.velocities)
    }
}

/// The exponential moving average of a network's tensors, kept in another network.
///
/// Early on the average follows faster, with a decay of (1 + n) / (10 + n) after n steps, so that
/// it forgets the random start.
#[derive(Debug)]
pub(crate) struct MovingAverage {
    pairs: Vec<(Parameter, Parameter)>,
    decay: f64,
}

impl MovingAverage {
    pub fn new(average: &Network, network: &Network, decay: f64) -> Self {
        Self {
            pairs: average
                .parameters()
                .into_iter()
                .zip(network.parameters())
                .collect(),
            decay,
        }
    }

    /// Moves the average towards the network; `steps` is the number of steps taken so far.
    pub fn update(&mut self, steps: u64) {
        let steps = steps as f64;
        self.approach(1.0 - self.decay.min((1.0 + steps) / (10.0 + steps)));
    }

    /// Makes the average a plain mean: that of `count` networks before and this one.
    pub fn include(&mut self, count: usize) {
        self.approach(1.0 / (count + 1) as f64);
    }

    fn approach(&mut self, share: f64) {
        tch::no_grad(|| {
            for (average, current) in &mut self.pairs {
                let _ = average.tensor.lerp_(&current.tensor, share);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use tch::{Device, Kind};

    use super::*;

    fn parameter(role: Role, value: f32) -> Parameter {
        let tensor = Tensor::from_slice(&[value]).set_requires_grad(role != Role::Statistic);
        Parameter {
            name: "x".into(),
            role,
            tensor,
        }
    }

    fn sgd(role: Role) -> Optimizer {
        let parameters = vec![parameter(role, 2.0)];
        let velocities = vec![Tensor::zeros([1], (Kind::Float, Device::Cpu))];
        Optimizer {
            parameters,
            velocities,
            momentum: 0.5,
            weight_decay: 0.1,
            muon: None,
        }
    }

    #[test]
    fn nesterov_steps_by_hand() {
        // Loss 3x, rate 0.1, momentum 0.5, decay 0.1 on weights.
        // Weight: g = 3 + 0.2 = 3.2, v = 3.2, x = 2 - 0.1 (3.2 + 1.6) = 1.52;
        //         g = 3.152, v = 1.6 + 3.152 = 4.752, x = 1.52 - 0.1 (3.152 + 2.376) = 0.9672.
        // Offset: g = 3, v = 3, x = 1.55; v = 4.5, x = 1.55 - 0.1 (3 + 2.25) = 1.025.
        for (role, expected) in [
            (Role::Weight, [1.52, 0.9672]),
            (Role::Offset, [1.55, 1.025]),
        ] {
            let mut sgd = sgd(role);
            for value in expected {
                let loss = (&sgd.parameters[0].tensor * 3.0).sum(Kind::Float);
                sgd.step(&loss, 0.1);
                let actual = sgd.parameters[0].tensor.double_value(&[0]);
                assert!(
                    (actual - value).abs() < 1e-6,
                    "{role:?}: {actual}, not {value}"
                );
            }
        }
    }

    #[test]
    fn a_plain_mean_forgets_what_was_before() {
        let pair = (
            parameter(Role::Statistic, 100.0),
            parameter(Role::Statistic, 0.0),
        );
        let mut average = MovingAverage {
            pairs: vec![pair],
            decay: 0.9,
        };
        for (count, value, mean) in [(0, 2.0, 2.0), (1, 4.0, 3.0), (2, 9.0, 5.0)] {
            let _ = average.pairs[0].1.tensor.fill_(value);
            average.include(count);
            assert_eq!(average.pairs[0].0.tensor.double_value(&[0]), mean);
        }
    }

    #[test]
    fn the_average_follows_faster_at_first() {
        let pair = (
            parameter(Role::Statistic, 0.0),
            parameter(Role::Statistic, 1.0),
        );
        let mut average = MovingAverage {
            pairs: vec![pair],
            decay: 0.6,
        };
        // Decays 1/10, 2/11 and, far on, 0.6: 0.9, then 1 - 0.1 * 2/11, then 1 - (0.1 * 2/11) * 0.6.
        for (steps, expected) in [(0, 0.9), (1, 0.981_818_18), (10_000, 0.989_090_91)] {
            average.update(steps);
            let actual = average.pairs[0].0.tensor.double_value(&[0]);
            assert!((actual - expected).abs() < 1e-6, "after {steps}: {actual}");
        }
    }
}

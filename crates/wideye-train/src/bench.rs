//! How fast training and evaluation are, without data or augmentation.

use std::time::Instant;

use tch::{Kind, Tensor};

use crate::compute;
use crate::config::{Config, PrecisionChoice};
use crate::dataset::SIDE;
use crate::error::Result;
use crate::loss::Targets;
use crate::network::{Mode, Network};
use crate::optimizer::Optimizer;

/// A network with a batch of random images, to time.
#[derive(Debug)]
pub struct Bench {
    network: Network,
    optimizer: Optimizer,
    images: Tensor,
    targets: Targets,
    config: Config,
}

impl Bench {
    /// The network, batch, precision and device of a configuration.
    ///
    /// # Errors
    /// `Config` if the device is not there.
    pub fn new(config: &Config, classes: usize) -> Result<Self> {
        let device = compute::device(config.train.device)?;
        let precision = compute::precision(config.train.precision, device);
        let (statistics, seed) = (([0.5; 3], [0.25; 3]), config.seed as i64);
        let network = Network::new(&config.model, classes, statistics, precision, device, seed);
        let (count, side) = (config.train.batch_size as i64, SIDE as i64);
        Ok(Self {
            optimizer: Optimizer::new(&network, &config.train),
            network,
            images: Tensor::rand([count, 3, side, side], (Kind::Float, device)),
            targets: Targets {
                labels: Tensor::randint(classes as i64, [count], (Kind::Int64, device)),
                mixed: None,
            },
            config: config.clone(),
        })
    }

    /// What convolutions compute in, which a configuration may leave to a measurement.
    pub fn precision(&self) -> PrecisionChoice {
        self.network.precision().choice()
    }

    /// Images per second over some training steps: forward, loss, backward, step.
    pub fn training(&mut self, steps: usize) -> f64 {
        let start = Instant::now();
        let settings = &self.config.train;
        for _ in 0..steps {
            let logits = self.network.forward(&self.images, Mode::Train);
            let loss = self
                .targets
                .cross_entropy(&logits, settings.label_smoothing);
            // A rate of almost nothing: random labels must not lead to infinite weights.
            self.optimizer.step(&loss, 1e-9);
        }
        self.wait();
        self.rate(steps, start)
    }

    /// Images per second over some batches that are scored.
    pub fn evaluation(&self, batches: usize) -> f64 {
        let start = Instant::now();
        for _ in 0..batches {
            let _ = self.network.logits(&self.images).argmax(1, false);
        }
        self.wait();
        self.rate(batches, start)
    }

    /// A GPU works on after a call has returned; reading from it waits for all work before.
    fn wait(&self) {
        let weight = self.network.parameters().swap_remove(0).tensor;
        let _ = weight.sum(Kind::Float).double_value(&[]);
    }

    fn rate(&self, batches: usize, start: Instant) -> f64 {
        (batches * self.config.train.batch_size) as f64 / start.elapsed().as_secs_f64()
    }
}

//! The network that trains: a model's blocks with weights, on libtorch.

use tch::{Device, Kind, Tensor};

use crate::config::PrecisionChoice;
use crate::model::{Activation, Block, ModelConfig};

const NORM_EPSILON: f64 = 1e-5;
const NORM_MOMENTUM: f64 = 0.1;

/// Whether a pass trains: batch norm uses the batch's statistics and dropout drops.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Mode {
    Train,
    /// Only the norms' statistics follow, by this share of the batch's.
    Measure(f64),
    Evaluate,
}

/// The type convolutions compute in; weights, norms and the head stay in float32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits throughout.
    Float32,
    /// Convolutions and activations in bfloat16.
    Bf16,
    /// Rounded to bfloat16 where [`Bf16`](Self::Bf16) is, but multiplied in float32: the faster way on
    /// CPUs whose bfloat16 products are slow.
    Bf16Widened,
}

impl Precision {
    /// The type of what goes from layer to layer.
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Float32 => Kind::Float,
            Self::Bf16 | Self::Bf16Widened => Kind::BFloat16,
        }
    }

    /// The choice that means this precision on whatever machine.
    pub(crate) fn choice(self) -> PrecisionChoice {
        match self {
            Self::Float32 => PrecisionChoice::Float32,
            Self::Bf16 => PrecisionChoice::Bf16Native,
            Self::Bf16Widened => PrecisionChoice::Bf16Widened,
        }
    }

    /// The 3x3 convolution of `input`, and of its gradients, in this precision.
    ///
    /// # Shapes
    /// - `input`: `[n, input, h, w]`, of [`kind`](Self::kind)
    /// - `weight`: `[output, input, 3, 3]`, float32
    /// - returns: `[n, output, h, w]`, of [`kind`](Self::kind)
    pub(crate) fn convolve(self, input: &Tensor, weight: &Tensor) -> Tensor {
        let convolve =
            |input: &Tensor, weight: &Tensor| input.conv2d(weight, None::<&Tensor>, 1, 1, 1, 1);
        let rounded = weight.to_kind(self.kind());
        if self == Self::Bf16Widened {
            convolve(&input.to_kind(Kind::Float), &rounded.to_kind(Kind::Float))
                .to_kind(Kind::BFloat16)
        } else {
            convolve(input, &rounded)
        }
    }
}

/// What the names of the head's tensors begin with.
pub(crate) const HEAD: &str = "head.";

/// What a tensor of the network is, which decides how training treats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Trained, with weight decay.
    Weight,
    /// A bias or a norm's scale or shift: trained, without weight decay.
    Offset,
    /// A norm's running mean or variance: followed, not trained.
    Statistic,
}

/// A tensor of the network, sharing its storage.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub name: String,
    pub role: Role,
    pub tensor: Tensor,
}

/// A 3x3 convolution without bias, and the batch norm after it.
#[derive(Debug)]
pub(crate) struct ConvNorm {
    pub weight: Tensor, // [output, input, 3, 3]
    gamma: Tensor,
    beta: Tensor,
    mean: Tensor,
    variance: Tensor,
}

impl ConvNorm {
    fn new(input: i64, output: i64, device: Device) -> Self {
        let vector = |value: f64| Tensor::full([output], value, (Kind::Float, device));
        // He et al. 2015: a standard deviation of sqrt(2 / fan-in) keeps the signal's size.
        let deviation = (2.0 / (9 * input) as f64).sqrt();
        let weight = Tensor::randn([output, input, 3, 3], (Kind::Float, Device::Cpu)) * deviation;
        Self {
            // In the maps' order, or each convolution would copy it first.
            weight: channels_last(&weight).to_device(device),
            gamma: vector(1.0),
            beta: vector(0.0),
            mean: vector(0.0),
            variance: vector(1.0),
        }
    }

    fn forward(&self, input: &Tensor, precision: Precision, mode: Mode) -> Tensor {
        self.normalise(&precision.convolve(input, &self.weight), mode)
    }

    fn normalise(&self, convolved: &Tensor, mode: Mode) -> Tensor {
        let (follows, momentum) = match mode {
            Mode::Train => (true, NORM_MOMENTUM),
            Mode::Measure(share) => (true, share),
            Mode::Evaluate => (false, NORM_MOMENTUM),
        };
        convolved.batch_norm(
            Some(&self.gamma),
            Some(&self.beta),
            Some(&self.mean),
            Some(&self.variance),
            follows,
            momentum,
            NORM_EPSILON,
            true,
        )
    }

    /// Weight `[output, input, 3, 3]` and bias `[output]` of one convolution that computes both.
    pub(crate) fn folded(&self) -> (Tensor, Tensor) {
        let scale = &self.gamma / (&self.variance + NORM_EPSILON).sqrt();
        (
            &self.weight * scale.reshape([-1, 1, 1, 1]),
            &self.beta - &self.mean * scale,
        )
    }

    /// Takes a folded weight and bias: what it computes from now on, but with a norm that does nothing.
    fn unfold(&self, weight: &Tensor, bias: &Tensor) {
        self.weight.shallow_clone().copy_(weight);
        self.beta.shallow_clone().copy_(bias);
        let _ = self.mean.shallow_clone().zero_();
        let _ = self.gamma.shallow_clone().fill_(1.0);
        let _ = self.variance.shallow_clone().fill_(1.0 - NORM_EPSILON);
    }

    /// Makes the norm's statistics those of `input`'s convolution without changing what is computed.
    fn renormalise(&self, input: &Tensor, precision: Precision) -> Tensor {
        let convolved = precision.convolve(input, &self.weight);
        let over = [0i64, 2, 3].as_slice();
        let (variance, mean) = convolved
            .to_kind(Kind::Float)
            .var_mean_dim(over, false, false);
        let (_, bias) = self.folded();
        let scale = &self.gamma / (&self.variance + NORM_EPSILON).sqrt();
        self.gamma
            .shallow_clone()
            .copy_(&(&scale * (&variance + NORM_EPSILON).sqrt()));
        self.beta.shallow_clone().copy_(&(bias + &mean * scale));
        self.mean.shallow_clone().copy_(&mean);
        self.variance.shallow_clone().copy_(&variance);
        self.normalise(&convolved, Mode::Evaluate)
    }

    fn parameters(&self, name: &str) -> Vec<Parameter> {
        let parameter = |part: &str, role, tensor: &Tensor| Parameter {
            name: format!("{name}.{part}"),
            role,
            tensor: tensor.shallow_clone(),
        };
        vec![
            parameter("weight", Role::Weight, &self.weight),
            parameter("norm.gamma", Role::Offset, &self.gamma),
            parameter("norm.beta", Role::Offset, &self.beta),
            parameter("norm.mean", Role::Statistic, &self.mean),
            parameter("norm.variance", Role::Statistic, &self.variance),
        ]
    }
}

/// A block with its weights.
#[derive(Debug)]
pub(crate) enum Layer {
    Conv { conv: ConvNorm, pool: bool },
    Residual([ConvNorm; 2]),
    Dropout(f64),
}

/// A network: normalisation, layers and head.
#[derive(Debug)]
pub struct Network {
    config: ModelConfig,
    layers: Vec<Layer>,
    head_weight: Tensor, // [classes, features]
    head_bias: Tensor,   // [classes]
    input_mean: [f64; 3],
    input_deviation: [f64; 3],
    precision: Precision,
    device: Device,
}

impl Network {
    /// A network with random weights that depend on `seed` only.
    ///
    /// `input_mean` and `input_deviation` are the channel statistics that normalise images of 0 to 1.
    pub fn new(
        config: &ModelConfig,
        classes: usize,
        (input_mean, input_deviation): ([f64; 3], [f64; 3]),
        precision: Precision,
        device: Device,
        seed: i64,
    ) -> Self {
        tch::manual_seed(seed);
        let layers = config
            .blocks()
            .into_iter()
            .map(|block| match block {
                Block::Conv {
                    input,
                    output,
                    pool,
                } => Layer::Conv {
                    conv: ConvNorm::new(input, output, device),
                    pool,
                },
                Block::Residual { channels } => {
                    Layer::Residual([(); 2].map(|()| ConvNorm::new(channels, channels, device)))
                }
                Block::Dropout { probability } => Layer::Dropout(probability),
            })
            .collect();
        let features = config.features();
        let deviation = (1.0 / features as f64).sqrt();
        let head_weight =
            Tensor::randn([classes as i64, features], (Kind::Float, Device::Cpu)) * deviation;
        let network = Self {
            config: config.clone(),
            layers,
            head_weight: head_weight.to_device(device),
            head_bias: Tensor::zeros([classes as i64], (Kind::Float, device)),
            input_mean,
            input_deviation,
            precision,
            device,
        };
        for parameter in network.parameters() {
            let _ = parameter
                .tensor
                .set_requires_grad(parameter.role != Role::Statistic);
        }
        network
    }

    /// What the network was built from.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    pub(crate) fn device(&self) -> Device {
        self.device
    }

    pub(crate) fn precision(&self) -> Precision {
        self.precision
    }

    pub(crate) fn classes(&self) -> usize {
        self.head_bias.size()[0] as usize
    }

    pub(crate) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Weight `[classes, features]`, with the head's scale in it, and bias `[classes]`.
    pub(crate) fn head(&self) -> (Tensor, Tensor) {
        (
            &self.head_weight * self.config.head.scale,
            self.head_bias.shallow_clone(),
        )
    }

    /// Channel means and standard deviations that images of 0 to 1 are normalised with.
    pub(crate) fn input_statistics(&self) -> ([f64; 3], [f64; 3]) {
        (self.input_mean, self.input_deviation)
    }

    /// Uncalibrated scores of every class.
    ///
    /// # Shapes
    /// - `images`: `[n, 3, side, side]`, RGB, `0.0..=1.0`, float32
    /// - returns: `[n, classes]`, float32
    pub fn logits(&self, images: &Tensor) -> Tensor {
        tch::no_grad(|| self.forward(images, Mode::Evaluate))
    }

    /// Gives the norms the mean statistics of batches.
    ///
    /// # Shapes
    /// - each batch: `[n, 3, side, side]`, RGB, `0.0..=1.0`
    pub(crate) fn measure_norms(&self, batches: impl Iterator<Item = Tensor>) {
        for (index, images) in batches.enumerate() {
            let share = 1.0 / (index + 1) as f64;
            let _ = tch::no_grad(|| self.forward(&images, Mode::Measure(share)));
        }
    }

    pub(crate) fn forward(&self, images: &Tensor, mode: Mode) -> Tensor {
        let features = self.features(images, mode).to_kind(Kind::Float); // [n, c, h, w]
        let pooled = features.mean_dim([2i64, 3].as_slice(), false, Kind::Float); // [n, c]
        let kept = match self.config.head.dropout {
            p if p > 0.0 => pooled.dropout(p, mode == Mode::Train),
            _ => pooled,
        };
        let (weight, bias) = self.head();
        kept.linear(&weight, Some(&bias))
    }

    fn features(&self, images: &Tensor, mode: Mode) -> Tensor {
        self.features_by(images, mode, |conv, x| {
            conv.forward(x, self.precision, mode)
        })
    }

    /// The last feature map, each convolution and its norm computed by `compute`.
    fn features_by(
        &self,
        images: &Tensor,
        mode: Mode,
        compute: impl Fn(&ConvNorm, &Tensor) -> Tensor,
    ) -> Tensor {
        let channel = |values: [f64; 3]| {
            Tensor::from_slice(&values.map(|v| v as f32))
                .reshape([1, 3, 1, 1])
                .to_device(self.device)
        };
        let normalised = (images - channel(self.input_mean)) / channel(self.input_deviation);
        let mut x = channels_last(&normalised).to_kind(self.precision.kind());
        for layer in &self.layers {
            x = match layer {
                Layer::Conv { conv, pool } => {
                    let y = compute(conv, &x);
                    self.activate(&if *pool {
                        y.max_pool2d(2, 2, 0, 1, false)
                    } else {
                        y
                    })
                }
                Layer::Residual(convs) => {
                    let inner = convs.iter().fold(x.shallow_clone(), |y, conv| {
                        self.activate(&compute(conv, &y))
                    });
                    x + inner
                }
                Layer::Dropout(probability) => x.dropout(*probability, mode == Mode::Train),
            };
        }
        x
    }

    fn activate(&self, x: &Tensor) -> Tensor {
        match self.config.activation {
            Activation::Elu => elu(x, self.config.alpha),
            Activation::Relu => x.relu(),
            Activation::Selu => x.selu(),
            Activation::Gelu => x.gelu("none"),
        }
    }

    /// The convolutions with the names that checkpoints and exported files give them.
    fn convolutions(&self) -> Vec<(String, &ConvNorm)> {
        let mut all = Vec::new();
        for (index, layer) in self.layers.iter().enumerate() {
            match layer {
                Layer::Conv { conv, .. } => all.push((format!("layers.{index}"), conv)),
                Layer::Residual(convs) => {
                    all.extend(
                        convs
                            .iter()
                            .enumerate()
                            .map(|(part, conv)| (format!("layers.{index}.{part}"), conv)),
                    );
                }
                Layer::Dropout(_) => {}
            }
        }
        all
    }

    /// Takes folded weights and biases by name, as an exported file holds them, and gives the norms
    /// the statistics of `images`, so that training can go on. The head is taken if `with_head`.
    ///
    /// # Shapes
    /// - `images`: `[n, 3, side, side]`, RGB, `0.0..=1.0`
    pub(crate) fn unfold<E>(
        &self,
        images: &Tensor,
        with_head: bool,
        find: impl Fn(&str, &[i64]) -> Result<Tensor, E>,
    ) -> Result<(), E> {
        tch::no_grad(|| {
            for (name, conv) in self.convolutions() {
                let weight = find(&format!("{name}.weight"), &conv.weight.size())?;
                conv.unfold(&weight, &find(&format!("{name}.bias"), &conv.beta.size())?);
            }
            if with_head {
                let weight = find("head.weight", &self.head_weight.size())?;
                let weight = weight / self.config.head.scale;
                self.head_weight.shallow_clone().copy_(&weight);
                self.head_bias
                    .shallow_clone()
                    .copy_(&find("head.bias", &self.head_bias.size())?);
            }
            let _ = self.features_by(images, Mode::Evaluate, |conv, x| {
                conv.renormalise(x, self.precision)
            });
            Ok(())
        })
    }

    /// The number of trained values.
    pub fn trainable_values(&self) -> usize {
        self.parameters()
            .iter()
            .filter(|p| p.role != Role::Statistic)
            .map(|p| p.tensor.numel())
            .sum()
    }

    /// Every tensor with its name, sharing storage with the network.
    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let mut all: Vec<_> = self
            .convolutions()
            .into_iter()
            .flat_map(|(name, conv)| conv.parameters(&name))
            .collect();
        for (name, role, tensor) in [
            ("head.weight", Role::Weight, &self.head_weight),
            ("head.bias", Role::Offset, &self.head_bias),
        ] {
            all.push(Parameter {
                name: name.into(),
                role,
                tensor: tensor.shallow_clone(),
            });
        }
        all
    }
}

/// `[n, c, h, w]` stored as `[n, h, w, c]`, the order libtorch's fastest convolutions read.
fn channels_last(x: &Tensor) -> Tensor {
    x.permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2])
}

fn elu(x: &Tensor, alpha: f64) -> Tensor {
    if alpha == 1.0 {
        return x.elu();
    }
    // Clamped before exp: a large x would overflow there and turn the gradient into NaN.
    x.clamp_min(0.0) + x.clamp_max(0.0).expm1() * alpha
}

#[cfg(test)]
mod tests;

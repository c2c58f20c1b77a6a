//! The networks, as lists of blocks: what [`Network`](crate::Network) computes and what the export
//! writes both follow from them.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The shapes a network can have; `widths` in [`ModelConfig`] changes their channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// 32-32-pool-64-64-pool, the shape of the Keras CIFAR-10 example.
    Narrow,
    /// 32-32-pool-64-64-pool-64-64.
    Deep,
    /// 128-128-pool-256-256-pool.
    Wide,
    /// 64-128-pool-residual-256-pool-512-pool-residual; each residual block has two convolutions.
    Res9,
}

impl Shape {
    /// How many stages it may have: the plain ones as many as they are given widths.
    fn stages(self) -> RangeInclusive<usize> {
        match self {
            Self::Narrow | Self::Deep | Self::Wide => 2..=8,
            Self::Res9 => 4..=4,
        }
    }

    fn default_widths(self) -> &'static [i64] {
        match self {
            Self::Narrow => &[32, 64],
            Self::Deep => &[32, 64, 64],
            Self::Wide => &[128, 256],
            Self::Res9 => &[64, 128, 256, 512],
        }
    }

    /// The name in configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Narrow => "narrow",
            Self::Deep => "deep",
            Self::Wide => "wide",
            Self::Res9 => "res9",
        }
    }
}

/// The function after each convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// x for x >= 0, `alpha` (exp(x) - 1) below.
    ///
    /// Source: Clevert, Unterthiner and Hochreiter, Fast and Accurate Deep Network Learning by
    /// Exponential Linear Units (2015), equation 15.
    #[default]
    Elu,
    /// x for x >= 0, 0 below.
    Relu,
    /// 1.0507 x for x >= 0, 1.0507 * 1.6733 (exp(x) - 1) below.
    ///
    /// Source: Klambauer et al., Self-Normalizing Neural Networks (2017), equation 2.
    Selu,
    /// x times the share of a standard normal distribution that is below x.
    ///
    /// Source: Hendrycks and Gimpel, Gaussian Error Linear Units (2016).
    Gelu,
}

/// The last layer: one class activation map per class, whose mean is the class's score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HeadConfig {
    /// The share of pooled features dropped in training, 0 to below 1.
    pub dropout: f64,
    /// What the weights are multiplied by, and so the scores but for the bias.
    pub scale: f64,
}

impl Default for HeadConfig {
    fn default() -> Self {
        Self {
            dropout: 0.0,
            scale: 1.0,
        }
    }
}

/// A network's shape and sizes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// The shape.
    pub name: Shape,
    /// Channels per stage, for `res9` of its four convolutions; the shape's own if absent. The plain shapes have two
    /// convolutions for each, 2 to 8 times, and a pooling after the first two stages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub widths: Option<Vec<i64>>,
    /// The function after each convolution.
    #[serde(default)]
    pub activation: Activation,
    /// ELU's alpha.
    #[serde(default = "one")]
    pub alpha: f64,
    /// The share of values dropped in training after each of the first two poolings, in `res9` after the residual block
    /// that follows the first; 0 to below 1.
    #[serde(default)]
    pub dropout: f64,
    /// The last layer.
    #[serde(default)]
    pub head: HeadConfig,
}

fn one() -> f64 {
    1.0
}

/// One step of a network.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A 3x3 convolution that keeps the size, batch norm, 2x2 max-pooling if `pool`, activation.
    Conv {
        /// Channels in.
        input: i64,
        /// Channels out.
        output: i64,
        /// Whether the size is halved.
        pool: bool,
    },
    /// Two convolution blocks whose result is added to what went in.
    Residual {
        /// Channels in and out.
        channels: i64,
    },
    /// Dropout in training.
    Dropout {
        /// The share of values dropped.
        probability: f64,
    },
}

impl ModelConfig {
    /// The shape with its own widths, ELU and no dropout.
    pub fn new(name: Shape) -> Self {
        Self {
            name,
            widths: None,
            activation: Activation::Elu,
            alpha: 1.0,
            dropout: 0.0,
            head: HeadConfig::default(),
        }
    }

    /// Channels per stage.
    pub fn widths(&self) -> &[i64] {
        self.widths
            .as_deref()
            .unwrap_or_else(|| self.name.default_widths())
    }

    /// Channels of the last feature map.
    pub fn features(&self) -> i64 {
        self.widths()[self.widths().len() - 1]
    }

    /// Checks every value.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) naming the field.
    pub fn validate(&self) -> Result<()> {
        let widths = self.widths();
        let stages = self.name.stages();
        if !stages.contains(&widths.len()) {
            let expected = match (stages.start(), stages.end()) {
                (least, most) if least == most => least.to_string(),
                (least, most) => format!("{least} to {most}"),
            };
            let reason = format!(
                "must be {expected} numbers for {}, not {}",
                self.name.name(),
                widths.len()
            );
            return Err(Error::config("model.widths", reason));
        }
        if let Some(width) = widths.iter().find(|w| !(1..=4096).contains(*w)) {
            return Err(Error::config(
                "model.widths",
                format!("must be from 1 to 4096, not {width}"),
            ));
        }
        for (field, value) in [
            ("model.dropout", self.dropout),
            ("model.head.dropout", self.head.dropout),
        ] {
            if !(0.0..1.0).contains(&value) {
                return Err(Error::config(
                    field,
                    format!("must be from 0 to below 1, not {value}"),
                ));
            }
        }
        for (field, value) in [
            ("model.alpha", self.alpha),
            ("model.head.scale", self.head.scale),
        ] {
            if !(value.is_finite() && value > 0.0) {
                return Err(Error::config(
                    field,
                    format!("must be above 0, not {value}"),
                ));
            }
        }
        Ok(())
    }

    /// The blocks from the image to the last feature map.
    pub fn blocks(&self) -> Vec<Block> {
        match self.name {
            Shape::Narrow | Shape::Deep | Shape::Wide => self.plain_blocks(),
            Shape::Res9 => self.residual_blocks(),
        }
    }

    fn plain_blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut input = 3;
        for (stage, &width) in self.widths().iter().enumerate() {
            let pool = stage < 2;
            blocks.push(Block::Conv {
                input,
                output: width,
                pool: false,
            });
            blocks.push(Block::Conv {
                input: width,
                output: width,
                pool,
            });
            blocks.extend(self.dropout_block(pool));
            input = width;
        }
        blocks
    }

    fn residual_blocks(&self) -> Vec<Block> {
        let widths = self.widths();
        let conv = |from: usize, pool| Block::Conv {
            input: widths[from],
            output: widths[from + 1],
            pool,
        };
        let mut blocks = vec![Block::Conv {
            input: 3,
            output: widths[0],
            pool: false,
        }];
        blocks.push(conv(0, true));
        blocks.push(Block::Residual {
            channels: widths[1],
        });
        blocks.extend(self.dropout_block(true));
        blocks.push(conv(1, true));
        blocks.extend(self.dropout_block(true));
        blocks.push(conv(2, true));
        blocks.push(Block::Residual {
            channels: widths[3],
        });
        blocks
    }

    fn dropout_block(&self, pool: bool) -> Option<Block> {
        (pool && self.dropout > 0.0).then_some(Block::Dropout {
            probability: self.dropout,
        })
    }

    /// Multiply-accumulate operations of one 32x32 image's convolutions and head.
    pub fn macs(&self, classes: i64) -> i64 {
        let mut side = 32;
        let mut total = 0;
        for block in self.blocks() {
            match block {
                Block::Conv {
                    input,
                    output,
                    pool,
                } => {
                    total += 9 * input * output * side * side;
                    side /= if pool { 2 } else { 1 };
                }
                Block::Residual { channels } => total += 2 * 9 * channels * channels * side * side,
                Block::Dropout { .. } => {}
            }
        }
        total + self.features() * classes * side * side
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiply_accumulate_operations() {
        // wide: 9*(3*128 + 128*128)*1024 + 9*(128*256 + 256*256)*256 + 256*100*64
        //     = 154,533,888 + 226,492,416 + 1,638,400
        // narrow: 9*(3*32 + 32*32)*1024 + 9*(32*64 + 64*64)*256 + 64*100*64
        // res9: 9*(3*64 + 64*128)*1024 + 9*(2*128*128 + 128*256)*256 + 9*256*512*64 + 9*2*512*512*16 + 512*100*16
        let cases = [
            (Shape::Wide, 382_664_704),
            (Shape::Narrow, 10_321_920 + 14_155_776 + 409_600),
            (Shape::Deep, 10_321_920 + 14_155_776 + 4_718_592 + 409_600),
            (
                Shape::Res9,
                77_266_944 + 150_994_944 + 75_497_472 + 75_497_472 + 819_200,
            ),
        ];
        for (shape, expected) in cases {
            assert_eq!(ModelConfig::new(shape).macs(100), expected, "{shape:?}");
        }
        // A stage more makes narrow deep.
        let deeper = ModelConfig {
            widths: Some(vec![32, 64, 64]),
            ..ModelConfig::new(Shape::Narrow)
        };
        assert_eq!(deeper.blocks(), ModelConfig::new(Shape::Deep).blocks());
    }

    #[test]
    fn wrong_sizes_are_named() {
        let mut config = ModelConfig {
            widths: Some(vec![8]),
            ..ModelConfig::new(Shape::Wide)
        };
        let error = config.validate().unwrap_err();
        assert_eq!(
            error.to_string(),
            "configuration: model.widths must be 2 to 8 numbers for wide, not 1"
        );
        config.name = Shape::Res9;
        let error = config.validate().unwrap_err();
        assert_eq!(
            error.to_string(),
            "configuration: model.widths must be 4 numbers for res9, not 1"
        );
        config.name = Shape::Wide;
        config.widths = Some(vec![8, 0]);
        assert_eq!(
            config.validate().unwrap_err().to_string(),
            "configuration: model.widths must be from 1 to 4096, not 0"
        );
        config.widths = None;
        config.dropout = 1.0;
        let error = config.validate().unwrap_err();
        assert_eq!(
            error.to_string(),
            "configuration: model.dropout must be from 0 to below 1, not 1"
        );
    }
}

//! CIFAR-10 and CIFAR-100 in their official binary layout.
//!
//! Source: Krizhevsky, Learning Multiple Layers of Features from Tiny Images (2009), and the data
//! sets' page, <https://www.cs.toronto.edu/~kriz/cifar.html>.

mod cifar;
mod fetch;
mod folders;
mod split;
mod strips;

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use fetch::{Archive, fetch};
pub use folders::{FromFolders, from_folders};
pub use split::{Split, class_balanced_share, class_balanced_split};
pub use strips::{cifar10_from_strips, is_cifar10_strips};

use crate::card::hexadecimal;
use crate::error::{Error, ErrorKind, Result};

/// The side of an image in pixels.
pub const SIDE: usize = 32;
/// The values of one image: three planes of [`SIDE`] x [`SIDE`].
pub const IMAGE_LEN: usize = 3 * SIDE * SIDE;

/// Which data set a folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatasetKind {
    /// 10 classes; `data_batch_1.bin` to `data_batch_5.bin`, `test_batch.bin`, `batches.meta.txt`.
    #[serde(rename = "cifar-10")]
    Cifar10,
    /// 100 classes in 20 superclasses; `train.bin`, `test.bin` and the two files of names.
    #[serde(rename = "cifar-100")]
    Cifar100,
    /// The files of CIFAR-100 with any classes and any number of images. Without `coarse_label_names.txt` there are no
    /// superclasses, and their byte is 0.
    Custom,
}

/// Images with their classes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Images {
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Images {
    /// Images from their pixels, `[n, 3, 32, 32]`, and their classes, `[n]`.
    ///
    /// # Panics
    /// If there are not 3,072 pixel values for every label.
    pub fn new(pixels_nchw: Vec<u8>, labels: Vec<u8>) -> Self {
        assert_eq!(
            pixels_nchw.len(),
            labels.len() * IMAGE_LEN,
            "3,072 pixel values for every label"
        );
        Self {
            pixels: pixels_nchw,
            labels,
        }
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The pixels of one image, `[3, 32, 32]`: its red, green and blue plane, row by row.
    ///
    /// # Panics
    /// If there is no such image.
    pub fn pixels_chw(&self, index: usize) -> &[u8] {
        &self.pixels[index * IMAGE_LEN..][..IMAGE_LEN]
    }

    /// The class of every image.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// At most `count` images, evenly spread over all: data sets made of folders hold one class after the other.
    pub fn spread(&self, count: usize) -> Self {
        let count = count.min(self.len());
        let indices: Vec<usize> = (0..count).map(|i| i * self.len() / count).collect();
        self.select(&indices)
    }

    /// The images mirrored, left and right exchanged.
    pub fn mirrored(&self) -> Self {
        let mut pixels = self.pixels.clone();
        pixels.chunks_exact_mut(SIDE).for_each(<[u8]>::reverse);
        Self {
            pixels,
            labels: self.labels.clone(),
        }
    }

    /// The SHA-256 of all pixels and classes, in hexadecimal.
    pub fn sha256(&self) -> String {
        hexadecimal(Sha256::new_with_prefix(&self.pixels).chain_update(&self.labels))
    }

    /// The images at `indices`, in that order.
    ///
    /// # Panics
    /// If there is no such image.
    pub fn select(&self, indices: &[usize]) -> Self {
        Self {
            pixels: indices
                .iter()
                .flat_map(|&i| self.pixels_chw(i))
                .copied()
                .collect(),
            labels: indices.iter().map(|&i| self.labels[i]).collect(),
        }
    }

    /// The mean and the standard deviation of each channel, both over values of 0 to 1.
    pub fn channel_statistics(&self) -> ([f64; 3], [f64; 3]) {
        let mut sums = [0u64; 3];
        let mut squares = [0u64; 3];
        for image in self.pixels.chunks_exact(IMAGE_LEN) {
            for (channel, plane) in image.chunks_exact(SIDE * SIDE).enumerate() {
                sums[channel] += plane.iter().map(|&v| u64::from(v)).sum::<u64>();
                squares[channel] += plane.iter().map(|&v| u64::from(v).pow(2)).sum::<u64>();
            }
        }
        let count = (self.len().max(1) * SIDE * SIDE) as f64;
        let mean = sums.map(|s| s as f64 / count / 255.0);
        let mut deviation = [0.0; 3];
        for channel in 0..3 {
            let mean_of_squares = squares[channel] as f64 / count / (255.0 * 255.0);
            deviation[channel] = (mean_of_squares - mean[channel].powi(2)).max(0.0).sqrt();
        }
        (mean, deviation)
    }
}

/// A data set: its classes, training images and test images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// Class names in the data set's spelling and order.
    pub labels: Vec<String>,
    /// Superclass names; empty where the data set has none.
    pub superclasses: Vec<String>,
    /// The superclass of every class; empty where the data set has none.
    pub superclass_of: Vec<usize>,
    /// The training images.
    pub train: Images,
    /// The test images.
    pub test: Images,
}

impl DatasetKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Cifar10, Self::Cifar100, Self::Custom];

    /// The name that configurations and options have for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cifar10 => "cifar-10",
            Self::Cifar100 => "cifar-100",
            Self::Custom => "custom",
        }
    }
}

/// What CIFAR-10 calls vehicles for which CIFAR-100 has another name.
const OTHER_NAMES: [(&str, &str); 2] = [("automobile", "pickup_truck"), ("truck", "pickup_truck")];

impl Dataset {
    /// Reads a data set from the folder that holds its files.
    ///
    /// # Errors
    /// [`ErrorKind::NoDataset`] if there is no such folder, [`ErrorKind::Io`] if a file is missing, and one kind for
    /// each damage: `TruncatedRecord`, `RecordCount`, `LabelOutOfRange`, `SuperclassConflict`, `ClassNames`,
    /// `EmptyClass`.
    pub fn read(kind: DatasetKind, folder: &Path) -> Result<Self> {
        if !folder.is_dir() {
            return Err(Error::new(ErrorKind::NoDataset {
                path: folder.into(),
                kind,
            }));
        }
        match kind {
            DatasetKind::Cifar10 => cifar::read_cifar10(folder),
            DatasetKind::Cifar100 => cifar::read_cifar100(folder, cifar::Size::Published),
            DatasetKind::Custom => cifar::read_cifar100(folder, cifar::Size::Any),
        }
    }

    /// The classes that are not among a model's, `known`, under their own name or another.
    pub fn classes_not_in(&self, known: &[String]) -> Vec<usize> {
        let is_known = |name: &str| {
            let others = OTHER_NAMES.iter().filter(|(one, _)| *one == name);
            let mut names = others.map(|(_, other)| *other).chain([name]);
            names.any(|name| known.iter().any(|label| label == name))
        };
        (0..self.labels.len())
            .filter(|&class| !is_known(&self.labels[class]))
            .collect()
    }

    /// The images that are set aside from training, by which settings are chosen.
    pub fn validation(&self) -> Images {
        self.train
            .select(&class_balanced_split(&self.train).validation)
    }

    /// The same for a model that was trained on the rest of the images of this SHA-256, if it tells.
    ///
    /// # Errors
    /// `OtherImages` if that is not this data set's, `Config` if none are set aside.
    pub fn validation_of(&self, trained_on: Option<&str>) -> Result<Images> {
        if trained_on.is_some_and(|sha256| sha256 != self.train.sha256()) {
            return Err(Error::new(ErrorKind::OtherImages));
        }
        let images = self.validation();
        if images.is_empty() {
            let reason =
                "has too few training images to set some of each class aside for validation";
            return Err(Error::config("dataset.path", reason));
        }
        Ok(images)
    }
}

/// The pixels of an image, `[3, 32, 32]`, as `[32, 32, 3]`.
pub(crate) fn to_hwc(pixels_chw: &[u8]) -> Vec<u8> {
    let plane = SIDE * SIDE;
    (0..plane)
        .flat_map(|pixel| [0, 1, 2].map(|channel| pixels_chw[channel * plane + pixel]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cifar_10_has_eight_classes_that_cifar_100_lacks() {
        #[derive(Deserialize)]
        struct Card {
            test: Evaluation,
        }
        #[derive(Deserialize)]
        struct Evaluation {
            by_class: Vec<Class>,
        }
        #[derive(Deserialize)]
        struct Class {
            label: String,
        }
        let card = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/models/res9.json");
        let card: Card = serde_json::from_str(&std::fs::read_to_string(card).unwrap()).unwrap();
        let known: Vec<String> = card.test.by_class.into_iter().map(|c| c.label).collect();
        assert_eq!(known.len(), 100);
        let cifar_10 = Dataset {
            labels: strips::CLASSES.map(String::from).into(),
            superclasses: Vec::new(),
            superclass_of: Vec::new(),
            train: Images::default(),
            test: Images::default(),
        };
        let lacking = cifar_10.classes_not_in(&known);
        assert_eq!(
            lacking
                .iter()
                .map(|&c| strips::CLASSES[c])
                .collect::<Vec<_>>(),
            [
                "airplane", "bird", "cat", "deer", "dog", "frog", "horse", "ship"
            ]
        );
        assert!(cifar_10.classes_not_in(&cifar_10.labels).is_empty());
    }

    #[test]
    fn a_spread_reaches_over_all_images() {
        let images = Images::new(vec![0; 7 * IMAGE_LEN], (0..7).collect());
        // 0, 7/3, 14/3 without their fractions.
        assert_eq!(images.spread(3).labels(), [0, 2, 4]);
        assert_eq!(images.spread(9).labels(), images.labels());
        assert!(images.spread(0).is_empty());
    }

    #[test]
    fn mirrored_rows_run_the_other_way() {
        let pixels: Vec<u8> = (0..IMAGE_LEN).map(|i| (i % 251) as u8).collect();
        let mirrored = Images::new(pixels.clone(), vec![3]).mirrored();
        for (y, x) in [(0, 0), (1, 5), (95, 31)] {
            assert_eq!(
                mirrored.pixels_chw(0)[y * SIDE + x],
                pixels[y * SIDE + 31 - x]
            );
        }
        assert_eq!(mirrored.labels(), [3]);
    }

    #[test]
    fn statistics_are_per_channel() {
        // Two images; red is 0 and 255, green 51 everywhere, blue 0 but for one row of 255 in each.
        let mut pixels = vec![0; 2 * IMAGE_LEN];
        pixels[IMAGE_LEN..IMAGE_LEN + 1024].fill(255);
        for image in pixels.chunks_exact_mut(IMAGE_LEN) {
            image[1024..2048].fill(51);
            image[2048..2080].fill(255);
        }
        let (mean, deviation) = Images::new(pixels, vec![0, 1]).channel_statistics();
        // Blue: 1/32 of the values are 1, so the variance is 1/32 - 1/1024.
        let blue_deviation = (1.0f64 / 32.0 - 1.0 / 1024.0).sqrt();
        for (actual, expected) in mean.iter().zip([0.5, 0.2, 1.0 / 32.0]) {
            assert!((actual - expected).abs() < 1e-12, "{mean:?}");
        }
        for (actual, expected) in deviation.iter().zip([0.5, 0.0, blue_deviation]) {
            assert!((actual - expected).abs() < 1e-7, "{deviation:?}");
        }
    }
}

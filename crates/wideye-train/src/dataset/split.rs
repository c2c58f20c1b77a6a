use rand::seq::SliceRandom;

use super::Images;
use crate::random::{Purpose, generator};

/// The seed of the split, part of the protocol and not of a run: all results share one split.
const SEED: u64 = 2015;

/// Which images of a training set train, and which validate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Indices of the images that train, ascending.
    pub train: Vec<usize>,
    /// Indices of the images that validate, ascending.
    pub validation: Vec<usize>,
}

/// Sets aside one image in ten of every class for validation, always the same ones.
///
/// Of CIFAR's 50,000 training images 45,000 train and 5,000 validate. A class of fewer than ten
/// images gives one, if it has two or more.
pub fn class_balanced_split(images: &Images) -> Split {
    let mut by_class = vec![Vec::new(); 256];
    for (index, &label) in images.labels().iter().enumerate() {
        by_class[usize::from(label)].push(index);
    }
    let mut split = Split {
        train: Vec::new(),
        validation: Vec::new(),
    };
    for (label, mut indices) in by_class.into_iter().enumerate() {
        indices.shuffle(&mut generator(SEED, Purpose::Split, 0, label));
        let set_aside = if indices.len() < 2 {
            0
        } else {
            (indices.len() / 10).max(1)
        };
        split.validation.extend_from_slice(&indices[..set_aside]);
        split.train.extend_from_slice(&indices[set_aside..]);
    }
    split.train.sort_unstable();
    split.validation.sort_unstable();
    split
}

/// Chooses a share of some images, about as many of every class, always the same ones; a smaller
/// share is part of a larger one.
pub fn class_balanced_share(images: &Images, indices: &[usize], share: f64) -> Vec<usize> {
    let mut by_class = vec![Vec::new(); 256];
    for &index in indices {
        by_class[usize::from(images.labels()[index])].push(index);
    }
    let mut chosen = Vec::new();
    for (label, mut indices) in by_class.into_iter().enumerate() {
        indices.shuffle(&mut generator(SEED, Purpose::Share, 0, label));
        let count = (share * indices.len() as f64).ceil() as usize;
        chosen.extend_from_slice(&indices[..count]);
    }
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::IMAGE_LEN;

    fn images(counts: &[usize]) -> Images {
        let labels: Vec<u8> = counts
            .iter()
            .enumerate()
            .flat_map(|(label, &n)| std::iter::repeat_n(label as u8, n))
            .collect();
        Images::new(vec![0; labels.len() * IMAGE_LEN], labels)
    }

    #[test]
    fn one_in_ten_of_every_class_validates() {
        let images = images(&[50, 30, 9, 1]);
        let split = class_balanced_split(&images);
        let mut counts = [0; 4];
        for &index in &split.validation {
            counts[usize::from(images.labels()[index])] += 1;
        }
        assert_eq!(counts, [5, 3, 1, 0]);
        let mut all = [split.train.clone(), split.validation.clone()].concat();
        all.sort_unstable();
        assert_eq!(all, (0..90).collect::<Vec<_>>());
        assert_eq!(split, class_balanced_split(&images));
    }

    #[test]
    fn a_share_is_balanced_and_part_of_a_larger_one() {
        let images = images(&[50, 30, 9]);
        let all: Vec<usize> = (0..89).collect();
        let share = |share| class_balanced_share(&images, &all, share);
        let few = share(0.2);
        let of = |class: u8| few.iter().filter(|&&i| images.labels()[i] == class).count();
        // 10, 6 and 1.8, rounded up.
        assert_eq!([of(0), of(1), of(2)], [10, 6, 2]);
        let more = share(0.5);
        assert!(few.iter().all(|index| more.contains(index)));
        assert_eq!(share(1.0), all);
    }

    #[test]
    fn the_split_is_fixed() {
        // What this function returned when the first model was trained; another split would
        // put images that trained a published model into its validation set.
        let split = class_balanced_split(&images(&[20, 20]));
        assert_eq!(split.validation, [13, 19, 22, 23]);
    }
}

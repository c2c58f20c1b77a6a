//! Batches of augmented images, prepared in background threads.

use std::panic;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};

use rand::RngExt;
use rand::seq::SliceRandom;

use crate::augment::AugmentConfig;
use crate::dataset::Images;
use crate::mix::MixConfig;
use crate::random::{Purpose, generator};

/// How many finished batches each thread may have waiting.
const AHEAD: usize = 4;

/// Images and their classes, ready for the network.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Batch {
    /// `[n, 3, side, side]`, `0.0..=1.0`.
    pub images_nchw: Vec<f32>,
    /// `[n]`.
    pub labels: Vec<i64>,
    /// The classes of the images that were mixed in, `[n]`, and the share that is left of the first.
    pub mixed: Option<(Vec<i64>, f32)>,
}

/// What the batches of one epoch follow from.
#[derive(Debug, Clone)]
pub(crate) struct EpochPlan {
    pub images: Arc<Images>,
    pub augment: AugmentConfig,
    pub mix: MixConfig,
    pub batch_size: usize,
    pub side: usize,
    pub seed: u64,
    pub epoch: usize,
}

impl EpochPlan {
    /// Full batches only: a batch norm over a few leftover images is noise, and which images are
    /// left over changes every epoch.
    pub fn steps(&self) -> usize {
        (self.images.len() / self.batch_size).max(1)
    }

    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.images.len()).collect();
        order.shuffle(&mut generator(self.seed, Purpose::Order, self.epoch, 0));
        order
    }

    fn batch(&self, step: usize, indices: &[usize]) -> Batch {
        let len = 3 * self.side * self.side;
        let mut images_nchw = vec![0.0; indices.len() * len];
        for (&index, output) in indices.iter().zip(images_nchw.chunks_exact_mut(len)) {
            let first_turn = generator(self.seed, Purpose::Flip, 0, index).random_range(0..2);
            let turn = first_turn + self.epoch;
            let mut rng = generator(self.seed, Purpose::Augment, self.epoch, index);
            let image = self.images.pixels_chw(index);
            self.augment.apply(image, output, self.side, turn, &mut rng);
        }
        let labels: Vec<i64> = indices
            .iter()
            .map(|&i| i64::from(self.images.labels()[i]))
            .collect();
        let mut rng = generator(self.seed, Purpose::Mix, self.epoch, step);
        let mixed = self.mix.draw(self.side, &mut rng).map(|mix| {
            mix.apply(&mut images_nchw, self.side);
            let mut others = labels.clone();
            others.rotate_left(1);
            (others, mix.share(self.side))
        });
        Batch {
            images_nchw,
            labels,
            mixed,
        }
    }

    /// The epoch's batches from step `first` on, in order, whatever the number of threads.
    pub fn batches(self, first: usize, threads: usize) -> Batches {
        let steps = self.steps();
        let order = Arc::new(self.order());
        let plan = Arc::new(self);
        let loaders = (0..threads)
            .map(|thread| {
                let (sender, receiver) = sync_channel(AHEAD);
                let (plan, order) = (Arc::clone(&plan), Arc::clone(&order));
                let thread = thread::spawn(move || {
                    let mine = (first..steps).skip(thread).step_by(threads);
                    for step in mine {
                        let range =
                            step * plan.batch_size..((step + 1) * plan.batch_size).min(order.len());
                        if sender.send(plan.batch(step, &order[range])).is_err() {
                            return;
                        }
                    }
                });
                Loader {
                    receiver,
                    thread: Some(thread),
                }
            })
            .collect();
        Batches { loaders, next: 0 }
    }
}

/// An iterator over an epoch's batches; dropping it ends its threads.
#[derive(Debug)]
pub(crate) struct Batches {
    loaders: Vec<Loader>,
    next: usize,
}

#[derive(Debug)]
struct Loader {
    receiver: Receiver<Batch>,
    thread: Option<JoinHandle<()>>,
}

impl Loader {
    /// None after its last batch.
    ///
    /// # Panics
    /// If its thread did: an epoch must not end early without a word.
    fn next(&mut self) -> Option<Batch> {
        if let Ok(batch) = self.receiver.recv() {
            return Some(batch);
        }
        if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
            panic::resume_unwind(panic);
        }
        None
    }
}

impl Iterator for Batches {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let batch = self.loaders[self.next].next()?;
        self.next = (self.next + 1) % self.loaders.len();
        Some(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::augment::{Chance, EveryOther, Flip};
    use crate::dataset::IMAGE_LEN;

    fn plan(count: usize, epoch: usize) -> EpochPlan {
        let pixels = (0..count * IMAGE_LEN)
            .map(|i| (i / IMAGE_LEN) as u8)
            .collect();
        EpochPlan {
            images: Arc::new(Images::new(pixels, (0..count).map(|i| i as u8).collect())),
            augment: AugmentConfig {
                colour_jitter: Chance {
                    probability: 0.5,
                    strength: 0.5,
                },
                ..AugmentConfig::default()
            },
            mix: MixConfig {
                probability: 0.5,
                mixup: 0.4,
                cutmix: 1.0,
            },
            batch_size: 4,
            side: 32,
            seed: 3,
            epoch,
        }
    }

    #[test]
    fn threads_and_a_later_start_change_nothing() {
        let all: Vec<Batch> = plan(23, 1).batches(0, 1).collect();
        assert_eq!(all.len(), 5);
        assert!(all.iter().all(|b| b.labels.len() == 4));
        assert_eq!(plan(23, 1).batches(0, 3).collect::<Vec<_>>(), all);
        assert_eq!(plan(23, 1).batches(2, 2).collect::<Vec<_>>(), all[2..]);
        assert_ne!(plan(23, 2).batches(0, 1).collect::<Vec<_>>(), all);
    }

    #[test]
    fn an_epoch_shows_every_image_once() {
        let mut seen: Vec<i64> = plan(20, 0).batches(0, 2).flat_map(|b| b.labels).collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn alternate_flips_mirror_half_of_the_images_first_and_the_others_next() {
        const COUNT: usize = 200;
        let flipped = |epoch| -> Vec<bool> {
            let mut plan = plan(COUNT, epoch);
            // Black, but for the left half.
            let row = |x| if x % 32 < 16 { 255 } else { 0 };
            let pixels = (0..COUNT * IMAGE_LEN).map(row).collect();
            let labels = (0..COUNT).map(|i| i as u8).collect();
            plan.images = Arc::new(Images::new(pixels, labels));
            plan.mix = MixConfig::default();
            plan.augment = AugmentConfig {
                flip: Flip::Every(EveryOther::Alternate),
                ..AugmentConfig::default()
            };
            let mut flipped = vec![false; COUNT];
            for batch in plan.batches(0, 2) {
                let images = batch.images_nchw.chunks_exact(IMAGE_LEN);
                for (image, label) in images.zip(batch.labels) {
                    flipped[label as usize] = image[0] == 0.0;
                }
            }
            flipped
        };
        let first = flipped(0);
        let count = first.iter().filter(|&&flipped| flipped).count();
        // Four standard deviations of a binomial of 200 draws are 28.
        assert!(count.abs_diff(COUNT / 2) < 28, "{count}");
        assert!(first.iter().zip(flipped(1)).all(|(&a, b)| a != b));
        assert_eq!(flipped(2), first);
    }

    #[test]
    fn the_other_labels_are_those_of_the_images_that_were_blended_in() {
        let mut plan = plan(16, 0);
        plan.augment = AugmentConfig::default();
        plan.mix = MixConfig {
            probability: 1.0,
            mixup: 1.0,
            cutmix: 0.0,
        };
        for batch in plan.batches(0, 1) {
            let (others, share) = batch.mixed.unwrap();
            // An image's values are its number, which is its label.
            let images = batch.images_nchw.chunks_exact(IMAGE_LEN);
            for ((image, &label), &other) in images.zip(&batch.labels).zip(&others) {
                let expected = share * label as f32 + (1.0 - share) * other as f32;
                assert!((image[0] * 255.0 - expected).abs() < 1e-3, "{expected}");
                assert_ne!(label, other);
            }
        }
    }

    #[test]
    #[should_panic(expected = "chunk size must be non-zero")]
    fn a_loader_that_panics_does_not_end_the_epoch() {
        let mut plan = plan(16, 0);
        plan.side = 0;
        let _ = plan.batches(0, 2).count();
    }

    #[test]
    fn fewer_images_than_a_batch_still_train() {
        let batches: Vec<Batch> = plan(3, 0).batches(0, 2).collect();
        assert_eq!(batches.len(), 1);
        assert_eq!(batches[0].images_nchw.len(), 3 * IMAGE_LEN);
    }
}

//! Random numbers that depend on nothing but what they are for.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// What a stream of random numbers decides; streams of different purposes are independent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Split = 1,
    Order = 2,
    Augment = 3,
    Dropout = 4,
    ContactSheet = 5,
    Mix = 6,
    Sweep = 7,
    Share = 8,
    Flip = 9,
    Corruption = 10,
}

/// The generator for one purpose, epoch and item: the same arguments, the same numbers, in
/// whatever order and thread they are drawn.
pub(crate) fn generator(seed: u64, purpose: Purpose, epoch: usize, item: usize) -> ChaCha8Rng {
    let mut bytes = [0; 32];
    for (chunk, value) in
        bytes
            .chunks_exact_mut(8)
            .zip([seed, purpose as u64, epoch as u64, item as u64])
    {
        chunk.copy_from_slice(&value.to_le_bytes());
    }
    ChaCha8Rng::from_seed(bytes)
}

//! Scores of a network or an exported model over a set of images, and what they amount to.

use wideye_core::Picture;

use crate::dataset::{IMAGE_LEN, Images, SIDE};
use crate::error::Result;
use crate::network::Network;
use crate::train::images_tensor;

const BATCH: usize = 250;

/// Whether images are evaluated in colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    /// As they are.
    Kept,
    /// As greyscale copies.
    Greyscale,
}

/// Scores by libtorch.
///
/// # Shapes
/// - returns: `[n, classes]`
///
/// # Errors
/// [`ErrorKind::Torch`](crate::ErrorKind::Torch) if the scores cannot be read back.
pub fn network_logits(network: &Network, images: &Images, colours: Colours) -> Result<Vec<f32>> {
    let mut logits = Vec::new();
    for images_nchw in batches(images, colours) {
        let images = images_tensor(&images_nchw, SIDE).to_device(network.device());
        logits.extend(Vec::<f32>::try_from(network.logits(&images).reshape([-1]))?);
    }
    Ok(logits)
}

fn batches(images: &Images, colours: Colours) -> impl Iterator<Item = Vec<f32>> {
    (0..images.len()).step_by(BATCH).map(move |start| {
        let end = (start + BATCH).min(images.len());
        let mut images_nchw = Vec::with_capacity((end - start) * IMAGE_LEN);
        for index in start..end {
            let picture = picture(images.pixels_chw(index));
            let picture = if colours == Colours::Greyscale { picture.greyscale() } else { picture };
            images_nchw.extend(picture.to_nchw());
        }
        images_nchw
    })
}

fn picture(pixels_chw: &[u8]) -> Picture {
    let plane = SIDE * SIDE;
    let pixels_hwc = (0..plane).flat_map(|i| [pixels_chw[i], pixels_chw[plane + i], pixels_chw[2 * plane + i]]);
    Picture::from_rgb(SIDE as u32, SIDE as u32, pixels_hwc.collect()).expect("three values a pixel")
}

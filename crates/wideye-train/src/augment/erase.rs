use rand::{Rng, RngExt};

/// Ratios of height to width that erased rectangles have at most; at least its inverse.
const LARGEST_RATIO: f32 = 3.3;

/// The smallest share of an image that is erased.
const SMALLEST_SHARE: f32 = 0.02;

/// How often a rectangle is drawn until one fits.
const TRIES: usize = 100;

/// Fills a rectangle of at most this share of the image with random values.
///
/// Source: Zhong et al., Random Erasing Data Augmentation (2017), algorithm 1.
pub(super) fn apply(image_chw: &mut [f32], side: usize, largest_share: f32, rng: &mut impl Rng) {
    let Some((x, y, width, height)) = draw(side, largest_share, rng) else {
        return;
    };
    for channel in 0..3 {
        for row in y..y + height {
            let start = (channel * side + row) * side + x;
            for value in &mut image_chw[start..start + width] {
                *value = rng.random();
            }
        }
    }
}

/// A rectangle that lies within the image: left, top, width and height.
fn draw(
    side: usize,
    largest_share: f32,
    rng: &mut impl Rng,
) -> Option<(usize, usize, usize, usize)> {
    let mut between = |low: f32, high: f32| low + (high - low) * rng.random::<f32>();
    for _ in 0..TRIES {
        let area = between(SMALLEST_SHARE.min(largest_share), largest_share) * (side * side) as f32;
        let ratio = between(1.0 / LARGEST_RATIO, LARGEST_RATIO);
        let height = (area * ratio).sqrt().round() as usize;
        let width = (area / ratio).sqrt().round() as usize;
        let left = (between(0.0, 1.0) * side as f32) as usize;
        let top = (between(0.0, 1.0) * side as f32) as usize;
        if left + width <= side && top + height <= side {
            return Some((left, top, width, height));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use rand::TryRng;

    use super::*;
    use crate::random::{Purpose, generator};

    #[test]
    fn rectangles_keep_to_area_and_shape() {
        let side = 32;
        let mut largest = 0.0f32;
        for item in 0..500 {
            let mut rng = generator(1, Purpose::Augment, 0, item);
            let (left, top, width, height) = draw(side, 0.4, &mut rng).unwrap();
            assert!(left + width <= side && top + height <= side);
            let share = (width * height) as f32 / 1024.0;
            // Sides are rounded to whole pixels.
            assert!((0.01..0.45).contains(&share), "{width}x{height}");
            let ratio = (height as f32 - 0.5) / (width as f32 + 0.5);
            assert!(ratio < LARGEST_RATIO, "{width}x{height}");
            let ratio = (width as f32 - 0.5) / (height as f32 + 0.5);
            assert!(ratio < LARGEST_RATIO, "{width}x{height}");
            largest = largest.max(share);
        }
        assert!(largest > 0.3, "{largest}");
    }

    /// Draws what it is told, as shares of 1.
    struct Told(std::vec::IntoIter<f64>);

    impl TryRng for Told {
        type Error = Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            let share = self.0.next().expect("no more draws than told");
            Ok((share * 2.0f64.powi(32)) as u32)
        }

        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            unreachable!("float32 takes 32 bits")
        }

        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Infallible> {
            unreachable!("float32 takes 32 bits")
        }
    }

    #[test]
    fn rectangles_by_hand() {
        // An area of 0.02 + 0.38 / 2 of 1,024 pixels, 215.04, and the flattest ratio, 1 / 3.3: 8.07 high and 26.64 wide.
        let flattest = [0.5, 0.0];
        // From 8 to the right it would reach 35: drawn again, from 4 to 31.
        let told = [flattest, [0.25, 0.5], flattest, [0.125, 0.5]].concat();
        let mut rng = Told(told.into_iter());
        assert_eq!(draw(32, 0.4, &mut rng), Some((4, 16, 27, 8)));
        assert_eq!(rng.0.next(), None);
        // The same area, half-way from 1 / 3.3 to 3.3: a ratio of 1.80152, 19.68 high and 10.93 wide.
        let mut rng = Told(vec![0.5, 0.5, 0.0, 0.25].into_iter());
        assert_eq!(draw(32, 0.4, &mut rng), Some((0, 8, 11, 20)));
    }

    #[test]
    fn only_the_rectangle_changes() {
        let side = 16;
        let seed = || generator(2, Purpose::Augment, 0, 0);
        let (left, top, width, height) = draw(side, 0.3, &mut seed()).unwrap();
        let mut image = vec![2.0; 3 * side * side];
        apply(&mut image, side, 0.3, &mut seed());
        for (at, value) in image.into_iter().enumerate() {
            let (x, y) = (at % side, at / side % side);
            let inside = (left..left + width).contains(&x) && (top..top + height).contains(&y);
            assert_eq!((0.0..1.0).contains(&value), inside, "{x}, {y}");
        }
    }
}

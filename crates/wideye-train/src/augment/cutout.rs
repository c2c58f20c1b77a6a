/// Greys a square whose centre is (`x`, `y`), as far as it lies within the image.
///
/// Source: `DeVries` and Taylor, Improved Regularization of Convolutional Neural Networks with
/// Cutout (2017), section 3: the centre may be anywhere, so parts of the square may be outside.
pub(super) fn apply(image_chw: &mut [f32], side: usize, x: usize, y: usize, length: usize) {
    let span =
        |centre: usize| centre.saturating_sub(length / 2)..(centre + length - length / 2).min(side);
    for channel in 0..3 {
        for row in span(y) {
            image_chw[(channel * side + row) * side..][span(x)].fill(0.5);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(side: usize, x: usize, y: usize, length: usize) -> Vec<(usize, usize)> {
        let mut image = vec![1.0; 3 * side * side];
        apply(&mut image, side, x, y, length);
        let plane = side * side;
        assert_eq!(image[..plane], image[2 * plane..], "all channels alike");
        (0..plane)
            .filter(|&i| image[i] == 0.5)
            .map(|i| (i % side, i / side))
            .collect()
    }

    #[test]
    fn the_square_is_centred_and_cropped() {
        assert_eq!(cut(6, 3, 1, 2), [(2, 0), (3, 0), (2, 1), (3, 1)]);
        assert_eq!(cut(6, 0, 5, 3), [(0, 4), (1, 4), (0, 5), (1, 5)]);
        assert_eq!(cut(6, 2, 2, 0), []);
        assert_eq!(cut(4, 1, 2, 9).len(), 16);
    }
}

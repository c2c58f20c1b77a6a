//! The fits are within 1 of 255 of Pillow's, on pictures that tell every axis and side apart.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its fixture has failed"
)]

use std::path::Path;

use wideye_core::{Fit, Limits, Picture, decode};

/// The formula of `tests/fixtures/resize/make.py`.
fn source(width: u32, height: u32) -> Picture {
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let blue = (37 * x + 91 * y + x * y) % 256;
            pixels.extend([x * 255 / width, y * 255 / height, blue].map(|value| value as u8));
        }
    }
    Picture::from_rgb(width, height, pixels).unwrap()
}

fn sides(text: &str) -> (u32, u32) {
    let (width, height) = text.split_once('x').unwrap();
    (width.parse().unwrap(), height.parse().unwrap())
}

#[test]
fn fits_equal_pillows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/resize");
    let mut compared = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "png") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap();
        let [fit, from, to] = name.split('-').collect::<Vec<_>>()[..] else {
            panic!("{name} is not FIT-WxH-wxh")
        };
        let (width, height) = sides(to);
        let (source_width, source_height) = sides(from);
        let expected = decode(&std::fs::read(&path).unwrap(), &Limits::default()).unwrap();
        let fit: Fit = fit.parse().unwrap();
        let actual = source(source_width, source_height).fit(fit, width, height);
        assert_eq!(
            (expected.width(), expected.height()),
            (width, height),
            "{name}"
        );
        for (index, (a, e)) in actual
            .pixels_hwc()
            .iter()
            .zip(expected.pixels_hwc())
            .enumerate()
        {
            let (x, y) = (index / 3 % width as usize, index / 3 / width as usize);
            assert!(
                a.abs_diff(*e) <= 1,
                "{name} at ({x}, {y}): {a}, Pillow has {e}"
            );
        }
        compared += 1;
    }
    assert_eq!(compared, 30);
}

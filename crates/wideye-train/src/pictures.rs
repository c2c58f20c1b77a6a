//! Pictures for people: a contact sheet of augmented images, and a confusion matrix.

use std::path::Path;

use image::{ImageFormat, Rgb, RgbImage};

use crate::augment::{AugmentConfig, unchanged};
use crate::dataset::{IMAGE_LEN, Images, SIDE, to_hwc};
use crate::error::{AtPath, Result};
use crate::random::{Purpose, generator};

/// How many times larger the contact sheet shows pixels.
const ZOOM: u32 = 2;
const GAP: u32 = 4;
const WHITE: Rgb<u8> = Rgb([255; 3]);

/// Writes a PNG with a row per image: first unchanged, then `columns` augmented copies.
///
/// # Errors
/// `Io` if the file cannot be written.
pub fn write_contact_sheet(
    path: &Path,
    images: &Images,
    augment: &AugmentConfig,
    columns: usize,
    seed: u64,
) -> Result<()> {
    let cell = SIDE as u32 * ZOOM + GAP;
    let (width, height) = (
        cell * (columns as u32 + 1) + GAP,
        cell * images.len() as u32 + GAP,
    );
    let mut sheet = RgbImage::from_pixel(width, height, WHITE);
    let mut pixels = vec![0.0; IMAGE_LEN];
    for row in 0..images.len() {
        for column in 0..=columns {
            match column {
                0 => unchanged(images.pixels_chw(row), &mut pixels),
                _ => {
                    let mut rng = generator(seed, Purpose::ContactSheet, column, row);
                    let image = images.pixels_chw(row);
                    augment.apply(image, &mut pixels, SIDE, column, &mut rng);
                }
            }
            let at = |index: usize| GAP + cell * index as u32;
            paste(&mut sheet, &pixels, at(column), at(row));
        }
    }
    write_png(path, &sheet)
}

fn paste(sheet: &mut RgbImage, image_chw: &[f32], left: u32, top: u32) {
    let plane = SIDE * SIDE;
    for y in 0..SIDE as u32 * ZOOM {
        for x in 0..SIDE as u32 * ZOOM {
            let pixel = (y / ZOOM) as usize * SIDE + (x / ZOOM) as usize;
            let channel = |c: usize| (image_chw[c * plane + pixel] * 255.0).round() as u8;
            sheet.put_pixel(left + x, top + y, Rgb([channel(0), channel(1), channel(2)]));
        }
    }
}

/// Writes a confusion matrix as a PNG: rows are true classes, columns what they were taken for,
/// the darker the more often. Classes of one superclass stand together, with lines between groups.
///
/// # Errors
/// `Io` if the file cannot be written.
///
/// # Panics
/// If `confusion` is not square, or `superclass_of` is neither empty nor of its size.
pub fn write_confusion_matrix(
    path: &Path,
    confusion: &[Vec<u32>],
    superclass_of: &[usize],
) -> Result<()> {
    const CELL: u32 = 8;
    const LINE: u32 = 2;
    let group = |class: usize| superclass_of.get(class).copied().unwrap_or(0);
    let mut order: Vec<usize> = (0..confusion.len()).collect();
    order.sort_by_key(|&class| (group(class), class));
    // Where each class starts: lines between groups push later classes on.
    let mut starts = Vec::with_capacity(order.len());
    let mut next = LINE;
    for (position, &class) in order.iter().enumerate() {
        if position > 0 && group(class) != group(order[position - 1]) {
            next += LINE;
        }
        starts.push(next);
        next += CELL;
    }
    let mut picture = RgbImage::from_pixel(next + LINE, next + LINE, Rgb([208, 212, 218]));
    for (&class, &top) in order.iter().zip(&starts) {
        let total = confusion[class].iter().sum::<u32>().max(1);
        for (&taken_for, &left) in order.iter().zip(&starts) {
            // The square root makes the rare confusions visible beside the diagonal.
            let share = (f64::from(confusion[class][taken_for]) / f64::from(total)).sqrt();
            let fade = |dark: f64| (255.0 - (255.0 - dark) * share).round() as u8;
            let colour = Rgb([fade(11.0), fade(66.0), fade(120.0)]);
            for y in top..top + CELL {
                for x in left..left + CELL {
                    picture.put_pixel(x, y, colour);
                }
            }
        }
    }
    write_png(path, &picture)
}

fn write_png(path: &Path, picture: &RgbImage) -> Result<()> {
    std::fs::write(path, png(picture)).at(path)
}

/// One image as a PNG of its size.
pub(crate) fn image_png(image_chw: &[u8]) -> Vec<u8> {
    let side = SIDE as u32;
    png(&RgbImage::from_raw(side, side, to_hwc(image_chw)).expect("three values a pixel"))
}

fn png(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a picture that is there can be encoded");
    bytes.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::augment::Flip;

    #[test]
    fn the_sheet_shows_the_image_and_its_copies() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet.png");
        let pixels = (0..2 * IMAGE_LEN).map(|i| (i / 1024 * 40) as u8).collect();
        let flip = AugmentConfig {
            flip: Flip::Random(1.0),
            ..AugmentConfig::default()
        };
        write_contact_sheet(&path, &Images::new(pixels, vec![0, 1]), &flip, 3, 1).unwrap();
        let sheet = image::open(&path).unwrap().to_rgb8();
        assert_eq!(sheet.dimensions(), (4 * 68 + 4, 2 * 68 + 4));
        assert_eq!(sheet.get_pixel(0, 0), &WHITE);
        assert_eq!(sheet.get_pixel(4, 4), &Rgb([0, 40, 80]));
        assert_eq!(sheet.get_pixel(3 * 68 + 4, 68 + 4), &Rgb([120, 160, 200]));
    }

    #[test]
    fn classes_of_one_superclass_stand_together() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("confusion.png");
        // Classes 0 and 2 are of one group. Class 2 is always taken for class 0.
        let confusion = vec![vec![4, 0, 0], vec![0, 4, 0], vec![4, 0, 0]];
        write_confusion_matrix(&path, &confusion, &[0, 1, 0]).unwrap();
        let picture = image::open(&path).unwrap().to_rgb8();
        let (full, none) = (Rgb([11, 66, 120]), WHITE);
        // Rows and columns start at 2 (class 0), 10 (class 2) and, after a line, 20 (class 1).
        assert_eq!(picture.dimensions(), (30, 30));
        assert_eq!(
            [
                picture.get_pixel(2, 2),
                picture.get_pixel(2, 10),
                picture.get_pixel(20, 20)
            ],
            [&full; 3]
        );
        assert_eq!(
            [picture.get_pixel(10, 10), picture.get_pixel(20, 2)],
            [&none; 2]
        );
    }
}

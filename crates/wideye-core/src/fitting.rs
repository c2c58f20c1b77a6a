use std::ops::Range;

use fast_image_resize::images::{TypedCroppedImage, TypedImage, TypedImageRef};
use fast_image_resize::pixels::{F32, F32x3, U8x3, U8x4};
use fast_image_resize::{
    FilterType, ImageView, PixelTrait, PixelType, ResizeAlg, ResizeOptions, Resizer,
};

use crate::crop::Area;
use crate::picture::lay_over_white;
use crate::turn::Turn;
use crate::{Crop, ErrorKind, Fit, Result, Thumbnail};

/// A picture on its way to the model's size, row by row.
///
/// Gives what [`Picture::fit`](crate::Picture::fit) gives, unrounded, without ever holding the picture: each row is narrowed as it
/// comes, and only the part of the picture that matters is asked for.
///
/// # Example
/// ```
/// use wideye_core::{Fit, Fitting};
///
/// let mut fitting = Fitting::new(Fit::Cover, (400, 300), (32, 32))?;
/// let columns = fitting.columns();
/// for _ in fitting.rows() {
///     let mut row = vec![255; 4 * columns.len()];
///     fitting.push_rgba(&mut row, columns.clone())?;
/// }
/// assert_eq!(fitting.finish()?.to_nchw(), [1.0; 3 * 32 * 32]);
/// # Ok::<(), wideye_core::Error>(())
/// ```
pub struct Fitting {
    fit: Fit,
    /// The part of the picture beyond which nothing counts.
    area: Area,
    /// What of the area is seen.
    crop: Region,
    /// Of the area.
    rows: Range<u32>,
    /// Of the area.
    columns: Range<u32>,
    /// Of the resized picture, which is smaller than `target` where margins are left.
    inner: (u32, u32),
    target: (u32, u32),
    pixel_type: PixelType,
    /// The rows so far, `[rows, inner width, 3]`.
    narrowed: Vec<F32>,
    resizer: Resizer,
}

/// A part of an area, in pixels that need not be whole.
#[derive(Clone, Copy)]
struct Region {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Fitting {
    /// Starts with a picture of `size`, width and height, that is to become `target`.
    ///
    /// # Errors
    /// [`ErrorKind::NoPixels`] if a side of either is 0.
    pub fn new(fit: Fit, size: (u32, u32), target: (u32, u32)) -> Result<Self> {
        check_sizes(size, target)?;
        Ok(Self::of(PixelType::U8x4, fit, Area::whole(size), target))
    }

    /// Starts with a rectangle of such a picture; nothing around it has a part in the result.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`ErrorKind::Crop`] unless the rectangle is within the picture.
    pub fn of_crop(fit: Fit, size: (u32, u32), crop: &Crop, target: (u32, u32)) -> Result<Self> {
        check_sizes(size, target)?;
        Ok(Self::of(PixelType::U8x4, fit, crop.of(size)?, target))
    }

    pub(crate) fn of_rgb(fit: Fit, area: Area, target: (u32, u32)) -> Self {
        Self::of(PixelType::U8x3, fit, area, target)
    }

    fn of(pixel_type: PixelType, fit: Fit, area: Area, target: (u32, u32)) -> Self {
        let size = (area.width, area.height);
        let whole = Region {
            left: 0.0,
            top: 0.0,
            width: f64::from(size.0),
            height: f64::from(size.1),
        };
        let (crop, inner) = match fit {
            Fit::Fill => (whole, target),
            Fit::Cover => (centre_crop(&whole, target.0, target.1), target),
            Fit::Contain => (whole, contained_size(size.0, size.1, target.0, target.1)),
        };
        let columns = needed(crop.left, crop.width, inner.0, size.0);
        let rows = needed(crop.top, crop.height, inner.1, size.1);
        let row_values = inner.0 as usize * 3;
        Self {
            fit,
            area,
            crop,
            narrowed: Vec::with_capacity(rows.len() * row_values),
            rows,
            columns,
            inner,
            target,
            pixel_type,
            resizer: Resizer::new(),
        }
    }

    /// The columns of the picture that matter.
    pub fn columns(&self) -> Range<u32> {
        shifted(&self.columns, self.area.left)
    }

    /// The rows of the picture that matter.
    pub fn rows(&self) -> Range<u32> {
        shifted(&self.rows, self.area.top)
    }

    /// Takes the next rows, the more at a time the better; what is transparent is laid over white.
    ///
    /// `columns` are those that the rows hold, at least those of [`columns`](Self::columns).
    ///
    /// # Shapes
    /// - `rgba`: `[any number, columns.len(), 4]`, row-major, `0..=255`, not premultiplied
    ///
    /// # Errors
    /// [`ErrorKind::PixelCount`] for anything but whole rows with those columns, and for more of
    /// them than [`rows`](Self::rows).
    pub fn push_rgba(&mut self, rgba: &mut [u8], columns: Range<u32>) -> Result<()> {
        let row_bytes = 4 * columns.len();
        let left = (self.rows.len() - self.narrowed_rows()) * row_bytes;
        let needed = self.columns();
        let enough = columns.start <= needed.start && needed.end <= columns.end;
        if !enough || rgba.len() > left || !rgba.len().is_multiple_of(row_bytes) {
            return Err(ErrorKind::PixelCount {
                expected: left as u64,
                actual: rgba.len(),
            }
            .into());
        }
        lay_over_white(rgba);
        self.narrow(rgba, columns);
        Ok(())
    }

    /// Returns the picture at its new size.
    ///
    /// # Errors
    /// [`ErrorKind::PixelCount`] if rows are missing.
    pub fn finish(self) -> Result<Thumbnail> {
        let (expected, actual) = (self.rows.len(), self.narrowed_rows());
        if actual < expected {
            let row_bytes = 4 * self.columns.len();
            return Err(ErrorKind::PixelCount {
                expected: (expected * row_bytes) as u64,
                actual: actual * row_bytes,
            }
            .into());
        }
        Ok(self.turned(Turn::default()))
    }

    fn narrowed_rows(&self) -> usize {
        self.narrowed.len() / (self.inner.0 as usize * 3)
    }

    /// Takes whole rows of these columns.
    pub(crate) fn narrow(&mut self, pixels_hwc: &[u8], columns: Range<u32>) {
        let height = (pixels_hwc.len() / self.pixel_type.size() / columns.len()) as u32;
        if height == 0 {
            return;
        }
        let first = columns.start.max(self.area.left);
        let end = columns.end.min(self.area.left + self.area.width);
        let left = self.crop.left - f64::from(first - self.area.left);
        let crop = Region {
            left,
            top: 0.0,
            width: self.crop.width.min(f64::from(end - first) - left),
            height: f64::from(height),
        };
        let size = (columns.len() as u32, height);
        let inside = first - columns.start..end - columns.start;
        match self.pixel_type {
            _ if !self.averages_rows() => self.narrow_exactly(pixels_hwc, size, inside, crop),
            PixelType::U8x4 => self.narrow_rounded::<U8x4>(pixels_hwc, size, inside, crop),
            _ => self.narrow_rounded::<U8x3>(pixels_hwc, size, inside, crop),
        }
    }

    /// Whether enough rows become one that what is rounded in each does not show.
    fn averages_rows(&self) -> bool {
        self.crop.height >= 8.0 * f64::from(self.inner.1)
    }

    // `Resizer::resize` would link every pixel type and half a megabyte of tables for them.
    fn narrow_rounded<P: PixelTrait>(
        &mut self,
        pixels_hwc: &[u8],
        size: (u32, u32),
        columns: Range<u32>,
        crop: Region,
    ) {
        let to = (self.inner.0, size.1);
        let mut narrowed = vec![0; to.0 as usize * to.1 as usize * P::size()];
        let source = TypedImageRef::<P>::from_buffer(size.0, size.1, pixels_hwc)
            .expect("the pixels are whole rows");
        let source = only(source, columns);
        let mut target = TypedImage::<P>::from_buffer(to.0, to.1, &mut narrowed)
            .expect("the buffer was made for this size");
        self.resizer
            .resize_typed(&source, &mut target, &options(crop))
            .expect("the region lies inside the picture");
        let rgb = narrowed.chunks_exact(P::size());
        let values = rgb.flat_map(|pixel| &pixel[..3]);
        self.narrowed
            .extend(values.map(|&value| F32::new(value.into())));
    }

    fn narrow_exactly(
        &mut self,
        pixels_hwc: &[u8],
        size: (u32, u32),
        columns: Range<u32>,
        crop: Region,
    ) {
        let pixels = pixels_hwc.chunks_exact(self.pixel_type.size());
        let pixels: Vec<F32x3> = pixels
            .map(|pixel| F32x3::new([pixel[0], pixel[1], pixel[2]].map(f32::from)))
            .collect();
        let source =
            TypedImageRef::new(size.0, size.1, &pixels).expect("the pixels are whole rows");
        let source = only(source, columns);
        let mut target = TypedImage::new(self.inner.0, size.1);
        self.resizer
            .resize_typed(&source, &mut target, &options(crop))
            .expect("the region lies inside the picture");
        let values = target.pixels().iter().flat_map(|pixel| pixel.0);
        self.narrowed.extend(values.map(F32::new));
    }

    /// Returns the thumbnail from all its narrowed rows, turned.
    pub(crate) fn turned(mut self, turn: Turn) -> Thumbnail {
        let values = self.shortened();
        let values = turn.apply(values, self.inner.0, self.inner.1);
        let (inner, target) = (turn.size(self.inner), turn.size(self.target));
        let values = match self.fit {
            Fit::Contain => centre_on_white(&values, inner, target),
            Fit::Cover | Fit::Fill => values,
        };
        Thumbnail::new(target.0, target.1, values)
    }

    /// The narrowed rows at their final height, `[inner height, inner width, 3]`.
    ///
    /// Columns do not mix, so that their channels count as columns of their own.
    fn shortened(&mut self) -> Vec<f32> {
        let (width, height) = (3 * self.inner.0, self.rows.len() as u32);
        let source = TypedImageRef::new(width, height, &self.narrowed)
            .expect("there is a narrowed row for each row");
        let mut target = TypedImage::new(width, self.inner.1);
        let top = self.crop.top - f64::from(self.rows.start);
        let crop = Region {
            left: 0.0,
            top,
            width: f64::from(width),
            height: self.crop.height.min(f64::from(height) - top),
        };
        self.resizer
            .resize_typed(&source, &mut target, &options(crop))
            .expect("the region lies inside the picture");
        target.pixels().iter().map(|value| value.0).collect()
    }
}

fn check_sizes(size: (u32, u32), target: (u32, u32)) -> Result<()> {
    for (width, height) in [size, target] {
        if width == 0 || height == 0 {
            return Err(ErrorKind::NoPixels { width, height }.into());
        }
    }
    Ok(())
}

fn shifted(range: &Range<u32>, by: u32) -> Range<u32> {
    range.start + by..range.end + by
}

/// All rows of these columns.
fn only<P: PixelTrait>(
    rows: TypedImageRef<'_, P>,
    columns: Range<u32>,
) -> TypedCroppedImage<'_, TypedImageRef<'_, P>> {
    let (width, height) = (columns.len() as u32, rows.height());
    TypedCroppedImage::new(rows, columns.start, 0, width, height)
        .expect("the columns are among those of the rows")
}

fn options(crop: Region) -> ResizeOptions {
    ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
        .use_alpha(false)
        .crop(crop.left, crop.top, crop.width, crop.height)
}

/// Returns which pixels along a side the filter reaches.
fn needed(start: f64, length: f64, to: u32, side: u32) -> Range<u32> {
    let reach = (length / f64::from(to)).max(1.0);
    let first = (start - reach).floor().max(0.0) as u32;
    let end = (start + length + reach).ceil() as u32;
    first..end.min(side)
}

/// The largest centred region of the target's shape.
fn centre_crop(whole: &Region, width: u32, height: u32) -> Region {
    let (width, height) = (f64::from(width), f64::from(height));
    let scale = (whole.width / width).min(whole.height / height);
    let (crop_width, crop_height) = (
        (width * scale).min(whole.width),
        (height * scale).min(whole.height),
    );
    let left = (whole.width - crop_width) / 2.0;
    let top = (whole.height - crop_height) / 2.0;
    Region {
        left,
        top,
        // The rounded sum of left and width may not pass the edge.
        width: crop_width.min(whole.width - left),
        height: crop_height.min(whole.height - top),
    }
}

fn contained_size(width: u32, height: u32, max_width: u32, max_height: u32) -> (u32, u32) {
    let [w, h, mw, mh] = [width, height, max_width, max_height].map(u64::from);
    let rounded = |numerator: u64, denominator: u64| {
        ((2 * numerator + denominator) / (2 * denominator)).max(1) as u32
    };
    if w * mh >= h * mw {
        (max_width, rounded(h * mw, w))
    } else {
        (rounded(w * mh, h), max_height)
    }
}

fn centre_on_white(inner: &[f32], (iw, ih): (u32, u32), (w, h): (u32, u32)) -> Vec<f32> {
    let [iw, ih, w, h] = [iw, ih, w, h].map(|side| side as usize);
    let (left, top) = ((w - iw) / 2, (h - ih) / 2);
    let mut values = vec![255.0; w * h * 3];
    for (y, row) in inner.chunks_exact(3 * iw).enumerate() {
        let start = 3 * ((top + y) * w + left);
        values[start..start + row.len()].copy_from_slice(row);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Picture;

    /// No two sides, axes or channels of it are alike.
    fn drawn(width: u32, height: u32) -> Vec<u8> {
        let pixel = |x: u32, y: u32| [x * 7 % 256, y * 5 % 256, (x * y + 3 * x) % 256, 255];
        (0..height)
            .flat_map(|y| (0..width).flat_map(move |x| pixel(x, y)))
            .map(|value| value as u8)
            .collect()
    }

    fn fitted(fit: Fit, size: (u32, u32), to: (u32, u32), band: usize) -> Thumbnail {
        let rgba = drawn(size.0, size.1);
        let mut fitting = Fitting::new(fit, size, to).unwrap();
        let columns = fitting.columns();
        let rows: Vec<u32> = fitting.rows().collect();
        for band in rows.chunks(band) {
            let mut pixels = Vec::new();
            for row in band {
                let at = |x: u32| 4 * (row * size.0 + x) as usize;
                pixels.extend_from_slice(&rgba[at(columns.start)..at(columns.end)]);
            }
            fitting.push_rgba(&mut pixels, columns.clone()).unwrap();
        }
        fitting.finish().unwrap()
    }

    #[test]
    fn rows_give_what_the_whole_gives() {
        for size in [
            (640, 479),
            (97, 341),
            (32, 90),
            (90, 32),
            (5, 3),
            (1, 70),
            (300, 31),
        ] {
            let picture = Picture::from_rgba(size.0, size.1, drawn(size.0, size.1)).unwrap();
            for fit in Fit::ALL {
                for to in [(32, 32), (24, 7)] {
                    let (whole, none) = (Area::whole(size), Turn::default());
                    let expected = picture.fit_turned(whole, none, fit, to.0, to.1);
                    for band in [1, 13, 1000] {
                        let actual = fitted(fit, size, to, band);
                        assert_eq!(actual, expected, "{size:?} {fit}");
                    }
                }
            }
        }
    }

    #[test]
    fn only_what_the_filter_reaches_is_asked_for() {
        // 300 of 400 columns are cut out at 50, and the filter reaches 300 / 32 = 9.4 further.
        let cover = Fitting::new(Fit::Cover, (400, 300), (32, 32)).unwrap();
        assert_eq!((cover.columns(), cover.rows()), (40..360, 0..300));
        let fill = Fitting::new(Fit::Fill, (400, 300), (32, 32)).unwrap();
        assert_eq!((fill.columns(), fill.rows()), (0..400, 0..300));
    }

    #[test]
    fn transparency_is_laid_over_white() {
        let mut fitting = Fitting::new(Fit::Cover, (2, 2), (1, 1)).unwrap();
        let mut rows = [[0, 0, 0, 0], [100, 0, 255, 128]].concat();
        fitting.push_rgba(&mut rows.clone(), 0..2).unwrap();
        fitting.push_rgba(&mut rows, 0..2).unwrap();
        // Over white they are 255, 255, 255 and 177, 127, 255, of which the means are rounded once.
        let thumbnail = fitting.finish().unwrap();
        assert_eq!(thumbnail.to_picture().pixels_hwc(), [216, 191, 255]);
    }

    #[test]
    fn rows_that_do_not_fit_are_refused() {
        let mut fitting = Fitting::new(Fit::Fill, (3, 2), (1, 1)).unwrap();
        for wrong in [11, 13, 36] {
            let error = fitting.push_rgba(&mut vec![0; wrong], 0..3).unwrap_err();
            let (expected, actual) = (24, wrong);
            assert_eq!(error.kind(), &ErrorKind::PixelCount { expected, actual });
        }
        let error = fitting.push_rgba(&mut [0; 8], 0..2).unwrap_err();
        assert_eq!(error.code(), "internal");
        fitting.push_rgba(&mut [0; 12], 0..3).unwrap();
        let error = fitting.finish().unwrap_err();
        let (expected, actual) = (24, 12);
        assert_eq!(error.kind(), &ErrorKind::PixelCount { expected, actual });
        let error = Fitting::new(Fit::Fill, (3, 0), (1, 1)).err().unwrap();
        assert_eq!(error.code(), "not-an-image");
    }

    #[test]
    fn turning_the_result_turns_the_picture() {
        let (width, height) = (97, 61);
        let picture = Picture::from_rgba(width, height, drawn(width, height)).unwrap();
        for orientation in 1..=8 {
            let turn = Turn::from_exif(orientation);
            let (upright_width, upright_height) = turn.size((width, height));
            let pixels = turn.apply(picture.pixels_hwc().to_vec(), width, height);
            let upright = Picture::from_rgb(upright_width, upright_height, pixels).unwrap();
            for fit in Fit::ALL {
                for (to_width, to_height) in [(32, 32), (20, 9)] {
                    let none = Turn::default();
                    let whole = Area::whole((upright_width, upright_height));
                    let expected = upright.fit_turned(whole, none, fit, to_width, to_height);
                    let whole = Area::whole((width, height));
                    let actual = picture.fit_turned(whole, turn, fit, to_width, to_height);
                    let size = (actual.width(), actual.height());
                    assert_eq!(size, (to_width, to_height), "{orientation} {fit}");
                    // One pass rounds to 8 bits, and a turn swaps the passes.
                    let (actual, expected) = (actual.to_nchw(), expected.to_nchw());
                    let values = actual.iter().zip(&expected);
                    let largest = values.map(|(a, e)| (a - e).abs()).max_by(f32::total_cmp);
                    assert!(
                        largest <= Some(1.0 / 255.0),
                        "{orientation} {fit}: {largest:?}"
                    );
                }
            }
        }
    }

    /// What `x..x + width` and `y..y + height` of the drawn picture show.
    fn cut(size: (u32, u32), area: Area) -> Vec<u8> {
        let rgba = drawn(size.0, size.1);
        let rows = (area.top..area.top + area.height).flat_map(|y| {
            let first = 4 * (y * size.0 + area.left) as usize;
            rgba[first..first + 4 * area.width as usize].to_vec()
        });
        rows.collect()
    }

    #[test]
    fn a_crop_gives_what_the_cut_picture_gives() {
        let size = (211, 137);
        let rgba = drawn(size.0, size.1);
        let picture = Picture::from_rgba(size.0, size.1, rgba.clone()).unwrap();
        for (left, top, width, height) in [(30, 11, 90, 70), (0, 0, 211, 5), (200, 130, 11, 7)] {
            let area = Area {
                left,
                top,
                width,
                height,
            };
            let part = Picture::from_rgba(width, height, cut(size, area)).unwrap();
            let crop = Crop {
                x: left.into(),
                y: top.into(),
                width: width.into(),
                height: height.into(),
            };
            for fit in Fit::ALL {
                let (whole, none) = (Area::whole((width, height)), Turn::default());
                let expected = part.fit_turned(whole, none, fit, 24, 7);
                assert_eq!(picture.fit_turned(area, none, fit, 24, 7), expected);

                // All columns of the rows that matter, and only those that matter.
                for wide in [true, false] {
                    let mut fitting = Fitting::of_crop(fit, size, &crop, (24, 7)).unwrap();
                    let needed = fitting.columns();
                    assert!(left <= needed.start && needed.end <= left + width);
                    let columns = if wide { 0..size.0 } else { needed };
                    for row in fitting.rows() {
                        let at = |x: u32| 4 * (row * size.0 + x) as usize;
                        let mut pixels = rgba[at(columns.start)..at(columns.end)].to_vec();
                        fitting.push_rgba(&mut pixels, columns.clone()).unwrap();
                    }
                    assert_eq!(fitting.finish().unwrap(), expected, "{area:?} {fit}");
                }
            }
        }
    }

    #[test]
    fn a_crop_is_one_of_the_turned_picture() {
        let size = (97, 61);
        let picture = Picture::from_rgba(size.0, size.1, drawn(size.0, size.1)).unwrap();
        for orientation in 1..=8 {
            let turn = Turn::from_exif(orientation);
            let upright = turn.size(size);
            let (left, top, width, height) = (5, 20, 31, 17);
            let area = Area {
                left,
                top,
                width,
                height,
            };
            // Cut out of the turned picture by hand, at its own size, so that nothing is resized.
            let pixels = turn.apply(picture.pixels_hwc().to_vec(), size.0, size.1);
            let rows = (top..top + height).flat_map(|y| {
                let first = 3 * (y * upright.0 + left) as usize;
                pixels[first..first + 3 * width as usize].to_vec()
            });
            let expected: Vec<u8> = rows.collect();
            let stored = turn.undone(area, upright);
            let actual = picture.fit_turned(stored, turn, Fit::Fill, width, height);
            let actual = actual.to_picture();
            assert_eq!(actual.pixels_hwc(), expected, "{orientation}");
        }
    }

    #[test]
    fn contained_sizes_round_and_never_vanish() {
        for (from, to, expected) in [
            ((64, 32), (32, 32), (32, 16)),
            ((100, 33), (32, 32), (32, 11)), // 10.56
            ((64, 1), (32, 32), (32, 1)),    // 0.5 rounds up
            ((4000, 1), (32, 32), (32, 1)),  // 0.008
            ((3, 7), (32, 32), (14, 32)),    // 13.71
            ((10, 10), (40, 20), (20, 20)),
        ] {
            assert_eq!(
                contained_size(from.0, from.1, to.0, to.1),
                expected,
                "{from:?}"
            );
        }
    }
}

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};

use crate::picture::over_white;
use crate::{Error, ErrorKind, Picture, Result};

/// What a picture may need at most, checked before memory is set aside for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of the encoded file in bytes; 64 MiB by default.
    pub max_bytes: usize,
    /// Width and height in pixels; 16,384 by default.
    pub max_side: u32,
    /// Width times height in pixels; 64 million by default.
    pub max_pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 64 << 20,
            max_side: 16_384,
            max_pixels: 64_000_000,
        }
    }
}

impl Limits {
    fn check(&self, width: u32, height: u32) -> Result<()> {
        let Self {
            max_side,
            max_pixels,
            ..
        } = *self;
        let pixels = u64::from(width) * u64::from(height);
        if width > max_side || height > max_side || pixels > max_pixels {
            return Err(ErrorKind::TooManyPixels {
                width,
                height,
                max_side,
                max_pixels,
            }
            .into());
        }
        Ok(())
    }
}

/// Returns the picture in an encoded file: upright, on a white ground, in 8-bit RGB.
///
/// The format is told by the content, never by a name. EXIF orientation is applied, colour
/// profiles are not; an animation gives its first frame.
///
/// # Errors
/// Of code `not-an-image` for bytes that are no complete JPEG, PNG, WebP, GIF or BMP picture, and
/// `too-large` for one beyond `limits`.
///
/// # Example
/// ```
/// use wideye_core::{Limits, decode};
///
/// let error = decode(b"<!doctype html>", &Limits::default()).unwrap_err();
/// assert_eq!(error.code(), "not-an-image");
/// assert!(error.to_string().starts_with("this is a web page"));
/// ```
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Picture> {
    if bytes.is_empty() {
        return Err(ErrorKind::EmptyFile.into());
    }
    if bytes.len() > limits.max_bytes {
        let (max_bytes, actual) = (limits.max_bytes, bytes.len());
        return Err(ErrorKind::TooManyBytes { max_bytes, actual }.into());
    }
    let (image_format, format) = guess_format(bytes)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), image_format);
    // Twice a 16-bit RGBA picture: GIF frames and PNG rows are held beside the result.
    let mut decoder_limits = image::Limits::no_limits();
    decoder_limits.max_alloc = Some(limits.max_pixels.saturating_mul(16));
    reader.limits(decoder_limits);

    // The JPEG decoder fills what is missing with grey instead of failing.
    let cut = image_format == ImageFormat::Jpeg && !jpeg_has_end(bytes);
    let rejected = |error| match cut {
        true => ErrorKind::Truncated { format }.into(),
        false => rejected(format, error),
    };
    let mut decoder = reader.into_decoder().map_err(rejected)?;
    let (width, height) = decoder.dimensions();
    limits.check(width, height)?;
    if width == 0 || height == 0 {
        return Err(ErrorKind::NoPixels { width, height }.into());
    }
    if cut {
        return Err(ErrorKind::Truncated { format }.into());
    }
    let orientation = orientation(&mut decoder);
    let mut image = DynamicImage::from_decoder(decoder).map_err(rejected)?;
    image.apply_orientation(orientation);
    opaque_rgb(image)
}

fn guess_format(bytes: &[u8]) -> Result<(ImageFormat, &'static str)> {
    let unsupported = |format| Err(ErrorKind::UnsupportedFormat { format }.into());
    match image::guess_format(bytes) {
        Ok(format @ ImageFormat::Jpeg) => return Ok((format, "JPEG")),
        Ok(format @ ImageFormat::Png) => return Ok((format, "PNG")),
        Ok(format @ ImageFormat::WebP) => return Ok((format, "WebP")),
        Ok(format @ ImageFormat::Gif) => return Ok((format, "GIF")),
        Ok(format @ ImageFormat::Bmp) => return Ok((format, "BMP")),
        Ok(ImageFormat::Avif) => return unsupported("AVIF"),
        Ok(ImageFormat::Tiff) => return unsupported("TIFF"),
        Ok(ImageFormat::Ico) => return unsupported("ICO"),
        _ => {}
    }
    if let Some(brand) = bytes.get(4..12).and_then(|head| head.strip_prefix(b"ftyp")) {
        return match brand {
            b"avif" | b"avis" => unsupported("AVIF"),
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"mif1" | b"msf1" => {
                unsupported("HEIC")
            }
            _ => Err(ErrorKind::UnknownFormat {
                looks_like: Some("a video"),
            }
            .into()),
        };
    }
    if bytes.starts_with(b"\xFF\x0A") || bytes.starts_with(b"\0\0\0\x0CJXL ") {
        return unsupported("JPEG XL");
    }
    let head = &bytes[..bytes.len().min(512)];
    let text = String::from_utf8_lossy(head)
        .trim_start_matches('\u{feff}')
        .to_ascii_lowercase();
    let text = text.trim_start();
    if text.starts_with("<svg") || (text.starts_with("<?xml") && text.contains("<svg")) {
        return unsupported("SVG");
    }
    let looks_like = if text.starts_with("<!doctype html") || text.starts_with("<html") {
        Some("a web page")
    } else if bytes.starts_with(b"%PDF") {
        Some("a PDF document")
    } else if head
        .iter()
        .all(|&byte| byte >= b' ' || byte.is_ascii_whitespace())
        && std::str::from_utf8(head).map_or_else(|e| e.error_len().is_none(), |_| true)
    {
        Some("text")
    } else {
        None
    };
    Err(ErrorKind::UnknownFormat { looks_like }.into())
}

fn rejected(format: &'static str, error: ImageError) -> Error {
    let ended_early = |error: &std::io::Error| error.kind() == std::io::ErrorKind::UnexpectedEof;
    let kind = match &error {
        ImageError::IoError(cause) if ended_early(cause) => ErrorKind::Truncated { format },
        _ => ErrorKind::Damaged { format },
    };
    Error::with_source(kind, error)
}

/// A broken EXIF block leaves the picture as it is stored, as browsers do.
fn orientation(decoder: &mut impl ImageDecoder) -> Orientation {
    let exif = decoder.exif_metadata().ok().flatten().unwrap_or_default();
    // Some writers of WebP and PNG keep the prefix that only JPEG has.
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(&exif);
    Orientation::from_exif_chunk(exif).unwrap_or(Orientation::NoTransforms)
}

/// Whether an end marker follows the last scan.
fn jpeg_has_end(bytes: &[u8]) -> bool {
    const SOI: u8 = 0xD8;
    const EOI: u8 = 0xD9;
    const SOS: u8 = 0xDA;
    let mut at = 0;
    let mut in_scan = false;
    while let Some(&[first, marker]) = bytes.get(at..at + 2) {
        match (first, marker) {
            (0xFF, EOI) => return true,
            (0xFF, 0xFF) => at += 1,
            (0xFF, SOI | 0x00 | 0x01 | 0xD0..=0xD7) => at += 2,
            (0xFF, _) => {
                let Some(&[high, low]) = bytes.get(at + 2..at + 4) else {
                    return false;
                };
                at += 2 + usize::from(u16::from_be_bytes([high, low])).max(2);
                in_scan |= marker == SOS;
            }
            _ if in_scan => {
                let next = bytes[at..].iter().position(|&byte| byte == 0xFF);
                let Some(next) = next else { return false };
                at += next;
            }
            _ => at += 1,
        }
    }
    false
}

fn opaque_rgb(image: DynamicImage) -> Result<Picture> {
    let (width, height) = (image.width(), image.height());
    let rgb = match image {
        DynamicImage::ImageRgb8(image) => image.into_raw(),
        DynamicImage::ImageRgba8(image) => {
            return Picture::from_rgba(width, height, image.into_raw());
        }
        DynamicImage::ImageLuma8(image) => grey_to_rgb(image.iter().copied()),
        DynamicImage::ImageLumaA8(image) => {
            grey_to_rgb(image.pixels().map(|pixel| over_white(pixel[0], pixel[1])))
        }
        DynamicImage::ImageLuma16(image) => grey_to_rgb(image.iter().copied().map(to_8_bits)),
        DynamicImage::ImageLumaA16(image) => grey_to_rgb(
            image
                .pixels()
                .map(|pixel| over_white(to_8_bits(pixel[0]), to_8_bits(pixel[1]))),
        ),
        DynamicImage::ImageRgb16(image) => image.iter().copied().map(to_8_bits).collect(),
        DynamicImage::ImageRgba16(image) => {
            let rgba: Vec<u8> = image.iter().copied().map(to_8_bits).collect();
            return Picture::from_rgba(width, height, rgba);
        }
        other => other.into_rgb8().into_raw(),
    };
    Picture::from_rgb(width, height, rgb)
}

fn grey_to_rgb(grey: impl ExactSizeIterator<Item = u8>) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(3 * grey.len());
    for value in grey {
        rgb.extend([value; 3]);
    }
    rgb
}

fn to_8_bits(value: u16) -> u8 {
    ((u32::from(value) + 128) / 257) as u8
}

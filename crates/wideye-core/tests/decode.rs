//! Every encoding gives the same upright, opaque picture, and every bad file its own error.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its picture has failed"
)]

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use image::{DynamicImage, ImageFormat};
use wideye_core::{Error, ErrorKind, Fit, Format, Limits, Picture, decode, decode_stored, probe};

const RED: [u8; 3] = [230, 30, 20];
const GREEN: [u8; 3] = [20, 160, 40];
const BLUE: [u8; 3] = [30, 40, 200];
const YELLOW: [u8; 3] = [240, 220, 60];
const WHITE: [u8; 3] = [255; 3];
const QUARTERS: [[u8; 3]; 4] = [RED, GREEN, BLUE, YELLOW];

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/decode");
    std::fs::read(folder.join(name)).unwrap()
}

fn decoded(bytes: &[u8]) -> Picture {
    decode(bytes, &Limits::default()).unwrap()
}

fn refused(bytes: &[u8]) -> Error {
    decode(bytes, &Limits::default()).unwrap_err()
}

/// The colours in the middle of the four quarters, row by row.
fn quarters(picture: &Picture) -> [[u8; 3]; 4] {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| {
        let index = 3 * (height * y / 4 * width + width * x / 4);
        picture.pixels_hwc()[index..index + 3].try_into().unwrap()
    })
}

fn assert_quarters(picture: &Picture, expected: [[u8; 3]; 4], tolerance: u8, name: &str) {
    let actual = quarters(picture);
    let near = |(a, e): (&u8, &u8)| a.abs_diff(*e) <= tolerance;
    assert!(
        actual
            .iter()
            .flatten()
            .zip(expected.iter().flatten())
            .all(near),
        "{name}: {actual:?} is not {expected:?}"
    );
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn drawn(width: u32, height: u32) -> image::RgbImage {
    image::RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([x, y, x * y].map(|value| (value * 13 % 251) as u8))
    })
}

#[test]
fn lossless_formats_keep_every_pixel() {
    let image = drawn(7, 5);
    for format in [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::WebP] {
        let picture = decoded(&encoded(&image.clone().into(), format));
        assert_eq!((picture.width(), picture.height()), (7, 5), "{format:?}");
        assert_eq!(
            picture.pixels_hwc(),
            image.as_raw().as_slice(),
            "{format:?}"
        );
    }
}

#[test]
fn every_encoding_shows_the_same_picture() {
    for (name, tolerance) in [
        ("progressive.jpg", 4),
        ("oriented-1.jpg", 4),
        ("cmyk.jpg", 4),
        ("lossy.webp", 6),
        ("animated.webp", 0),
        ("animated.gif", 0),
        ("palette.bmp", 0),
    ] {
        let picture = decoded(&fixture(name));
        assert_eq!((picture.width(), picture.height()), (48, 32), "{name}");
        assert_quarters(&picture, QUARTERS, tolerance, name);
    }
    let grey = [89, 105, 55, 208].map(|value| [value; 3]);
    assert_quarters(&decoded(&fixture("grey.jpg")), grey, 3, "grey.jpg");
}

#[test]
fn transparency_is_white() {
    for name in ["alpha.webp", "palette-alpha.png"] {
        assert_quarters(
            &decoded(&fixture(name)),
            [WHITE, GREEN, BLUE, YELLOW],
            0,
            name,
        );
    }
    let half = image::Rgba([100_u8, 0, 255, 128]);
    let over_white = [177, 127, 255];
    let rgba8 = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(2, 3, half));
    let rgba16 = DynamicImage::ImageRgba16(rgba8.to_rgba16());
    for image in [rgba8, rgba16] {
        let picture = decoded(&encoded(&image, ImageFormat::Png));
        assert_eq!((picture.width(), picture.height()), (2, 3));
        assert!(
            picture
                .pixels_hwc()
                .chunks(3)
                .all(|pixel| pixel == over_white)
        );
    }
    let grey = image::GrayAlphaImage::from_pixel(2, 3, image::LumaA([100_u8, 128]));
    let grey8 = DynamicImage::ImageLumaA8(grey);
    let grey16 = DynamicImage::ImageLumaA16(grey8.to_luma_alpha16());
    for image in [grey8, grey16] {
        let picture = decoded(&encoded(&image, ImageFormat::Png));
        assert!(picture.pixels_hwc().iter().all(|&value| value == 177));
    }
}

#[test]
fn sixteen_bits_round_to_eight() {
    let values = [0_u16, 128, 129, 257 * 100, 257 * 100 + 128, 65_535];
    let image = image::ImageBuffer::<image::Luma<u16>, _>::from_raw(6, 1, values.to_vec()).unwrap();
    let luma = DynamicImage::ImageLuma16(image);
    let rgb = DynamicImage::ImageRgb16(luma.to_rgb16());
    for image in [luma, rgb] {
        let picture = decoded(&encoded(&image, ImageFormat::Png));
        let firsts: Vec<u8> = picture.pixels_hwc().iter().step_by(3).copied().collect();
        // 128 / 257 = 0.498 and 129 / 257 = 0.502
        assert_eq!(firsts, [0, 0, 1, 100, 100, 255]);
    }
}

#[test]
fn exif_orientation_turns_the_picture_upright() {
    let [r, g, b, y] = QUARTERS;
    for (orientation, expected) in [
        (1, [r, g, b, y]),
        (2, [g, r, y, b]),
        (3, [y, b, g, r]),
        (4, [b, y, r, g]),
        (5, [r, b, g, y]),
        (6, [b, r, y, g]),
        (7, [y, g, b, r]),
        (8, [g, y, r, b]),
    ] {
        let name = format!("oriented-{orientation}.jpg");
        let picture = decoded(&fixture(&name));
        let size = if orientation < 5 { (48, 32) } else { (32, 48) };
        assert_eq!((picture.width(), picture.height()), size, "{name}");
        assert_quarters(&picture, expected, 4, &name);
    }
    assert_quarters(
        &decoded(&fixture("oriented.webp")),
        [b, r, y, g],
        0,
        "oriented.webp",
    );
}

#[test]
fn broken_exif_leaves_the_picture_as_stored() {
    let mut bytes = fixture("oriented-6.jpg");
    let tag = bytes.windows(4).position(|w| w == [0x01, 0x12, 0x00, 0x03]);
    let tag = tag.unwrap_or_else(|| bytes.windows(2).position(|w| w == [0x12, 0x01]).unwrap());
    bytes[tag..tag + 2].copy_from_slice(&[0xEE, 0xEE]);
    let picture = decoded(&bytes);
    assert_quarters(&picture, QUARTERS, 4, "oriented-6.jpg without its tag");
}

#[test]
fn what_is_no_picture_is_named() {
    assert_eq!(refused(b"").kind(), &ErrorKind::EmptyFile);
    for (bytes, what) in [
        (&b"just some words\n"[..], "text"),
        (b"{\"a\": 1}", "text"),
        ("h\u{fc}bsch".as_bytes(), "text"),
        (b"\n <!DOCTYPE html><title>404</title>", "a web page"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\0\0\0\x20ftypisom\0\0\0\0", "a video"),
    ] {
        let error = refused(bytes);
        assert_eq!(
            error.kind(),
            &ErrorKind::UnknownFormat {
                looks_like: Some(what)
            }
        );
        assert_eq!(error.code(), "not-an-image");
    }
    for (bytes, format) in [
        (&b"\0\0\0\x20ftypavif\0\0\0\0"[..], "AVIF"),
        (b"\0\0\0\x20ftypheic\0\0\0\0", "HEIC"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"\xFF\x0A\xFA\x1F", "JPEG XL"),
        (
            b"<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            "SVG",
        ),
    ] {
        let error = refused(bytes);
        assert_eq!(error.kind(), &ErrorKind::UnsupportedFormat { format });
        assert_eq!(error.code(), "not-an-image");
    }
    assert_eq!(
        refused(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1]).kind(),
        &ErrorKind::UnknownFormat { looks_like: None }
    );
}

#[test]
fn cut_files_are_refused() {
    let image = DynamicImage::from(drawn(61, 47));
    for format in [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::WebP,
        ImageFormat::Gif,
        ImageFormat::Bmp,
    ] {
        let whole = encoded(&image, format);
        assert!(decode(&whole, &Limits::default()).is_ok(), "{format:?}");
        for kept in [whole.len() / 2, whole.len() * 9 / 10, 16] {
            let error = refused(&whole[..kept]);
            assert_eq!(
                error.code(),
                "not-an-image",
                "{format:?} cut to {kept}: {error}"
            );
        }
    }
    let jpeg = encoded(&image, ImageFormat::Jpeg);
    for kept in [4, 30, jpeg.len() * 3 / 4, jpeg.len() - 6] {
        let error = refused(&jpeg[..kept]);
        assert_eq!(
            error.kind(),
            &ErrorKind::Truncated { format: "JPEG" },
            "{kept}"
        );
    }
    let progressive = fixture("progressive.jpg");
    let error = refused(&progressive[..progressive.len() - 20]);
    assert_eq!(error.kind(), &ErrorKind::Truncated { format: "JPEG" });
}

#[test]
fn a_jpeg_may_lack_its_end_marker() {
    let image = DynamicImage::from(drawn(61, 47));
    let names = ["progressive.jpg", "grey.jpg", "cmyk.jpg", "oriented-6.jpg"];
    let files = names.map(fixture).into_iter();
    for whole in files.chain([encoded(&image, ImageFormat::Jpeg)]) {
        let (cut, end) = whole.split_at(whole.len() - 2);
        assert_eq!(end, b"\xFF\xD9");
        assert_eq!(decoded(cut), decoded(&whole));
        assert!(!header(cut).whole && header(&whole).whole);
    }
}

fn header(bytes: &[u8]) -> wideye_core::Header {
    probe(Cursor::new(bytes), &Limits::default()).unwrap()
}

#[test]
fn the_header_says_what_decoding_finds() {
    let image = DynamicImage::from(drawn(61, 47));
    let mut files = vec![];
    for (kind, format) in [
        (ImageFormat::Jpeg, Format::Jpeg),
        (ImageFormat::Png, Format::Png),
        (ImageFormat::WebP, Format::WebP),
        (ImageFormat::Gif, Format::Gif),
        (ImageFormat::Bmp, Format::Bmp),
    ] {
        files.push((encoded(&image, kind), format, (61, 47)));
    }
    for (name, format) in [
        ("alpha.webp", Format::WebP),
        ("animated.gif", Format::Gif),
        ("animated.webp", Format::WebP),
        ("cmyk.jpg", Format::Jpeg),
        ("grey.jpg", Format::Jpeg),
        ("lossy.webp", Format::WebP),
        ("oriented-6.jpg", Format::Jpeg),
        ("palette-alpha.png", Format::Png),
        ("palette.bmp", Format::Bmp),
        ("progressive.jpg", Format::Jpeg),
    ] {
        files.push((fixture(name), format, (48, 32)));
    }
    for (bytes, format, size) in files {
        let whole = header(&bytes);
        assert_eq!(
            (whole.format, whole.width, whole.height),
            (format, size.0, size.1)
        );
        assert!(whole.whole, "{format:?}");
        let cut = probe(Cursor::new(&bytes[..bytes.len() / 3]), &Limits::default());
        assert!(!cut.is_ok_and(|header| header.whole), "{format:?} cut");
        let with_tail = [&bytes[..], b"a tail"].concat();
        assert!(header(&with_tail).whole, "{format:?} with a tail");
    }
    assert!(header(&fixture("oriented.webp")).exif_chunk);
    assert!(!header(&fixture("alpha.webp")).exif_chunk);
    let mut png = encoded(&image, ImageFormat::Png);
    assert!(!header(&png).exif_chunk);
    // Behind the signature and the header's chunk; nothing here looks at the checksum.
    png.splice(33..33, *b"\0\0\0\x02eXIf\0\0\0\0\0\0");
    assert!(header(&png).exif_chunk);
}

/// Gives a few bytes at a time, as a pipe or a socket may.
struct Dripping(Cursor<Vec<u8>>);

impl Read for Dripping {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(3);
        self.0.read(&mut buffer[..count])
    }
}

impl Seek for Dripping {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.0.seek(position)
    }
}

#[test]
fn readers_may_give_little_at_a_time() {
    for name in [
        "alpha.webp",
        "animated.gif",
        "grey.jpg",
        "palette-alpha.png",
        "palette.bmp",
    ] {
        let bytes = fixture(name);
        let dripping = Dripping(Cursor::new(bytes.clone()));
        assert_eq!(
            probe(dripping, &Limits::default()).unwrap(),
            header(&bytes),
            "{name}"
        );
    }
}

/// Has a size and gives nothing.
struct Locked;

impl Read for Locked {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::PermissionDenied.into())
    }
}

impl Seek for Locked {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Ok(100)
    }
}

#[test]
fn what_cannot_be_read_may_still_be_an_image() {
    let error = probe(Locked, &Limits::default()).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Unreadable);
    assert_eq!(error.code(), "network");
}

#[test]
fn a_bitmap_of_impossible_size_is_not_whole() {
    let mut bytes = fixture("palette.bmp");
    // Width and height of 2^31 - 1 with 65,535 bits a pixel: 2^75 bytes.
    bytes[18..22].copy_from_slice(&i32::MAX.to_le_bytes());
    bytes[22..26].copy_from_slice(&i32::MAX.to_le_bytes());
    bytes[28..30].copy_from_slice(&u16::MAX.to_le_bytes());
    let limits = Limits {
        max_side: u32::MAX,
        max_pixels: u64::MAX,
        ..Limits::default()
    };
    let header = probe(Cursor::new(bytes), &limits).unwrap();
    assert_eq!((header.width, header.whole), (0x7FFF_FFFF, false));
}

#[test]
fn a_stored_picture_fits_as_the_upright_one() {
    for orientation in 1..=8 {
        let bytes = fixture(&format!("oriented-{orientation}.jpg"));
        let stored = decode_stored(&bytes, &Limits::default()).unwrap();
        let upright = decoded(&bytes);
        assert_eq!(
            (stored.width(), stored.height()),
            (upright.width(), upright.height())
        );
        for fit in Fit::ALL {
            let actual = stored.fit(fit, 16, 12).to_picture();
            let expected = upright.fit(fit, 16, 12);
            let values = actual.pixels_hwc().iter().zip(expected.pixels_hwc());
            let largest = values.map(|(a, e)| a.abs_diff(*e)).max();
            assert!(largest <= Some(1), "{orientation} {fit}: {largest:?}");
        }
    }
}

#[test]
fn bytes_after_a_jpeg_are_ignored() {
    let mut bytes = fixture("oriented-1.jpg");
    bytes.extend(b"\xFF\xD8 a phone's second picture");
    assert_quarters(&decoded(&bytes), QUARTERS, 4, "oriented-1.jpg with a tail");
}

#[test]
fn limits_hold_before_pixels_are_decoded() {
    let mut huge = encoded(&drawn(1, 1).into(), ImageFormat::Png);
    huge[16..20].copy_from_slice(&20_000_u32.to_be_bytes());
    huge[20..24].copy_from_slice(&20_000_u32.to_be_bytes());
    let checksum = crc32(&huge[12..29]);
    huge[29..33].copy_from_slice(&checksum.to_be_bytes());
    let error = refused(&huge);
    assert_eq!(
        error.kind(),
        &ErrorKind::TooManyPixels {
            width: 20_000,
            height: 20_000,
            max_side: 16_384,
            max_pixels: 64_000_000
        }
    );
    assert_eq!(error.code(), "too-large");

    let png = encoded(&drawn(40, 30).into(), ImageFormat::Png);
    let code = |limits: Limits| decode(&png, &limits).map_err(|error| error.code().to_owned());
    let limits = Limits::default();
    assert!(
        code(Limits {
            max_side: 40,
            max_pixels: 1200,
            max_bytes: png.len()
        })
        .is_ok()
    );
    for exceeded in [
        Limits {
            max_side: 39,
            ..limits
        },
        Limits {
            max_pixels: 1199,
            ..limits
        },
        Limits {
            max_bytes: png.len() - 1,
            ..limits
        },
    ] {
        assert_eq!(code(exceeded).unwrap_err(), "too-large");
    }
}

/// The checksum of a PNG chunk, bit by bit as the PNG specification's annex D defines it.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 * (crc & 1));
        }
    }
    !crc
}

#[test]
fn mutated_files_never_panic() {
    let image = DynamicImage::from(drawn(24, 17));
    let mut seeds: Vec<Vec<u8>> = [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::WebP,
        ImageFormat::Gif,
        ImageFormat::Bmp,
    ]
    .map(|format| encoded(&image, format))
    .into();
    for name in [
        "animated.gif",
        "animated.webp",
        "cmyk.jpg",
        "lossy.webp",
        "oriented-6.jpg",
        "oriented.webp",
        "palette-alpha.png",
        "palette.bmp",
        "progressive.jpg",
    ] {
        seeds.push(fixture(name));
    }
    let limits = Limits {
        max_pixels: 1 << 20,
        ..Limits::default()
    };
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut refused = 0;
    for _ in 0..300 {
        for seed in &seeds {
            let mut bytes = seed.clone();
            for _ in 0..1 + random(6) {
                let at = random(bytes.len());
                match random(3) {
                    0 => bytes[at] = random(256) as u8,
                    1 => bytes[at] ^= 1 << random(8),
                    _ => bytes.truncate(at + 1),
                }
            }
            match decode(&bytes, &limits) {
                Ok(picture) => assert!(picture.width() > 0 && picture.height() > 0),
                Err(error) => {
                    assert!(
                        matches!(error.code(), "not-an-image" | "too-large"),
                        "{error}"
                    );
                    refused += 1;
                }
            }
        }
    }
    assert!(
        refused > 1000,
        "only {refused} of {} were refused",
        300 * seeds.len()
    );
}

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};
use jpeg_decoder::PixelFormat;

use crate::crop::Area;
use crate::picture::over_white;
use crate::turn::Turn;
use crate::{
    Crop, Error, ErrorKind, Fit, Fittable, Format, Limits, Picture, Result, Thumbnail, probe,
};

/// A decoded picture that still lies as its file stores it.
///
/// Phones store what their sensor saw and note how to turn it. Turning after the resize costs
/// nothing, whereas a full-size picture would be held twice for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPicture {
    picture: Picture,
    turn: Turn,
}

impl StoredPicture {
    /// Width of the upright picture in pixels.
    pub fn width(&self) -> u32 {
        self.turn
            .size((self.picture.width(), self.picture.height()))
            .0
    }

    /// Height of the upright picture in pixels.
    pub fn height(&self) -> u32 {
        self.turn
            .size((self.picture.width(), self.picture.height()))
            .1
    }

    /// Returns the upright picture at another size, as [`Picture::fit`] does, but unrounded.
    ///
    /// # Panics
    /// If `width` or `height` is 0.
    pub fn fit(&self, fit: Fit, width: u32, height: u32) -> Thumbnail {
        let whole = Area::whole((self.picture.width(), self.picture.height()));
        self.picture
            .fit_turned(whole, self.turn, fit, width, height)
    }

    /// Returns a rectangle of the upright picture at another size; nothing around it has a part in
    /// that.
    ///
    /// # Errors
    /// [`ErrorKind::Crop`] unless the rectangle is within the picture.
    ///
    /// # Panics
    /// If `width` or `height` is 0.
    pub fn fit_crop(&self, crop: &Crop, fit: Fit, width: u32, height: u32) -> Result<Thumbnail> {
        let size = (self.width(), self.height());
        let area = self.turn.undone(crop.of(size)?, size);
        Ok(self.picture.fit_turned(area, self.turn, fit, width, height))
    }

    /// Returns the upright picture.
    pub fn into_upright(self) -> Picture {
        let (width, height) = (self.width(), self.height());
        let (stored_width, stored_height) = (self.picture.width(), self.picture.height());
        let pixels = self.picture.into_pixels_hwc();
        let pixels = self.turn.apply(pixels, stored_width, stored_height);
        Picture::from_rgb(width, height, pixels).expect("a turn moves pixels and loses none")
    }
}

impl Fittable for StoredPicture {
    fn thumbnail(&self, fit: Fit, width: u32, height: u32) -> Thumbnail {
        self.fit(fit, width, height)
    }
}

/// Returns the picture in an encoded file: upright, on a white ground, in 8-bit RGB.
///
/// The format is told by the content, never by a name. EXIF orientation is applied, colour
/// profiles are not; an animation gives its first frame. A JPEG that lacks nothing but its end
/// marker is whole.
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
    Ok(decode_stored(bytes, limits)?.into_upright())
}

/// Returns what [`decode`] returns, before it is turned upright.
///
/// # Errors
/// As [`decode`].
pub fn decode_stored(bytes: &[u8], limits: &Limits) -> Result<StoredPicture> {
    let header = probe(Cursor::new(bytes), limits)?;
    if header.format != Format::Jpeg || header.whole {
        return read(bytes, header.format, limits);
    }
    // The decoder reads on beyond the end of a cut file as if zeros followed. A picture that is all
    // there does not change with what follows.
    let followed_by = |padding: &[u8]| {
        let bytes = [bytes, padding, b"\xFF\xD9"].concat();
        read(&bytes, header.format, limits)
    };
    match (followed_by(&[]), followed_by(&[0xAA; 64])) {
        (Ok(picture), Ok(same)) if picture == same => Ok(picture),
        _ => Err(ErrorKind::Truncated {
            format: header.format.name(),
        }
        .into()),
    }
}

fn read(bytes: &[u8], format: Format, limits: &Limits) -> Result<StoredPicture> {
    let image_format = match format {
        Format::Jpeg => return read_jpeg(bytes, limits),
        Format::Png => ImageFormat::Png,
        Format::WebP => ImageFormat::WebP,
        Format::Gif => ImageFormat::Gif,
        Format::Bmp => ImageFormat::Bmp,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), image_format);
    // Twice a 16-bit RGBA picture: GIF frames and PNG rows are held beside the result.
    let mut decoder_limits = image::Limits::no_limits();
    decoder_limits.max_alloc = Some(limits.max_pixels.saturating_mul(16));
    reader.limits(decoder_limits);

    let rejected = |error| rejected(format.name(), error);
    let mut decoder = reader.into_decoder().map_err(rejected)?;
    let (width, height) = decoder.dimensions();
    limits.check(width, height)?;
    let exif = decoder.exif_metadata().ok().flatten().unwrap_or_default();
    let image = DynamicImage::from_decoder(decoder).map_err(rejected)?;
    let picture = opaque_rgb(image)?;
    let turn = turn(&exif);
    Ok(StoredPicture { picture, turn })
}

fn read_jpeg(bytes: &[u8], limits: &Limits) -> Result<StoredPicture> {
    let format = Format::Jpeg.name();
    let damaged = || ErrorKind::Damaged { format };
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    let max_bytes = usize::try_from(limits.max_pixels.saturating_mul(4)).unwrap_or(usize::MAX);
    decoder.set_max_decoding_buffer_size(max_bytes);
    let pixels = decoder
        .decode()
        .map_err(|error| Error::with_source(damaged(), error))?;
    let info = decoder.info().ok_or_else(damaged)?;
    let (width, height) = (info.width.into(), info.height.into());
    limits.check(width, height)?;
    let rgb = match info.pixel_format {
        PixelFormat::RGB24 => pixels,
        PixelFormat::L8 => grey_to_rgb(pixels.into_iter()),
        PixelFormat::L16 => {
            let (pairs, _) = pixels.as_chunks::<2>();
            grey_to_rgb(
                pairs
                    .iter()
                    .map(|&pair| to_8_bits(u16::from_ne_bytes(pair))),
            )
        }
        PixelFormat::CMYK32 => cmyk_to_rgb(pixels),
    };
    let picture = Picture::from_rgb(width, height, rgb)?;
    let turn = decoder.exif_data().map(turn).unwrap_or_default();
    Ok(StoredPicture { picture, turn })
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
fn turn(exif: &[u8]) -> Turn {
    // Some writers of WebP and PNG keep the prefix that only JPEG has.
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let orientation = Orientation::from_exif_chunk(exif);
    orientation.map_or_else(Turn::default, |orientation| {
        Turn::from_exif(orientation.to_exif())
    })
}

/// Lets each ink take its share of the light, as browsers do where no profile says more.
fn cmyk_to_rgb(mut pixels: Vec<u8>) -> Vec<u8> {
    let count = pixels.len() / 4;
    for i in 0..count {
        let black = pixels[4 * i + 3];
        for channel in 0..3 {
            let light = u32::from(255 - pixels[4 * i + channel]) * u32::from(255 - black);
            pixels[3 * i + channel] = ((light + 127) / 255) as u8;
        }
    }
    pixels.truncate(3 * count);
    pixels
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

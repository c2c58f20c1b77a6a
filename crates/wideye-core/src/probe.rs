use std::io::{self, BufRead, BufReader, ErrorKind as IoErrorKind, Read, Seek, SeekFrom};

use crate::{Error, ErrorKind, Limits, Result};

/// The formats that can be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Baseline and progressive JPEG.
    Jpeg,
    /// Portable Network Graphics.
    Png,
    /// Lossy and lossless WebP.
    WebP,
    /// Graphics Interchange Format.
    Gif,
    /// Windows bitmap.
    Bmp,
}

impl Format {
    /// The format's usual name.
    pub fn name(self) -> &'static str {
        match self {
            Format::Jpeg => "JPEG",
            Format::Png => "PNG",
            Format::WebP => "WebP",
            Format::Gif => "GIF",
            Format::Bmp => "BMP",
        }
    }

    /// The format's media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::WebP => "image/webp",
            Format::Gif => "image/gif",
            Format::Bmp => "image/bmp",
        }
    }
}

/// What an encoded picture says about itself before it is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// How it is encoded.
    pub format: Format,
    /// Width in pixels, as stored: before any EXIF orientation.
    pub width: u32,
    /// Height in pixels, as stored.
    pub height: u32,
    /// Whether the file reaches the end of its (first) picture. Where it does not, decoders differ
    /// in what they make of it.
    pub whole: bool,
    /// Whether a PNG or WebP file has EXIF data. There, unlike in a JPEG, some decoders overlook
    /// the orientation.
    pub exif_chunk: bool,
}

/// Returns what the header of an encoded picture says, without decoding it.
///
/// Reads little more than the header and the last bytes, except where the end is not where it
/// should be.
///
/// # Errors
/// Of code `not-an-image` for what begins like no JPEG, PNG, WebP, GIF or BMP picture, and
/// `too-large` for a picture beyond `limits`.
///
/// # Example
/// ```
/// use std::io::Cursor;
/// use wideye_core::{Limits, probe};
///
/// let gif = b"GIF89a\x05\x00\x03\x00\x00\x00\x00";
/// let header = probe(Cursor::new(gif), &Limits::default())?;
/// assert_eq!((header.width, header.height, header.whole), (5, 3, false));
/// # Ok::<(), wideye_core::Error>(())
/// ```
pub fn probe(mut file: impl Read + Seek, limits: &Limits) -> Result<Header> {
    let unreadable = |error| Error::with_source(ErrorKind::Unreadable, error);
    let size_bytes = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
    if size_bytes == 0 {
        return Err(ErrorKind::EmptyFile.into());
    }
    if size_bytes > limits.max_bytes as u64 {
        let max_bytes = limits.max_bytes;
        let actual = usize::try_from(size_bytes).unwrap_or(usize::MAX);
        return Err(ErrorKind::TooManyBytes { max_bytes, actual }.into());
    }
    file.rewind().map_err(unreadable)?;
    let mut head = Vec::new();
    let mut start = file.by_ref().take(512);
    start.read_to_end(&mut head).map_err(unreadable)?;
    let format = guess_format(&head)?;
    file.rewind().map_err(unreadable)?;
    let mut file = Fields {
        file: BufReader::new(file),
        size_bytes,
    };
    let size = match format {
        Format::Jpeg => jpeg_size(&mut file),
        Format::Png => png_size(&mut file),
        Format::WebP => webp_size(&mut file),
        Format::Gif => gif_size(&mut file),
        Format::Bmp => bmp_size(&mut file),
    };
    let (width, height) = size.map_err(|error| rejected(format, error))?;
    limits.check(width, height)?;
    if width == 0 || height == 0 {
        return Err(ErrorKind::NoPixels { width, height }.into());
    }
    let mut exif_chunk = false;
    let whole = match format {
        Format::Jpeg => jpeg_is_whole(&mut file),
        Format::Png => png_is_whole(&mut file, &mut exif_chunk),
        Format::WebP => webp_is_whole(&mut file, &mut exif_chunk),
        Format::Gif => gif_is_whole(&mut file),
        Format::Bmp => bmp_is_whole(&mut file),
    };
    Ok(Header {
        format,
        width,
        height,
        whole: whole.unwrap_or(false),
        exif_chunk,
    })
}

fn rejected(format: Format, error: io::Error) -> Error {
    let format = format.name();
    match error.kind() {
        IoErrorKind::UnexpectedEof => ErrorKind::Truncated { format }.into(),
        IoErrorKind::InvalidData => ErrorKind::Damaged { format }.into(),
        _ => Error::with_source(ErrorKind::Unreadable, error),
    }
}

fn guess_format(head: &[u8]) -> Result<Format> {
    let unsupported = |format| Err(ErrorKind::UnsupportedFormat { format }.into());
    if head.starts_with(b"\xFF\xD8\xFF") {
        return Ok(Format::Jpeg);
    }
    if head.starts_with(PNG_SIGNATURE) {
        return Ok(Format::Png);
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return Ok(Format::WebP);
    }
    if head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a") {
        return Ok(Format::Gif);
    }
    if head.starts_with(b"BM") {
        return Ok(Format::Bmp);
    }
    if head.starts_with(b"II*\0") || head.starts_with(b"MM\0*") {
        return unsupported("TIFF");
    }
    if head.starts_with(b"\0\0\x01\0") {
        return unsupported("ICO");
    }
    if let Some(brand) = head.get(4..12).and_then(|head| head.strip_prefix(b"ftyp")) {
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
    if head.starts_with(b"\xFF\x0A") || head.starts_with(b"\0\0\0\x0CJXL ") {
        return unsupported("JPEG XL");
    }
    let text = String::from_utf8_lossy(head)
        .trim_start_matches('\u{feff}')
        .to_ascii_lowercase();
    let text = text.trim_start();
    if text.starts_with("<svg") || (text.starts_with("<?xml") && text.contains("<svg")) {
        return unsupported("SVG");
    }
    let looks_like = if text.starts_with("<!doctype html") || text.starts_with("<html") {
        Some("a web page")
    } else if head.starts_with(b"%PDF") {
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

/// Reads numbers and hops over what does not matter.
struct Fields<R> {
    file: BufReader<R>,
    size_bytes: u64,
}

impl<R: Read + Seek> Fields<R> {
    fn bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn bytes_at<const N: usize>(&mut self, offset: u64) -> io::Result<[u8; N]> {
        self.go_to(offset)?;
        self.bytes()
    }

    fn byte(&mut self) -> io::Result<u8> {
        Ok(self.bytes::<1>()?[0])
    }

    fn go_to(&mut self, offset: u64) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(offset)).map(|_| ())
    }

    fn skip(&mut self, count: u32) -> io::Result<()> {
        self.file.seek_relative(count.into())
    }
}

fn damaged() -> io::Error {
    IoErrorKind::InvalidData.into()
}

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;

/// Returns the next marker; stuffed and fill bytes are none.
///
/// Source: ITU-T T.81, B.1.1.
fn jpeg_marker<R: Read + Seek>(file: &mut Fields<R>) -> io::Result<u8> {
    loop {
        file.file.skip_until(0xFF)?;
        let mut marker = file.byte()?;
        while marker == 0xFF {
            marker = file.byte()?;
        }
        if !matches!(marker, 0x00 | 0x01 | 0xD0..=SOI) {
            return Ok(marker);
        }
    }
}

fn skip_jpeg_segment<R: Read + Seek>(file: &mut Fields<R>) -> io::Result<()> {
    let length = u16::from_be_bytes(file.bytes()?);
    file.skip(u32::from(length).saturating_sub(2))
}

fn jpeg_size<R: Read + Seek>(file: &mut Fields<R>) -> io::Result<(u32, u32)> {
    file.go_to(2)?;
    loop {
        match jpeg_marker(file)? {
            0xC4 | 0xC8 | 0xCC => skip_jpeg_segment(file)?,
            0xC0..=0xCF => {
                let [_, _, _, h0, h1, w0, w1] = file.bytes()?;
                let side = |bytes| u32::from(u16::from_be_bytes(bytes));
                return Ok((side([w0, w1]), side([h0, h1])));
            }
            SOS | EOI => return Err(damaged()),
            _ => skip_jpeg_segment(file)?,
        }
    }
}

/// Whether an end marker follows the last scan; cameras like to add their own data behind it.
fn jpeg_is_whole<R: Read + Seek>(file: &mut Fields<R>) -> io::Result<bool> {
    if file.bytes_at(file.size_bytes.saturating_sub(2))? == [0xFF, EOI] {
        return Ok(true);
    }
    file.go_to(2)?;
    loop {
        match jpeg_marker(file)? {
            EOI => return Ok(true),
            _ => skip_jpeg_segment(file)?,
        }
    }
}

const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1A\n";

fn png_size<R: Read + Seek>(file: &mut Fields<R>) -> io::Result<(u32, u32)> {
    if &file.bytes_at(12)? != b"IHDR" {
        return Err(damaged());
    }
    let [width, height] = [file.bytes()?, file.bytes()?].map(u32::from_be_bytes);
    Ok((width, height))
}

fn png_is_whole<R: Read + Seek>(file: &mut Fields<R>, exif: &mut bool) -> io::Result<bool> {
    file.go_to(PNG_SIGNATURE.len() as u64)?;
    loop {
        let length = u32::from_be_bytes(file.bytes()?);
        let name = file.bytes::<4>()?;
        file.skip(length)?;
        let _checksum = file.bytes::<4>()?;
        *exif |= &name == b"eXIf";
        if &name == b"IEND" {
            return Ok(true);
        }
    }
}

/// Source: RFC 9649, sections 2.5 to 2.7 and 3.4; RFC 6386, section 9.1.
fn webp_size<R: Read + Seek>(file: &mut Fields<R>) -> io::Result<(u32, u32)> {
    let kind = file.bytes_at::<4>(12)?;
    let _size = file.bytes::<4>()?;
    match &kind {
        b"VP8 " => {
            let [_, _, _, mark @ .., w0, w1, h0, h1] = file.bytes::<10>()?;
            if mark != [0x9D, 0x01, 0x2A] {
                return Err(damaged());
            }
            let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3FFF);
            Ok((side([w0, w1]), side([h0, h1])))
        }
        b"VP8L" => {
            if file.byte()? != 0x2F {
                return Err(damaged());
            }
            let sides = u32::from_le_bytes(file.bytes()?);
            Ok((1 + (sides & 0x3FFF), 1 + (sides >> 14 & 0x3FFF)))
        }
        b"VP8X" => {
            let [_, _, _, _, w0, w1, w2, h0, h1, h2] = file.bytes()?;
            let side = |bytes| 1 + u32::from_le_bytes(bytes);
            Ok((side([w0, w1, w2, 0]), side([h0, h1, h2, 0])))
        }
        _ => Err(damaged()),
    }
}

fn webp_is_whole<R: Read + Seek>(file: &mut Fields<R>, exif: &mut bool) -> io::Result<bool> {
    const HAS_EXIF: u8 = 0x08;
    let [name @ .., _, _, _, _, flags] = file.bytes_at::<9>(12)?;
    *exif = &name == b"VP8X" && flags & HAS_EXIF != 0;
    let length = u32::from_le_bytes(file.bytes_at(4)?);
    Ok(u64::from(length) + 8 <= file.size_bytes)
}

fn gif_size<R: Read + Seek>(file: &mut Fields<R>) -> io::Result<(u32, u32)> {
    file.go_to(6)?;
    let [width, height] = [file.bytes()?, file.bytes()?].map(u16::from_le_bytes);
    Ok((width.into(), height.into()))
}

/// Whether the blocks of the first frame are all there.
///
/// Source: GIF89a specification, sections 18 to 23.
fn gif_is_whole<R: Read + Seek>(file: &mut Fields<R>) -> io::Result<bool> {
    fn skip_colours<R: Read + Seek>(file: &mut Fields<R>, flags: u8) -> io::Result<()> {
        match flags & 0x80 {
            0 => Ok(()),
            _ => file.skip(3 << ((flags & 7) + 1)),
        }
    }
    fn skip_blocks<R: Read + Seek>(file: &mut Fields<R>) -> io::Result<()> {
        loop {
            match file.byte()? {
                0 => return Ok(()),
                length => file.skip(length.into())?,
            }
        }
    }
    let [flags, _background, _ratio] = file.bytes_at(10)?;
    skip_colours(file, flags)?;
    loop {
        match file.byte()? {
            b'!' => {
                let _label = file.byte()?;
                skip_blocks(file)?;
            }
            b',' => {
                let [.., flags] = file.bytes::<9>()?;
                skip_colours(file, flags)?;
                let _code_size = file.byte()?;
                skip_blocks(file)?;
                return Ok(true);
            }
            _ => return Ok(false),
        }
    }
}

fn bmp_size<R: Read + Seek>(file: &mut Fields<R>) -> io::Result<(u32, u32)> {
    if u32::from_le_bytes(file.bytes_at(14)?) == BMP_CORE_HEADER {
        let [width, height] = [file.bytes()?, file.bytes()?].map(u16::from_le_bytes);
        return Ok((width.into(), height.into()));
    }
    let [width, height] = [file.bytes()?, file.bytes()?].map(i32::from_le_bytes);
    // A negative height means rows from the top down.
    Ok((
        u32::try_from(width).map_err(|_| damaged())?,
        height.unsigned_abs(),
    ))
}

/// Size of the header that OS/2 wrote.
const BMP_CORE_HEADER: u32 = 12;

/// Whether all rows are there; those of run-length encoded files have no length to tell by.
fn bmp_is_whole<R: Read + Seek>(file: &mut Fields<R>) -> io::Result<bool> {
    let (width, height) = bmp_size(file)?;
    let start = u32::from_le_bytes(file.bytes_at(10)?);
    let core = u32::from_le_bytes(file.bytes()?) == BMP_CORE_HEADER;
    let bits = u16::from_le_bytes(file.bytes_at(if core { 24 } else { 28 })?);
    let compression = if core {
        0
    } else {
        u32::from_le_bytes(file.bytes()?)
    };
    let stride = (u64::from(width) * u64::from(bits)).div_ceil(32) * 4;
    let rows = stride.checked_mul(u64::from(height));
    let end = rows.and_then(|rows| rows.checked_add(start.into()));
    Ok(matches!(compression, 0 | 3 | 6) && end.is_some_and(|end| end <= file.size_bytes))
}

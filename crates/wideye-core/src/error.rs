use std::error::Error as StdError;
use std::fmt;

use crate::Crop;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong with a picture, its labels or its scores.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The ways in which this crate's functions fail.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file has no bytes.
    EmptyFile,
    /// The bytes begin like no picture format.
    UnknownFormat {
        /// What the bytes look like instead, where that is recognised.
        looks_like: Option<&'static str>,
    },
    /// A picture in a format that is recognised but cannot be decoded.
    UnsupportedFormat {
        /// The format's usual name.
        format: &'static str,
    },
    /// Reading the file failed; [`source`](StdError::source) says why.
    Unreadable,
    /// The file ends before its picture does.
    Truncated {
        /// The format's usual name.
        format: &'static str,
    },
    /// The decoder rejected the file; [`source`](StdError::source) says why.
    Damaged {
        /// The format's usual name.
        format: &'static str,
    },
    /// The file has more bytes than the limit.
    TooManyBytes {
        /// The limit.
        max_bytes: usize,
        /// The file's size.
        actual: usize,
    },
    /// The picture is wider, higher or larger than the limits.
    TooManyPixels {
        /// Width that the file declares.
        width: u32,
        /// Height that the file declares.
        height: u32,
        /// Limit on either side.
        max_side: u32,
        /// Limit on the product of the sides.
        max_pixels: u64,
    },
    /// The picture has no rows or no columns.
    NoPixels {
        /// Given width.
        width: u32,
        /// Given height.
        height: u32,
    },
    /// A pixel buffer's length does not follow from its width and height.
    PixelCount {
        /// `width * height * channels`.
        expected: u64,
        /// The buffer's length.
        actual: usize,
    },
    /// A crop that is empty, not finite or not within the picture.
    Crop {
        /// The given crop.
        crop: Crop,
        /// The picture's width.
        width: u32,
        /// The picture's height.
        height: u32,
    },
    /// No fit mode bears this name.
    UnknownFit {
        /// The given name.
        name: String,
    },
    /// A list of labels is empty.
    NoLabels,
    /// Superclasses are given, but not one assignment for each label.
    SuperclassCount {
        /// Number of labels.
        expected: usize,
        /// Number of assignments.
        actual: usize,
    },
    /// A label is assigned to a superclass that does not exist.
    SuperclassRange {
        /// The label's index.
        label_index: usize,
        /// The superclass it names.
        superclass_index: usize,
        /// Number of superclasses.
        superclasses: usize,
    },
    /// There are no scores to turn into probabilities.
    NoScores,
    /// A logit is not a number, or infinitely large.
    ScoreNotFinite {
        /// The logit's index.
        index: usize,
    },
    /// A temperature that is not above zero and finite.
    Temperature {
        /// The given temperature.
        actual: f32,
    },
}

impl Error {
    pub(crate) fn with_source(
        kind: ErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            source: Some(source.into()),
        }
    }

    /// What went wrong, with the figures that belong to it.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The stable code that commands and JavaScript report: `not-an-image`, `too-large`, `network`,
    /// `bad-model` or `internal`.
    ///
    /// What cannot be read is `network`, be it a file that is missing or an address: nobody knows
    /// whether it is an image.
    pub fn code(&self) -> &'static str {
        use ErrorKind::*;
        match self.kind {
            EmptyFile
            | UnknownFormat { .. }
            | UnsupportedFormat { .. }
            | Truncated { .. }
            | Damaged { .. }
            | NoPixels { .. } => "not-an-image",
            TooManyBytes { .. } | TooManyPixels { .. } => "too-large",
            NoLabels
            | SuperclassCount { .. }
            | SuperclassRange { .. }
            | NoScores
            | ScoreNotFinite { .. }
            | Temperature { .. } => "bad-model",
            Unreadable => "network",
            PixelCount { .. } | Crop { .. } | UnknownFit { .. } => "internal",
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self { kind, source: None }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ErrorKind::*;
        match &self.kind {
            EmptyFile => f.write_str("the file is empty, expected a picture"),
            UnknownFormat {
                looks_like: Some(what),
            } => write!(
                f,
                "this is {what}, expected a JPEG, PNG, WebP, GIF or BMP picture"
            ),
            UnknownFormat { looks_like: None } => f.write_str(
                "this file is no picture in a known format, expected JPEG, PNG, WebP, GIF or BMP",
            ),
            UnsupportedFormat { format } => write!(
                f,
                "{format} pictures cannot be read here, save it as JPEG, PNG or WebP and try again"
            ),
            Unreadable => f.write_str("the file cannot be read, try again"),
            Truncated { format } => write!(
                f,
                "the {format} file ends before its picture does, load or copy it again"
            ),
            Damaged { format } => write!(f, "the {format} file is damaged").and_then(|()| {
                self.source
                    .iter()
                    .try_for_each(|cause| write!(f, ": {cause}"))
            }),
            TooManyBytes { max_bytes, actual } => write!(
                f,
                "the file has {actual} bytes, expected at most {max_bytes}, save a smaller copy"
            ),
            TooManyPixels {
                width,
                height,
                max_side,
                max_pixels,
            } => write!(
                f,
                "the picture is {width}x{height}, expected at most {max_side} a side and \
                 {max_pixels} pixels in all, save a smaller copy"
            ),
            NoPixels { width, height } => {
                write!(f, "the picture is {width}x{height}, expected at least 1x1")
            }
            PixelCount { expected, actual } => write!(
                f,
                "expected {expected} bytes of pixels for this width and height, found {actual}"
            ),
            Crop {
                crop,
                width,
                height,
            } => write!(
                f,
                "expected a crop of at least one pixel within the picture, which is \
                 {width}x{height}, found {}x{} at {}, {}",
                crop.width, crop.height, crop.x, crop.y
            ),
            UnknownFit { name } => {
                write!(
                    f,
                    "expected a fit of cover, contain or fill, found {name:?}"
                )
            }
            NoLabels => f.write_str("expected at least one label, found none"),
            SuperclassCount { expected, actual } => write!(
                f,
                "expected a superclass for each of the {expected} labels, found {actual}"
            ),
            SuperclassRange {
                label_index,
                superclass_index,
                superclasses,
            } => write!(
                f,
                "label {label_index} names superclass {superclass_index}, expected less than \
                 {superclasses}"
            ),
            NoScores => f.write_str("expected at least one score, found none"),
            ScoreNotFinite { index } => write!(
                f,
                "the score of class {index} is not a finite number, the model's weights may be \
                 damaged"
            ),
            Temperature { actual } => {
                write!(f, "expected a temperature above 0, found {actual}")
            }
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}

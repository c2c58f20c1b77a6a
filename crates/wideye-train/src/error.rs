use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::dataset::DatasetKind;

/// The result of this crate's fallible functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong in this crate, with its cause where there is one.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of failure that [`Error::kind`] tells apart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file or folder could not be read or written.
    Io {
        /// The file or folder.
        path: PathBuf,
    },
    /// There is no folder with a data set where one is to be read.
    NoDataset {
        /// Where it should be.
        path: PathBuf,
        /// Which data set.
        kind: DatasetKind,
    },
    /// A data file ends in the middle of a record.
    TruncatedRecord {
        /// The data file.
        path: PathBuf,
        /// Where the incomplete record starts, in bytes.
        offset: u64,
        /// The size of a record in bytes.
        expected: usize,
        /// How many bytes of it there are.
        actual: usize,
    },
    /// A data file does not hold the number of records its data set has.
    RecordCount {
        /// The data file.
        path: PathBuf,
        /// Where the file should have ended, in bytes.
        offset: u64,
        /// The number of records of the data set.
        expected: usize,
        /// The number of records found.
        actual: usize,
    },
    /// A record names a class that the data set does not have.
    LabelOutOfRange {
        /// The data file.
        path: PathBuf,
        /// Where the label byte is, in bytes.
        offset: u64,
        /// The label found.
        label: u8,
        /// The number of classes.
        classes: usize,
    },
    /// Two records put one class into different superclasses.
    SuperclassConflict {
        /// The data file.
        path: PathBuf,
        /// Where the later record starts, in bytes.
        offset: u64,
        /// The class.
        label: usize,
    },
    /// A file of class names does not hold what its data set needs.
    ClassNames {
        /// The file of names.
        path: PathBuf,
        /// The number of names expected, if the data set fixes it.
        expected: Option<usize>,
        /// The number of names found.
        actual: usize,
    },
    /// A class has no training image.
    EmptyClass {
        /// The class.
        label: usize,
    },
    /// A file's bytes are not the published ones.
    Checksum {
        /// The file.
        path: PathBuf,
        /// The published checksum and its kind, as in `MD5 0123...`, or another figure of the data.
        expected: String,
        /// That of what was there.
        actual: String,
    },
    /// A download did not arrive.
    Download {
        /// What was asked for.
        url: String,
        /// Why it did not arrive.
        reason: String,
    },
    /// An archive lacks a file of the data set.
    MissingInArchive {
        /// The archive or folder.
        path: PathBuf,
        /// The file's name.
        name: String,
    },
    /// A folder does not hold pictures as a data set needs them.
    Pictures {
        /// The folder.
        path: PathBuf,
        /// What it lacks.
        reason: String,
    },
    /// A configuration does not say what it has to, or says what it must not.
    Config {
        /// The configuration's file, if it is from one.
        path: Option<PathBuf>,
        /// The field, as in `train.epochs`.
        field: String,
        /// What is wrong with its value.
        reason: String,
    },
    /// A file of weights does not fit the network.
    Weights {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// A file is not ONNX.
    NotOnnx,
    /// A run folder is in a state that forbids what was asked.
    Run {
        /// The run folder.
        path: PathBuf,
        /// What forbids it, and what to do.
        reason: String,
    },
    /// libtorch reported an error.
    Torch,
    /// The classifier refuses a model or fails on it.
    Classifier,
    /// Images set aside for validation may be some that a model was trained on.
    OtherImages,
    /// A model takes images of another size than those of the data sets.
    InputSize {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
    },
    /// A network's scores are not all numbers.
    NotFinite,
    /// The loss is no longer a number.
    Diverged {
        /// The epoch, counted from 0.
        epoch: usize,
        /// The step within the epoch, counted from 0.
        step: usize,
    },
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self { kind, source: None }
    }

    pub(crate) fn with_source(
        kind: ErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            source: Some(source.into()),
        }
    }

    pub(crate) fn config(field: &str, reason: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config {
            path: None,
            field: field.into(),
            reason: reason.into(),
        })
    }

    /// Names the file that a configuration is from.
    pub(crate) fn in_file(mut self, file: &Path) -> Self {
        if let ErrorKind::Config { path, .. } = &mut self.kind {
            *path = Some(file.into());
        }
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::Io { path } => write!(f, "cannot read or write {}", path.display()),
            ErrorKind::NoDataset { path, kind } => write!(
                f,
                "there is no folder {}; `wideye-train data --dataset {} --out DIR` brings the data set",
                path.display(),
                kind.name()
            ),
            ErrorKind::TruncatedRecord {
                path,
                offset,
                expected,
                actual,
            } => write!(
                f,
                "{}: the record at offset {offset} has {actual} of its {expected} bytes; fetch the data again",
                path.display()
            ),
            ErrorKind::RecordCount {
                path,
                offset,
                expected,
                actual,
            } => write!(
                f,
                "{}: expected {expected} records, ending at offset {offset}, found {actual}; fetch the data again",
                path.display()
            ),
            ErrorKind::LabelOutOfRange {
                path,
                offset,
                label,
                classes,
            } => write!(
                f,
                "{}: label {label} at offset {offset} is not one of the {classes} classes; fetch the data again",
                path.display()
            ),
            ErrorKind::SuperclassConflict {
                path,
                offset,
                label,
            } => write!(
                f,
                "{}: the record at offset {offset} puts class {label} into another superclass than earlier records",
                path.display()
            ),
            ErrorKind::ClassNames {
                path,
                expected: Some(expected),
                actual,
            } => {
                write!(
                    f,
                    "{}: expected {expected} class names, found {actual}",
                    path.display()
                )
            }
            ErrorKind::ClassNames {
                path,
                expected: None,
                actual,
            } => {
                write!(
                    f,
                    "{}: expected 2 to 256 class names, found {actual}",
                    path.display()
                )
            }
            ErrorKind::EmptyClass { label } => write!(f, "class {label} has no training image"),
            ErrorKind::Checksum {
                path,
                expected,
                actual,
            } => write!(
                f,
                "{}: expected {expected}, found {actual}; get it anew",
                path.display()
            ),
            ErrorKind::Download { url, reason } => {
                write!(
                    f,
                    "cannot download {url}: {reason}; run the command again to resume, name a mirror with --url or what you have of it with --from"
                )
            }
            ErrorKind::MissingInArchive { path, name } => {
                write!(
                    f,
                    "{} holds no {name}; is it the binary version of the data set?",
                    path.display()
                )
            }
            ErrorKind::Config {
                path: Some(path),
                field,
                reason,
            } => write!(f, "{}: {field} {reason}", path.display()),
            ErrorKind::Config { field, reason, .. } => {
                write!(f, "configuration: {field} {reason}")
            }
            ErrorKind::OtherImages => f.write_str(
                "the model was trained on other images than the data set has now, so that it may have seen those for \
                 validation; name the data set that it was trained on with --dataset and --data",
            ),
            ErrorKind::InputSize { width, height } => write!(
                f,
                "the model takes images of {width}x{height} pixels, and those of the data sets have 32x32"
            ),
            ErrorKind::Pictures { path, reason } => write!(f, "{} {reason}", path.display()),
            ErrorKind::Weights { path, reason } => write!(f, "{}: {reason}", path.display()),
            ErrorKind::Run { path, reason } => write!(f, "{}: {reason}", path.display()),
            ErrorKind::NotOnnx => write!(f, "not an ONNX file"),
            ErrorKind::Torch => write!(f, "libtorch reported an error"),
            ErrorKind::Classifier => write!(f, "the classifier fails on the exported model"),
            ErrorKind::NotFinite => write!(
                f,
                "the network's scores are not finite; its weights are damaged, or its training has diverged"
            ),
            ErrorKind::Diverged { epoch, step } => {
                write!(
                    f,
                    "the loss is not finite at epoch {epoch}, step {step}; lower train.learning_rate"
                )
            }
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_ref()
            .map(|s| s.as_ref() as &(dyn StdError + 'static))
    }
}

impl From<tch::TchError> for Error {
    fn from(source: tch::TchError) -> Self {
        Self::with_source(ErrorKind::Torch, source)
    }
}

/// Names the path that an I/O error happened at.
pub(crate) trait AtPath<T> {
    fn at(self, path: &Path) -> Result<T>;
}

impl<T> AtPath<T> for std::io::Result<T> {
    fn at(self, path: &Path) -> Result<T> {
        self.map_err(|e| Error::with_source(ErrorKind::Io { path: path.into() }, e))
    }
}

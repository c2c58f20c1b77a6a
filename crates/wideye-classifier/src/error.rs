use std::error::Error as StdError;
use std::fmt;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong with a model or with running it.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The ways in which this crate's functions fail.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes are no ONNX file, or only a part of one.
    NotOnnx {
        /// What the bytes look like instead, where that is recognised.
        looks_like: Option<&'static str>,
    },
    /// The file holds no graph.
    NoGraph,
    /// The model's inputs are not exactly `image`.
    Input {
        /// The name that the contract asks for.
        expected: &'static str,
        /// The names that were found.
        actual: Vec<String>,
    },
    /// The input is no float32 tensor of shape `[N, 3, height, width]` with N left open.
    InputShape {
        /// The type and shape that were found.
        actual: String,
    },
    /// A described model has not exactly one input.
    InputCount {
        /// The names that were found.
        actual: Vec<String>,
    },
    /// The input of a described model is no image of float32.
    ImageShape {
        /// The type and shape that were found.
        actual: String,
    },
    /// The input's sides are neither in the file nor described.
    OpenSides {
        /// The type and shape that were found.
        actual: String,
    },
    /// The described input size is another than the file's.
    InputSize {
        /// Width and height that the file has.
        expected: (u32, u32),
        /// Width and height that were described.
        actual: (u32, u32),
    },
    /// A described side is 0 or too long.
    InputSide {
        /// Most pixels of a side.
        max: u32,
    },
    /// Means or standard deviations cannot be computed with.
    Normalisation {
        /// The means that were given.
        mean: [f32; 3],
        /// The standard deviations that were given.
        std: [f32; 3],
    },
    /// An output of the contract is missing.
    MissingOutput {
        /// The name that the contract asks for.
        expected: &'static str,
        /// The names that were found.
        actual: Vec<String>,
    },
    /// An output has another shape than the contract says.
    OutputShape {
        /// The output's name.
        output: String,
        /// The shape that the contract asks for.
        expected: &'static str,
        /// The type and shape that were found.
        actual: String,
    },
    /// A metadata property of the contract is missing.
    MissingMetadata {
        /// The property's key.
        key: &'static str,
    },
    /// A metadata property does not hold what the contract says.
    Metadata {
        /// The property's key.
        key: &'static str,
        /// What the contract asks for.
        expected: &'static str,
        /// The value that was found, shortened.
        actual: String,
    },
    /// Labels and superclasses do not fit together; [`source`](StdError::source) says how.
    Labels,
    /// The model has another number of classes than labels.
    LabelCount {
        /// Width of the `logits` output.
        classes: usize,
        /// Number of labels in the metadata or the description.
        labels: usize,
    },
    /// The graph uses an operator that is not known here.
    Operator {
        /// The operator, with its domain if that is not ONNX's own.
        operator: String,
        /// The node that uses it.
        node: String,
    },
    /// The graph contradicts itself; [`source`](StdError::source) says where.
    Graph,
    /// The graph was accepted but cannot be run; [`source`](StdError::source) says why.
    Run,
    /// The input tensor holds no whole number of images.
    InputLength {
        /// Length of one image, `3 * height * width`.
        image_len: usize,
        /// Length that was given.
        actual: usize,
    },
    /// The picture has not the size that the model takes.
    PictureSize {
        /// Width and height that the model takes.
        expected: (u32, u32),
        /// The picture's width and height.
        actual: (u32, u32),
    },
    /// The model's answer is not a set of scores; [`source`](StdError::source) says why.
    Scores,
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

    /// What went wrong, with the names and figures that belong to it.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The stable code that commands and JavaScript report: `bad-model` or `internal`.
    pub fn code(&self) -> &'static str {
        match self.kind {
            ErrorKind::InputLength { .. }
            | ErrorKind::InputSide { .. }
            | ErrorKind::Normalisation { .. }
            | ErrorKind::PictureSize { .. } => "internal",
            _ => "bad-model",
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
            NotOnnx {
                looks_like: Some(what),
            } => {
                write!(f, "this is {what}, expected an ONNX model")
            }
            NotOnnx { looks_like: None } => f.write_str(
                "this is no complete ONNX model, load it again or compare its size with the \
                 original's",
            ),
            NoGraph => f.write_str("the ONNX model has no graph, export it again"),
            Input { expected, actual } => write!(
                f,
                "expected one input named {expected:?}, found {}, rename it when exporting or \
                 describe the model by its labels",
                list(actual)
            ),
            InputShape { actual } => write!(
                f,
                "expected an input of float32 [N, 3, height, width] with a symbolic N, found \
                 {actual}, export with a dynamic batch dimension and fixed sides"
            ),
            InputCount { actual } => {
                write!(f, "expected one input, found {}", list(actual))
            }
            ImageShape { actual } => write!(
                f,
                "expected an input of float32 [N, 3, height, width] or [N, height, width, 3] with \
                 an N of 1 or symbolic, found {actual}"
            ),
            OpenSides { actual } => write!(
                f,
                "the model leaves the size of its input open ({actual}), describe the input size"
            ),
            InputSize { expected, actual } => write!(
                f,
                "expected an input size of {}x{}, as the model has it, found {}x{}",
                expected.0, expected.1, actual.0, actual.1
            ),
            InputSide { max } => write!(f, "expected an input size of 1 to {max} pixels a side"),
            Normalisation { mean, std } => write!(
                f,
                "expected three finite means and three standard deviations above 0, found \
                 {mean:?} and {std:?}"
            ),
            MissingOutput { expected, actual } => {
                write!(
                    f,
                    "expected an output named {expected:?}, found {}",
                    list(actual)
                )
            }
            OutputShape {
                output,
                expected,
                actual,
            } => {
                write!(
                    f,
                    "expected output {output:?} to be {expected}, found {actual}"
                )
            }
            MissingMetadata { key } => write!(
                f,
                "the model's metadata has no {key:?}, add it to metadata_props when exporting or \
                 describe the model by its labels"
            ),
            Metadata {
                key,
                expected,
                actual,
            } => {
                write!(
                    f,
                    "expected metadata {key:?} to be {expected}, found {actual:?}"
                )
            }
            Labels => f.write_str("the model's labels and superclasses do not fit together"),
            LabelCount { classes, labels } => write!(
                f,
                "the model has {classes} classes, but there are {labels} labels"
            ),
            Operator { operator, node } => write!(
                f,
                "the model uses operator {operator:?} (node {node:?}), which is not supported, \
                 export with standard ONNX operators"
            ),
            Graph => f.write_str("the model's graph is inconsistent"),
            Run => f.write_str("the model cannot be run"),
            InputLength { image_len, actual } => write!(
                f,
                "expected a multiple of {image_len} input values, at least one image, found \
                 {actual}"
            ),
            PictureSize { expected, actual } => write!(
                f,
                "expected a picture of {}x{}, found {}x{}, prepare it first",
                expected.0, expected.1, actual.0, actual.1
            ),
            Scores => f.write_str("the model's scores are unusable"),
        }?;
        if matches!(self.kind, Labels | Graph | Run | Scores) {
            let mut cause = self.source();
            while let Some(error) = cause {
                write!(f, ": {error}")?;
                cause = error.source();
            }
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "none".into();
    }
    names
        .iter()
        .map(|name| format!("{name:?}"))
        .collect::<Vec<_>>()
        .join(", ")
}

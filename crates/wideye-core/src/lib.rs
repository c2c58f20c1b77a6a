//! Turns an encoded picture into a model input, and scores into predictions.
//!
//! The stages, in the order a picture passes them:
//!
//! - [`probe`](probe()): what a JPEG, PNG, WebP, GIF or BMP file says of itself, and whether it is one
//! - [`decode`](decode()): its bytes to an upright, opaque [`Picture`]; with the feature `decode`
//! - [`Fittable::thumbnail`], or [`Fitting`] row by row: to the model's input size, the same way everywhere
//! - [`Thumbnail::to_nchw`]: to the tensor the model expects
//! - [`softmax`], [`predictions`], [`superclass_scores`]: from logits to labelled probabilities
//!
//! # Example
//!
//! ```
//! use wideye_core::{Fit, Fittable, Labels, Picture, predictions, softmax};
//!
//! let picture = Picture::from_rgb(2, 1, vec![255, 0, 0, 0, 0, 255])?;
//! let thumbnail = picture.thumbnail(Fit::Cover, 32, 32);
//! assert_eq!(thumbnail.to_nchw().len(), 3 * 32 * 32);
//!
//! let labels = Labels::new(vec!["cat".into(), "dog".into()], vec![], vec![])?;
//! let probabilities = softmax(&[0.0, 2.0], 1.0)?;
//! assert_eq!(predictions(&probabilities, &labels, Some(1))[0].label, "dog");
//! # Ok::<(), wideye_core::Error>(())
//! ```

#![deny(missing_docs)]

mod crop;
#[cfg(feature = "decode")]
mod decode;
mod error;
mod fit;
mod fitting;
mod labels;
mod limits;
mod picture;
mod probe;
mod scores;
mod thumbnail;
mod turn;

pub use crop::Crop;
#[cfg(feature = "decode")]
pub use decode::{StoredPicture, decode, decode_stored};
pub use error::{Error, ErrorKind, Result};
pub use fit::{Fit, Fittable};
pub use fitting::Fitting;
pub use labels::Labels;
pub use limits::Limits;
pub use picture::Picture;
pub use probe::{Format, Header, probe};
pub use scores::{
    Prediction, SuperclassScore, predictions, roll_up, softmax, superclass_scores, top_k,
};
pub use thumbnail::Thumbnail;

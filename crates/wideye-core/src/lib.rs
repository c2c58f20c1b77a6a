//! Turns an encoded picture into a model input, and scores into predictions.
//!
//! The stages, in the order a picture passes them:
//!
//! - [`decode`](decode()): JPEG, PNG, WebP, GIF or BMP bytes to an upright, opaque [`Picture`]
//! - [`Picture::fit`]: to the model's input size, the same way everywhere
//! - [`Picture::to_nchw`]: to the tensor the model expects
//! - [`softmax`], [`predictions`], [`superclass_scores`]: from logits to labelled probabilities
//!
//! # Example
//!
//! ```
//! use wideye_core::{Fit, Labels, Picture, predictions, softmax};
//!
//! let picture = Picture::from_rgb(2, 1, vec![255, 0, 0, 0, 0, 255])?;
//! let thumbnail = picture.fit(Fit::Cover, 32, 32);
//! assert_eq!(thumbnail.to_nchw().len(), 3 * 32 * 32);
//!
//! let labels = Labels::new(vec!["cat".into(), "dog".into()], vec![], vec![])?;
//! let probabilities = softmax(&[0.0, 2.0], 1.0)?;
//! assert_eq!(predictions(&probabilities, &labels, Some(1))[0].label, "dog");
//! # Ok::<(), wideye_core::Error>(())
//! ```

#![deny(missing_docs)]

mod decode;
mod error;
mod fit;
mod labels;
mod picture;
mod scores;

pub use decode::{Limits, decode};
pub use error::{Error, ErrorKind, Result};
pub use fit::Fit;
pub use labels::Labels;
pub use picture::Picture;
pub use scores::{
    Prediction, SuperclassScore, predictions, roll_up, softmax, superclass_scores, top_k,
};

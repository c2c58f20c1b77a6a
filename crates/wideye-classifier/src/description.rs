use std::borrow::Cow;

use crate::{ErrorKind, Result};

/// What a model's file does not say of itself, for image classifiers that were not exported by wideye.
///
/// Whatever is described, the names of inputs and outputs do not matter: the model has one input of float32
/// `[N, 3, height, width]` or `[N, height, width, 3]`, N being 1 or open, and one output of `[N, classes]`, or one
/// named `logits`. A softmax over all classes at the end is left out, also where its answer changes shape or type
/// after it, since probabilities are made of logits here.
///
/// # Example
/// ```
/// use wideye_classifier::{Classifier, ModelDescription, Normalisation};
///
/// # let model = include_bytes!("../../../tests/fixtures/models/foreign/softmax.onnx");
/// let description = ModelDescription {
///     labels: Some(["ash", "birch", "cedar", "elm"].map(String::from).to_vec()),
///     normalisation: Some(Normalisation::new([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])?),
///     ..ModelDescription::default()
/// };
/// let classifier = Classifier::with_description(model, &description)?;
/// assert!(!classifier.info().activation_maps);
/// # Ok::<(), wideye_classifier::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelDescription {
    /// Class names in the order of the outputs, instead of the file's.
    pub labels: Option<Vec<String>>,
    /// Width and height of the input in pixels, where the file leaves them open.
    pub input_size: Option<(u32, u32)>,
    /// What the network expects of pixels; where absent, values of 0 to 1.
    pub normalisation: Option<Normalisation>,
}

impl ModelDescription {
    /// Whether nothing is described, so that the file has to meet wideye's contract.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Means and standard deviations of red, green and blue over a data set, on a scale of 0 to 1.
///
/// A network that wants -1 to 1 has 0.5 for all six, one that wants 0 to 255 has means of 0 and deviations of 1/255.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normalisation {
    mean: [f32; 3],
    std: [f32; 3],
}

impl Normalisation {
    /// Returns what makes `(value - mean) / std` of every value.
    ///
    /// # Errors
    /// [`ErrorKind::Normalisation`] unless all are finite and the deviations above 0.
    pub fn new(mean: [f32; 3], std: [f32; 3]) -> Result<Self> {
        let usable = |std: &f32| *std > 0.0 && std.recip().is_finite();
        if mean.iter().all(|mean| mean.is_finite()) && std.iter().all(usable) {
            Ok(Self { mean, std })
        } else {
            Err(ErrorKind::Normalisation { mean, std }.into())
        }
    }
}

/// What becomes of an image on its way into the graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) normalisation: Option<Normalisation>,
    /// Whether the graph takes `[height, width, 3]`.
    pub(crate) channels_last: bool,
}

impl Entry {
    /// Returns the values that the graph takes for an image of `[3, height, width]`, 0 to 1.
    pub(crate) fn values<'a>(&self, image_chw: &'a [f32]) -> Cow<'a, [f32]> {
        let mut values = Cow::Borrowed(image_chw);
        let plane = image_chw.len() / 3;
        if let Some(Normalisation { mean, std }) = self.normalisation {
            let channels = values.to_mut().chunks_exact_mut(plane);
            for (channel, (mean, std)) in channels.zip(mean.into_iter().zip(std)) {
                for value in channel {
                    *value = (*value - mean) / std;
                }
            }
        }
        if self.channels_last {
            let pixels = (0..plane).flat_map(|at| [0, 1, 2].map(|channel| channel * plane + at));
            values = pixels.map(|index| values[index]).collect();
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGE: [f32; 6] = [0.0, 1.0, 0.5, 0.25, 1.0, 0.0];

    #[test]
    fn an_image_of_the_contract_is_taken_as_it_is() {
        assert!(
            matches!(Entry::default().values(&IMAGE), Cow::Borrowed(values) if values == IMAGE)
        );
    }

    #[test]
    fn each_channel_has_its_mean_and_deviation() -> Result<()> {
        let entry = Entry {
            normalisation: Some(Normalisation::new([0.5, 0.25, 0.0], [0.5, 0.25, 2.0])?),
            channels_last: false,
        };
        assert_eq!(*entry.values(&IMAGE), [-1.0, 1.0, 1.0, 0.0, 0.5, 0.0]);
        Ok(())
    }

    #[test]
    fn channels_come_last_where_the_graph_wants_them_there() {
        let entry = Entry {
            normalisation: None,
            channels_last: true,
        };
        assert_eq!(*entry.values(&IMAGE), [0.0, 0.5, 1.0, 1.0, 0.25, 0.0]);
    }

    #[test]
    fn what_cannot_be_divided_by_is_refused() {
        for (mean, std) in [
            ([0.0; 3], [1.0, 0.0, 1.0]),
            ([0.0; 3], [1.0, 1.0, -1.0]),
            ([0.0; 3], [f32::NAN, 1.0, 1.0]),
            ([0.0, f32::INFINITY, 0.0], [1.0; 3]),
        ] {
            assert!(Normalisation::new(mean, std).is_err(), "{mean:?} {std:?}");
        }
    }
}

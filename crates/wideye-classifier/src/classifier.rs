use serde::Serialize;
use wideye_core::{
    Fit, Fittable, Prediction, SuperclassScore, Thumbnail, predictions, softmax, superclass_scores,
};

use crate::backend::Backend;
use crate::contract::{self, ModelInfo};
use crate::description::{Entry, ModelDescription};
use crate::plan::{Graph, Plan};
use crate::{Error, ErrorKind, Result};

/// A model ready to run.
///
/// Sharing one between threads is cheap: [`run`](Self::run) takes `&self` and keeps its working
/// memory to itself.
///
/// # Example
/// ```
/// use wideye_classifier::Classifier;
/// use wideye_core::{Fit, Picture};
///
/// # let model = include_bytes!("../../../tests/fixtures/models/tiny.onnx");
/// let classifier = Classifier::from_onnx(model)?;
/// let picture = Picture::filled(640, 480, [200, 30, 30])?;
/// let thumbnail = classifier.prepare(&picture, Fit::Cover);
/// let result = classifier.classify(&thumbnail, Some(5))?;
/// println!("{} ({:.0} %)", result.predictions[0].label, 100.0 * result.predictions[0].probability);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Classifier {
    info: ModelInfo,
    entry: Entry,
    plan: Plan,
    maps_height: usize,
    maps_width: usize,
}

/// What the network says about a batch of images, in their order.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Outputs {
    /// Number of images.
    pub batch: usize,
    /// Number of classes.
    pub classes: usize,
    /// Height of an activation map, 0 where the model has none.
    pub maps_height: usize,
    /// Width of an activation map, 0 where the model has none.
    pub maps_width: usize,
    /// Uncalibrated scores, `[batch, classes]`, row-major.
    pub logits: Vec<f32>,
    /// Where each class was seen, `[batch, classes, maps_height, maps_width]`, row-major; the
    /// mean of a map plus the class's bias is its logit.
    pub activation_maps: Vec<f32>,
}

impl Outputs {
    /// The scores of one image, `[classes]`.
    ///
    /// # Panics
    /// If `image` is not below [`batch`](Self::batch).
    pub fn logits_of(&self, image: usize) -> &[f32] {
        &self.logits[image * self.classes..][..self.classes]
    }

    /// The activation maps of one image, `[classes, maps_height, maps_width]`.
    ///
    /// # Panics
    /// If `image` is not below [`batch`](Self::batch).
    pub fn activation_maps_of(&self, image: usize) -> &[f32] {
        let len = self.classes * self.maps_height * self.maps_width;
        &self.activation_maps[image * len..][..len]
    }
}

/// What a picture shows, by calibrated probability.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Classification {
    /// The likeliest classes, likeliest first.
    pub predictions: Vec<Prediction>,
    /// Every superclass, likeliest first; empty where the model has none.
    pub superclasses: Vec<SuperclassScore>,
    /// Whether the likeliest class reaches the model's threshold; `None` where it has none.
    pub known: Option<bool>,
}

impl Classifier {
    /// Returns a classifier for an ONNX file that meets wideye's contract.
    ///
    /// The graph is analysed and optimised once, here.
    ///
    /// # Errors
    /// Of code `bad-model`, with a kind that names what is missing or wrong.
    pub fn from_onnx(bytes: &[u8]) -> Result<Self> {
        Self::with_backend(bytes, Backend::default())
    }

    /// As [`from_onnx`](Self::from_onnx), computed by a backend of choice.
    ///
    /// # Errors
    /// Likewise.
    pub fn with_backend(bytes: &[u8], backend: Backend) -> Result<Self> {
        Self::load(bytes, &ModelDescription::default(), backend)
    }

    /// Returns a classifier for any ONNX image classifier, given what its file does not say.
    ///
    /// With nothing described, as [`from_onnx`](Self::from_onnx).
    ///
    /// # Errors
    /// Likewise; of code `internal` for a description that fits no model.
    pub fn with_description(bytes: &[u8], description: &ModelDescription) -> Result<Self> {
        Self::load(bytes, description, Backend::default())
    }

    fn load(bytes: &[u8], description: &ModelDescription, backend: Backend) -> Result<Self> {
        let model = contract::parse(bytes)?;
        let (info, tensors) = contract::check(&model, description)?;
        let graph = Graph::new(bytes, &model, &info, &tensors, backend)?;
        drop(model);
        let (maps_height, maps_width) = (graph.maps_height, graph.maps_width);
        let plan = graph.into_plan()?;
        Ok(Self {
            info,
            entry: Entry {
                normalisation: description.normalisation,
                channels_last: tensors.channels_last,
            },
            plan,
            maps_height,
            maps_width,
        })
    }

    /// What the model says about itself.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// Returns what the network sees of a picture: its input size, unrounded.
    pub fn prepare(&self, picture: &impl Fittable, fit: Fit) -> Thumbnail {
        picture.thumbnail(fit, self.info.input_width, self.info.input_height)
    }

    /// Returns the network's answers for a batch of any size.
    ///
    /// Images pass one by one, so that an answer never depends on its neighbours and one image's
    /// feature maps stay in the cache: batches of 16 took a third longer per image.
    ///
    /// # Shapes
    /// - `images_nchw`: `[batch, 3, input_height, input_width]`, row-major, RGB, `0.0..=1.0`
    ///
    /// # Errors
    /// [`ErrorKind::InputLength`] for anything but whole images, at least one;
    /// [`ErrorKind::Run`] if an operator fails.
    pub fn run(&self, images_nchw: &[f32]) -> Result<Outputs> {
        let image_len = 3 * self.info.input_height as usize * self.info.input_width as usize;
        let actual = images_nchw.len();
        if actual == 0 || !actual.is_multiple_of(image_len) {
            return Err(ErrorKind::InputLength { image_len, actual }.into());
        }
        let classes = self.info.labels.len();
        let (maps_height, maps_width) = (self.maps_height, self.maps_width);
        let batch = actual / image_len;
        let mut logits = Vec::with_capacity(batch * classes);
        let mut activation_maps = Vec::with_capacity(batch * classes * maps_height * maps_width);
        let images = images_nchw.chunks_exact(image_len);
        self.plan.run(
            images.map(|image| self.entry.values(image)),
            &mut logits,
            &mut activation_maps,
        )?;
        Ok(Outputs {
            batch,
            classes,
            maps_height,
            maps_width,
            logits,
            activation_maps,
        })
    }

    /// Returns what a prepared picture shows; `top_k` of `None` gives all classes.
    ///
    /// # Errors
    /// [`ErrorKind::PictureSize`] unless the picture has the model's input size (see
    /// [`prepare`](Self::prepare)), [`ErrorKind::Run`], [`ErrorKind::Scores`].
    pub fn classify(&self, thumbnail: &Thumbnail, top_k: Option<usize>) -> Result<Classification> {
        let expected = (self.info.input_width, self.info.input_height);
        let actual = (thumbnail.width(), thumbnail.height());
        if actual != expected {
            return Err(ErrorKind::PictureSize { expected, actual }.into());
        }
        let outputs = self.run(&thumbnail.to_nchw())?;
        self.interpret(outputs.logits_of(0), top_k)
    }

    /// Returns what one image's logits mean; `top_k` of `None` gives all classes.
    ///
    /// # Errors
    /// [`ErrorKind::Scores`] for logits that are not finite.
    ///
    /// # Panics
    /// If there is not one logit for each label.
    pub fn interpret(&self, logits: &[f32], top_k: Option<usize>) -> Result<Classification> {
        let probabilities = softmax(logits, self.info.temperature)
            .map_err(|error| Error::with_source(ErrorKind::Scores, error))?;
        let max = probabilities.iter().copied().fold(0.0, f32::max);
        Ok(Classification {
            predictions: predictions(&probabilities, &self.info.labels, top_k),
            superclasses: superclass_scores(&probabilities, &self.info.labels),
            known: self.info.known_threshold.map(|threshold| max >= threshold),
        })
    }
}

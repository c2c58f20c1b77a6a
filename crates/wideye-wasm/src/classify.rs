use js_sys::Uint8Array;
use wasm_bindgen::Clamped;
use wasm_bindgen::prelude::*;
use wideye_classifier::{Classifier, Outputs};
use wideye_core::{Fitting, Limits, Picture};

use crate::clock::Clock;
use crate::description;
use crate::error::{self, Error, Result};
use crate::file::File;
use crate::options::Options;
use crate::result::{self, Report};

/// Checks the header of an encoded picture: its format, and its size against the limits.
///
/// Returns its media type if all browsers decode it alike: not where the file is cut, of which they
/// show what there is, and not where they may overlook how to turn the picture.
#[wasm_bindgen]
pub fn probe(file: Uint8Array) -> Result<Option<String>> {
    let header = wideye_core::probe(File::new(file), &Limits::default())?;
    let alike = header.whole && !header.exif_chunk;
    Ok(alike.then(|| header.format.media_type().to_owned()))
}

/// A model ready to run.
#[wasm_bindgen]
pub struct WasmClassifier {
    classifier: Classifier,
}

#[wasm_bindgen]
impl WasmClassifier {
    /// Loads the bytes of an ONNX file; what it does not say of itself is described, or undefined.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &[u8], description: &JsValue) -> Result<WasmClassifier> {
        let description = description::read(description)?;
        Ok(Self {
            classifier: Classifier::with_description(model, &description)?,
        })
    }

    /// What the model says about itself: labels, superclasses, input size, calibration, provenance.
    pub fn info(&self) -> Result<JsValue> {
        result::info(self.classifier.info())
    }

    /// Starts to bring a picture of this size to the network's input size.
    pub fn fit(&self, width: u32, height: u32, options: &JsValue) -> Result<WasmFitting> {
        let info = self.classifier.info();
        let target = (info.input_width, info.input_height);
        let Options { fit, crop, .. } = Options::read(options)?;
        let fitting = match crop {
            Some(crop) => Fitting::of_crop(fit, (width, height), &crop, target)?,
            None => Fitting::new(fit, (width, height), target)?,
        };
        Ok(WasmFitting { fitting })
    }

    /// Classifies the network's input, `[1, 3, inputHeight, inputWidth]`, 0 to 1.
    pub fn classify(&self, image_nchw: &[f32], options: &JsValue) -> Result<JsValue> {
        let options = Options::read(options)?;
        let info = self.classifier.info();
        options.choice.check(&info.labels)?;
        if options.activation_maps && !info.activation_maps {
            let reason = "activationMaps: the model has no output of that kind, as modelInfo.activationMaps says";
            return Err(Error::argument(reason.into()));
        }
        let mut clock = Clock::start();
        let outputs = run_one(&self.classifier, image_nchw)?;
        let top_k = options.choice.least_top_k();
        let mut classification = self.classifier.interpret(&outputs.logits, top_k)?;
        options.choice.apply(&mut classification.predictions);
        let object = result::object(&Report {
            classification,
            infer_ms: clock.lap_ms(),
        })?;
        if options.thumbnail {
            let pixels = result::pixels(image_nchw, info.input_width, info.input_height);
            error::set(&object, "thumbnail", &pixels);
        }
        if options.activation_maps {
            let maps = result::activation_maps(&outputs);
            error::set(&object, "activationMaps", &maps);
        }
        Ok(object)
    }

    /// Returns the uncalibrated scores, `[classes]`, of pixels in the network's input size.
    pub fn logits(&self, rgba: Clamped<Vec<u8>>) -> Result<Vec<f32>> {
        let info = self.classifier.info();
        let picture = Picture::from_rgba(info.input_width, info.input_height, rgba.0)?;
        Ok(self.classifier.run(&picture.to_nchw())?.logits)
    }
}

fn run_one(classifier: &Classifier, image_nchw: &[f32]) -> Result<Outputs> {
    let outputs = classifier.run(image_nchw)?;
    match outputs.batch {
        1 => Ok(outputs),
        batch => Err(Error::argument(format!(
            "image: expected the values of one image, found those of {batch}"
        ))),
    }
}

/// A picture on its way to the network's input size, row by row.
#[wasm_bindgen]
pub struct WasmFitting {
    fitting: Fitting,
}

#[wasm_bindgen]
impl WasmFitting {
    /// First column that matters.
    #[wasm_bindgen(getter)]
    pub fn left(&self) -> u32 {
        self.fitting.columns().start
    }

    /// First row that matters.
    #[wasm_bindgen(getter)]
    pub fn top(&self) -> u32 {
        self.fitting.rows().start
    }

    /// Number of columns that matter.
    #[wasm_bindgen(getter)]
    pub fn width(&self) -> u32 {
        self.fitting.columns().len() as u32
    }

    /// Number of rows that matter.
    #[wasm_bindgen(getter)]
    pub fn height(&self) -> u32 {
        self.fitting.rows().len() as u32
    }

    /// Takes the next rows, `[rows, width, 4]`, where `left` is their first column.
    pub fn push(&mut self, mut rgba: Clamped<Vec<u8>>, left: u32, width: u32) -> Result<()> {
        let columns = left..left.saturating_add(width);
        Ok(self.fitting.push_rgba(&mut rgba.0, columns)?)
    }

    /// Returns the input for [`WasmClassifier::classify`].
    pub fn finish(self) -> Result<Vec<f32>> {
        Ok(self.fitting.finish()?.to_nchw())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_classified_one_at_a_time() {
        let model = include_bytes!("../../../tests/fixtures/models/tiny.onnx");
        let classifier = Classifier::from_onnx(model).ok();
        let accepted = |len: usize| {
            let image_nchw = vec![0.5; len];
            let classifier = classifier.as_ref();
            classifier.is_some_and(|classifier| run_one(classifier, &image_nchw).is_ok())
        };
        let len = 3 * 32 * 32;
        assert!(accepted(len));
        for wrong in [0, len - 1, 2 * len, 3 * len] {
            assert!(!accepted(wrong), "{wrong}");
        }
    }
}

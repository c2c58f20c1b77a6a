//! The JavaScript face of wideye-classifier: pictures and options in, plain objects out.
//!
//! Every failure is a JavaScript `Error` named `ClassifierError` with a stable `code`. A panic is one
//! too, with the code `crashed`; the instance must not be used after it.

use wasm_bindgen::Clamped;
use wasm_bindgen::prelude::*;
use wideye_classifier::Classifier;
use wideye_core::{Limits, Picture, decode};

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::options::Options;
use crate::result::{Report, Timings};

mod clock;
mod error;
mod options;
mod result;

/// A model ready to run.
#[wasm_bindgen]
pub struct WasmClassifier {
    classifier: Classifier,
}

#[wasm_bindgen]
impl WasmClassifier {
    /// Loads the bytes of an ONNX file.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &[u8]) -> Result<WasmClassifier> {
        Ok(Self {
            classifier: Classifier::from_onnx(model)?,
        })
    }

    /// What the model says about itself: labels, superclasses, input size, calibration, provenance.
    pub fn info(&self) -> Result<JsValue> {
        result::info(self.classifier.info())
    }

    /// Classifies a JPEG, PNG, WebP, GIF or BMP file.
    #[wasm_bindgen(js_name = classifyEncoded)]
    pub fn classify_encoded(&self, bytes: Vec<u8>, options: &JsValue) -> Result<JsValue> {
        self.classify(options, || {
            let picture = decode(&bytes, &Limits::default())?;
            drop(bytes);
            Ok(picture)
        })
    }

    /// Classifies pixels as `ImageData` has them, `[height, width, 4]`.
    #[wasm_bindgen(js_name = classifyPixels)]
    pub fn classify_pixels(
        &self,
        rgba: Clamped<Vec<u8>>,
        width: u32,
        height: u32,
        options: &JsValue,
    ) -> Result<JsValue> {
        self.classify(options, || Ok(Picture::from_rgba(width, height, rgba.0)?))
    }

    /// Returns the uncalibrated scores, `[classes]`, of pixels in the network's input size.
    pub fn logits(&self, rgba: Clamped<Vec<u8>>) -> Result<Vec<f32>> {
        let info = self.classifier.info();
        let picture = Picture::from_rgba(info.input_width, info.input_height, rgba.0)?;
        Ok(self.classifier.run(&picture.to_nchw())?.logits)
    }

    fn classify(
        &self,
        options: &JsValue,
        read: impl FnOnce() -> Result<Picture>,
    ) -> Result<JsValue> {
        let options = Options::read(options)?;
        let mut clock = Clock::start();
        let picture = read()?;
        let decode_ms = clock.lap_ms();
        let (width, height) = (picture.width(), picture.height());
        let thumbnail = self.classifier.prepare(&picture, options.fit);
        drop(picture);
        let resize_ms = clock.lap_ms();
        let outputs = self.classifier.run(&thumbnail.to_nchw())?;
        let classification = self.classifier.interpret(&outputs.logits, options.top_k)?;
        let timings = Timings {
            decode_ms,
            resize_ms,
            infer_ms: clock.lap_ms(),
        };
        let object = result::object(&Report {
            classification,
            width,
            height,
            timings,
        })?;
        if options.thumbnail {
            error::set(&object, "thumbnail", &result::pixels(&thumbnail));
        }
        if options.activation_maps {
            error::set(
                &object,
                "activationMaps",
                &result::activation_maps(&outputs),
            );
        }
        Ok(object)
    }
}

/// Runs once, when the module is instantiated.
#[wasm_bindgen(start)]
fn start() {
    run_constructors();
    // Thrown rather than printed: the caller gets the message, and the trap that would follow has none.
    std::panic::set_hook(Box::new(|panic| {
        wasm_bindgen::throw_val(Error::crashed(panic.to_string()).into())
    }));
}

/// Registers what tract's crates register before `main`.
///
/// Where nothing calls `__wasm_call_ctors`, the linker takes the module for a command and runs all
/// constructors again in every exported function.
#[cfg(target_family = "wasm")]
#[allow(unsafe_code)]
fn run_constructors() {
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    // SAFETY: the linker defines it; `start` runs once, before any other export.
    unsafe { __wasm_call_ctors() };
}

#[cfg(not(target_family = "wasm"))]
fn run_constructors() {}

use js_sys::{JsString, Reflect};
use wasm_bindgen::JsValue;
use wideye_core::{Crop, Fit};

use crate::arguments::{crop, expected, fit};
use crate::choice::Choice;
use crate::error::{Error, Result};

/// What a caller asks of one classification.
#[derive(Debug, PartialEq)]
pub struct Options {
    pub choice: Choice,
    pub fit: Fit,
    pub crop: Option<Crop>,
    pub thumbnail: bool,
    pub activation_maps: bool,
}

impl Options {
    /// Reads `{ topK?: number | null, threshold?: number, allow?: string[], deny?: string[], fit?: string,
    /// crop?: { x, y, width, height }, thumbnail?: boolean, activationMaps?: boolean }`.
    pub fn read(options: &JsValue) -> Result<Self> {
        if !options.is_undefined() && !options.is_object() {
            return Err(expected("options", "an object", options));
        }
        Ok(Self {
            choice: Choice::read(options)?,
            fit: fit(&property(options, "fit")?)?,
            crop: crop(&property(options, "crop")?)?,
            thumbnail: flag(options, "thumbnail")?,
            activation_maps: flag(options, "activationMaps")?,
        })
    }
}

fn flag(options: &JsValue, name: &str) -> Result<bool> {
    let value = property(options, name)?;
    if value.is_undefined() {
        return Ok(false);
    }
    value
        .as_bool()
        .ok_or_else(|| expected(name, "true or false", &value))
}

/// An option, undefined where it is absent.
pub fn property(options: &JsValue, name: &str) -> Result<JsValue> {
    if options.is_undefined() {
        return Ok(JsValue::UNDEFINED);
    }
    Reflect::get(options, &JsString::from(name))
        .map_err(|_| Error::argument(format!("cannot read the option {name}")))
}

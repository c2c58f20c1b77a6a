use js_sys::{JsString, Reflect};
use wasm_bindgen::JsValue;
use wideye_core::Fit;

use crate::arguments::{expected, fit};
use crate::error::{Error, Result};

const DEFAULT_TOP_K: usize = 5;

/// What a caller asks of one classification.
#[derive(Debug, PartialEq)]
pub struct Options {
    /// `None` returns all classes.
    pub top_k: Option<usize>,
    pub fit: Fit,
    pub thumbnail: bool,
    pub activation_maps: bool,
}

impl Options {
    /// Reads `{ topK?: number | null, fit?: string, thumbnail?: boolean, activationMaps?: boolean }`.
    pub fn read(options: &JsValue) -> Result<Self> {
        if !options.is_undefined() && !options.is_object() {
            return Err(expected("options", "an object", options));
        }
        Ok(Self {
            top_k: top_k(&property(options, "topK")?)?,
            fit: fit(&property(options, "fit")?)?,
            thumbnail: flag(options, "thumbnail")?,
            activation_maps: flag(options, "activationMaps")?,
        })
    }
}

fn top_k(value: &JsValue) -> Result<Option<usize>> {
    if value.is_undefined() {
        return Ok(Some(DEFAULT_TOP_K));
    }
    if value.is_null() {
        return Ok(None);
    }
    match value.as_f64() {
        Some(number) if number >= 1.0 && number.fract() == 0.0 => Ok(Some(number as usize)),
        _ => Err(expected(
            "topK",
            "a whole number of at least 1, or null for all",
            value,
        )),
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

fn property(options: &JsValue, name: &str) -> Result<JsValue> {
    if options.is_undefined() {
        return Ok(JsValue::UNDEFINED);
    }
    Reflect::get(options, &JsString::from(name))
        .map_err(|_| Error::argument(format!("cannot read the option {name}")))
}

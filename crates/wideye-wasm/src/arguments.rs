#[cfg(feature = "classify")]
use js_sys::Array;
use js_sys::{JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wideye_core::{Crop, Fit};

use crate::error::{Error, Result};

/// Reads the name of a fit; absent, it is the default.
pub fn fit(value: &JsValue) -> Result<Fit> {
    if value.is_undefined() {
        return Ok(Fit::default());
    }
    match value.as_string() {
        Some(name) => Ok(name.parse::<Fit>()?),
        None => Err(expected("fit", "cover, contain or fill", value)),
    }
}

/// Reads `{ x, y, width, height }`; absent, there is none.
pub fn crop(value: &JsValue) -> Result<Option<Crop>> {
    if value.is_undefined() {
        return Ok(None);
    }
    let side = |name: &str| {
        let side = Reflect::get(value, &JsString::from(name)).unwrap_or_default();
        side.as_f64()
            .ok_or_else(|| expected(&format!("crop.{name}"), "a number of pixels", &side))
    };
    if !value.is_object() {
        return Err(expected("crop", "{ x, y, width, height } in pixels", value));
    }
    Ok(Some(Crop {
        x: side("x")?,
        y: side("y")?,
        width: side("width")?,
        height: side("height")?,
    }))
}

/// Reads class names; absent, there are none.
#[cfg(feature = "classify")]
pub fn labels(name: &str, value: &JsValue) -> Result<Option<Vec<String>>> {
    if value.is_undefined() {
        return Ok(None);
    }
    let array = value
        .dyn_ref::<Array>()
        .ok_or_else(|| expected(name, "an array of strings", value))?;
    let label = |value: JsValue| {
        value
            .as_string()
            .ok_or_else(|| expected(name, "an array of strings", &value))
    };
    array.iter().map(label).collect::<Result<_>>().map(Some)
}

/// The error for an argument of the wrong kind.
pub fn expected(name: &str, what: &str, found: &JsValue) -> Error {
    let found = match found.dyn_ref::<JsString>() {
        Some(text) => format!("{:?}", String::from(text)),
        None => match found.as_f64() {
            Some(number) => number.to_string(),
            None => found.js_typeof().as_string().unwrap_or_default(),
        },
    };
    Error::argument(format!("{name}: expected {what}, found {found}"))
}

use js_sys::JsString;
use wasm_bindgen::{JsCast, JsValue};
use wideye_core::Fit;

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

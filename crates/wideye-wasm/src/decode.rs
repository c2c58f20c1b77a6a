use js_sys::{Float32Array, Object};
use wasm_bindgen::prelude::*;
use wideye_core::{Limits, decode_stored};

use crate::arguments;
use crate::clock::Clock;
use crate::error::{Result, set};

/// Returns the picture in a JPEG, PNG, WebP, GIF or BMP file at the network's input size.
///
/// `{ width, height, input, decodeMs, resizeMs }`, where width and height are those of the upright
/// picture in the file, of which `crop`, `{ x, y, width, height }`, takes a part, and `input` is
/// `[1, 3, inputHeight, inputWidth]`, 0 to 1.
#[wasm_bindgen]
pub fn decode(
    bytes: Vec<u8>,
    fit: &JsValue,
    input_width: u32,
    input_height: u32,
    crop: &JsValue,
) -> Result<JsValue> {
    let (fit, crop) = (arguments::fit(fit)?, arguments::crop(crop)?);
    let mut clock = Clock::start();
    let picture = decode_stored(&bytes, &Limits::default())?;
    drop(bytes);
    let decode_ms = clock.lap_ms();
    let thumbnail = match crop {
        Some(crop) => picture.fit_crop(&crop, fit, input_width, input_height)?,
        None => picture.fit(fit, input_width, input_height),
    };
    let resize_ms = clock.lap_ms();
    let input = thumbnail.to_nchw();
    let object = Object::new();
    set(&object, "width", &picture.width().into());
    set(&object, "height", &picture.height().into());
    set(&object, "input", &Float32Array::from(input.as_slice()));
    set(&object, "decodeMs", &decode_ms.into());
    set(&object, "resizeMs", &resize_ms.into());
    Ok(object.into())
}

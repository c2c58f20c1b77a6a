use js_sys::{Float32Array, JSON, Object, Uint8ClampedArray};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use wideye_classifier::{Classification, ModelInfo, Outputs};

use crate::error::{Result, set};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    #[serde(flatten)]
    pub classification: Classification,
    pub infer_ms: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Info<'a> {
    labels: &'a [String],
    superclasses: &'a [String],
    superclass_of: &'a [usize],
    input_width: u32,
    input_height: u32,
    activation_maps: bool,
    temperature: f32,
    known_threshold: Option<f32>,
    simd: &'static str,
}

/// Returns a plain object in which `None` is null.
pub fn object<T: Serialize>(value: &T) -> Result<JsValue> {
    let serializer = Serializer::new()
        .serialize_maps_as_objects(true)
        .serialize_missing_as_null(true);
    Ok(value.serialize(&serializer)?)
}

/// Returns `{ width, height, data }` with RGBA pixels, as `ImageData` has them, of the network's input.
pub fn pixels(image_nchw: &[f32], width: u32, height: u32) -> JsValue {
    let plane = image_nchw.len() / 3;
    let byte = |at: usize| (image_nchw[at] * 255.0).round() as u8;
    let rgba: Vec<u8> = (0..plane)
        .flat_map(|at| [byte(at), byte(plane + at), byte(2 * plane + at), 255])
        .collect();
    let object = Object::new();
    set(&object, "width", &width.into());
    set(&object, "height", &height.into());
    set(&object, "data", &Uint8ClampedArray::from(rgba.as_slice()));
    object.into()
}

/// Returns `{ width, height, values }`, where `values` is `[classes, height, width]` of the first image.
pub fn activation_maps(outputs: &Outputs) -> JsValue {
    let object = Object::new();
    set(&object, "width", &outputs.maps_width.into());
    set(&object, "height", &outputs.maps_height.into());
    set(
        &object,
        "values",
        &Float32Array::from(outputs.activation_maps_of(0)),
    );
    object.into()
}

pub fn info(info: &ModelInfo) -> Result<JsValue> {
    let object = object(&Info {
        labels: info.labels.labels(),
        superclasses: info.labels.superclasses(),
        superclass_of: info.labels.superclass_of(),
        input_width: info.input_width,
        input_height: info.input_height,
        activation_maps: info.activation_maps,
        temperature: info.temperature,
        known_threshold: info.known_threshold,
        simd: match cfg!(feature = "relaxed-simd") {
            true => "relaxed",
            false => "simd128",
        },
    })?;
    // The classifier has checked that it is JSON.
    let provenance = info
        .provenance
        .as_deref()
        .and_then(|text| JSON::parse(text).ok())
        .unwrap_or(JsValue::NULL);
    set(&object, "provenance", &provenance);
    Ok(object)
}

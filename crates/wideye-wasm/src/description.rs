use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wideye_classifier::{ModelDescription, Normalisation};

use crate::arguments::{expected, labels};
use crate::error::Result;
use crate::options::property;

/// Reads `{ labels?: string[], inputSize?: { width, height }, normalisation?: { mean: number[], std: number[] } }`.
pub fn read(description: &JsValue) -> Result<ModelDescription> {
    if !description.is_undefined() && !description.is_object() {
        return Err(expected("description", "an object", description));
    }
    Ok(ModelDescription {
        labels: labels("labels", &property(description, "labels")?)?,
        input_size: input_size(&property(description, "inputSize")?)?,
        normalisation: normalisation(&property(description, "normalisation")?)?,
    })
}

fn input_size(value: &JsValue) -> Result<Option<(u32, u32)>> {
    if value.is_undefined() {
        return Ok(None);
    }
    if !value.is_object() {
        return Err(expected("inputSize", "{ width, height } in pixels", value));
    }
    let side = |name: &str| {
        let side = property(value, name)?;
        match side.as_f64() {
            Some(number)
                if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number) =>
            {
                Ok(number as u32)
            }
            _ => Err(expected(
                &format!("inputSize.{name}"),
                "a whole number of pixels",
                &side,
            )),
        }
    };
    Ok(Some((side("width")?, side("height")?)))
}

fn normalisation(value: &JsValue) -> Result<Option<Normalisation>> {
    if value.is_undefined() {
        return Ok(None);
    }
    if !value.is_object() {
        return Err(expected(
            "normalisation",
            "{ mean, std } of three numbers each",
            value,
        ));
    }
    let channels = |name: &str| {
        let channels = property(value, name)?;
        let numbers = channels.dyn_ref::<Array>().map(|array| {
            let numbers = array.iter().map(|number| Some(number.as_f64()? as f32));
            numbers.collect::<Option<Vec<f32>>>()
        });
        numbers
            .flatten()
            .and_then(|numbers| <[f32; 3]>::try_from(numbers).ok())
            .ok_or_else(|| {
                expected(
                    &format!("normalisation.{name}"),
                    "an array of three numbers",
                    &channels,
                )
            })
    };
    Ok(Some(Normalisation::new(
        channels("mean")?,
        channels("std")?,
    )?))
}

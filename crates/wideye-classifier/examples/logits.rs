//! Prints a model's logits for a raw float32 tensor, `[n, 3, height, width]`, as JSON rows.
//!
//! `cargo run -p wideye-classifier --example logits -- MODEL.onnx IMAGES.f32`

use std::error::Error;
use std::{env, fs};

use wideye_classifier::Classifier;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [model, images] = &arguments[..] else {
        return Err("usage: logits MODEL.onnx IMAGES.f32".into());
    };
    let images_nchw: Vec<f32> = fs::read(images)?
        .as_chunks::<4>()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect();
    let outputs = Classifier::from_onnx(&fs::read(model)?)?.run(&images_nchw)?;
    let rows: Vec<&[f32]> = outputs.logits.chunks(outputs.classes).collect();
    println!("{}", serde_json::to_string(&rows)?);
    Ok(())
}

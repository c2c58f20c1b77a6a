//! The wasm-bindgen shell around wideye-classifier.

//! The JavaScript face of wideye-classifier and of wideye-core's decoders: pictures and options in,
//! plain objects out.
//!
//! Every failure is a JavaScript `Error` named `ClassifierError` with a stable `code`. A panic is one
//! too, with the code `crashed`; the instance must not be used after it.

use wasm_bindgen::prelude::*;

use crate::error::Error;

mod arguments;
#[cfg(feature = "classify")]
mod choice;
#[cfg(feature = "classify")]
mod classify;
mod clock;
#[cfg(feature = "decode")]
mod decode;
#[cfg(feature = "classify")]
mod description;
mod error;
#[cfg(feature = "classify")]
mod file;
#[cfg(feature = "classify")]
mod options;
#[cfg(feature = "classify")]
mod result;

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

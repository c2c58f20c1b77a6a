use std::error::Error as StdError;

use js_sys::{Error as JsError, JsString, Reflect};
use wasm_bindgen::JsValue;

/// A failure on its way to JavaScript, where it becomes an `Error` named `ClassifierError`.
pub struct Error {
    code: &'static str,
    message: String,
    cause: Option<String>,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A call with arguments that no caller of the TypeScript layer's types can make.
    pub fn argument(message: String) -> Self {
        Self {
            code: "internal",
            message,
            cause: None,
        }
    }

    /// A panic; its message names the place in the source.
    pub fn crashed(message: String) -> Self {
        Self {
            code: "crashed",
            message,
            cause: None,
        }
    }

    fn new(code: &'static str, error: &dyn StdError) -> Self {
        let cause = error.source().map(ToString::to_string);
        Self {
            code,
            message: error.to_string(),
            cause,
        }
    }
}

impl From<wideye_core::Error> for Error {
    fn from(error: wideye_core::Error) -> Self {
        Self::new(error.code(), &error)
    }
}

#[cfg(feature = "classify")]
impl From<wideye_classifier::Error> for Error {
    fn from(error: wideye_classifier::Error) -> Self {
        Self::new(error.code(), &error)
    }
}

#[cfg(feature = "classify")]
impl From<serde_wasm_bindgen::Error> for Error {
    fn from(error: serde_wasm_bindgen::Error) -> Self {
        Self::new("internal", &error)
    }
}

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        let value = JsError::new(&error.message);
        value.set_name("ClassifierError");
        set(&value, "code", &JsString::from(error.code));
        if let Some(cause) = error.cause {
            set(&value, "cause", &JsError::new(&cause));
        }
        value.into()
    }
}

/// Sets a property of an object that this crate has just made.
pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    // Fails only on frozen objects and on proxies.
    let _ = Reflect::set(object, &JsString::from(name), value);
}

use js_sys::{JsString, Reflect};
use wasm_bindgen::JsCast;
use web_sys::Performance;

/// Measures stages with the clock that windows, workers and Node share.
pub struct Clock {
    performance: Option<Performance>,
    last_ms: f64,
}

impl Clock {
    pub fn start() -> Self {
        let performance = Reflect::get(&js_sys::global(), &JsString::from("performance"))
            .ok()
            .and_then(|value| {
                value
                    .is_object()
                    .then(|| value.unchecked_into::<Performance>())
            });
        let mut clock = Self {
            performance,
            last_ms: 0.0,
        };
        clock.lap_ms();
        clock
    }

    /// Milliseconds since the last lap or the start; 0 where there is no clock.
    pub fn lap_ms(&mut self) -> f64 {
        let now_ms = self.performance.as_ref().map_or(0.0, Performance::now);
        let lap_ms = now_ms - self.last_ms;
        self.last_ms = now_ms;
        lap_ms
    }
}

//! Where and in what precision to compute.

use std::time::{Duration, Instant};

use tch::{Cuda, Device, Kind, Tensor};

use crate::config::{DeviceChoice, PrecisionChoice};
use crate::error::{Error, Result};
use crate::network::Precision;

/// The device that a choice means on this machine.
///
/// # Errors
/// `Config` if CUDA is asked for and libtorch finds none.
pub fn device(choice: DeviceChoice) -> Result<Device> {
    match choice {
        DeviceChoice::Cpu => Ok(Device::Cpu),
        DeviceChoice::Auto => Ok(Device::cuda_if_available()),
        DeviceChoice::Cuda if Cuda::is_available() => Ok(Device::Cuda(0)),
        DeviceChoice::Cuda => Err(Error::config(
            "train.device",
            "is cuda, but this libtorch finds no GPU; LD_LIBRARY_PATH can name one built for CUDA",
        )),
    }
}

/// The precision that a choice means on this machine; on the CPU by timing convolutions.
pub fn precision(choice: PrecisionChoice, device: Device) -> Precision {
    match choice {
        PrecisionChoice::Float32 => Precision::Float32,
        PrecisionChoice::Auto | PrecisionChoice::Bf16 if device.is_cuda() => Precision::Bf16,
        // bfloat16 in hardware can be near twice as fast as float32, emulated several times slower.
        PrecisionChoice::Auto if faster(Precision::Bf16, Precision::Float32) => Precision::Bf16,
        PrecisionChoice::Auto => Precision::Float32,
        PrecisionChoice::Bf16 if faster(Precision::Bf16Widened, Precision::Bf16) => {
            Precision::Bf16Widened
        }
        PrecisionChoice::Bf16 | PrecisionChoice::Bf16Native => Precision::Bf16,
        PrecisionChoice::Bf16Widened => Precision::Bf16Widened,
    }
}

/// Whether the CPU convolves by a tenth faster in one precision than in another, in the best of five runs.
fn faster(one: Precision, other: Precision) -> bool {
    let _ = (time_of(one), time_of(other));
    // By turns, so that other work on the machine slows both.
    let times: Vec<_> = (0..5).map(|_| (time_of(one), time_of(other))).collect();
    let best = |of: fn(&(Duration, Duration)) -> Duration| times.iter().map(of).min();
    best(|times| times.0 * 10) < best(|times| times.1 * 9)
}

/// One run of a convolution like those of the networks.
fn time_of(precision: Precision) -> Duration {
    tch::no_grad(|| {
        let images = Tensor::ones([16, 32, 32, 128], (precision.kind(), Device::Cpu));
        let images = images.permute([0, 3, 1, 2]);
        let weight = Tensor::ones([128, 128, 3, 3], (Kind::Float, Device::Cpu));
        let start = Instant::now();
        let _ = precision.convolve(&images, &weight);
        start.elapsed()
    })
}

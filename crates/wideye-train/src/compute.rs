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

/// The precision that a choice means on this machine; for `Auto` by timing a convolution in both.
pub fn precision(choice: PrecisionChoice, device: Device) -> Precision {
    match choice {
        PrecisionChoice::Float32 => Precision::Float32,
        PrecisionChoice::Bf16 => Precision::Bf16,
        PrecisionChoice::Auto if device.is_cuda() => Precision::Bf16,
        // Emulated, bfloat16 is several times slower; in hardware it is near twice as fast.
        PrecisionChoice::Auto if time_of(Kind::BFloat16) * 5 < time_of(Kind::Float) * 4 => {
            Precision::Bf16
        }
        PrecisionChoice::Auto => Precision::Float32,
    }
}

/// The best of three runs of a convolution like those of the networks.
fn time_of(kind: Kind) -> Duration {
    tch::no_grad(|| {
        let images = Tensor::ones([16, 32, 32, 64], (kind, Device::Cpu)).permute([0, 3, 1, 2]);
        let weight = Tensor::ones([64, 64, 3, 3], (kind, Device::Cpu));
        let run = || {
            let start = Instant::now();
            let _ = images.conv2d(&weight, None::<&Tensor>, 1, 1, 1, 1);
            start.elapsed()
        };
        run();
        (0..3).map(|_| run()).min().unwrap_or_default()
    })
}

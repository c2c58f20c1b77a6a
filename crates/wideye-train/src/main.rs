//! The `wideye-train` command.

mod commands;

use std::io;
use std::process::ExitCode;

use clap::Parser;
use commands::train::{STOPPED, Stopped};

/// Trains wideye's networks and exports them as ONNX.
#[derive(Parser)]
#[command(version, propagate_version = true)]
enum Command {
    Data(commands::data::Arguments),
    ContactSheet(commands::contact_sheet::Arguments),
    Train(Box<commands::train::Arguments>),
    Sweep(commands::sweep::Arguments),
    Evaluate(commands::evaluate::Arguments),
    Export(commands::export::Arguments),
    Calibrate(commands::calibrate::Arguments),
    Report(commands::report::Arguments),
    Bench(commands::bench::Arguments),
}

fn main() -> ExitCode {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    keep_memory();
    let result = match Command::parse() {
        Command::Data(arguments) => commands::data::run(&arguments),
        Command::ContactSheet(arguments) => commands::contact_sheet::run(&arguments),
        Command::Train(arguments) => commands::train::run(&arguments),
        Command::Sweep(arguments) => commands::sweep::run(&arguments),
        Command::Evaluate(arguments) => commands::evaluate::run(&arguments),
        Command::Export(arguments) => commands::export::run(&arguments),
        Command::Calibrate(arguments) => commands::calibrate::run(&arguments),
        Command::Report(arguments) => commands::report::run(&arguments),
        Command::Bench(arguments) => commands::bench::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) if error.is::<Stopped>() => ExitCode::from(STOPPED),
        Err(error) => {
            eprintln!("wideye-train: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Has glibc keep freed memory for the next step: given back, each of its pages would be zeroed and faulted in anew.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the allocator is set through C")]
fn keep_memory() {
    // SAFETY: any values are allowed, and no other thread runs yet.
    unsafe {
        libc::mallopt(libc::M_MMAP_MAX, 0);
        libc::mallopt(libc::M_TRIM_THRESHOLD, libc::c_int::MAX);
    }
}

/// Whether whoever read the output has had enough of it, as `head` has.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

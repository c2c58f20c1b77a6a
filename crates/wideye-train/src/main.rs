//! The `wideye-train` command.

mod commands;

use std::process::ExitCode;

use clap::Parser;

/// Trains wideye's networks and exports them as ONNX.
#[derive(Parser)]
#[command(version, propagate_version = true)]
enum Command {
    Train(commands::train::Arguments),
}

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Train(arguments) => commands::train::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wideye-train: {error:#}");
            ExitCode::FAILURE
        }
    }
}

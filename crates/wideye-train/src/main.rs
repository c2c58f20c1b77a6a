//! The `wideye-train` command.

mod commands;

use std::process::ExitCode;

use clap::Parser;

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
}

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Data(arguments) => commands::data::run(&arguments),
        Command::ContactSheet(arguments) => commands::contact_sheet::run(&arguments),
        Command::Train(arguments) => commands::train::run(&arguments),
        Command::Sweep(arguments) => commands::sweep::run(&arguments),
        Command::Evaluate(arguments) => commands::evaluate::run(&arguments),
        Command::Export(arguments) => commands::export::run(&arguments),
        Command::Calibrate(arguments) => commands::calibrate::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wideye-train: {error:#}");
            ExitCode::FAILURE
        }
    }
}

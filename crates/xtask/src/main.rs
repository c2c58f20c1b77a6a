use std::process::ExitCode;

mod wasm;

const USAGE: &str = "\
usage: cargo xtask wasm [--profile wasm|wasm-test] [--out DIR]

  wasm   build the two halves of wideye-wasm for the browser and write their bindings
         --profile wasm        what ships: link-time optimised, slow to build (default)
         --profile wasm-test   quick to build, for tests
         --out DIR             where to write (default: web/wasm)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|a| a == "--help" || a == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let options = match arguments.split_first() {
        Some((task, rest)) if task == "wasm" => wasm::Options::parse(rest),
        Some((task, _)) => Err(format!("unknown task `{task}`")),
        None => Err("no task given".to_owned()),
    };
    let options = match options {
        Ok(options) => options,
        Err(message) => {
            eprintln!("xtask: {message}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match wasm::build(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

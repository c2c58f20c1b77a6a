//! Builds `wideye-wasm` and writes what the npm package ships of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

const PACKAGE: &str = "wideye-wasm";
const TARGET: &str = "wasm32-unknown-unknown";

/// A half of the package that becomes a file of its own.
struct Binary {
    stem: &'static str,
    features: &'static str,
}

const BINARIES: [Binary; 2] = [
    Binary {
        stem: "wideye",
        features: "classify",
    },
    Binary {
        stem: "decoder",
        features: "decode",
    },
];

pub struct Options {
    profile: String,
    out: Option<PathBuf>,
}

impl Options {
    pub fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self {
            profile: "wasm".to_owned(),
            out: None,
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (argument.as_str(), None),
            };
            let value = value
                .or_else(|| arguments.next().cloned())
                .ok_or_else(|| format!("`{name}` wants a value"));
            match name {
                "--profile" => options.profile = value?,
                "--out" => options.out = Some(PathBuf::from(value?)),
                _ => return Err(format!("unknown argument `{name}`")),
            }
        }
        match options.profile.as_str() {
            "wasm" | "wasm-test" => Ok(options),
            other => Err(format!(
                "unknown profile `{other}`, expected wasm or wasm-test"
            )),
        }
    }
}

pub fn build(options: &Options) -> Result<()> {
    let workspace = Workspace::find()?;
    let out = match &options.out {
        Some(out) => std::env::current_dir()?.join(out),
        None => workspace.root.join("web").join("wasm"),
    };
    for binary in &BINARIES {
        let staging = build_binary(&workspace, &options.profile, binary)?;
        publish(&staging, &out, binary.stem)?;
    }
    Ok(())
}

/// Returns the folder with the bindings and what they bind.
fn build_binary(workspace: &Workspace, profile: &str, binary: &Binary) -> Result<PathBuf> {
    let Binary { stem, features } = binary;
    eprintln!("building {stem} of {PACKAGE} for {TARGET}, profile {profile}");
    let status = cargo()
        .args([
            "build",
            "--package",
            PACKAGE,
            "--no-default-features",
            "--features",
            features,
            "--target",
            TARGET,
            "--profile",
            profile,
        ])
        .current_dir(&workspace.root)
        .status()
        .context("cannot start cargo")?;
    ensure!(
        status.success(),
        "cargo build of {PACKAGE} failed ({status})"
    );

    let module = workspace
        .target
        .join(TARGET)
        .join(profile)
        .join(PACKAGE.replace('-', "_"))
        .with_extension("wasm");
    let staging = workspace
        .target
        .join("wasm-bindgen")
        .join(profile)
        .join(stem);
    eprintln!("generating bindings from {}", module.display());
    generate(&module, &staging, stem)?;
    Ok(staging)
}

/// Runs wasm-bindgen.
///
/// The generated code gets no default wasm address: the package names its assets in one place, and
/// the file is renamed.
fn generate(module: &Path, staging: &Path, stem: &str) -> Result<()> {
    if staging.exists() {
        fs::remove_dir_all(staging)
            .with_context(|| format!("cannot empty {}", staging.display()))?;
    }
    Bindgen::new()
        .input_path(module)
        .out_name(stem)
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .reset_state_function(true)
        .generate(staging)
        .with_context(|| format!("wasm-bindgen failed on {}", module.display()))
}

/// Copies the bindings to `out` under the names the package uses, and says how large they are.
fn publish(staging: &Path, out: &Path, stem: &str) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    let files = [
        (format!("{stem}_bg.wasm"), format!("{stem}.wasm")),
        (format!("{stem}.js"), format!("{stem}.js")),
        (format!("{stem}.d.ts"), format!("{stem}.d.ts")),
    ];
    let unused = format!("{stem}_bg.wasm.d.ts");
    for entry in fs::read_dir(staging)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != unused && !files.iter().any(|(from, _)| *from == name) {
            bail!("wasm-bindgen wrote `{name}`, which the package does not ship");
        }
    }
    for (from, to) in files {
        let destination = out.join(to);
        let size_bytes = fs::copy(staging.join(&from), &destination)
            .with_context(|| format!("cannot write {}", destination.display()))?;
        eprintln!("{:>12} bytes  {}", size_bytes, destination.display());
    }
    Ok(())
}

struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    fn find() -> Result<Self> {
        let output = cargo()
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .context("cannot start cargo")?;
        ensure!(
            output.status.success(),
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let path = |key: &str| {
            metadata[key]
                .as_str()
                .map(PathBuf::from)
                .with_context(|| format!("cargo metadata has no `{key}`"))
        };
        Ok(Self {
            root: path("workspace_root")?,
            target: path("target_directory")?,
        })
    }
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn parse(arguments: &[&str]) -> Result<Options, String> {
        Options::parse(
            &arguments
                .iter()
                .map(|a| (*a).to_owned())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn arguments() {
        let options = parse(&[]).unwrap();
        assert_eq!((options.profile.as_str(), options.out), ("wasm", None));
        let options = parse(&["--profile", "wasm-test", "--out=elsewhere"]).unwrap();
        assert_eq!(options.profile, "wasm-test");
        assert_eq!(options.out.unwrap().to_str(), Some("elsewhere"));
        for (arguments, message) in [
            (vec!["--profile"], "wants a value"),
            (vec!["--profile", "release"], "unknown profile `release`"),
            (vec!["--fast"], "`--fast`"),
        ] {
            let error = parse(&arguments).err().unwrap();
            assert!(error.contains(message), "{arguments:?}: {error}");
        }
    }
}

//! Builds `wideye-wasm` and writes what the npm package ships of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

const PACKAGE: &str = "wideye-wasm";
const TARGET: &str = "wasm32-unknown-unknown";
/// Beside the files: the profile that they were built with, for scripts that want those of a release.
const PROFILE_FILE: &str = "profile";

/// A file that a browser loads.
struct Binary {
    stem: &'static str,
    features: &'static str,
    /// The stem of the bindings that load it.
    bindings: &'static str,
}

const BINARIES: [Binary; 3] = [
    Binary {
        stem: "wideye",
        features: "classify",
        bindings: "wideye",
    },
    Binary {
        stem: "wideye-relaxed",
        features: "classify,relaxed-simd",
        bindings: "wideye",
    },
    Binary {
        stem: "decoder",
        features: "decode",
        bindings: "decoder",
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
    let staging = workspace.target.join("wasm-bindgen").join(&options.profile);
    // What is there is of no profile until all of it is.
    let profile = out.join(PROFILE_FILE);
    if profile.exists() {
        fs::remove_file(&profile)
            .with_context(|| format!("cannot remove {}", profile.display()))?;
    }
    for binary in &BINARIES {
        let module = compile(&workspace, &options.profile, binary)?;
        eprintln!("generating bindings from {}", module.display());
        generate(&module, &staging, binary)?;
        publish(&staging, &out, binary)?;
    }
    fs::write(&profile, format!("{}\n", options.profile))
        .with_context(|| format!("cannot write {}", profile.display()))
}

/// Builds a binary and returns where it is until the next one is built.
fn compile(workspace: &Workspace, profile: &str, binary: &Binary) -> Result<PathBuf> {
    let Binary { stem, features, .. } = binary;
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
    Ok(workspace
        .target
        .join(TARGET)
        .join(profile)
        .join(PACKAGE.replace('-', "_"))
        .with_extension("wasm"))
}

/// Runs wasm-bindgen into the binary's folder below `staging`.
///
/// The generated code gets no default wasm address: the package names its assets in one place, and
/// the file is renamed.
fn generate(module: &Path, staging: &Path, binary: &Binary) -> Result<()> {
    let folder = staging.join(binary.stem);
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    Bindgen::new()
        .input_path(module)
        .out_name(binary.bindings)
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .reset_state_function(true)
        .generate(&folder)
        .with_context(|| format!("wasm-bindgen failed on {}", module.display()))
}

/// Copies a binary and its bindings to `out` under the names the package uses, and says how large
/// they are.
///
/// Bindings that another binary brought are left as they are; they have to be the same.
fn publish(staging: &Path, out: &Path, binary: &Binary) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    let Binary { stem, bindings, .. } = binary;
    let folder = staging.join(stem);
    let module = format!("{bindings}_bg.wasm");
    let unused = format!("{module}.d.ts");
    let glue = [format!("{bindings}.js"), format!("{bindings}.d.ts")];
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != module && name != unused && !glue.contains(&name) {
            bail!("wasm-bindgen wrote `{name}`, which the package does not ship");
        }
    }
    copy(&folder.join(module), &out.join(format!("{stem}.wasm")))?;
    for name in glue {
        let written = folder.join(&name);
        if stem == bindings {
            copy(&written, &out.join(&name))?;
            continue;
        }
        let shared = staging.join(bindings).join(&name);
        ensure!(
            read(&written)? == read(&shared)?,
            "{} and {} differ: binaries that share bindings must import and export the same",
            shared.display(),
            written.display()
        );
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let size_bytes =
        fs::copy(from, to).with_context(|| format!("cannot write {}", to.display()))?;
    eprintln!("{size_bytes:>12} bytes  {}", to.display());
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
    use std::fs;
    use std::path::PathBuf;

    use super::{BINARIES, Options, publish};

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

    /// A folder with what wasm-bindgen would have written, the relaxed binary's glue as given.
    fn staged(test: &str, relaxed_js: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("xtask-{test}-{}", std::process::id()));
        for binary in &BINARIES {
            let folder = root.join(binary.stem);
            fs::create_dir_all(&folder).unwrap();
            let js = match binary.stem {
                "wideye-relaxed" => relaxed_js,
                _ => binary.bindings,
            };
            for (extension, content) in [
                (".js", js),
                (".d.ts", "types"),
                ("_bg.wasm.d.ts", "unused"),
                ("_bg.wasm", binary.stem),
            ] {
                let name = format!("{}{extension}", binary.bindings);
                fs::write(folder.join(name), content).unwrap();
            }
        }
        root
    }

    #[test]
    fn binaries_share_bindings() {
        let root = staged("shared", "wideye");
        let out = root.join("out");
        for binary in &BINARIES {
            publish(&root, &out, binary).unwrap();
        }
        let mut written: Vec<(String, String)> = fs::read_dir(&out)
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, fs::read_to_string(path).unwrap())
            })
            .collect();
        written.sort();
        let expected = [
            ("decoder.d.ts", "types"),
            ("decoder.js", "decoder"),
            ("decoder.wasm", "decoder"),
            ("wideye-relaxed.wasm", "wideye-relaxed"),
            ("wideye.d.ts", "types"),
            ("wideye.js", "wideye"),
            ("wideye.wasm", "wideye"),
        ];
        assert_eq!(
            written,
            expected.map(|(name, content)| (name.to_owned(), content.to_owned()))
        );
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn differing_bindings_are_refused() {
        let root = staged("differing", "other");
        let error = publish(&root, &root.join("out"), &BINARIES[1])
            .unwrap_err()
            .to_string();
        assert!(error.contains("wideye-relaxed/wideye.js differ"), "{error}");
        fs::remove_dir_all(root).unwrap();
    }
}

//! Finding and loading models.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Names the folder of models, before any other place is looked at.
const FOLDER_VARIABLE: &str = "WIDEYE_MODELS";

/// A model's bytes and what identifies them.
pub struct Model {
    pub id: ModelId,
    pub bytes: Vec<u8>,
}

/// How reports name a model.
#[derive(Clone, Serialize)]
pub struct ModelId {
    /// The file's name without its extension.
    pub name: String,
    /// Lower-case hexadecimal digest of the file.
    pub sha256: String,
}

impl Model {
    /// Loads `choice`, a file or the name of a model in the models' folder; without one, the
    /// folder's default.
    pub fn load(choice: Option<&Path>) -> Result<Self> {
        match choice {
            Some(path) if path.is_file() => Self::read(path),
            Some(name) if is_name(name) => {
                let folder = folder().with_context(|| format!("no model {}", name.display()))?;
                Self::read(&named(&folder, name))
            }
            Some(path) => Self::read(path),
            None => Self::read(&default_model(&folder()?)?),
        }
    }

    fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let sha256 = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(Self {
            id: ModelId { name, sha256 },
            bytes,
        })
    }
}

#[derive(Deserialize)]
struct Index {
    default: String,
}

fn default_model(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("index.json");
    let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let index: Index = serde_json::from_slice(&text)
        .with_context(|| format!("{} is not {{\"default\": NAME}}", path.display()))?;
    Ok(named(folder, Path::new(&index.default)))
}

/// Whether a path that leads to no file is the name of a model rather than that of its file.
fn is_name(path: &Path) -> bool {
    let is_file_name = path
        .extension()
        .is_some_and(|extension| extension == "onnx");
    path.components().count() == 1 && !is_file_name
}

/// The file of a model, whose name may have dots.
fn named(folder: &Path, name: &Path) -> PathBuf {
    let mut file = name.as_os_str().to_owned();
    file.push(".onnx");
    folder.join(file)
}

/// The folder that holds index.json: the one named by the environment, else `web/models` in the
/// current folder or above it, else `models` or `web/models` in the executable's folder or above.
fn folder() -> Result<PathBuf> {
    if let Some(folder) = env::var_os(FOLDER_VARIABLE).filter(|folder| !folder.is_empty()) {
        return Ok(folder.into());
    }
    let current = env::current_dir().ok();
    let executable = env::current_exe()
        .ok()
        .and_then(|path| path.canonicalize().ok());
    let found = first_folder(current.as_deref(), &["web/models"]).or_else(|| {
        first_folder(
            executable.as_deref().and_then(Path::parent),
            &["models", "web/models"],
        )
    });
    match found {
        Some(folder) => Ok(folder),
        None => bail!(
            "no folder of models found (web/models with an index.json), name a model with \
             --model FILE or set {FOLDER_VARIABLE} to the folder"
        ),
    }
}

fn first_folder(start: Option<&Path>, names: &[&str]) -> Option<PathBuf> {
    start?
        .ancestors()
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|folder| folder.join("index.json").is_file())
}

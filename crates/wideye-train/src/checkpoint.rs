//! A run's state in one safetensors file.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use crate::error::{AtPath, Error, ErrorKind, Result};

const STATE_KEY: &str = "wideye.state";

/// Where a run stands; the weights are beside it in the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// Epochs finished.
    pub epoch: usize,
    /// Steps finished of the epoch that is under way.
    pub step: usize,
    /// Steps finished since the start of the run.
    pub steps_taken: u64,
    /// Sums over the epoch that is under way.
    pub totals: Totals,
}

/// Sums over the training images of an epoch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Totals {
    pub loss: f64,
    pub correct: f64,
    pub images: u64,
    pub seconds: f64,
}

/// Writes a run's state and tensors.
pub(crate) fn save(path: &Path, state: &State, tensors: &[(String, Tensor)]) -> Result<()> {
    let bytes = tensors
        .iter()
        .map(|(_, tensor)| float_bytes(tensor))
        .collect::<Result<Vec<_>>>()?;
    let weights_error = |e: safetensors::SafeTensorError| {
        Error::new(ErrorKind::Weights {
            path: path.into(),
            reason: e.to_string(),
        })
    };
    let mut views = Vec::with_capacity(tensors.len());
    for ((name, tensor), bytes) in tensors.iter().zip(&bytes) {
        let shape = tensor.size().into_iter().map(|n| n as usize).collect();
        views.push((
            name.as_str(),
            TensorView::new(Dtype::F32, shape, bytes).map_err(weights_error)?,
        ));
    }
    let state = serde_json::to_string(state).expect("a state is plain numbers");
    let metadata = HashMap::from([(STATE_KEY.to_string(), state)]);
    let file = safetensors::serialize(views, Some(metadata)).map_err(weights_error)?;
    replace(path, &file)
}

/// Writes a file beside `path` and renames it once it is on the disk, so that `path` is never half of one.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    replace_all(&[(path, bytes)])
}

/// The same for files of which one is of no use without the others: none is renamed before all are on the disk.
pub(crate) fn replace_all(files: &[(&Path, &[u8])]) -> Result<()> {
    let part = |path: &Path| path.with_added_extension("part");
    for (path, bytes) in files {
        let part = part(path);
        let mut file = fs::File::create(&part).at(&part)?;
        file.write_all(bytes).at(&part)?;
        file.sync_all().at(&part)?;
    }
    for (path, _) in files {
        fs::rename(part(path), path).at(path)?;
    }
    Ok(())
}

fn float_bytes(tensor: &Tensor) -> Result<Vec<u8>> {
    let flat = tensor
        .detach()
        .to_device(tch::Device::Cpu)
        .to_kind(Kind::Float)
        .reshape([-1]);
    let values = Vec::<f32>::try_from(flat)?;
    Ok(values.into_iter().flat_map(f32::to_le_bytes).collect())
}

/// Copies tensors of a checkpoint into tensors that exist, and returns its state.
///
/// # Errors
/// `Io` if there is no such file; `Weights` if it is no checkpoint, lacks one of `tensors` or
/// holds it in another shape.
pub(crate) fn load(path: &Path, tensors: &[(String, Tensor)]) -> Result<State> {
    let file = fs::read(path).at(path)?;
    let fail = |reason: String| {
        Error::new(ErrorKind::Weights {
            path: path.into(),
            reason,
        })
    };
    let broken = |e: safetensors::SafeTensorError| fail(format!("not a checkpoint: {e}"));
    let (_, header) = SafeTensors::read_metadata(&file).map_err(broken)?;
    let state = header.metadata().as_ref().and_then(|m| m.get(STATE_KEY));
    let state = state.ok_or_else(|| fail("not a checkpoint of wideye-train".into()))?;
    let state =
        serde_json::from_str(state).map_err(|e| fail(format!("its state is damaged: {e}")))?;
    let stored = SafeTensors::deserialize(&file).map_err(broken)?;
    for (name, tensor) in tensors {
        let view = stored
            .tensor(name)
            .map_err(|_| fail(format!("holds no {name}; is it of another network?")))?;
        let shape: Vec<i64> = view.shape().iter().map(|&n| n as i64).collect();
        if shape != tensor.size() || view.dtype() != Dtype::F32 {
            return Err(fail(format!(
                "{name} is {:?} {shape:?}, expected F32 {:?}",
                view.dtype(),
                tensor.size()
            )));
        }
        let values = Tensor::from_data_size(view.data(), &shape, Kind::Float);
        tch::no_grad(|| tensor.shallow_clone().copy_(&values));
    }
    Ok(state)
}

/// The shape of a tensor in a checkpoint, if it holds one of that name.
///
/// # Errors
/// `Io` if there is no such file, `Weights` if it is no checkpoint.
pub(crate) fn shape_of(path: &Path, name: &str) -> Result<Option<Vec<usize>>> {
    let file = fs::read(path).at(path)?;
    let stored = SafeTensors::deserialize(&file).map_err(|e| {
        Error::new(ErrorKind::Weights {
            path: path.into(),
            reason: format!("not a checkpoint: {e}"),
        })
    })?;
    Ok(stored.tensor(name).ok().map(|view| view.shape().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensors() -> Vec<(String, Tensor)> {
        vec![
            (
                "a".into(),
                Tensor::from_slice(&[1.5f32, -2.0, 3.25]).reshape([3, 1]),
            ),
            ("b".into(), Tensor::from_slice(&[f32::MIN_POSITIVE])),
        ]
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("last.safetensors");
        let totals = Totals {
            loss: 0.1 + 0.2,
            correct: 3.0,
            images: 12,
            seconds: 0.5,
        };
        let state = State {
            epoch: 2,
            step: 7,
            steps_taken: 93,
            totals,
        };
        save(&path, &state, &tensors()).unwrap();
        let blank: Vec<_> = tensors()
            .into_iter()
            .map(|(name, t)| (name, t.zeros_like()))
            .collect();
        assert_eq!(load(&path, &blank).unwrap(), state);
        for ((_, loaded), (_, saved)) in blank.iter().zip(tensors()) {
            assert_eq!(*loaded, saved);
        }
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing is left beside it"
        );
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("last.safetensors");
        save(&path, &State::default(), &tensors()).unwrap();
        let case = |name: &str, shape: &[i64]| {
            vec![(
                name.to_string(),
                Tensor::zeros(shape, (Kind::Float, tch::Device::Cpu)),
            )]
        };
        let error = load(&path, &case("c", &[1])).unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("holds no c; is it of another network?"),
            "{error}"
        );
        let error = load(&path, &case("a", &[1, 3])).unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("a is F32 [3, 1], expected F32 [1, 3]"),
            "{error}"
        );
        fs::write(&path, b"not a checkpoint at all").unwrap();
        let error = load(&path, &[]).unwrap_err();
        assert!(error.to_string().contains("not a checkpoint"), "{error}");
    }
}

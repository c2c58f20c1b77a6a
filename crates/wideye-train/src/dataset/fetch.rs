//! Fetching a data set: a download that resumes, a checksum, and unpacking.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::read::GzDecoder;
use md5::{Digest, Md5};
use ureq::http::header::{CONTENT_LENGTH, CONTENT_RANGE, RANGE};

use super::DatasetKind;
use crate::error::{AtPath, Error, ErrorKind, Result};

/// How often a broken connection is taken up again before giving up.
const ATTEMPTS: u32 = 5;

/// A published archive and what it must hold.
#[derive(Debug, Clone)]
pub struct Archive {
    /// Where it is published.
    pub url: String,
    /// Its MD5 in hexadecimal.
    pub md5: String,
    /// The folder inside that holds the files.
    pub folder: String,
    /// The files needed.
    pub files: Vec<String>,
}

impl Archive {
    /// The archive on the data set's own page, with the MD5 published there; none for
    /// [`DatasetKind::Custom`].
    ///
    /// Source: <https://www.cs.toronto.edu/~kriz/cifar.html>
    pub fn published(kind: DatasetKind) -> Option<Self> {
        let (name, md5, files): (_, _, &[&str]) = match kind {
            DatasetKind::Cifar10 => (
                "cifar-10",
                "c32a1d4ab5d03f1284b67883e8d87530",
                &[
                    "batches.meta.txt",
                    "data_batch_1.bin",
                    "data_batch_2.bin",
                    "data_batch_3.bin",
                    "data_batch_4.bin",
                    "data_batch_5.bin",
                    "test_batch.bin",
                ],
            ),
            DatasetKind::Cifar100 => (
                "cifar-100",
                "03b5dce01913d631647c71ecec9e9cb8",
                &[
                    "coarse_label_names.txt",
                    "fine_label_names.txt",
                    "train.bin",
                    "test.bin",
                ],
            ),
            DatasetKind::Custom => return None,
        };
        Some(Self {
            url: format!("https://www.cs.toronto.edu/~kriz/{name}-binary.tar.gz"),
            md5: md5.into(),
            folder: if kind == DatasetKind::Cifar10 {
                "cifar-10-batches-bin"
            } else {
                "cifar-100-binary"
            }
            .into(),
            files: files.iter().map(|&f| f.into()).collect(),
        })
    }
}

/// Puts a data set's files into a folder below `out` and returns that folder.
///
/// Takes them from `from`, an archive or a folder, if it is given; else downloads the archive,
/// taking up an earlier, broken download. `on_progress` hears of the bytes received so far and, if
/// known, of all there are. Nothing counts as data before the archive's checksum fits: until then files
/// bear the ending `.part`. A folder, whose files have no published checksum, must have all of them.
///
/// # Errors
/// `Download`, `Checksum`, `MissingInArchive` or `Io`.
pub fn fetch(
    archive: &Archive,
    out: &Path,
    from: Option<&Path>,
    on_progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<PathBuf> {
    fs::create_dir_all(out).at(out)?;
    match from {
        Some(folder) if folder.is_dir() => copy_folder(archive, folder, out),
        Some(file) => {
            check_md5(file, &archive.md5)?;
            unpack(archive, file, out)
        }
        None => {
            let file = download(archive, out, on_progress)?;
            unpack(archive, &file, out)
        }
    }
}

fn download(
    archive: &Archive,
    out: &Path,
    on_progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<PathBuf> {
    let name = archive.url.rsplit('/').next().unwrap_or("archive");
    let file = out.join(name);
    if file.is_file() && check_md5(&file, &archive.md5).is_ok() {
        return Ok(file);
    }
    let part = out.join(format!("{name}.part"));
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(Duration::from_secs(30)))
        .timeout_recv_response(Some(Duration::from_secs(60)))
        .build()
        .into();
    let mut attempt = 1;
    loop {
        let before = size(&part);
        match receive(&agent, &archive.url, &part, on_progress) {
            Ok(()) => break,
            Err(Failure::Local(error)) => return Err(error),
            Err(Failure::Remote(reason)) if attempt == ATTEMPTS => {
                return Err(Error::new(ErrorKind::Download {
                    url: archive.url.clone(),
                    reason,
                }));
            }
            Err(Failure::Remote(_)) => {
                let advanced = size(&part) > before;
                attempt = if advanced { 1 } else { attempt + 1 };
                std::thread::sleep(Duration::from_millis(100 << attempt));
            }
            Err(Failure::Refused(reason)) => {
                return Err(Error::new(ErrorKind::Download {
                    url: archive.url.clone(),
                    reason,
                }));
            }
        }
    }
    if let Err(error) = check_md5(&part, &archive.md5) {
        fs::remove_file(&part).at(&part)?;
        return Err(error);
    }
    fs::rename(&part, &file).at(&file)?;
    Ok(file)
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |m| m.len())
}

enum Failure {
    /// Worth another try from where it broke off.
    Remote(String),
    /// The server said no.
    Refused(String),
    Local(Error),
}

/// One connection: appends to `part` what the server sends from there on.
fn receive(
    agent: &ureq::Agent,
    url: &str,
    part: &Path,
    on_progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), Failure> {
    let mut have = size(part);
    let mut request = agent.get(url);
    if have > 0 {
        request = request.header(RANGE, format!("bytes={have}-"));
    }
    let mut response = match request.call() {
        Ok(response) => response,
        Err(ureq::Error::StatusCode(416)) => return finish_or_restart(part, have),
        Err(ureq::Error::StatusCode(code)) if code < 500 => {
            return Err(Failure::Refused(format!("the server answered {code}")));
        }
        Err(error) => return Err(Failure::Remote(error.to_string())),
    };
    let header = |name| response.headers().get(name).and_then(|v| v.to_str().ok());
    let total = if response.status() == 206 {
        header(CONTENT_RANGE).and_then(|v| v.rsplit('/').next()?.parse::<u64>().ok())
    } else {
        have = 0;
        header(CONTENT_LENGTH).and_then(|v| v.parse().ok())
    };
    let local = |error: io::Error| {
        Failure::Local(Error::with_source(
            ErrorKind::Io { path: part.into() },
            error,
        ))
    };
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(false)
        .open(part)
        .map_err(local)?;
    file.set_len(have).map_err(local)?;
    io::Seek::seek(&mut file, io::SeekFrom::End(0)).map_err(local)?;
    let mut body = response.body_mut().with_config().limit(u64::MAX).reader();
    let mut buffer = vec![0; 1 << 16];
    loop {
        on_progress(have, total);
        let count = body
            .read(&mut buffer)
            .map_err(|e| Failure::Remote(e.to_string()))?;
        if count == 0 {
            break;
        }
        file.write_all(&buffer[..count]).map_err(local)?;
        have += count as u64;
    }
    match total {
        Some(total) if have < total => Err(Failure::Remote(format!(
            "the connection closed after {have} of {total} bytes"
        ))),
        _ => Ok(()),
    }
}

/// A server that has nothing from `have` on: either all is here, which the checksum will tell, or
/// `part` is of something else and longer, which it will tell too.
fn finish_or_restart(part: &Path, have: u64) -> Result<(), Failure> {
    if have == 0 {
        return Err(Failure::Refused(format!(
            "the server answered 416 for an empty {}",
            part.display()
        )));
    }
    Ok(())
}

fn check_md5(path: &Path, expected: &str) -> Result<()> {
    let mut file = File::open(path).at(path)?;
    let mut hasher = Md5::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer).at(path)?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
    }
    let actual: String = hasher
        .finalize()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    if actual == expected {
        Ok(())
    } else {
        Err(Error::new(ErrorKind::Checksum {
            path: path.into(),
            expected: format!("MD5 {expected}"),
            actual,
        }))
    }
}

fn unpack(archive: &Archive, file: &Path, out: &Path) -> Result<PathBuf> {
    let mut entries = tar::Archive::new(GzDecoder::new(File::open(file).at(file)?));
    place(&archive.folder, out, |scratch| {
        for entry in entries.entries().at(file)? {
            let mut entry = entry.at(file)?;
            let path = entry.path().at(file)?.into_owned();
            let inside = path
                .strip_prefix(&archive.folder)
                .ok()
                .and_then(Path::to_str);
            if let Some(name) = archive
                .files
                .iter()
                .find(|name| inside == Some(name.as_str()))
            {
                let target = scratch.join(name);
                io::copy(&mut entry, &mut File::create(&target).at(&target)?).at(file)?;
            }
        }
        complete(archive, scratch, file)
    })
}

fn copy_folder(archive: &Archive, folder: &Path, out: &Path) -> Result<PathBuf> {
    let nested = folder.join(&archive.folder);
    let folder = if nested.is_dir() {
        nested
    } else {
        folder.to_path_buf()
    };
    if folder.canonicalize().ok() == out.join(&archive.folder).canonicalize().ok() {
        return Ok(folder);
    }
    place(&archive.folder, out, |scratch| {
        for name in &archive.files {
            let source = folder.join(name);
            if source.is_file() {
                fs::copy(&source, scratch.join(name)).at(&source)?;
            }
        }
        complete(archive, scratch, &folder)
    })
}

/// Checks that a folder holds all files of an archive that come from `source`.
fn complete(archive: &Archive, folder: &Path, source: &Path) -> Result<()> {
    match archive
        .files
        .iter()
        .find(|name| !folder.join(name).is_file())
    {
        Some(name) => Err(Error::new(ErrorKind::MissingInArchive {
            path: source.into(),
            name: name.clone(),
        })),
        None => Ok(()),
    }
}

/// Fills a folder beside its final place and renames it once that has succeeded.
pub(super) fn place(
    name: &str,
    out: &Path,
    fill: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let scratch = out.join(format!("{name}.part"));
    remove_folder(&scratch)?;
    fs::create_dir_all(&scratch).at(&scratch)?;
    if let Err(error) = fill(&scratch) {
        remove_folder(&scratch)?;
        return Err(error);
    }
    let folder = out.join(name);
    remove_folder(&folder)?;
    fs::rename(&scratch, &folder).at(&folder)?;
    Ok(folder)
}

fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).at(folder),
        _ => Ok(()),
    }
}

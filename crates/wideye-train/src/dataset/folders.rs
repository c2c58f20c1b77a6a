//! Pictures in a folder for each class, as people keep them, made into a data set.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use sha2::{Digest, Sha256};
use wideye_core::{Fit, Limits, decode_stored};

use super::fetch::place;
use super::{IMAGE_LEN, SIDE};
use crate::error::{AtPath, Error, ErrorKind, Result};

/// One picture in so many of each class is set aside for testing where the folders do not say which.
const ONE_IN: usize = 10;

/// What became of folders of pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromFolders {
    /// The folder of the data set that was made.
    pub folder: PathBuf,
    /// The files that are not in it, and why.
    pub left_out: Vec<(PathBuf, String)>,
}

/// Makes a data set of kind [`Custom`](super::DatasetKind::Custom) of the pictures in `source`, in a folder of that name
/// in `out`.
///
/// `source` holds a folder of pictures for each class, or `train` and `test` that do. Pictures become images as they
/// become a network's input, by `fit`. Where nobody has set pictures aside for testing, a tenth of each class is, by the
/// files' contents. Hidden files, and files that are there already, are left out.
///
/// # Errors
/// `Io` if a folder cannot be read or written; `Pictures` if there are not 2 to 256 classes, each with pictures
/// to train, to validate and to test, or there is a folder of that name in `out`.
pub fn from_folders(
    source: &Path,
    out: &Path,
    fit: Fit,
    on_progress: &mut dyn FnMut(usize, usize),
) -> Result<FromFolders> {
    let layout = Layout::of(source)?;
    let name = source
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| refused(source, "has no name, or one that is not Unicode"))?;
    let target = out.join(name);
    if target.exists() {
        let reason = "is there already; remove it, or have the data set made in another folder";
        return Err(refused(&target, reason));
    }
    let mut left_out = layout.strays;
    let mut parts = vec![vec![Vec::new(); layout.classes.len()]; layout.files.len()];
    let files: Vec<File> = layout.files.into_iter().flatten().collect();
    let mut first_with: HashMap<_, &Path> = HashMap::new();
    for (file, read) in files.iter().zip(read_all(&files, fit, on_progress)) {
        match read {
            Err(reason) => left_out.push((file.path.clone(), reason)),
            Ok(image) => match first_with.entry(image.digest) {
                Entry::Occupied(first) => {
                    let reason = format!("is the same file as {}", first.get().display());
                    left_out.push((file.path.clone(), reason));
                }
                Entry::Vacant(place) => {
                    place.insert(&file.path);
                    parts[file.part][file.class].push(image);
                }
            },
        }
    }
    let [train, test] = match <[_; 2]>::try_from(parts) {
        Ok(parts) => parts,
        Err(parts) => set_aside(parts.into_iter().flatten()),
    };
    for (class, name) in layout.classes.iter().enumerate() {
        let (train, test) = (train[class].len(), test[class].len());
        if train < 2 || test < 1 {
            let reason = format!(
                "needs at least 2 pictures of {name} to train with and 1 to test with, found {train} and {test}; files left out: {}",
                left_out.len()
            );
            return Err(refused(source, &reason));
        }
    }
    let folder = place(name, out, |scratch| {
        let names = scratch.join("fine_label_names.txt");
        fs::write(&names, layout.classes.join("\n") + "\n").at(&names)?;
        for (name, classes) in [("train.bin", train), ("test.bin", test)] {
            let path = scratch.join(name);
            fs::write(&path, records(&classes)).at(&path)?;
        }
        Ok(())
    })?;
    Ok(FromFolders { folder, left_out })
}

/// A file of a class.
struct File {
    path: PathBuf,
    class: usize,
    part: usize,
}

/// A picture at the networks' size.
#[derive(Clone)]
struct Image {
    digest: [u8; 32],
    pixels_chw: Vec<u8>,
}

/// The folders and files of a source.
struct Layout {
    classes: Vec<String>,
    /// Of the source as a whole, or of `train` and `test`.
    files: Vec<Vec<File>>,
    /// Files outside every class's folder.
    strays: Vec<(PathBuf, String)>,
}

impl Layout {
    fn of(source: &Path) -> Result<Self> {
        let halves = [source.join("train"), source.join("test")];
        let roots = match halves.iter().all(|half| half.is_dir()) {
            true => halves.to_vec(),
            false => vec![source.to_path_buf()],
        };
        let mut classes: Vec<String> = Vec::new();
        let mut folders = Vec::new();
        let mut strays = Vec::new();
        for root in &roots {
            let (inner, files): (Vec<_>, Vec<_>) =
                entries(root)?.into_iter().partition(|path| path.is_dir());
            let reason = "is in no class's folder";
            strays.extend(files.into_iter().map(|path| (path, reason.to_string())));
            for folder in &inner {
                classes.push(class_name(folder)?.into());
            }
            folders.push(inner);
        }
        classes.sort_unstable();
        classes.dedup();
        if !(2..=256).contains(&classes.len()) {
            let reason = format!(
                "needs a folder of pictures for each of 2 to 256 classes, found {}",
                classes.len()
            );
            return Err(refused(source, &reason));
        }
        let mut files = Vec::new();
        for (part, folders) in folders.iter().enumerate() {
            let mut all = Vec::new();
            for folder in folders {
                let name = class_name(folder)?;
                let class = classes.binary_search_by(|class| class.as_str().cmp(name));
                let class = class.expect("every folder's name is a class");
                let mut paths = Vec::new();
                walk(folder, &mut paths)?;
                all.extend(paths.into_iter().map(|path| File { path, class, part }));
            }
            files.push(all);
        }
        Ok(Self {
            classes,
            files,
            strays,
        })
    }
}

fn class_name(folder: &Path) -> Result<&str> {
    let name = folder.file_name().and_then(|name| name.to_str());
    name.filter(|name| name.trim() == *name && !name.contains(char::is_control))
        .ok_or_else(|| refused(folder, "has a name that no class can have; rename it"))
}

/// What a folder holds, but for hidden files, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).at(folder)? {
        let entry = entry.at(folder)?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            all.push(entry.path());
        }
    }
    all.sort_unstable();
    Ok(all)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for path in entries(folder)? {
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Reads every file, on all cores; why it cannot be read is an answer, too.
fn read_all(
    files: &[File],
    fit: Fit,
    on_progress: &mut dyn FnMut(usize, usize),
) -> Vec<Result<Image, String>> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut all: Vec<_> = files.iter().map(|_| None).collect();
    thread::scope(|scope| {
        for _ in 0..threads.min(files.len()) {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                let take = || next.fetch_add(1, Ordering::Relaxed);
                for index in std::iter::repeat_with(take).take_while(|&index| index < files.len()) {
                    let image = read(&files[index].path, fit);
                    sender
                        .send((index, image))
                        .expect("the receiver outlives the threads");
                }
            });
        }
        drop(sender);
        for (done, (index, image)) in receiver.iter().enumerate() {
            all[index] = Some(image);
            on_progress(done + 1, files.len());
        }
    });
    all.into_iter()
        .map(|image| image.expect("every file is read"))
        .collect()
}

fn read(path: &Path, fit: Fit) -> Result<Image, String> {
    let bytes = fs::read(path).map_err(|e| e.to_string())?;
    let picture = decode_stored(&bytes, &Limits::default()).map_err(|e| e.to_string())?;
    let side = SIDE as u32;
    let pixels_hwc = picture.fit(fit, side, side).to_picture();
    let channel = |channel| {
        pixels_hwc
            .pixels_hwc()
            .iter()
            .skip(channel)
            .step_by(3)
            .copied()
    };
    Ok(Image {
        digest: Sha256::digest(&bytes).into(),
        pixels_chw: (0..3).flat_map(channel).collect(),
    })
}

/// Sets a share of every class aside for testing. Which, their contents say: a file's name does not.
fn set_aside(classes: impl Iterator<Item = Vec<Image>>) -> [Vec<Vec<Image>>; 2] {
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for mut images in classes {
        images.sort_unstable_by_key(|image| image.digest);
        let count = (images.len() / ONE_IN).max(1).min(images.len());
        train.push(images.split_off(count));
        test.push(images);
    }
    [train, test]
}

/// The records of CIFAR-100's layout, `[n, 2 + 3,072]`: a byte of 0 for the superclass, the class, three planes.
fn records(classes: &[Vec<Image>]) -> Vec<u8> {
    let count: usize = classes.iter().map(Vec::len).sum();
    let mut bytes = Vec::with_capacity(count * (2 + IMAGE_LEN));
    for (class, images) in classes.iter().enumerate() {
        for image in images {
            bytes.extend([0, class as u8]);
            bytes.extend_from_slice(&image.pixels_chw);
        }
    }
    bytes
}

fn refused(path: &Path, reason: &str) -> Error {
    Error::new(ErrorKind::Pictures {
        path: path.into(),
        reason: reason.into(),
    })
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;
    use crate::dataset::{Dataset, DatasetKind};

    /// A folder of pictures, and where data sets of it go.
    struct Workshop(tempfile::TempDir);

    impl Workshop {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join("trees").join(name)
        }

        /// A wide picture, black at both ends and of one colour between.
        fn draw(&self, name: &str, colour: u8) {
            let picture = RgbImage::from_fn(80, 40, |x, _| match x {
                10..70 => Rgb([colour, 2, 255 - colour]),
                _ => Rgb([0; 3]),
            });
            let path = self.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            picture.save(path).unwrap();
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.path(name), text).unwrap();
        }

        fn make(&self) -> Result<FromFolders> {
            let out = self.0.path().join("out");
            from_folders(&self.path(""), &out, Fit::Cover, &mut |_, _| {})
        }

        fn refusal(&self) -> String {
            self.make().unwrap_err().to_string()
        }
    }

    fn read_back(made: &FromFolders) -> Dataset {
        Dataset::read(DatasetKind::Custom, &made.folder).unwrap()
    }

    /// The colours of images, which are of one.
    fn colours(images: &super::super::Images) -> Vec<u8> {
        (0..images.len())
            .map(|index| {
                let planes: Vec<&[u8]> = images.pixels_chw(index).chunks(SIDE * SIDE).collect();
                let colour = planes[0][0];
                for (plane, value) in planes.iter().zip([colour, 2, 255 - colour]) {
                    assert!(plane.iter().all(|&v| v == value), "{value}: {plane:?}");
                }
                colour
            })
            .collect()
    }

    #[test]
    fn a_tenth_of_each_class_is_set_aside_whatever_the_files_are_called() {
        let workshop = Workshop::new();
        for colour in 0..24 {
            workshop.draw(&format!("oak tree/{colour}.png"), colour);
        }
        for colour in 100..103 {
            workshop.draw(&format!("ash/winter/{colour}.bmp"), colour);
        }
        let made = workshop.make().unwrap();
        assert!(made.folder.ends_with("out/trees"));
        assert_eq!(made.left_out, []);
        let data = read_back(&made);
        assert_eq!(data.labels, ["ash", "oak tree"]);
        assert!(data.superclasses.is_empty() && data.superclass_of.is_empty());
        assert_eq!(data.train.labels(), [[0; 2].as_slice(), &[1; 22]].concat());
        assert_eq!(data.test.labels(), [0, 1, 1]);
        let mut all = [colours(&data.train), colours(&data.test)].concat();
        all.sort_unstable();
        assert_eq!(all, (0..24).chain(100..103).collect::<Vec<_>>());

        let renamed = Workshop::new();
        for colour in 0..24 {
            renamed.draw(&format!("oak tree/{}.png", 99 - colour), colour);
        }
        for colour in 100..103 {
            renamed.draw(&format!("ash/{colour}.bmp"), colour);
        }
        assert_eq!(read_back(&renamed.make().unwrap()), data);
    }

    #[test]
    fn what_is_set_aside_already_stays_so() {
        let workshop = Workshop::new();
        for (name, colour) in [
            ("train/ash/a.png", 1),
            ("train/ash/b.png", 2),
            ("train/oak/a.png", 3),
            ("train/oak/b.png", 4),
            ("test/ash/a.png", 5),
            ("test/oak/a.png", 6),
            ("test/oak/seen.png", 3),
        ] {
            workshop.draw(name, colour);
        }
        let made = workshop.make().unwrap();
        let first = workshop.path("train/oak/a.png");
        let reason = format!("is the same file as {}", first.display());
        assert_eq!(
            made.left_out,
            [(workshop.path("test/oak/seen.png"), reason)]
        );
        let data = read_back(&made);
        assert_eq!(data.train.labels(), [0, 0, 1, 1]);
        assert_eq!(colours(&data.train), [1, 2, 3, 4]);
        assert_eq!(colours(&data.test), [5, 6]);
    }

    #[test]
    fn files_that_are_no_pictures_are_named() {
        let workshop = Workshop::new();
        for colour in 0..6 {
            let class = ["ash", "oak"][usize::from(colour) % 2];
            workshop.draw(&format!("{class}/{colour}.png"), colour);
        }
        workshop.write("ash/notes.txt", "no picture");
        workshop.write("ash/.hidden", "no picture either");
        workshop.write("stray.png", "");
        let left_out = workshop.make().unwrap().left_out;
        let reasons: Vec<_> = left_out.iter().map(|(_, reason)| reason.as_str()).collect();
        assert_eq!(left_out[0].0, workshop.path("stray.png"));
        assert_eq!(left_out[1].0, workshop.path("ash/notes.txt"));
        assert_eq!(reasons.len(), 2);
        assert_eq!(reasons[0], "is in no class's folder");
        assert!(reasons[1].contains("this is text"), "{}", reasons[1]);
    }

    #[test]
    fn what_makes_no_data_set_is_refused_and_leaves_nothing() {
        let workshop = Workshop::new();
        for colour in 0..3 {
            workshop.draw(&format!("ash/{colour}.png"), colour);
        }
        assert!(
            workshop
                .refusal()
                .contains("for each of 2 to 256 classes, found 1")
        );
        for colour in 3..5 {
            workshop.draw(&format!("oak/{colour}.png"), colour);
        }
        let refusal = workshop.refusal();
        assert!(
            refusal.contains("2 pictures of oak to train with and 1 to test with, found 1 and 1")
        );
        workshop.draw("oak/5.png", 5);
        workshop.draw(" pine/6.png", 6);
        assert!(workshop.refusal().contains("rename it"));
        let out = workshop.0.path().join("out");
        assert!(!out.join("trees").exists());
        fs::remove_dir_all(workshop.path(" pine")).unwrap();
        workshop.make().unwrap();
        assert!(workshop.refusal().contains("is there already"));
        // Least of all are the pictures themselves replaced.
        let beside = from_folders(
            &workshop.path(""),
            workshop.0.path(),
            Fit::Cover,
            &mut |_, _| {},
        );
        assert!(beside.unwrap_err().to_string().contains("is there already"));
        assert!(workshop.path("oak/5.png").exists());
        let missing = from_folders(
            Path::new("no/such"),
            Path::new("out"),
            Fit::Cover,
            &mut |_, _| {},
        );
        assert!(matches!(missing.unwrap_err().kind(), ErrorKind::Io { .. }));
    }
}

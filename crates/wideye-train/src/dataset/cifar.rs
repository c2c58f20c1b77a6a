//! The record formats: CIFAR-100 has a coarse and a fine label byte before the planes, CIFAR-10 one.

use std::fs;
use std::path::Path;

use super::{Dataset, IMAGE_LEN, Images};
use crate::error::{AtPath, Error, ErrorKind, Result};

/// Whether a folder in the layout of CIFAR-100 must have its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    Published,
    Any,
}

pub(super) fn read_cifar10(folder: &Path) -> Result<Dataset> {
    let labels = read_names(&folder.join("batches.meta.txt"), Some(10))?;
    let mut train = Records::default();
    for batch in 1..=5 {
        let file = folder.join(format!("data_batch_{batch}.bin"));
        train.append(
            &file,
            Layout {
                label_bytes: 1,
                classes: 10,
                superclasses: 0,
            },
            Some(10_000),
        )?;
    }
    let mut test = Records::default();
    test.append(
        &folder.join("test_batch.bin"),
        Layout {
            label_bytes: 1,
            classes: 10,
            superclasses: 0,
        },
        Some(10_000),
    )?;
    Ok(Dataset {
        labels,
        superclasses: Vec::new(),
        superclass_of: Vec::new(),
        train: train.into_images(),
        test: test.into_images(),
    })
}

pub(super) fn read_cifar100(folder: &Path, size: Size) -> Result<Dataset> {
    let published = |count| (size == Size::Published).then_some(count);
    let labels = read_names(&folder.join("fine_label_names.txt"), published(100))?;
    let superclasses = folder.join("coarse_label_names.txt");
    let superclasses = match size {
        Size::Any if !superclasses.exists() => Vec::new(),
        _ => read_names(&superclasses, published(20))?,
    };
    let layout = Layout {
        label_bytes: 2,
        classes: labels.len(),
        superclasses: superclasses.len().max(1),
    };
    let mut train = Records::default();
    train.append(&folder.join("train.bin"), layout, published(50_000))?;
    let mut test = Records {
        superclass_of: train.superclass_of.clone(),
        ..Records::default()
    };
    test.append(&folder.join("test.bin"), layout, published(10_000))?;
    let mut superclass_of = (0..labels.len())
        .map(|label| {
            train.superclass_of[label].ok_or_else(|| Error::new(ErrorKind::EmptyClass { label }))
        })
        .collect::<Result<Vec<_>>>()?;
    if superclasses.is_empty() {
        superclass_of.clear();
    }
    Ok(Dataset {
        labels,
        superclasses,
        superclass_of,
        train: train.into_images(),
        test: test.into_images(),
    })
}

fn read_names(path: &Path, expected: Option<usize>) -> Result<Vec<String>> {
    let text = fs::read_to_string(path).at(path)?;
    let names: Vec<String> = text
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .map(String::from)
        .collect();
    let fits = match expected {
        Some(count) => names.len() == count,
        None => (2..=256).contains(&names.len()),
    };
    if !fits {
        return Err(Error::new(ErrorKind::ClassNames {
            path: path.into(),
            expected,
            actual: names.len(),
        }));
    }
    Ok(names)
}

#[derive(Debug, Clone, Copy)]
struct Layout {
    label_bytes: usize,
    classes: usize,
    superclasses: usize,
}

impl Layout {
    fn record_len(self) -> usize {
        self.label_bytes + IMAGE_LEN
    }
}

#[derive(Default)]
struct Records {
    pixels: Vec<u8>,
    labels: Vec<u8>,
    superclass_of: Vec<Option<usize>>,
}

impl Records {
    fn append(&mut self, path: &Path, layout: Layout, count: Option<usize>) -> Result<()> {
        let bytes = fs::read(path).at(path)?;
        let record_len = layout.record_len();
        let whole = bytes.len() / record_len;
        let rest = bytes.len() % record_len;
        if rest != 0 {
            let offset = (whole * record_len) as u64;
            let kind = ErrorKind::TruncatedRecord {
                path: path.into(),
                offset,
                expected: record_len,
                actual: rest,
            };
            return Err(Error::new(kind));
        }
        let expected = count.unwrap_or(whole.max(1));
        if whole != expected {
            let offset = (expected * record_len) as u64;
            return Err(Error::new(ErrorKind::RecordCount {
                path: path.into(),
                offset,
                expected,
                actual: whole,
            }));
        }
        self.superclass_of.resize(layout.classes, None);
        for (index, record) in bytes.chunks_exact(record_len).enumerate() {
            let offset = (index * record_len) as u64;
            let (label_bytes, pixels) = record.split_at(layout.label_bytes);
            let fine_at = layout.label_bytes - 1;
            let label = in_range(
                path,
                offset + fine_at as u64,
                label_bytes[fine_at],
                layout.classes,
            )?;
            if layout.label_bytes == 2 {
                let superclass = in_range(path, offset, label_bytes[0], layout.superclasses)?;
                let known = self.superclass_of[label].get_or_insert(superclass);
                if *known != superclass {
                    return Err(Error::new(ErrorKind::SuperclassConflict {
                        path: path.into(),
                        offset,
                        label,
                    }));
                }
            }
            self.labels.push(label_bytes[fine_at]);
            self.pixels.extend_from_slice(pixels);
        }
        Ok(())
    }

    fn into_images(self) -> Images {
        Images::new(self.pixels, self.labels)
    }
}

fn in_range(path: &Path, offset: u64, label: u8, classes: usize) -> Result<usize> {
    if usize::from(label) < classes {
        Ok(usize::from(label))
    } else {
        Err(Error::new(ErrorKind::LabelOutOfRange {
            path: path.into(),
            offset,
            label,
            classes,
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::dataset::{DatasetKind, SIDE};

    /// A pixel value that differs between channels, rows, columns and images.
    fn pixel(image: usize, channel: usize, y: usize, x: usize) -> u8 {
        ((image * 131 + channel * 71 + y * 7 + x * 3) % 251) as u8
    }

    fn record(labels: &[u8], image: usize) -> Vec<u8> {
        let mut bytes = labels.to_vec();
        for channel in 0..3 {
            for y in 0..SIDE {
                bytes.extend((0..SIDE).map(|x| pixel(image, channel, y, x)));
            }
        }
        bytes
    }

    fn custom_folder(train: &[u8], test: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_path_buf();
        fs::write(path.join("fine_label_names.txt"), "ash\nbeech\ncat\n").unwrap();
        fs::write(path.join("coarse_label_names.txt"), "trees\nanimals\n").unwrap();
        fs::write(path.join("train.bin"), train).unwrap();
        fs::write(path.join("test.bin"), test).unwrap();
        (folder, path)
    }

    fn three_records() -> Vec<u8> {
        [record(&[0, 1], 0), record(&[1, 2], 1), record(&[0, 0], 2)].concat()
    }

    #[test]
    fn planes_rows_and_labels_are_where_the_layout_says() {
        let (_guard, folder) = custom_folder(&three_records(), &record(&[1, 2], 3));
        let data = Dataset::read(DatasetKind::Custom, &folder).unwrap();
        assert_eq!(data.labels, ["ash", "beech", "cat"]);
        assert_eq!(data.superclasses, ["trees", "animals"]);
        assert_eq!(data.superclass_of, [0, 0, 1]);
        assert_eq!(data.train.labels(), [1, 2, 0]);
        assert_eq!(data.test.labels(), [2]);
        for (channel, y, x) in [(0, 0, 0), (0, 0, 31), (1, 5, 2), (2, 31, 30)] {
            let value = data.train.pixels_chw(2)[channel * 1024 + y * 32 + x];
            assert_eq!(
                value,
                pixel(2, channel, y, x),
                "channel {channel}, row {y}, column {x}"
            );
        }
        assert_eq!(
            data.train.select(&[2, 0]).pixels_chw(0),
            data.train.pixels_chw(2)
        );
    }

    #[test]
    fn cifar10_joins_its_five_batches() {
        let guard = tempfile::tempdir().unwrap();
        let folder = guard.path();
        fs::write(
            folder.join("batches.meta.txt"),
            "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n",
        )
        .unwrap();
        for batch in 1..=5u8 {
            let records = record(&[batch], usize::from(batch)).repeat(10_000);
            fs::write(folder.join(format!("data_batch_{batch}.bin")), records).unwrap();
        }
        fs::write(
            folder.join("test_batch.bin"),
            record(&[9], 7).repeat(10_000),
        )
        .unwrap();
        let data = Dataset::read(DatasetKind::Cifar10, folder).unwrap();
        assert_eq!((data.train.len(), data.test.len()), (50_000, 10_000));
        assert_eq!(
            (data.train.labels()[0], data.train.labels()[49_999]),
            (1, 5)
        );
        assert_eq!(data.train.pixels_chw(30_000)[1024 + 32], pixel(4, 1, 1, 0));
        assert!(data.superclasses.is_empty() && data.superclass_of.is_empty());
    }

    #[test]
    fn each_damage_has_its_own_error() {
        let good = three_records();
        let len = 3074u64;
        let mut bad_label = good.clone();
        bad_label[len as usize + 1] = 3;
        let mut bad_superclass = good.clone();
        bad_superclass[2 * len as usize] = 7;
        let mut conflict = good.clone();
        conflict.extend(record(&[1, 1], 4));
        let path = |folder: &Path| folder.join("train.bin");
        type Expected = fn(PathBuf) -> ErrorKind;
        let cases: [(&str, &[u8], Expected); 5] = [
            ("truncated", &good[..good.len() - 1], |path| {
                ErrorKind::TruncatedRecord {
                    path,
                    offset: 2 * 3074,
                    expected: 3074,
                    actual: 3073,
                }
            }),
            ("empty", &[], |path| ErrorKind::RecordCount {
                path,
                offset: 3074,
                expected: 1,
                actual: 0,
            }),
            ("label", &bad_label, |path| ErrorKind::LabelOutOfRange {
                path,
                offset: 3075,
                label: 3,
                classes: 3,
            }),
            ("superclass", &bad_superclass, |path| {
                ErrorKind::LabelOutOfRange {
                    path,
                    offset: 2 * 3074,
                    label: 7,
                    classes: 2,
                }
            }),
            ("conflict", &conflict, |path| {
                ErrorKind::SuperclassConflict {
                    path,
                    offset: 3 * 3074,
                    label: 1,
                }
            }),
        ];
        for (name, train, expected) in cases {
            let (_guard, folder) = custom_folder(train, &record(&[1, 2], 3));
            let error = Dataset::read(DatasetKind::Custom, &folder).unwrap_err();
            assert_eq!(error.kind(), &expected(path(&folder)), "{name}");
            assert!(error.to_string().contains("train.bin"), "{error}");
        }
    }

    #[test]
    fn published_sizes_are_required_of_cifar100() {
        let (_guard, folder) = custom_folder(&three_records(), &record(&[1, 2], 3));
        let error = Dataset::read(DatasetKind::Cifar100, &folder).unwrap_err();
        assert!(matches!(
            error.kind(),
            ErrorKind::ClassNames {
                expected: Some(100),
                actual: 3,
                ..
            }
        ));
        let names: String = (0..100).map(|i| format!("class{i}\n")).collect();
        fs::write(folder.join("fine_label_names.txt"), &names).unwrap();
        let names: String = (0..20).map(|i| format!("group{i}\n")).collect();
        fs::write(folder.join("coarse_label_names.txt"), names).unwrap();
        let error = Dataset::read(DatasetKind::Cifar100, &folder).unwrap_err();
        let kind = ErrorKind::RecordCount {
            path: folder.join("train.bin"),
            offset: 50_000 * 3074,
            expected: 50_000,
            actual: 3,
        };
        assert_eq!(error.kind(), &kind);
    }

    #[test]
    fn a_missing_file_is_named() {
        let (_guard, folder) = custom_folder(&three_records(), &[]);
        fs::remove_file(folder.join("train.bin")).unwrap();
        let error = Dataset::read(DatasetKind::Custom, &folder).unwrap_err();
        assert_eq!(
            error.kind(),
            &ErrorKind::Io {
                path: folder.join("train.bin")
            }
        );
    }
}

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use wideye_classifier::Classifier;
use wideye_train::{
    Card, ClassAccuracy, Colours, Corruption, CorruptionAccuracy, Dataset, DatasetConfig,
    DatasetKind, Evaluation, Images, RunFolder, UnknownImages, calibration_error,
    classifier_logits, network_logits, write_confusion_matrix,
};

use super::{Source, provenance_of};

/// Measure a run or an exported model, on the validation images unless told otherwise.
#[derive(clap::Args)]
pub struct Arguments {
    /// A run folder, or an ONNX file, which runs through the classifier that browsers use.
    model: PathBuf,
    /// Measure on the test images; do so once for each result that is reported.
    #[arg(long)]
    test: bool,
    /// One JSON document on standard output.
    #[arg(long)]
    json: bool,
    /// Write the confusion matrix as a PNG.
    #[arg(long, value_name = "FILE")]
    confusion: Option<PathBuf>,
    /// Also tell images of other classes from these: a folder with CIFAR-10, of whose images those are taken whose
    /// classes the model has not, of its test images only with --test.
    #[arg(long, value_name = "DIR")]
    unknown: Option<PathBuf>,
    /// Also measure the mean of an image's scores and its mirror image's.
    #[arg(long)]
    with_mirrored: bool,
    /// Also measure on images made worse: names, separated by commas, or all.
    #[arg(long, value_name = "NAMES", value_parser = parse_corruptions)]
    under: Option<Corruptions>,
    /// Record the result in the card of the ONNX file.
    #[arg(long)]
    card: bool,
    #[command(flatten)]
    source: Source,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    anyhow::ensure!(
        !(arguments.card && arguments.model.is_dir()),
        "--card is for an exported model; a run has no card"
    );
    if arguments.card {
        // Before all that it costs to have something to record.
        read_card(&arguments.model)?;
    }
    let subject = Subject::open(&arguments.model)?;
    let data = arguments
        .source
        .read_of(subject.labels(), subject.dataset().as_ref())?;
    let trained_on = subject.trained_on();
    let images = match arguments.test {
        true => data.test.clone(),
        false => data.validation_of(trained_on.as_deref())?,
    };
    if arguments.test && trained_on.is_some_and(|sha256| sha256 != data.train.sha256()) {
        eprintln!(
            "warning: the model was trained on other images than the data set has now; if that was made anew of the same \
             pictures, some of its test images may be among them"
        );
    }
    let classes = wideye_train::Classes::of(&data);
    let count = data.labels.len();
    let logits = subject.logits(&images, Colours::Kept)?;
    let greyscale_logits = subject.logits(&images, Colours::Greyscale)?;
    let mut evaluation = Evaluation::new(&logits, &greyscale_logits, images.labels(), &classes);
    let (temperature, threshold) = subject.calibration();
    let error = calibration_error(&logits, count, images.labels(), temperature);
    evaluation.calibration_error = Some(error);
    if arguments.with_mirrored {
        let mirrored = subject.logits(&images.mirrored(), Colours::Kept)?;
        let mean = mean(&logits, &mirrored);
        evaluation.with_mirrored = Some(wideye_train::accuracy(&mean, count, images.labels()));
    }
    if let Some(folder) = &arguments.unknown {
        let (images, names) = unknown_images(folder, subject.labels(), arguments.test)?;
        let unknown = subject.logits(&images, Colours::Kept)?;
        let pair = (logits.as_slice(), unknown.as_slice());
        let measured = UnknownImages::new(names, pair, count, temperature, threshold);
        evaluation.unknown = Some(measured);
    }
    for &corruption in arguments.under.iter().flat_map(|all| &all.0) {
        let logits = subject.logits(&corruption.apply(&images), Colours::Kept)?;
        evaluation.corruptions.push(CorruptionAccuracy {
            name: corruption.name.into(),
            description: corruption.description(),
            top1: wideye_train::accuracy(&logits, count, images.labels()).top1,
        });
    }
    if let Some(path) = &arguments.confusion {
        write_confusion_matrix(path, &evaluation.confusion, &classes.superclass_of)?;
        eprintln!("wrote {}", path.display());
    }
    if arguments.card {
        record(&arguments.model, arguments.test, &evaluation)?;
    }
    if arguments.json {
        let split = if arguments.test { "test" } else { "validation" };
        let document = serde_json::json!({
            "schema": 1,
            "split": split,
            "evaluation": evaluation,
            "confusion": evaluation.confusion,
            "greyscale_confusion": evaluation.greyscale_confusion,
        });
        writeln!(io::stdout(), "{document}")?;
    } else {
        print(&evaluation, arguments.test)?;
    }
    Ok(())
}

/// The mean of two images' scores, or of many pairs'.
fn mean(scores: &[f32], others: &[f32]) -> Vec<f32> {
    let pairs = scores.iter().zip(others);
    pairs.map(|(a, b)| f32::midpoint(*a, *b)).collect()
}

/// What a list of corruptions is parsed into.
#[derive(Clone)]
struct Corruptions(Vec<Corruption>);

fn parse_corruptions(names: &str) -> Result<Corruptions, String> {
    if names == "all" {
        return Ok(Corruptions(Corruption::ALL.into()));
    }
    let known = || Corruption::ALL.map(|c| c.name).join(", ");
    let parse = |name: &str| {
        Corruption::named(name).ok_or_else(|| format!("{name} is none of all, {}", known()))
    };
    names
        .split(',')
        .map(parse)
        .collect::<Result<_, _>>()
        .map(Corruptions)
}

enum Subject {
    Run(Box<wideye_train::TrainedRun>),
    Exported(Box<Classifier>),
}

impl Subject {
    fn open(path: &Path) -> anyhow::Result<Self> {
        if path.is_dir() {
            return Ok(Self::Run(Box::new(RunFolder::new(path).load_as_trained()?)));
        }
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let classifier =
            Classifier::from_onnx(&bytes).with_context(|| path.display().to_string())?;
        Ok(Self::Exported(Box::new(classifier)))
    }

    fn dataset(&self) -> Option<DatasetConfig> {
        match self {
            Self::Run(run) => Some(run.config.dataset.clone()),
            Self::Exported(classifier) => provenance_of(classifier).map(|p| p.config.dataset),
        }
    }

    /// The SHA-256 of the images that it was trained on, if it tells.
    fn trained_on(&self) -> Option<String> {
        match self {
            Self::Run(run) => run.classes.train_sha256.clone(),
            Self::Exported(classifier) => provenance_of(classifier)?.train_sha256,
        }
    }

    /// The temperature, and the threshold if there is one.
    fn calibration(&self) -> (f32, Option<f32>) {
        match self {
            Self::Run(_) => (1.0, None),
            Self::Exported(classifier) => {
                let info = classifier.info();
                (info.temperature, info.known_threshold)
            }
        }
    }

    fn labels(&self) -> &[String] {
        match self {
            Self::Run(run) => &run.classes.labels,
            Self::Exported(classifier) => classifier.info().labels.labels(),
        }
    }

    fn logits(&self, images: &Images, colours: Colours) -> anyhow::Result<Vec<f32>> {
        Ok(match self {
            Self::Run(run) => network_logits(&run.network, images, colours)?,
            Self::Exported(classifier) => classifier_logits(classifier, images, colours)?,
        })
    }
}

/// CIFAR-10's images of the classes that are not among `known`, and the classes' names.
fn unknown_images(
    folder: &Path,
    known: &[String],
    test: bool,
) -> anyhow::Result<(Images, Vec<String>)> {
    let data = Dataset::read(DatasetKind::Cifar10, folder)?;
    let unknown = data.classes_not_in(known);
    anyhow::ensure!(
        !unknown.is_empty(),
        "the model has all classes of {}: none is left for --unknown",
        folder.display()
    );
    let images = match test {
        true => data.test.clone(),
        false => data.validation(),
    };
    let labels = images.labels();
    let chosen: Vec<usize> = (0..labels.len())
        .filter(|&i| unknown.contains(&labels[i].into()))
        .collect();
    let names = unknown.iter().map(|&class| data.labels[class].clone());
    Ok((images.select(&chosen), names.collect()))
}

fn read_card(model: &Path) -> anyhow::Result<Card> {
    let bytes = fs::read(model).with_context(|| format!("cannot read {}", model.display()))?;
    Ok(Card::read(model, &bytes)?)
}

fn record(model: &Path, test: bool, evaluation: &Evaluation) -> anyhow::Result<()> {
    let mut card = read_card(model)?;
    card.record(evaluation.clone(), test);
    card.write(model)?;
    eprintln!("recorded in {}", Card::path_for(model).display());
    Ok(())
}

fn print(evaluation: &Evaluation, test: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let split = if test { "test" } else { "validation" };
    writeln!(out, "{} {split} images", evaluation.images)?;
    writeln!(out, "top-1             {:.4}", evaluation.accuracy.top1)?;
    writeln!(out, "top-5             {:.4}", evaluation.accuracy.top5)?;
    if let Some(top1) = evaluation.superclass_top1 {
        writeln!(out, "superclass top-1  {top1:.4}")?;
    }
    writeln!(out, "greyscale top-1   {:.4}", evaluation.greyscale.top1)?;
    writeln!(out, "greyscale top-5   {:.4}", evaluation.greyscale.top5)?;
    if let Some(accuracy) = &evaluation.with_mirrored {
        writeln!(out, "with mirror image {:.4}", accuracy.top1)?;
    }
    if let Some(error) = evaluation.calibration_error {
        writeln!(out, "calibration error {error:.4}")?;
    }
    if let Some(unknown) = &evaluation.unknown {
        writeln!(out, "unknown AUROC     {:.4}", unknown.auroc)?;
        if let Some(share) = unknown.taken_for_known {
            writeln!(out, "taken for known   {share:.4}")?;
        }
        if let Some(share) = unknown.kept {
            writeln!(out, "own images known  {share:.4}")?;
        }
    }
    for CorruptionAccuracy {
        description, top1, ..
    } in &evaluation.corruptions
    {
        writeln!(out, "{description:<32} {top1:.4}")?;
    }
    for (title, rows) in [
        ("superclass", &evaluation.by_superclass),
        ("class", &evaluation.by_class),
    ] {
        if !rows.is_empty() {
            writeln!(out, "\n{title:<32} images  top-1   greyscale")?;
        }
        for ClassAccuracy {
            label,
            images,
            top1,
            greyscale_top1,
        } in rows
        {
            writeln!(
                out,
                "{label:<32} {images:>6}  {top1:.4}  {greyscale_top1:.4}"
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirror_images_count_half() {
        // Two images of two classes: alone the first class wins and the second does, with their mirror images it is
        // the other way round.
        let (scores, mirrored) = ([3.0, 1.0, 0.0, 1.0], [0.0, 4.0, 5.0, 2.0]);
        let mean = mean(&scores, &mirrored);
        assert_eq!(mean, [1.5, 2.5, 2.5, 1.5]);
        assert_eq!(wideye_train::accuracy(&scores, 2, &[1, 0]).top1, 0.0);
        assert_eq!(wideye_train::accuracy(&mean, 2, &[1, 0]).top1, 1.0);
    }
}

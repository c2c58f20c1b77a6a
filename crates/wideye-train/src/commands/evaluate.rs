use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use wideye_classifier::Classifier;
use wideye_train::{
    Card, ClassAccuracy, Colours, Dataset, DatasetConfig, DatasetKind, Evaluation, Images,
    RunFolder, UnknownImages, calibration_error, class_balanced_split, classifier_logits,
    network_logits, write_confusion_matrix,
};

use super::{Source, dataset_of};

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
    /// Also tell images of other classes from these: a folder with CIFAR-10, of whose test images those are
    /// taken whose classes the model has not.
    #[arg(long, value_name = "DIR")]
    unknown: Option<PathBuf>,
    /// Record the result in the card of the ONNX file.
    #[arg(long)]
    card: bool,
    #[command(flatten)]
    source: Source,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let subject = Subject::open(&arguments.model)?;
    let data = arguments.source.read(subject.dataset().as_ref())?;
    anyhow::ensure!(
        subject.labels() == data.labels,
        "the model's {} classes are not those of the data set ({}); name another with --dataset and --data",
        subject.labels().len(),
        data.labels.len()
    );
    let images = if arguments.test {
        data.test.clone()
    } else {
        data.train
            .select(&class_balanced_split(&data.train).validation)
    };
    let classes = wideye_train::Classes::of(&data);
    let logits = subject.logits(&images, Colours::Kept)?;
    let greyscale_logits = subject.logits(&images, Colours::Greyscale)?;
    let mut evaluation = Evaluation::new(&logits, &greyscale_logits, images.labels(), &classes);
    let (temperature, threshold) = subject.calibration();
    let count = data.labels.len();
    let error = calibration_error(&logits, count, images.labels(), temperature);
    evaluation.calibration_error = Some(error);
    if let Some(folder) = &arguments.unknown {
        let (images, names) = unknown_images(folder)?;
        let unknown = subject.logits(&images, Colours::Kept)?;
        let pair = (logits.as_slice(), unknown.as_slice());
        let measured = UnknownImages::new(names, pair, count, temperature, threshold);
        evaluation.unknown = Some(measured);
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
        let document = serde_json::json!({ "schema": 1, "split": split, "evaluation": evaluation });
        println!("{document}");
    } else {
        print(&evaluation, arguments.test);
    }
    Ok(())
}

enum Subject {
    Run(Box<wideye_train::TrainedRun>),
    Exported(Box<Classifier>),
}

impl Subject {
    fn open(path: &Path) -> anyhow::Result<Self> {
        if path.is_dir() {
            return Ok(Self::Run(Box::new(RunFolder::new(path).load()?)));
        }
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let classifier =
            Classifier::from_onnx(&bytes).with_context(|| path.display().to_string())?;
        Ok(Self::Exported(Box::new(classifier)))
    }

    fn dataset(&self) -> Option<DatasetConfig> {
        match self {
            Self::Run(run) => Some(run.config.dataset.clone()),
            Self::Exported(classifier) => dataset_of(classifier),
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

/// CIFAR-10's test images of the classes that CIFAR-100 has not, and the classes' names.
///
/// It has vehicles that are automobiles and trucks.
fn unknown_images(folder: &Path) -> anyhow::Result<(Images, Vec<String>)> {
    let data = Dataset::read(DatasetKind::Cifar10, folder)?;
    let known = ["automobile", "truck"];
    let is_unknown = |class: u8| !known.contains(&data.labels[usize::from(class)].as_str());
    let labels = data.test.labels();
    let chosen: Vec<usize> = (0..labels.len())
        .filter(|&i| is_unknown(labels[i]))
        .collect();
    let names = data
        .labels
        .iter()
        .filter(|name| !known.contains(&name.as_str()));
    Ok((data.test.select(&chosen), names.cloned().collect()))
}

fn record(model: &Path, test: bool, evaluation: &Evaluation) -> anyhow::Result<()> {
    let bytes = fs::read(model).with_context(|| format!("cannot read {}", model.display()))?;
    let mut card = Card::read(model, &bytes)?;
    let place = if test {
        &mut card.test
    } else {
        &mut card.validation
    };
    *place = Some(evaluation.clone());
    card.write(model)?;
    eprintln!("recorded in {}", Card::path_for(model).display());
    Ok(())
}

fn print(evaluation: &Evaluation, test: bool) {
    let split = if test { "test" } else { "validation" };
    println!("{} {split} images", evaluation.images);
    println!("top-1             {:.4}", evaluation.accuracy.top1);
    println!("top-5             {:.4}", evaluation.accuracy.top5);
    if let Some(top1) = evaluation.superclass_top1 {
        println!("superclass top-1  {top1:.4}");
    }
    println!("greyscale top-1   {:.4}", evaluation.greyscale.top1);
    println!("greyscale top-5   {:.4}", evaluation.greyscale.top5);
    if let Some(error) = evaluation.calibration_error {
        println!("calibration error {error:.4}");
    }
    if let Some(unknown) = &evaluation.unknown {
        println!("unknown AUROC     {:.4}", unknown.auroc);
        if let Some(share) = unknown.taken_for_known {
            println!("taken for known   {share:.4}");
        }
    }
    for (title, rows) in [
        ("superclass", &evaluation.by_superclass),
        ("class", &evaluation.by_class),
    ] {
        if !rows.is_empty() {
            println!("\n{title:<32} images  top-1   greyscale");
        }
        for ClassAccuracy {
            label,
            images,
            top1,
            greyscale_top1,
        } in rows
        {
            println!("{label:<32} {images:>6}  {top1:.4}  {greyscale_top1:.4}");
        }
    }
}

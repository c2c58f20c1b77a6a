use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Measured, Mistake, RunReport};
use crate::calibrate::BINS;
use crate::evaluate::ClassAccuracy;
use crate::metrics::{expected_calibration_error, reliability_bins};
use crate::plots::{self, Axes, Curve};

const STYLE: &str = include_str!("page.css");

/// Confusions of more classes than this are told by superclass only.
const MOST_CLASSES: usize = 30;

/// How many steps of an epoch the plotted learning rate has.
const RATES_PER_EPOCH: usize = 20;

/// One HTML page about runs, with no file beside it; `split` names the images that they were
/// measured on.
pub fn page(runs: &[RunReport], split: &str) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                link rel="icon" href="data:,";
                title { "wideye: training report" }
                style { (PreEscaped(STYLE)) (PreEscaped(plots::STYLE)) }
            }
            body {
                h1 { "Training report" }
                (overview(runs, split))
                (training(runs))
                @for (index, run) in runs.iter().enumerate() {
                    (section(index, run, split))
                }
            }
        }
    }
    .into_string()
}

fn overview(runs: &[RunReport], split: &str) -> Markup {
    html! {
        div.wide {
            table {
                thead {
                    tr {
                        th { "run" }
                        th { "network" }
                        th { "seed" }
                        th { "epochs" }
                        th { "top-1, " (split) }
                        th { "top-5" }
                        th { "greyscale top-1" }
                    }
                }
                tbody {
                    @for (index, run) in runs.iter().enumerate() {
                        tr {
                            td { a href=(format!("#{}", anchor(index))) { (run.name) } }
                            td { (run.config.model.name.name()) }
                            td.number { (run.config.seed) }
                            td.number { (run.metrics.len()) " of " (run.config.train.epochs) }
                            @match &run.measured {
                                Some(measured) => {
                                    td.number { (percent(measured.evaluation.accuracy.top1)) }
                                    td.number { (percent(measured.evaluation.accuracy.top5)) }
                                    td.number { (percent(measured.evaluation.greyscale.top1)) }
                                }
                                None => { td {} td {} td {} }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn training(runs: &[RunReport]) -> Markup {
    let of = |value: fn(&crate::EpochMetrics) -> Option<f64>, label: &str, faint: bool| {
        let curve = |(colour, run): (usize, &RunReport)| Curve {
            name: format!("{}, {label}", run.name),
            points: run
                .metrics
                .iter()
                .filter_map(|m| Some((m.epoch as f64, value(m)?)))
                .collect(),
            colour,
            faint,
        };
        runs.iter().enumerate().map(curve).collect::<Vec<_>>()
    };
    let accuracy: Vec<Curve> = of(|m| Some(m.train_top1), "training", true)
        .into_iter()
        .chain(of(|m| Some(m.validation_top1), "validation", false))
        .collect();
    let loss: Vec<Curve> = of(|m| Some(m.train_loss), "training", true)
        .into_iter()
        .chain(of(|m| m.validation_loss, "validation", false))
        .filter(|curve| !curve.points.is_empty())
        .collect();
    let rates: Vec<Curve> = runs.iter().enumerate().map(learning_rate).collect();
    let axes = |title, y, share| Axes {
        title,
        x: "epoch",
        y,
        share,
        falling: !share,
    };
    html! {
        h2 { "Training" }
        p { "Training images are augmented, and the network that sees them changes with each step; validation images \
             are as they are, and seen by the average of its weights." }
        div.plots {
            (PreEscaped(plots::curves(&axes("Accuracy", "top-1", true), &accuracy)))
            (PreEscaped(plots::curves(&axes("Loss", "loss", false), &loss)))
            (PreEscaped(plots::curves(&axes("Learning rate", "rate", false), &rates)))
        }
    }
}

fn learning_rate((colour, run): (usize, &RunReport)) -> Curve {
    let train = &run.config.train;
    let points = (0..train.epochs * RATES_PER_EPOCH).map(|step| {
        let epoch = (step as f64 + 0.5) / RATES_PER_EPOCH as f64;
        (epoch, train.rate(step as u64, RATES_PER_EPOCH))
    });
    Curve {
        name: run.name.clone(),
        points: points.collect(),
        colour,
        faint: false,
    }
}

fn section(index: usize, run: &RunReport, split: &str) -> Markup {
    html! {
        section id=(anchor(index)) {
            h2 { (run.name) }
            @match &run.measured {
                Some(measured) => (findings(measured, split)),
                None => p { "No epoch is done yet." },
            }
            details {
                summary { "Configuration" }
                pre { (run.config.to_toml()) }
            }
        }
    }
}

fn findings(measured: &Measured, split: &str) -> Markup {
    let Measured {
        classes,
        evaluation,
        confidences,
        calibrated,
        temperature,
        mistakes,
    } = measured;
    let error = |of| expected_calibration_error(of, BINS);
    let hotter = format!("At a temperature of {temperature:.2}");
    let reliability = |title: &str, of| plots::reliability(title, &reliability_bins(of, BINS));
    html! {
        p {
            (evaluation.images) " " (split) " images: "
            strong { (percent(evaluation.accuracy.top1)) } " top-1, "
            strong { (percent(evaluation.accuracy.top5)) } " top-5, "
            (percent(evaluation.greyscale.top1)) " top-1 on greyscale copies. "
            "Expected calibration error " (format!("{:.3}", error(confidences))) ", after a temperature fitted on \
             the validation images " (format!("{:.3}", error(calibrated))) "."
        }
        h3 { "Probabilities" }
        div.plots {
            (PreEscaped(reliability("As trained", confidences)))
            (PreEscaped(reliability(&hotter, calibrated)))
        }
        @if let Some(matrix) = confusion(measured) {
            h3 { "Confusions" }
            p { "Rows are what images show, columns what they were taken for, in percent of the row." }
            div.wide { (PreEscaped(matrix)) }
        }
        h3 { "Classes" }
        div.plots {
            (PreEscaped(plots::bars("Top-1 accuracy", &sorted(&evaluation.by_class, |c| c.top1))))
            (PreEscaped(plots::bars(
                "Accuracy lost without colour",
                &sorted(&evaluation.by_class, |c| c.top1 - c.greyscale_top1),
            )))
        }
        h3 { "Worst mistakes" }
        @if mistakes.is_empty() {
            p { "None." }
        }
        div.mistakes {
            @for mistake in mistakes {
                (figure(mistake, &classes.labels))
            }
        }
    }
}

/// The plot of confusions between superclasses, or between a few classes that have none.
fn confusion(measured: &Measured) -> Option<String> {
    let classes = &measured.classes;
    let by_class = &measured.evaluation.confusion;
    if classes.superclasses.is_empty() {
        return (classes.labels.len() <= MOST_CLASSES)
            .then(|| plots::matrix("By class", &spaced(&classes.labels), by_class));
    }
    let count = classes.superclasses.len();
    let mut matrix = vec![vec![0; count]; count];
    for (class, row) in by_class.iter().enumerate() {
        for (taken_for, times) in row.iter().enumerate() {
            matrix[classes.superclass_of[class]][classes.superclass_of[taken_for]] += times;
        }
    }
    Some(plots::matrix(
        "By superclass",
        &classes.superclasses,
        &matrix,
    ))
}

fn spaced(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.replace('_', " ")).collect()
}

fn sorted(rows: &[ClassAccuracy], value: impl Fn(&ClassAccuracy) -> f64) -> Vec<(String, f64)> {
    let mut sorted: Vec<(String, f64)> = rows
        .iter()
        .map(|row| (row.label.replace('_', " "), value(row)))
        .collect();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1));
    sorted
}

fn figure(mistake: &Mistake, labels: &[String]) -> Markup {
    let (class, taken_for) = (&labels[mistake.class], &labels[mistake.taken_for]);
    let source = format!("data:image/png;base64,{}", STANDARD.encode(&mistake.png));
    html! {
        figure {
            img src=(source) width="96" height="96" alt=(class);
            figcaption {
                (class) br;
                "taken for " (taken_for) ", " (format!("{:.0} %", mistake.probability * 100.0))
            }
        }
    }
}

/// Runs of different folders may have one name.
fn anchor(index: usize) -> String {
    format!("run-{}", index + 1)
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

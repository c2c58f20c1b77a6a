use serde::Serialize;

use crate::{ErrorKind, Labels, Result};

/// One class and how likely it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// The class's index in the model's output.
    pub index: usize,
    /// The class's name.
    pub label: String,
    /// The name of its superclass, or `None` where the model has none.
    pub superclass: Option<String>,
    /// Calibrated probability, `0.0..=1.0`.
    pub probability: f32,
}

/// One superclass and how likely it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SuperclassScore {
    /// The superclass's index in the model's list.
    pub index: usize,
    /// The superclass's name.
    pub label: String,
    /// The sum of its classes' probabilities, `0.0..=1.0`.
    pub probability: f32,
}

/// Returns the probability of each class, from logits divided by `temperature`.
///
/// Logits of any size are safe; minus infinity is a probability of 0.
///
/// # Shapes
/// - `logits`: `[classes]`
/// - returns: `[classes]`, `0.0..=1.0`, summing to 1
///
/// # Errors
/// [`ErrorKind::NoScores`] without a logit above minus infinity, [`ErrorKind::ScoreNotFinite`]
/// for NaN or plus infinity, [`ErrorKind::Temperature`] unless it is above 0 and finite.
pub fn softmax(logits: &[f32], temperature: f32) -> Result<Vec<f32>> {
    if !(temperature > 0.0 && temperature.is_finite()) {
        return Err(ErrorKind::Temperature {
            actual: temperature,
        }
        .into());
    }
    if let Some(index) = logits
        .iter()
        .position(|&logit| logit.is_nan() || logit == f32::INFINITY)
    {
        return Err(ErrorKind::ScoreNotFinite { index }.into());
    }
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if max == f32::NEG_INFINITY {
        return Err(ErrorKind::NoScores.into());
    }
    let (max, temperature) = (f64::from(max), f64::from(temperature));
    let exponentials: Vec<f64> = logits
        .iter()
        .map(|&logit| ((f64::from(logit) - max) / temperature).exp())
        .collect();
    let sum: f64 = exponentials.iter().sum();
    Ok(exponentials
        .into_iter()
        .map(|value| (value / sum) as f32)
        .collect())
}

/// Returns the indices of the `k` largest scores, largest first.
///
/// Equal scores keep the order of their indices, and NaN comes after every number. A `k` beyond
/// the number of scores returns them all.
pub fn top_k(scores: &[f32], k: usize) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..scores.len()).collect();
    let before = |&a: &usize, &b: &usize| {
        let (a_nan, b_nan) = (scores[a].is_nan(), scores[b].is_nan());
        a_nan
            .cmp(&b_nan)
            .then_with(|| {
                scores[b]
                    .partial_cmp(&scores[a])
                    .unwrap_or(std::cmp::Ordering::Equal)
            })
            .then(a.cmp(&b))
    };
    if k < indices.len() {
        indices.select_nth_unstable_by(k, before);
        indices.truncate(k);
    }
    indices.sort_unstable_by(before);
    indices
}

/// Returns the probability of each superclass: the sum over its classes.
///
/// # Shapes
/// - `probabilities`: `[classes]`
/// - returns: `[superclasses]`, empty where the labels have none
///
/// # Panics
/// If `probabilities` and `labels` differ in length.
pub fn roll_up(probabilities: &[f32], labels: &Labels) -> Vec<f32> {
    assert_eq!(
        probabilities.len(),
        labels.len(),
        "one probability for each label"
    );
    let mut sums = vec![0.0_f64; labels.superclasses().len()];
    for (&probability, &superclass) in probabilities.iter().zip(labels.superclass_of()) {
        sums[superclass] += f64::from(probability);
    }
    sums.into_iter().map(|sum| sum.min(1.0) as f32).collect()
}

/// Returns the `limit` likeliest classes, likeliest first; `None` returns all.
///
/// # Panics
/// If `probabilities` and `labels` differ in length.
pub fn predictions(
    probabilities: &[f32],
    labels: &Labels,
    limit: Option<usize>,
) -> Vec<Prediction> {
    assert_eq!(
        probabilities.len(),
        labels.len(),
        "one probability for each label"
    );
    top_k(probabilities, limit.unwrap_or(usize::MAX))
        .into_iter()
        .map(|index| Prediction {
            index,
            label: labels.labels()[index].clone(),
            superclass: labels.superclass(index).map(str::to_owned),
            probability: probabilities[index],
        })
        .collect()
}

/// Returns every superclass, likeliest first; empty where the labels have none.
///
/// # Panics
/// If `probabilities` and `labels` differ in length.
pub fn superclass_scores(probabilities: &[f32], labels: &Labels) -> Vec<SuperclassScore> {
    let sums = roll_up(probabilities, labels);
    top_k(&sums, usize::MAX)
        .into_iter()
        .map(|index| SuperclassScore {
            index,
            label: labels.superclasses()[index].clone(),
            probability: sums[index],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(actual: &[f32], expected: &[f32]) {
        assert_eq!(actual.len(), expected.len());
        for (a, e) in actual.iter().zip(expected) {
            assert!((a - e).abs() < 1e-6, "{actual:?} is not {expected:?}");
        }
    }

    #[test]
    fn softmax_divides_by_the_temperature() {
        // e^0 : e^1 : e^2 = 1 : 2.718282 : 7.389056
        close(
            &softmax(&[0.0, 1.0, 2.0], 1.0).unwrap(),
            &[0.0900306, 0.2447285, 0.665_241],
        );
        close(
            &softmax(&[0.0, 2.0, 4.0], 2.0).unwrap(),
            &[0.0900306, 0.2447285, 0.665_241],
        );
        close(&softmax(&[-3.5], 7.0).unwrap(), &[1.0]);
    }

    #[test]
    fn softmax_survives_extreme_logits() {
        close(&softmax(&[1e30, -1e30], 1.0).unwrap(), &[1.0, 0.0]);
        close(
            &softmax(&[f32::MAX, f32::MAX, f32::MIN], 1e-3).unwrap(),
            &[0.5, 0.5, 0.0],
        );
        close(&softmax(&[-1000.0, -1000.0], 1.0).unwrap(), &[0.5, 0.5]);
        close(
            &softmax(&[f32::NEG_INFINITY, 5.0], 1.0).unwrap(),
            &[0.0, 1.0],
        );
        // e^(1/3e38) is 1 within single precision
        close(&softmax(&[0.0, 1.0], 3e38).unwrap(), &[0.5, 0.5]);
    }

    #[test]
    fn softmax_refuses_what_is_no_score() {
        let kind =
            |logits: &[f32], temperature| softmax(logits, temperature).unwrap_err().kind().clone();
        assert_eq!(
            kind(&[0.0, f32::NAN], 1.0),
            ErrorKind::ScoreNotFinite { index: 1 }
        );
        assert_eq!(
            kind(&[f32::INFINITY, 0.0], 1.0),
            ErrorKind::ScoreNotFinite { index: 0 }
        );
        assert_eq!(kind(&[], 1.0), ErrorKind::NoScores);
        assert_eq!(kind(&[f32::NEG_INFINITY], 1.0), ErrorKind::NoScores);
        assert_eq!(kind(&[0.0], 0.0), ErrorKind::Temperature { actual: 0.0 });
        assert_eq!(kind(&[0.0], -1.0), ErrorKind::Temperature { actual: -1.0 });
        assert!(matches!(
            kind(&[0.0], f32::NAN),
            ErrorKind::Temperature { .. }
        ));
    }

    #[test]
    fn top_k_breaks_ties_by_index_and_puts_nan_last() {
        assert_eq!(top_k(&[0.1, 0.4, 0.1, 0.4], 3), [1, 3, 0]);
        assert_eq!(top_k(&[f32::NAN, 0.2, -1.0, f32::NAN], 4), [1, 2, 0, 3]);
        assert_eq!(top_k(&[0.0, -0.0], 1), [0]);
        assert_eq!(top_k(&[0.3, 0.7], 9), [1, 0]);
        assert_eq!(top_k(&[0.3, 0.7], 0), [0; 0]);
        assert_eq!(top_k(&[], 2), [0; 0]);
    }

    #[test]
    fn superclasses_are_summed_and_sorted() {
        let names = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
        let labels = Labels::new(
            names(&["oak", "fox", "elm", "cup"]),
            names(&["fauna", "flora", "things"]),
            vec![1, 0, 1, 2],
        )
        .unwrap();
        let probabilities = [0.25, 0.125, 0.5, 0.125];
        assert_eq!(roll_up(&probabilities, &labels), [0.125, 0.75, 0.125]);
        let scores = superclass_scores(&probabilities, &labels);
        let order: Vec<_> = scores.iter().map(|s| (s.index, s.label.as_str())).collect();
        assert_eq!(order, [(1, "flora"), (0, "fauna"), (2, "things")]);

        let top = predictions(&probabilities, &labels, Some(2));
        assert_eq!(
            serde_json::to_string(&top).unwrap(),
            r#"[{"index":2,"label":"elm","superclass":"flora","probability":0.5},{"index":0,"label":"oak","superclass":"flora","probability":0.25}]"#
        );
        assert_eq!(predictions(&probabilities, &labels, None).len(), 4);
    }

    #[test]
    fn labels_without_superclasses_roll_up_to_nothing() {
        let labels = Labels::new(vec!["a".into(), "b".into()], vec![], vec![]).unwrap();
        assert_eq!(superclass_scores(&[0.5, 0.5], &labels), []);
        assert_eq!(
            predictions(&[0.5, 0.5], &labels, Some(1))[0].superclass,
            None
        );
    }
}

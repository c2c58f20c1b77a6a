use crate::{ErrorKind, Result};

/// Class names in the order of the model's outputs, and the superclass of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    labels: Vec<String>,
    superclasses: Vec<String>,
    superclass_of: Vec<usize>,
}

impl Labels {
    /// Returns the checked labels; both superclass lists are empty for a data set without any.
    ///
    /// # Errors
    /// [`ErrorKind::NoLabels`], [`ErrorKind::SuperclassCount`] unless there is one assignment for
    /// each label (or neither superclasses nor assignments), [`ErrorKind::SuperclassRange`].
    pub fn new(
        labels: Vec<String>,
        superclasses: Vec<String>,
        superclass_of: Vec<usize>,
    ) -> Result<Self> {
        if labels.is_empty() {
            return Err(ErrorKind::NoLabels.into());
        }
        let grouped = !superclasses.is_empty() || !superclass_of.is_empty();
        if grouped && superclass_of.len() != labels.len() {
            let (expected, actual) = (labels.len(), superclass_of.len());
            return Err(ErrorKind::SuperclassCount { expected, actual }.into());
        }
        for (label_index, &superclass_index) in superclass_of.iter().enumerate() {
            if superclass_index >= superclasses.len() {
                return Err(ErrorKind::SuperclassRange {
                    label_index,
                    superclass_index,
                    superclasses: superclasses.len(),
                }
                .into());
            }
        }
        Ok(Self {
            labels,
            superclasses,
            superclass_of,
        })
    }

    /// Number of classes.
    #[allow(
        clippy::len_without_is_empty,
        reason = "there is always at least one label"
    )]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Class names, in the order of the model's outputs.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The class name that a name which is none may stand for: the one that takes the fewest
    /// insertions, deletions and replacements of characters, at most a third of them.
    ///
    /// Capitals, spaces and hyphens are no difference.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let plain = plain(name);
        let distances = self.labels.iter().map(|label| {
            let distance = strsim::levenshtein(&plain, &self::plain(label));
            (distance, label.chars().count())
        });
        let (index, (distance, length)) = distances
            .enumerate()
            .min_by_key(|(_, (distance, _))| *distance)?;
        (3 * distance <= length).then(|| self.labels[index].as_str())
    }

    /// Superclass names; empty where the data set has none.
    pub fn superclasses(&self) -> &[String] {
        &self.superclasses
    }

    /// For each class the index of its superclass; empty where the data set has none.
    pub fn superclass_of(&self) -> &[usize] {
        &self.superclass_of
    }

    /// The name of a class's superclass, or `None` where the data set has none.
    pub fn superclass(&self, index: usize) -> Option<&str> {
        let superclass = *self.superclass_of.get(index)?;
        Some(&self.superclasses[superclass])
    }
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace([' ', '-'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.into()).collect()
    }

    #[test]
    fn superclass_follows_the_assignment() {
        let labels = Labels::new(
            names(&["oak", "fox", "elm"]),
            names(&["fauna", "flora"]),
            vec![1, 0, 1],
        )
        .unwrap();
        assert_eq!(labels.superclass(0), Some("flora"));
        assert_eq!(labels.superclass(1), Some("fauna"));
        assert_eq!(labels.superclass(3), None);
        let plain = Labels::new(names(&["oak"]), vec![], vec![]).unwrap();
        assert_eq!(plain.superclass(0), None);
    }

    #[test]
    fn the_nearest_name_is_a_near_one() {
        let labels = names(&["cat", "cattle", "aquarium_fish", "kangaroo"]);
        let labels = Labels::new(labels, vec![], vec![]).unwrap();
        for (name, expected) in [
            ("Cat", Some("cat")),
            ("cats", Some("cat")),
            ("catle", Some("cattle")),
            ("aquarium fish", Some("aquarium_fish")),
            ("Aquarium-Fisch", Some("aquarium_fish")),
            ("kangero", Some("kangaroo")), // two characters
            ("dog", None),
            ("", None),
            ("spaceship", None),
        ] {
            assert_eq!(labels.nearest(name), expected, "{name}");
        }
    }

    #[test]
    fn inconsistent_labels_are_refused() {
        let kind = |labels: &[&str], superclasses: &[&str], superclass_of: &[usize]| {
            Labels::new(names(labels), names(superclasses), superclass_of.to_vec())
                .unwrap_err()
                .kind()
                .clone()
        };
        assert_eq!(kind(&[], &[], &[]), ErrorKind::NoLabels);
        assert_eq!(
            kind(&["a", "b"], &["s"], &[0]),
            ErrorKind::SuperclassCount {
                expected: 2,
                actual: 1
            }
        );
        assert_eq!(
            kind(&["a", "b"], &["s"], &[]),
            ErrorKind::SuperclassCount {
                expected: 2,
                actual: 0
            }
        );
        assert_eq!(
            kind(&["a", "b"], &["s"], &[0, 1]),
            ErrorKind::SuperclassRange {
                label_index: 1,
                superclass_index: 1,
                superclasses: 1
            }
        );
    }
}

use plotters::prelude::*;

use super::rows::{Layout, chart};
use super::{DRAWN, INK, colour, draw, range};

const LAYOUT: Layout = Layout {
    width: 720,
    row: 26,
    names: 260,
};

/// Repetitions of one setting.
pub(crate) struct Group {
    pub name: String,
    pub values: Vec<f64>,
}

/// A row for each setting: a dot for each repetition, and a line at their mean.
pub(crate) fn spread(title: &str, groups: &[Group]) -> String {
    let (low, high) = range(groups.iter().flat_map(|group| group.values.iter().copied()));
    let margin = ((high - low) * 0.1).max(0.002);
    let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
    draw(LAYOUT.size(groups.len()), title, |area| {
        let mut chart = chart(area, &LAYOUT, title, &names, (low - margin, high + margin));
        for (row, group) in groups.iter().enumerate() {
            if group.values.is_empty() {
                continue;
            }
            let middle = row as f64 + 0.5;
            let mean = group.values.iter().sum::<f64>() / group.values.len() as f64;
            let line = PathElement::new(
                [(mean, middle - 0.35), (mean, middle + 0.35)],
                INK.stroke_width(2),
            );
            chart.draw_series([line]).expect(DRAWN);
            let style = colour(0).mix(0.7).filled();
            let dots = group.values.iter();
            chart
                .draw_series(dots.map(|&value| Circle::new((value, middle), 4, style)))
                .expect(DRAWN);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_repetition_is_a_dot() {
        let group = |name: &str, values: &[f64]| Group {
            name: name.into(),
            values: values.to_vec(),
        };
        let groups = [
            group("elu", &[0.5, 0.6]),
            group("relu", &[0.4]),
            group("selu", &[]),
        ];
        let svg = spread("Top-1", &groups);
        assert_eq!(svg.matches("<circle ").count(), 3, "{svg}");
        assert!(
            ["elu", "relu", "selu"]
                .iter()
                .all(|name| svg.contains(name))
        );
    }
}

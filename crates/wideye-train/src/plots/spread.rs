use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Area, DRAWN, GRID, INK, colour, draw, percent, range, text};

const ROW: u32 = 26;
const LABELS: u32 = 260;
const HEADER: u32 = 60;

/// Repetitions of one setting.
pub(crate) struct Group {
    pub name: String,
    pub values: Vec<f64>,
}

/// A row for each setting: a dot for each repetition, and a line at their mean.
pub(crate) fn spread(title: &str, groups: &[Group]) -> String {
    let (low, high) = range(groups.iter().flat_map(|group| group.values.iter().copied()));
    let margin = ((high - low) * 0.1).max(0.002);
    let height = HEADER + ROW * groups.len() as u32 + 8;
    draw((720, height), title, |area: &Area<'_>| {
        let count = groups.len() as f64;
        let mut chart = ChartBuilder::on(area)
            .margin_right(24)
            .margin_bottom(8)
            .caption(title, text(16))
            .top_x_label_area_size(26)
            .y_label_area_size(LABELS)
            .build_cartesian_2d(low - margin..high + margin, count..0.0)
            .expect(DRAWN);
        chart
            .configure_mesh()
            .disable_y_mesh()
            .disable_y_axis()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(INK)
            .label_style(text(12))
            .x_label_formatter(&percent)
            .draw()
            .expect(DRAWN);
        let (x, _) = chart.plotting_area().get_pixel_range();
        for (row, group) in groups.iter().enumerate() {
            let middle = row as f64 + 0.5;
            let (_, y) = chart.backend_coord(&(low, middle));
            let anchor = Pos::new(HPos::Right, VPos::Center);
            let label = Text::new(group.name.clone(), (x.start - 8, y), text(12).pos(anchor));
            area.draw(&label).expect(DRAWN);
            if group.values.is_empty() {
                continue;
            }
            let mean = group.values.iter().sum::<f64>() / group.values.len() as f64;
            let line = [(mean, middle - 0.35), (mean, middle + 0.35)];
            chart
                .draw_series([PathElement::new(line, INK.stroke_width(2))])
                .expect(DRAWN);
            let dots = group.values.iter();
            chart
                .draw_series(
                    dots.map(|&v| Circle::new((v, middle), 4, colour(0).mix(0.7).filled())),
                )
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

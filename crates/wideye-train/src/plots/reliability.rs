use plotters::prelude::*;

use super::{DRAWN, GRID, INK, colour, draw, percent, text};
use crate::metrics::ReliabilityBin;

/// How often images are classified right, by how probable the likeliest class was said to be; right
/// probabilities lie on the diagonal.
///
/// Source: Guo et al., On Calibration of Modern Neural Networks (2017), figure 4.
pub(crate) fn reliability(title: &str, bins: &[ReliabilityBin]) -> String {
    draw((420, 420), title, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(10)
            .margin_right(18)
            .caption(title, text(16))
            .x_label_area_size(38)
            .y_label_area_size(60)
            .build_cartesian_2d(0.0..1.0, 0.0..1.0)
            .expect(DRAWN);
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(INK)
            .label_style(text(12))
            .x_desc("probability of the likeliest class")
            .y_desc("share that is right")
            .x_labels(6)
            .y_labels(6)
            .x_label_formatter(&percent)
            .y_label_formatter(&percent)
            .draw()
            .expect(DRAWN);
        let width = 1.0 / bins.len().max(1) as f64;
        let bars = bins.iter().enumerate().filter(|(_, bin)| bin.images > 0);
        chart
            .draw_series(bars.map(|(index, bin)| {
                let left = index as f64 * width;
                let corners = [(left, 0.0), (left + width, bin.accuracy)];
                let mut bar = Rectangle::new(corners, colour(0).mix(0.8).filled());
                bar.set_margin(0, 0, 1, 1);
                bar
            }))
            .expect(DRAWN);
        chart
            .draw_series([PathElement::new([(0.0, 0.0), (1.0, 1.0)], INK.mix(0.7))])
            .expect(DRAWN);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_bins_have_no_bar() {
        let bin = |images, accuracy| ReliabilityBin {
            images,
            confidence: 0.5,
            accuracy,
        };
        let svg = reliability("Reliability", &[bin(0, 0.0), bin(4, 0.5), bin(2, 1.0)]);
        assert_eq!(svg.matches("<rect ").count(), 2, "{svg}");
    }
}

use plotters::prelude::*;

use super::{DRAWN, GRID, INK, colour, draw, percent, range, text};

/// One line: a name and its points.
pub(crate) struct Curve {
    pub name: String,
    pub points: Vec<(f64, f64)>,
    /// The colour's number; curves of one run share it.
    pub colour: usize,
    /// Whether it is drawn lighter, as what is seen in training is.
    pub faint: bool,
}

/// What the axes are, and their numbers.
pub(crate) struct Axes<'a> {
    pub title: &'a str,
    pub x: &'a str,
    pub y: &'a str,
    /// Whether y is a share of 0 to 1, shown in percent.
    pub share: bool,
    /// Whether the curves end low, so that the legend stands above them.
    pub falling: bool,
}

/// Lines over a common axis, such as loss over epochs.
pub(crate) fn curves(axes: &Axes<'_>, curves: &[Curve]) -> String {
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let (left, right) = range(points().map(|p| p.0));
    let (low, high) = range(points().map(|p| p.1));
    let (low, high) = match axes.share {
        true => (0.0, (high * 1.05).min(1.0)),
        false => (low.min(0.0), high * 1.05),
    };
    let described = format!("{}: {} over {}", axes.title, axes.y, axes.x);
    draw((640, 360), &described, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(10)
            .margin_right(18)
            .caption(axes.title, text(16))
            .x_label_area_size(38)
            .y_label_area_size(60)
            .build_cartesian_2d(
                left..right.max(left + f64::EPSILON),
                low..high.max(low + f64::EPSILON),
            )
            .expect(DRAWN);
        let plain = |value: &f64| format!("{value}");
        let number = |value: &f64| {
            // Ticks are sums of steps: 0.30000000000000004 is 0.3.
            plain(&((value * 1e6).round() / 1e6))
        };
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(INK)
            .label_style(text(12))
            .x_desc(axes.x)
            .y_desc(axes.y)
            .x_label_formatter(&number)
            .y_label_formatter(if axes.share { &percent } else { &number })
            .draw()
            .expect(DRAWN);
        let legend = match axes.falling {
            true => SeriesLabelPosition::UpperRight,
            false => SeriesLabelPosition::LowerRight,
        };
        for curve in curves {
            let opacity = if curve.faint { 0.45 } else { 1.0 };
            let style = colour(curve.colour).mix(opacity).stroke_width(2);
            let points = curve.points.iter().copied();
            chart
                .draw_series(LineSeries::new(points.clone(), style).point_size(1))
                .expect(DRAWN)
                .label(curve.name.as_str())
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        }
        chart
            .configure_series_labels()
            .position(legend)
            .label_font(text(12))
            .border_style(GRID)
            .draw()
            .expect(DRAWN);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_curve_is_drawn_and_named() {
        let curve = |name: &str, faint| Curve {
            name: name.into(),
            points: vec![(1.0, 0.25), (2.0, 0.5)],
            colour: 0,
            faint,
        };
        let axes = Axes {
            title: "Accuracy",
            x: "epoch",
            y: "top-1",
            share: true,
            falling: false,
        };
        let svg = curves(&axes, &[curve("a < b", false), curve("training", true)]);
        assert!(
            svg.contains("a &lt; b") && svg.contains("training"),
            "{svg}"
        );
        // A line and its sample in the legend, for both.
        let lines = svg
            .lines()
            .filter(|line| line.starts_with("<polyline") && line.contains("#0072B2"));
        assert_eq!(lines.count(), 4, "{svg}");
        assert!(svg.contains("50 %"));
        // One epoch is a point, none an empty plot.
        for points in [vec![(1.0, 0.25)], vec![]] {
            let one = Curve {
                points,
                ..curve("one", false)
            };
            assert!(curves(&axes, &[one]).contains("</svg>"));
        }
    }
}

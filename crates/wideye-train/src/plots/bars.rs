use plotters::prelude::*;

use super::{Area, DRAWN, GRID, INK, colour, draw, percent, range, text};

const ROW: u32 = 15;
const LABELS: u32 = 150;
const HEADER: u32 = 56;

/// A horizontal bar for each share, in the order given; below 0 to the left.
pub(crate) fn bars(title: &str, rows: &[(String, f64)]) -> String {
    let (low, high) = range(rows.iter().map(|row| row.1));
    let (low, high) = (low.min(0.0), high.max(0.01) * 1.08);
    let height = HEADER + ROW * rows.len() as u32 + 8;
    draw((640, height), title, |area: &Area<'_>| {
        let count = rows.len() as f64;
        let mut chart = ChartBuilder::on(area)
            .margin_right(18)
            .margin_bottom(8)
            .caption(title, text(16))
            .top_x_label_area_size(24)
            .y_label_area_size(LABELS)
            .build_cartesian_2d(low..high, count..0.0)
            .expect(DRAWN);
        chart
            .configure_mesh()
            .disable_y_mesh()
            .disable_y_axis()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(INK)
            .label_style(text(11))
            .x_label_formatter(&percent)
            .draw()
            .expect(DRAWN);
        chart
            .draw_series(rows.iter().enumerate().map(|(row, (_, share))| {
                let (top, bottom) = (row as f64 + 0.15, row as f64 + 0.85);
                let side = usize::from(*share < 0.0);
                Rectangle::new([(0.0, top), (*share, bottom)], colour(side).filled())
            }))
            .expect(DRAWN);
        let (x, _) = chart.plotting_area().get_pixel_range();
        for (row, (name, _)) in rows.iter().enumerate() {
            let (_, y) = chart.backend_coord(&(0.0, row as f64 + 0.5));
            let style = text(11).pos(plotters::style::text_anchor::Pos::new(
                plotters::style::text_anchor::HPos::Right,
                plotters::style::text_anchor::VPos::Center,
            ));
            area.draw(&Text::new(name.clone(), (x.start - 6, y), style))
                .expect(DRAWN);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_name_and_a_bar() {
        let rows = [("kangaroo".into(), 0.5), ("elephant".into(), -0.25)];
        let svg = bars("Top-1", &rows);
        assert!(svg.contains("kangaroo") && svg.contains("elephant"));
        let widths: Vec<f64> = svg
            .split("<rect ")
            .skip(1)
            .filter_map(|rect| {
                rect.split("width=\"")
                    .nth(1)?
                    .split('"')
                    .next()?
                    .parse()
                    .ok()
            })
            .collect();
        assert_eq!(widths.len(), 2, "{svg}");
        assert!((widths[0] / widths[1] - 2.0).abs() < 0.05, "{widths:?}");
    }
}

use plotters::prelude::*;

use super::rows::{Layout, chart};
use super::{DRAWN, colour, draw, range};

const LAYOUT: Layout = Layout {
    width: 640,
    row: 15,
    names: 150,
};

/// A horizontal bar for each share, in the order given; below 0 to the left.
pub(crate) fn bars(title: &str, rows: &[(String, f64)]) -> String {
    let (low, high) = range(rows.iter().map(|row| row.1));
    let (low, high) = (low.min(0.0), high.max(0.01) * 1.08);
    let names: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    draw(LAYOUT.size(rows.len()), title, |area| {
        chart(area, &LAYOUT, title, &names, (low, high))
            .draw_series(rows.iter().enumerate().map(|(row, (_, share))| {
                let (top, bottom) = (row as f64 + 0.15, row as f64 + 0.85);
                let side = usize::from(*share < 0.0);
                Rectangle::new([(0.0, top), (*share, bottom)], colour(side).filled())
            }))
            .expect(DRAWN);
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

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Area, DRAWN, GRID, INK, percent, text};

/// Sizes in pixels.
pub(super) struct Layout {
    pub width: u32,
    /// Of a row.
    pub row: u32,
    /// Width of the names.
    pub names: u32,
}

/// Of title and axis.
const HEADER: u32 = 60;

impl Layout {
    /// The size of a chart of so many rows.
    pub fn size(&self, rows: usize) -> (u32, u32) {
        (self.width, HEADER + self.row * rows as u32 + 8)
    }
}

pub(super) type Chart<'a, 'b> =
    ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// A chart with a row for each name, from top to bottom at 0 to 1, 1 to 2 and so on, and shares of
/// `low` to `high` from left to right.
pub(super) fn chart<'a, 'b>(
    area: &'a Area<'b>,
    layout: &Layout,
    title: &str,
    names: &[&str],
    (low, high): (f64, f64),
) -> Chart<'a, 'b> {
    let mut chart = ChartBuilder::on(area)
        .margin_right(24)
        .margin_bottom(8)
        .caption(title, text(16))
        .top_x_label_area_size(26)
        .y_label_area_size(layout.names)
        .build_cartesian_2d(low..high, names.len() as f64..0.0)
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
    let style = text(12).pos(Pos::new(HPos::Right, VPos::Center));
    for (row, name) in names.iter().enumerate() {
        let (_, y) = chart.backend_coord(&(low, row as f64 + 0.5));
        let name = Text::new((*name).to_string(), (x.start - 8, y), style.clone());
        area.draw(&name).expect(DRAWN);
    }
    chart
}

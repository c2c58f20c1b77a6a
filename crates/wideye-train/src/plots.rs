//! Plots of what was measured, as SVG, for light and dark pages.

mod bars;
mod curves;
mod matrix;
mod reliability;
mod rows;
mod spread;

use plotters::coord::Shift;
use plotters::prelude::*;

pub(crate) use bars::bars;
pub(crate) use curves::{Axes, Curve, curves};
pub(crate) use matrix::matrix;
pub(crate) use reliability::reliability;
pub(crate) use spread::{Group, spread};

/// Drawing into a string fails on nothing but a mistake in this crate.
const DRAWN: &str = "a string can be drawn into";

/// Text and axes; [`STYLE`] turns it light on dark pages.
const INK: RGBColor = RGBColor(0x24, 0x29, 0x2f);

/// Lines behind the data; [`STYLE`] turns it dark on dark pages.
const GRID: RGBColor = RGBColor(0xd8, 0xde, 0xe4);

/// Colours that differ for most colour-blind readers, and from both white and black.
///
/// Source: Okabe and Ito, Color Universal Design (2008), without its black and yellow.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0x56, 0xb4, 0xe9),
    RGBColor(0xe6, 0x9f, 0x00),
];

/// What makes the same plot fit dark pages; for a page or for the inside of an SVG.
pub(crate) const STYLE: &str = "@media (prefers-color-scheme: dark) {\
 [fill=\"#24292F\"] { fill: #e6edf3 } [stroke=\"#24292F\"] { stroke: #e6edf3 }\
 [fill=\"#D8DEE4\"] { fill: #3d444d } [stroke=\"#D8DEE4\"] { stroke: #3d444d } }";

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// An SVG of a size in pixels, with a description for those who cannot see it.
fn draw(size: (u32, u32), description: &str, paint: impl FnOnce(&Area<'_>)) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        paint(&area);
        area.present().expect(DRAWN);
    }
    let label = escape(description);
    svg.replacen(
        "<svg ",
        &format!("<svg role=\"img\" aria-label=\"{label}\" "),
        1,
    )
}

/// An SVG that is a file of its own, with its style inside.
pub(crate) fn standalone(svg: &str) -> String {
    let end = svg.find('>').map_or(svg.len(), |end| end + 1);
    let (open, rest) = svg.split_at(end);
    format!("{open}<style>{STYLE}</style>{rest}")
}

fn escape(text: &str) -> String {
    let escaped = |c| match c {
        '&' => "&amp;".into(),
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        '"' => "&quot;".into(),
        c => String::from(c),
    };
    text.chars().map(escaped).collect()
}

fn colour(index: usize) -> RGBColor {
    COLOURS[index % COLOURS.len()]
}

/// Text of a size in pixels.
fn text(size: u32) -> TextStyle<'static> {
    // plotters takes a size for the height of a whole line, and writes it divided by this.
    let line = f64::from(size) * 1.24;
    ("sans-serif", line).into_font().color(&INK)
}

/// `0.25` as `25 %`.
fn percent(share: &f64) -> String {
    let percent = share * 100.0;
    if (percent - percent.round()).abs() < 1e-6 {
        format!("{percent:.0} %")
    } else {
        format!("{percent:.1} %")
    }
}

/// The smallest and the largest of some values, or 0 to 1 of none.
fn range(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .into_iter()
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (low.min(v), high.max(v))
        });
    match low <= high {
        true => (low, high),
        false => (0.0, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_its_own_has_its_style_and_its_description() {
        let svg = draw((40, 20), "a < \"b\"", |_| {});
        let file = standalone(&svg);
        assert!(
            file.starts_with("<svg role=\"img\" aria-label=\"a &lt; &quot;b&quot;\" "),
            "{file}"
        );
        let style = file.find("<style>").unwrap();
        assert_eq!(file.as_bytes()[style - 1], b'>');
        assert!(file.contains(STYLE) && file.trim_end().ends_with("</svg>"));
    }

    #[test]
    fn the_style_knows_the_colours_that_are_drawn() {
        for colour in [INK, GRID] {
            let RGBColor(red, green, blue) = colour;
            let name = format!("#{red:02X}{green:02X}{blue:02X}");
            assert!(STYLE.contains(&format!("[fill=\"{name}\"]")), "{name}");
            assert!(STYLE.contains(&format!("[stroke=\"{name}\"]")), "{name}");
        }
    }

    #[test]
    fn shares_are_percentages() {
        assert_eq!(
            [0.25, 0.125, 1.0].map(|share| percent(&share)),
            ["25 %", "12.5 %", "100 %"]
        );
    }

    #[test]
    fn the_range_of_nothing_is_from_0_to_1() {
        assert_eq!(range([2.0, f64::NAN, -1.0]), (-1.0, 2.0));
        assert_eq!(range([]), (0.0, 1.0));
    }
}

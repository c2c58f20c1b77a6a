use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Area, DRAWN, GRID, colour, draw, text};

const CELL: i32 = 24;
const LABELS: i32 = 190;
const HEADER: i32 = 34;

/// A confusion matrix: rows are true groups, columns what they were taken for, the fuller the more often.
///
/// # Shapes
/// - `confusion`: `[names][names]`
pub(crate) fn matrix(title: &str, names: &[String], confusion: &[Vec<u32>]) -> String {
    let side = CELL * names.len() as i32;
    let (width, height) = (LABELS + side + 16, HEADER + side + LABELS);
    draw((width as u32, height as u32), title, |area: &Area<'_>| {
        area.draw(&Text::new(title.to_string(), (8, 8), text(16)))
            .expect(DRAWN);
        for (row, counts) in confusion.iter().enumerate() {
            let top = HEADER + CELL * row as i32;
            let total = f64::from(counts.iter().sum::<u32>().max(1));
            let anchor = Pos::new(HPos::Right, VPos::Center);
            let label = Text::new(
                names[row].clone(),
                (LABELS - 6, top + CELL / 2),
                text(11).pos(anchor),
            );
            area.draw(&label).expect(DRAWN);
            for (column, &count) in counts.iter().enumerate() {
                let left = LABELS + CELL * column as i32;
                let corners = [(left, top), (left + CELL, top + CELL)];
                let share = f64::from(count) / total;
                // The square root makes the rare confusions visible beside the diagonal.
                let fill = colour(usize::from(row != column)).mix(share.sqrt());
                area.draw(&Rectangle::new(corners, fill.filled()))
                    .expect(DRAWN);
                area.draw(&Rectangle::new(corners, GRID)).expect(DRAWN);
                if share >= 0.005 {
                    let anchor = Pos::new(HPos::Center, VPos::Center);
                    let middle = (left + CELL / 2, top + CELL / 2);
                    let percent = format!("{:.0}", share * 100.0);
                    area.draw(&Text::new(percent, middle, text(10).pos(anchor)))
                        .expect(DRAWN);
                }
            }
        }
        for (column, name) in names.iter().enumerate() {
            let style = text(11)
                .transform(FontTransform::Rotate90)
                .pos(Pos::new(HPos::Left, VPos::Center));
            let at = (LABELS + CELL * column as i32 + CELL / 2, HEADER + side + 6);
            area.draw(&Text::new(name.clone(), at, style)).expect(DRAWN);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_tell_shares_of_their_row() {
        let names = ["trees".to_string(), "fish".to_string()];
        let svg = matrix("Confusion", &names, &[vec![3, 1], vec![0, 0]]);
        assert_eq!(svg.matches("trees").count(), 2);
        for (text, times) in [("75", 1), ("25", 1)] {
            let lines = svg.lines().filter(|line| line.trim() == text);
            assert_eq!(lines.count(), times, "{svg}");
        }
        // 3 of 4, as the square root.
        assert!(svg.contains("opacity=\"0.86"), "{svg}");
    }
}

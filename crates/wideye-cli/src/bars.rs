//! Horizontal bars as text.

use std::fmt::{self, Display};

/// Columns of a bar that stands for a probability of 1.
const WIDTH: u32 = 32;

/// A probability as a bar of [`WIDTH`] columns, drawn to an eighth of a column.
pub struct Bar {
    pub probability: f32,
    pub colours: bool,
}

impl Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
        const CYAN: &str = "\x1b[36m";
        const RESET: &str = "\x1b[0m";
        let eighths = (self.probability * (8 * WIDTH) as f32).round() as u32;
        // What is drawn as a per cent above 0.0 also shows in the bar.
        let eighths = eighths.clamp(u32::from(self.probability >= 0.0005), 8 * WIDTH);
        let (full, rest) = (eighths / 8, eighths % 8);
        let empty = WIDTH - full - u32::from(rest > 0);
        let (start, end) = if self.colours {
            (CYAN, RESET)
        } else {
            ("", "")
        };
        write!(
            f,
            "{start}{}{}{end}{}",
            "█".repeat(full as usize),
            EIGHTHS[rest as usize],
            " ".repeat(empty as usize)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(probability: f32) -> String {
        Bar {
            probability,
            colours: false,
        }
        .to_string()
    }

    #[test]
    fn length_is_the_probability() {
        // 32 columns of 8: 0.5 is 16 columns; 0.81 is 207.36 eighths, 25 columns and 7 eighths
        assert_eq!(bar(0.5), format!("{}{}", "█".repeat(16), " ".repeat(16)));
        assert_eq!(bar(0.81), format!("{}▉{}", "█".repeat(25), " ".repeat(6)));
        assert_eq!(bar(1.0), "█".repeat(32));
        assert_eq!(bar(0.0), " ".repeat(32));
        assert_eq!(bar(0.0006), format!("▏{}", " ".repeat(31)));
    }

    #[test]
    fn every_bar_is_as_wide() {
        for thousandth in 0..=1000 {
            let drawn = bar(thousandth as f32 / 1000.0);
            assert_eq!(drawn.chars().count(), 32, "{drawn:?}");
        }
    }
}

//! Lines with style spans as text with ANSI colours.

use std::fmt::Write;

use anstyle::{AnsiColor, Style as Ansi};

use crate::diff::{Style, StyledLine};

/// The lines as text with ANSI colours; whoever prints it strips them where they are not wanted.
#[must_use]
pub fn ansi(lines: &[StyledLine]) -> String {
    let mut text = String::new();
    for line in lines {
        let mut at = 0;
        for (range, style) in &line.spans {
            text.push_str(&line.text[at..range.start]);
            let look = look(*style);
            // Writing to a string cannot fail.
            let _ = write!(text, "{look}{}{look:#}", &line.text[range.clone()]);
            at = range.end;
        }
        text.push_str(&line.text[at..]);
        text.push('\n');
    }
    text
}

/// The terminal's own colours, so that every theme of a terminal fits.
fn look(style: Style) -> Ansi {
    let colour = |colour: AnsiColor| Ansi::new().fg_color(Some(colour.into()));
    match style {
        Style::Header => Ansi::new().bold(),
        Style::Hunk => colour(AnsiColor::Cyan),
        Style::Gutter => Ansi::new().dimmed(),
        Style::Removed => colour(AnsiColor::Red),
        Style::RemovedWord => colour(AnsiColor::Red).bold().underline(),
        Style::Added => colour(AnsiColor::Green),
        Style::AddedWord => colour(AnsiColor::Green).bold().underline(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_unchanged_once_the_colours_are_stripped() {
        let mut line = StyledLine::new("- replicas: ", Style::Removed);
        line.push("2", Some(Style::RemovedWord));
        line.push(" # two", None);
        let text = ansi(&[line]);
        assert!(text.contains("\u{1b}["));
        assert_eq!(anstream::adapter::strip_str(&text).to_string(), "- replicas: 2 # two\n");
    }
}

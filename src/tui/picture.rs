//! A picture of the screen: the very cells that would go to the terminal, as an SVG file.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use super::theme::{Role, Theme};

/// Size of a cell in the picture.
const CELL: (f32, f32) = (8.4, 18.0);
/// Space around the cells.
const MARGIN: f32 = 12.0;

/// The ground and the ink where a theme leaves both to the terminal.
const GROUND: &str = "#16191d";
const INK: &str = "#d4d7dd";

/// Draws a buffer as SVG. Colours that a theme leaves to the terminal get those of a usual dark one.
#[must_use]
pub fn svg(buffer: &Buffer, theme: &Theme) -> String {
    let area = buffer.area();
    let (width, height) = (f32::from(area.width) * CELL.0, f32::from(area.height) * CELL.1);
    let base = theme.style(Role::Text);
    let ground = base.bg.and_then(hex).unwrap_or_else(|| GROUND.to_owned());
    let ink = base.fg.and_then(hex).unwrap_or_else(|| INK.to_owned());
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{ground}\"/>\n\
         <g font-family=\"'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\" \
         xml:space=\"preserve\">\n",
        w = width + 2.0 * MARGIN,
        h = height + 2.0 * MARGIN,
    );
    for y in area.top()..area.bottom() {
        let mut x = area.left();
        while x < area.right() {
            let start = x;
            let look = Look::of(buffer, (x, y), &ink, &ground);
            let mut text = String::new();
            while x < area.right() && Look::of(buffer, (x, y), &ink, &ground) == look {
                text.push_str(buffer[(x, y)].symbol());
                x += 1;
            }
            look.draw(&mut out, &text, (start - area.left(), x - start, y - area.top()), &ground);
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// How a run of cells looks.
#[derive(PartialEq)]
struct Look {
    ink: String,
    ground: String,
    bold: bool,
    line: Option<&'static str>,
}

impl Look {
    fn of(buffer: &Buffer, at: (u16, u16), ink: &str, ground: &str) -> Self {
        let cell = &buffer[at];
        let mut own = hex(cell.fg).unwrap_or_else(|| ink.to_owned());
        let mut under = hex(cell.bg).unwrap_or_else(|| ground.to_owned());
        if cell.modifier.contains(Modifier::REVERSED) {
            std::mem::swap(&mut own, &mut under);
        }
        let line = if cell.modifier.contains(Modifier::CROSSED_OUT) {
            Some("line-through")
        } else if cell.modifier.contains(Modifier::UNDERLINED) {
            Some("underline")
        } else {
            None
        };
        Self { ink: own, ground: under, bold: cell.modifier.contains(Modifier::BOLD), line }
    }

    fn draw(&self, out: &mut String, text: &str, (column, cells, row): (u16, u16, u16), ground: &str) {
        let (x, y) = (MARGIN + f32::from(column) * CELL.0, MARGIN + f32::from(row) * CELL.1);
        let width = f32::from(cells) * CELL.0;
        // Writing into a string does not fail.
        if self.ground != ground {
            let _ = writeln!(
                out,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{}\"/>",
                CELL.1, self.ground
            );
        }
        if text.trim().is_empty() {
            return;
        }
        let bold = if self.bold { " font-weight=\"bold\"" } else { "" };
        let line = self.line.map_or_else(String::new, |line| format!(" text-decoration=\"{line}\""));
        let _ = writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{width:.1}\" fill=\"{}\"{bold}{line}>{}</text>",
            y + 13.5,
            self.ink,
            escaped(text),
        );
    }
}

fn escaped(text: &str) -> String {
    // Blanks are kept by name: viewers differ in whether they obey `xml:space`.
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace(' ', "\u{a0}")
}

fn hex(colour: Color) -> Option<String> {
    let named = match colour {
        Color::Reset => return None,
        Color::Rgb(red, green, blue) => return Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        Color::Black => "#000000",
        Color::Red => "#e06c75",
        Color::Green => "#98c379",
        Color::Yellow => "#e5c07b",
        Color::Blue => "#61afef",
        Color::Magenta => "#c678dd",
        Color::Cyan => "#56b6c2",
        Color::Gray => "#abb2bf",
        Color::DarkGray => "#7f848e",
        Color::LightRed => "#ff7b86",
        Color::LightGreen => "#b5e890",
        Color::LightYellow => "#ffd88a",
        Color::LightBlue => "#82c4ff",
        Color::LightMagenta => "#e29bf5",
        Color::LightCyan => "#7fdbe6",
        Color::White => "#ffffff",
        Color::Indexed(_) => return None,
    };
    Some(named.to_owned())
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn runs_of_one_look_become_one_text_and_markup_is_escaped() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 1));
        buffer.set_string(0, 0, "<a>", Style::new().fg(Color::Red));
        buffer.set_string(3, 0, "b&", Style::new().add_modifier(Modifier::BOLD));
        let drawn = svg(&buffer, &Theme::default());
        assert!(drawn.contains("fill=\"#e06c75\">&lt;a&gt;</text>"), "{drawn}");
        assert!(drawn.contains("font-weight=\"bold\">b&amp;</text>"), "{drawn}");
        assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>\n"));
    }
}

//! Small tools for drawing: cut texts to a width, put runs of styled text on a line, columns, popups.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::app::input::Input;

use super::theme::{Role, Theme};

/// What every view needs: how things look and which signs may be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// The theme.
    pub theme: &'a Theme,
    /// Only ASCII signs.
    pub ascii: bool,
}

/// A sign and its ASCII twin.
#[derive(Clone, Copy, Debug)]
pub struct Sign(pub &'static str, pub &'static str);

/// The signs of the screens.
pub mod sign {
    use super::Sign;
    /// Row under the cursor.
    pub const CURSOR: Sign = Sign("▸", ">");
    /// Works.
    pub const GOOD: Sign = Sign("●", "o");
    /// Being worked on.
    pub const BUSY: Sign = Sign("◐", "~");
    /// Does not work.
    pub const FAILED: Sign = Sign("✗", "x");
    /// A pin that does not count.
    pub const SHADOWED: Sign = Sign("⚑", "!");
    /// Regions that run different refs.
    pub const SKEW: Sign = Sign("≠", "#");
    /// An image without a tag.
    pub const IMAGE: Sign = Sign("◌", "?");
    /// Edited and not written.
    pub const EDITED: Sign = Sign("✎", "*");
    /// Nothing there.
    pub const NOTHING: Sign = Sign("–", "-");
    /// Left out.
    pub const ELLIPSIS: Sign = Sign("…", "~");
    /// Folded lines.
    pub const FOLD: Sign = Sign("⋯", "...");
    /// Line between panes.
    pub const VERTICAL: Sign = Sign("│", "|");
    /// Line between panes.
    pub const HORIZONTAL: Sign = Sign("─", "-");
    /// One inside another.
    pub const INTO: Sign = Sign("›", ">");
    /// Becomes.
    pub const ARROW: Sign = Sign("→", "->");
    /// Replaced.
    pub const REPLACED: Sign = Sign("←", "<-");
    /// Between counts.
    pub const DOT: Sign = Sign("·", "-");
    /// Sorted upwards.
    pub const SORTED: Sign = Sign("▴", "^");
    /// Working.
    pub const WORKING: Sign = Sign("⟳", "@");
    /// Removed lines.
    pub const MINUS: Sign = Sign("−", "-");
    /// Added lines.
    pub const PLUS: Sign = Sign("+", "+");
    /// Changed lines.
    pub const CHANGED: Sign = Sign("~", "~");
    /// Looked at and found right.
    pub const REVIEWED: Sign = Sign("✓", "v");
    /// Steps of a measure of progress that are left.
    pub const BAR_REST: Sign = Sign("░", ".");
    /// Steps of a measure of progress.
    pub const BAR: Sign = Sign("█", "#");
}

impl<'a> Look<'a> {
    /// What a role looks like.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// The sign that may be drawn.
    #[must_use]
    pub fn sign(&self, sign: Sign) -> &'static str {
        if self.ascii { sign.1 } else { sign.0 }
    }

    /// A text cut to a width, its end replaced by a sign when something is left out.
    #[must_use]
    pub fn cut(&self, text: &str, width: usize) -> String {
        if text.width() <= width {
            return text.to_owned();
        }
        let ellipsis = self.sign(sign::ELLIPSIS);
        let room = width.saturating_sub(ellipsis.width());
        let mut kept = head(text, room).to_owned();
        if width >= ellipsis.width() {
            kept += ellipsis;
        }
        kept
    }

    /// A text cut to a width, its beginning replaced by a sign: for paths, whose end says most.
    #[must_use]
    pub fn cut_front(&self, text: &str, width: usize) -> String {
        if text.width() <= width {
            return text.to_owned();
        }
        let ellipsis = self.sign(sign::ELLIPSIS);
        let room = width.saturating_sub(ellipsis.width());
        let mut start = text.len();
        let mut used = 0;
        for (at, grapheme) in text.grapheme_indices(true).rev() {
            used += grapheme.width();
            if used > room {
                break;
            }
            start = at;
        }
        if width < ellipsis.width() { String::new() } else { format!("{ellipsis}{}", &text[start..]) }
    }
}

/// As much of the beginning of a text as fits into a width.
#[must_use]
pub fn head(text: &str, width: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > width {
            return &text[..at];
        }
    }
    text
}

/// The rest of a text after a number of columns have scrolled out on the left.
#[must_use]
pub fn tail(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        if used >= columns {
            return &text[at..];
        }
        used += grapheme.width();
    }
    ""
}

/// Draws runs of text one after the other on one line, and never beyond its end.
#[derive(Debug)]
pub struct Pen<'b> {
    buffer: &'b mut Buffer,
    x: u16,
    y: u16,
    end: u16,
    ground: Style,
}

impl<'b> Pen<'b> {
    /// A pen at the beginning of line `row` of an area; lines outside the area draw nothing.
    #[must_use]
    pub fn at(buffer: &'b mut Buffer, area: Rect, row: usize) -> Self {
        let y = area.y.saturating_add(u16::try_from(row).unwrap_or(u16::MAX));
        let inside = y < area.bottom() && area.intersects(*buffer.area());
        let end = if inside { area.right().min(buffer.area().right()) } else { area.x };
        Self { buffer, x: area.x, y, end, ground: Style::new() }
    }

    /// Gives the whole rest of the line a ground, over which later runs are drawn.
    #[must_use]
    pub fn on(mut self, style: Style) -> Self {
        self.ground = style;
        for x in self.x..self.end {
            self.buffer[(x, self.y)].set_style(style);
        }
        self
    }

    /// Columns left.
    #[must_use]
    pub fn room(&self) -> usize {
        usize::from(self.end - self.x)
    }

    /// Draws a run.
    pub fn put(&mut self, text: &str, style: Style) -> &mut Self {
        if self.x < self.end {
            let clean = printable(text);
            let style = self.ground.patch(style);
            let style = if self.ground == Style::new() { style } else { keep_ground(style, self.ground) };
            self.x = self.buffer.set_stringn(self.x, self.y, clean, self.room(), style).0;
        }
        self
    }

    /// Draws a run cut to a width and moves on by exactly that width.
    pub fn column(&mut self, look: &Look<'_>, text: &str, width: usize, style: Style) -> &mut Self {
        let to = self.x.saturating_add(u16::try_from(width).unwrap_or(u16::MAX)).min(self.end);
        let fits = look.cut(&printable(text), usize::from(to - self.x));
        self.put(&fits, style);
        self.x = to;
        self
    }

    /// Draws a run so that it ends where the column ends.
    pub fn column_right(&mut self, look: &Look<'_>, text: &str, width: usize, style: Style) -> &mut Self {
        let fits = look.cut(&printable(text), width.min(self.room()));
        self.skip(width.saturating_sub(fits.width()));
        self.put(&fits, style)
    }

    /// Moves on by some columns.
    pub fn skip(&mut self, columns: usize) -> &mut Self {
        self.x = self.x.saturating_add(u16::try_from(columns).unwrap_or(u16::MAX)).min(self.end);
        self
    }

    /// Draws a run at the end of the line, if it fits behind what is there already.
    pub fn right(&mut self, text: &str, style: Style) -> &mut Self {
        let width = text.width();
        if width <= self.room() {
            self.skip(self.room() - width);
            self.put(text, style);
        }
        self
    }

    /// Ends the line some columns earlier, to leave room for what is drawn on the right.
    #[must_use]
    pub fn shorten(mut self, columns: usize) -> Self {
        self.end = self.end.saturating_sub(u16::try_from(columns).unwrap_or(u16::MAX)).max(self.x);
        self
    }

    /// Where the next run would be drawn.
    #[must_use]
    pub fn position(&self) -> (u16, u16) {
        (self.x, self.y)
    }
}

/// A selected row keeps its ground: a run's own colour may change, its background may not.
fn keep_ground(style: Style, ground: Style) -> Style {
    Style { bg: ground.bg.or(style.bg), ..style }
}

/// A text with tabs as blanks; other control characters are dropped when drawn, so that no file can steer the terminal.
fn printable(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\t') { text.replace('\t', "    ").into() } else { text.into() }
}

/// Draws a field that takes text, the cursor as a block.
pub fn input(pen: &mut Pen<'_>, look: &Look<'_>, input: &Input, focused: bool) {
    let (before, behind) = input.around_cursor();
    let room = pen.room().saturating_sub(1);
    let hidden = before.width().saturating_sub(room.saturating_sub(1));
    let style = look.style(Role::Input);
    pen.put(tail(before, hidden), style);
    if focused {
        let mut rest = behind.graphemes(true);
        pen.put(rest.next().unwrap_or(" "), look.style(Role::Cursor));
        pen.put(rest.as_str(), style);
    } else {
        pen.put(behind, style);
    }
}

/// Signs inside sentences that come from elsewhere, and what stands for them on an ASCII screen.
const IN_SENTENCES: &[(&str, &str)] =
    &[("…", "~"), ("→", ">"), ("←", "<"), ("•", "*"), ("–", "-"), ("⏎", "^")];

/// Replaces the signs of our own sentences. What people wrote in other scripts stays as it is.
pub fn replace_signs(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if let Some((_, twin)) = IN_SENTENCES.iter().find(|(sign, _)| *sign == cell.symbol()) {
            cell.set_symbol(twin);
        }
    }
}

/// Draws a line across an area.
pub fn rule(buffer: &mut Buffer, area: Rect, row: usize, look: &Look<'_>) {
    let mut pen = Pen::at(buffer, area, row);
    let line = look.sign(sign::HORIZONTAL).repeat(pen.room());
    pen.put(&line, look.style(Role::Border));
}

/// Draws a line down an area.
pub fn divider(buffer: &mut Buffer, x: u16, area: Rect, look: &Look<'_>) {
    for y in area.top()..area.bottom() {
        if buffer.area().contains((x, y).into()) {
            buffer[(x, y)].set_symbol(look.sign(sign::VERTICAL)).set_style(look.style(Role::Border));
        }
    }
}

/// The middle of an area, at most this large.
#[must_use]
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 3, width, height }
}

/// Clears an area for a popup, draws its frame and title, and returns what is inside.
pub fn popup(buffer: &mut Buffer, area: Rect, look: &Look<'_>, title: &str) -> Rect {
    let area = area.intersection(*buffer.area());
    if area.width < 4 || area.height < 3 {
        return Rect { width: 0, height: 0, ..area };
    }
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            buffer[(x, y)].reset();
            buffer[(x, y)].set_style(look.style(Role::Text)).set_style(look.style(Role::Popup));
        }
    }
    let (horizontal, vertical) = (look.sign(sign::HORIZONTAL), look.sign(sign::VERTICAL));
    let corners = if look.ascii { ["+"; 4] } else { ["╭", "╮", "╰", "╯"] };
    let border = look.style(Role::Border);
    let (left, right, top, bottom) = (area.left(), area.right() - 1, area.top(), area.bottom() - 1);
    for x in left..=right {
        buffer[(x, top)].set_symbol(horizontal).set_style(border);
        buffer[(x, bottom)].set_symbol(horizontal).set_style(border);
    }
    for y in top..=bottom {
        buffer[(left, y)].set_symbol(vertical).set_style(border);
        buffer[(right, y)].set_symbol(vertical).set_style(border);
    }
    for ((x, y), corner) in
        [(left, top), (right, top), (left, bottom), (right, bottom)].into_iter().zip(corners)
    {
        buffer[(x, y)].set_symbol(corner);
    }
    let head = Rect { x: left + 2, y: top, width: area.width - 4, height: 1 };
    Pen::at(buffer, head, 0).put(
        &format!(" {} ", look.cut(title, usize::from(head.width).saturating_sub(2))),
        look.style(Role::Accent),
    );
    Rect { x: left + 2, y: top + 1, width: area.width - 4, height: area.height - 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_by_what_they_take_on_screen() {
        let theme = Theme::default();
        let look = Look { theme: &theme, ascii: false };
        assert_eq!(look.cut("payment", 7), "payment");
        assert_eq!(look.cut("payment", 4), "pay…");
        assert_eq!(look.cut("日本語", 5), "日本…");
        assert_eq!(look.cut_front("catalog/services.yaml", 9), "…ces.yaml");
        assert_eq!(look.cut("payment", 0), "");
        assert_eq!(tail("日本語", 2), "本語");
    }

    #[test]
    fn a_pen_never_leaves_its_area() {
        let theme = Theme::default();
        let look = Look { theme: &theme, ascii: true };
        let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 2));
        let area = Rect::new(2, 0, 5, 1);
        Pen::at(&mut buffer, area, 0).put("abcdefgh", Style::new()).right("x", Style::new());
        Pen::at(&mut buffer, area, 1).put("below", Style::new());
        Pen::at(&mut buffer, Rect::new(50, 50, 5, 1), 0).column(&look, "outside", 3, Style::new());
        assert_eq!(buffer, Buffer::with_lines(["  abcde   ", "          "]));
    }

    #[test]
    fn control_characters_of_a_file_do_not_reach_the_terminal() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
        Pen::at(&mut buffer, Rect::new(0, 0, 8, 1), 0).put("a\u{1b}[2Jb", Style::new());
        assert_eq!(buffer, Buffer::with_lines(["a[2Jb   "]));
    }
}

//! Columns of text, aligned for people.

use unicode_width::UnicodeWidthStr;

/// Aligns cells in columns two spaces apart; the last column is not padded. Rows may differ in length.
#[must_use]
pub fn align(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_width_on_screen_and_no_line_ends_in_spaces() {
        let rows = [["a", "bb", ""], ["äää", "b", "c"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(align(&rows), "a    bb\näää  b   c\n");
    }
}

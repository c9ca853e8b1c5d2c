//! Hiding long runs of equal rows.

use std::ops::Range;

use super::Row;

/// Rows next to each other that are shown or hidden together, as indexes into the rows.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Section {
    /// Rows to show: differences and the equal rows around them.
    Shown(Range<usize>),
    /// Equal rows to hide behind one line such as `14 equal lines`.
    Folded(Range<usize>),
}

impl Section {
    /// The rows of this section.
    #[must_use]
    pub fn rows(&self) -> Range<usize> {
        match self {
            Self::Shown(rows) | Self::Folded(rows) => rows.clone(),
        }
    }
}

/// Cuts rows into shown and folded sections: equal rows further than `context` from any difference are folded.
///
/// A single row is never folded, for the line that says so would be no shorter. Without any difference all rows
/// are in one folded section.
#[must_use]
pub fn fold(rows: &[Row], context: usize) -> Vec<Section> {
    fold_at_least(rows, context, 2)
}

/// As [`fold`], with another number of rows that are worth a fold; at least one.
pub(super) fn fold_at_least(rows: &[Row], context: usize, least: usize) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut shown_from = 0;
    let mut start = 0;
    while start < rows.len() {
        if !rows[start].is_equal() {
            start += 1;
            continue;
        }
        let length = rows[start..].iter().take_while(|row| row.is_equal()).count();
        let end = start + length;
        let first = if start == 0 { 0 } else { start.saturating_add(context) };
        let last = if end == rows.len() { end } else { end.saturating_sub(context) };
        if last >= first.saturating_add(least) {
            if shown_from < first {
                sections.push(Section::Shown(shown_from..first));
            }
            sections.push(Section::Folded(first..last));
            shown_from = last;
        }
        start = end;
    }
    if shown_from < rows.len() {
        sections.push(Section::Shown(shown_from..rows.len()));
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One row for each character: a dot is equal, a sign is a difference.
    fn sections(rows: &str, context: usize) -> String {
        let rows: Vec<Row> = rows
            .chars()
            .map(|sign| match sign {
                '.' => Row::Equal { left: 1, right: 1 },
                _ => Row::Added { right: 1 },
            })
            .collect();
        let sections = fold(&rows, context);
        let text: Vec<String> = sections
            .iter()
            .map(|section| match section {
                Section::Shown(rows) => format!("show {}-{}", rows.start, rows.end),
                Section::Folded(rows) => format!("fold {}-{}", rows.start, rows.end),
            })
            .collect();
        text.join(", ")
    }

    #[test]
    fn equal_rows_far_from_differences_are_folded() {
        assert_eq!(sections(".....+....", 2), "fold 0-3, show 3-8, fold 8-10");
        assert_eq!(sections("+......-", 2), "show 0-3, fold 3-5, show 5-8");
        assert_eq!(sections("+.....-", 2), "show 0-7");
        assert_eq!(sections("...+", 2), "show 0-4");
        assert_eq!(sections("....", 2), "fold 0-4");
        assert_eq!(sections("+..", 0), "show 0-1, fold 1-3");
        assert_eq!(sections("..+..", usize::MAX), "show 0-5");
        assert_eq!(sections("", 3), "");
    }
}

//! Places in a patch that is written inside of a kustomization.

use crate::base::Mark;
use crate::yaml::{Node, Style};

/// The text of a patch, and a way to find the places of its parts in the
/// kustomization.
pub(super) struct Inline {
    pub(super) text: String,
    holder: Mark,
    /// Lines between the place of the text and its first line; `None` when its lines are not those of the file.
    lines: Option<u32>,
}

impl Inline {
    /// The text that a scalar holds.
    pub(super) fn of(node: &Node) -> Self {
        let (text, style) =
            node.as_scalar().map_or(("", Style::Plain), |scalar| (scalar.text.as_str(), scalar.style));
        let trimmed = text.trim();
        let before = text.len() - text.trim_start().len();
        let skipped = text[..before].matches('\n').count();
        let lines = (style == Style::Literal).then(|| u32::try_from(skipped).unwrap_or(0));
        Self { text: trimmed.to_owned(), holder: node.mark, lines }
    }

    /// The text that a scalar holds, with the blanks around it.
    pub(super) fn whole(node: &Node) -> Self {
        let inline = Self::of(node);
        let text = node.as_text().unwrap_or_default().to_owned();
        Self { text, lines: inline.lines.map(|_| 0), ..inline }
    }

    /// Where a place of the text stands in the kustomization. A block gives the line; in quoted text all places
    /// are that of the text.
    pub(super) fn place(&self, mark: Mark) -> Mark {
        match self.lines {
            // The block begins on the line after its `|`. How far it is indented is not known.
            Some(skipped) => Mark { line: self.holder.line + skipped + mark.line, column: 0, ..self.holder },
            None => self.holder,
        }
    }
}

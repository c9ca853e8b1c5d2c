//! Places in text that a kustomization holds itself: a patch, or the objects that configure a transformer.

use super::Reader;
use crate::base::Mark;
use crate::yaml::{Fault, Node, Style};

/// Text that is a patch, objects, or the path of a file with these, and a way to find the places of its parts in the
/// kustomization.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Inline {
    /// The text.
    pub(crate) text: String,
    /// Where the scalar that holds it begins.
    pub(crate) mark: Mark,
    /// Lines between that place and the first line of the text; `None` when its lines are not those of the file.
    lines: Option<u32>,
}

impl Inline {
    /// The text that a scalar holds, without the blanks around it.
    pub(crate) fn trimmed(node: &Node) -> Self {
        let whole = Self::whole(node);
        let text = whole.text.trim();
        let before = whole.text.len() - whole.text.trim_start().len();
        let skipped = u32::try_from(whole.text[..before].matches('\n').count()).unwrap_or(0);
        Self { text: text.to_owned(), lines: whole.lines.map(|_| skipped), mark: whole.mark }
    }

    /// The text that a scalar holds, with the blanks around it.
    pub(crate) fn whole(node: &Node) -> Self {
        let (text, style) =
            node.as_scalar().map_or(("", Style::Plain), |scalar| (scalar.text.as_str(), scalar.style));
        Self { text: text.to_owned(), mark: node.mark, lines: (style == Style::Literal).then_some(0) }
    }

    /// The texts of a list.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when the node is no list, or holds something else than strings.
    pub(crate) fn list(reader: Reader, node: &Node, what: &str) -> Result<Vec<Self>, Fault> {
        reader.strings(node, what)?;
        let text = |item: &Node| if item.is_null() { Self::empty(item.mark) } else { Self::whole(item) };
        Ok(reader.list(node, what)?.iter().map(text).collect())
    }

    fn empty(mark: Mark) -> Self {
        Self { text: String::new(), mark, lines: None }
    }

    /// Where a place of the text stands in the kustomization. A block gives the line; in quoted text all places
    /// are that of the text.
    pub(crate) fn place(&self, mark: Mark) -> Mark {
        match self.lines {
            // The block begins on the line after its `|`. How far it is indented is not known.
            Some(skipped) => Mark { line: self.mark.line + skipped + mark.line, column: 0, ..self.mark },
            None => self.mark,
        }
    }
}

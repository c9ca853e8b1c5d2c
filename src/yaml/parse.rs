//! YAML text to node trees, accepting and refusing what kustomize accepts and refuses.

mod block;
mod comments;
mod cursor;
mod documents;
mod failure;
mod flow;
mod input;
mod merge_key;
mod parser;
mod properties;
mod scalars;
mod syntax;
mod tree;

use super::{Limits, Node, ParseError};
use crate::base::{FileId, Mark};

/// Reads every document of a file, as kustomize reads a file of resources.
///
/// - A line that starts with `---` separates documents; empty documents and those with comments only or just
///   `null` are left out. Text after a `...` line is ignored up to the next separator.
/// - Aliases are expanded and merge keys `<<` applied; a node keeps the place where its text stands, so what
///   comes from an anchor points to the anchor.
/// - Keys below the top level must be strings; top-level keys are taken as strings.
/// - Windows line ends and a byte order mark are fine.
///
/// # Errors
///
/// The first [`ParseError`] of the file: bad syntax, a key that stands twice or is not a string, an alias that
/// leads nowhere or to itself, a tag that does not fit, or one of the `limits` exceeded.
pub fn parse(bytes: &[u8], file: FileId, limits: &Limits) -> Result<Vec<Node>, ParseError> {
    read_all(bytes, file, &mut tree::Budget::new(limits))
}

/// As [`parse`], but keys that are numbers or booleans are taken as text, and of a key that stands twice the first
/// value counts. Also gives the places of the keys that stand twice.
///
/// kustomize reads such keys in patches, and fails only when one of them gets into the output.
///
/// # Errors
///
/// As [`parse`], except for such keys.
pub fn parse_with_any_keys(
    bytes: &[u8],
    file: FileId,
    limits: &Limits,
) -> Result<(Vec<Node>, Vec<Mark>), ParseError> {
    let mut budget = tree::Budget::new(limits).with_any_keys(tree::Twice::First);
    let nodes = read_all(bytes, file, &mut budget)?;
    Ok((nodes, budget.twice))
}

/// Whether no line separates documents in a text, be they empty or not.
#[must_use]
pub fn is_one_document(bytes: &[u8]) -> bool {
    let text = input::normalise_line_ends(bytes);
    documents::split(&text, FileId::NONE).is_ok_and(|chunks| chunks.len() == 1)
}

fn read_all(bytes: &[u8], file: FileId, budget: &mut tree::Budget) -> Result<Vec<Node>, ParseError> {
    let text = input::normalise_line_ends(bytes);
    let mut nodes = Vec::new();
    for chunk in documents::split(&text, file)? {
        if let Some(node) = parser::load(&chunk, file, budget)?
            && !node.is_null()
        {
            nodes.push(node);
        }
    }
    Ok(nodes)
}

/// Reads the first document of a file by which kustomize itself is told what to do, such as a kustomization; nothing
/// when that is empty.
///
/// kustomize reads these with an older library: of a key that stands twice the last value counts, keys that are
/// numbers or booleans are taken as text, and what follows the first document is ignored.
///
/// # Errors
///
/// As [`parse`], except for such keys.
pub fn parse_settings(bytes: &[u8], file: FileId, limits: &Limits) -> Result<Option<Node>, ParseError> {
    let text = input::normalise_line_ends(bytes);
    let mut budget = tree::Budget::new(limits).with_any_keys(tree::Twice::Last);
    let whole = documents::Chunk { bytes: &text, lines_before: 0 };
    Ok(parser::load(&whole, file, &mut budget)?)
}

#[cfg(test)]
mod tests;

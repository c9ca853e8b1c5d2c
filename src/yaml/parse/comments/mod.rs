//! Comments that can be schemas, and which values they belong to.
//!
//! kustomize's reader hangs comments on the nodes of the tree, and its merge takes a comment that holds a JSON object
//! for the schema of the value. Which comment goes where follows from that reader's queue of tokens, so the tokens
//! are read a second time here. Only files that have such a comment pay for it.

mod assign;
mod queue;
mod scan;

use rustc_hash::FxHashMap;

use super::failure::Failure;
use crate::base::{FileId, Mark};
use crate::yaml::{Node, ParseErrorKind, SchemaComment, Value};

/// Comments that belong to keys and to values, by their places.
#[derive(Default)]
struct Attached {
    keys: FxHashMap<Mark, SchemaComment>,
    values: FxHashMap<Mark, SchemaComment>,
}

/// Hangs the comments of a text on the values of its document.
///
/// # Errors
///
/// When there are more such comments than [`SchemaComment::new`] keeps.
pub(super) fn attach(node: &mut Node, text: &str, file: FileId, lines_before: u32) -> Result<(), Failure> {
    if !has_candidate(text) {
        return Ok(());
    }
    let mut attached = Attached::default();
    for found in assign::assign(text, file, lines_before) {
        let Some(json) = found.comment.and_then(|comment| candidate(&comment).map(str::to_owned)) else {
            continue;
        };
        let comment = SchemaComment::new(&json).ok_or_else(|| {
            Failure::new(ParseErrorKind::Limit, found.mark, "there are too many different schemas in comments")
                .hint("Comments that hold JSON are read as schemas; shorten them, or describe the type with `openapi`.")
        })?;
        let places = if found.is_key { &mut attached.keys } else { &mut attached.values };
        places.insert(found.mark, comment);
    }
    if !attached.keys.is_empty() || !attached.values.is_empty() {
        attached.hang_on(node);
    }
    Ok(())
}

impl Attached {
    fn hang_on(&self, node: &mut Node) {
        node.schema = self.values.get(&node.mark).copied();
        match &mut node.value {
            Value::Scalar(_) => {}
            Value::Sequence(items) => items.iter_mut().for_each(|item| self.hang_on(item)),
            Value::Mapping(map) => {
                for entry in &mut map.entries {
                    entry.schema = self.keys.get(&entry.mark).copied();
                    self.hang_on(&mut entry.value);
                }
            }
        }
    }
}

/// Whether any comment may hold a JSON object.
fn has_candidate(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'#', bytes).any(|at| {
        let first = bytes[at..].iter().find(|byte| !matches!(byte, b'#' | b' ' | b'\t'));
        first == Some(&b'{')
    })
}

/// The JSON object that a comment may hold.
fn candidate(comment: &str) -> Option<&str> {
    let text = comment.trim_start_matches('#').trim_matches([' ', '\t', '\n', '\r']);
    text.starts_with('{').then_some(text)
}

//! A node tree as text, byte for byte as kustomize v5.8.1 prints a resource.

mod analysis;
mod lines;
pub mod order;
mod writer;

pub use lines::{EmittedLine, EmittedLines, Step};

use self::lines::{Lines, Nobody, Recorder};
use self::writer::{LONGEST_SIMPLE_KEY, Wanted, Writer};
use super::scalar::print::{self, Printed, Unprintable};
use super::{Entry, Fact, Mapping, Node, Style, Tag, Value};
use crate::base::Mark;

/// A value that has no printed form; kustomize fails on it too.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct EmitError {
    /// Where the value was written.
    pub mark: Mark,
    /// What is wrong with it.
    pub reason: Unprintable,
}

/// Appends the text of a tree to `out`, ending in a line break.
///
/// Keys are sorted in natural order, comments are gone, lists stand at their key's indentation, values are in
/// their normal form (`0777` is `511`, `yes` is `"yes"`), and lines fold behind column 80.
///
/// # Errors
///
/// [`EmitError`] for `.inf`, `.nan` and texts that YAML cannot carry. What was appended by then stays.
pub fn emit(node: &Node, out: &mut String) -> Result<(), EmitError> {
    Emitter::new(out, Nobody).document(node).map(|_| ())
}

/// As [`emit`], and says of every line which value it shows.
///
/// # Errors
///
/// As [`emit`].
pub fn emit_lines<'n>(node: &'n Node, out: &mut String) -> Result<EmittedLines<'n>, EmitError> {
    let recorder = Lines::new(node, out.len());
    let lines = Emitter::new(out, recorder).document(node)?;
    Ok(lines.finish(out))
}

struct Emitter<'n, 'o, R> {
    writer: Writer<'o>,
    recorder: R,
    /// Entries of the maps that are open, sorted; each map uses the part behind its parent's.
    sorted: Vec<&'n Entry>,
}

impl<'n, 'o, R: Recorder<'n>> Emitter<'n, 'o, R> {
    fn new(out: &'o mut String, recorder: R) -> Self {
        Self { writer: Writer::new(out), recorder, sorted: Vec::new() }
    }

    fn document(mut self, node: &'n Node) -> Result<R, EmitError> {
        match &node.value {
            Value::Mapping(map) if !map.is_empty() => self.mapping(map, 0, node.flow)?,
            Value::Sequence(items) if !items.is_empty() => self.sequence(items, 0, node.flow)?,
            _ => self.leaf(node, 2, false)?,
        }
        self.writer.indent(0);
        Ok(self.recorder)
    }

    /// The entries of a map, each starting at column `indent`; `in_flow` says whether they were between brackets.
    fn mapping(&mut self, map: &'n Mapping, indent: usize, in_flow: bool) -> Result<(), EmitError> {
        let start = self.sorted.len();
        self.sorted.extend(map.iter());
        let end = self.sorted.len();
        if !map.entries.has(Fact::Sorted, order::is_sorted) {
            order::sort(&mut self.sorted[start..]);
        }
        for at in start..end {
            let entry = self.sorted[at];
            self.writer.indent(indent);
            let step = self.recorder.entry(entry, self.writer.out.len());
            if entry.has_lost_quotes(indent == 0) {
                return Err(EmitError { mark: entry.mark, reason: Unprintable::BareKey });
            }
            let is_simple = self.key(entry, indent)?;
            let in_flow = in_flow || entry.value.flow;
            match &entry.value.value {
                Value::Mapping(map) if !map.is_empty() => self.mapping(map, indent + 2, in_flow)?,
                // Below a key a list needs no indentation of its own.
                Value::Sequence(items) if !items.is_empty() => {
                    self.sequence(items, if is_simple { indent } else { indent + 2 }, in_flow)?;
                }
                _ => self.leaf(&entry.value, indent + 2, in_flow)?,
            }
            self.recorder.leave(step);
        }
        self.sorted.truncate(start);
        Ok(())
    }

    /// A key and its colon; `false` when they stand on a line each.
    fn key(&mut self, entry: &Entry, indent: usize) -> Result<bool, EmitError> {
        if entry.key.len() <= LONGEST_SIMPLE_KEY && print::is_word(&entry.key) {
            self.writer.word(&entry.key);
            self.writer.colon();
            return Ok(true);
        }
        let key = print::print_key(&entry.key).map_err(|reason| EmitError { mark: entry.mark, reason })?;
        let wanted = wanted(&key);
        if self.writer.simple_key(&key, wanted).is_some() {
            self.writer.colon();
            return Ok(true);
        }
        self.writer.block_indicator('?');
        self.writer.value(&key, wanted, indent + 2);
        self.writer.indent(indent);
        self.writer.block_indicator(':');
        Ok(false)
    }

    /// The items of a list, each with its dash at column `indent`.
    fn sequence(&mut self, items: &'n [Node], indent: usize, in_flow: bool) -> Result<(), EmitError> {
        for (index, item) in items.iter().enumerate() {
            self.writer.indent(indent);
            let step = self.recorder.item(index, item, self.writer.out.len());
            self.writer.block_indicator('-');
            let in_flow = in_flow || item.flow;
            match &item.value {
                Value::Mapping(map) if !map.is_empty() => self.mapping(map, indent + 2, in_flow)?,
                Value::Sequence(items) if !items.is_empty() => self.sequence(items, indent + 2, in_flow)?,
                _ => self.leaf(item, indent + 2, in_flow)?,
            }
            self.recorder.leave(step);
        }
        Ok(())
    }

    /// A scalar or an empty collection; lines that it folds into start at column `indent`.
    fn leaf(&mut self, node: &Node, indent: usize, in_flow: bool) -> Result<(), EmitError> {
        match &node.value {
            Value::Scalar(scalar)
                if scalar.tag == Tag::Str
                    && scalar.style != Style::Folded
                    && print::is_word(&scalar.text) =>
            {
                self.writer.word(&scalar.text);
            }
            Value::Scalar(scalar) => {
                match print::print(scalar, in_flow).map_err(|reason| EmitError { mark: node.mark, reason })? {
                    Printed::Value(text) => self.writer.word(&text),
                    Printed::Text(text) => self.writer.value(&text, wanted(&text), indent),
                }
            }
            Value::Sequence(_) => self.writer.word("[]"),
            Value::Mapping(_) => self.writer.word("{}"),
        }
        Ok(())
    }
}

fn wanted(text: &str) -> Wanted {
    if memchr::memchr(b'\n', text.as_bytes()).is_some() {
        Wanted::Literal
    } else if print::needs_quotes(text) {
        Wanted::Double
    } else {
        Wanted::Plain
    }
}

#[cfg(test)]
mod tests;

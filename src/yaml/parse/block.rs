//! Maps and lists that are made by indentation.

use super::failure::Failure;
use std::borrow::Cow;

use super::parser::{Next, Parser};
use super::properties::Properties;
use super::tree::{Entries, Loaded};
use super::{scalars, syntax, tree};
use crate::base::Mark;
use crate::yaml::{Node, Style, Value, Writer};

impl Parser<'_, '_> {
    /// The value that starts with `next`. Below a key, a list may stand at the key's own column.
    pub(super) fn block_node(
        &mut self,
        next: Next,
        below_key: bool,
        depth: usize,
    ) -> Result<Loaded, Failure> {
        let mark = self.cursor.mark();
        let mut next = next;
        let mut properties = Properties::default();
        if next == Next::Content && !self.has_scalar() && matches!(self.cursor.byte(), b'&' | b'!') {
            properties = self.properties()?;
            next = self.next()?;
        }
        match next {
            Next::Content => self.content(properties, depth),
            Next::SequenceStart => self.block_sequence(properties, depth),
            Next::Entry if below_key => self.sequence_at_key(properties, depth),
            Next::MappingStart => self.block_mapping(properties, depth),
            _ if !properties.is_empty() => {
                self.finish_scalar(properties, Cow::Borrowed(""), Style::Plain, mark, depth)
            }
            _ => Err(syntax::no_value(&self.start())),
        }
    }

    fn content(&mut self, properties: Properties, depth: usize) -> Result<Loaded, Failure> {
        if self.has_scalar() {
            return self.scalar(properties, depth);
        }
        let mark = self.cursor.mark();
        match self.cursor.byte() {
            b'|' | b'>' => {
                let style = if self.cursor.byte() == b'|' { Style::Literal } else { Style::Folded };
                let text = scalars::block(&mut self.cursor, self.indent)?;
                self.key_allowed = true;
                self.finish_scalar(properties, Cow::Owned(text), style, mark, depth)
            }
            b'[' | b'{' => {
                let loaded = self.flow_collection(properties, depth)?;
                self.refuse_complex_key(&loaded.node)?;
                Ok(loaded)
            }
            b'*' if properties.is_empty() => self.alias(depth),
            b'*' => Err(self.cursor.error("an alias cannot have an anchor or a tag of its own")),
            b']' | b'}' | b',' => Err(syntax::stray_bracket(&self.cursor)),
            _ => self.scalar(properties, depth),
        }
    }

    /// Collections are no keys, and kustomize fails on those that are used as such.
    pub(super) fn refuse_complex_key(&mut self, node: &Node) -> Result<(), Failure> {
        self.cursor.skip_blanks();
        let is_key = self.cursor.byte() == b':' && (self.flow_level > 0 || self.cursor.is_blank_or_end(1));
        if is_key { Err(tree::complex_key(node.mark, node.kind_name())) } else { Ok(()) }
    }

    /// Goes one block deeper; the answer goes to [`Self::leave`].
    fn enter(&mut self, column: i32) -> i32 {
        std::mem::replace(&mut self.indent, column)
    }

    fn leave(&mut self, outer: i32) {
        self.indent = outer;
    }

    fn collection(&mut self, properties: Properties, value: Value, mark: Mark) -> Loaded {
        let node = Node::from(value).written(mark, Writer::Resource);
        self.anchors.close(properties, &node, mark);
        Loaded::from(node)
    }

    /// A list that is deeper than the block around it.
    fn block_sequence(&mut self, properties: Properties, depth: usize) -> Result<Loaded, Failure> {
        let mark = properties.mark.unwrap_or_else(|| self.cursor.mark());
        self.budget.spend(depth, mark)?;
        self.anchors.open(&properties, mark);
        let outer = self.enter(self.cursor.indentation());
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Next::Entry => items.push(self.item(&[Next::Entry, Next::BlockEnd], depth)?),
                Next::BlockEnd => break,
                _ => return Err(syntax::item_expected(&self.start())),
            }
        }
        self.leave(outer);
        Ok(self.collection(properties, Value::Sequence(items.into()), mark))
    }

    /// A list at the column of its key.
    fn sequence_at_key(&mut self, properties: Properties, depth: usize) -> Result<Loaded, Failure> {
        let mark = properties.mark.unwrap_or_else(|| self.cursor.mark());
        self.budget.spend(depth, mark)?;
        self.anchors.open(&properties, mark);
        let mut items = Vec::new();
        while self.next()? == Next::Entry {
            items.push(self.item(&[Next::Entry, Next::Key, Next::Value, Next::BlockEnd], depth)?);
        }
        Ok(self.collection(properties, Value::Sequence(items.into()), mark))
    }

    /// The value behind a dash; null before one of `ends`.
    fn item(&mut self, ends: &[Next], depth: usize) -> Result<Node, Failure> {
        self.cursor.advance(1);
        self.key_allowed = true;
        let mark = self.cursor.mark();
        let next = self.next()?;
        if ends.contains(&next) {
            return self.nothing(mark, depth + 1);
        }
        Ok(self.block_node(next, false, depth + 1)?.node)
    }

    fn block_mapping(&mut self, properties: Properties, depth: usize) -> Result<Loaded, Failure> {
        let start = self.start();
        let mark = properties.mark.unwrap_or_else(|| start.mark());
        self.budget.spend(depth, mark)?;
        self.anchors.open(&properties, mark);
        let outer = self.enter(start.indentation());
        let mut entries = Entries::default();
        loop {
            match self.next()? {
                Next::Key => {
                    let (key, value) = self.block_entry(depth)?;
                    entries.add(key, value, depth, self.budget)?;
                }
                Next::BlockEnd => break,
                other => return Err(syntax::key_expected(&self.start(), other)),
            }
        }
        self.leave(outer);
        let map = entries.finish(self.budget)?;
        Ok(self.collection(properties, Value::Mapping(map), mark))
    }

    /// One `key: value`, or one `? key` with its `: value` if it has one.
    fn block_entry(&mut self, depth: usize) -> Result<(Loaded, Node), Failure> {
        const ENDS: [Next; 3] = [Next::Key, Next::Value, Next::BlockEnd];
        let key = if !self.has_scalar() && self.cursor.byte() == b'?' && self.cursor.is_blank_or_end(1) {
            self.cursor.advance(1);
            self.key_allowed = true;
            let mark = self.cursor.mark();
            let next = self.next()?;
            let key = if ENDS.contains(&next) {
                Loaded::from(self.nothing(mark, depth + 1)?)
            } else {
                self.block_node(next, true, depth + 1)?
            };
            let after = self.cursor.mark();
            if self.next()? != Next::Value {
                return Ok((key, self.nothing(after, depth + 1)?));
            }
            self.cursor.advance(1);
            self.key_allowed = true;
            key
        } else {
            let key = self.simple_key(depth)?;
            // Back to the `:` behind the key.
            self.cursor.skip_blanks();
            self.cursor.advance(1);
            self.key_allowed = false;
            key
        };
        let mark = self.cursor.mark();
        let next = self.next()?;
        let value = if ENDS.contains(&next) {
            self.nothing(mark, depth + 1)?
        } else {
            self.block_node(next, true, depth + 1)?.node
        };
        Ok((key, value))
    }

    /// A key that stands on one line with its `:`.
    pub(super) fn simple_key(&mut self, depth: usize) -> Result<Loaded, Failure> {
        if self.has_scalar() {
            return self.scalar(Properties::default(), depth + 1);
        }
        let properties = self.properties()?;
        match self.cursor.byte() {
            b'*' if properties.is_empty() => self.alias(depth + 1),
            b':' if !properties.is_empty() && (self.flow_level > 0 || self.cursor.is_blank_or_end(1)) => {
                let mark = self.cursor.mark();
                self.finish_scalar(properties, Cow::Borrowed(""), Style::Plain, mark, depth + 1)
            }
            b'*' => Err(self.cursor.error("an alias cannot have an anchor or a tag of its own")),
            _ => self.scalar(properties, depth + 1),
        }
    }
}

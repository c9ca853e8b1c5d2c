//! Maps and lists between brackets.

use super::failure::Failure;
use super::parser::Parser;
use super::properties::Properties;
use super::syntax;
use super::tree::{Entries, Loaded};
use crate::base::Mark;
use crate::yaml::{Mapping, Node, Style, Value, Writer};

impl Parser<'_, '_> {
    /// The list or map whose bracket is here.
    pub(super) fn flow_collection(
        &mut self,
        properties: Properties,
        depth: usize,
    ) -> Result<Loaded, Failure> {
        let open = self.cursor;
        let mark = properties.mark.unwrap_or_else(|| open.mark());
        self.budget.spend(depth, mark)?;
        self.anchors.open(&properties, mark);
        self.flow_level += 1;
        self.cursor.advance(1);
        self.key_allowed = true;
        let value = if open.byte() == b'[' {
            Value::Sequence(self.flow_items(open.mark(), depth)?.into())
        } else {
            Value::Mapping(self.flow_entries(open.mark(), depth)?)
        };
        self.cursor.advance(1);
        self.flow_level -= 1;
        self.key_allowed = false;
        let flow = self.budget.keeps_brackets();
        let node = Node { flow, ..Node::from(value).written(mark, Writer::Resource) };
        self.anchors.close(properties, &node, mark);
        Ok(Loaded::from(node))
    }

    /// The byte that the next piece starts with; `open` is the bracket around it.
    fn flow_next(&mut self, open: Mark) -> Result<u8, Failure> {
        if self.has_scalar() {
            return Ok(b'"');
        }
        self.skip_to_token();
        if self.cursor.byte() == 0 || self.cursor.document_marker().is_some() {
            return Err(syntax::unclosed_bracket(&self.cursor, open));
        }
        Ok(self.cursor.byte())
    }

    /// Takes the comma between items; `false` at the closing bracket.
    fn flow_separator(&mut self, close: u8, open: Mark) -> Result<bool, Failure> {
        match self.flow_next(open)? {
            b',' if !self.has_scalar() => {
                self.cursor.advance(1);
                self.key_allowed = true;
                Ok(self.flow_next(open)? != close)
            }
            byte if byte == close => Ok(false),
            _ => Err(syntax::comma_expected(&self.start(), close, open)),
        }
    }

    fn flow_items(&mut self, open: Mark, depth: usize) -> Result<Vec<Node>, Failure> {
        let mut items = Vec::new();
        let mut more = self.flow_next(open)? != b']';
        while more {
            items.push(if self.flow_key(open)? {
                // `[key: value]` is a list of a map.
                let mark = self.cursor.mark();
                self.budget.spend(depth + 1, mark)?;
                let mut entries = Entries::default();
                let (key, value) = self.flow_entry(b']', open, depth + 1)?;
                let mark = key.node.mark;
                entries.add(key, value, depth + 1, self.budget)?;
                let map = Node::from(entries.finish(self.budget)?).written(mark, Writer::Resource);
                Node { flow: self.budget.keeps_brackets(), ..map }
            } else {
                self.flow_node(open, depth + 1)?.node
            });
            more = self.flow_separator(b']', open)?;
        }
        Ok(items)
    }

    fn flow_entries(&mut self, open: Mark, depth: usize) -> Result<Mapping, Failure> {
        let mut entries = Entries::default();
        let mut more = self.flow_next(open)? != b'}';
        while more {
            let (key, value) = if self.flow_key(open)? {
                self.flow_entry(b'}', open, depth)?
            } else {
                let key = self.flow_node(open, depth + 1)?;
                let mark = self.cursor.mark();
                (key, self.nothing(mark, depth + 1)?)
            };
            entries.add(key, value, depth, self.budget)?;
            more = self.flow_separator(b'}', open)?;
        }
        entries.finish(self.budget)
    }

    /// Whether a key with its sign starts here: `? key` or `key:`.
    fn flow_key(&mut self, open: Mark) -> Result<bool, Failure> {
        match self.flow_next(open)? {
            _ if self.has_scalar() => Ok(false),
            b'?' => Ok(true),
            b':' => Ok(false),
            _ => self.scan_key(false),
        }
    }

    /// An entry whose key has a sign.
    fn flow_entry(&mut self, close: u8, open: Mark, depth: usize) -> Result<(Loaded, Node), Failure> {
        let key = if !self.has_scalar() && self.cursor.byte() == b'?' {
            self.cursor.advance(1);
            self.key_allowed = false;
            let byte = self.flow_next(open)?;
            if byte == b':' || byte == b',' || byte == close {
                let mark = self.cursor.mark();
                Loaded::from(self.nothing(mark, depth + 1)?)
            } else {
                self.flow_node(open, depth + 1)?
            }
        } else {
            let key = self.simple_key(depth)?;
            self.cursor.skip_blanks();
            key
        };
        let after = self.cursor.mark();
        if self.flow_next(open)? != b':' || self.has_scalar() {
            return Ok((key, self.nothing(after, depth + 1)?));
        }
        self.cursor.advance(1);
        self.key_allowed = false;
        let byte = self.flow_next(open)?;
        let value = if byte == b',' || byte == close {
            let mark = self.cursor.mark();
            self.nothing(mark, depth + 1)?
        } else {
            self.flow_node(open, depth + 1)?.node
        };
        Ok((key, value))
    }

    /// A value between brackets.
    fn flow_node(&mut self, open: Mark, depth: usize) -> Result<Loaded, Failure> {
        let first = self.flow_next(open)?;
        let properties = if !self.has_scalar() && matches!(first, b'&' | b'!') {
            self.properties()?
        } else {
            Properties::default()
        };
        let byte = self.flow_next(open)?;
        if self.has_scalar() {
            return self.scalar(properties, depth);
        }
        match byte {
            b'[' | b'{' => {
                let loaded = self.flow_collection(properties, depth)?;
                self.refuse_complex_key(&loaded.node)?;
                Ok(loaded)
            }
            b'*' if properties.is_empty() => self.alias(depth),
            b',' | b']' | b'}' | b'*' | b'?' | b':' if !properties.is_empty() => {
                let mark = self.cursor.mark();
                self.finish_scalar(properties, "".into(), Style::Plain, mark, depth)
            }
            b',' | b']' | b'}' | b'?' | b':' => Err(syntax::no_value(&self.cursor)),
            b'-' if self.cursor.is_blank_or_end(1) => Err(syntax::item_not_allowed(&self.cursor)),
            _ => self.scalar(properties, depth),
        }
    }
}

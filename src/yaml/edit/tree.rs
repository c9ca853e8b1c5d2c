//! A document as written: every key and value with the bytes where it stands, aliases and merge keys not followed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};

use crate::yaml::{Limits, Style};

/// A node's place in [`Tree::nodes`]. A node comes before what is inside of it.
pub(super) type NodeId = usize;

/// A text and what stands where in it.
#[derive(Debug)]
pub(super) struct Tree<'t> {
    /// The text, without a byte order mark.
    pub(super) text: &'t str,
    /// All keys and values, in the order of the text.
    pub(super) nodes: Vec<Node>,
    /// The root of the document; `None` when the text holds nothing but comments.
    pub(super) root: Option<NodeId>,
    /// All anchors, in the order of the text.
    pub(super) anchors: Vec<Anchor>,
}

/// A key or value.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) content: Content,
    /// Index of the anchor that stands at the node.
    pub(super) anchor: Option<usize>,
    /// The tag that is written at the node.
    pub(super) tag: Option<String>,
    /// Where anchor and tag begin; equal to `body.start` when there are none.
    pub(super) start: usize,
    /// The value itself. Ends before the line end of its last line.
    pub(super) body: Range<usize>,
    /// The last node inside of this one; itself when there is nothing inside.
    pub(super) last: NodeId,
    /// The container and the place in it; `None` for the root and for keys.
    pub(super) parent: Option<(NodeId, usize)>,
}

#[derive(Debug)]
pub(super) enum Content {
    Scalar {
        text: String,
        style: Style,
    },
    /// Index of the anchor.
    Alias(usize),
    Sequence {
        flow: bool,
        items: Vec<Item>,
    },
    Mapping {
        flow: bool,
        entries: Vec<Entry>,
    },
}

#[derive(Debug)]
pub(super) struct Item {
    /// The byte after `-`; for flow lists where the value starts.
    pub(super) dash_end: usize,
    pub(super) value: NodeId,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: NodeId,
    /// The byte after `:`, if there is one.
    pub(super) colon_end: Option<usize>,
    pub(super) value: NodeId,
}

#[derive(Debug)]
pub(super) struct Anchor {
    pub(super) name: String,
    pub(super) node: NodeId,
    /// The nodes that are aliases of it.
    pub(super) aliases: Vec<NodeId>,
}

impl<'t> Tree<'t> {
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// The text of a scalar key.
    pub(super) fn key_text(&self, entry: &Entry) -> Option<&str> {
        match &self.nodes[entry.key].content {
            Content::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The node that an alias stands for; other nodes stand for themselves.
    pub(super) fn follow(&self, id: NodeId) -> NodeId {
        match self.nodes[id].content {
            Content::Alias(anchor) => self.anchors[anchor].node,
            _ => id,
        }
    }

    /// Whether the node is an empty value or a written `null`.
    pub(super) fn is_null(&self, id: NodeId) -> bool {
        let node = &self.nodes[id];
        matches!(&node.content, Content::Scalar { text, style: Style::Plain }
            if node.tag.is_none() && crate::yaml::scalar::tag_of_plain(text) == crate::yaml::Tag::Null)
    }

    /// Whether the node is a list or map that is not in brackets.
    pub(super) fn is_block_collection(&self, id: NodeId) -> bool {
        matches!(
            self.nodes[id].content,
            Content::Sequence { flow: false, .. } | Content::Mapping { flow: false, .. }
        )
    }

    /// Whether the node is a `|` or `>` scalar.
    pub(super) fn is_block_scalar(&self, id: NodeId) -> bool {
        matches!(self.nodes[id].content, Content::Scalar { style: Style::Literal | Style::Folded, .. })
    }

    /// Whether the node is a list or map in brackets.
    pub(super) fn is_flow_collection(&self, id: NodeId) -> bool {
        matches!(
            self.nodes[id].content,
            Content::Sequence { flow: true, .. } | Content::Mapping { flow: true, .. }
        )
    }

    /// The values inside of a list or map.
    pub(super) fn children(&self, id: NodeId) -> Vec<NodeId> {
        match &self.nodes[id].content {
            Content::Sequence { items, .. } => items.iter().map(|item| item.value).collect(),
            Content::Mapping { entries, .. } => entries.iter().map(|entry| entry.value).collect(),
            Content::Scalar { .. } | Content::Alias(_) => Vec::new(),
        }
    }

    /// Line of a byte, counted from 1.
    pub(super) fn line(&self, at: usize) -> u32 {
        let count = memchr::memchr_iter(b'\n', &self.text.as_bytes()[..at.min(self.text.len())]).count();
        u32::try_from(count + 1).unwrap_or(u32::MAX)
    }

    /// Column of a byte in characters, counted from 1.
    pub(super) fn column(&self, at: usize) -> u32 {
        u32::try_from(self.text[self.line_start(at)..at].chars().count() + 1).unwrap_or(u32::MAX)
    }

    /// The first byte of the line that holds a byte.
    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// The end of the line that holds a byte, before `\n` or `\r\n`.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let end = rest.find('\n').unwrap_or(rest.len());
        at + rest[..end].strip_suffix('\r').map_or(end, str::len)
    }

    /// Characters between the start of the line and a byte.
    pub(super) fn indent(&self, at: usize) -> usize {
        self.text[self.line_start(at)..at].chars().count()
    }

    /// The first byte at or after `at` that is not blank, a line end, or in a comment.
    pub(super) fn skip_space(&self, at: usize) -> usize {
        skip_space(self.text, at)
    }

    /// How lines end around a byte.
    pub(super) fn line_break(&self, at: usize) -> &'static str {
        let bytes = self.text.as_bytes();
        let next = memchr::memchr(b'\n', &bytes[at..]).map(|offset| at + offset);
        let near = next.or_else(|| memchr::memrchr(b'\n', &bytes[..at]));
        if near.is_some_and(|end| end > 0 && bytes[end - 1] == b'\r') { "\r\n" } else { "\n" }
    }
}

pub(super) fn skip_space(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at),
            _ => break,
        }
    }
    at
}

/// What can be wrong with a text, and the byte where it is wrong.
#[derive(Debug)]
pub(super) enum Unreadable {
    Syntax { message: String, at: usize },
    Tab { at: usize },
    Duplicate { key: String, at: usize, first: usize },
    ManyDocuments { count: usize, at: usize },
    TooDeep { limit: usize, at: usize },
    LineEnd { found: char, at: usize },
}

/// A list or map that is still open.
struct Open {
    id: NodeId,
    /// The key whose value comes next.
    key: Option<NodeId>,
    /// Where every key stands first.
    seen: BTreeMap<String, usize>,
    /// Where the last thing inside ends.
    end: usize,
    /// Whether nothing is inside yet.
    is_empty: bool,
}

/// Reads a text that holds at most one document.
pub(super) fn read(text: &str) -> Result<Tree<'_>, Unreadable> {
    // The parser of events takes these for line ends, and loses count of the bytes behind them.
    if let Some((at, found)) =
        text.char_indices().find(|(_, c)| matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}'))
    {
        return Err(Unreadable::LineEnd { found, at });
    }
    let mut builder = Builder {
        tree: Tree { text, nodes: Vec::new(), root: None, anchors: Vec::new() },
        open: Vec::new(),
        names: BTreeMap::new(),
        documents: 0,
    };
    // The parser of events needs a line end behind `|` and `>`; it is taken out of the value again.
    let padded = if text.ends_with('\n') { Cow::Borrowed(text) } else { Cow::Owned(format!("{text}\n")) };
    let mut bytes = padded.as_bytes();
    let mut parser = libyaml_safer::Parser::new();
    parser.set_input_string(&mut bytes);
    parser.set_encoding(libyaml_safer::Encoding::Utf8);
    let tag_before_comma = tag_before_comma(text);
    loop {
        let event = match tag_before_comma {
            // The parser of events stops the program at `[!tag,]`, and only there.
            Some(at) => panic::catch_unwind(AssertUnwindSafe(|| parser.parse())).map_err(|_| {
                Unreadable::Syntax { message: "a tag stands directly before a comma".to_owned(), at }
            })?,
            None => parser.parse(),
        };
        let event = event.map_err(|error| syntax(text, &error))?;
        if matches!(event.data, libyaml_safer::EventData::StreamEnd) {
            return Ok(builder.tree);
        }
        builder.take(event)?;
    }
}

/// Where something that looks like a tag ends at a comma; it may also stand in quotes or a comment.
fn tag_before_comma(text: &str) -> Option<usize> {
    memchr::memchr_iter(b'!', text.as_bytes()).find(|at| {
        let rest = &text[*at..];
        let end = rest.find([' ', '\t', '\r', '\n', ',', '[', ']', '{', '}', '"']).unwrap_or(rest.len());
        rest[end..].starts_with(',')
    })
}

fn syntax(text: &str, error: &libyaml_safer::Error) -> Unreadable {
    let mark = error.problem_mark().or_else(|| error.context_mark());
    let at = text.floor_char_boundary(mark.map_or(0, |mark| usize::try_from(mark.index).unwrap_or(0)));
    let line = &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..];
    let indentation = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    if indentation.contains('\t') {
        return Unreadable::Tab { at };
    }
    let problem = error.problem();
    let message = if problem.is_empty() { error.to_string() } else { problem.to_owned() };
    let message = match error.context() {
        Some(context) if !context.is_empty() => format!("{message} {context}"),
        _ => message,
    };
    Unreadable::Syntax { message, at }
}

struct Builder<'t> {
    tree: Tree<'t>,
    open: Vec<Open>,
    /// The newest anchor of every name.
    names: BTreeMap<String, usize>,
    documents: usize,
}

impl Builder<'_> {
    fn take(&mut self, event: libyaml_safer::Event) -> Result<(), Unreadable> {
        use libyaml_safer::{EventData, MappingStyle, SequenceStyle};
        let text = self.tree.text;
        let offset = |mark: libyaml_safer::Mark| {
            text.floor_char_boundary(usize::try_from(mark.index).unwrap_or(usize::MAX))
        };
        let range = offset(event.start_mark)..offset(event.end_mark);
        match event.data {
            EventData::DocumentStart { .. } => {
                self.documents += 1;
                self.names.clear();
                if self.documents > 1 {
                    return Err(Unreadable::ManyDocuments { count: self.documents, at: range.start });
                }
            }
            EventData::Scalar { anchor, tag, value, style, .. } => {
                let style = match style {
                    libyaml_safer::ScalarStyle::SingleQuoted => Style::Single,
                    libyaml_safer::ScalarStyle::DoubleQuoted => Style::Double,
                    libyaml_safer::ScalarStyle::Literal => Style::Literal,
                    libyaml_safer::ScalarStyle::Folded => Style::Folded,
                    _ => Style::Plain,
                };
                let is_nothing = value.is_empty() && range.is_empty();
                let start = if is_nothing { self.start_of_nothing(range.start) } else { range.start };
                let range = if is_nothing { start..start } else { range };
                let mut body = after_properties(text, start, anchor.is_some() || tag.is_some()).min(range.end)
                    ..range.end;
                let mut value = value;
                if matches!(style, Style::Literal | Style::Folded) {
                    body.end = block_scalar_end(text, &body);
                    if body.end == text.len() && value.ends_with('\n') {
                        value.pop();
                    }
                }
                self.add(Content::Scalar { text: value, style }, anchor, tag, start, body)?;
            }
            EventData::Alias { anchor } => {
                // The parser does not look up aliases; one without an anchor before it is an error of its own.
                let Some(known) = self.names.get(&anchor).copied() else {
                    return Err(Unreadable::Syntax {
                        message: format!("there is no `&{anchor}` before this alias"),
                        at: range.start,
                    });
                };
                let id = self.add(Content::Alias(known), None, None, range.start, range)?;
                self.tree.anchors[known].aliases.push(id);
            }
            EventData::SequenceStart { anchor, tag, style, .. } => {
                let flow = style == SequenceStyle::Flow;
                let body = after_properties(text, range.start, anchor.is_some() || tag.is_some());
                self.open(Content::Sequence { flow, items: Vec::new() }, anchor, tag, range.start, body)?;
            }
            EventData::MappingStart { anchor, tag, style, .. } => {
                let flow = style == MappingStyle::Flow;
                let has_properties = anchor.is_some() || tag.is_some();
                let body = after_properties(text, range.start, has_properties);
                self.open(Content::Mapping { flow, entries: Vec::new() }, anchor, tag, range.start, body)?;
            }
            EventData::SequenceEnd | EventData::MappingEnd => self.close(range.end),
            _ => {}
        }
        Ok(())
    }

    /// Where an empty value stands: behind the colon or the key, wherever the parser saw what comes next.
    fn start_of_nothing(&self, seen: usize) -> usize {
        let Some(key) = self.open.last().and_then(|open| open.key) else { return seen };
        let key_end = self.tree.nodes[key].body.end;
        let after_key = skip_space(self.tree.text, key_end);
        if after_key < seen && self.tree.text[after_key..].starts_with(':') { after_key + 1 } else { key_end }
    }

    fn add(
        &mut self,
        content: Content,
        anchor: Option<String>,
        tag: Option<String>,
        start: usize,
        body: Range<usize>,
    ) -> Result<NodeId, Unreadable> {
        let id = self.tree.nodes.len();
        let anchor = anchor.map(|name| {
            self.tree.anchors.push(Anchor { name: name.clone(), node: id, aliases: Vec::new() });
            self.names.insert(name, self.tree.anchors.len() - 1);
            self.tree.anchors.len() - 1
        });
        let parent = self.attach(id, start, &content)?;
        self.advance(body.end);
        self.tree.nodes.push(Node { content, anchor, tag, start, body, last: id, parent });
        Ok(id)
    }

    /// Puts a new node into the innermost open list or map.
    fn attach(
        &mut self,
        id: NodeId,
        start: usize,
        content: &Content,
    ) -> Result<Option<(NodeId, usize)>, Unreadable> {
        let text = self.tree.text;
        let Some(open) = self.open.last_mut() else {
            self.tree.root = Some(id);
            return Ok(None);
        };
        let container = open.id;
        if let (Content::Mapping { .. }, None) = (&self.tree.nodes[container].content, open.key) {
            open.key = Some(id);
            if let Content::Scalar { text: key, .. } = content
                && let Some(first) = open.seen.insert(key.clone(), start)
            {
                return Err(Unreadable::Duplicate { key: key.clone(), at: start, first });
            }
            if open.is_empty && self.tree.is_block_collection(container) {
                self.tree.nodes[container].body.start = start;
            }
            open.is_empty = false;
            return Ok(None);
        }
        let key = open.key.take();
        let end_before = open.end;
        let key_end = key.map_or(0, |key| self.tree.nodes[key].body.end);
        Ok(match &mut self.tree.nodes[container].content {
            Content::Sequence { flow, items } => {
                let dash = skip_space(text, end_before);
                let has_dash = !*flow && text[dash..].starts_with('-');
                let dash_end = if has_dash { (dash + 1).min(start) } else { start };
                items.push(Item { dash_end, value: id });
                Some((container, items.len() - 1))
            }
            Content::Mapping { entries, .. } => {
                let after_key = skip_space(text, key_end);
                let has_colon = after_key < start && text[after_key..].starts_with(':');
                let colon_end = has_colon.then_some(after_key + 1);
                entries.push(Entry { key: key.unwrap_or(id), colon_end, value: id });
                Some((container, entries.len() - 1))
            }
            Content::Scalar { .. } | Content::Alias(_) => None,
        })
    }

    fn open(
        &mut self,
        content: Content,
        anchor: Option<String>,
        tag: Option<String>,
        start: usize,
        body: usize,
    ) -> Result<(), Unreadable> {
        let limit = Limits::default().depth;
        if self.open.len() >= limit {
            return Err(Unreadable::TooDeep { limit, at: start });
        }
        let id = self.add(content, anchor, tag, start, body..body)?;
        self.open.push(Open { id, key: None, seen: BTreeMap::new(), end: body, is_empty: true });
        Ok(())
    }

    fn close(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let text = self.tree.text;
        let last = self.tree.nodes.len() - 1;
        let node = &mut self.tree.nodes[open.id];
        node.last = last;
        // Only brackets have an end of their own; `[a: b]` holds a map without brackets.
        node.body.end =
            if text[node.body.start..].starts_with(['[', '{']) && end > open.end { end } else { open.end };
        let end = node.body.end;
        self.advance(end);
    }

    /// Remembers how far the innermost open list or map reaches.
    fn advance(&mut self, end: usize) {
        if let Some(open) = self.open.last_mut() {
            open.end = open.end.max(end);
        }
    }
}

/// The first byte after `&anchor` and `!tag` and the blanks behind them.
fn after_properties(text: &str, start: usize, any: bool) -> usize {
    let mut at = start;
    // Either may stand once, in any order.
    for _ in 0..if any { 2 } else { 0 } {
        let rest = &text[at..];
        let length = match rest.as_bytes().first() {
            Some(b'&') => {
                1 + rest[1..]
                    .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
                    .unwrap_or(rest.len() - 1)
            }
            Some(b'!') if rest.starts_with("!<") => rest.find('>').map_or(rest.len(), |end| end + 1),
            Some(b'!') => rest.find([' ', '\t', '\r', '\n', ',', '[', ']', '{', '}']).unwrap_or(rest.len()),
            _ => break,
        };
        at = skip_space(text, at + length);
    }
    at
}

/// Where the last line of a `|` or `>` scalar ends; blank lines after it are left out unless they count.
fn block_scalar_end(text: &str, body: &Range<usize>) -> usize {
    let raw = &text[body.clone()];
    let header_end = raw.find(['\r', '\n']).unwrap_or(raw.len());
    let keeps = raw[..header_end].split('#').next().is_some_and(|header| header.contains('+'));
    let content = if keeps {
        let lines = raw.trim_end_matches([' ', '\t']);
        let lines = lines.strip_suffix('\n').unwrap_or(lines);
        lines.strip_suffix('\r').unwrap_or(lines).len()
    } else {
        let used = raw.trim_end().len();
        used + raw[used..].find(['\r', '\n']).unwrap_or(raw.len() - used)
    };
    body.start + content.max(header_end)
}

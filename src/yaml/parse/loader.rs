//! Parser events to a node tree: tags, anchors, keys and limits.

use compact_str::CompactString;
use libyaml_safer::{Event, EventData, MappingStyle, Parser, ScalarStyle, SequenceStyle};
use rustc_hash::FxHashMap;

use super::documents::Chunk;
use super::merge_key;
use crate::base::{FileId, Mark};
use crate::yaml::scalar::{Resolved, resolve_plain, timestamp};
use crate::yaml::{Entry, Limits, Mapping, Node, ParseError, ParseErrorKind, Scalar, Style, Tag, Value};

/// What is left of the limits of one file, and how strict it is read.
pub(super) struct Budget {
    limits: Limits,
    nodes: usize,
    alias_nodes: usize,
    /// Whether keys may stand twice and be of any type.
    any_keys: bool,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, nodes: 0, alias_nodes: 0, any_keys: false }
    }

    /// Lets keys stand twice, the last one counting, and takes keys of every type as text.
    pub(super) fn with_any_keys(self) -> Self {
        Self { any_keys: true, ..self }
    }

    fn spend(&mut self, mark: Mark) -> Result<(), ParseError> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            let message = format!("the file has more than {} values", self.limits.nodes);
            return Err(ParseError::new(ParseErrorKind::Limit, mark, message)
                .hint("Split the file; this limit keeps a hostile file from using up memory."));
        }
        Ok(())
    }

    pub(super) fn spend_copy(&mut self, node: &Node, mark: Mark) -> Result<(), ParseError> {
        let count = node.count();
        self.nodes += count;
        self.alias_nodes += count;
        if self.alias_nodes > self.limits.alias_nodes || self.nodes > self.limits.nodes {
            let message = format!("aliases expand to more than {} values", self.limits.alias_nodes);
            return Err(ParseError::new(ParseErrorKind::Limit, mark, message)
                .hint("An anchor that repeats other anchors grows with every level; write the values out."));
        }
        Ok(())
    }

    fn check_depth(&self, depth: usize, mark: Mark) -> Result<(), ParseError> {
        if depth <= self.limits.depth {
            return Ok(());
        }
        let message = format!("values are nested more than {} levels deep", self.limits.depth);
        Err(ParseError::new(ParseErrorKind::Limit, mark, message))
    }
}

/// The first document of a chunk; `None` when there is none.
pub(super) fn load(chunk: &Chunk<'_>, file: FileId, budget: &mut Budget) -> Result<Option<Node>, ParseError> {
    let mut input = chunk.bytes;
    let mut parser = Parser::new();
    parser.set_input_string(&mut input);
    let mut loader =
        Loader { parser, file, lines_before: chunk.lines_before, anchors: FxHashMap::default(), budget };
    loader.next()?;
    if matches!(loader.next()?.data, EventData::StreamEnd) {
        return Ok(None);
    }
    let event = loader.next()?;
    let node = loader.node(event, 1, false)?.node;
    // Reading on to the document's end finds text that does not belong there.
    loader.next()?;
    Ok(Some(node))
}

struct Loader<'r, 'b, 'l> {
    parser: Parser<&'r mut &'b [u8]>,
    file: FileId,
    lines_before: u32,
    anchors: FxHashMap<String, Anchor>,
    budget: &'l mut Budget,
}

/// What an anchor stands for.
enum Anchor {
    /// The anchored value is still being read; the number tells it from an earlier one of the same name.
    Open(Mark),
    Done {
        node: Node,
        depth: usize,
        /// Whether it may be used as a key.
        string_key: bool,
    },
}

/// A value as read, with what matters when it is a key.
struct Loaded {
    node: Node,
    string_key: bool,
    merge_key: bool,
}

impl Loader<'_, '_, '_> {
    fn next(&mut self) -> Result<Event, ParseError> {
        self.parser.parse().map_err(|error| super::syntax::explain(&error, self.file, self.lines_before))
    }

    fn mark(&self, mark: libyaml_safer::Mark) -> Mark {
        super::syntax::mark(mark, self.file, self.lines_before)
    }

    fn node(&mut self, event: Event, depth: usize, in_flow: bool) -> Result<Loaded, ParseError> {
        let mark = self.mark(event.start_mark);
        self.budget.check_depth(depth, mark)?;
        self.budget.spend(mark)?;
        match event.data {
            EventData::Alias { anchor } => self.alias(&anchor, mark, depth),
            EventData::Scalar { anchor, tag, value, style, .. } => {
                let mut loaded = scalar(tag.as_deref(), &value, style, mark)?;
                if in_flow
                    && value.is_empty()
                    && tag.is_none()
                    && let Value::Scalar(scalar) = &mut loaded.node.value
                {
                    // Nothing at all between flow brackets is null for every rule, and printed as an empty string.
                    scalar.style = Style::Single;
                }
                if let Some(name) = anchor {
                    let (node, string_key) = (loaded.node.clone(), loaded.string_key);
                    self.anchors.insert(name, Anchor::Done { node, depth: 1, string_key });
                }
                Ok(loaded)
            }
            EventData::SequenceStart { anchor, style, .. } => {
                self.open(anchor.as_deref(), mark);
                let mut items = Vec::new();
                loop {
                    let event = self.next()?;
                    if matches!(event.data, EventData::SequenceEnd) {
                        break;
                    }
                    items.push(self.node(event, depth + 1, style == SequenceStyle::Flow)?.node);
                }
                Ok(self.close(anchor, Value::Sequence(items), mark))
            }
            EventData::MappingStart { anchor, style, .. } => {
                self.open(anchor.as_deref(), mark);
                let map = self.mapping(depth, style == MappingStyle::Flow)?;
                Ok(self.close(anchor, Value::Mapping(map), mark))
            }
            // The parser sends exactly one of the above where a value is due.
            _ => Err(ParseError::new(ParseErrorKind::Syntax, mark, "expected a value")),
        }
    }

    fn open(&mut self, anchor: Option<&str>, mark: Mark) {
        if let Some(name) = anchor {
            self.anchors.insert(name.to_owned(), Anchor::Open(mark));
        }
    }

    fn close(&mut self, anchor: Option<String>, value: Value, mark: Mark) -> Loaded {
        let node = Node::from(value).written(mark, super::super::Writer::Resource);
        if let Some(name) = anchor
            // A value inside may have taken the name; then the newer one keeps it.
            && matches!(self.anchors.get(&name), Some(Anchor::Open(open)) if *open == mark)
        {
            let done = Anchor::Done { depth: node.depth(), node: node.clone(), string_key: false };
            self.anchors.insert(name, done);
        }
        Loaded { node, string_key: false, merge_key: false }
    }

    fn alias(&mut self, name: &str, mark: Mark, depth: usize) -> Result<Loaded, ParseError> {
        match self.anchors.get(name) {
            None => {
                let message =
                    format!("the alias `*{name}` has no anchor `&{name}` before it in its document");
                Err(ParseError::new(ParseErrorKind::Alias, mark, message)
                    .hint("Quote the text if it is not meant as an alias."))
            }
            Some(Anchor::Open(open)) => {
                let message = format!("the anchor `&{name}` contains itself");
                Err(ParseError::new(ParseErrorKind::Alias, mark, message).also(*open, "the anchor"))
            }
            Some(Anchor::Done { node, depth: inner, string_key }) => {
                self.budget.check_depth(depth + inner - 1, mark)?;
                self.budget.spend_copy(node, mark)?;
                Ok(Loaded { node: node.clone(), string_key: *string_key, merge_key: false })
            }
        }
    }

    fn mapping(&mut self, depth: usize, in_flow: bool) -> Result<Mapping, ParseError> {
        let mut keys = Keys::default();
        let mut merge = None;
        loop {
            let event = self.next()?;
            if matches!(event.data, EventData::MappingEnd) {
                break;
            }
            let mark = self.mark(event.start_mark);
            let key = self.node(event, depth + 1, in_flow)?;
            let event = self.next()?;
            let value = self.node(event, depth + 1, in_flow)?.node;
            if key.merge_key {
                if let Some((first, _)) = merge.replace((mark, value)) {
                    return Err(duplicate("<<", mark, first));
                }
                continue;
            }
            let key = key_text(key, mark, if self.budget.any_keys { 1 } else { depth })?;
            if key == "<<" {
                // kustomize takes the key out when it applies merge keys, also where quotes make it a plain key.
                continue;
            }
            let entry = Entry { key, mark, value };
            match keys.map.position(&entry.key).filter(|_| self.budget.any_keys) {
                Some(at) => keys.map.entries[at] = entry,
                None => keys.push(entry)?,
            }
        }
        match merge {
            Some((mark, value)) => merge_key::apply(keys.map, value, mark, self.budget),
            None => Ok(keys.map),
        }
    }
}

/// The text of a key; below the top level only strings are keys.
fn key_text(key: Loaded, mark: Mark, depth: usize) -> Result<CompactString, ParseError> {
    let what = key.node.kind_name();
    let refusal = |message: String| ParseError::new(ParseErrorKind::KeyType, mark, message);
    match key.node.value {
        Value::Scalar(scalar) if key.string_key || (depth == 1 && scalar.tag != Tag::Null) => Ok(scalar.text),
        Value::Scalar(scalar) => Err(refusal(format!("the key `{}` is {what}, not a string", scalar.text))
            .hint(format!("Write the key in quotes: `\"{}\"`.", scalar.text))),
        Value::Sequence(_) | Value::Mapping(_) => {
            Err(refusal(format!("a key is {what}, not a string"))
                .hint("Quote text that starts with `{` or `[`."))
        }
    }
}

/// Entries that are collected with a check for keys that stand twice.
#[derive(Default)]
struct Keys {
    map: Mapping,
    /// Places of keys, once there are too many for a scan.
    index: FxHashMap<CompactString, usize>,
}

impl Keys {
    const SCAN: usize = 16;

    fn push(&mut self, entry: Entry) -> Result<(), ParseError> {
        let entries = &self.map.entries;
        let first = if entries.len() < Self::SCAN {
            entries.iter().find(|known| known.key == entry.key)
        } else {
            if self.index.is_empty() {
                self.index = entries.iter().enumerate().map(|(at, known)| (known.key.clone(), at)).collect();
            }
            self.index.insert(entry.key.clone(), entries.len()).map(|at| &entries[at])
        };
        if let Some(first) = first {
            return Err(duplicate(&entry.key, entry.mark, first.mark));
        }
        self.map.entries.push(entry);
        Ok(())
    }
}

fn duplicate(key: &str, mark: Mark, first: Mark) -> ParseError {
    let message = format!("the key `{key}` stands twice in this map; it is already on line {}", first.line);
    ParseError::new(ParseErrorKind::DuplicateKey, mark, message)
        .also(first, "first defined here")
        .hint("Remove one of the two, or indent it if it belongs to another map.")
}

/// A scalar with its tag resolved as go-yaml v3 does.
fn scalar(tag: Option<&str>, text: &str, style: ScalarStyle, mark: Mark) -> Result<Loaded, ParseError> {
    let style = match style {
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
        _ => Style::Plain,
    };
    let mut merge_key = false;
    let mut string_key = true;
    let resolved = match tag.filter(|tag| *tag != "!") {
        None if style == Style::Plain => {
            merge_key = text == "<<";
            resolve_plain(text).tag()
        }
        None => Tag::Str,
        Some(tag) => {
            let tag =
                tag.strip_prefix("tag:yaml.org,2002:").or_else(|| tag.strip_prefix("!!")).unwrap_or(tag);
            merge_key = tag == "merge";
            string_key = tag == "str" || merge_key;
            explicit(tag, text, mark)?
        }
    };
    // Quotes around an explicit null say nothing; nulls in single quotes are those of flow collections.
    let style = if resolved == Tag::Null { Style::Plain } else { style };
    let node = Node::from(Scalar { text: CompactString::from(text), tag: resolved, style })
        .written(mark, super::super::Writer::Resource);
    Ok(Loaded { string_key: string_key && resolved == Tag::Str, merge_key, node })
}

/// The tag that a scalar gets from an explicit one; tags that nobody knows make strings.
fn explicit(tag: &str, text: &str, mark: Mark) -> Result<Tag, ParseError> {
    let found = resolve_plain(text);
    let (wanted, fits) = match tag {
        "str" => return Ok(Tag::Str),
        "binary" => return Ok(Tag::Binary),
        "null" => (Tag::Null, found == Resolved::Null),
        "bool" => (Tag::Bool, found.tag() == Tag::Bool),
        "int" => (Tag::Int, found.tag() == Tag::Int),
        "float" => (Tag::Float, matches!(found, Resolved::Float(_) | Resolved::Int(_))),
        "timestamp" => (Tag::Timestamp, timestamp::parse(text).is_some()),
        _ => return Ok(Tag::Str),
    };
    if fits {
        return Ok(wanted);
    }
    Err(ParseError::new(ParseErrorKind::Tag, mark, format!("`{text}` does not fit its tag `!!{tag}`"))
        .hint("Remove the tag, or write a value of that type."))
}

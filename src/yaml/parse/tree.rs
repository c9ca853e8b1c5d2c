//! Values on their way into the tree: tags, anchors, unique keys, merge keys and limits.

use super::failure::Failure;
use std::borrow::Cow;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::merge_key;
use super::properties::Properties;
use crate::base::Mark;
use crate::yaml::scalar::{Resolved, number, print, resolve_plain, timestamp};
use crate::yaml::{Entry, Limits, Mapping, Node, ParseErrorKind, Scalar, Style, Tag, Value, Writer};

/// What is left of the limits of one file, and how strict it is read.
pub(super) struct Budget {
    pub(super) limits: Limits,
    nodes: usize,
    alias_nodes: usize,
    /// Whether keys may be of any type and stand twice, and which value counts then.
    any_keys: Option<Twice>,
    /// The places of keys that stand twice, where the first value counts.
    pub(super) twice: Vec<Mark>,
}

/// Which value of a key that stands twice counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Twice {
    First,
    Last,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, nodes: 0, alias_nodes: 0, any_keys: None, twice: Vec::new() }
    }

    /// Lets keys stand twice, and takes keys of every type as text.
    pub(super) fn with_any_keys(self, twice: Twice) -> Self {
        Self { any_keys: Some(twice), ..self }
    }

    /// Whether brackets are kept in mind; the library for settings makes values of all there is.
    pub(super) fn keeps_brackets(&self) -> bool {
        self.any_keys != Some(Twice::Last)
    }

    /// Counts a value at a depth.
    pub(super) fn spend(&mut self, depth: usize, mark: Mark) -> Result<(), Failure> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            let message = format!("the file has more than {} values", self.limits.nodes);
            return Err(Failure::new(ParseErrorKind::Limit, mark, message)
                .hint("Split the file, or raise the limit with `--limit values=NUMBER`."));
        }
        self.check_depth(depth, mark)
    }

    /// Counts the copy of a value that an alias or a merge key makes.
    pub(super) fn spend_copy(&mut self, node: &Node, mark: Mark) -> Result<(), Failure> {
        let count = node.count();
        self.nodes += count;
        self.alias_nodes += count;
        if self.alias_nodes > self.limits.alias_nodes || self.nodes > self.limits.nodes {
            let message = format!("aliases expand to more than {} values", self.limits.alias_nodes);
            return Err(Failure::new(ParseErrorKind::Limit, mark, message)
                .hint("An anchor that repeats other anchors grows with every level: write the values out, or raise the limit with `--limit alias-values=NUMBER`."));
        }
        Ok(())
    }

    fn check_depth(&self, depth: usize, mark: Mark) -> Result<(), Failure> {
        if depth <= self.limits.depth {
            return Ok(());
        }
        let message = format!("values are nested more than {} levels deep", self.limits.depth);
        Err(Failure::new(ParseErrorKind::Limit, mark, message)
            .hint("Flatten the value, or raise the limit with `--limit depth=NUMBER`."))
    }
}

/// A value as read, with what matters when it is a key.
pub(super) struct Loaded {
    pub(super) node: Node,
    pub(super) string_key: bool,
    pub(super) merge_key: bool,
}

impl From<Node> for Loaded {
    fn from(node: Node) -> Self {
        Self { node, string_key: false, merge_key: false }
    }
}

/// What an anchor stands for.
enum Anchor {
    /// The anchored value is still being read.
    Open(Mark),
    Done {
        node: Node,
        depth: usize,
        string_key: bool,
    },
}

/// The anchors of a document.
#[derive(Default)]
pub(super) struct Anchors(FxHashMap<String, Anchor>);

impl Anchors {
    /// A collection starts that may have an anchor.
    pub(super) fn open(&mut self, properties: &Properties, mark: Mark) {
        if let Some(name) = &properties.anchor {
            self.0.insert(name.clone(), Anchor::Open(mark));
        }
    }

    /// The collection that started at `mark` is complete.
    pub(super) fn close(&mut self, properties: Properties, node: &Node, mark: Mark) {
        if let Some(name) = properties.anchor
            // A value inside may have taken the name; then the newer one keeps it.
            && matches!(self.0.get(&name), Some(Anchor::Open(open)) if *open == mark)
        {
            self.0.insert(name, Anchor::Done { depth: node.depth(), node: node.clone(), string_key: false });
        }
    }

    /// A scalar that may have an anchor is complete.
    pub(super) fn define(&mut self, properties: Properties, scalar: &Loaded) {
        if let Some(name) = properties.anchor {
            let (node, string_key) = (scalar.node.clone(), scalar.string_key);
            self.0.insert(name, Anchor::Done { node, depth: 1, string_key });
        }
    }

    /// A copy of the value of an anchor.
    pub(super) fn copy(
        &self,
        name: &str,
        mark: Mark,
        depth: usize,
        budget: &mut Budget,
    ) -> Result<Loaded, Failure> {
        match self.0.get(name) {
            None => {
                let message =
                    format!("the alias `*{name}` has no anchor `&{name}` before it in its document");
                Err(Failure::new(ParseErrorKind::Alias, mark, message)
                    .hint("Quote the text if it is not meant as an alias."))
            }
            Some(Anchor::Open(open)) => {
                let message = format!("the anchor `&{name}` contains itself");
                Err(Failure::new(ParseErrorKind::Alias, mark, message).also(*open, "the anchor"))
            }
            Some(Anchor::Done { node, depth: inner, string_key }) => {
                budget.check_depth(depth + inner - 1, mark)?;
                budget.spend_copy(node, mark)?;
                Ok(Loaded { node: node.clone(), string_key: *string_key, merge_key: false })
            }
        }
    }
}

/// A scalar with its tag resolved as go-yaml v3 does.
pub(super) fn scalar(
    tag: Option<&str>,
    text: Cow<'_, str>,
    style: Style,
    mark: Mark,
) -> Result<Loaded, Failure> {
    let mut merge_key = false;
    let mut string_key = true;
    let resolved = match tag.filter(|tag| *tag != "!") {
        None if style == Style::Plain => {
            merge_key = text == "<<";
            resolve_plain(&text).tag()
        }
        None => Tag::Str,
        Some(tag) => {
            let tag =
                tag.strip_prefix("tag:yaml.org,2002:").or_else(|| tag.strip_prefix("!!")).unwrap_or(tag);
            merge_key = tag == "merge";
            string_key = tag == "str" || merge_key;
            explicit(tag, &text, mark)?
        }
    };
    // Where the text alone would not be read back as what it is, the tag says it, as quotes would.
    let has_tag = tag.is_some() && (resolved == Tag::Timestamp || (resolved == Tag::Null && text.is_empty()));
    let style = match resolved {
        _ if has_tag => Style::Double,
        Tag::Null => Style::Plain,
        _ => style,
    };
    let node = Node::from(Scalar { text: CompactString::from(text), tag: resolved, style });
    let node = node.written(mark, Writer::Resource);
    Ok(Loaded { string_key: string_key && resolved == Tag::Str, merge_key, node })
}

/// The value where nothing is written.
pub(super) fn nothing(mark: Mark) -> Node {
    Node::from(Scalar { text: CompactString::default(), tag: Tag::Null, style: Style::Plain })
        .written(mark, Writer::Resource)
}

/// The tag that a scalar gets from an explicit one; tags that nobody knows make strings.
fn explicit(tag: &str, text: &str, mark: Mark) -> Result<Tag, Failure> {
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
    Err(Failure::new(ParseErrorKind::Tag, mark, format!("`{text}` does not fit its tag `!!{tag}`"))
        .hint("Remove the tag, or write a value of that type."))
}

/// The entries of a map while they are read.
#[derive(Default)]
pub(super) struct Entries {
    map: Mapping,
    /// Places of keys, once there are too many for a scan.
    index: FxHashMap<CompactString, usize>,
    merge: Option<(Mark, Node)>,
}

impl Entries {
    /// Keys are compared one by one up to this many.
    const SCAN: usize = 16;

    /// Adds an entry of a map at `depth`, 1 being the top of a document.
    pub(super) fn add(
        &mut self,
        key: Loaded,
        value: Node,
        depth: usize,
        budget: &mut Budget,
    ) -> Result<(), Failure> {
        let mark = key.node.mark;
        if key.merge_key {
            return match self.merge.replace((mark, value)) {
                Some((first, _)) => Err(duplicate("<<", mark, first)),
                None => Ok(()),
            };
        }
        let key = match budget.any_keys {
            Some(Twice::Last) => settings_key(key)?,
            Some(Twice::First) => patch_key(key)?,
            None => key_text(key, depth)?,
        };
        if key == "<<" {
            // kustomize takes the key out when it applies merge keys, also where quotes make it a plain key.
            return Ok(());
        }
        let entry = Entry::new(key, mark, value);
        let Some(twice) = budget.any_keys else { return self.push(entry) };
        match (self.map.position(&entry.key), twice) {
            (Some(at), Twice::Last) => self.map.entries[at] = entry,
            // The first one takes the key away from a map that is there, and the second puts it into a new one.
            (Some(at), Twice::First) if self.map.entries[at].value.is_null() => {
                return Err(duplicate(&entry.key, mark, self.map.entries[at].mark));
            }
            (Some(at), Twice::First) => budget.twice.push(self.map.entries[at].mark),
            (None, _) => self.map.entries.push(entry),
        }
        Ok(())
    }

    fn push(&mut self, entry: Entry) -> Result<(), Failure> {
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

    pub(super) fn finish(self, budget: &mut Budget) -> Result<Mapping, Failure> {
        match self.merge {
            Some((mark, value)) => merge_key::apply(self.map, value, mark, budget),
            None => Ok(self.map),
        }
    }
}

/// The text of a key; below the top level only strings are keys.
fn key_text(key: Loaded, depth: usize) -> Result<CompactString, Failure> {
    let what = key.node.kind_name();
    let refusal = |message: String| Failure::new(ParseErrorKind::KeyType, key.node.mark, message);
    match key.node.value {
        Value::Scalar(scalar) if key.string_key || (depth == 1 && scalar.tag != Tag::Null) => {
            Ok(match scalar.style {
                Style::Folded => CompactString::from(print::folded_key(&scalar.text)),
                _ => scalar.text,
            })
        }
        // A key that is not there at all, as in `? ` or `&anchor : x`, comes out as an empty text.
        // With a tag it is null.
        Value::Scalar(Scalar { text, tag: Tag::Null, style: Style::Plain }) if text.is_empty() => {
            Ok(CompactString::default())
        }
        Value::Scalar(scalar) => Err(refusal(format!("the key `{}` is {what}, not a string", scalar.text))
            .hint(format!("Write the key in quotes: `\"{}\"`.", scalar.text))),
        Value::Sequence(_) | Value::Mapping(_) => Err(complex_key(key.node.mark, what)),
    }
}

/// The text of a key in a patch, which may be a null that is written out: only putting it into an object fails.
fn patch_key(key: Loaded) -> Result<CompactString, Failure> {
    match key.node.value {
        Value::Scalar(Scalar { text, tag: Tag::Null, .. }) if !text.is_empty() => Ok(text),
        _ => key_text(key, 1),
    }
}

/// The text of a key in settings. Their library makes it from the value of the key, which may be a number or a boolean.
fn settings_key(key: Loaded) -> Result<CompactString, Failure> {
    let mark = key.node.mark;
    let Value::Scalar(scalar) = &key.node.value else { return key_text(key, 1) };
    let is_plain = scalar.style == Style::Plain;
    match scalar.resolve() {
        Resolved::Str if is_plain => {
            Ok(print::old_boolean(&scalar.text).map_or_else(|| scalar.text.clone(), CompactString::const_new))
        }
        Resolved::Bool(value) => Ok(CompactString::const_new(if value { "true" } else { "false" })),
        Resolved::Int(number) => Ok(compact_str::format_compact!("{number}")),
        Resolved::Float(number) if number.is_finite() => Ok(number::shortest_single(number).into()),
        Resolved::Null | Resolved::Uint(_) | Resolved::Float(_) => {
            let message = format!("the key `{}` is {}, not a string", scalar.text, key.node.kind_name());
            Err(Failure::new(ParseErrorKind::KeyType, mark, message).hint("Write the key in quotes."))
        }
        Resolved::Str | Resolved::Timestamp => Ok(scalar.text.clone()),
    }
}

/// A map or list where a key must be.
pub(super) fn complex_key(mark: Mark, what: &str) -> Failure {
    Failure::new(ParseErrorKind::KeyType, mark, format!("{what} stands where a key must be"))
        .hint("Quote text that starts with `{` or `[`.")
}

fn duplicate(key: &str, mark: Mark, first: Mark) -> Failure {
    let message = format!("the key `{key}` stands twice in this map; it is already on line {}", first.line);
    Failure::new(ParseErrorKind::DuplicateKey, mark, message)
        .also(first, "first defined here")
        .hint("Remove one of the two, or indent it if it belongs to another map.")
}

//! The node tree: values with the place that wrote them and the writers that they replaced.

use std::sync::Arc;

use compact_str::CompactString;

use super::scalar::{self, Resolved};
use super::{Fact, Items, SchemaComment};
use crate::base::Mark;

/// What kind of thing wrote a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Writer {
    /// A resource file: the text that stands there.
    #[default]
    Resource,
    /// A patch of any kind.
    Patch,
    /// A generator entry in a kustomization.
    Generator,
    /// A built-in transformer, asked for by a line in a kustomization.
    Transformer,
    /// The engine itself, following a reference to a renamed resource.
    Reference,
}

/// A value, the place that wrote it, and what it replaced.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where the text stands that gives the value.
    pub mark: Mark,
    /// What kind of thing wrote it.
    pub writer: Writer,
    /// The value that this one replaced, newest first.
    pub before: Option<Arc<Overwritten>>,
    /// Whether a step of the build wrote the scalar without saying that it is text: kustomize then takes whatever
    /// text comes here next for what it looks like.
    pub untyped: bool,
    /// Whether the collection is written between brackets. kustomize keeps that, and reads an empty value between
    /// brackets back as an empty text when it makes JSON of the object.
    pub flow: bool,
    /// The comment at the value, if it may be a schema.
    pub schema: Option<SchemaComment>,
}

/// A value that is no longer there, as blame remembers it.
#[derive(Clone, Debug)]
pub struct Overwritten {
    /// The old value: its text, or `{…}` and `[…]` for collections.
    pub text: CompactString,
    /// Where the old value was written.
    pub mark: Mark,
    /// What kind of thing wrote it.
    pub writer: Writer,
    /// The value before that.
    pub before: Option<Arc<Self>>,
}

/// The three shapes of YAML. Aliases and merge keys are resolved by the parser.
///
/// Equality is of meaning-bearing text: marks, writers and history do not take part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A single value.
    Scalar(Scalar),
    /// A list.
    Sequence(Items<Node>),
    /// A map, in the order of the text.
    Mapping(Mapping),
}

/// A scalar as written: its text, what the text means, and how it was quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text after unquoting, not normalised: `0x1F` stays `0x1F`.
    pub text: CompactString,
    /// What the text means, as go-yaml v3 resolves it.
    pub tag: Tag,
    /// How it was written.
    pub style: Style,
}

/// The type of a scalar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Tag {
    /// `!!null`
    Null,
    /// `!!bool`
    Bool,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!str`
    Str,
    /// `!!timestamp`
    Timestamp,
    /// `!!binary`
    Binary,
}

/// How a scalar was written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// The entries of a map, in the order of the text. Keys are unique.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Mapping {
    /// The entries.
    pub entries: Items<Entry>,
}

/// One `key: value` of a map.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key. Keys that are not strings are refused by the parser with their place.
    pub key: CompactString,
    /// Where the key stands.
    pub mark: Mark,
    /// The value.
    pub value: Node,
    /// Whether a step of the build made the key: kustomize then writes it without quotes, and no longer
    /// takes it for text when it looks like a number or another value.
    pub bare: bool,
    /// The comment at the key, if it may be a schema.
    pub schema: Option<SchemaComment>,
}

impl Entry {
    /// An entry without a comment.
    #[must_use]
    pub fn new(key: impl Into<CompactString>, mark: Mark, value: Node) -> Self {
        Self { key: key.into(), mark, value, schema: None, bare: false }
    }

    /// An entry whose key a step of the build made.
    #[must_use]
    pub fn made(key: impl Into<CompactString>, mark: Mark, value: Node) -> Self {
        Self { bare: true, ..Self::new(key, mark, value) }
    }

    /// Whether kustomize fails on the key; at the top of an object it takes every key for text but null.
    #[must_use]
    pub fn has_lost_quotes(&self, at_top: bool) -> bool {
        let tag = if self.bare { scalar::tag_of_plain(&self.key) } else { Tag::Str };
        if at_top { tag == Tag::Null } else { tag != Tag::Str }
    }
}

impl Node {
    /// The first `.inf` or `.nan` in here.
    #[must_use]
    pub fn first_endless_number(&self) -> Option<&Self> {
        match &self.value {
            Value::Scalar(scalar) => {
                matches!(scalar.resolve(), Resolved::Float(number) if !number.is_finite()).then_some(self)
            }
            Value::Sequence(items) => items.iter().find_map(Self::first_endless_number),
            Value::Mapping(map) => map.iter().find_map(|entry| entry.value.first_endless_number()),
        }
    }

    /// Whether a scalar in here has a text that its type does not allow, such as a number `blue`.
    #[must_use]
    pub fn has_mistyped_scalar(&self) -> bool {
        match &self.value {
            Value::Scalar(scalar) => scalar.is_mistyped(),
            Value::Sequence(items) => items.iter().any(Self::has_mistyped_scalar),
            Value::Mapping(map) => map.iter().any(|entry| entry.value.has_mistyped_scalar()),
        }
    }

    /// The first entry of an object whose key has lost its quotes; see [`Entry::has_lost_quotes`].
    #[must_use]
    pub fn entry_without_quotes(&self) -> Option<&Entry> {
        // What is allowed at the top alone is rare.
        if self.is_quoted() { None } else { self.find_without_quotes(true) }
    }

    /// Whether no key in here has lost its quotes, were this not the top of an object.
    fn is_quoted(&self) -> bool {
        match &self.value {
            Value::Scalar(_) => true,
            Value::Sequence(items) => items.has(Fact::Quoted, |items| items.iter().all(Self::is_quoted)),
            Value::Mapping(map) => map.entries.has(Fact::Quoted, |entries| {
                entries.iter().all(|entry| !entry.has_lost_quotes(false) && entry.value.is_quoted())
            }),
        }
    }

    fn find_without_quotes(&self, at_top: bool) -> Option<&Entry> {
        match &self.value {
            Value::Scalar(_) => None,
            Value::Sequence(items) => items.iter().find_map(|item| item.find_without_quotes(false)),
            Value::Mapping(map) => map.iter().find_map(|entry| {
                let inside = || entry.value.find_without_quotes(false);
                if entry.has_lost_quotes(at_top) { Some(entry) } else { inside() }
            }),
        }
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.value == other.value
    }
}

impl Eq for Entry {}

/// Nodes are equal when their values are; where and by whom they were written does not matter.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Node {}

impl Default for Value {
    fn default() -> Self {
        Self::Scalar(Scalar { text: CompactString::default(), tag: Tag::Null, style: Style::Plain })
    }
}

impl Default for Mark {
    fn default() -> Self {
        Self::NONE
    }
}

impl Value {
    /// What blame shows of a value: the text of a scalar, `{…}` or `[…]` for a collection.
    #[must_use]
    pub fn summary(&self) -> CompactString {
        match self {
            Self::Scalar(scalar) if scalar.tag == Tag::Null => CompactString::const_new("null"),
            Self::Scalar(scalar) => scalar.text.clone(),
            Self::Sequence(items) if items.is_empty() => CompactString::const_new("[]"),
            Self::Mapping(map) if map.is_empty() => CompactString::const_new("{}"),
            Self::Sequence(_) => CompactString::const_new("[…]"),
            Self::Mapping(_) => CompactString::const_new("{…}"),
        }
    }
}

impl Scalar {
    /// A string; it is quoted on output when it would read as something else.
    pub fn string(text: impl Into<CompactString>) -> Self {
        Self { text: text.into(), tag: Tag::Str, style: Style::Double }
    }

    /// Text as a person writes it without quotes: the text decides what it means.
    pub fn plain(text: impl Into<CompactString>) -> Self {
        let text = text.into();
        Self { tag: scalar::tag_of_plain(&text), text, style: Style::Plain }
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Self { value, ..Self::default() }
    }
}

impl From<Mapping> for Node {
    fn from(map: Mapping) -> Self {
        Self::from(Value::Mapping(map))
    }
}

impl From<Scalar> for Node {
    fn from(scalar: Scalar) -> Self {
        Self::from(Value::Scalar(scalar))
    }
}

impl From<Vec<Self>> for Node {
    fn from(items: Vec<Self>) -> Self {
        Self::from(Value::Sequence(items.into()))
    }
}

/// Constructors: nodes made in memory, without a place.
impl Node {
    /// A string.
    pub fn string(text: impl Into<CompactString>) -> Self {
        Self::from(Scalar::string(text))
    }

    /// An unquoted scalar whose type follows from its text: `3` is a number, `true` a boolean.
    pub fn plain(text: impl Into<CompactString>) -> Self {
        Self::from(Scalar::plain(text))
    }

    /// A whole number.
    #[must_use]
    pub fn int(number: i64) -> Self {
        let text = compact_str::format_compact!("{number}");
        Self::from(Scalar { text, tag: Tag::Int, style: Style::Plain })
    }

    /// A boolean.
    #[must_use]
    pub fn bool(value: bool) -> Self {
        let text = CompactString::const_new(if value { "true" } else { "false" });
        Self::from(Scalar { text, tag: Tag::Bool, style: Style::Plain })
    }

    /// The null value.
    #[must_use]
    pub fn null() -> Self {
        let text = CompactString::const_new("null");
        Self::from(Scalar { text, tag: Tag::Null, style: Style::Plain })
    }

    /// An empty map.
    #[must_use]
    pub fn mapping() -> Self {
        Self::from(Mapping::default())
    }

    /// An empty list.
    #[must_use]
    pub fn sequence() -> Self {
        Self::from(Value::Sequence(Items::default()))
    }

    /// The same value, said to be written at `mark` by `writer`.
    #[must_use]
    pub fn written(mut self, mark: Mark, writer: Writer) -> Self {
        self.mark = mark;
        self.writer = writer;
        self
    }
}

/// Reading.
impl Node {
    /// The scalar, if this is one.
    #[must_use]
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// The text of a scalar of any type other than null, as written.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        self.as_scalar().filter(|scalar| scalar.tag != Tag::Null).map(|scalar| scalar.text.as_str())
    }

    /// The text of a string; `None` for numbers, booleans and everything else.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.as_scalar().filter(|scalar| scalar.tag == Tag::Str).map(|scalar| scalar.text.as_str())
    }

    /// The value of a boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.as_scalar()?.resolve() {
            Resolved::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The value of a whole number that fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self.as_scalar()?.resolve() {
            Resolved::Int(number) => Some(number),
            _ => None,
        }
    }

    /// The items, if this is a list.
    #[must_use]
    pub fn as_sequence(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            Value::Scalar(_) | Value::Mapping(_) => None,
        }
    }

    /// The items, if this is a list, to change them.
    pub fn as_sequence_mut(&mut self) -> Option<&mut Vec<Self>> {
        match &mut self.value {
            Value::Sequence(items) => Some(items),
            Value::Scalar(_) | Value::Mapping(_) => None,
        }
    }

    /// The map, if this is one.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(map) => Some(map),
            Value::Scalar(_) | Value::Sequence(_) => None,
        }
    }

    /// The map, if this is one, to change it.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        match &mut self.value {
            Value::Mapping(map) => Some(map),
            Value::Scalar(_) | Value::Sequence(_) => None,
        }
    }

    /// The value under a key; `None` when this is not a map or the key is absent.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_mapping()?.get(key)
    }

    /// The value under a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        self.as_mapping_mut()?.get_mut(key)
    }

    /// The value at the end of a chain of keys.
    #[must_use]
    pub fn get_path(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Whether this is null (also an empty value: `key:`). What nobody gave a type is not null, whatever it looks like.
    #[must_use]
    pub fn is_null(&self) -> bool {
        !self.untyped && matches!(&self.value, Value::Scalar(scalar) if scalar.tag == Tag::Null)
    }

    /// Whether this is an empty map or an empty list.
    #[must_use]
    pub fn is_empty_collection(&self) -> bool {
        match &self.value {
            Value::Scalar(_) => false,
            Value::Sequence(items) => items.is_empty(),
            Value::Mapping(map) => map.is_empty(),
        }
    }

    /// What the node is, for messages: `a map`, `a list`, `a string`, `null`...
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match &self.value {
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a map",
            Value::Scalar(scalar) => match scalar.tag {
                Tag::Null => "null",
                Tag::Bool => "a boolean",
                Tag::Int | Tag::Float => "a number",
                Tag::Str => "a string",
                Tag::Timestamp => "a date",
                Tag::Binary => "binary data",
            },
        }
    }

    /// Levels of nesting: 1 for a scalar or an empty collection.
    #[must_use]
    pub fn depth(&self) -> usize {
        1 + match &self.value {
            Value::Scalar(_) => 0,
            Value::Sequence(items) => items.iter().map(Self::depth).max().unwrap_or(0),
            Value::Mapping(map) => map.iter().map(|entry| entry.value.depth()).max().unwrap_or(0),
        }
    }

    /// Number of nodes in the tree, this one included; keys are not counted.
    #[must_use]
    pub fn count(&self) -> usize {
        1 + match &self.value {
            Value::Scalar(_) => 0,
            Value::Sequence(items) => items.iter().map(Self::count).sum(),
            Value::Mapping(map) => map.iter().map(|entry| entry.value.count()).sum(),
        }
    }
}

/// Changing.
impl Node {
    /// Puts `new` in place of the value and remembers the old one, and who wrote it, in [`Node::before`].
    ///
    /// Places and history inside of `new` are kept as they are. A nothing that the same place has made only to be
    /// filled is not worth remembering.
    pub fn overwrite(&mut self, new: Value, mark: Mark, writer: Writer) {
        let is_nothing = self.is_null() || self.is_empty_collection() || self.as_text() == Some("");
        if is_nothing && self.mark == mark && self.writer == writer && mark != Mark::NONE {
            self.value = new;
            self.untyped = false;
            self.flow = false;
            return;
        }
        let before = Overwritten {
            text: self.value.summary(),
            mark: self.mark,
            writer: self.writer,
            before: self.before.take(),
        };
        *self = Self { value: new, mark, writer, before: Some(Arc::new(before)), ..Self::default() };
    }

    /// As [`Self::overwrite`] with a node that knows its own place and writer; its history comes first.
    pub fn replace_with(&mut self, new: Self) {
        let newer = new.before.clone();
        self.overwrite(new.value, new.mark, new.writer);
        self.flow = new.flow;
        self.schema = new.schema;
        let Some(newer) = newer else { return };
        let mut chain: Vec<Overwritten> = Vec::new();
        let mut next = Some(newer);
        while let Some(link) = next {
            next = link.before.clone();
            chain.push(Overwritten { before: None, ..(*link).clone() });
        }
        self.before = chain
            .into_iter()
            .rev()
            .fold(self.before.take(), |before, link| Some(Arc::new(Overwritten { before, ..link })));
    }

    /// Says of every node of the tree that `mark` and `writer` wrote it.
    pub fn rewrite_origin(&mut self, mark: Mark, writer: Writer) {
        self.mark = mark;
        self.writer = writer;
        match &mut self.value {
            Value::Scalar(_) => {}
            Value::Sequence(items) => items.iter_mut().for_each(|item| item.rewrite_origin(mark, writer)),
            Value::Mapping(map) => {
                for entry in &mut map.entries {
                    entry.mark = mark;
                    entry.value.rewrite_origin(mark, writer);
                }
            }
        }
    }

    /// Puts every place in the tree to where `relocate` says.
    pub fn relocate(&mut self, relocate: &dyn Fn(Mark) -> Mark) {
        self.mark = relocate(self.mark);
        match &mut self.value {
            Value::Scalar(_) => {}
            Value::Sequence(items) => items.iter_mut().for_each(|item| item.relocate(relocate)),
            Value::Mapping(map) => {
                for entry in &mut map.entries {
                    entry.mark = relocate(entry.mark);
                    entry.value.relocate(relocate);
                }
            }
        }
    }

    /// Takes all comments out of the tree, as a way over JSON does.
    pub fn forget_schemas(&mut self) {
        if !SchemaComment::any() {
            return;
        }
        self.schema = None;
        match &mut self.value {
            Value::Scalar(_) => {}
            Value::Sequence(items) => items.iter_mut().for_each(Self::forget_schemas),
            Value::Mapping(map) => {
                for entry in &mut map.entries {
                    entry.schema = None;
                    entry.value.forget_schemas();
                }
            }
        }
    }

    /// Says of every node of the tree what kind of thing wrote it, and leaves the places as they are.
    pub fn set_writer(&mut self, writer: Writer) {
        self.writer = writer;
        match &mut self.value {
            Value::Scalar(_) => {}
            Value::Sequence(items) => items.iter_mut().for_each(|item| item.set_writer(writer)),
            Value::Mapping(map) => {
                map.entries.iter_mut().for_each(|entry| entry.value.set_writer(writer));
            }
        }
    }
}

//! The node tree: values with the place that wrote them and the writers that they replaced.

use std::sync::Arc;

use compact_str::CompactString;

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
    pub before: Option<Arc<Overwritten>>,
}

/// The three shapes of YAML. Aliases and merge keys are resolved by the parser.
#[derive(Clone, Debug)]
pub enum Value {
    /// A single value.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
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
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// The entries.
    pub entries: Vec<Entry>,
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
}

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

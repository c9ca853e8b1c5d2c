//! The value that an edit writes: a scalar with its type, a list or a map.

use std::fmt;

use crate::yaml::scalar::tag_of_plain;
use crate::yaml::{Style, Tag};

use super::error::{EditError, EditProblem};
use super::find;
use super::print::on_one_line;
use super::scalar::Place;
use super::tree::{Content, NodeId, Tree};

/// A value to be written into YAML text.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EditValue {
    /// Nothing: `null`.
    Null,
    /// A number, boolean or date, as it is to be written: its text must mean that type without quotes.
    Plain(String),
    /// A string; quotes are chosen so that it is read back as a string.
    Text(String),
    /// A list.
    Sequence(Vec<Self>),
    /// A map, in the order in which it is to be written.
    Mapping(Vec<(String, Self)>),
}

impl EditValue {
    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A map with one entry.
    pub fn entry(key: impl Into<String>, value: Self) -> Self {
        Self::Mapping(vec![(key.into(), value)])
    }

    /// What a scalar text means when it is typed without quotes: `6` is a number, `on-call` a string.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        match tag_of_plain(text) {
            Tag::Null => Self::Null,
            Tag::Str => Self::Text(text.to_owned()),
            Tag::Bool | Tag::Int | Tag::Float | Tag::Timestamp | Tag::Binary => Self::Plain(text.to_owned()),
        }
    }

    /// The value of a YAML text: a scalar, a list or a map, in brackets or in lines.
    ///
    /// # Errors
    ///
    /// [`EditError`] when the text is not YAML, or uses an alias or a key that is not a single value.
    pub fn from_yaml(text: &str) -> Result<Self, EditError> {
        let tree = find::read(text)?;
        match tree.root {
            Some(root) => from_node(&tree, root),
            None => Ok(Self::Null),
        }
    }

    /// The type of a scalar; `None` for lists and maps.
    #[must_use]
    pub fn tag(&self) -> Option<Tag> {
        match self {
            Self::Null => Some(Tag::Null),
            Self::Plain(text) => Some(tag_of_plain(text)),
            Self::Text(_) => Some(Tag::Str),
            Self::Sequence(_) | Self::Mapping(_) => None,
        }
    }
}

fn from_node(tree: &Tree<'_>, id: NodeId) -> Result<EditValue, EditError> {
    let refused = |what: &str| {
        Err(find::error(
            tree,
            tree.node(id).start,
            EditProblem::Syntax(format!("{what} cannot be used here")),
        ))
    };
    match &tree.node(id).content {
        _ if tree.is_null(id) => Ok(EditValue::Null),
        Content::Alias(_) => refused("an alias"),
        Content::Scalar { .. } if tree.node(id).tag.is_some() => refused("a tag"),
        Content::Scalar { text, style: Style::Plain } => Ok(EditValue::typed(text)),
        Content::Scalar { text, .. } => Ok(EditValue::text(text)),
        Content::Sequence { items, .. } => {
            let items: Result<Vec<EditValue>, EditError> =
                items.iter().map(|item| from_node(tree, item.value)).collect();
            items.map(EditValue::Sequence)
        }
        Content::Mapping { entries, .. } => {
            let entries = entries.iter().map(|entry| match tree.key_text(entry) {
                Some(key) => Ok((key.to_owned(), from_node(tree, entry.value)?)),
                None => refused("a key that is a list or a map").map(|value| (String::new(), value)),
            });
            entries.collect::<Result<Vec<(String, EditValue)>, EditError>>().map(EditValue::Mapping)
        }
    }
}

impl From<i64> for EditValue {
    fn from(number: i64) -> Self {
        Self::Plain(number.to_string())
    }
}

impl From<&str> for EditValue {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

/// The value on one line, as it stands outside of brackets.
impl fmt::Display for EditValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&on_one_line(self, Style::Plain, Place::Block))
    }
}

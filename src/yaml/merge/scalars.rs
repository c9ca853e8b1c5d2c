//! What a scalar means once it stands in the place of another one, whose quotes it takes over.

use crate::base::FileId;
use crate::yaml::scalar::tag_of_plain;
use crate::yaml::{Limits, Node, Scalar, Style, Tag, Value, parse};

/// Gives `new` the quotes or brackets of the value that it replaces. Quotes decide: a number in the place of a quoted
/// text is text, while a text stays text without quotes. Brackets around nothing do not count.
pub(super) fn take_over_style(new: &mut Node, old: &Node) {
    if !old.is_empty_collection() {
        new.flow = old.flow;
    }
    let style = match &old.value {
        // Quotes around nothing say that it is null.
        Value::Scalar(scalar) if scalar.tag == Tag::Null => Style::Plain,
        Value::Scalar(scalar) => scalar.style,
        Value::Sequence(_) | Value::Mapping(_) => Style::Plain,
    };
    if let Value::Scalar(scalar) = &mut new.value {
        scalar.style = style;
        if style != Style::Plain && tag_of_plain(&scalar.text) == scalar.tag {
            scalar.tag = Tag::Str;
        }
    }
}

/// Puts quotes around text that an older reader of YAML would take for something else, as kustomize does with
/// every value that it sets. They stay there for whatever is set in this place later.
pub(super) fn quote_if_ambiguous(node: &mut Node) {
    let untyped = node.untyped;
    if let Value::Scalar(scalar) = &mut node.value
        && (scalar.tag == Tag::Str || untyped)
        && scalar.style == Style::Plain
        && is_ambiguous(scalar)
    {
        scalar.tag = Tag::Str;
        scalar.style = Style::Double;
    }
}

/// A string as kustomize's setters make it: without quotes unless it is ambiguous, and a literal block when it has
/// several lines. What a patch puts in its place later takes these quotes over.
#[must_use]
pub fn set_string(text: &str) -> Scalar {
    let style = if text.contains('\n') { Style::Literal } else { Style::Plain };
    let scalar = Scalar { text: text.into(), tag: Tag::Str, style };
    if is_ambiguous(&scalar) { Scalar { style: Style::Double, ..scalar } } else { scalar }
}

/// Words that are booleans in YAML 1.1, beside `true` and `false`.
const OLD_BOOLEANS: [&str; 18] = [
    "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF", "<<",
    "=",
];

/// Whether text without quotes is anything but text in YAML 1.1.
fn is_ambiguous(scalar: &Scalar) -> bool {
    let text = scalar.text.as_str();
    if text.is_empty() || memchr::memchr(b'\n', text.as_bytes()).is_some() {
        return false;
    }
    (text.len() <= 3 && OLD_BOOLEANS.contains(&text))
        || match tag_of_plain(text) {
            Tag::Str => is_structure(text),
            // The older reader sees the date and gives text all the same.
            Tag::Timestamp => false,
            _ => true,
        }
}

/// Whether text without quotes is a list, a map or nothing at all. What cannot be read is text.
fn is_structure(text: &str) -> bool {
    let may_be = text.starts_with(['#', '{', '['])
        || text.starts_with("- ")
        || text.starts_with("? ")
        || text.contains(": ")
        || text.ends_with(':');
    may_be
        && parse(text.as_bytes(), FileId::NONE, &Limits::default()).is_ok_and(|documents| {
            documents.first().is_none_or(|document| document.as_scalar().is_none() || document.is_null())
        })
}

/// A scalar whose text stands without quotes, or within the given ones.
pub(super) fn bare(text: &str, style: Style) -> Scalar {
    let tag = if style == Style::Plain { tag_of_plain(text) } else { Tag::Str };
    Scalar { text: text.into(), tag, style }
}

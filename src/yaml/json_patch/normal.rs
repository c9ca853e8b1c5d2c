//! The form that an object has after kustomize wrote it as JSON and read it back.

use compact_str::CompactString;

use crate::yaml::scalar::number::shortest;
use crate::yaml::scalar::print::{self, Printed};
use crate::yaml::scalar::{Resolved, tag_of_plain};
use crate::yaml::{Fact, Fault, Node, Scalar, Style, Tag, Value};

/// Brings a tree into normal form: numbers as floating-point numbers in Go's shortest spelling, everything else
/// that is not a boolean or null as a string, and quotes only where a string needs them.
///
/// # Errors
///
/// A [`Fault`] for values that JSON cannot hold.
pub fn to_normal_form(node: &mut Node) -> Result<(), Fault> {
    normalise(node, false)
}

fn normalise(node: &mut Node, in_flow: bool) -> Result<(), Fault> {
    // Most of a tree is in normal form, and stays shared with other builds when nobody touches it.
    if !in_flow && is_normal_form(node) {
        return Ok(());
    }
    node.untyped = false;
    let in_flow = in_flow || node.flow;
    // What is empty is written as `{}` and `[]`, and comes back between brackets.
    node.flow = node.is_empty_collection();
    match &mut node.value {
        Value::Sequence(items) => items.iter_mut().try_for_each(|item| normalise(item, in_flow)),
        Value::Mapping(map) => {
            map.entries.iter_mut().try_for_each(|entry| normalise(&mut entry.value, in_flow))
        }
        Value::Scalar(scalar) => {
            if let Some(normal) =
                normal(scalar, in_flow).map_err(|reason| Fault::new("json-patch/value", node.mark, reason))?
            {
                *scalar = normal;
            }
            Ok(())
        }
    }
}

/// Whether a tree is in normal form; see [`to_normal_form`].
#[must_use]
pub fn is_normal_form(node: &Node) -> bool {
    !node.untyped
        && node.flow == node.is_empty_collection()
        && match &node.value {
            Value::Sequence(items) => items.has(Fact::NormalForm, |items| items.iter().all(is_normal_form)),
            Value::Mapping(map) => map
                .entries
                .has(Fact::NormalForm, |entries| entries.iter().all(|entry| is_normal_form(&entry.value))),
            Value::Scalar(scalar) => matches!(normal(scalar, false), Ok(None)),
        }
}

/// The normal form of a scalar, `None` when it has it already.
fn normal(scalar: &Scalar, in_flow: bool) -> Result<Option<Scalar>, String> {
    let plain = |text: CompactString| {
        let tag = tag_of_plain(&text);
        Some(Scalar { text, tag, style: Style::Plain })
    };
    if scalar.tag == Tag::Str && scalar.style != Style::Folded {
        return Ok(string(&scalar.text, scalar.style));
    }
    if scalar.style == Style::Plain && is_usual(scalar) {
        return Ok(None);
    }
    #[expect(clippy::cast_precision_loss, reason = "this is what kustomize does to numbers")]
    let number = match scalar.resolve() {
        Resolved::Bool(value) => return Ok(plain(if value { "true" } else { "false" }.into())),
        Resolved::Null if !(in_flow && print::is_quoted_in_flow(scalar)) => return Ok(plain("null".into())),
        Resolved::Int(number) => number as f64,
        Resolved::Uint(number) => number as f64,
        Resolved::Float(number) => number,
        Resolved::Null | Resolved::Timestamp | Resolved::Str => {
            return match print::print(scalar, in_flow).map_err(|reason| reason.to_string())? {
                Printed::Text(text) | Printed::Value(text) => {
                    Ok(Some(string(&text, Style::Plain).unwrap_or_else(|| as_string(&text, Style::Plain))))
                }
            };
        }
    };
    if !number.is_finite() {
        return Err("`.inf` and `.nan` cannot be written as JSON".to_owned());
    }
    Ok(plain(shortest(number).into()))
}

/// Whether this is a boolean, a null or a small whole number in its usual spelling, as nearly all are.
fn is_usual(scalar: &Scalar) -> bool {
    match (scalar.tag, scalar.text.as_bytes()) {
        (Tag::Bool, text) => matches!(text, b"true" | b"false"),
        (Tag::Null, text) => text == b"null",
        (Tag::Int, b"0") => true,
        // A million is written with an exponent.
        (Tag::Int, text @ [b'1'..=b'9', rest @ ..]) => text.len() <= 6 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// A string with the quotes that it needs, `None` when it has just those.
fn string(text: &str, style: Style) -> Option<Scalar> {
    if style == Style::Plain && print::is_word(text) {
        return None;
    }
    let wanted = if text.contains('\n') {
        Style::Literal
    } else if print::needs_quotes(text) || !can_be_plain(text) {
        Style::Double
    } else {
        Style::Plain
    };
    (wanted != style).then(|| as_string(text, wanted))
}

fn as_string(text: &str, style: Style) -> Scalar {
    Scalar { text: text.into(), tag: Tag::Str, style }
}

/// Characters that mean something else at the start of a value.
const INDICATORS: &str = "#,[]{}&*!|>'\"%@`";

/// Whether a text of one line can stand without quotes, as far as its signs are concerned.
pub(crate) fn can_be_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let is_odd_start = INDICATORS.contains(first)
        || (matches!(first, '-' | '?' | ':') && text[1..].chars().next().is_none_or(char::is_whitespace))
        || text.starts_with("---")
        || text.starts_with("...");
    !is_odd_start
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && !text.ends_with(':')
        && !text.contains(": ")
        && !text.contains(":\t")
        && !text.contains(" #")
        && !text.contains("\t#")
        && !text.chars().any(char::is_control)
}

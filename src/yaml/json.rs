//! Trees as JSON: the compact text that Go writes (name hashes are made from it), and JSON values both ways.

use std::fmt::Write as _;

use serde_json::{Map, Number, Value as Json};

use super::emit::EmitError;
use super::scalar::print::{self, Printed, Unprintable};
use super::scalar::{Resolved, number};
use super::{Entry, Mapping, Node, Scalar, Style, Tag, Value};
use crate::base::Mark;

/// Appends the tree as Go's `encoding/json` writes it: no spaces, keys in byte order, `<`, `>`, `&`, U+2028
/// and U+2029 as escapes.
///
/// # Errors
///
/// [`EmitError`] for `.inf`, `.nan` and broken `!!binary`, as kustomize fails on them.
pub fn write_json(node: &Node, out: &mut String) -> Result<(), EmitError> {
    write_json_in(node, false, out)
}

/// As [`write_json`]; `in_flow` says whether something above the tree was written between brackets.
///
/// # Errors
///
/// As [`write_json`].
pub fn write_json_in(node: &Node, in_flow: bool, out: &mut String) -> Result<(), EmitError> {
    let in_flow = in_flow || node.flow;
    match &node.value {
        Value::Scalar(scalar) => match plain_value(scalar, in_flow, node.mark)? {
            Json::Null => out.push_str("null"),
            Json::Bool(value) => out.push_str(if value { "true" } else { "false" }),
            Json::String(text) => write_json_string(&text, out),
            // Go's spelling of floats is not that of the library.
            other => match scalar.resolve() {
                Resolved::Float(float) => out.push_str(&number::json_float(float).unwrap_or_default()),
                _ => out.push_str(&other.to_string()),
            },
        },
        Value::Sequence(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json_in(item, in_flow, out)?;
            }
            out.push(']');
        }
        Value::Mapping(map) => {
            let mut entries: Vec<&Entry> = map.iter().collect();
            entries.sort_unstable_by(|left, right| left.key.cmp(&right.key));
            out.push('{');
            for (index, entry) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json_string(&entry.key, out);
                out.push(':');
                write_json_in(&entry.value, in_flow, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

/// Appends a text as a JSON string with Go's escapes.
pub fn write_json_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// The tree as a JSON value, keys in the order of the tree; whole numbers are integers however they were written.
///
/// # Errors
///
/// As [`write_json`].
pub fn to_json(node: &Node) -> Result<Json, EmitError> {
    value_of(node, false)
}

fn value_of(node: &Node, in_flow: bool) -> Result<Json, EmitError> {
    let in_flow = in_flow || node.flow;
    Ok(match &node.value {
        Value::Scalar(scalar) => plain_value(scalar, in_flow, node.mark)?,
        Value::Sequence(items) => {
            Json::Array(items.iter().map(|item| value_of(item, in_flow)).collect::<Result<_, _>>()?)
        }
        Value::Mapping(map) => {
            let entries =
                map.iter().map(|entry| Ok((entry.key.to_string(), value_of(&entry.value, in_flow)?)));
            Json::Object(entries.collect::<Result<Map<_, _>, EmitError>>()?)
        }
    })
}

fn plain_value(scalar: &Scalar, in_flow: bool, mark: Mark) -> Result<Json, EmitError> {
    let refusal = |reason| EmitError { mark, reason };
    if scalar.tag == Tag::Str {
        return Ok(Json::String(scalar.text.to_string()));
    }
    Ok(match scalar.resolve() {
        Resolved::Null if !(in_flow && print::is_quoted_in_flow(scalar)) => Json::Null,
        Resolved::Bool(value) => Json::Bool(value),
        Resolved::Int(number) => Json::Number(number.into()),
        Resolved::Uint(number) => Json::Number(number.into()),
        Resolved::Float(float) => {
            let text = number::yaml_float(float).ok_or(refusal(Unprintable::NotFinite))?;
            let whole =
                text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from));
            whole.ok().or_else(|| Number::from_f64(float)).map_or(Json::Null, Json::Number)
        }
        Resolved::Null | Resolved::Timestamp | Resolved::Str => {
            match print::print(scalar, in_flow).map_err(refusal)? {
                Printed::Text(text) | Printed::Value(text) => Json::String(text.into_owned()),
            }
        }
    })
}

/// Gives a tree the form that it has when its values become JSON, not its text, and that is read as YAML: between
/// brackets, all text in quotes, numbers as JSON has them.
///
/// # Errors
///
/// As [`write_json`].
pub fn read_back(node: &mut Node) -> Result<(), EmitError> {
    node.flow = node.as_scalar().is_none();
    node.untyped = false;
    let mark = node.mark;
    match &mut node.value {
        Value::Sequence(items) => items.iter_mut().try_for_each(read_back),
        Value::Mapping(map) => map.entries.iter_mut().try_for_each(|entry| {
            entry.bare = false;
            read_back(&mut entry.value)
        }),
        Value::Scalar(scalar) => {
            if matches!(scalar.style, Style::Literal | Style::Folded) {
                scalar.style = Style::Double;
            }
            let printed = match scalar.resolve() {
                Resolved::Float(float) if scalar.tag == Tag::Float => {
                    number::json_float(float).map(|text| Printed::Value(text.into()))
                }
                _ => None,
            };
            let printed = match printed {
                Some(printed) => printed,
                None => print::print(scalar, false).map_err(|reason| EmitError { mark, reason })?,
            };
            *scalar = match printed {
                Printed::Text(text) => Scalar::string(text.into_owned()),
                Printed::Value(text) => Scalar::plain(text.into_owned()),
            };
            Ok(())
        }
    }
}

/// The tree of a JSON value, made in memory: without places.
#[must_use]
pub fn from_json(value: &Json) -> Node {
    match value {
        Json::Null => Node::null(),
        Json::Bool(value) => Node::bool(*value),
        Json::Number(number) => {
            let tag = if number.is_f64() { Tag::Float } else { Tag::Int };
            Node::from(Scalar { text: number.to_string().into(), tag, style: Style::Plain })
        }
        Json::String(text) => Node::string(text.as_str()),
        Json::Array(items) => Node::from(items.iter().map(from_json).collect::<Vec<_>>()),
        Json::Object(entries) => {
            let entry =
                |(key, value): (&String, &Json)| Entry::new(key.as_str(), Mark::NONE, from_json(value));
            Node::from(entries.iter().map(entry).collect::<Mapping>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::FileId;
    use crate::yaml::{Limits, parse};

    fn read(text: &str) -> Node {
        parse(text.as_bytes(), FileId::NONE, &Limits::default()).unwrap().remove(0)
    }

    #[test]
    fn json_text_is_what_go_writes() {
        let node = read(
            "{b: 0x1F, a: '<&>', c: 1.0, d: 1e21, e: 1e-7, f: [~, true, 2020-01-01], g: \"\\u2028\\x01\\x0c\\x7f\", h: -0.0}",
        );
        let mut out = String::new();
        write_json(&node, &mut out).unwrap();
        assert_eq!(
            out,
            "{\"a\":\"\\u003c\\u0026\\u003e\",\"b\":31,\"c\":1,\"d\":1e+21,\"e\":1e-7,\
             \"f\":[null,true,\"2020-01-01T00:00:00Z\"],\"g\":\"\\u2028\\u0001\\f\u{7f}\",\"h\":-0}"
        );
    }

    #[test]
    fn values_survive_the_way_to_json_and_back() {
        let value = serde_json::json!({"a": [1, 1.5, "1", null, true], "b": {"c": "x"}, "d": 18_446_744_073_709_551_615_u64});
        assert_eq!(to_json(&from_json(&value)).unwrap(), value);
        assert_eq!(to_json(&read("a: 1.0")).unwrap(), serde_json::json!({"a": 1}));
    }
}

//! Writing into JSON or YAML that is the text of a field.

use std::fmt::Write as _;

use super::FieldPath;
use super::target::{Writing, documents, set_text};
use crate::yaml::field_path::{Created, PathMatcher, lookup};
use crate::yaml::json_patch::can_be_plain;
use crate::yaml::scalar::tag_of_plain;
use crate::yaml::{
    Fault, Limits, Node, Scalar, Style, Tag, Value, Writer,
    json::{write_json_in, write_json_string},
    write_json,
};

/// Writes to a path that leads into the text of a field. Returns false, and changes nothing, when it does not, or
/// when the value cannot be put there.
///
/// # Errors
///
/// A [`Fault`] when the text is YAML in a form that cannot be written back as kustomize would write it.
pub(super) fn set(
    node: &mut Node,
    path: &FieldPath,
    writing: Writing<'_>,
    created: Option<Created>,
) -> Result<bool, Fault> {
    let parts = path.matcher.parts();
    let Some(length) = (1..parts.len()).find(|length| holds_text(node, &parts[..*length], writing.limits))
    else {
        return Ok(false);
    };
    let (outer, inner) = parts.split_at(length);
    let Ok(Some(field)) = lookup(node, outer) else { return Ok(false) };
    let Some(scalar) = field.as_scalar().cloned() else { return Ok(false) };
    let Some(mut tree) = read(&scalar.text, writing.limits) else { return Ok(false) };
    let before = tree.clone();
    let is_json = is_json(&scalar.text);
    let mut fits = true;
    let set = &mut |field: &mut Node| {
        fits &= put(field, writing.value, is_json);
        Ok(())
    };
    let nothing_inside = |_: &Node, _: &[String]| Ok(0);
    let found =
        PathMatcher::of_parts(inner.to_vec()).visit_mut::<Fault>(&mut tree, created, set, &nothing_inside);
    if !fits || !found.is_ok_and(|found| found > 0) {
        return Ok(false);
    }
    let Some(text) = write(&tree, &before, &scalar.text, path)? else { return Ok(false) };
    let mut written = false;
    PathMatcher::of_parts(exact(outer)).visit_mut::<Fault>(
        node,
        None,
        &mut |field| {
            let untyped = field.untyped;
            let old = field.as_scalar().filter(|_| !written);
            if let Some(new) = old.and_then(|old| set_text(old, &text, untyped)) {
                written = true;
                field.overwrite(Value::Scalar(new), path.mark, Writer::Transformer);
                field.untyped = untyped;
            }
            Ok(())
        },
        &nothing_inside,
    )?;
    Ok(written)
}

/// The same parts for a matcher: a value in brackets is text there, not a pattern.
fn exact(parts: &[String]) -> Vec<String> {
    let quoted = |part: &String| match part.split_once('=') {
        Some((key, value)) if part.starts_with('[') && part.ends_with(']') => {
            format!("{key}=^\\Q{}\\E$]", value.trim_end_matches(']'))
        }
        _ => part.clone(),
    };
    parts.iter().map(quoted).collect()
}

fn holds_text(node: &Node, parts: &[String], limits: &Limits) -> bool {
    let Ok(Some(field)) = lookup(node, parts) else { return false };
    field.as_scalar().is_some_and(|scalar| documents(&scalar.text, limits).is_some())
}

/// The tree in a text; `None` when there is none.
pub(super) fn read(text: &str, limits: &Limits) -> Option<Node> {
    if text.trim().is_empty() {
        return None;
    }
    documents(text, limits)?.into_iter().next().or_else(|| Some(Node::null()))
}

/// Whether a text is written as JSON.
fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Puts the value into a field of the text; false when its type does not allow it. YAML keeps a type that the
/// text does not have by writing it down: `!!int x`.
fn put(field: &mut Node, value: &Node, is_json: bool) -> bool {
    match &field.value {
        Value::Scalar(old) => {
            let text = value.as_scalar().map_or("", |scalar| scalar.text.as_str());
            match set_text(old, text, field.untyped) {
                Some(new) => field.value = Value::Scalar(new),
                None if is_json || old.style != Style::Plain || !(text.is_empty() || is_word(text)) => {
                    return false;
                }
                None => {
                    let text = format!("{} {text}", tag_name(old.tag)).trim_end().into();
                    field.value = Value::Scalar(Scalar { text, tag: Tag::Str, style: Style::Plain });
                }
            }
        }
        Value::Sequence(_) | Value::Mapping(_) => {
            field.value = value.value.clone();
            field.flow = value.flow;
        }
    }
    true
}

/// Whether a text stands for itself behind a tag.
fn is_word(text: &str) -> bool {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_' | '/' | ':');
    text.starts_with(|sign: char| sign.is_ascii_alphanumeric())
        && text.chars().all(is_plain)
        && !text.ends_with(':')
}

/// Whether a text is one that [`put`] wrote a tag into.
fn is_tagged(text: &str) -> bool {
    text.starts_with("!!")
}

fn tag_name(tag: Tag) -> &'static str {
    match tag {
        Tag::Null => "!!null",
        Tag::Bool => "!!bool",
        Tag::Int => "!!int",
        Tag::Float => "!!float",
        Tag::Str => "!!str",
        Tag::Timestamp => "!!timestamp",
        Tag::Binary => "!!binary",
    }
}

/// The text of the changed tree, in the form of the original.
fn write(tree: &Node, before: &Node, original: &str, path: &FieldPath) -> Result<Option<String>, Fault> {
    let mut out = String::new();
    if is_json(original) {
        let is_pretty = original.contains('\n') && original.contains("  ");
        let written =
            if is_pretty { pretty_json(tree, 0, &mut out) } else { write_json(tree, &mut out).ok() };
        return Ok(written.map(|()| out));
    }
    // What is put below a null gets lost.
    if tree.is_null() && tag_of_plain(original.trim()) == Tag::Null {
        return Ok(Some(original.trim().to_owned()));
    }
    // The form of YAML is free. It is written back only if the unchanged text comes out as it is.
    let mut unchanged = String::new();
    block(before, 0, &mut unchanged);
    if unchanged.trim() != original.trim() || has_brackets(tree) {
        let message = format!("the YAML text that `{}` leads into cannot be written back exactly", path.text);
        return Err(Fault::new("replacement/text-form", path.mark, message).hint(
            "Write it in block style, indented by two, with lists at the indentation of their key and without comments.",
        ));
    }
    block(tree, 0, &mut out);
    Ok(Some(out.trim().to_owned()))
}

/// Whether a collection that is not empty was written between brackets, which [`block`] would not write.
fn has_brackets(node: &Node) -> bool {
    (node.flow && !node.is_empty_collection())
        || match &node.value {
            Value::Scalar(_) => false,
            Value::Sequence(items) => items.iter().any(has_brackets),
            Value::Mapping(map) => map.iter().any(|entry| has_brackets(&entry.value)),
        }
}

/// JSON as Go indents it.
fn pretty_json(node: &Node, depth: usize, out: &mut String) -> Option<()> {
    let indent = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    match &node.value {
        Value::Sequence(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                indent(out, depth + 1);
                pretty_json(item, depth + 1, out)?;
            }
            indent(out, depth);
            out.push(']');
        }
        Value::Mapping(map) if !map.is_empty() => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by(|left, right| left.key.cmp(&right.key));
            for (index, entry) in entries.into_iter().enumerate() {
                out.push(if index == 0 { '{' } else { ',' });
                indent(out, depth + 1);
                write_json_string(&entry.key, out);
                out.push_str(": ");
                pretty_json(&entry.value, depth + 1, out)?;
            }
            indent(out, depth);
            out.push('}');
        }
        // JSON is a tree between brackets.
        Value::Scalar(_) | Value::Sequence(_) | Value::Mapping(_) => write_json_in(node, true, out).ok()?,
    }
    Some(())
}

/// YAML in block style with keys in their order, as kustomize's library writes what it has read.
fn block(node: &Node, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    match &node.value {
        Value::Mapping(map) if !map.is_empty() => {
            for (index, entry) in map.iter().enumerate() {
                if index > 0 || !at_line_start(out) {
                    out.push_str(if at_line_start(out) || out.ends_with("- ") { "" } else { "\n" });
                }
                if !out.ends_with("- ") {
                    out.push_str(&pad);
                }
                let _ = write!(out, "{}:", entry.key);
                value(&entry.value, depth, out);
            }
        }
        Value::Sequence(items) if !items.is_empty() => {
            for item in items {
                if !at_line_start(out) && !out.ends_with("- ") {
                    out.push('\n');
                }
                if !out.ends_with("- ") {
                    out.push_str(&pad);
                }
                out.push_str("- ");
                match &item.value {
                    Value::Scalar(scalar) => scalar_text(scalar, depth + 1, out),
                    Value::Mapping(map) if map.is_empty() => out.push_str("{}"),
                    Value::Sequence(items) if items.is_empty() => out.push_str("[]"),
                    Value::Mapping(_) | Value::Sequence(_) => block(item, depth + 1, out),
                }
            }
        }
        Value::Mapping(_) => out.push_str("{}"),
        Value::Sequence(_) => out.push_str("[]"),
        Value::Scalar(scalar) => scalar_text(scalar, depth, out),
    }
}

/// The value of a key, behind its colon.
fn value(node: &Node, depth: usize, out: &mut String) {
    match &node.value {
        Value::Mapping(map) if !map.is_empty() => block(node, depth + 1, out),
        Value::Sequence(items) if !items.is_empty() => block(node, depth, out),
        Value::Scalar(scalar) if scalar.text.is_empty() && scalar.tag == Tag::Null => {}
        Value::Scalar(scalar) => {
            out.push(' ');
            scalar_text(scalar, depth + 1, out);
        }
        Value::Mapping(_) => out.push_str(" {}"),
        Value::Sequence(_) => out.push_str(" []"),
    }
}

fn scalar_text(scalar: &Scalar, depth: usize, out: &mut String) {
    match scalar.style {
        Style::Plain if scalar.tag == Tag::Str && tag_of_plain(&scalar.text) != Tag::Str => {
            let _ = write!(out, "\"{}\"", scalar.text);
        }
        Style::Plain if scalar.tag == Tag::Str && !is_tagged(&scalar.text) && !can_be_plain(&scalar.text) => {
            let _ = write!(out, "'{}'", scalar.text.replace('\'', "''"));
        }
        Style::Plain => out.push_str(&scalar.text),
        Style::Single => {
            let _ = write!(out, "'{}'", scalar.text.replace('\'', "''"));
        }
        Style::Double => {
            let _ = write!(out, "\"{}\"", scalar.text.replace('\\', "\\\\").replace('"', "\\\""));
        }
        Style::Literal | Style::Folded => {
            out.push_str(if scalar.style == Style::Literal { "|" } else { ">" });
            if !scalar.text.ends_with('\n') {
                out.push('-');
            }
            for line in scalar.text.trim_end_matches('\n').split('\n') {
                out.push('\n');
                if !line.is_empty() {
                    out.push_str(&"  ".repeat(depth));
                    out.push_str(line);
                }
            }
        }
    }
}

fn at_line_start(out: &str) -> bool {
    out.is_empty() || out.ends_with('\n')
}

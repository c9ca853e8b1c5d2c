//! Setting values the way kustomize's field setters do.

use compact_str::CompactString;

use crate::base::Mark;
use crate::yaml::merge::set_string;
use crate::yaml::{Fault, Node, Scalar, Style, Tag, Value, Writer, scalar};

/// Puts text of a type into a scalar or null; a list or a map there is an error.
///
/// Without a `tag` the type follows from the text, unless the old value was quoted.
///
/// # Errors
///
/// A [`Fault`] when the node is no scalar.
pub(super) fn scalar(node: &mut Node, text: &str, tag: Option<Tag>, mark: Mark) -> Result<(), Fault> {
    let Value::Scalar(old) = &node.value else {
        let message = format!("a single value was expected here, not {}", node.kind_name());
        return Err(Fault::new("transform/wrong-kind", node.mark, message)
            .hint("Correct the field spec that leads here, or the value."));
    };
    let style = old.style;
    let untyped = tag.is_none();
    let tag = match tag {
        _ if style != Style::Plain => Tag::Str,
        Some(tag) => tag,
        None => scalar::tag_of_plain(text),
    };
    if old.text == text && old.tag == tag {
        node.untyped = untyped;
        return Ok(());
    }
    let was_just_made = old.text.is_empty()
        && node.before.is_none()
        && (node.mark, node.writer) == (mark, Writer::Transformer);
    let value = Value::Scalar(Scalar { text: CompactString::from(text), tag, style });
    if was_just_made {
        node.value = value;
    } else {
        node.overwrite(value, mark, Writer::Transformer);
    }
    node.untyped = untyped;
    Ok(())
}

/// Puts a string under a key of a map; null stays null, anything else is an error. Returns whether the key is new.
///
/// # Errors
///
/// A [`Fault`] when the node is neither a map nor null.
pub(super) fn entry(node: &mut Node, key: &str, text: &str, mark: Mark) -> Result<bool, Fault> {
    if node.is_null() {
        return Ok(false);
    }
    let (kind, at) = (node.kind_name(), node.mark);
    let Some(map) = node.as_mapping_mut() else {
        return Err(Fault::new("transform/wrong-kind", at, format!("a map was expected here, not {kind}"))
            .hint("Correct the field spec that leads here, or the value."));
    };
    let mut scalar = set_string(text);
    match map.get_mut(key) {
        Some(old) if old.as_str() == Some(text) => {}
        Some(old) => {
            if let Some(old) = old.as_scalar() {
                scalar.style = old.style;
            }
            old.overwrite(Value::Scalar(scalar), mark, Writer::Transformer);
        }
        None => {
            map.set(
                CompactString::from(key),
                Node::from(Value::Scalar(scalar)).written(mark, Writer::Transformer),
            );
            return Ok(true);
        }
    }
    Ok(false)
}

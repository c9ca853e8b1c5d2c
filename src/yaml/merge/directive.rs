//! `$patch` directives: found, understood, and taken out of the patch.

use super::list::remove_matching;
use crate::yaml::{Fault, Mapping, Node, Value};

/// What a map or a list of a patch says about itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Directive {
    Merge,
    Replace,
    Delete,
}

const KEY: &str = "$patch";

const WORDS: [(&str, Directive); 3] =
    [("merge", Directive::Merge), ("replace", Directive::Replace), ("delete", Directive::Delete)];

/// The directive of a map, which is taken out of it.
pub(super) fn of_mapping(map: &mut Mapping) -> Result<Directive, Fault> {
    let Some(value) = map.get(KEY) else { return Ok(Directive::Merge) };
    let directive = read(value)?;
    map.remove(KEY);
    Ok(directive)
}

/// The directive of a list, which is an item of its own: `- $patch: replace`. It is taken out.
pub(super) fn of_sequence(items: &mut Vec<Node>) -> Result<Directive, Fault> {
    let Some(item) = items.iter().find(|item| item.get(KEY).is_some()) else {
        return Ok(Directive::Merge);
    };
    // With other keys beside it, it is the directive of that item.
    if item.as_mapping().is_none_or(|map| map.len() > 1) {
        return Ok(Directive::Merge);
    }
    let Some(value) = item.get(KEY) else { return Ok(Directive::Merge) };
    let directive = read(value)?;
    let text = text_of(value).to_owned();
    remove_matching(items, &[KEY], &[text]);
    Ok(directive)
}

fn read(value: &Node) -> Result<Directive, Fault> {
    let text = text_of(value);
    WORDS.iter().find(|(word, _)| *word == text).map(|(_, directive)| *directive).ok_or_else(|| {
        Fault::new("patch/unknown-directive", value.mark, format!("`$patch: {text}` is no directive"))
            .hint("Write `$patch: delete`, `$patch: replace` or `$patch: merge`.")
    })
}

fn text_of(node: &Node) -> &str {
    match &node.value {
        Value::Scalar(scalar) => &scalar.text,
        Value::Sequence(_) | Value::Mapping(_) => "",
    }
}

//! The hash of a ConfigMap's or Secret's content that becomes part of its name.

use sha2::{Digest, Sha256};

use super::Resource;
use super::resource::metadata;
use crate::yaml::emit::EmitError;
use crate::yaml::json::{write_json, write_json_string};
use crate::yaml::{Fault, Node};

/// The ten letters and digits that stand for the content of a resource.
///
/// # Errors
///
/// A [`Fault`] when the content has no JSON form, or the kind is one that nothing generates.
pub(crate) fn of(resource: &Resource) -> Result<String, Fault> {
    let node = resource.node();
    let text = match resource.id().kind.as_str() {
        "ConfigMap" => encode(node, &["binaryData", "data", "kind", "name"], "ConfigMap"),
        "Secret" => encode(node, &["data", "kind", "name", "stringData", "type"], "Secret"),
        kind => {
            let message = format!("the name of a {kind} cannot carry a hash of its content");
            return Err(Fault::new("hash/kind", node.mark, message));
        }
    };
    let text = text.map_err(|error| Fault::new("hash/content", error.mark, error.to_string()))?;
    let digest = Sha256::digest(text.as_bytes());
    Ok(digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).take(10).map(letter).collect())
}

/// The hexadecimal digits without those that could be read as words or numbers.
fn letter(digit: u8) -> char {
    match digit {
        0 => 'g',
        1 => 'h',
        3 => 'k',
        10 => 'm',
        14 => 't',
        _ => char::from_digit(u32::from(digit), 16).unwrap_or('?'),
    }
}

/// The fields as one JSON object. `name` is always empty: kustomize looks for it where it never is.
///
/// case: hash/name-does-not-count
fn encode(node: &Node, fields: &[&str], kind: &str) -> Result<String, EmitError> {
    let mut out = String::from("{");
    for field in fields {
        let value = node.get(field);
        let is_optional = matches!(*field, "binaryData" | "stringData");
        if is_optional && value.is_none_or(|value| value.as_scalar().is_some()) {
            continue;
        }
        if out.len() > 1 {
            out.push(',');
        }
        write_json_string(field, &mut out);
        out.push(':');
        match (*field, value) {
            ("kind", _) => write_json_string(kind, &mut out),
            ("name", _) | (_, None) => out.push_str("\"\""),
            (_, Some(value)) if value.as_scalar().is_some() => {
                write_json_string(metadata::text(value), &mut out);
            }
            // Only a map is read back from the JSON of the field.
            (_, Some(value)) if value.as_sequence().is_some() => out.push_str("null"),
            (_, Some(value)) => write_json(value, &mut out)?,
        }
    }
    out.push('}');
    Ok(out)
}

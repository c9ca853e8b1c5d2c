//! Reading the built-in table of Kubernetes types; its format is described in its own first lines.

use compact_str::CompactString;

use super::{Schema, Shape, TypeId};

const TABLE: &str = include_str!("kubernetes/table.txt");

/// The start of the names of all definitions, which the table leaves out.
const PREFIX: &str = "io.k8s.";

/// Reads the table. It is part of the program, so lines that make no sense are left out; a test reads it strictly.
pub(super) fn read() -> Schema {
    let mut schema = Schema::default();
    // Numbers in the table mean the types that it names, so those come first.
    let named = TABLE.lines().filter(|line| line.starts_with("@ ")).count();
    schema.types.resize(named, Shape::Opaque);
    let mut current = None;
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let Some((first, rest)) = line.split_once(' ') else { continue };
        match first {
            "@" => {
                let number = current.map_or(0, |number: usize| number + 1);
                let id = TypeId(u32::try_from(number).unwrap_or(u32::MAX));
                schema.named.insert(compact_str::format_compact!("{PREFIX}{rest}"), id);
                current = Some(number);
            }
            "=" => {
                if let Some((number, resource)) = rest.split_once(' ')
                    && let Ok(number) = number.parse()
                {
                    schema.resources.insert(resource.into(), TypeId(number));
                }
            }
            "+" | "-" => {
                let mut words = rest.split(' ');
                let api_version = words.next().unwrap_or_default();
                for kind in words {
                    schema.namespaced.insert(super::resource_key(api_version, kind), first == "+");
                }
            }
            key => {
                if let (Some(number), Some(id)) = (current, shape(rest, &mut schema)) {
                    add_field(&mut schema.types[number], key, id);
                }
            }
        }
    }
    schema
}

/// The table has the fields of a type in the order of their keys.
fn add_field(shape: &mut Shape, key: &str, id: TypeId) {
    match shape {
        Shape::Map { fields, .. } => fields.push((key.into(), id)),
        other => *other = Shape::Map { fields: vec![(key.into(), id)], others: None },
    }
}

fn shape(text: &str, schema: &mut Schema) -> Option<TypeId> {
    let shape = if let Some(rest) = text.strip_prefix('{') {
        Shape::Map { fields: Vec::new(), others: shape(rest, schema) }
    } else if let Some(rest) = text.strip_prefix("[!") {
        let (keys, items) = rest.split_once(';')?;
        let keys = keys.split(',').filter(|key| !key.is_empty()).map(CompactString::from).collect();
        Shape::List { items: shape(items, schema), merge: Some(keys) }
    } else if let Some(rest) = text.strip_prefix('[') {
        Shape::List { items: shape(rest, schema), merge: None }
    } else if matches!(text, "." | "*") {
        Shape::Opaque
    } else {
        return text.parse().ok().map(TypeId);
    };
    Some(schema.add(shape))
}

//! From the documents of a file to resources: lists are unrolled, empty documents dropped, the rest checked.

use std::collections::VecDeque;

use super::{Resource, metadata};
use crate::yaml::json::read_back;
use crate::yaml::{Fault, Node, Value, is_one_document};

/// The resources in the documents of one file, whose text is given too.
///
/// As in kustomize an object whose kind ends in `List` and that has `items` stands for its items, which come
/// after all other documents of the file; without `items` it is an object like any other. It is taken apart as JSON, except
/// for a `List` that is all of its file.
///
/// # Errors
///
/// A [`Fault`] for a document that is no object, has no kind or no name.
pub(crate) fn resources_of(documents: Vec<Node>, text: &[u8]) -> Result<Vec<Resource>, Fault> {
    let mut queue = VecDeque::new();
    for mut document in documents {
        if is_wrapper(&document) && is_one_document(text) {
            for item in items_of(&mut document, true)? {
                check_and_queue(item, &mut queue)?;
            }
        } else {
            check_and_queue(document, &mut queue)?;
        }
    }
    let mut resources = Vec::with_capacity(queue.len());
    while let Some(mut node) = queue.pop_front() {
        if !metadata::top_field(&node, "kind").ends_with("List") || node.get("items").is_none() {
            // Only a list can be without; kustomize makes the map to keep a note in it for a while.
            if let Some(object) = node.as_mapping_mut().filter(|object| !object.contains("metadata")) {
                object.set("metadata", Node::mapping());
            }
            resources.push(Resource::read(node));
            continue;
        }
        for mut item in items_of(&mut node, false)? {
            read_back(&mut item).map_err(|error| {
                Fault::new("resource/items", error.mark, format!("the item cannot be JSON: {error}"))
            })?;
            item.forget_schemas();
            check_and_queue(item, &mut queue)?;
        }
    }
    Ok(resources)
}

/// Whether this is one of the lists that kustomize's reader of files takes apart.
fn is_wrapper(node: &Node) -> bool {
    matches!(metadata::top_field(node, "kind"), "List" | "ResourceList")
        && (node.get("items").is_some() || node.get("functionConfig").is_some())
}

/// The items of a list, which are taken out of it. With `lenient` text in their place counts as none.
fn items_of(node: &mut Node, lenient: bool) -> Result<Vec<Node>, Fault> {
    let Some(items) = node.as_mapping_mut().and_then(|map| map.remove("items")) else {
        return Ok(Vec::new());
    };
    match items.value {
        Value::Sequence(items) => Ok(items.into_iter().collect()),
        Value::Scalar(_) if lenient || items.is_null() => Ok(Vec::new()),
        Value::Scalar(_) | Value::Mapping(_) => {
            let message = format!("`items` of a list must be a list, not {}", items.kind_name());
            Err(Fault::new("resource/items", items.mark, message))
        }
    }
}

fn check_and_queue(node: Node, queue: &mut VecDeque<Node>) -> Result<(), Fault> {
    if node.is_null() || node.is_empty_collection() {
        return Ok(());
    }
    check(&node)?;
    queue.push_back(node);
    Ok(())
}

/// Checks that an object says what it is and how it is called.
///
/// # Errors
///
/// A [`Fault`] that names what is missing.
pub(crate) fn check(node: &Node) -> Result<(), Fault> {
    let Some(object) = node.as_mapping() else {
        return Err(Fault::new(
            "resource/no-object",
            node.mark,
            format!("this is {}, not a Kubernetes object", node.kind_name()),
        )
        .hint(
            "List only files with Kubernetes objects, each with `apiVersion`, `kind` and `metadata.name`.",
        ));
    };
    let is_there =
        |key: &str| object.get(key).is_some_and(|value| !value.is_null() && !value.is_empty_collection());
    if !is_there("apiVersion") && !is_there("kind") && !is_there("metadata") {
        return Err(Fault::new(
            "resource/no-object",
            node.mark,
            "this is not a Kubernetes object: it has neither `apiVersion` nor `kind` nor `metadata`",
        )
        .hint("Files that are not Kubernetes objects cannot be resources; patches belong under `patches`."));
    }
    let kind = object.get("kind").map_or("", metadata::text_unless_null);
    if kind.is_empty() {
        return Err(Fault::new("resource/no-kind", node.mark, "the object has no `kind`"));
    }
    if !kind.ends_with("List") && metadata::field(node, "name").is_empty() {
        let fault = Fault::new("resource/no-name", node.mark, format!("the {kind} has no `metadata.name`"));
        return Err(match metadata::field(node, "generateName") {
            "" => fault,
            _ => fault.hint("kustomize needs a `name`; `generateName` is not enough."),
        });
    }
    Ok(())
}

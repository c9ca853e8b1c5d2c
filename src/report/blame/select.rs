//! Choosing one value of a blame: by its line, or by its resource and path.

use super::{Blame, BlamedResource, Writing, path};
use crate::base::{Diagnostic, nearest};
use crate::yaml::Node;

/// A value that was asked for.
#[derive(Clone, Debug)]
pub struct Selected {
    /// `Kind/name` of its resource.
    pub resource: String,
    /// Its path.
    pub path: String,
    /// Everything that ever wrote it, oldest first.
    pub history: Vec<Writing>,
}

/// The value that a line shows; lines are counted from 1.
///
/// # Errors
///
/// When there is no such line, or it shows no value.
pub fn at_line(blame: &Blame, number: usize) -> Result<Selected, Diagnostic> {
    let line = number.checked_sub(1).and_then(|index| blame.lines.get(index));
    let line = line.ok_or_else(|| {
        let message = format!("there is no line {number}: the manifests have {}", blame.lines.len());
        Diagnostic::error("blame/no-line", message).hint("Lines are counted from 1.")
    })?;
    match line.resource.and_then(|index| blame.resources.get(index)) {
        Some(resource) => Ok(Selected {
            resource: resource.to_string(),
            path: line.path.clone(),
            history: line.history.clone(),
        }),
        None => {
            let message = format!("line {number} only separates two resources");
            Err(Diagnostic::error("blame/no-value", message).hint("Name another line."))
        }
    }
}

/// The value at `Kind/name:path`, or `Kind/namespace/name:path` where the name alone is not clear. The resource can be
/// left out when there is only one.
///
/// # Errors
///
/// When there is no such resource or value, or several resources could be meant.
pub fn at_path(blame: &Blame, text: &str) -> Result<Selected, Diagnostic> {
    find(blame, text).map(|(selected, _)| selected)
}

/// As [`at_path`], with the value in one line: the text of a scalar, a collection as JSON.
///
/// # Errors
///
/// As [`at_path`].
pub fn value_at(blame: &Blame, text: &str) -> Result<(Selected, String), Diagnostic> {
    find(blame, text).map(|(selected, node)| (selected, super::one_line(node)))
}

fn find<'b>(blame: &'b Blame, text: &str) -> Result<(Selected, &'b Node), Diagnostic> {
    // Names may have colons themselves.
    let known = text.match_indices(':').find_map(|(at, _)| {
        resource_named(blame, &text[..at]).ok().map(|resource| (resource, &text[at + 1..]))
    });
    let (resource, path) = match known.map_or_else(|| text.split_once(':').map(Err), |known| Some(Ok(known)))
    {
        Some(Ok(known)) => known,
        Some(Err((resource, path))) => (resource_named(blame, resource)?, path),
        None if text.contains('/') && !text.contains(['.', '[']) => (resource_named(blame, text)?, ""),
        None => match blame.resources.as_slice() {
            [only] => (only, text),
            resources => {
                let message = format!("`{text}` names no resource, and there are {}", resources.len());
                return Err(Diagnostic::error("blame/no-resource", message)
                    .hint("Write the resource before the path: `Deployment/web:spec.replicas`."));
            }
        },
    };
    let (node, entry) = path::follow(resource.resource.node(), path)?;
    let key = entry.map_or(node.mark, |entry| entry.mark);
    let history = blame.places.history(node, key);
    Ok((Selected { resource: resource.to_string(), path: path.to_owned(), history }, node))
}

fn resource_named<'b>(blame: &'b Blame, name: &str) -> Result<&'b BlamedResource, Diagnostic> {
    let full = |own: &BlamedResource| {
        own.namespace.as_ref().map(|space| format!("{}/{space}/{}", own.kind, own.name))
    };
    let fits = |own: &&BlamedResource| own.to_string() == name || full(own).as_deref() == Some(name);
    let fitting: Vec<&BlamedResource> = blame.resources.iter().filter(fits).collect();
    match fitting.as_slice() {
        [only] => Ok(only),
        [] => {
            let known: Vec<String> = blame.resources.iter().map(ToString::to_string).collect();
            let problem =
                Diagnostic::error("blame/no-resource", format!("there is no `{name}` in the manifests"));
            Err(match nearest::nearest(name, known.iter().map(String::as_str)) {
                Some(near) => problem.hint(format!("Did you mean `{near}`?")),
                None => problem.hint(format!("There are {}.", known.join(", "))),
            })
        }
        several => {
            let names: Vec<String> = several.iter().filter_map(|own| full(own)).collect();
            Err(Diagnostic::error("blame/several-resources", format!("`{name}` could be several resources"))
                .hint(format!("Write one of {}.", names.join(", "))))
        }
    }
}

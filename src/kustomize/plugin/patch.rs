//! Patches configured by objects, brought into the form that kustomizations use for them.

use crate::kustomize::kustomization::{Inline, Reader};
use crate::yaml::{Fault, Mapping, Node};

/// A map with those fields that are named in `renames`, under their new names.
///
/// # Errors
///
/// A [`Fault`] when the node is no map.
pub(crate) fn normalised(node: &Node, renames: &[(&'static str, &'static str)]) -> Result<Node, Fault> {
    let known: Vec<&'static str> = renames.iter().map(|(old, _)| *old).collect();
    let mut map = Mapping::default();
    for (name, entry) in Reader::Plugin.fields(node, "the transformer", &known)? {
        if let Some((_, new)) = renames.iter().find(|(old, _)| *old == name) {
            map.set(*new, entry.value.clone());
        }
    }
    Ok(Node::from(map).written(node.mark, node.writer))
}

/// The patches of a strategic merge transformer: its `paths`, then the text of its `patches`.
///
/// # Errors
///
/// A [`Fault`] when a field is of the wrong type.
pub(crate) fn strategic_merge_texts(node: &Node) -> Result<Vec<Inline>, Fault> {
    let (mut paths, mut patches) = (Vec::new(), None);
    for (name, entry) in Reader::Plugin.fields(node, "the transformer", &["paths", "patches"])? {
        match name {
            "paths" => paths = Inline::list(Reader::Plugin, &entry.value, "`paths`")?,
            _ => {
                let value = Reader::Plugin.string(&entry.value, "`patches`")?;
                patches = (!value.is_empty()).then(|| Inline::whole(&entry.value));
            }
        }
    }
    paths.extend(patches);
    Ok(paths)
}

//! Writing one value, such as the name of a project, into fields of many objects.

use super::namespace::Namespace;
use super::{about, set};
use crate::base::Mark;
use crate::kustomize::resource::ResourceMap;
use crate::kustomize::select::Selector;
use crate::yaml::field_path::spec::CreatedKind;
use crate::yaml::field_path::{self, Created, PathMatcher};
use crate::yaml::{Fault, Node, Tag, Writer};

/// A value to write.
#[derive(Clone, Debug, Default)]
pub(crate) struct ValueAdd {
    /// The value.
    pub(crate) value: String,
    /// The place that asks for it.
    pub(crate) mark: Mark,
    /// Where to write it.
    pub(crate) targets: Vec<Target>,
}

/// Where to write the value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target {
    /// The objects; `None` for all.
    pub(crate) selector: Option<Selector>,
    /// The field, with slashes between keys.
    pub(crate) field: String,
    /// When above 0, the value becomes this part of the file path that the field holds.
    pub(crate) position: usize,
}

impl ValueAdd {
    /// Writes the value into every target.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when a field is no single value.
    pub(crate) fn apply(&self, resources: &mut ResourceMap) -> Result<(), Fault> {
        for target in &self.targets {
            let path = path_of(&target.field);
            for resource in resources.iter_mut() {
                if let Some(selector) = &target.selector
                    && !selector.matches(resource)?
                {
                    continue;
                }
                let result = if target.field == "metadata/namespace" {
                    let namespace =
                        Namespace { name: self.value.clone(), mark: self.mark, ..Namespace::default() };
                    namespace.apply_to(resource)
                } else {
                    resource.update(|node| self.write(&path, target.position, node))
                };
                result.map_err(|fault| about(fault, resource))?;
            }
        }
        Ok(())
    }

    fn write(&self, path: &PathMatcher, position: usize, node: &mut Node) -> Result<(), Fault> {
        let created =
            Created { kind: CreatedKind::Scalar(Tag::Null), mark: self.mark, writer: Writer::Transformer };
        let mut set = |node: &mut Node| {
            let old = node.as_scalar().map_or("", |scalar| scalar.text.as_str());
            let new =
                if position == 0 { self.value.clone() } else { insert_part(old, position - 1, &self.value) };
            set::scalar(node, &new, None, self.mark)
        };
        let inside = |node: &Node, _: &[String]| {
            let message = format!("{} stands where the path of a value goes on", node.kind_name());
            Err(Fault::new("transform/wrong-kind", node.mark, message))
        };
        path.visit_mut(node, Some(created), &mut set, &inside).map(|_| ())
    }
}

/// The keys and items of a path with slashes. Items are compared as a whole here, without patterns.
fn path_of(text: &str) -> PathMatcher {
    let parts = field_path::split(text, '/').into_iter().filter(|part| !part.trim().is_empty());
    let exact = |part: String| match part
        .strip_prefix('[')
        .and_then(|part| part.strip_suffix(']')?.split_once('='))
    {
        Some((key, value)) => format!("[{key}=^{}$]", regex::escape(value)),
        None => part,
    };
    PathMatcher::of_parts(parts.map(exact).collect())
}

/// A file path with `part` at a position; one that is too large means the end. An absolute path stays absolute.
fn insert_part(path: &str, position: usize, part: &str) -> String {
    let (root, rest) = match path.strip_prefix('/') {
        Some(rest) => ("/", rest),
        None => ("", path),
    };
    let mut parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    parts.insert(position.min(parts.len()), part);
    format!("{root}{}", parts.join("/"))
}

//! Changing one field that holds a name, or a map with a name and a namespace.

use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::PlacesByName;
use crate::base::Mark;
use crate::kustomize::Resource;
use crate::kustomize::config::KindPattern;
use crate::kustomize::resource::metadata;
use crate::yaml::field_path::SpecPath;
use crate::yaml::{Fault, Mapping, Node, Scalar, Style, Tag, Value, Writer, scalar};

/// What is known while one field of one resource is updated.
pub(super) struct Update<'a> {
    /// All resources. The tree of the referrer is not in there at the moment.
    pub(super) resources: &'a [Resource],
    /// The resource whose field it is.
    pub(super) referrer: &'a Resource,
    /// What the field refers to.
    pub(super) target: &'a KindPattern,
    /// Group and kind of the role, when the field names one.
    pub(super) role: Option<&'a (CompactString, CompactString)>,
    /// The places of resources by the names that they had.
    pub(super) by_name: &'a PlacesByName,
    /// Namespaces that a RoleBinding may reach.
    pub(super) binding_namespaces: &'a FxHashSet<CompactString>,
}

impl Update<'_> {
    /// Updates the field wherever the path leads.
    pub(super) fn field(&self, node: &mut Node, path: &SpecPath) -> Result<(), Fault> {
        let mut set = |node: &mut Node| self.value(node);
        path.visit_mut(node, None, &mut set).map(|_| ()).map_err(|fault| Fault {
            message: format!("{}, in the reference `{}`", fault.message, path.as_str()),
            ..fault
        })
    }

    fn value(&self, node: &mut Node) -> Result<(), Fault> {
        if node.is_null() {
            return Ok(());
        }
        match &mut node.value {
            Value::Scalar(_) => self.name(node),
            Value::Mapping(map) => self.mapping(map, node.mark),
            Value::Sequence(items) => items.iter_mut().try_for_each(|item| match &mut item.value {
                Value::Scalar(scalar) if scalar.tag == Tag::Null => Ok(()),
                Value::Scalar(_) => self.name(item),
                Value::Mapping(map) => self.mapping(map, item.mark),
                Value::Sequence(_) => Err(Fault::new(
                    "names/wrong-kind",
                    item.mark,
                    "a reference must be a name or a map with a name, not a list",
                )),
            }),
        }
    }

    /// A field that holds a name.
    fn name(&self, node: &mut Node) -> Result<(), Fault> {
        let candidates = self.reachable(metadata::text(node));
        let Some(referral) = self.select(candidates, node.mark, false)? else { return Ok(()) };
        set_text(node, &referral.id().name, name_mark(referral));
        Ok(())
    }

    /// A map with a name and perhaps a namespace, which both follow.
    fn mapping(&self, map: &mut Mapping, mark: Mark) -> Result<(), Fault> {
        let Some(name) = map.get("name") else {
            return Err(Fault::new("names/no-name", mark, "the map has no `name`"));
        };
        let old = CompactString::from(metadata::text(name));
        let mut candidates = self.reachable(&old);
        if let Some(namespace) = map.get("namespace") {
            candidates = self.in_namespace(candidates, metadata::text(namespace));
        }
        let Some(referral) = self.select(candidates, name.mark, true)? else { return Ok(()) };
        let (name, namespace) = (&referral.id().name, &referral.id().namespace);
        if *name == old && namespace.is_empty() {
            return Ok(());
        }
        if let Some(node) = map.get_mut("name") {
            set_text(node, name, name_mark(referral));
        }
        if !namespace.is_empty() {
            match map.get_mut("namespace") {
                Some(node) => set_text(node, namespace, namespace_mark(referral)),
                None => {
                    let node =
                        Node::string(namespace.clone()).written(namespace_mark(referral), Writer::Reference);
                    map.set("namespace", node);
                }
            }
        }
        Ok(())
    }

    /// Those that lived in a namespace originally, or else those that live there now. The whole build decides which
    /// of the two counts, not only the objects with the right name.
    fn in_namespace(&self, mut candidates: Vec<usize>, namespace: &str) -> Vec<usize> {
        let originally =
            |resource: &Resource| lives_in(resource.original_id().effective_namespace(), namespace);
        let now = |resource: &Resource| lives_in(resource.id().effective_namespace(), namespace);
        let any_originally =
            self.resources.iter().any(|resource| self.can_reach(resource) && originally(resource));
        candidates.retain(|index| {
            let resource = &self.resources[*index];
            if any_originally { originally(resource) } else { now(resource) }
        });
        candidates
    }
}

fn lives_in(effective: &str, namespace: &str) -> bool {
    effective == namespace && namespace != crate::kustomize::resource::NOT_A_NAMESPACE
}

/// Where the name of a resource was written.
fn name_mark(resource: &Resource) -> Mark {
    resource.node().get_path(&["metadata", "name"]).map_or(resource.mark(), |name| name.mark)
}

/// Where the namespace of a resource was written.
fn namespace_mark(resource: &Resource) -> Mark {
    resource.node().get_path(&["metadata", "namespace"]).map_or(resource.mark(), |namespace| namespace.mark)
}

/// Puts a name into a field; a quoted field stays a string, an unquoted one is what its text says.
fn set_text(node: &mut Node, text: &CompactString, mark: Mark) {
    let style = node.as_scalar().map_or(Style::Plain, |scalar| scalar.style);
    let tag = if style == Style::Plain { scalar::tag_of_plain(text) } else { Tag::Str };
    let value = Value::Scalar(Scalar { text: text.clone(), tag, style });
    if node.value != value && metadata::text(node) != text {
        node.overwrite(value, mark, Writer::Reference);
        node.untyped = true;
    }
}

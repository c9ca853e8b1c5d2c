//! Following renamed objects: fields that hold the name of another object get its present name.
//!
//! Runs once, when all layers are accumulated and hashes are part of the names. A field that names nothing of this
//! build stays as it is. case: names/references

mod select;
mod update;

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::ResourceId;
use super::config::{NameReference, TransformerConfig};
use super::resource::{Resource, ResourceMap, metadata};
use crate::yaml::{Fault, Node};

use self::update::Update;

/// Updates every reference of every resource.
///
/// # Errors
///
/// A [`Fault`] when a reference could mean several objects that are called differently now, or a field that should
/// hold a reference cannot.
pub(crate) fn update(resources: &mut ResourceMap, config: &TransformerConfig) -> Result<(), Fault> {
    let by_name = places_by_previous_name(resources);
    for index in 0..resources.len() {
        update_one(resources, index, &config.name_references, &by_name)?;
    }
    Ok(())
}

/// The places of the resources that were ever called by a name.
type PlacesByName = FxHashMap<CompactString, Vec<usize>>;

fn places_by_previous_name(resources: &ResourceMap) -> PlacesByName {
    let mut places: PlacesByName = FxHashMap::default();
    for (index, resource) in resources.iter().enumerate() {
        for id in resource.previous_ids() {
            let list = places.entry(id.name.clone()).or_default();
            if list.last() != Some(&index) {
                list.push(index);
            }
        }
    }
    places
}

fn update_one(
    resources: &mut ResourceMap,
    index: usize,
    references: &[NameReference],
    by_name: &PlacesByName,
) -> Result<(), Fault> {
    let Some(referrer) = resources.get_mut(index) else { return Ok(()) };
    let original = referrer.original_id().clone();
    let is_referrer =
        |reference: &NameReference| reference.referrers.iter().any(|field| field.of.selects(&original));
    if !references.iter().any(is_referrer) {
        return Ok(());
    }
    let binding_namespaces = namespaces_of_subjects(referrer)?;
    let role = role_of(referrer.node());
    // The tree leaves the resource while it changes, so that the others can be read; identities stay.
    let mut node = referrer.take_node();
    let result = (|| {
        let resources = &*resources;
        for reference in references {
            for field in reference.referrers.iter().filter(|field| field.of.selects(&original)) {
                let update = Update {
                    resources: resources.as_slice(),
                    referrer: &resources.as_slice()[index],
                    target: &reference.target,
                    role: role.as_ref().filter(|_| field.path.as_str().ends_with("roleRef/name")),
                    by_name,
                    binding_namespaces: &binding_namespaces,
                };
                update.field(&mut node, &field.path)?;
            }
        }
        Ok(())
    })();
    if let Some(referrer) = resources.get_mut(index) {
        referrer.put_node(node);
    }
    result.map_err(|fault: Fault| {
        let id = resources.get(index).map(|resource| resource.id().to_string()).unwrap_or_default();
        Fault { message: format!("{} (in {id})", fault.message), ..fault }
    })
}

/// Namespaces of the service accounts that a RoleBinding names: it may refer to objects there.
fn namespaces_of_subjects(referrer: &Resource) -> Result<FxHashSet<CompactString>, Fault> {
    let mut namespaces = FxHashSet::default();
    if referrer.id().kind != "RoleBinding" {
        return Ok(namespaces);
    }
    let subjects = referrer.node().get("subjects").and_then(Node::as_sequence).unwrap_or_default();
    for subject in subjects {
        let wrong = |node: &Node, what: &str| {
            let message = format!("{what} of {} is {}", referrer.id(), node.kind_name());
            Fault::new("names/subject", node.mark, message)
                .hint("A subject is a map such as `{kind: ServiceAccount, name: x, namespace: y}`.")
        };
        if subject.as_mapping().is_none() {
            return Err(wrong(subject, "a subject"));
        }
        let (Some(namespace), Some(kind)) = (subject.get("namespace"), subject.get("kind")) else { continue };
        match kind.as_str() {
            Some("ServiceAccount") => {}
            Some(_) => continue,
            None => return Err(wrong(kind, "the kind of a subject")),
        }
        let Some(text) = namespace.as_str() else {
            let message =
                format!("the namespace of a subject of {} is {}", referrer.id(), namespace.kind_name());
            return Err(Fault::new("names/subject-namespace", namespace.mark, message)
                .hint("Give it a namespace, or remove the field."));
        };
        namespaces.insert(text.into());
    }
    Ok(namespaces)
}

/// Group and kind of the role that a binding refers to.
fn role_of(node: &Node) -> Option<(CompactString, CompactString)> {
    let role = node.get("roleRef")?;
    let text =
        |key: &str| role.get(key).filter(|node| !node.is_null()).map(|node| metadata::text(node).into());
    Some((text("apiGroup")?, text("kind")?))
}

/// Whether `id` is of the group and kind.
fn is_role(id: &ResourceId, (group, kind): &(CompactString, CompactString)) -> bool {
    (group.is_empty() || id.group == *group) && (kind.is_empty() || id.kind == *kind)
}

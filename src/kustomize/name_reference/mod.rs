//! Following renamed objects: fields that hold the name of another object get its present name.
//!
//! Runs once, when all layers are accumulated and hashes are part of the names. A field that names nothing of this
//! build stays as it is. case: names/references

mod select;
mod update;

use std::cell::OnceCell;
use std::hash::BuildHasher;
use std::sync::{Arc, LazyLock};

use compact_str::CompactString;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::ResourceId;
use super::config::{FieldSpec, NameReference, TransformerConfig};
use super::resource::{Resource, ResourceMap, metadata};
use crate::yaml::difference::Difference;
use crate::yaml::{Fault, Node};

use self::update::Update;

/// Updates every reference of every resource. Returns whether one of them is called something else now.
///
/// # Errors
///
/// A [`Fault`] when a reference could mean several objects that are called differently now, or a field that should
/// hold a reference cannot.
pub(crate) fn update(resources: &mut ResourceMap, config: &TransformerConfig) -> Result<bool, Fault> {
    let all: Vec<usize> = (0..resources.len()).collect();
    update_at(resources, config, &all)
}

/// As [`update()`], for the references of the resources at some places.
///
/// # Errors
///
/// As [`update()`].
pub(crate) fn update_at(
    resources: &mut ResourceMap,
    config: &TransformerConfig,
    referring: &[usize],
) -> Result<bool, Fault> {
    let mut has_renamed = false;
    // Most resources refer to nothing. Where they are is found out before the first one changes.
    let places = OnceCell::new();
    let own;
    let referrers = if std::ptr::eq(config, Arc::as_ptr(&TransformerConfig::built_in())) {
        &*BUILT_IN
    } else {
        own = Referrers::of(config);
        &own
    };
    for &index in referring {
        let fields = match resources.get(index) {
            Some(resource) => referrers.fields(config, resource.original_id()),
            None => Vec::new(),
        };
        if !fields.is_empty() {
            resources.get(index).map_or(Ok(()), refuse_null_version)?;
            has_renamed |= update_one(resources, index, &fields, &places)?;
        }
    }
    Ok(has_renamed)
}

/// Whether one of some parts of an object that was called so at first may be a reference or hold one, or have a say in what one
/// refers to, as subjects and roles of bindings have.
pub(crate) fn may_see_to(parts: &[Difference<'_>], original: &ResourceId) -> bool {
    let config = TransformerConfig::built_in();
    let fields = BUILT_IN.fields(&config, original);
    parts.iter().any(|part| {
        matches!(part.keys().next(), Some("subjects" | "roleRef"))
            || fields.iter().any(|(_, field)| field.path.leads_into(part))
    })
}

/// kustomize no longer knows an object that may refer to others when its version is a null that is written out.
fn refuse_null_version(resource: &Resource) -> Result<(), Fault> {
    let version = resource.node().get("apiVersion").filter(|version| version.is_null());
    match version.and_then(|version| Some((version.mark, version.as_scalar()?))) {
        Some((mark, scalar)) if !scalar.text.is_empty() => {
            let message = format!("the `apiVersion` of {} is null", resource.id());
            Err(Fault::new("resource/null-version", mark, message)
                .hint("Write a version, or leave the field out."))
        }
        _ => Ok(()),
    }
}

/// The fields of objects that may refer to others, by the kind of the objects.
struct Referrers {
    of_kind: FxHashMap<CompactString, Vec<Place>>,
    of_all: Vec<Place>,
}

/// The place of a field in the configuration: that of the reference, and that of the field in there.
type Place = (usize, usize);

/// What is referred to, and the field.
type Field<'c> = (&'c NameReference, &'c FieldSpec);

static BUILT_IN: LazyLock<Referrers> = LazyLock::new(|| Referrers::of(&TransformerConfig::built_in()));

impl Referrers {
    fn of(config: &TransformerConfig) -> Self {
        let mut referrers = Self { of_kind: FxHashMap::default(), of_all: Vec::new() };
        for (at, reference) in config.name_references.iter().enumerate() {
            for (place, field) in reference.referrers.iter().enumerate() {
                let kind = &field.of.kind;
                let places = if kind.is_empty() {
                    &mut referrers.of_all
                } else {
                    referrers.of_kind.entry(kind.clone()).or_default()
                };
                places.push((at, place));
            }
        }
        referrers
    }

    /// The fields of an object, in the order of the configuration that this was made of.
    fn fields<'c>(&self, config: &'c TransformerConfig, id: &ResourceId) -> Vec<Field<'c>> {
        let of_kind = self.of_kind.get(&id.kind).into_iter().flatten();
        let mut places: Vec<Place> = of_kind.chain(&self.of_all).copied().collect();
        places.sort_unstable();
        let field = |(at, place): Place| {
            let reference = config.name_references.get(at)?;
            Some((reference, reference.referrers.get(place)?))
        };
        places.into_iter().filter_map(field).filter(|(_, field)| field.of.selects(id)).collect()
    }
}

/// Where the resources of a build are.
#[derive(Default)]
struct Places {
    /// By the hash of every name that they ever had, in order.
    by_name: Vec<(u64, usize)>,
    /// By the namespace that they had at first; of those that are in the same one now only the first.
    by_namespace: FxHashMap<CompactString, Vec<usize>>,
}

impl Places {
    fn of(resources: &ResourceMap) -> Self {
        let mut places = Self::default();
        for (index, resource) in resources.iter().enumerate() {
            places.by_name.extend(resource.previous_ids().iter().map(|id| (hash(&id.name), index)));
            let namespace = resource.original_id().effective_namespace();
            let now = |index: &usize| {
                let id = resources.as_slice()[*index].id();
                (id.cluster_scoped, &id.namespace)
            };
            match places.by_namespace.get_mut(namespace) {
                None => drop(places.by_namespace.insert(namespace.into(), vec![index])),
                Some(list) if list.iter().any(|other| now(other) == now(&index)) => {}
                Some(list) => list.push(index),
            }
        }
        places.by_name.sort_unstable();
        places.by_name.dedup();
        places
    }

    /// The places of the resources that ever had a name, in order, and perhaps others.
    fn perhaps_named(&self, name: &str) -> impl Iterator<Item = usize> {
        let name = hash(name);
        let first = self.by_name.partition_point(|(other, _)| *other < name);
        self.by_name[first..].iter().take_while(move |(other, _)| *other == name).map(|(_, place)| *place)
    }
}

fn hash(name: &str) -> u64 {
    FxBuildHasher.hash_one(name)
}

fn update_one(
    resources: &mut ResourceMap,
    index: usize,
    fields: &[Field<'_>],
    places: &OnceCell<Places>,
) -> Result<bool, Fault> {
    let Some(referrer) = resources.get(index) else { return Ok(false) };
    let is_binding = referrer.id().kind == "RoleBinding";
    if !is_binding && !fields.iter().any(|(_, field)| field.path.leads_somewhere(referrer.node())) {
        return Ok(false);
    }
    let places = places.get_or_init(|| Places::of(resources));
    let Some(referrer) = resources.get_mut(index) else { return Ok(false) };
    let binding_namespaces = namespaces_of_subjects(referrer)?;
    let role = role_of(referrer.node());
    // The tree leaves the resource while it changes, so that the others can be read; identities stay.
    let mut node = referrer.take_node();
    let result = (|| {
        let resources = &*resources;
        for (reference, field) in fields {
            let update = Update {
                resources: resources.as_slice(),
                referrer: &resources.as_slice()[index],
                target: &reference.target,
                role: role.as_ref().filter(|_| field.path.as_str().ends_with("roleRef/name")),
                places,
                binding_namespaces: &binding_namespaces,
            };
            update.field(&mut node, &field.path)?;
        }
        Ok(())
    })();
    let has_renamed = resources.get_mut(index).is_some_and(|referrer| referrer.put_node(node));
    result.map(|()| has_renamed).map_err(|fault: Fault| {
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

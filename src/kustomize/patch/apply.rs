//! Applying patches to the resources of a build.

use compact_str::CompactString;

use super::{Body, Effect, Field, OddKeys, Patch};
use crate::base::Mark;
use crate::kustomize::known::{KnownSteps, Step};
use crate::kustomize::notes::Removal;
use crate::kustomize::resource::metadata::{self, normalise_map, set_metadata_field};
use crate::kustomize::resource::{Resource, ResourceId, ResourceMap};
use crate::kustomize::select::Selector;
use crate::schema::Schema;
use crate::yaml::json_patch::{JsonPatch, decode};
use crate::yaml::merge::{Merged, merge};
use crate::yaml::scalar::tag_of_plain;
use crate::yaml::{Fault, Node, Scalar, Style, Tag, Value, Writer};

impl Patch {
    /// Applies the patch to the resources that it is meant for. What it did to one of them before is looked up in `known`,
    /// which is for patches that many builds share, under the built-in schema.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when a patch without a target fits no resource or several, when it cannot be applied, and when
    /// it gives two resources the same identity.
    pub(crate) fn apply(
        &self,
        resources: &mut ResourceMap,
        schema: &Schema,
        known: Option<&KnownSteps>,
    ) -> Result<Effect, Fault> {
        let mut work = Work { resources, known, effect: Effect::default() };
        match &self.parsed.body {
            Body::Strategic(patches) if patches.is_empty() => {}
            Body::Strategic(patches) => self.apply_strategic(patches, schema, &mut work)?,
            Body::Json(patch) => self.apply_json(patch, &mut work)?,
        }
        Ok(work.effect)
    }

    fn apply_strategic(
        &self,
        patches: &[Resource],
        schema: &Schema,
        work: &mut Work<'_>,
    ) -> Result<(), Fault> {
        let Some(target) = &self.target else {
            for (document, patch) in patches.iter().enumerate() {
                let Some(index) = only_match(work.resources, patch)? else { continue };
                let changes = work.effect.changes;
                work.change(self, (document, index), |resource| {
                    let patch = match self.field {
                        Field::StrategicMerge => addressed_to(patch, resource),
                        Field::Patches | Field::Json6902 => patch.node().clone(),
                    };
                    self.merge_into(resource, patch, schema)
                })?;
                if self.field == Field::StrategicMerge {
                    check_unique(work.resources, self.mark)?;
                }
                if work.effect.changes == changes {
                    work.effect.idle.push(patch.mark());
                }
            }
            return Ok(());
        };
        let [patch] = patches else {
            let message = "several strategic merge patches in one entry cannot have a `target`";
            return Err(Fault::new("patch/several-with-target", self.mark, message)
                .also(patches.get(1).map_or(Mark::NONE, Resource::mark), "the second patch")
                .hint("Give every patch an entry of its own, or remove `target` and let names decide."));
        };
        let selected = selected(work.resources, target)?;
        let is_meant = !selected.is_empty();
        for index in selected {
            work.change(self, (0, index), |resource| {
                self.merge_into(resource, addressed_to(patch, resource), schema)
            })?;
        }
        if is_meant && work.effect.changes == 0 {
            work.effect.idle.push(patch.mark());
        }
        check_unique(work.resources, self.mark)
    }

    /// Lays one patch over one resource. What says who the resource is stays, unless the options allow more.
    fn merge_into(&self, resource: &mut Resource, patch: Node, schema: &Schema) -> Result<Effect, Fault> {
        let id = resource.id().clone();
        let by = patch.mark;
        let drops_notes = drops_annotations(&patch);
        let (merged, deleted) = self.lay_over(resource, patch, schema).map_err(|fault| about(fault, &id))?;
        if drops_notes && deleted.is_none() {
            resource.forget();
        }
        let mut effect = Effect { targets: 1, changes: merged.changes, ..Effect::default() };
        effect.removed.extend(merged.removed.into_iter().map(|removed| Removal {
            resource: id.clone(),
            path: removed.path.into_iter().map(CompactString::from).collect(),
            node: removed.node,
            by: removed.by,
        }));
        if let Some(node) = deleted {
            effect.changes += 1;
            effect.removed.push(Removal { resource: id, path: Vec::new(), node, by });
        }
        Ok(effect)
    }

    /// What became of the resource, and the whole of it when the patch deletes it.
    fn lay_over(
        &self,
        resource: &mut Resource,
        mut patch: Node,
        schema: &Schema,
    ) -> Result<(Merged, Option<Node>), Fault> {
        if self.allow_name_change || self.allow_kind_change {
            resource.store_previous_id();
            // kustomize notes the options in the annotations of the patch, which makes text of them all.
            normalise_map(&mut patch, "annotations");
        }
        resource.update(|node| {
            let identity = Identity::of(node);
            let version = node.get("apiVersion").cloned();
            let mut before = None;
            let merged = merge(node, patch, &schema)?;
            if merged.deleted {
                before = Some(std::mem::replace(node, Node::null()));
            } else {
                identity.restore(node, self);
                if !self.parsed.odd_keys.is_empty() {
                    refuse_odd_keys(node, &self.parsed.odd_keys)?;
                }
                // A patch repeats the version only to be found.
                if let (Some(now), Some(old)) = (node.get_mut("apiVersion"), version)
                    && *now == old
                {
                    *now = old;
                }
            }
            Ok((merged, before))
        })
    }

    fn apply_json(&self, patch: &JsonPatch, work: &mut Work<'_>) -> Result<(), Fault> {
        let Some(target) = &self.target else {
            return Err(Fault::new("patch/no-target", self.mark, "a JSON patch needs a `target`")
                .hint("Add `target:` with `kind` and `name` of the resources that it is for."));
        };
        let notes = patch.sources().find(|(from, _)| matches!(*from, "/metadata" | "/metadata/annotations"));
        if let Some((from, mark)) = notes.filter(|_| self.field == Field::Patches) {
            let message = format!(
                "`{from}` cannot be copied: kustomize keeps its own notes in there and would copy them"
            );
            return Err(
                Fault::new("patch/copies-notes", mark, message).hint("Copy the single values instead.")
            );
        }
        for index in selected(work.resources, target)? {
            work.change(self, (0, index), |resource| self.operate_on(resource, patch))?;
        }
        Ok(())
    }

    /// Applies the operations of a JSON patch to one resource.
    fn operate_on(&self, resource: &mut Resource, patch: &JsonPatch) -> Result<Effect, Fault> {
        let id = resource.id().clone();
        if self.field == Field::Patches {
            resource.store_previous_id();
        }
        if let Some(doubt) = resource.doubt() {
            return Err(doubt);
        }
        if let Some(lost) = resource.lost_quotes() {
            return Err(about(lost.also(self.mark, "the patch needs it as JSON"), &id));
        }
        // The object becomes JSON and back, which gives every field a value of its own.
        resource.share_nothing();
        let applied = resource.update(|node| {
            let kept = metadata::own_annotations(node);
            let applied = patch.apply(node)?;
            node.forget_schemas();
            normalise_map(node, "annotations");
            metadata::restore_annotations(node, kept);
            Ok::<_, Fault>(applied)
        });
        let applied = applied.map_err(|fault| about(fault, &id))?;
        // There is no place for notes where nothing is.
        if resource.node().get("metadata").is_some_and(Node::is_null) {
            resource.forget();
        }
        if resource.has_notes() {
            resource.note();
        }
        // Where objects came from is noted in their annotations, and new annotations come without it.
        if ["/metadata", "/metadata/annotations"].iter().any(|path| patch.writes(path)) {
            resource.forget_origin();
        }
        let removed = applied.removed.into_iter().map(|(path, node, by)| Removal {
            resource: id.clone(),
            path: path.split('/').skip(1).map(decode).collect(),
            node,
            by,
        });
        Ok(Effect { targets: 1, changes: applied.changes, removed: removed.collect(), idle: Vec::new() })
    }
}

/// The resources of a build while a patch goes over them.
struct Work<'w> {
    resources: &'w mut ResourceMap,
    known: Option<&'w KnownSteps>,
    effect: Effect,
}

impl Work<'_> {
    /// Changes the resource at a place with one document of a patch, unless it is known what comes of that.
    fn change(
        &mut self,
        patch: &Patch,
        (document, place): (usize, usize),
        change: impl FnOnce(&mut Resource) -> Result<Effect, Fault>,
    ) -> Result<(), Fault> {
        let known = self.known;
        let changed = self.resources.change(place, |resource| match known {
            Some(known) => known.apply(Step::Patch(patch, document), resource, change),
            None => change(resource),
        });
        self.effect.add(changed.transpose()?.unwrap_or_default());
        Ok(())
    }
}

/// Whether a patch takes away the annotations that the object has, whatever it puts there instead.
fn drops_annotations(patch: &Node) -> bool {
    let drops = |path: &[&str]| {
        patch.get_path(path).is_some_and(|node| {
            node.is_null()
                || node.get("$patch").is_some_and(|word| matches!(metadata::text(word), "replace" | "delete"))
        })
    };
    drops(&["metadata"]) || drops(&["metadata", "annotations"])
}

/// Refuses a key that is no text once the patch has put it into the object; over a key that was there it is fine. Refuses
/// a key that stands twice in a map that is new in the object.
fn refuse_odd_keys(node: &Node, odd: &OddKeys) -> Result<(), Fault> {
    match &node.value {
        Value::Scalar(_) => Ok(()),
        Value::Sequence(items) => items.iter().try_for_each(|item| refuse_odd_keys(item, odd)),
        Value::Mapping(map) => map.iter().try_for_each(|entry| {
            // A key that was there before keeps its text; what the patch replaced is then in the history of the value.
            let is_new = entry.value.before.is_none();
            let is_new_map = is_new && node.writer == Writer::Patch && node.mark.file == entry.mark.file;
            if is_new_map && odd.twice.contains(&entry.mark) {
                let message = format!("the patch adds a map with the key `{}` twice", entry.key);
                return Err(Fault::new("patch/key-twice", entry.mark, message).hint("Remove one of the two."));
            }
            if odd.untyped.contains(&entry.mark) && is_new {
                let message = format!("the patch adds the key `{}`, which is not a string", entry.key);
                return Err(Fault::new("patch/key-type", entry.mark, message)
                    .hint(format!("Write the key in quotes: `\"{}\"`.", entry.key)));
            }
            refuse_odd_keys(&entry.value, odd)
        }),
    }
}

/// The places of the resources that a target selects.
fn selected(resources: &mut ResourceMap, target: &Selector) -> Result<Vec<usize>, Fault> {
    let mut found = match target.name.plain() {
        Some(name) => resources.perhaps_named(name),
        None => (0..resources.len()).collect(),
    };
    let mut problem = None;
    found.retain(|index| {
        let resource = resources.get(*index).filter(|resource| !resource.is_empty() && problem.is_none());
        let matches = resource.map_or(Ok(false), |resource| target.matches(resource));
        matches.unwrap_or_else(|fault| {
            problem = Some(fault);
            false
        })
    });
    problem.map_or(Ok(found), Err)
}

/// The one resource that has, or had, the identity that a patch names; `None` when it may be elsewhere.
fn only_match(resources: &mut ResourceMap, patch: &Resource) -> Result<Option<usize>, Fault> {
    let id = patch.original_id();
    match resources.holders(id).as_slice() {
        [index] => Ok(Some(*index)),
        [] if resources.is_part() => Ok(None),
        [] => Err(no_match(resources, patch)),
        [first, second, ..] => {
            let place = |index: &usize| resources.get(*index).map_or(Mark::NONE, Resource::mark);
            let message = format!("the patch for {id} fits more than one resource");
            let fault = Fault::new("patch/several-matches", patch.mark(), message)
                .also(place(first), "the first one");
            let fault =
                if place(first) == Mark::NONE { fault.also(place(second), "one of them") } else { fault };
            Err(fault.hint("Give the patch a namespace or the present name, or use a `target`."))
        }
    }
}

fn no_match(resources: &ResourceMap, patch: &Resource) -> Fault {
    let id = patch.original_id();
    let fault = Fault::new("patch/no-match", patch.mark(), format!("no resource matches the patch for {id}"));
    let alike = |other: &&Resource| {
        let (other, same_name) = (other.id(), other.id().name == id.name);
        same_name && (other.kind == id.kind || other.namespace == id.namespace)
    };
    if let Some(near) = resources.iter().find(alike) {
        let hint = format!(
            "There is a {} in `{}`: apiVersion, kind, name and namespace of the patch have to be those of the resource.",
            near.id(),
            near.id().api_version()
        );
        return fault.also(near.mark(), "a resource like it").hint(hint);
    }
    let names =
        resources.iter().filter(|other| other.id().kind == id.kind).map(|other| other.id().name.as_str());
    match crate::base::nearest::nearest(&id.name, names) {
        Some(name) => fault.hint(format!("Did you mean `{name}`?")),
        None => fault.hint("Correct the name of the patch, or remove it."),
    }
}

/// The patch as kustomize addresses it to a resource that was selected: with the version of the resource, and with
/// labels and annotations that are text, so that `null` in there deletes nothing.
fn addressed_to(patch: &Resource, resource: &Resource) -> Node {
    let mut node = patch.node().clone();
    normalise_map(&mut node, "labels");
    normalise_map(&mut node, "annotations");
    let version = resource.node().get("apiVersion");
    if let Some(map) = node.as_mapping_mut() {
        let version = version.filter(|version| !version.is_null()).cloned().unwrap_or_else(|| {
            // A resource without a version gets the one that the patch then has: nothing at all.
            let own = map.get("apiVersion");
            let style = own.and_then(Node::as_scalar).map_or(Style::Plain, |scalar| scalar.style);
            let tag = if style == Style::Plain { Tag::Null } else { Tag::Str };
            let nothing = Node::from(Scalar { text: CompactString::default(), tag, style });
            let mark = own.map_or(patch.mark(), |own| own.mark);
            Node { untyped: true, ..nothing.written(mark, Writer::Patch) }
        });
        map.set("apiVersion", version);
    }
    node
}

fn check_unique(resources: &mut ResourceMap, mark: Mark) -> Result<(), Fault> {
    resources.drop_empty();
    let Some((first, second)) = resources.duplicate() else { return Ok(()) };
    let place = |index: usize| resources.get(index).map_or(Mark::NONE, Resource::mark);
    let id = resources.get(second).map(|resource| resource.id().to_string()).unwrap_or_default();
    Err(Fault::new("patch/duplicate", mark, format!("with this patch there are two resources {id}"))
        .also(place(first), "one of them")
        .hint("Patches that change names may select one resource only."))
}

/// Says in a fault which resource it is about.
fn about(fault: Fault, id: &ResourceId) -> Fault {
    Fault { message: format!("{} (patching {id})", fault.message), ..fault }
}

/// What says who a resource is, to be put back after a patch.
struct Identity {
    kind: Option<Node>,
    name: Option<Node>,
    namespace: Option<Node>,
}

impl Identity {
    fn of(node: &Node) -> Self {
        let kept = |path: &[&str]| node.get_path(path).cloned();
        Self {
            kind: kept(&["kind"]),
            name: kept(&["metadata", "name"]).filter(|name| !name.is_null()),
            namespace: kept(&["metadata", "namespace"])
                .filter(|node| !metadata::text_unless_null(node).is_empty()),
        }
    }

    fn restore(self, node: &mut Node, patch: &Patch) {
        let untyped = |mut value: Node| {
            if let Value::Scalar(scalar) = &mut value.value
                && scalar.style == Style::Plain
            {
                scalar.tag = tag_of_plain(&scalar.text);
            }
            value.untyped = true;
            value
        };
        // What the resource has lost before, the patch does not give back to it.
        let nothing = || Node::string("");
        if !patch.allow_kind_change
            && let Some(map) = node.as_mapping_mut()
        {
            map.set("kind", untyped(self.kind.unwrap_or_else(nothing)));
        }
        let set = |node: &mut Node, key: &str, value: Node| {
            let existing = node
                .get_mut("metadata")
                .and_then(Node::as_mapping_mut)
                .map(|map| map.set(key, value.clone()));
            if existing.is_none() {
                set_metadata_field(node, key, value);
            }
        };
        if !patch.allow_name_change {
            set(node, "name", untyped(self.name.unwrap_or_else(nothing)));
        }
        match self.namespace {
            Some(namespace) => set(node, "namespace", untyped(namespace)),
            None => {
                if let Some(map) = node.get_mut("metadata").and_then(Node::as_mapping_mut) {
                    map.remove("namespace");
                }
            }
        }
    }
}

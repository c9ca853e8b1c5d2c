//! Finding the value of a replacement and the resources that it goes into.

use std::cell::RefCell;
use std::sync::Arc;

use super::FieldPath;
use super::target::Writing;
use super::{Replacement, Source, Target};
use crate::base::{Diagnostic, FileTable};
use crate::kustomize::resource::{Resource, ResourceId, ResourceMap};
use crate::yaml::field_path::{lookup, split_bracketed};
use crate::yaml::{Fault, Limits, Node, Scalar, Value, Writer};

impl Replacement {
    /// Writes the value into all targets, and returns those that select no resource.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when there is no one source, its field is missing, or a target lacks a field.
    pub(crate) fn apply(&self, resources: &mut ResourceMap, limits: &Limits) -> Result<Vec<&Target>, Fault> {
        let targets = match &self.targets {
            Some(targets) if self.value.is_some() || self.source.is_some() => targets,
            _ => {
                let message = "a replacement needs a source and at least one target";
                return Err(Fault::new("replacement/incomplete", self.mark, message)
                    .hint("Write `source:` or `sourceValue:`, and `targets:`."));
            }
        };
        let mut value = self.find_value(resources)?;
        let mut unused = Vec::new();
        for target in targets {
            if !target.apply(resources, &mut value, limits)? {
                unused.push(target);
            }
        }
        Ok(unused)
    }

    fn find_value(&self, resources: &ResourceMap) -> Result<Found, Fault> {
        match (&self.value, &self.source) {
            (Some((_, mark)), Some(source)) => Err(Fault::new(
                "replacement/two-sources",
                *mark,
                "a replacement has `source` or `sourceValue`, not both",
            )
            .also(source.mark, "the other one")
            .hint("Remove one of them.")),
            (Some((text, mark)), None) => {
                let mut value = Node::from(Scalar::plain(text.clone())).written(*mark, Writer::Transformer);
                value.untyped = true;
                Ok(Found { value, field: None })
            }
            (None, Some(source)) => source.value(resources),
            (None, None) => Ok(Found { value: Node::null(), field: None }),
        }
    }
}

/// The value of a replacement.
struct Found {
    value: Node,
    /// The place of the resource and the path of the field in it, when the value is the whole field: kustomize goes
    /// on to read the field itself, and sees what the replacement writes to it.
    field: Option<(usize, Vec<String>)>,
}

/// The present identity and all former ones.
fn identities(resource: &Resource) -> impl Iterator<Item = &ResourceId> {
    std::iter::once(resource.id()).chain(resource.previous_ids())
}

/// The namespace that counts for a source: kustomize does not ask there whether the kind has namespaces.
fn namespace_or_default(namespace: &str) -> &str {
    if namespace.is_empty() { "default" } else { namespace }
}

impl Source {
    fn selects(&self, id: &ResourceId) -> bool {
        (self.name.is_empty() || self.name == id.name)
            && (self.namespace.is_empty()
                || namespace_or_default(&self.namespace) == namespace_or_default(&id.namespace))
            && self.of.selects(id)
    }

    fn value(&self, resources: &ResourceMap) -> Result<Found, Fault> {
        let selects = |(_, resource): &(usize, &Resource)| identities(resource).any(|id| self.selects(id));
        let mut found = resources.iter().enumerate().filter(selects);
        let Some((index, resource)) = found.next() else {
            let message = format!("no resource fits the source of the replacement ({self})");
            return Err(Fault::new("replacement/no-source", self.mark, message)
                .hint("Correct kind, name or namespace: they are compared as they are, without patterns."));
        };
        if let Some((_, other)) = found.next() {
            let message = format!("more than one resource fits the source of the replacement ({self})");
            return Err(Fault::new("replacement/several-sources", self.mark, message)
                .also(other.mark(), "one of them")
                .hint("Add a kind, name or namespace that only one of them has."));
        }
        let about = |fault: Fault| Fault {
            message: format!("source field `{}`: {}", self.field_path, fault.message),
            ..fault
        };
        let parts = split_bracketed(&self.field_path, '.');
        let is_noted = matches!(parts.as_slice(), [metadata, rest @ ..] if metadata == "metadata" && matches!(rest, [] | [_]) && rest.iter().all(|part| part == "annotations"));
        if is_noted && resource.has_notes() {
            let message = format!(
                "`{}` of {} cannot be read: kustomize keeps its own notes in there and would copy them",
                self.field_path,
                resource.id()
            );
            return Err(Fault::new("replacement/reads-notes", self.mark, message)
                .hint("Read the single annotations instead."));
        }
        let field = lookup(resource.node(), &parts).map_err(about)?;
        let field = field.filter(|field| !field.is_null() && !field.is_empty_collection());
        let Some(field) = field else {
            let message = format!("{} has no field `{}` to read", resource.id(), self.field_path);
            return Err(Fault::new("replacement/missing-source-field", self.mark, message)
                .also(resource.mark(), "the resource")
                .hint("Correct `fieldPath`."));
        };
        let value = self.piece(field)?;
        Ok(Found { value, field: self.options.delimiter.is_empty().then_some((index, parts)) })
    }

    /// The field, or the piece of its text that the options ask for.
    fn piece(&self, field: &Node) -> Result<Node, Fault> {
        if self.options.delimiter.is_empty() {
            return Ok(field.clone());
        }
        let refusal = |message: String| {
            Fault::new("replacement/delimiter", self.mark, message)
                .also(field.mark, "the field")
                .hint("`delimiter` cuts the text of the field into pieces; `index` counts them from 0.")
        };
        let Value::Scalar(scalar) = &field.value else {
            return Err(refusal(format!(
                "`{}` is {}, which cannot be cut",
                self.field_path,
                field.kind_name()
            )));
        };
        let piece = usize::try_from(self.options.index)
            .ok()
            .and_then(|index| scalar.text.split(self.options.delimiter.as_str()).nth(index));
        let Some(piece) = piece else {
            return Err(refusal(format!("`{}` has no piece {}", scalar.text, self.options.index)));
        };
        let mut value = field.clone();
        value.value = Value::Scalar(Scalar { text: piece.into(), ..scalar.clone() });
        Ok(value)
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fields = [
            ("group", &self.of.group),
            ("version", &self.of.version),
            ("kind", &self.of.kind),
            ("namespace", &self.namespace),
            ("name", &self.name),
        ];
        let given = fields.iter().filter(|(_, text)| !text.is_empty());
        let parts: Vec<String> = given.map(|(name, text)| format!("{name}: {text}")).collect();
        formatter.write_str(&parts.join(", "))
    }
}

impl Target {
    /// What is worth saying when no resource was selected.
    pub(crate) fn finding(&self, files: &FileTable) -> Diagnostic {
        let selector = self.select.as_ref().map(ToString::to_string).unwrap_or_default();
        let message = format!("no resource is selected by this target of a replacement ({selector})");
        Diagnostic::warning("replacement/matched-nothing", message)
            .at_maybe(files.span(self.mark), "")
            .hint("Correct `select` or `reject`, or remove the target; kustomize says nothing about it.")
    }

    /// Writes the value into the selected resources and says whether there are any.
    fn apply(&self, resources: &mut ResourceMap, found: &mut Found, limits: &Limits) -> Result<bool, Fault> {
        let Some(select) = &self.select else {
            return Err(Fault::new("replacement/no-select", self.mark, "a target needs `select`")
                .hint("Say which resources the value goes into, such as `select: {kind: Deployment}`."));
        };
        let mut any = false;
        for (index, resource) in resources.iter_mut().enumerate() {
            if !select.matches_metadata(resource.node())? || self.rejects(resource)? {
                continue;
            }
            if !identities(resource).any(|id| select.matches_id(id)) {
                continue;
            }
            any = true;
            let id = resource.id().clone();
            let replaces_notes =
                resource.has_notes() && self.field_paths.iter().any(FieldPath::replaces_notes);
            let doubts = RefCell::default();
            let written = resource.update(|node| {
                for path in &self.field_paths {
                    let source = found.field.as_ref().filter(|(source, _)| *source == index);
                    let around = source.filter(|(_, parts)| path.matcher.parts().starts_with(parts));
                    let around = around.map(|(_, parts)| parts.as_slice());
                    let writing = Writing { value: &found.value, limits, doubts: &doubts };
                    writing.write_path(self, path, node, around)?;
                    if let Some(parts) = around
                        && let Ok(Some(now)) = lookup(node, parts)
                    {
                        found.value = now.clone();
                    }
                }
                Ok(())
            });
            let about = |fault: Fault| Fault { message: format!("{} (in {id})", fault.message), ..fault };
            written.map_err(about)?;
            let doubts = doubts.into_inner();
            if !doubts.is_empty() {
                let doubts = doubts.into_iter().map(|doubt| Arc::new(about(Arc::unwrap_or_clone(doubt))));
                resource.about_mut().doubts.extend(doubts);
            }
            if replaces_notes {
                resource.forget();
            }
        }
        Ok(any)
    }

    /// Labels and identity reject each on its own, as in kustomize.
    fn rejects(&self, resource: &Resource) -> Result<bool, Fault> {
        for reject in &self.reject {
            let has_labels = !reject.labels.as_str().is_empty() || !reject.annotations.as_str().is_empty();
            if has_labels && reject.matches_metadata(resource.node())? {
                return Ok(true);
            }
        }
        let rejects = |reject: &crate::kustomize::select::Selector| {
            !reject.is_id_empty() && identities(resource).any(|id| reject.matches_id(id))
        };
        Ok(self.reject.iter().any(rejects))
    }
}

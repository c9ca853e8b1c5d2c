//! Transformers configured by objects.

use std::sync::Arc;

use super::built_in;
use crate::base::Mark;
use crate::kustomize::config::{FieldSpec, FieldSpecs};
use crate::kustomize::kustomization::{ImageEntry, Pair, Reader, ReplicaEntry};
use crate::kustomize::resource::{Resource, metadata};
use crate::kustomize::select::Selector;
use crate::kustomize::transform::Transformer;
use crate::kustomize::transform::images::Images;
use crate::kustomize::transform::labels::Pairs;
use crate::kustomize::transform::namespace::{Namespace, Subjects};
use crate::kustomize::transform::prefix::{Affix, Side};
use crate::kustomize::transform::replicas::Replicas;
use crate::kustomize::transform::value_add::{Target, ValueAdd};
use crate::yaml::{Fault, Node};

/// Reads the tree of a file that a configuration names.
pub(crate) type Load<'a> = dyn FnMut(&str, Mark) -> Result<Option<Node>, Fault> + 'a;

/// The transformers that an object configures: one, or two for a prefix with a suffix. `directory` is the name of the
/// directory of the kustomization; `None` means that the object configures a patch or something else that is read
/// elsewhere.
///
/// # Errors
///
/// A [`Fault`] when it is not a built-in transformer, or a field is of the wrong type.
pub(crate) fn transformers(
    config: &Resource,
    directory: &str,
    load: &mut Load<'_>,
) -> Result<Option<Vec<Transformer>>, Fault> {
    let node = config.node();
    let one = match built_in(config)? {
        "AnnotationsTransformer" => pairs(node, "annotations")?,
        "LabelTransformer" => pairs(node, "labels")?,
        "ImageTagTransformer" => {
            let entry = read(node, "imageTag", ImageEntry::read)?.unwrap_or_default();
            Transformer::Images(Images::new(entry, field_specs(node)?)?)
        }
        "NamespaceTransformer" => namespace(node)?,
        "PrefixTransformer" => affix(node, Side::Prefix)?,
        "SuffixTransformer" => affix(node, Side::Suffix)?,
        "PrefixSuffixTransformer" => {
            return Ok(Some(vec![affix(node, Side::Prefix)?, affix(node, Side::Suffix)?]));
        }
        "ReplicaCountTransformer" => {
            let entry = read(node, "replica", ReplicaEntry::read)?.unwrap_or_default();
            Transformer::Replicas(Replicas { entry, fields: field_specs(node)? })
        }
        "ValueAddTransformer" => value_add(node, directory, load)?,
        "HashTransformer" => Transformer::Hash,
        "PatchTransformer"
        | "PatchJson6902Transformer"
        | "PatchStrategicMergeTransformer"
        | "ReplacementTransformer" => return Ok(None),
        kind => {
            let message = format!("`{kind}` is not a built-in transformer");
            return Err(Fault::new("plugin/unknown", config.mark(), message));
        }
    };
    Ok(Some(vec![one]))
}

/// The value of a field, whatever the case of its name; `None` for null.
fn field<'a>(node: &'a Node, name: &'static str) -> Result<Option<&'a Node>, Fault> {
    let fields = Reader::Plugin.fields(node, "the transformer", &[name])?;
    Ok(fields.last().map(|(_, entry)| &entry.value))
}

fn read<T>(
    node: &Node,
    name: &'static str,
    read: impl Fn(Reader, &Node) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    field(node, name)?.map(|value| read(Reader::Plugin, value)).transpose()
}

fn field_specs(node: &Node) -> Result<FieldSpecs, Fault> {
    let Some(list) = field(node, "fieldSpecs")? else { return Ok(FieldSpecs::default()) };
    let items = Reader::Plugin.list(list, "`fieldSpecs`")?;
    let specs = items.iter().map(|item| FieldSpec::read(Reader::Plugin, item));
    specs.collect::<Result<_, Fault>>().map(Arc::new)
}

fn pairs(node: &Node, name: &'static str) -> Result<Transformer, Fault> {
    let pairs: Vec<Pair> = match field(node, name)? {
        Some(value) => Reader::Plugin.loose_pairs(value, &format!("`{name}`"))?,
        None => Vec::new(),
    };
    Ok(Transformer::Pairs(Arc::new(Pairs { pairs, fields: field_specs(node)? })))
}

fn text(node: &Node, name: &'static str) -> Result<(String, Mark), Fault> {
    match field(node, name)? {
        Some(value) => Ok((Reader::Plugin.loose_string(value, &format!("`{name}`"))?.into(), value.mark)),
        None => Ok((String::new(), node.mark)),
    }
}

fn namespace(node: &Node) -> Result<Transformer, Fault> {
    let (subjects, mark) = text(node, "setRoleBindingSubjects")?;
    let subjects = match subjects.as_str() {
        "" | "defaultOnly" => Subjects::NamedDefault,
        "allServiceAccounts" => Subjects::ServiceAccounts,
        "none" => Subjects::Nobody,
        other => {
            let message = format!(
                "`setRoleBindingSubjects` must be `defaultOnly`, `allServiceAccounts` or `none`, not `{other}`"
            );
            return Err(Fault::new("plugin/subjects", mark, message));
        }
    };
    let unset_only =
        field(node, "unsetOnly")?.is_some_and(|value| Reader::Plugin.bool(value, "`unsetOnly`") == Ok(true));
    let name = node.get_path(&["metadata", "namespace"]);
    Ok(Transformer::Namespace(Namespace {
        name: name.map_or("", metadata::text_unless_null).to_owned(),
        mark: name.map_or(node.mark, |name| name.mark),
        fields: field_specs(node)?,
        unset_only,
        subjects,
    }))
}

fn affix(node: &Node, side: Side) -> Result<Transformer, Fault> {
    let (text, mark) = match side {
        Side::Prefix => text(node, "prefix")?,
        Side::Suffix => text(node, "suffix")?,
    };
    if field(node, "fieldSpecs")?.is_none() {
        return Err(Fault::new("plugin/field-specs", node.mark, "the transformer has no `fieldSpecs`")
            .hint("Add `fieldSpecs: [{path: metadata/name}]`."));
    }
    Ok(Transformer::Affix(Affix { text, mark, side, fields: field_specs(node)? }))
}

fn value_add(node: &Node, directory: &str, load: &mut Load<'_>) -> Result<Transformer, Fault> {
    let (value, mark) = text(node, "value")?;
    let value = match value.trim() {
        "" => directory.to_owned(),
        value => value.to_owned(),
    };
    let mut targets = add_targets(node)?;
    let (path, path_mark) = text(node, "targetFilePath")?;
    if !path.is_empty()
        && let Some(more) = load(&path, path_mark)?
    {
        targets.extend(add_targets(&more)?);
    }
    if targets.is_empty() {
        return Err(Fault::new("plugin/targets", node.mark, "the transformer has no `targets`"));
    }
    Ok(Transformer::ValueAdd(ValueAdd { value, mark, targets }))
}

fn add_targets(node: &Node) -> Result<Vec<Target>, Fault> {
    let Some(list) = field(node, "targets")? else { return Ok(Vec::new()) };
    let mut targets = Vec::new();
    for item in Reader::Plugin.list(list, "`targets`")? {
        let mut target = Target::default();
        let known = ["selector", "fieldPath", "filePathPosition"];
        for (name, entry) in Reader::Plugin.fields(item, "a target", &known)? {
            match name {
                "selector" => target.selector = Some(Selector::read(Reader::Plugin, &entry.value)?),
                "fieldPath" => {
                    target.field = Reader::Plugin.loose_string(&entry.value, "`fieldPath`")?.into();
                }
                _ => {
                    let position = Reader::Plugin.int(&entry.value, "`filePathPosition`")?;
                    target.position = usize::try_from(position).map_err(|_| {
                        let message = format!("`filePathPosition` cannot be negative, but is {position}");
                        Fault::new("plugin/position", entry.value.mark, message)
                    })?;
                }
            }
        }
        if target.field.is_empty() {
            return Err(Fault::new("plugin/field-path", item.mark, "the target has no `fieldPath`"));
        }
        targets.push(target);
    }
    Ok(targets)
}

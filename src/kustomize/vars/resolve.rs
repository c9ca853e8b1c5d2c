//! Finding the values of vars and putting them where they are used.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;

use super::expand::{Broken, Expanded, expand};
use super::{Var, Vars};
use crate::base::Mark;
use crate::kustomize::config::FieldSpec;
use crate::kustomize::resource::ResourceMap;
use crate::yaml::field_path::{lookup, split_bracketed};
use crate::yaml::scalar::{Resolved, number};
use crate::yaml::{Fault, Node, Scalar, Style, Tag, Value, Writer};

/// The value of a var; `None` when it is a list or a map, for which nothing is put in.
type Values = BTreeMap<CompactString, (Option<Scalar>, Mark)>;

impl Vars {
    /// Replaces all vars in the fields that `fields` lists. Returns the vars that are used nowhere.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when a var reads no resource or no field, or stands in something that is no text.
    pub(crate) fn resolve(
        &self,
        resources: &mut ResourceMap,
        fields: &[FieldSpec],
    ) -> Result<Vec<(CompactString, Mark)>, Fault> {
        let mut values = Values::new();
        for (name, var) in &self.by_name {
            values.insert(name.clone(), (var.value(resources)?, var.mark));
        }
        if values.is_empty() {
            return Ok(Vec::new());
        }
        let mut used = BTreeSet::new();
        for resource in resources.iter_mut() {
            let id = resource.id().clone();
            let mut replacing = Replacing { values: &values, used: &mut used };
            let replaced = resource.update(|node| {
                fields.iter().filter(|field| field.of.selects(&id)).try_for_each(|field| {
                    field.path.visit_mut::<Fault>(node, None, &mut |value| replacing.field(value)).map(drop)
                })
            });
            replaced.map_err(|fault| Fault { message: format!("{} (in {id})", fault.message), ..fault })?;
        }
        let unused = values.into_iter().filter(|(name, _)| !used.contains(name));
        Ok(unused.map(|(name, (_, mark))| (name, mark)).collect())
    }
}

impl Var {
    /// The value in the first resource that this var reads.
    fn value(&self, resources: &ResourceMap) -> Result<Option<Scalar>, Fault> {
        let Some(resource) =
            resources.iter().find(|resource| resource.about().variables.contains(&self.name))
        else {
            let message = format!("the var `{}` reads a resource that is not there", self.name);
            return Err(Fault::new("vars/no-match", self.mark, message).hint(
                "`objref` needs `apiVersion`, `kind` and `name` of a resource as they are written in its file.",
            ));
        };
        let missing = || {
            let message = format!(
                "the var `{}` reads `{}`, which {} does not have",
                self.name,
                self.field_path,
                resource.id()
            );
            Fault::new("vars/missing-field", self.mark, message)
                .also(resource.mark(), "the resource")
                .hint("Correct `fieldPath` of its `fieldref`.")
        };
        let parts = with_indices(split_bracketed(&self.field_path, '.'));
        let field = lookup(resource.node(), &parts).ok().flatten().ok_or_else(missing)?;
        let Some(scalar) = field.as_scalar() else { return Ok(None) };
        typed(scalar).map(Some).ok_or_else(missing)
    }
}

/// `ports[0]` as `ports` and `0`.
fn with_indices(parts: Vec<String>) -> Vec<String> {
    let mut split = Vec::with_capacity(parts.len());
    for part in parts {
        let indexed = part.strip_suffix(']').and_then(|part| part.rsplit_once('['));
        match indexed
            .filter(|(_, index)| !index.is_empty() && index.bytes().all(|digit| digit.is_ascii_digit()))
        {
            Some((key, index)) => {
                split.extend((!key.is_empty()).then(|| key.to_owned()));
                split.push(index.to_owned());
            }
            None => split.push(part),
        }
    }
    split
}

/// A value as Go reads it: numbers and booleans keep their type, everything else is text. `None` for numbers that
/// it cannot read.
fn typed(scalar: &Scalar) -> Option<Scalar> {
    let plain = |text: CompactString, tag| Some(Scalar { text, tag, style: Style::Plain });
    match scalar.tag {
        Tag::Int => plain(compact_str::format_compact!("{}", scalar.text.parse::<i64>().ok()?), Tag::Int),
        Tag::Float => match scalar.resolve() {
            Resolved::Float(float) if float.is_finite() => plain(number::shortest(float).into(), Tag::Float),
            _ => None,
        },
        Tag::Bool => plain(scalar.text.to_lowercase(), Tag::Bool),
        Tag::Null | Tag::Str | Tag::Timestamp | Tag::Binary => plain(scalar.text.clone(), Tag::Str),
    }
}

/// Makes text of a scalar that nobody gave a type, as kustomize does wherever it looks for vars.
fn settle(node: &mut Node) {
    if let Value::Scalar(scalar) = &mut node.value
        && std::mem::take(&mut node.untyped)
    {
        scalar.tag = Tag::Str;
    }
}

struct Replacing<'v> {
    values: &'v Values,
    used: &'v mut BTreeSet<CompactString>,
}

impl Replacing<'_> {
    /// Replaces vars in a text, in the texts of a list, or in the texts directly in a map.
    fn field(&mut self, node: &mut Node) -> Result<(), Fault> {
        match &mut node.value {
            Value::Scalar(_) => self.text(node),
            Value::Mapping(map) => map.entries.iter_mut().try_for_each(|entry| self.text(&mut entry.value)),
            Value::Sequence(items) => items.iter_mut().try_for_each(|item| {
                settle(item);
                if item.as_str().is_none() {
                    let message = format!("a list in which vars are replaced holds {}", item.kind_name());
                    return Err(Fault::new("vars/item", item.mark, message).hint("Put the item in quotes."));
                }
                self.text(item)
            }),
        }
    }

    fn text(&mut self, node: &mut Node) -> Result<(), Fault> {
        settle(node);
        let Some(text) = node.as_str().filter(|text| text.contains('$')) else { return Ok(()) };
        let mut by = Mark::NONE;
        let mut lookup = |name: &str| {
            let (value, mark) = self.values.get(name)?;
            let value = value.clone()?;
            self.used.insert(name.into());
            by = *mark;
            Some(value)
        };
        let expanded = expand(text, &mut lookup).map_err(|Broken(sign)| {
            let message = format!("kustomize breaks the `{sign}` behind a `$` in a field with vars");
            Fault::new("vars/broken-text", node.mark, message).hint("Write `$$` for the sign itself.")
        })?;
        let scalar = match expanded {
            Expanded::Text(new) if new == text => return Ok(()),
            Expanded::Text(new) => {
                let style = if new.contains('\n') { Style::Literal } else { Style::Plain };
                Scalar { text: new.into(), tag: Tag::Str, style }
            }
            Expanded::Value(value) => value,
        };
        let mark = if by == Mark::NONE { node.mark } else { by };
        node.overwrite(Value::Scalar(scalar), mark, Writer::Transformer);
        Ok(())
    }
}

//! Vars: `$(NAME)` in fields, replaced by a value that is read from a resource.
//!
//! Deprecated in favour of replacements, and still much used. A kustomization declares vars when it is done with
//! its resources; they are resolved once, at the very end, in all fields that the configuration lists.

mod expand;
mod read;
mod resolve;

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::config::KindPattern;
use super::resource::{ResourceId, ResourceMap};
use crate::base::Mark;
use crate::yaml::Fault;

/// One var.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Var {
    name: CompactString,
    of: KindPattern,
    object: CompactString,
    namespace: CompactString,
    field_path: CompactString,
    mark: Mark,
}

/// The vars of a build, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vars {
    by_name: BTreeMap<CompactString, Var>,
}

impl Vars {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Adds the vars of a kustomization, and remembers in its resources which of them a var reads.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when a name is there already, or a var fits several resources.
    pub(crate) fn declare(&mut self, vars: Vec<Var>, resources: &mut ResourceMap) -> Result<(), Fault> {
        for var in &vars {
            if let Some(index) = var.resource(resources)?
                && let Some(resource) = resources.get_mut(index)
            {
                resource.about_mut().variables.push(var.name.clone());
            }
        }
        vars.into_iter().try_for_each(|var| self.add(var))
    }

    /// Adds the vars that another kustomization came to.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when a name is there already.
    pub(crate) fn merge(&mut self, other: &Self) -> Result<(), Fault> {
        other.by_name.values().try_for_each(|var| self.add(var.clone()))
    }

    fn add(&mut self, var: Var) -> Result<(), Fault> {
        if let Some(known) = self.by_name.get(&var.name) {
            let message = format!("the var `{}` is declared twice", var.name);
            return Err(Fault::new("vars/duplicate", var.mark, message)
                .also(known.mark, "the first one")
                .hint("Give one of them another name, or declare it once for both."));
        }
        self.by_name.insert(var.name.clone(), var);
        Ok(())
    }
}

impl Var {
    /// The place of the resource that the var reads, by any of its names; `None` when there is none yet.
    fn resource(&self, resources: &ResourceMap) -> Result<Option<usize>, Fault> {
        let is_meant = |id: &ResourceId| {
            id.kind == self.of.kind
                && id.group == self.of.group
                && id.version == self.of.version
                && id.name == self.object
                && (self.namespace.is_empty() || id.effective_namespace() == self.namespace)
        };
        match resources.matching_any_id(is_meant).as_slice() {
            [] => Ok(None),
            [index] => Ok(Some(*index)),
            [first, second, ..] => {
                let place = |index: usize| resources.get(index).map_or(Mark::NONE, super::Resource::mark);
                let message = format!("the var `{}` fits more than one resource", self.name);
                let also = if place(*first) == Mark::NONE { *second } else { *first };
                Err(Fault::new("vars/several-matches", self.mark, message)
                    .also(place(also), "one of them")
                    .hint("Add `namespace` to its `objref`."))
            }
        }
    }
}

#[cfg(test)]
mod tests;

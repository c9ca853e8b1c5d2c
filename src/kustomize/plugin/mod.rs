//! Built-in generators and transformers that are configured by objects: `generators`, `transformers`, `validators`.
//!
//! Only what kustomize has built in runs. Programs and containers are refused by name: building never runs anything.

mod generator;
mod patch;
mod transformer;

pub(crate) use generator::{Generated, generator};
pub(crate) use patch::{normalised, strategic_merge_texts};
pub(crate) use transformer::transformers;

use super::build_metadata::Origin;
use super::resource::{Resource, metadata};
use crate::yaml::Fault;

/// The kind of a built-in plugin.
///
/// # Errors
///
/// A [`Fault`] for objects that are no built-in plugin.
fn built_in(config: &Resource) -> Result<&str, Fault> {
    let id = config.id();
    if id.group.is_empty() && id.version == "builtin" {
        return Ok(id.kind.as_str());
    }
    let message = format!("{id} is not built in, and other programs are not run");
    Err(Fault::new("plugin/external", config.mark(), message)
        .hint("Built-in generators and transformers have `apiVersion: builtin`."))
}

/// What annotations say about something that a plugin made or changed.
pub(crate) fn origin_of(config: &Resource) -> Option<Origin> {
    let origin = config.origin.as_ref()?;
    Some(Origin {
        path: String::new(),
        repo: origin.repo.clone(),
        reference: origin.reference.clone(),
        configured_in: origin.path.clone(),
        api_version: config.api_version().to_owned(),
        kind: config.id().kind.to_string(),
        name: metadata::field(config.node(), "name").to_owned(),
        namespace: metadata::field(config.node(), "namespace").to_owned(),
    })
}

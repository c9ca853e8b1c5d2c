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
use crate::base::FileId;
use crate::yaml::{Fault, Limits, parse};

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
    let (message, hint) = match function(config) {
        Some(function) => (
            format!("{id} is a function that runs {function}; functions are never run"),
            "Run it before, for example with `kustomize build --enable-alpha-plugins`, and list its output under `resources`.",
        ),
        None => (
            format!("{id} is not built in, and other programs are never run"),
            "Built-in generators and transformers have `apiVersion: builtin`; run others before, and list their output under `resources`.",
        ),
    };
    Err(Fault::new("plugin/external", config.mark(), message).hint(hint))
}

/// What a function runs, in words; `None` for objects that configure no function.
fn function(config: &Resource) -> Option<String> {
    const ANNOTATIONS: [&str; 2] = ["config.kubernetes.io/function", "config.k8s.io/function"];
    let text = ANNOTATIONS.iter().find_map(|name| config.annotation(name))?;
    let documents = parse(text.as_bytes(), FileId::NONE, &Limits::default()).unwrap_or_default();
    let spec = documents.first();
    let named = |keys: &[&str]| {
        let text = spec?.get_path(keys).map(metadata::text_unless_null)?;
        (!text.is_empty()).then(|| text.to_owned())
    };
    let found = [
        ("the container image", named(&["container", "image"])),
        ("the program", named(&["exec", "path"])),
        ("the script", named(&["starlark", "path"]).or_else(|| named(&["starlark", "url"]))),
    ];
    let found = found.into_iter().find_map(|(what, name)| Some(format!("{what} `{}`", name?)));
    Some(found.unwrap_or_else(|| "a program".to_owned()))
}

/// What annotations say about something that a plugin made or changed.
pub(crate) fn origin_of(config: &Resource) -> Option<Origin> {
    let origin = config.about().origin.as_ref()?;
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

//! One file for each resource, under the names that kustomize gives them.

use std::collections::BTreeSet;

use crate::base::Diagnostic;
use crate::kustomize::{Manifests, Resource};
use crate::yaml::emit;

/// The files of a build: name and text. As in kustomize a name begins with the namespace when the resources are of several
/// ones, and a later file of the same name wins.
///
/// # Errors
///
/// When a resource has no printed form, or a name that cannot be that of a file.
pub(super) fn files(built: &Manifests) -> Result<Vec<(String, String)>, Diagnostic> {
    let namespaced = built.resources.iter().filter(|resource| !resource.id().cluster_scoped);
    let namespaces: BTreeSet<&str> =
        namespaced.clone().map(|resource| resource.id().effective_namespace()).collect();
    let mut files = Vec::with_capacity(built.resources.len());
    // Those without a namespace are written last.
    let cluster = built.resources.iter().filter(|resource| resource.id().cluster_scoped);
    for resource in namespaced.chain(cluster) {
        let id = resource.id();
        let mut name = String::new();
        if namespaces.len() > 1 && !id.cluster_scoped {
            name = format!("{}_", id.effective_namespace().to_lowercase());
        }
        let words = [&*id.group, &*id.version, &*id.kind].map(str::to_lowercase);
        let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
        name.push_str(&format!("{}_{}.yaml", words.join("_"), id.name.to_lowercase()));
        if name.contains(['/', '\\', '\0']) {
            return Err(Diagnostic::error(
                "build/file-name",
                format!("`{name}` cannot be the name of a file"),
            )
            .hint("Write the manifests to one file, or to stdout."));
        }
        files.push((name, text(resource)?));
    }
    Ok(files)
}

fn text(resource: &Resource) -> Result<String, Diagnostic> {
    let mut text = String::new();
    emit(resource.node(), &mut text)
        .map_err(|error| Diagnostic::error("kustomize/emit", error.to_string()))?;
    Ok(text)
}

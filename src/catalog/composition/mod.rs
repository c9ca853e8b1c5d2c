//! The kustomization that the catalog implies for a target.
//!
//! In two steps, because patches and renames are made only for resources that the layers have: [`start`] gives the
//! kustomization as far as it names the layers, and what these gather is the [`Inventory`] for [`compose`], which goes on
//! from there. Everything is text with the catalog line behind each line, so what is rendered in memory and what is
//! written to disk are the same.

mod containers;
mod free;
mod inventory;
mod kustomization;
mod layers;
mod looks;
mod pointer;
mod text;
mod traffic;
mod values;

use std::sync::Arc;

use crate::base::{Diagnostic, RepoPath, Severity, Span};
use crate::catalog::{Catalog, Revision, Service, Spanned, TargetId};
use crate::kustomize::Resource;
use crate::vfs::Source;

pub use free::patch_files;
pub use inventory::{Inventory, InventoryItem};
pub use layers::{LayerKind, LayerRole, LayerUse, Layers, missing_layers};
use looks::Looks;

/// A file of a composition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GeneratedFile {
    /// Where it lies, seen from the directory that holds all targets.
    pub path: RepoPath,
    /// Its text.
    pub text: String,
    /// For every line of the text, the line of the catalog that caused it.
    pub lines: Vec<Option<Span>>,
}

/// The kustomization of a target with the files that it needs, except for the layers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Composition {
    /// The target.
    pub target: TargetId,
    /// Directory of the target, seen from the directory that holds all targets: `<service>/<env>/<region>`.
    pub directory: RepoPath,
    /// The files; the first one is `kustomization.yaml`.
    pub files: Vec<GeneratedFile>,
    /// The layers, in the order in which they are put together.
    pub layers: Vec<LayerUse>,
    /// The namespace of the target.
    pub namespace: Spanned<Arc<str>>,
    /// Values of the catalog without effect, and the like.
    pub warnings: Vec<Diagnostic>,
    /// What decided how it is.
    pub(in crate::catalog) looks: Looks,
}

impl Composition {
    /// Whether the files of another composition say the same, wherever in the catalog that stands.
    #[must_use]
    pub fn says_same(&self, other: &Self) -> bool {
        let files = self.files.iter().zip(&other.files);
        self.files.len() == other.files.len()
            && files.into_iter().all(|(own, other)| own.path == other.path && own.text == other.text)
    }

    /// The same over layers at another place, where they gather the same; `begun` is its [`start`] there.
    #[must_use]
    pub fn over(&self, begun: &Start) -> Self {
        let mut composition = self.clone();
        // The layers stand in the first lines of the first file, and nowhere else.
        if let (Some(file), Some(begun)) = (composition.files.first_mut(), begun.files.first()) {
            let rest = file.text.split_inclusive('\n').skip(begun.lines.len());
            file.text = std::iter::once(begun.text.as_str()).chain(rest).collect();
        }
        composition
    }

    /// Whether it stays what it is where the layers gather a resource otherwise, under the same names.
    #[must_use]
    pub fn holds_for(&self, old: &Resource, new: &Resource) -> bool {
        self.looks.see_the_same(old, new)
    }
}

/// The beginning of a [`Composition`]: its layers, without anything that is done to them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Start {
    /// As of the composition.
    pub directory: RepoPath,
    /// The first lines of the composition's `kustomization.yaml`, and the files that these name.
    pub files: Vec<GeneratedFile>,
    /// As of the composition.
    pub namespace: Spanned<Arc<str>>,
}

/// The directory of a target: `<service>/<env>/<region>`.
#[must_use]
pub fn target_directory(target: &TargetId) -> RepoPath {
    RepoPath::root().child(&target.service).child(&target.env).child(&target.region)
}

/// Where the files of a revision are expected, seen from the directory that holds all targets:
/// `.layers/<commit>`, or `.layers/work-tree`.
#[must_use]
pub fn layers_directory(revision: &Revision) -> RepoPath {
    let name = match revision {
        Revision::Commit(commit) => commit,
        Revision::WorkTree => "work-tree",
    };
    RepoPath::root().child(".layers").child(name)
}

/// The kustomization of a target as far as it names its layers, which lie at [`layers_directory`].
///
/// # Errors
///
/// There is no such service, or its namespace is no valid name.
pub fn start(
    catalog: &Catalog,
    target: &TargetId,
    layers: &[LayerUse],
    revision: &Revision,
) -> Result<Start, Diagnostic> {
    let namespace = namespace(catalog, usable_service(catalog, target)?, target)?;
    let directory = target_directory(target);
    let files = kustomization::start(layers, &layers_directory(revision), &directory, &namespace);
    Ok(Start { directory, files, namespace })
}

/// The kustomization of a target.
///
/// `layers` is what [`Layers::of_target`] says, `begun` their [`start`], which it goes on from, and `inventory` what that
/// gathers. `source` is that of the catalog: patches that a service names by path are read from it.
///
/// # Errors
///
/// The service has an error of its own, is not in the catalog, or one of its patches cannot be read.
pub fn compose(
    catalog: &Catalog,
    target: &TargetId,
    layers: &[LayerUse],
    begun: &Start,
    inventory: &Inventory,
    source: &dyn Source,
) -> Result<Composition, Diagnostic> {
    let service = usable_service(catalog, target)?;
    let Start { directory, namespace, .. } = begun;
    let values = values::patches(service, target, inventory);
    let mut warnings = values.warnings.clone();
    let free = free::patches(service, catalog, source)?;
    let parts = kustomization::Parts { catalog, service, target, directory, namespace, inventory };
    let files = kustomization::files(&parts, begun.files.clone(), &values, &free, &mut warnings);
    Ok(Composition {
        target: target.clone(),
        directory: directory.clone(),
        files,
        layers: layers.to_vec(),
        namespace: namespace.clone(),
        warnings,
        looks: values.into_looks(),
    })
}

/// The service of a target, if it can be rendered.
///
/// # Errors
///
/// The first error of the service, or that there is no such service.
pub fn usable_service<'a>(catalog: &'a Catalog, target: &TargetId) -> Result<&'a Arc<Service>, Diagnostic> {
    let service = crate::catalog::address::find_service(&target.service, catalog)?;
    match service.diagnostics.iter().find(|problem| problem.severity == Severity::Error) {
        Some(problem) => Err(problem.clone()),
        None => Ok(service),
    }
}

/// The namespace of a target, with the place of its template (or of the service's name where the platform decides).
fn namespace(
    catalog: &Catalog,
    service: &Service,
    target: &TargetId,
) -> Result<Spanned<Arc<str>>, Diagnostic> {
    let settings = &catalog.settings;
    let (template, span) = match &service.namespace_template {
        Some(template) => (&template.value, &template.span),
        None => {
            let span = settings.span_of("namespaceTemplate").unwrap_or(&service.name.span);
            (&settings.namespace_template, span)
        }
    };
    let name = template
        .replace("{env}", &target.env)
        .replace("{service}", &target.service)
        .replace("{region}", &target.region);
    let letters = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let reason = if name.len() > 63 {
        Some(format!("it has {} characters, and 63 are allowed", name.len()))
    } else if !letters || name.starts_with('-') || name.ends_with('-') || name.is_empty() {
        Some("only lower case letters, digits and `-` inside are allowed".to_owned())
    } else {
        None
    };
    match reason {
        Some(reason) => Err(Diagnostic::error(
            "catalog/namespace",
            format!("the namespace of {target} would be `{name}`, which is not valid: {reason}"),
        )
        .at(span.clone(), "")
        .hint("Set `namespaceTemplate` of the service to something that fits.")),
        None => Ok(Spanned { value: Arc::from(name), span: span.clone() }),
    }
}

//! One kustomization on the way from the directory that is built down to the one at hand.

use std::sync::Arc;

use crate::base::{Mark, RepoPath};
use crate::kustomize::build_metadata::Origin;
use crate::kustomize::kustomization::Kustomization;
use crate::kustomize::outside::RepositoryAddress;

/// A kustomization and what included it.
#[derive(Debug)]
pub(crate) struct Layer<'p> {
    /// Its directory, links followed.
    pub(crate) root: RepoPath,
    /// Its file.
    pub(crate) file: RepoPath,
    /// What the file says.
    pub(crate) kustomization: Arc<Kustomization>,
    /// What includes it.
    pub(crate) parent: Option<&'p Self>,
    /// The line that includes it.
    pub(crate) included: Mark,
    /// Its directory as origin annotations write it, if they are asked for.
    pub(crate) origin: Option<Origin>,
    /// The address by which it was fetched, if it is the directory that a remote address names.
    pub(crate) remote: Option<Arc<RepositoryAddress>>,
}

impl Layer<'_> {
    /// This layer and those above it, innermost first.
    pub(crate) fn chain(&self) -> impl Iterator<Item = &Layer<'_>> {
        let mut next = Some(self);
        std::iter::from_fn(move || {
            let layer = next?;
            next = layer.parent;
            Some(layer)
        })
    }

    /// What origin annotations say about something that the kustomization file itself asks for: a generator or a
    /// transformer of this built-in kind.
    pub(crate) fn origin_of_own(&self, kind: &str) -> Option<Arc<Origin>> {
        let place = self.origin.as_ref()?.append(self.file.name());
        Some(Arc::new(Origin {
            configured_in: place.path,
            api_version: "builtin".to_owned(),
            kind: kind.to_owned(),
            path: String::new(),
            ..place
        }))
    }

    /// Whether its files come from a remote repository.
    pub(crate) fn is_remote(&self) -> bool {
        self.chain().any(|layer| layer.remote.is_some())
    }

    /// How many layers there are, this one included.
    pub(crate) fn depth(&self) -> usize {
        self.chain().count()
    }
}

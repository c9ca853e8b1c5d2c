//! One kustomization on the way from the directory that is built down to the one at hand.

use std::sync::Arc;

use super::Prepared;
use crate::base::{Mark, RepoPath};
use crate::kustomize::kustomization::Kustomization;

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
    pub(crate) origin: Option<String>,
    /// What was read of it by builds before this one.
    pub(crate) prepared: Option<Arc<Prepared>>,
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

    /// How many layers there are, this one included.
    pub(crate) fn depth(&self) -> usize {
        self.chain().count()
    }
}

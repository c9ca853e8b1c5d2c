//! One target in full: ladder, commit, values, layers, manifests, findings.

use std::borrow::Cow;
use std::sync::Arc;

use super::Shared;
use super::refs::{GitRefs, summary};
use crate::base::{Diagnostic, Span};
use crate::catalog::{Address, Distance, RefResolver, Resolution, Revision, effective_values, resolve};
use crate::report::answer::{Overview, TargetView};

impl Shared {
    /// Everything there is to say about an address.
    pub(super) fn target(&self, overview: &Overview, address: &Address) -> Arc<TargetView> {
        let repository = self.platform.repository.as_ref();
        let refs = GitRefs(repository);
        let target = &address.target;
        let resolution = overview
            .resolution(target)
            .cloned()
            .unwrap_or_else(|| Arc::new(resolve(&overview.catalog, target, &refs)));
        let revision = self.revision(overview, address);
        let commit = match &revision {
            Ok(Revision::Commit(id)) => {
                overview.commits.get(id).cloned().or_else(|| summary(repository?, id))
            }
            Ok(Revision::WorkTree) | Err(_) => None,
        };
        let distance = commit.as_ref().and_then(|commit| distance(&resolution, &commit.id, overview, &refs));
        let service = overview.catalog.service(&target.service);
        let values =
            service.map(|service| effective_values(service, &target.env, &target.region)).unwrap_or_default();
        let rendered = self.render(overview, address);
        let mut findings: Vec<Diagnostic> = resolution.diagnostics.clone();
        findings.extend(service.into_iter().flat_map(|service| service.diagnostics.iter().cloned()));
        let layers = match &rendered {
            Ok(rendered) => {
                findings.extend(rendered.warnings().map(Cow::into_owned));
                rendered.composition.layers.clone()
            }
            Err(_) => Vec::new(),
        };
        Arc::new(TargetView {
            address: address.clone(),
            resolution,
            revision: revision.ok(),
            commit,
            distance,
            values,
            layers,
            manifest: rendered.and_then(|rendered| rendered.manifest()),
            findings,
        })
    }

    /// The text of a file as the span's revision has it.
    pub(super) fn source_text(&self, span: &Span) -> Option<String> {
        if let Some(text) = self.outside.remotes.as_ref().and_then(|remotes| remotes.text(&span.file)) {
            return Some(text);
        }
        let bytes = match &span.file.revision {
            Some(id) => {
                let repository = self.platform.repository.as_ref()?;
                let tree = crate::vfs::GitTree::at(repository, id.parse().ok()?).ok()?;
                crate::vfs::Source::read(&tree, &span.file.path).ok()?.bytes
            }
            None => {
                let own = self.platform.catalog().read(&span.file.path);
                own.or_else(|_| self.platform.work_tree().read(&span.file.path)).ok()?.bytes
            }
        };
        String::from_utf8(bytes.to_vec()).ok()
    }
}

/// How far a commit is from the head of the channel that the target goes through, or would go through by default.
fn distance(
    resolution: &Resolution,
    commit: &str,
    overview: &Overview,
    refs: &GitRefs<'_>,
) -> Option<(Arc<str>, Distance)> {
    let candidates = resolution.winning().into_iter().chain(&resolution.candidates);
    let channel = candidates.filter_map(|candidate| candidate.channel.clone()).next()?;
    let head = refs.resolve(&overview.catalog.channel(&channel)?.reference.value).ok()?;
    Some((channel, refs.distance(commit, &head)?))
}

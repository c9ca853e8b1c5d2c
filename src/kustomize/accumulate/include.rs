//! Including another kustomization: cycles, depth, its kind, and what can be taken from the cache.

use std::sync::Arc;

use super::cache::{Place, SubBuild, SubBuildKey};
use super::{Accumulated, Layer};
use crate::base::{Mark, RepoPath};
use crate::kustomize::kustomization::{Kind, Text};
use crate::kustomize::limits::raise;
use crate::kustomize::load::Directory;
use crate::kustomize::notes::{LayerKind, LayerRoot};
use crate::kustomize::session::{BuildError, Session};
use crate::vfs::Source;
use crate::yaml::Fault;

impl Session<'_> {
    /// What the kustomization in `root` comes to; a component starts from what is there.
    ///
    /// # Errors
    ///
    /// When the inclusion goes round in a circle or too deep, when the kustomization is not of the wanted kind, and
    /// for every problem in it; the chain of kustomizations is part of the error.
    pub(super) fn include(
        &self,
        layer: &Layer<'_>,
        directory: Directory,
        text: &Text,
        wanted: Kind,
        start: Option<Accumulated>,
    ) -> Result<Accumulated, BuildError> {
        let root = &directory.path;
        self.refuse_cycle(layer, &directory, text)?;
        if layer.depth() >= self.limits().include_depth {
            let message =
                format!("kustomizations include each other more than {} deep", self.limits().include_depth);
            return Err(self
                .refuse(Fault::new("limit/include-depth", text.mark, message).hint(raise("include-depth"))));
        }
        let key = self.layer_key(root);
        // What is fetched from outside depends on more than the files at hand.
        let prepared = key.clone().filter(|_| !layer.is_remote() && directory.remote.is_none());
        // A component depends on what is there already, and the choice of a schema on what came before.
        let key = key.filter(|_| wanted != Kind::Component && self.schema.borrow().is_none());
        // Where the source keeps a record, what is used again must say what it asked.
        let recorded = self.source.recorded();
        if let Some(key) = &key
            && let Some(known) = self.sub_builds().get(key, |known| self.still_answers(known.asked.as_ref()))
            && known.asked.is_some() >= recorded.is_some()
            && !known.roots.iter().any(|visited| layer.chain().any(|above| above.root.is_within(visited)))
        {
            self.count(known.kustomizations, text.mark)?;
            known.warnings.iter().for_each(|warning| self.warn(warning.clone()));
            self.note(|notes| notes.extend(&known.notes));
            self.visited(known.roots.iter().cloned());
            self.saw_kinds(&known.accumulated.resources);
            known.asked.iter().for_each(|known| self.source.record(&known.asked));
            self.trace_base(self.take_trace(), Some(&known));
            return Ok(known.accumulated.clone());
        }
        let (warnings, kustomizations, visited) =
            (self.warning_count(), self.kustomization_count(), self.visited_count());
        let outside = self.outside_uses();
        let noted = self.note(|notes| notes.now());
        // A base is one step of what includes it; a component goes on with that.
        let before = if wanted == Kind::Component { None } else { self.take_trace() };
        let accumulated = self
            .include_fresh(layer, directory, text, wanted, start, prepared.as_ref())
            .map_err(|mut error| {
                if let Some(span) = self.files().span(text.mark) {
                    error.related.push(crate::base::Label { span, text: "included here".to_owned() });
                }
                error
            })?;
        // What chose a schema changes what comes after it, so it is done again each time. So is what took something
        // from outside: that depends on what includes it.
        let mut base = None;
        if let Some(key) = key
            && self.schema.borrow().is_none()
            && self.outside_uses() == outside
        {
            base = Some(self.sub_builds().put(
                key.clone(),
                SubBuild {
                    place: key.place,
                    accumulated: accumulated.clone(),
                    roots: self.visited_since(visited),
                    warnings: self.warnings_since(warnings),
                    notes: self.note(|notes| notes.since(noted)),
                    kustomizations: self.kustomization_count() - kustomizations,
                    asked: self.answered_since(recorded),
                },
            ));
        }
        if wanted != Kind::Component {
            self.trace_base(before, base.as_ref());
        }
        Ok(accumulated)
    }

    fn include_fresh(
        &self,
        layer: &Layer<'_>,
        Directory { path: root, remote }: Directory,
        text: &Text,
        wanted: Kind,
        start: Option<Accumulated>,
        key: Option<&SubBuildKey>,
    ) -> Result<Accumulated, BuildError> {
        self.count(1, text.mark)?;
        self.visited(std::iter::once(root.clone()));
        let read = || self.load_kustomization(&root, text.mark);
        let prepared = key.map(|key| self.prepare(key, read)).transpose()?;
        let (file, kustomization) = match &prepared {
            Some(known) => (root.child(&known.file), Arc::clone(&known.kustomization)),
            None => read()?,
        };
        if kustomization.kind != wanted {
            let (message, hint) = match wanted {
                Kind::Kustomization => (
                    format!("`{}` is a component", text.value),
                    "List it under `components`, not `resources`.",
                ),
                Kind::Component => (
                    format!("`{}` is a kustomization, not a component", text.value),
                    "List it under `resources`, or give it `kind: Component`.",
                ),
            };
            return Err(self.refuse(Fault::new("kustomization/kind", text.mark, message).hint(hint)));
        }
        let origin = layer.origin.as_ref().map(|origin| origin.append(&text.value));
        let parent = Some(layer);
        let below =
            Layer { root, file, kustomization, parent, included: text.mark, origin, remote, prepared };
        self.choose_schema(&below)?;
        let entered = self.note(|notes| notes.now());
        let kind = if wanted == Kind::Component { LayerKind::Component } else { LayerKind::Base };
        let directory = self.source.file_name(&below.root);
        self.note(|notes| notes.layers.push(LayerRoot { directory, kind }));
        let accumulated = self.accumulate(&below, start.unwrap_or_else(Accumulated::nothing))?;
        self.note(|notes| {
            if let [own, _, ..] = notes.layers_since(entered) {
                own.is_on_others();
            }
        });
        Ok(accumulated)
    }

    fn count(&self, more: usize, mark: Mark) -> Result<(), BuildError> {
        let limit = self.limits().kustomizations;
        if self.count_kustomizations(more) > limit {
            let message = format!("the build reads more than {limit} kustomizations");
            return Err(
                self.refuse(Fault::new("limit/kustomizations", mark, message).hint(raise("kustomizations")))
            );
        }
        Ok(())
    }

    /// A directory may not include itself, a directory above itself, or one that is being built.
    ///
    /// Paths are compared no further than to the address by which their repository was fetched: addresses were
    /// compared before that.
    fn refuse_cycle(&self, layer: &Layer<'_>, directory: &Directory, text: &Text) -> Result<(), BuildError> {
        let root = &directory.path;
        if directory.remote.is_some() {
            return Ok(());
        }
        let mut same_files = true;
        let mut chain =
            layer.chain().take_while(|above| std::mem::replace(&mut same_files, above.remote.is_none()));
        let Some(above) = chain.find(|above| above.root.is_within(root)) else { return Ok(()) };
        let message = if above.root == *root {
            format!("`{}` leads back to `{}`, which is being built", text.value, self.shown(root))
        } else {
            format!(
                "`{}` leads to `{}`, which contains `{}`, which is being built",
                text.value,
                self.shown(root),
                self.shown(&above.root)
            )
        };
        let mut error = self.refuse(Fault::new("load/cycle", text.mark, message).hint(
            "A kustomization may include its neighbours and what lies below it, never what includes it.",
        ));
        for layer in layer.chain().take_while(|layer| layer.root != above.root) {
            if let Some(span) = self.files().span(layer.included) {
                error.related.push(crate::base::Label {
                    span,
                    text: format!("includes `{}`", self.shown(&layer.root)),
                });
            }
        }
        Err(error)
    }

    /// The key under which what a directory holds can be shared; `None` when it depends on more than its files.
    fn layer_key(&self, root: &RepoPath) -> Option<SubBuildKey> {
        if self.tracks_origin.get() {
            return None;
        }
        let (content, path) = self.source.build_key(root)?;
        let file = self.files().id(&self.source.file_name(root));
        let place = Place { path, file, restriction: self.options.load_restriction };
        Some(SubBuildKey { content, place })
    }
}

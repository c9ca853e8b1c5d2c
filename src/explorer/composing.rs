//! Composes a target and builds it, in memory: first its layers, then what the service makes of them.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::rendered::Built;
use super::{Failure, Shared};
use crate::base::{Diagnostic, Stop};
use crate::catalog::{
    self, Catalog, Composition, GeneratedFile, Inventory, LayerUse, Revision, Start, TargetId,
};
use crate::kustomize::{BuildOptions, Gathered};
use crate::vfs::{Memory, Mounts, Record, Recorder, Source};

/// Everything that a target is made of.
pub(super) struct Ingredients<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) target: &'a TargetId,
    pub(super) revision: &'a Revision,
    /// Its layers.
    pub(super) uses: &'a [LayerUse],
    /// What the layers are read from.
    pub(super) layers: &'a Arc<dyn Source>,
    /// What patches that the service names by path are read from.
    pub(super) patches: &'a dyn Source,
}

/// A target on the way to its manifests.
pub(super) struct Composed {
    start: Start,
    /// The composition and what its layers gathered, or why they do not.
    pub(super) gathered: Result<(Composition, Gathered), Diagnostic>,
    /// What was asked of the layers.
    pub(super) asked: Record,
}

impl Composed {
    /// The generated files, as far as there are any.
    pub(super) fn files(&self) -> &[GeneratedFile] {
        match &self.gathered {
            Ok((composition, _)) => &composition.files,
            Err(_) => &self.start.files,
        }
    }
}

impl Shared {
    /// Gathers the layers of a target and composes its kustomization over them.
    ///
    /// # Errors
    ///
    /// When the catalog gives no composition, whatever the layers are.
    pub(super) fn composed(&self, target: &Ingredients<'_>, stop: &Stop) -> Result<Composed, Failure> {
        let Ingredients { catalog, target: id, revision, uses, .. } = *target;
        let start = catalog::start(catalog, id, uses, revision).map_err(Arc::new)?;
        self.renders.gathered.fetch_add(1, Ordering::Relaxed);
        let (gathered, asked) = recorded(target, &start.files, |source| {
            self.engine.gather_until(source, &start.directory, &BuildOptions::default(), stop)
        });
        let gathered = match gathered {
            Err(problem) => Err(problem),
            Ok(gathered) => {
                let inventory = Inventory::of(&gathered);
                let composition = catalog::compose(catalog, id, uses, &start, &inventory, target.patches);
                Ok((composition.map_err(Arc::new)?, gathered))
            }
        };
        Ok(Composed { start, gathered, asked })
    }

    /// Builds and prints a composition over what its layers gathered; also says what was asked of the layers on top.
    pub(super) fn build_on(
        &self,
        target: &Ingredients<'_>,
        composition: &Composition,
        gathered: Gathered,
        stop: &Stop,
    ) -> (Result<Built, Diagnostic>, Record) {
        let (built, asked) = recorded(target, &composition.files, |source| {
            let (options, directory) = (BuildOptions::default(), &composition.directory);
            self.engine.build_on_until(gathered, source, directory, &options, stop)
        });
        let printed = built.and_then(|(manifests, workings)| {
            // What asks more of the layers has to ask again.
            let workings = workings.filter(|_| asked.is_empty());
            Built::printed(manifests, workings, target.revision.clone())
        });
        (printed, asked)
    }
}

/// Runs `build` over generated files with the layers of the revision beside them, as `overlens generate` writes them to
/// disk. Returns what it comes to and what it asked of the layers.
fn recorded<R>(
    target: &Ingredients<'_>,
    files: &[GeneratedFile],
    build: impl FnOnce(&dyn Source) -> R,
) -> (R, Record) {
    let files = files.iter().map(|file| (file.path.clone(), file.text.as_bytes()));
    let directory = catalog::layers_directory(target.revision);
    let source =
        Mounts::new(Arc::new(Memory::read_once(files))).with(directory.clone(), target.layers.clone());
    let recorder = Recorder::new(&source, directory);
    let result = build(&recorder);
    (result, recorder.into_record())
}

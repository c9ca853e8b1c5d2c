//! Writes compositions as folders that kustomize, Argo CD and Flux can build.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Failure, Shared, fleet};
use crate::base::Diagnostic;
use crate::catalog::generate::{GeneratePlan, PlannedFile, Wanted};
use crate::catalog::{Address, Composition, Revision, TargetId};
use crate::report::answer::Overview;
use crate::vfs::{Memory, Source, WorkTree};

/// What was generated.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Generated {
    /// The targets whose folders are complete now.
    pub targets: Vec<TargetId>,
    /// Targets without a composition, and why.
    pub failed: BTreeMap<TargetId, Failure>,
    /// Number of files that were new or changed.
    pub files_written: usize,
    /// Number of files of earlier runs that were removed.
    pub files_removed: usize,
}

impl Shared {
    /// Writes the compositions of targets and the layers that they reach below `out`.
    pub(super) fn generate(
        &self,
        overview: &Overview,
        addresses: &[Address],
        out: &Path,
    ) -> Result<Generated, Diagnostic> {
        let composed: Vec<Result<(Composition, Revision), Failure>> =
            fleet::map(addresses.len(), &|number| self.compose(overview, &addresses[number]));
        let mut generated = Generated::default();
        let mut wanted = Wanted::default();
        for (address, result) in addresses.iter().zip(composed) {
            let added = result.and_then(|(composition, revision)| {
                let layered = self.layers.at(&self.platform, &revision, &overview.catalog.settings)?;
                wanted.add_layers(&composition.layers, &revision, &*layered.source).map_err(Arc::new)?;
                wanted.add_target(&composition);
                Ok(())
            });
            match added {
                Ok(()) => generated.targets.push(address.target.clone()),
                Err(failure) => {
                    generated.failed.insert(address.target.clone(), failure);
                }
            }
        }
        let disk = existing(out)?;
        let plan = wanted.plan(&*disk).map_err(in_the_way)?;
        carry_out(&plan, out)?;
        generated.files_written = plan.writes.len();
        generated.files_removed = plan.removals.len();
        Ok(generated)
    }
}

/// What lies in the directory already.
fn existing(out: &Path) -> Result<Arc<dyn Source>, Diagnostic> {
    match WorkTree::open(out) {
        Ok(tree) => Ok(Arc::new(tree)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Ok(Arc::new(Memory::new(std::iter::empty::<(_, &[u8])>())))
        }
        Err(error) => Err(Diagnostic::error(
            "generate/directory",
            format!("`{}` cannot be written to: {error}", out.display()),
        )
        .hint("Name another directory with `--out`.")),
    }
}

/// The first file that stands in the way, with the others beside it.
fn in_the_way(problems: Vec<Diagnostic>) -> Diagnostic {
    let mut problems = problems.into_iter();
    let Some(mut first) = problems.next() else {
        return Diagnostic::error("generate/in-the-way", "files stand in the way");
    };
    first.related.extend(problems.filter_map(|problem| problem.primary));
    first
}

fn carry_out(plan: &GeneratePlan, out: &Path) -> Result<(), Diagnostic> {
    // The record of ownership is the last file, and is written when all others are there.
    let Some((record, files)) = plan.writes.split_last() else { return Ok(()) };
    files.par_iter().try_for_each(|file| put(file, out))?;
    for path in &plan.removals {
        let place = out.join(path.as_str());
        fs::remove_file(&place).map_err(|error| failed(&place, &error))?;
    }
    put(record, out)
}

fn put(file: &PlannedFile, out: &Path) -> Result<(), Diagnostic> {
    let place = out.join(file.path.as_str());
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent).map_err(|error| failed(parent, &error))?;
    }
    fs::write(&place, &file.bytes).map_err(|error| failed(&place, &error))
}

fn failed(place: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error("generate/write", format!("`{}` could not be written: {error}", place.display()))
        .hint("Look for space on the disk and its permissions, then run the same command again: it goes on where it stopped.")
}

//! Sub-builds that are shared between builds of one engine.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::base::FileName;
use crate::vfs::{ContentId, DirEntry, EntryKind, FileContent, Source, SourceError};

/// Files that say what they are, so that builds of them can be shared, and count how often they are read.
struct Counted {
    files: Memory,
    reads: AtomicUsize,
}

impl Counted {
    fn new(files: &str) -> Self {
        Self { files: Memory::fixture(files).unwrap(), reads: AtomicUsize::new(0) }
    }

    /// Builds a directory, and says how many files were read for it.
    fn reads(&self, engine: &Engine, at: &str) -> (usize, Result<String, &'static str>) {
        let before = self.reads.load(Ordering::Relaxed);
        let built = engine.build(self, &RepoPath::parse(at).unwrap(), &BuildOptions::default());
        let built = built.map(|built| built.to_yaml().unwrap()).map_err(|problem| problem.code);
        (self.reads.load(Ordering::Relaxed) - before, built)
    }
}

impl Source for Counted {
    fn read(&self, path: &RepoPath) -> Result<FileContent, SourceError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.files.read(path)
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        self.files.kind(path)
    }

    fn canonical(&self, path: &RepoPath) -> Result<RepoPath, SourceError> {
        self.files.canonical(path)
    }

    fn list(&self, directory: &RepoPath) -> Result<Vec<DirEntry>, SourceError> {
        self.files.list(directory)
    }

    fn file_name(&self, path: &RepoPath) -> FileName {
        self.files.file_name(path)
    }

    fn build_key(&self, directory: &RepoPath) -> Option<(ContentId, RepoPath)> {
        Some((ContentId([7; 20]), directory.clone()))
    }
}

const FILES: &str = "
#- base/kustomization.yaml
resources: [all.yaml]
commonLabels: {app: shop}
#- base/all.yaml
{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
#- one/kustomization.yaml
resources: [../base]
namePrefix: one-
#- two/kustomization.yaml
resources: [../base]
namePrefix: two-
";

#[test]
fn a_base_is_built_once_and_later_layers_do_not_change_it() {
    let source = Counted::new(FILES);
    let engine = Engine::default();
    let (first, one) = source.reads(&engine, "one");
    let (second, two) = source.reads(&engine, "two");
    assert_eq!((first, second), (3, 1), "the base is not read again");
    assert!(one.unwrap().contains("  name: one-a\n"));
    assert!(two.unwrap().contains("  name: two-a\n"));
}

#[test]
fn warnings_of_a_shared_base_are_said_each_time() {
    let source = Counted::new(FILES);
    let engine = Engine::default();
    for directory in ["one", "two"] {
        let path = RepoPath::parse(directory).unwrap();
        let built = engine.build(&source, &path, &BuildOptions::default()).unwrap();
        assert_eq!(built.remarks.warnings.len(), 1, "{directory}");
    }
}

#[test]
fn a_cycle_through_a_shared_base_is_still_found() {
    let source = Counted::new(
        "
#- a/kustomization.yaml
resources: [../b]
#- b/kustomization.yaml
resources: [../a/inner]
#- a/inner/kustomization.yaml
resources: [x.yaml]
#- a/inner/x.yaml
{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
#- outer/kustomization.yaml
resources: [../b]
#- a/inner/below/kustomization.yaml
resources: [../../../b]
",
    );
    let engine = Engine::default();
    assert!(source.reads(&engine, "outer").1.is_ok(), "this puts `b` into the cache");
    assert!(source.reads(&engine, "a").1.is_ok());
    assert_eq!(
        source.reads(&engine, "a/inner/below").1,
        Err("load/cycle"),
        "`b` leads above what is being built"
    );
}

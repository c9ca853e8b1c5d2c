//! Sources mounted in each other.

use std::sync::Arc;

use super::{contract, memory_of_contract, path};
use crate::git::fixture::Fixture;
use crate::vfs::{EntryKind, GitTree, Memory, Mounts, Source, SourceError, WorkTree};

fn memory(fixture: &str) -> Arc<dyn Source> {
    Arc::new(Memory::fixture(fixture).unwrap())
}

#[test]
fn the_root_alone_keeps_the_contract() {
    contract::check(&Mounts::new(Arc::new(memory_of_contract())));
    let at_root = Mounts::new(memory("")).with(path(""), Arc::new(memory_of_contract()));
    contract::check(&at_root);
}

#[test]
fn a_mounted_source_is_read_below_its_path() {
    let source = Mounts::new(memory("#- kustomization.yaml\nroot\n#- .layers/hidden/x\n"))
        .with(path(".layers/one"), memory("#- base/x.yaml\n1\n"))
        .with(path(".layers/two"), memory("#- base/x.yaml\n2\n"));
    assert_eq!(&*source.read(&path(".layers/two/base/x.yaml")).unwrap().bytes, b"2\n");
    assert_eq!(&*source.read(&path("kustomization.yaml")).unwrap().bytes, b"root\n");
    assert_eq!(contract::names(&source, ""), [".layers/", "kustomization.yaml"]);
    assert_eq!(contract::names(&source, ".layers"), ["hidden/", "one/", "two/"]);
    assert_eq!(contract::names(&source, ".layers/one"), ["base/"]);
    assert_eq!(source.kind(&path(".layers/one")), Ok(Some(EntryKind::Directory)));
    assert_eq!(source.canonical(&path(".layers")), Ok(path(".layers")));
    assert_eq!(source.canonical(&path(".layers/one/base")), Ok(path(".layers/one/base")));
    let missing = path(".layers/one/nothing");
    assert_eq!(source.read(&missing).unwrap_err(), SourceError::NotFound(missing.clone()));
    assert_eq!(source.read(&path(".layers")).unwrap_err(), SourceError::IsDirectory(path(".layers")));
}

#[test]
fn links_stay_in_their_mount() {
    let source = Mounts::new(memory("#- secret\nroot\n#- to-mount -> m/inside\n")).with(
        path("m"),
        memory("#- inside\nin\n#- a/ok -> ../inside\n#- a/out -> ../../secret\n#- a/up -> ../..\n"),
    );
    assert_eq!(source.canonical(&path("m/a/ok")), Ok(path("m/inside")));
    for link in ["m/a/out", "m/a/up"] {
        match source.read(&path(link)).unwrap_err() {
            SourceError::LinkOutside { path: link_path, .. } => assert_eq!(link_path, path(link)),
            other => panic!("{link}: {other:?}"),
        }
    }
    assert_eq!(source.kind(&path("to-mount")), Ok(None));
}

#[test]
fn names_and_build_keys_are_those_of_the_mounted_source() {
    let fixture = Fixture::empty();
    let commit = fixture.commit(0, "Layers", &[("archetype/api/x.yaml", "1\n")]);
    let tree: Arc<dyn Source> = Arc::new(GitTree::at(&fixture.open(), commit).unwrap());
    let disk: Arc<dyn Source> = Arc::new(WorkTree::open(fixture.path()).unwrap());
    let prefix = path(".layers").child(&commit.to_string());
    let source = Mounts::new(memory("#- kustomization.yaml\n"))
        .with(prefix.clone(), Arc::clone(&tree))
        .with(path("now"), disk);
    let layer = prefix.join("archetype/api").unwrap();
    assert_eq!(source.build_key(&layer), tree.build_key(&path("archetype/api")));
    assert_eq!(source.build_key(&path("now/archetype")), None);
    assert_eq!(source.build_key(&path("")), None);
    let name = source.file_name(&layer.child("x.yaml"));
    assert_eq!(name.path, path("archetype/api/x.yaml"));
    assert_eq!(name.revision.as_deref(), Some(commit.to_string().as_str()));
}

#[test]
fn a_boundary_is_the_root_of_the_mounted_source() {
    let inner = Mounts::new(memory("")).with(path("deep"), memory(""));
    let source = Mounts::new(memory("")).with(path("m"), Arc::new(inner));
    assert_eq!(source.boundary(&path("a/b")), path(""));
    assert_eq!(source.boundary(&path("m/a")), path("m"));
    assert_eq!(source.boundary(&path("m/deep/a")), path("m/deep"));
}

#[test]
fn a_source_with_another_one_inside_has_no_build_key() {
    let source = Mounts::new(memory(""))
        .with(path("outer"), memory("#- a/x\n"))
        .with(path("outer/inner"), memory("#- b/x\n"));
    assert_eq!(source.build_key(&path("outer/a")), None);
    assert!(source.build_key(&path("outer/inner/b")).is_some());
    assert_eq!(contract::names(&source, "outer"), ["a/", "inner/"]);
}

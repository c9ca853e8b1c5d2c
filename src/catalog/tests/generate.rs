//! What is written, and what is never overwritten.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{file, sentences};
use crate::base::{Diagnostic, RepoPath};
use crate::catalog::generate::{GeneratePlan, RECORD, Wanted};
use crate::catalog::{
    Composition, GeneratedFile, LayerKind, LayerRole, LayerUse, Revision, Spanned, TargetId,
};
use crate::vfs::{Memory, Source};

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

fn target(files: &[(&str, &str)]) -> Composition {
    let directory = path("shop/prod/euw1");
    let generated = files.iter().map(|(name, text)| GeneratedFile {
        path: directory.child(name),
        text: (*text).to_owned(),
        lines: Vec::new(),
    });
    Composition {
        target: TargetId::new("shop", "prod", "euw1"),
        directory: directory.clone(),
        files: generated.collect(),
        layers: Vec::new(),
        namespace: Spanned { value: Arc::from("x"), span: crate::base::Span::of_file(path("x")) },
        warnings: Vec::new(),
        looks: Default::default(),
    }
}

fn wanted(files: &[(&str, &str)]) -> Wanted {
    let mut wanted = Wanted::default();
    wanted.add_target(&target(files));
    wanted
}

/// A directory on disk with a plan carried out.
fn carried_out(disk: &[(String, Vec<u8>)], plan: &GeneratePlan) -> Vec<(String, Vec<u8>)> {
    let mut files: BTreeMap<String, Vec<u8>> = disk.iter().cloned().collect();
    for write in &plan.writes {
        files.insert(write.path.to_string(), write.bytes.to_vec());
    }
    for removal in &plan.removals {
        files.remove(removal.as_str());
    }
    files.into_iter().collect()
}

fn disk(files: &[(String, Vec<u8>)]) -> Memory {
    Memory::new(files.iter().map(|(name, bytes)| (path(name), bytes.clone())))
}

fn written(plan: &GeneratePlan) -> Vec<&str> {
    plan.writes.iter().map(|write| write.path.as_str()).collect()
}

fn refused(result: Result<GeneratePlan, Vec<Diagnostic>>) -> Vec<String> {
    sentences(&result.unwrap_err())
}

#[test]
fn the_second_run_changes_only_what_is_different_and_removes_what_is_gone() {
    let first = wanted(&[("a", "1"), ("b", "2")]).plan(&disk(&[])).unwrap();
    assert_eq!(written(&first), ["shop/prod/euw1/a", "shop/prod/euw1/b", RECORD]);
    let files = carried_out(&[], &first);
    let same = wanted(&[("a", "1"), ("b", "2")]).plan(&disk(&files)).unwrap();
    assert_eq!((written(&same).len(), same.unchanged), (0, 2));
    let second = wanted(&[("a", "changed"), ("c", "3")]).plan(&disk(&files)).unwrap();
    assert_eq!(written(&second), ["shop/prod/euw1/a", "shop/prod/euw1/c", RECORD]);
    assert_eq!(second.removals, [path("shop/prod/euw1/b")]);
    let files = carried_out(&files, &second);
    assert_eq!(wanted(&[("a", "changed"), ("c", "3")]).plan(&disk(&files)).unwrap().unchanged, 2);
}

#[test]
fn files_of_other_targets_stay() {
    let first = wanted(&[("a", "1")]).plan(&disk(&[])).unwrap();
    let mut other = target(&[("z", "1")]);
    other.directory = path("shop/prod/euw2");
    other.files[0].path = path("shop/prod/euw2/z");
    let mut next = Wanted::default();
    next.add_target(&other);
    let files = carried_out(&[], &first);
    let plan = next.plan(&disk(&files)).unwrap();
    assert_eq!(plan.removals, Vec::<RepoPath>::new());
    let files = carried_out(&files, &plan);
    assert_eq!(wanted(&[("a", "2")]).plan(&disk(&files)).unwrap().writes.len(), 2);
}

#[test]
fn what_was_not_generated_or_was_changed_since_is_refused() {
    let mine = vec![("shop/prod/euw1/a".to_owned(), b"mine".to_vec())];
    let hint = "-- Move it away, or choose another directory with `--out`. Nothing was written.";
    assert_eq!(
        refused(wanted(&[("a", "1"), ("b", "2")]).plan(&disk(&mine))),
        [format!(
            "error shop/prod/euw1/a: `shop/prod/euw1/a` would be overwritten, and it was not generated {hint}"
        )]
    );
    let first = wanted(&[("a", "1"), ("b", "2")]).plan(&disk(&[])).unwrap();
    let mut files = carried_out(&[], &first);
    for (name, bytes) in &mut files {
        if name != RECORD {
            bytes.extend_from_slice(b" and more");
        }
    }
    let problems = refused(wanted(&[("a", "other")]).plan(&disk(&files)));
    assert_eq!(problems.len(), 2);
    assert!(
        problems[0]
            .contains("`shop/prod/euw1/a` would be overwritten, and it was changed after it was generated")
    );
    assert!(
        problems[1]
            .contains("`shop/prod/euw1/b` would be removed, and it was changed after it was generated")
    );
}

#[test]
fn files_and_directories_in_the_way_are_refused() {
    let in_the_way =
        |name: &str| refused(wanted(&[("a", "1")]).plan(&disk(&[(name.to_owned(), b"x".to_vec())])));
    assert!(in_the_way("shop/prod")[0].contains("`shop/prod` is a file, and a directory is needed there"));
    assert!(in_the_way("shop/prod/euw1/a/b")[0].contains("`shop/prod/euw1/a` is a directory"));
}

#[test]
fn the_same_bytes_are_fine_whoever_wrote_them() {
    let plan = wanted(&[("a", "1")]).plan(&disk(&[("shop/prod/euw1/a".to_owned(), b"1".to_vec())])).unwrap();
    assert_eq!((written(&plan), plan.unchanged), (vec![RECORD], 1));
}

#[test]
fn a_record_that_cannot_be_read_stops_everything() {
    let broken = [(RECORD.to_owned(), b"# head\nnot an id\n".to_vec())];
    assert_eq!(
        refused(wanted(&[("a", "1")]).plan(&disk(&broken))),
        [format!(
            "error {RECORD}:2: the record of generated files cannot be read: the line is not an id and a path -- Remove \
             the generated files with the record, or choose another directory with `--out`."
        )]
    );
}

#[test]
fn layers_take_along_what_they_reach_and_nothing_else() {
    let source = Memory::fixture(
        "\
#- kustomize/components/x/kustomization.yaml
kind: Component
resources: [../../bases/b, r.yaml]
patches: [{ path: p.yaml }]
configMapGenerator:
- name: c
  files: [key=data/value.txt]
  envs: [my settings.env]
transformers: [t.yaml]
#- kustomize/components/x/r.yaml
kind: A
#- kustomize/components/x/p.yaml
kind: A
#- kustomize/components/x/data/value.txt
text
#- kustomize/components/x/my settings.env
A=b
#- kustomize/components/x/t.yaml
kind: PatchTransformer
path: inner.yaml
#- kustomize/components/x/inner.yaml
kind: A
#- kustomize/components/x/README.md
not needed
#- kustomize/bases/b/kustomization.yml
resources: [s.yaml, ../../components/x, https://example.com/x]
#- kustomize/bases/b/s.yaml
kind: A
#- kustomize/bases/c/kustomization.yaml
kind: Kustomization
",
    )
    .unwrap();
    let layer = LayerUse {
        path: path("kustomize/components/x"),
        role: LayerRole::Component,
        kind: LayerKind::Component,
        span: None,
    };
    let mut wanted = Wanted::default();
    let revision = Revision::Commit("c0ffee".into());
    wanted.add_layers(&[layer.clone(), layer], &revision, &source as &dyn Source).unwrap();
    let plan = wanted.plan(&disk(&[])).unwrap();
    let names: Vec<&str> =
        written(&plan).iter().map(|name| name.trim_start_matches(".layers/c0ffee/kustomize/")).collect();
    assert_eq!(
        names,
        [
            "bases/b/kustomization.yml",
            "bases/b/s.yaml",
            "components/x/data/value.txt",
            "components/x/inner.yaml",
            "components/x/kustomization.yaml",
            "components/x/my settings.env",
            "components/x/p.yaml",
            "components/x/r.yaml",
            "components/x/t.yaml",
            RECORD,
        ]
    );
    let copy = disk(&carried_out(&[], &plan));
    assert_eq!(file(&copy, ".layers/c0ffee/kustomize/components/x/data/value.txt"), "text\n");
}

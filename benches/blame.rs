//! What blame costs: a warm build printed as text, and the same build read back line by line.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;

use overlens::base::RepoPath;
use overlens::kustomize::{BuildOptions, Engine, Manifests};
use overlens::report::blame::{Places, blame};
use overlens::vfs::Memory;
use overlens::yaml::{emit, emit_lines};

fn main() {
    divan::main();
}

/// Deployments below an overlay with a patch, images, labels and a namespace.
const DEPLOYMENTS: usize = 200;

fn tree() -> Memory {
    let mut resources = String::new();
    for number in 0..DEPLOYMENTS {
        let _ = write!(
            resources,
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-{number}\nspec:\n  replicas: 1\n  \
             template:\n    spec:\n      containers:\n      - name: app\n        image: registry/app:1\n        \
             env:\n        - name: A\n          value: one\n        - name: B\n          value: two\n        \
             resources:\n          limits:\n            cpu: 100m\n            memory: 128Mi\n"
        );
    }
    let files = [
        ("base/kustomization.yaml", "resources: [all.yaml]\n".to_owned()),
        ("base/all.yaml", resources),
        (
            "over/kustomization.yaml",
            "resources: [../base]\nnamespace: team\nnamePrefix: a-\nlabels:\n- pairs: {tier: front}\n  \
             includeTemplates: true\nimages:\n- {name: registry/app, newTag: \"2\"}\npatches:\n- target: {kind: \
             Deployment}\n  patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: x}\n    \
             spec:\n      replicas: 3\n      template:\n        spec:\n          containers:\n          - name: app\n            \
             env:\n            - {name: A, value: three}\n"
                .to_owned(),
        ),
    ];
    let path = |text: &str| RepoPath::parse(text).unwrap_or_else(|_| RepoPath::root());
    Memory::new(files.iter().map(|(name, text)| (path(name), text.as_bytes())))
}

fn build(engine: &Engine, tree: &Memory) -> Manifests {
    let directory = RepoPath::root().child("over");
    engine.build(tree, &directory, &BuildOptions::default()).unwrap_or_default()
}

/// A build printed as kustomize prints it.
#[divan::bench]
fn build_and_print(bencher: divan::Bencher<'_, '_>) {
    let (engine, tree) = (Engine::default(), tree());
    bencher.bench(|| {
        let built = build(&engine, &tree);
        let mut text = String::new();
        built.resources.iter().for_each(|resource| {
            let _ = emit(resource.node(), &mut text);
        });
        text.len()
    });
}

/// The same, with the value behind every line.
#[divan::bench]
fn build_and_print_with_the_value_of_every_line(bencher: divan::Bencher<'_, '_>) {
    let (engine, tree) = (Engine::default(), tree());
    bencher.bench(|| {
        let built = build(&engine, &tree);
        let mut text = String::new();
        built.resources.iter().for_each(|resource| {
            let lines = emit_lines(resource.node(), &mut text);
            black_box(lines.map(|lines| lines.len()).unwrap_or_default());
        });
        text.len()
    });
}

/// The full report: text, path and history of every line, as data.
#[divan::bench]
fn the_whole_report(bencher: divan::Bencher<'_, '_>) {
    let (engine, tree) = (Engine::default(), tree());
    let built = build(&engine, &tree);
    bencher.bench(|| {
        let places = Places::new(engine.files().clone(), built.remarks.layers.clone(), Arc::new(|_| None));
        blame(&built, places).map(|blame| blame.lines.len()).unwrap_or_default()
    });
}

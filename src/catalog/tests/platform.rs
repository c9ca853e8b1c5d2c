//! The sample platform of this repository, composed and built target by target.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::sentences;
use crate::base::{RepoPath, Stop};
use crate::catalog::generate::Wanted;
use crate::catalog::{
    Composition, GeneratedFile, Inventory, Layers, Revision, compose, layers_directory, load, start,
    usable_service,
};
use crate::kustomize::{BuildOptions, Engine, Manifests};
use crate::vfs::{Memory, Mounts, Source, WorkTree};
use crate::yaml::Limits;

fn build(
    engine: &Engine,
    files: &[GeneratedFile],
    directory: &RepoPath,
    source: &Arc<WorkTree>,
) -> Manifests {
    engine
        .build(&mounted(files, source), directory, &BuildOptions::default())
        .unwrap_or_else(|problem| panic!("{directory}: {problem}"))
}

pub(super) fn mounted(files: &[GeneratedFile], source: &Arc<WorkTree>) -> Mounts {
    let memory = Memory::new(files.iter().map(|file| (file.path.clone(), file.text.as_bytes())));
    let layers: Arc<dyn Source> = source.clone();
    Mounts::new(Arc::new(memory)).with(layers_directory(&Revision::WorkTree), layers)
}

/// Every target with the text it renders to; built once for all tests.
fn all() -> &'static [(Composition, String)] {
    static RENDERED: OnceLock<Vec<(Composition, String)>> = OnceLock::new();
    RENDERED.get_or_init(render)
}

fn render() -> Vec<(Composition, String)> {
    let engine = &Engine::default();
    let source = Arc::new(WorkTree::open(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap());
    let (catalog, _) = load(&*source, &Limits::default());
    let layers = Layers::read(&*source, Revision::WorkTree, &catalog.settings, &RepoPath::root());
    let rendered = catalog.targets().into_iter().map(|target| {
        let service = usable_service(&catalog, &target).unwrap();
        let uses = layers.of_target(service, &target).unwrap();
        let start = start(&catalog, &target, &uses, &Revision::WorkTree).unwrap();
        let (options, stop) = (BuildOptions::default(), Stop::default());
        let gathered =
            engine.gather_until(&mounted(&start.files, &source), &start.directory, &options, &stop).unwrap();
        let inventory = Inventory::of(&gathered);
        let composition = compose(&catalog, &target, &uses, &start, &inventory, &*source).unwrap();
        let text = build(engine, &composition.files, &composition.directory, &source).to_yaml().unwrap();
        let files = mounted(&composition.files, &source);
        let (on, _) =
            engine.build_on_until(gathered, &files, &composition.directory, &options, &stop).unwrap();
        assert_eq!(on.to_yaml().unwrap(), text, "in two halves {target} builds to something else");
        (composition, text)
    });
    rendered.collect()
}

#[test]
fn every_target_builds_without_a_warning_and_no_placeholder_is_left() {
    for (composition, text) in all() {
        assert_eq!(sentences(&composition.warnings), Vec::<String>::new(), "{}", composition.target);
        // The main container keeps its name; resources and references to them do not.
        let left: BTreeSet<&str> = text
            .lines()
            .map(str::trim_start)
            .filter(|line| line.ends_with(" app") || line.contains(": app-"))
            .filter(|line| !matches!(*line, "name: app" | "- name: app"))
            .collect();
        assert_eq!(left, BTreeSet::new(), "{}", composition.target);
        assert!(!text.contains("image: app\n"), "{}", composition.target);
        assert_eq!(text.matches("name: app\n").count(), 1, "{}", composition.target);
    }
}

#[test]
fn what_is_generated_holds_everything_that_a_build_needs() {
    let engine = Engine::default();
    let source = WorkTree::open(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let rendered = all();
    let mut wanted = Wanted::default();
    for (composition, _) in rendered {
        wanted.add_target(composition);
        wanted.add_layers(&composition.layers, &Revision::WorkTree, &source).unwrap();
    }
    let plan = wanted.plan(&Memory::default()).unwrap();
    let written = Memory::new(plan.writes.iter().map(|file| (file.path.clone(), &*file.bytes)));
    for (composition, text) in rendered.iter().filter(|(composition, _)| &*composition.target.env == "prod") {
        let built = engine.build(&written, &composition.directory, &BuildOptions::default()).unwrap();
        assert_eq!(built.to_yaml().unwrap(), *text, "{}", composition.target);
    }
}

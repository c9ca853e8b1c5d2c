//! Tests of the catalog: each is a few files in a string and sentences out.

mod again;
mod composition;
mod effective;
mod generate;
mod ladder;
mod loading;
mod looks;
mod platform;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Catalog, Distance, RefProblem, RefResolver, load};
use super::{
    Composition, GeneratedFile, Inventory, InventoryItem, Layers, Revision, TargetId, compose, start,
    usable_service,
};
use crate::base::{Diagnostic, FileId, RepoPath, Severity};
use crate::vfs::{Memory, Source};
use crate::yaml::{self, Limits, Node};

/// A small platform that has nothing wrong.
pub(super) const PLATFORM: &str = "\
#- catalog/services.yaml
services:
  - name: shop
    type: api
    image: registry.example.com/shop
    tag: \"1.0\"
    channel: stable
    regions: [euw1, euw2]
    enabledIn: [int, prod]
    components: [hpa]
    hpa:
      minReplicas: { defaults: 2, overrides: { prod: 4, \"prod/euw2\": 3 } }
      maxReplicas: 6
  - name: ledger
    type: listener
    image: registry.example.com/ledger
    regions: [euw1, euw2]
    enabledIn: [int, prod]
#- catalog/channels.yaml
channels:
  stable: refs/tags/v2
  next: refs/tags/v3
#- catalog/env-pins.yaml
envPins:
  prod: refs/tags/v1
defaultChannel:
  int: next
  prod: stable
#- catalog/region-pins.yaml
regionPins:
  euw2:
    prod: refs/tags/v2
#- catalog/regions.yaml
regions:
  euw1: { role: primary }
  euw2: { role: secondary }
#- catalog/images.lock.yaml
images:
  ledger: { tag: 3.9.1 }
#- kustomize/envs/int/kustomization.yaml
#- kustomize/envs/prod/kustomization.yaml
";

/// The platform with one file replaced.
pub(super) fn with_file(path: &str, text: &str) -> String {
    let mut files: Vec<String> = Vec::new();
    for file in PLATFORM.split_inclusive('\n') {
        if file.starts_with("#- ") {
            files.push(String::new());
        }
        files.last_mut().unwrap().push_str(file);
    }
    files.retain(|file| file.lines().next() != Some(&format!("#- {path}")));
    format!("{}#- {path}\n{text}", files.concat())
}

pub(super) fn read(fixture: &str) -> (Catalog, Vec<Diagnostic>) {
    load(&Memory::fixture(fixture).unwrap(), &Limits::default())
}

/// A catalog that must not have errors.
pub(super) fn good(fixture: &str) -> Catalog {
    let (catalog, problems) = read(fixture);
    let errors: Vec<String> = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .map(Diagnostic::to_string)
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    catalog
}

/// Problems as one line each: severity, place, message, and the first hint after `--`.
pub(super) fn sentences(problems: &[Diagnostic]) -> Vec<String> {
    let line = |problem: &Diagnostic| {
        let severity = format!("{:?}", problem.severity).to_lowercase();
        let hint = problem.hints.first().map(|hint| format!(" -- {hint}")).unwrap_or_default();
        format!("{severity} {problem}{hint}")
    };
    problems.iter().map(line).collect()
}

/// A repository that knows a few refs.
pub(super) struct Refs {
    commits: BTreeMap<&'static str, &'static str>,
    repository: bool,
}

impl Refs {
    pub(super) fn usual() -> Self {
        let commits =
            [("refs/tags/v1", "c1"), ("refs/tags/v2", "c2"), ("refs/tags/v3", "c3"), ("v2-again", "c2")];
        Self { commits: commits.into_iter().collect(), repository: true }
    }

    pub(super) fn none() -> Self {
        Self { commits: BTreeMap::new(), repository: false }
    }
}

impl RefResolver for Refs {
    fn is_repository(&self) -> bool {
        self.repository
    }

    fn resolve(&self, reference: &str) -> Result<Arc<str>, RefProblem> {
        let nearest =
            || crate::base::nearest::nearest(reference, self.commits.keys().copied()).map(str::to_owned);
        let commit = self.commits.get(reference);
        commit.map(|commit| Arc::from(*commit)).ok_or_else(|| RefProblem::NotFound { nearest: nearest() })
    }

    fn distance(&self, _: &str, _: &str) -> Option<Distance> {
        None
    }
}

/// The resources in a text, as the bare layers would build to.
pub(super) fn inventory(text: &str) -> Inventory {
    let item = |node: Node| {
        let text = |path: &[&str]| node.get_path(path).and_then(Node::as_str).unwrap_or("").to_owned();
        let api_version = text(&["apiVersion"]);
        let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
        InventoryItem {
            group: group.into(),
            version: version.into(),
            kind: text(&["kind"]).into(),
            name: text(&["metadata", "name"]).into(),
            node: node.clone(),
        }
    };
    Inventory { items: nodes(text).into_iter().map(item).collect() }
}

pub(super) fn nodes(text: &str) -> Vec<Node> {
    yaml::parse(text.as_bytes(), FileId::NONE, &Limits::default()).unwrap()
}

/// Composes a target over layers that build to `resources`.
pub(super) fn composed(
    fixture: &str,
    address: (&str, &str, &str),
    resources: &str,
) -> Result<Composition, Diagnostic> {
    let source = Memory::fixture(fixture).unwrap();
    let (catalog, _) = load(&source, &Limits::default());
    let target = TargetId::new(address.0, address.1, address.2);
    let service = usable_service(&catalog, &target)?;
    let layers = Layers::read(&source, Revision::WorkTree, &catalog.settings, &RepoPath::root());
    let uses = layers.of_target(service, &target)?;
    let start = start(&catalog, &target, &uses, &Revision::WorkTree)?;
    let composed = compose(&catalog, &target, &uses, &start, &inventory(resources), &source)?;
    let goes_on = |file: &GeneratedFile| {
        let whole = composed.files.iter().find(|whole| whole.path == file.path);
        whole.is_some_and(|whole| whole.text.starts_with(&file.text) && whole.lines.starts_with(&file.lines))
    };
    assert!(start.files.iter().all(goes_on), "the composition does not go on from its start");
    let elsewhere = super::start(&catalog, &target, &uses, &Revision::Commit("c0ffee".into()))?;
    let made = compose(&catalog, &target, &uses, &elsewhere, &inventory(resources), &source)?;
    assert!(composed.over(&elsewhere) == made, "elsewhere it is another one");
    Ok(composed)
}

/// A file of a source as text.
pub(super) fn file(source: &dyn Source, path: &str) -> String {
    String::from_utf8(source.read(&RepoPath::parse(path).unwrap()).unwrap().bytes.to_vec()).unwrap()
}

//! Every value says who wrote it, and what it replaced.

use super::*;
use crate::base::FileTable;
use crate::yaml::{Node, Writer};

const FILES: &str = "
#- base/kustomization.yaml
resources: [web.yaml]
#- base/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: web
        image: shop/web:1
        envFrom:
        - configMapRef: {name: settings}
#- kustomization.yaml
resources: [base]
namespace: shop
namePrefix: eu-
labels:
- pairs:
    app: web
images:
- name: shop/web
  newTag: '2'
replicas:
- name: web
  count: 3
configMapGenerator:
- name: settings
  literals:
  - a=1
";

/// `path:line` of the writer of a value, its kind, and what it replaced.
fn who(files: &FileTable, node: &Node, keys: &[&str]) -> (String, Writer, Option<String>) {
    let node = keys.iter().fold(node, |node, key| {
        key.parse::<usize>()
            .map_or_else(|_| node.get(key), |at| node.as_sequence().map(|items| &items[at]))
            .unwrap()
    });
    let span = files.span(node.mark).unwrap();
    let before = node.before.as_ref().map(|before| before.text.to_string());
    (format!("{}:{}", span.file.path, span.line), node.writer, before)
}

#[test]
fn transformers_point_to_the_line_that_asks_for_them() {
    let engine = Engine::default();
    let source = Memory::fixture(FILES).unwrap();
    let built = engine.build(&source, &RepoPath::root(), &BuildOptions::default()).unwrap();
    let web = built.resources.iter().find(|resource| resource.id().kind == "Deployment").unwrap().node();
    let who = |keys: &[&str]| who(engine.files(), web, keys);
    let transformer =
        |line: &str, before: Option<&str>| (line.to_owned(), Writer::Transformer, before.map(str::to_owned));
    assert_eq!(who(&["metadata", "namespace"]), transformer("kustomization.yaml:2", None));
    assert_eq!(who(&["metadata", "name"]), transformer("kustomization.yaml:3", Some("web")));
    assert_eq!(who(&["metadata", "labels", "app"]), transformer("kustomization.yaml:6", None));
    assert_eq!(who(&["spec", "replicas"]), transformer("kustomization.yaml:12", Some("1")));
    let container = ["spec", "template", "spec", "containers", "0"];
    let image = who(&[&container[..], &["image"]].concat());
    assert_eq!(image, transformer("kustomization.yaml:9", Some("shop/web:1")));
    let untouched = who(&[&container[..], &["name"]].concat());
    assert_eq!(untouched, ("base/web.yaml:10".to_owned(), Writer::Resource, None));
    let reference = who(&[&container[..], &["envFrom", "0", "configMapRef", "name"]].concat());
    assert_eq!((reference.1, reference.2.as_deref()), (Writer::Reference, Some("settings")));
}

#[test]
fn generated_values_point_to_their_source() {
    let engine = Engine::default();
    let source = Memory::fixture(FILES).unwrap();
    let built = engine.build(&source, &RepoPath::root(), &BuildOptions::default()).unwrap();
    let settings = built.resources.iter().find(|resource| resource.id().kind == "ConfigMap").unwrap().node();
    let who = who(engine.files(), settings, &["data", "a"]);
    assert_eq!(who, ("kustomization.yaml:16".to_owned(), Writer::Generator, None));
}

#[test]
fn a_transformer_that_is_written_in_the_kustomization_is_blamed_to_its_line_and_in_quotes_to_the_text() {
    let engine = Engine::default();
    let files = r#"
#- web.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
#- kustomization.yaml
resources: [web.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: LabelTransformer
  metadata: {name: labels}
  labels:
    team: checkout
  fieldSpecs: [{path: metadata/labels, create: true}]
- "apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: notes}\n\
   annotations:\n  contact: '#checkout'\nfieldSpecs: [{path: metadata/annotations, create: true}]"
"#;
    let source = Memory::fixture(files).unwrap();
    let built = engine.build(&source, &RepoPath::root(), &BuildOptions::default()).unwrap();
    let web = built.resources[0].node();
    let line = |keys: &[&str]| who(engine.files(), web, keys).0;
    assert_eq!(line(&["metadata", "labels", "team"]), "kustomization.yaml:8");
    assert_eq!(line(&["metadata", "annotations", "contact"]), "kustomization.yaml:10");
}

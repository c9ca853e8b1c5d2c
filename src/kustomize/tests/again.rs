//! Building again after an edit of a layer: where that builds in part, it comes to what a build from the start does.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::base::Stop;
use crate::kustomize::Workings;
use crate::vfs::{Memory, Recorder, Snapshot};
use crate::yaml::{Node, Value};

/// Components whose patches depend on what others before them did: on labels, on names, on how many they are for.
const FILES: &str = "
#- app/kustomization.yaml
resources: [own.yaml]
components:
- ../work
- ../labels
- ../several
- ../selected
- ../renames
- ../images
namespace: shop
nameSuffix: -x
labels:
- pairs: {owner: all}
  includeSelectors: true
images:
- {name: app, newTag: '2'}
- {name: absent, newTag: '1'}
patches:
- target: {kind: Deployment}
  patch: |
    - {op: replace, path: /metadata/name, value: renamed}
- target: {labelSelector: tier=web}
  patch: |
    {kind: Any, metadata: {name: any, annotations: {selected: 'yes'}}}
- target: {kind: Deployment, labelSelector: tier=api}
  patch: |
    - {op: remove, path: /spec/replicas}
- target: {kind: Deployment}
  patch: |
    - {op: replace, path: /spec/template/spec/containers/1/resources/limits/cpu, value: 4}
    - {op: add, path: /spec/template/spec/containers/0/args/-, value: last}
- target: {kind: Job}
  patch: |
    kind: Job
    metadata: {name: any}
    spec: {template: {spec: {containers: [{name: job, env: [{name: A, value: '9'}]}]}}}
#- app/own.yaml
{apiVersion: v1, kind: ConfigMap, metadata: {name: own}, data: {a: '1'}}
#- work/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [deployment.yaml, job.yaml]
configMapGenerator:
- {name: made, literals: [a=1], options: {disableNameSuffixHash: true}}
#- work/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
  labels:
    tier: web
spec:
  replicas: 2
  template:
    spec:
      securityContext:
        runAsUser: 1000
        seccompProfile:
          type: web
      containers:
      - name: app
        image: app:1
        args: [a, b]
        resources:
          limits:
            cpu: 2
            memory: 3Gi
        envFrom:
        - configMapRef:
            name: own
      - name: side
        image: side:1
        resources:
          limits:
            cpu: 1
            memory: 2Gi
        livenessProbe:
          periodSeconds: 1
#- work/job.yaml
apiVersion: batch/v1
kind: Job
metadata:
  name: job
  labels:
    tier: job
  annotations:
    runs: once
spec:
  template:
    spec:
      containers:
      - name: job
        image: job:1
        env:
        - name: A
          value: '1'
        - name: B
          value: '1'
      backoff:
        limit: 1
#- labels/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches: [{path: tier.yaml}]
#- labels/tier.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
  labels:
    tier: web
    size: small
#- several/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
- path: both.yaml
- path: all.yaml
  target: {kind: Deployment|Job}
#- several/both.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  replicas: 3
---
apiVersion: batch/v1
kind: Job
metadata:
  name: job
  annotations:
    counted: 'yes'
#- several/all.yaml
kind: Any
metadata:
  name: any
spec:
  template:
    spec:
      priorityClassName: high
#- selected/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
- path: web.yaml
  target: {labelSelector: tier=web}
- path: gone.yaml
  target: {labelSelector: size=small}
- path: gone.yaml
  target: {annotationSelector: runs=twice}
#- selected/web.yaml
kind: Any
metadata:
  name: any
  annotations:
    web: '1'
#- selected/gone.yaml
kind: Any
metadata:
  name: any
  annotations:
    runs: null
spec:
  replicas: null
#- renames/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
- path: job.yaml
  target: {kind: Job}
- path: name.yaml
  target: {kind: RENAMED, labelSelector: tier=api}
  options: {allowNameChange: true}
#- renames/job.yaml
- op: replace
  path: /metadata/name
  value: other
#- renames/name.yaml
kind: Any
metadata:
  name: app-api
#- images/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
images: [{name: app, newTag: '7'}]
";

/// The fixture as files, of which one after the other changes.
#[derive(Clone)]
struct Files(Vec<(String, String)>);

impl Files {
    /// The fixture, with a patch that renames what is of a kind and has a label.
    fn new(renamed: &str) -> Self {
        let files = FILES.split("#- ").skip(1).map(|file| {
            let (path, text) = file.split_once('\n').unwrap();
            (path.to_owned(), text.replace("RENAMED", renamed))
        });
        Self(files.collect())
    }

    fn source(&self) -> Snapshot {
        let text: String = self.0.iter().map(|(path, text)| format!("#- {path}\n{text}")).collect();
        Snapshot::new(Arc::new(Memory::fixture(&text).unwrap()))
    }

    fn text(&mut self, path: &str) -> &mut String {
        &mut self.0.iter_mut().find(|(own, _)| own == path).unwrap().1
    }
}

fn app() -> RepoPath {
    RepoPath::parse("app").unwrap()
}

type Built = (Manifests, Option<Workings>);

/// Everything from the start.
pub(super) fn whole(engine: &Engine, source: &Snapshot) -> Result<Built, Diagnostic> {
    let (options, stop) = (BuildOptions::default(), Stop::default());
    let recorder = Recorder::new(source, RepoPath::root());
    let gathered = engine.gather_until(&recorder, &app(), &options, &stop)?;
    engine.build_on_until(gathered, &recorder, &app(), &options, &stop)
}

/// What can be built in part over files that other builds have read.
pub(super) fn follow(engine: &Engine, source: &Snapshot, (before, workings): &Built) -> Option<Built> {
    let (options, stop) = (BuildOptions::default(), Stop::default());
    let recorder = Recorder::new(source, RepoPath::root());
    engine.gather_until(&recorder, &app(), &options, &stop).ok()?;
    let gathered = engine.gather_again(workings.as_ref()?, source, &stop)?;
    let again = engine.build_gathered_again(gathered, before, &stop)?;
    Some((again.manifests, Some(again.workings)))
}

/// What people see of a build: the text, what was taken away, what is worth saying, and who wrote each value.
pub(super) fn seen(engine: &Engine, built: &Manifests) -> (String, Vec<String>, Vec<String>, Vec<String>) {
    let removals = built.remarks.removals.iter().map(|removal| {
        let by = engine.files().span(removal.by).map(|span| span.to_string());
        format!("{} {:?} {by:?}", removal.resource, removal.path)
    });
    let findings = built.remarks.findings.iter().map(ToString::to_string);
    let mut writers = Vec::new();
    built.resources.iter().for_each(|resource| see_writers(engine, resource.node(), &mut writers));
    (built.to_yaml().unwrap(), removals.collect(), findings.collect(), writers)
}

fn see_writers(engine: &Engine, node: &Node, seen: &mut Vec<String>) {
    let place = |mark| engine.files().span(mark).map(|span| span.to_string());
    let mut line = format!("{:?} {:?}", place(node.mark), node.writer);
    let mut before = node.before.as_deref();
    while let Some(link) = before {
        line += &format!(" over {} {:?} {:?}", link.text, place(link.mark), link.writer);
        before = link.before.as_deref();
    }
    seen.push(line);
    match &node.value {
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter().for_each(|item| see_writers(engine, item, seen)),
        Value::Mapping(map) => map.iter().for_each(|entry| {
            seen.push(format!("{} {:?}", entry.key, place(entry.mark)));
            see_writers(engine, &entry.value, seen);
        }),
    }
}

/// Builds after each edit, in part where that goes, and compares with an engine that knows nothing. Returns which edits
/// were built in part.
fn follows(mut files: Files, edits: &[impl Fn(&mut Files)]) -> Vec<bool> {
    let engine = Engine::default();
    let mut last = whole(&engine, &files.source()).ok();
    let mut in_parts = Vec::new();
    for edit in edits {
        edit(&mut files);
        let source = files.source();
        let again = last.as_ref().and_then(|last| follow(&engine, &source, last));
        let fresh_engine = Engine::default();
        let fresh = whole(&fresh_engine, &files.source());
        match (&again, &fresh) {
            (Some((again, _)), Ok((fresh, _))) => {
                assert_eq!(seen(&engine, again), seen(&fresh_engine, fresh));
            }
            (Some(_), Err(problem)) => panic!("built in part what does not build: {problem}"),
            (None, _) => {}
        }
        in_parts.push(again.is_some());
        last = again.or_else(|| whole(&engine, &source).ok());
    }
    in_parts
}

#[test]
fn values_of_resources_and_of_patches_are_followed_in_part() {
    let edit = |path: &'static str, old: &'static str, new: &'static str| {
        move |files: &mut Files| {
            let text = files.text(path);
            assert!(text.contains(old), "{path}");
            *text = text.replace(old, new);
        }
    };
    let edits = [
        edit("work/deployment.yaml", "image: app:1", "image: app:0"),
        edit("several/all.yaml", "high", "low"),
        edit("selected/web.yaml", "web: '1'", "web: '2'"),
        edit("selected/web.yaml", "kind: Any", "kind: Any # as it was"),
        // What is taken away is another value now.
        edit("several/both.yaml", "replicas: 3", "replicas: 4"),
        // A label by which patches are selected, by way of a patch.
        edit("labels/tier.yaml", "tier: web", "tier: api"),
        edit("labels/tier.yaml", "size: small", "size: large"),
        edit("labels/tier.yaml", "tier: api", "tier: web"),
    ];
    let in_part = [true, true, true, true, false, false, false, false];
    assert_eq!(follows(Files::new("Secret"), &edits), in_part);
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug)]
enum Slip {
    Gone,
    OtherNumber,
    Web,
    Api,
    Twice,
    Remark,
    Back,
}

const SLIPS: [Slip; 7] =
    [Slip::Gone, Slip::OtherNumber, Slip::Web, Slip::Api, Slip::Twice, Slip::Remark, Slip::Back];

/// Changes a line of a file of a component; its kustomization and what is beside that of the app are not layers.
fn slip(files: &mut Files, file: prop::sample::Index, line: prop::sample::Index, slip: Slip) {
    let original = Files::new("");
    let is_edited = |path: &str| !path.ends_with("kustomization.yaml") && !path.starts_with("app/");
    let edited: Vec<usize> = (0..original.0.len()).filter(|file| is_edited(&original.0[*file].0)).collect();
    let file = edited[file.index(edited.len())];
    let text = &files.0[file].1;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() || matches!(slip, Slip::Back) {
        files.0[file] = original.0[file].clone();
        return;
    }
    let at = line.index(lines.len());
    let word = |from: &str, to: &str| lines[at].replace(from, to);
    match slip {
        Slip::Gone => drop(lines.remove(at)),
        Slip::OtherNumber => lines[at] = lines[at].replace(|digit: char| digit.is_ascii_digit(), "5"),
        Slip::Web => lines[at] = word(": api", ": web").replace(": once", ": twice"),
        Slip::Api => lines[at] = word(": web", ": api").replace(": small", ": large"),
        Slip::Twice => lines.insert(at, lines[at].clone()),
        Slip::Remark => lines.insert(at, "# a remark".to_owned()),
        Slip::Back => {}
    }
    files.0[file].1 = lines.join("\n") + "\n";
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_built_in_part_is_what_is_built_from_the_start(
        edits in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), prop::sample::select(&SLIPS[..])),
            1..12,
        ),
        renamed in prop::sample::select(&["Secret", "ConfigMap", "Deployment", "Job"][..]),
    ) {
        let edits: Vec<_> = edits
            .into_iter()
            .map(|(file, line, how)| move |files: &mut Files| slip(files, file, line, how))
            .collect();
        follows(Files::new(renamed), &edits);
    }
}

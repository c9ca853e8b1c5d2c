//! Edits that are carried over to what came of a resource, and those that steps on top have to do with.

use std::sync::Arc;

use super::again::{follow, seen, whole};
use super::*;
use crate::kustomize::Resource;
use crate::vfs::Snapshot;

/// A workload under everything that a kustomization can do to it.
const FILES: &str = "
#- app/kustomization.yaml
components: [../work]
namespace: shop
namePrefix: a-
labels:
- pairs: {owner: all}
  includeSelectors: true
images:
- {name: app, newTag: '2'}
replicas:
- {name: app, count: 3}
patches:
- target: {kind: Deployment}
  patch: |
    - {op: test, path: /spec/minReadySeconds, value: 5}
    - {op: test, path: /spec/asked, value: {of: whole}}
    - {op: test, path: /spec/listed/0, value: {of: item}}
    - {op: copy, from: /spec/source, path: /spec/copied}
    - {op: add, path: /spec/template/spec/volumes/0, value: {name: first}}
    - {op: replace, path: /spec/template/spec/containers/1/workingDir, value: /x}
- target: {kind: Deployment}
  patch: |
    kind: Deployment
    metadata: {name: any}
    spec:
      revisionHistoryLimit: 7
      strategy: {rollingUpdate: {maxSurge: 2}}
      template:
        spec:
          dnsConfig: {options: [{name: ndots, value: '2'}]}
- target: {kind: Service}
  patch: |
    kind: Service
    metadata: {name: any}
    spec: {progressDeadlineSeconds: 1, paused: true}
- target: {kind: Thing}
  patch: |
    kind: Thing
    metadata: {name: any}
    spec: {steps: [{name: one, does: this}], emptied: {$patch: replace, left: 1}}
#- work/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [deployment.yaml, other.yaml]
patches: [{path: hard.yaml}]
#- work/hard.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  template:
    spec:
      hostUsers: false
      overhead:
        cpu: 10m
      containers:
      - name: side
        securityContext:
          privileged: false
          capabilities:
            drop: [ALL]
        env:
        - name: A
          value: plain
#- work/other.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data: {a: b}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: runs}
---
apiVersion: v1
kind: Service
metadata: {name: app}
spec: {clusterIP: None}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: bind}
subjects:
- kind: User
  name: somebody
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Roll
  name: reader
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: thing}
spec:
  emptied:
    left: 1
  mode: plain
  pods:
    containers:
    - image: image-of-a-thing
      kept: here
  steps:
  - name: one
    does: this
  last: here
#- work/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
  annotations:
    note: one
spec:
  replicas: 3
  revisionHistoryLimit: 7
  source: here
  asked:
    of: whole
  listed:
  - of: item
  minReadySeconds: 5
  progressDeadlineSeconds: 60
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 1
  selector:
    matchLabels:
      app: app
  template:
    spec:
      priorityClassName: high
      serviceAccountName: runs
      securityContext:
        runAsUser: 1000
        fsGroup: 2000
      dnsConfig:
        searches: [one]
        options:
        - name: ndots
          value: '1'
      containers:
      - name: app
        image: app:1
        command: [run]
        envFrom:
        - configMapRef:
            name: conf
      - name: side
        image: side:1
        workingDir: /a
        tty: true
      volumes:
      - name: last
        emptyDir:
          sizeLimit: 1Mi
";

/// What comes of an edit of the workload, and whether it was carried over to what came of it before.
fn is_carried(old: &str, new: &str) -> bool {
    assert_eq!(FILES.matches(old).count(), 1, "{old}");
    let source = |text: &str| Snapshot::new(Arc::new(Memory::fixture(text).unwrap()));
    let engine = Engine::default();
    let before = whole(&engine, &source(FILES)).unwrap();
    let edited = FILES.replace(old, new);
    let after = source(&edited);
    let fresh_engine = Engine::default();
    let fresh = whole(&fresh_engine, &source(&edited));
    let again = follow(&engine, &after, &before);
    match (&again, &fresh) {
        (Some((again, _)), Ok((fresh, _))) => {
            assert_eq!(seen(&engine, again), seen(&fresh_engine, fresh), "{old} -> {new}");
        }
        (Some(_), Err(problem)) => panic!("built in part what does not build: {problem}"),
        (None, _) => return false,
    }
    let Some((again, _)) = again else { return false };
    // What is built anew gets labels anew; what is carried over has those of before.
    let labels = |resource: &Resource| {
        let labels = resource.node().get_path(&["metadata", "labels"]).unwrap();
        labels.as_mapping().unwrap().entries.clone()
    };
    let mut both = before.0.resources.iter().zip(&again.resources);
    both.all(|(before, again)| labels(again).is_same(&labels(before)))
}

#[test]
fn what_no_step_has_to_do_with_is_carried_over() {
    let cases = [
        ("progressDeadlineSeconds: 60", "progressDeadlineSeconds: 61"),
        ("type: RollingUpdate", "type: Recreate"),
        ("runAsUser: 1000", "runAsUser: 1001"),
        ("command: [run]", "command: [sleep]"),
        // As JSON writes it.
        ("command: [run]", "command: ['1', \"two\", 1e3]"),
        ("tty: true", "tty: false"),
        ("mode: plain", "mode: other"),
        ("kept: here", "kept: there"),
        ("value: plain", "value: other"),
        ("value: plain", "valueFrom:\n            fieldRef:\n              fieldPath: metadata.name"),
        // Without JSON a value keeps the form that it is written in.
        ("last: here", "last: [a, 'b', 1e3, {c: \"d\"}]"),
        ("last: here", "last: 'here'"),
        ("last: here", "last: ''"),
        ("last: here", "last: 0x1F # with a remark"),
        ("last: here", "last: 2001-01-01"),
        ("last: here", "last: |-\n    two\n    lines"),
        ("last: here", "last: >\n    two\n    lines"),
        ("last: here", "last:\n    one: 1\n    two: [2]"),
        // Of a patch nothing but what it sets stands behind a line.
        ("hostUsers: false", "hostUsers: false\n      # a remark"),
        ("cpu: 10m", "cpu: 10m\n        memory: 1Mi"),
        ("privileged: false\n", "\n"),
        ("privileged: false", "privileged: false\n          runAsGroup: 1"),
        ("drop: [ALL]", "drop: [ALL]\n            add: [NONE]"),
    ];
    let built: Vec<_> = cases.iter().filter(|(old, new)| !is_carried(old, new)).collect();
    assert!(built.is_empty(), "{built:#?}");
}

#[test]
fn what_a_step_has_to_do_with_is_built() {
    let cases = [
        // Labels, selectors, annotations and names.
        ("note: one", "note: two"),
        ("      app: app\n", "      app: other\n"),
        // The patches of all: what they test, what they move, what they set.
        ("minReadySeconds: 5", "minReadySeconds: 6"),
        ("sizeLimit: 1Mi", "sizeLimit: 2Mi"),
        ("workingDir: /a", "workingDir: /b"),
        ("maxSurge: 1", "maxSurge: 2"),
        ("value: '1'", "value: '3'"),
        ("    of: whole", "    of: part"),
        ("- of: item", "- of: place"),
        ("source: here", "source: there"),
        // What they set is so already, until the edit.
        ("  revisionHistoryLimit: 7\n  source", "  revisionHistoryLimit: 8\n  source"),
        ("    does: this\n  last", "    does: that\n  last"),
        ("  emptied:\n    left: 1", "  emptied:\n    left: 2"),
        ("  emptied:\n    left: 1", "  emptied:\n    right: 1"),
        // Replicas, images and what is called after others.
        ("replicas: 3", "replicas: 4"),
        ("image: app:1", "image: app:5"),
        ("image: side:1", "image: app:1"),
        ("image: image-of-a-thing", "image: app"),
        ("drop: [ALL]", "containers:\n            - image: app"),
        ("serviceAccountName: runs", "serviceAccountName: other"),
        ("            name: conf", "            name: none"),
        ("value: plain", "valueFrom:\n            configMapKeyRef:\n              name: conf"),
        ("name: somebody", "name: default"),
        ("kind: Roll", "kind: Role"),
        ("priorityClassName: high", "priorityClassName: low"),
        // What JSON writes in another way, and what kustomize may drop.
        ("runAsUser: 1000", "runAsUser: 1e3"),
        ("type: RollingUpdate", "type: \"RollingUpdate\""),
        ("type: RollingUpdate", "type: null"),
        ("type: RollingUpdate", "type: {}"),
        ("tty: true", "tty: 0x1F"),
        ("runAsUser: 1000", "runAsUser: [1, 2]"),
        ("command: [run]", "command: []"),
        ("runAsUser: 1000", "containers: [{image: app}]"),
        // Behind the line stands what steps have to do with.
        ("  progressDeadlineSeconds: 60", "  paused: false\n  progressDeadlineSeconds: 60"),
        ("        fsGroup: 2000\n", ""),
        ("      hostUsers: false\n", ""),
    ];
    let carried: Vec<_> = cases.iter().filter(|(old, new)| is_carried(old, new)).collect();
    assert!(carried.is_empty(), "{carried:#?}");
}

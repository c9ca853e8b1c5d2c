//! Patches of all kinds on a small base, against what the real program does with them.

use crate::base::RepoPath;
use crate::kustomize::{BuildOptions, Engine, Manifests};
use crate::vfs::Memory;
use crate::yaml::Writer;

const RESOURCES: &str = "\
#- r.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {tier: front}}
spec: {replicas: 1}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec: {replicas: 1}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}}
";

fn manifests(files: &str) -> Result<Manifests, String> {
    let source = Memory::fixture(&format!("{RESOURCES}{files}")).map_err(|error| error.to_string())?;
    let built = Engine::default().build(&source, &RepoPath::root(), &BuildOptions::default());
    built.map_err(|error| error.to_string())
}

fn build(patches: &str) -> Result<String, String> {
    let built = manifests(&format!("#- kustomization.yaml\nresources: [r.yaml]\n{patches}\n"))?;
    built.to_yaml().map_err(|error| error.to_string())
}

fn replicas(patches: &str) -> Result<String, String> {
    let text = build(patches)?;
    let lines = text.lines().filter_map(|line| line.strip_prefix("  replicas: "));
    Ok(lines.collect::<Vec<_>>().join(" "))
}

const OPERATION: &str = "'[{\"op\": \"replace\", \"path\": \"/spec/replicas\", \"value\": 5}]'";

#[test]
fn a_target_selects_by_pattern_labels_and_kind() {
    let cases = [
        ("{kind: Deployment}", "5 5"),
        ("{kind: Deployment, name: w.*}", "1 5"),
        ("{kind: Deployment, name: we}", "1 1"),
        ("{kind: Deployment, labelSelector: tier in (front)}", "1 5"),
        ("{kind: Deployment, labelSelector: '!tier'}", "5 1"),
        ("{group: apps, version: v1, kind: Deploy.+}", "5 5"),
        ("{kind: StatefulSet}", "1 1"),
        ("{kind: Deployment, namespace: default}", "5 5"),
    ];
    for (target, expected) in cases {
        let found = replicas(&format!("patches:\n- target: {target}\n  patch: {OPERATION}"));
        assert_eq!(found.unwrap(), expected, "{target}");
    }
}

#[test]
fn a_patch_finds_its_resource_by_its_own_name() {
    let patch = |name: &str| {
        format!(
            "patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {{name: {name}}}\n    spec: {{replicas: 3}}"
        )
    };
    assert_eq!(replicas(&patch("web")).unwrap(), "1 3");
    let message = replicas(&patch("wed")).unwrap_err();
    assert!(message.starts_with("kustomization.yaml:4: no resource matches"), "{message}");
}

#[test]
fn names_and_kinds_change_only_when_that_is_allowed() {
    let patch = |options: &str| {
        format!(
            "patches:\n- target: {{kind: Service}}\n  options: {options}\n  patch: |-\n    kind: Ingress\n    metadata: {{name: new}}"
        )
    };
    let ends = |text: &str| {
        text.lines()
            .filter(|line| line.starts_with("kind: ") || line.starts_with("  name: "))
            .collect::<Vec<_>>()[..2]
            .join("")
    };
    assert_eq!(ends(&build(&patch("{}")).unwrap()), "kind: Service  name: web");
    assert_eq!(ends(&build(&patch("{allowNameChange: true}")).unwrap()), "kind: Service  name: new");
    let text = build(&patch("{allowKindChange: true}")).unwrap();
    assert!(text.contains("kind: Ingress\nmetadata:\n  name: web\n"), "{text}");
}

#[test]
fn several_patches_in_one_text_go_to_the_resources_that_they_name() {
    let two = "    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web}\n    $patch: delete\n    ---\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: api}\n    spec: {replicas: 4}";
    assert_eq!(replicas(&format!("patches:\n- patch: |-\n{two}")).unwrap(), "4");
    assert_eq!(replicas(&format!("patchesStrategicMerge:\n- |-\n{two}")).unwrap(), "4");
    replicas(&format!("patches:\n- target: {{kind: Deployment}}\n  patch: |-\n{two}")).unwrap_err();
}

#[test]
fn older_fields_keep_their_own_rules() {
    let target = "target: {version: v1, group: apps, kind: Deployment, name: web}";
    assert_eq!(replicas(&format!("patchesJson6902:\n- {target}\n  patch: {OPERATION}")).unwrap(), "1 5");
    let add = "patch: '[{\"op\": \"add\", \"path\": \"/metadata/annotations/a\", \"value\": \"b\"}]'";
    build(&format!("patches:\n- {target}\n  {add}")).unwrap();
    build(&format!("patchesJson6902:\n- {target}\n  {add}")).unwrap_err();
    build(&format!("patchesJson6902:\n- target: {{kind: Deployment}}\n  {add}")).unwrap_err();
}

#[test]
fn what_kustomize_refuses_is_refused() {
    let cases = [
        "patches:\n- target: {kind: Deployment}",
        "patches:\n- {path: a, patch: b}",
        "patches:\n- {path: missing.yaml}",
        "patches:\n- patch: '[{\"op\": \"add\"}]'",
        "patches:\n- {patch: 'text', target: {kind: Deployment}}",
        "patches:\n- {patch: 'kind: X', target: {kind: Deployment}}",
        "patches:\n- {patch: '{kind: X, metadata: {name: y}, spec: 1}', target: {kind: Deployment}}",
        "patches:\n- {patch: '{kind: X, metadata: {name: y}}', target: {kind: '('}}",
        "patches:\n- {patch: '{kind: X, metadata: {name: y}}', target: {labelSelector: 'a b'}}",
    ];
    for patches in cases {
        assert!(build(patches).is_err(), "{patches}");
    }
    build("patches:\n- {patch: '# nothing', target: {kind: Deployment}}").unwrap();
}

#[test]
fn a_patched_value_points_to_its_line_in_the_kustomization() {
    let built = manifests("#- kustomization.yaml\nresources: [r.yaml]\npatches:\n- target: {name: api}\n  patch: |-\n    - op: replace\n      path: /spec/replicas\n      value: 9\n").unwrap();
    let api = built.resources.iter().find(|resource| resource.id().name == "api").unwrap();
    let value = api.node().get_path(&["spec", "replicas"]).unwrap();
    assert_eq!((value.writer, value.mark.line), (Writer::Patch, 7));
    assert_eq!(value.before.as_ref().unwrap().mark.line, 9);
}

#[test]
fn a_key_that_stands_twice_is_refused_when_the_first_has_no_value() {
    let patch = |spec: &str| {
        replicas(&format!(
            "patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {{name: web}}\n    \
             spec: {{{spec}}}\n"
        ))
    };
    // Of two values the first counts, in a map that is there.
    assert_eq!(patch("replicas: 2, replicas: 3").as_deref(), Ok("1 2"));
    let refusal = patch("replicas: null, replicas: 3").expect_err("one of the two would be lost");
    assert!(refusal.contains("replicas"), "{refusal}");
}

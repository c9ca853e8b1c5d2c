//! The built-in table is complete, and a description of one's own is read like it.

use super::*;
use crate::base::FileId;
use crate::yaml::{Limits, Node, parse};

fn node(text: &str) -> Node {
    parse(text.as_bytes(), FileId::NONE, &Limits::default()).unwrap().remove(0)
}

fn keys(start: TypeRef<'_>, path: &[&str]) -> Option<Vec<String>> {
    let step = |at: TypeRef<'static>, key: &&str| if *key == "[]" { at.items() } else { at.field(key) };
    let start = TypeRef { id: start.id, ..Schema::kubernetes().resource("v1", "Pod").unwrap() };
    let end = path.iter().try_fold(start, step)?;
    end.merge_keys().map(|keys| keys.iter().map(ToString::to_string).collect())
}

#[test]
fn lists_merge_by_the_keys_of_kubernetes() {
    let deployment = Schema::kubernetes().resource("apps/v1", "Deployment").unwrap();
    let pod = ["spec", "template", "spec"];
    let below = |more: &[&'static str]| keys(deployment, &[&pod[..], more].concat());
    assert_eq!(below(&["containers"]).unwrap(), ["name"]);
    assert_eq!(below(&["containers", "[]", "ports"]).unwrap(), ["containerPort", "protocol"]);
    assert_eq!(below(&["containers", "[]", "volumeMounts"]).unwrap(), ["mountPath"]);
    assert_eq!(below(&["topologySpreadConstraints"]).unwrap(), ["topologyKey", "whenUnsatisfiable"]);
    assert_eq!(below(&["tolerations"]), None);
    assert_eq!(keys(deployment, &["metadata", "finalizers"]).unwrap(), [""; 0]);
    let service = Schema::kubernetes().resource("v1", "Service").unwrap();
    assert_eq!(keys(service, &["spec", "ports"]).unwrap(), ["port", "protocol"]);
    assert!(Schema::kubernetes().resource("apps/v1", "Unknown").is_none());
}

#[test]
fn scopes_are_known_for_the_kinds_that_kustomize_knows() {
    let schema = Schema::kubernetes();
    assert_eq!(schema.namespaced.len(), 82);
    assert_eq!(schema.is_namespaced("apps/v1", "Deployment"), Some(true));
    assert_eq!(schema.is_namespaced("v1", "Namespace"), Some(false));
    assert_eq!(schema.is_namespaced("example.com/v1", "Thing"), None);
}

#[test]
fn every_reference_of_the_table_leads_somewhere() {
    let schema = Schema::kubernetes();
    assert_eq!(schema.resources.len(), 269);
    for shape in &schema.types {
        let ids: Vec<TypeId> = match shape {
            Shape::Opaque | Shape::Same(_) | Shape::Definition(_) => Vec::new(),
            Shape::List { items, .. } => vec![items.unwrap()],
            Shape::Map { fields, others } => {
                assert!(fields.is_sorted_by(|left, right| left.0 < right.0));
                fields.iter().map(|(_, id)| *id).chain(*others).collect()
            }
        };
        assert!(ids.iter().all(|id| schema.resolve(*id, schema).is_some()));
    }
}

#[test]
fn a_description_of_ones_own_says_how_its_lists_merge() {
    let schema = Schema::parse(&node(
        "
definitions:
  v1.Thing:
    properties:
      spec: {$ref: '#/definitions/v1.Spec'}
    x-kubernetes-group-version-kind:
    - {group: example.com, kind: Thing, version: v1}
  v1.Spec:
    properties:
      parts:
        type: array
        items: {type: object}
        x-kubernetes-patch-merge-key: id
        x-kubernetes-patch-strategy: merge
      loop: {$ref: '#/definitions/v1.Loop'}
  v1.Loop: {$ref: '#/definitions/v1.Loop'}
paths:
  /apis/example.com/v1/namespaces/{namespace}/things:
    get:
      x-kubernetes-group-version-kind: {group: example.com, kind: Thing, version: v1}
  /apis/example.com/v1/things:
    get:
      x-kubernetes-group-version-kind: {group: example.com, kind: Thing, version: v1}
",
    ))
    .unwrap();
    let mut all = Schema::kubernetes().clone();
    all.extend(&schema);
    for schema in [&schema, &all] {
        let spec = schema.resource("example.com/v1", "Thing").unwrap().field("spec").unwrap();
        assert_eq!(spec.field("parts").unwrap().merge_keys().unwrap(), ["id"]);
        assert!(spec.field("loop").is_none());
        assert_eq!(schema.is_namespaced("example.com/v1", "Thing"), Some(true));
    }
    Schema::parse(&node("- 1")).unwrap_err();
}

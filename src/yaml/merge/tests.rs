//! Objects, patches, and what the real program makes of them.

use super::*;
use crate::base::FileId;
use crate::schema::Schema;
use crate::yaml::{Limits, Node, Writer, emit, parse};

fn node(text: &str) -> Node {
    parse(text.as_bytes(), FileId::NONE, &Limits::default()).unwrap().remove(0)
}

fn merged(object: &str, patch: &str) -> (Node, Merged) {
    let (mut object, mut patch) = (node(object), node(patch));
    patch.set_writer(Writer::Patch);
    let merged = merge(&mut object, patch, &Schema::kubernetes()).unwrap();
    (object, merged)
}

fn text(node: &Node) -> String {
    let mut text = String::new();
    emit(node, &mut text).unwrap();
    text
}

#[track_caller]
fn check(object: &str, patch: &str, expected: &str) {
    let (object, _) = merged(object, patch);
    assert_eq!(text(&object), text(&node(expected)), "{patch}");
}

/// A pod with these containers.
fn pod(containers: &str) -> String {
    format!("{{apiVersion: v1, kind: Pod, spec: {{containers: {containers}}}}}")
}

#[test]
fn maps_merge_key_by_key_and_null_deletes() {
    let cases = [
        ("{a: 1, b: 2}", "{b: 3, c: 4}", "{a: 1, b: 3, c: 4}"),
        ("{a: {x: 1, y: 2}}", "{a: {x: null}}", "{a: {y: 2}}"),
        ("{a: {x: 1}}", "{a: {x: null}}", "{a: {}}"),
        ("{a: {x: 1}}", "{a: null}", "{}"),
        ("{a: 1}", "{b: {x: null, y: {z: null}, w: {}}}", "{a: 1, b: {y: {}, w: {}}}"),
        ("{a: null, b: 1}", "{c: 1}", "{a: null, b: 1, c: 1}"),
        ("a:\nb: 1", "{c: 1}", "{b: 1, c: 1}"),
        ("{a: null}", "{a: {x: 1}}", "{a: {x: 1}}"),
        ("{a: [1, 2]}", "{a: [3]}", "{a: [3]}"),
        ("{a: [{name: x}]}", "{a: [{name: y}]}", "{a: [{name: y}]}"),
        ("{a: [1]}", "{a: null}", "{}"),
    ];
    for (object, patch, expected) in cases {
        check(object, patch, expected);
    }
}

#[test]
fn quotes_belong_to_the_place_and_decide_the_type() {
    let cases = [
        ("{a: '80'}", "{a: 90}", "{a: '90'}"),
        ("{a: 80}", "{a: '90'}", "{a: '90'}"),
        ("{a: 80}", "{a: 90}", "{a: 90}"),
        ("{a: 'x'}", "{a: true}", "{a: 'true'}"),
        ("{a: x}", "{a: true}", "{a: true}"),
    ];
    for (object, patch, expected) in cases {
        check(object, patch, expected);
    }
    let (mut object, _) = merged("{a: yes}", "{b: 1}");
    merge(&mut object, node("{a: 5}"), &NoTypes).unwrap();
    assert_eq!(
        text(&object),
        "a: \"5\"\nb: 1\n",
        "the first patch put quotes around what YAML 1.1 takes for true"
    );
}

#[test]
fn lists_with_keys_merge_item_by_item_with_the_patch_in_front() {
    check(
        &pod("[{name: a, image: a}, {name: b, image: b}]"),
        &pod("[{name: c, image: c}, {name: b, image: new}]"),
        &pod("[{name: c, image: c}, {name: b, image: new}, {name: a, image: a}]"),
    );
    check(
        &pod("[{name: a, ports: [{containerPort: 80}, {containerPort: 81, protocol: UDP}]}]"),
        &pod("[{name: a, ports: [{containerPort: 81, protocol: TCP}]}]"),
        &pod(
            "[{name: a, ports: [{containerPort: 81, protocol: TCP}, {containerPort: 80}, {containerPort: 81, protocol: UDP}]}]",
        ),
    );
    check(
        "{apiVersion: v1, kind: Pod, metadata: {finalizers: [a, b]}}",
        "{metadata: {finalizers: [c, b]}}",
        "{apiVersion: v1, kind: Pod, metadata: {finalizers: [c, b, a]}}",
    );
}

#[test]
fn directives_delete_replace_and_merge() {
    let two = pod("[{name: a, image: a}, {name: b, image: b}]");
    check(&two, &pod("[{name: a, $patch: delete}]"), &pod("[{name: b, image: b}]"));
    check(&two, &pod("[{$patch: replace}, {name: c}]"), &pod("[{name: c}]"));
    check(&two, &pod("[{$patch: delete}]"), "{apiVersion: v1, kind: Pod, spec: {}}");
    check(&two, &pod("[{name: a, $patch: replace, command: [x]}]"), &two);
    check("{a: {x: 1, y: 2}}", "{a: {$patch: replace, z: 3}}", "{a: {z: 3}}");
    check("{a: {x: 1}}", "{a: {$patch: merge, z: 3}}", "{a: {x: 1, z: 3}}");
    check("{a: {x: 1}, b: 1}", "{a: {$patch: delete}}", "{b: 1}");
    check("{a: 1}", "{$patch: replace, b: 1}", "{a: 1}");
    assert!(merged("{a: 1}", "{$patch: delete}").1.deleted);
}

#[test]
fn an_item_without_its_key_disturbs_its_neighbours() {
    check(
        &pod("[{name: a}, {image: x}]"),
        "{metadata: {labels: {a: b}}}",
        "{apiVersion: v1, kind: Pod, metadata: {labels: {a: b}}, spec: {containers: [{image: x}]}}",
    );
}

#[test]
fn an_object_inside_of_another_merges_by_its_own_type() {
    check(
        &format!("{{apiVersion: example.com/v1, kind: Thing, inner: {}}}", pod("[{name: a, image: a}]")),
        &format!("{{inner: {}}}", pod("[{name: a, tty: true}]")),
        &format!(
            "{{apiVersion: example.com/v1, kind: Thing, inner: {}}}",
            pod("[{name: a, image: a, tty: true}]")
        ),
    );
}

#[test]
fn different_shapes_and_unknown_directives_are_refused() {
    for (object, patch) in [
        ("{a: {x: 1}}", "{a: [1]}"),
        ("{a: 1}", "{a: {x: 1}}"),
        ("{a: [1]}", "{a: 1}"),
        ("{a: {x: 1}}", "{a: {$patch: remove}}"),
    ] {
        let fault = merge(&mut node(object), node(patch), &NoTypes).unwrap_err();
        assert!(!fault.message.is_empty() && fault.hint.is_some(), "{patch}");
    }
}

#[test]
fn a_value_from_the_patch_remembers_what_it_replaced_and_others_stay_untouched() {
    let (object, merged) = merged("a: 1\nb: 2\nc: 3", "x: 0\nb: 9\nc: null");
    let value = object.get("b").unwrap();
    assert_eq!((value.writer, value.mark.line), (Writer::Patch, 2));
    let before = value.before.as_ref().unwrap();
    assert_eq!((before.text.as_str(), before.mark.line, before.writer), ("2", 2, Writer::Resource));
    assert_eq!(object.get("a").unwrap().writer, Writer::Resource);
    assert_eq!(merged.changes, 3);
    let removed = &merged.removed[0];
    assert_eq!((removed.path.as_slice(), removed.by.line), (["c".to_owned()].as_slice(), 3));
    assert_eq!(merged.removed.len(), 1);
}

#[test]
fn a_patch_that_says_what_is_there_changes_nothing() {
    let object = pod("[{name: a, image: a, env: [{name: X, value: y}]}]");
    assert_eq!(merged(&object, &object).1.changes, 0);
}

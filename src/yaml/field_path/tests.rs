//! Tables of paths and what they lead to.

use std::convert::Infallible;

use super::*;
use crate::base::{FileId, Mark};
use crate::yaml::field_path::spec::CreatedKind;
use crate::yaml::{Fault, Limits, Node, Scalar, Tag, Writer, parse};

fn node(text: &str) -> Node {
    parse(text.as_bytes(), FileId::NONE, &Limits::default()).unwrap().remove(0)
}

const CREATED: Created =
    Created { kind: CreatedKind::Scalar(Tag::Str), mark: Mark::NONE, writer: Writer::Patch };

fn set_spec(text: &str, path: &str, created: Option<Created>) -> Result<(usize, Node), Fault> {
    let mut tree = node(text);
    let count = SpecPath::parse(path).visit_mut::<Fault>(&mut tree, created, &mut |value| {
        *value = Node::string("new");
        Ok(())
    })?;
    Ok((count, tree))
}

fn set_matches(text: &str, path: &str, created: Option<Created>) -> Result<(usize, Node), Fault> {
    let mut tree = node(text);
    let count = PathMatcher::parse(path).visit_mut::<Fault>(
        &mut tree,
        created,
        &mut |value| {
            *value = Node::string("new");
            Ok(())
        },
        &|_, _| Ok(0),
    )?;
    Ok((count, tree))
}

#[test]
fn a_path_is_cut_at_delimiters_that_are_neither_escaped_nor_bracketed() {
    let cases: &[(&str, &[&str])] = &[
        ("a.b", &["a", "b"]),
        (".a.b", &["a", "b"]),
        (r"a\.b.c", &["a.b", "c"]),
        ("containers.[name=a.b].image", &["containers", "[name=a.b]", "image"]),
        ("annotations.[a.b/c.d]", &["annotations", "a.b/c.d"]),
        ("a.[b", &["a", "b"]),
        ("a.[b.c", &["a", "b.c"]),
        ("a.[b]", &["a", "[b]"]),
        ("", &[""]),
    ];
    for (path, parts) in cases {
        assert_eq!(split_bracketed(path, '.'), *parts, "{path}");
    }
    assert_eq!(split(r"metadata/annotations/a.b\/c", '/'), ["metadata", "annotations", "a.b/c"]);
}

#[test]
fn a_field_spec_crosses_lists_and_makes_only_what_it_may() {
    let cases: &[(&str, &str, bool, usize, &str)] = &[
        ("a: {b: 1}", "a/b", false, 1, "a: {b: \"new\"}"),
        ("a: {b: 1}", "a/c", false, 0, "a: {b: 1}"),
        ("a: {b: 1}", "a/c", true, 1, "a: {b: 1, c: \"new\"}"),
        ("{x: 1}", "a/b/c", true, 1, "{x: 1, a: {b: {c: \"new\"}}}"),
        ("a: [{b: 1}, {c: 1}]", "a/b", false, 1, "a: [{b: \"new\"}, {c: 1}]"),
        ("a: [{b: 1}, {c: 1}]", "a[]/b", true, 2, "a: [{b: \"new\"}, {c: 1, b: \"new\"}]"),
        ("{x: 1}", "a[]/b", true, 0, "{x: 1}"),
        ("a: null", "a/b", true, 1, "a: {b: \"new\"}"),
        ("a: null", "a/b", false, 0, "a: null"),
        ("a: null", "a", false, 1, "a: \"new\""),
        ("a: [[{b: 1}]]", "a/b", false, 1, "a: [[{b: \"new\"}]]"),
    ];
    for (text, path, create, count, expected) in cases {
        let (found, tree) = set_spec(text, path, create.then_some(CREATED)).unwrap();
        assert_eq!((found, tree), (*count, node(expected)), "{path} in {text}");
    }
    for (text, path) in [("a: text", "a/b"), ("a: {b: 1}", "a//b"), ("a: {b: 1}", "a/0")] {
        set_spec(text, path, None).unwrap_err();
    }
}

#[test]
fn a_replacement_path_matches_items_by_index_key_and_pattern() {
    let list = "c: [{name: web, image: a}, {name: side, image: b}]";
    let cases: &[(&str, &str, bool, usize, &str)] = &[
        (list, "c.[name=web].image", false, 1, "c: [{name: web, image: \"new\"}, {name: side, image: b}]"),
        (list, "c.*.image", false, 2, "c: [{name: web, image: \"new\"}, {name: side, image: \"new\"}]"),
        (
            list,
            "c.[name=.*].image",
            false,
            2,
            "c: [{name: web, image: \"new\"}, {name: side, image: \"new\"}]",
        ),
        (list, "c.1.image", false, 1, "c: [{name: web, image: a}, {name: side, image: \"new\"}]"),
        (list, "c.[name=none].image", false, 0, list),
        ("c: [a, b]", "c.[=b]", false, 1, "c: [a, \"new\"]"),
        ("c: [a]", "c.1", true, 1, "c: [a, \"new\"]"),
        ("c: [{name: a}]", "c.[name=b].x", true, 1, "c: [{name: a}, {name: b, x: \"new\"}]"),
        ("{d: 1}", "c.[name=b].x", true, 1, "{d: 1, c: [{name: b, x: \"new\"}]}"),
        ("{d: 1}", "c.x", false, 0, "{d: 1}"),
        ("a: [null]", "a.0.b", true, 1, "a: [null]"),
    ];
    for (text, path, create, count, expected) in cases {
        let (found, tree) = set_matches(text, path, create.then_some(CREATED)).unwrap();
        let expected = node(expected);
        assert_eq!((found, &tree), (*count, &expected), "{path} in {text}");
    }
    for (text, path, create) in [
        ("a: {b: 1}", "a.*", false),
        ("a: {b: 1}", "a.0", false),
        ("a: [1]", "a.3", false),
        ("a: [1]", "a.b", false),
        ("a: [x]", "a.[=(]", false),
        ("a: [{n: 1}]", "a.[n=x+y].z", true),
    ] {
        set_matches(text, path, create.then_some(CREATED)).unwrap_err();
    }
}

#[test]
fn a_lookup_finds_one_value_and_never_a_plausible_other_one() {
    let tree = node("c: [{name: web, ports: [1, 2]}, {name: side}]\nn: null\nl: [a, b]");
    let text = |path: &str| {
        lookup(&tree, &split_bracketed(path, '.'))
            .map(|found| found.and_then(Node::as_scalar).map(|scalar: &Scalar| scalar.text.to_string()))
    };
    assert_eq!(text("c.[name=web].ports.-").unwrap().as_deref(), Some("2"));
    assert_eq!(text("c.0.name").unwrap().as_deref(), Some("web"));
    assert_eq!(text("l.[=b]").unwrap().as_deref(), Some("b"));
    assert_eq!(text("c.9.name").unwrap(), None);
    assert_eq!(text("n.x.y").unwrap(), None);
    for path in ["c.-1", "c.*", "c.name", "l.[x]", "l.0.x"] {
        text(path).unwrap_err();
    }
}

#[test]
fn the_answer_of_the_visit_stops_the_walk() {
    #[derive(Debug, PartialEq)]
    struct Stop;
    impl From<Fault> for Stop {
        fn from(_: Fault) -> Self {
            Self
        }
    }
    impl From<Infallible> for Stop {
        fn from(never: Infallible) -> Self {
            match never {}
        }
    }
    let mut seen = 0;
    let result = SpecPath::parse("a/b").visit_mut(&mut node("a: [{b: 1}, {b: 2}]"), None, &mut |_| {
        seen += 1;
        Err(Stop)
    });
    assert_eq!((result, seen), (Err(Stop), 1));
}

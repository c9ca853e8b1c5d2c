//! Files as people write them, good and bad.

use super::*;
use crate::yaml::{ParseErrorKind, Tag};

fn read(text: &str) -> Vec<Node> {
    parse(text.as_bytes(), FileId::NONE, &Limits::default()).unwrap()
}

fn refuse(text: &str) -> ParseError {
    parse(text.as_bytes(), FileId::NONE, &Limits::default()).unwrap_err()
}

#[test]
fn documents_are_separated_and_empty_ones_left_out() {
    let nodes = read("# only a comment\n---\na: 1\n---\n---\nnull\n--- # note\nb: 2\n---\n");
    assert_eq!(nodes.len(), 2);
    assert_eq!(nodes[0].get("a").unwrap().mark.line, 3);
    assert_eq!(nodes[1].get("b").unwrap().mark.line, 8);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    assert_eq!(read("\u{feff}a: 1\r\nb: |\r\n  x\r\n  y\r\n"), read("a: 1\nb: |\n  x\n  y\n"));
}

#[test]
fn merge_keys_add_what_is_not_there() {
    let node = &read("base: &b {x: 1, y: 2}\nc:\n  <<: *b\n  y: 3\nd:\n  <<: [{y: 4}, *b]\n")[0];
    assert_eq!(node.get("c"), read("{y: 3, x: 1}").first());
    assert_eq!(node.get("d"), read("{y: 4, x: 1}").first());
}

#[test]
fn a_key_that_stands_twice_names_both_places() {
    let error = refuse("a:\n  b: 1\n  c: 2\n  b: 3\n");
    assert_eq!(error.kind, ParseErrorKind::DuplicateKey);
    assert_eq!((error.mark.line, error.mark.column), (4, 3));
    assert_eq!(error.related.as_ref().unwrap().0.line, 2);
}

#[test]
fn a_nested_key_that_is_not_a_string_is_refused() {
    assert_eq!(refuse("a: {1: x}").kind, ParseErrorKind::KeyType);
    assert_eq!(read("1: x")[0].get("1").unwrap().as_str(), Some("x"));
}

#[test]
fn explicit_tags_decide_and_must_fit() {
    let node = &read("{a: !!str 1, b: !!int '2', c: !!float 3, d: !own 4, e: ! 5}")[0];
    let tag = |key: &str| node.get(key).unwrap().as_scalar().unwrap().tag;
    assert_eq!(
        [tag("a"), tag("b"), tag("c"), tag("d"), tag("e")],
        [Tag::Str, Tag::Int, Tag::Float, Tag::Str, Tag::Int]
    );
    assert_eq!(refuse("a: !!int x").kind, ParseErrorKind::Tag);
}

#[test]
fn bombs_are_refused() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let previous = format!("*a{}, ", level - 1).repeat(10);
        bomb += &format!("a{level}: &a{level} [{previous}]\n");
    }
    assert_eq!(refuse(&bomb).kind, ParseErrorKind::Limit);
    assert_eq!(refuse(&"[".repeat(100_000)).kind, ParseErrorKind::Limit);
    assert_eq!(refuse("a: &a [*a]").kind, ParseErrorKind::Alias);
}

#[test]
fn in_settings_the_last_of_two_keys_counts_and_the_first_document() {
    let text = b"# first\n---\na: 1\nb: {1: x, 1: y}\na: 2\n---\na: 3\n";
    let node = parse_settings(text, FileId::NONE, &Limits::default()).unwrap().unwrap();
    assert_eq!(node.get("a").and_then(Node::as_i64), Some(2));
    assert_eq!(node.get_path(&["b", "1"]).and_then(Node::as_str), Some("y"));
}

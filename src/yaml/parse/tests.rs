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

#[test]
fn common_slips_get_a_place_and_advice() {
    let cases = [
        ("a:\n\tb: 1\n", (2, 1), "tab"),
        ("a:\n  b:1\n  c: 2\n", (2, 3), "a space is missing behind `:`"),
        ("a: 'x\nb: 2\n", (1, 4), "never closed"),
        ("a: \"x\nb: 2\n", (1, 4), "never closed"),
        ("a: b: c\n", (1, 5), "`:` with a space"),
        ("a: [1, 2\nb: 3\n", (2, 2), "expected `,` or `]`"),
        ("a: {b: 1\n", (2, 1), "never closed"),
        ("a: @b\n", (1, 4), "may not start with `@`"),
        ("a: *b\n", (1, 4), "no anchor"),
        ("a: \"\\d\"\n", (1, 5), "`\\d` is not an escape"),
        ("a: - b\n", (1, 4), "list item may not start here"),
        ("a: 1\n  b: 2\n", (2, 4), "`:` with a space"),
        ("a:\n  b: 1\n c: 2\n", (3, 2), "indented more than"),
        ("a:\n- b\nc: 1\n- d\n", (4, 1), "list item stands where a key is due"),
        ("a: 1\nb\n", (2, 1), "no `:`"),
        ("a: |x\n  y\n", (1, 5), "next line"),
        ("%YAML 1.2\n---\na: 1\n", (1, 1), "YAML 1.1 only"),
        ("a: 1\n--- b\nc: 2\n", (2, 1), "not a document separator"),
        ("a: \u{1}\n", (1, 4), "U+0001"),
    ];
    for (text, place, words) in cases {
        let error = refuse(text);
        assert_eq!((error.mark.line, error.mark.column), place, "{text:?}: {error}");
        assert!(error.message.contains(words), "{text:?}: {error}");
        assert!(error.hint.is_some(), "{text:?} has no hint");
    }
}

#[test]
fn what_stands_after_the_end_of_a_document_is_not_read() {
    assert_eq!(read("a: 1\n...\nb: [\n---\nc: 2\n"), [read("a: 1"), read("c: 2")].concat());
    assert!(refuse("a: 1\n...\n@\n").message.contains('@'));
}

#[test]
fn comments_that_hold_json_stay_with_keys_and_values() {
    let node = &read(
        "a: # {\"a\": 1}\n- x\nb: [x] # {\"b\": 1}\n# {\"c\": 1}\nc: x\nd: x # note\ne:\n- # {\"e\": 1}\n  f: g\n",
    )[0];
    let entry = |key: &str| node.as_mapping().unwrap().entry(key).unwrap();
    let text = |comment: Option<crate::yaml::SchemaComment>| comment.map(crate::yaml::SchemaComment::text);
    assert_eq!(text(entry("a").schema), Some("{\"a\": 1}"));
    assert_eq!(text(entry("b").value.schema), Some("{\"b\": 1}"));
    assert_eq!(text(entry("c").schema), Some("{\"c\": 1}"));
    assert_eq!((entry("d").schema, entry("d").value.schema), (None, None));
}

#[test]
fn bytes_that_are_not_text_are_refused_with_their_place() {
    let error = parse(b"a: 1\nb: \xff\n", FileId::NONE, &Limits::default()).unwrap_err();
    assert_eq!((error.kind, error.mark.line, error.mark.column), (ParseErrorKind::Encoding, 2, 4));
    let utf16: Vec<u8> = "\u{feff}a: é\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(parse(&utf16, FileId::NONE, &Limits::default()).unwrap(), read("a: é\n"));
}

#[test]
fn scalars_of_all_styles_say_what_they_mean() {
    let cases = [
        ("a: x\n  y\n\n  z\n", "x y\nz"),
        ("a: 'it''s\n\n  b'\n", "it's\nb"),
        ("a: \"x \\\n  y\\u00e9\\n\"\n", "x yé\n"),
        ("a: |\n  x\n   y\n\n", "x\n y\n"),
        ("a: |+\n  x\n\n", "x\n\n"),
        ("a: |-\n  x\n", "x"),
        ("a: |2\n    x\n", "  x\n"),
        ("a: >\n  x\n  y\n\n  z\n   w\n", "x y\nz\n w\n"),
        ("a: >-\n\n  x\n", "\nx"),
        ("a: x # note\n", "x"),
        ("a: x#y\n", "x#y"),
        ("? a\n: x\n", "x"),
        ("{\"a\":x}", "x"),
        ("a: &n !!str x\n", "x"),
        ("a: x\u{2028}  y\n", "x\u{2028}y"),
        ("a: \"x \u{2029}\n y\"\n", "x\u{2029}\ny"),
        ("a: |\n  x\u{2028}  y\n", "x\u{2028}y\n"),
        ("a: >-\n  x\n  y\u{2028}  z\n", "x y\u{2028}z"),
    ];
    for (text, meaning) in cases {
        assert_eq!(read(text)[0].get("a").and_then(Node::as_str), Some(meaning), "{text:?}");
    }
}

#[test]
fn marks_point_at_keys_and_values() {
    let node = &read("a: 1\nlist:\n- é: x  \n  b: [y,\n    {c: z}]\n")[0];
    let entry = |node: &Node, key: &str| {
        let entry = node.as_mapping().unwrap().entry(key).unwrap().clone();
        (entry.mark.line, entry.mark.column, entry.value.mark.line, entry.value.mark.column)
    };
    assert_eq!(entry(node, "a"), (1, 1, 1, 4));
    let item = &node.get("list").unwrap().as_sequence().unwrap()[0];
    assert_eq!(entry(item, "é"), (3, 3, 3, 6));
    assert_eq!(entry(item, "b"), (4, 3, 4, 6));
    let inner = &item.get("b").unwrap().as_sequence().unwrap()[1];
    assert_eq!(entry(inner, "c"), (5, 6, 5, 9));
}

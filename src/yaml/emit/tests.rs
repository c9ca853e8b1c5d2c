//! Printed text, one rule at a time.

use super::*;
use crate::base::FileId;
use crate::yaml::{Limits, parse};

fn read(text: &str) -> Node {
    parse(text.as_bytes(), FileId::NONE, &Limits::default()).unwrap().remove(0)
}

fn printed(text: &str) -> String {
    let mut out = String::new();
    emit(&read(text), &mut out).unwrap();
    out
}

fn printed_text(text: &str) -> String {
    let mut out = String::new();
    emit(&Node::from(Mapping::from_iter([Entry::new("k", Mark::NONE, Node::string(text))])), &mut out)
        .unwrap();
    out
}

#[test]
fn lists_stand_below_their_key_and_empty_collections_on_its_line() {
    let text = "a:\n- b: 1\n  c:\n  - - x\n    - z\n  - {}\n- []\n- - p: q\n    r: s\nb: {}\n";
    assert_eq!(printed(text), text);
}

#[test]
fn strings_are_quoted_only_when_they_must_be() {
    let cases = [
        ("abc", "abc"),
        ("", "\"\""),
        ("yes", "\"yes\""),
        ("1", "\"1\""),
        ("1.5", "\"1.5\""),
        ("12:30", "\"12:30\""),
        ("12:60", "12:60"),
        ("2020-01-01", "\"2020-01-01\""),
        ("null", "\"null\""),
        ("~", "\"~\""),
        ("0o7", "\"0o7\""),
        ("0o-7", "0o-7"),
        ("<<", "<<"),
        ("a: b", "'a: b'"),
        ("a:b", "a:b"),
        ("a #b", "'a #b'"),
        ("a#b", "a#b"),
        ("@x", "'@x'"),
        ("it's", "it's"),
        ("'x'", "'''x'''"),
        ("- a", "'- a'"),
        ("-a", "-a"),
        ("--- a", "'--- a'"),
        (" a", "' a'"),
        ("a\tb", "\"a\\tb\""),
        ("é", "é"),
        ("😀", "\"\\U0001F600\""),
        ("a\u{a0}b", "a\u{a0}b"),
        ("\u{feff}a", "\"\\uFEFF\\x61\""),
        ("a\u{0}b", "\"a\\0b\""),
    ];
    for (text, wanted) in cases {
        assert_eq!(printed_text(text), format!("k: {wanted}\n"), "{text:?}");
    }
}

#[test]
fn texts_of_several_lines_are_literal_blocks_when_they_can_be() {
    let cases = [
        ("a\nb\n", "k: |\n  a\n  b\n"),
        ("a\nb", "k: |-\n  a\n  b\n"),
        ("a\n\n", "k: |+\n  a\n\n"),
        ("\n", "k: |2+\n\n"),
        ("  a\nb\n", "k: |2\n    a\n  b\n"),
        ("a\n\n\nb\n", "k: |\n  a\n\n\n  b\n"),
        ("a \nb\n", "k: \"a \\nb\\n\"\n"),
        ("a\tb\n", "k: \"a\\tb\\n\"\n"),
    ];
    for (text, wanted) in cases {
        assert_eq!(printed_text(text), wanted, "{text:?}");
    }
}

#[test]
fn long_lines_fold_behind_column_80() {
    let words = "word ".repeat(30);
    let text = printed_text(words.trim_end());
    assert_eq!(text.lines().next().unwrap().len(), 3 + 80 - 1);
    assert!(text.lines().nth(1).unwrap().starts_with("  word"));
}

#[test]
fn long_keys_stand_on_a_line_of_their_own() {
    let key = "k".repeat(129);
    assert_eq!(printed(&format!("? {key}\n: [1]\n")), format!("? {key}\n: - 1\n"));
    assert_eq!(printed("? |\n  a\n  b\n: {c: 1}\n"), "? |\n  a\n  b\n: c: 1\n");
}

#[test]
fn nothing_between_flow_brackets_is_an_empty_string() {
    assert_eq!(printed("{a: , b: null, c: }"), "a: \"\"\nb: null\nc: \"\"\n");
    assert_eq!(printed("a:\nb: ~\n"), "a: null\nb: null\n");
}

#[test]
fn every_line_knows_its_value() {
    let node = read("spec:\n  list:\n  - name: x\n    text: |\n      one\n      two\n  - 3\n");
    let mut out = String::from("before\n");
    let lines = emit_lines(&node, &mut out).unwrap();
    let seen: Vec<(&str, u32)> =
        lines.iter().map(|line| (&out[line.range.clone()], line.node.mark.line)).collect();
    let wanted = [
        ("spec:", 2),
        ("  list:", 3),
        ("  - name: x", 3),
        ("    text: |", 4),
        ("      one", 4),
        ("      two", 4),
        ("  - 3", 7),
    ];
    assert_eq!(seen, wanted);
    assert_eq!(lines[3].key_mark.line, 4);
    let path: Vec<String> = lines
        .path(&lines[5])
        .iter()
        .map(|step| match step {
            Step::Root(_) => String::new(),
            Step::Key(entry) => entry.key.to_string(),
            Step::Item(index, _) => index.to_string(),
        })
        .collect();
    assert_eq!(path, ["spec", "list", "0", "text"]);
}

#[test]
fn what_has_no_printed_form_is_an_error_with_its_place() {
    let error = emit(&read("a: 1\nb: .inf\n"), &mut String::new()).unwrap_err();
    assert_eq!((error.mark.line, error.reason), (2, Unprintable::NotFinite));
}

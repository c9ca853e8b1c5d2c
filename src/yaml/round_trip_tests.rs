//! Properties of the parser and the emitter together, over random trees and random text.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::string::string_regex;

use super::json_patch::to_normal_form;
use super::scalar::print::{is_word, needs_quotes, print, print_key};
use super::*;
use crate::base::{FileId, Mark};

/// Words that some reader of YAML takes for something else than text. (`0o-7` is left out: kustomize prints it in a
/// way that it reads as a number.)
const TRICKY: &[&str] = &[
    "",
    "~",
    "null",
    "Null",
    "true",
    "True",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "N",
    "0",
    "-0",
    "+1",
    "007",
    "08",
    "0x1F",
    "0o17",
    "0b11",
    "0b-11",
    "1_000",
    "1_0.5",
    ".5",
    "._5",
    "1.",
    "1e3",
    "1e400",
    "1E-7",
    ".inf",
    "-.INF",
    ".nan",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775809",
    "2020-01-01",
    "2020-1-1",
    "2020-01-01T00:00:00Z",
    "2020-01-01 00:00:00",
    "12:30",
    "12:30:45.5",
    "1:60",
    "<<",
    "=",
    "-",
    "--",
    "---",
    "...",
    "- a",
    "? a",
    ": a",
    "a: b",
    "a #b",
    "#a",
    "&a",
    "*a",
    "!a",
    "|",
    "%a",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(TRICKY).prop_map(str::to_owned),
        3 => string_regex("[a-z0-9 :#,\\[\\]{}'\"\\\\@`!&*|>%?=<~+/.-]{0,12}").expect("the pattern is valid"),
        2 => string_regex("([a-z]{1,12}[ \n]{1,2}){0,30}[a-z]{0,90}").expect("the pattern is valid"),
        2 => string_regex("[ \t\n\ra-c\u{0}\u{7}\u{1b}é日\u{a0}\u{85}\u{feff}\u{fffd}😀#-]{0,20}").expect("the pattern is valid"),
    ]
}

/// Keys that kustomize can print, and that do not mean "merge".
fn key() -> impl Strategy<Value = String> {
    text().prop_filter("the key can be printed", |key| {
        key != "<<" && print_key(key).is_ok_and(|printed| printed == *key)
    })
}

fn leaf() -> impl Strategy<Value = Node> {
    let style = prop::sample::select(vec![Style::Single, Style::Double, Style::Literal]);
    let quoted = (text(), style)
        .prop_map(|(text, style)| Node::from(Scalar { text: text.into(), tag: Tag::Str, style }));
    let plain = prop::sample::select(TRICKY).prop_map(Node::plain);
    prop_oneof![3 => quoted, 1 => plain].prop_filter("the value can be printed", |node| {
        node.as_scalar().is_some_and(|scalar| print(scalar, false).is_ok())
    })
}

/// A map as it is read from a text, with keys in whatever quotes they need.
fn map(entries: Vec<(String, Node)>) -> Node {
    let mut map = Mapping::default();
    for (key, value) in entries {
        map.set(key, value);
    }
    map.entries.iter_mut().for_each(|entry| entry.bare = false);
    Node::from(map)
}

fn tree() -> impl Strategy<Value = Node> {
    leaf().prop_recursive(4, 40, 6, |inner| {
        prop_oneof![vec(inner.clone(), 0..5).prop_map(Node::from), vec((key(), inner), 0..6).prop_map(map),]
    })
}

/// A document: a map at the top, as resources are.
fn document() -> impl Strategy<Value = Node> {
    vec((key(), tree()), 1..6).prop_map(map)
}

fn read(text: &str) -> Result<Node, TestCaseError> {
    let mut nodes = parse(text.as_bytes(), FileId::NONE, &Limits::default())
        .map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
    prop_assert_eq!(nodes.len(), 1, "{}", text);
    Ok(nodes.remove(0))
}

fn printed(node: &Node) -> Result<String, TestCaseError> {
    let mut out = String::new();
    emit(node, &mut out).map_err(|error| TestCaseError::fail(error.to_string()))?;
    Ok(out)
}

/// A change of one node.
#[derive(Clone, Debug)]
enum Change {
    Replace(Node),
    Add(String),
    Untyped,
    Brackets,
    Bare,
}

/// The place of a change, and whether somebody else has the tree too.
fn change() -> impl Strategy<Value = (prop::sample::Index, Change, bool)> {
    let change = prop_oneof![
        tree().prop_map(Change::Replace),
        prop::sample::select(&["1", "true", "a", "~", "z"][..]).prop_map(|key| Change::Add(key.to_owned())),
        Just(Change::Untyped),
        Just(Change::Brackets),
        Just(Change::Bare),
    ];
    (any::<prop::sample::Index>(), change, any::<bool>())
}

/// Changes the node that so many others come before.
fn apply(node: &mut Node, before: &mut usize, change: &Change) -> bool {
    if *before == 0 {
        match (change, &mut node.value) {
            (Change::Replace(new), _) => *node = new.clone(),
            (Change::Add(key), Value::Mapping(map)) => drop(map.set(key.as_str(), Node::int(1_000_000))),
            (Change::Bare, Value::Mapping(map)) => map.entries.iter_mut().for_each(|entry| entry.bare = true),
            (Change::Add(text), Value::Sequence(items)) => items.push(Node::plain(text.as_str())),
            (Change::Brackets, _) => node.flow = !node.flow,
            (Change::Untyped | Change::Add(_) | Change::Bare, _) => node.untyped = true,
        }
        return true;
    }
    *before -= 1;
    match &mut node.value {
        Value::Scalar(_) => false,
        Value::Sequence(items) => items.iter_mut().any(|item| apply(item, before, change)),
        Value::Mapping(map) => map.entries.iter_mut().any(|entry| apply(&mut entry.value, before, change)),
    }
}

/// The same tree in memory of its own, of which nothing is remembered.
fn rebuilt(node: &Node) -> Node {
    let value = match &node.value {
        Value::Scalar(scalar) => Value::Scalar(scalar.clone()),
        Value::Sequence(items) => Value::Sequence(items.iter().map(rebuilt).collect()),
        Value::Mapping(map) => Value::Mapping(
            map.iter().map(|entry| Entry { value: rebuilt(&entry.value), ..entry.clone() }).collect(),
        ),
    };
    Node { value, ..node.clone() }
}

/// Everything for which something is remembered.
fn looked_at(node: &Node) -> (Result<String, String>, Option<String>, Result<Node, String>) {
    let mut text = String::new();
    let printed = emit(node, &mut text).map(|()| text).map_err(|error| error.to_string());
    let lost = node.entry_without_quotes().map(|entry| entry.key.to_string());
    let mut normal = node.clone();
    let normal = to_normal_form(&mut normal).map(|()| normal).map_err(|fault| fault.message);
    (printed, lost, normal)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn printed_text_reads_back_and_prints_the_same(node in document()) {
        let once = printed(&node)?;
        let back = read(&once)?;
        prop_assert_eq!(printed(&back)?, once);
    }

    #[test]
    fn printed_values_are_the_values_of_the_tree(node in document()) {
        let back = read(&printed(&node)?)?;
        // U+0085 is the one character that kustomize's own round trip changes.
        let has_next_line = format!("{node:?}").contains("\\u{85}");
        if !has_next_line {
            // A map's order is lost by sorting; JSON objects compare without it.
            prop_assert_eq!(to_json(&back).ok(), to_json(&node).ok());
        }
    }

    #[test]
    fn json_text_is_yaml(node in document()) {
        let mut json = String::new();
        prop_assert!(write_json(&node, &mut json).is_ok());
        prop_assume!(!json.contains('\u{85}'));
        let back = read(&json)?;
        prop_assert_eq!(to_json(&back).ok(), to_json(&node).ok());
    }

    #[test]
    fn every_line_is_given_and_shows_a_value_of_the_tree(node in document()) {
        let mut out = String::new();
        let lines = emit_lines(&node, &mut out).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&out, &printed(&node)?);
        let joined: String = lines.iter().map(|line| format!("{}\n", &out[line.range.clone()])).collect();
        prop_assert_eq!(&joined, &out);
        for line in lines.iter() {
            let shown = lines.path(line).last().map_or(&node, |step| step.node());
            prop_assert!(std::ptr::eq(shown, line.node));
        }
    }

    #[test]
    fn a_word_is_printed_as_text_that_was_looked_at_closely(text in string_regex("[a-zA-Z0-9._/-]{1,8}|[tTfFnNyYoO][a-zA-Z]{0,4}").expect("the pattern is valid")) {
        let of_style = |style| Node::from(Scalar { text: text.as_str().into(), tag: Tag::Str, style });
        prop_assert_eq!(printed(&of_style(Style::Double))?, printed(&of_style(Style::Folded))?);
        prop_assert_eq!(is_word(&text) && needs_quotes(&text), false);
    }

    #[test]
    fn what_is_remembered_of_a_tree_is_true_after_every_change(node in document(), changes in vec(change(), 1..8)) {
        let mut node = node;
        for (place, change, is_shared) in changes {
            let known = looked_at(&node);
            // What nobody else has changes where it is, what is shared is copied.
            let other = is_shared.then(|| node.clone());
            let count = node.count();
            apply(&mut node, &mut place.index(count), &change);
            prop_assert_eq!(looked_at(&node), looked_at(&rebuilt(&node)), "after {:?}", change);
            if let Some(other) = other {
                prop_assert_eq!(looked_at(&other), known, "the other one shares what was changed");
            }
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in string_regex("([ \n\t]|- |: |\\? |#|&a |\\*a|!!?[a-z]*|!<|\\[|\\]|\\{|\\}|,|\"|'|\\\\|\\||>|[-+12]|---|\\.\\.\\.|%|<<|a|é|\u{2028}|\u{0}|\r){0,40}").expect("the pattern is valid")) {
        let text = text + "\n# {\"type\": \"array\"}\n";
        if let Err(error) = parse(text.as_bytes(), FileId::NONE, &Limits::default()) {
            prop_assert!(error.mark.line > 0, "{}", error);
            prop_assert!(error.mark.line as usize <= text.split(['\n', '\r']).count(), "{error} in {text:?}");
        }
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes, FileId::NONE, &Limits::default());
    }
}

#[test]
fn equality_ignores_where_a_value_was_written() {
    let mark = Mark { file: FileId::NONE, line: 3, column: 1 };
    assert_eq!(Node::int(3).written(mark, Writer::Patch), Node::int(3));
}

#[test]
fn overwriting_stacks_the_old_writers() {
    let at = |line| Mark { file: FileId::NONE, line, column: 1 };
    let mut node = Node::int(1).written(at(1), Writer::Resource);
    node.overwrite(Node::int(2).value, at(2), Writer::Patch);
    let mut newer = Node::int(3).written(at(3), Writer::Transformer);
    newer.overwrite(Node::int(4).value, at(4), Writer::Generator);
    node.replace_with(newer);
    let mut history = Vec::new();
    let mut next = node.before.as_deref();
    while let Some(old) = next {
        history.push((old.text.as_str(), old.mark.line, old.writer));
        next = old.before.as_deref();
    }
    assert_eq!(node.as_i64(), Some(4));
    assert_eq!(history, [("3", 3, Writer::Transformer), ("2", 2, Writer::Patch), ("1", 1, Writer::Resource)]);
}

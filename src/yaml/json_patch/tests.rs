//! Operations and what they do to an object, as the real program does it.

use super::*;
use crate::base::FileId;
use crate::yaml::{Fault, Limits, Writer, parse};

fn node(text: &str) -> Node {
    parse(text.as_bytes(), FileId::NONE, &Limits::default()).unwrap().remove(0)
}

fn apply(text: &str, patch: &str) -> Result<Node, Fault> {
    let mut node = node(text);
    JsonPatch::parse(patch.as_bytes(), FileId::NONE, &Limits::default())?.apply(&mut node)?;
    Ok(node)
}

#[test]
fn operations_do_what_the_real_program_does() {
    let cases: &[(&str, &str, &str)] = &[
        ("{a: 1}", "- {op: add, path: /b, value: x}", "{a: 1, b: x}"),
        ("{a: 1}", "- {op: add, path: /a, value: x}", "{a: x}"),
        ("{a: 1}", "- {op: add, path: /b}", "{a: 1, b: null}"),
        ("{a: 1}", "- {op: replace, path: /b, value: 2}", "{a: 1, b: 2}"),
        ("{a: {b: 1, c: 2}}", "- {op: remove, path: /a/b}", "{a: {c: 2}}"),
        ("{a: [1, 2]}", "- {op: add, path: /a/-, value: 3}", "{a: [1, 2, 3]}"),
        ("{a: [1, 2]}", "- {op: add, path: /a/1, value: 3}", "{a: [1, 3, 2]}"),
        ("{a: [1, 2]}", "- {op: add, path: /a/-1, value: 3}", "{a: [1, 2, 3]}"),
        ("{a: [1, 2]}", "- {op: replace, path: /a/-1, value: 3}", "{a: [1, 3]}"),
        ("{a: [1, 2]}", "- {op: remove, path: /a/-2}", "{a: [2]}"),
        ("{a: {b/c: 1, '~': 2}}", "- {op: remove, path: /a/b~1c}\n- {op: remove, path: /a/~0}", "{a: {}}"),
        ("{a: 1}", "- {op: move, from: /a, path: /b}", "{b: 1}"),
        ("{a: 1}", "- {op: copy, from: /a, path: /b}", "{a: 1, b: 1}"),
        ("{a: 1}", "- {op: copy, from: /none, path: /b}", "{a: 1, b: null}"),
        ("{a: 1}", "- {op: add, path: x/b, value: 2}", "{a: 1, b: 2}"),
        ("{a: 1}", "- {op: test, path: /a, value: 1}", "{a: 1}"),
        ("{a: 1}", "- {op: test, path: /none}", "{a: 1}"),
        ("{a: 1}", "- {op: replace, path: '', value: {b: 1}}", "{b: 1}"),
        ("{a: 1}", "- {op: add, path: /b, value: yes}", "{a: 1, b: true}"),
        ("{a: 1}", "[{\"op\": \"add\", \"path\": \"/b\", \"value\": \"\\ud83d\\ude00\"}]", "{a: 1, b: 😀}"),
        (
            "{a: 1000000, b: '80', c: '80x'}",
            "- {op: add, path: /d, value: 2001-01-01}",
            "{a: 1e+06, b: \"80\", c: 80x, d: \"2001-01-01\"}",
        ),
    ];
    for (text, patch, expected) in cases {
        assert_eq!(apply(text, patch).unwrap(), node(expected), "{patch} on {text}");
    }
}

#[test]
fn what_cannot_be_applied_is_refused() {
    let cases: &[(&str, &str)] = &[
        ("{a: 1}", "- {op: remove, path: /b}"),
        ("{a: 1}", "- {op: add, path: /b/c, value: 1}"),
        ("{a: null}", "- {op: add, path: /a/c, value: 1}"),
        ("{a: 1}", "- {op: add, path: /a/c, value: 1}"),
        ("{a: 1}", "- {op: add, path: '', value: 1}"),
        ("{a: 1}", "- {op: add, path: a, value: 1}"),
        ("{a: 1}", "- {op: add, value: 1}"),
        ("{a: [1]}", "- {op: add, path: /a/2, value: 1}"),
        ("{a: [1]}", "- {op: add, path: /a/-3, value: 1}"),
        ("{a: [1]}", "- {op: replace, path: /a/1, value: 1}"),
        ("{a: [1]}", "- {op: remove, path: /a/x}"),
        ("{a: 1}", "- {op: move, from: /b, path: /c}"),
        ("{a: 1}", "- {op: test, path: /a, value: 2}"),
        ("{a: 1}", "- {op: test, path: /a, value: '1'}"),
        ("{a: 1}", "[{\"op\": \"test\", \"path\": \"/a\", \"value\": 1.0}]"),
        ("{a: 1}", "- {op: merge, path: /a, value: 2}"),
        ("{a: 1}", "- {path: /a, value: 2}"),
        ("{a: 1}", "- {op: replace, path: '', value: [1]}"),
        ("{a: 1}", "[{op: add, path: /b, value: 1}]"),
        ("{a: 1}", "{op: add}"),
        ("{a: 1}", "- text"),
    ];
    for (text, patch) in cases {
        assert!(apply(text, patch).is_err(), "{patch} on {text}");
    }
}

#[test]
fn a_value_knows_the_operation_that_wrote_it_and_what_it_replaced() {
    let patched = apply("{a: 1}", "- op: replace\n  path: /a\n  value: 2").unwrap();
    let value = patched.get("a").unwrap();
    assert_eq!((value.writer, value.mark.line), (Writer::Patch, 3));
    assert_eq!(value.before.as_ref().unwrap().text, "1");
}

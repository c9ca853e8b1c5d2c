//! Properties of edits over texts that nobody would write by hand.

use proptest::prelude::*;

use super::super::{Document, EditValue, Route, Shape, look, nest, remove, set};

/// How a generated text is laid out.
#[derive(Clone, Debug)]
struct Layout {
    step: usize,
    dash: usize,
    crlf: bool,
    final_line_end: bool,
    comments: bool,
}

fn layouts() -> impl Strategy<Value = Layout> {
    (1..5_usize, 0..3_usize, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(step, dash, crlf, final_line_end, comments)| Layout { step, dash, crlf, final_line_end, comments },
    )
}

fn scalars() -> impl Strategy<Value = EditValue> {
    prop_oneof![
        (0..1000_i64).prop_map(EditValue::from),
        "[a-z]{1,6}( [a-z#:]{1,4}){0,2}".prop_map(EditValue::Text),
        prop::sample::select(vec![
            "", "yes", "1.0", "null", "it's", "\"q\"", "a: b", "#x", "é", "- x", "a\nb\n", "a\n\n  b", "*x",
            "{}"
        ])
        .prop_map(EditValue::from),
        Just(EditValue::Plain("true".to_owned())),
        Just(EditValue::Null),
    ]
}

fn keys() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-e]".prop_map(|key| key),
        prop::sample::select(vec!["prod/euw2", "true", "8080", "a b", "x.y", "é"]).prop_map(str::to_owned)
    ]
}

fn values() -> impl Strategy<Value = EditValue> {
    scalars().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(EditValue::Sequence),
            prop::collection::btree_map(keys(), inner, 0..4)
                .prop_map(|entries| EditValue::Mapping(entries.into_iter().collect())),
        ]
    })
}

fn documents() -> impl Strategy<Value = (EditValue, String)> {
    let roots = prop::collection::btree_map(keys(), values(), 1..4)
        .prop_map(|entries| EditValue::Mapping(entries.into_iter().collect()));
    (roots, layouts(), any::<u64>()).prop_map(|(root, layout, seed)| {
        let text = Writer { layout, seed }.write(&root);
        (root, text)
    })
}

/// Writes values in mixed styles; not the printer of edits on purpose.
struct Writer {
    layout: Layout,
    seed: u64,
}

impl Writer {
    fn chance(&mut self, of: u64) -> bool {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33).is_multiple_of(of)
    }

    fn write(mut self, root: &EditValue) -> String {
        let mut text = String::new();
        self.lines(root, 0, &mut text);
        if !self.layout.final_line_end {
            text.pop();
        }
        if self.layout.crlf { text.replace('\n', "\r\n") } else { text }
    }

    fn lines(&mut self, value: &EditValue, indent: usize, text: &mut String) {
        let blanks = " ".repeat(indent);
        match value {
            EditValue::Mapping(entries) if !entries.is_empty() => {
                for (key, value) in entries {
                    self.comment_line(&blanks, text);
                    text.push_str(&format!("{blanks}{}:", self.string(key, false)));
                    let deeper = if matches!(value, EditValue::Sequence(_)) {
                        self.layout.dash
                    } else {
                        self.layout.step
                    };
                    self.child(value, indent + deeper, text);
                }
            }
            EditValue::Sequence(items) if !items.is_empty() => {
                for item in items {
                    self.comment_line(&blanks, text);
                    text.push_str(&format!("{blanks}-"));
                    self.child(item, indent + 2, text);
                }
            }
            _ => unreachable!("only full lists and maps are written in lines"),
        }
    }

    fn child(&mut self, value: &EditValue, indent: usize, text: &mut String) {
        let is_full = match value {
            EditValue::Mapping(entries) => !entries.is_empty(),
            EditValue::Sequence(items) => !items.is_empty(),
            _ => false,
        };
        if is_full && !self.chance(3) {
            self.comment(text);
            text.push('\n');
            return self.lines(value, indent, text);
        }
        let line = self.flow(value, is_full);
        if !line.is_empty() {
            text.push(' ');
            text.push_str(&line);
        }
        self.comment(text);
        text.push('\n');
    }

    fn flow(&mut self, value: &EditValue, inside: bool) -> String {
        match value {
            EditValue::Null => {
                if !inside && self.chance(2) {
                    String::new()
                } else {
                    "~".to_owned()
                }
            }
            EditValue::Plain(text) => text.clone(),
            EditValue::Text(text) => self.string(text, true),
            EditValue::Sequence(items) => {
                let items: Vec<String> = items.iter().map(|item| self.flow(item, true)).collect();
                let comma = if !items.is_empty() && self.chance(4) { "," } else { "" };
                format!("[{}{comma}]", items.join(if self.chance(2) { ", " } else { " , " }))
            }
            EditValue::Mapping(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| format!("{}: {}", self.string(key, true), self.flow(value, true)))
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    fn string(&mut self, text: &str, quote: bool) -> String {
        let simple = text.len() > 1
            && text.bytes().all(|byte| byte.is_ascii_lowercase())
            && !["yes", "null", "true"].contains(&text);
        if simple && (!quote || !self.chance(3)) {
            return text.to_owned();
        }
        if !text.contains('\n') && self.chance(2) {
            return format!("'{}'", text.replace('\'', "''"));
        }
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
    }

    fn comment(&mut self, text: &mut String) {
        if self.layout.comments && self.chance(3) {
            text.push_str("  # note: 'x");
        }
    }

    fn comment_line(&mut self, blanks: &str, text: &mut String) {
        if self.layout.comments && self.chance(4) {
            text.push_str(&format!("{blanks}# about the next\n"));
        }
        if self.chance(6) {
            text.push('\n');
        }
    }
}

/// All places in a value.
fn routes(value: &EditValue, at: &Route, found: &mut Vec<Route>) {
    match value {
        EditValue::Mapping(entries) => {
            for (key, value) in entries {
                let inner = at.clone().key(key);
                found.push(inner.clone());
                routes(value, &inner, found);
            }
        }
        EditValue::Sequence(items) => {
            for (index, value) in items.iter().enumerate() {
                let inner = at.clone().index(index);
                found.push(inner.clone());
                routes(value, &inner, found);
            }
        }
        _ => {}
    }
}

fn all_routes(root: &EditValue) -> Vec<Route> {
    let mut found = Vec::new();
    routes(root, &Route::root(), &mut found);
    found
}

/// What a text says, without its form.
fn meaning(text: &str) -> EditValue {
    EditValue::from_yaml(text).unwrap()
}

/// The lines of the old text that are not in the new one, and the other way round.
fn line_difference(old: &str, new: &str) -> (usize, usize) {
    let old: Vec<&str> = old.split('\n').collect();
    let new: Vec<&str> = new.split('\n').collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    (old.len() - head - tail, new.len() - head - tail)
}

fn line_count(value: &EditValue) -> usize {
    match value {
        EditValue::Mapping(entries) => entries.iter().map(|(_, value)| 1 + line_count(value)).sum(),
        EditValue::Sequence(items) => items.iter().map(|item| 1 + line_count(item)).sum(),
        EditValue::Text(text) => 1 + text.lines().count(),
        _ => 1,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn the_generator_writes_what_it_is_told((root, text) in documents()) {
        prop_assert_eq!(meaning(&text), root);
    }

    #[test]
    fn a_scalar_is_set_on_its_own_line((root, text) in documents(), value in scalars(), pick in any::<prop::sample::Index>()) {
        let routes = all_routes(&root);
        let route = pick.get(&routes);
        let was = look(&text, route).unwrap().unwrap();
        let edited = set(&text, route, &value).unwrap();
        prop_assert_eq!(&edited.text[..edited.replaced.start], &text[..edited.replaced.start]);
        prop_assert_eq!(&edited.text[edited.inserted.end..], &text[edited.replaced.end..]);
        prop_assert_eq!(set(&edited.text, route, &value).unwrap().text, edited.text.clone());
        if matches!(was.shape, Shape::Null | Shape::Scalar(_)) {
            let (old, new) = line_difference(&text, &edited.text);
            prop_assert!(old <= 1 && new <= line_count(&value), "{} lines became {}", old, new);
        }
        let is_comment_kept = edited.text.matches('#').count() >= text.matches('#').count();
        prop_assert!(is_comment_kept || !matches!(was.shape, Shape::Null | Shape::Scalar(_)) || was.source.contains('#'));
        prop_assert!(same_line_ends(&text, &edited.text));
    }

    #[test]
    fn a_number_set_and_set_back_restores_the_bytes((root, text) in documents(), pick in any::<prop::sample::Index>()) {
        let routes = all_routes(&root);
        let route = pick.get(&routes);
        let was = look(&text, route).unwrap().unwrap();
        if let (Shape::Scalar(old), false) = (&was.shape, was.source.starts_with(['"', '\''])) {
            let changed = set(&text, route, &4711.into()).unwrap().text;
            prop_assert_eq!(set(&changed, route, &EditValue::typed(old)).unwrap().text, text);
        } else if let Shape::Scalar(old) = &was.shape {
            let changed = set(&text, route, &EditValue::text("other")).unwrap().text;
            let back = set(&changed, route, &EditValue::text(old)).unwrap().text;
            prop_assert!(back == text || was.source.contains('\\'));
        }
    }

    #[test]
    fn any_value_can_be_set_anywhere((root, text) in documents(), value in values(), pick in any::<prop::sample::Index>()) {
        let routes = all_routes(&root);
        let route = pick.get(&routes);
        let edited = set(&text, route, &value).unwrap().text;
        prop_assert_eq!(Document::read(&edited).unwrap().look(route).unwrap().is_some(), true);
        prop_assert!(same_line_ends(&text, &edited));
    }

    #[test]
    fn an_entry_that_is_added_and_removed_leaves_the_text_as_it_was((root, text) in documents(), value in values(), pick in any::<prop::sample::Index>()) {
        let mut places = all_routes(&root);
        places.push(Route::root());
        let route = pick.get(&places);
        let shape = if route.0.is_empty() { Shape::Mapping(vec!["x".to_owned()]) } else { look(&text, route).unwrap().unwrap().shape };
        let (added, place) = match shape {
            Shape::Mapping(keys) if !keys.is_empty() => {
                let place = route.clone().key("new");
                (set(&text, &place, &value).unwrap().text, place)
            }
            Shape::Sequence(count) if count > 0 => {
                (set(&text, &route.clone().end(), &value).unwrap().text, route.clone().index(count))
            }
            _ => return Ok(()),
        };
        prop_assert!(same_line_ends(&text, &added));
        let removed = remove(&added, &place).unwrap().text;
        // A comma behind the last item stays a comma behind the last item.
        prop_assert_eq!(removed.replace([',', ' '], ""), text.replace([',', ' '], ""));
        if !text.contains(",]") {
            prop_assert_eq!(removed, text);
        }
    }

    #[test]
    fn anything_can_be_taken_away((root, text) in documents(), pick in any::<prop::sample::Index>()) {
        let routes = all_routes(&root);
        let route = pick.get(&routes);
        let removed = remove(&text, route).unwrap().text;
        // A blank line above the last line becomes the end of the text.
        prop_assert!(same_line_ends(&text, &removed) || !text.ends_with('\n'));
    }

    #[test]
    fn an_entry_can_be_pushed_down((root, text) in documents(), pick in any::<prop::sample::Index>()) {
        let routes = all_routes(&root);
        let route = pick.get(&routes);
        if let Ok(nested) = nest(&text, route, "defaults") {
            let was = look(&text, route).unwrap().unwrap();
            let now = look(&nested.text, &route.clone().key("defaults")).unwrap().unwrap();
            prop_assert_eq!(was.shape, now.shape);
            prop_assert_eq!(nested.text.matches('#').count(), text.matches('#').count());
        } else {
            let in_list = matches!(route.0.last(), Some(super::super::Step::Index(_)));
            prop_assert!(in_list, "{} was refused", route);
        }
    }

    #[test]
    fn no_text_makes_an_edit_panic(text in "[ab:\\-#\\[\\]{},&*!|>'\"%@`?~<\\\\ \n\r\tx1é+.=\u{FEFF}\u{85}]{0,40}", value in scalars()) {
        for route in ["a", "b.a", "[0]", "a[+]", "[0].a"] {
            let route = Route::parse(route).unwrap();
            if let Ok(edited) = set(&text, &route, &value) {
                prop_assert!(look(&edited.text, &Route::root()).is_ok());
            }
            let _ = remove(&text, &route);
            let _ = nest(&text, &route, "x");
        }
    }
}

/// Whether a new text has the line ends of the old one, and one at its end if the old one had.
fn same_line_ends(old: &str, new: &str) -> bool {
    let crlf = old.contains("\r\n");
    let plain = new.replace("\r\n", "").contains('\n');
    let kept = !old.contains('\n') || if crlf { !plain } else { !new.contains('\r') };
    kept && old.ends_with('\n') == new.ends_with('\n')
}

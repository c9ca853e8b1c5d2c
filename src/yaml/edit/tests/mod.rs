//! What edits keep, change and refuse.

mod properties;

use super::{EditError, EditProblem, EditValue, Route, Shape, look, nest, remove, set};

fn route(text: &str) -> Route {
    Route::parse(text).unwrap()
}

/// Sets a value typed as a person would type it.
fn set_typed(text: &str, at: &str, value: &str) -> Result<String, EditError> {
    set(text, &route(at), &EditValue::typed(value)).map(|edited| edited.text)
}

#[track_caller]
fn check_set(before: &str, at: &str, value: &str, after: &str) {
    assert_eq!(set_typed(before, at, value).unwrap(), after);
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(set_typed(&crlf(before), at, value).unwrap(), crlf(after), "with CRLF");
}

#[track_caller]
fn check_set_value(before: &str, at: &str, value: &EditValue, after: &str) {
    assert_eq!(set(before, &route(at), value).unwrap().text, after);
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(set(&crlf(before), &route(at), value).unwrap().text, crlf(after), "with CRLF");
}

#[track_caller]
fn check_remove(before: &str, at: &str, after: &str) {
    assert_eq!(remove(before, &route(at)).unwrap().text, after);
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(remove(&crlf(before), &route(at)).unwrap().text, crlf(after), "with CRLF");
}

#[track_caller]
fn check_nest(before: &str, at: &str, after: &str) {
    assert_eq!(nest(before, &route(at), "defaults").unwrap().text, after);
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(nest(&crlf(before), &route(at), "defaults").unwrap().text, crlf(after), "with CRLF");
}

#[track_caller]
fn problem(result: Result<impl Sized, EditError>) -> (EditProblem, u32) {
    match result {
        Ok(_) => panic!("the edit was not refused"),
        Err(error) => (*error.problem, error.line),
    }
}

#[test]
fn a_number_changes_and_the_comment_behind_it_stays() {
    check_set("a: 1 # was 0\nb:   2  # x\n", "b", "5", "a: 1 # was 0\nb:   5  # x\n");
}

#[test]
fn quotes_stay_where_the_new_text_allows_them() {
    check_set("a: 'x'\n", "a", "y", "a: 'y'\n");
    check_set("a: \"x\"\n", "a", "y", "a: \"y\"\n");
    check_set("a: x\n", "a", "a: b", "a: \"a: b\"\n");
    check_set_value("a: x\n", "a", &EditValue::text("yes"), "a: \"yes\"\n");
    check_set_value("a: '4'\n", "a", &EditValue::text("5"), "a: '5'\n");
    check_set("a: '4'\n", "a", "5", "a: 5\n");
    check_set("a: [x, y]\n", "a[1]", "p,q", "a: [x, \"p,q\"]\n");
}

#[test]
fn an_item_is_found_by_its_name() {
    let text = "services:\n- name: a\n  hpa: {min: 1, max: 2}\n- name: b\n  hpa: {min: 1, max: 2} # keep\n";
    check_set(
        text,
        "services[name=b].hpa.min",
        "4",
        "services:\n- name: a\n  hpa: {min: 1, max: 2}\n- name: b\n  hpa: {min: 4, max: 2} # keep\n",
    );
}

#[test]
fn a_missing_key_is_added_after_the_last_one_in_the_style_around() {
    check_set("a:\n    b: 1 # c\nz: 2\n", "a.c", "3", "a:\n    b: 1 # c\n    c: 3\nz: 2\n");
    check_set("a: {b: 1}\n", "a.c", "3", "a: {b: 1, c: 3}\n");
    check_set("a: {b: 1,}\n", "a.c", "3", "a: {b: 1, c: 3,}\n");
    check_set("a: {}\n", "a.c", "3", "a: {c: 3}\n");
    check_set("- name: x\n  y: 1\n- name: z\n", "[0].q", "3", "- name: x\n  y: 1\n  q: 3\n- name: z\n");
    check_set("stable: \"x\"\n", "next", "y", "stable: \"x\"\nnext: \"y\"\n");
}

#[test]
fn missing_parents_are_added_too() {
    check_set("a:\n  b: 1\n", "a.c.d.e", "3", "a:\n  b: 1\n  c:\n    d:\n      e: 3\n");
    check_set("a:\nb: 1\n", "a.c.d", "3", "a:\n  c:\n    d: 3\nb: 1\n");
    check_set("a: # note\nb: 1\n", "a.c", "3", "a: # note\n  c: 3\nb: 1\n");
    check_set("a: null # note\nb: 1\n", "a.c", "3", "a: # note\n  c: 3\nb: 1\n");
    check_set("# nothing yet\n", "envPins.prod", "x", "# nothing yet\nenvPins:\n  prod: x\n");
    assert_eq!(set_typed("", "a.b", "x").unwrap(), "a:\n  b: x\n");
    check_set("---\n", "a.b", "x", "---\na:\n  b: x\n");
    check_set("x: {a: {b: 1}}\n", "x.c.d", "2", "x: {a: {b: 1}, c: {d: 2}}\n");
}

#[test]
fn an_empty_value_is_filled_in_place() {
    check_set("a:\nb: 1\n", "a", "3", "a: 3\nb: 1\n");
    check_set("a:   # note\nb: 1\n", "a", "3", "a: 3   # note\nb: 1\n");
    check_set("- \n- 1\n", "[0]", "3", "- 3 \n- 1\n");
    check_set("x: {a: , b}\n", "x.a", "3", "x: {a: 3 , b}\n");
    check_set("x: {a: , b}\n", "x.b", "3", "x: {a: , b: 3}\n");
}

#[test]
fn a_text_without_a_final_line_end_stays_without_one() {
    check_set("a: 1\nb: 2", "b", "3", "a: 1\nb: 3");
    check_set("a: 1\nb: 2", "c", "3", "a: 1\nb: 2\nc: 3");
    check_remove("a: 1\nb: 2", "b", "a: 1");
    check_set("a: 1\nb: |\n  text", "c", "3", "a: 1\nc: 3\nb: |\n  text");
}

#[test]
fn items_are_appended_in_the_style_of_the_list() {
    check_set("a:\n- x\n- y # last\nb: 1\n", "a[+]", "z", "a:\n- x\n- y # last\n- z\nb: 1\n");
    check_set("a:\n  - 'x'\n", "a[+]", "z", "a:\n  - 'x'\n  - 'z'\n");
    check_set("a: [x, y]\n", "a[+]", "z", "a: [x, y, z]\n");
    check_set("a: []\n", "a[+]", "z", "a: [z]\n");
    check_set("a: [\n  x, # one\n  y # two\n]\n", "a[+]", "z", "a: [\n  x, # one\n  y, # two\n  z\n]\n");
    check_set("a: [\n  x,\n  y, # two\n]\n", "a[+]", "z", "a: [\n  x,\n  y, # two\n  z,\n]\n");
    check_set("a: {\n  x: 1,\n  y: 2}\n", "a.z", "3", "a: {\n  x: 1,\n  y: 2,\n  z: 3}\n");
    check_set("l:\n- p\na:\n", "a[+]", "z", "l:\n- p\na:\n- z\n");
    let item = EditValue::Mapping(vec![
        ("name".to_owned(), "new".into()),
        ("ports".to_owned(), EditValue::Sequence(vec![1.into()])),
    ]);
    check_set_value("a:\n- name: m\n", "a[+]", &item, "a:\n- name: m\n- name: new\n  ports:\n  - 1\n");
}

#[test]
fn a_block_scalar_is_written_anew_or_becomes_one_line() {
    let text = "a: | # note\n  one\n  two\n\nb: 1\n";
    check_set_value(text, "a", &EditValue::text("x\ny\n"), "a: | # note\n  x\n  y\n\nb: 1\n");
    check_set_value(text, "a", &EditValue::text("x"), "a: x # note\n\nb: 1\n");
    check_set_value("a: x\nb: 1\n", "a", &EditValue::text("x\n\n  y"), "a: |-\n  x\n\n    y\nb: 1\n");
    check_set_value("a: \"x\"\n", "a", &EditValue::text("x\ny"), "a: \"x\\ny\"\n");
    check_set("a: |+\n  x\n\n", "b", "1", "a: |+\n  x\n\nb: 1\n");
}

#[test]
fn a_scalar_becomes_a_map_and_its_comment_moves_to_the_key() {
    let value = EditValue::Mapping(vec![
        ("defaults".to_owned(), 2.into()),
        ("overrides".to_owned(), EditValue::entry("prod", 4.into())),
    ]);
    check_set_value(
        "hpa:\n  min: 2 # low\n  max: 6\n",
        "hpa.min",
        &value,
        "hpa:\n  min: # low\n    defaults: 2\n    overrides:\n      prod: 4\n  max: 6\n",
    );
    check_set_value(
        "hpa:\n  min: 2 # low\n  max: {defaults: 6}\n",
        "hpa.min",
        &value,
        "hpa:\n  min: {defaults: 2, overrides: {prod: 4}} # low\n  max: {defaults: 6}\n",
    );
    check_set_value("a: [1, 2]\n", "a[0]", &value, "a: [{defaults: 2, overrides: {prod: 4}}, 2]\n");
    check_set_value("- 1\n- 2 # c\n", "[1]", &EditValue::entry("a", 1.into()), "- 1\n- # c\n  a: 1\n");
    check_set_value("- 1\n- 2\n", "[0]", &EditValue::entry("a", 1.into()), "- a: 1\n- 2\n");
}

#[test]
fn a_map_or_list_becomes_a_scalar() {
    check_set(
        "a: # keep\n  b: 1 # goes\n  c: 2 # goes\nd: 3 # keep\n",
        "a",
        "5",
        "a: 5 # keep\nd: 3 # keep\n",
    );
    check_set("a: {b: 1} # keep\n", "a", "5", "a: 5 # keep\n");
    check_set("- - 1\n  - 2\n- x\n", "[0]", "5", "- 5\n- x\n");
}

#[test]
fn a_value_is_pushed_down_with_its_comments() {
    check_nest(
        "hpa:\n  min: 2 # low\n  max: 6\n",
        "hpa.min",
        "hpa:\n  min:\n    defaults: 2 # low\n  max: 6\n",
    );
    check_nest("hpa: {min: 2, max: 6}\n", "hpa.min", "hpa: {min: {defaults: 2}, max: 6}\n");
    check_nest("min: &two 2\n", "min", "min:\n  defaults: &two 2\n");
    check_nest(
        "domains: # public\n  # first\n  - a.example # x\n\n  - b.example\nz: 1\n",
        "domains",
        "domains: # public\n  defaults:\n    # first\n    - a.example # x\n\n    - b.example\nz: 1\n",
    );
    check_nest("a: |\n  x\n   y\nz: 1\n", "a", "a:\n  defaults: |\n    x\n     y\nz: 1\n");
    check_nest("a: [x,\n  y]\n", "a", "a:\n  defaults: [x,\n    y]\n");
    check_nest("a:\nb: 1\n", "a", "a:\n  defaults:\nb: 1\n");
}

#[test]
fn an_entry_goes_with_its_line_and_comment_lines_stay() {
    check_remove("a: 1\n# about b\nb: 2 # x\nc: 3\n", "b", "a: 1\n# about b\nc: 3\n");
    check_remove("a:\n  b: 1\n  c:\n    d: 1\ne: 1\n", "a.c", "a:\n  b: 1\ne: 1\n");
    check_remove("a: {b: 1, c: 2, d: 3}\n", "a.c", "a: {b: 1, d: 3}\n");
    check_remove("a: {b: 1, c: 2}\n", "a.c", "a: {b: 1}\n");
    check_remove("a: [x, y, z]\n", "a[0]", "a: [y, z]\n");
    check_remove("- a: 1\n  b: 2\n- c: 3\n", "[0].a", "- b: 2\n- c: 3\n");
    check_remove("a: [\n  x, # one\n  y # two\n]\n", "a[0]", "a: [\n  y # two\n]\n");
    check_remove("a: [\n  x, # one\n  y # two\n]\n", "a[1]", "a: [\n  x, # one\n]\n");
    check_remove("a:\n- x\n- y\n", "a[0]", "a:\n- y\n");
}

#[test]
fn the_last_child_leaves_an_empty_map_or_list() {
    check_remove("a: # c\n  b: 1 # d\ne: 1\n", "a.b", "a: {} # c\ne: 1\n");
    check_remove("a:\n- x\ne: 1\n", "a[0]", "a: []\ne: 1\n");
    check_remove("a: [x]\n", "a[0]", "a: []\n");
    check_remove("a: 1\n", "a", "{}\n");
}

#[test]
fn an_anchor_stays_and_an_alias_is_replaced_where_it_stands() {
    check_set("a: &x 1\nb: 2\n", "a", "3", "a: &x 3\nb: 2\n");
    check_set("a: &x 1\nb: *x\n", "b", "3", "a: &x 1\nb: 3\n");
    check_set("a: &x\nb: 2\n", "a", "3", "a: &x 3\nb: 2\n");
    check_set("a: &x\n  b: 1\n", "a.b", "3", "a: &x\n  b: 3\n");
}

#[test]
fn what_others_use_through_an_alias_is_not_changed() {
    let text = "base: &b\n  cpu: 1\nprod:\n  <<: *b\n  memory: 2\nint: *b\n";
    let shared = EditProblem::Shared { anchor: "b".to_owned(), anchor_line: 1, alias_lines: vec![4, 6] };
    assert_eq!(problem(set_typed(text, "base.cpu", "2")), (shared.clone(), 1));
    assert_eq!(problem(remove(text, &route("base"))), (shared, 1));
    let inside = EditProblem::InsideAlias { route: "int".to_owned(), anchor: "b".to_owned(), anchor_line: 1 };
    assert_eq!(problem(set_typed(text, "int.cpu", "2")), (inside, 6));
    let merged = EditProblem::Merged { route: "prod.cpu".to_owned(), source_line: 1 };
    assert_eq!(problem(remove(text, &route("prod.cpu"))).0, merged);
    assert_eq!(problem(set_typed(text, "prod.cpu.limit", "2")).0, merged);
    check_set(text, "prod.cpu", "2", "base: &b\n  cpu: 1\nprod:\n  <<: *b\n  memory: 2\n  cpu: 2\nint: *b\n");
}

#[test]
fn unreadable_text_is_refused_with_its_place() {
    assert!(matches!(problem(set_typed("a: 1\nb: [\n", "a", "2")).0, EditProblem::Syntax(_)));
    assert_eq!(problem(set_typed("a:\n\tb: 1\n", "a.b", "2")), (EditProblem::Tab, 2));
    let twice = EditProblem::DuplicateKey { key: "a".to_owned(), first_line: 1 };
    assert_eq!(problem(set_typed("a: 1\nb: 1\na: 2\n", "b", "2")), (twice, 3));
    assert_eq!(problem(set_typed("a: 1\n---\nb: 1\n", "b", "2")), (EditProblem::ManyDocuments(2), 2));
    assert!(matches!(problem(set_typed("a: *nothing\n", "b", "2")).0, EditProblem::Syntax(_)));
    assert_eq!(problem(set_typed("a: 1\nb: x\u{85}y\n", "a", "2")), (EditProblem::LineEnd(0x85), 2));
    assert!(matches!(problem(set_typed("a: 1\nb: [!x, 1]\n", "a", "2")).0, EditProblem::Syntax(_)));
    check_set("a: 'so!,'\nb: 1\n", "b", "2", "a: 'so!,'\nb: 2\n");
    let deep = "[".repeat(100_000);
    assert!(matches!(
        problem(set_typed(&deep, "b", "2")).0,
        EditProblem::TooDeep(_) | EditProblem::Syntax(_)
    ));
}

#[test]
fn a_route_that_leads_nowhere_names_the_nearest_spelling() {
    let text = "services:\n- name: account-service\n- name: cart\n- name: cart\n";
    let missing = "services[name=acount-service]".to_owned();
    let not_found = EditProblem::NotFound { missing, nearest: Some("account-service".to_owned()) };
    assert_eq!(problem(set_typed(text, "services[name=acount-service].x", "1")), (not_found, 2));
    let selector = "services[name=cart]".to_owned();
    assert_eq!(
        problem(set_typed(text, "services[name=cart].x", "1")),
        (EditProblem::Ambiguous { selector, lines: vec![3, 4] }, 4)
    );
    let found = "the value `1`".to_owned();
    assert_eq!(
        problem(set_typed("a: 1\n", "a.b", "1")).0,
        EditProblem::WrongShape { route: "a".to_owned(), found, wanted: "a map" }
    );
    assert!(matches!(problem(remove("a: 1\n", &route("b"))).0, EditProblem::NotFound { .. }));
}

#[test]
fn a_byte_order_mark_stays() {
    check_set("\u{FEFF}a: 1\n", "a", "2", "\u{FEFF}a: 2\n");
}

#[test]
fn setting_what_is_there_changes_nothing() {
    check_set("a:   [ 1,2 ]\nb: ~\n", "b", "null", "a:   [ 1,2 ]\nb: ~\n");
    let list = EditValue::Sequence(vec![1.into(), 2.into()]);
    check_set_value("a:   [ 1,2 ]\n", "a", &list, "a:   [ 1,2 ]\n");
}

#[test]
fn a_value_can_be_looked_at() {
    let text = "a: &x \"q\" # c\nb: {c: 1, d: *x}\n";
    let seen = look(text, &route("a")).unwrap().unwrap();
    assert_eq!((seen.source.as_str(), seen.line, seen.column), ("\"q\"", 1, 7));
    assert_eq!(look(text, &route("b.d")).unwrap().unwrap().shape, Shape::Scalar("q".to_owned()));
    assert_eq!(look(text, &route("b")).unwrap().unwrap().shape, Shape::Mapping(vec!["c".into(), "d".into()]));
    assert_eq!(look(text, &route("b.x")).unwrap(), None);
}

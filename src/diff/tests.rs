//! Comparisons from end to end: pairing, rows, unified and side-by-side text.

use std::time::Instant;

use proptest::prelude::*;

use super::styled::plain;
use super::*;

/// Rows as text: sign, line numbers and the lines, the marked words in brackets.
fn show(diff: &TextDiff) -> Vec<String> {
    let marked = |line: &str, marks: &[std::ops::Range<usize>]| {
        let mut shown = line.to_owned();
        for mark in marks.iter().rev() {
            shown.insert(mark.end, ']');
            shown.insert(mark.start, '[');
        }
        shown
    };
    let row = |row: &Row| match row {
        Row::Equal { left, right } => format!("  {left} {right} {}", diff.left.line(*left)),
        Row::Removed { left } => format!("- {left} {}", diff.left.line(*left)),
        Row::Added { right } => format!("+ {right} {}", diff.right.line(*right)),
        Row::Changed { left, right, words, expected } => format!(
            "{} {left} {right} {} | {}",
            if *expected { '≈' } else { '~' },
            marked(diff.left.line(*left), &words.left),
            marked(diff.right.line(*right), &words.right)
        ),
    };
    diff.rows.iter().map(row).collect()
}

#[track_caller]
fn check_rows(left: &str, right: &str, rows: &[&str]) {
    assert_eq!(show(&text(left, right)), rows);
}

fn document(kind: &str, namespace: &str, name: &str, text: &str) -> Document {
    let namespace = (!namespace.is_empty()).then(|| namespace.to_owned());
    let identity = Identity {
        group: String::new(),
        version: "v1".to_owned(),
        kind: kind.to_owned(),
        namespace,
        name: name.to_owned(),
    };
    Document { identity, text: text.into() }
}

fn side(label: &str, resources: &[Document]) -> Side {
    Side { label: label.to_owned(), resources: resources.to_vec() }
}

/// Pairs as text: how, status, and the names on both sides.
fn pairs(left: &[Document], right: &[Document]) -> Vec<String> {
    let diff = compare(&side("a", left), &side("b", right), &[]);
    let name = |documents: &[Document], index: Option<usize>| {
        index.map_or_else(|| "nothing".to_owned(), |index| documents[index].identity.to_string())
    };
    diff.resources
        .iter()
        .map(|resource| {
            format!(
                "{:?} {:?}: {} = {}",
                resource.pairing,
                resource.status,
                name(left, resource.left),
                name(right, resource.right)
            )
        })
        .collect()
}

#[test]
fn a_changed_value_is_one_row_with_the_words_that_differ() {
    check_rows(
        "spec:\n  replicas: 2\n  paused: no\n",
        "spec:\n  replicas: 3\n  paused: no\n",
        &["  1 1 spec:", "~ 2 2   replicas: [2] |   replicas: [3]", "  3 3   paused: no"],
    );
}

#[test]
fn lines_of_a_replaced_block_are_put_beside_their_new_versions() {
    check_rows(
        "resources:\n  cpu: 250m\n  memory: 512Mi\nprobe: old\n",
        "resources:\n  cpu: 500m\n  ephemeral: 1Gi\n  memory: 1Gi\nprobe: new\n",
        &[
            "  1 1 resources:",
            "~ 2 2   cpu: [250m] |   cpu: [500m]",
            "+ 3   ephemeral: 1Gi",
            "~ 3 4   memory: [512Mi] |   memory: [1Gi]",
            "~ 4 5 probe: [old] | probe: [new]",
        ],
    );
}

#[test]
fn lines_that_have_nothing_in_common_are_removed_and_added() {
    check_rows(
        "a: 1\n- entirely\n",
        "a: 1\nother: thing\n",
        &["  1 1 a: 1", "- 2 - entirely", "+ 2 other: thing"],
    );
}

#[test]
fn a_line_that_only_moved_in_is_a_changed_row() {
    check_rows("x:\nname: web\n", "x:\n  name: web\n", &["  1 1 x:", "~ 2 2 name: web | [  ]name: web"]);
}

#[test]
fn texts_of_one_side_only_are_all_added_or_removed() {
    check_rows("", "a\nb\n", &["+ 1 a", "+ 2 b"]);
    check_rows("a\n", "", &["- 1 a"]);
    check_rows("", "", &[]);
    assert_eq!(text("a\nb\n", "a\nb\n").counts, Counts::default());
}

#[test]
fn a_missing_last_line_end_is_a_difference() {
    let diff = text("a\nb", "a\nb\n");
    assert!(!diff.is_equal());
    assert_eq!(diff.counts, Counts { changed: 1, ..Counts::default() });
    assert_eq!(
        plain(&unified(&diff, "x", "y", 3)),
        "--- x\n+++ y\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"
    );
}

#[test]
fn unified_text_is_that_of_diff() {
    let left = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
    let right = "1\n2\n3 changed\n4\n5\n6\n7\n8\n9\n10\n12\n13\n";
    assert_eq!(
        plain(&unified(&text(left, right), "old", "new", 1)),
        "--- old\n+++ new\n@@ -2,3 +2,3 @@\n 2\n-3\n+3 changed\n 4\n@@ -10,3 +10,3 @@\n 10\n-11\n 12\n+13\n"
    );
    assert_eq!(plain(&unified(&text("", "a\n"), "old", "new", 3)), "--- old\n+++ new\n@@ -0,0 +1 @@\n+a\n");
    assert_eq!(
        plain(&unified(&text("a\nb\n", "a\n"), "old", "new", 0)),
        "--- old\n+++ new\n@@ -2 +1,0 @@\n-b\n"
    );
    assert!(unified(&text(left, left), "old", "new", 3).is_empty());
}

#[test]
fn unified_spans_mark_the_words_that_differ() {
    let lines = unified(&text("replicas: 2\n", "replicas: 3\n"), "a", "b", 3);
    assert_eq!(lines[3].text, "-replicas: 2");
    assert_eq!(lines[3].spans, [(0..11, Style::Removed), (11..12, Style::RemovedWord)]);
    assert_eq!(lines[4].spans, [(0..11, Style::Added), (11..12, Style::AddedWord)]);
}

#[test]
fn two_columns_hold_whatever_the_text_is() {
    let left = "a: 1\nsame 1\nsame 2\nsame 3\nwide: 漢字\n";
    let right = "a: 2\nsame 1\nsame 2\nsame 3\nnew: a line that is longer than its column\twith a tab\n";
    let lines = side_by_side(&text(left, right), 53, 0);
    assert_eq!(
        plain(&lines),
        "\
1 ~ a: 1                  │ 1 ~ a: 2
⋯ 3 equal lines
5 - wide: 漢字            │
                          │ 5 + new: a line that is l
                          │     onger than its column
                          │         with a tab
"
    );
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let lines = side_by_side(&text("a\u{1b}[31m\r\n", "b\n"), 80, 3);
    assert!(!plain(&lines).contains(['\u{1b}', '\r']));
}

#[test]
fn resources_are_paired_by_what_they_are_called() {
    let left =
        [document("A", "n", "x", "1\n"), document("B", "n", "x", "1\n"), document("C", "", "x", "1\n")];
    let right =
        [document("C", "", "x", "1\n"), document("D", "", "x", "1\n"), document("A", "n", "x", "2\n")];
    assert_eq!(
        pairs(&left, &right),
        [
            "Identity Changed: A/n/x = A/n/x",
            "Identity Removed: B/n/x = nothing",
            "Identity Equal: C/x = C/x",
            "Identity Added: nothing = D/x",
        ]
    );
}

#[test]
fn another_version_or_group_is_the_same_resource() {
    let mut left = document("Ingress", "n", "x", "a\n");
    left.identity.group = "extensions".to_owned();
    let right = document("Ingress", "n", "x", "a\n");
    assert_eq!(pairs(&[left], &[right]), ["Identity Equal: Ingress/n/x = Ingress/n/x"]);
}

#[test]
fn the_namespace_of_the_other_environment_is_no_other_resource() {
    let left = [
        document("Namespace", "", "int-web", "name: int-web\n"),
        document("Deployment", "int-web", "web", "namespace: int-web\nreplicas: 1\n"),
        document("ClusterRoleBinding", "", "int-web-reader", "name: int-web-reader\n"),
    ];
    let right = [
        document("Namespace", "", "prod-web", "name: prod-web\n"),
        document("Deployment", "prod-web", "web", "namespace: prod-web\nreplicas: 2\n"),
        document("ClusterRoleBinding", "", "prod-web-reader", "name: prod-web-reader\n"),
    ];
    assert_eq!(
        pairs(&left, &right),
        [
            "Namespace Changed: Namespace/int-web = Namespace/prod-web",
            "Namespace Changed: Deployment/int-web/web = Deployment/prod-web/web",
            "Namespace Changed: ClusterRoleBinding/int-web-reader = ClusterRoleBinding/prod-web-reader",
        ]
    );
    let diff = compare(&side("a", &left), &side("b", &right), &[]);
    assert_eq!(diff.renames, [("int-web".to_owned(), "prod-web".to_owned())]);
    assert_eq!(
        show(&diff.resources[1].text),
        ["≈ 1 1 namespace: [int]-web | namespace: [prod]-web", "~ 2 2 replicas: [1] | replicas: [2]",]
    );
    assert_eq!(diff.totals.lines, Counts { changed: 4, expected: 3, ..Counts::default() });
    assert_eq!(diff.resources.iter().filter(|resource| resource.text.counts.is_surprising()).count(), 1);
}

#[test]
fn names_that_the_caller_expects_to_differ_are_used_for_pairs_and_lines() {
    let left = [document("ConfigMap", "", "policy-int", "env: int\nx: 1\n")];
    let right = [document("ConfigMap", "", "policy-prod", "env: prod\nx: 1\n")];
    let expected = [("int".to_owned(), "prod".to_owned())];
    let diff = compare(&side("a", &left), &side("b", &right), &expected);
    assert_eq!(diff.resources[0].pairing, Pairing::Namespace);
    assert_eq!(show(&diff.resources[0].text), ["≈ 1 1 env: [int] | env: [prod]", "  2 2 x: 1"]);
}

#[test]
fn the_hash_of_a_generated_name_is_no_other_resource() {
    let left = [
        document("ConfigMap", "int", "app-config-7f9c2b4d5m", "a: 1\n"),
        document("Deployment", "int", "web", "name: app-config-7f9c2b4d5m\n"),
    ];
    let right = [
        document("ConfigMap", "prod", "app-config-g2h4k6m8tb", "a: 2\n"),
        document("Deployment", "prod", "web", "name: app-config-g2h4k6m8tb\n"),
    ];
    assert_eq!(
        pairs(&left, &right)[0],
        concat!(
            "Namespace Changed: ConfigMap/int/app-config-7f9c2b4d5m",
            " = ConfigMap/prod/app-config-g2h4k6m8tb"
        )
    );
    let same_namespace = [document("ConfigMap", "int", "app-config-g2h4k6m8tb", "a: 2\n")];
    let diff = compare(&side("a", &left), &side("b", &same_namespace), &[]);
    assert_eq!(diff.resources[0].pairing, Pairing::GeneratedName);
    let diff = compare(&side("a", &left), &side("b", &right), &[]);
    assert!(show(&diff.resources[1].text)[0].starts_with('≈'));
}

#[test]
fn what_is_left_of_a_kind_is_paired_by_its_text() {
    let text =
        |name: &str| format!("kind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  a: 1\n  b: 2\n  c: 3\n");
    let left = [document("ConfigMap", "", "old", &text("old")), document("ConfigMap", "", "gone", "z: 1\n")];
    let right =
        [document("ConfigMap", "", "fresh", "y: 1\n"), document("ConfigMap", "", "new", &text("new"))];
    assert_eq!(
        pairs(&left, &right),
        [
            "Identity Added: nothing = ConfigMap/fresh",
            "Similar Changed: ConfigMap/old = ConfigMap/new",
            "Identity Removed: ConfigMap/gone = nothing",
        ]
    );
}

#[test]
fn two_namespaces_per_side_are_matched_by_the_resources_in_them() {
    let in_namespaces = |namespaces: [&str; 2]| {
        [
            document("Service", namespaces[0], "web", "1\n"),
            document("Service", namespaces[1], "jobs", "2\n"),
            document("ConfigMap", namespaces[1], "jobs-only", "2\n"),
        ]
    };
    assert_eq!(
        pairs(&in_namespaces(["int-a", "int-b"]), &in_namespaces(["prod-a", "prod-b"])),
        [
            "Namespace Equal: Service/int-a/web = Service/prod-a/web",
            "Namespace Equal: Service/int-b/jobs = Service/prod-b/jobs",
            "Namespace Equal: ConfigMap/int-b/jobs-only = ConfigMap/prod-b/jobs-only",
        ]
    );
}

#[test]
fn a_render_prints_as_one_unified_text_with_a_header_for_each_resource() {
    let left =
        [document("A", "", "x", "a: 1\n"), document("B", "", "x", "b\n"), document("C", "n", "x", "c\n")];
    let right =
        [document("A", "", "x", "a: 2\n"), document("B", "", "x", "b\n"), document("D", "", "y", "d\n")];
    let diff = compare(&side("web@int", &left), &side("web@prod", &right), &[]);
    assert_eq!(
        plain(&diff.unified(3)),
        "\
--- web@int A/x
+++ web@prod A/x
@@ -1 +1 @@
-a: 1
+a: 2
--- /dev/null
+++ web@prod D/y
@@ -0,0 +1 @@
+d
--- web@int C/n/x
+++ /dev/null
@@ -1 +0,0 @@
-c
"
    );
    assert_eq!(diff.totals.to_string(), "3 of 4 resources differ, +1 -1 ~1");
    assert!(!diff.is_equal());
    assert!(compare(&side("a", &left), &side("b", &left), &[]).is_equal());
}

#[test]
fn differences_begin_where_a_run_of_them_begins() {
    let diff = text("1\n2\n3\n4\n5\n", "x\ny\n3\n4\nz\n6\n");
    let starts: Vec<usize> = diff.starts();
    assert_eq!(starts.len(), 2);
    assert!(starts.iter().all(|start| !diff.rows[*start].is_equal()));
}

#[test]
fn hostile_input_ends_in_time_and_every_line_is_shown_once() {
    let lines = |count: usize, line: fn(usize) -> String| -> String { (0..count).map(line).collect() };
    let many: [(String, String); 4] = [
        (lines(20_000, |n| format!("a: {n}\n")), lines(20_000, |n| format!("a: {}\n", 20_000 - n))),
        (lines(20_000, |n| format!("{}\n", n % 3)), lines(20_000, |n| format!("{}\n", n * 7 % 5))),
        (lines(3_000, |n| format!("left {n}\n")), lines(3_000, |n| format!("right {n}\n"))),
        ("x".repeat(100_000), "x ".repeat(50_000)),
    ];
    for (left, right) in many {
        let start = Instant::now();
        let diff = text(left, right);
        assert!(start.elapsed().as_secs() < 10, "took {:?}", start.elapsed());
        let left_lines: Vec<usize> = diff.rows.iter().filter_map(Row::left).collect();
        let right_lines: Vec<usize> = diff.rows.iter().filter_map(Row::right).collect();
        assert_eq!(left_lines, (1..=diff.left.len()).collect::<Vec<_>>());
        assert_eq!(right_lines, (1..=diff.right.len()).collect::<Vec<_>>());
    }
}

/// Lines that are often alike, in texts that may lack the last line end.
fn some_text() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec!["a: 1", "a: 2", "  a: 1", "- b", "- b: ä", "", "c d e"]);
    (prop::collection::vec(line, 0..12), any::<bool>()).prop_map(|(lines, end)| {
        let mut text = lines.join("\n");
        if end && !text.is_empty() {
            text.push('\n');
        }
        text
    })
}

proptest! {
    #[test]
    fn both_texts_can_be_read_off_the_rows_and_off_the_unified_lines(left in some_text(), right in some_text()) {
        let diff = text(left.as_str(), right.as_str());
        let of_left: String =
            diff.rows.iter().filter_map(Row::left).map(|line| diff.left.line_with_end(line)).collect();
        let of_right: String =
            diff.rows.iter().filter_map(Row::right).map(|line| diff.right.line_with_end(line)).collect();
        prop_assert_eq!((of_left.as_str(), of_right.as_str()), (left.as_str(), right.as_str()));
        for row in &diff.rows {
            if let Row::Equal { left, right } = row {
                prop_assert_eq!(diff.left.line_with_end(*left), diff.right.line_with_end(*right));
            }
        }
        // With unlimited context there is one hunk, which holds both texts.
        let lines = unified(&diff, "left", "right", usize::MAX);
        let read = |signs: [&str; 2]| -> Vec<String> {
            let body = lines.iter().skip(3).map(|line| line.text.as_str());
            body.filter(|line| signs.iter().any(|sign| line.starts_with(sign))).map(|line| line[1..].to_owned()).collect()
        };
        if left != right {
            prop_assert_eq!(read([" ", "-"]), left.split_terminator('\n').map(str::to_owned).collect::<Vec<_>>());
            prop_assert_eq!(read([" ", "+"]), right.split_terminator('\n').map(str::to_owned).collect::<Vec<_>>());
        }
        prop_assert_eq!(side_by_side(&diff, 40, 1).is_empty(), left == right);
    }
}

//! An edit that reads one service and few others comes to the same as one that reads the whole file.

use proptest::prelude::*;

use super::{SERVICES, set, take_away};
use crate::edit::Operation;
use crate::edit::excerpt::Excerpt;

/// Lines of a service below its name.
const USUAL: &[&str] = &[
    "replicas: 3",
    "replicas: {defaults: 2, overrides: {prod: 4}} # per zone",
    "hpa:\n  minReplicas:\n    defaults: 2\n    overrides:\n      prod: 4\n",
    "hpa:\n      minReplicas: 2\n\n      # more\n      maxReplicas: 6",
    "hpa: *hpa",
    "<<: *hpa",
    "resources: *small",
    "resources:\n- cpu: *small",
    "schedule: \"*/5 * * * *\"",
    "note: it's fine",
    "note: 'it''s [fine'",
    "domains: [a.example,\n  b.example]",
    "domains:\n- a.example # main",
    "domains:\n    - name: s1\n      replicas: 5",
    "labels: {team: a, \"x/y\": 'b'}",
    "command: [sh, \"-c\", \"a # b\"]",
    "# name: s1",
];

/// Lines that look like something else.
const ODD: &[&str] = &[
    "hpa: &hpa\n  minReplicas: 1",
    "resources: &small {cpu: 1}",
    "note: \"a\n  - name: s1\n    replicas: 9\"",
    "note: \"say \\\"\n- name: s2\n  replicas: 9\"",
    "note: |\n  - name: s1\n    replicas: 9\n",
    "note: |\n  [ \n",
    "note: >-\n  name: s1\n\n  x",
    "note: plain\n    - name: s1",
    "note: a ] b [ c 'd",
    "note: !!str [x,\n- name: s1\n]",
    "domains: [a.example,\n- name: s1\n  ]",
    "domains: [\"a.example]\",\n- {name: s1, x: ']'}\n  ]",
    "domains: [a,\n# ]\n  b]",
    "name: s0",
    "\"name\": s3",
    "\t# tab",
];

fn services() -> impl Strategy<Value = String> {
    let service = prop::collection::vec(prop::sample::select(USUAL), 0..4);
    let odd = prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(ODD)), 0..3);
    let tail = prop::sample::select(vec!["", "", "", "other: 1\n", "# the end\n", "  # deep\n\n", "...\n"]);
    let head =
        prop::sample::select(vec!["services:\n", "# all\nservices: # all of them\n", "a: 1\nservices:\n\n"]);
    let layout = (0..3_usize, any::<bool>(), any::<bool>());
    (prop::collection::vec(service, 6..14), odd, head, tail, layout).prop_map(
        |(mut services, odd, head, tail, (indentation, crlf, ends))| {
            services[0] = vec!["hpa: &hpa\n  minReplicas: 1", "resources: &small {cpu: 1}"];
            for (at, line) in odd {
                let at = at.index(services.len());
                services[at].push(line);
            }
            let mut text = head.to_owned();
            let margin = " ".repeat(indentation);
            for (index, lines) in services.iter().enumerate() {
                text.push_str(&format!("{margin}- name: s{index}\n"));
                let mut keys: Vec<&str> = Vec::new();
                for line in lines {
                    let key = line.split(':').next().unwrap_or_default();
                    if keys.contains(&key) {
                        continue;
                    }
                    keys.push(key);
                    for part in line.split('\n') {
                        text.push_str(&format!("{margin}  {part}\n"));
                    }
                }
            }
            text.push_str(tail);
            if !ends {
                text.pop();
            }
            if crlf { text.replace('\n', "\r\n") } else { text }
        },
    )
}

/// Operations on services whose names match an expression.
fn operations(services: &str) -> impl Strategy<Value = Operation> + use<> {
    let paths =
        vec!["replicas", "hpa.minReplicas", "hpa.maxReplicas", "resources.cpu", "domains", "new.deep.er"];
    let scopes = prop::sample::select(vec!["defaults", "prod", "prod/euw2"]);
    let service = prop::string::string_regex(services).expect("an expression for names");
    let values = prop::sample::select(vec!["5", "[x, y]", "{cpu: 2}", "text: with colon"]);
    (service, prop::sample::select(paths), scopes, values, 0..4_u8).prop_map(
        |(service, path, scope, value, what)| match what {
            0 => take_away(&service, path, scope),
            1 => Operation::SetServiceChannel { service, channel: Some(value.to_owned()) },
            _ => set(&service, path, scope, value),
        },
    )
}

const SAMPLE: &str = include_str!("../../../catalog/services.yaml");

/// The services of the sample platform by name.
fn names() -> Vec<&'static str> {
    SAMPLE.lines().filter_map(|line| line.strip_prefix("  - name: ")).collect()
}

/// The catalog of the sample platform with a few lines lost, and others in their place.
fn damaged_samples() -> impl Strategy<Value = String> {
    let come = prop::option::of(prop::sample::select([USUAL, ODD].concat()));
    let change = (any::<prop::sample::Index>(), 0..3_usize, come);
    prop::collection::vec(change, 0..3).prop_map(|changes| {
        let mut lines: Vec<String> = SAMPLE.lines().map(str::to_owned).collect();
        for (at, gone, come) in changes {
            let at = at.index(lines.len());
            let come = come.map(|line| format!("    {}", line.replace('\n', "\n    ")));
            lines.splice(at..(at + gone).min(lines.len()), come);
        }
        lines.join("\n") + "\n"
    })
}

/// That an operation comes to the same with and without an excerpt, where it does not fail without one.
fn check(operation: &Operation, text: &str) -> Result<(), TestCaseError> {
    if let Ok(whole) = operation.apply_to_all(text) {
        prop_assert_eq!(operation.apply(text), Ok(whole), "{} in\n{}", operation, text);
    }
    let current = operation.current_in_all(text);
    prop_assert_eq!(
        operation.try_on(text),
        operation.apply(text).and_then(|_| operation.current(text)),
        "{} in\n{}",
        operation,
        text
    );
    if current.is_ok() {
        prop_assert_eq!(operation.current(text), current, "{} in\n{}", operation, text);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_one_service_is_as_good_as_reading_all(text in services(), operation in operations("s[0-9]")) {
        check(&operation, &text)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_one_service_of_the_sample_is_as_good_as_reading_all(
        text in damaged_samples(),
        operation in prop::sample::select(names()).prop_flat_map(operations),
    ) {
        check(&operation, &text)?;
    }
}

#[test]
fn an_excerpt_has_the_neighbours_and_what_shares_anchors() {
    let text: String = (0..20)
        .map(|index| match index {
            3 => "- name: s3\n  resources: &small {cpu: 1}\n".to_owned(),
            9 | 17 => format!("- name: s{index}\n  resources: *small\n"),
            _ => format!("- name: s{index}\n"),
        })
        .collect();
    let text = format!("services:\n{text}");
    let names = |service: &str| {
        let excerpt = Excerpt::of(&text, service).unwrap();
        let names = excerpt.text.lines().filter_map(|line| line.strip_prefix("- name: "));
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names("s0"), "s0 s1");
    assert_eq!(names("s6"), "s5 s6 s7");
    assert_eq!(names("s17"), "s3 s16 s17 s18");
    assert_eq!(names("s3"), "s2 s3 s4 s9 s17");
    assert_eq!(names("s19"), "s18 s19");
}

#[test]
fn there_is_no_excerpt_where_lines_could_deceive() {
    let many: String = (0..20).map(|index| format!("- name: s{index}\n")).collect();
    let has_excerpt = |text: &str| Excerpt::of(text, "s6").is_some();
    assert!(has_excerpt(&format!("services:\n{many}")));
    for odd in [
        "  note: \"over\n\n    two lines\"\n",
        "  note: [open,\n",
        "\t# a tab\n",
        "  name: s6\n",
        "other: 1\nservices:\n",
        "---\n",
    ] {
        assert!(!has_excerpt(&format!("services:\n{many}{odd}")), "{odd:?}");
    }
    assert!(!has_excerpt(SERVICES));
}

#[test]
fn every_service_of_the_sample_platform_has_an_excerpt() {
    let names = names();
    assert!(names.len() > 10);
    let without: Vec<&&str> = names.iter().filter(|name| Excerpt::of(SAMPLE, name).is_none()).collect();
    assert!(without.is_empty(), "{without:?}");
}

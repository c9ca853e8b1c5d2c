//! Replacements, against what the real program does with them.

use crate::base::RepoPath;
use crate::kustomize::{BuildOptions, Engine};
use crate::vfs::Memory;

const RESOURCES: &str = "\
#- r.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: src, labels: {app: q}}
data: {host: a.example.com:80, port: '8080', word: abc, map: 'x'}
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: one}
spec:
  int: 80
  text: a
  quoted: 'b'
  list: [{name: x, v: 1}, {name: y, v: 2}]
  words: [p, q]
  json: '{\"a\": {\"b\": 1}, \"z\": \"<\"}'
  yaml: |-
    k: v
    l:
    - 1
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: two, annotations: {skip: 'yes'}}
spec: {int: 1}
";

fn build(replacements: &str) -> Result<String, String> {
    let fixture =
        format!("{RESOURCES}#- kustomization.yaml\nresources: [r.yaml]\nreplacements:\n{replacements}\n");
    let source = Memory::fixture(&fixture).map_err(|error| error.to_string())?;
    let built = Engine::default().build(&source, &RepoPath::root(), &BuildOptions::default());
    let manifests = built.map_err(|error| error.message)?;
    manifests.to_yaml().map_err(|error| error.to_string())
}

/// What `spec` of the first thing has under `key` after copying `field` of the config map to `path`.
fn copied(field: &str, path: &str, options: &str) -> Result<String, String> {
    let text = build(&format!(
        "- source: {{kind: ConfigMap, name: src, fieldPath: '{field}'}}\n  targets:\n  - select: {{kind: Thing, name: one}}\n    fieldPaths: ['{path}']\n    options: {options}"
    ))?;
    let thing = text.split("---\n").find(|document| document.contains("name: one")).unwrap_or_default();
    let key = path.split('.').nth(1).unwrap_or_default();
    let mut lines = thing.lines().skip_while(|line| !line.starts_with(&format!("  {key}:")));
    let first = lines.next().unwrap_or_default().trim().to_owned();
    let rest = lines.take_while(|line| line.starts_with("  -") || line.starts_with("    "));
    Ok(rest.fold(first, |text, line| text + "|" + line.trim()))
}

#[test]
fn a_field_keeps_its_type_and_takes_over_the_text() {
    let cases = [
        ("data.port", "spec.int", "{}", "int: 8080"),
        ("data.port", "spec.text", "{}", "text: \"8080\""),
        ("data.port", "spec.new", "{create: true}", "new: 8080"),
        ("data.word", "spec.list.*.v", "{create: false}", ""),
        ("data.port", "spec.list.[name=x].v", "{}", "list:|- name: x|v: 8080|- name: \"y\"|v: 2"),
        ("data.port", "spec.list.*.v", "{}", "list:|- name: x|v: 8080|- name: \"y\"|v: 8080"),
        (
            "data.word",
            "spec.list.[name=z].w",
            "{create: true}",
            "list:|- name: x|v: 1|- name: \"y\"|v: 2|- name: z|w: abc",
        ),
        ("data.word", "spec.words.1", "{}", "words:|- p|- abc"),
        ("data.word", "spec.words.2", "{create: true}", "words:|- p|- q|- abc"),
        ("data.word", "spec.words.[=q]", "{}", "words:|- p|- abc"),
    ];
    for (field, path, options, expected) in cases {
        match copied(field, path, options) {
            Ok(found) => assert_eq!(found, expected, "{field} to {path}"),
            Err(message) => assert!(expected.is_empty(), "{field} to {path}: {message}"),
        }
    }
}

#[test]
fn text_with_a_structure_of_its_own_is_written_back_in_its_form() {
    let cases = [
        ("data.port", "spec.json.a.b", "{}", "json: '{\"a\":{\"b\":8080},\"z\":\"\\u003c\"}'"),
        (
            "data.word",
            "spec.json.a.n",
            "{create: true}",
            "json: '{\"a\":{\"b\":1,\"n\":\"abc\"},\"z\":\"\\u003c\"}'",
        ),
        ("data.word", "spec.json.a.b", "{}", "json: '{\"a\": {\"b\": 1}, \"z\": \"<\"}'"),
        ("data.word", "spec.yaml.k", "{}", "yaml: |-|k: abc|l:|- 1"),
        ("data.port", "spec.yaml.k", "{}", "yaml: |-|k: \"8080\"|l:|- 1"),
    ];
    for (field, path, options, expected) in cases {
        assert_eq!(copied(field, path, options).unwrap(), expected, "{field} to {path}");
    }
}

#[test]
fn a_delimiter_reads_and_writes_pieces() {
    let piece = |source: &str, target: &str| {
        build(&format!(
            "- source: {{kind: ConfigMap, fieldPath: data.host, options: {source}}}\n  targets:\n  - select: {{name: one}}\n    fieldPaths: [spec.text]\n    options: {target}"
        ))
        .map(|text| text.lines().find(|line| line.starts_with("  text:")).unwrap_or_default().to_owned())
    };
    assert_eq!(piece("{delimiter: ':', index: 1}", "{}").unwrap(), "  text: \"80\"");
    assert_eq!(piece("{delimiter: '.'}", "{delimiter: '/', index: 1}").unwrap(), "  text: a/a");
    assert_eq!(
        piece("{delimiter: '.', index: 1}", "{delimiter: '/', index: -1}").unwrap(),
        "  text: example/a"
    );
    piece("{delimiter: ':', index: 2}", "{}").unwrap_err();
    piece("{delimiter: ':', index: -1}", "{}").unwrap_err();
}

#[test]
fn targets_are_selected_by_pattern_and_rejected_by_identity_or_labels() {
    let spec = |target: &str| {
        let text = build(&format!("- sourceValue: 7\n  targets:\n  - {target}\n    fieldPaths: [spec.int]"));
        text.map(|text| text.lines().filter(|line| line.starts_with("  int:")).collect::<Vec<_>>().join(""))
    };
    // A number is no text for kustomize.
    spec("select: {kind: Thing}").unwrap_err();
    let spec = |target: &str| {
        let text =
            build(&format!("- sourceValue: '7'\n  targets:\n  - {target}\n    fieldPaths: [spec.int]"));
        text.map(|text| text.lines().filter(|line| line.starts_with("  int:")).collect::<Vec<_>>().join(""))
    };
    assert_eq!(spec("select: {kind: Th.*}").unwrap(), "  int: 7  int: 7");
    assert_eq!(spec("select: {kind: Thing, name: o.+}").unwrap(), "  int: 7  int: 1");
    assert_eq!(spec("reject: [{name: one}]\n    select: {kind: Thing}").unwrap(), "  int: 80  int: 7");
    assert_eq!(
        spec("reject: [{annotationSelector: skip=yes}]\n    select: {kind: Thing}").unwrap(),
        "  int: 7  int: 1"
    );
}

#[test]
fn what_kustomize_refuses_is_refused_with_a_reason() {
    let cases = [
        ("- source: {kind: Nothing}\n  targets: [{select: {kind: Thing}}]", "no resource fits"),
        ("- source: {kind: Thing}\n  targets: [{select: {kind: Thing}}]", "more than one resource fits"),
        (
            "- source: {kind: ConfigMap, fieldPath: data.none}\n  targets: [{select: {kind: Thing}}]",
            "has no field",
        ),
        (
            "- source: {kind: ConfigMap}\n  targets: [{select: {kind: Thing}, fieldPaths: [spec.none]}]",
            "has no field",
        ),
        (
            "- source: {kind: ConfigMap}\n  targets: [{select: {name: one}, fieldPaths: [spec.int]}]",
            "cannot hold",
        ),
        ("- source: {kind: ConfigMap}", "at least one target"),
        ("- targets: [{select: {kind: Thing}}]", "at least one target"),
        ("- sourceValue: a\n  source: {kind: ConfigMap}\n  targets: [{select: {kind: Thing}}]", "not both"),
        ("- source: {kind: ConfigMap}\n  targets: [{fieldPaths: [a]}]", "needs `select`"),
        ("- source: {kind: ConfigMap}\n  targets: [{select: {kind: Thing}}]", "twice"),
        ("- source: {kind: ConfigMap, apiVersion: v1}\n  targets: []", "unknown field"),
    ];
    for (replacement, expected) in cases {
        let message = build(replacement).unwrap_err();
        assert!(message.contains(expected), "{replacement}: {message}");
    }
}

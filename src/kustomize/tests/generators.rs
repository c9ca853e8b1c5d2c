//! ConfigMaps and Secrets from literals, files and env files.

use super::*;

#[test]
fn sources_are_read_as_kustomize_reads_them() {
    let text = build(
        "
#- kustomization.yaml
generatorOptions: {disableNameSuffixHash: true, labels: {made: by-hand}}
configMapGenerator:
- name: settings
  literals: [quoted=\"two words\", 'equals=a=b', half=\"x]
  envs: [app.env]
  files: [notes.txt, renamed.txt=notes.txt]
  options: {immutable: true, labels: {made: by-generator}}
#- app.env
# a comment

PLAIN=1
  INDENTED=two words
EMPTY
#- notes.txt
first
second
",
        ".",
    );
    assert_eq!(
        text,
        "apiVersion: v1
data:
  EMPTY: \"\"
  INDENTED: two words
  PLAIN: \"1\"
  equals: a=b
  half: '\"x'
  notes.txt: |
    first
    second
  quoted: two words
  renamed.txt: |
    first
    second
immutable: true
kind: ConfigMap
metadata:
  labels:
    made: by-generator
  name: settings
"
    );
}

#[test]
fn secrets_are_base64_in_lines_of_seventy() {
    let long = "x".repeat(60);
    let text = build(
        &format!(
            "
#- kustomization.yaml
generatorOptions: {{disableNameSuffixHash: true}}
secretGenerator:
- {{name: key, type: kubernetes.io/tls, literals: [short=1, long={long}]}}
"
        ),
        ".",
    );
    assert!(text.contains("  short: MQ==\n"), "{text}");
    assert!(text.contains("  long: |\n    eHh4"), "{text}");
    assert!(text.ends_with("  name: key\ntype: kubernetes.io/tls\n"), "{text}");
}

#[test]
fn an_object_that_is_there_needs_a_behavior() {
    let files = |behavior: &str| {
        format!(
            "
#- base/kustomization.yaml
configMapGenerator:
- {{name: settings, literals: [a=1, b=2]}}
#- kustomization.yaml
resources: [base]
namespace: shop
configMapGenerator:
- {{name: settings, literals: [b=3]{behavior}}}
"
        )
    };
    let problem = refuse(&files(""), ".");
    assert_eq!(problem.code, "generator/exists");
    assert_eq!(place(&problem), "kustomization.yaml:4");
    assert!(
        build(&files(", behavior: merge"), ".")
            .starts_with("apiVersion: v1\ndata:\n  a: \"1\"\n  b: \"3\"\n")
    );
    assert!(build(&files(", behavior: replace"), ".").starts_with("apiVersion: v1\ndata:\n  b: \"3\"\nkind"));
}

#[test]
fn mistakes_name_the_line_of_the_source() {
    for (entry, code) in [
        ("literals: [novalue]", "generator/literal"),
        ("files: [a=b=c]", "generator/file"),
        ("literals: [a=1, a=2]", "generator/duplicate-key"),
        ("envs: [absent.env]", "load/not-found"),
    ] {
        let problem =
            refuse(&format!("#- kustomization.yaml\nconfigMapGenerator:\n- name: x\n  {entry}\n"), ".");
        assert_eq!((problem.code, place(&problem)), (code, "kustomization.yaml:3".to_owned()), "{entry}");
    }
}

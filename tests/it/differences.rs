//! `overlens diff` as its users run it: what is taken as equal, what is told of it, exit codes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use overlens::demo::{DemoOptions, create};

const INT: &str = "account-service@int-stable/euw1";
const PROD: &str = "account-service@prod/euw1";

fn demo() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let made = create(&folder.path().join("demo"), &DemoOptions::default()).unwrap();
    (folder, made.path)
}

fn run(platform: &Path, words: &[&str]) -> (i32, String) {
    let program = env!("CARGO_BIN_EXE_overlens");
    let mut command = Command::new(program);
    let output: Output =
        command.arg("-C").arg(platform).arg("diff").args(words).env_clear().output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

/// The lines that are added or removed.
fn changes(text: &str) -> Vec<&str> {
    let is_change =
        |line: &&str| line.starts_with(['+', '-']) && !line.starts_with("+++ ") && !line.starts_with("--- ");
    text.lines().filter(is_change).collect()
}

#[test]
fn what_two_targets_always_differ_in_is_hidden_and_counted() {
    let (_folder, platform) = demo();
    let (code, all) = run(&platform, &[INT, PROD]);
    let (hidden_code, hidden) = run(&platform, &[INT, PROD, "--hide-expected"]);
    assert_eq!((code, hidden_code), (1, 1));
    let namespace = |line: &&&str| line.contains("namespace: ") && line.contains("-account-service-euw1");
    assert!(changes(&all).iter().filter(namespace).count() > 10, "{all}");
    assert_eq!(changes(&hidden).iter().filter(namespace).count(), 0, "{hidden}");
    // Everything else is still there.
    let others = changes(&hidden);
    assert!(!others.is_empty() && others.iter().all(|line| changes(&all).contains(line)), "{hidden}");
    assert!(others.iter().any(|line| line.contains("minReplicas: 4")), "{hidden}");
    assert!(hidden.contains("lines differ only in names and namespaces, as expected"), "{hidden}");
    assert!(!all.contains("as expected"), "{all}");
}

#[test]
fn both_forms_hide_the_same_and_json_counts_it() {
    let (_folder, platform) = demo();
    let (_, columns) = run(&platform, &[INT, PROD, "--hide-expected", "--side-by-side", "--width", "200"]);
    assert!(columns.contains("as expected"), "{columns}");
    let (_, json) = run(&platform, &[INT, PROD, "--hide-expected", "--output", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let resources = json["resources"].as_array().unwrap();
    let expected = |resource: &serde_json::Value| resource["expected"].as_u64().unwrap();
    assert!(resources.iter().map(expected).sum::<u64>() > 10, "{json}");
    for resource in resources.iter().filter(|resource| expected(resource) > 0) {
        let diff = resource["diff"].as_str().unwrap();
        assert!(!changes(diff).iter().any(|line| line.contains("namespace: int-stable-")), "{diff}");
    }
}

#[test]
fn two_targets_that_differ_only_in_names_are_equal_when_that_is_hidden() {
    let (_folder, platform) = demo();
    // The regions of the demo say more than their names: without their layers only the names are left.
    for region in ["euw1", "euw2"] {
        let layer = platform.join(format!("kustomize/regions/{region}/kustomization.yaml"));
        std::fs::write(
            layer,
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: []\n",
        )
        .unwrap();
    }
    let (one, other) = ("order-events@prod/euw1:.", "order-events@prod/euw2:.");
    assert_eq!(run(&platform, &[one, other]).0, 1);
    let (code, text) = run(&platform, &[one, other, "--hide-expected"]);
    assert_eq!((code, text.as_str()), (0, ""));
    assert_eq!(run(&platform, &[one, one]), (0, String::new()));
}

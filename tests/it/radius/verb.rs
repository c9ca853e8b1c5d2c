//! `overlens radius` and `overlens promote` as their users run them: output, exit codes, what is written.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use overlens::demo::{DemoOptions, create};

fn demo() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let made = create(&folder.path().join("demo"), &DemoOptions::default()).unwrap();
    (folder, made.path)
}

fn run(platform: &Path, words: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_overlens");
    Command::new(program).arg("-C").arg(platform).args(words).env_clear().output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_report_of_a_promotion_fits_into_80_columns() {
    let (_folder, platform) = demo();
    let output = run(&platform, &["promote", "--channel", "stable", "--to", "config-2025.11.08-rc1"]);
    let text = stdout(&output);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    insta::assert_snapshot!("promote", text);
    for line in text.lines() {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
        assert_eq!(line, line.trim_end());
    }
    assert!(!text.contains('\u{1b}'), "no colours in a pipe");
    assert_eq!(stderr(&output).trim(), "not written; add --write to write it");
}

#[test]
fn writing_changes_one_line() {
    let (_folder, platform) = demo();
    let file = platform.join("catalog/channels.yaml");
    let before = std::fs::read_to_string(&file).unwrap();
    let words = ["promote", "--channel", "stable", "--to", "config-2025.11.08-rc1", "--write"];
    let output = run(&platform, &words);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(stderr(&output).trim(), "written: catalog/channels.yaml:5");
    let after = std::fs::read_to_string(&file).unwrap();
    let changed: Vec<(&str, &str)> =
        before.lines().zip(after.lines()).filter(|(before, after)| before != after).collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert!(changed[0].1.contains("refs/tags/config-2025.11.08-rc1"), "{changed:?}");
    // Now it is there.
    assert_eq!(code(&run(&platform, &words[..5])), 0);
}

#[test]
fn what_is_denied_ends_with_2_and_is_not_written() {
    let (_folder, platform) = demo();
    let file = platform.join("catalog/channels.yaml");
    let before = std::fs::read(&file).unwrap();
    let words = ["promote", "--channel", "stable", "--to", "config-2025.11.08-rc1", "--write", "--deny"];
    for (denied, found) in [("immutable-field", "`immutable-field` (2)"), ("failure", "`failure` (6)")] {
        let output = run(&platform, &[&words[..], &[denied]].concat());
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(found), "{}", stderr(&output));
    }
    let output = run(&platform, &[&words[..], &["imutable-field"]].concat());
    assert!(stderr(&output).contains("Did you mean `immutable-field`?"), "{}", stderr(&output));
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn json_names_every_target_and_markdown_folds_the_differences() {
    let (_folder, platform) = demo();
    let words =
        ["radius", "config-2025.11.06..config-2025.11.08-rc1", "--service", "account-service", "--output"];
    let output = run(&platform, &[&words[..], &["json"]].concat());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["targets"]["lookedAt"], 6);
    assert_eq!(report["classes"].as_array().unwrap().len(), 2);
    assert_eq!(report["classes"][0]["members"][0]["target"], "account-service@int-stable/euw1");
    assert_eq!(report["moved"]["commits"].as_array().unwrap().len(), 5);
    let field = &report["classes"][0]["resources"][0]["fields"][0];
    assert!(field["cause"]["commits"][0]["subject"].is_string(), "{field:#}");

    let output = run(&platform, &[&words[..], &["md"]].concat());
    let text = stdout(&output);
    assert!(text.starts_with("## layers\n"), "{text}");
    assert!(text.contains("| A | 3 |"), "{text}");
    assert_eq!(text.matches("<details>").count(), 2);
    assert_eq!(text.matches("</details>").count(), 2);
}

#[test]
fn a_class_and_a_target_can_be_opened() {
    let (_folder, platform) = demo();
    let range = "config-2025.11.06..config-2025.11.08-rc1";
    let output = run(&platform, &["radius", range, "--service", "account-service", "--class", "b"]);
    let text = stdout(&output);
    assert!(text.contains("+          periodSeconds: 15"), "{text}");
    assert!(text.contains("Members\n  account-service@int-stable/euw2\n"), "{text}");
    let output = run(&platform, &["radius", range, "--target", "account-service@prod/euw2"]);
    assert!(
        stdout(&output).contains("+++ account-service@prod/euw2:config-2025.11.08-rc1 Deployment/"),
        "{}",
        stdout(&output)
    );
    let output = run(&platform, &["radius", range, "--service", "account-service", "--class", "Z"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("There are 2, up to `B`."), "{}", stderr(&output));
}

#[test]
fn edits_can_be_tried_without_writing_them() {
    let (_folder, platform) = demo();
    let output = run(
        &platform,
        &[
            "radius",
            "--set",
            "account-service",
            "hpa.minReplicas@prod",
            "3",
            "--pin",
            "env",
            "int-stable",
            "main",
        ],
    );
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).starts_with("2 edits"), "{}", stdout(&output));
    assert!(stdout(&output).contains("minReplicas 4 → 3: fewer pods"), "{}", stdout(&output));
}

#[test]
fn bad_questions_are_explained() {
    let (_folder, platform) = demo();
    let cases: &[(&[&str], &str)] = &[
        (&["promote", "--channel", "stabel"], "Did you mean `stable`?"),
        (&["promote", "--channel", "stable", "--to", "config-2025.11.8"], "config-2025.11.8"),
        (&["promote", "--region-pin", "prod", "--to", "main"], "not a region and an environment"),
        (&["promote"], "--channel <NAME>|--env-pin <ENV>"),
        (&["radius", "a..b..c"], "the ref `a` is not in the repository"),
        (&["radius", "nowhere"], "nowhere"),
        (&["radius", "..main"], "does not name two refs"),
        (&["radius", "--service", "acount-service"], "Did you mean `account-service`?"),
        (&["radius", "--env", "prd"], "Did you mean `prod`?"),
        (&["radius", "--pin", "chanel", "stable", "main"], "nothing that can be moved"),
    ];
    for (words, expected) in cases {
        let output = run(&platform, words);
        assert_eq!(code(&output), 2, "{words:?}");
        assert!(stderr(&output).contains(expected), "{words:?}: {}", stderr(&output));
    }
}

#[test]
fn no_form_of_the_report_tells_what_is_in_a_secret() {
    let (_folder, platform) = demo();
    let file = platform.join("kustomize/components/secrets/references.env");
    let before = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{before}OVEN_KEY=rye-bread\n")).unwrap();
    for words in [&[][..], &["--all"], &["--output", "json"], &["--output", "md"], &["--class", "A"]] {
        let output = run(&platform, &[&["radius"], words].concat());
        let text = stdout(&output);
        assert_eq!(code(&output), 1, "{words:?}: {}", stderr(&output));
        assert!(text.contains("OVEN_KEY"), "{words:?} says which key changes: {text}");
        for value in ["rye-bread", "cnllLWJyZWFk"] {
            assert!(!text.contains(value), "{words:?}: {text}");
        }
    }
}

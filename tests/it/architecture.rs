//! The shape of the project as a test: who may import whom, one sentence per file, short files.

use std::fs;
use std::path::{Path, PathBuf};

/// Who may import whom, lowest first. A module may always import itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("yaml", &["base"]),
    ("git", &["base"]),
    ("vfs", &["base", "git"]),
    ("schema", &["base", "yaml"]),
    ("kustomize", &["base", "yaml", "vfs", "schema"]),
    ("catalog", &["base", "yaml", "vfs", "git", "kustomize"]),
    ("outside", &["base", "git", "vfs", "kustomize"]),
    ("diff", &["base", "yaml", "kustomize"]),
    ("check", &["base", "yaml", "kustomize", "catalog", "diff"]),
    ("edit", &["base", "yaml", "vfs", "git", "catalog"]),
    ("demo", &["base", "git"]),
    ("settings", &["base"]),
    ("report", &["base", "yaml", "vfs", "git", "kustomize", "catalog", "diff", "edit"]),
    (
        "explorer",
        &[
            "base",
            "yaml",
            "vfs",
            "git",
            "schema",
            "kustomize",
            "catalog",
            "diff",
            "check",
            "edit",
            "settings",
            "report",
        ],
    ),
    ("app", &["base", "yaml", "git", "kustomize", "catalog", "diff", "edit", "settings", "report"]),
    (
        "tui",
        &[
            "base",
            "yaml",
            "vfs",
            "git",
            "kustomize",
            "catalog",
            "diff",
            "edit",
            "settings",
            "report",
            "explorer",
            "app",
        ],
    ),
    (
        "cli",
        &[
            "base",
            "yaml",
            "vfs",
            "git",
            "schema",
            "kustomize",
            "catalog",
            "diff",
            "check",
            "edit",
            "demo",
            "outside",
            "settings",
            "report",
            "explorer",
        ],
    ),
];

/// Lines that a file may have, its inline tests not counted.
const MAX_LINES: usize = 600;

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.join("src"), root.join("tests"), root.join("benches")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(found.len() > 10, "the sources were not found");
    found
}

/// The top-level modules of this crate that a text names after `crate::`, grouped imports included.
fn modules_used(text: &str) -> Vec<String> {
    let mut used = Vec::new();
    for line in code_lines(text) {
        let mut rest = line;
        while let Some(start) = rest.find("crate::") {
            rest = &rest[start + "crate::".len()..];
            let names = match rest.strip_prefix('{') {
                Some(group) => group.split(',').map(str::trim).collect(),
                None => vec![rest],
            };
            for name in names {
                let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
                if end > 0 {
                    used.push(name[..end].to_owned());
                }
            }
        }
    }
    used
}

fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn modules_used_reads_single_and_grouped_imports() {
    let text = "use crate::base::RepoPath;\nuse crate::{yaml::Node, vfs};\n// crate::tui\nfn f(x: crate::git::Id) {}";
    assert_eq!(modules_used(text), ["base", "yaml", "vfs", "git"]);
}

#[test]
fn imports_point_down() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(inside) = path.strip_prefix("src/") else { continue };
        // Tests of a module may stand on what is above it.
        if inside.ends_with("/tests.rs") || inside.contains("/tests/") {
            continue;
        }
        let own = inside.split(['/', '.']).next().unwrap();
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == own) else {
            assert!(matches!(own, "lib" | "main"), "{path}: `{own}` is not in the table of layers");
            continue;
        };
        for used in modules_used(&text) {
            let is_layer = LAYERS.iter().any(|(name, _)| *name == used);
            if is_layer && used != own && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{path}: `{own}` must not import `{used}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_and_stays_short() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if !text.starts_with("//! ") {
            wrong.push(format!("{path}: the first line must be a `//!` sentence"));
        }
        let own = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let lines = own.lines().count();
        if lines > MAX_LINES {
            wrong.push(format!("{path}: {lines} lines; split it (limit {MAX_LINES})"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_names_a_place_of_one_machine() {
    let places = [["/wo", "rk/"].concat(), ["/ro", "ot/"].concat(), ["/ho", "me/"].concat()];
    for (path, text) in sources() {
        for place in &places {
            assert!(!text.contains(place.as_str()), "{path}: names {place}");
        }
    }
}

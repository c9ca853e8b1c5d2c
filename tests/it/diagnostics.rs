//! The table of diagnostics: every code in the sources is explained, and every code that is explained exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Texts in the sources that look like codes and are paths of directories.
const PATHS: &[&str] = &["kustomize/catalog"];

/// What stands before a code where a problem is made.
const MAKERS: &[&str] =
    &["Diagnostic::error(", "Diagnostic::warning(", "Diagnostic::note(", "Self::error(", "Fault::new("];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The codes in the first column of the tables, in order.
fn explained() -> Vec<String> {
    let page = fs::read_to_string(root().join("docs/diagnostics.md")).unwrap();
    let cells = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    cells.map(|(code, _)| code.to_owned()).collect()
}

/// The text of every source file without its tests.
fn sources() -> Vec<String> {
    let mut texts = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "tests" {
                folders.push(path);
            } else if name.ends_with(".rs") && name != "tests.rs" && name != "fixture.rs" {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                texts.push(code.to_owned());
            }
        }
    }
    assert!(texts.len() > 10, "the sources were not found");
    texts
}

/// Whether a text has the form `area/name`.
fn is_code(text: &str) -> bool {
    let word = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    text.split_once('/').is_some_and(|(area, name)| word(area) && word(name))
}

fn area(code: &str) -> &str {
    code.split('/').next().unwrap_or(code)
}

/// The codes in the sources: those that a problem is made with, and all others of an area that is explained.
fn used(explained: &[String]) -> BTreeSet<String> {
    let areas: BTreeSet<&str> = explained.iter().map(|code| area(code)).collect();
    let mut found = BTreeSet::new();
    for text in sources() {
        for quoted in text.split('"') {
            if is_code(quoted) && areas.contains(area(quoted)) && !PATHS.contains(&quoted) {
                found.insert(quoted.to_owned());
            }
        }
        for maker in MAKERS {
            for made in text.split(maker).skip(1) {
                let code = made.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
                found.extend(code.filter(|code| is_code(code)).map(str::to_owned));
            }
        }
    }
    found
}

#[test]
fn every_code_is_explained_once_and_every_explained_code_exists() {
    let explained = explained();
    let page: BTreeSet<String> = explained.iter().cloned().collect();
    assert_eq!(page.len(), explained.len(), "a code stands twice in docs/diagnostics.md");
    let used = used(&explained);
    let missing: Vec<&String> = used.difference(&page).collect();
    assert!(missing.is_empty(), "not explained in docs/diagnostics.md: {missing:#?}");
    let gone: Vec<&String> = page.difference(&used).collect();
    assert!(gone.is_empty(), "explained in docs/diagnostics.md and no longer in the sources: {gone:#?}");
}

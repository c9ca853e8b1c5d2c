//! Broken fixtures: whatever happens to their bytes, there is an answer or a refusal with words, within the limits.

use std::fs;
use std::path::{Path, PathBuf};

use overlens::base::{FileId, RepoPath};
use overlens::catalog;
use overlens::kustomize::{BuildOptions, Engine, Limits};
use overlens::vfs::Memory;
use overlens::yaml::edit::{EditValue, Route, look, nest, remove, set};
use overlens::yaml::{self, emit, parse};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const YAML: yaml::Limits = yaml::Limits { depth: 64, nodes: 20_000, alias_nodes: 2_000 };

/// All files of a folder, as paths from it.
fn files_in(folder: &Path) -> Vec<(RepoPath, Vec<u8>)> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                found.push((RepoPath::parse(name).unwrap(), fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The inputs of all conformance cases.
fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/cases");
    let features = fs::read_dir(root).unwrap().map(|feature| feature.unwrap().path());
    let mut cases: Vec<PathBuf> = features
        .flat_map(|feature| fs::read_dir(feature).unwrap())
        .map(|case| case.unwrap().path().join("in"))
        .collect();
    cases.sort();
    cases
}

/// One change of some bytes.
#[derive(Clone, Debug)]
enum Change {
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize, usize),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let pieces = select(vec![
        "\n",
        " ",
        "\t",
        "- ",
        ": ",
        "? ",
        "#",
        "# {\"a\": 1}",
        "&a ",
        "*a",
        "<<: *a",
        "!!int ",
        "|\n",
        ">-\n",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\"",
        "'",
        "\\",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "\u{2028}",
        "\u{feff}",
        "\u{0}",
        "null",
        "~",
        "../",
        "/",
        ".",
        "$patch: delete",
        "resources: [.]",
        "name",
        "9999999999999999999",
        "1e999",
    ])
    .prop_map(|piece| piece.as_bytes().to_vec());
    let bytes = prop_oneof![8 => pieces, 1 => vec(any::<u8>(), 1..6)];
    let change = prop_oneof![
        4 => (any::<Index>(), bytes).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        3 => (any::<Index>(), 1..12_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        1 => (any::<Index>(), 1..20_usize, 2..50_usize).prop_map(|(at, length, times)| Change::Repeat(at, length, times)),
    ];
    vec(change, 1..5)
}

fn apply(changes: &[Change], bytes: &mut Vec<u8>) {
    for change in changes {
        let size = bytes.len();
        match change {
            Change::Insert(at, piece) => {
                let at = at.index(size + 1);
                bytes.splice(at..at, piece.iter().copied());
            }
            Change::Remove(at, length) => {
                let at = at.index(size + 1);
                bytes.drain(at..(at + length).min(size));
            }
            Change::Repeat(at, length, times) => {
                let at = at.index(size + 1);
                let end = (at + length).min(size);
                let more = bytes[at..end].repeat(*times);
                bytes.splice(end..end, more);
            }
        }
    }
}

/// The files of a case or of the demo's catalog, one of them changed.
fn broken_files(folders: Vec<PathBuf>) -> impl Strategy<Value = Vec<(RepoPath, Vec<u8>)>> {
    (select(folders), any::<Index>(), changes()).prop_map(|(folder, which, changes)| {
        let mut files = files_in(&folder);
        if !files.is_empty() {
            let at = which.index(files.len());
            apply(&changes, &mut files[at].1);
        }
        files
    })
}

fn project(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn broken_files_are_read_or_refused(files in broken_files(cases())) {
        for (_, bytes) in &files {
            match parse(bytes, FileId::NONE, &YAML) {
                Ok(nodes) => for node in nodes {
                    prop_assert!(node.depth() <= YAML.depth && node.count() <= YAML.nodes);
                    let _ = emit(&node, &mut String::new());
                },
                Err(error) => prop_assert!(!error.message.is_empty() && error.mark.line > 0),
            }
        }
    }

    #[test]
    fn broken_kustomizations_are_built_or_refused(files in broken_files(cases())) {
        let limits = Limits { include_depth: 8, resources: 50, documents: 50, kustomizations: 20, yaml: YAML, ..Limits::default() };
        let directory = RepoPath::parse(if files.iter().any(|(path, _)| path.to_string().starts_with("build/")) { "build" } else { "." });
        match Engine::new(limits).build(&Memory::new(files), &directory.unwrap(), &BuildOptions::default()) {
            Ok(manifests) => {
                prop_assert!(manifests.resources.len() <= 50);
                let _ = manifests.to_yaml();
            }
            Err(error) => prop_assert!(!error.message.is_empty() && !error.code.is_empty()),
        }
    }

    #[test]
    fn broken_catalogs_load_as_far_as_they_are_good(catalog in broken_files(vec![project("catalog")])) {
        let files = catalog.into_iter().map(|(path, bytes)| (RepoPath::parse(&format!("catalog/{path}")).unwrap(), bytes));
        let (catalog, problems) = catalog::load(&Memory::new(files), &YAML);
        prop_assert!(problems.iter().all(|problem| !problem.message.is_empty()));
        prop_assert!(catalog.targets().len() < 10_000);
    }

    #[test]
    fn edits_of_broken_files_change_one_place_or_nothing(
        files in broken_files([cases(), vec![project("catalog")]].concat()),
        route in select(vec!["metadata.name", "spec", "services[0].name", "services[+]", "resources[0]", "data.a", "kind.x", "[0]"]),
        value in select(vec!["x", "", "a: b", "line\nline\n", "# no"]),
    ) {
        let (route, value) = (Route::parse(route).unwrap(), EditValue::from(value));
        for (_, bytes) in &files {
            let Ok(text) = std::str::from_utf8(bytes) else { continue };
            let _ = (look(text, &route), nest(text, &route, "inner"));
            for edited in [set(text, &route, &value), remove(text, &route)].into_iter().flatten() {
                prop_assert_eq!(&text[..edited.replaced.start], &edited.text[..edited.inserted.start]);
                prop_assert_eq!(&text[edited.replaced.end..], &edited.text[edited.inserted.end..]);
            }
        }
    }
}

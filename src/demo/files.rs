//! The embedded files of the sample platform, and which of them an older version has in another state.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

static CATALOG: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/catalog");
static KUSTOMIZE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/kustomize");
static SETTINGS: &[u8] = include_bytes!("../../overlens.yaml");
static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/demo");

/// Files by their path from the root of the demo's repository.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// The newest state: what this project has in `catalog/`, `kustomize/` and `overlens.yaml`.
pub(super) fn newest() -> Files {
    let mut files = Files::new();
    collect(&CATALOG, "catalog/", &mut files);
    collect(&KUSTOMIZE, "kustomize/", &mut files);
    files.insert("overlens.yaml".to_owned(), SETTINGS.to_vec());
    files
}

/// The files that were different up to a version, by their path from the root of the demo's repository.
pub(super) fn older(version: &str) -> Files {
    let mut files = Files::new();
    let folder = format!("history/{version}");
    if let Some(dir) = DEMO.get_dir(&folder) {
        collect(dir, "", &mut files);
    }
    let start = folder.len() + 1;
    files.into_iter().map(|(path, bytes)| (path[start..].to_owned(), bytes)).collect()
}

/// The list of commits, as text.
pub(super) fn history() -> Option<&'static str> {
    DEMO.get_file("history.yaml")?.contents_utf8()
}

/// A text that a commit adds to the end of a file.
pub(super) fn addition(name: &str) -> Option<&'static [u8]> {
    Some(DEMO.get_file(format!("additions/{name}"))?.contents())
}

/// Whether `path` is `place` or lies below it.
pub(super) fn is_below(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn collect(dir: &Dir<'_>, prefix: &str, files: &mut Files) {
    for file in dir.files() {
        // Git and YAML have slashes on every system.
        let path = file.path().to_string_lossy().replace('\\', "/");
        files.insert(format!("{prefix}{path}"), file.contents().to_vec());
    }
    for inner in dir.dirs() {
        collect(inner, prefix, files);
    }
}

//! One suite for every kind of source, and what is special about each.

mod contract;
#[cfg(unix)]
mod git_tree;
mod memory;
mod mounts;
mod overlay;
mod snapshot;
#[cfg(unix)]
mod work_tree;

use crate::base::RepoPath;

/// The files that the contract is checked on, as text and links.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("a/one.yaml", "one: 1\n"),
    ("a/deep/two.yaml", "two: 2\n"),
    ("a-b/x.yaml", "x\n"),
    ("empty.yaml", ""),
    ("top.yaml", "top: ä\n"),
];

/// The links that the contract is checked on.
pub(crate) const LINKS: &[(&str, &str)] = &[
    ("links/file", "../a/one.yaml"),
    ("links/dir", "../a"),
    ("links/chain", "./file"),
    ("links/through", "dir/deep/two.yaml"),
    ("links/physical", "dir/../top.yaml"),
    ("links/nowhere", "missing.yaml"),
    ("links/out", "../../secret"),
    ("links/absolute", "/etc/passwd"),
    ("links/first", "second"),
    ("links/second", "first"),
    ("links/self", "self/x"),
];

pub(crate) fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

/// The contract's files in memory.
pub(crate) fn memory_of_contract() -> super::Memory {
    let files = super::Memory::new(FILES.iter().map(|(name, text)| (path(name), text)));
    LINKS.iter().fold(files, |memory, (name, target)| memory.with_link(&path(name), *target))
}

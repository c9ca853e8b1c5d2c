//! Any files as a repository, every directory of it built: an answer or a refusal, within small limits.
//!
//! The bytes are files apart by lines `#- path`, as in the fixtures of the tests.
#![no_main]

use libfuzzer_sys::fuzz_target;
use overlens::base::RepoPath;
use overlens::kustomize::{BuildOptions, Engine, Limits};
use overlens::vfs::Memory;
use overlens::yaml;

fuzz_target!(|bytes: &[u8]| {
    let Ok(files) = Memory::fixture(&String::from_utf8_lossy(bytes)) else { return };
    let limits = Limits {
        include_depth: 8,
        resources: 200,
        documents: 100,
        file_bytes: 64 << 10,
        kustomizations: 50,
        yaml: yaml::Limits { depth: 64, nodes: 20_000, alias_nodes: 2_000 },
        ..Limits::default()
    };
    let engine = Engine::new(limits);
    let mut directories: Vec<RepoPath> = files.files().filter_map(|path| path.parent()).collect();
    directories.sort();
    directories.dedup();
    for directory in directories.iter().take(8) {
        match engine.build(&files, directory, &BuildOptions::default()) {
            Ok(manifests) => {
                assert!(manifests.resources.len() <= 200, "the limit of resources holds");
                let _ = manifests.to_yaml();
            }
            Err(error) => assert!(!error.message.is_empty(), "a refusal says why"),
        }
    }
});

//! Any files as a platform: the catalog loads as far as it is good, and every problem has words.
//!
//! The bytes are files apart by lines `#- path`, as in the fixtures of the tests.
#![no_main]

use libfuzzer_sys::fuzz_target;
use overlens::catalog::{self, effective_values};
use overlens::vfs::Memory;

fuzz_target!(|bytes: &[u8]| {
    let Ok(files) = Memory::fixture(&String::from_utf8_lossy(bytes)) else { return };
    let (catalog, problems) = catalog::load(&files, &overlens::yaml::Limits::default());
    assert!(problems.iter().all(|problem| !problem.message.is_empty()));
    for service in catalog.usable_services().take(8) {
        for target in catalog.targets_of(service).iter().take(8) {
            let _ = effective_values(service, &target.env, &target.region);
        }
    }
});

//! Memory sources and the fixture text that they are made from.

use super::{contract, memory_of_contract, path};
use crate::base::PathError;
use crate::vfs::{FixtureError, Memory, Source};

#[test]
fn memory_keeps_the_contract() {
    contract::check(&memory_of_contract());
}

#[test]
fn a_fixture_text_holds_several_files_and_links() {
    let source = Memory::fixture(
        "
#- base/kustomization.yaml
namePrefix: dev-
# a comment
#- base/service.yaml

kind: Service
#- again.yaml -> base/service.yaml
",
    )
    .unwrap();
    assert_eq!(
        &*source.read(&path("base/kustomization.yaml")).unwrap().bytes,
        b"namePrefix: dev-\n# a comment\n"
    );
    assert_eq!(&*source.read(&path("again.yaml")).unwrap().bytes, b"\nkind: Service\n");
    let files: Vec<&str> = source.files().map(|path| path.as_str()).collect();
    assert_eq!(files, ["base/kustomization.yaml", "base/service.yaml"]);
}

#[test]
fn a_wrong_fixture_names_its_line() {
    assert_eq!(Memory::fixture("\na: 1\n").unwrap_err(), FixtureError::NoHeader(2));
    assert_eq!(
        Memory::fixture("#- a\n#- ../b\n").unwrap_err(),
        FixtureError::Path { line: 2, reason: PathError::Outside("../b".to_owned()) }
    );
}

#[test]
fn equal_files_have_equal_build_keys_and_other_files_do_not() {
    let key = |text: &str| Memory::fixture(text).unwrap().build_key(&path("a")).unwrap();
    assert_eq!(key("#- a/x\n1\n"), key("#- a/x\n1\n"));
    assert_ne!(key("#- a/x\n1\n"), key("#- a/x\n2\n"));
    assert_ne!(key("#- a/x\n1\n"), key("#- a/y\n1\n"));
}

//! A catalog that is read again after a change is the one that is read anew.

use std::sync::Arc;

use proptest::prelude::*;

use super::{Refs, with_file};
use crate::catalog::{Loader, load, resolve_again, resolve_all};
use crate::vfs::Memory;
use crate::yaml::Limits;

const SAMPLE: &str = include_str!("../../../catalog/services.yaml");

/// Lines that people write into a service, good ones and bad ones.
const LINES: &[&str] = &[
    "    replicas: 3",
    "    channel: stable",
    "    resources: *medium",
    "    labels: {team: new}",
    "    hpa:\n      minReplicas: 7",
    "    replicas: many",
    "    note: \"over\n  - name: two-lines\"",
    "    unknown: &new 1",
    "    regions: [euw1, nowhere]",
    "  - name: newcomer\n    type: api",
    "  - name: account-service",
    "  # a remark\n",
    "",
    "other: 1",
    "\t",
];

/// A change of the text: lines that go, and a line that comes in their place.
type Change = (prop::sample::Index, usize, Option<&'static str>);

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let come = prop::option::weighted(0.8, prop::sample::select(LINES));
    let gone = prop_oneof![3 => Just(0_usize), 3 => Just(1), 1 => 0..60_usize];
    prop::collection::vec((any::<prop::sample::Index>(), gone, come), 1..5)
}

fn platform(services: &str) -> Memory {
    Memory::fixture(&with_file("catalog/services.yaml", services)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_again_is_the_same_as_reading_anew(changes in changes()) {
        let loader = Loader::new(Limits::default());
        let (mut before, _) = loader.load(&platform(SAMPLE));
        let mut resolved = resolve_all(&before, &Refs::usual());
        let mut lines: Vec<&str> = SAMPLE.lines().collect();
        for (at, gone, come) in changes {
            let at = at.index(lines.len());
            lines.splice(at..(at + gone).min(lines.len()), come);
            let source = platform(&format!("{}\n", lines.join("\n")));
            let (again, problems) = loader.load(&source);
            let (anew, said) = load(&source, &Limits::default());
            prop_assert_eq!(&again, &anew);
            prop_assert_eq!(problems, said);
            resolved = resolve_again(&again, &Refs::usual(), Some((&before, &resolved)));
            prop_assert_eq!(&resolved, &resolve_all(&again, &Refs::usual()));
            before = again;
        }
    }
}

#[test]
fn services_that_stay_as_they_are_are_not_read_again() {
    let loader = Loader::new(Limits::default());
    let (before, _) = loader.load(&platform(SAMPLE));
    let changed = |text: String| {
        let (after, _) = loader.load(&platform(&text));
        let pairs = before.services.iter().zip(&after.services);
        let other = pairs.filter(|(one, other)| !Arc::ptr_eq(one, other)).count();
        (other, before.services.len())
    };
    let (one, all) = changed(SAMPLE.replacen("tag: 4f2a91c", "tag: 4f2a91d", 1));
    assert_eq!(one, 1, "of {all}");
    // Below a new line every service stands elsewhere, but says what it said.
    let (below, all) = changed(SAMPLE.replacen("tag: 4f2a91c", "tag: 4f2a91c\n    replicas: 2", 1));
    assert_eq!(below, all);
}

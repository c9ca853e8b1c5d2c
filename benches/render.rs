//! A warm process: one target rendered again and again, all targets, and a whole preview of an edit.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot set itself up should stop")]
#![expect(clippy::disallowed_methods, reason = "the benchmarks run the program itself")]

use std::process::Command;

use divan::Bencher;
use overlens::catalog::{Address, TargetId};
use overlens::edit::Operation;
use overlens::explorer::{Explorer, OpenOptions};
use overlens::report::answer::TargetState;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// The demo, opened; the folder lives as long as the answer.
fn demo() -> (tempfile::TempDir, Explorer) {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("demo");
    let mut program = Command::new(env!("CARGO_BIN_EXE_overlens"));
    assert!(program.args(["demo", "--no-open", "--into"]).arg(&folder).output().unwrap().status.success());
    let explorer = Explorer::open(&folder, &OpenOptions::default()).unwrap();
    (scratch, explorer)
}

/// One target, built from its composition each time: only files and sub-builds that do not depend on it are known.
#[divan::bench]
fn one_target(bencher: Bencher<'_, '_>) {
    let (_scratch, explorer) = demo();
    let draft = explorer.draft();
    let overview = explorer.overview(&draft);
    let address = Address::parse("account-service@prod/euw1", &overview.catalog).unwrap();
    explorer.render(&address, &draft).unwrap();
    // Forgetting the one before, which frees all of it, is no part of the next.
    let forget = || explorer.forget_renders();
    bencher.with_inputs(forget).bench_local_values(|()| explorer.render(&address, &draft).unwrap());
}

/// As [`one_target`], every target of the demo that renders in turn: the median is what a typical target takes.
#[divan::bench(sample_count = 960, sample_size = 1)]
fn any_target(bencher: Bencher<'_, '_>) {
    let (_scratch, explorer) = demo();
    let draft = explorer.draft();
    let overview = explorer.overview(&draft);
    let states = explorer.states(&draft);
    let targets = overview.resolutions.iter().map(|resolution| resolution.target.clone());
    let renders = |target: &TargetId| matches!(states.get(target), Some(TargetState::Ready { .. }));
    let addresses: Vec<Address> =
        targets.filter(renders).map(|target| Address { target, reference: None }).collect();
    let mut turn = addresses.iter().cycle();
    let next = || {
        explorer.forget_renders();
        turn.next().unwrap()
    };
    bencher.with_inputs(next).bench_local_values(|address| explorer.render(address, &draft).unwrap());
}

/// All targets on all cores, as [`one_target`].
#[divan::bench]
fn all_targets(bencher: Bencher<'_, '_>) {
    let (_scratch, explorer) = demo();
    let draft = explorer.draft();
    bencher.bench_local(|| {
        explorer.forget_renders();
        explorer.states(&draft)
    });
}

/// What a typed digit costs: the draft applied, the catalog read again, the targets it reaches rendered and compared.
#[divan::bench]
fn preview_of_an_edit(bencher: Bencher<'_, '_>) {
    let (_scratch, explorer) = demo();
    let mut value = 4;
    bencher.bench_local(|| {
        value = if value == 9 { 5 } else { value + 1 };
        let mut draft = explorer.draft();
        let operation =
            Operation::set("account-service", "hpa.minReplicas@prod", &value.to_string()).unwrap();
        draft.push(operation, &*explorer.catalog_source()).unwrap();
        explorer.preview(&draft, None).unwrap()
    });
}

//! Whole builds of small fixtures. `tests/conformance` compares with kustomize itself; here stands what the program
//! adds to it, and what is easiest to see in a build.

mod again;
mod blame;
mod caching;
mod carry;
mod generators;
mod layers;
mod names;
mod refusals;

use super::{BuildOptions, Engine, Limits, Manifests};
use crate::base::{Diagnostic, RepoPath};
use crate::vfs::Memory;

/// Builds the directory `at` of a fixture.
fn try_build(files: &str, at: &str) -> Result<Manifests, Diagnostic> {
    try_build_with(files, at, &BuildOptions::default(), Limits::default())
}

fn try_build_with(
    files: &str,
    at: &str,
    options: &BuildOptions,
    limits: Limits,
) -> Result<Manifests, Diagnostic> {
    let source = Memory::fixture(files).unwrap();
    Engine::new(limits).build(&source, &RepoPath::parse(at).unwrap(), options)
}

/// What the directory `at` of a fixture prints.
#[track_caller]
fn build(files: &str, at: &str) -> String {
    try_build(files, at).unwrap_or_else(|error| panic!("{error}: {:?}", error.hints)).to_yaml().unwrap()
}

/// The problem that the directory `at` of a fixture has.
#[track_caller]
fn refuse(files: &str, at: &str) -> Diagnostic {
    match try_build(files, at) {
        Ok(built) => panic!("it builds:\n{}", built.to_yaml().unwrap()),
        Err(error) => error,
    }
}

/// `path:line` of a problem.
#[track_caller]
fn place(problem: &Diagnostic) -> String {
    let span = &problem.primary.as_ref().unwrap().span;
    format!("{}:{}", span.file.path, span.line)
}

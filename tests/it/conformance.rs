//! Every recorded case of the real kustomize: the same bytes, or a refusal as well.

use std::fs;
use std::path::{Path, PathBuf};

use overlens::base::RepoPath;
use overlens::kustomize::{BuildOptions, Engine};
use overlens::vfs::WorkTree;

/// Cases that still differ, with the reason. They must differ: a gap that is mended has to leave this list.
const KNOWN_GAPS: &[(&str, &str)] = &[];

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/cases");
    let mut found = Vec::new();
    for feature in fs::read_dir(root).unwrap() {
        for case in fs::read_dir(feature.unwrap().path()).unwrap() {
            found.push(case.unwrap().path());
        }
    }
    found.sort();
    found
}

fn build(input: &Path) -> Result<String, String> {
    let source = WorkTree::open(input).unwrap();
    let directory = if input.join("build").is_dir() { "build" } else { "." };
    Engine::default()
        .build(&source, &RepoPath::parse(directory).unwrap(), &BuildOptions::default())
        .map_err(|problem| problem.to_string())
        .and_then(|manifests| manifests.to_yaml().map_err(|problem| problem.to_string()))
}

fn judge(case: &Path) -> Result<(), String> {
    let built = build(&case.join("in"));
    match (fs::read_to_string(case.join("expected.yaml")), built) {
        (Ok(expected), Ok(built)) if expected == built => Ok(()),
        (Ok(expected), Ok(built)) => {
            let line = expected.lines().zip(built.lines()).take_while(|(left, right)| left == right).count();
            let at = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_owned();
            Err(format!("line {}: kustomize `{}`, ours `{}`", line + 1, at(&expected), at(&built)))
        }
        (Ok(_), Err(problem)) => Err(format!("refused: {problem}")),
        (Err(_), Err(problem)) if problem.is_empty() => Err("refused without a word".to_owned()),
        (Err(_), Err(_)) => Ok(()),
        (Err(_), Ok(_)) => Err("kustomize refuses this, ours builds it".to_owned()),
    }
}

#[test]
fn every_case_is_what_kustomize_prints() {
    let wanted = std::env::var("CASE").unwrap_or_default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/cases");
    let (mut ran, mut wrong) = (0, Vec::new());
    for case in cases() {
        let name = case.strip_prefix(&root).unwrap().display().to_string();
        if !name.contains(&wanted) {
            continue;
        }
        ran += 1;
        let gap = KNOWN_GAPS.iter().find(|(known, _)| *known == name);
        match (judge(&case), gap) {
            (Ok(()), None) | (Err(_), Some(_)) => {}
            (Err(problem), None) => wrong.push(format!("{name}: {problem}")),
            (Ok(()), Some(_)) => wrong.push(format!("{name}: no gap any more, take it off the list")),
        }
    }
    assert!(ran > 0, "CASE={wanted} matches no case");
    assert!(wrong.is_empty(), "{} of {ran} cases differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_case_says_why_it_is_there() {
    for case in cases() {
        let why = fs::read_to_string(case.join("why.txt")).unwrap_or_default();
        assert!(why.trim_end().ends_with('.'), "{}: why.txt must hold a sentence", case.display());
        let records = ["expected.yaml", "refused.txt"].iter().filter(|file| case.join(file).exists()).count();
        assert_eq!(records, 1, "{}: run tests/conformance/refresh.py", case.display());
    }
}

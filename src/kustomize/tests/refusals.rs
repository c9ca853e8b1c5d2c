//! What is refused, with the place, the chain and a hint.

use super::*;
use crate::kustomize::LoadRestriction;

const CONFIG: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}";

#[test]
fn unknown_fields_are_refused_with_the_nearest_one() {
    let problem = refuse("#- kustomization.yaml\nresources: []\nnamePrefx: eu-\n", ".");
    assert_eq!(problem.message, "unknown field `namePrefx` in the kustomization");
    assert_eq!(problem.hints, ["Did you mean `namePrefix`?"]);
    assert_eq!(place(&problem), "kustomization.yaml:2");
}

#[test]
fn values_of_the_wrong_type_are_refused() {
    let problem = refuse("#- kustomization.yaml\nimages:\n- {name: web, newTag: 1.0}\n", ".");
    assert_eq!(problem.message, "`newTag` of an image must be a string, not a number (`1.0`)");
    assert_eq!(problem.hints, ["Write it in quotes: `\"1.0\"`."]);
}

#[test]
fn a_cycle_names_the_chain_that_leads_round() {
    let problem = refuse(
        "
#- a/kustomization.yaml
resources: [../b]
#- b/kustomization.yaml
resources: [../c]
#- c/kustomization.yaml
resources: [../a]
",
        "a",
    );
    assert_eq!(problem.code, "load/cycle");
    assert_eq!(place(&problem), "c/kustomization.yaml:1");
    let chain: Vec<String> = problem.related.iter().map(|label| label.span.file.path.to_string()).collect();
    assert_eq!(chain.first().map(String::as_str), Some("b/kustomization.yaml"));
    assert_eq!(chain.last().map(String::as_str), Some("a/kustomization.yaml"));
}

#[test]
fn files_outside_the_kustomization_need_leave() {
    let files = format!("#- env/kustomization.yaml\nresources: [../shared.yaml]\n#- shared.yaml\n{CONFIG}\n");
    let problem = refuse(&files, "env");
    assert_eq!((problem.code, place(&problem)), ("load/outside-root", "env/kustomization.yaml:1".to_owned()));
    let options = BuildOptions { load_restriction: LoadRestriction::None, ..BuildOptions::default() };
    assert!(try_build_with(&files, "env", &options, Limits::default()).is_ok());
}

#[test]
fn what_is_remote_is_refused_by_name() {
    for text in [
        "https://github.com/org/repo//base?ref=v1",
        "github.com/org/repo/base",
        "git@host.example:org/repo",
        "https://host.example/all.yaml",
    ] {
        let problem = refuse(&format!("#- kustomization.yaml\nresources: ['{text}']\n"), ".");
        assert_eq!(problem.code, "load/remote", "{text}");
    }
}

#[test]
fn missing_and_misplaced_things_are_named_with_the_chain() {
    let problem = refuse(
        "#- kustomization.yaml\nresources: [base]\n#- base/kustomization.yaml\nnamespace: x\nresources: [gone.yaml]\n",
        ".",
    );
    assert_eq!((problem.code, place(&problem)), ("load/not-found", "base/kustomization.yaml:2".to_owned()));
    assert_eq!(problem.related[0].span.to_string(), "kustomization.yaml:1:13");
    for (files, code) in [
        (
            "#- kustomization.yaml\ncomponents: [base]\n#- base/kustomization.yaml\nresources: []\n",
            "kustomization/kind",
        ),
        ("#- kustomization.yaml\nresources: [base]\n#- base/readme.txt\nhello\n", "kustomization/missing"),
        ("#- kustomization.yaml\nkind: Kustomization\n", "kustomization/empty"),
        (
            "#- kustomization.yaml\nresources: []\n#- kustomization.yml\nresources: []\n",
            "kustomization/several",
        ),
        (
            "#- kustomization.yaml\nresources: [a.yaml]\n#- a.yaml\n{kind: ConfigMap, metadata: {}}\n",
            "resource/no-name",
        ),
        ("#- kustomization.yaml\nreplicas: [{name: web, count: 3}]\n", "transform/replicas-target"),
    ] {
        assert_eq!(refuse(files, ".").code, code);
    }
}

#[test]
fn two_resources_with_one_identity_are_both_named() {
    let files = format!(
        "#- kustomization.yaml\nresources: [a.yaml, b.yaml]\n#- a.yaml\n{CONFIG}\n#- b.yaml\n{CONFIG}\n"
    );
    let problem = refuse(&files, ".");
    assert_eq!((problem.code, place(&problem)), ("resource/duplicate", "b.yaml:1".to_owned()));
    assert_eq!(problem.related[0].span.to_string(), "a.yaml:1:1");
}

#[test]
fn every_limit_is_kept_and_named() {
    let files = format!(
        "#- kustomization.yaml\nresources: [base]\n#- base/kustomization.yaml\nresources: [a.yaml]\n#- base/a.yaml\n{CONFIG}\n---\n{}\n",
        CONFIG.replace("name: a", "name: b")
    );
    let limits = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        try_build_with(&files, ".", &BuildOptions::default(), limits)
            .map(|_| ())
            .map_err(|problem| problem.code)
    };
    assert_eq!(limits(|_| {}), Ok(()));
    assert_eq!(limits(|limits| limits.include_depth = 1), Err("limit/include-depth"));
    assert_eq!(limits(|limits| limits.kustomizations = 1), Err("limit/kustomizations"));
    assert_eq!(limits(|limits| limits.resources = 1), Err("limit/resources"));
    assert_eq!(limits(|limits| limits.documents = 1), Err("limit/documents"));
    assert_eq!(limits(|limits| limits.file_bytes = 20), Err("limit/file-bytes"));
}

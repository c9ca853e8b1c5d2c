//! Stories about drafts: what operations do to the text, undo across writes, and somebody else's changes.

mod excerpts;

use crate::base::RepoPath;
use crate::vfs::Memory;
use crate::yaml::edit::{EditValue, Route};

use super::{CatalogFiles, Draft, DraftError, Operation, RebaseError, Scope, rebase};

const SERVICES: &str = "\
# All services.
services:
  - name: account-service
    channel: stable # since May
    hpa:
      minReplicas:
        defaults: 2
        overrides:
          prod: 4 # two per zone
      maxReplicas: {defaults: 6, overrides: {prod: 10}}
    replicas: 3 # fixed
    resources:
      defaults: {cpu: 250m, memory: 512Mi}
      overrides:
        prod: {cpu: 500m}
  - name: cart-api
    domains:
      - a.example # main
";

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

fn source(services: &str) -> Memory {
    Memory::new([(path("catalog/services.yaml"), services)])
}

fn files() -> CatalogFiles {
    CatalogFiles::in_directory(&path("catalog"))
}

fn set(service: &str, at: &str, scope: &str, value: &str) -> Operation {
    Operation::SetServiceValue {
        service: service.to_owned(),
        path: Route::parse(at).unwrap(),
        scope: Scope::parse(scope).unwrap(),
        value: EditValue::typed(value),
    }
}

fn take_away(service: &str, at: &str, scope: &str) -> Operation {
    Operation::RemoveServiceValue {
        service: service.to_owned(),
        path: Route::parse(at).unwrap(),
        scope: Scope::parse(scope).unwrap(),
    }
}

/// What an operation replaces in the text of all services.
#[track_caller]
fn check(operation: &Operation, replaced: &str, by: &str) {
    assert!(SERVICES.contains(replaced), "the story is wrong");
    assert_eq!(operation.apply(SERVICES).unwrap(), SERVICES.replace(replaced, by));
}

fn text(draft: &Draft, source: &Memory) -> String {
    let changes = draft.changes(source).unwrap();
    changes.first().map_or_else(|| "unchanged".to_owned(), |change| change.new.to_string())
}

#[test]
fn an_override_is_set_where_it_stands() {
    check(&set("account-service", "hpa.minReplicas", "prod", "6"), "prod: 4 # two", "prod: 6 # two");
    check(&set("account-service", "hpa.maxReplicas", "prod", "12"), "{prod: 10}", "{prod: 12}");
    check(&set("account-service", "hpa.minReplicas", "defaults", "3"), "defaults: 2", "defaults: 3");
    check(&set("account-service", "resources.cpu", "prod", "1"), "{cpu: 500m}", "{cpu: 1}");
    check(
        &set("account-service", "resources.memory", "prod", "1Gi"),
        "{cpu: 500m}",
        "{cpu: 500m, memory: 1Gi}",
    );
}

#[test]
fn a_new_override_joins_the_others() {
    check(
        &set("account-service", "hpa.minReplicas", "prod/euw2", "3"),
        "prod: 4 # two per zone\n",
        "prod: 4 # two per zone\n          prod/euw2: 3\n",
    );
    check(
        &set("account-service", "hpa.maxReplicas", "prod/euw2", "3"),
        "{prod: 10}",
        "{prod: 10, prod/euw2: 3}",
    );
}

#[test]
fn a_value_that_did_not_vary_keeps_its_text_as_the_default() {
    check(
        &set("account-service", "replicas", "prod", "5"),
        "    replicas: 3 # fixed\n",
        "    replicas:\n      defaults: 3 # fixed\n      overrides:\n        prod: 5\n",
    );
    let domains = Operation::SetServiceValue {
        service: "cart-api".to_owned(),
        path: Route::parse("domains").unwrap(),
        scope: Scope::parse("prod").unwrap(),
        value: EditValue::Sequence(vec!["b.example".into()]),
    };
    check(
        &domains,
        "    domains:\n      - a.example # main\n",
        "    domains:\n      defaults:\n        - a.example # main\n      overrides:\n        prod:\n          - b.example\n",
    );
}

#[test]
fn a_value_that_is_shared_stays_shared_as_the_default() {
    let text = "\
services:
  - name: a
    resources: &medium
      requests: {cpu: 200m} # shared
    hpa: &h {min: &two 2, max: *two}
  - name: b
    resources: *medium # as a
  - name: c
    resources: {<<: *medium, limits: {cpu: 1}}
  - name: d
    resources: &x {cpu: {defaults: 1}}
  - name: e
    resources: *x
";
    let check = |operation: &Operation, replaced: &str, by: &str| {
        assert!(text.contains(replaced), "the story is wrong");
        assert_eq!(operation.apply(text).unwrap(), text.replace(replaced, by));
    };
    check(
        &set("b", "resources.requests.cpu", "prod", "1"),
        "    resources: *medium # as a\n",
        "    resources:\n      defaults: *medium # as a\n      overrides:\n        prod:\n          requests:\n            cpu: 1\n",
    );
    check(
        &set("a", "resources.requests.cpu", "prod", "1"),
        "    resources: &medium\n      requests: {cpu: 200m} # shared\n",
        "    resources:\n      defaults: &medium\n        requests: {cpu: 200m} # shared\n      overrides:\n        prod:\n          requests:\n            cpu: 1\n",
    );
    check(
        &set("c", "resources.requests.cpu", "prod", "1"),
        "    resources: {<<: *medium, limits: {cpu: 1}}\n",
        "    resources:\n      defaults: {<<: *medium, limits: {cpu: 1}}\n      overrides: {prod: {requests: {cpu: 1}}}\n",
    );
    check(&set("a", "hpa.max", "prod", "3"), "max: *two", "max: {defaults: *two, overrides: {prod: 3}}");
    check(&set("a", "hpa.min", "prod", "3"), "min: &two 2", "min: {defaults: &two 2, overrides: {prod: 3}}");
    for (service, scope) in [("a", "defaults"), ("b", "defaults"), ("e", "prod")] {
        let refused = set(service, "resources.requests.cpu", scope, "1").apply(text);
        assert_eq!(refused.unwrap_err().problem.code(), "edit/shared-value", "{service} {scope}");
    }
}

#[test]
fn a_value_that_was_not_there_is_made() {
    check(
        &set("cart-api", "hpa.minReplicas", "prod", "5"),
        "      - a.example # main\n",
        "      - a.example # main\n    hpa:\n      minReplicas:\n        overrides:\n          prod: 5\n",
    );
    check(&set("cart-api", "replicas", "defaults", "5"), "# main\n", "# main\n    replicas: 5\n");
}

#[test]
fn the_last_override_takes_the_empty_maps_with_it() {
    check(
        &take_away("account-service", "hpa.minReplicas", "prod"),
        "        defaults: 2\n        overrides:\n          prod: 4 # two per zone\n",
        "        defaults: 2\n",
    );
    check(&take_away("account-service", "hpa.maxReplicas", "prod"), ", overrides: {prod: 10}", "");
    check(&take_away("account-service", "replicas", "defaults"), "    replicas: 3 # fixed\n", "");
    check(
        &take_away("account-service", "resources.cpu", "prod"),
        "      overrides:\n        prod: {cpu: 500m}\n",
        "",
    );
    check(&take_away("account-service", "replicas", "prod"), "", "");
}

#[test]
fn channels_and_pins_are_set_and_taken_away() {
    let operation = |text| serde_json::from_str::<Operation>(text).unwrap();
    let pin =
        operation(r#"{"operation": "setEnvironmentPin", "environment": "prod", "reference": "refs/tags/b"}"#);
    let pins = "envPins:\n  prod: \"refs/tags/a\" # held\n";
    assert_eq!(pin.apply(pins).unwrap(), "envPins:\n  prod: \"refs/tags/b\" # held\n");
    assert_eq!(pin.apply("").unwrap(), "envPins:\n  prod: refs/tags/b\n");

    let channel = Operation::SetChannel { channel: "stable".to_owned(), reference: "v2".to_owned() };
    assert_eq!(
        channel.apply("channels:\n  stable: {ref: v1, description: x}\n").unwrap(),
        "channels:\n  stable: {ref: v2, description: x}\n"
    );

    let unpin = Operation::RemoveRegionPin { region: "euw2".to_owned(), environment: "prod".to_owned() };
    assert_eq!(
        unpin.apply("regionPins:\n  euw1: {prod: a}\n  euw2:\n    prod: a\n").unwrap(),
        "regionPins:\n  euw1: {prod: a}\n"
    );
    assert_eq!(unpin.apply("regionPins: {euw2: {prod: a}}\n").unwrap(), "regionPins: {}\n");

    let unpin = Operation::RemoveEnvironmentPin { environment: "prod".to_owned() };
    for (before, after) in [
        // On its line, and above it where it names the environment or the ref: the comment goes with the pin.
        (
            "envPins:\n  int: a\n  # prod waits\n  # for the audit\n  prod: b # held\n  pre: c\n",
            "envPins:\n  int: a\n  pre: c\n",
        ),
        ("envPins:\n  # until v1.2 is out\n  prod: refs/tags/v1.2\n  pre: c\n", "envPins:\n  pre: c\n"),
        // Behind the pin before it, and nothing follows that it could be about.
        ("envPins:\n  int: a\n  # held\n  prod: b\nother: 1\n", "envPins:\n  int: a\nother: 1\n"),
        // What may be about the pins that follow stays.
        ("envPins:\n  int: a\n  # held\n  prod: b\n  pre: c\n", "envPins:\n  int: a\n  # held\n  pre: c\n"),
        ("envPins:\n  # production\n  prod: b\n  pre: c\n", "envPins:\n  # production\n  pre: c\n"),
        (
            "envPins:\n  int: a\n  # prod waits\n\n  prod: b\n  pre: c\n",
            "envPins:\n  int: a\n  # prod waits\n\n  pre: c\n",
        ),
    ] {
        assert_eq!(unpin.apply(before).unwrap(), after);
        let dos = |text: &str| text.replace('\n', "\r\n");
        assert_eq!(unpin.apply(&dos(before)).unwrap(), dos(after));
    }

    let none = Operation::SetServiceChannel { service: "account-service".to_owned(), channel: None };
    check(&none, "    channel: stable # since May\n", "");
}

#[test]
fn an_entry_says_in_one_line_what_it_does() {
    let memory = source(SERVICES);
    let mut draft = Draft::new(files());
    let mut lines = Vec::new();
    for operation in [
        set("account-service", "hpa.minReplicas", "prod", "6"),
        set("account-service", "hpa.minReplicas", "int-stable", "1"),
        take_away("account-service", "replicas", "defaults"),
        Operation::SetServiceChannel {
            service: "account-service".to_owned(),
            channel: Some("next".to_owned()),
        },
    ] {
        lines.push(draft.push(operation, &memory).unwrap().describe());
    }
    assert_eq!(
        lines,
        [
            "account-service hpa.minReplicas prod 4 → 6",
            "account-service hpa.minReplicas int-stable none → 1",
            "account-service replicas 3 → removed",
            "account-service channel stable → next",
        ]
    );
}

#[test]
fn a_service_that_does_not_exist_is_refused_and_the_draft_stays() {
    let mut draft = Draft::new(files());
    let error = draft.push(set("acount-service", "replicas", "prod", "1"), &source(SERVICES)).unwrap_err();
    assert!(matches!(&error, DraftError::Edit { .. }));
    assert_eq!(error.diagnostic().hints, ["Did you mean `account-service`?"]);
    assert!(draft.entries().is_empty());
}

#[test]
fn undo_and_redo_walk_through_the_edits() {
    let memory = source(SERVICES);
    let mut draft = Draft::new(files());
    draft.push(set("account-service", "replicas", "defaults", "4"), &memory).unwrap();
    draft.push(set("account-service", "replicas", "defaults", "5"), &memory).unwrap();
    draft.undo();
    assert_eq!(text(&draft, &memory), SERVICES.replace("replicas: 3", "replicas: 4"));
    draft.redo();
    assert_eq!(text(&draft, &memory), SERVICES.replace("replicas: 3", "replicas: 5"));
    draft.undo();
    draft.undo();
    assert_eq!((text(&draft, &memory).as_str(), draft.is_unsaved()), ("unchanged", false));
    assert_eq!(draft.undo(), None);
}

#[test]
fn a_value_that_is_being_typed_is_one_edit() {
    let memory = source(SERVICES);
    let mut draft = Draft::new(files());
    for typed in ["1", "12", "120"] {
        draft.amend(set("account-service", "replicas", "defaults", typed), &memory).unwrap();
    }
    assert_eq!(draft.entries().len(), 1);
    assert_eq!(draft.entries()[0].describe(), "account-service replicas 3 → 120");
}

#[test]
fn one_edit_among_others_can_be_discarded() {
    let memory = source(SERVICES);
    let mut draft = Draft::new(files());
    draft.push(set("account-service", "replicas", "defaults", "4"), &memory).unwrap();
    draft.push(set("account-service", "hpa.minReplicas", "prod", "5"), &memory).unwrap();
    draft.discard(0, &memory).unwrap();
    assert_eq!(text(&draft, &memory), SERVICES.replace("prod: 4", "prod: 5"));
}

/// Writes the draft to a new source, as the writer does to the disk.
fn written(draft: &mut Draft, memory: &Memory) -> Memory {
    let changes = draft.changes(memory).unwrap();
    draft.mark_written(&changes);
    source(&changes[0].new)
}

#[test]
fn an_undo_across_a_write_brings_back_the_very_bytes() {
    let memory = source(SERVICES);
    let mut draft = Draft::new(files());
    draft.push(set("account-service", "replicas", "prod", "4"), &memory).unwrap();
    let memory = written(&mut draft, &memory);
    assert_eq!((text(&draft, &memory).as_str(), draft.is_unsaved()), ("unchanged", false));
    draft.undo();
    assert!(draft.is_unsaved());
    assert_eq!(text(&draft, &memory), SERVICES);
    draft.push(set("account-service", "replicas", "defaults", "9"), &memory).unwrap();
    assert_eq!(text(&draft, &memory), SERVICES.replace("replicas: 3", "replicas: 9"));
    let memory = written(&mut draft, &memory);
    draft.undo();
    assert_eq!(text(&draft, &memory), SERVICES);
}

#[test]
fn edits_after_a_write_go_on_top_of_what_others_wrote_since() {
    let memory = source(SERVICES);
    let mut draft = Draft::new(files());
    draft.push(set("account-service", "replicas", "defaults", "4"), &memory).unwrap();
    written(&mut draft, &memory);
    let theirs =
        SERVICES.replace("replicas: 3 # fixed", "replicas: 7 # theirs").replace("a.example", "z.example");
    let memory = source(&theirs);
    assert_eq!(text(&draft, &memory), "unchanged");
    draft.push(set("account-service", "hpa.minReplicas", "prod", "5"), &memory).unwrap();
    assert_eq!(text(&draft, &memory), theirs.replace("prod: 4", "prod: 5"));
}

#[test]
fn an_undo_across_a_write_keeps_what_others_wrote_elsewhere() {
    let memory = source(SERVICES);
    let mut draft = Draft::new(files());
    draft.push(set("account-service", "replicas", "defaults", "4"), &memory).unwrap();
    written(&mut draft, &memory);
    let on_disk = SERVICES.replace("replicas: 3", "replicas: 4").replace("a.example", "z.example");
    draft.undo();
    assert_eq!(text(&draft, &source(&on_disk)), SERVICES.replace("a.example", "z.example"));
    let same_line = SERVICES.replace("replicas: 3", "replicas: 8");
    assert!(matches!(draft.changes(&source(&same_line)), Err(DraftError::Overlap { .. })));
}

#[test]
fn a_draft_moves_to_changed_files_unless_the_same_value_was_changed() {
    let memory = source(SERVICES);
    let mut draft = Draft::new(files());
    draft.push(set("account-service", "replicas", "defaults", "4"), &memory).unwrap();

    let elsewhere = SERVICES.replace("a.example", "z.example");
    let changes = rebase(&draft, &memory, &source(&elsewhere)).unwrap();
    assert_eq!(*changes[0].new, elsewhere.replace("replicas: 3", "replicas: 4"));

    let same = SERVICES.replace("replicas: 3", "replicas: 4");
    assert_eq!(rebase(&draft, &memory, &source(&same)), Ok(vec![]));

    let other = SERVICES.replace("replicas: 3", "replicas: 8");
    let Err(RebaseError::Conflicts(conflicts)) = rebase(&draft, &memory, &source(&other)) else {
        panic!("no conflict was seen");
    };
    let [conflict] = conflicts.as_slice() else { panic!("more than one conflict") };
    let values = [&conflict.base, &conflict.theirs, &conflict.ours].map(|value| value.as_deref().unwrap());
    assert_eq!((values, conflict.line), (["3", "8", "4"], Some(11)));

    let gone = SERVICES.replace("account-service", "renamed");
    assert!(matches!(rebase(&draft, &memory, &source(&gone)), Err(RebaseError::Draft(_))));
}

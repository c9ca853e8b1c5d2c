//! The board of two regions, on the built-in demo: what is meant to differ, and what is not.

use overlens::demo::{DemoOptions, create};
use overlens::explorer::{Explorer, OpenOptions};
use overlens::report::answer::ParityQuery;
use overlens::report::answer::{Parity, ParityRow, ParityVerdict, Topic};
use overlens::report::parity;

fn board(query: &ParityQuery) -> (tempfile::TempDir, std::sync::Arc<Parity>) {
    let folder = tempfile::tempdir().unwrap();
    let made = create(&folder.path().join("demo"), &DemoOptions { services: None }).unwrap();
    let explorer = Explorer::open(&made.path, &OpenOptions::default()).unwrap();
    let board = explorer.parity(query, &explorer.draft()).unwrap();
    (folder, board)
}

fn row<'a>(board: &'a Parity, service: &str, env: &str) -> &'a ParityRow {
    board.rows.iter().find(|row| &*row.service == service && &*row.env == env).unwrap()
}

#[test]
fn every_service_has_one_row_for_each_environment_the_worst_first() {
    let (_folder, board) = board(&ParityQuery::default());
    assert_eq!((&*board.primary, &*board.secondary), ("euw1", "euw2"));
    let verdicts: Vec<ParityVerdict> = board.rows.iter().map(|row| row.verdict).collect();
    assert!(verdicts.is_sorted());
    let text = parity::text(&board, false);
    assert!(text.lines().nth(1).unwrap().starts_with("5 failed, 12 missing, 7 skew, "), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80 || !line.contains(' ')), "{text}");
}

#[test]
fn another_ref_is_skew_and_the_lines_that_differ_by_it_are_named() {
    let (_folder, board) = board(&ParityQuery::default());
    let row = row(&board, "payment-ledger", "prod");
    assert_eq!(row.verdict, ParityVerdict::Skew);
    let reason = |topic| row.reasons.iter().find(|reason| reason.topic == topic && !reason.expected).unwrap();
    assert_eq!(
        reason(Topic::Ref).text,
        "euw1 config-2025.10.28, euw2 config-2025.11.06; euw2 is 13 commits ahead, 8 days"
    );
    let places: Vec<String> = reason(Topic::Ref).places.iter().map(ToString::to_string).collect();
    assert_eq!(places, ["catalog/env-pins.yaml:8", "catalog/region-pins.yaml:5"]);
    assert!(reason(Topic::StalePin).text.contains("13 commits and 8 days behind stable"));
    // The role of the region is its own business; the name of the label changed with the ref.
    let by_path = |path: &str| row.differences.iter().filter(|it| it.path.contains(path)).collect::<Vec<_>>();
    let role = by_path("region-role");
    assert!(!role.is_empty() && role.iter().all(|it| it.expected), "{role:#?}");
    let cost = by_path("cost-cent");
    assert!(!cost.is_empty() && cost.iter().all(|it| !it.expected), "{cost:#?}");
    // The region layer of the secondary changed with the ref: that is skew too, though a region layer wrote it.
    let tolerations: Vec<_> = row.differences.iter().filter(|it| it.path.contains("tolerations")).collect();
    assert!(tolerations.iter().any(|it| !it.expected), "{tolerations:#?}");
}

#[test]
fn an_override_for_the_region_is_meant_to_be_and_still_told() {
    let (_folder, board) =
        board(&ParityQuery { services: vec!["customer-profile".to_owned()], ..ParityQuery::default() });
    let row = row(&board, "customer-profile", "prod");
    assert_eq!(row.verdict, ParityVerdict::Expected);
    let replicas = row.reasons.iter().find(|reason| reason.topic == Topic::Replicas).unwrap();
    assert!(replicas.expected);
    assert!(replicas.text.contains("spec.minReplicas 3 -> 2"), "{}", replicas.text);
    assert_eq!(replicas.places[0].file, "catalog/services.yaml");
    assert!(!parity::text(&board, false).contains("customer-profile"));
    assert!(parity::text(&board, true).contains("as meant, replicas: "));
}

#[test]
fn a_service_of_one_region_is_missing_and_a_failure_names_its_cause() {
    let (_folder, board) = board(&ParityQuery::default());
    let missing = row(&board, "account-migration", "prod");
    assert_eq!(missing.verdict, ParityVerdict::Missing);
    assert_eq!(missing.reasons[0].text, "runs in euw1, not in euw2");
    let failed = row(&board, "payment-ledger", "int-stable");
    assert_eq!(failed.verdict, ParityVerdict::Failed);
    assert!(failed.reasons[0].text.starts_with("euw2: "), "{:?}", failed.reasons);
    let both = row(&board, "checkout-api", "prod");
    assert!(both.reasons[0].text.starts_with("both regions: "), "{:?}", both.reasons);
}

#[test]
fn regions_can_be_swapped_and_names_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let made = create(&folder.path().join("demo"), &DemoOptions { services: None }).unwrap();
    let explorer = Explorer::open(&made.path, &OpenOptions::default()).unwrap();
    let ask = |query: ParityQuery| explorer.parity(&query, &explorer.draft());
    let some = |name: &str| Some(name.to_owned());
    let swapped = ask(ParityQuery { primary: some("euw2"), ..ParityQuery::default() }).unwrap();
    assert_eq!((&*swapped.primary, &*swapped.secondary), ("euw2", "euw1"));
    let code = |query| ask(query).unwrap_err().code;
    assert_eq!(code(ParityQuery { primary: some("euw3"), ..ParityQuery::default() }), "parity/unknown-name");
    let twice = ParityQuery { primary: some("euw1"), secondary: some("euw1"), ..ParityQuery::default() };
    assert_eq!(code(twice), "parity/one-region");
    let env = ParityQuery { environments: vec!["prd".to_owned()], ..ParityQuery::default() };
    assert_eq!(code(env), "parity/unknown-name");
}

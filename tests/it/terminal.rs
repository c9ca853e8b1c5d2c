//! The real program in a pseudo-terminal: keys in, screen out. Few, because the stories in `screens` are quicker.

use std::path::PathBuf;

use crate::pty::{Terminal, demo};

/// The demo platform in a folder of its own, with the program open on it.
fn open_demo(columns: u16, rows: u16) -> (tempfile::TempDir, PathBuf, Terminal) {
    let scratch = tempfile::tempdir().unwrap();
    let platform = scratch.path().join("demo");
    demo(&platform);
    let terminal = Terminal::open(&[platform.to_str().unwrap()], scratch.path(), columns, rows);
    (scratch, platform, terminal)
}

#[test]
fn a_value_is_found_edited_seen_in_the_comparison_and_written_as_one_line() {
    let (_scratch, platform, mut terminal) = open_demo(160, 45);
    let services = platform.join("catalog/services.yaml");
    let before = std::fs::read_to_string(&services).unwrap();
    terminal.wait_for("account-service");
    terminal.press("/account-s");
    terminal.wait_until("one service", |screen| screen.contains("1 of 21"));
    terminal.press("\r");
    // To the cell of prod/euw1, and from there to the comparison; int-stable/euw1 is what it offers first.
    terminal.press("llll");
    terminal.wait_for("account-service prod/euw1:");
    terminal.press("d");
    terminal.wait_for("Compare account-service@prod/euw1 with");
    terminal.press("int-stable/euw1\r");
    terminal.wait_for("A account-service int-stable/euw1");
    terminal.wait_for("resources differ");
    terminal.press("e");
    terminal.wait_for("Edit a value of account-service for prod/euw1");
    terminal.press("minRep");
    terminal.wait_for("1 of 23");
    terminal.press("\r");
    terminal.wait_for("[prod]");
    // The comparison follows while the value is typed, before anything is kept.
    terminal.press("\u{7f}6");
    terminal.wait_for("minReplicas: 6");
    terminal.wait_for("2 targets change of 104");
    assert_eq!(std::fs::read_to_string(&services).unwrap(), before, "typing must not write");
    terminal.press("\r");
    terminal.press("w");
    terminal.wait_for("Write 1 edit?");
    terminal.wait_for("catalog/services.yaml");
    terminal.press("y");
    terminal.wait_for("written: catalog/services.yaml (1 line)");
    let changed = |text: &str| -> Vec<(String, String)> {
        let pairs = before.lines().zip(text.lines());
        pairs.filter(|(old, new)| old != new).map(|(old, new)| (old.to_owned(), new.to_owned())).collect()
    };
    let after = std::fs::read_to_string(&services).unwrap();
    assert_eq!(after.lines().count(), before.lines().count());
    assert_eq!(
        changed(&after),
        [(
            "          prod: 4 # two per zone, so that losing a zone leaves two".to_owned(),
            "          prod: 6 # two per zone, so that losing a zone leaves two".to_owned()
        )]
    );
    terminal.press("q");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn a_promotion_is_chosen_reviewed_staged_and_written_as_one_line() {
    let (_scratch, platform, mut terminal) = open_demo(160, 45);
    let channels = platform.join("catalog/channels.yaml");
    let before = std::fs::read_to_string(&channels).unwrap();
    terminal.wait_for("account-service");
    terminal.press("P");
    terminal.wait_for("WHAT MOVES");
    terminal.press("g\r");
    terminal.wait_for("channel stable  is at config-2025.11.06");
    terminal.press("/11.08\r");
    // Classes are listed as they are found; this many are looked at in the end.
    terminal.wait_for("of 104 targets change");
    terminal.wait_for("newly fail");
    terminal.wait_for("immutable-field");
    // The failing group stands first, the class with the fewest targets behind it.
    terminal.press("j\r");
    terminal.wait_for("before | after");
    terminal.press("m");
    terminal.wait_for("✓ reviewed");
    terminal.press("\u{1b}");
    terminal.wait_for("1 of 5 reviewed");
    terminal.press("w");
    terminal.wait_for("in the draft: channel stable");
    assert_eq!(std::fs::read_to_string(&channels).unwrap(), before, "staging must not write");
    terminal.press("w");
    terminal.wait_for("Write 1 edit?");
    terminal.wait_for("catalog/channels.yaml");
    terminal.press("y");
    terminal.wait_for("written: catalog/channels.yaml (1 line)");
    let after = std::fs::read_to_string(&channels).unwrap();
    let changed = before.lines().zip(after.lines()).filter(|(old, new)| old != new).count();
    assert_eq!((changed, before.lines().count()), (1, after.lines().count()));
    terminal.press("q");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn a_line_is_explained_and_edited_at_another_layer() {
    let (_scratch, platform, mut terminal) = open_demo(160, 45);
    let services = platform.join("catalog/services.yaml");
    terminal.wait_for("account-service");
    terminal.press("jllll");
    terminal.wait_for("account-service prod/euw1:");
    terminal.press("\r");
    terminal.wait_for("blame on");
    terminal.press("/minReplicas\r");
    terminal.wait_for("match 1 of 1");
    terminal.press("\r");
    terminal.wait_for("E edit at another layer");
    terminal.press("E");
    terminal.wait_for("Edit hpa.minReplicas of account-service at");
    terminal.wait_for("(decides now)");
    terminal.press("prod/euw1\r");
    terminal.wait_for("[prod/euw1]");
    terminal.press("\u{7f}5");
    terminal.wait_for("1 target changes of 104");
    terminal.press("\r");
    terminal.press("w");
    terminal.wait_for("Write 1 edit?");
    terminal.wait_for("catalog/services.yaml");
    terminal.press("y");
    terminal.wait_for("written: catalog/services.yaml (1 line)");
    let text = std::fs::read_to_string(&services).unwrap();
    assert!(text.contains("prod/euw1: 5") && text.contains("prod: 4 # two per zone"), "{text}");
    terminal.press("q");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn the_screen_follows_the_size_of_the_terminal_and_says_when_it_is_too_small() {
    let (_scratch, _, mut terminal) = open_demo(200, 50);
    terminal.wait_for("PRE-STABLE");
    terminal.resize(80, 24);
    terminal.wait_for("account-service");
    terminal.resize(20, 5);
    terminal.wait_until("a word about the size", |screen| screen.to_lowercase().contains("small"));
    terminal.resize(80, 24);
    terminal.wait_for("account-service");
    terminal.press("q");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn a_directory_without_a_catalog_says_what_was_looked_for() {
    let scratch = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::open(&[scratch.path().to_str().unwrap()], scratch.path(), 120, 30);
    terminal.wait_for("no catalog found");
    terminal.wait_for("overlens demo");
    terminal.press("q");
    assert_eq!(terminal.exit_code(), 0);
}

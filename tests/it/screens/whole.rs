//! Stories of the whole screen: sizes, themes, signs, problems, and the page of keys.

use std::fs;
use std::path::Path;

use overlens::app::command;
use overlens::explorer::{Explorer, OpenOptions};
use overlens::tui::theme::{BUILT_IN, Theme};
use overlens::tui::{picture, still};

use super::Stage;

/// Opens every screen in turn.
const TOUR: &[&str] = &[
    "",
    "enter",
    "2",
    "3",
    "4",
    "1 tab",
    "d",
    "enter",
    "v",
    "esc esc p",
    "? ",
    "esc D",
    "esc !",
    "esc T",
    "esc :",
    "esc esc esc esc P",
    "enter",
    "/ 1 0 . 2 8",
    "enter",
    "c",
    "esc enter",
    "tab",
    "enter",
];

#[test]
fn every_screen_survives_every_size() {
    let mut stage = Stage::open(150, 32);
    for step in TOUR {
        stage.press(step);
        for (width, height) in [(1, 1), (3, 40), (39, 9), (40, 10), (60, 15), (80, 24), (400, 5), (300, 100)]
        {
            stage.resize(width, height);
            let _ = stage.draw();
        }
        stage.resize(150, 32);
    }
}

#[test]
fn a_screen_that_is_too_small_says_so() {
    let mut stage = Stage::open(150, 32);
    stage.resize(30, 5);
    assert!(stage.draw().contains("too small"), "{}", stage.draw());
}

#[test]
fn with_ascii_nothing_else_is_drawn() {
    let mut stage = Stage::open(150, 32);
    stage.model.options.ascii = true;
    for step in TOUR {
        stage.press(step);
        let screen = stage.draw();
        let strange: Vec<char> = screen.chars().filter(|letter| !letter.is_ascii()).collect();
        assert!(strange.is_empty(), "after `{step}`: {strange:?}\n{screen}");
    }
}

#[test]
fn without_colours_differences_are_told_by_signs() {
    let mut stage = Stage::open(150, 32);
    stage.theme(Theme::standard().without_colours());
    stage.press("l l d").types("int/euw1").press("enter");
    let screen = stage.draw();
    assert!(screen.contains("~   minReplicas: 2") && screen.contains("~   minReplicas: 4"), "{screen}");
}

#[test]
fn every_theme_draws_every_screen() {
    for (name, text) in BUILT_IN {
        let mut stage = Stage::open(100, 30);
        stage.theme(Theme::parse(name, text).unwrap()).press("enter");
        let drawn = picture::svg(&stage.buffer(), &Theme::parse(name, text).unwrap());
        assert!(drawn.contains("account-service"), "{name}");
    }
}

#[test]
fn a_folder_without_a_platform_says_what_was_looked_for() {
    let folder = tempfile::Builder::new().prefix("story").tempdir().unwrap();
    fs::create_dir(folder.path().join("shop")).unwrap();
    let mut stage = Stage::unopened(folder, 100, 20);
    assert!(stage.draw().contains("opening…"));
    stage.begin();
    let screen = stage.draw();
    assert!(screen.contains("no catalog found: looked for"), "{screen}");
}

#[test]
fn one_bad_service_leaves_the_others_usable_and_is_listed() {
    let mut stage = Stage::open(150, 32);
    let broken = stage
        .file("catalog/services.yaml")
        .replace("minReplicas:\n        defaults: 2", "minReplicas:\n        defaults: two");
    fs::write(stage.root().join("catalog/services.yaml"), broken).unwrap();
    stage.press("ctrl-r");
    assert!(stage.draw().contains("ledger"), "{}", stage.draw());
    stage.press("!");
    assert!(stage.draw().contains("catalog/services.yaml:12"), "{}", stage.draw());
}

#[test]
fn the_page_of_keys_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/keys.md");
    let page = command::reference_page();
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &page).unwrap();
    }
    assert_eq!(
        fs::read_to_string(path).unwrap_or_default(),
        page,
        "`INSTA_UPDATE=always cargo test` writes it anew"
    );
}

#[test]
fn a_picture_can_be_taken_after_any_keys() {
    let stage = Stage::open(100, 30);
    let explorer = Explorer::open(&stage.root(), &OpenOptions::default()).unwrap();
    let theme = Theme::parse("dark", BUILT_IN[1].1).unwrap();
    let buffer = still(&explorer, "l l d \"int/euw1\" enter", 140, 30, &theme);
    let drawn = picture::svg(&buffer, &theme);
    assert!(drawn.contains("minReplicas"), "{drawn}");
}

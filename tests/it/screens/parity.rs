//! Stories of somebody who asks what a failover would find.

use overlens::app::Screen;

use super::Stage;

#[test]
fn the_board_shows_what_differs_between_the_regions_and_why() {
    for (size, (width, height)) in [("80x24", (80, 24)), ("200x50", (200, 50))] {
        let mut stage = Stage::open(width, height);
        stage.press("R");
        insta::assert_snapshot!(format!("parity-{size}"), stage.draw());
    }
    let mut stage = Stage::open(80, 24);
    stage.model.options.ascii = true;
    stage.press("R a");
    insta::assert_snapshot!("parity-all-ascii-80x24", stage.draw());
}

#[test]
fn enter_opens_the_two_targets_side_by_side_and_back_keeps_the_row() {
    let mut stage = Stage::open(150, 32);
    stage.press("R /").types("skew").press("enter");
    let row = |stage: &Stage| match stage.model.stack.last() {
        Some(Screen::Parity(screen)) => screen.row().map(|row| (row.service.clone(), row.env.clone())),
        _ => None,
    };
    let before = row(&stage);
    assert!(before.is_some(), "{}", stage.draw());
    stage.press("enter");
    let Some(Screen::Diff(diff)) = stage.model.stack.last() else { panic!("{}", stage.draw()) };
    assert_eq!((&*diff.left.target.region, &*diff.right.target.region), ("euw1", "euw2"));
    stage.press("esc");
    assert_eq!(row(&stage), before);
    stage.press("y");
    assert!(stage.copied[0].starts_with("skew"), "{:?}", stage.copied);
    stage.press("esc");
    assert!(matches!(stage.model.stack.last(), Some(Screen::Parity(_))), "the filter goes first");
    stage.press("esc");
    assert!(stage.model.stack.is_empty());
}

#[test]
fn a_row_is_chosen_with_the_mouse_and_the_board_follows_an_edit() {
    let mut stage = Stage::open(150, 32);
    stage.press("R a");
    stage.click("account-service").click("account-service");
    assert!(matches!(stage.model.stack.last(), Some(Screen::Diff(_))), "{}", stage.draw());
}

/// Verdicts, services and environments of the rows on screen.
fn rows(stage: &Stage) -> Vec<String> {
    let Some(Screen::Parity(screen)) = stage.model.stack.last() else { panic!("{}", stage.draw()) };
    let board = screen.board.as_ref().unwrap();
    let row = |index: &usize| {
        let row = &board.rows[*index];
        format!("{} {} {}", row.verdict.word(), row.service, row.env)
    };
    screen.rows.iter().map(row).collect()
}

#[test]
fn regions_and_environments_are_chosen_from_a_list() {
    let mut stage = Stage::open(80, 24);
    stage.press("R c");
    insta::assert_snapshot!("parity-choose-80x24", stage.draw());
    stage.types("only prod").press("enter");
    assert!(stage.draw().contains("euw1 and euw2  only prod"), "{}", stage.draw());
    assert_eq!(rows(&stage), ["missing report prod", "skew ledger prod"]);
    // The environment stays when the regions change, and the cursor stays on its row.
    stage.press("j s");
    assert!(stage.draw().contains("euw2 and euw1  only prod"), "{}", stage.draw());
    assert_eq!(rows(&stage), ["missing report prod", "skew ledger prod"]);
    let Some(Screen::Parity(screen)) = stage.model.stack.last() else { panic!("{}", stage.draw()) };
    assert_eq!(screen.row().unwrap().service.as_ref(), "ledger");
    stage.press("c").types("all env").press("enter");
    assert!(rows(&stage).contains(&"failed ledger int".to_owned()), "{:?}", rows(&stage));
}

#[test]
fn the_filter_knows_words_and_facets() {
    let mut stage = Stage::open(150, 32);
    stage.press("R /").types("ledger env:prod");
    assert_eq!(rows(&stage), ["skew ledger prod"]);
    stage.press("esc /").types("is:expected");
    assert!(!rows(&stage).is_empty(), "what is meant to be is found, too");
    assert!(rows(&stage).iter().all(|row| row.starts_with("expected")), "{:?}", rows(&stage));
    stage.press("esc /").types("ref:10.28");
    assert_eq!(rows(&stage), ["skew ledger prod"]);
    stage.press("esc /").types("type:api");
    assert!(stage.draw().contains("facets here are env: ref: is:"), "{}", stage.draw());
}

#[test]
fn long_reasons_are_read_in_full() {
    let mut stage = Stage::open(40, 10);
    stage.press("R a /").types("is:expected").press("enter");
    let board = stage.draw();
    assert!(board.contains("more lines: i shows them"), "{board}");
    stage.press("i");
    let mut read = stage.draw();
    for _ in 0..40 {
        stage.press("j");
        read += &stage.draw();
    }
    let Some(Screen::Parity(screen)) = stage.model.stack.last() else { panic!("{}", stage.draw()) };
    let reasons = screen.reasons(true);
    assert!(reasons.len() >= 2);
    for word in reasons.iter().flat_map(|line| line.text.split_whitespace()).filter(|word| word.len() < 30) {
        assert!(read.contains(word), "{word}\n{read}");
    }
}

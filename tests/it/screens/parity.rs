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

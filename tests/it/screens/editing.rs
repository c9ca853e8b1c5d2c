//! Stories of somebody who edits: the effect follows while typing, nothing is written by one key, nothing is lost.

use std::fs;

use overlens::app::Screen;

use super::Stage;

fn wide() -> Stage {
    Stage::open(150, 32)
}

/// The lines in which two texts differ.
fn changed(before: &str, after: &str) -> Vec<(String, String)> {
    assert_eq!(before.lines().count(), after.lines().count());
    before
        .lines()
        .zip(after.lines())
        .filter(|(old, new)| old != new)
        .map(|(old, new)| (old.trim().to_owned(), new.trim().to_owned()))
        .collect()
}

#[test]
fn an_edit_is_followed_by_the_comparison_and_written_as_one_line() {
    let mut stage = wide();
    let before = stage.file("catalog/services.yaml");
    stage.press("l l d").types("int/euw1").press("enter e backspace").types("6");
    insta::assert_snapshot!("edit-150x32", stage.draw());
    stage.press("enter");
    assert_eq!(stage.file("catalog/services.yaml"), before, "nothing is written yet");
    stage.press("w");
    insta::assert_snapshot!("write-150x32", stage.draw());
    stage.press("y");
    let after = stage.file("catalog/services.yaml");
    assert_eq!(
        changed(&before, &after),
        [("prod: 4 # two per zone".to_owned(), "prod: 6 # two per zone".to_owned())]
    );
    assert_eq!(stage.model.pending(), 0);
}

#[test]
fn an_edit_fits_a_narrow_screen() {
    let mut stage = Stage::open(80, 24);
    stage.press("l l enter 2 e").types("x");
    insta::assert_snapshot!("edit-80x24", stage.draw());
}

#[test]
fn a_wrong_value_is_refused_beside_the_field() {
    let mut stage = wide();
    stage.press("l l e").types("hpa.max").press("enter ctrl-u").types("many").press("enter");
    assert!(stage.model.editing.is_some(), "{}", stage.draw());
    assert!(stage.draw().contains("✗"), "{}", stage.draw());
    stage.press("esc");
    assert_eq!(stage.model.pending(), 0);
}

#[test]
fn a_string_stays_a_string() {
    let mut stage = wide();
    stage.press("j l l e").types("tag").press("enter ctrl-u").types("1.30").press("enter w y");
    assert!(stage.file("catalog/services.yaml").contains("prod: \"1.30\""), "{}", stage.draw());
}

#[test]
fn an_override_can_be_made_for_another_layer() {
    let mut stage = wide();
    stage.press("l l e").types("hpa.min").press("enter tab backspace").types("5").press("enter w y");
    assert!(
        stage.file("catalog/services.yaml").contains("prod/euw1: 5"),
        "{}",
        stage.file("catalog/services.yaml")
    );
}

#[test]
fn a_pin_is_edited_where_it_stands_and_completed() {
    let mut stage = wide();
    stage.press("p j l e ctrl-u").types("11.06").press("tab enter");
    assert_eq!(stage.model.pending(), 1, "{}", stage.draw());
    stage.press("w y");
    assert!(
        stage.file("catalog/env-pins.yaml").contains("prod: refs/tags/config-2025.11.06 # until the audit"),
        "{}",
        stage.file("catalog/env-pins.yaml")
    );
}

#[test]
fn the_draft_shows_text_and_effect_and_lets_one_edit_go() {
    for (name, (width, height)) in [("80x24", (80, 24)), ("150x32", (150, 32))] {
        let mut stage = Stage::open(width, height);
        stage.press("l l e").types("hpa.min").press("enter backspace").types("6").press("enter D");
        insta::assert_snapshot!(format!("draft-{name}"), stage.draw());
        stage.press("x");
        assert_eq!(stage.model.pending(), 0);
    }
}

#[test]
fn undo_and_redo_lead_there_and_back() {
    let mut stage = wide();
    stage.press("l l e").types("hpa.min").press("enter backspace").types("6").press("enter z");
    assert_eq!(stage.model.pending(), 0);
    stage.press("Z");
    assert_eq!(stage.model.pending(), 1);
    stage.press("w y z");
    assert!(stage.model.pending() > 0, "taking back what was written is a change to be written");
    stage.press("w y");
    assert!(stage.file("catalog/services.yaml").contains("prod: 4 # two per zone"));
}

#[test]
fn quitting_asks_when_edits_are_not_written() {
    let mut stage = wide();
    stage.press("l l e").types("hpa.min").press("enter backspace").types("6").press("enter q");
    assert!(!stage.has_quit);
    insta::assert_snapshot!("quit-150x32", stage.draw());
    stage.press("n");
    assert!(!stage.has_quit);
    stage.press("q y");
    assert!(stage.has_quit);
}

#[test]
fn read_only_lets_one_try_and_never_write() {
    let mut stage = wide();
    stage.model.options.readonly = true;
    let before = stage.file("catalog/services.yaml");
    stage.press("l l e").types("hpa.min").press("enter backspace").types("6").press("enter w");
    assert!(stage.draw().contains("not now: opened read-only"), "{}", stage.draw());
    stage.press("y");
    assert_eq!(stage.file("catalog/services.yaml"), before);
}

#[test]
fn somebody_elses_change_is_kept() {
    let mut stage = wide();
    stage.press("l l e").types("hpa.min").press("enter backspace").types("6").press("enter");
    let theirs = stage.file("catalog/services.yaml").replace("maxReplicas: 10", "maxReplicas: 12");
    fs::write(stage.root().join("catalog/services.yaml"), theirs).unwrap();
    stage.press("w y");
    let after = stage.file("catalog/services.yaml");
    assert!(
        after.contains("maxReplicas: 12") && after.contains("prod: 6 # two per zone"),
        "{after}\n{}",
        stage.draw()
    );
}

#[test]
fn a_late_answer_does_not_replace_a_newer_one() {
    let mut stage = wide();
    stage.press("l l enter");
    stage.waiting = Some(Vec::new());
    stage.press("esc j l enter");
    let asked = stage.waiting.take().unwrap();
    let Some(Screen::Target(screen)) = stage.model.stack.last() else { panic!("no target") };
    assert_eq!(&*screen.address.target.service, "ledger");
    // Both answers arrive, the older one last.
    stage.perform(asked.into_iter().rev().collect());
    let Some(Screen::Target(screen)) = stage.model.stack.last() else { panic!("no target") };
    let shown = screen.view.as_ref().unwrap();
    assert_eq!(&*shown.address.target.service, "ledger");
}

#[test]
fn an_edit_is_kept_only_once_it_is_known_to_be_right() {
    let mut stage = wide();
    stage.press("l l e").types("hpa.max").press("enter ctrl-u");
    stage.waiting = Some(Vec::new());
    stage.types("many").press("enter");
    assert_eq!(stage.model.pending(), 0);
    let asked = stage.waiting.take().unwrap();
    stage.perform(asked);
    assert!(stage.model.pending() == 0 && stage.model.editing.is_some(), "{}", stage.draw());
}

#[test]
fn a_ref_that_does_not_exist_yet_is_doubted_and_not_refused() {
    let mut stage = wide();
    stage.press("p j l e ctrl-u").types("config-2099.01.01");
    assert!(stage.draw().contains("newly failing"), "{}", stage.draw());
    stage.press("enter");
    assert_eq!(stage.model.pending(), 1, "{}", stage.draw());
}

/// The line of the autoscaler's lower bound, explained.
fn explained() -> Stage {
    let mut stage = wide();
    stage.press("l l enter /").types("minReplicas").press("enter enter");
    assert!(stage.draw().contains("E edit at another layer"), "{}", stage.draw());
    stage
}

#[test]
fn an_explained_line_is_edited_where_it_is_decided() {
    let mut stage = explained();
    stage.press("e backspace").types("6");
    // The manifests behind the field follow.
    assert!(stage.draw().contains("minReplicas: 6"), "{}", stage.draw());
    stage.press("enter w y");
    let services = stage.file("catalog/services.yaml");
    assert!(services.contains("prod: 6 # two per zone") && services.contains("defaults: 2"), "{services}");
}

#[test]
fn an_explained_line_is_edited_at_another_layer_chosen_by_its_reach() {
    let mut stage = explained();
    stage.press("E");
    insta::assert_snapshot!("explain-layers-150x32", stage.draw());
    stage.types("euw1").press("enter backspace").types("5").press("enter w y");
    let services = stage.file("catalog/services.yaml");
    assert!(services.contains("prod: 4 # two per zone") && services.contains("prod/euw1: 5"), "{services}");
    // Back at the line, the new override is what decides it.
    let mut stage = explained();
    stage.press("E").types("default").press("enter backspace").types("3").press("enter");
    assert_eq!(stage.model.pending(), 1, "{}", stage.draw());
    stage.press("w y");
    let services = stage.file("catalog/services.yaml");
    assert!(services.contains("defaults: 3") && services.contains("prod: 4 # two per zone"), "{services}");
}

#[test]
fn a_line_that_a_layer_decides_is_not_edited_in_the_catalog() {
    for key in ["e", "E"] {
        let mut stage = wide();
        stage.press("l l enter /").types("periodSeconds").press("enter enter").press(key);
        assert!(stage.model.editing.is_none(), "{}", stage.draw());
        assert!(stage.draw().contains("not now: the catalog does not write this value"), "{}", stage.draw());
    }
}

#[test]
fn keys_after_enter_do_not_change_what_was_confirmed() {
    let mut stage = wide();
    stage.press("l l e").types("hpa.min").press("enter");
    stage.waiting = Some(Vec::new());
    // The effect of 6 is not known when Enter is pressed.
    stage.press("backspace").types("6").press("enter").types("7");
    assert!(stage.draw().contains("the effect of the edit is not known yet"), "{}", stage.draw());
    let asked = stage.waiting.take().unwrap();
    stage.perform(asked);
    assert!(stage.model.editing.is_none(), "{}", stage.draw());
    stage.press("w y");
    assert!(stage.file("catalog/services.yaml").contains("prod: 6 # two per zone"), "{}", stage.draw());
}

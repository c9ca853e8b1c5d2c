//! Stories of somebody who looks around: services, a target, a comparison, pins, help.

use overlens::app::Screen;

use super::Stage;

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (150, 32);

/// Tells a story on a narrow and on a wide screen and keeps a picture of both ends.
fn on_both(name: &str, story: impl Fn(&mut Stage)) {
    for (size, (width, height)) in [("80x24", NARROW), ("150x32", WIDE)] {
        let mut stage = Stage::open(width, height);
        story(&mut stage);
        insta::assert_snapshot!(format!("{name}-{size}"), stage.draw());
    }
}

#[test]
fn services_show_every_ref_and_what_is_doubtful() {
    on_both("services", |_| {});
}

#[test]
fn the_filter_narrows_rows_and_columns() {
    let mut stage = Stage::open(WIDE.0, WIDE.1);
    stage.press("/").types("acc env:prod");
    assert_eq!(stage.model.services.rows.len(), 1);
    assert_eq!(stage.model.services.columns.len(), 2);
    stage.press("esc");
    assert_eq!((stage.model.services.rows.len(), stage.model.services.columns.len()), (3, 4));
}

#[test]
fn facets_find_targets_by_badge_state_and_ref() {
    for (filter, services) in [
        ("is:shadowed env:int", 2),
        ("is:broken", 1),
        ("is:skew env:prod", 1),
        ("ref:10.28", 1),
        ("type:job", 0),
    ] {
        let mut stage = Stage::open(WIDE.0, WIDE.1);
        stage.press("/").types(filter).press("enter");
        assert_eq!(stage.model.services.rows.len(), services, "{filter}\n{}", stage.draw());
    }
}

#[test]
fn a_slip_in_a_facet_is_named() {
    let mut stage = Stage::open(WIDE.0, WIDE.1);
    stage.press("/").types("evn:prod");
    assert!(stage.draw().contains("did you mean `env:`?"), "{}", stage.draw());
}

#[test]
fn a_target_shows_its_ladder_and_manifests_with_the_line_behind_each_line() {
    on_both("target", |stage| {
        stage.press("l l enter");
    });
}

#[test]
fn values_say_where_they_come_from() {
    on_both("target-values", |stage| {
        stage.press("l l enter 2");
    });
}

#[test]
fn a_line_is_explained_with_every_writer() {
    let mut stage = Stage::open(WIDE.0, WIDE.1);
    stage.press("l l enter /").types("minReplicas").press("enter enter");
    insta::assert_snapshot!("explain-150x32", stage.draw());
}

#[test]
fn a_target_that_cannot_render_says_why_and_what_to_do() {
    on_both("target-broken", |stage| {
        stage.press("j l enter");
    });
}

#[test]
fn two_targets_stand_side_by_side_or_one_below_the_other() {
    on_both("diff", |stage| {
        stage.press("l l enter d").types("int/euw1").press("enter");
    });
}

#[test]
fn equal_lines_unfold_and_fold_again() {
    let mut stage = Stage::open(WIDE.0, WIDE.1);
    stage.press("l l d").types("int/euw1").press("enter g");
    let Some(Screen::Diff(screen)) = stage.model.stack.last() else { panic!("no comparison") };
    let folded = screen.lines.len();
    stage.press("space");
    let Some(Screen::Diff(screen)) = stage.model.stack.last() else { panic!("no comparison") };
    assert!(screen.lines.len() > folded);
    stage.press("space");
    let Some(Screen::Diff(screen)) = stage.model.stack.last() else { panic!("no comparison") };
    assert_eq!(screen.lines.len(), folded);
}

#[test]
fn a_secret_is_never_shown_and_its_change_is() {
    for (width, height) in [NARROW, WIDE] {
        let mut stage = Stage::open(width, height);
        stage.press("j l l d").types("ledger@prod/euw2").press("enter /").types("password").press("enter");
        let screen = stage.draw();
        assert!(screen.contains("password: ••••••••"), "{screen}");
        assert!(screen.contains("changed"), "{screen}");
        for secret in ["first-secret", "second-secret", "Zmlyc3Qtc2VjcmV0", "c2Vjb25kLXNlY3JldA"] {
            assert!(!screen.contains(secret), "{screen}");
        }
        stage.press("y");
        assert!(stage.copied.iter().all(|text| text.contains("••••")), "{:?}", stage.copied);
    }
}

#[test]
fn the_pins_are_one_matrix() {
    on_both("pins", |stage| {
        stage.press("p j j l");
    });
}

#[test]
fn help_lists_what_works_here_and_runs_it() {
    on_both("help", |stage| {
        stage.press("?");
    });
    let mut stage = Stage::open(WIDE.0, WIDE.1);
    stage.press("?").types("pins as one").press("enter");
    assert!(matches!(stage.model.stack.last(), Some(Screen::Pins(_))), "{}", stage.draw());
}

#[test]
fn a_comparison_can_be_made_with_any_address() {
    let mut stage = Stage::open(WIDE.0, WIDE.1);
    stage.press("l l d").types("account-service@prod/euw1:config-2025.10.28").press("enter");
    assert!(stage.draw().contains("periodSeconds: 10"), "{}", stage.draw());
    stage.press("a").types("nobody@prod/euw1").press("enter");
    assert!(stage.draw().contains("no service is called `nobody`"), "{}", stage.draw());
}

#[test]
fn clicks_do_what_keys_do() {
    let mut stage = Stage::open(WIDE.0, WIDE.1);
    stage.click("report");
    assert_eq!(stage.model.services.list.cursor, 2);
    stage.press("l l").click("report");
    assert!(matches!(stage.model.stack.last(), Some(Screen::Target(_))), "{}", stage.draw());
    stage.click("2 Values");
    assert!(stage.draw().contains("[2 Values]"), "{}", stage.draw());
}

#[test]
fn escape_leads_out_and_never_quits() {
    let mut stage = Stage::open(WIDE.0, WIDE.1);
    stage.press("l l enter d esc esc esc esc esc");
    assert!(!stage.has_quit && stage.model.stack.is_empty());
    stage.press("q");
    assert!(stage.has_quit);
}

#[test]
fn copying_gives_the_full_ref() {
    let mut stage = Stage::open(WIDE.0, WIDE.1);
    stage.press("y");
    assert_eq!(stage.copied, ["config-2025.11.06"]);
}

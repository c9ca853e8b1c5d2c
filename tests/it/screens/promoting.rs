//! Stories of somebody who promotes: what moves, to which ref, what that changes, staged and written as one line.

use std::fs;
use std::sync::Arc;

use overlens::app::{Effect, Msg, Screen, Ticket};
use overlens::explorer::{Explorer, OpenOptions};
use overlens::report::answer::{ChangeClass, ClassSoFar, Progress, Radius, SoFar};
use overlens::tui::answers;

use super::stage::Answers;
use super::{Stage, platform};

const SIZES: [(&str, (u16, u16)); 2] = [("80x24", (80, 24)), ("200x50", (200, 50))];

/// The classes of moving channel stable back to the older release.
fn classes(width: u16, height: u16) -> Stage {
    let mut stage = Stage::open(width, height);
    stage.press("P enter /").types("10.28").press("enter");
    assert!(matches!(stage.model.stack.last(), Some(Screen::Radius(_))), "{}", stage.draw());
    stage
}

/// A screen without how long it took.
fn timeless(screen: &str) -> String {
    let is_time = |word: &str| {
        word.split_once('.').is_some_and(|(a, b)| {
            b.len() == 2 && a.chars().chain(b.chars()).all(|letter| letter.is_ascii_digit())
        })
    };
    let lines = screen.lines().map(|line| {
        let time =
            line.strip_suffix(" s").and_then(|rest| rest.rsplit(' ').next()).filter(|word| is_time(word));
        time.map_or_else(|| line.to_owned(), |time| line.replace(&format!("{time} s"), "0.00 s"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_can_move_is_listed_with_its_ref_age_and_targets() {
    for (name, (width, height)) in SIZES {
        let mut stage = Stage::open(width, height);
        stage.press("P");
        insta::assert_snapshot!(format!("promote-what-{name}"), stage.draw());
    }
}

#[test]
fn what_decides_the_target_in_focus_is_offered_first() {
    let mut stage = Stage::open(150, 32);
    // The env pin decides ledger in prod/euw1.
    stage.press("j l l P");
    let Some(Screen::Movables(screen)) = stage.model.stack.last() else { panic!("{}", stage.draw()) };
    assert_eq!(screen.current().unwrap().movable.to_string(), "env pin prod");
    assert_eq!(screen.current().unwrap().wins, 1);
}

#[test]
fn the_pin_under_the_cursor_goes_straight_to_its_refs() {
    let mut stage = Stage::open(150, 32);
    stage.press("p j l P");
    assert!(stage.draw().contains("env pin prod  is at config-2025.10.28"), "{}", stage.draw());
    stage.press("esc");
    assert!(matches!(stage.model.stack.last(), Some(Screen::Pins(_))));
}

#[test]
fn refs_are_listed_newest_first_and_filtered_by_typing() {
    for (name, (width, height)) in SIZES {
        let mut stage = Stage::open(width, height);
        stage.press("P enter");
        insta::assert_snapshot!(format!("promote-ref-{name}"), stage.draw());
        stage.press("/").types("weber 10-28");
        assert!(stage.draw().contains("1 of 3"), "{}", stage.draw());
        stage.press("esc");
        assert!(!stage.draw().contains("1 of 3"), "{}", stage.draw());
    }
}

#[test]
fn the_present_ref_cannot_be_chosen_and_any_commit_can() {
    let mut stage = Stage::open(150, 32);
    stage.press("P enter /").types("config-2025.11.06").press("enter");
    assert!(stage.draw().contains("channel stable is at config-2025.11.06 already"), "{}", stage.draw());
    stage.press("esc /").types("refs/tags/nowhere").press("enter");
    assert!(stage.draw().contains("newly fail"), "{}", stage.draw());
}

#[test]
fn classes_say_how_many_targets_change_how() {
    for (name, (width, height)) in SIZES {
        let stage = classes(width, height);
        insta::assert_snapshot!(format!("promote-classes-{name}"), timeless(&stage.draw()));
    }
}

/// The screen that waits for what moving the pin of prod, an older channel and an edit change together; its question,
/// the answer that it will get, and the work that was asked for.
fn waiting(width: u16, height: u16) -> (Stage, Ticket, Arc<Radius>, Vec<Effect>) {
    let mut stage = Stage::open(width, height);
    stage.press("l l e").types("hpa.min").press("enter backspace").types("6").press("enter");
    stage.press("P enter /").types("10.28").press("enter w esc P j j enter /").types("11.06");
    stage.waiting = Some(Vec::new());
    stage.press("enter");
    let asked = stage.waiting.take().unwrap();
    let ticket = asked.iter().find_map(|effect| match effect {
        Effect::Radius { ticket, .. } => Some(*ticket),
        _ => None,
    });
    let explorer = Explorer::open(&stage.root(), &OpenOptions::default()).unwrap();
    let answers = Answers::default();
    answers::answer(
        asked.iter().find(|effect| matches!(effect, Effect::Radius { .. })).unwrap().clone(),
        &explorer,
        &answers,
    );
    let radius = answers.0.into_inner().unwrap().into_iter().find_map(|msg| match msg {
        Msg::Radius { result, .. } => result.ok(),
        _ => None,
    });
    (stage, ticket.unwrap(), radius.unwrap(), asked)
}

/// What is told when some members of some classes are found, the largest class first.
fn so_far(radius: &Radius, classes: usize, members: usize) -> SoFar {
    let class = |class: &Arc<ChangeClass>| {
        Arc::new(ClassSoFar {
            fingerprint: class.fingerprint.clone(),
            summary: class.summary.clone(),
            verdicts: class.verdicts.iter().map(|verdict| (verdict.code, verdict.severity)).collect(),
            members: class.members.iter().take(members).cloned().collect(),
        })
    };
    SoFar { failures: Vec::new(), classes: radius.classes.iter().take(classes).map(class).collect() }
}

fn told(stage: &mut Stage, ticket: Ticket, done: usize, so_far: SoFar) {
    let changed = so_far.classes.iter().map(|class| class.members.len()).sum();
    let progress = Progress { done, total: 9, changed, classes: so_far.classes.len(), failing: 0 };
    stage.send(Msg::Progress { ticket, progress, so_far });
}

#[test]
fn classes_are_listed_as_they_are_found_and_the_chosen_one_stays_chosen() {
    for (name, (width, height)) in SIZES {
        let (mut stage, ticket, radius, asked) = waiting(width, height);
        assert!(radius.classes.len() > 2, "{}", radius.classes.len());
        told(&mut stage, ticket, 2, so_far(&radius, 2, 1));
        assert!(stage.draw().contains("so far"), "{}", stage.draw());
        stage.press("j");
        told(&mut stage, ticket, 6, so_far(&radius, radius.classes.len(), 1));
        insta::assert_snapshot!(format!("promote-classes-midway-{name}"), stage.draw());
        // It cannot be opened in full yet: its members so far can.
        stage.press("enter");
        assert!(stage.draw().contains("opens as soon as every target was looked at"), "{}", stage.draw());
        stage.press("esc").perform(asked);
        let Some(Screen::Radius(screen)) = stage.model.stack.last() else { panic!("{}", stage.draw()) };
        assert_eq!(screen.class().unwrap().fingerprint, radius.classes[1].fingerprint);
        let sizes: Vec<usize> = screen.rows.iter().map(|row| row.members().len()).collect();
        let classes = &sizes[..radius.classes.len()];
        assert!(classes.is_sorted(), "outliers come first in the end: {sizes:?}");
    }
}

#[test]
fn what_changes_is_listed_field_by_field_each_change_once() {
    for (name, (width, height)) in SIZES {
        let (mut stage, _, radius, asked) = waiting(width, height);
        stage.perform(asked);
        stage.press("f");
        insta::assert_snapshot!(format!("promote-fields-{name}"), timeless(&stage.draw()));
        // The probes change in two classes, together with something else in one of them.
        let probes = |radius: &Radius| radius.by_field().iter().find(|own| own.classes.len() == 2).cloned();
        let probes = probes(&radius).unwrap();
        assert_eq!(probes.members.len(), 5);
        let Some(Screen::Radius(screen)) = stage.model.stack.last() else { panic!("{}", stage.draw()) };
        let at = screen.rows.iter().position(|row| row.summary().ends_with(&probes.words)).unwrap();
        stage.press("j ".repeat(at).trim()).press("enter");
        let Some(Screen::Class(screen)) = stage.model.stack.last() else { panic!("{}", stage.draw()) };
        assert_eq!(screen.class.letter, probes.classes[0].letter);
        assert!(probes.words.ends_with(&screen.entries[screen.changes.cursor].words), "{}", stage.draw());
        stage.press("esc f");
        assert!(!stage.draw().contains("each change once"), "{}", stage.draw());
    }
}

#[test]
fn who_has_chosen_nothing_sees_the_outliers_in_the_end() {
    let (mut stage, ticket, radius, asked) = waiting(150, 32);
    told(&mut stage, ticket, 2, so_far(&radius, 1, 1));
    stage.perform(asked);
    let Some(Screen::Radius(screen)) = stage.model.stack.last() else { panic!("{}", stage.draw()) };
    assert_eq!(screen.list.cursor, 0);
    assert_eq!(screen.class().unwrap().fingerprint, radius.classes.last().unwrap().fingerprint);
}

#[test]
fn a_class_shows_its_members_causes_and_difference() {
    for (name, (width, height)) in SIZES {
        let mut stage = classes(width, height);
        stage.press("enter");
        insta::assert_snapshot!(format!("promote-class-{name}"), stage.draw());
        let changed = stage.draw().lines().find(|line| line.contains("periodSeconds: 10")).map(str::to_owned);
        assert!(changed.is_some_and(|line| line.contains("deployment.yaml:13")), "{}", stage.draw());
    }
}

#[test]
fn every_member_can_be_opened() {
    let mut stage = classes(150, 32);
    stage.press("G k enter");
    let members = match stage.model.stack.last() {
        Some(Screen::Class(screen)) => screen.class.members.len(),
        _ => 0,
    };
    if members < 2 {
        stage.press("esc j enter");
    }
    let Some(Screen::Class(screen)) = stage.model.stack.last() else { panic!("{}", stage.draw()) };
    assert!(screen.class.members.len() > 1, "{}", stage.draw());
    let second = screen.class.members[1].target.to_string();
    stage.press("}");
    let Some(Screen::Class(screen)) = stage.model.stack.last() else { panic!("{}", stage.draw()) };
    assert_eq!((screen.shown, screen.failure.is_none()), (1, true));
    assert!(screen.diff.document().unwrap().left_label.starts_with(&second));
    stage.press("{");
    let Some(Screen::Class(screen)) = stage.model.stack.last() else { panic!("{}", stage.draw()) };
    assert_eq!(screen.shown, 0);
}

#[test]
fn the_cause_of_a_change_names_line_commit_and_author() {
    let mut stage = classes(150, 32);
    stage.press("enter enter");
    let screen = stage.draw();
    assert!(screen.contains("kustomize/archetype/api/deployment.yaml:13"), "{screen}");
}

#[test]
fn a_reviewed_class_stays_reviewed_when_it_comes_again() {
    let mut stage = classes(150, 32);
    stage.press("m");
    assert!(stage.draw().contains("✓"), "{}", stage.draw());
    stage.press("r enter");
    assert!(matches!(stage.model.stack.last(), Some(Screen::Radius(_))));
    assert!(stage.draw().contains("✓"), "{}", stage.draw());
}

#[test]
fn a_promotion_is_staged_seen_in_the_draft_and_written_as_one_line() {
    let mut stage = classes(150, 32);
    let before = stage.file("catalog/channels.yaml");
    stage.press("w");
    assert!(matches!(stage.model.stack.last(), Some(Screen::Draft(_))), "{}", stage.draw());
    assert_eq!((stage.model.pending(), stage.file("catalog/channels.yaml")), (1, before));
    stage.press("esc");
    assert!(stage.draw().contains("staged"), "{}", stage.draw());
    stage.press("w");
    assert!(stage.draw().contains("it is in the draft already"), "{}", stage.draw());
    stage.press("D w y");
    assert_eq!(stage.file("catalog/channels.yaml"), "channels:\n  stable: config-2025.10.28\n");
    assert!(stage.model.stack.is_empty(), "a promotion that is written is over\n{}", stage.draw());
}

#[test]
fn read_only_classifies_and_never_stages() {
    let mut stage = Stage::open(150, 32);
    stage.model.options.readonly = true;
    stage.press("P enter /").types("10.28").press("enter");
    assert!(stage.draw().contains("staging is off"), "{}", stage.draw());
    stage.press("w");
    assert!(stage.draw().contains("not now: opened read-only"), "{}", stage.draw());
    assert_eq!(stage.model.pending(), 0);
}

#[test]
fn the_draft_can_be_seen_as_classes() {
    let mut stage = Stage::open(150, 32);
    stage.press("l l e").types("hpa.min").press("enter backspace").types("6").press("enter D C");
    let screen = stage.draw();
    assert!(screen.contains("2 of 9 targets change") && screen.contains("minReplicas 4 → 6"), "{screen}");
    stage.press("w");
    assert!(stage.draw().contains("not now: this is the effect of the draft"), "{}", stage.draw());
    stage.press("esc");
    assert!(matches!(stage.model.stack.last(), Some(Screen::Draft(_))));
}

#[test]
fn keys_work_while_targets_are_rendered_and_a_newer_choice_calls_the_older_one_off() {
    let mut stage = Stage::open(150, 32);
    stage.press("P enter /").types("10.28");
    stage.waiting = Some(Vec::new());
    stage.press("enter");
    assert!(stage.draw().contains("rendering every target before and after"), "{}", stage.draw());
    stage.press("esc");
    let asked = stage.waiting.clone().unwrap();
    assert!(asked.iter().any(|effect| matches!(effect, Effect::CallOff(_))), "{asked:?}");
    stage.press("esc g enter");
    let Some(Screen::Radius(screen)) = stage.model.stack.last() else { panic!("{}", stage.draw()) };
    assert!(screen.radius.is_none());
    let asked = stage.waiting.take().unwrap();
    // The late answer to the first choice must not be taken for one to the second.
    let (first, second): (Vec<Effect>, Vec<Effect>) = {
        let mut radii = asked.into_iter().filter(|effect| matches!(effect, Effect::Radius { .. }));
        let first = radii.next().unwrap();
        (vec![first], radii.collect())
    };
    stage.perform(first);
    let Some(Screen::Radius(screen)) = stage.model.stack.last() else { panic!("{}", stage.draw()) };
    assert!(screen.radius.is_none(), "{}", stage.draw());
    stage.perform(second);
    assert!(stage.draw().contains("no manifest of 9 targets changes"), "{}", stage.draw());
}

#[test]
fn secrets_show_that_they_change_and_never_how() {
    let mut stage = Stage::open(150, 40);
    // Ledger in prod/euw1 has a secret and follows the env pin.
    stage.press("j l l P enter /").types("11.06").press("enter");
    let mut seen = stage.draw();
    assert!(seen.contains("Secret"), "{seen}");
    stage.press("M enter");
    seen += &stage.draw();
    stage.press("tab tab enter");
    seen += &stage.draw();
    let copied = stage.copied.join("\n");
    assert!(copied.contains("••••") && copied.contains("| --- |"), "{copied}");
    for secret in ["first-secret", "second-secret", "Zmlyc3Qtc2VjcmV0", "c2Vjb25kLXNlY3JldA"] {
        assert!(!seen.contains(secret) && !copied.contains(secret), "{secret}\n{seen}\n{copied}");
    }
}

#[test]
fn escape_leads_back_step_by_step() {
    let mut stage = classes(150, 32);
    stage.press("enter esc");
    assert!(matches!(stage.model.stack.last(), Some(Screen::Radius(_))));
    stage.press("esc esc");
    assert!(matches!(stage.model.stack.last(), Some(Screen::Candidates(_))), "the filter is cleared first");
    stage.press("esc");
    assert!(matches!(stage.model.stack.last(), Some(Screen::Movables(_))));
    stage.press("esc");
    assert!(stage.model.stack.is_empty());
}

#[test]
fn clicks_choose_and_open() {
    let mut stage = Stage::open(150, 32);
    stage.press("P").click("env pin prod").click("env pin prod");
    assert!(matches!(stage.model.stack.last(), Some(Screen::Candidates(_))), "{}", stage.draw());
    stage.press("esc esc");
    let mut stage = classes(150, 32);
    stage.click("Deployment:");
    assert!(matches!(stage.model.stack.last(), Some(Screen::Class(_))), "{}", stage.draw());
}

#[test]
fn uncommitted_edits_of_layers_show_what_they_change_while_they_are_made() {
    let mut stage = Stage::open(150, 32);
    stage.press("L");
    assert!(stage.draw().contains("layers of the work tree"), "{}", stage.draw());
    assert!(stage.draw().contains("nothing changes in any manifest"), "{}", stage.draw());
    let edit = |stage: &mut Stage, file: &str, old: &str, new: &str| {
        let text = stage.file(file);
        assert!(text.contains(old), "{text}");
        fs::write(stage.root().join(file), text.replace(old, new)).unwrap();
        stage.press("ctrl-r");
    };
    edit(&mut stage, "kustomize/archetype/api/deployment.yaml", "/live", "/alive");
    assert!(stage.draw().contains("9 of 9 targets change · 1 class"), "{}", stage.draw());
    insta::assert_snapshot!("layers-150x32", timeless(&stage.draw()));
    stage.press("enter");
    assert!(stage.draw().contains("path: /alive"), "{}", stage.draw());
    // One more edit, while the class is open: it is seen as soon as one goes back.
    edit(&mut stage, "kustomize/envs/prod/quota.yaml", "\"20\"", "\"21\"");
    stage.press("esc");
    assert!(stage.draw().contains("2 classes"), "{}", stage.draw());
    stage.press("w");
    assert!(stage.draw().contains("these edits are in the files already"), "{}", stage.draw());
    edit(&mut stage, "kustomize/archetype/api/deployment.yaml", "  template:", "  template: [");
    assert!(stage.draw().contains("9 newly fail"), "{}", stage.draw());
    insta::assert_snapshot!("layers-broken-150x32", timeless(&stage.draw()));
    stage.press("esc");
    assert!(stage.model.stack.is_empty(), "{}", stage.draw());
}

#[test]
fn without_git_there_is_nothing_to_hold_layers_against() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("shop");
    fs::create_dir(&root).unwrap();
    platform::make(&root);
    fs::remove_dir_all(root.join(".git")).unwrap();
    let mut stage = Stage::unopened(folder, 150, 32);
    stage.begin();
    stage.press("L");
    assert!(stage.draw().contains("this is not a git repository"), "{}", stage.draw());
}

//! Stories of somebody whose files and rows move while targets are rendered.

use std::sync::atomic::{AtomicUsize, Ordering};

use overlens::app::{About, Effect, Msg, Ticket};
use overlens::catalog::TargetId;
use overlens::demo::DemoOptions;
use overlens::explorer::{Explorer, OpenOptions};
use overlens::tui::answers::{self, Asker};

use super::Stage;
use super::stage::Answers;

/// Collects answers, and wants other targets first after the first look.
struct Scrolling {
    answers: Answers,
    looks: AtomicUsize,
    wanted: Vec<TargetId>,
}

impl Asker for Scrolling {
    fn answer(&self, msg: Msg) {
        self.answers.answer(msg);
    }

    fn is_stale(&self) -> bool {
        false
    }

    fn first(&self) -> Option<Vec<TargetId>> {
        (self.looks.fetch_add(1, Ordering::Relaxed) == 1).then(|| self.wanted.clone())
    }
}

#[test]
fn what_comes_on_screen_is_rendered_before_what_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let made = overlens::demo::create(&folder.path().join("demo"), &DemoOptions::default()).unwrap();
    let explorer = Explorer::open(&made.path, &OpenOptions::default()).unwrap();
    let all: Vec<TargetId> = explorer
        .overview(&explorer.draft())
        .resolutions
        .iter()
        .map(|resolution| resolution.target.clone())
        .collect();
    let wanted: Vec<TargetId> = all[all.len() - 6..].to_vec();
    let asker = Scrolling { answers: Answers::default(), looks: AtomicUsize::new(0), wanted: wanted.clone() };
    let about = About { draft: Box::new(explorer.draft()), typed: None };
    answers::answer(Effect::States { ticket: Ticket(1), about, first: all[..6].to_vec() }, &explorer, &asker);
    let mut found = Vec::new();
    for msg in asker.answers.0.into_inner().unwrap() {
        if let Msg::States { found: some, .. } = msg {
            found.extend(some.into_iter().map(|(target, _)| target));
        }
    }
    let place = |target: &TargetId| found.iter().position(|own| own == target).unwrap();
    assert_eq!(found.len(), all.len(), "every target once");
    assert!(all[..6].iter().all(|target| place(target) < 32), "{found:?}");
    assert!(wanted.iter().all(|target| (32..64).contains(&place(target))), "{found:?}");
}

#[test]
fn scrolling_asks_for_what_is_now_on_screen_while_targets_are_rendered() {
    let folder = tempfile::tempdir().unwrap();
    overlens::demo::create(&folder.path().join("shop"), &DemoOptions::default()).unwrap();
    let mut stage = Stage::unopened(folder, 80, 12);
    stage.begin();
    stage.press("G");
    assert!(stage.model.came_on_screen().is_none(), "everything is rendered");
    stage.press("g");
    stage.waiting = Some(Vec::new());
    stage.press("ctrl-r");
    let asked = stage.waiting.replace(Vec::new()).unwrap();
    let [Effect::Open { ticket }] = asked[..] else { panic!("{asked:?}") };
    let explorer = Explorer::open(&stage.root(), &OpenOptions::default()).unwrap();
    stage.send(answers::opened(ticket, Ok(&explorer)));
    let _ = stage.model.came_on_screen();
    stage.press("j");
    assert!(stage.model.came_on_screen().is_none(), "the rows are the same\n{}", stage.draw());
    stage.press("G");
    let Some(Effect::First { targets }) = stage.model.came_on_screen() else { panic!("{}", stage.draw()) };
    assert!(
        targets.iter().any(|target| &*target.service == "statement-scheduler"),
        "{targets:?}\n{}",
        stage.draw()
    );
    assert!(!targets.iter().any(|target| &*target.service == "account-migration"), "{targets:?}");
}

#[test]
fn a_file_of_the_catalog_that_breaks_is_said_on_every_screen_until_it_is_mended() {
    let mut stage = Stage::open(150, 32);
    let services = stage.root().join("catalog/services.yaml");
    let text = std::fs::read_to_string(&services).unwrap();
    stage.press("p");
    std::fs::write(&services, format!("{text}  - name: [half\n")).unwrap();
    stage.send(Msg::Stirred);
    assert!(stage.draw().contains("catalog/services.yaml:"), "{}", stage.draw());
    assert!(stage.draw().contains("never closed"), "{}", stage.draw());
    std::fs::write(&services, text).unwrap();
    stage.send(Msg::Stirred);
    assert!(!stage.draw().contains("never closed"), "{}", stage.draw());
}

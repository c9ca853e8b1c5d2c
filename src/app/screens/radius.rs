//! What a change does to all targets: classes of equal changes and groups of failures, while they are found and after.

use std::sync::Arc;

use crate::app::list::ListState;
use crate::app::popup::Tone;
use crate::app::words;
use crate::base::{Diagnostic, Severity};
use crate::edit::{Draft, Operation};
use crate::report::answer::{ChangeClass, FailureGroup, Member, Movable, Progress, Radius};

/// The change whose effect is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChangeAsked {
    /// A channel or pin moved to a ref, on top of what the draft holds.
    Move {
        /// What moves.
        movable: Movable,
        /// The ref, as it would be written.
        reference: Arc<str>,
    },
    /// The draft as it is.
    Draft,
}

impl ChangeAsked {
    /// The edit that it would be; nothing for the draft itself, and when the draft holds it already.
    #[must_use]
    pub fn missing_in(&self, draft: &Draft) -> Option<Operation> {
        let Self::Move { movable, reference } = self else { return None };
        let operation = movable.to(reference);
        let is_there = draft.unsaved_entries().iter().any(|entry| entry.operation == operation);
        (!is_there).then_some(operation)
    }
}

/// State of the screen.
#[derive(Clone, Debug)]
pub struct RadiusScreen {
    /// The change.
    pub change: ChangeAsked,
    /// The answer; while a newer one is on its way, the one before.
    pub radius: Option<Arc<Radius>>,
    /// Why there is no answer.
    pub failure: Option<Arc<Diagnostic>>,
    /// How far the answer has come.
    pub progress: Progress,
    /// What is listed.
    pub rows: Vec<RadiusRow>,
    /// Cursor in the rows.
    pub list: ListState,
    /// Which draft the answer was asked for with.
    pub generation: u64,
}

/// One line of the list.
#[derive(Clone, Debug)]
pub enum RadiusRow {
    /// Targets that newly fail for one cause.
    Fails(FailureGroup),
    /// Targets that change in one way.
    Class(Arc<ChangeClass>),
    /// Targets that fail before and after, now for another cause.
    FailsDifferently(FailureGroup),
    /// Targets with nothing to compare, and what becomes of them.
    Others {
        /// What becomes of them.
        what: &'static str,
        /// The targets.
        members: Vec<Member>,
    },
}

impl RadiusRow {
    /// The targets of the line.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match self {
            Self::Fails(group) | Self::FailsDifferently(group) => &group.members,
            Self::Class(class) => &class.members,
            Self::Others { members, .. } => members,
        }
    }

    /// What happens to them, in one line.
    #[must_use]
    pub fn summary(&self) -> &str {
        match self {
            Self::Fails(group) | Self::FailsDifferently(group) => &group.problem.message,
            Self::Class(class) => &class.summary,
            Self::Others { what, .. } => what,
        }
    }

    /// Who they are, in a few words.
    #[must_use]
    pub fn reach(&self) -> String {
        match self {
            Self::Fails(group) | Self::FailsDifferently(group) => group.reach.clone(),
            Self::Class(class) => class.reach.clone(),
            Self::Others { members, .. } => match members.as_slice() {
                [only] => only.target.to_string(),
                [first, rest @ ..] => format!("{} and {} more", first.target, rest.len()),
                [] => String::new(),
            },
        }
    }
}

impl RadiusScreen {
    /// A screen that waits for its answer.
    #[must_use]
    pub fn new(change: ChangeAsked) -> Self {
        Self {
            change,
            radius: None,
            failure: None,
            progress: Progress::default(),
            rows: Vec::new(),
            list: ListState::default(),
            generation: 0,
        }
    }

    /// Takes the answer.
    pub fn answered(&mut self, result: Result<Arc<Radius>, Arc<Diagnostic>>) {
        match result {
            Ok(radius) => {
                self.failure = None;
                self.rows = rows(&radius);
                self.radius = Some(radius);
            }
            Err(problem) => {
                self.failure = Some(problem);
                self.radius = None;
                self.rows.clear();
            }
        }
        self.list.select(self.list.cursor, self.rows.len());
    }

    /// The line under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&RadiusRow> {
        self.rows.get(self.list.cursor)
    }

    /// The class under the cursor.
    #[must_use]
    pub fn class(&self) -> Option<&Arc<ChangeClass>> {
        match self.current()? {
            RadiusRow::Class(class) => Some(class),
            _ => None,
        }
    }

    /// The classes.
    #[must_use]
    pub fn classes(&self) -> &[Arc<ChangeClass>] {
        self.radius.as_ref().map_or(&[], |radius| &radius.classes)
    }
}

/// What newly fails comes first, then what is special, then what is common, then what needs no review.
fn rows(radius: &Radius) -> Vec<RadiusRow> {
    let others = [
        ("come to be", &radius.appear),
        ("are gone", &radius.disappear),
        ("render again", &radius.newly_render),
        ("another ref, the same manifests", &radius.same_manifests),
    ];
    let others = others.into_iter().filter(|(_, members)| !members.is_empty());
    radius
        .failures
        .iter()
        .cloned()
        .map(RadiusRow::Fails)
        .chain(radius.outliers_first().cloned().map(RadiusRow::Class))
        .chain(radius.fail_differently.iter().cloned().map(RadiusRow::FailsDifferently))
        .chain(others.map(|(what, members)| RadiusRow::Others { what, members: members.clone() }))
        .collect()
}

/// What happens, in the words of the first line: `60 of 90 targets change`, `3 classes`, `2 newly fail`, ...
#[must_use]
pub fn headline(radius: &Radius) -> Vec<(Tone, String)> {
    let mut parts = Vec::new();
    let looked_at = words::count(radius.looked_at, "target");
    if radius.changed() == 0 {
        parts.push((Tone::Strong, format!("no manifest of {looked_at} changes")));
    } else {
        parts.push((Tone::Strong, format!("{} of {looked_at} change", radius.changed())));
        let classes = radius.classes.len();
        let classes = if classes == 1 { "1 class".to_owned() } else { format!("{classes} classes") };
        parts.push((Tone::Plain, classes));
    }
    let differently = radius.fail_differently.iter().map(|group| group.members.len()).sum();
    for (tone, number, what) in [
        (Tone::Problem, radius.newly_fail(), "newly fail"),
        (Tone::Problem, differently, "fail in another way"),
        (Tone::Good, radius.newly_render.len(), "render again"),
        (Tone::Warning, radius.appear.len(), "come to be"),
        (Tone::Warning, radius.disappear.len(), "are gone"),
    ] {
        if number > 0 {
            parts.push((tone, format!("{number} {what}")));
        }
    }
    let verdicts = radius.verdicts();
    let of = |severity| verdicts.iter().filter(move |(_, verdict)| verdict.severity == severity);
    let mut codes: Vec<(&str, usize)> = Vec::new();
    for (_, verdict) in of(Severity::Error) {
        match codes.iter_mut().find(|(code, _)| *code == verdict.code) {
            Some((_, number)) => *number += 1,
            None => codes.push((verdict.code, 1)),
        }
    }
    parts.extend(codes.into_iter().map(|(code, number)| (Tone::Problem, format!("{number} {code}"))));
    let warnings = of(Severity::Warning).count();
    if warnings > 0 {
        parts.push((Tone::Warning, words::count(warnings, "warning")));
    }
    if !radius.problems.is_empty() {
        let problems = words::count(radius.problems.len(), "new problem");
        parts.push((Tone::Warning, format!("{problems} in the catalog")));
    }
    if !radius.is_complete {
        parts.push((Tone::Warning, "not all targets were looked at".to_owned()));
    }
    parts
}

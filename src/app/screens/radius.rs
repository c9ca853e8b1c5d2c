//! What a change does to all targets: classes of equal changes and groups of failures, while they are found and after.

use std::sync::Arc;

use crate::app::list::ListState;
use crate::app::popup::Tone;
use crate::app::words;
use crate::base::{Diagnostic, Severity};
use crate::edit::{Draft, Operation};
use crate::report::answer::{
    Change, ChangeClass, ClassSoFar, FailureGroup, FieldGroup, LayerChoice, Member, Movable, Progress,
    Radius, SoFar,
};
use crate::report::radius::kinds;

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
    /// The layers in the work tree, against those of the commit that is checked out.
    Layers,
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

    /// The question about it; a move is asked about as a draft that holds it.
    #[must_use]
    pub fn question(&self) -> Change {
        match self {
            Self::Move { .. } | Self::Draft => Change::Draft,
            Self::Layers => Change::Layers {
                from: LayerChoice::At(Arc::from("HEAD")),
                to: LayerChoice::At(Arc::from(".")),
            },
        }
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
    /// Whether the changes of fields are listed, each once, instead of classes.
    pub by_field: bool,
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
    /// Such a class while targets are still looked at.
    ClassSoFar(Arc<ClassSoFar>),
    /// Targets with the same change of a field, whatever else changes in them.
    Field {
        /// The change.
        group: Arc<FieldGroup>,
        /// What happens where, in one line.
        line: String,
    },
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
            Self::ClassSoFar(class) => &class.members,
            Self::Field { group, .. } => &group.members,
            Self::Others { members, .. } => members,
        }
    }

    /// What happens to them, in one line.
    #[must_use]
    pub fn summary(&self) -> &str {
        match self {
            Self::Fails(group) | Self::FailsDifferently(group) => &group.problem.message,
            Self::Class(class) => &class.summary,
            Self::ClassSoFar(class) => &class.summary,
            Self::Field { line, .. } => line,
            Self::Others { what, .. } => what,
        }
    }

    /// Who they are, in a few words.
    #[must_use]
    pub fn reach(&self) -> String {
        match self {
            Self::Fails(group) | Self::FailsDifferently(group) if !group.reach.is_empty() => {
                group.reach.clone()
            }
            Self::Class(class) => class.reach.clone(),
            Self::Field { group, .. } => match group.classes.as_slice() {
                [only] => format!("class {}", only.letter),
                classes => format!("{} classes", classes.len()),
            },
            _ => match self.members() {
                [only] => only.target.to_string(),
                [first, rest @ ..] => format!("{} and {} more", first.target, rest.len()),
                [] => String::new(),
            },
        }
    }

    /// Whether a row of an earlier answer, or of what was found before, is about the same.
    fn is_same(&self, earlier: &Self) -> bool {
        let fingerprint = |row: &Self| match row {
            Self::Class(class) => Some(class.fingerprint.clone()),
            Self::ClassSoFar(class) => Some(class.fingerprint.clone()),
            _ => None,
        };
        match (self, earlier) {
            (Self::Field { group, .. }, Self::Field { group: earlier, .. }) => group.is_same(earlier),
            (Self::Others { what, .. }, Self::Others { what: earlier, .. }) => what == earlier,
            (Self::Fails(group), Self::Fails(earlier))
            | (Self::FailsDifferently(group), Self::FailsDifferently(earlier)) => {
                // The first member found need not be the first in the catalog; every member is in one group only.
                let first = earlier.members.first();
                first.is_some_and(|first| group.members.iter().any(|own| own.target == first.target))
            }
            _ => fingerprint(self).is_some() && fingerprint(self) == fingerprint(earlier),
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
            by_field: false,
            list: ListState::default(),
            generation: 0,
        }
    }

    /// Takes the answer.
    pub fn answered(&mut self, result: Result<Arc<Radius>, Arc<Diagnostic>>) {
        match result {
            Ok(radius) => {
                self.failure = None;
                self.replace(rows(&radius, self.by_field));
                self.radius = Some(radius);
            }
            Err(problem) => {
                self.failure = Some(problem);
                self.radius = None;
                self.replace(Vec::new());
            }
        }
    }

    /// Takes how far the answer has come and what was found. An answer that is there already, to the question before a
    /// change on disk, stays until the new one is complete.
    pub fn learns(&mut self, progress: Progress, so_far: SoFar) {
        self.progress = progress;
        // A question that begins anew has nothing yet: what is on screen is better than that.
        if self.radius.is_none() && self.failure.is_none() && progress.done > 0 {
            let failures = so_far.failures.into_iter().map(RadiusRow::Fails);
            self.replace(failures.chain(so_far.classes.into_iter().map(RadiusRow::ClassSoFar)).collect());
        }
    }

    /// Lists other rows. The cursor stays on what it is on; only on the first line, where nobody has chosen anything, it
    /// stays there.
    fn replace(&mut self, rows: Vec<RadiusRow>) {
        let chosen = self.current().filter(|_| self.list.cursor > 0);
        let place = chosen.and_then(|chosen| rows.iter().position(|row| row.is_same(chosen)));
        self.rows = rows;
        self.list.select(place.unwrap_or(self.list.cursor), self.rows.len());
    }

    /// Lists classes, or the changes of fields.
    pub fn toggle_fields(&mut self) {
        self.by_field = !self.by_field;
        if let Some(radius) = self.radius.clone() {
            self.list.select(0, self.rows.len());
            self.replace(rows(&radius, self.by_field));
        }
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
fn rows(radius: &Radius, by_field: bool) -> Vec<RadiusRow> {
    let others = [
        ("come to be", &radius.appear),
        ("are gone", &radius.disappear),
        ("render again", &radius.newly_render),
        ("another ref, the same manifests", &radius.same_manifests),
    ];
    let others = others.into_iter().filter(|(_, members)| !members.is_empty());
    let changes: Vec<RadiusRow> = if by_field {
        let row = |group: FieldGroup| {
            let line = format!("{}{}", kinds(&group), group.words);
            RadiusRow::Field { group: Arc::new(group), line }
        };
        radius.by_field().into_iter().map(row).collect()
    } else {
        radius.outliers_first().cloned().map(RadiusRow::Class).collect()
    };
    radius
        .failures
        .iter()
        .cloned()
        .map(RadiusRow::Fails)
        .chain(changes)
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

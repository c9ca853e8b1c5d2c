//! One class of equal changes: its members, what changes and who changed it, and the difference of one member.

use std::sync::Arc;

use crate::app::list::{ListState, Motion};
use crate::base::{Diagnostic, Severity};
use crate::catalog::{Address, TargetId};
use crate::diff::{Identity, Status};
use crate::report::answer::{Cause, ChangeClass, MemberChange, ResourceChange, Verdict};

use super::DiffScreen;
use super::radius::ChangeAsked;

/// The part of the screen that has the keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ClassPane {
    /// The members.
    Members,
    /// Verdicts, and what changes.
    Changes,
    /// The difference.
    #[default]
    Text,
}

/// State of the screen.
#[derive(Clone, Debug)]
pub struct ClassScreen {
    /// The change that it is a class of.
    pub change: ChangeAsked,
    /// The class.
    pub class: Arc<ChangeClass>,
    /// Cursor in the members.
    pub members: ListState,
    /// Verdicts, then what changes in the member that is shown.
    pub entries: Vec<Entry>,
    /// Cursor in the entries.
    pub changes: ListState,
    /// The difference of the member.
    pub diff: DiffScreen,
    /// Index of the member whose difference is shown; another one may be on its way.
    pub shown: usize,
    /// Why the member cannot be shown.
    pub failure: Option<Arc<Diagnostic>>,
    /// The part that has the keys.
    pub pane: ClassPane,
    /// Which draft the answer was asked for with.
    pub generation: u64,
}

/// A verdict or a changed field, with its cause.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// How bad it is; only verdicts say that.
    pub severity: Option<Severity>,
    /// What happens to the resource.
    pub status: Status,
    /// The resource.
    pub resource: Identity,
    /// The field; empty for the whole resource.
    pub path: String,
    /// What it is about, in front of the path: a verdict's name, or kind and name of the resource.
    pub title: String,
    /// What happens, behind the path.
    pub words: String,
    /// Who changed it.
    pub cause: Option<Cause>,
}

impl Entry {
    /// The field as far as it is to be named: the words of a verdict name it themselves.
    #[must_use]
    pub fn shown_path(&self) -> &str {
        if self.severity.is_some() { "" } else { &self.path }
    }

    /// Everything in one line.
    #[must_use]
    pub fn line(&self) -> String {
        let parts = [&self.title, self.shown_path(), &self.words];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
    }

    /// The key of the field, without what leads there.
    #[must_use]
    pub fn last_key(&self) -> Option<&str> {
        last_key(&self.path)
    }
}

impl ClassScreen {
    /// The class with the difference of its first member.
    #[must_use]
    pub fn new(change: ChangeAsked, class: Arc<ChangeClass>, generation: u64) -> Self {
        let target = class.representative().cloned().unwrap_or_else(|| TargetId::new("", "", ""));
        let address = Address { target, reference: None };
        let mut diff = DiffScreen::new(address.clone(), address);
        diff.show(class.difference.clone(), class.places.clone());
        Self {
            change,
            entries: entries(&class.verdicts, &class.resources),
            class,
            members: ListState::default(),
            changes: ListState::default(),
            diff,
            shown: 0,
            failure: None,
            pane: ClassPane::Text,
            generation,
        }
    }

    /// The member under the cursor.
    #[must_use]
    pub fn member(&self) -> Option<&TargetId> {
        self.class.members.get(self.members.cursor).map(|member| &member.target)
    }

    /// Whether the difference on screen is that of the member under the cursor.
    #[must_use]
    pub const fn is_shown(&self) -> bool {
        self.shown == self.members.cursor
    }

    /// Takes the answer for a member.
    pub fn answered(&mut self, result: Result<Arc<MemberChange>, Arc<Diagnostic>>) {
        match result {
            Ok(change) => {
                let target = &change.member.target;
                let at = self.class.members.iter().position(|member| member.target == *target);
                self.failure = None;
                self.shown = at.unwrap_or(self.shown);
                self.diff.show(change.difference.clone(), change.places.clone());
                self.entries = entries(&self.class.verdicts, &change.resources);
                self.changes.select(self.changes.cursor, self.entries.len());
            }
            Err(problem) => self.failure = Some(problem),
        }
    }

    /// Goes to another member; whether its difference has to be asked for.
    pub fn select_member(&mut self, index: usize) -> bool {
        let before = self.members.cursor;
        self.members.select(index, self.class.members.len());
        before != self.members.cursor
    }

    /// Goes to an entry and shows its place in the difference.
    pub fn select_entry(&mut self, index: usize) {
        self.changes.select(index, self.entries.len());
        if let Some(entry) = self.entries.get(self.changes.cursor) {
            self.diff.show_field(&entry.resource, last_key(&entry.path));
        }
    }

    /// Moves in the part that has the keys; whether another member's difference has to be asked for.
    pub fn motion(&mut self, motion: Motion) -> bool {
        match self.pane {
            ClassPane::Members => {
                let before = self.members.cursor;
                self.members.motion(motion, self.class.members.len());
                before != self.members.cursor
            }
            ClassPane::Changes => {
                self.changes.motion(motion, self.entries.len());
                self.select_entry(self.changes.cursor);
                false
            }
            ClassPane::Text => {
                self.diff.in_text = true;
                self.diff.motion(motion);
                false
            }
        }
    }

    /// Gives the keys to the next or previous part.
    pub fn next_pane(&mut self, forward: bool) {
        self.pane = match (self.pane, forward) {
            (ClassPane::Members, true) | (ClassPane::Text, false) => ClassPane::Changes,
            (ClassPane::Changes, true) | (ClassPane::Members, false) => ClassPane::Text,
            (ClassPane::Text, true) | (ClassPane::Changes, false) => ClassPane::Members,
        };
    }
}

/// What people should know, the worst first, then everything that changes.
#[must_use]
pub fn entries(verdicts: &[Verdict], resources: &[ResourceChange]) -> Vec<Entry> {
    let judged = verdicts.iter().map(|verdict| Entry {
        severity: Some(verdict.severity),
        status: Status::Changed,
        resource: verdict.resource.clone(),
        path: verdict.path.clone(),
        title: verdict.code.to_owned(),
        words: verdict.words.clone(),
        cause: verdict.cause.clone(),
    });
    let changed = resources.iter().flat_map(|resource| {
        resource.fields.iter().map(|field| Entry {
            severity: None,
            status: resource.status,
            resource: resource.identity.clone(),
            path: field.path.clone(),
            title: format!("{} {}", resource.identity.kind, resource.identity.name),
            words: change_words(resource, &field.path, field.old.as_deref(), field.new.as_deref()),
            cause: field.cause.clone(),
        })
    });
    judged.chain(changed).collect()
}

fn change_words(resource: &ResourceChange, path: &str, old: Option<&str>, new: Option<&str>) -> String {
    match (path, resource.status) {
        ("", Status::Added) => return "added".to_owned(),
        ("", Status::Removed) => return "removed".to_owned(),
        ("", _) => return "changed".to_owned(),
        _ => {}
    }
    match (old, new) {
        // Both are masked.
        (Some(old), Some(new)) if old == new => format!("{new} changed"),
        (Some(old), Some(new)) => format!("{old} → {new}"),
        (None, Some(new)) => format!("{new} added"),
        (Some(old), None) => format!("{old} removed"),
        (None, None) => "changed".to_owned(),
    }
}

/// The key at the end of a path: `image` of `spec.containers[name=app].image`.
fn last_key(path: &str) -> Option<&str> {
    let mut inside = false;
    let mut start = 0;
    for (at, letter) in path.char_indices() {
        match letter {
            '[' => inside = true,
            ']' => inside = false,
            '.' if !inside => start = at + 1,
            _ => {}
        }
    }
    let key = path[start..].split('[').next().unwrap_or_default();
    (!key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_key_of_a_path_is_found_behind_conditions() {
        assert_eq!(last_key("spec.containers[name=app.v1].image"), Some("image"));
        assert_eq!(last_key("spec.args[2]"), Some("args"));
        assert_eq!(last_key(""), None);
    }
}

//! Everything that the screen remembers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::{Diagnostic, RepoPath};
use crate::catalog::{Address, TargetId};
use crate::edit::{CatalogFiles, Draft};
use crate::report::answer::{Overview, Progress, TargetState};

use super::command::Scope;
use super::editing::Editing;
use super::keymap::Keymap;
use super::message::{About, Effect, Lane, Ticket};
use super::popup::{Popup, Tone};
use super::promote;
use super::screens::services::{Edited, Known};
use super::screens::{Screen, ServicesScreen};

/// What was chosen when the program was started.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// Nothing is ever written.
    pub readonly: bool,
    /// Only ASCII signs.
    pub ascii: bool,
    /// The mouse is used.
    pub mouse: bool,
    /// Name of the theme.
    pub theme: String,
    /// Names of all themes.
    pub themes: Vec<String>,
    /// Seconds since 1970 when the program started; ages are told from here.
    pub now: i64,
}

/// How far opening has come.
#[derive(Clone, Debug, Default)]
pub enum Phase {
    /// Being opened.
    #[default]
    Opening,
    /// Cannot be opened.
    Failed(Arc<Diagnostic>),
    /// Open; the catalog may still be on its way.
    Open,
}

/// A message to the person, until the next key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// What is said.
    pub text: String,
}

/// How much fits on the screen, as the view found out before drawing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Measures {
    /// Rows of the first pane.
    pub first: usize,
    /// Rows of the second pane.
    pub second: usize,
    /// Rows of the third pane.
    pub third: usize,
    /// Rows of the popup.
    pub popup: usize,
    /// Whether the table of services has one cell for each environment only.
    pub compact: bool,
    /// Whether a comparison is drawn unified.
    pub unified: bool,
}

/// Everything that the screen remembers.
#[derive(Debug)]
pub struct Model {
    /// What was chosen when the program was started.
    pub options: Options,
    /// The keys.
    pub keymap: Keymap,
    /// How far opening has come.
    pub phase: Phase,
    /// The catalog and the ladders; while newer ones are on their way, the ones before.
    pub overview: Option<Arc<Overview>>,
    /// Whether each target renders.
    pub states: BTreeMap<TargetId, TargetState>,
    /// Targets of the overview that render and that fail, by [`Self::states`].
    counted: (usize, usize),
    /// The catalog was read from a ref, so that edits can be tried and not written.
    pub catalog_at_ref: bool,
    /// Edits that are not written.
    pub draft: Draft,
    /// The edit that is being typed.
    pub editing: Option<Editing>,
    /// The first screen.
    pub services: ServicesScreen,
    /// The screens above it; the last one is on top.
    pub stack: Vec<Screen>,
    /// Fingerprints of the change classes that were reviewed, for as long as the program runs.
    pub reviewed: BTreeSet<String>,
    /// What lies over the screen.
    pub popup: Option<Popup>,
    /// A message to the person.
    pub notice: Option<Notice>,
    /// Problems of the user's own files, shown with those of the catalog.
    pub own_problems: Vec<Diagnostic>,
    /// What fits on the screen.
    pub measures: Measures,
    /// Changes whenever the answers would: with each edit, undo and reload.
    pub generation: u64,
    /// Targets that were on screen when the runtime was last told.
    seen: Vec<TargetId>,
    last_ticket: Ticket,
    waiting: BTreeMap<Lane, Ticket>,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            options: Options::default(),
            keymap: Keymap::default(),
            phase: Phase::Opening,
            overview: None,
            states: BTreeMap::new(),
            counted: (0, 0),
            catalog_at_ref: false,
            // Replaced as soon as the platform is open and says where its files are.
            draft: Draft::new(CatalogFiles::in_directory(&RepoPath::root())),
            editing: None,
            services: ServicesScreen::default(),
            stack: Vec::new(),
            reviewed: BTreeSet::new(),
            popup: None,
            notice: None,
            own_problems: Vec::new(),
            measures: Measures::default(),
            generation: 0,
            seen: Vec::new(),
            last_ticket: Ticket::default(),
            waiting: BTreeMap::new(),
        }
    }
}

impl Model {
    /// A model before anything is known.
    #[must_use]
    pub fn new(options: Options, keymap: Keymap) -> Self {
        Self { options, keymap, ..Self::default() }
    }

    /// The scopes whose commands work now, narrowest first.
    #[must_use]
    pub fn scopes(&self) -> [Scope; 4] {
        match &self.popup {
            Some(Popup::Question(_)) => [Scope::Question, Scope::Motion, Scope::Question, Scope::Question],
            Some(Popup::Page(_)) => [Scope::Explain, Scope::Motion, Scope::Global, Scope::Global],
            _ => [self.screen_scope(), self.inner_scope(), Scope::Motion, Scope::Global],
        }
    }

    /// The scope of the screen on top.
    #[must_use]
    pub fn screen_scope(&self) -> Scope {
        self.stack.last().map_or(Scope::Services, Screen::scope)
    }

    /// The scope of what the screen on top holds: a class holds a comparison. Its own scope when it holds nothing.
    #[must_use]
    pub fn inner_scope(&self) -> Scope {
        match self.stack.last() {
            Some(Screen::Class(_)) => Scope::Diff,
            _ => self.screen_scope(),
        }
    }

    /// Why nothing can be written, if so.
    #[must_use]
    pub const fn unwritable(&self) -> Option<&'static str> {
        match (self.options.readonly, self.catalog_at_ref) {
            (true, _) => Some("opened read-only"),
            (false, true) => Some("the catalog is that of a ref, not of the work tree"),
            (false, false) => None,
        }
    }

    /// Says something in the message line.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.notice = Some(Notice { tone, text: text.into() });
    }

    /// What every question is asked about: the draft and the edit that is being typed, as far as it is one.
    #[must_use]
    pub fn about(&self) -> About {
        let typed = self.editing.as_ref().and_then(|editing| editing.operation().ok().flatten());
        About { draft: Box::new(self.draft.clone()), typed }
    }

    /// Number of changes that are not written. Taking back what was written is one too.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.draft.unsaved_entries().len().max(usize::from(self.draft.is_unsaved()))
    }

    /// A number for a new question, which makes all older ones of the same kind worthless.
    pub(super) fn ask(&mut self, lane: Lane) -> Ticket {
        self.last_ticket.0 += 1;
        self.waiting.insert(lane, self.last_ticket);
        self.last_ticket
    }

    /// Whether an answer is to the newest question of its kind. It is then no longer waited for.
    pub(super) fn expects(&mut self, lane: Lane, ticket: Ticket) -> bool {
        let newest = self.waiting.get(&lane) == Some(&ticket);
        if newest {
            self.waiting.remove(&lane);
        }
        newest
    }

    /// Waits no longer for an answer of this kind; whether one was waited for.
    pub(super) fn forget(&mut self, lane: Lane) -> bool {
        self.waiting.remove(&lane).is_some()
    }

    /// Whether a question of this kind is still open and this is its number.
    pub(super) fn awaits(&self, lane: Lane, ticket: Ticket) -> bool {
        self.waiting.get(&lane) == Some(&ticket)
    }

    /// Whether an answer of this kind is on its way.
    #[must_use]
    pub fn is_waiting(&self, lane: Lane) -> bool {
        self.waiting.contains_key(&lane)
    }

    /// Whether anything is being worked on.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Targets that render, that are being worked on, and that fail.
    #[must_use]
    pub fn tally(&self) -> (usize, usize, usize) {
        let (ready, failed) = self.counted;
        let all = self.overview.as_ref().map_or(0, |overview| overview.resolutions.len());
        (ready, all.saturating_sub(ready + failed), failed)
    }

    /// The targets that do not render, and why.
    #[must_use]
    pub fn failed(&self) -> BTreeMap<TargetId, Arc<Diagnostic>> {
        let failed = self.states.iter().filter_map(|(target, state)| match state {
            TargetState::Failed(problem) => Some((target.clone(), problem.clone())),
            TargetState::Queued | TargetState::Ready { .. } => None,
        });
        failed.collect()
    }

    /// Counts the targets of a new overview.
    pub(super) fn count(&mut self) {
        let mut counted = (0, 0);
        for resolution in self.overview.iter().flat_map(|overview| &overview.resolutions) {
            add(&mut counted, self.states.get(&resolution.target), 1);
        }
        self.counted = counted;
    }

    /// Takes what came of targets. A fleet has tens of thousands of them, so only what depends on states is done again.
    pub(super) fn learn(&mut self, found: Vec<(TargetId, TargetState)>) {
        self.services.stale |= self.services.depends_on_states();
        for (target, state) in found {
            let is_ours =
                self.overview.as_ref().is_some_and(|overview| overview.resolution(&target).is_some());
            if is_ours {
                add(&mut self.counted, Some(&state), 1);
            }
            let before = self.states.insert(target, state);
            if is_ours {
                add(&mut self.counted, before.as_ref(), -1);
            }
        }
    }

    /// All problems that are not those of one target.
    #[must_use]
    pub fn problems(&self) -> Vec<&Diagnostic> {
        let catalog = self.overview.iter().flat_map(|overview| &overview.diagnostics);
        self.own_problems.iter().chain(catalog).collect()
    }

    /// The target that the person is looking at.
    #[must_use]
    pub fn focus(&self) -> Option<Address> {
        match self.stack.last() {
            Some(Screen::Target(screen)) => Some(screen.address.clone()),
            Some(Screen::Diff(screen)) => Some(screen.right.clone()),
            Some(Screen::Draft(screen)) => screen.focus.clone(),
            Some(Screen::Parity(screen)) => {
                let (primary, secondary) = screen.targets();
                secondary.or(primary)
            }
            Some(Screen::Class(screen)) => {
                screen.member().map(|target| Address { target: target.clone(), reference: None })
            }
            Some(Screen::Pins(_) | Screen::Movables(_) | Screen::Candidates(_) | Screen::Radius(_)) => None,
            None => {
                let resolution = self.services.target(self.overview.as_ref()?)?;
                Some(Address { target: resolution.target.clone(), reference: None })
            }
        }
    }

    /// Takes in how much fits, works out what has become stale, and keeps every cursor on screen.
    pub fn measure(&mut self, measures: Measures) {
        self.measures = measures;
        self.settle();
        let Measures { first, second, third, popup, .. } = measures;
        match self.stack.last_mut() {
            None => self.services.list.fit(first, self.services.rows.len()),
            Some(Screen::Target(screen)) => {
                screen.resources.fit(first, screen.documents().len());
                screen.text.fit(second, screen.lines.len());
                screen.other.fit(second, screen.other_length());
            }
            Some(Screen::Diff(screen)) => screen.fit(first, second, measures.unified),
            Some(Screen::Draft(screen)) => screen.fit(first, second),
            Some(Screen::Movables(screen)) => screen.list.fit(first, screen.rows.len()),
            Some(Screen::Candidates(screen)) => screen.list.fit(first, screen.found.len()),
            Some(Screen::Radius(screen)) => screen.list.fit(first, screen.rows.len()),
            Some(Screen::Class(screen)) => {
                screen.members.fit(first, screen.class.members.len());
                screen.changes.fit(third, screen.entries.len());
                screen.diff.fit(0, second, measures.unified);
            }
            Some(Screen::Pins(_)) => {}
            Some(Screen::Parity(screen)) => screen.list.fit(first, screen.rows.len()),
        }
        match &mut self.popup {
            Some(Popup::Help(finder) | Popup::Palette(finder)) => finder.list.fit(popup, finder.found.len()),
            Some(Popup::Themes(finder)) => finder.list.fit(popup, finder.found.len()),
            Some(Popup::Address { finder, .. }) => finder.list.fit(popup, finder.found.len()),
            Some(Popup::Values(finder)) => finder.list.fit(popup, finder.found.len()),
            Some(Popup::Layers { finder, .. }) => finder.list.fit(popup, finder.found.len()),
            Some(Popup::Regions(finder)) => finder.list.fit(popup, finder.found.len()),
            Some(Popup::Page(page)) => page.list.height = popup,
            Some(Popup::Question(question)) => question.list.height = popup,
            None => {}
        }
    }

    /// What is to be rendered first from now on: targets that have come on screen while all are rendered, as by scrolling or by
    /// a filter. To be asked for after [`Self::measure`].
    pub fn came_on_screen(&mut self) -> Option<Effect> {
        if !self.stack.is_empty() || !self.is_waiting(Lane::States) {
            return None;
        }
        let targets = self.services.on_screen(self.overview.as_ref()?);
        if targets == self.seen {
            return None;
        }
        self.seen.clone_from(&targets);
        Some(Effect::First { targets })
    }

    /// Works out what messages have made stale: once for a burst of them.
    pub fn settle(&mut self) {
        if !self.services.stale {
            return;
        }
        if let Some(overview) = self.overview.clone() {
            let edited = self.edited();
            self.services.rebuild(&overview, Known { states: &self.states, edited: &edited });
        }
    }

    /// What the draft touches, for badges and filters.
    #[must_use]
    pub fn edited(&self) -> DraftTouches {
        let services = self
            .draft
            .unsaved_entries()
            .iter()
            .filter_map(|entry| super::editing::service_of(&entry.operation));
        DraftTouches { services: services.map(str::to_owned).collect() }
    }

    /// Opens a screen above the others and asks for what it shows.
    pub(super) fn open(&mut self, screen: Screen) -> Vec<Effect> {
        self.stack.push(screen);
        self.refresh_view().into_iter().collect()
    }

    /// Asks for what the screen on top shows.
    pub(super) fn refresh_view(&mut self) -> Option<Effect> {
        let generation = self.generation;
        let (lane, about) = match self.stack.last()? {
            Screen::Target(_) | Screen::Diff(_) | Screen::Candidates(_) | Screen::Parity(_) => {
                (Lane::View, self.about())
            }
            Screen::Draft(_) => (Lane::Preview, self.about()),
            // What was asked about this draft is answered, or will be.
            Screen::Radius(screen)
                if screen.generation == generation
                    && (screen.radius.is_some()
                        || screen.failure.is_some()
                        || self.is_waiting(Lane::Radius)) =>
            {
                return None;
            }
            Screen::Radius(screen) => (Lane::Radius, promote::about(self, &screen.change)),
            Screen::Class(screen) => (Lane::View, promote::about(self, &screen.change)),
            Screen::Pins(_) | Screen::Movables(_) => return None,
        };
        let ticket = self.ask(lane);
        match self.stack.last_mut()? {
            Screen::Target(screen) => {
                screen.generation = generation;
                Some(Effect::Target { ticket, address: screen.address.clone(), about })
            }
            Screen::Diff(screen) => {
                screen.generation = generation;
                Some(Effect::Compare {
                    ticket,
                    left: screen.left.clone(),
                    right: screen.right.clone(),
                    about,
                })
            }
            Screen::Draft(screen) => {
                screen.generation = generation;
                Some(Effect::Preview { ticket, about, focus: screen.focus.clone() })
            }
            Screen::Parity(screen) => {
                screen.generation = generation;
                Some(Effect::Parity { ticket, query: screen.query.clone(), about })
            }
            Screen::Candidates(screen) => {
                screen.generation = generation;
                Some(Effect::Candidates { ticket, movable: screen.movable.clone(), about })
            }
            Screen::Radius(screen) => {
                screen.generation = generation;
                screen.progress = Progress::default();
                Some(Effect::Radius { ticket, change: screen.change.question(), about })
            }
            Screen::Class(screen) => {
                screen.generation = generation;
                let (target, change) = (screen.member()?.clone(), screen.change.question());
                Some(Effect::Member { ticket, target, change, about })
            }
            Screen::Pins(_) | Screen::Movables(_) => None,
        }
    }
}

fn add(counted: &mut (usize, usize), state: Option<&TargetState>, more: isize) {
    match state {
        Some(TargetState::Ready { .. }) => counted.0 = counted.0.saturating_add_signed(more),
        Some(TargetState::Failed(_)) => counted.1 = counted.1.saturating_add_signed(more),
        Some(TargetState::Queued) | None => {}
    }
}

/// The services that a draft touches.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DraftTouches {
    services: std::collections::BTreeSet<String>,
}

impl Edited for DraftTouches {
    fn service(&self, name: &str) -> bool {
        self.services.contains(name)
    }
}

//! Answers to the questions of the model, from the explorer: what workers do off the screen's thread, and tests at once.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustc_hash::FxHashSet;

use crate::app::{About, DraftChange, Effect, Msg, Ticket};
use crate::base::{Cancel, Diagnostic};
use crate::catalog::TargetId;
use crate::edit::Draft;
use crate::explorer::Explorer;
use crate::report::answer::{Change, Overview, Progress, Radius, SoFar, TargetScope};

/// Where answers go, and whether anybody still wants them.
pub trait Asker: Sync {
    /// Takes an answer.
    fn answer(&self, msg: Msg);

    /// Whether a newer question makes the rest of this answer worthless.
    fn is_stale(&self) -> bool;

    /// The wish that ends the work on this question.
    fn cancel(&self) -> Cancel {
        Cancel::default()
    }

    /// Targets that are wanted before all others that are left, when that has changed.
    fn first(&self) -> Option<Vec<TargetId>> {
        None
    }

    /// Whether this is the first time that targets are rendered after a change on disk.
    fn after_a_stir(&self) -> bool {
        false
    }
}

/// Answers a question; what is no question for the explorer is ignored.
pub fn answer(effect: Effect, explorer: &Explorer, asker: &dyn Asker) {
    match effect {
        Effect::Overview { ticket, about } => {
            let result = applied(about, explorer).map(|draft| explorer.overview(&draft));
            asker.answer(Msg::Overview { ticket, result });
        }
        Effect::States { ticket, about, first } => {
            let moved = applied(about, explorer)
                .ok()
                .and_then(|draft| states(ticket, &draft, first, explorer, asker));
            asker.answer(Msg::StatesDone { ticket, moved: moved.filter(|_| asker.after_a_stir()) });
        }
        Effect::Target { ticket, address, about } => {
            let result = applied(about, explorer).map(|draft| explorer.target(&address, &draft));
            asker.answer(Msg::Target { ticket, result });
        }
        Effect::Compare { ticket, left, right, about } => {
            let result = applied(about, explorer).map(|draft| explorer.compare(&left, &right, &draft));
            asker.answer(Msg::Compared { ticket, result });
        }
        Effect::Parity { ticket, query, about } => {
            let result = applied(about, explorer).and_then(|draft| explorer.parity(&query, &draft));
            asker.answer(Msg::Parity { ticket, result });
        }
        Effect::Preview { ticket, about, focus } => {
            let result = applied(about, explorer)
                .and_then(|draft| explorer.preview_until(&draft, focus.as_ref(), &asker.cancel()));
            asker.answer(Msg::Previewed { ticket, result });
        }
        Effect::Explain { ticket, address, line, about } => {
            let blame = applied(about, explorer).and_then(|draft| explorer.blame(&address, &draft));
            let history = blame.ok().and_then(|mut blame| {
                (line < blame.lines.len()).then(|| blame.lines.swap_remove(line).history)
            });
            asker.answer(Msg::Explained { ticket, line, history: history.unwrap_or_default() });
        }
        Effect::Candidates { ticket, movable, about } => {
            let result = applied(about, explorer).and_then(|draft| explorer.candidates(&movable, &draft));
            asker.answer(Msg::Candidates { ticket, result });
        }
        Effect::Radius { ticket, change, about } => {
            let result =
                applied(about, explorer).and_then(|draft| radius(ticket, &change, &draft, explorer, asker));
            asker.answer(Msg::Radius { ticket, result });
        }
        Effect::Member { ticket, target, change, about } => {
            let result =
                applied(about, explorer).and_then(|draft| explorer.member_change(&change, &draft, &target));
            asker.answer(Msg::Member { ticket, result });
        }
        Effect::Write { ticket, mut draft } => {
            let result = explorer.write(&mut draft).map_err(Box::new);
            asker.answer(Msg::Written { ticket, draft, result });
        }
        // The loop does everything else itself.
        Effect::CallOff(_)
        | Effect::First { .. }
        | Effect::Open { .. }
        | Effect::Change { .. }
        | Effect::Copy(_)
        | Effect::UseTheme(_)
        | Effect::UseMouse(_)
        | Effect::Suspend
        | Effect::Redraw
        | Effect::Quit => {}
    }
}

/// The answer to "is it open".
#[must_use]
pub fn opened(ticket: Ticket, result: Result<&Explorer, Diagnostic>) -> Msg {
    let result = result.map(|explorer| (Box::new(explorer.draft()), explorer.is_writable()));
    Msg::Opened { ticket, result: result.map_err(Arc::new) }
}

/// Changes a draft. It only applies operations to the text of a few files, so that the screen can wait for it.
#[must_use]
pub fn change(explorer: Option<&Explorer>, mut draft: Box<Draft>, change: DraftChange) -> Msg {
    let result = match explorer {
        Some(explorer) => {
            let source = explorer.catalog_source();
            let done = match &change {
                DraftChange::Push(operation) => draft.push(operation.clone(), &*source).map(drop),
                DraftChange::Discard(at) => draft.discard(*at, &*source),
            };
            done.map(|()| draft).map_err(|error| Arc::new(error.diagnostic()))
        }
        None => Err(Arc::new(Diagnostic::error("screen/not-open", "the platform is not open yet"))),
    };
    Msg::Changed { change, result }
}

/// The draft with the edit that is being typed.
fn applied(about: About, explorer: &Explorer) -> Result<Box<Draft>, Arc<Diagnostic>> {
    let About { mut draft, typed } = about;
    if let Some(operation) = typed {
        draft.push(operation, &*explorer.catalog_source()).map_err(|error| Arc::new(error.diagnostic()))?;
    }
    Ok(draft)
}

/// How often it is said how far a question has come and what was found.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// What a change does to all targets; says how far it has come, and stops as soon as there is a newer question.
fn radius(
    ticket: Ticket,
    change: &Change,
    draft: &Draft,
    explorer: &Explorer,
    asker: &dyn Asker,
) -> Result<Arc<Radius>, Arc<Diagnostic>> {
    let cancel = asker.cancel();
    let told: Mutex<Option<Instant>> = Mutex::new(None);
    let progress = |progress: Progress, so_far: &dyn Fn() -> SoFar| {
        if asker.is_stale() {
            cancel.cancel();
        }
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = told.is_none_or(|told| told.elapsed() >= TELL_EVERY) || progress.done == progress.total;
        if is_due {
            *told = Some(Instant::now());
            asker.answer(Msg::Progress { ticket, progress, so_far: so_far() });
        }
    };
    explorer.radius(change, draft, &TargetScope::default(), &progress, &cancel)
}

/// States are told together, so that a fleet costs a message now and then and not one for each target.
const TOGETHER: Duration = Duration::from_millis(30);

/// So many targets are rendered before it is looked whether others are wanted first.
const AT_ONCE: usize = 32;

/// Renders every target and says of each how it went, those on screen first, also when others come on screen meanwhile; stops as
/// soon as there is a newer question. Returns how many come to something else than the last time.
fn states(
    ticket: Ticket,
    draft: &Draft,
    first: Vec<TargetId>,
    explorer: &Explorer,
    asker: &dyn Asker,
) -> Option<usize> {
    let overview = explorer.overview(draft);
    let mut order = Order::new(&overview, first);
    let waiting = Mutex::new((Vec::new(), Instant::now()));
    let moved = AtomicUsize::new(0);
    let cancel = asker.cancel();
    loop {
        if let Some(first) = asker.first() {
            order.prefer(first);
        }
        let next = order.next(AT_ONCE);
        if next.is_empty() {
            break;
        }
        let is_done = explorer.states_of(&next, draft, &cancel, &|target, state, has_moved| {
            moved.fetch_add(usize::from(has_moved), Ordering::Relaxed);
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let (found, since) = &mut *waiting;
            found.push((target.clone(), state));
            if since.elapsed() >= TOGETHER {
                *since = Instant::now();
                asker.answer(Msg::States { ticket, found: std::mem::take(found) });
            }
        });
        if !is_done {
            return None;
        }
    }
    let (found, _) = waiting.into_inner().unwrap_or_else(PoisonError::into_inner);
    if !asker.is_stale() && !found.is_empty() {
        asker.answer(Msg::States { ticket, found });
    }
    Some(moved.into_inner())
}

/// The targets that are left, in the order in which they are to be rendered.
struct Order {
    /// Those that are wanted before all others; some may be done.
    first: VecDeque<TargetId>,
    /// All of them, in the order of the catalog; some may be done.
    others: VecDeque<TargetId>,
    left: FxHashSet<TargetId>,
}

impl Order {
    fn new(overview: &Overview, first: Vec<TargetId>) -> Self {
        let all = overview.resolutions.iter().map(|resolution| resolution.target.clone());
        let others: VecDeque<TargetId> = all.collect();
        let left = others.iter().cloned().collect();
        Self { first: first.into(), others, left }
    }

    /// What is wanted first from now on.
    fn prefer(&mut self, first: Vec<TargetId>) {
        self.first = first.into();
    }

    /// The next targets; none when none are left.
    fn next(&mut self, most: usize) -> Vec<TargetId> {
        let mut next = Vec::new();
        while next.len() < most
            && let Some(target) = self.first.pop_front().or_else(|| self.others.pop_front())
        {
            if self.left.remove(&target) {
                next.push(target);
            }
        }
        next
    }
}

//! Work off the screen's thread: one thread for each kind of question, and in each only the newest question counts.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use rayon::prelude::*;
use tokio::sync::mpsc::UnboundedSender;

use crate::app::{About, DraftChange, Effect, Lane, Msg, Ticket};
use crate::base::Diagnostic;
use crate::edit::Draft;
use crate::explorer::Explorer;
use crate::report::answer::WriteFailure;

/// Opens the platform; run on a worker, as it reads the disk.
pub type Opener = dyn Fn() -> Result<Explorer, Diagnostic> + Send + Sync;

/// Answers questions on threads of their own.
pub(super) struct Workers {
    shared: Arc<Shared>,
    mailboxes: Vec<(Lane, Arc<Mailbox>)>,
}

struct Shared {
    opener: Box<Opener>,
    explorer: Mutex<Option<Explorer>>,
    inbox: UnboundedSender<Msg>,
}

/// Holds the newest question of a kind; an older one that was not begun is forgotten.
#[derive(Default)]
struct Mailbox {
    newest: Mutex<Option<Effect>>,
    arrived: Condvar,
}

const LANES: [Lane; 6] = [Lane::Open, Lane::Overview, Lane::States, Lane::View, Lane::Preview, Lane::Write];

impl Workers {
    /// Starts the threads. They end with the program.
    pub(super) fn start(opener: Box<Opener>, inbox: UnboundedSender<Msg>) -> Self {
        let shared = Arc::new(Shared { opener, explorer: Mutex::new(None), inbox });
        let mailboxes = LANES.map(|lane| {
            let (mailbox, shared) = (Arc::new(Mailbox::default()), shared.clone());
            let own = mailbox.clone();
            // A thread that cannot be started leaves its questions unanswered; the screen says that it is working.
            drop(
                thread::Builder::new()
                    .name(format!("{lane:?}").to_lowercase())
                    .spawn(move || serve(&own, &shared)),
            );
            (lane, mailbox)
        });
        Self { shared, mailboxes: mailboxes.into() }
    }

    /// Asks a question; a change of the draft is made at once.
    pub(super) fn ask(&self, lane: Lane, effect: Effect) {
        for (own, mailbox) in &self.mailboxes {
            if *own == lane {
                *mailbox.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(effect);
                mailbox.arrived.notify_one();
                return;
            }
        }
    }

    /// Changes a draft. It only applies an operation to one file's text, so that the screen does not wait.
    pub(super) fn change(&self, mut draft: Box<Draft>, change: DraftChange) -> Msg {
        let result = match self.shared.explorer() {
            Some(explorer) => {
                let source = explorer.catalog_source();
                let done = match &change {
                    DraftChange::Push(operation) => draft.push(operation.clone(), &*source).map(drop),
                    DraftChange::Discard(at) => draft.discard(*at, &*source),
                };
                done.map(|()| draft).map_err(|error| Arc::new(error.diagnostic()))
            }
            None => Err(Arc::new(not_open())),
        };
        Msg::Changed { change, result }
    }
}

impl Shared {
    fn explorer(&self) -> Option<Explorer> {
        self.explorer.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn send(&self, msg: Msg) {
        // When nobody listens any more, the program is about to end.
        drop(self.inbox.send(msg));
    }
}

fn not_open() -> Diagnostic {
    Diagnostic::error("screen/not-open", "the platform is not open yet")
}

/// Answers the questions of one kind for as long as the program runs.
fn serve(mailbox: &Mailbox, shared: &Shared) {
    loop {
        let mut newest = mailbox.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let effect = loop {
            match newest.take() {
                Some(effect) => break effect,
                None => newest = mailbox.arrived.wait(newest).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(newest);
        let failed = failure_of(&effect);
        let answered =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| answer(effect, mailbox, shared)));
        if let (Err(panic), Some(failed)) = (answered, failed) {
            shared.send(failed(Arc::new(broken(&*panic))));
        }
    }
}

/// A bug of ours, as a problem on the screen rather than the end of the program.
fn broken(panic: &(dyn std::any::Any + Send)) -> Diagnostic {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no reason given");
    Diagnostic::error("screen/bug", format!("this is a bug of overlens: {said}"))
        .hint("Everything else stays usable. Please report it with what you did.")
}

type Failed = Box<dyn FnOnce(Arc<Diagnostic>) -> Msg>;

/// How to answer a question that broke its worker.
fn failure_of(effect: &Effect) -> Option<Failed> {
    Some(match effect {
        Effect::Open { ticket } => {
            let ticket = *ticket;
            Box::new(move |problem| Msg::Opened { ticket, result: Err(problem) })
        }
        Effect::Overview { ticket, .. } => {
            let ticket = *ticket;
            Box::new(move |problem| Msg::Overview { ticket, result: Err(problem) })
        }
        Effect::States { ticket, .. } => {
            let ticket = *ticket;
            Box::new(move |_| Msg::StatesDone { ticket })
        }
        Effect::Target { ticket, .. } => {
            let ticket = *ticket;
            Box::new(move |problem| Msg::Target { ticket, result: Err(problem) })
        }
        Effect::Compare { ticket, .. } => {
            let ticket = *ticket;
            Box::new(move |problem| Msg::Compared { ticket, result: Err(problem) })
        }
        Effect::Preview { ticket, .. } => {
            let ticket = *ticket;
            Box::new(move |problem| Msg::Previewed { ticket, result: Err(problem) })
        }
        Effect::Write { ticket, draft } => {
            let (ticket, draft) = (*ticket, draft.clone());
            Box::new(move |problem| Msg::Written {
                ticket,
                draft,
                result: Err(Box::new(WriteFailure { problem: (*problem).clone() })),
            })
        }
        _ => return None,
    })
}

fn answer(effect: Effect, mailbox: &Mailbox, shared: &Shared) {
    if let Effect::Open { ticket } = effect {
        open(ticket, shared);
        return;
    }
    let Some(explorer) = shared.explorer() else { return };
    match effect {
        Effect::Overview { ticket, about } => {
            let result = applied(about, &explorer).map(|draft| explorer.overview(&draft));
            shared.send(Msg::Overview { ticket, result });
        }
        Effect::States { ticket, about } => {
            if let Ok(draft) = applied(about, &explorer) {
                states(ticket, &draft, &explorer, mailbox, shared);
            }
            shared.send(Msg::StatesDone { ticket });
        }
        Effect::Target { ticket, address, about } => {
            let result = applied(about, &explorer).map(|draft| explorer.target(&address, &draft));
            shared.send(Msg::Target { ticket, result });
        }
        Effect::Compare { ticket, left, right, about } => {
            let result = applied(about, &explorer).map(|draft| explorer.compare(&left, &right, &draft));
            shared.send(Msg::Compared { ticket, result });
        }
        Effect::Preview { ticket, about, focus } => {
            let result = applied(about, &explorer).and_then(|draft| explorer.preview(&draft, focus.as_ref()));
            shared.send(Msg::Previewed { ticket, result });
        }
        Effect::Write { ticket, mut draft } => {
            let result = explorer.write(&mut draft).map_err(Box::new);
            shared.send(Msg::Written { ticket, draft, result });
        }
        // The loop does everything else itself.
        Effect::Open { .. }
        | Effect::Change { .. }
        | Effect::Copy(_)
        | Effect::UseTheme(_)
        | Effect::UseMouse(_)
        | Effect::Suspend
        | Effect::Redraw
        | Effect::Quit => {}
    }
}

/// Opens the platform, or reads it again.
fn open(ticket: Ticket, shared: &Shared) {
    let known = shared.explorer();
    let result = match known {
        Some(explorer) => {
            explorer.reload();
            Ok(explorer)
        }
        None => (shared.opener)(),
    };
    let result = result.map(|explorer| {
        let opened = (Box::new(explorer.draft()), explorer.is_writable());
        *shared.explorer.lock().unwrap_or_else(PoisonError::into_inner) = Some(explorer);
        opened
    });
    shared.send(Msg::Opened { ticket, result: result.map_err(Arc::new) });
}

/// The draft with the edit that is being typed.
fn applied(about: About, explorer: &Explorer) -> Result<Box<Draft>, Arc<Diagnostic>> {
    let About { mut draft, typed } = about;
    if let Some(operation) = typed {
        draft.push(operation, &*explorer.catalog_source()).map_err(|error| Arc::new(error.diagnostic()))?;
    }
    Ok(draft)
}

/// Targets rendered between two looks at the mailbox: small, so that a newer question need not wait.
const BATCH: usize = 32;

/// Renders every target and says of each how it went; stops as soon as there is a newer question.
fn states(ticket: Ticket, draft: &Draft, explorer: &Explorer, mailbox: &Mailbox, shared: &Shared) {
    let overview = explorer.overview(draft);
    let is_stale = || mailbox.newest.lock().unwrap_or_else(PoisonError::into_inner).is_some();
    for batch in overview.resolutions.chunks(BATCH) {
        if is_stale() {
            return;
        }
        batch.par_iter().for_each(|resolution| {
            let state = explorer.state(&resolution.target, draft);
            shared.send(Msg::State { ticket, target: resolution.target.clone(), state });
        });
    }
}

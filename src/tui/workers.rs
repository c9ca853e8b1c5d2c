//! Work off the screen's thread: one thread for each kind of question, and in each only the newest question counts.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use tokio::sync::mpsc::UnboundedSender;

use crate::app::{DraftChange, Effect, Lane, Msg, Ticket};
use crate::base::{Cancel, Diagnostic};
use crate::catalog::TargetId;
use crate::edit::Draft;
use crate::explorer::{Explorer, Watch};
use crate::report::answer::WriteFailure;

use super::answers::{self, Asker};
use super::journal;

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
    journal: journal::Slot,
    /// Whether changes on disk are picked up.
    watches: bool,
    watch: Mutex<Option<Watch>>,
    /// The disk has changed since everything was read.
    is_stirred: AtomicBool,
    /// Everything was read again because of that, and no targets were rendered since.
    is_fresh: AtomicBool,
}

/// Holds the newest question of a kind; an older one that was not begun is forgotten.
#[derive(Default)]
struct Mailbox {
    newest: Mutex<Option<Effect>>,
    arrived: Condvar,
    /// Ends the work on the question before.
    current: Mutex<Cancel>,
    /// What has come on screen since the question was begun.
    first: Mutex<Option<Vec<TargetId>>>,
}

const LANES: [Lane; 8] = [
    Lane::Open,
    Lane::Overview,
    Lane::States,
    Lane::View,
    Lane::Preview,
    Lane::Radius,
    Lane::Explain,
    Lane::Write,
];

impl Workers {
    /// Starts the threads. They end with the program.
    pub(super) fn start(
        opener: Box<Opener>,
        inbox: UnboundedSender<Msg>,
        journal: journal::Slot,
        watches: bool,
    ) -> Self {
        let shared = Arc::new(Shared {
            opener,
            explorer: Mutex::new(None),
            inbox,
            journal,
            watches,
            watch: Mutex::new(None),
            is_stirred: AtomicBool::new(false),
            is_fresh: AtomicBool::new(false),
        });
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
                mailbox.current.lock().unwrap_or_else(PoisonError::into_inner).cancel();
                mailbox.arrived.notify_one();
                return;
            }
        }
    }

    /// Has the rendering of all targets go on with these.
    pub(super) fn first(&self, targets: Vec<TargetId>) {
        for (_, mailbox) in self.mailboxes.iter().filter(|(lane, _)| *lane == Lane::States) {
            *mailbox.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(targets.clone());
        }
    }

    /// Changes a draft, at once.
    pub(super) fn change(&self, draft: Box<Draft>, change: DraftChange) -> Msg {
        answers::change(self.shared.explorer().as_ref(), draft, change)
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

/// The kind of question that a worker answers.
struct Own<'a> {
    mailbox: &'a Mailbox,
    shared: &'a Shared,
    cancel: Cancel,
}

impl Asker for Own<'_> {
    fn answer(&self, msg: Msg) {
        self.shared.send(msg);
    }

    fn is_stale(&self) -> bool {
        self.mailbox.newest.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    fn first(&self) -> Option<Vec<TargetId>> {
        self.mailbox.first.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn after_a_stir(&self) -> bool {
        self.shared.is_fresh.swap(false, Ordering::AcqRel)
    }
}

/// Answers the questions of one kind for as long as the program runs.
fn serve(mailbox: &Mailbox, shared: &Arc<Shared>) {
    loop {
        let mut newest = mailbox.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let effect = loop {
            match newest.take() {
                Some(effect) => break effect,
                None => newest = mailbox.arrived.wait(newest).unwrap_or_else(PoisonError::into_inner),
            }
        };
        let cancel = Cancel::default();
        *mailbox.current.lock().unwrap_or_else(PoisonError::into_inner) = cancel.clone();
        drop(newest);
        let failed = failure_of(&effect);
        let work = std::panic::AssertUnwindSafe(|| match (effect, shared.explorer()) {
            (Effect::Open { ticket }, _) => open(ticket, shared),
            (effect, Some(explorer)) => {
                answers::answer(effect, &explorer, &Own { mailbox, shared, cancel: cancel.clone() });
            }
            (_, None) => {}
        });
        let answered = std::panic::catch_unwind(work);
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
            Box::new(move |_| Msg::StatesDone { ticket, moved: None })
        }
        Effect::Target { ticket, .. } => {
            let ticket = *ticket;
            Box::new(move |problem| Msg::Target { ticket, result: Err(problem) })
        }
        Effect::Compare { ticket, .. } => {
            let ticket = *ticket;
            Box::new(move |problem| Msg::Compared { ticket, result: Err(problem) })
        }
        Effect::Parity { ticket, .. } => {
            let ticket = *ticket;
            Box::new(move |problem| Msg::Parity { ticket, result: Err(problem) })
        }
        Effect::Preview { ticket, .. } => {
            let ticket = *ticket;
            Box::new(move |problem| Msg::Previewed { ticket, result: Err(problem) })
        }
        Effect::Explain { ticket, line, .. } => {
            let (ticket, line) = (*ticket, *line);
            Box::new(move |_| Msg::Explained { ticket, line, history: Vec::new() })
        }
        Effect::Candidates { ticket, .. } => {
            let ticket = *ticket;
            Box::new(move |problem| Msg::Candidates { ticket, result: Err(problem) })
        }
        Effect::Radius { ticket, .. } => {
            let ticket = *ticket;
            Box::new(move |problem| Msg::Radius { ticket, result: Err(problem) })
        }
        Effect::Member { ticket, .. } => {
            let ticket = *ticket;
            Box::new(move |problem| Msg::Member { ticket, result: Err(problem) })
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

/// Opens the platform, or reads it again.
fn open(ticket: Ticket, shared: &Arc<Shared>) {
    let known = shared.explorer();
    let is_first = known.is_none();
    let result = match known {
        Some(explorer) => {
            let is_stirred = shared.is_stirred.swap(false, Ordering::AcqRel);
            explorer.reload();
            shared.is_fresh.fetch_or(is_stirred, Ordering::AcqRel);
            Ok(explorer)
        }
        None => (shared.opener)(),
    };
    if let Ok(explorer) = &result {
        *shared.explorer.lock().unwrap_or_else(PoisonError::into_inner) = Some(explorer.clone());
        watch(explorer, is_first, shared);
    }
    let mut answer = answers::opened(ticket, result.as_ref().map_err(Clone::clone));
    let left = match &result {
        Ok(explorer) if is_first => journal::open(&shared.journal, explorer),
        _ => Ok(None),
    };
    if let (Ok(Some(left)), Msg::Opened { result: Ok((draft, _)), .. }) = (&left, &mut answer) {
        **draft = left.clone();
    }
    shared.send(answer);
    if let Err(error) = left {
        shared.send(Msg::Trouble(format!("edits will not survive a crash: {error}")));
    }
}

/// Watches the disk anew: folders may have come and gone.
fn watch(explorer: &Explorer, is_first: bool, shared: &Arc<Shared>) {
    if !shared.watches {
        return;
    }
    let own = Arc::downgrade(shared);
    let stirred = move || {
        if let Some(shared) = own.upgrade() {
            shared.is_stirred.store(true, Ordering::Release);
            shared.send(Msg::Stirred);
        }
    };
    match explorer.watch(Box::new(stirred)) {
        Ok(watch) => *shared.watch.lock().unwrap_or_else(PoisonError::into_inner) = Some(watch),
        Err(problem) if is_first => shared.send(Msg::Trouble(problem.to_string())),
        // Said once.
        Err(_) => {}
    }
}

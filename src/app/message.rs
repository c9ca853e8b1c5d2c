//! Everything that can happen, and the work that is asked for: two closed lists of plain data.

use std::sync::Arc;

use crate::base::Diagnostic;
use crate::catalog::{Address, TargetId};
use crate::edit::{Draft, Operation};
use crate::report::answer::{
    Candidates, Change, Comparison, MemberChange, Movable, Overview, Parity, ParityQuery, Preview, Progress,
    Radius, SoFar, TargetState, TargetView, WriteFailure, Written,
};
use crate::report::blame::Writing;

use super::key::Key;

/// Ties an answer to the question that asked for it: a later question has a higher number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Ticket(pub u64);

/// Kinds of work. In each, only the newest question counts: a newer one makes older answers worthless.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Lane {
    /// Opening the platform.
    Open,
    /// The catalog and the ladder of every target.
    Overview,
    /// Whether each target renders.
    States,
    /// What the open screen shows: a target, a comparison or the board of regions.
    View,
    /// The effect of the draft.
    Preview,
    /// What a change does to all targets.
    Radius,
    /// Who wrote a line.
    Explain,
    /// Writing.
    Write,
}

/// Everything that can happen. Nothing else reaches the model.
#[derive(Clone, Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// A text was pasted.
    Paste(String),
    /// The mouse did something on what the view drew there.
    Mouse(Mouse),
    /// The terminal has this size now.
    Resized {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// The platform is open, or cannot be opened.
    Opened {
        /// The question.
        ticket: Ticket,
        /// A draft without edits and whether it can be written, or why not.
        result: Result<(Box<Draft>, bool), Arc<Diagnostic>>,
    },
    /// The catalog and the ladders.
    Overview {
        /// The question.
        ticket: Ticket,
        /// The answer.
        result: Result<Arc<Overview>, Arc<Diagnostic>>,
    },
    /// Files or refs have changed on disk.
    Stirred,
    /// Some targets were rendered.
    States {
        /// The question.
        ticket: Ticket,
        /// The targets, and what came of each.
        found: Vec<(TargetId, TargetState)>,
    },
    /// All targets were rendered.
    StatesDone {
        /// The question.
        ticket: Ticket,
        /// After a change on disk: how many targets come to something else.
        moved: Option<usize>,
    },
    /// One target in full.
    Target {
        /// The question.
        ticket: Ticket,
        /// The answer.
        result: Result<Arc<TargetView>, Arc<Diagnostic>>,
    },
    /// Two targets side by side.
    Compared {
        /// The question.
        ticket: Ticket,
        /// The answer.
        result: Result<Arc<Comparison>, Arc<Diagnostic>>,
    },
    /// Two regions held against each other.
    Parity {
        /// The question.
        ticket: Ticket,
        /// The answer.
        result: Result<Arc<Parity>, Arc<Diagnostic>>,
    },
    /// What the draft does.
    Previewed {
        /// The question.
        ticket: Ticket,
        /// The answer.
        result: Result<Arc<Preview>, Arc<Diagnostic>>,
    },
    /// The refs that a channel or pin can be moved to.
    Candidates {
        /// The question.
        ticket: Ticket,
        /// The answer.
        result: Result<Arc<Candidates>, Arc<Diagnostic>>,
    },
    /// Who wrote a line of a target's manifests, oldest first.
    Explained {
        /// The question.
        ticket: Ticket,
        /// The line.
        line: usize,
        /// The writers.
        history: Vec<Writing>,
    },
    /// How far the answer on a change has come.
    Progress {
        /// The question.
        ticket: Ticket,
        /// How far.
        progress: Progress,
        /// What was found so far.
        so_far: SoFar,
    },
    /// What a change does to all targets.
    Radius {
        /// The question.
        ticket: Ticket,
        /// The answer.
        result: Result<Arc<Radius>, Arc<Diagnostic>>,
    },
    /// What a change does to one target.
    Member {
        /// The question.
        ticket: Ticket,
        /// The answer.
        result: Result<Arc<MemberChange>, Arc<Diagnostic>>,
    },
    /// The draft was written, or not.
    Written {
        /// The question.
        ticket: Ticket,
        /// The draft as it is now: without edits that can be written, with what can be undone.
        draft: Box<Draft>,
        /// What was written, or why not.
        result: Result<Written, Box<WriteFailure>>,
    },
    /// The draft was changed as asked, or why not.
    Changed {
        /// What was done.
        change: DraftChange,
        /// The draft now.
        result: Result<Box<Draft>, Arc<Diagnostic>>,
    },
    /// Something outside the model went wrong (clipboard, theme file): said in the message line.
    Trouble(String),
}

/// What the mouse did, in the words of the view rather than in columns and rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mouse {
    /// The wheel was turned over a pane: rows, negative upwards.
    Wheel {
        /// The pane.
        spot: Spot,
        /// Rows.
        rows: isize,
    },
    /// A place was clicked.
    Click(Spot),
}

/// A place that can be clicked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spot {
    /// A row of the first pane, and for tables the cell in it.
    First {
        /// Index of the row in its list.
        row: usize,
        /// Index of the cell.
        column: Option<usize>,
    },
    /// A row of the second pane.
    Second {
        /// Index of the line in its text.
        row: usize,
    },
    /// A tab.
    Tab(usize),
    /// A row of the third pane.
    Third(usize),
    /// A row of the popup.
    Popup(usize),
    /// Somewhere without a meaning.
    Elsewhere,
}

/// The edits that a question is asked about: those of the draft, and the one that is being typed.
#[derive(Clone, Debug)]
pub struct About {
    /// Unsaved edits.
    pub draft: Box<Draft>,
    /// The edit that is being typed.
    pub typed: Option<Operation>,
}

/// A change of the draft.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DraftChange {
    /// One more edit.
    Push(Operation),
    /// One unsaved edit less, by its position.
    Discard(usize),
}

/// Work for the runtime. Plain data, so that a test can look at it.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Open the platform.
    Open {
        /// To be given back with the answer.
        ticket: Ticket,
    },
    /// Read the catalog under a draft and climb the ladder for every target.
    Overview {
        /// To be given back with the answer.
        ticket: Ticket,
        /// What it is asked about.
        about: About,
    },
    /// Render every target.
    States {
        /// To be given back with the answer.
        ticket: Ticket,
        /// What it is asked about.
        about: About,
        /// The targets to begin with: those on screen.
        first: Vec<TargetId>,
    },
    /// Go on with these targets when every target is being rendered: they have come on screen.
    First {
        /// The targets.
        targets: Vec<TargetId>,
    },
    /// Render one target in full.
    Target {
        /// To be given back with the answer.
        ticket: Ticket,
        /// The target and its ref.
        address: Address,
        /// What it is asked about.
        about: About,
    },
    /// Compare two targets.
    Compare {
        /// To be given back with the answer.
        ticket: Ticket,
        /// Side A.
        left: Address,
        /// Side B.
        right: Address,
        /// What it is asked about.
        about: About,
    },
    /// Hold two regions against each other.
    Parity {
        /// To be given back with the answer.
        ticket: Ticket,
        /// The regions, environments and services.
        query: ParityQuery,
        /// What it is asked about.
        about: About,
    },
    /// Find out what a draft does.
    Preview {
        /// To be given back with the answer.
        ticket: Ticket,
        /// What it is asked about.
        about: About,
        /// The target to show before and after.
        focus: Option<Address>,
    },
    /// Find the refs that a channel or pin can be moved to.
    Candidates {
        /// To be given back with the answer.
        ticket: Ticket,
        /// What moves.
        movable: Movable,
        /// What it is asked about.
        about: About,
    },
    /// Find out what a change does to all targets: says how far it is, and stops for a newer question.
    Radius {
        /// To be given back with the answer.
        ticket: Ticket,
        /// The change.
        change: Change,
        /// What it is asked about.
        about: About,
    },
    /// Find out what a change does to one target.
    Member {
        /// To be given back with the answer.
        ticket: Ticket,
        /// The target.
        target: TargetId,
        /// The change.
        change: Change,
        /// What it is asked about.
        about: About,
    },
    /// Find out who wrote a line of a target's manifests.
    Explain {
        /// To be given back with the answer.
        ticket: Ticket,
        /// The target and its ref.
        address: Address,
        /// The line.
        line: usize,
        /// What it is asked about.
        about: About,
    },
    /// Stop working on the question of a kind: nobody waits for the answer any more.
    CallOff(Lane),
    /// Write the draft.
    Write {
        /// To be given back with the answer.
        ticket: Ticket,
        /// Unsaved edits.
        draft: Box<Draft>,
    },
    /// Change the draft, which needs the text of the files. Quick: done before anything else.
    Change {
        /// Unsaved edits.
        draft: Box<Draft>,
        /// What to do with them.
        change: DraftChange,
    },
    /// Put a text into the clipboard.
    Copy(String),
    /// Use another theme from now on.
    UseTheme(String),
    /// Turn the mouse on or off.
    UseMouse(bool),
    /// Stop until the shell says `fg`.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// End the program.
    Quit,
}

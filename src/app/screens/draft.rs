//! Edits that are not written: the list, the change of the files, and the effect on a target.

use std::sync::Arc;

use crate::app::list::{ListState, Motion};
use crate::catalog::Address;
use crate::report::answer::{ChangedTarget, Preview};

/// State of the screen.
#[derive(Clone, Debug)]
pub struct DraftScreen {
    /// Cursor in the edits.
    pub list: ListState,
    /// Scrolling of the text below.
    pub text: ListState,
    /// Whether the keys scroll the text rather than move in the list.
    pub in_text: bool,
    /// The answer; while a newer one is on its way, the one before.
    pub preview: Option<Arc<Preview>>,
    /// The target whose effect is shown.
    pub focus: Option<Address>,
    /// Which draft the answer was asked for with.
    pub generation: u64,
}

/// More lines than any effect has; the view says how many fit and ends the scrolling.
const LONGEST: usize = 100_000;

impl DraftScreen {
    /// A screen that waits for its answer.
    #[must_use]
    pub fn new(focus: Option<Address>) -> Self {
        Self {
            list: ListState::default(),
            text: ListState::default(),
            in_text: false,
            preview: None,
            focus,
            generation: 0,
        }
    }

    /// Takes the answer.
    pub fn answered(&mut self, preview: Arc<Preview>) {
        self.preview = Some(preview);
    }

    /// The targets that change.
    #[must_use]
    pub fn targets(&self) -> &[ChangedTarget] {
        self.preview.as_ref().map_or(&[], |preview| &preview.targets)
    }

    /// The changed target whose effect is shown: the one in focus if it changes, else the first.
    #[must_use]
    pub fn shown(&self) -> Option<(usize, &ChangedTarget)> {
        let targets = self.targets();
        let focus = self.focus.as_ref().map(|focus| &focus.target);
        let at = targets.iter().position(|changed| Some(&changed.target) == focus).unwrap_or(0);
        targets.get(at).map(|changed| (at, changed))
    }

    /// Shows the effect on another target.
    pub fn next_target(&mut self, forward: bool) {
        let count = self.targets().len();
        let Some((at, _)) = self.shown() else { return };
        let next = if forward { (at + 1) % count } else { (at + count - 1) % count };
        let target = self.targets()[next].target.clone();
        self.focus = Some(Address { target, reference: None });
        self.text = ListState { height: self.text.height, ..ListState::default() };
    }

    /// Says how much fits.
    pub fn fit(&mut self, first: usize, second: usize) {
        self.list.height = first;
        self.text.height = second;
    }

    /// Moves in the list of edits, or scrolls the text.
    pub fn motion(&mut self, motion: Motion, edits: usize) {
        let page = isize::try_from(self.text.height / 2 + 1).unwrap_or(1);
        match (motion, self.in_text) {
            (Motion::Left, _) => self.in_text = false,
            (Motion::Right, _) => self.in_text = true,
            (_, false) => self.list.motion(motion, edits),
            (Motion::Up, true) => self.text.scroll(-1, LONGEST),
            (Motion::Down, true) => self.text.scroll(1, LONGEST),
            (Motion::PageUp, true) => self.text.scroll(-page, LONGEST),
            (Motion::PageDown, true) => self.text.scroll(page, LONGEST),
            (Motion::Top, true) => self.text.offset = 0,
            (Motion::Bottom, true) => self.text.scroll(1_000, LONGEST),
        }
    }

    /// Scrolls a pane.
    pub fn scroll(&mut self, first: bool, rows: isize, edits: usize) {
        if first { self.list.scroll(rows, edits) } else { self.text.scroll(rows, LONGEST) }
    }
}

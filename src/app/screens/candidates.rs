//! The refs that a channel or pin could be moved to: tags and branches, newest first, filtered by typing.

use std::sync::Arc;

use crate::app::filter::{self, Found};
use crate::app::input::Input;
use crate::app::list::ListState;
use crate::base::Diagnostic;
use crate::report::answer::{CandidateRef, Candidates, Movable};

/// State of the screen.
#[derive(Clone, Debug)]
pub struct CandidatesScreen {
    /// What is moved.
    pub movable: Movable,
    /// The answer; while a newer one is on its way, the one before.
    pub candidates: Option<Arc<Candidates>>,
    /// Why there is no answer.
    pub failure: Option<Arc<Diagnostic>>,
    /// What was typed to filter.
    pub filter: Input,
    /// Whether keys go into the filter.
    pub filtering: bool,
    /// The refs that pass the filter, best first.
    pub found: Vec<Found>,
    /// Cursor in [`Self::found`].
    pub list: ListState,
    /// Which draft the answer was asked for with.
    pub generation: u64,
}

impl CandidatesScreen {
    /// A screen that waits for its answer.
    #[must_use]
    pub fn new(movable: Movable) -> Self {
        Self {
            movable,
            candidates: None,
            failure: None,
            filter: Input::default(),
            filtering: false,
            found: Vec::new(),
            list: ListState::default(),
            generation: 0,
        }
    }

    /// Takes the answer; the cursor stays on its row, or starts on the newest ref that is another one.
    pub fn answered(&mut self, result: Result<Arc<Candidates>, Arc<Diagnostic>>) {
        let is_first = self.candidates.is_none();
        match result {
            Ok(candidates) => {
                self.failure = None;
                self.candidates = Some(candidates);
            }
            Err(problem) => {
                self.failure = Some(problem);
                self.candidates = None;
            }
        }
        self.search();
        if is_first {
            let other = self.refs().iter().position(|candidate| !candidate.is_current);
            self.list.select(other.unwrap_or(0), self.found.len());
        }
    }

    /// All refs, newest first.
    #[must_use]
    pub fn refs(&self) -> &[CandidateRef] {
        self.candidates.as_ref().map_or(&[], |candidates| &candidates.refs)
    }

    /// The ref under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&CandidateRef> {
        self.refs().get(self.found.get(self.list.cursor)?.index)
    }

    /// Filters again: words that must all be in name, author or day.
    pub fn search(&mut self) {
        let words: Vec<String> = self.filter.text().split_whitespace().map(str::to_owned).collect();
        let text = |own: &CandidateRef| format!("{} {} {}", own.name, own.commit.author, own.commit.date);
        let texts: Vec<String> = self.refs().iter().map(text).collect();
        let mut found = filter::fuzzy(&words, texts.iter().map(String::as_str));
        // Among refs that match, the newest is what one looks for.
        found.sort_by_key(|own| own.index);
        self.found = found;
        self.list.select(self.list.cursor, self.found.len());
    }
}

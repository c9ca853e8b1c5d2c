//! Two regions held against each other: which rows are shown, and which one the cursor is on.

use std::sync::Arc;

use crate::app::filter::{Facet, Query};
use crate::app::input::{Input, InputOutcome};
use crate::app::key::{Key, KeyCode};
use crate::app::list::{ListState, Motion};
use crate::app::popup::{PageLine, Tone};
use crate::base::Diagnostic;
use crate::catalog::Address;
use crate::report::answer::{Parity, ParityQuery, ParityRow, ParitySide, ParityVerdict, Reason};
use crate::report::parity::{places, reason_words, reference};

/// State of the screen.
#[derive(Clone, Debug, Default)]
pub struct ParityScreen {
    /// What is held against each other.
    pub query: ParityQuery,
    /// The board; `None` until the first answer, then the newest one.
    pub board: Option<Arc<Parity>>,
    /// Why there is no board.
    pub problem: Option<Arc<Diagnostic>>,
    /// What is typed into the filter: words that a row must all have.
    pub filter: Input,
    /// What is wrong with the filter.
    pub filter_problem: Option<String>,
    /// Whether keys go into the filter.
    pub filtering: bool,
    /// Whether rows that are as they are meant to be are shown.
    pub all: bool,
    /// Indexes of the rows of the board that are shown.
    pub rows: Vec<usize>,
    /// Cursor in [`Self::rows`].
    pub list: ListState,
    /// The generation that the board was asked for in.
    pub generation: u64,
}

impl ParityScreen {
    /// Takes in an answer; the cursor stays on its service and environment.
    pub fn answered(&mut self, result: Result<Arc<Parity>, Arc<Diagnostic>>) {
        let before = self.row().map(|row| (row.service.clone(), row.env.clone()));
        match result {
            Ok(board) => (self.board, self.problem) = (Some(board), None),
            Err(problem) => (self.board, self.problem) = (None, Some(problem)),
        }
        self.rebuild();
        let all = self.board.iter().flat_map(|board| &board.rows).collect::<Vec<_>>();
        let same = |index: &usize| {
            let row = all.get(*index).map(|row| (row.service.clone(), row.env.clone()));
            row.is_some() && row == before
        };
        if let Some(place) = self.rows.iter().position(same) {
            self.list.select(place, self.rows.len());
        }
    }

    /// Works out the rows again.
    pub fn rebuild(&mut self) {
        let query = Query::parse(&self.filter.text().to_lowercase());
        self.filter_problem = query.problem.clone().or_else(|| {
            let other = query.facets.iter().find(|(facet, _)| !FACETS.contains(facet));
            other.map(|_| "facets here are env: ref: is:".to_owned())
        });
        let fits = |row: &ParityRow| {
            let shown = self.all || !query.is_empty() || row.verdict < ParityVerdict::Expected;
            shown
                && query.words.iter().all(|word| searched(row).contains(word))
                && query.facets.iter().all(|(facet, value)| holds(row, *facet, value))
        };
        let board = self.board.iter().flat_map(|board| &board.rows).enumerate();
        self.rows = board.filter(|(_, row)| fits(row)).map(|(index, _)| index).collect();
        self.list.select(self.list.cursor, self.rows.len());
    }

    /// The two regions, as far as they are known.
    #[must_use]
    pub fn regions(&self) -> (Option<&str>, Option<&str>) {
        let of_board = |name: fn(&Parity) -> &str| self.board.as_deref().map(name);
        (
            of_board(|board| &board.primary).or(self.query.primary.as_deref()),
            of_board(|board| &board.secondary).or(self.query.secondary.as_deref()),
        )
    }

    /// Why the row under the cursor has its verdict, with the lines that cause it; what is meant to be only with `all`, or
    /// where there is nothing else.
    #[must_use]
    pub fn reasons(&self, all: bool) -> Vec<PageLine> {
        let Some(row) = self.row() else { return Vec::new() };
        let is_quiet = row.verdict >= ParityVerdict::StalePin;
        let told = row.reasons.iter().filter(|reason| all || is_quiet || !reason.expected);
        told.flat_map(lines_of).collect()
    }

    /// A key while the filter is typed.
    pub fn filter_key(&mut self, key: Key) {
        match (key.code, key.ctrl) {
            (KeyCode::Enter, _) => self.filtering = false,
            (KeyCode::Esc, _) | (KeyCode::Char('c'), true) => {
                self.filtering = false;
                self.filter.set("");
                self.rebuild();
            }
            (KeyCode::Up, _) => self.list.motion(Motion::Up, self.rows.len()),
            (KeyCode::Down, _) => self.list.motion(Motion::Down, self.rows.len()),
            _ if self.filter.key(key) == InputOutcome::Changed => self.rebuild(),
            _ => {}
        }
    }

    /// The row under the cursor.
    #[must_use]
    pub fn row(&self) -> Option<&ParityRow> {
        self.board.as_ref()?.rows.get(*self.rows.get(self.list.cursor)?)
    }

    /// The targets of the row under the cursor, as far as the service runs there.
    #[must_use]
    pub fn targets(&self) -> (Option<Address>, Option<Address>) {
        let address = |side: &ParitySide| Address { target: side.target.clone(), reference: None };
        let row = self.row();
        let side = |own: fn(&ParityRow) -> Option<&ParitySide>| row.and_then(own).map(address);
        (side(|row| row.primary.as_ref()), side(|row| row.secondary.as_ref()))
    }
}

/// The facets that rows have.
const FACETS: [Facet; 3] = [Facet::Env, Facet::Ref, Facet::Is];

fn holds(row: &ParityRow, facet: Facet, value: &str) -> bool {
    let sides = [row.primary.as_ref(), row.secondary.as_ref()];
    match facet {
        Facet::Env => row.env.to_lowercase() == value,
        Facet::Is => row.verdict.word() == value,
        Facet::Ref => sides.iter().any(|side| reference(*side).to_lowercase().contains(value)),
        Facet::Region | Facet::Type => false,
    }
}

fn lines_of(reason: &Reason) -> Vec<PageLine> {
    let tone = if reason.expected { Tone::Muted } else { Tone::Plain };
    let mut lines = vec![PageLine::new(tone, reason_words(reason))];
    if !reason.places.is_empty() {
        lines.push(PageLine::new(Tone::Muted, format!("  {}", places(&reason.places))));
    }
    lines
}

/// What words of the filter look at.
fn searched(row: &ParityRow) -> String {
    let refs = [row.primary.as_ref(), row.secondary.as_ref()].map(reference);
    let topics: Vec<&str> =
        row.reasons.iter().filter(|reason| !reason.expected).map(|reason| reason.topic.word()).collect();
    let [one, other] = refs;
    format!("{} {} {} {one} {other} {}", row.verdict.word(), row.service, row.env, topics.join(" "))
        .to_lowercase()
}

//! Two targets side by side: the lines on screen, folding, and going from change to change.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::app::list::{ListState, Motion};
use crate::app::mask::masked;
use crate::app::search::Search;
use crate::base::{Diagnostic, RepoPath, Span};
use crate::catalog::Address;
use crate::diff::{Counts, DiffDocument, Identity, ResourceDiff, Row, Section, Status, fold};
use crate::report::answer::{Comparison, LinePlaces, LineWriter};

/// Equal lines shown around each change.
const CONTEXT: usize = 3;

/// State of the screen.
#[derive(Clone, Debug)]
pub struct DiffScreen {
    /// Side A.
    pub left: Address,
    /// Side B.
    pub right: Address,
    /// The answer; while a newer one is on its way, the one before.
    pub comparison: Option<Arc<Comparison>>,
    /// The difference when it is that of one change rather than of two targets.
    change: Option<Arc<DiffDocument>>,
    /// Who wrote the lines of [`Self::change`] that differ.
    places: Arc<LinePlaces>,
    /// Why there is no answer.
    pub failure: Option<Arc<Diagnostic>>,
    /// Whether the person wants it unified; narrow screens do it anyway.
    pub unified: bool,
    /// Whether equal lines are folded.
    pub folded: bool,
    /// Whether lines that differ only in what two environments always differ in (namespaces) count as equal.
    pub expected_hidden: bool,
    /// Whether the keys move in the text rather than in the list of resources.
    pub in_text: bool,
    /// Cursor in the resources.
    pub resources: ListState,
    /// Cursor in [`Self::lines`].
    pub text: ListState,
    /// What is on screen.
    pub lines: Vec<DiffLine>,
    /// Columns that are scrolled out on the left.
    pub shifted: usize,
    /// Search in both sides.
    pub search: Search,
    /// Which draft the answer was asked for with.
    pub generation: u64,
    /// Folds that were opened one by one: resource and first row.
    opened: BTreeSet<(usize, usize)>,
    /// The lines of secrets as they may be shown, for each resource that is one.
    masks: Vec<Option<Masks>>,
    as_unified: bool,
}

#[derive(Clone, Debug)]
struct Masks {
    left: Vec<String>,
    right: Vec<String>,
}

/// One line on screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DiffLine {
    /// The heading of a resource.
    Resource(usize),
    /// A row of a resource.
    Row {
        /// The resource.
        resource: usize,
        /// The row.
        row: usize,
        /// The side that is drawn; in side by side, both.
        half: Half,
    },
    /// Equal rows that are hidden.
    Fold {
        /// The resource.
        resource: usize,
        /// The rows.
        rows: Range<usize>,
    },
}

/// What is drawn of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Half {
    /// Both sides, next to each other or because they are equal.
    Both,
    /// The left side.
    Left,
    /// The right side.
    Right,
}

impl DiffLine {
    /// The resource that the line belongs to.
    #[must_use]
    pub const fn resource(&self) -> usize {
        match self {
            Self::Resource(resource) | Self::Row { resource, .. } | Self::Fold { resource, .. } => *resource,
        }
    }
}

impl DiffScreen {
    /// A screen that waits for its answer.
    #[must_use]
    pub fn new(left: Address, right: Address) -> Self {
        Self {
            left,
            right,
            comparison: None,
            change: None,
            places: Arc::default(),
            failure: None,
            unified: false,
            folded: true,
            expected_hidden: true,
            in_text: true,
            resources: ListState::default(),
            text: ListState::default(),
            lines: Vec::new(),
            shifted: 0,
            search: Search::default(),
            generation: 0,
            opened: BTreeSet::new(),
            masks: Vec::new(),
            as_unified: false,
        }
    }

    /// Takes the answer; the cursor stays on its resource and line as far as they are still there.
    pub fn answered(&mut self, result: Result<Arc<Comparison>, Arc<Diagnostic>>) {
        let first = self.comparison.is_none();
        match result {
            Ok(comparison) => {
                self.failure = None;
                self.masks =
                    comparison.difference.as_ref().map(|document| masks(document)).unwrap_or_default();
                self.comparison = Some(comparison);
            }
            Err(problem) => {
                self.failure = Some(problem);
                self.comparison = None;
            }
        }
        self.rebuild();
        if first {
            self.text.cursor = 0;
            self.go_to_change(0, true);
        }
    }

    /// Shows the difference that one change makes.
    pub fn show(&mut self, document: Arc<DiffDocument>, places: Arc<LinePlaces>) {
        let is_first = self.change.is_none();
        self.masks = masks(&document);
        self.change = Some(document);
        self.places = places;
        self.rebuild();
        if is_first {
            self.text.cursor = 0;
            self.go_to_change(0, true);
        }
    }

    /// Goes to the change of a field, as far as its key tells it; else to its resource.
    pub fn show_field(&mut self, resource: &Identity, key: Option<&str>) {
        let is_it =
            |line: &&DiffLine| self.all().get(line.resource()).is_some_and(|diff| diff.identity == *resource);
        let is_key = |line: &&DiffLine| {
            let text = self.line_text(line);
            let name = text.trim_start().trim_start_matches("- ");
            key.is_some_and(|key| name.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')))
        };
        let find = |wanted: &dyn Fn(&&DiffLine) -> bool| {
            self.lines.iter().position(|line| is_it(&line) && wanted(&line))
        };
        let change = |line: &&DiffLine| self.is_change(line);
        let found =
            find(&|line| change(line) && is_key(line)).or_else(|| find(&change)).or_else(|| find(&|_| true));
        if let Some(line) = found {
            self.select_line(line);
        }
    }

    /// The difference, if both sides render.
    #[must_use]
    pub fn document(&self) -> Option<&DiffDocument> {
        if let Some(change) = &self.change {
            return Some(change);
        }
        self.comparison.as_ref()?.difference.as_deref().ok()
    }

    /// The resources of both sides.
    #[must_use]
    pub fn all(&self) -> &[ResourceDiff] {
        self.document().map_or(&[], |document| &document.resources)
    }

    /// What keeps the two from being compared.
    #[must_use]
    pub fn problem(&self) -> Option<&Arc<Diagnostic>> {
        self.failure.as_ref().or_else(|| self.comparison.as_ref()?.difference.as_ref().err())
    }

    /// The text of a line on one side as it may be shown, its number, and whether it is masked.
    #[must_use]
    pub fn side_text(&self, resource: usize, row: usize, left: bool) -> Option<(usize, &str, bool)> {
        let diff = self.all().get(resource)?;
        let row = diff.text.rows.get(row)?;
        let (number, text) =
            if left { (row.left()?, &diff.text.left) } else { (row.right()?, &diff.text.right) };
        if let Some(Some(masks)) = self.masks.get(resource) {
            let lines = if left { &masks.left } else { &masks.right };
            let shown = lines.get(number - 1)?;
            return Some((number, shown, shown != text.line(number)));
        }
        Some((number, text.line(number), false))
    }

    /// The place that a line of the right side comes from; of one change, also where a line was that is gone.
    #[must_use]
    pub fn place(&self, resource: usize, row: usize) -> Option<&Span> {
        match &self.change {
            Some(_) => self.places.get(&(resource, row)),
            None => self.writer(resource, row).map(|writer| &writer.span),
        }
    }

    /// Who wrote a line of the right side.
    #[must_use]
    pub fn writer(&self, resource: usize, row: usize) -> Option<&LineWriter> {
        let comparison = self.comparison.as_ref()?;
        let diff = self.all().get(resource)?;
        let number = diff.text.rows.get(row)?.right()?;
        let manifest = comparison.right.manifest.as_deref().ok()?;
        let document = manifest.documents.get(diff.right?)?;
        manifest.lines.get(document.lines.start + number - 1)?.writer.as_ref()
    }

    /// The line under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&DiffLine> {
        self.lines.get(self.text.cursor)
    }

    /// Says how much fits and whether the two sides are drawn below each other.
    pub fn fit(&mut self, first: usize, second: usize, unified: bool) {
        if self.as_unified != unified {
            self.as_unified = unified;
            self.rebuild();
        }
        self.resources.fit(first, self.all().len());
        self.text.fit(second, self.lines.len());
    }

    fn rebuild(&mut self) {
        let before = self.current().cloned();
        self.lines = self.build_lines();
        let same = before.as_ref().and_then(|before| {
            let exact = self.lines.iter().position(|line| line == before);
            // The same row may now be drawn as two lines.
            let row = |line: &DiffLine| match line {
                DiffLine::Row { resource, row, .. } => Some((*resource, *row)),
                DiffLine::Resource(_) | DiffLine::Fold { .. } => None,
            };
            exact
                .or_else(|| {
                    self.lines.iter().position(|line| row(line).is_some() && row(line) == row(before))
                })
                .or_else(|| self.lines.iter().position(|line| line.resource() == before.resource()))
        });
        self.text.select(same.unwrap_or(self.text.cursor), self.lines.len());
        self.follow_text();
        self.find();
    }

    fn build_lines(&self) -> Vec<DiffLine> {
        let mut lines = Vec::new();
        for (resource, diff) in self.all().iter().enumerate().filter(|(_, diff)| self.differs(diff)) {
            lines.push(DiffLine::Resource(resource));
            for section in self.sections(diff) {
                match section {
                    Section::Folded(rows)
                        if self.folded && !self.opened.contains(&(resource, rows.start)) =>
                    {
                        lines.push(DiffLine::Fold { resource, rows });
                    }
                    Section::Folded(rows) | Section::Shown(rows) => {
                        self.push_rows(&mut lines, resource, &diff.text.rows, rows);
                    }
                }
            }
        }
        lines
    }

    /// Whether a resource differs in anything that is shown.
    #[must_use]
    pub fn differs(&self, diff: &ResourceDiff) -> bool {
        diff.status != Status::Equal
            && (!self.expected_hidden || diff.status != Status::Changed || diff.text.counts.is_surprising())
    }

    /// How much differs in what is shown: resources, and their lines.
    #[must_use]
    pub fn totals(&self) -> (usize, Counts) {
        let shown: Vec<&ResourceDiff> = self.all().iter().filter(|diff| self.differs(diff)).collect();
        let mut counts: Counts = shown.iter().map(|diff| diff.text.counts).sum();
        if self.expected_hidden {
            counts.changed -= counts.expected;
        }
        (shown.len(), counts)
    }

    /// Number of lines of a resource that differ in anything that is shown.
    #[must_use]
    pub fn differing_lines(&self, diff: &ResourceDiff) -> usize {
        let counts = diff.text.counts;
        counts.total() - if self.expected_hidden { counts.expected } else { 0 }
    }

    fn sections(&self, diff: &ResourceDiff) -> Vec<Section> {
        if !self.expected_hidden || diff.text.counts.expected == 0 {
            return fold(&diff.text.rows, CONTEXT);
        }
        let as_equal = |row: &Row| match row {
            Row::Changed { left, right, expected: true, .. } => Row::Equal { left: *left, right: *right },
            other => other.clone(),
        };
        let rows: Vec<Row> = diff.text.rows.iter().map(as_equal).collect();
        fold(&rows, CONTEXT)
    }

    /// Shows or hides what two environments always differ in.
    pub fn toggle_expected(&mut self) {
        self.expected_hidden = !self.expected_hidden;
        self.opened.clear();
        self.rebuild();
    }

    fn push_rows(&self, lines: &mut Vec<DiffLine>, resource: usize, all: &[Row], rows: Range<usize>) {
        let line = |row, half| DiffLine::Row { resource, row, half };
        if !self.as_unified {
            lines.extend(rows.map(|row| line(row, Half::Both)));
            return;
        }
        let mut start = rows.start;
        while start < rows.end {
            if !self.shows(&all[start]) {
                lines.push(line(start, Half::Both));
                start += 1;
                continue;
            }
            // All lines of the left go before all lines of the right, as in a unified diff.
            let end = (start..rows.end).find(|row| !self.shows(&all[*row])).unwrap_or(rows.end);
            lines.extend(
                (start..end).filter(|row| all[*row].left().is_some()).map(|row| line(row, Half::Left)),
            );
            lines.extend(
                (start..end).filter(|row| all[*row].right().is_some()).map(|row| line(row, Half::Right)),
            );
            start = end;
        }
    }

    /// Whether a line on screen is a change.
    #[must_use]
    pub fn is_change(&self, line: &DiffLine) -> bool {
        match line {
            DiffLine::Row { resource, row, .. } => self
                .all()
                .get(*resource)
                .and_then(|diff| diff.text.rows.get(*row))
                .is_some_and(|row| self.shows(row)),
            DiffLine::Resource(_) | DiffLine::Fold { .. } => false,
        }
    }

    /// Whether a row is a difference that is shown as one.
    #[must_use]
    pub fn shows(&self, row: &Row) -> bool {
        let hidden = self.expected_hidden && matches!(row, Row::Changed { expected: true, .. });
        !row.is_equal() && !hidden
    }

    /// Goes to the first line of the next change, or to the next match while something is searched for.
    pub fn next_change(&mut self, forward: bool) {
        if self.search.is_active() {
            if let Some(line) = self.search.next(self.text.cursor, forward) {
                self.select_line(line);
            }
            return;
        }
        self.go_to_change(self.text.cursor, forward);
    }

    fn go_to_change(&mut self, from: usize, forward: bool) {
        let starts: Vec<usize> = (0..self.lines.len())
            .filter(|at| {
                self.is_change(&self.lines[*at])
                    && !at.checked_sub(1).is_some_and(|before| self.is_change(&self.lines[before]))
            })
            .collect();
        let next = if forward {
            starts.iter().find(|at| **at > from).or(starts.first())
        } else {
            starts.iter().rfind(|at| **at < from).or(starts.last())
        };
        if let Some(line) = next {
            self.in_text = true;
            self.select_line(*line);
        }
    }

    /// Goes to the next resource that differs.
    pub fn next_resource(&mut self, forward: bool) {
        let now = self.resources.cursor;
        let mut different =
            self.all().iter().enumerate().filter(|(_, diff)| self.differs(diff)).map(|(at, _)| at);
        let next = if forward {
            different.find(|at| *at > now)
        } else {
            different.take_while(|at| *at < now).last()
        };
        if let Some(next) = next {
            self.select_resource(next);
        }
    }

    /// Goes to a resource and shows its heading.
    pub fn select_resource(&mut self, index: usize) {
        self.resources.select(index, self.all().len());
        if let Some(line) = self.lines.iter().position(|line| *line == DiffLine::Resource(index)) {
            self.text.select(line, self.lines.len());
            self.text.offset = line.min(self.lines.len().saturating_sub(self.text.height));
        }
    }

    /// Goes to a line; the list shows the resource that it belongs to.
    pub fn select_line(&mut self, line: usize) {
        self.text.select(line, self.lines.len());
        self.follow_text();
    }

    fn follow_text(&mut self) {
        let resource = self.current().map(DiffLine::resource);
        let length = self.all().len();
        self.resources.select(resource.unwrap_or(0), length);
    }

    /// Moves in the pane that has the keys; left and right scroll long lines.
    pub fn motion(&mut self, motion: Motion) {
        match (motion, self.in_text) {
            (Motion::Left, _) => self.shifted = self.shifted.saturating_sub(8),
            (Motion::Right, _) => self.shifted = (self.shifted + 8).min(400),
            (_, true) => {
                self.text.motion(motion, self.lines.len());
                self.follow_text();
            }
            (_, false) => {
                self.resources.motion(motion, self.all().len());
                self.select_resource(self.resources.cursor);
            }
        }
    }

    /// Scrolls a pane.
    pub fn scroll(&mut self, first: bool, rows: isize) {
        if first {
            let length = self.all().len();
            self.resources.scroll(rows, length);
        } else {
            self.text.scroll(rows, self.lines.len());
            self.follow_text();
        }
    }

    /// Opens or closes the fold under the cursor; elsewhere, folds or unfolds everything.
    pub fn toggle_fold(&mut self) {
        match self.current().cloned() {
            Some(DiffLine::Fold { resource, rows }) => {
                self.opened.insert((resource, rows.start));
                let first = DiffLine::Row { resource, row: rows.start, half: Half::Both };
                self.lines = self.build_lines();
                let line = self.lines.iter().position(|line| *line == first);
                self.text.select(line.unwrap_or(self.text.cursor), self.lines.len());
                self.find();
            }
            Some(DiffLine::Row { resource, row, .. }) if self.opened_around(resource, row).is_some() => {
                if let Some(start) = self.opened_around(resource, row) {
                    self.opened.remove(&(resource, start));
                    self.rebuild();
                    let fold = self.lines.iter().position(
                        |line| matches!(line, DiffLine::Fold { resource: own, rows } if *own == resource && rows.start == start),
                    );
                    self.text.select(fold.unwrap_or(self.text.cursor), self.lines.len());
                }
            }
            _ => {
                self.folded = !self.folded;
                self.opened.clear();
                self.rebuild();
            }
        }
    }

    fn opened_around(&self, resource: usize, row: usize) -> Option<usize> {
        let diff = self.all().get(resource)?;
        self.sections(diff).into_iter().find_map(|section| match section {
            Section::Folded(rows) if rows.contains(&row) && self.opened.contains(&(resource, rows.start)) => {
                Some(rows.start)
            }
            _ => None,
        })
    }

    /// Shows the first line of side B that is written on one of these lines of a file: what an edit just changed.
    pub fn show_written(&mut self, path: &RepoPath, lines: &[usize]) {
        let found = self.lines.iter().position(|line| match line {
            DiffLine::Row { resource, row, half } if *half != Half::Left => {
                self.writer(*resource, *row).is_some_and(|writer| {
                    writer.span.file.path == *path && lines.contains(&(writer.span.line as usize))
                })
            }
            _ => false,
        });
        if let Some(line) = found {
            self.select_line(line);
        }
    }

    /// Searches again after the text of the search changed, and goes to the first match from the cursor on.
    pub fn search_again(&mut self) {
        // What is folded away can match as well.
        if self.folded && !self.search.input.text().is_empty() {
            self.folded = false;
            self.rebuild();
        }
        self.find();
        let at = self
            .search
            .matches
            .iter()
            .find(|line| **line >= self.text.cursor)
            .or(self.search.matches.first());
        if let Some(line) = at.copied() {
            self.in_text = true;
            self.select_line(line);
        }
    }

    fn find(&mut self) {
        if !self.search.is_active() {
            return;
        }
        let texts: Vec<String> = self.lines.iter().map(|line| self.line_text(line)).collect();
        self.search.run(texts.iter().map(String::as_str));
    }

    /// What a line says, for searching and copying.
    #[must_use]
    pub fn line_text(&self, line: &DiffLine) -> String {
        match line {
            DiffLine::Resource(resource) => {
                self.all().get(*resource).map_or_else(String::new, |diff| diff.identity.to_string())
            }
            DiffLine::Fold { .. } => String::new(),
            DiffLine::Row { resource, row, half } => {
                let text = |left| self.side_text(*resource, *row, left).map(|(_, text, _)| text);
                let (left, right) = (text(true), text(false));
                match half {
                    Half::Left => left.unwrap_or_default().to_owned(),
                    Half::Right => right.unwrap_or_default().to_owned(),
                    Half::Both if left == right => right.unwrap_or_default().to_owned(),
                    Half::Both => [left, right].into_iter().flatten().collect::<Vec<_>>().join("\n"),
                }
            }
        }
    }
}

fn masks(document: &DiffDocument) -> Vec<Option<Masks>> {
    let of = |diff: &ResourceDiff| {
        let kind = diff.identity.kind.as_str();
        (kind == "Secret" || diff.before.as_ref().is_some_and(|before| before.kind == "Secret")).then(|| {
            let shown = |text: &str| masked("Secret", text.lines()).into_iter().map(Into::into).collect();
            Masks { left: shown(diff.text.left.as_str()), right: shown(diff.text.right.as_str()) }
        })
    };
    document.resources.iter().map(of).collect()
}

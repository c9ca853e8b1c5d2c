//! One target: its ladder, and tabs with manifests, values, layers and findings.

use std::sync::Arc;

use crate::app::list::{ListState, Motion};
use crate::app::mask::masked;
use crate::app::search::Search;
use crate::base::{Diagnostic, RepoPath};
use crate::catalog::Address;
use crate::report::answer::{Document, Manifest, TargetView};

/// The tabs in their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tab {
    /// The rendered manifests.
    #[default]
    Manifests,
    /// What the catalog says for this target.
    Values,
    /// What it is put together from.
    Layers,
    /// What is wrong or doubtful.
    Findings,
}

impl Tab {
    /// All tabs.
    pub const ALL: [Self; 4] = [Self::Manifests, Self::Values, Self::Layers, Self::Findings];

    /// Its name on screen.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Manifests => "Manifests",
            Self::Values => "Values",
            Self::Layers => "Layers",
            Self::Findings => "Findings",
        }
    }
}

/// State of the screen.
#[derive(Clone, Debug)]
pub struct TargetScreen {
    /// What is shown.
    pub address: Address,
    /// The answer; while a newer one is on its way, the one before.
    pub view: Option<Arc<TargetView>>,
    /// Why there is no answer.
    pub failure: Option<Arc<Diagnostic>>,
    /// The lines of the manifests as they may be shown: secrets masked.
    pub lines: Vec<String>,
    /// The open tab.
    pub tab: Tab,
    /// Whether the keys move in the manifest rather than in the list of resources.
    pub in_text: bool,
    /// Cursor in the resources.
    pub resources: ListState,
    /// Cursor in the lines.
    pub text: ListState,
    /// Cursor in the list of the other tabs.
    pub other: ListState,
    /// Whether the gutter with the writers is shown.
    pub blame: bool,
    /// Search in the manifests.
    pub search: Search,
    /// Which draft the answer was asked for with.
    pub generation: u64,
}

impl TargetScreen {
    /// A screen that waits for its answer.
    #[must_use]
    pub fn new(address: Address) -> Self {
        Self {
            address,
            view: None,
            failure: None,
            lines: Vec::new(),
            tab: Tab::Manifests,
            in_text: false,
            resources: ListState::default(),
            text: ListState::default(),
            other: ListState::default(),
            blame: true,
            search: Search::default(),
            generation: 0,
        }
    }

    /// Takes the answer; cursors stay where they are as far as possible.
    pub fn answered(&mut self, result: Result<Arc<TargetView>, Arc<Diagnostic>>) {
        match result {
            Ok(view) => {
                self.failure = None;
                self.lines = view.manifest.as_deref().map(shown_lines).unwrap_or_default();
                self.view = Some(view);
            }
            Err(problem) => {
                self.failure = Some(problem);
                self.view = None;
                self.lines.clear();
            }
        }
        self.text.select(self.text.cursor, self.lines.len());
        self.resources.select(self.resources.cursor, self.documents().len());
        self.other.select(self.other.cursor, self.other_length());
        self.search.run(self.lines.iter().map(String::as_str));
    }

    /// The manifests, if there are some.
    #[must_use]
    pub fn manifest(&self) -> Option<&Manifest> {
        self.view.as_ref()?.manifest.as_deref().ok()
    }

    /// The resources of the manifests.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        self.manifest().map_or(&[], |manifest| &manifest.documents)
    }

    /// What keeps the target from rendering.
    #[must_use]
    pub fn problem(&self) -> Option<&Arc<Diagnostic>> {
        self.failure.as_ref().or_else(|| self.view.as_ref()?.manifest.as_ref().err())
    }

    /// Everything the findings tab lists, the problem that keeps it from rendering first.
    #[must_use]
    pub fn findings(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<&Diagnostic> = self.problem().map(|problem| &**problem).into_iter().collect();
        if let Some(view) = &self.view {
            all.extend(
                view.findings
                    .iter()
                    .filter(|finding| self.problem().is_none_or(|problem| **problem != **finding)),
            );
        }
        all
    }

    /// Number of rows of the tab that is no manifest.
    #[must_use]
    pub fn other_length(&self) -> usize {
        let Some(view) = &self.view else { return self.findings().len() };
        match self.tab {
            Tab::Manifests => 0,
            Tab::Values => view.values.len(),
            Tab::Layers => view.layers.len(),
            Tab::Findings => self.findings().len(),
        }
    }

    /// Opens a tab.
    pub fn open(&mut self, tab: Tab) {
        if self.tab != tab {
            self.tab = tab;
            self.other = ListState { height: self.other.height, ..ListState::default() };
        }
    }

    /// Moves in the pane that has the keys. The other pane follows.
    pub fn motion(&mut self, motion: Motion) {
        match (self.tab, self.in_text, motion) {
            (Tab::Manifests, _, Motion::Right) => self.in_text = true,
            (Tab::Manifests, _, Motion::Left) => self.in_text = false,
            (Tab::Manifests, true, _) => {
                self.text.motion(motion, self.lines.len());
                self.follow_text();
            }
            (Tab::Manifests, false, _) => {
                self.resources.motion(motion, self.documents().len());
                self.show_resource();
            }
            _ => self.other.motion(motion, self.other_length()),
        }
    }

    /// Goes to a resource and shows its first line.
    pub fn select_resource(&mut self, index: usize) {
        self.resources.select(index, self.documents().len());
        self.show_resource();
    }

    /// Goes to a line; the list shows the resource that it belongs to.
    pub fn select_line(&mut self, line: usize) {
        self.text.select(line, self.lines.len());
        self.follow_text();
    }

    /// Scrolls the manifests.
    pub fn scroll_text(&mut self, rows: isize) {
        self.text.scroll(rows, self.lines.len());
        self.follow_text();
    }

    fn show_resource(&mut self) {
        if let Some(start) = self.documents().get(self.resources.cursor).map(|document| document.lines.start)
        {
            self.text.select(start, self.lines.len());
            self.text.offset = start.min(self.lines.len().saturating_sub(self.text.height));
        }
    }

    fn follow_text(&mut self) {
        let line = self.text.cursor;
        if let Some(index) = self.documents().iter().rposition(|document| document.lines.start <= line) {
            self.resources.select(index, self.documents().len());
        }
    }

    /// Shows the first line that is written on one of these lines of a file: what an edit just changed.
    pub fn show_written(&mut self, path: &RepoPath, lines: &[usize]) {
        let found = self.manifest().and_then(|manifest| {
            manifest.lines.iter().position(|line| {
                line.writer.as_ref().is_some_and(|writer| {
                    writer.span.file.path == *path && lines.contains(&(writer.span.line as usize))
                })
            })
        });
        if let Some(line) = found {
            self.select_line(line);
        }
    }

    /// Goes to the next match of the search.
    pub fn next_match(&mut self, forward: bool) {
        if let Some(line) = self.search.next(self.text.cursor, forward) {
            self.in_text = true;
            self.select_line(line);
        }
    }

    /// Searches again after the text of the search changed, and goes to the first match from the cursor on.
    pub fn search_again(&mut self) {
        self.search.run(self.lines.iter().map(String::as_str));
        if let Some(line) =
            self.search.matches.iter().find(|line| **line >= self.text.cursor).or(self.search.matches.first())
        {
            self.select_line(*line);
        }
    }
}

/// The lines of the manifests with secrets masked.
fn shown_lines(manifest: &Manifest) -> Vec<String> {
    let mut lines: Vec<String> = manifest.lines.iter().map(|line| line.text.clone()).collect();
    for document in manifest.documents.iter().filter(|document| document.kind == "Secret") {
        let range = document.lines.start.min(lines.len())..document.lines.end.min(lines.len());
        let shown: Vec<String> = masked(&document.kind, lines[range.clone()].iter().map(String::as_str))
            .into_iter()
            .map(Into::into)
            .collect();
        lines.splice(range, shown);
    }
    lines
}

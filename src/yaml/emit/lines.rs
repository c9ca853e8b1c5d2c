//! Which value each printed line shows: blame is a read-back of this.

use std::ops::{Deref, Range};

use crate::base::Mark;
use crate::yaml::{Entry, Node};

/// What the emitter tells about the values it writes.
pub(super) trait Recorder<'n> {
    /// An entry's key starts at byte `at`; the answer goes to [`Self::leave`].
    fn entry(&mut self, entry: &'n Entry, at: usize) -> u32;
    /// A list item's dash starts at byte `at`; the answer goes to [`Self::leave`].
    fn item(&mut self, index: usize, node: &'n Node, at: usize) -> u32;
    /// The value is written.
    fn leave(&mut self, outer: u32);
}

/// Remembers nothing and costs nothing.
pub(super) struct Nobody;

impl Recorder<'_> for Nobody {
    fn entry(&mut self, _: &Entry, _: usize) -> u32 {
        0
    }

    fn item(&mut self, _: usize, _: &Node, _: usize) -> u32 {
        0
    }

    fn leave(&mut self, _: u32) {}
}

/// One step on the way from the top of a tree to a value.
#[derive(Clone, Copy, Debug)]
pub enum Step<'n> {
    /// The tree itself.
    Root(&'n Node),
    /// The value of a key.
    Key(&'n Entry),
    /// An item of a list, counted from 0.
    Item(usize, &'n Node),
}

impl<'n> Step<'n> {
    /// The value that the step leads to.
    #[must_use]
    pub fn node(&self) -> &'n Node {
        match self {
            Self::Root(node) | Self::Item(_, node) => node,
            Self::Key(entry) => &entry.value,
        }
    }
}

/// A printed line.
#[derive(Clone, Debug)]
pub struct EmittedLine<'n> {
    /// Bytes of the output, without the line break.
    pub range: Range<usize>,
    /// The innermost value that the line shows or, for a later line of a long text, continues.
    pub node: &'n Node,
    /// The entry of that value; `None` for list items.
    pub entry: Option<&'n Entry>,
    /// Where the key of the entry was written, or else the value.
    pub key_mark: Mark,
    step: u32,
}

/// The lines of a printed tree, in order.
#[derive(Clone, Debug)]
pub struct EmittedLines<'n> {
    lines: Vec<EmittedLine<'n>>,
    steps: Vec<(u32, Step<'n>)>,
}

impl<'n> EmittedLines<'n> {
    /// The way from the top of the tree to the value of a line; empty for the tree itself.
    #[must_use]
    pub fn path(&self, line: &EmittedLine<'n>) -> Vec<Step<'n>> {
        let mut path = Vec::new();
        let mut at = line.step;
        while at != 0 {
            let (outer, step) = self.steps[at as usize];
            path.push(step);
            at = outer;
        }
        path.reverse();
        path
    }
}

impl<'n> Deref for EmittedLines<'n> {
    type Target = [EmittedLine<'n>];

    fn deref(&self) -> &Self::Target {
        &self.lines
    }
}

/// Remembers where every value starts; lines are cut when all is written.
pub(super) struct Lines<'n> {
    start: usize,
    steps: Vec<(u32, Step<'n>)>,
    /// Where each step starts, parallel to `steps`.
    starts: Vec<usize>,
    current: u32,
}

impl<'n> Lines<'n> {
    pub(super) fn new(root: &'n Node, start: usize) -> Self {
        Self { start, steps: vec![(0, Step::Root(root))], starts: vec![start], current: 0 }
    }

    fn enter(&mut self, step: Step<'n>, at: usize) -> u32 {
        let outer = self.current;
        self.current = u32::try_from(self.steps.len()).unwrap_or(u32::MAX);
        self.steps.push((outer, step));
        self.starts.push(at);
        outer
    }

    pub(super) fn finish(self, out: &str) -> EmittedLines<'n> {
        let mut lines = Vec::new();
        let mut line_start = self.start;
        let mut step = 0;
        for end in memchr::memchr_iter(b'\n', &out.as_bytes()[self.start..]).map(|place| self.start + place) {
            while self.starts.get(step + 1).is_some_and(|start| *start < end) {
                step += 1;
            }
            let shown = self.steps[step].1;
            let entry = match shown {
                Step::Key(entry) => Some(entry),
                Step::Root(_) | Step::Item(..) => None,
            };
            lines.push(EmittedLine {
                range: line_start..end,
                node: shown.node(),
                entry,
                key_mark: entry.map_or(shown.node().mark, |entry| entry.mark),
                step: u32::try_from(step).unwrap_or(u32::MAX),
            });
            line_start = end + 1;
        }
        EmittedLines { lines, steps: self.steps }
    }
}

impl<'n> Recorder<'n> for Lines<'n> {
    fn entry(&mut self, entry: &'n Entry, at: usize) -> u32 {
        self.enter(Step::Key(entry), at)
    }

    fn item(&mut self, index: usize, node: &'n Node, at: usize) -> u32 {
        self.enter(Step::Item(index, node), at)
    }

    fn leave(&mut self, outer: u32) {
        self.current = outer;
    }
}

//! What the scanner hands on: tokens, and the comments found between them.

use super::super::cursor::Cursor;

/// The kinds of tokens that matter for comments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Directive,
    DocumentStart,
    End,
    SequenceStart,
    MappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar,
}

/// A token and where it starts.
#[derive(Clone, Copy)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    /// For the ends of blocks, where kustomize's reader puts them: before the comments that follow.
    pub(super) at: usize,
    /// The place itself.
    pub(super) cursor: Cursor<'t>,
}

/// Which side of a value a comment is on. Those behind a value (`foot`) are never schemas, but they use up places.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Side {
    Head,
    Line,
    Foot,
}

/// A comment on its way to a value.
#[derive(Debug)]
pub(super) struct Comment {
    pub(super) side: Side,
    pub(super) text: String,
    /// Where the scan that found it began; 0 for a comment behind a value on its line.
    pub(super) scan: usize,
    /// The comment goes to the first token that starts here or later.
    pub(super) token: usize,
    /// Where it starts: line and column.
    pub(super) start: (u32, usize),
    /// Where it starts, in bytes.
    pub(super) start_at: usize,
    /// Where the scan went on; 0 for a comment behind a value on its line.
    pub(super) end: usize,
}

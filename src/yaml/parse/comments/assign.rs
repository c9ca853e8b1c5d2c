//! Tokens to nodes, as far as it takes to know which node each comment goes to.

use super::super::cursor::Cursor;
use super::queue::{Kind, Side, Token};
use super::scan::Scanner;
use crate::base::{FileId, Mark};

/// The comment of a node: the one on its line, or the one above it if there is none.
pub(super) struct Found {
    /// Where the node starts.
    pub(super) mark: Mark,
    /// Whether the node is the key of an entry.
    pub(super) is_key: bool,
    pub(super) comment: Option<String>,
}

/// The comments of all nodes that have any.
pub(super) fn assign(text: &str, file: FileId, lines_before: u32) -> Vec<Found> {
    let mut reader = Reader {
        scanner: Scanner::new(Cursor::new(text, file, lines_before)),
        next: 0,
        head: String::new(),
        line: String::new(),
        stem: String::new(),
        unfolded: 0,
        found: Vec::new(),
    };
    reader.document();
    reader.found
}

/// Walks over the nodes of one document; comments pile up until a node takes them.
struct Reader<'t> {
    scanner: Scanner<'t>,
    /// The number of the token that comes next.
    next: usize,
    head: String,
    line: String,
    /// The comment above the dash of an item, for the map or list that is the item.
    stem: String,
    /// How many comments were piled up.
    unfolded: usize,
    found: Vec<Found>,
}

impl<'t> Reader<'t> {
    /// The next token. kustomize's reader looks two tokens ahead, and so sees the comments between them.
    fn peek(&mut self) -> Token<'t> {
        while self.next + 2 >= self.scanner.tokens.len() || self.scanner.may_be_key(self.next) {
            self.scanner.fetch();
        }
        let token = self.scanner.tokens[self.next];
        while let Some(comment) = self.scanner.comments.get_mut(self.unfolded)
            && token.at >= comment.token
        {
            let pile = match comment.side {
                // What ends has no head; it is kept for what follows.
                Side::Head if token.kind == Kind::BlockEnd => break,
                Side::Head => Some(&mut self.head),
                Side::Line => Some(&mut self.line),
                Side::Foot => None,
            };
            if let Some(pile) = pile {
                if !pile.is_empty() {
                    pile.push('\n');
                }
                pile.push_str(&comment.text);
            }
            comment.text.clear();
            comment.end = 0;
            self.unfolded += 1;
        }
        token
    }

    fn kind(&mut self) -> Kind {
        self.peek().kind
    }

    fn skip(&mut self) {
        self.next += 1;
    }

    /// What was piled up: line and head.
    fn take(&mut self) -> (String, String) {
        self.stem.clear();
        (std::mem::take(&mut self.line), std::mem::take(&mut self.head))
    }

    fn add(&mut self, mark: Mark, is_key: bool, line: String, head: String) {
        let comment = [line, head].into_iter().find(|text| !text.is_empty());
        if comment.is_some() {
            self.found.push(Found { mark, is_key, comment });
        }
    }

    fn document(&mut self) {
        let mut is_explicit = false;
        while matches!(self.kind(), Kind::Directive | Kind::DocumentStart) {
            is_explicit = self.kind() == Kind::DocumentStart;
            self.skip();
            if is_explicit {
                break;
            }
        }
        if !is_explicit {
            self.keep_last_paragraph();
        }
        if self.kind() != Kind::End {
            self.node(false, false);
        }
    }

    /// Of the comments above a document, those before the last empty line belong to no node.
    fn keep_last_paragraph(&mut self) {
        let head = self.head.as_bytes();
        for at in (1..head.len()).rev().filter(|at| head[*at] == b'\n') {
            if at == head.len() - 1 || head[at - 1] == b'\n' {
                self.head.drain(..=at);
                return;
            }
        }
    }

    fn node(&mut self, is_key: bool, below_key: bool) {
        let mut token = self.peek();
        let mark = token.cursor.mark();
        while matches!(token.kind, Kind::Anchor | Kind::Tag) {
            self.skip();
            token = self.peek();
        }
        match token.kind {
            Kind::Alias | Kind::Scalar => {
                let (line, head) = self.take();
                self.add(mark, is_key, line, head);
                self.skip();
            }
            Kind::FlowSequenceStart | Kind::FlowMappingStart => {
                let (_, head) = self.take();
                self.skip();
                self.flow_items();
                let (line, _) = self.take();
                self.add(mark, is_key, line, head);
                self.skip();
            }
            Kind::BlockEntry if below_key => self.items(),
            Kind::SequenceStart | Kind::MappingStart => {
                let stem = std::mem::take(&mut self.stem);
                self.skip();
                let line = if token.kind == Kind::SequenceStart {
                    self.items();
                    String::new()
                } else {
                    self.entries();
                    self.take().0
                };
                self.add(mark, is_key, line, stem);
                self.skip();
            }
            // An anchor or a tag alone.
            _ => {}
        }
    }

    /// The items of a list in a block, up to its end.
    fn items(&mut self) {
        while self.kind() == Kind::BlockEntry {
            let above = self.head.len();
            self.skip();
            let kind = self.kind();
            if above > 0 && matches!(kind, Kind::SequenceStart | Kind::MappingStart) {
                self.stem = self.head[..above].to_owned();
                self.head.drain(..self.head.len().min(above + 1));
            }
            if !matches!(kind, Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd | Kind::End) {
                self.node(false, false);
            }
        }
    }

    /// The entries of a map in a block, up to its end.
    fn entries(&mut self) {
        loop {
            match self.kind() {
                Kind::Key => {
                    self.skip();
                    self.node_unless_empty(true);
                }
                Kind::Value => {
                    self.skip();
                    self.node_unless_empty(false);
                }
                _ => return,
            }
        }
    }

    fn node_unless_empty(&mut self, is_key: bool) {
        if !matches!(self.kind(), Kind::Key | Kind::Value | Kind::BlockEnd | Kind::End) {
            self.node(is_key, true);
        }
    }

    /// What stands between brackets, up to the closing one.
    fn flow_items(&mut self) {
        let mut is_key = false;
        loop {
            match self.kind() {
                Kind::FlowSequenceEnd | Kind::FlowMappingEnd | Kind::End => return,
                kind @ (Kind::FlowEntry | Kind::Value | Kind::Key) => {
                    is_key = kind == Kind::Key;
                    self.skip();
                }
                _ => {
                    let before = self.next;
                    self.node(is_key, false);
                    is_key = false;
                    if self.next == before {
                        self.skip();
                    }
                }
            }
        }
    }
}

//! The tokens of a text that is known to be good, and its comments, in the order in which kustomize's reader finds them.

use super::super::cursor::Cursor;
use super::super::scalars::{self, Context};
use super::queue::{Comment, Kind, Side, Token};

/// How far that reader looks for a comment over blanks and empty lines.
const LOOK_AHEAD: usize = 512;

/// Keys and their `:` may be this many bytes apart.
const KEY_LENGTH: usize = 1024;

/// A token that becomes a key if a `:` follows.
#[derive(Clone, Copy)]
struct PossibleKey<'t> {
    /// Its number among the tokens.
    token: usize,
    cursor: Cursor<'t>,
}

/// Reads tokens one by one.
pub(super) struct Scanner<'t> {
    cursor: Cursor<'t>,
    indent: i32,
    indents: Vec<i32>,
    key_allowed: bool,
    /// One for each open bracket, and one for the block around.
    possible_keys: Vec<Option<PossibleKey<'t>>>,
    pub(super) tokens: Vec<Token<'t>>,
    pub(super) comments: Vec<Comment>,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(cursor: Cursor<'t>) -> Self {
        Self {
            cursor,
            indent: -1,
            indents: Vec::new(),
            key_allowed: true,
            possible_keys: vec![None],
            tokens: Vec::new(),
            comments: Vec::new(),
        }
    }

    fn in_flow(&self) -> bool {
        self.possible_keys.len() > 1
    }

    /// Whether it is not yet known that a token is no key.
    pub(super) fn may_be_key(&self, token: usize) -> bool {
        self.possible_keys.iter().flatten().any(|key| key.token == token && self.is_near(key))
    }

    fn is_near(&self, key: &PossibleKey<'_>) -> bool {
        key.cursor.line == self.cursor.line && self.cursor.at - key.cursor.at <= KEY_LENGTH
    }

    fn push(&mut self, kind: Kind, cursor: Cursor<'t>) {
        self.tokens.push(Token { kind, at: cursor.at, cursor });
    }

    /// Line breaks since the last character that is not blank.
    fn newlines(&self) -> usize {
        let before = self.cursor.text.as_bytes()[..self.cursor.at].iter().rev();
        before.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n')).filter(|byte| **byte == b'\n').count()
    }

    /// Reads one more token, and the comments before and behind it.
    pub(super) fn fetch(&mut self) {
        let scan = self.cursor;
        self.skip_to_token(&scan);
        self.unroll(self.cursor.indentation(), &scan);
        let start = self.cursor;
        let byte = start.byte();
        if byte == 0 || start.document_marker() == Some(b'.') {
            self.unroll(-1, &start);
            self.possible_keys.iter_mut().for_each(|key| *key = None);
            self.push(Kind::End, start);
            return;
        }
        if byte == b'%' && start.is_line_start() {
            self.cursor.skip_line_rest();
            self.drop_key();
            self.key_allowed = false;
            self.push(Kind::Directive, start);
            return;
        }
        if start.document_marker().is_some() {
            self.cursor.advance(3);
            self.drop_key();
            self.key_allowed = false;
            self.push(Kind::DocumentStart, start);
            return;
        }
        // A comment behind `key:` or `value,` belongs to what stands before the sign.
        let before = self.tokens.last().filter(|_| byte == if self.in_flow() { b',' } else { b':' });
        let token = before.map_or(start.at, |token| token.at);
        self.token(byte, start, token);
        if self.tokens.last().is_none_or(|token| token.kind != Kind::BlockEntry) {
            self.line_comment(token);
        }
    }

    fn token(&mut self, byte: u8, start: Cursor<'t>, token: usize) {
        let before_blank = start.is_blank_or_end(1);
        match byte {
            b'[' | b'{' => {
                self.save_key();
                self.possible_keys.push(None);
                self.sign(
                    if byte == b'[' { Kind::FlowSequenceStart } else { Kind::FlowMappingStart },
                    start,
                    true,
                );
            }
            b']' | b'}' => {
                if self.in_flow() {
                    self.possible_keys.pop();
                }
                self.sign(
                    if byte == b']' { Kind::FlowSequenceEnd } else { Kind::FlowMappingEnd },
                    start,
                    false,
                );
            }
            b',' => {
                self.drop_key();
                self.sign(Kind::FlowEntry, start, true);
            }
            b'-' if before_blank => {
                self.roll(start, self.tokens.len(), Kind::SequenceStart);
                self.drop_key();
                self.sign(Kind::BlockEntry, start, true);
            }
            b'?' if self.in_flow() || before_blank => {
                self.roll(start, self.tokens.len(), Kind::MappingStart);
                self.drop_key();
                self.sign(Kind::Key, start, !self.in_flow());
            }
            b':' if self.in_flow() || before_blank => self.value(start),
            b'*' | b'&' => {
                self.save_key();
                self.cursor.advance(1);
                while !self.cursor.is_blank_or_end(0)
                    && !matches!(self.cursor.byte(), b',' | b'[' | b']' | b'{' | b'}' | b'?' | b':')
                {
                    self.cursor.advance(1);
                }
                self.key_allowed = false;
                self.push(if byte == b'*' { Kind::Alias } else { Kind::Anchor }, start);
            }
            b'!' => {
                self.save_key();
                while !self.cursor.is_blank_or_end(0) {
                    self.cursor.advance(1);
                }
                self.key_allowed = false;
                self.push(Kind::Tag, start);
            }
            b'|' | b'>' if !self.in_flow() => {
                self.drop_key();
                self.header_comment(token);
                // The text was read before, so there is no error to tell.
                if scalars::block(&mut self.cursor, self.indent).is_err() {
                    self.cursor.skip_line_rest();
                }
                self.key_allowed = true;
                self.push(Kind::Scalar, start);
            }
            b'\'' | b'"' => {
                self.save_key();
                if scalars::quoted(&mut self.cursor).is_err() {
                    self.cursor.skip_line_rest();
                }
                self.key_allowed = false;
                self.push(Kind::Scalar, start);
            }
            _ => {
                self.save_key();
                let context = Context { indent: self.indent, in_flow: self.in_flow() };
                self.key_allowed = scalars::plain(&mut self.cursor, context).is_ok_and(|(_, ends)| ends);
                if self.cursor.at == start.at {
                    self.cursor.skip_line_rest();
                }
                self.push(Kind::Scalar, start);
            }
        }
    }

    fn sign(&mut self, kind: Kind, start: Cursor<'t>, key_allowed: bool) {
        self.key_allowed = key_allowed;
        self.cursor.advance(1);
        self.push(kind, start);
    }

    fn value(&mut self, start: Cursor<'t>) {
        let possible = self.possible_keys.last_mut().and_then(Option::take);
        if let Some(key) = possible.filter(|key| self.is_near(key)) {
            self.tokens.insert(key.token, Token { kind: Kind::Key, at: key.cursor.at, cursor: key.cursor });
            self.roll(key.cursor, key.token, Kind::MappingStart);
            self.sign(Kind::Value, start, false);
        } else {
            self.roll(start, self.tokens.len(), Kind::MappingStart);
            self.sign(Kind::Value, start, !self.in_flow());
        }
    }

    fn save_key(&mut self) {
        let key = PossibleKey { token: self.tokens.len(), cursor: self.cursor };
        if self.key_allowed
            && let Some(last) = self.possible_keys.last_mut()
        {
            *last = Some(key);
        }
    }

    fn drop_key(&mut self) {
        if let Some(last) = self.possible_keys.last_mut() {
            *last = None;
        }
    }

    /// Starts a block if `cursor` is deeper than the present one.
    fn roll(&mut self, cursor: Cursor<'t>, at: usize, kind: Kind) {
        let column = cursor.indentation();
        if !self.in_flow() && self.indent < column {
            self.indents.push(self.indent);
            self.indent = column;
            self.tokens.insert(at, Token { kind, at: cursor.at, cursor });
        }
    }

    /// Ends the blocks that are deeper than `column`, each before the comments that stand at its own column.
    fn unroll(&mut self, column: i32, scan: &Cursor<'t>) {
        if self.in_flow() {
            return;
        }
        let mut at = scan.at.saturating_sub(1);
        while self.indent > column {
            let mut stop = at;
            for comment in self.comments.iter().rev() {
                if comment.end < stop {
                    break;
                }
                if i32::try_from(comment.start.1).is_ok_and(|column| column == self.indent) {
                    at = comment.start_at;
                }
                stop = comment.scan;
            }
            self.tokens.push(Token { kind: Kind::BlockEnd, at, cursor: *scan });
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn skip_to_token(&mut self, scan: &Cursor<'t>) {
        loop {
            if self.in_flow() || !self.key_allowed {
                self.cursor.skip_blanks();
            } else {
                self.cursor.skip_spaces();
            }
            self.lift_comment();
            if self.cursor.byte() == b'#' {
                self.comments_here(scan);
            }
            if self.cursor.byte() != b'\n' {
                return;
            }
            self.cursor.next_line();
            if !self.in_flow() {
                self.key_allowed = true;
            }
        }
    }

    /// A comment behind a value that turns out to stand above the first item of a list becomes the head of that.
    fn lift_comment(&mut self) {
        let [.., first, second] = self.tokens.as_slice() else { return };
        if first.kind != Kind::SequenceStart || second.kind != Kind::BlockEntry || self.cursor.byte() == b'\n'
        {
            return;
        }
        let (line, at) = (self.cursor.line, self.cursor.at);
        if let Some(comment) = self.comments.last_mut()
            && comment.side == Side::Line
            && !comment.text.is_empty()
        {
            comment.side = Side::Head;
            if comment.start.0 + 1 == line {
                comment.token = at;
            }
        }
    }

    /// The rest of the line, which is a comment.
    fn read_comment(&mut self) -> &'t str {
        let start = self.cursor.at;
        self.cursor.skip_line_rest();
        &self.cursor.text[start..self.cursor.at]
    }

    /// The comment behind a token, on its line.
    fn line_comment(&mut self, token: usize) {
        if self.newlines() > 0 {
            return;
        }
        let mut ahead = self.cursor;
        ahead.skip_blanks();
        if ahead.byte() != b'#' || ahead.at - self.cursor.at >= LOOK_AHEAD {
            return;
        }
        self.cursor = ahead;
        let text = self.read_comment().to_owned();
        let start = (ahead.line, ahead.column());
        self.comments.push(Comment {
            side: Side::Line,
            text,
            scan: 0,
            token,
            start,
            start_at: ahead.at,
            end: 0,
        });
    }

    /// The comment behind `|` or `>`; the cursor stays.
    fn header_comment(&mut self, token: usize) {
        let sign = self.cursor;
        self.cursor.advance(1);
        while matches!(self.cursor.byte(), b'+' | b'-' | b'0'..=b'9') {
            self.cursor.advance(1);
        }
        self.line_comment(token);
        self.cursor = sign;
    }

    /// Comments on lines of their own: those above what follows, and those below what was before.
    fn comments_here(&mut self, scan: &Cursor<'t>) {
        let mut last = self.tokens.len().checked_sub(1).map(|at| self.tokens[at]);
        if last.is_some_and(|token| token.kind == Kind::FlowEntry) && self.tokens.len() > 1 {
            last = Some(self.tokens[self.tokens.len() - 2]);
        }
        let behind_colon = last.is_some_and(|token| token.kind == Kind::Value);
        let indent = usize::try_from(self.indent).unwrap_or(0);
        let newlines = self.newlines();
        let mut first_empty = newlines <= 1;
        let mut recent_empty = false;
        // A comment must start on this line to be below what was before.
        let foot_line = (scan.line > 0).then(|| {
            let below = usize::from(newlines == 0 && self.cursor.column() > 1);
            self.cursor.line as usize + 1 + below - newlines
        });
        let mut found = Found {
            scan: scan.at,
            token: last.map_or(0, |token| token.at),
            start: (0, 0),
            start_at: 0,
            text: String::new(),
        };
        let (mut line, mut column) = (self.cursor.line, self.cursor.column());
        let mut peek = 0;
        while peek < LOOK_AHEAD {
            let byte = self.cursor.byte_at(peek);
            column += 1;
            if matches!(byte, b' ' | b'\t') {
                peek += 1;
                continue;
            }
            let closes = self.in_flow() && matches!(byte, b']' | b'}');
            let here = self.cursor.at + peek;
            if closes || matches!(byte, b'\n' | 0) {
                if closes || !recent_empty {
                    let is_dedented = found.start.1 < indent;
                    let is_below = foot_line == Some(found.start.0 as usize) && !behind_colon;
                    if closes || (first_empty && (is_below || is_dedented)) {
                        if is_dedented {
                            found.token = found.start_at;
                        }
                        self.foot(&mut found, here);
                    } else if !found.text.is_empty() && byte != 0 {
                        found.text.push('\n');
                    }
                }
                if byte != b'\n' {
                    break;
                }
                first_empty = false;
                recent_empty = true;
                column = 0;
                line += 1;
                peek += 1;
                continue;
            }
            if column - 1 < indent && column - 1 != found.start.1 {
                self.foot(&mut found, here);
            }
            if byte != b'#' {
                break;
            }
            if found.text.is_empty() {
                found.start = (line, column - 1);
                found.start_at = here;
            } else {
                found.text.push('\n');
            }
            recent_empty = false;
            while self.cursor.at < here {
                if self.cursor.byte() == b'\n' {
                    self.cursor.next_line();
                } else {
                    self.cursor.advance(1);
                }
            }
            let text = self.read_comment();
            found.text.push_str(text);
            // The break behind the comment is not looked at, and does not count as a line.
            peek = 1;
            column = 0;
            line = self.cursor.line;
        }
        if !found.text.is_empty() {
            let end = (self.cursor.at + peek).saturating_sub(1);
            found.token = found.start_at;
            let comment = found.take(Side::Head, end);
            self.comments.push(comment);
        }
    }

    /// What was found so far is below what was before.
    fn foot(&mut self, found: &mut Found, here: usize) {
        if !found.text.is_empty() {
            let comment = found.take(Side::Foot, here);
            self.comments.push(comment);
            found.scan = here;
            found.token = here;
        }
    }
}

/// A comment that is being read.
struct Found {
    scan: usize,
    token: usize,
    start: (u32, usize),
    start_at: usize,
    text: String,
}

impl Found {
    fn take(&mut self, side: Side, end: usize) -> Comment {
        let text = std::mem::take(&mut self.text);
        Comment {
            side,
            text,
            scan: self.scan,
            token: self.token,
            start: self.start,
            start_at: self.start_at,
            end,
        }
    }
}

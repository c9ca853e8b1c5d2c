//! The state of reading one document, and what the next piece of it is.

use super::failure::Failure;
use std::borrow::Cow;

use super::cursor::{Cursor, PARAGRAPH_SEPARATOR, is_break};
use super::documents::Chunk;
use super::properties::{self, Properties, TagHandles};
use super::scalars::{self, Context};
use super::tree::{self, Anchors, Budget, Loaded};
use super::{comments, input, syntax};
use crate::base::{FileId, Mark};
use crate::yaml::{Node, Style};

/// The first document of a chunk; `None` when there is none. Text after its end is not read.
pub(super) fn load(chunk: &Chunk<'_>, file: FileId, budget: &mut Budget) -> Result<Option<Node>, Failure> {
    let (text, odd_breaks) = input::text(chunk.bytes, file, chunk.lines_before)?;
    let mut parser = Parser {
        cursor: Cursor::new(&text, file, chunk.lines_before).with_odd_breaks(odd_breaks),
        indent: -1,
        flow_level: 0,
        key_allowed: true,
        scanned: None,
        last_plain: None,
        anchors: Anchors::default(),
        handles: TagHandles::default(),
        budget,
    };
    let mut node = parser.document()?;
    if let Some(node) = &mut node {
        comments::attach(node, &text, file, chunk.lines_before)?;
    }
    Ok(node)
}

/// Reads a document by recursive descent.
///
/// It accepts what the scanner and parser of go-yaml v3 accept, by the same three facts: the column of the
/// enclosing block, whether a key may start here, and that a key and its `:` stand on one line.
pub(super) struct Parser<'t, 'l> {
    pub(super) cursor: Cursor<'t>,
    /// Column of the enclosing block; -1 at the top.
    pub(super) indent: i32,
    /// Open brackets.
    pub(super) flow_level: usize,
    /// Whether a key, or a list item of a block, may start here.
    pub(super) key_allowed: bool,
    /// A scalar that was read to see whether it is a key.
    scanned: Option<Scanned<'t>>,
    /// Where the last scalar without quotes started: what went wrong often went wrong there.
    last_plain: Option<Cursor<'t>>,
    pub(super) anchors: Anchors,
    handles: TagHandles,
    pub(super) budget: &'l mut Budget,
}

/// A scalar that is read but not yet used.
pub(super) struct Scanned<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) style: Style,
    start: Cursor<'t>,
    /// Whether the `:` that makes it a key follows; the cursor stands on it then.
    is_key: bool,
}

/// What comes next in a block, seen from the enclosing block's column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Next {
    /// The document ends: at a marker or with the text.
    DocumentEnd,
    /// The enclosing block ends.
    BlockEnd,
    /// A list starts, deeper than the enclosing block.
    SequenceStart,
    /// An item at the column of the enclosing block.
    Entry,
    /// A map starts, deeper than the enclosing block.
    MappingStart,
    /// A key at the column of the enclosing block.
    Key,
    /// A `:` without a key before it on its line.
    Value,
    /// A scalar, alias, bracket or property.
    Content,
}

/// Keys and their `:` may be this many characters apart.
const KEY_LENGTH: usize = 1024;

impl<'t> Parser<'t, '_> {
    fn document(&mut self) -> Result<Option<Node>, Failure> {
        self.skip_to_token();
        let mut seen_version = false;
        let mut has_directives = false;
        while self.cursor.byte() == b'%' && self.cursor.is_line_start() {
            properties::directive(&mut self.cursor, &mut self.handles, &mut seen_version)?;
            has_directives = true;
            self.skip_to_token();
        }
        match self.cursor.document_marker() {
            Some(b'-') => {
                self.cursor.advance(3);
                self.key_allowed = false;
            }
            _ if has_directives => {
                return Err(self.cursor.error("a `---` line must follow the lines that start with `%`"));
            }
            Some(_) => return Err(self.cursor.error("the document ends before it starts")),
            None if self.cursor.byte() == 0 => return Ok(None),
            None => {}
        }
        let next = self.next()?;
        if next == Next::DocumentEnd {
            return Ok(None);
        }
        let node = self.block_node(next, false, 1)?.node;
        if self.next()? != Next::DocumentEnd {
            return Err(syntax::after_end(&self.start()));
        }
        if self.cursor.document_marker() == Some(b'.') {
            self.cursor.advance(3);
            self.key_allowed = false;
            self.look_ahead()?;
        } else if self.is_at_directive() {
            properties::skip_directive(&mut self.cursor)?;
            let end = self.cursor;
            self.look_ahead()?;
            self.cursor = end;
            self.refuse_more()?;
        }
        Ok(Some(node))
    }

    /// Whether a line starts here with `%`, which ends a document wherever a value may end.
    fn is_at_directive(&self) -> bool {
        self.cursor.byte() == b'%' && self.cursor.is_line_start()
    }

    /// Refuses what kustomize does not read: anything behind a line with `%` that ended the document.
    fn refuse_more(&mut self) -> Result<(), Failure> {
        self.flow_level = 0;
        self.skip_to_token();
        while self.is_at_directive() {
            self.cursor.skip_line_rest();
            self.skip_to_token();
        }
        if self.cursor.byte() == 0 || self.cursor.document_marker().is_some() {
            return Ok(());
        }
        Err(syntax::after_end(&self.cursor))
    }

    /// Looks at the two tokens behind the end of the document, as go-yaml v3 does before it says that this is the end.
    /// What comes after them is never read.
    fn look_ahead(&mut self) -> Result<(), Failure> {
        let (mut tokens, mut after_key) = (0, false);
        while tokens < 2 {
            self.skip_to_token();
            let start = self.cursor;
            let before_blank = start.is_blank_or_end(1);
            let in_block = self.flow_level == 0;
            tokens += 1;
            let is_sign = match start.byte() {
                0 => return Ok(()),
                b'%' if start.is_line_start() => {
                    properties::skip_directive(&mut self.cursor)?;
                    false
                }
                _ if start.document_marker().is_some() => {
                    self.cursor.advance(3);
                    self.key_allowed = false;
                    false
                }
                b'[' | b'{' => {
                    self.flow_level += 1;
                    true
                }
                b']' | b'}' => {
                    self.flow_level = self.flow_level.saturating_sub(1);
                    true
                }
                b',' => true,
                b'-' if before_blank && in_block && !self.key_allowed => {
                    return Err(syntax::item_not_allowed(&start));
                }
                b':' if before_blank && in_block && !self.key_allowed && !after_key => {
                    return Err(syntax::value_not_allowed(&start, self.last_plain.as_ref()));
                }
                b'-' | b'?' if before_blank => {
                    // The list or the map that starts here is a token of its own.
                    tokens += usize::from(in_block);
                    true
                }
                b':' if before_blank => true,
                b'&' | b'*' => {
                    properties::anchor_name(&mut self.cursor)?;
                    false
                }
                b'!' => {
                    properties::tag(&mut self.cursor, &self.handles)?;
                    false
                }
                b'|' | b'>' if in_block => {
                    scalars::block(&mut self.cursor, -1)?;
                    false
                }
                _ => {
                    let key_allowed = self.key_allowed;
                    self.scan_scalar()?;
                    after_key = key_allowed && self.is_key_from(&start);
                    false
                }
            };
            if is_sign {
                self.cursor.advance(1);
                self.key_allowed = true;
            }
        }
        Ok(())
    }

    /// Where scalars are read.
    fn context(&self) -> Context {
        Context { indent: self.indent, in_flow: self.flow_level > 0 }
    }

    /// Skips blanks, comments and line breaks.
    pub(super) fn skip_to_token(&mut self) {
        loop {
            // Tabs may not indent what could be a key.
            if self.flow_level > 0 || !self.key_allowed {
                self.cursor.skip_blanks();
            } else {
                self.cursor.skip_spaces();
            }
            if self.cursor.byte() == b'#' {
                self.cursor.skip_line_rest();
            }
            if !is_break(self.cursor.byte()) {
                return;
            }
            self.cursor.next_line();
            if self.flow_level == 0 {
                self.key_allowed = true;
            }
        }
    }

    /// What comes next in a block. Asking twice gives the same answer as long as nothing is taken.
    pub(super) fn next(&mut self) -> Result<Next, Failure> {
        if let Some(scanned) = &self.scanned {
            return Ok(match (scanned.is_key, scanned.start.indentation() > self.indent) {
                (false, _) => Next::Content,
                (true, true) => Next::MappingStart,
                (true, false) => Next::Key,
            });
        }
        self.skip_to_token();
        let byte = self.cursor.byte();
        if byte == 0 || self.cursor.document_marker().is_some() || self.is_at_directive() {
            return Ok(if self.indent < 0 { Next::DocumentEnd } else { Next::BlockEnd });
        }
        let column = self.cursor.indentation();
        if column < self.indent {
            return Ok(Next::BlockEnd);
        }
        let deeper = column > self.indent;
        let before_blank = self.cursor.is_blank_or_end(1);
        match byte {
            b'-' if before_blank => {
                if !self.key_allowed {
                    return Err(syntax::item_not_allowed(&self.cursor));
                }
                Ok(if deeper { Next::SequenceStart } else { Next::Entry })
            }
            b'?' if before_blank => {
                if !self.key_allowed {
                    return Err(self
                        .cursor
                        .error("a key may not start here")
                        .hint("Put `? ` on a line of its own."));
                }
                Ok(if deeper { Next::MappingStart } else { Next::Key })
            }
            b':' if before_blank => {
                if !self.key_allowed {
                    return Err(syntax::value_not_allowed(&self.cursor, self.last_plain.as_ref()));
                }
                Ok(if deeper { Next::MappingStart } else { Next::Value })
            }
            _ if self.scan_key(true)? => Ok(if deeper { Next::MappingStart } else { Next::Key }),
            _ => Ok(Next::Content),
        }
    }

    /// Whether a key starts here. A scalar is kept for [`Self::take_scalar`], be it a key or not.
    pub(super) fn scan_key(&mut self, in_block: bool) -> Result<bool, Failure> {
        let byte = self.cursor.byte();
        if !self.key_allowed || (in_block && matches!(byte, b'|' | b'>')) {
            return Ok(false);
        }
        let start = self.cursor;
        let is_key = match byte {
            b'&' | b'!' | b'*' => {
                let is_key = self.properties_of_key()?;
                self.cursor = start;
                is_key
            }
            b'[' | b'{' | b']' | b'}' | b',' => false,
            _ => {
                let mut scanned = self.scan_scalar()?;
                scanned.is_key = self.is_key_from(&start);
                let is_key = scanned.is_key;
                if is_key {
                    self.key_allowed = false;
                }
                self.scanned = Some(scanned);
                is_key
            }
        };
        if !is_key && in_block && start.indentation() == self.indent {
            return Err(syntax::key_without_colon(&start));
        }
        Ok(is_key)
    }

    /// Whether, after a possible key that started at `start`, its `:` follows; goes there.
    fn is_key_from(&mut self, start: &Cursor<'t>) -> bool {
        if !self.cursor.is_on_line_of(start) {
            return false;
        }
        let end = self.cursor;
        self.cursor.skip_blanks();
        let is_key = self.cursor.byte() == b':'
            && (self.flow_level > 0 || self.cursor.is_blank_or_end(1))
            && (self.cursor.at - start.at <= KEY_LENGTH
                || self.cursor.column() - start.column() <= KEY_LENGTH);
        if !is_key {
            self.cursor = end;
        }
        is_key
    }

    /// Looks over the properties and the scalar of a possible key; the caller goes back.
    fn properties_of_key(&mut self) -> Result<bool, Failure> {
        let start = self.cursor;
        loop {
            match self.cursor.byte() {
                b'&' => {
                    properties::anchor_name(&mut self.cursor)?;
                }
                b'!' => {
                    properties::tag(&mut self.cursor, &self.handles)?;
                }
                _ => break,
            }
            self.cursor.skip_blanks();
        }
        match self.cursor.byte() {
            b'*' => {
                properties::anchor_name(&mut self.cursor)?;
            }
            b'\n'..=PARAGRAPH_SEPARATOR | 0 | b'#' | b'[' | b'{' | b']' | b'}' | b',' | b'|' | b'>' => {
                return Ok(false);
            }
            b':' if self.flow_level > 0 || self.cursor.is_blank_or_end(1) => {}
            b'-' | b'?' if self.cursor.is_blank_or_end(1) => return Ok(false),
            _ => {
                let allowed = self.key_allowed;
                self.scan_scalar()?;
                self.key_allowed = allowed;
            }
        }
        Ok(self.is_key_from(&start))
    }

    /// Reads the scalar here: plain or in quotes.
    fn scan_scalar(&mut self) -> Result<Scanned<'t>, Failure> {
        let start = self.cursor;
        self.key_allowed = false;
        let (text, style) = match self.cursor.byte() {
            b'\'' => (scalars::quoted(&mut self.cursor)?, Style::Single),
            b'"' => (scalars::quoted(&mut self.cursor)?, Style::Double),
            _ if self.is_plain_start() => {
                let context = self.context();
                self.last_plain = Some(start);
                let (text, ends_line) = scalars::plain(&mut self.cursor, context)?;
                self.key_allowed = ends_line;
                (text, Style::Plain)
            }
            _ => return Err(syntax::bad_start(&self.cursor, self.flow_level > 0)),
        };
        Ok(Scanned { text, style, start, is_key: false })
    }

    fn is_plain_start(&self) -> bool {
        match self.cursor.byte() {
            b'-' => !self.cursor.is_blank_or_end(1),
            b'?' | b':' => self.flow_level == 0 && !self.cursor.is_blank_or_end(1),
            b','
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'#'
            | b'&'
            | b'*'
            | b'!'
            | b'|'
            | b'>'
            | b'\''
            | b'"'
            | b'%'
            | b'@'
            | b'`'
            | b' '
            | b'\t'..=PARAGRAPH_SEPARATOR
            | 0 => false,
            _ => true,
        }
    }

    /// The scalar that was read to see what comes next, or the one here.
    pub(super) fn take_scalar(&mut self) -> Result<Scanned<'t>, Failure> {
        match self.scanned.take() {
            Some(scanned) => Ok(scanned),
            None => self.scan_scalar(),
        }
    }

    /// Where what comes next starts, be it read already or not.
    pub(super) fn start(&self) -> Cursor<'t> {
        self.scanned.as_ref().map_or(self.cursor, |scanned| scanned.start)
    }

    /// Whether a scalar is read but not yet used.
    pub(super) fn has_scalar(&self) -> bool {
        self.scanned.is_some()
    }

    /// The properties here: an anchor and a tag, in either order, over any number of lines.
    pub(super) fn properties(&mut self) -> Result<Properties, Failure> {
        let mut found = Properties::default();
        loop {
            let mark = self.cursor.mark();
            match self.cursor.byte() {
                b'&' if found.anchor.is_none() => {
                    found.anchor = Some(properties::anchor_name(&mut self.cursor)?.to_owned());
                }
                b'!' if found.tag.is_none() => {
                    found.tag = Some(properties::tag(&mut self.cursor, &self.handles)?);
                }
                _ => return Ok(found),
            }
            found.mark.get_or_insert(mark);
            self.key_allowed = false;
            let end = self.cursor;
            self.skip_to_token();
            // On another line these may belong to the first key of a map; that is for the caller to see.
            if !self.cursor.is_on_line_of(&end) {
                let second = matches!(self.cursor.byte(), b'&' | b'!');
                let is_own = self.flow_level > 0
                    || (self.cursor.indentation() >= self.indent && !(second && self.scan_key(true)?));
                if !second || !is_own {
                    return Ok(found);
                }
            }
        }
    }

    /// A scalar as a value.
    pub(super) fn scalar(&mut self, properties: Properties, depth: usize) -> Result<Loaded, Failure> {
        let Scanned { text, style, start, .. } = self.take_scalar()?;
        self.finish_scalar(properties, text, style, start.mark(), depth)
    }

    /// Resolves a scalar and remembers its anchor.
    pub(super) fn finish_scalar(
        &mut self,
        properties: Properties,
        text: Cow<'t, str>,
        style: Style,
        mark: Mark,
        depth: usize,
    ) -> Result<Loaded, Failure> {
        let mark = properties.mark.unwrap_or(mark);
        self.budget.spend(depth, mark)?;
        let loaded = tree::scalar(properties.tag.as_deref(), text, style, mark)?;
        self.anchors.define(properties, &loaded);
        Ok(loaded)
    }

    /// The value of the alias here.
    pub(super) fn alias(&mut self, depth: usize) -> Result<Loaded, Failure> {
        let mark = self.cursor.mark();
        let name = properties::anchor_name(&mut self.cursor)?;
        self.key_allowed = false;
        self.anchors.copy(name, mark, depth, self.budget)
    }

    /// The value where nothing is written.
    pub(super) fn nothing(&mut self, mark: Mark, depth: usize) -> Result<Node, Failure> {
        self.budget.spend(depth, mark)?;
        Ok(tree::nothing(mark))
    }
}

//! Text on its way out: columns, indentation, quoting and folding of one scalar at a time.

use std::fmt::Write as _;

use super::analysis::{Analysis, analyse, is_break, is_printable};

/// Enough for the indentation of nearly all lines.
const SPACES: &str = "                                                                                ";

/// Longer keys, in bytes, stand on a line of their own behind a `?`.
pub(super) const LONGEST_SIMPLE_KEY: usize = 128;

/// Lines longer than this are folded at the next space.
const WIDTH: usize = 80;

/// The growing output and where in its last line it stands.
pub(super) struct Writer<'o> {
    pub(super) out: &'o mut String,
    /// Characters in the last line.
    column: usize,
    /// Whether the last thing written was a space or a break that separates.
    whitespace: bool,
    /// Whether the line has nothing but indentation so far: spaces, `- `, `? `.
    pub(super) indentation: bool,
}

/// How a scalar is to be written, before the string itself has its say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Plain,
    Double,
    Literal,
}

impl<'o> Writer<'o> {
    pub(super) fn new(out: &'o mut String) -> Self {
        Self { out, column: 0, whitespace: true, indentation: true }
    }

    fn put(&mut self, character: char) {
        self.out.push(character);
        self.column += 1;
    }

    /// Text without line breaks.
    fn put_str(&mut self, text: &str, ascii: bool) {
        self.out.push_str(text);
        self.column += if ascii { text.len() } else { text.chars().count() };
    }

    fn put_break(&mut self, character: char) {
        self.out.push(character);
        self.column = 0;
    }

    /// Starts a line that is indented by `indent`, unless the current one already is.
    pub(super) fn indent(&mut self, indent: usize) {
        if !self.indentation || self.column > indent || (self.column == indent && !self.whitespace) {
            self.put_break('\n');
        }
        if let Some(missing) = indent.checked_sub(self.column) {
            match SPACES.get(..missing) {
                Some(spaces) => self.out.push_str(spaces),
                None => self.out.extend(std::iter::repeat_n(' ', missing)),
            }
            self.column = indent;
        }
        self.whitespace = true;
        self.indentation = true;
    }

    /// `-`, `?` or `:` where what follows may start on the same line.
    pub(super) fn block_indicator(&mut self, indicator: char) {
        self.separate();
        self.put(indicator);
        self.whitespace = false;
    }

    /// The `:` after a key that stands on the same line.
    pub(super) fn colon(&mut self) {
        self.put(':');
        self.whitespace = false;
        self.indentation = false;
    }

    /// `{}`, `[]`, a number or a word: text that needs no look.
    pub(super) fn word(&mut self, text: &str) {
        self.separate();
        self.put_str(text, true);
        self.whitespace = false;
        self.indentation = false;
    }

    fn separate(&mut self) {
        if !self.whitespace {
            self.put(' ');
        }
    }

    /// A string that is not a key on the same line as its value.
    pub(super) fn value(&mut self, text: &str, wanted: Wanted, indent: usize) {
        if text.is_empty() {
            // An empty text reads as null, so plain is never wanted for it.
            self.word("\"\"");
            return;
        }
        self.scalar(text, &analyse(text), wanted, indent, true);
    }

    /// A key that stands on one line with its value; `None` if it cannot.
    pub(super) fn simple_key(&mut self, text: &str, wanted: Wanted) -> Option<()> {
        if text.is_empty() {
            self.word("\"\"");
            return Some(());
        }
        let analysis = analyse(text);
        if analysis.multiline || text.len() > LONGEST_SIMPLE_KEY {
            return None;
        }
        self.scalar(text, &analysis, wanted, 0, false);
        Some(())
    }

    fn scalar(&mut self, text: &str, analysis: &Analysis, wanted: Wanted, indent: usize, fold: bool) {
        match wanted {
            Wanted::Plain if analysis.plain => self.plain(text, analysis, indent, fold),
            Wanted::Plain if analysis.single => self.single(text, indent, fold),
            Wanted::Literal if analysis.block => self.literal(text, indent),
            Wanted::Plain | Wanted::Literal | Wanted::Double => self.double(text, indent, fold),
        }
    }

    fn plain(&mut self, text: &str, analysis: &Analysis, indent: usize, fold: bool) {
        self.separate();
        // Folding starts at a space behind column 80: short text has none.
        if !fold || self.column + text.len() <= WIDTH {
            self.put_str(text, analysis.ascii);
        } else {
            let mut spaces = false;
            let mut characters = text.chars().peekable();
            while let Some(character) = characters.next() {
                let is_space = character == ' ';
                if is_space && !spaces && self.column > WIDTH && characters.peek() != Some(&' ') {
                    self.indent(indent);
                } else {
                    self.put(character);
                }
                if !is_space {
                    self.indentation = false;
                }
                spaces = is_space;
            }
        }
        self.whitespace = false;
        self.indentation = false;
    }

    fn single(&mut self, text: &str, indent: usize, fold: bool) {
        self.separate();
        self.put('\'');
        self.whitespace = false;
        self.indentation = false;
        let (mut spaces, mut breaks) = (false, false);
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            if character == ' ' {
                let next = characters.peek().map(|(_, next)| *next);
                let may_fold = at > 0 && next.is_some_and(|next| next != ' ');
                if fold && !spaces && self.column > WIDTH && may_fold {
                    self.indent(indent);
                } else {
                    self.put(' ');
                }
                spaces = true;
            } else if is_break(character) {
                if !breaks && character == '\n' {
                    self.put_break('\n');
                }
                self.put_break(character);
                self.indentation = true;
                breaks = true;
            } else {
                if breaks {
                    self.indent(indent);
                }
                if character == '\'' {
                    self.put('\'');
                }
                self.put(character);
                self.indentation = false;
                spaces = false;
                breaks = false;
            }
        }
        self.put('\'');
        self.whitespace = false;
        self.indentation = false;
    }

    fn double(&mut self, text: &str, indent: usize, fold: bool) {
        self.separate();
        self.put('"');
        self.whitespace = false;
        self.indentation = false;
        // go-yaml looks for a byte order mark at the start only, and then escapes everything.
        let escape_all = text.starts_with('\u{feff}');
        let mut spaces = false;
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            let escape = !is_printable(character) || is_break(character) || matches!(character, '"' | '\\');
            if escape || escape_all {
                self.escape(character);
                spaces = false;
            } else if character == ' ' {
                if let Some(next) = next.filter(|_| fold && !spaces && self.column > WIDTH && at > 0) {
                    self.indent(indent);
                    if next == ' ' {
                        self.put('\\');
                    }
                } else {
                    self.put(' ');
                }
                spaces = true;
            } else {
                self.put(character);
                spaces = false;
            }
        }
        self.put('"');
        self.whitespace = false;
        self.indentation = false;
    }

    fn escape(&mut self, character: char) {
        let short = ESCAPES.iter().find(|(escaped, _)| *escaped == character);
        let before = self.out.len();
        // Writing to a string cannot fail.
        let _ = match (short, u32::from(character)) {
            (Some((_, letter)), _) => write!(self.out, "\\{letter}"),
            (None, code @ ..=0xff) => write!(self.out, "\\x{code:02X}"),
            (None, code @ ..=0xffff) => write!(self.out, "\\u{code:04X}"),
            (None, code) => write!(self.out, "\\U{code:08X}"),
        };
        self.column += self.out.len() - before;
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.separate();
        self.put('|');
        if text.starts_with(|first| first == ' ' || is_break(first)) {
            // The reader cannot guess the indentation: it is two by two.
            self.put('2');
        }
        let mut last = text.chars().rev();
        let ends_in_break = last.next().is_some_and(is_break);
        if !ends_in_break {
            self.put('-');
        } else if last.next().is_none_or(is_break) {
            self.put('+');
        }
        self.put_break('\n');
        self.indentation = true;
        self.whitespace = true;
        for line in text.split_inclusive(is_break) {
            let content = line.trim_end_matches(is_break);
            if !content.is_empty() {
                self.indent(indent);
                self.put_str(content, false);
                self.indentation = false;
            }
            if let Some(end) = line[content.len()..].chars().next() {
                self.put_break(end);
                self.indentation = true;
            }
        }
    }
}

/// Characters with a short escape in double quotes.
const ESCAPES: [(char, char); 15] = [
    ('\0', '0'),
    ('\u{7}', 'a'),
    ('\u{8}', 'b'),
    ('\t', 't'),
    ('\n', 'n'),
    ('\u{b}', 'v'),
    ('\u{c}', 'f'),
    ('\r', 'r'),
    ('\u{1b}', 'e'),
    ('"', '"'),
    ('\\', '\\'),
    ('\u{85}', 'N'),
    ('\u{a0}', '_'),
    ('\u{2028}', 'L'),
    ('\u{2029}', 'P'),
];

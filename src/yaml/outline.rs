//! Where the entries of a long list stand, told from the lines of the text alone.
//!
//! Reading all of a file to look at one entry of it costs more than everything else that is done with that entry. An
//! outline finds the lines of each entry without reading the YAML, and is only given where lines cannot deceive: no
//! quotes that reach over the end of a line, no markers of documents, no tabs for indentation.

use std::collections::BTreeSet;
use std::ops::Range;

/// The lines of the entries of a list that is the value of a key at the top of a text.
#[derive(Clone, Debug)]
pub struct Outline<'t> {
    text: &'t str,
    /// The line of the key, with its end.
    head: Range<usize>,
    /// The lines of each entry, with blank lines and comments up to the next one.
    entries: Vec<Range<usize>>,
}

impl<'t> Outline<'t> {
    /// The outline of the list at `key`; `None` when only reading the text can tell where its entries stand.
    #[must_use]
    pub fn of(text: &'t str, key: &str) -> Option<Self> {
        if has_odd_breaks(text) {
            return None;
        }
        let mut outline = Self { text, head: 0..0, entries: Vec::new() };
        // The column of the dashes, once there is one, and whether the list is over.
        let (mut dash, mut is_over) = (None, false);
        let (mut at, mut scan) = (0, Scan::default());
        for line in text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let line = line.strip_suffix('\n').unwrap_or(line);
            let line = line.strip_suffix('\r').unwrap_or(line);
            let is_inside = scan.depth > 0;
            if !scan.take(line) {
                return None;
            }
            if is_inside {
                continue;
            }
            let column = indentation(line);
            let content = &line[column..];
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let is_head = column == 0 && opens(content, key);
            if is_head {
                if !outline.head.is_empty() {
                    return None;
                }
                outline.head = start..at;
                continue;
            }
            if outline.head.is_empty() || is_over {
                continue;
            }
            let is_item = content.starts_with("- ");
            match dash {
                None if is_item => dash = Some(column),
                None => return None,
                Some(dash) => is_over = column < dash || (column == dash && !is_item),
            }
            let begins = dash == Some(column) && !is_over;
            if let Some(last) = outline.entries.last_mut().filter(|_| begins || is_over) {
                last.end = start;
            }
            if begins {
                outline.entries.push(start..text.len());
            }
        }
        (!outline.entries.is_empty() && scan.depth == 0).then_some(outline)
    }

    /// How many entries there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// The text of every entry, in their order.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &'t str> {
        self.entries.iter().map(|bytes| &self.text[bytes.clone()])
    }

    /// What stands before the first entry and behind the last.
    #[must_use]
    pub fn around(&self) -> (&'t str, &'t str) {
        let (first, last) = (self.entries.first(), self.entries.last());
        (&self.text[..first.map_or(0, |bytes| bytes.start)], &self.text[last.map_or(0, |bytes| bytes.end)..])
    }

    /// The first line of every entry, counted from 1.
    #[must_use]
    pub fn lines(&self) -> Vec<u32> {
        first_lines(self.text, &self.entries)
    }

    /// The bytes of an entry.
    #[must_use]
    pub fn bytes(&self, entry: usize) -> Option<Range<usize>> {
        self.entries.get(entry).cloned()
    }

    /// Whether an entry names an anchor, or something that looks like one.
    #[must_use]
    pub fn has_anchors(&self, entry: usize) -> bool {
        self.entries.get(entry).is_some_and(|bytes| anchors(&self.text[bytes.clone()]).next().is_some())
    }

    /// The entries in which the value of `key` is `value`, as far as it is written on the line of the key.
    #[must_use]
    pub fn with(&self, key: &str, value: &str) -> Vec<usize> {
        let is_it = |entry: &str| {
            entry.contains(value) && fields(entry).any(|(own, text)| own == key && plain(text) == value)
        };
        self.entries().enumerate().filter(|(_, entry)| is_it(entry)).map(|(index, _)| index).collect()
    }

    /// Some entries together with those that share something with one of them through its anchors, and all that name the
    /// anchors which these use: they can be read without the others.
    #[must_use]
    pub fn with_all_that_share(&self, wanted: &[usize], one: usize) -> Vec<usize> {
        let own: Vec<&str> =
            self.bytes(one).into_iter().flat_map(|bytes| anchors(&self.text[bytes])).collect();
        let shares = |entry: &str| names(entry).any(|(_, name)| own.contains(&name));
        let mut all = wanted.to_vec();
        if !own.is_empty() {
            all.extend(self.entries().enumerate().filter(|(_, entry)| shares(entry)).map(|(index, _)| index));
        }
        self.with_anchors(&all)
    }

    /// Some entries together with all that name the anchors which these use, and so on.
    #[must_use]
    pub fn with_anchors(&self, wanted: &[usize]) -> Vec<usize> {
        let mut found: BTreeSet<usize> = wanted.iter().copied().collect();
        let mut used: BTreeSet<&str> = BTreeSet::new();
        let mut new = wanted.to_vec();
        while !new.is_empty() {
            let texts = new.iter().filter_map(|index| self.bytes(*index));
            used.extend(texts.flat_map(|bytes| names(&self.text[bytes]).map(|(_, name)| name)));
            if used.is_empty() {
                break;
            }
            let names_one = |entry: &str| anchors(entry).any(|name| used.contains(name));
            let entries = self.entries().enumerate().filter(|(index, _)| !found.contains(index));
            new = entries.filter(|(_, entry)| names_one(entry)).map(|(index, _)| index).collect();
            found.extend(&new);
        }
        found.into_iter().collect()
    }

    /// The key and some entries as a text of its own.
    #[must_use]
    pub fn excerpt(&self, chosen: &[usize]) -> Excerpt {
        let mut text = self.text[self.head.clone()].to_owned();
        let mut entries = Vec::new();
        for bytes in chosen.iter().filter_map(|index| self.bytes(*index)) {
            let start = text.len();
            text.push_str(&self.text[bytes]);
            entries.push(start..text.len());
        }
        let lines = first_lines(&text, &entries);
        Excerpt { text, entries, lines }
    }
}

/// Some entries of a list as a text of its own.
#[derive(Clone, Debug)]
pub struct Excerpt {
    /// The text.
    pub text: String,
    /// The bytes of each entry.
    pub entries: Vec<Range<usize>>,
    /// The first line of each entry, counted from 1.
    pub lines: Vec<u32>,
}

fn first_lines(text: &str, entries: &[Range<usize>]) -> Vec<u32> {
    let (mut line, mut at) = (1, 0);
    let firsts = entries.iter().map(|bytes| {
        line += memchr::memchr_iter(b'\n', &text.as_bytes()[at..bytes.start]).count();
        at = bytes.start;
        u32::try_from(line).unwrap_or(u32::MAX)
    });
    firsts.collect()
}

/// Whether a text has line ends that only some programs take for such, or a byte order mark.
fn has_odd_breaks(text: &str) -> bool {
    let bytes = text.as_bytes();
    let odd = ["\u{85}", "\u{2028}", "\u{2029}", "\u{feff}"];
    memchr::memchr3_iter(0xc2, 0xe2, 0xef, bytes)
        .any(|at| odd.iter().any(|odd| bytes[at..].starts_with(odd.as_bytes())))
}

/// Whether a line is `key:` and nothing but a comment behind it.
fn opens(content: &str, key: &str) -> bool {
    let rest = content.strip_prefix(key).and_then(|rest| rest.strip_prefix(':'));
    rest.is_some_and(|rest| {
        let said = rest.trim_start();
        said.is_empty() || (said.starts_with('#') && said.len() < rest.len())
    })
}

/// The keys of the map that an entry is, each with the text behind it on its line.
fn fields(entry: &str) -> impl Iterator<Item = (&str, &str)> {
    let dash = indentation(entry);
    let column = dash + 1 + entry.get(dash + 1..).map_or(0, indentation);
    entry.lines().enumerate().filter_map(move |(number, line)| {
        let is_field = number == 0 || indentation(line) == column;
        line.get(column..).filter(|content| is_field && !content.starts_with('#'))?.split_once(':')
    })
}

/// A value on one line without its quotes and the comment behind it.
fn plain(text: &str) -> &str {
    let text = text.trim_start();
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text[1..].split(quote).next().unwrap_or_default(),
        _ => text.split(" #").next().unwrap_or_default().trim_end(),
    }
}

/// What looks like an anchor or an alias: its sign and its name.
fn names(text: &str) -> impl Iterator<Item = (u8, &str)> {
    memchr::memchr2_iter(b'&', b'*', text.as_bytes()).filter_map(|at| {
        let rest = &text[at + 1..];
        let length =
            rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte)).count();
        (length > 0).then(|| (text.as_bytes()[at], &rest[..length]))
    })
}

/// What looks like the name of an anchor.
fn anchors(text: &str) -> impl Iterator<Item = &str> {
    names(text).filter(|(sign, _)| *sign == b'&').map(|(_, name)| name)
}

/// Follows brackets and quotes through the lines of a text. It may take a bracket in a `|` text for a real one, but never
/// overlooks that a line goes on with what the one before has begun.
#[derive(Default)]
struct Scan {
    /// Open brackets.
    depth: usize,
    /// The last byte that is no blank: of the line, and in brackets also of the lines before.
    last: Option<u8>,
}

impl Scan {
    /// Goes on with a line; `false` when quotes are still open at its end, or something else makes it doubtful where the
    /// next line belongs.
    fn take(&mut self, line: &str) -> bool {
        let bytes = line.as_bytes();
        let indentation = indentation(line);
        let is_marker = bytes.first().is_some_and(|first| b"%-.".contains(first))
            && ["%", "---", "..."].iter().any(|mark| line.starts_with(mark));
        if is_marker || bytes.get(indentation) == Some(&b'\t') {
            return false;
        }
        let in_block = self.depth == 0;
        if in_block {
            self.last = None;
            let counts = |byte: &u8| matches!(byte, b'"' | b'\'' | b'[' | b'{' | b'\r');
            if bytes.get(indentation) == Some(&b'#') || !bytes.iter().any(counts) {
                return !bytes.contains(&b'\r');
            }
        }
        // Whether nothing came so far that a value could belong to.
        let mut is_start = in_block;
        let mut at = indentation;
        while let Some(byte) = bytes.get(at).copied() {
            let after_blank = at == 0 || is_blank(bytes[at - 1]);
            let begins = match self.last {
                _ if self.depth == 0 => is_start || (self.last == Some(b':') && after_blank),
                Some(last) => b"[{,:".contains(&last),
                None => true,
            };
            match byte {
                b'\r' => return false,
                b'#' if after_blank => return !bytes.contains(&b'\r'),
                b'"' | b'\'' if begins => match end_of_quotes(bytes, at) {
                    Some(end) => at = end,
                    None => return false,
                },
                // An anchor or a tag: the value comes behind it.
                b'&' | b'!' if begins => {
                    at += bytes[at..].iter().take_while(|byte| !is_blank(**byte)).count();
                    continue;
                }
                b'[' | b'{' if begins || self.depth > 0 => self.depth += 1,
                b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            is_start &= is_blank(byte) || b"-?".contains(&byte);
            if !is_blank(byte) {
                self.last = Some(byte);
            }
            at += 1;
        }
        true
    }
}

/// The bytes before the first one that is no space.
fn indentation(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b' ').count()
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Where quotes that open at a byte close on the same line.
fn end_of_quotes(line: &[u8], open: usize) -> Option<usize> {
    let quote = line[open];
    let mut at = open + 1;
    loop {
        match *line.get(at)? {
            b'\\' if quote == b'"' => at += 1,
            byte if byte == quote && quote == b'\'' && line.get(at + 1) == Some(&quote) => at += 1,
            byte if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
}

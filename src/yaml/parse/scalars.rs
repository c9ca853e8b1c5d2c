//! Plain, quoted and block scalars: from the text to what it says.

use super::failure::Failure;
use std::borrow::Cow;

use super::cursor::{Cursor, LINE_SEPARATOR, PARAGRAPH_SEPARATOR, is_break};

/// Where the parser is, as far as it matters for a scalar.
#[derive(Clone, Copy)]
pub(super) struct Context {
    /// Column of the enclosing block; -1 at the top.
    pub(super) indent: i32,
    /// Whether the scalar stands between brackets.
    pub(super) in_flow: bool,
}

/// Joins lines as YAML folds them, given the blanks between: one break is a space, `n` breaks are `n - 1`. The
/// separators stay.
fn push_fold(text: &mut String, blanks: &str) {
    let mut breaks = breaks_in(blanks);
    match (breaks.next(), breaks.next()) {
        (Some('\n'), None) => text.push(' '),
        (Some('\n'), Some(second)) => text.push(second),
        (first, second) => text.extend(first.into_iter().chain(second)),
    }
    text.extend(breaks);
}

/// The line breaks among blanks, as they are kept.
fn breaks_in(blanks: &str) -> impl Iterator<Item = char> {
    blanks.bytes().filter_map(|byte| match byte {
        b'\n' => Some('\n'),
        LINE_SEPARATOR => Some('\u{2028}'),
        PARAGRAPH_SEPARATOR => Some('\u{2029}'),
        _ => None,
    })
}

/// Reads a scalar without quotes; says whether it ended with its line, so that a key may follow.
pub(super) fn plain<'t>(cursor: &mut Cursor<'t>, context: Context) -> Result<(Cow<'t, str>, bool), Failure> {
    let Context { indent, in_flow } = context;
    let mut text = Cow::Borrowed("");
    let mut breaks = 0;
    let (mut start, mut end) = (cursor.at, cursor.at);
    loop {
        if cursor.document_marker().is_some() || cursor.byte() == b'#' {
            break;
        }
        let word = cursor.at;
        skip_plain_word(cursor, in_flow);
        if cursor.at > word {
            if breaks > 0 {
                let joined = text.to_mut();
                joined.push_str(&cursor.text[start..end]);
                push_fold(joined, &cursor.text[end..word]);
                breaks = 0;
                start = word;
            }
            end = cursor.at;
        }
        if !matches!(cursor.byte(), b' ' | b'\t'..=PARAGRAPH_SEPARATOR) {
            break;
        }
        loop {
            match cursor.byte() {
                b'\t' if breaks > 0 && cursor.indentation() <= indent => {
                    return Err(super::syntax::tab_indentation(cursor));
                }
                b' ' | b'\t' => cursor.advance(1),
                byte if is_break(byte) => {
                    cursor.next_line();
                    breaks += 1;
                }
                _ => break,
            }
        }
        if !in_flow && breaks > 0 && cursor.indentation() <= indent {
            break;
        }
        if cursor.byte() == 0 {
            break;
        }
    }
    let last = &cursor.text[start..end];
    let text = match text {
        Cow::Borrowed(_) => Cow::Borrowed(last),
        Cow::Owned(joined) => Cow::Owned(joined + last),
    };
    Ok((text, breaks > 0))
}

/// Goes to the first blank, or to what ends a plain scalar.
fn skip_plain_word(cursor: &mut Cursor<'_>, in_flow: bool) {
    loop {
        match cursor.byte() {
            b' ' | b'\t'..=PARAGRAPH_SEPARATOR | 0 => return,
            b':' if cursor.is_blank_or_end(1) => return,
            b',' | b'?' | b'[' | b']' | b'{' | b'}' if in_flow => return,
            _ => cursor.advance(1),
        }
    }
}

/// Reads a scalar in single or double quotes; the cursor stands on the first quote.
pub(super) fn quoted<'t>(cursor: &mut Cursor<'t>) -> Result<Cow<'t, str>, Failure> {
    let quote = cursor.byte();
    let open = *cursor;
    cursor.advance(1);
    // Most quoted texts are one piece.
    let rest = &cursor.text.as_bytes()[cursor.at..];
    let found = if quote == b'"' {
        memchr::memchr3(b'"', b'\\', b'\n', rest)
    } else {
        memchr::memchr2(b'\'', b'\n', rest)
    };
    if let Some(length) = found.filter(|_| !cursor.odd_breaks)
        && rest[length] == quote
        && (quote == b'"' || rest.get(length + 1) != Some(&b'\''))
    {
        let text = &cursor.text[cursor.at..cursor.at + length];
        cursor.advance(length + 1);
        return Ok(Cow::Borrowed(text));
    }
    let mut text = String::new();
    loop {
        if cursor.document_marker().is_some() {
            return Err(super::syntax::unclosed_quote(&open, "a document separator stands in a quoted text"));
        }
        if cursor.byte() == 0 {
            return Err(super::syntax::unclosed_quote(&open, "the quote is never closed"));
        }
        let mut escaped_break = false;
        loop {
            match cursor.byte() {
                b' ' | b'\t'..=PARAGRAPH_SEPARATOR | 0 => break,
                b'\'' if quote == b'\'' && cursor.byte_at(1) == b'\'' => {
                    text.push('\'');
                    cursor.advance(2);
                }
                found if found == quote => break,
                b'\\' if quote == b'"' && is_break(cursor.byte_at(1)) => {
                    cursor.advance(1);
                    cursor.next_line();
                    escaped_break = true;
                    break;
                }
                b'\\' if quote == b'"' => text.push(escape(cursor)?),
                _ => {
                    let word = cursor.at;
                    while !matches!(
                        cursor.byte(),
                        b' ' | b'\t'..=PARAGRAPH_SEPARATOR | b'\\' | b'\'' | b'"' | 0
                    ) {
                        cursor.advance(1);
                    }
                    if cursor.at == word {
                        // The other kind of quote, or a backslash in single quotes.
                        cursor.advance(1);
                    }
                    text.push_str(&cursor.text[word..cursor.at]);
                }
            }
        }
        if cursor.byte() == quote {
            break;
        }
        let blanks = cursor.at;
        let mut has_breaks = false;
        loop {
            match cursor.byte() {
                b' ' | b'\t' => cursor.advance(1),
                byte if is_break(byte) => {
                    cursor.next_line();
                    has_breaks = true;
                }
                _ => break,
            }
        }
        let blanks = &cursor.text[blanks..cursor.at];
        match (escaped_break, has_breaks) {
            // A break that was escaped is gone; those after it stay.
            (true, _) => text.extend(breaks_in(blanks)),
            (false, false) => text.push_str(blanks),
            (false, true) => push_fold(&mut text, blanks),
        }
    }
    cursor.advance(1);
    Ok(Cow::Owned(text))
}

/// Reads an escape in double quotes; the cursor stands on the backslash.
fn escape(cursor: &mut Cursor<'_>) -> Result<char, Failure> {
    let digits = match cursor.byte_at(1) {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        letter => {
            let Some((_, character)) = ESCAPES.iter().find(|(escape, _)| *escape == letter) else {
                return Err(super::syntax::unknown_escape(cursor));
            };
            cursor.advance(2);
            return Ok(*character);
        }
    };
    let code = cursor.text.get(cursor.at + 2..cursor.at + 2 + digits);
    let code = code.filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let character = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
    let Some(character) = character else {
        return Err(cursor
            .error(format!("`\\{}` needs {digits} digits of a character code", char::from(cursor.byte_at(1))))
            .hint("Write a backslash that is meant as such as `\\\\`, or use single quotes."));
    };
    cursor.advance(2 + digits);
    Ok(character)
}

/// Escapes of one letter.
const ESCAPES: [(u8, char); 18] = [
    (b'0', '\0'),
    (b'a', '\u{7}'),
    (b'b', '\u{8}'),
    (b't', '\t'),
    (b'\t', '\t'),
    (b'n', '\n'),
    (b'v', '\u{b}'),
    (b'f', '\u{c}'),
    (b'r', '\r'),
    (b'e', '\u{1b}'),
    (b' ', ' '),
    (b'"', '"'),
    (b'\'', '\''),
    (b'\\', '\\'),
    (b'N', '\u{85}'),
    (b'_', '\u{a0}'),
    (b'L', '\u{2028}'),
    (b'P', '\u{2029}'),
];

/// What happens to the breaks at the end of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

/// Reads a block scalar; the cursor stands on `|` or `>`.
pub(super) fn block(cursor: &mut Cursor<'_>, parent: i32) -> Result<String, Failure> {
    let literal = cursor.byte() == b'|';
    let open = *cursor;
    cursor.advance(1);
    let (chomp, increment) = header(cursor, &open)?;
    if is_break(cursor.byte()) {
        cursor.next_line();
    }
    let mut indent = increment.map(|increment| parent.max(0) + increment);
    let mut text = String::new();
    // The blanks since the last content: the break that ended its line, and empty lines.
    let mut blanks = cursor.at;
    leading_breaks(cursor, &mut indent, parent)?;
    let indent = indent.unwrap_or(1);
    let mut first = true;
    let mut last_was_indented = false;
    while cursor.indentation() == indent && cursor.byte() != 0 {
        let is_indented = matches!(cursor.byte(), b' ' | b'\t');
        let between = &cursor.text[blanks..cursor.at];
        if first || literal || last_was_indented || is_indented {
            text.extend(breaks_in(between));
        } else {
            push_fold(&mut text, between);
        }
        first = false;
        last_was_indented = is_indented;
        let line = cursor.at;
        cursor.skip_line_rest();
        text.push_str(&cursor.text[line..cursor.at]);
        blanks = cursor.at;
        if is_break(cursor.byte()) {
            cursor.next_line();
        }
        leading_breaks(cursor, &mut Some(indent), parent)?;
    }
    let mut breaks = breaks_in(&cursor.text[blanks..cursor.at]);
    // The first of them ends the last line, unless there is none.
    let end = if first { None } else { breaks.next() };
    if chomp != Chomp::Strip {
        text.extend(end);
    }
    if chomp == Chomp::Keep {
        text.extend(breaks);
    }
    Ok(text)
}

/// The signs behind `|` or `>` and the rest of their line.
fn header(cursor: &mut Cursor<'_>, open: &Cursor<'_>) -> Result<(Chomp, Option<i32>), Failure> {
    let mut chomp = None;
    let mut increment = None;
    loop {
        match cursor.byte() {
            b'+' if chomp.is_none() => chomp = Some(Chomp::Keep),
            b'-' if chomp.is_none() => chomp = Some(Chomp::Strip),
            digit @ b'1'..=b'9' if increment.is_none() => increment = Some(i32::from(digit - b'0')),
            _ => break,
        }
        cursor.advance(1);
    }
    cursor.skip_blanks();
    if cursor.byte() == b'#' {
        cursor.skip_line_rest();
    }
    if !is_break(cursor.byte()) && cursor.byte() != 0 {
        return Err(super::syntax::block_header(cursor, open));
    }
    Ok((chomp.unwrap_or(Chomp::Clip), increment))
}

/// Skips empty lines, and finds the indentation if it is not known yet.
fn leading_breaks(cursor: &mut Cursor<'_>, indent: &mut Option<i32>, parent: i32) -> Result<(), Failure> {
    let mut deepest = 0;
    loop {
        while indent.is_none_or(|indent| cursor.indentation() < indent) && cursor.byte() == b' ' {
            cursor.advance(1);
        }
        deepest = deepest.max(cursor.indentation());
        if cursor.byte() == b'\t' && indent.is_none_or(|indent| cursor.indentation() < indent) {
            return Err(super::syntax::tab_indentation(cursor));
        }
        if !is_break(cursor.byte()) {
            break;
        }
        cursor.next_line();
    }
    indent.get_or_insert(deepest.max(parent + 1).max(1));
    Ok(())
}

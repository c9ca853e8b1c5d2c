//! Bytes to the text that the parser reads: encoding, line ends, and characters that YAML does not allow.

use super::failure::Failure;
use std::borrow::Cow;

use memchr::memmem;

use super::cursor::{LINE_SEPARATOR, PARAGRAPH_SEPARATOR};
use crate::base::{FileId, Mark};
use crate::yaml::ParseErrorKind;

/// The text of some bytes, with a byte order mark taken off and every line end as `\n`; and whether it has the
/// separators U+2028 and U+2029, for which one byte stands in the text.
///
/// # Errors
///
/// Bytes that are not UTF-8 (or UTF-16 with a byte order mark), control characters, and a second byte order mark.
pub(super) fn text(bytes: &[u8], file: FileId, lines_before: u32) -> Result<(Cow<'_, str>, bool), Failure> {
    if is_printable_ascii(bytes)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Ok((Cow::Borrowed(text), false));
    }
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes, file)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes, file)?),
        _ => {
            let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
            Cow::Borrowed(std::str::from_utf8(bytes).map_err(|error| {
                let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                let place = place(&before, before.len(), file, lines_before);
                Failure::new(ParseErrorKind::Encoding, place, "the file is not UTF-8 text")
                    .hint("Save the file as UTF-8; put binary data into a file of its own.")
            })?)
        }
    };
    if text.starts_with('\u{feff}') {
        // kustomize then loses the first character of every line.
        let place = Mark { file, line: lines_before + 1, column: 1 };
        return Err(Failure::new(
            ParseErrorKind::Encoding,
            place,
            "the text begins with two byte order marks",
        )
        .hint("Remove both: the characters U+FEFF before the first one that is seen."));
    }
    check(&text, file, lines_before)?;
    let text = with_line_feeds(text);
    if text.contains(SEPARATORS) {
        let standing_for = |byte: u8| String::from(char::from(byte));
        let text = text.replace(SEPARATORS[0], &standing_for(LINE_SEPARATOR));
        let text = text.replace(SEPARATORS[1], &standing_for(PARAGRAPH_SEPARATOR));
        return Ok((Cow::Owned(text), true));
    }
    Ok((text, false))
}

/// Whether there is nothing in a text that needs a closer look, as in most files. Without an early end, so that the
/// processor looks at many bytes at a time.
fn is_printable_ascii(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |all, byte| all & (matches!(byte, b' '..=b'~') | matches!(byte, b'\n' | b'\t')))
}

/// Characters that end a line but are no control characters.
const SEPARATORS: [char; 2] = ['\u{2028}', '\u{2029}'];

fn with_line_feeds(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte == b'\r') || text.contains('\u{85}') {
        return Cow::Owned(text.replace("\r\n", "\n").replace(['\r', '\u{85}'], "\n"));
    }
    text
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, file: FileId) -> Result<String, Failure> {
    let refusal = || {
        Failure::new(
            ParseErrorKind::Encoding,
            Mark { file, line: 1, column: 1 },
            "the file is not UTF-16 text",
        )
        .hint("Save the file as UTF-8.")
    };
    let mut pairs = bytes.chunks_exact(2);
    let units: Vec<u16> = pairs.by_ref().map(|pair| unit([pair[0], pair[1]])).collect();
    if !pairs.remainder().is_empty() {
        return Err(refusal());
    }
    String::from_utf16(&units).map_err(|_| refusal())
}

/// Finds the first character that YAML does not allow.
fn check(text: &str, file: FileId, lines_before: u32) -> Result<(), Failure> {
    // Only these bytes take part in a refused character; most files have none.
    let suspicious = |byte: u8| {
        (byte < 0x20 && !matches!(byte, b'\n' | b'\t' | b'\r')) || matches!(byte, 0x7f | 0xc2 | 0xef)
    };
    if !text.bytes().any(suspicious) {
        return Ok(());
    }
    let refused = |character: char| {
        matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}'
            | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
    };
    let Some((at, character)) = text.char_indices().find(|(_, character)| refused(*character)) else {
        return Ok(());
    };
    let code = u32::from(character);
    let message = format!("the control character U+{code:04X} is not allowed in YAML");
    let escape = if code <= 0xff { format!("\\x{code:02X}") } else { format!("\\u{code:04X}") };
    Err(Failure::new(ParseErrorKind::Encoding, place(text, at, file, lines_before), message)
        .hint(format!("Remove it, or write it as `{escape}` in double quotes.")))
}

fn place(text: &str, at: usize, file: FileId, lines_before: u32) -> Mark {
    let before = &text[..at];
    let line = memchr::memchr_iter(b'\n', before.as_bytes()).count();
    let column = before.rsplit('\n').next().unwrap_or("").chars().count();
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX - 1);
    Mark { file, line: lines_before.saturating_add(small(line) + 1), column: small(column) + 1 }
}

/// `\r\n` becomes `\n`: kustomize does this before it looks for documents.
pub(super) fn normalise_line_ends(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memmem::find(bytes, b"\r\n").is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut text = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(place) = memmem::find(rest, b"\r\n") {
        text.extend_from_slice(&rest[..place]);
        text.push(b'\n');
        rest = &rest[place + 2..];
    }
    text.extend_from_slice(rest);
    Cow::Owned(text)
}

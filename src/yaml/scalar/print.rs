//! What is left of a scalar on its way out: kustomize writes JSON, reads that as YAML 1.1, and prints the result.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{Resolved, folded, number, resolve_plain, timestamp};
use crate::yaml::json::write_json_string;
use crate::yaml::{Scalar, Style, Tag};

/// A scalar in its final form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Printed<'a> {
    /// A number, boolean or null: written as it is.
    Value(Cow<'a, str>),
    /// A string: quoted where it needs quotes.
    Text(Cow<'a, str>),
}

/// Why a scalar cannot be printed; kustomize fails on these too.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unprintable {
    /// `.inf` and `.nan`
    #[error("`.inf` and `.nan` cannot be written as JSON")]
    NotFinite,
    /// A character that YAML does not allow in a text.
    #[error("the text contains the control character U+{0:04X}")]
    Control(u32),
    /// `!!binary` with text that is not base64.
    #[error("the text of a `!!binary` value is not base64")]
    Base64,
    /// A date whose offset is a day or more.
    #[error("the offset of the date is a day or more")]
    Offset,
    /// A block whose first line begins with a tab, which cannot be read back.
    #[error("a block whose text begins with a tab cannot be read back; write the text in double quotes")]
    BlockTab,
    /// A key that is too long to be read back.
    #[error("a key is longer than {KEY_LIMIT} characters as a JSON string")]
    LongKey,
    /// A key that is no text without quotes, which kustomize leaves out when it writes a key itself.
    #[error("a key that is empty or looks like a number, boolean, null or date has lost its quotes")]
    BareKey,
}

/// Longest key that the JSON step reads back, quotes and escapes included.
const KEY_LIMIT: usize = 1024;

/// The final form of a scalar; `in_flow` says whether it stands between brackets anywhere above it.
///
/// # Errors
///
/// [`Unprintable`] for what kustomize cannot print either.
pub fn print(scalar: &Scalar, in_flow: bool) -> Result<Printed<'_>, Unprintable> {
    let value = |text: &'static str| Ok(Printed::Value(Cow::Borrowed(text)));
    match scalar.tag {
        // Between brackets there are no blocks.
        Tag::Str if in_flow => return through_json(&scalar.text).map(Printed::Text),
        Tag::Str
            if matches!(scalar.style, Style::Literal | Style::Folded)
                && scalar.text.starts_with('\t')
                && can_be_block(&scalar.text) =>
        {
            return Err(Unprintable::BlockTab);
        }
        Tag::Str if scalar.style == Style::Folded && can_be_block(&scalar.text) => {
            return match folded::rewritten(&scalar.text) {
                Cow::Borrowed(text) => through_json(text).map(Printed::Text),
                Cow::Owned(text) => Ok(Printed::Text(Cow::Owned(through_json(&text)?.into_owned()))),
            };
        }
        Tag::Str => return through_json(&scalar.text).map(Printed::Text),
        Tag::Binary => {
            let text = binary_text(&scalar.text)?;
            return Ok(Printed::Text(Cow::Owned(through_json(&text)?.into_owned())));
        }
        Tag::Null | Tag::Timestamp if in_flow && is_quoted_in_flow(scalar) => {
            return through_json(&scalar.text).map(Printed::Text);
        }
        Tag::Null | Tag::Bool | Tag::Int | Tag::Float | Tag::Timestamp => {}
    }
    match scalar.resolve() {
        Resolved::Null => value("null"),
        Resolved::Bool(true) => value("true"),
        Resolved::Bool(false) => value("false"),
        Resolved::Int(number) => Ok(Printed::Value(whole(&scalar.text, number))),
        Resolved::Uint(number) => Ok(Printed::Value(Cow::Owned(number.to_string()))),
        Resolved::Float(number) => number::yaml_float(number)
            .map(|text| Printed::Value(Cow::Owned(text)))
            .ok_or(Unprintable::NotFinite),
        Resolved::Timestamp => match timestamp::parse(&scalar.text) {
            Some(time) if time.is_printable() => Ok(Printed::Text(Cow::Owned(time.to_text()))),
            Some(_) => Err(Unprintable::Offset),
            None => through_json(&scalar.text).map(Printed::Text),
        },
        Resolved::Str => through_json(&scalar.text).map(Printed::Text),
    }
}

/// Whether kustomize puts quotes around a null or a date between brackets, which makes text of it: around nothing at
/// all, and around a colon.
#[must_use]
pub fn is_quoted_in_flow(scalar: &Scalar) -> bool {
    scalar.style == Style::Plain
        && match scalar.tag {
            Tag::Null => scalar.text.is_empty(),
            Tag::Timestamp => scalar.text.contains(':'),
            _ => false,
        }
}

/// What becomes of a key that is written as a block.
#[must_use]
pub fn folded_key(text: &str) -> Cow<'_, str> {
    if can_be_block(text) { folded::rewritten(text) } else { Cow::Borrowed(text) }
}

/// Whether go-yaml v3 writes the text as a block where a block is asked for; else it uses double quotes.
fn can_be_block(text: &str) -> bool {
    let printable = |found: char| matches!(found, '\n' | '\t' | ' '..='~' | '\u{a0}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}');
    !text.ends_with(' ') && !text.contains(" \n") && text.chars().all(printable)
}

/// A key in its final form.
///
/// # Errors
///
/// [`Unprintable`] for what kustomize cannot print either.
pub fn print_key(key: &str) -> Result<Cow<'_, str>, Unprintable> {
    // Six characters are the longest escape of one.
    if key.len() * 6 >= KEY_LIMIT {
        let mut json = String::new();
        write_json_string(key, &mut json);
        if json.chars().count() > KEY_LIMIT {
            return Err(Unprintable::LongKey);
        }
    }
    if !key.is_ascii() && key.contains('\u{85}') {
        // Read as a line break, which a key may not have.
        return Err(Unprintable::Control(0x85));
    }
    through_json(key)
}

/// The text itself when it is the usual spelling of the number.
fn whole(text: &str, number: i64) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_usual = match bytes {
        [b'0'] => true,
        [b'-', b'1'..=b'9', rest @ ..] | [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if is_usual { Cow::Borrowed(text) } else { Cow::Owned(number.to_string()) }
}

/// What a text is after it was a JSON string read as YAML: a line break of the kind U+0085 is folded, and
/// some control characters fail.
fn through_json(text: &str) -> Result<Cow<'_, str>, Unprintable> {
    if text.is_ascii() && !text.as_bytes().contains(&0x7f) {
        return Ok(Cow::Borrowed(text));
    }
    let refused =
        |found: &char| matches!(found, '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
    if let Some(found) = text.chars().find(refused) {
        return Err(Unprintable::Control(u32::from(found)));
    }
    Ok(if text.contains('\u{85}') { Cow::Owned(fold_next_lines(text)) } else { Cow::Borrowed(text) })
}

/// A run of `n` U+0085 with the blanks around it becomes a space, or `n - 1` line breaks.
fn fold_next_lines(text: &str) -> String {
    let mut parts = text.split('\u{85}');
    let mut folded = parts.next().unwrap_or("").to_owned();
    let mut breaks = 0;
    let count = text.matches('\u{85}').count();
    // Blanks are raw only when they are spaces: JSON writes tabs as escapes.
    for (index, part) in parts.enumerate() {
        breaks += 1;
        let rest = part.trim_start_matches(' ');
        if rest.is_empty() && index + 1 < count {
            continue;
        }
        folded.truncate(folded.trim_end_matches(' ').len());
        if breaks == 1 {
            folded.push(' ');
        } else {
            folded.extend(std::iter::repeat_n('\n', breaks - 1));
        }
        folded.push_str(rest);
        breaks = 0;
    }
    folded
}

/// Go's standard base64: line ends are skipped, padding is required, spare bits are ignored.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// The text in a `!!binary` value; every byte that is not UTF-8 becomes U+FFFD.
fn binary_text(text: &str) -> Result<String, Unprintable> {
    let compact: String = text.chars().filter(|found| !matches!(found, '\r' | '\n')).collect();
    let bytes = BASE64.decode(compact).map_err(|_| Unprintable::Base64)?;
    let mut decoded = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
    }
    Ok(decoded)
}

/// Whether a string is printed as it stands, as nearly all of a manifest are: one word of letters, digits and signs that
/// mean nothing, which is no boolean or null either. One look at its bytes tells, in the place of many.
#[must_use]
pub fn is_word(text: &str) -> bool {
    match text.as_bytes() {
        // `true`, `null`, `off` and the like: these are looked at more closely.
        [b't' | b'T' | b'f' | b'F' | b'n' | b'N' | b'y' | b'Y' | b'o' | b'O', rest @ ..]
            if rest.len() < 5 =>
        {
            false
        }
        [b'a'..=b'z' | b'A'..=b'Z', rest @ ..] => rest.iter().all(|byte| IN_WORD[usize::from(*byte)]),
        _ => false,
    }
}

/// The bytes of [`is_word`].
const IN_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'_' | b'-');
        byte += 1;
    }
    table
};

/// Whether a string must be quoted so that YAML 1.1 does not read it as something else.
///
/// These are the rules of go-yaml v2, which prints: `yes` and `12:30` are quoted, `0o-7` is not.
#[must_use]
pub fn needs_quotes(text: &str) -> bool {
    let Some(first) = text.as_bytes().first() else { return true };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b'o' | b'O' if old_boolean(text).is_some() => true,
        b'0'..=b'9' | b'+' | b'-' => {
            let is_value =
                !text.starts_with("0o-") && !text.starts_with("0o+") && resolve_plain(text) != Resolved::Str;
            is_value || is_sexagesimal(text)
        }
        _ => resolve_plain(text) != Resolved::Str,
    }
}

/// `true` or `false` for the booleans of YAML 1.1 that are strings since.
#[must_use]
pub fn old_boolean(text: &str) -> Option<&'static str> {
    let has = |words: &[&str]| words.contains(&text);
    if has(&["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"]) {
        return Some("true");
    }
    has(&["n", "N", "no", "No", "NO", "off", "Off", "OFF"]).then_some("false")
}

/// Numbers to the base 60, such as `12:30:45.5`.
fn is_sexagesimal(text: &str) -> bool {
    if !text.contains(':') {
        return false;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = unsigned.split(':');
    let first = parts.next().unwrap_or("");
    let digits_fit = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    if !first.starts_with(|digit: char| digit.is_ascii_digit()) || !digits_fit(first) {
        return false;
    }
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let (whole, fraction) = match part.split_once('.') {
            Some((whole, fraction)) if parts.peek().is_none() => (whole, fraction),
            _ => (part, ""),
        };
        let is_minute = match whole.as_bytes() {
            [ones] => ones.is_ascii_digit(),
            [b'0'..=b'5', ones] => ones.is_ascii_digit(),
            _ => false,
        };
        if !is_minute || !digits_fit(fraction) {
            return false;
        }
    }
    true
}

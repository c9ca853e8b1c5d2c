//! What the text of a scalar means, by the rules of go-yaml v3 that kustomize reads with.

mod folded;
pub mod number;
pub mod print;
pub mod timestamp;

use super::node::{Scalar, Style, Tag};

/// The value that a text stands for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Resolved {
    /// `null`, `~`, or nothing.
    Null,
    /// `true` or `false`; `yes` and `on` are strings.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number too large for `i64`.
    Uint(u64),
    /// Any other number, `.inf` and `.nan` included.
    Float(f64),
    /// A date or a point in time.
    Timestamp,
    /// Text.
    Str,
}

impl Resolved {
    /// The tag of the value.
    #[must_use]
    pub fn tag(self) -> Tag {
        match self {
            Self::Null => Tag::Null,
            Self::Bool(_) => Tag::Bool,
            Self::Int(_) | Self::Uint(_) => Tag::Int,
            Self::Float(_) => Tag::Float,
            Self::Timestamp => Tag::Timestamp,
            Self::Str => Tag::Str,
        }
    }
}

impl Scalar {
    /// Whether the text is not one of the type.
    #[must_use]
    pub fn is_mistyped(&self) -> bool {
        let found = tag_of_plain(&self.text);
        match self.tag {
            Tag::Str | Tag::Binary => false,
            Tag::Float => !matches!(found, Tag::Float | Tag::Int),
            tag => self.style == Style::Plain && tag != found,
        }
    }

    /// The value of the scalar; its tag decides, quotes do not.
    #[must_use]
    pub fn resolve(&self) -> Resolved {
        match self.tag {
            Tag::Str | Tag::Binary => Resolved::Str,
            Tag::Null => Resolved::Null,
            Tag::Timestamp => Resolved::Timestamp,
            Tag::Bool | Tag::Int => resolve_plain(&self.text),
            Tag::Float => match resolve_plain(&self.text) {
                #[expect(clippy::cast_precision_loss, reason = "`!!float 3` is the nearest float")]
                Resolved::Int(number) => Resolved::Float(number as f64),
                other => other,
            },
        }
    }
}

/// The type of an unquoted text without a tag.
#[must_use]
pub fn tag_of_plain(text: &str) -> Tag {
    resolve_plain(text).tag()
}

/// Words that are not strings although they are written with letters and signs only.
const WORDS: [(&str, Resolved); 23] = [
    ("true", Resolved::Bool(true)),
    ("True", Resolved::Bool(true)),
    ("TRUE", Resolved::Bool(true)),
    ("false", Resolved::Bool(false)),
    ("False", Resolved::Bool(false)),
    ("FALSE", Resolved::Bool(false)),
    ("", Resolved::Null),
    ("~", Resolved::Null),
    ("null", Resolved::Null),
    ("Null", Resolved::Null),
    ("NULL", Resolved::Null),
    (".nan", Resolved::Float(f64::NAN)),
    (".NaN", Resolved::Float(f64::NAN)),
    (".NAN", Resolved::Float(f64::NAN)),
    (".inf", Resolved::Float(f64::INFINITY)),
    (".Inf", Resolved::Float(f64::INFINITY)),
    (".INF", Resolved::Float(f64::INFINITY)),
    ("+.inf", Resolved::Float(f64::INFINITY)),
    ("+.Inf", Resolved::Float(f64::INFINITY)),
    ("+.INF", Resolved::Float(f64::INFINITY)),
    ("-.inf", Resolved::Float(f64::NEG_INFINITY)),
    ("-.Inf", Resolved::Float(f64::NEG_INFINITY)),
    ("-.INF", Resolved::Float(f64::NEG_INFINITY)),
];

/// The value of an unquoted text without a tag.
#[must_use]
pub fn resolve_plain(text: &str) -> Resolved {
    // Nearly every text of a manifest is decided by its first byte.
    let first = text.as_bytes().first().copied().unwrap_or(b'~');
    let is_number_like = matches!(first, b'0'..=b'9' | b'+' | b'-' | b'.');
    if !is_number_like && !matches!(first, b't' | b'T' | b'f' | b'F' | b'n' | b'N' | b'~') {
        return Resolved::Str;
    }
    if text.len() <= 5
        && let Some((_, value)) = WORDS.iter().find(|(word, _)| *word == text)
    {
        return *value;
    }
    match first {
        b'.' => dotted_float(text),
        _ if is_number_like => number_or_date(text),
        _ => Resolved::Str,
    }
}

/// A text that starts with a digit or a sign.
fn number_or_date(text: &str) -> Resolved {
    if timestamp::parse(text).is_some() {
        return Resolved::Timestamp;
    }
    // Names such as `10m`, `128Mi` and `-c` end here; digits, signs and these letters alone make numbers.
    let may_be_number = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' | b'x' | b'X' | b'o' | b'O' | b'_' | b'+' | b'-' | b'.');
    if !text.bytes().all(may_be_number) {
        return Resolved::Str;
    }
    let without_underscores;
    let plain = if text.contains('_') {
        without_underscores = text.replace('_', "");
        &without_underscores
    } else {
        text
    };
    if let Some(number) = whole_number(plain) {
        return number;
    }
    if is_decimal(plain) {
        return finite(plain).map_or(Resolved::Str, Resolved::Float);
    }
    signed_after_prefix(plain).map_or(Resolved::Str, Resolved::Int)
}

/// Whole numbers with an optional sign and prefix: `0x1F`, `0b11`, `0o17`, and `017` which is octal too.
fn whole_number(text: &str) -> Option<Resolved> {
    let (negative, signed, digits) = match text.as_bytes().first()? {
        b'-' => (true, true, &text[1..]),
        b'+' => (false, true, &text[1..]),
        _ => (false, false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    // `from_str_radix` takes a sign of its own, which must not stand here.
    if !digits.as_bytes().first()?.is_ascii_alphanumeric() {
        return None;
    }
    let number = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        return 0_i64.checked_sub_unsigned(number).map(Resolved::Int);
    }
    match i64::try_from(number) {
        Ok(number) => Some(Resolved::Int(number)),
        // The larger half of the unsigned numbers is read without a sign only.
        Err(_) if signed => None,
        Err(_) => Some(Resolved::Uint(number)),
    }
}

/// `0b-11` and `0o+7`: a sign after the prefix, which go-yaml happens to read.
fn signed_after_prefix(text: &str) -> Option<i64> {
    let (radix, digits) = match text.get(..2)? {
        "0b" => (2, &text[2..]),
        "0o" => (8, &text[2..]),
        _ => return None,
    };
    i64::from_str_radix(digits, radix).ok()
}

/// Whether the text is a decimal number: digits with at most one point, and an exponent.
fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(place) => (&text[..place], Some(&text[place + 1..])),
        None => (text, None),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa_fits =
        all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    mantissa_fits && exponent_fits
}

/// A text that starts with a point: `.5`, `.5e3`, `.1_0`.
fn dotted_float(text: &str) -> Resolved {
    let bytes = text.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    // Underscores stand between digits only.
    let underscores_fit = bytes
        .iter()
        .enumerate()
        .all(|(index, byte)| *byte != b'_' || (index > 0 && is_digit(index - 1) && is_digit(index + 1)));
    let plain = text.replace('_', "");
    if underscores_fit && is_decimal(&plain) {
        return finite(&plain).map_or(Resolved::Str, Resolved::Float);
    }
    Resolved::Str
}

/// The float, unless it is too large for one.
fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests;

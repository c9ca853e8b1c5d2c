//! Regular expressions in the syntax of Go, compiled so that they match exactly what Go matches.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex::{Regex, RegexBuilder};

/// Why a pattern cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RegexError {
    /// Go would refuse the pattern.
    #[error("`{pattern}` is not a regular expression: {reason}")]
    Syntax {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The pattern takes more memory than allowed.
    #[error(
        "the regular expression `{pattern}` needs more than {limit} bytes; `--limit regex-bytes=NUMBER` raises that"
    )]
    TooLarge {
        /// The pattern.
        pattern: String,
        /// The limit.
        limit: usize,
    },
    /// The pattern is fine for Go, but its exact meaning is not known here.
    #[error("the regular expression `{pattern}` uses {feature}, which is not supported")]
    Unsupported {
        /// The pattern.
        pattern: String,
        /// The part that is not supported.
        feature: &'static str,
    },
}

/// The bytes that one compiled pattern may take unless told otherwise. Matching itself always takes time in proportion to
/// the text, whatever the pattern.
pub const DEFAULT_BYTES: usize = 10 * 1024 * 1024;

static MOST_BYTES: AtomicUsize = AtomicUsize::new(DEFAULT_BYTES);

/// Sets how many bytes a compiled pattern may take, for the whole program: meant for its start.
pub fn set_most_bytes(bytes: usize) {
    MOST_BYTES.store(bytes, Ordering::Relaxed);
}

/// Compiles a pattern that matches anywhere in a text.
///
/// # Errors
///
/// [`RegexError`] when Go would refuse the pattern or when this program cannot match it exactly.
pub fn compile(pattern: &str) -> Result<Regex, RegexError> {
    let translated = translate(pattern)?;
    let limit = MOST_BYTES.load(Ordering::Relaxed);
    RegexBuilder::new(&translated).size_limit(limit).build().map_err(|error| {
        if let regex::Error::CompiledTooBig(_) = error {
            return RegexError::TooLarge { pattern: pattern.to_owned(), limit };
        }
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        RegexError::Syntax { pattern: pattern.to_owned(), reason }
    })
}

/// Compiles a pattern that has to match the whole text.
///
/// # Errors
///
/// As [`compile`].
pub fn compile_whole(pattern: &str) -> Result<Regex, RegexError> {
    // The pattern is checked alone first, so that `a)(b` is refused as Go refuses it.
    compile(pattern)?;
    compile(&format!("^(?:{pattern})$"))
}

/// The same pattern in the syntax of the `regex` crate.
fn translate(pattern: &str) -> Result<String, RegexError> {
    Translator { pattern, rest: pattern.chars().peekable(), out: String::with_capacity(pattern.len() + 8) }
        .run()
}

struct Translator<'a> {
    pattern: &'a str,
    rest: Peekable<Chars<'a>>,
    out: String,
}

/// Go refuses to repeat anything more often.
const MAX_REPEAT: u32 = 1000;

const DIGITS: &str = "0-9";
const WORDS: &str = "0-9A-Za-z_";
const SPACES: &str = r"\t\n\x0C\r ";

impl Translator<'_> {
    fn run(mut self) -> Result<String, RegexError> {
        // Whether the last thing written was a repetition, which Go does not let be repeated again.
        let mut repeated = false;
        while let Some(character) = self.rest.next() {
            let repetition = match character {
                '*' | '+' | '?' => {
                    self.out.push(character);
                    true
                }
                '{' => match self.repeat_bounds()? {
                    Some(bounds) => {
                        self.out.push_str(&bounds);
                        true
                    }
                    None => {
                        self.out.push_str(r"\{");
                        false
                    }
                },
                '\\' => {
                    self.escape()?;
                    false
                }
                '[' => {
                    self.class()?;
                    false
                }
                '(' => {
                    self.group()?;
                    false
                }
                _ => {
                    self.out.push(character);
                    false
                }
            };
            if repetition {
                if repeated {
                    return Err(self.syntax("a repetition cannot be repeated again"));
                }
                if self.rest.next_if_eq(&'?').is_some() {
                    self.out.push('?');
                }
            }
            repeated = repetition;
        }
        Ok(self.out)
    }

    fn syntax(&self, reason: impl Into<String>) -> RegexError {
        RegexError::Syntax { pattern: self.pattern.to_owned(), reason: reason.into() }
    }

    /// `{2}`, `{2,}` or `{2,5}` after its brace; anything else is a brace that stands for itself.
    fn repeat_bounds(&mut self) -> Result<Option<String>, RegexError> {
        let ahead: String = self.rest.clone().take_while(|character| *character != '}').collect();
        let closed = self.rest.clone().any(|character| character == '}');
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (low, high) =
            ahead.split_once(',').map_or((ahead.as_str(), None), |(low, high)| (low, Some(high)));
        if !closed || !is_number(low) || !high.is_none_or(|high| high.is_empty() || is_number(high)) {
            return Ok(None);
        }
        let bound = |text: &str| text.parse::<u32>().ok().filter(|number| *number <= MAX_REPEAT);
        let low_number = bound(low);
        let high_number = high.filter(|high| !high.is_empty()).map(bound);
        if low_number.is_none()
            || high_number == Some(None)
            || high_number.is_some_and(|high| high < low_number)
        {
            return Err(self.syntax(format!("invalid repeat count `{{{ahead}}}`")));
        }
        for _ in 0..=ahead.chars().count() {
            self.rest.next();
        }
        Ok(Some(format!("{{{ahead}}}")))
    }

    /// An opening parenthesis: flags are limited to those of Go.
    fn group(&mut self) -> Result<(), RegexError> {
        self.out.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            return Ok(());
        }
        self.out.push('?');
        let ahead: String =
            self.rest.clone().take_while(|character| !matches!(character, ')' | ':' | '<')).collect();
        if ahead.is_empty() || ahead == "P" {
            return Ok(());
        }
        match ahead.chars().find(|flag| !"imsU-".contains(*flag)) {
            Some(flag) => Err(self.syntax(format!("`{flag}` is no flag"))),
            None => Ok(()),
        }
    }

    /// A backslash outside of brackets.
    fn escape(&mut self) -> Result<(), RegexError> {
        let Some(character) = self.rest.next() else {
            return Err(self.syntax("a backslash at the end"));
        };
        match character {
            'd' => write_class(&mut self.out, "", DIGITS),
            'D' => write_class(&mut self.out, "^", DIGITS),
            'w' => write_class(&mut self.out, "", WORDS),
            'W' => write_class(&mut self.out, "^", WORDS),
            's' => write_class(&mut self.out, "", SPACES),
            'S' => write_class(&mut self.out, "^", SPACES),
            // Go's word boundary knows ASCII only.
            'b' => {
                if self.rest.peek() == Some(&'{') {
                    return Err(self.unsupported("a repeated word boundary"));
                }
                self.out.push_str(r"(?-u:\b)");
            }
            'B' => return Err(self.unsupported("`\\B`")),
            'A' | 'z' => {
                self.out.push('\\');
                self.out.push(character);
            }
            'p' | 'P' => self.unicode_class(character)?,
            'Q' => self.quoted(),
            'C' => return Err(self.syntax("`\\C` is not allowed")),
            _ => {
                let literal = self.literal_escape(character)?;
                write_literal(&mut self.out, literal);
            }
        }
        Ok(())
    }

    fn unsupported(&self, feature: &'static str) -> RegexError {
        RegexError::Unsupported { pattern: self.pattern.to_owned(), feature }
    }

    /// `\Q…\E`: the text stands for itself.
    fn quoted(&mut self) {
        while let Some(character) = self.rest.next() {
            if character == '\\' && self.rest.peek() == Some(&'E') {
                self.rest.next();
                return;
            }
            write_literal(&mut self.out, character);
        }
    }

    /// `\pL` or `\p{Greek}` after its letter.
    fn unicode_class(&mut self, letter: char) -> Result<(), RegexError> {
        self.out.push('\\');
        self.out.push(letter);
        match self.rest.next() {
            Some('{') => {
                self.out.push('{');
                for character in self.rest.by_ref() {
                    self.out.push(character);
                    if character == '}' {
                        return Ok(());
                    }
                }
                Err(self.syntax("a Unicode class without its closing brace"))
            }
            Some(name) => {
                self.out.push(name);
                Ok(())
            }
            None => Err(self.syntax("a Unicode class without a name")),
        }
    }

    /// The one character that an escape stands for.
    fn literal_escape(&mut self, character: char) -> Result<char, RegexError> {
        Ok(match character {
            'a' => '\x07',
            'f' => '\x0C',
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'v' => '\x0B',
            'x' => return self.hexadecimal(),
            '0'..='7' => return self.octal(character),
            _ if character.is_ascii_punctuation()
                || (character.is_ascii() && !character.is_ascii_alphanumeric()) =>
            {
                character
            }
            _ => return Err(self.syntax(format!("`\\{character}` is no escape"))),
        })
    }

    /// `\0`, `\012`: up to three octal digits; a single digit from 1 would be a back reference.
    fn octal(&mut self, first: char) -> Result<char, RegexError> {
        let mut value = first.to_digit(8).unwrap_or(0);
        let mut digits = 1;
        while digits < 3 {
            let Some(digit) = self.rest.peek().and_then(|character| character.to_digit(8)) else { break };
            value = value * 8 + digit;
            digits += 1;
            self.rest.next();
        }
        if digits == 1 && first != '0' {
            return Err(self.syntax(format!("back references such as `\\{first}` are not allowed")));
        }
        char::from_u32(value).ok_or_else(|| self.syntax("an octal escape beyond Unicode"))
    }

    /// `\x7F` or `\x{10FFFF}` after its letter.
    fn hexadecimal(&mut self) -> Result<char, RegexError> {
        let digits: String = if self.rest.next_if_eq(&'{').is_some() {
            self.rest.by_ref().take_while(|character| *character != '}').collect()
        } else {
            self.rest.by_ref().take(2).collect()
        };
        let known = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = u32::from_str_radix(&digits, 16).ok().filter(|_| known);
        value.and_then(char::from_u32).ok_or_else(|| self.syntax(format!("`\\x{digits}` is no character")))
    }

    /// A bracketed class after its bracket. Every member is written anew, because `[`, `&&`, `--` and `~~`
    /// mean something else to the `regex` crate.
    fn class(&mut self) -> Result<(), RegexError> {
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            match self.rest.next() {
                None => return Err(self.syntax("a class without its closing bracket")),
                Some(']') if !first => break,
                Some('[') if self.rest.peek() == Some(&':') && self.posix_class() => {}
                Some(character) => self.class_member(character)?,
            }
            first = false;
        }
        self.out.push(']');
        Ok(())
    }

    /// `[:alpha:]` after its first bracket; false, and nothing taken, when it is no such name.
    fn posix_class(&mut self) -> bool {
        let ahead: String = self.rest.clone().skip(1).take_while(|character| *character != ':').collect();
        let closed = self.rest.clone().nth(ahead.chars().count() + 2) == Some(']');
        if !closed || !ahead.chars().all(|character| character.is_ascii_lowercase() || character == '^') {
            return false;
        }
        for _ in 0..ahead.chars().count() + 3 {
            self.rest.next();
        }
        let _ = write!(self.out, "[:{ahead}:]");
        true
    }

    /// One member of a class that starts with `character`: a character, a range, or a named set.
    fn class_member(&mut self, character: char) -> Result<(), RegexError> {
        if character == '\\' {
            let set = match self.rest.peek() {
                Some('d') => Some(("", DIGITS)),
                Some('D') => Some(("^", DIGITS)),
                Some('w') => Some(("", WORDS)),
                Some('W') => Some(("^", WORDS)),
                Some('s') => Some(("", SPACES)),
                Some('S') => Some(("^", SPACES)),
                _ => None,
            };
            if let Some((negation, members)) = set {
                self.rest.next();
                write_class(&mut self.out, negation, members);
                return Ok(());
            }
            if let Some(letter) = self.rest.next_if(|next| matches!(next, 'p' | 'P')) {
                return self.unicode_class(letter);
            }
        }
        let low = self.class_character(character)?;
        write_literal(&mut self.out, low);
        let mut ahead = self.rest.clone();
        if ahead.next() == Some('-') && ahead.next().is_some_and(|next| next != ']') {
            self.rest.next();
            let Some(next) = self.rest.next() else {
                return Err(self.syntax("a class without its closing bracket"));
            };
            let high = self.class_character(next)?;
            if high < low {
                return Err(self.syntax(format!("the range `{low}-{high}` runs backwards")));
            }
            self.out.push('-');
            write_literal(&mut self.out, high);
        }
        Ok(())
    }

    fn class_character(&mut self, character: char) -> Result<char, RegexError> {
        if character != '\\' {
            return Ok(character);
        }
        match self.rest.next() {
            Some(next) => self.literal_escape(next),
            None => Err(self.syntax("a backslash at the end")),
        }
    }
}

fn write_class(out: &mut String, negation: &str, members: &str) {
    let _ = write!(out, "[{negation}{members}]");
}

/// A character that stands for itself in and outside of classes.
fn write_literal(out: &mut String, character: char) {
    if character.is_alphanumeric() {
        out.push(character);
    } else {
        let _ = write!(out, "\\x{{{:X}}}", u32::from(character));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_what_go_matches() {
        let cases: &[(&str, &str, bool)] = &[
            (r"app-\d+", "app-12", true),
            (r"\d", "٣", false),
            (r"\w+", "é", false),
            (r"^[\w-]+$", "a-b_c", true),
            (r"[a&&b]", "&", true),
            (r"[[]", "[", true),
            (r"[]a]", "]", true),
            (r"[^]a]", "]", false),
            (r"[a~~b]", "~", true),
            (r"\Qa.b\E+", "a.bb", true),
            (r"\Qa.b\E", "axb", false),
            (r"\<a\>", "<a>", true),
            (r"a{,2}", "a{,2}", true),
            (r"a{2,3}b", "aab", true),
            (r"(?i)APP", "app", true),
            (r"(?P<n>a)|b", "b", true),
            (r"(?<n>a)", "a", true),
            (r"[[:alpha:]]+", "abc", true),
            (r"\x41\x{42}\103", "ABC", true),
            (r"\bapp\b", "my-app", true),
            (r"a{", "a{", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(compile(pattern).unwrap().is_match(text), *expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn a_pattern_that_go_refuses_is_refused() {
        for pattern in [
            "*", "a**", "a+*", "(a", "a)", "[a", r"\1", r"\8", "(?x)a", "(?=a)", "a{1001}", "a{3,2}",
            r"\u0041", "[z-a]", r"\",
        ] {
            assert!(compile(pattern).is_err(), "{pattern}");
        }
        assert!(compile_whole("a)(b").is_err());
    }
}

//! Which styles a string can be written in.

/// What was found in a string.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Analysis {
    /// It has line breaks of any kind.
    pub(super) multiline: bool,
    /// It can be written without quotes outside of flow collections.
    pub(super) plain: bool,
    /// It can be written in single quotes.
    pub(super) single: bool,
    /// It can be written as a literal block.
    pub(super) block: bool,
    /// It has only ASCII characters, so that its columns are its bytes.
    pub(super) ascii: bool,
}

/// Looks at a string that is not empty.
pub(super) fn analyse(text: &str) -> Analysis {
    let bytes = text.as_bytes();
    if is_simple(bytes) {
        return Analysis { multiline: false, plain: true, single: true, block: true, ascii: true };
    }
    let mut found = Found::default();
    if text.starts_with("---") || text.starts_with("...") {
        found.indicator = true;
    }
    let mut previous = Previous::Start;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let before_blank = characters.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
        found.indicator |= match (previous, character) {
            (Previous::Start, _) if FIRST.contains(character) => true,
            (Previous::Start, '?' | ':' | '-') | (_, ':') => before_blank,
            (Previous::Space | Previous::Break | Previous::Blank, '#') => true,
            _ => false,
        };
        found.ascii &= character.is_ascii();
        found.special |= !is_printable(character);
        let at_start = previous == Previous::Start;
        let at_end = characters.peek().is_none();
        previous = if character == ' ' {
            found.edge |= at_start || at_end;
            found.trailing_space |= at_end;
            found.break_space |= previous == Previous::Break;
            Previous::Space
        } else if is_break(character) {
            found.breaks = true;
            found.edge |= at_start || at_end;
            found.space_break |= previous == Previous::Space;
            Previous::Break
        } else if matches!(character, '\t' | '\0') {
            Previous::Blank
        } else {
            Previous::Other
        };
    }
    let inline = !found.space_break && !found.special && !found.break_space;
    Analysis {
        multiline: found.breaks,
        plain: inline && !found.edge && !found.breaks && !found.indicator,
        single: inline,
        block: !found.space_break && !found.special && !found.trailing_space,
        ascii: found.ascii,
    }
}

/// Whether a text is one line of printable ASCII that can stand without quotes, as nearly all texts are: it begins with
/// a letter, a digit, `.`, `/` or `_`, and no `:` and `#` in it means anything.
fn is_simple(bytes: &[u8]) -> bool {
    let starts_well = match bytes {
        [b'.', b'.', b'.', ..] => false,
        [first, ..] => first.is_ascii_alphanumeric() || matches!(first, b'.' | b'/' | b'_'),
        [] => false,
    };
    let mut previous = b'.';
    for byte in bytes {
        let is_fine = match byte {
            b' ' => previous != b':',
            b'#' => previous != b' ',
            b'!'..=b'~' => true,
            _ => false,
        };
        if !is_fine {
            return false;
        }
        previous = *byte;
    }
    starts_well && !matches!(previous, b' ' | b':')
}

/// Characters that mean something else at the start of a value.
const FIRST: &str = "#,[]{}&*!|>'\"%@`";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Previous {
    Start,
    Space,
    Break,
    /// A tab or NUL.
    Blank,
    Other,
}

struct Found {
    /// A character that would be read as syntax.
    indicator: bool,
    /// A character that only double quotes can carry.
    special: bool,
    breaks: bool,
    /// A space or a break at the start or the end.
    edge: bool,
    trailing_space: bool,
    /// A space right after a break.
    break_space: bool,
    /// A break right after a space.
    space_break: bool,
    ascii: bool,
}

impl Default for Found {
    fn default() -> Self {
        Self {
            indicator: false,
            special: false,
            breaks: false,
            edge: false,
            trailing_space: false,
            break_space: false,
            space_break: false,
            ascii: true,
        }
    }
}

/// Whether a character is written as itself; emoji and tabs are not.
pub(super) fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// Line breaks of YAML 1.1.
pub(super) fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

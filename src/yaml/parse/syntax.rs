//! What is wrong with a text that is not YAML, in words that say what to do.

use super::cursor::Cursor;
use super::failure::Failure;
use super::parser::Next;
use crate::base::Mark;

/// A tab where only spaces may indent.
pub(super) fn tab_indentation(cursor: &Cursor<'_>) -> Failure {
    cursor
        .error("a tab stands where the line must be indented with spaces")
        .hint("Replace the tab with spaces.")
}

/// A quoted text without an end.
pub(super) fn unclosed_quote(open: &Cursor<'_>, why: &str) -> Failure {
    let quote = char::from(open.byte());
    let double = if quote == '\'' { "; a `'` inside of single quotes is written twice" } else { "" };
    open.error(why).hint(format!("Close the text that starts here with `{quote}`{double}."))
}

/// A backslash with a letter that means nothing.
pub(super) fn unknown_escape(cursor: &Cursor<'_>) -> Failure {
    let letter = cursor.text[cursor.at..].chars().nth(1);
    let escape = letter.map_or_else(|| "\\".to_owned(), |letter| format!("\\{letter}"));
    cursor
        .error(format!("`{escape}` is not an escape that double quotes know"))
        .hint("Write the backslash as `\\\\`, or use single quotes, where it means itself.")
}

/// Something behind `|` or `>` that does not belong there.
pub(super) fn block_header(cursor: &Cursor<'_>, open: &Cursor<'_>) -> Failure {
    let sign = char::from(open.byte());
    cursor
        .error(format!("the text of a `{sign}` block must start on the next line"))
        .hint(format!("Quote the value if `{sign}` is part of it."))
}

/// `- ` where no list can start.
pub(super) fn item_not_allowed(cursor: &Cursor<'_>) -> Failure {
    cursor
        .error("a list item may not start here")
        .hint("Put `- ` on a line of its own below the key, or quote the value if it starts with a dash.")
}

/// A second `: ` on a line, or one after a text that runs over several lines.
pub(super) fn value_not_allowed(cursor: &Cursor<'_>, last_plain: Option<&Cursor<'_>>) -> Failure {
    let above = last_plain.filter(|start| start.line < cursor.line);
    if let Some(slip) = above.and_then(space_missing) {
        return slip;
    }
    let error = cursor.error("a `:` with a space behind it may not stand here");
    let error = match above {
        Some(start) => error.also(start.mark(), "the value that this line continues starts here"),
        None => error,
    };
    error.hint("Quote the value if it contains `: `, or check the indentation and whether the line above lacks its `:` or a quote.")
}

/// `key:value` where a key was meant.
fn space_missing(start: &Cursor<'_>) -> Option<Failure> {
    let line = start.text[start.at..].lines().next().unwrap_or("");
    let word = line.split([' ', '\t']).next().unwrap_or("");
    let (key, value) = word.split_once(':').filter(|(key, value)| !key.is_empty() && !value.is_empty())?;
    let message = format!("`{word}` is not a key: a space is missing behind `:`");
    Some(start.error(message).hint(format!("Write `{key}: {value}`.")))
}

/// A line at the column of the keys around it that is no key.
pub(super) fn key_without_colon(start: &Cursor<'_>) -> Failure {
    space_missing(start).unwrap_or_else(|| {
        start
            .error("this line has no `:` although keys stand at its column")
            .hint("Add `: ` behind the key, or indent the line if it continues the value above.")
    })
}

/// Text behind the value of a document, which kustomize would not read.
pub(super) fn after_end(start: &Cursor<'_>) -> Failure {
    start.error("this stands after the end of the document's value").hint(
        "Put `---` on a line of its own before another document, or indent the line if it belongs to the value.",
    )
}

/// A character that no value starts with.
pub(super) fn bad_start(cursor: &Cursor<'_>, in_flow: bool) -> Failure {
    match cursor.character() {
        Some('\t') => tab_indentation(cursor),
        Some(character @ ('@' | '`' | '%')) => {
            cursor.error(format!("a value may not start with `{character}`")).hint("Put the value in quotes.")
        }
        Some(character @ ('|' | '>')) if in_flow => cursor
            .error(format!("a `{character}` block may not stand between brackets"))
            .hint("Quote the value, or write the list or map over several lines without brackets."),
        Some(character) => {
            cursor.error(format!("a value may not start with `{character}`")).hint("Put the value in quotes.")
        }
        None => cursor.error("the text ends where a value is due"),
    }
}

/// A closing bracket or a comma without an open bracket.
pub(super) fn stray_bracket(cursor: &Cursor<'_>) -> Failure {
    let found = cursor.character().unwrap_or(' ');
    cursor
        .error(format!("`{found}` stands here without an open bracket"))
        .hint("Quote the value if it starts with it.")
}

/// Nothing where a value must be.
pub(super) fn no_value(cursor: &Cursor<'_>) -> Failure {
    let message = match cursor.character() {
        Some(found) => format!("`{found}` stands where a value is due"),
        None => "the text ends where a value is due".to_owned(),
    };
    cursor.error(message).hint("Check the indentation of this line and of the one above.")
}

/// Something else than `- ` at the column of a list.
pub(super) fn item_expected(cursor: &Cursor<'_>) -> Failure {
    cursor
        .error("a line in a list must start with `- `")
        .hint("Indent the line more if it belongs to the item above, or as its parent if the list ends here.")
}

/// Something else than a key at the column of a map.
pub(super) fn key_expected(cursor: &Cursor<'_>, found: Next) -> Failure {
    let (message, hint) = match found {
        Next::Entry | Next::SequenceStart => (
            "a list item stands where a key is due",
            "A map and a list cannot stand at one column; indent the line as the items it belongs to.",
        ),
        Next::MappingStart => (
            "this key is indented more than the keys above it",
            "Give the keys of a map the same indentation.",
        ),
        Next::Value => {
            ("a key is missing before `:`", "Write the key, or quote the value if it starts with `:`.")
        }
        _ => (
            "this stands where a key is due",
            "Check the indentation, and whether the value above lacks a quote or a `|`.",
        ),
    };
    cursor.error(message).hint(hint)
}

/// A bracket without an end.
pub(super) fn unclosed_bracket(cursor: &Cursor<'_>, open: Mark) -> Failure {
    let message = format!("the bracket opened on line {} is never closed", open.line);
    cursor
        .error(message)
        .also(open, "opened here")
        .hint("Close it, or quote the value if it only starts with a bracket.")
}

/// Two values between brackets without a comma.
pub(super) fn comma_expected(cursor: &Cursor<'_>, close: u8, open: Mark) -> Failure {
    let close = char::from(close);
    let hint = match cursor.byte() {
        b':' => "Quote the key or the value if it contains `:`.".to_owned(),
        _ => format!("Separate the values with `,`, or close the bracket with `{close}`."),
    };
    cursor
        .error(format!("expected `,` or `{close}` here"))
        .also(open, "the bracket was opened here")
        .hint(hint)
}

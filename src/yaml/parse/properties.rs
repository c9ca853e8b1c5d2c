//! Anchors, aliases, tags, and the `%` directives that shorten tags.

use super::cursor::Cursor;
use super::failure::Failure;
use crate::base::Mark;
use crate::yaml::ParseErrorKind;

/// What may stand before a value.
#[derive(Clone, Debug, Default)]
pub(super) struct Properties {
    pub(super) anchor: Option<String>,
    /// The tag with its handle resolved; `!!str` is `tag:yaml.org,2002:str`.
    pub(super) tag: Option<String>,
    /// Where the first of them stands.
    pub(super) mark: Option<Mark>,
}

impl Properties {
    pub(super) fn is_empty(&self) -> bool {
        self.mark.is_none()
    }
}

/// Handles that `%TAG` lines define, with what they stand for.
#[derive(Debug, Default)]
pub(super) struct TagHandles(Vec<(String, String)>);

const CORE: &str = "tag:yaml.org,2002:";

impl TagHandles {
    fn prefix(&self, handle: &str) -> Option<&str> {
        let own = self.0.iter().find(|(known, _)| known == handle).map(|(_, prefix)| prefix.as_str());
        own.or(match handle {
            "!" => Some("!"),
            "!!" => Some(CORE),
            _ => None,
        })
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Reads the name behind `&` or `*`; the cursor stands on the sign.
pub(super) fn anchor_name<'t>(cursor: &mut Cursor<'t>) -> Result<&'t str, Failure> {
    let sign = char::from(cursor.byte());
    let open = *cursor;
    cursor.advance(1);
    let start = cursor.at;
    while is_word(cursor.byte()) {
        cursor.advance(1);
    }
    let name = &cursor.text[start..cursor.at];
    let ends = cursor.is_blank_or_end(0)
        || matches!(cursor.byte(), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
    if name.is_empty() || !ends {
        return Err(open
            .error(format!("`{sign}` must be followed by a name of letters, digits, `-` and `_`"))
            .hint(format!("Quote the text if `{sign}` is part of it.")));
    }
    Ok(name)
}

/// Reads a tag; the cursor stands on `!`.
pub(super) fn tag(cursor: &mut Cursor<'_>, handles: &TagHandles) -> Result<String, Failure> {
    let open = *cursor;
    let refusal =
        |text: &str| open.error(format!("this tag {text}")).hint("Quote the text if `!` is part of it.");
    let tag = if cursor.byte_at(1) == b'<' {
        cursor.advance(2);
        let uri = uri(cursor, false)?.ok_or_else(|| refusal("has no name"))?;
        if cursor.byte() != b'>' {
            return Err(refusal("has no closing `>`"));
        }
        cursor.advance(1);
        uri
    } else {
        let handle = handle(cursor);
        let (handle, suffix) = if handle.len() > 1 && handle.ends_with('!') {
            (handle, uri(cursor, false)?.ok_or_else(|| refusal("has no name"))?)
        } else {
            // `!name`: what looked like a handle is the start of the name.
            let rest = uri(cursor, true)?.unwrap_or_default();
            ("!", format!("{}{rest}", &handle[1..]))
        };
        let Some(prefix) = handles.prefix(handle) else {
            return Err(refusal("starts with a handle that no `%TAG` line defines"));
        };
        format!("{prefix}{suffix}")
    };
    if !cursor.is_blank_or_end(0) {
        return Err(refusal("must be followed by a space"));
    }
    Ok(tag)
}

/// `!`, `!!` or `!name!`; also the `!name` of a tag without a handle.
fn handle<'t>(cursor: &mut Cursor<'t>) -> &'t str {
    let start = cursor.at;
    cursor.advance(1);
    while is_word(cursor.byte()) {
        cursor.advance(1);
    }
    if cursor.byte() == b'!' {
        cursor.advance(1);
    }
    &cursor.text[start..cursor.at]
}

/// Characters of a tag, `%20` and its like decoded; `None` when there are none.
fn uri(cursor: &mut Cursor<'_>, may_be_empty: bool) -> Result<Option<String>, Failure> {
    let open = *cursor;
    let mut bytes = Vec::new();
    loop {
        match cursor.byte() {
            b'%' => {
                let code = cursor.text.get(cursor.at + 1..cursor.at + 3);
                let code = code.filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()));
                let Some(octet) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) else {
                    return Err(cursor.error("`%` in a tag must be followed by two hexadecimal digits"));
                };
                bytes.push(octet);
                cursor.advance(3);
            }
            byte if is_word(byte) || b";/?:@&=+$,.!~*'()[]".contains(&byte) => {
                bytes.push(byte);
                cursor.advance(1);
            }
            _ => break,
        }
    }
    if bytes.is_empty() && !may_be_empty {
        return Ok(None);
    }
    String::from_utf8(bytes).map(Some).map_err(|_| open.error("the `%` codes in this tag are not UTF-8"))
}

/// Reads the directives before a document; the cursor stands at the start of a line.
///
/// # Errors
///
/// Directives that kustomize refuses: a YAML version other than 1.1, unknown ones, and the same one twice.
pub(super) fn directive(
    cursor: &mut Cursor<'_>,
    handles: &mut TagHandles,
    seen_version: &mut bool,
) -> Result<(), Failure> {
    let open = *cursor;
    let words = words(cursor);
    let refusal = |message: String| Failure::new(ParseErrorKind::Syntax, open.mark(), message);
    match words.as_slice() {
        ["%YAML", "1.1"] if !*seen_version => *seen_version = true,
        ["%YAML", "1.1"] => return Err(refusal("there are two `%YAML` lines".to_owned())),
        ["%YAML", ..] => {
            return Err(refusal("kustomize reads YAML 1.1 only".to_owned())
                .hint("Remove the `%YAML` line; nobody needs it."));
        }
        ["%TAG", handle, prefix] => {
            let is_handle = *handle == "!"
                || (handle.len() > 1
                    && handle.starts_with('!')
                    && handle.ends_with('!')
                    && handle[1..handle.len() - 1].bytes().all(is_word));
            if !is_handle {
                return Err(refusal(format!("`{handle}` is not a tag handle such as `!name!`")));
            }
            if handles.0.iter().any(|(known, _)| known == handle) {
                return Err(refusal(format!("the tag handle `{handle}` is defined twice")));
            }
            handles.0.push(((*handle).to_owned(), (*prefix).to_owned()));
        }
        _ => return Err(unknown(&open)),
    }
    Ok(())
}

/// Goes over a directive behind a document, which nobody obeys but which must be one.
///
/// # Errors
///
/// Anything that begins with `%` and is no directive.
pub(super) fn skip_directive(cursor: &mut Cursor<'_>) -> Result<(), Failure> {
    let open = *cursor;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_version =
        |text: &str| text.split_once('.').is_some_and(|(major, minor)| is_number(major) && is_number(minor));
    match words(cursor).as_slice() {
        ["%YAML", version] if is_version(version) => Ok(()),
        ["%TAG", handle, _] if handle.starts_with('!') => Ok(()),
        _ => Err(unknown(&open)),
    }
}

/// The words of the line here, without a comment behind them.
fn words<'t>(cursor: &mut Cursor<'t>) -> Vec<&'t str> {
    let start = cursor.at;
    cursor.skip_line_rest();
    let line = &cursor.text[start..cursor.at];
    // A comment may follow, after a space.
    let line = line.find(" #").or_else(|| line.find("\t#")).map_or(line, |comment| &line[..comment]);
    line.split([' ', '\t']).filter(|word| !word.is_empty()).collect()
}

fn unknown(open: &Cursor<'_>) -> Failure {
    open.error("this line starts with `%` and is neither `%YAML` nor `%TAG`")
        .hint("Quote the text, or indent the line if it belongs to a value.")
}

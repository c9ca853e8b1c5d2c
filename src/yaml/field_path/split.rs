//! Cutting a path into its parts, with escapes and brackets.

/// Cuts `path` at every `delimiter` that has no `\` before it.
///
/// One leading delimiter is allowed: `/a/b` is `a/b`. A backslash before a delimiter is dropped and the
/// delimiter kept. The result has at least one part, which is empty for an empty path.
#[must_use]
pub fn split(path: &str, delimiter: char) -> Vec<String> {
    let mut pieces = path.split(delimiter).peekable();
    if path.starts_with(delimiter) {
        pieces.next();
    }
    let mut parts: Vec<String> = Vec::new();
    for piece in pieces {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push(delimiter);
                last.push_str(piece);
            }
            _ => parts.push(piece.to_owned()),
        }
    }
    parts
}

/// As [`split`], but a delimiter between `[` and `]` does not cut.
///
/// `[name=a.b]` stays one part with its brackets, which address a list item; brackets without `=`
/// only protect a key and are dropped: `metadata.annotations.[a.b/c]`. As in kustomize a bracket
/// counts only when it opens at the start of a part, and one that never closes takes the rest.
#[must_use]
pub fn split_bracketed(path: &str, delimiter: char) -> Vec<String> {
    let mut parts = Vec::new();
    let mut pieces = split(path, delimiter).into_iter();
    while let Some(mut part) = pieces.next() {
        if part.starts_with('[') && !part.ends_with(']') {
            for piece in pieces.by_ref() {
                part.push(delimiter);
                part.push_str(&piece);
                if piece.ends_with(']') {
                    break;
                }
            }
            if !part.contains('=') {
                part = part.trim_matches(['[', ']']).to_owned();
            }
        }
        parts.push(part);
    }
    parts
}

/// What one part of a dotted path addresses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// `3`: an item by its place, counted from 0.
    Index(usize),
    /// `-`: the last item; only where one place is looked up.
    Last,
    /// `*`: every item.
    Every,
    /// `[key=value]`: items whose `key` matches, or with an empty key items that match themselves.
    Item {
        /// The key, empty for lists of scalars.
        key: String,
        /// The value or pattern.
        value: String,
    },
    /// `[…]` without `=`, which kustomize refuses when it gets there.
    Malformed,
    /// Anything else: a key.
    Key(String),
}

impl Part {
    /// Reads a part as the walk over replacement targets does.
    pub(super) fn of_target(text: &str) -> Self {
        match index(text) {
            Some(number) if number >= 0 => Self::Index(usize::try_from(number).unwrap_or(usize::MAX)),
            _ if is_item(text) => Self::item(text),
            _ if text == "*" => Self::Every,
            _ => Self::Key(text.to_owned()),
        }
    }

    fn item(text: &str) -> Self {
        let inner = text.strip_suffix(']').unwrap_or(text);
        let inner = inner.strip_prefix('[').unwrap_or(inner);
        match inner.split_once('=') {
            Some((key, value)) => Self::Item { key: key.to_owned(), value: value.to_owned() },
            None => Self::Malformed,
        }
    }

    /// Reads a part as the lookup of one place does. `Err` is a negative index.
    pub(super) fn of_lookup(text: &str) -> Result<Self, i64> {
        match index(text) {
            Some(number) if number < 0 => Err(number),
            None if text == "-" => Ok(Self::Last),
            _ => Ok(Self::of_target(text)),
        }
    }

    /// Whether the part addresses items of a list when the value before it has to be made.
    pub(super) fn wants_list(text: &str) -> bool {
        is_item(text) || index(text).is_some_and(|number| number >= 0)
    }
}

fn is_item(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']')
}

/// Go's `Atoi`: an optional sign and decimal digits.
fn index(text: &str) -> Option<i64> {
    text.parse().ok()
}

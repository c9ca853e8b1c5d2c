//! What becomes of a folded block (`>`): kustomize writes it out once and reads it again on the way to its output.

use std::borrow::Cow;

/// The text of a folded block after that, for a text that can be written as one.
///
/// The writer's rule for where to double a line break looks at the start of the text instead of at the next line.
/// So a break before an indented line is doubled although readers do not fold it, breaks kept at the end grow by
/// one, and in a text that starts with a space breaks are not doubled at all and are lost to folding.
pub(super) fn rewritten(text: &str) -> Cow<'_, str> {
    let is_blank = |line: &str| line.starts_with([' ', '\t']);
    let body = text.trim_start_matches('\n');
    if !body.trim_end_matches('\n').contains('\n') && !body.ends_with("\n\n")
        || text.contains(['\u{2028}', '\u{2029}'])
    {
        return Cow::Borrowed(text);
    }
    let doubles = !is_blank(body);
    let mut result = String::with_capacity(text.len() + 8);
    result.push_str(&text[..text.len() - body.len()]);
    let mut rest = body;
    while let Some(end) = rest.find('\n') {
        let (line, after) = rest.split_at(end);
        let next = after.trim_start_matches('\n');
        let breaks = after.len() - next.len();
        let indented = is_blank(line);
        let written = breaks + usize::from(doubles && !indented);
        result.push_str(line);
        if next.is_empty() {
            // One break at the end is clipped to one; more are kept.
            push_breaks(&mut result, if breaks == 1 { 1 } else { written });
        } else if indented || is_blank(next) {
            push_breaks(&mut result, written);
        } else if written == 1 {
            result.push(' ');
        } else {
            push_breaks(&mut result, written - 1);
        }
        rest = next;
    }
    result.push_str(rest);
    Cow::Owned(result)
}

fn push_breaks(text: &mut String, count: usize) {
    text.extend(std::iter::repeat_n('\n', count));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_blocks_change_as_kustomize_changes_them() {
        let cases = [
            ("a b\n", "a b\n"),
            ("a\nb\n", "a\nb\n"),
            ("a\n  b\nc\n", "a\n\n  b\nc\n"),
            ("a\n\n", "a\n\n\n"),
            (" a\nb\nc\n", " a\nb c\n"),
            (" a\nb\n\nc", " a\nb\nc"),
        ];
        for (before, after) in cases {
            assert_eq!(rewritten(before), after, "{before:?}");
        }
    }
}

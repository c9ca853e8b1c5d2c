//! Text with `$(NAME)` in it.

use crate::yaml::Scalar;

/// What a text with vars comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Expanded {
    /// Text in which vars may have been replaced.
    Text(String),
    /// The text was one var and nothing else: its value, with its type.
    Value(Scalar),
}

/// The value of a var; `None` when there is no such var, which is then left as it is.
pub(super) type Lookup<'l> = &'l mut dyn FnMut(&str) -> Option<Scalar>;

/// A sign that cannot stand behind a `$`, because kustomize would break it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Broken(pub(super) char);

/// Replaces all vars in a text. `$$` stands for `$`, so that `$$(NAME)` is no var.
pub(super) fn expand(text: &str, lookup: Lookup<'_>) -> Result<Expanded, Broken> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        out.push_str(before);
        let Some(sign) = after.chars().next() else {
            out.push('$');
            return Ok(Expanded::Text(out));
        };
        rest = &after[sign.len_utf8()..];
        match (sign, rest.split_once(')')) {
            ('$', _) => out.push('$'),
            ('(', Some((name, behind))) => {
                let value = lookup(name);
                if let Some(value) = value.clone().filter(|_| text.len() == name.len() + 3) {
                    return Ok(Expanded::Value(value));
                }
                match value {
                    Some(value) => out.push_str(&value.text),
                    None => {
                        out.push_str("$(");
                        out.push_str(name);
                        out.push(')');
                    }
                }
                rest = behind;
            }
            // Taken apart into bytes by kustomize.
            (sign, _) if !sign.is_ascii() => return Err(Broken(sign)),
            (sign, _) => {
                out.push('$');
                out.push(sign);
            }
        }
    }
    out.push_str(rest);
    Ok(Expanded::Text(out))
}

//! Rules that single strings of the catalog keep, each with what to say when one is broken.

/// A rule for a string.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TextRule {
    /// Anything.
    Any,
    /// A name as Kubernetes has them: lower case letters, digits, `-`, `.`.
    Name,
    /// The name of something in the catalog or of a directory of layers.
    Word,
    /// A namespace with `{env}`, `{service}` and `{region}` to fill in.
    Template,
    /// An image without tag and digest.
    Image,
    /// The tag of an image.
    Tag,
    /// The digest of an image.
    Digest,
    /// A host name, `*.` in front allowed.
    Domain,
    /// A cron schedule.
    Schedule,
    /// A duration such as `1500ms`.
    Duration,
    /// The path of a URL.
    UrlPath,
}

/// What may stand in braces in a namespace template.
const PLACEHOLDERS: [&str; 3] = ["env", "service", "region"];

struct Row {
    rule: TextRule,
    wanted: &'static str,
    example: &'static str,
    check: fn(&str) -> Result<(), String>,
}

const ROWS: &[Row] = &[
    Row { rule: TextRule::Any, wanted: "a string", example: "text", check: |_| Ok(()) },
    Row { rule: TextRule::Name, wanted: "a name", example: "account-service", check: label_name },
    Row { rule: TextRule::Word, wanted: "a name", example: "euw1", check: word },
    Row {
        rule: TextRule::Template,
        wanted: "a namespace template",
        example: "\"{env}-{service}-{region}\"",
        check: template,
    },
    Row {
        rule: TextRule::Image,
        wanted: "the name of an image",
        example: "registry.example.com/team/app",
        check: image,
    },
    Row { rule: TextRule::Tag, wanted: "a tag", example: "\"1.2.0\"", check: tag },
    Row {
        rule: TextRule::Digest,
        wanted: "a digest",
        example: "sha256:<64 hexadecimal digits>",
        check: digest,
    },
    Row { rule: TextRule::Domain, wanted: "a host name", example: "shop.example.com", check: domain },
    Row { rule: TextRule::Schedule, wanted: "a cron schedule", example: "\"0 6 * * 1-5\"", check: schedule },
    Row { rule: TextRule::Duration, wanted: "a duration", example: "1500ms", check: duration },
    Row { rule: TextRule::UrlPath, wanted: "the path of a URL", example: "/healthz", check: url_path },
];

impl TextRule {
    fn row(self) -> &'static Row {
        // The table has a row for every rule (tested); the first row is for any text.
        ROWS.iter().find(|row| row.rule == self).unwrap_or(&ROWS[0])
    }

    /// What the string must be, for messages.
    pub(super) fn wanted(self) -> &'static str {
        self.row().wanted
    }

    /// A string that keeps the rule.
    pub(super) fn example(self) -> &'static str {
        self.row().example
    }

    /// Checks a string.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as the end of a sentence: "... it has 7 fields".
    pub(super) fn check(self, text: &str) -> Result<(), String> {
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        (self.row().check)(text)
    }
}

fn name(text: &str) -> Result<(), String> {
    if let Some(bad) =
        text.chars().find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(*c)))
    {
        return Err(format!("it has a `{bad}`; lower case letters, digits, `-` and `.` are allowed"));
    }
    if text.starts_with(['-', '.']) || text.ends_with(['-', '.']) {
        return Err("it must begin and end with a letter or a digit".to_owned());
    }
    if text.len() > 253 {
        return Err("it is longer than 253 characters".to_owned());
    }
    Ok(())
}

/// Names of services and ports become labels and resource names, which have at most 63 characters.
fn label_name(text: &str) -> Result<(), String> {
    if text.len() > 63 {
        return Err("it is longer than 63 characters".to_owned());
    }
    name(text)
}

fn word(text: &str) -> Result<(), String> {
    match text.chars().find(|c| c.is_whitespace() || c.is_control() || "/\\:@{}<>".contains(*c)) {
        Some(bad) => Err(format!("it has a `{bad}`")),
        None if text == "." || text == ".." => Err("it is a directory of the file system".to_owned()),
        None => Ok(()),
    }
}

fn template(text: &str) -> Result<(), String> {
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let Some(end) = rest[start..].find('}') else {
            return Err("a `{` has no `}`".to_owned());
        };
        let inside = &rest[start + 1..start + end];
        if !PLACEHOLDERS.contains(&inside) {
            return Err(format!("`{{{inside}}}` is none of `{{env}}`, `{{service}}` and `{{region}}`"));
        }
        rest = &rest[start + end + 1..];
    }
    if rest.contains('}') {
        return Err("a `}` has no `{`".to_owned());
    }
    Ok(())
}

fn image(text: &str) -> Result<(), String> {
    if text.contains('@') {
        return Err("it holds a digest; that belongs to `digest`".to_owned());
    }
    if text.rsplit('/').next().is_some_and(|last| last.contains(':')) {
        return Err("it holds a tag; that belongs to `tag`".to_owned());
    }
    no_space(text)
}

fn tag(text: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if let Some(bad) = text.chars().find(|c| !allowed(*c)) {
        return Err(format!("it has a `{bad}`; letters, digits, `_`, `.` and `-` are allowed"));
    }
    if text.starts_with(['.', '-']) {
        return Err("it must begin with a letter, a digit or `_`".to_owned());
    }
    if text.len() > 128 {
        return Err("it is longer than 128 characters".to_owned());
    }
    Ok(())
}

fn digest(text: &str) -> Result<(), String> {
    let Some((algorithm, hex)) = text.split_once(':') else {
        return Err("it has no `:` after the name of the algorithm".to_owned());
    };
    let length = match algorithm {
        "sha256" => 64,
        "sha512" => 128,
        _ => return Err(format!("`{algorithm}` is not `sha256` or `sha512`")),
    };
    if hex.len() != length || !hex.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')) {
        return Err(format!("after `{algorithm}:` there must be {length} hexadecimal digits"));
    }
    Ok(())
}

fn domain(text: &str) -> Result<(), String> {
    name(text.strip_prefix("*.").unwrap_or(text))
}

fn schedule(text: &str) -> Result<(), String> {
    let fields = text.split_whitespace().filter(|field| !field.contains('=')).count();
    match (text.starts_with('@'), fields) {
        (true, _) | (false, 5) => Ok(()),
        (false, count) => Err(format!("it has {count} fields instead of 5 (minute hour day month weekday)")),
    }
}

fn duration(text: &str) -> Result<(), String> {
    let wrong = || Err("it is not a number followed by `ms`, `s`, `m` or `h`".to_owned());
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number = &rest[..digits];
        if number.parse::<f64>().is_err() {
            return wrong();
        }
        let after = &rest[digits..];
        let Some(unit) = ["ms", "s", "m", "h"].into_iter().find(|unit| after.starts_with(unit)) else {
            return wrong();
        };
        rest = &after[unit.len()..];
    }
    Ok(())
}

fn url_path(text: &str) -> Result<(), String> {
    if !text.starts_with('/') {
        return Err("it must begin with `/`".to_owned());
    }
    no_space(text)
}

fn no_space(text: &str) -> Result<(), String> {
    if text.contains(char::is_whitespace) { Err("it holds a space".to_owned()) } else { Ok(()) }
}

/// Whether a text is a Kubernetes quantity.
pub(super) fn is_quantity(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(digits);
    let has_digit = number.contains(|c: char| c.is_ascii_digit());
    let one_dot = number.matches('.').count() <= 1;
    let exponent = suffix.strip_prefix(['e', 'E']).is_some_and(|rest| {
        let rest = rest.strip_prefix(['+', '-']).unwrap_or(rest);
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit())
    });
    const SUFFIXES: [&str; 16] =
        ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    has_digit && one_dot && (exponent || SUFFIXES.contains(&suffix))
}

/// Checks the value of a label.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn label_value(text: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if text.len() > 63 {
        return Err("it is longer than 63 characters".to_owned());
    }
    if let Some(bad) = text.chars().find(|c| !allowed(*c)) {
        return Err(format!("it has a `{bad}`; letters, digits, `-`, `_` and `.` are allowed"));
    }
    if text.starts_with(['-', '_', '.']) || text.ends_with(['-', '_', '.']) {
        return Err("it must begin and end with a letter or a digit".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_row_whose_example_keeps_it() {
        for row in ROWS {
            assert_eq!(row.rule.wanted(), row.wanted);
            if row.rule != TextRule::Digest {
                assert_eq!(row.rule.check(row.example.trim_matches('"')), Ok(()), "{:?}", row.rule);
            }
        }
    }

    #[test]
    fn quantities_are_told_from_other_text() {
        for good in ["250m", "1", "1.5", "512Mi", "1e3", "2E", ".5", "100k", "-1"] {
            assert!(is_quantity(good), "{good}");
        }
        for bad in ["", "m", "1 Gi", "512MB", "1.2.3", "1e", "many"] {
            assert!(!is_quantity(bad), "{bad}");
        }
    }

    #[test]
    fn broken_rules_say_why() {
        let table = [
            (TextRule::Schedule, "0 6 * *", "it has 4 fields"),
            (TextRule::Image, "reg:5000/a/b:1.2", "it holds a tag"),
            (TextRule::Image, "a@sha256:00", "it holds a digest"),
            (TextRule::Template, "{env}-{servce}", "`{servce}` is none of"),
            (TextRule::Digest, "sha256:12", "64 hexadecimal digits"),
            (TextRule::Duration, "5 seconds", "is not a number followed by"),
            (TextRule::Name, "Account", "it has a `A`"),
            (TextRule::Tag, "1.2+3", "it has a `+`"),
            (TextRule::UrlPath, "healthz", "must begin with `/`"),
            (TextRule::Name, "", "it is empty"),
        ];
        for (rule, text, part) in table {
            let problem = rule.check(text).unwrap_err();
            assert!(problem.contains(part), "{text}: {problem}");
        }
        assert_eq!(TextRule::Image.check("reg:5000/a/b"), Ok(()));
        assert_eq!(TextRule::Duration.check("1m30s"), Ok(()));
        assert_eq!(TextRule::Domain.check("*.example.com"), Ok(()));
    }
}

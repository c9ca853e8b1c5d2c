//! Label selectors in the grammar of Kubernetes: `app=web,tier in (a, b),!canary`.

use std::iter::Peekable;
use std::vec::IntoIter;

use crate::yaml::{Node, Value};

/// What the labels or annotations of a resource must be.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Requirement {
    key: String,
    test: Test,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Test {
    Exists,
    Absent,
    In(Vec<String>),
    NotIn(Vec<String>),
    Greater(i64),
    Less(i64),
}

impl LabelSelector {
    /// Reads a selector; empty text selects everything.
    ///
    /// # Errors
    ///
    /// What is wrong with the text, in the words of a message.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { tokens: tokens(text)?.into_iter().peekable() };
        let mut requirements = Vec::new();
        if parser.tokens.peek().is_none() {
            return Ok(Self { requirements });
        }
        loop {
            requirements.push(parser.requirement()?);
            match parser.tokens.next() {
                None => return Ok(Self { requirements }),
                Some(Token::Comma) => {}
                Some(other) => {
                    return Err(format!("found `{}` where a comma or the end is expected", other.text()));
                }
            }
        }
    }

    /// Whether the entries of `map` meet every requirement. Anything but a map has no entries; the text of a
    /// value counts, whatever its type.
    #[must_use]
    pub fn matches(&self, map: Option<&Node>) -> bool {
        self.requirements.iter().all(|requirement| {
            let value = map.and_then(|map| map.get(&requirement.key)).map(text_of);
            requirement.test.holds(value)
        })
    }
}

fn text_of(node: &Node) -> &str {
    match &node.value {
        Value::Scalar(scalar) => &scalar.text,
        Value::Sequence(_) | Value::Mapping(_) => "",
    }
}

impl Test {
    fn holds(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match self {
            Self::Exists => value.is_some(),
            Self::Absent => value.is_none(),
            Self::In(values) => value.is_some_and(|value| values.iter().any(|known| known == value)),
            Self::NotIn(values) => value.is_none_or(|value| values.iter().all(|known| known != value)),
            Self::Greater(bound) => number().is_some_and(|number| number > *bound),
            Self::Less(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Token {
    Open,
    Close,
    Comma,
    Not,
    Equals,
    NotEquals,
    Greater,
    Less,
    /// Also `in` and `notin`, which are words like others where a key or value stands.
    Word(String),
}

impl Token {
    fn text(&self) -> &str {
        match self {
            Self::Open => "(",
            Self::Close => ")",
            Self::Comma => ",",
            Self::Not => "!",
            Self::Equals => "=",
            Self::NotEquals => "!=",
            Self::Greater => ">",
            Self::Less => "<",
            Self::Word(word) => word,
        }
    }
}

const SIGNS: [char; 7] = ['=', '!', '(', ')', ',', '>', '<'];
const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(SPACES);
        let Some(first) = rest.chars().next() else { return Ok(found) };
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            '>' => (Token::Greater, 1),
            '<' => (Token::Less, 1),
            '!' if rest.starts_with("!=") => (Token::NotEquals, 2),
            '!' => (Token::Not, 1),
            '=' if rest.starts_with("==") => (Token::Equals, 2),
            '=' => (Token::Equals, 1),
            '\0' => return Err("a NUL character".to_owned()),
            _ => {
                let end = rest.find(|c| SIGNS.contains(&c) || SPACES.contains(&c)).unwrap_or(rest.len());
                (Token::Word(rest[..end].to_owned()), end)
            }
        };
        found.push(token);
        rest = &rest[length..];
    }
}

struct Parser {
    tokens: Peekable<IntoIter<Token>>,
}

impl Parser {
    fn requirement(&mut self) -> Result<Requirement, String> {
        let negated = self.tokens.next_if_eq(&Token::Not).is_some();
        let key = self.word("a label key")?;
        check_key(&key)?;
        if matches!(self.tokens.peek(), None | Some(Token::Comma)) {
            return Ok(Requirement { key, test: if negated { Test::Absent } else { Test::Exists } });
        }
        if negated {
            return Err(format!("`!{key}` takes no value; write `{key}!=value` or `{key} notin (value)`"));
        }
        let test = self.test()?;
        if let Test::In(values) | Test::NotIn(values) = &test {
            values.iter().try_for_each(|value| check_value(value))?;
        }
        Ok(Requirement { key, test })
    }

    fn test(&mut self) -> Result<Test, String> {
        Ok(match self.tokens.next() {
            Some(Token::Equals) => Test::In(vec![self.value()?]),
            Some(Token::NotEquals) => Test::NotIn(vec![self.value()?]),
            Some(Token::Greater) => Test::Greater(self.number()?),
            Some(Token::Less) => Test::Less(self.number()?),
            Some(Token::Word(word)) if word == "in" => Test::In(self.values()?),
            Some(Token::Word(word)) if word == "notin" => Test::NotIn(self.values()?),
            other => {
                let found = other.as_ref().map_or("the end", Token::text);
                return Err(format!("found `{found}` where `=`, `!=`, `in` or `notin` is expected"));
            }
        })
    }

    fn word(&mut self, wanted: &str) -> Result<String, String> {
        match self.tokens.next() {
            Some(Token::Word(word)) => Ok(word),
            Some(other) => Err(format!("found `{}` where {wanted} is expected", other.text())),
            None => Err(format!("{wanted} is missing at the end")),
        }
    }

    /// The one value after `=`; nothing at all is the empty value.
    fn value(&mut self) -> Result<String, String> {
        match self.tokens.peek() {
            None | Some(Token::Comma) => Ok(String::new()),
            Some(_) => self.word("a value"),
        }
    }

    fn number(&mut self) -> Result<i64, String> {
        let value = self.value()?;
        value.parse().map_err(|_| format!("`{value}` is not a whole number"))
    }

    /// `(a, b)`; nothing between two commas is the empty value.
    fn values(&mut self) -> Result<Vec<String>, String> {
        if self.tokens.next_if_eq(&Token::Open).is_none() {
            return Err("a list of values in parentheses is expected".to_owned());
        }
        let mut values = Vec::new();
        let mut value = None;
        loop {
            match self.tokens.next() {
                Some(Token::Word(word)) if value.is_none() => value = Some(word),
                Some(Token::Comma) => values.push(value.take().unwrap_or_default()),
                Some(Token::Close) => {
                    values.push(value.take().unwrap_or_default());
                    return Ok(values);
                }
                Some(other) => return Err(format!("found `{}` in a list of values", other.text())),
                None => return Err("a list of values lacks its closing parenthesis".to_owned()),
            }
        }
    }
}

/// Longest name, and longest value, of a label.
const MAX_NAME: usize = 63;
/// Longest domain before the slash of a key.
const MAX_DOMAIN: usize = 253;

fn check_key(key: &str) -> Result<(), String> {
    let (domain, name) = match key.split_once('/') {
        Some((domain, name)) => (Some(domain), name),
        None => (None, key),
    };
    let label_fits = |label: &str| is_made_of(label, |c| is_lower(c) || c == '-', is_lower);
    let domain_fits =
        domain.is_none_or(|domain| domain.len() <= MAX_DOMAIN && domain.split('.').all(label_fits));
    if domain_fits && name.len() <= MAX_NAME && is_name(name) {
        return Ok(());
    }
    Err(format!("`{key}` is no label key"))
}

fn check_value(value: &str) -> Result<(), String> {
    if value.is_empty() || (value.len() <= MAX_NAME && is_name(value)) {
        return Ok(());
    }
    Err(format!("`{value}` is no label value"))
}

fn is_name(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    is_made_of(text, inner, |c| c.is_ascii_alphanumeric())
}

fn is_lower(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit()
}

/// Not empty, made of `inner` characters, with an `edge` character at both ends.
fn is_made_of(text: &str, inner: impl Fn(char) -> bool, edge: impl Fn(char) -> bool) -> bool {
    text.starts_with(&edge) && text.ends_with(&edge) && text.chars().all(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::FileId;
    use crate::yaml::{Limits, parse};

    #[test]
    fn a_selector_holds_for_the_labels_that_kubernetes_would_take() {
        let text = b"app: web\ntier: '3'\nempty: ''\nin: x\na.b/c: y";
        let labels = parse(text, FileId::NONE, &Limits::default()).unwrap().remove(0);
        let cases: &[(&str, bool)] = &[
            ("", true),
            ("app=web", true),
            ("app==web", true),
            ("app = web , tier", true),
            ("app!=web", false),
            ("missing!=web", true),
            ("!missing", true),
            ("!app", false),
            ("app in (api, web)", true),
            ("app in (api)", false),
            ("app notin (api)", true),
            ("missing notin (api)", true),
            ("missing in ()", false),
            ("empty=", true),
            ("empty in (a,)", true),
            ("empty in ()", true),
            ("in in (x)", true),
            ("tier>2", true),
            ("tier<2", false),
            ("app>2", false),
            ("a.b/c=y", true),
        ];
        for (text, expected) in cases {
            assert_eq!(LabelSelector::parse(text).unwrap().matches(Some(&labels)), *expected, "{text}");
        }
        assert!(!LabelSelector::parse("app").unwrap().matches(None));
    }

    #[test]
    fn text_outside_of_the_grammar_is_refused() {
        let cases = [
            "app=web,",
            ",",
            "app web",
            "app in web",
            "app in (a",
            "app in (a b)",
            "=a",
            "a=!b",
            "-a",
            "a=-b",
            "A/b/c",
            "Up/x",
            "a>b",
            "app===web",
            "!!a",
        ];
        for text in cases {
            assert!(LabelSelector::parse(text).is_err(), "{text}");
        }
    }
}

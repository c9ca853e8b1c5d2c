//! Where a value stands in a YAML document, as a list of steps from the root: `services[name=a].hpa.minReplicas`.

use std::fmt;

/// One step from a value to a value inside it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// The entry of a map.
    Key(String),
    /// The item of a list, counted from 0.
    Index(usize),
    /// The one item of a list that is a map in which `key` has the text `value`.
    Where {
        /// The key to look at.
        key: String,
        /// The text that its value must have.
        value: String,
    },
    /// The place after the last item of a list; only [`set`](super::set) can go there, to append.
    End,
}

/// The steps from the root of a document to a value.
#[derive(
    Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, serde::Serialize, serde::Deserialize,
)]
pub struct Route(pub Vec<Step>);

/// Why a text is not a route.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RouteError {
    /// Two dots in a row, or a dot at the start or the end.
    #[error("`{0}` has an empty name between two dots")]
    EmptyName(String),
    /// `[` without `]`, or a quote that is not closed.
    #[error("`{text}` has no closing `{closing}`")]
    Unclosed {
        /// The whole text.
        text: String,
        /// What is missing.
        closing: char,
    },
    /// The text between brackets is neither a number nor `key=value`.
    #[error("`[{0}]` is neither a position such as `[0]` nor a choice such as `[name=http]`")]
    Selector(String),
}

impl Route {
    /// The root of the document.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// This route and one more map key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.0.push(Step::Key(key.into()));
        self
    }

    /// This route and one more list position.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }

    /// This route and the list item whose `key` is `value`.
    #[must_use]
    pub fn item(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.push(Step::Where { key: key.into(), value: value.into() });
        self
    }

    /// This route and the place after the last item.
    #[must_use]
    pub fn end(mut self) -> Self {
        self.0.push(Step::End);
        self
    }

    /// This route followed by another.
    #[must_use]
    pub fn then(mut self, rest: &Self) -> Self {
        self.0.extend(rest.0.iter().cloned());
        self
    }

    /// Reads `a.b[0].c[name=http]."key.with.dots"`; `[+]` is the place after the last item.
    ///
    /// # Errors
    ///
    /// [`RouteError`] for empty names, brackets or quotes that are not closed, and bad selectors.
    pub fn parse(text: &str) -> Result<Self, RouteError> {
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            rest = if let Some(quoted) = rest.strip_prefix('"') {
                let end = quoted
                    .find('"')
                    .ok_or_else(|| RouteError::Unclosed { text: text.to_owned(), closing: '"' })?;
                steps.push(Step::Key(quoted[..end].to_owned()));
                &quoted[end + 1..]
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                // A route may begin with a bracket: the document itself is a list.
                if end > 0 {
                    steps.push(Step::Key(rest[..end].to_owned()));
                } else if !(steps.is_empty() && rest.starts_with('[')) {
                    return Err(RouteError::EmptyName(text.to_owned()));
                }
                &rest[end..]
            };
            while let Some(inside) = rest.strip_prefix('[') {
                let end = inside
                    .find(']')
                    .ok_or_else(|| RouteError::Unclosed { text: text.to_owned(), closing: ']' })?;
                steps.push(selector(&inside[..end])?);
                rest = &inside[end + 1..];
            }
            if rest.is_empty() {
                return Ok(Self(steps));
            }
            rest = rest.strip_prefix('.').ok_or_else(|| RouteError::EmptyName(text.to_owned()))?;
        }
    }
}

fn selector(text: &str) -> Result<Step, RouteError> {
    if text == "+" {
        return Ok(Step::End);
    }
    if let Ok(index) = text.parse() {
        return Ok(Step::Index(index));
    }
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => {
            Ok(Step::Where { key: key.to_owned(), value: value.to_owned() })
        }
        _ => Err(RouteError::Selector(text.to_owned())),
    }
}

impl fmt::Display for Route {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return formatter.write_str("(the whole document)");
        }
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    let dot = if position == 0 { "" } else { "." };
                    if key.is_empty() || key.contains(['.', '[', '@', '"']) {
                        write!(formatter, "{dot}\"{key}\"")?;
                    } else {
                        write!(formatter, "{dot}{key}")?;
                    }
                }
                Step::Index(index) => write!(formatter, "[{index}]")?,
                Step::Where { key, value } => write!(formatter, "[{key}={value}]")?,
                Step::End => formatter.write_str("[+]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_reads_back_as_it_is_shown() {
        for text in [
            "services[name=account-service].hpa.minReplicas",
            "[0].a",
            "labels.\"app.kubernetes.io/name\"",
            "a[+]",
        ] {
            assert_eq!(Route::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_slip_in_a_route_is_named() {
        assert_eq!(Route::parse("a..b"), Err(RouteError::EmptyName("a..b".to_owned())));
        assert_eq!(Route::parse(""), Err(RouteError::EmptyName(String::new())));
        assert_eq!(Route::parse("a[x]"), Err(RouteError::Selector("x".to_owned())));
        assert!(matches!(Route::parse("a[0"), Err(RouteError::Unclosed { closing: ']', .. })));
    }
}

//! What a person types to set a value, read into an operation.
//!
//! ```text
//! PATH  := FIELD ("." FIELD | "[" SELECTOR "]")* ["@" SCOPE]
//! FIELD := name | '"' any text '"'
//! SELECTOR := position | key "=" value | "+"      (the item after the last one)
//! SCOPE := "defaults" | ENV | ENV "/" REGION
//! ```
//!
//! `hpa.minReplicas@prod` and `hpa.minReplicas.overrides.prod` mean the same value. Without a scope the defaults
//! are meant. A VALUE that starts with `[`, `{` or a quote is read as YAML, any other as text typed without quotes:
//! `6` is a number and `*/5 * * * *` a string.

use crate::base::Diagnostic;
use crate::catalog::{FieldError, ServiceField};
use crate::yaml::edit::{EditError, EditValue, Route, RouteError, Step};

use super::{Operation, Scope, ScopeError};

/// A place in a service and the targets that a value there is meant for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValuePath {
    /// The field, without `defaults` and `overrides`.
    pub path: Route,
    /// The targets.
    pub scope: Scope,
}

/// Why what a person typed is not an edit.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WordsError {
    /// The path is not written as a path.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// The part behind `@` or `overrides` is not a scope.
    #[error(transparent)]
    Scope(#[from] ScopeError),
    /// The path says twice which targets are meant.
    #[error("`{0}` names its targets twice")]
    TwoScopes(String),
    /// `overrides` without an environment behind it.
    #[error("`{0}` does not say which override")]
    NoScope(String),
    /// There is no such field, or the value does not fit it.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// The field has one value for all targets.
    #[error("`{0}` cannot vary by environment")]
    DoesNotVary(String),
    /// The value starts like YAML and is not.
    #[error("the value is not valid YAML: {0}")]
    Value(EditError),
    /// The key of a region pin is not `REGION/ENV`.
    #[error("`{0}` is not a region and an environment such as `euw2/prod`")]
    RegionPin(String),
}

impl WordsError {
    /// The error as a problem to be shown.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let problem = |hint: &str| Diagnostic::error("edit/words", self.to_string()).hint(hint);
        match self {
            Self::Field(error) => error.diagnostic(),
            Self::Route(_) => {
                problem("Write a path such as `hpa.minReplicas` or `ports[name=http].containerPort`.")
            }
            Self::Scope(_) | Self::NoScope(_) => {
                problem("Write for example `hpa.minReplicas@prod` or `hpa.minReplicas@prod/euw2`.")
            }
            Self::TwoScopes(_) => problem("Leave out `@…`, or `overrides` and what follows it."),
            Self::DoesNotVary(_) => problem("Leave out the environment to set it for all targets."),
            Self::Value(_) => problem("Close all brackets and quotes, or put the whole value in quotes."),
            Self::RegionPin(_) => problem("Write the region first, then `/` and the environment."),
        }
    }
}

impl ValuePath {
    /// Reads a path in either form.
    ///
    /// # Errors
    ///
    /// [`WordsError`] when it is not written as described at the top of this module.
    pub fn parse(text: &str) -> Result<Self, WordsError> {
        let (route, at_scope) = match scope_sign(text) {
            Some(at) => (&text[..at], Some(Scope::parse(&text[at + 1..])?)),
            None => (text, None),
        };
        let mut path = Route::parse(route)?;
        let is = |step: &Step, word| matches!(step, Step::Key(key) if key == word);
        let place = path.0.iter().skip(1).position(|step| is(step, "defaults") || is(step, "overrides"));
        let Some(place) = place.map(|place| place + 1) else {
            return Ok(Self { path, scope: at_scope.unwrap_or_default() });
        };
        if at_scope.is_some() {
            return Err(WordsError::TwoScopes(text.to_owned()));
        }
        let scope = if is(&path.0.remove(place), "defaults") {
            Scope::Defaults
        } else {
            match path.0.get(place) {
                Some(Step::Key(key)) => Scope::parse(key)?,
                _ => return Err(WordsError::NoScope(text.to_owned())),
            }
        };
        if scope != Scope::Defaults {
            path.0.remove(place);
        }
        Ok(Self { path, scope })
    }

    /// The field at the path.
    ///
    /// # Errors
    ///
    /// [`WordsError`] when there is none, or it cannot vary and the path says it does.
    pub fn field(&self) -> Result<ServiceField, WordsError> {
        let field = ServiceField::find(&self.path)?;
        if self.scope != Scope::Defaults && !field.varies() {
            return Err(WordsError::DoesNotVary(self.path.to_string()));
        }
        Ok(field)
    }
}

/// Where `@` stands outside of quotes and brackets.
fn scope_sign(text: &str) -> Option<usize> {
    let (mut quoted, mut bracketed) = (false, false);
    let mut found = None;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '[' if !quoted => bracketed = true,
            ']' if !quoted => bracketed = false,
            '@' if !quoted && !bracketed => found = Some(at),
            _ => {}
        }
    }
    found
}

/// Reads a value as a person types it.
///
/// # Errors
///
/// [`WordsError::Value`] when it starts like a list, map or quoted string and is none.
pub fn parse_value(text: &str) -> Result<EditValue, WordsError> {
    if text.is_empty() {
        return Ok(EditValue::text(""));
    }
    if text.trim_start().starts_with(['[', '{', '"', '\'']) {
        return EditValue::from_yaml(text).map_err(WordsError::Value);
    }
    Ok(EditValue::typed(text))
}

impl Operation {
    /// The operation for `set SERVICE PATH VALUE`, checked against the table of fields.
    ///
    /// # Errors
    ///
    /// [`WordsError`] for a path that is not known (with the nearest spelling) or a value of the wrong type.
    pub fn set(service: &str, path: &str, value: &str) -> Result<Self, WordsError> {
        let place = ValuePath::parse(path)?;
        let value = place.field()?.accept(&place.path, &parse_value(value)?)?;
        let service = service.to_owned();
        Ok(match (place.path.0.as_slice(), value) {
            ([Step::Key(key)], EditValue::Text(channel)) if key == "channel" => {
                Self::SetServiceChannel { service, channel: Some(channel) }
            }
            (_, value) => Self::SetServiceValue { service, path: place.path, scope: place.scope, value },
        })
    }

    /// The operation that takes the value at `PATH` of a service away.
    ///
    /// # Errors
    ///
    /// [`WordsError`] for a path that is not known.
    pub fn unset(service: &str, path: &str) -> Result<Self, WordsError> {
        let place = ValuePath::parse(path)?;
        place.field()?;
        Ok(Self::RemoveServiceValue { service: service.to_owned(), path: place.path, scope: place.scope })
    }

    /// The operation for `pin region REGION/ENV REF`.
    ///
    /// # Errors
    ///
    /// [`WordsError::RegionPin`] when the key is written otherwise.
    pub fn pin_region(key: &str, reference: &str) -> Result<Self, WordsError> {
        match key.split_once('/') {
            Some((region, environment))
                if !region.is_empty() && !environment.is_empty() && !environment.contains('/') =>
            {
                Ok(Self::SetRegionPin {
                    region: region.to_owned(),
                    environment: environment.to_owned(),
                    reference: reference.to_owned(),
                })
            }
            _ => Err(WordsError::RegionPin(key.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> (String, String) {
        let place = ValuePath::parse(text).unwrap();
        (place.path.to_string(), place.scope.to_string())
    }

    #[test]
    fn a_scope_stands_behind_the_sign_or_in_the_path() {
        let expect = |path: &str, scope: &str| (path.to_owned(), scope.to_owned());
        assert_eq!(path("hpa.minReplicas"), expect("hpa.minReplicas", "defaults"));
        assert_eq!(path("hpa.minReplicas@prod"), expect("hpa.minReplicas", "prod"));
        assert_eq!(path("hpa.minReplicas.overrides.prod"), expect("hpa.minReplicas", "prod"));
        assert_eq!(path("resources.overrides.prod/euw2.cpu"), expect("resources.cpu", "prod/euw2"));
        assert_eq!(path("hpa.minReplicas.defaults"), expect("hpa.minReplicas", "defaults"));
        assert_eq!(path("labels.\"a@b\"@prod"), expect("labels.\"a@b\"", "prod"));
    }

    #[test]
    fn a_path_that_makes_no_sense_is_explained() {
        let error = |text: &str| ValuePath::parse(text).unwrap_err();
        assert!(matches!(error("a.overrides.prod@prod"), WordsError::TwoScopes(_)));
        assert!(matches!(error("a.overrides"), WordsError::NoScope(_)));
        assert!(matches!(error("a@"), WordsError::Scope(_)));
        assert!(matches!(error("a..b"), WordsError::Route(_)));
        assert!(matches!(error(""), WordsError::Route(_)));
    }

    #[test]
    fn a_typed_edit_becomes_an_operation_with_a_value_of_the_right_type() {
        let text = |value: &str| Operation::set("a", "tag", value).unwrap().value_text().unwrap();
        assert_eq!(text("1.20"), "\"1.20\"");
        let schedule = Operation::set("a", "schedule@prod", "*/5 * * * *").unwrap();
        assert_eq!(schedule.value_text().unwrap(), "\"*/5 * * * *\"");
        let domains = Operation::set("a", "domains@prod", "[a.example, 'b.example']").unwrap();
        assert_eq!(domains.value_text().unwrap(), "[a.example, b.example]");
        assert!(matches!(
            Operation::set("a", "channel", "next").unwrap(),
            Operation::SetServiceChannel { .. }
        ));
        let error = Operation::set("a", "channel@prod", "next").unwrap_err();
        assert_eq!(error, WordsError::DoesNotVary("channel".to_owned()));
        let error = Operation::set("a", "hpa.minReplcias@prod", "6").unwrap_err();
        assert_eq!(error.diagnostic().hints, ["Did you mean `hpa.minReplicas`?"]);
        assert!(matches!(Operation::set("a", "domains", "[a").unwrap_err(), WordsError::Value(_)));
        assert!(Operation::pin_region("euw2/prod", "v2").is_ok());
        assert!(Operation::pin_region("prod", "v2").is_err());
    }
}

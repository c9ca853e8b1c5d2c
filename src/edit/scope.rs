//! Which targets a service's value is meant for: all, one environment, or one environment in one region.

use std::fmt;

/// The targets that a value of a service is written for.
#[derive(
    Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    /// Every target that no override is more specific for.
    #[default]
    Defaults,
    /// One environment.
    Environment(String),
    /// One region of one environment.
    Region {
        /// The environment.
        environment: String,
        /// The region.
        region: String,
    },
}

/// Why a text is not a scope.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is not a scope: write `defaults`, an environment such as `prod`, or `prod/euw2`")]
pub struct ScopeError(pub String);

impl Scope {
    /// Reads `defaults`, `ENV` or `ENV/REGION`.
    ///
    /// # Errors
    ///
    /// [`ScopeError`] for an empty name or more than one `/`.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text == "defaults" {
            return Ok(Self::Defaults);
        }
        let wrong = || ScopeError(text.to_owned());
        let (environment, region) = match text.split_once('/') {
            Some((environment, region)) => (environment, Some(region)),
            None => (text, None),
        };
        if environment.is_empty() || region.is_some_and(|region| region.is_empty() || region.contains('/')) {
            return Err(wrong());
        }
        Ok(match region {
            None => Self::Environment(environment.to_owned()),
            Some(region) => Self::Region { environment: environment.to_owned(), region: region.to_owned() },
        })
    }

    /// The key under `overrides` in the catalog; `None` for the defaults.
    #[must_use]
    pub fn override_key(&self) -> Option<String> {
        match self {
            Self::Defaults => None,
            Self::Environment(environment) => Some(environment.clone()),
            Self::Region { environment, region } => Some(format!("{environment}/{region}")),
        }
    }
}

/// `defaults`, `prod` or `prod/euw2`.
impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Defaults => formatter.write_str("defaults"),
            Self::Environment(environment) => formatter.write_str(environment),
            Self::Region { environment, region } => write!(formatter, "{environment}/{region}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_reads_back_as_it_is_shown() {
        for text in ["defaults", "prod", "prod/euw2"] {
            assert_eq!(Scope::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "/euw2", "prod/", "prod/euw2/x"] {
            assert_eq!(Scope::parse(text), Err(ScopeError(text.to_owned())));
        }
    }
}

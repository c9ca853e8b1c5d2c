//! Values of a service that may vary by environment, and what they come to for one target.

use std::fmt;
use std::sync::Arc;

use crate::base::Span;
use crate::yaml::Tag;

/// A value as written in the catalog, with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// The value.
    pub value: SettingValue,
    /// Where the value stands (for a key without a value on its line: where its first entry stands).
    pub span: Span,
}

/// The shapes that a setting can have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SettingValue {
    /// One value: its text after unquoting, and what the text means.
    Scalar {
        /// The text.
        text: Arc<str>,
        /// Whether that is a string, an integer, a boolean, ...
        tag: Tag,
    },
    /// A list; an override replaces it as a whole.
    List(Vec<Setting>),
    /// A map; an override replaces single keys.
    Map(Vec<Entry>),
    /// `{defaults: V, overrides: {<env>: V, "<env>/<region>": V}}`.
    PerEnvironment(Box<PerEnvironment>),
}

/// One `key: value` of a map.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Setting,
}

/// A value that may vary by environment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PerEnvironment {
    /// The value where nothing more specific is said.
    pub defaults: Option<Setting>,
    /// The exceptions, in the order of the text.
    pub overrides: Vec<(Scope, Span, Setting)>,
}

/// Where an override applies: an environment, or one region of it. The more specific one wins.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Scope {
    /// Name of the environment.
    pub env: Arc<str>,
    /// Name of the region, when the override is for that region only.
    pub region: Option<Arc<str>>,
}

impl Setting {
    fn each_span(&mut self, visit: &mut dyn FnMut(&mut Span)) {
        visit(&mut self.span);
        match &mut self.value {
            SettingValue::Scalar { .. } => {}
            SettingValue::List(items) => items.iter_mut().for_each(|item| item.each_span(visit)),
            SettingValue::Map(entries) => entries.iter_mut().for_each(|entry| entry.each_span(visit)),
            SettingValue::PerEnvironment(own) => {
                own.defaults.iter_mut().for_each(|value| value.each_span(visit));
                for (_, span, value) in &mut own.overrides {
                    visit(span);
                    value.each_span(visit);
                }
            }
        }
    }
}

impl Entry {
    /// Hands out every place in the entry.
    pub(super) fn each_span(&mut self, visit: &mut dyn FnMut(&mut Span)) {
        visit(&mut self.key_span);
        self.value.each_span(visit);
    }
}

impl Scope {
    /// Whether the override applies to a target in this environment and region.
    #[must_use]
    pub fn covers(&self, env: &str, region: &str) -> bool {
        &*self.env == env && self.region.as_deref().is_none_or(|own| own == region)
    }
}

/// `prod` or `prod/euw2`, as written in the catalog.
impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.region {
            Some(region) => write!(formatter, "{}/{region}", self.env),
            None => formatter.write_str(&self.env),
        }
    }
}

/// What a setting comes to in one environment and region.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resolved {
    /// The value.
    pub value: ResolvedValue,
    /// Where the winning text stands (for a map: the most specific one that contributes).
    pub span: Span,
    /// The scope of the override that the value comes from; `None` for a default or a plain value.
    pub scope: Option<Scope>,
    /// Keys and list indexes from the service's entry down to the value, `defaults` and `overrides` included.
    pub written_at: Vec<Arc<str>>,
    /// What the winner replaced, most specific first. For maps this is empty: their entries know.
    pub overridden: Vec<Loser>,
}

/// The shapes of a resolved setting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ResolvedValue {
    /// One value.
    Scalar {
        /// The text after unquoting.
        text: Arc<str>,
        /// What the text means.
        tag: Tag,
    },
    /// A list.
    List(Vec<Resolved>),
    /// A map, with the place of each key.
    Map(Vec<(Arc<str>, Span, Resolved)>),
}

/// A value that a more specific one replaced.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Loser {
    /// The value in one line.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// One line of the list of effective values of a target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EffectiveValue {
    /// Field path below the service, such as `hpa.minReplicas`; a list of single values is one line.
    pub path: String,
    /// The value in one line.
    pub value: String,
    /// Where it stands.
    pub span: Span,
    /// The scope of the override that won, or `None` when the value is the default.
    pub scope: Option<Scope>,
    /// Keys and list indexes from the service's entry down to the value, `defaults` and `overrides` included:
    /// where an edit of exactly this value has to be made.
    pub written_at: Vec<Arc<str>>,
    /// What it replaced, most specific first.
    pub overridden: Vec<Loser>,
}

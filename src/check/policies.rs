//! What `policies.yaml` of a platform adds to the built-in rules.

use std::sync::Arc;

use crate::base::Span;
use crate::catalog::{Setting, SettingValue};

/// The part of `policies.yaml` that is about changes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Policies {
    /// `immutableFields`, in the order of the text.
    pub(super) immutable: Vec<ImmutableField>,
}

/// A field that must not change in place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ImmutableField {
    pub(super) kind: Arc<str>,
    /// The API group, if the entry names one.
    pub(super) group: Option<Arc<str>>,
    /// The keys of the path.
    pub(super) path: Vec<String>,
    pub(super) span: Span,
}

impl Policies {
    /// Reads the policies of a catalog; entries that make no sense are left out.
    #[must_use]
    pub fn read(policies: Option<&Setting>) -> Self {
        let entries = policies.and_then(|policies| get(policies, "immutableFields"));
        let Some(SettingValue::List(items)) = entries.map(|entries| &entries.value) else {
            return Self::default();
        };
        Self { immutable: items.iter().filter_map(field).collect() }
    }
}

fn field(entry: &Setting) -> Option<ImmutableField> {
    let group = text(entry, "group").or_else(|| {
        let version = text(entry, "apiVersion")?;
        Some(version.split_once('/').map_or_else(|| Arc::from(""), |(group, _)| Arc::from(group)))
    });
    let path: Vec<String> =
        text(entry, "path")?.split('.').map(str::to_owned).filter(|key| !key.is_empty()).collect();
    let field = ImmutableField { kind: text(entry, "kind")?, group, path, span: entry.span.clone() };
    (!field.path.is_empty()).then_some(field)
}

fn get<'s>(setting: &'s Setting, key: &str) -> Option<&'s Setting> {
    match &setting.value {
        SettingValue::Map(entries) => {
            entries.iter().find(|entry| &*entry.key == key).map(|entry| &entry.value)
        }
        _ => None,
    }
}

fn text(setting: &Setting, key: &str) -> Option<Arc<str>> {
    match &get(setting, key)?.value {
        SettingValue::Scalar { text, .. } => Some(text.clone()),
        _ => None,
    }
}

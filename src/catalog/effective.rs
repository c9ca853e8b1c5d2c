//! What settings come to for one environment and region: the most specific value wins, maps merge key by key.

use std::sync::Arc;

use super::setting::{
    EffectiveValue, Entry, Loser, PerEnvironment, Resolved, ResolvedValue, Scope, Setting, SettingValue,
};
use super::{Service, Spanned};

/// What the service's setting under `key` comes to; `None` when nothing is said for this environment and region.
#[must_use]
pub fn resolve_setting(service: &Service, key: &str, env: &str, region: &str) -> Option<Resolved> {
    let entry = service.settings.iter().find(|entry| &*entry.key == key)?;
    let mut walk = Walk { env, region, scope: None, path: vec![entry.key.clone()] };
    walk.resolve(&entry.value)
}

/// The effective values of a service for one environment and region, in the order of the text.
///
/// Fields that do not vary (`type`, `channel`, `components`, ...) come first, then one line per single value or
/// list of single values of the settings. Free `patches` are not values and left out.
#[must_use]
pub fn effective_values(service: &Service, env: &str, region: &str) -> Vec<EffectiveValue> {
    let mut lines = Vec::new();
    let single = [
        ("type", &service.archetype),
        ("tagStrategy", &service.tag_strategy),
        ("channel", &service.channel),
        ("namespaceTemplate", &service.namespace_template),
    ];
    for (key, field) in single {
        if let Some(field) = field {
            lines.push(plain(key, field.value.to_string(), field));
        }
    }
    if let Some(first) = service.components.first() {
        let names: Vec<&str> = service.components.iter().map(|component| &*component.value).collect();
        lines.push(plain("components", format!("[{}]", names.join(", ")), first));
    }
    for entry in service.settings.iter().filter(|entry| &*entry.key != "patches") {
        if let Some(resolved) = resolve_setting(service, &entry.key, env, region) {
            flatten(&entry.key, &resolved, &mut lines);
        }
    }
    lines
}

fn plain(key: &str, value: String, field: &Spanned<Arc<str>>) -> EffectiveValue {
    EffectiveValue {
        path: key.to_owned(),
        value,
        span: field.span.clone(),
        scope: None,
        written_at: vec![Arc::from(key)],
        overridden: Vec::new(),
    }
}

fn flatten(path: &str, resolved: &Resolved, lines: &mut Vec<EffectiveValue>) {
    match &resolved.value {
        ResolvedValue::Map(entries) => {
            for (key, _, value) in entries {
                flatten(&format!("{path}.{key}"), value, lines);
            }
        }
        ResolvedValue::List(items) if items.iter().any(|item| !item.is_scalar()) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&format!("{path}[{index}]"), item, lines);
            }
        }
        ResolvedValue::List(_) | ResolvedValue::Scalar { .. } => lines.push(EffectiveValue {
            path: path.to_owned(),
            value: resolved.one_line(),
            span: resolved.span.clone(),
            scope: resolved.scope.clone(),
            written_at: resolved.written_at.clone(),
            overridden: resolved.overridden.clone(),
        }),
    }
}

/// The way down a setting for one environment and region.
struct Walk<'a> {
    env: &'a str,
    region: &'a str,
    /// The override that we are inside of.
    scope: Option<Scope>,
    /// Keys and indexes from the service's entry down to here.
    path: Vec<Arc<str>>,
}

impl Walk<'_> {
    fn resolve(&mut self, setting: &Setting) -> Option<Resolved> {
        let value = match &setting.value {
            SettingValue::Scalar { text, tag } => ResolvedValue::Scalar { text: text.clone(), tag: *tag },
            SettingValue::List(items) => ResolvedValue::List(self.items(items)),
            SettingValue::Map(entries) => ResolvedValue::Map(self.entries(entries)),
            SettingValue::PerEnvironment(varying) => return self.most_specific(varying),
        };
        Some(Resolved {
            value,
            span: setting.span.clone(),
            scope: self.scope.clone(),
            written_at: self.path.clone(),
            overridden: Vec::new(),
        })
    }

    fn items(&mut self, items: &[Setting]) -> Vec<Resolved> {
        let numbered = items.iter().enumerate();
        numbered.filter_map(|(index, item)| self.below(&index.to_string(), item)).collect()
    }

    fn entries(&mut self, entries: &[Entry]) -> Vec<(Arc<str>, crate::base::Span, Resolved)> {
        let resolved = entries.iter().map(|entry| {
            let value = self.below(&entry.key, &entry.value)?;
            Some((entry.key.clone(), entry.key_span.clone(), value))
        });
        resolved.flatten().collect()
    }

    fn below(&mut self, step: &str, setting: &Setting) -> Option<Resolved> {
        self.path.push(Arc::from(step));
        let resolved = self.resolve(setting);
        self.path.pop();
        resolved
    }

    fn most_specific(&mut self, varying: &PerEnvironment) -> Option<Resolved> {
        let mut result = varying.defaults.as_ref().and_then(|value| self.below("defaults", value));
        let mut applying: Vec<&(Scope, crate::base::Span, Setting)> =
            varying.overrides.iter().filter(|(scope, _, _)| scope.covers(self.env, self.region)).collect();
        applying.sort_by_key(|(scope, _, _)| scope.region.is_some());
        for (scope, _, value) in applying {
            let outer = self.scope.replace(scope.clone());
            self.path.push(Arc::from("overrides"));
            let over = self.below(&scope.to_string(), value);
            self.path.pop();
            self.scope = outer;
            result = match (result, over) {
                (Some(low), Some(high)) => Some(merge(low, high)),
                (low, high) => high.or(low),
            };
        }
        result
    }
}

/// Lays a more specific value over a less specific one.
fn merge(low: Resolved, high: Resolved) -> Resolved {
    match (low.value, high.value) {
        (ResolvedValue::Map(mut entries), ResolvedValue::Map(over)) => {
            for (key, key_span, value) in over {
                match entries.iter_mut().find(|(known, _, _)| *known == key) {
                    Some(entry) => {
                        let below = entry.2.clone();
                        *entry = (key, key_span, merge(below, value));
                    }
                    None => entries.push((key, key_span, value)),
                }
            }
            Resolved { value: ResolvedValue::Map(entries), ..high }
        }
        (low_value, high_value) => {
            let loser = Loser { text: low_value.one_line(), span: low.span };
            let mut overridden = high.overridden;
            overridden.push(loser);
            overridden.extend(low.overridden);
            Resolved { value: high_value, overridden, ..high }
        }
    }
}

impl Resolved {
    /// Whether this is a single value.
    #[must_use]
    pub fn is_scalar(&self) -> bool {
        matches!(self.value, ResolvedValue::Scalar { .. })
    }

    /// The text of a single value.
    #[must_use]
    pub fn text(&self) -> Option<&Arc<str>> {
        match &self.value {
            ResolvedValue::Scalar { text, .. } => Some(text),
            ResolvedValue::List(_) | ResolvedValue::Map(_) => None,
        }
    }

    /// The items of a list; none for anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.value {
            ResolvedValue::List(items) => items,
            ResolvedValue::Scalar { .. } | ResolvedValue::Map(_) => &[],
        }
    }

    /// The value under a key of a map.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            ResolvedValue::Map(entries) => {
                entries.iter().find(|(known, _, _)| &**known == key).map(|(_, _, value)| value)
            }
            ResolvedValue::Scalar { .. } | ResolvedValue::List(_) => None,
        }
    }

    /// The value in one line, in the flow form of YAML.
    #[must_use]
    pub fn one_line(&self) -> String {
        self.value.one_line()
    }
}

impl ResolvedValue {
    fn one_line(&self) -> String {
        match self {
            Self::Scalar { text, .. } => match text.split_once('\n') {
                Some((first, _)) => format!("{first} …"),
                None => text.to_string(),
            },
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Resolved::one_line).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Map(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, _, value)| format!("{key}: {}", value.one_line())).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }
}

//! An edit while it is being typed: what it changes, where it would be written, and what it would do.

use std::sync::Arc;

use crate::catalog::effective::resolve_setting;
use crate::catalog::{Catalog, EffectiveValue, ResolvedValue, Service, TargetId};
use crate::edit::{Operation, Scope};
use crate::report::answer::Preview;
use crate::yaml::Tag;
use crate::yaml::edit::{EditValue, Route};

use super::input::Input;

/// What is edited.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// A value of a service.
    Value {
        /// The service.
        service: String,
        /// The value's place in it, as the list of effective values writes it.
        path: String,
        /// The target it is seen from.
        target: TargetId,
        /// What it is now: a string stays one, also when it looks like a number.
        kind: ValueKind,
    },
    /// The channel of a service.
    ServiceChannel {
        /// The service.
        service: String,
    },
    /// The ref of a channel.
    Channel {
        /// The channel.
        name: String,
    },
    /// The pin of an environment.
    EnvironmentPin {
        /// The environment.
        env: String,
    },
    /// The pin of an environment in one region.
    RegionPin {
        /// The region.
        region: String,
        /// The environment.
        env: String,
    },
    /// The channel of an environment where nothing else says a ref.
    DefaultChannel {
        /// The environment.
        env: String,
    },
}

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueKind {
    /// A string.
    Text,
    /// A number, a boolean, or nothing yet: what is typed says what it is.
    Plain,
    /// A list of single values, typed as `[a, b]`.
    List,
}

/// An edit while it is being typed. The screen behind it shows everything with this edit applied.
#[derive(Clone, Debug)]
pub struct Editing {
    /// What is edited.
    pub subject: Subject,
    /// The layers at which it can be written, the usual one first; only values have more than one.
    pub scopes: Vec<Scope>,
    /// Index in [`Self::scopes`].
    pub scope: usize,
    /// Index of the layer at which the value is written now, where there is nothing to do until another text is typed.
    pub home: usize,
    /// What is typed.
    pub input: Input,
    /// The value before.
    pub before: String,
    /// What may be typed, for refs and channels.
    pub suggestions: Vec<String>,
    /// Why it cannot be kept.
    pub problem: Option<String>,
    /// What is doubtful about it; it can be kept all the same.
    pub warning: Option<String>,
    /// Whether it is to be kept as soon as it is known to be right.
    pub confirmed: bool,
    /// What it would do.
    pub preview: Option<Arc<Preview>>,
}

impl Editing {
    /// Starts to edit a value of a service as it is seen from a target.
    #[must_use]
    pub fn value(service: &Service, target: &TargetId, value: &EffectiveValue) -> Self {
        let (env, region) = (target.env.to_string(), target.region.to_string());
        let regional = Scope::Region { environment: env.clone(), region };
        let environment = Scope::Environment(env);
        let scopes = match &value.scope {
            _ if is_fixed(&value.path) => vec![Scope::Defaults],
            // An override that is there already is what one wants to change; a default is usually overridden for the environment.
            Some(own) if own.region.is_some() => vec![regional, environment, Scope::Defaults],
            _ => vec![environment, regional, Scope::Defaults],
        };
        let subject = Subject::Value {
            service: service.name.value.to_string(),
            path: value.path.clone(),
            target: target.clone(),
            kind: kind_of(service, target, &value.path),
        };
        Self::start(subject, scopes, value.value.clone(), Vec::new())
    }

    /// Starts to edit a channel or pin.
    #[must_use]
    pub fn pin(subject: Subject, catalog: &Catalog, references: &[Arc<str>]) -> Self {
        let before = match &subject {
            Subject::Value { .. } => String::new(),
            Subject::ServiceChannel { service } => catalog
                .service(service)
                .and_then(|service| service.channel.as_ref())
                .map_or_else(String::new, |channel| channel.value.to_string()),
            Subject::Channel { name } => {
                catalog.channel(name).map_or_else(String::new, |channel| channel.reference.value.to_string())
            }
            Subject::EnvironmentPin { env } => pinned(&catalog.env_pins, env, None),
            Subject::RegionPin { region, env } => pinned(&catalog.region_pins, env, Some(region)),
            Subject::DefaultChannel { env } => pinned(&catalog.default_channels, env, None),
        };
        let channels = || catalog.channels.iter().map(|channel| channel.name.value.to_string()).collect();
        let suggestions = match &subject {
            Subject::ServiceChannel { .. } | Subject::DefaultChannel { .. } => channels(),
            _ => references.iter().map(ToString::to_string).collect(),
        };
        Self::start(subject, Vec::new(), before, suggestions)
    }

    pub(super) fn start(
        subject: Subject,
        scopes: Vec<Scope>,
        before: String,
        suggestions: Vec<String>,
    ) -> Self {
        Self {
            subject,
            scopes,
            scope: 0,
            home: 0,
            input: Input::new(before.clone()),
            before,
            suggestions,
            problem: None,
            warning: None,
            confirmed: false,
            preview: None,
        }
    }

    /// The layer at which it is written.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scopes.get(self.scope).cloned().unwrap_or_default()
    }

    /// The suggestions that continue what is typed.
    pub fn matching(&self) -> impl Iterator<Item = &str> {
        let typed = self.input.text();
        self.suggestions.iter().map(String::as_str).filter(move |name| *name != typed && name.contains(typed))
    }

    /// The edit as it stands; nothing while nothing has changed.
    ///
    /// # Errors
    ///
    /// Why what is typed cannot be an edit.
    pub fn operation(&self) -> Result<Option<Operation>, String> {
        let typed = self.input.text().trim();
        if typed == self.before && self.scope == self.home {
            return Ok(None);
        }
        let reference = || match typed {
            "" => Err("a ref is needed".to_owned()),
            text if text.contains(char::is_whitespace) => Err("a ref has no blanks".to_owned()),
            text => Ok(text.to_owned()),
        };
        Ok(Some(match &self.subject {
            Subject::Value { service, path, kind, .. } => {
                let path = Route::parse(path).map_err(|error| error.to_string())?;
                if typed.is_empty() {
                    return match self.scope() {
                        Scope::Defaults => Err("a value is needed".to_owned()),
                        scope => {
                            Ok(Some(Operation::RemoveServiceValue { service: service.clone(), path, scope }))
                        }
                    };
                }
                let value = match kind {
                    ValueKind::Text => EditValue::text(typed),
                    ValueKind::Plain => EditValue::typed(typed),
                    ValueKind::List => list(typed)?,
                };
                Operation::SetServiceValue { service: service.clone(), path, scope: self.scope(), value }
            }
            Subject::ServiceChannel { service } => Operation::SetServiceChannel {
                service: service.clone(),
                channel: (!typed.is_empty()).then(|| typed.to_owned()),
            },
            Subject::Channel { name } => {
                Operation::SetChannel { channel: name.clone(), reference: reference()? }
            }
            Subject::EnvironmentPin { env } if typed.is_empty() => {
                Operation::RemoveEnvironmentPin { environment: env.clone() }
            }
            Subject::EnvironmentPin { env } => {
                Operation::SetEnvironmentPin { environment: env.clone(), reference: reference()? }
            }
            Subject::RegionPin { region, env } if typed.is_empty() => {
                Operation::RemoveRegionPin { region: region.clone(), environment: env.clone() }
            }
            Subject::RegionPin { region, env } => Operation::SetRegionPin {
                region: region.clone(),
                environment: env.clone(),
                reference: reference()?,
            },
            Subject::DefaultChannel { env } => {
                Operation::SetDefaultChannel { environment: env.clone(), channel: reference()? }
            }
        }))
    }

    /// What is edited, in words.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.subject {
            Subject::Value { service, path, .. } => format!("{service}  {path}"),
            Subject::ServiceChannel { service } => format!("{service}  channel"),
            Subject::Channel { name } => format!("channel {name}"),
            Subject::EnvironmentPin { env } => format!("env pin {env}"),
            Subject::RegionPin { region, env } => format!("region pin {region}/{env}"),
            Subject::DefaultChannel { env } => format!("default channel of {env}"),
        }
    }
}

/// A list as it is shown in one line: `[a, b]`.
fn list(typed: &str) -> Result<EditValue, String> {
    let inside = typed
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .ok_or_else(|| "write a list as `[a, b]`".to_owned())?;
    let items = inside.split(',').map(str::trim);
    if inside.contains(['[', '{', '"', '\'']) {
        return Err(
            "only lists of plain values can be edited here; edit the file for anything else".to_owned()
        );
    }
    if inside.trim().is_empty() {
        return Ok(EditValue::Sequence(Vec::new()));
    }
    let mut values = Vec::new();
    for item in items {
        if item.is_empty() {
            return Err("nothing stands between two commas".to_owned());
        }
        values.push(EditValue::typed(item));
    }
    Ok(EditValue::Sequence(values))
}

/// Looks up what a value is, by the place that the list of effective values gives it.
pub(super) fn kind_of(service: &Service, target: &TargetId, path: &str) -> ValueKind {
    let mut keys = path.split('.');
    let Some(mut value) =
        keys.next().and_then(|key| resolve_setting(service, key, &target.env, &target.region))
    else {
        return ValueKind::Text;
    };
    for key in keys {
        match value.get(key) {
            Some(below) => value = below.clone(),
            None => return ValueKind::Plain,
        }
    }
    match value.value {
        ResolvedValue::Scalar { tag: Tag::Str, .. } => ValueKind::Text,
        ResolvedValue::List(_) => ValueKind::List,
        ResolvedValue::Scalar { .. } | ResolvedValue::Map(_) => ValueKind::Plain,
    }
}

fn pinned(pins: &[crate::catalog::Pin], env: &str, region: Option<&str>) -> String {
    pins.iter()
        .find(|pin| &*pin.env == env && pin.region.as_deref() == region)
        .map_or_else(String::new, |pin| pin.value.value.to_string())
}

/// Whether a value of a service holds for all of its targets and cannot be overridden.
#[must_use]
pub fn is_fixed(path: &str) -> bool {
    matches!(path, "type" | "tagStrategy" | "namespaceTemplate" | "components")
}

/// The service that an operation changes, if it changes one.
#[must_use]
pub fn service_of(operation: &Operation) -> Option<&str> {
    match operation {
        Operation::SetServiceValue { service, .. }
        | Operation::RemoveServiceValue { service, .. }
        | Operation::SetServiceChannel { service, .. } => Some(service),
        Operation::SetChannel { .. }
        | Operation::SetDefaultChannel { .. }
        | Operation::SetEnvironmentPin { .. }
        | Operation::RemoveEnvironmentPin { .. }
        | Operation::SetRegionPin { .. }
        | Operation::RemoveRegionPin { .. } => None,
    }
}

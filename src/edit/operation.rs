//! One edit in the user's words, such as "set `hpa.minReplicas` of account-service for prod to 6".

use std::fmt;

use crate::base::RepoPath;
use crate::yaml::edit::{EditValue, Route};

use super::{CatalogFiles, Scope};

/// One edit of the catalog.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "operation")]
pub enum Operation {
    /// Sets a value of a service, for all targets or for an environment or region.
    SetServiceValue {
        /// The service's name.
        service: String,
        /// The value's place in the service, without `defaults` and `overrides`.
        path: Route,
        /// The targets it is meant for.
        scope: Scope,
        /// The new value.
        value: EditValue,
    },
    /// Takes away a value of a service: one override, or the value with all overrides when the scope is the defaults.
    RemoveServiceValue {
        /// The service's name.
        service: String,
        /// The value's place in the service, without `defaults` and `overrides`.
        path: Route,
        /// The targets it was meant for.
        scope: Scope,
    },
    /// Assigns a service to a channel, or to none.
    SetServiceChannel {
        /// The service's name.
        service: String,
        /// The channel.
        channel: Option<String>,
    },
    /// Moves a channel to a ref.
    SetChannel {
        /// The channel.
        channel: String,
        /// The ref.
        reference: String,
    },
    /// Sets the channel that an environment uses when nothing else names a ref.
    SetDefaultChannel {
        /// The environment.
        environment: String,
        /// The channel.
        channel: String,
    },
    /// Pins an environment to a ref.
    SetEnvironmentPin {
        /// The environment.
        environment: String,
        /// The ref.
        reference: String,
    },
    /// Takes the pin of an environment away.
    RemoveEnvironmentPin {
        /// The environment.
        environment: String,
    },
    /// Pins an environment to a ref in one region.
    SetRegionPin {
        /// The region.
        region: String,
        /// The environment.
        environment: String,
        /// The ref.
        reference: String,
    },
    /// Takes the pin of an environment in one region away.
    RemoveRegionPin {
        /// The region.
        region: String,
        /// The environment.
        environment: String,
    },
}

impl Operation {
    /// The file that the operation changes.
    #[must_use]
    pub fn file<'a>(&self, files: &'a CatalogFiles) -> &'a RepoPath {
        match self {
            Self::SetServiceValue { .. }
            | Self::RemoveServiceValue { .. }
            | Self::SetServiceChannel { .. } => &files.services,
            Self::SetChannel { .. } => &files.channels,
            Self::SetDefaultChannel { .. }
            | Self::SetEnvironmentPin { .. }
            | Self::RemoveEnvironmentPin { .. } => &files.env_pins,
            Self::SetRegionPin { .. } | Self::RemoveRegionPin { .. } => &files.region_pins,
        }
    }
}

/// What the operation is about, without values: `account-service hpa.minReplicas prod`.
impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetServiceValue { service, path, scope: Scope::Defaults, .. }
            | Self::RemoveServiceValue { service, path, scope: Scope::Defaults } => {
                write!(formatter, "{service} {path}")
            }
            Self::SetServiceValue { service, path, scope, .. }
            | Self::RemoveServiceValue { service, path, scope } => {
                write!(formatter, "{service} {path} {scope}")
            }
            Self::SetServiceChannel { service, .. } => write!(formatter, "{service} channel"),
            Self::SetChannel { channel, .. } => write!(formatter, "channel {channel}"),
            Self::SetDefaultChannel { environment, .. } => write!(formatter, "default channel {environment}"),
            Self::SetEnvironmentPin { environment, .. } | Self::RemoveEnvironmentPin { environment } => {
                write!(formatter, "env pin {environment}")
            }
            Self::SetRegionPin { region, environment, .. }
            | Self::RemoveRegionPin { region, environment } => {
                write!(formatter, "region pin {region}/{environment}")
            }
        }
    }
}

impl Operation {
    /// Whether both operations change the same value.
    #[must_use]
    pub fn same_place(&self, other: &Self) -> bool {
        self.to_string() == other.to_string() && std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// The new value as it would be written on one line; `None` for operations that take something away.
    #[must_use]
    pub fn value_text(&self) -> Option<String> {
        match self {
            Self::SetServiceChannel { channel: None, .. } => None,
            _ => self.value().map(|value| value.to_string()),
        }
    }
}

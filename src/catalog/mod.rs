//! The service catalog: typed model with places, loading, the ladder of refs, and the composition of a target.
//!
//! Pure: values in, values out. Files come through [`Source`](crate::vfs::Source), refs through
//! [`RefResolver`], and what the layers hold through an inventory that the caller builds, so every rule here
//! can be tested without a disk, a repository or the engine.

pub mod address;
pub mod composition;
pub mod effective;
mod fingerprint;
pub mod generate;
mod ladder;
mod load;
pub mod model;
mod ref_answers;
pub mod resolution;
pub mod setting;

pub use address::{Address, TargetId, find_service};
pub use composition::{
    Composition, GeneratedFile, Inventory, InventoryItem, LayerKind, LayerRole, LayerUse, Layers, Start,
    compose, layers_directory, missing_layers, patch_files, start, target_directory, usable_service,
};
pub use effective::{effective_values, resolve_setting};
pub use fingerprint::fingerprint;
pub use ladder::{
    ImageVersion, image_version, is_placeholder, mark_skew, resolve, resolve_again, resolve_all,
};
pub use load::{FieldError, Loader, MARKERS, ServiceField, load};
pub use model::{
    Catalog, Channel, LayerPaths, LockedImage, Pin, Region, RegionRole, Service, Settings, Spanned,
};
pub use ref_answers::RefAnswers;
pub use resolution::{
    Badge, Candidate, Distance, Outcome, RefProblem, RefResolver, Resolution, Revision, Rule,
};
pub use setting::{
    EffectiveValue, Entry, Loser, PerEnvironment, Resolved, ResolvedValue, Scope, Setting, SettingValue,
};

#[cfg(test)]
mod tests;

//! Replacements: a value read from one resource, or given, and written into fields of others.

mod apply;
mod read;
mod structured;
mod target;

use compact_str::CompactString;

use super::config::KindPattern;
use super::select::Selector;
use crate::base::Mark;
use crate::yaml::field_path::PathMatcher;

/// One entry of `replacements`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replacement {
    /// `sourceValue`
    value: Option<(CompactString, Mark)>,
    /// `source`
    source: Option<Source>,
    /// `targets`; `None` when the field is missing, which kustomize refuses.
    targets: Option<Vec<Target>>,
    mark: Mark,
}

/// Where a value comes from.
#[derive(Clone, Debug, Default)]
struct Source {
    of: KindPattern,
    name: CompactString,
    namespace: CompactString,
    field_path: CompactString,
    options: Options,
    mark: Mark,
}

/// Where a value goes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target {
    /// `select`; `None` when the field is missing, which kustomize refuses.
    select: Option<Selector>,
    reject: Vec<Selector>,
    field_paths: Vec<FieldPath>,
    options: Options,
    mark: Mark,
}

/// A path to fields, as written and cut into parts.
#[derive(Clone, Debug)]
struct FieldPath {
    text: CompactString,
    matcher: PathMatcher,
    mark: Mark,
}

/// Options of a source or a target.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Options {
    /// Cuts the text of a field into pieces; empty when the whole field is meant.
    delimiter: CompactString,
    /// Which piece.
    index: i64,
    /// Whether a target that is missing is made.
    create: bool,
}

/// The field that is meant when none is named.
const DEFAULT_FIELD_PATH: &str = "metadata.name";

#[cfg(test)]
mod tests;

//! Which fields the transformers change and where names refer to other objects: built in, and from `configurations`.

mod crd;
mod defaults;
mod field_spec;
mod merge;
mod read;

pub use field_spec::{FieldSpec, KindPattern};
pub use merge::Conflict;
pub(crate) use merge::{merge_all, merge_one};

use std::sync::{Arc, LazyLock};

/// Fields of a configuration, shared with the transformers that are made of it.
pub type FieldSpecs = Arc<Vec<FieldSpec>>;

/// The fields that each transformer changes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TransformerConfig {
    /// Names that get `namePrefix`.
    pub name_prefix: FieldSpecs,
    /// Names that get `nameSuffix`.
    pub name_suffix: FieldSpecs,
    /// Namespaces besides that of the object itself.
    pub namespace: FieldSpecs,
    /// Labels and selectors that get `commonLabels`.
    pub common_labels: FieldSpecs,
    /// Additional places for `labels`.
    pub labels: FieldSpecs,
    /// Places for `labels` with `includeTemplates`.
    pub template_labels: FieldSpecs,
    /// Annotations that get `commonAnnotations`.
    pub common_annotations: FieldSpecs,
    /// Fields that hold the name of another object.
    pub name_references: Vec<NameReference>,
    /// Fields in which vars are replaced.
    pub var_references: FieldSpecs,
    /// Fields that hold an image.
    pub images: FieldSpecs,
    /// Fields that hold a number of replicas.
    pub replicas: FieldSpecs,
}

/// A kind of object, and the fields of other objects that hold its name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NameReference {
    /// What is referred to.
    pub target: KindPattern,
    /// Where it is referred to.
    pub referrers: Vec<FieldSpec>,
}

static DEFAULT: LazyLock<Arc<TransformerConfig>> = LazyLock::new(|| Arc::new(defaults::config()));

impl TransformerConfig {
    /// What is built in.
    #[must_use]
    pub fn built_in() -> Arc<Self> {
        Arc::clone(&DEFAULT)
    }

    /// Whether this is what is built in, told by where it is in memory: whoever adds to it makes another one.
    #[must_use]
    pub fn is_built_in(self: &Arc<Self>) -> bool {
        Arc::ptr_eq(self, &DEFAULT)
    }
}
